#!/bin/bash
# One supervisor a state directory, and its control socket: who may ask what.
. "$(dirname "$0")/lib.sh"

start_source 6
start_host --justify-every 0 --work-ms 500

rpa status --state "$state"
is 'no supervisor: status ends with 3' "$status" 3
ok 'no supervisor: it says so' grep -qx 'nothing runs' "$dir/out"

new_state
rekey_in_background
until_ok 60 becomes '.in_item and .item > 1' || bail "no second item: $(cat "$dir/err")"

# --- the second supervisor ------------------------------------------------------------
"$RPA" run -e 'print("second")' --state "$state" >"$dir/out2" 2>"$dir/err2"
is 'a second supervisor is refused' $? 4
ok 'with one clear error' grep -q 'error RPA102: .*another' "$dir/err2"
ok 'and has run nothing' not grep -q second "$dir/out2"

# --- status ------------------------------------------------------------------------------
"$RPA" status --state "$state" --json >"$dir/status" 2>>"$dir/err"
is 'status --json: run, bot, items' \
    "$(jq -r '.runs[0] | [.run, .bot, .items, .step, .stopping] | join(" ")' "$dir/status")" \
    '1 rekey_crime_reports 6 bot false'
counts() { jq -e '.runs[0] | .keys > 0 and .rows > 0 and .done + .rejected >= 1 and .item >= 2' "$dir/status" >/dev/null; }
ok 'status --json: how far it is' counts
"$RPA" status --state "$state" >"$dir/status"
ok 'status: a line for people' grep -qE '^run 1: rekey_crime_reports, step bot, item [2-6] of 6(, will finish [0-2][0-9]:[0-5][0-9])?$' "$dir/status"

# --- a client that says nothing -------------------------------------------------------------
client() { # what to send; prints the answer, or "dropped"
    python3 - "$state/control.sock" "$1" <<'PY'
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.settimeout(8)
s.connect(sys.argv[1])
if sys.argv[2]:
    s.send(bytes.fromhex(sys.argv[2]))
print(s.recv(4096).hex() or "dropped")
PY
}
is 'a client that says nothing is dropped' "$(client '')" dropped
client '' >/dev/null &
silent=$!
ok 'and does not keep others out' becomes '.run == 1'
wait "$silent"
answers() { client "$1" | grep -q "$(printf '%s' "$2" | od -An -tx1 | tr -d ' \n')"; }
ok 'bytes that are no message are refused' answers ffff EPROTO
ok 'an unknown question is refused' answers a26176016463616c6c6564616e6365 EINVAL
ok 'a known one is answered' answers a26176016463616c6c66737461747573 rekey_crime_reports

# --- who may not ask ---------------------------------------------------------------------------
ok 'the socket is its owner'"'"'s alone' [ "$(stat -c %a "$state/control.sock")" = 600 ]
if [ "$(id -u)" = 0 ]; then
    install -m 755 "$RPA" "$dir/rpa"
    other() { setpriv --reuid 65534 --regid 65534 --clear-groups "$dir/rpa" "$1" --state "$state" >"$dir/out2" 2>"$dir/err2"; }
    other status
    is 'another user does not reach it' $? 5
    chmod 711 "$state" && chmod 666 "$state/control.sock"
    other status
    is 'nor is answered when the modes let it' $? 5
    ok 'being told why' grep -q 'RPA120: this supervisor answers its own user, not uid 65534' "$dir/err2"
    other stop
    is 'nor can it stop the run' $? 5
    chmod 700 "$state"
    ok 'the run goes on' becomes '.stopping == false'
fi

# --- stop -----------------------------------------------------------------------------------------
"$RPA" stop --state "$state" --json >"$dir/status" 2>>"$dir/err2"
is 'stop is taken' $? 0
is 'stop says that it stops' "$(jq ".runs[0].stopping" "$dir/status")" true
"$RPA" stop --state "$state" >/dev/null 2>&1
is 'stop again is no hard stop' $? 0
wait_run
is 'the run ends with 7' "$status" 7
some() { [ "$(filed)" -ge 2 ] && [ "$(filed)" -lt 6 ]; }
ok "after the item it was at ($(filed) filed)" some
ok 'it said so' said 'stopping after item'
ok 'the socket is gone' not test -e "$state/control.sock"
stop_host
start_host --justify-every 0
rekey
ok 'the next run does the rest' proves
ok 'the store verifies' verifies

# --- a socket that a killed supervisor left ----------------------------------------------------
new_state
rekey_in_background
until_ok 60 has_child bot || bail "no bot: $(cat "$dir/err")"
kill -KILL "$run_pid"
wait_run
ok 'a killed supervisor leaves its socket' test -S "$state/control.sock"
rpa status --state "$state"
is 'which nobody answers' "$status" 3
rekey_in_background
ok 'the next supervisor takes its place' until_ok 60 becomes '.run == 2'
"$RPA" stop --state "$state" >/dev/null 2>&1
wait_run
done_testing
