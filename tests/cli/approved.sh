#!/bin/bash
# What is approved is a schedule and its bot: one that changed since does not
# start, whichever of its files it was, seen to change or not, until somebody has
# approved it again.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/daemon_lib.sh"
schedules=$dir/schedules.lua
mkdir -p "$dir/bots/common"
says_so() { printf 'return { word = "%s" }\n' "$1" >"$dir/bots/${2-ticks}/words.lua"; }
see() { printf 'return { screens = { { title = "%s" } } }\n' "$1" >"$dir/bots/common/map.lua"; }
see MENU
bot ticks 'return { name = "ticks", map = "common/map" }' \
    <<<'rpa.log("says " .. require("words").word)'
says_so one
printf '%s\n' "return { ticks = { bot = '$dir/bots/ticks', at = '* * * * * *', start_deadline = '1h' } }" >"$schedules"
schedule() { rpa schedule "$@" --schedules "$schedules" --state "$state"; }
lines() { grep -c -- "$1" "$dir/daemon.err"; }
more() { [ "$(lines "$1")" -gt "$2" ]; } # pattern, than before
goes_on() { until_ok 60 more "says $1\$" "$(lines "says $1\$")"; }
is_blocked() { until_ok 60 more 'blocked: its bot changed since' "$(lines 'blocked: its bot changed since')"; }
decided() { "$RPA" audit show --kind SCHEDULE --json --state "$state" | jq -rs "[.[].plain | select(.fate == \"$1\")] | $2"; }

new_state
start_daemon --schedules "$schedules"
schedule approve ticks
ok 'it starts as it was approved' goes_on one
is 'which is shown' "$(schedule list && cut -c 53-65 "$dir/out" | tr -d ' ')" approved

release=$(sed -n '1s/# version //p' /usr/share/zoneinfo/tzdata.zi)
is 'the audit has by which time zones' "$(decided fired '.[0].tzdata')" "$release"

# --- one of its files -------------------------------------------------------------
says_so two
ok 'another bot is not started' is_blocked
schedule list
ok 'the list says so' prints 'its bot is not what'
ok 'and what to do' prints 'rpa schedule approve ticks'
schedule list --json
is 'for programs too' "$(jq -r '.state + " " + .changed' "$dir/out")" 'changed bot'
schedule check
ok 'so does a check' says 'warning: ticks: its bot is not what'
schedule explain ticks -n 1
ok 'and an explanation' prints 'But its bot is not what'
schedule run ticks
ok 'nor by hand' error 5 120 '' 'ticks is not approved as it is now'
is 'nothing of it ran' "$(lines 'says two')" 0
schedule approve ticks
ok 'until it is approved' goes_on two
schedule list
ok 'and that is all' not prints 'its bot is not what'

# --- the same again, its map ------------------------------------------------------
before=$(lines 'schedules in')
says_so two
touch "$dir/bots/ticks/main.lua"
ok 'a file that is written again is read' until_ok 60 more 'schedules in' "$before"
ok 'and is no other bot' goes_on two
see LIST
ok 'its map is a part of it' is_blocked
see MENU
ok 'as it was, it is what was approved' goes_on two

# --- nobody saw it change ---------------------------------------------------------
cp -r "$dir/bots" "$dir/next"
says_so three ../next/ticks
before=$(lines 'ticks: its bot changed since it was approved')
mv "$dir/bots" "$dir/last" && mv "$dir/next" "$dir/bots"
ok 'it is found when it is loaded' until_ok 60 more 'its bot changed since it was approved' "$before"
ok 'and from then on known' is_blocked
is 'nothing of that ran' "$(lines 'says three')" 0
ok 'each has a row' [ "$(decided blocked 'map(select(.why | test("its bot changed"))) | length')" -gt 2 ]
ok 'also what was found then' [ "$(decided blocked 'map(select(.why == "its bot changed since it was approved")) | length')" -gt 0 ]
schedule approve ticks
ok 'until somebody approves' goes_on three
"$RPA" stop --now --state "$state" >/dev/null
end_daemon
ok 'the daemon ends' exits 0
ok 'the store verifies' verified
done_testing
