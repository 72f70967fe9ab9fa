#!/bin/bash
# On a disk that takes its time for each flush, a turn of the daemon's loop has one:
# schedules come each second, four bots work through a queue, runs begin and end.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/daemon_lib.sh"
export STALLS=$dir/stalls DISK_MS=$dir/disk_ms
head -c 96 /dev/zero >"$STALLS"
bot items 'return { name = "items", queues = { work = {} } }' <<'LUA'
for item in rpa.queue("work"):items() do
    item:reject { "tested" }
end
LUA
bot ticks <<<'rpa.log("tick")'
echo "return { ticks = { bot = '$dir/bots/ticks', at = '* * * * * *' } }" >"$dir/schedules.lua"
echo 'return { max_bots = 8 }' >"$dir/rpa.conf"
printf '{"id":"%s"}\n' {1..16} >"$dir/items.jsonl"
turns() { od -An -v -t d8 -w8 -j 32 "$STALLS" | tr -d ' '; } # with 0, 1, … flushes, a line each
with() { turns | sed -n "$(($1 + 1))p"; }
with_more() { turns | awk 'NR > 2 { n += $1 } END { print n }'; }
work() {
    local pid pids=()
    for _ in {1..4}; do
        "$RPA" run "$dir/bots/items" --quiet --state "$state" >"$dir/items.out" 2>&1 &
        pids+=($!)
    done
    wait "${pids[@]}"
}
rejected() { "$RPA" queue list work --json --state "$state" | jq -s 'map(select(.state == "rejected")) | length'; }
ticked() { [ "$(grep -c 'tick$' "$dir/daemon.err")" -ge "$1" ]; } # so often

new_state
LD_PRELOAD=$STALLS_LIB:$SLOWDISK start_daemon --config "$dir/rpa.conf" \
    --schedules "$dir/schedules.lua" --warm 0
rpa queue create work --state "$state"
rpa queue add work "$dir/items.jsonl" --state "$state"
rpa schedule approve ticks --state "$state" --schedules "$dir/schedules.lua"
exits 0 || bail "not approved: $(cat "$dir/err")"
ok 'schedules come' until_ok 60 ticked 1
echo 15 >"$DISK_MS"
ok 'and go on when the disk is slow' until_ok 60 ticked 2 # a turn of before is over
before=$(with_more) flushed=$(with 1)
work
is 'four bots do all items' "$(rejected)" 16
ok 'schedules come meanwhile' until_ok 60 ticked 6
ok 'each turn that flushed did so once' [ "$(with_more)" = "$before" ]
ok 'and there were many' [ "$(with 1)" -gt $((flushed + 2 * 16)) ]
printf '# turns with 0, 1, … flushes: %s\n' "$(turns | paste -sd' ')"

# --- control: what flushes more than once in a turn is seen to --------------------------
rpa queue add work "$dir/items.jsonl" --state "$state"
printf '{"id":"more %s"}\n' 1 2 3 >"$dir/items.jsonl"
rpa queue add work "$dir/items.jsonl" --state "$state"
ok 'control: adding items, which a person waits for, does more at once' \
    [ "$(with_more)" -gt "$before" ]
done_testing
