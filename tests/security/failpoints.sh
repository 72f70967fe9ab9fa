#!/bin/bash
# kill -9 of the supervisor, the driver and the bot before each step of the
# protocol: what was acknowledged is there, the store verifies, and the next
# run goes on.   failpoints.sh [KILLS]
. "$(dirname "$0")/lib.sh"
kills=${1:-60}
RANDOM=4

# Each run closes a segment of the audit when it has ended.
export XDG_CONFIG_HOME=$dir/xdg
mkdir -p "$dir/xdg/rpa"
echo 'return { segment_rows = 20 }' >"$dir/xdg/rpa/rpa.conf"

# A run with everything that is rowed and no display: items, requests, a commit
# act each, what is printed.
start_source 3
new_bot steps <<'LUA' 3<<MANIFEST
local source = "http://" .. rpa.set.source
rpa.http.all { { url = source .. "/reports" }, { url = source .. "/reports" } }
local queue = rpa.queue("steps")
for i = 1, 3 do
    queue:add { reference = rpa.set.round .. "-" .. i }
end
queue:each(function(item)
    rpa.http.request { method = "POST", url = source .. "/reports", body = item.reference }
    local shown = rpa.http.get(source .. "/reports")
    rpa.log("one more")
    item:done(shown.body:match('id="([^"]+)"'))
end, { reconcile = function()
    return "found", rpa.http.get(source .. "/reports").body:match('id="([^"]+)"')
end })
print("done")
LUA
return {
    name = "steps", queues = { steps = { horizon_ms = 0, backoff_ms = 1 } }, http = { "127.0.0.1:$source_port" },
    set = { round = "0", source = "127.0.0.1:$source_port" },
}
MANIFEST

acked() { # the last row that was promised, of a file of 8 bytes
    [ -s "$dir/acks" ] && od -An -t d8 "$dir/acks" | tr -d ' ' || echo 0
}
run_steps() { # role, step, round
    rm -f "$dir/acks" "$dir/count"
    KILLAT_ROLE=$1 KILLAT_STEP=$2 KILLAT_STATE=$state KILLAT_ACKS=$dir/acks \
        KILLAT_COUNT=$dir/count ASAN_OPTIONS=verify_asan_link_order=0 \
        LD_PRELOAD=$KILLAT "$RPA" run "$dir/bots/steps" --set "round=$3" \
        --state "$state" --quiet >"$dir/out" 2>"$dir/err" &
    run_pid=$!
    pids+=" $run_pid"
    wait_run
}
# Rows that are there and verify; the store of a killed run, as it lies.
rows() {
    "$RPA" audit verify --state "$state" --json >"$dir/verify" 2>>"$dir/err" ||
        true
    jq -r 'if .verdict == "verified" or .verdict == "incomplete" then .rows else -1 end' "$dir/verify" 2>/dev/null || echo -1
}

run_steps none 0 count
is 'a run that nobody kills' "$status" 0
steps=$(cat "$dir/count")
ok "its supervisor has $steps steps, $(acked) rows were acknowledged" \
    [ "$steps" -gt 60 ]

lost=0 broken=0 stuck=0 killed=0 promised=0
for ((i = 0; i < kills; i++)); do
    if ((i % 12 == 0)); then rm -rf "$state"; fi # the making of a store as well
    roles=(supervisor driver bot)
    role=${roles[i % 3]}
    step=$((1 + (i / 3 * 3 + RANDOM % 3) * steps / kills % steps))
    run_steps "$role" "$step" "$i"
    if [ "$status" != 0 ]; then killed=$((killed + 1)); fi
    now=$(acked)
    promised=$((promised + now))
    have=$(rows)
    if [ "$now" -gt 0 ] && [ "$have" -lt 0 ]; then
        broken=$((broken + 1))
        echo "# $role before step $step: $(cat "$dir/verify")"
    elif [ "$now" -gt 0 ] && [ "$have" -lt "$now" ]; then
        lost=$((lost + 1))
        echo "# $role before step $step: row $now was acknowledged, $have are there"
    fi
    [ $((i % 4)) = 3 ] || continue # the next one opens it as well
    run_steps none 0 "again $i"
    have=$(rows)
    if [ "$status" != 0 ] || [ "$have" -lt "$now" ]; then
        stuck=$((stuck + 1))
        echo "# after $role before step $step: the next run ends with $status"
        sed 's/^/#   /' "$dir/err"
    fi
done
ok "$kills kills, $killed runs ended by them: $lost lost an acknowledged row, \
$broken did not verify, $stuck did not go on" \
    [ $((lost + broken + stuck)) = 0 ]
ok 'most were (the last steps come when the others have left)' \
    [ "$killed" -ge $((kills * 3 / 4)) ]
ok 'rows were acknowledged before' [ "$promised" -gt "$kills" ]

# What counts must count: with an older copy of the store put back, it is short.
rm -rf "$state"
run_steps none 0 before
cp -a "$state" "$dir/older"
run_steps none 0 after
rm -rf "$state"
mv "$dir/older" "$state"
ok "control: an older copy has $(rows) rows, short of the $(acked) acknowledged" \
    [ "$(rows)" -lt "$(acked)" ]
done_testing
