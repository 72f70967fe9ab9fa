#!/bin/bash
# A disk that does not take a picture: the bot whose picture it is goes on, or waits if
# that is put before a person or a few are pending; nobody else does, and no row names a
# file that is not there.
. "$(dirname "$0")/people_lib.sh"
. "$(dirname "$0")/gate_lib.sh"
export SLOW_FILE=.sealed SLOW_ONCE=$dir/slow SLOW_SYNC=$dir/sync NO_ROW=$dir/no_row
new_state
LD_PRELOAD=$SLOWFILES:$NOROW start_daemon --config "$dir/rpa.conf"
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

# --- it is slow, and a bot has one picture after the other ------------------------------
cards_bot many 'pictures = "screens",' <<'LUA'
local cards = require "cards_of"
for i = 1, 30 do
    cards.grid:wait("INDEX")
    cards.grid:field("Number"):set(tostring(100 + i))
    cards.grid:wait(tostring(100 + i))
    print("screen", i)
end
LUA
run_many() { "$RPA" run "$dir/bots/many" --state "$state" >"$dir/many.out" 2>"$dir/many.err"; }
shown() { grep -c ^screen "$dir/many.out"; }
now_us() { echo "${EPOCHREALTIME/./}"; }
before=$(pictures)
began=$(now_us)
run_many
took=$(($(now_us) - began))
ok 'it ends' [ "$(shown)" = 30 ]
each=$(($(pictures) - before))
ok 'with a picture a screen' [ "$each" -ge 30 ]
touch "$SLOW_ONCE"
(run_many; echo "exit $?" >>"$dir/many.out") &
ok 'it has them again, and the disk takes none' until_ok 60 not test -e "$SLOW_ONCE"
writer=$(pgrep -P "$daemon_pid" -f pictures | head -n 1)
at_least() { [ "$(shown)" -ge "$1" ]; }
ok 'it goes on for some' until_ok 60 at_least 5
others_run() { # for so long that it would have ended
    for ((until = $(now_us) + took; $(now_us) < until;)); do
        "$RPA" run "$dir/bots/other" --state "$state" >"$dir/other.out" 2>&1 || break
    done
}
others_run
ok 'another runs meanwhile, and again' grep -q ran "$dir/other.out"
ok 'and it waits: few are pending' [ "$(shown)" -le 9 ]
ok 'it is waited for, and can be asked after' is_so '.runs[0].bot == "many"'
ok 'for what it is' is_so '.runs[0].held and .runs[0].waits_for == "its pictures to be sealed"'
rpa status --state "$state"
ok 'which is told' prints ', waits for its pictures to be sealed'
kill -USR1 "$writer"
ok 'the disk takes them: it goes on to its end' until_ok 60 grep -q '^exit 0' "$dir/many.out"
is 'and has the same screens' "$(shown)" 30
is 'none of their pictures is lost' "$(($(pictures) - before))" $((2 * each))
touch "$SLOW_ONCE"
(run_many; echo "exit $?" >>"$dir/many.out") &
ok 'once more the disk takes none' until_ok 60 not test -e "$SLOW_ONCE"
others_run
ok 'and it waits' not grep -q ^exit "$dir/many.out"
drivers() { awk '$1 == "driver" { print $2 }' "$state/children"; }
one_driver() { [ "$(drivers | wc -l)" = 1 ]; } # of the others nothing is left
ok 'alone' until_ok 60 one_driver
kill -KILL "$(drivers)"
pkill -USR1 -P "$daemon_pid" -f pictures
ok 'a driver that is lost meanwhile is missed' until_ok 60 grep -q '^exit 1' "$dir/many.out"
ok 'for what it was' grep -q 'the driver of the run was ended by signal 9' "$dir/many.err"

# --- its file is there, and who seals it is lost before it has its row -------------------
files() { find "$state/pictures" -name '*.sealed' | sort; }
kept=$(files)
one_more() { [ "$(files)" != "$kept" ]; }
lost() { grep -cE 'a picture was not kept: (the process ended with signal 9|who seals pictures ended)' "$dir/daemon.err"; }
before=$(pictures)
losses=$(lost)
touch "$SLOW_SYNC"
(run_many; echo "exit $?" >>"$dir/many.out") &
ok 'a picture is written' until_ok 60 not test -e "$SLOW_SYNC"
first=$(comm -13 <(echo "$kept") <(files))
ok 'its file is there' [ -e "$first" ]
kill -KILL "$(pgrep -P "$daemon_pid" -f pictures | head -n 1)"
ok 'who seals it is lost: the bot goes on to its end' until_ok 60 grep -q '^exit 0' "$dir/many.out"
is 'the file has gone' "$(test -e "$first"; echo $?)" 1
is 'that is said, once' "$(lost)" $((losses + 1))
is 'each file has its row' "$(files | wc -l)" "$(pictures)"
ok 'as those behind it have' [ "$(($(pictures) - before))" -ge $((each - 9)) ]

# --- its file is there, and there is no memory for its row --------------------------------
before=$(pictures)
touch "$NO_ROW"
run_many
ok 'one picture finds no memory: the bot goes on to its end' [ "$(shown)" = 30 ]
ok 'control: it was so' not test -e "$NO_ROW"
ok 'that is said' grep -q 'a picture was not kept: no memory for a picture' "$dir/many.err" "$dir/daemon.err"
is 'one is missing' "$(($(pictures) - before))" $((each - 1))
is 'and each file has its row' "$(files | wc -l)" "$(pictures)"

# --- and the daemon is ----------------------------------------------------------------------
kept=$(files)
touch "$SLOW_ONCE"
run_many &
ok 'a picture is being sealed' until_ok 60 not test -e "$SLOW_ONCE"
kill -STOP "$daemon_pid"
pkill -USR1 -P "$daemon_pid" -f pictures
ok 'its file is written, and nobody hears of it' until_ok 60 one_more
kill -KILL "$daemon_pid"
end_daemon
wait
LD_PRELOAD=$SLOWFILES start_daemon --config "$dir/rpa.conf"
ok 'the next one removes it' not one_more
ok 'and says so in its log' logged 'of its pictures had no row yet'
as peg stop
end_daemon
ok 'the store verifies' verified
done_testing
