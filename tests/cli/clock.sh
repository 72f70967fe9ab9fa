#!/bin/bash
# A daemon whose clock is set forward and back, or whose machine slept: noticed at
# once, and decided by policy. The clock is the test's own ($SETCLOCK_LIB).
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/daemon_lib.sh"
schedules=$dir/schedules.lua
bot ticks 'return { name = "ticks", set = { who = "" } }' <<<'rpa.log("for " .. rpa.set.who)'
at=$(date -u -d '-30 minutes' '+%-M %-H') # comes in 23 h 30 min
printf '%s\n' "return {
    daily = { bot = '$dir/bots/ticks', at = '$at * * *', zone = 'UTC',
              set = { who = 'daily' } },
    strict = { bot = '$dir/bots/ticks', at = '$at * * *', zone = 'UTC',
               missed = 'skip', start_deadline = '1m', set = { who = 'strict' } },
}" >"$schedules"
export SETCLOCK=$dir/ahead
echo 0 >"$SETCLOCK"
new_state
LD_PRELOAD=$SETCLOCK_LIB start_daemon --schedules "$schedules"
rpa schedule approve daily strict --schedules "$schedules" --state "$state"
exits 0 || bail "not approved: $(cat "$dir/err")"
set_twice() { [ "$(grep -c 'the clock was set' "$dir/daemon.err")" = 2 ]; }
fired() { [ "$("$RPA" audit show --json --state "$state" | grep -c '"fate":"'"$1"'"')" = "$2" ]; }

echo 86400 >"$SETCLOCK"
ok 'a day forward is noticed at once' until_ok 60 logged 'the clock was set'
ok 'what was missed runs once, by its policy' until_ok 60 logged '(ticks): for daily$'
ok 'the other is missed, by its own' until_ok 60 logged 'strict: missed'
ok 'it is told of once' fired missed 1
echo 82800 >"$SETCLOCK"
ok 'an hour back is noticed at once' until_ok 60 set_twice
"$RPA" stop --state "$state" >/dev/null
end_daemon
ok 'the daemon ends' exits 0
ok 'no time of that hour came twice' fired fired 1

# --- a machine that sleeps ----------------------------------------------------------
bot spins <<<'rpa.log("spinning") while true do end'
later=$(date -u -d '+4 hours' '+%-M %-H')
printf '%s\n' "return {
    spins = { bot = '$dir/bots/spins', at = '@every 366d', zone = 'UTC', run_timeout = '2h' },
    nightly = { bot = '$dir/bots/ticks', at = '$later * * *', zone = 'UTC',
                start_deadline = '5h', set = { who = 'nightly' } },
    morning = { bot = '$dir/bots/ticks', at = '$later * * *', zone = 'UTC',
                start_deadline = '1h', set = { who = 'morning' } },
}" >"$schedules"
echo '0 0' >"$SETCLOCK"
: >"$dir/daemon.err"
new_state
LD_PRELOAD=$SETCLOCK_LIB start_daemon --schedules "$schedules"
rpa schedule approve spins nightly morning --schedules "$schedules" --state "$state"
rpa schedule run spins --schedules "$schedules" --state "$state"
ok 'a run is at work' until_ok 60 logged '): spinning'
loaded=$("$RPA" schedule explain spins -n 1 --schedules "$schedules" --state "$state")
ok 'an interval counts from when it was loaded' grep -q '^It counts from .* UTC, when it was first loaded' <<<"$loaded"
is '  as the list has it' "$("$RPA" schedule next spins -n 1 --schedules "$schedules" --state "$state")" \
    "$("$RPA" schedule list --schedules "$schedules" --state "$state" | awk '$1 == "spins" { print $2, $1 }')"
echo '10800 0' >"$SETCLOCK"
ok 'three hours forward' until_ok 60 logged 'the clock was set'
rpa run -e 'print("here")' --state "$state"
ok 'are no time for a run that may take two' is_so '.runs | length == 1'
echo '28800 28800' >"$SETCLOCK"
ok 'eight hours of sleep are' until_ok 60 logged 'the run took longer than'
ok 'what came meanwhile and is in time runs' until_ok 60 logged '(ticks): for nightly$'
ok 'what is late is missed' until_ok 60 logged 'morning: missed'
ok 'nothing else is left' until_ok 60 is_so '.runs == []'
"$RPA" stop --state "$state" >/dev/null
end_daemon
ok 'the daemon ends well' exits 0
ok 'the store verifies' verified
done_testing
