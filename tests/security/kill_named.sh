#!/bin/bash
# kill -9 at each step that has a name (a message taken or sent, a flush) of
# keying a report of four fields, from its being given out to its end; each step
# for each role. The next run goes on from there. In the end every report is in
# the host's own file exactly once, and the audit verifies.
#   kill_named.sh [ROLE…]    KILL_LIST=1: only list the steps
. "$(dirname "$0")/lib.sh"
roles=("$@")
[ $# -gt 0 ] || roles=(supervisor driver bot app)

twice() { jq -r '.fields["Online Ref"]' "$dir/host.jsonl" | sort | uniq -d | wc -l; }
states() { "$RPA" queue list crime-reports --json --state "$state" | jq -r .state; }
settled() { [ "$(states | grep -cvx 'done')" = 0 ]; }
add() { # references; four fields each, as the host demands
    for ref in "$@"; do
        jq -nc --arg r "$ref" '{"Online Ref": $r, "Crime Type": "BURGLARY", Surname: "Lee",
            Narrative: ("The window of " + $r + " was broken.")}'
    done >"$dir/more.jsonl"
    jq -c '{id: ."Online Ref", expect: "key", reasons: [], narrative: .Narrative,
        fields: del(.Narrative)}' "$dir/more.jsonl" >>"$dir/truth.jsonl"
    "$RPA" queue add crime-reports "$dir/more.jsonl" --reference 'Online Ref' \
        --state "$state" >"$dir/out" 2>&1 || bail "nothing is queued: $(cat "$dir/out")"
}
four() { # options of killat…; the queue alone
    source_port=0
    rekey_args
    args=("${args[@]/source=*/source=}")
    (cd "$ROOT" && exec env "$@" "$RPA" "${args[@]}" --quiet >"$dir/out" 2>"$dir/err") &
    run_pid=$!
    pids+=" $run_pid"
    wait_run
}
watched() { # step, role; counted from the report's being asked for
    four "KILLAT_STEP=$1" "KILLAT_ROLE=$2" KILLAT_AFTER=item.next KILLAT_NAMED=1 \
        "KILLAT_STATE=$state" "KILLAT_NAMES=$dir/names" "LD_PRELOAD=$KILLAT" \
        ASAN_OPTIONS=verify_asan_link_order=0
}

start_host --justify-every 0
new_state
add N-0
: >"$dir/names"
watched 0 none
is 'a run that nobody kills' "$status" 0
# to where its end is durable: the flush of the queue after the last item.end
last=$(awk '/item.end/ { end = NR } end && /flush queue.db/ { last = NR; end = 0 } END { print last + 1 }' "$dir/names")
mapfile -t steps < <(head -n "$last" "$dir/names")
ok "a report of four fields has $last steps" [ "$last" -gt 60 ]
for ((k = 1; k <= last; k++)); do echo "# $k ${steps[k - 1]}"; done
[ "${KILL_LIST:-}" = '' ] || { done_testing; exit; }

hits=0 points=0 doubted=0
: >"$dir/killed"
for role in "${roles[@]}"; do
    for ((k = 1; k <= last; k++)); do
        points=$((points + 1))
        add "$role-$k"
        : >"$dir/names"
        watched "$k" "$role"
        case $status in
        0) echo "# $role before step $k, ${steps[k - 1]}: not killed" ;;
        *) hits=$((hits + 1)) && sed -n "${k}p" "$dir/names" >>"$dir/killed" ;;
        esac
        doubted=$((doubted + $(states | grep -cx 'in doubt')))
        [ "$(twice)" = 0 ] || bail "$role before step $k, ${steps[k - 1]}: a report is there twice"
    done
done
ok "$hits of $points runs were killed" [ "$hits" -ge $((points * 3 / 4)) ]
sort "$dir/killed" | uniq -c | sort -rn | sed 's/^ */# killed before: /'
ok "reports were left in doubt ($doubted times)" [ "$doubted" -gt 2 ]
for _ in 1 2 3; do # what failed with its application is tried again
    four
    settled && break
done
ok 'in the end every report is done' settled
ok 'each is at the host exactly once, and right' proves
is 'none is there twice' "$(twice)" 0
ok 'the store verifies' verifies
done_testing
