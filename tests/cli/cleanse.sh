#!/bin/bash
# The cleansing bot, whole: it pages through an index over TN3270 and proposes, a
# second person decides, and what was approved is made, once and nothing else, as
# the index's own file and a truth that the bot never sees have it.
. "$(dirname "$0")/people_lib.sh"
. "$(dirname "$0")/cleanse_lib.sh"

new_index 7 200 30
begin_index

# --- proposing ------------------------------------------------------------------
cleanse propose
ok 'the whole list is read, and proposals are made' exits 0
ok 'nothing is filed by that' filed_lines 0
ok 'they are all there' show_all
as peg review show 1 --purpose justification='to decide'
ok 'and people see one' exits 0
ok 'duplicates and values as the truth has them' found
jq -c 'if .content.after["Duplicate Of"] then .content.after["Duplicate Of"] = "N000001"
    else . end' "$work/reviews" >"$work/wrong"
ok 'control: other duplicates are not' \
    not tests/fake/nominals_check.py --dir "$work" --reviews "$work/wrong"
proposed=$(list | wc -l)
cleanse propose
is 'again: no proposal comes twice' "$(list | wc -l)" "$proposed"

# --- deciding, and applying -----------------------------------------------------
cleanse apply
ok 'nothing is approved: nothing is made' exits 0
ok 'and nothing filed' filed_lines 0
mapfile -t values < <(ids values)
mapfile -t duplicates < <(ids duplicate)
as otto review decide "${values[0]}" --as approved --why 'my own'
ok 'who had it proposed does not decide' exits 5
ok 'a second person does' decide approved "${values[@]:0:3}" "${duplicates[@]:0:2}"
ok 'and refuses' decide refused "${values[3]}" "${duplicates[2]}"

cleanse apply --dry-run --json
ok 'a dry run of what was approved' exits 0
ok 'tells each change' [ "$(jq '.plan | length' "$dir/out")" = 5 ]
ok 'where it would be keyed' \
    [ "$(jq '[.plan[].fields[-1].screen] | unique == ["NOMINAL RECORD"]' "$dir/out")" = true ]
ok 'by which key' [ "$(jq 'all(.plan[]; .act.key == "F6")' "$dir/out")" = true ]
ok 'and files none' filed_lines 0

cleanse apply --set most=4
ok 'no more than so many in one run' filed_lines 4
ok 'which is no error' exits 0
cleanse apply
ok 'the rest in the next' exits 0
show_all
ok 'each change as approved, once, and nothing else' found --filed "$dir/filed"
ok 'what stood there before is in the audit' \
    [ "$(grep -c '"image"' "$work/rows")" = 5 ]
cleanse apply
ok 'and none is made again' filed_lines 5

# --- what must not be -----------------------------------------------------------
decide approved "${values[@]:4:3}"
jq -c 'if .["Nominal No"] == $n then .Postcode = "LS1 1AA" | .Phone = "0113" else . end' \
    --arg n "$(jq -r "select(.review == ${values[4]}).content.record[\"Nominal No\"]" \
        "$work/reviews")" "$work/nominals.jsonl" >"$work/changed.jsonl"
mkdir "$dir/bots"
cp -r bots/cleanse_nominals bots/common "$dir/bots"
sed -i 's/max_changes = 50/max_changes = 1/' "$dir/bots/cleanse_nominals/bot.lua"
bot=$dir/bots/cleanse_nominals
start_index "$work/changed.jsonl"
: >"$dir/filed"
cleanse apply
ok 'the cap of the manifest holds whatever the settings say' filed_lines 1
ok 'and the run says so' exits 5
ok 'a record that was changed since is left alone' says 'is not as it was'
main cleanse_nominals <<'LUA'
local index = require "index"
local grid = rpa.window("Nominal Index"):grid()
index.sign_on(grid, rpa.set.user)
index.open(grid, "N000001")
print(pcall(function()
    grid:field("Town"):set("ELSEWHERE")
    index.file(grid)
end))
LUA
cleanse apply
ok 'a change that nobody approved is refused' prints 'changes only what was approved'
ok 'and not filed' filed_lines 1
ok 'the audit verifies' verified
done_testing
