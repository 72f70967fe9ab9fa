#!/bin/bash
# A commit key that is late, and a host that files late: what expired is not
# pressed, what may still be filed is not keyed again.
#   doubt.sh [STOP_S] [LATE_MS]
. "$(dirname "$0")/lib.sh"
stop_s=${1:-6} late_ms=${2:-2000}
twice() { jq -r '.fields["Online Ref"]' "$dir/host.jsonl" | sort | uniq -d | wc -l; }
stopped() { # is the driver?
    driver=$(child driver) && [ "$(awk '{ print $3 }' "/proc/$driver/stat")" = T ]
}
passed() { [ $((EPOCHSECONDS - since)) -ge "$1" ]; }

# --- the driver is stopped between the commit intent and its acknowledgement ---------
start_host --justify-every 0
start_source 1
new_state
export KILLAT_AFTER=kindfCOMMIT KILLAT_SENDS=1 KILLAT_STEP=1 KILLAT_ROLE=driver \
    KILLAT_SIGNAL=19 KILLAT_STATE=$state ASAN_OPTIONS=verify_asan_link_order=0
LD_PRELOAD=$KILLAT rekey_in_background --json
unset KILLAT_AFTER KILLAT_SENDS KILLAT_STEP KILLAT_ROLE KILLAT_SIGNAL KILLAT_STATE
until_ok 60 stopped || bail "the driver was not stopped: $(cat "$dir/err")"
since=$EPOCHSECONDS
until_ok $((stop_s + 60)) passed "$stop_s"
kill -CONT "$driver"
wait_run
is "stopped for $stop_s s: the permission has expired" "$(jq -r .error.code "$dir/out")" RPA301
is 'nothing was pressed' "$(filed)" 0
is 'and nothing is in doubt' "$(jq .items.doubt "$dir/out")" 0
ok 'the store verifies' verifies
rpa queue retry crime-reports --yes --why 'the machine was suspended' --state "$state"
rekey
ok 'the next run files it' proves
stop_host

# --- the host drops the session, and files after all ----------------------------------
late() { # horizon in ms, how late in ms
    horizon=$1 new_state
    start_host --justify-every 0 --drop-file-late "$2"
    rekey
    is "horizon $1 ms: the session drops, in doubt" "$status" 9
    since=$EPOCHSECONDS
    rekey
}
late $((late_ms + 4000)) "$late_ms"
is 'within it: not looked for, not keyed' "$status" 9
until_ok 60 passed $(((late_ms + 4000) / 1000 + 1))
rekey
is 'past it: found' "$status" 0
ok 'said' said 'found in the target'
is 'and never twice' "$(twice)" 0
ok 'once' proves
ok 'the store verifies' verifies
stop_host
late 0 10000 # later than the next run looks, on a slow machine too
filed_twice() { [ "$(filed)" = 2 ]; }
ok 'control: without a horizon it is there twice' until_ok 60 filed_twice
done_testing
