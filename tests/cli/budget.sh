#!/bin/bash
# The budget of a host is that of all bots of a daemon together, and when the host
# slows, its bots are told to wait.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/daemon_lib.sh"
conf() { printf 'return { %s }\n' "$1" >"$dir/rpa.conf"; }
sent() { "$RPA" audit show --json --state "$state" | grep -c '"kind":"COMMIT"'; }
all_held() { is_so "(.runs | length == $1) and all(.runs[]; .held)"; }
bots=()
start_bot() { # arguments of run…
    "$RPA" run --state "$state" --config "$dir/rpa.conf" "$@" >>"$dir/bots.out" 2>&1 &
    bots+=($!)
}
start_source --reports 4 --seed 5

# --- commit acts a minute --------------------------------------------------------------
bot_posts
new_state
conf 'targets = { web = { budget = { per_minute = 2 } } }'
start_daemon --max-bots 4
for _ in 1 2 3; do start_bot "$dir/bots/posts"; done
ok 'three bots of one host wait together' until_ok 60 all_held 3
ok 'with two sent in all' [ "$(sent)" = 2 ]
ok 'which is what they wait for' is_so 'all(.runs[]; .waits_for == "the budget of web, 2 commit acts a minute")'
"$RPA" stop --all --now --state "$state" >/dev/null
ok 'a stop now ends what waits' until_ok 60 is_so '.runs == [] and .leaving == false'
ok 'and sends nothing of it' [ "$(sent)" = 2 ]
conf ''
for _ in 1 2 3; do start_bot "$dir/bots/posts"; done
all_sent() { [ "$(sent)" = 11 ]; }
ok 'control: without a budget all are sent' until_ok 60 all_sent

# --- a host that slows -----------------------------------------------------------------
start_host --work-ms 1500
conf 'targets = { crime_recording = { slow_ms = 1000 } }'
start_bot rekey_crime_reports --set "host=$host" --set "source=$source" \
    --purpose justification='keyed for the crime desk'
ok 'a slow answer is told of' until_ok 60 logged 'the target took .* s to answer: its bots wait as long'
"$RPA" stop --all --now --state "$state" >/dev/null
until_ok 60 is_so '.runs == []' || bail 'it does not end'

# --- all bots wait for a slow host ------------------------------------------------------
bot slow 'return { name = "slow", target = "till", windows = { "Till" }, app = {
    ready = { title = "Till" }, argv = { "xterm", "-fn", "9x15", "-T", "Till", "-e", "sh", "-c",
        "echo open; read x; sleep 12; echo taken; read x; echo closed" } } }' <<'LUA'
local grid = rpa.window("Till"):grid()
grid:wait("open", { timeout = 60 })
grid:key("Enter")
grid:wait("taken", { timeout = 60 })
grid:key("Enter")
grid:wait("closed", { timeout = 60 })
LUA
conf 'targets = { till = { slow_ms = 1000 } }'
before=$(sent)
for _ in 1 2 3; do start_bot "$dir/bots/slow"; done
ok 'all bots of a slow host wait' until_ok 60 all_held 3
start_bot -e 'rpa.log("another answers")'
ok 'the daemon has ears for others' wait "${bots[-1]}"
ok 'while they wait' all_held 3
ok 'for that' is_so 'all(.runs[]; .waits_for == "till, which is slow")'
ok 'and each has sent one' [ "$(($(sent) - before))" = 3 ]
"$RPA" stop --all --state "$state" >/dev/null
ok 'a stop ends them' until_ok 60 is_so '.runs == []'
ok 'and sends nothing of theirs' [ "$(($(sent) - before))" = 3 ]
"$RPA" stop --now --state "$state" >/dev/null
end_daemon
ok 'the daemon ends' exits 0
wait "${bots[@]}"
ok 'the store verifies' verified
done_testing
