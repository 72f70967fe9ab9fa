#!/bin/bash
# One script for forces whose crime system is laid out otherwise, each with an
# overlay of data, proved by the system's own file.
. "$(dirname "$0")/overlays_lib.sh"
for force in north west south east; do
    keyed_by "$force"
done
ok 'the same record under other labels, codes and layouts' \
    [ "$(jq -r '.fields.Gender' "$dir/host" | tr -d 'MFXU\n')" = '' ]
looked_for west
looked_for east

# the screens of a record under other names: the last one files, whichever that is
sed -e 's|REPORT 1/3|REPORT 9|; s|REPORT 3/3|REPORT 1/3|; s|REPORT 9|REPORT 3/3|' \
    -e 's|name = "NEW CRIME REPORT 3/3"|&, navigation = { "Enter" }|' \
    bots/overlays/north.lua >"$dir/bots/overlays/turned.lua"
start_host --layout north
new_state
key turned
ok 'all are filed' filed 2
ok 'and right' proved
ok 'each by a commit act' [ "$(kinds COMMIT)" = 2 ]

# controls: another force's overlay, and one with a wrong code
start_host --layout west
new_state
key north --timeout 5
ok 'at another system nothing is keyed' filed 0
ok 'and the run says so' [ "$status" != 0 ]
sed -i 's/M = "1", F = "2"/M = "2", F = "1"/' "$dir/bots/overlays/north.lua"
start_host --layout north
new_state
key north
ok 'a code that is wrong is seen in the file' disproved 'Gender: 1 from'

# a slip of the pen
sed -i 's/label = "Gender"/label = "Gendre"/' "$dir/bots/overlays/north.lua"
key north
ok 'an overlay that changes nothing is refused, with what is wrong' \
    error 4 100 '' "overlays/north.lua: fields: 'Gendre' stands on no screen"
done_testing
