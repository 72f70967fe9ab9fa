#!/bin/bash
# rpa run --dry-run: all is done but what files, and the plan is told.
. "$(dirname "$0")/lib.sh"
plan() { jq -e "$1" "$dir/out" >/dev/null; }
states() { "$RPA" queue list crime-reports --state "$state" --json; }
rows() { "$RPA" audit show --json --state "$state" | jq -r "select($1).kind" | wc -l; }

bot_like rekey ''
start_source --reports 5 --seed 5
start_host --justify-every 0
mapfile -t keyed < <(in_order key)
new_state

rekey rekey --dry-run --json
ok 'a dry run of what can be keyed, and of what is rejected' exits 3
ok 'nothing is filed' filed 0
ok 'each report that would be has its plan' \
    plan "[.plan[].id] == $(printf '%s\n' "${keyed[@]}" | jq -Rsc 'split("\n")[:-1]')"
ok 'what would file it is said' plan \
    'all(.plan[]; .act.key == "Enter" and .act.screen == "NEW CRIME REPORT 3/3")'
ok 'and what would be keyed where' plan \
    '.plan[0].fields | any(.screen == "NEW CRIME REPORT 2/3" and .field == "Surname")'
ok 'without the values' plan '[.plan[].fields[] | has("value")] | any | not'
ok 'but how long they are' plan \
    "[.plan[0].fields[] | select(.field == \"Online Ref\").characters] == [${#keyed[0]}]"
ok 'signing on is no part of a plan' plan \
    '[.plan[].fields[].field] | index("User ID") | not'
ok 'the queue is as it was' [ "$(states | jq -s length)" = 0 ]
ok 'no commit act is in the audit' [ "$(kinds COMMIT)" = 0 ]
ok 'and no work item' [ "$(kinds ITEM)" = 0 ]
ok 'but that it was a dry run, and what was refused' \
    [ "$(rows '.field == "dry run"')" -gt "${#keyed[@]}" ]
ok 'the audit verifies' verified

# in words; with the values only for a reason, and behind a row
rekey rekey --dry-run
ok 'the plan in words' prints \
    'of crime-reports: would file by Enter on NEW CRIME REPORT 3/3'
ok 'its values masked' prints "Online Ref: ${#keyed[0]} characters"
ok 'not one is there' silent "${keyed[0]}"
ok 'nothing was disclosed' [ "$(rows '.verb == "disclosure"')" = 0 ]
rekey rekey --dry-run --show
ok 'with --show they are' prints "NEW CRIME REPORT 1/3, Online Ref: ${keyed[0]}"
ok 'and a disclosure' [ "$(rows '.verb == "disclosure"')" = "${#keyed[@]}" ]
run "$dir/bots/rekey" --dry-run --show
ok 'not without a purpose' exits 5
run "$dir/bots/rekey" --show --purpose justification='to see'
ok 'nor without a dry run' exits 2
ok 'all that filed nothing' filed 0

# control: the same bot, not dry
rekey rekey
ok 'without --dry-run it is filed' filed "${#keyed[@]}"
ok 'each as the source has it' \
    "$PROVE" --truth "$dir/truth" --host "$dir/host"

# what is in the queue stays, attempt and all; a bot that goes on files nothing
new_state
"$RPA" queue create crime-reports --state "$state" 2>"$dir/err"
printf 'id\n%s\n%s\n' one two >"$dir/two.csv"
"$RPA" queue add crime-reports "$dir/two.csv" --state "$state" >"$dir/out" 2>&1
cp -r "$dir/bots/rekey" "$dir/bots/stubborn"
main stubborn <<'LUA'
local keying = require "keying"
local crs = rpa.window("Crime Recording"):grid()
keying.sign_on(crs, rpa.set.user)
for item in rpa.queue("crime-reports"):items() do
    crs:field("Option"):set("1")
    crs:key("Enter")
    crs:wait({ screen = "NEW CRIME REPORT 1/3" }, { timeout = 30 })
    for _ = 1, 3 do
        pcall(crs.key, crs, "F9")
    end
    item:done("whatever")
end
LUA
before=$("$RPA" queue show 1 --state "$state" --json)
rekey stubborn --dry-run --json
ok 'a bot that takes no refusal is ended, and begins anew' exits 0
ok 'once an item' plan '[.plan[].id] == ["one", "two"]'
ok 'an item is as it was' \
    [ "$("$RPA" queue show 1 --state "$state" --json)" = "$before" ]

# a commit act outside any item; one by a request
sed -i 's/screen = "SIGN ON", keys/screen = "SIGNED OFF", keys/' \
    "$dir/bots/stubborn/bot.lua"
rekey stubborn --dry-run
ok 'signing on that is a commit act ends it, with what to do' \
    error 5 120 '' 'the dry run ended before the first item'
bot poster "return { name = \"poster\", http = { \"$source\" } }" <<LUA
rpa.http.request { method = "POST", url = "http://$source/reports", body = "x" }
error("went on")
LUA
run "$dir/bots/poster" --dry-run --json
ok 'a request that files is refused' exits 0
ok 'and told' plan '.plan[0].act.method == "POST"'

# files are as they were
printf before >"$dir/kept.txt"
bot writes 'return { name = "writes", files = { output = { kept = "kept.txt" } } }' <<'LUA'
rpa.file("kept"):write("after")
LUA
run "$dir/bots/writes" --files "$dir" --dry-run
ok 'a bot writes a file' exits 0
ok 'which is as it was' [ "$(cat "$dir/kept.txt")" = before ]
run "$dir/bots/writes" --files "$dir"
ok 'control: without --dry-run it is written' [ "$(cat "$dir/kept.txt")" = after ]
done_testing
