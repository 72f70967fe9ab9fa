#!/bin/bash
# SIGHUP: the file of schedules is read again, also where nothing tells that it
# changed, as its folder was not there to be watched.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/daemon_lib.sh"
schedules=$dir/later/schedules.lua
bot hello <<<'rpa.log("hello")'
new_state
start_daemon --schedules "$schedules"
loaded() { [ "$(grep -c "^$1 schedules in" "$dir/daemon.err")" = "$2" ]; }
none=$(grep -c '^0 schedules in' "$dir/daemon.err")
mkdir "$dir/later"
printf "return { daily = { bot = '%s', at = '0 12 * * *' } }\n" "$dir/bots/hello" >"$schedules"
ok 'control: nobody told the daemon' loaded 1 0
kill -HUP "$daemon_pid"
ok 'SIGHUP has the file read' until_ok 60 loaded 1 1
kill -HUP "$daemon_pid"
ok 'and read again, as it is' until_ok 60 loaded 1 2
echo 'return { daily = 7 }' >"$schedules"
kill -HUP "$daemon_pid"
ok 'one that is wrong is told of' until_ok 60 logged 'and nothing of it counts'
ok 'and what was before stays' loaded 0 "$none"
rpa schedule approve daily --state "$state" --schedules "$schedules"
ok 'nor can it be approved' exits 4
for _ in {1..20}; do kill -HUP "$daemon_pid"; done
echo 'return {}' >"$schedules"
kill -HUP "$daemon_pid"
ok 'after many at once the last state counts' until_ok 60 loaded 0 $((none + 1))
ok 'the daemon lives' is_so '.runs == []'

# --- more than a turn takes in ---------------------------------------------------
many() { # at, of the last
    echo 'return {'
    for i in {1..1500}; do echo "s$i = { bot = '$dir/bots/hello', at = '0 12 * * *' },"; done
    echo "z = { bot = '$dir/bots/hello', at = '$1' } }"
} >"$schedules"
many '0 13 * * *'
kill -HUP "$daemon_pid"
ok 'many are taken in, some a turn' until_ok 60 loaded 1501 1
rpa schedule approve z s1 --state "$state" --schedules "$schedules"
ok 'and what is approved' exits 0
ok 'comes' is_so '.coming == 2'
many '0 14 * * *'
kill -HUP "$daemon_pid"
kill -HUP "$daemon_pid"
ok 'they are changed while they are taken in' until_ok 60 is_so '.coming == 1'
"$RPA" stop --state "$state" >/dev/null
end_daemon
ok 'and ends well' exits 0
done_testing
