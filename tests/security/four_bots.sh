#!/bin/bash
# Four bots of one daemon on one queue; one of them, by chance, is killed every
# second, and another begun in its place. In the end every report is in the host's
# own file exactly once.   four_bots.sh [SECONDS]
. "$(dirname "$0")/lib.sh"
seconds=${1:-8}
RANDOM=7

twice() { jq -r '.fields["Online Ref"]' "$dir/host.jsonl" | sort | uniq -d | wc -l; }
states() { "$RPA" queue list crime-reports --json --state "$state" | jq -r .state; }
count_of() { states | grep -cx "$1"; }
settled() { [ "$(states | grep -cvx 'done\|rejected')" = 0 ]; }
bots() { child bot; }
four() { [ "$(bots | wc -l)" = 4 ]; }
answers() { "$RPA" status --state "$state" --json >/dev/null 2>&1; }
begin_run() { # nth; whatever it ends with
    rekey_args
    (cd "$ROOT" && exec "$RPA" "${args[@]}" --quiet >"$dir/run$1.out" 2>"$dir/run$1.err") &
    running[$1]=$!
    pids+=" $!"
}
again() { # begin those anew that have ended
    local n
    for n in 1 2 3 4; do
        kill -0 "${running[n]}" 2>/dev/null || begin_run "$n"
    done
}

start_host --justify-every 0 --file-ms 400
start_source $((seconds * 8 + 40))
new_state
"$RPA" daemon --state "$state" --max-bots 4 2>"$dir/err" &
daemon_pid=$!
pids+=" $daemon_pid"
until_ok 60 answers || bail 'no daemon'
running=()
for n in 1 2 3 4; do begin_run "$n"; done
ok 'four bots at once' until_ok 120 four
kills=0 until_s=$((EPOCHSECONDS + seconds)) next=$EPOCHSECONDS
while [ "$EPOCHSECONDS" -lt "$until_s" ]; do
    again
    mapfile -t there < <(bots)
    if [ "$EPOCHSECONDS" -ge "$next" ] && [ ${#there[@]} -gt 0 ]; then
        kill -KILL "${there[RANDOM % ${#there[@]}]}" 2>/dev/null && kills=$((kills + 1))
        next=$((EPOCHSECONDS + 1))
    fi
    read -rt 0.05 <> <(:) || true # the next look at who is there
done
ok "$kills bots were killed in $seconds s, $(filed) reports filed meanwhile" \
    [ "$kills" -ge $((seconds / 3)) ]
is 'none is there twice' "$(twice)" 0
echo "# in doubt then: $(count_of 'in doubt')"
for n in 1 2 3 4; do wait "${running[n]}"; done
for _ in 1 2 3; do
    settled && break
    rekey --quiet
done
ok 'in the end every report is settled' settled
ok 'each is at the host exactly once, and right' proves
is 'none is there twice' "$(twice)" 0
"$RPA" stop --state "$state" >/dev/null
wait "$daemon_pid"
is 'the daemon ends well' $? 0
ok 'the store verifies' verifies
done_testing
