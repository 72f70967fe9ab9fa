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

# Had the report's end come to the queue's file before step k?
ended() { awk -v k="$k" '/item.end/ { end = 1 } end && /flush queue.db/ { exit n = NR < k - 1 } END { exit !n }' "$dir/names"; }

start_host --justify-every 0
new_state
add N-0
: >"$dir/names"
watched 0 none
is 'a run that nobody kills' "$status" 0
last=$(awk '/item.end/ { end = 1 } end && /flush queue.db/ { print NR + 1; exit }' "$dir/names")
head -n "$last" "$dir/names" | cat -n | sed 's/^ */# step /'
ok "a report of four fields has $last steps" [ "$last" -gt 40 ]
[ "${KILL_LIST:-}" = '' ] || { done_testing; exit; }

hits=0 points=0 doubted=0
: >"$dir/killed"
for role in "${roles[@]}"; do
    for ((k = 1, past = 0; past < 5; k++)); do
        settled && add "$role-$k"
        : >"$dir/names"
        watched "$k" "$role"
        if ended; then # the number of steps depends on what the bot is shown
            past=$((past + 1))
            continue
        fi
        points=$((points + 1))
        name=$(sed -n "${k}p" "$dir/names")
        case $status in
        0) echo "# $role before step $k, $name: not killed" ;;
        *) hits=$((hits + 1)) && echo "$name" >>"$dir/killed" ;;
        esac
        [ "$(twice)" = 0 ] || bail "$role before step $k, $name: a report is there twice"
        grep -q COMMIT "$dir/names" || continue
        four # looks for what is in doubt
        doubted=$((doubted + $(grep -c 'was in doubt: ' "$dir/err")))
    done
done
ok "$hits of $points runs were killed, each before another step" \
    [ "$hits" -ge $((points * 3 / 4)) ]
sort "$dir/killed" | uniq -c | sort -rn | sed 's/^ */# killed before: /'
ok "reports were in doubt ($doubted times)" [ "$doubted" -gt 0 ]
for _ in 1 2 3; do # what failed with its application is tried again
    four
    settled && break
done
ok 'in the end every report is done' settled
ok 'each is at the host exactly once, and right' proves
is 'none is there twice' "$(twice)" 0
ok 'the store verifies' verifies
done_testing
