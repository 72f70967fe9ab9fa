#!/bin/bash
# A force with lists on a screen of their own, values in parts, and all in capitals.
. "$(dirname "$0")/overlays_lib.sh"
capitals=--upper
keyed_by isles
looked_for isles

# what says that a report is filed must not be there before it is
sed -i.whole 's/filed = " I020"/filed = "ACCOUNT", filed_row = 5/' "$dir/bots/overlays/isles.lua"
start_host --layout isles
new_state
key isles
ok 'a text of the form is no word that it is filed' says 'before anything was filed'
ok 'and nothing is' filed 0
mv "$dir/bots/overlays/isles.lua.whole" "$dir/bots/overlays/isles.lua"

# a list on a screen of the system's own
sed -i 's/by = "MEANING"/by = "CODE"/' "$dir/bots/overlays/isles.lua"
start_host --layout isles
new_state
key isles --json
ok 'what no row of the list has is not keyed' filed 0
ok 'and is the reason to reject it' summary '.items | .rejected == 2 and .doubt == 0'
sed -i 's/by = "CODE", beside = "S", shows/by = "MEANING", beside = "MEANING", shows/' \
    "$dir/bots/overlays/isles.lua"
new_state
key isles
ok 'a mark where nobody can type is refused' says 'is protected'
ok 'and nothing is filed' filed 0
done_testing
