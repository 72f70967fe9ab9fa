#!/bin/bash
# What ends a run that a schedule started, on a daemon: stop_at, its window,
# run_timeout; and that its prints are left out. The clock is the test's own.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/daemon_lib.sh"
schedules=$dir/schedules.lua
mkdir "$dir/files"
# holds its item until the file says so
bot works 'return { name = "works", queues = { work = {} }, files = { input = { go = "go" } } }' <<'LUA'
print("somebody's data")
print("and more of it")
rpa.queue("work"):each(function(item)
    rpa.log("item in hand")
    while rpa.file("go"):read() == "" do end
    item:reject("tested")
end)
LUA
bot takes 'return { name = "takes", queues = { later = {} } }' <<'LUA'
rpa.queue("later"):each(function(item) item:reject("tested") end)
LUA
bot spins <<<'rpa.log("spinning") while true do end'
clock() { date -u -d "+$1 minutes" "+${2:-%H:%M}"; }
printf '%s\n' "return {
    stops = { bot = '$dir/bots/works', at = '$(clock 30 '%-M %-H') * * *', zone = 'UTC',
              stop_at = '$(clock 50)' },
    window = { bot = '$dir/bots/works', at = '$(clock 150 '%-M %-H') * * *', zone = 'UTC',
               window = '$(clock 140)-$(clock 170)' },
    limit = { bot = '$dir/bots/spins', at = '$(clock 270 '%-M %-H') * * *', zone = 'UTC',
              run_timeout = '5s' },
    paused = { bot = '$dir/bots/takes', queue = { name = 'later', min = 1 } },
}" >"$schedules"
printf 'return { files = "%s" }\n' "$dir/files" >"$dir/rpa.conf"
export SETCLOCK=$dir/ahead
set_clock() { echo $(($1 * 60)) >"$SETCLOCK"; } # minutes ahead
set_clock 0
new_state
"$RPA" queue create work --state "$state"
printf 'id\na\nb\nc\n' >"$dir/items.csv"
rpa queue add work "$dir/items.csv" --state "$state"
"$RPA" queue create later --state "$state"
rpa queue add later "$dir/items.csv" --state "$state"
rpa queue pause later --why 'the test' --state "$state"
LD_PRELOAD=$SETCLOCK_LIB start_daemon --schedules "$schedules" --config "$dir/rpa.conf"
rpa schedule approve stops window limit paused --schedules "$schedules" --state "$state"
exits 0 || bail "not approved: $(cat "$dir/err")"
times() { [ "$(grep -c "$1" "$dir/daemon.err")" = "$2" ]; } # pattern, how often
ready() { is_so ".queues[0].ready == $1"; }
idle() { is_so '.runs == []'; }
rejected() { "$RPA" queue list work --json --state "$state" | grep -c '"state": *"rejected"'; }

: >"$dir/files/go"
set_clock 31
ok 'a run starts at its time' until_ok 60 times 'item in hand' 1
set_clock 51
ok 'at stop_at it finishes its item' until_ok 60 times 'stopping after item' 1
ok 'which it has in hand' is_so '.runs[0].in_item and .runs[0].stopping'
rpa report night --night "$(TZ=Europe/London date -d '51 minutes 12 hours ago' +%F)" --state "$state"
ok 'the report says so in words' grep -qE '^stops +1 run: 1 at work$' "$dir/out"
rpa status --state "$state"
ok 'the status names the schedule' prints 'works, schedule stops, step bot'
ok 'and which queue gives out nothing' prints 'queue later: 3 ready, 0 in doubt, paused'
echo go >"$dir/files/go"
ok 'and ends' until_ok 60 idle
is 'it claimed no more' "$(rejected)" 1
ok 'what it prints is left out, and that is told of once' \
    times 'what it prints is left out' 1
ok 'none of it is in the log' not logged "somebody's data"

: >"$dir/files/go"
set_clock 151
ok 'another starts in its window' until_ok 60 times 'item in hand' 2
set_clock 171
ok 'when that closes it finishes its item' until_ok 60 times 'stopping after item' 2
echo go >"$dir/files/go"
ok 'and ends ' until_ok 60 idle
is 'it claimed no more ' "$(rejected)" 2

set_clock 271
ok 'one with run_timeout starts' until_ok 60 logged '(spins): spinning$'
ok 'and is ended' until_ok 60 logged 'the run took longer than run_timeout of its schedule'
ok 'all have ended' until_ok 60 idle
ok 'no worker for a queue that is paused' not logged 'paused: .*takes starts'
rpa queue resume later --why 'the test' --state "$state"
set_clock 275
ok 'it has one when the queue goes on' until_ok 60 logged 'paused: .*takes starts'
ok 'which does its items' until_ok 60 is_so \
    '.runs == [] and [.queues[] | select(.queue == "later").ready] == [0]'
rpa schedule list --schedules "$schedules" --state "$state"
for outcome in stopped failure; do ok "the schedules know: $outcome" prints "$outcome"; done
"$RPA" stop --state "$state" >/dev/null
end_daemon
ok 'the daemon ends' exits 0
ok 'the store verifies' verified
done_testing
