#!/bin/bash
# kill -9 of the supervisor, the driver, the bot and the application at named
# steps of keying a report, one after the other on one queue; each next run goes
# on from there. In the end every report is in the host's own file exactly once,
# nothing is lost, and the audit verifies. (kill_named.sh: at every step.)
. "$(dirname "$0")/lib.sh"

# Where: after the first message with this text in it, before the k-th step (a
# message, a write, a flush) of the supervisor.
points=()
for k in 1 3 5; do points+=("item.next $k supervisor"); done
for k in 1 2 3 4 5 6 7 8 9; do points+=("COMMIT $k supervisor"); done
for k in 1 2 3 5 7; do points+=("item.end $k supervisor"); done
points+=('COMMIT 1 driver' 'COMMIT 6 driver' 'item.end 1 driver'
    'COMMIT 6 bot' 'item.end 3 bot' 'item.next 2 bot'
    'COMMIT 1 app' 'COMMIT 6 app')

twice() { jq -r '.fields["Online Ref"]' "$dir/host.jsonl" | sort | uniq -d | wc -l; }
states() { "$RPA" queue list crime-reports --json --state "$state" | jq -r .state; }
settled() { [ "$(states | grep -cvx 'done\|rejected')" = 0 ]; }
killed_run() { # text, k, role; a row's kind as its message has it (CBOR)
    local text=$1
    [ "$1" != COMMIT ] || text=kindfCOMMIT
    export KILLAT_AFTER=$text KILLAT_STEP=$2 KILLAT_ROLE=$3 KILLAT_STATE=$state \
        ASAN_OPTIONS=verify_asan_link_order=0
    LD_PRELOAD=$KILLAT rekey_in_background --quiet
    unset KILLAT_AFTER KILLAT_STEP KILLAT_ROLE KILLAT_STATE
    wait_run
}

start_host --justify-every 0
start_source 30
new_state
hits=0 doubted=0
for point in "${points[@]}"; do
    read -r text k role <<<"$point"
    : >"$dir/children"
    killed_run "$text" "$k" "$role"
    case $status in
    0 | 3) echo "# $role, step $k after $text: not killed (ended with $status)" ;;
    *) hits=$((hits + 1)) ;;
    esac
    doubted=$((doubted + $(states | grep -cx 'in doubt')))
    [ "$(twice)" = 0 ] || bail "$role, step $k after $text: a report is there twice"
done
ok "$hits of ${#points[@]} runs were killed" [ "$hits" -ge $((${#points[@]} * 3 / 4)) ]
ok "reports were left in doubt ($doubted times)" [ "$doubted" -gt 2 ]
for _ in 1 2 3; do # what failed with its application is tried again
    rekey --quiet
    settled && break
done
ok 'in the end every report is settled' settled
ok 'each is at the host exactly once, and right' proves
is 'none is there twice' "$(twice)" 0
ok 'the store verifies' verifies

# --- control: with the memory of the fence taken away it does double ----------------
rm -rf "$state"
stop_host
start_host --justify-every 0 --file-ms 60000
start_source 1
new_state
rpa run -e 'print("store")' --state "$state"
cp -a "$state" "$dir/before"
rekey_in_background --quiet
one_filed() { [ "$(filed)" = 1 ]; }
until_ok 60 one_filed || bail "nothing was filed: $(cat "$dir/err")"
kill -KILL "$run_pid"
wait_run
stop_host
start_host --justify-every 0
cp -a "$state" "$dir/killed"
cp "$dir"/before/queue.db* "$state/"
rekey --quiet
is 'an older queue beside the audit: in doubt' "$status" 9
rekey --quiet
is 'and then found' "$(filed)" 1
rm -rf "$state"
mv "$dir/before" "$state"
rekey --quiet
is 'control: queue and audit as they were before: the report is there twice' "$(twice)" 1
done_testing
