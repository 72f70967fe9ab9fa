#!/bin/bash
# A disk that does not take a picture: the bot whose picture it is goes on, or waits if
# that is put before a person; nobody else does, and no row names a file that is not there.
. "$(dirname "$0")/people_lib.sh"
. "$(dirname "$0")/gate_lib.sh"
export SLOW_FILE=.sealed SLOW_ONCE=$dir/slow
new_state
LD_PRELOAD=$SLOWFILES start_daemon --config "$dir/rpa.conf"
cards_bot matches '' <<'LUA'
local cards = require "cards_of"
cards.open("1")
rpa.review.propose { kind = "match", about = "VET-1", system = "cards", key = "VET-1/1",
    score = 0.93, picture = cards.grid, agree = { Surname = { asked = "Evans", seen = "Evans" } } }
print("proposed")
LUA
bot other <<<'print("ran")'
run_there() { as otto run "$dir/bots/$1"; }
pictures() { "$RPA" audit pictures --json --state "$state" | jq -s length; }
longest() { status | jq '.loop.longest_us // .longest_us'; }

touch "$SLOW_ONCE"
(run_there matches; cp "$dir/out" "$dir/matches.out"; cp "$dir/err" "$dir/matches.err"; touch "$dir/ended") &
ok 'a bot proposes a match with its picture' until_ok 60 not test -e "$SLOW_ONCE"
"$RPA" run "$dir/bots/other" --state "$state" >"$dir/other.out" 2>&1
ok 'another runs meanwhile' grep -q ran "$dir/other.out"
is 'the picture has no row, as its file is not there' "$(pictures)" 0
ok 'nor is the match before anybody' [ -z "$("$RPA" review list --state "$state")" ]
ok 'for its bot waits' not test -e "$dir/ended"
writer=$(pgrep -P "$daemon_pid" -f pictures | head -n 1)
kill -KILL "$writer"
ok 'who seals it is lost: the bot goes on' until_ok 60 test -e "$dir/ended"
ok 'its match is proposed' grep -q proposed "$dir/matches.out"
ok 'and that there is no picture is said' grep -q 'a picture was not kept' "$dir/matches.err" "$dir/daemon.err"

sed -i 's/VET-1/VET-2/g' "$dir/bots/matches/main.lua"
run_there matches
ok 'the next is sealed' exits 0
is 'and has its row' "$(pictures)" 1
row=$("$RPA" review list --about VET-2 --json --state "$state" | jq .picture)
ok 'which the match names' [ "$("$RPA" audit pictures --json --state "$state" | jq .seq)" = "$row" ]
as peg stop
end_daemon
ok 'the store verifies' verified
done_testing
