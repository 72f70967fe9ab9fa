#!/bin/bash
# A crowd at the daemon's control socket that says nothing and comes again and again;
# and commands without number that wait for their runs: who asks is answered.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/daemon_lib.sh"
crowd_pid=''
end_all() {
    [ -z "$crowd_pid" ] || kill "$crowd_pid" 2>/dev/null
    finish_daemon
}
trap end_all EXIT
CROWD=600
new_state
start_daemon --warm 0 --max-bots 1
fds() { find "/proc/$daemon_pid/fd" 2>/dev/null | wc -l; }
idle=$(fds)

# --- who says nothing ----------------------------------------------------------------
python3 - "$state/control.sock" $CROWD >"$dir/crowd" 2>"$dir/crowd.err" <<'PY' &
import socket, sys, threading
threading.stack_size(65536)
def one():
    while True:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s:
            s.connect(sys.argv[1])
            try:
                s.recv(1)
            except ConnectionError:
                pass
            print("dropped", flush=True)
for _ in range(int(sys.argv[2])):
    threading.Thread(target=one).start()
PY
crowd_pid=$!
crowded() { [ "$(fds)" -ge $((idle + 200)) ]; }
dropped() { [ "$(wc -l <"$dir/crowd")" -ge "$1" ]; }
took_ms() { # how long the command takes
    local began=${EPOCHREALTIME/[.,]/}
    "$@" >"$dir/out" 2>"$dir/err" || { echo 60000; return; }
    echo $(((${EPOCHREALTIME/[.,]/} - began) / 1000))
}
ok 'a crowd says nothing' until_ok 60 crowded
ok 'control: each of it comes again' until_ok 60 dropped $((2 * CROWD))
longest=0
for _ in 1 2 3 4 5; do
    ms=$(took_ms "$RPA" status --state "$state")
    [ "$ms" -le "$longest" ] || longest=$ms
done
ok "who asks is answered ($longest ms)" [ "$longest" -lt 3000 ]
before=$(wc -l <"$dir/crowd")
ok 'control: the crowd is there all the while' until_ok 60 dropped $((before + CROWD))
{ kill "$crowd_pid" && wait "$crowd_pid"; } 2>/dev/null
crowd_pid=
gone() { [ "$(fds)" -le "$idle" ]; }
ok 'nothing is kept of it' until_ok 60 gone

# --- who waits for a run -------------------------------------------------------------
bot waits <<<'while true do end'
waiting=()
for _ in {1..70}; do
    "$RPA" run "$dir/bots/waits" --quiet --state "$state" >>"$dir/waits.out" 2>&1 &
    waiting+=($!)
done
ok 'seventy commands wait for their runs' until_ok 60 is_so '.runs | length == 70'
ok 'one more stops them' "$RPA" stop --all --state "$state"
ok 'and all end' until_ok 60 is_so '.runs == []'
wait "${waiting[@]}"
"$RPA" stop --state "$state" >/dev/null
end_daemon
ok 'the daemon ends' exits 0
ok 'the store verifies' verified
done_testing
