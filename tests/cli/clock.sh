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
ok 'the store verifies' verified
done_testing
