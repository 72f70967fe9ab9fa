#!/bin/bash
# On a disk that takes its time for each flush, a turn of the daemon's loop has one:
# schedules come each second, four bots work through a queue, runs begin and end, and
# people approve, pause, resume, start, add and retry.
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
cat >"$dir/schedules.lua" <<LUA
return {
    ticks = { bot = '$dir/bots/ticks', at = '* * * * * *' },
    yearly = { bot = '$dir/bots/ticks', at = '0 0 1 1 *' },
}
LUA
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
asks() { # WHAT COMMAND…: a person has that done
    local what=$1 was
    was=$(with_more)
    shift
    rpa "$@" --state "$state"
    exits 0 || bail "$what: $(cat "$dir/err")"
    is "$what: one flush a turn" "$(with_more)" "$was"
}
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

# --- what people ask for: its row in one turn, what it does in a later one --------------
schedules=(--schedules "$dir/schedules.lua")
asks 'approving a schedule' schedule approve yearly "${schedules[@]}"
asks 'pausing it' schedule pause yearly --why 'a test' "${schedules[@]}"
asks 'resuming it' schedule resume yearly --why 'tested' "${schedules[@]}"
asks 'starting it by hand' schedule run yearly "${schedules[@]}"
asks 'making a queue' queue create other
printf '{"id":"more %s"}\n' {1..250} >"$dir/more.jsonl"
asks 'adding items' queue add other "$dir/more.jsonl"
is 'which are there' "$("$RPA" queue list other --json --state "$state" | jq -s length)" 250
asks 'pausing a queue' queue pause other --why 'a test'
asks 'resuming it' queue resume other --why 'tested'
asks 'doing items once more' queue retry work 1 2 --again --why 'a test'
asks 'exporting content' queue export other --purpose 'justification=a test'
printf '# turns with 0, 1, … flushes: %s\n' "$(turns | paste -sd' ')"

# --- control: what flushes more than once in a turn is seen to --------------------------
rpa backup "$dir/backup" --keys "$dir/keys" --state "$state"
exits 0 || bail "no backup: $(cat "$dir/err")"
ok 'control: a backup, whose row is signed at once, does more in a turn' \
    [ "$(with_more)" -gt "$before" ]
done_testing
