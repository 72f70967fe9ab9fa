#!/bin/bash
# A daemon with eight bots at work, one that waits for a network, schedules that come
# each second, a folder that does not answer, and somebody to be told who says nothing:
# a mail server, a webhook or a command. Its loop is there for everybody all the time,
# on a disk that takes no time, where one can be had.
if [ "${1-}" != inside ] && [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; then
    exec unshare -m "$0" inside
fi
case ${1-}:$ROOT:$BUILD in
inside:*:/tmp* | inside:/tmp*) ;;
inside:*) mount -t tmpfs none /tmp ;;
esac
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/daemon_lib.sh"
export SLOW_FILE=shared.txt SLOW_ONCE=$dir/slow DISK_MS=$dir/disk_ms
mkdir "$dir/in"
# who is connected to, and never says a word
exec 6< <(exec python3 -c 'import socket, time
s = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*[one.getsockname()[1] for one in s], flush=True)
time.sleep(600)')
silent_pid=$!
read -r -t 60 port asked <&6 || bail 'nobody is silent'
end_all() {
    kill "$silent_pid"
    finish_daemon
}
trap end_all EXIT
bot items 'return { name = "items", queues = { work = {} } }' <<'LUA'
for item in rpa.queue("work"):items() do
    item:reject { "tested" }
end
LUA
bot asks "return { name = 'asks', target = 'web', http = { '127.0.0.1:$asked' } }" \
    <<<"rpa.http.request { method = 'GET', url = 'http://127.0.0.1:$asked/' }"
bot ticks <<<'rpa.log("tick")'
cat >"$dir/schedules.lua" <<L
return { ticks = { bot = '$dir/bots/ticks', at = '* * * * * *' },
    file = { bot = '$dir/bots/ticks', file = { path = '$dir/in/shared.txt' } } }
L
printf '{"id":"%s"}\n' {1..400} >"$dir/items.jsonl"
channel() { # the table of who is told
    printf 'return { max_bots = 12, alerts = { every_s = 1, disk_mib = 1000000000, %s } }\n' \
        "$1" >"$dir/rpa.conf"
}
connected() { grep -qi " 0100007F:$(printf '%04X' "$1") 01 " /proc/net/tcp; } # port
to_here() { connected "$port"; }
most_us=50000
grep -q __asan_init "$RPA" && most_us=150000 # a sanitizer computes three times as long
health() { status | jq ".health.$1"; }
begin() { # the table of who is told
    channel "$1"
    new_state
    touch "$SLOW_ONCE"
    rm -f "$DISK_MS"
    LD_PRELOAD=$SLOWDISK:$SLOWFILES start_daemon --config "$dir/rpa.conf" \
        --schedules "$dir/schedules.lua" --warm 0
    rpa queue create work --state "$state"
    rpa schedule approve ticks file --state "$state" --schedules "$dir/schedules.lua"
    "$RPA" run "$dir/bots/asks" --state "$state" >"$dir/asks.out" 2>&1 &
    asks_pid=$!
}
end() {
    kill -KILL "$daemon_pid"
    end_daemon
    wait "$asks_pid"
    rm -f "$dir/waits"
}
run_eight() {
    local pid pids=()
    rpa queue add work "$dir/items.jsonl" --state "$state"
    for _ in {1..8}; do
        "$RPA" run "$dir/bots/items" --quiet --state "$state" >"$dir/items.out" 2>&1 &
        pids+=($!)
    done
    wait "${pids[@]}"
}
done_all() { [ "$("$RPA" queue list work --json --state "$state" | jq -s 'map(select(.state == "rejected")) | length')" = 400 ]; }
while_it_hangs() { # name, the table, what is so while it hangs
    begin "$2"
    ok "$1 says nothing" until_ok 60 "$3"
    ok "$1: nor does the folder" until_ok 60 not test -e "$SLOW_ONCE"
    ok "$1: nor does who a bot asks" until_ok 60 connected "$asked"
    run_eight
    ok "$1: eight bots do their work" done_all
    ok "$1: and schedules come" until_ok 60 logged 'tick$'
    ok "$1: it says nothing still" "$3"
    ok "$1: no turn of the loop was over 50 ms" [ "$(health longest_us)" -le "$most_us" ]
    printf '# longest turn %s us of %s turns\n' "$(health longest_us)" "$(health turns)"
}
command_waits() { [ -e "$dir/waits" ] && kill -0 "$(cat "$dir/waits")"; }

while_it_hangs 'a mail server' "mail = { server = 'smtp://127.0.0.1:$port',
    from = 'rpa@force.example', to = { 'night@force.example' }, plain = true }" to_here
end
while_it_hangs 'a webhook' "webhook = { url = 'http://127.0.0.1:$port/hook' }" to_here
end
while_it_hangs 'a command' "command = { 'sh', '-c', 'echo \$\$ >$dir/waits; exec sleep 600' }" \
    command_waits

# --- control: what the loop itself waits for is seen ---------------------------------------
echo 200 >"$DISK_MS"
"$RPA" run "$dir/bots/ticks" --state "$state" >"$dir/out" 2>&1
rm "$DISK_MS"
ok 'control: a disk that takes 200 ms is a turn that does' [ "$(health longest_us)" -gt 200000 ]
ok 'which is counted' [ "$(health stalls)" -ge 1 ]
ok 'and told' logged 'the loop stood still for'
end
done_testing
