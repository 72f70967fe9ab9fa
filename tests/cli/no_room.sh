#!/bin/bash
# No schedule is decided on while the disk has no room but for the ends of runs.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/daemon_lib.sh"
schedules=$dir/schedules.lua
bot hello <<<'rpa.log("hello")'
printf "return { often = { bot = '%s', at = '* * * * * *' } }\n" "$dir/bots/hello" >"$schedules"
new_state
rpa schedule approve often --state "$state" --schedules "$schedules"
ok 'approved' exits 0
rows() { "$RPA" audit show --state "$state" --kind SCHEDULE | wc -l; }
before=$(rows)
limit=$(ulimit -S -f)
ulimit -S -f 900 # KiB a file: less than the reserve
start_daemon --schedules "$schedules"
ulimit -S -f "$limit"
ok 'the daemon says so' until_ok 60 logged 'the disk is nearly full: no schedule'
ok 'and stays' is_so '.pid > 0'
is 'and decides on nothing' "$(rows)" "$before"
prlimit --pid "$daemon_pid" --fsize=unlimited:unlimited
ok 'with room again it goes on' until_ok 60 logged 'there is room again'
more() { [ "$(rows)" -gt "$before" ]; }
ok 'and starts what is due' until_ok 60 more
"$RPA" stop --state "$state" >/dev/null
end_daemon
ok 'it ends well' exits 0
ok 'audit' verified
done_testing
