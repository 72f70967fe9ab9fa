#!/bin/bash
# A night as operations have it: schedules.lua, a window, somebody who approves what
# another has written, a forecast, and a report in the morning. Users and groups are of
# this test's own /etc, in a namespace of mounts; so is the clock.
. "$(dirname "$0")/people_lib.sh"
groups_are t-operator:x:6002:otto t-approver:x:6003:peg,root
export TZ=Europe/London SETCLOCK=$dir/ahead
evening=$(date +%F)
[ "$EPOCHSECONDS" -lt "$(date -d '21:40' +%s)" ] || evening=$(date -d tomorrow +%F)
set_clock() { # local time, days after that evening
    echo $(($(date -d "$evening $1 ${2-0} days" +%s) - EPOCHSECONDS)) >"$SETCLOCK"
}
schedules=$dir/schedules.lua
proved() { "$PROVE" --truth "$dir/truth" --host "$dir/host" >"$dir/proof" 2>&1; }

start_source --reports 8 --seed 5 --json
start_host --work-ms 100
new_state
printf 'return { roles = { operator = "t-operator", approver = "t-approver" } }\n' >"$dir/rpa.conf"
cat >"$schedules" <<L
return {
    rekey = { bot = "rekey_crime_reports", at = "0 22 * * *", window = "22:00-06:00",
        purpose = "justification=Online reports of the day",
        set = { host = "$host", source = "$source" } },
}
L
schedule() { as "$1" schedule "${@:2}" --schedules "$schedules"; }
set_clock 21:50
LD_PRELOAD=$SETCLOCK_LIB start_daemon --schedules "$schedules" --config "$dir/rpa.conf"

# --- before it --------------------------------------------------------------------------
chmod 644 "$schedules"
schedule otto approve rekey
ok 'who runs bots does not approve them' exits 5
schedule peg run rekey
ok 'and who approves does not run them' exits 5
schedule peg approve rekey
ok 'a second person approves it' exits 0
ok 'it comes at ten' is_so ".next[0].at | startswith(\"${evening}T22:00:00\")"
ok 'and not before' is_so '.runs == []'
ok 'nothing is queued' [ -z "$("$RPA" queue list --json --state "$state" 2>/dev/null)" ]

# --- in it ------------------------------------------------------------------------------
set_clock 22:00
foreseen() {
    as otto status
    grep -qE '^queue crime-reports: .*[0-9]+ items?, 1 worker, will finish 22:0.; window closes 06:00$' "$dir/out"
}
ok 'it begins, and says when it will be done, and until when it may' until_ok 120 foreseen
idle() { is_so '.runs == []'; }
ok 'it ends by itself' until_ok 120 idle
ok 'all is at the host, right and once' proved
is 'in the order of the deadlines' "$(jq -r '.fields["Online Ref"]' "$dir/host" | tr '\n' ' ')" \
    "$(in_order key | tr '\n' ' ')"
is 'its operator is who approved' "$("$RPA" audit show --json --state "$state" |
    jq -rs '[.[] | select(.kind == "RUN_OPEN" and .plain.bot == "rekey_crime_reports").plain.actor] | last')" peg

# --- and the next -----------------------------------------------------------------------
runs() { "$RPA" audit show --kind RUN_OPEN --json --state "$state" | grep -c rekey_crime_reports; }
before=$(runs)
sed -i 's/Online reports of the day/Reports of the day/' "$schedules"
read_twice() { [ "$(grep -c '^1 schedules in' "$dir/daemon.err")" = 2 ]; }
ok 'what is written otherwise since' until_ok 60 read_twice
set_clock 22:00 1
blocked() { "$RPA" audit show --kind SCHEDULE --json --state "$state" | grep -q '"fate":"blocked"'; }
ok 'does not begin' until_ok 60 blocked
is 'no run was opened' "$(runs)" "$before"
schedule peg approve rekey
set_clock 22:00 2
again() { [ "$(runs)" -gt "$before" ]; }
ok 'until it is approved again' until_ok 60 again
ok 'it ends' until_ok 120 idle
ok 'and has keyed nothing twice' proved
as otto stop
end_daemon
ok 'the daemon ends' exits 0

# --- in the morning ---------------------------------------------------------------------
"$RPA" report night --night "$evening" --json --state "$state" >"$dir/night"
is 'the report: keyed and rejected' "$(jq -c '.queues[0] | [.keyed, .rejected, .failed + .doubt + .not_started]' "$dir/night")" \
    "[$(wc -l <"$dir/host"),$(grep -c '"expect":"reject"' "$dir/truth"),0]"
ok 'the store verifies' verified
done_testing
