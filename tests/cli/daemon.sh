#!/bin/bash
# One daemon, many bots: started by commands that stay attached, stopped one by
# one or all, four of them on one queue; what a bot's application leaves behind;
# a daemon that is killed.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/daemon_lib.sh"

# A command beside the test: its pid is in pids[name]
declare -A pids
attach() { # name, arguments of run…
    "$RPA" run --state "$state" "${@:2}" >"$dir/$1.out" 2>"$dir/$1.err" &
    pids[$1]=$!
}
await_run() { # name
    wait "${pids[$1]}" 2>/dev/null
    status=$?
}
runs() { is_so "[.runs[] | select(.step == \"bot\")] | length == $1"; }
run_of() { status | jq ".runs[] | select(.bot == \"$1\").run"; }
zombies() { ps -o stat= --ppid "$daemon_pid" | grep -c Z; }
no_zombie() { [ "$(zombies)" = 0 ]; }
# displays and folders of the daemon's, by the list for the next supervisor
folders() { awk '$1 == "dir" { print $2 }' "$state/children" 2>/dev/null | wc -l; }
servers() { ps -o comm= --ppid "$daemon_pid" | grep -c Xvfb; }
only_warm() { [ "$(folders)" = 1 ] && [ "$(servers)" = 1 ]; }

new_state
bot waits <<<'rpa.log("waiting") while true do end'
bot prints <<<'print("printed ż") rpa.log("logged")'
bot fails <<<'error("on purpose")'

# --- submitting ---------------------------------------------------------------------
# what systemd would hear, a line each
python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    print(s.recv(4096).decode(), flush=True)' "$dir/notify" >"$dir/notified" &
host_pid=$! # ended with the test
until_ok 60 test -S "$dir/notify"
told() { grep -qx "$1" "$dir/notified"; }
NOTIFY_SOCKET=$dir/notify start_daemon --max-bots 3
ok 'systemd is told that it is ready' until_ok 60 told READY=1
ok 'and what it does' until_ok 60 told 'STATUS=0 bots at work, 0 waiting'
ok 'a display is kept ready' until_ok 60 only_warm
ok 'its status says so' is_so '.daemon and .health.warm == 1 and .runs == [] and .next == []'
rpa run "$dir/bots/prints" --state "$state"
ok 'rpa run ends as the run does' exits 0
ok 'systemd was told of it' until_ok 60 told 'STATUS=1 bots at work, 0 waiting'
ok 'with what the bot prints' prints 'printed ż'
ok 'and logs' says logged
ok 'the log of the daemon says which run' grep -q '^run 1 (prints): logged$' "$dir/daemon.err"
ok 'and has nothing that was printed' not grep -q 'printed ż' "$dir/daemon.err"
rpa run "$dir/bots/fails" --state "$state"
ok 'an error comes back' error 1 110 'fails/main.lua:1' 'on purpose'
rpa run "$dir/bots/fails" --state "$state" --json
ok 'as JSON' summary '.exit == 1 and .run == 3 and .error.line == 1'
rpa run "$dir/bots/none" --state "$state"
ok 'what is refused is refused in the command' error 4 100 '' 'there is no bot'
is 'the operator is who asked' \
    "$("$RPA" audit show --json --state "$state" | jq -rs '[.[] | select(.kind == "RUN_OPEN" and .run > 0)][0] | .operator // .plain.actor // .actor')" "$(id -un)"

# --- many, and stopping ----------------------------------------------------------------
attach one "$dir/bots/waits"
until_ok 60 runs 1 || bail 'the first does not run'
first=$(run_of waits)
attach two "$dir/bots/waits"
attach three "$dir/bots/waits"
until_ok 60 runs 3 || bail 'three do not run'
attach four "$dir/bots/prints"
ok 'the fourth waits' until_ok 60 is_so '[.runs[] | select(.step == "waiting")] | length == 1'
"$RPA" stop "$first" --state "$state" >/dev/null
await_run one
ok 'one is stopped by its number' exits 130
await_run four
ok 'then the fourth runs' exits 0
kill -INT "${pids[two]}"
await_run two
ok 'one is stopped by Ctrl-C in its command' exits 130
kill -KILL "${pids[three]}"
await_run three
ok 'a command that is killed leaves its run' runs 1
"$RPA" stop --all --state "$state" >/dev/null
ok 'all are stopped, and the daemon stays' until_ok 60 is_so '.runs == [] and .leaving == false'
ok 'nothing is left but the warm display' until_ok 60 only_warm
ok 'no zombie' until_ok 60 no_zombie

# --- what an application leaves --------------------------------------------------------
new_stray() { # name, seconds that tell it from others
    bot "$1" "return { name = '$1', windows = { '$1' }, app = { ready = { title = '$1' },
        argv = { 'xterm', '-u8', '-T', '$1', '-fn',
            '-misc-fixed-medium-r-normal--15-140-75-75-c-90-iso10646-1', '-e', 'sh' } } }" <<LUA
local grid = rpa.window("$1"):grid()
grid:wait("$")
grid:type("setsid -f sleep $2; (setsid env -i sleep $2 &)")
grid:key("Enter")
grid:wait("never", { timeout = 60 })
LUA
}
strays() { pgrep -fcx "sleep $1"; }
two_of() { [ "$(strays "$1")" = 2 ]; }
none_of() { [ "$(strays "$1")" = 0 ]; }
new_stray left 98761
new_stray right 98762
attach left "$dir/bots/left"
attach right "$dir/bots/right"
until_ok 60 two_of 98761 && until_ok 60 two_of 98762 || bail 'no strays'
"$RPA" stop "$(run_of left)" --now --state "$state" >/dev/null
await_run left
if [ "$(id -u)" = 0 ]; then # told apart by their users
    ok 'a run ends with what its application put into other sessions' none_of 98761
else # of those without its folder in their environment the last run takes care
    ok 'a run ends with what its application put into another session' not two_of 98761
fi
ok "control: another's stay" two_of 98762
"$RPA" stop --all --now --state "$state" >/dev/null
await_run right
ok 'until it ends' until_ok 60 none_of 98762
ok 'none is left' until_ok 60 none_of 98761

# --- schedules ------------------------------------------------------------------------------
schedules=$dir/schedules.lua
bot ticks 'return { name = "ticks", set = { who = "" } }' <<<'rpa.log("for " .. rpa.set.who)'
bot slow <<<'rpa.log("slow") while true do end'
printf '%s\n' "return {
    often = { bot = '$dir/bots/ticks', at = '* * * * * *', set = { who = 'often' } },
    by_hand = { bot = '$dir/bots/slow', at = '0 0 1 1 *' },
}" >"$schedules"
"$RPA" stop --state "$state" >/dev/null
end_daemon
ok 'rpa stop ends the daemon' exits 0
ok 'and its last display' [ "$(folders)" = 0 ]
start_daemon --schedules "$schedules"
plan() { "$RPA" schedule "$@" --schedules "$schedules" --state "$state" >"$dir/out" 2>"$dir/err"; }
ok 'what is not approved does not fire' until_ok 60 logged 'often: blocked'
plan approve often
ok 'what is approved does' until_ok 60 logged '(ticks): for often$'
rows() { "$RPA" audit show --json --state "$state" | grep -c "\"fate\":\"$1\""; }
ok 'each tick has its row' [ "$(rows fired)" -gt 0 -a "$(rows blocked)" -gt 0 ]
plan approve by_hand
plan run by_hand
ok 'one is started by hand' until_ok 60 logged '(slow): slow$'
is 'its operator is who did that' \
    "$("$RPA" audit show --json --state "$state" | grep -F '"bot":"slow"' | grep -o '"actor":"[^"]*"')" \
    "\"actor\":\"$(id -un)\""
printf 'return { often = 7 }\n' >"$schedules"
ok 'a file that is wrong is told of' until_ok 60 logged 'and nothing of it counts'
# As many lines say so: a file that is gone, and what is no file.
said() { [ "$(grep -c "$1" "$dir/daemon.err")" = "$2" ]; }
none=$(grep -c '^0 schedules in' "$dir/daemon.err")
rm "$schedules"
ok 'one that is gone is told of' until_ok 60 said 'the 2 schedules of before stay' 1
mkfifo "$schedules"
ok 'and a pipe in its place' until_ok 60 said 'is no regular file' 1
ok 'once' said 'the 2 schedules of before stay' 1
rm "$schedules"
until_ok 60 said 'the 2 schedules of before stay' 2
ln -s /dev/zero "$schedules"
ok 'and a link to a device' until_ok 60 said 'is no regular file' 2
ok 'none of it ends the schedules' said '^0 schedules in' "$none"
rm "$schedules"
printf 'return {}\n' >"$schedules"
ok 'one that changed is read' until_ok 60 said '^0 schedules in' $((none + 1))
ok 'what runs goes on' until_ok 60 runs 1
"$RPA" stop --now --state "$state" >/dev/null
end_daemon
ok 'and ends with the daemon' exits 0
ok 'nothing is left' [ "$(folders)" = 0 ]

# --- four on one queue -------------------------------------------------------------------
start_source --reports 16 --seed 5
start_host --work-ms 20
start_daemon --max-bots 4
for n in 1 2 3 4; do
    attach "key$n" rekey_crime_reports --set "host=$host" --set "source=$source" \
        --purpose justification='keyed for the crime desk'
done
ok 'four at once' until_ok 60 runs 4
for n in 1 2 3 4; do
    await_run "key$n"
    ok "bot $n of four ends well" [ "$status" = 0 -o "$status" = 3 ]
done
expected=$(in_order key | sort | tr '\n' ' ')
references() { jq -r '.fields["Online Ref"]' "$dir/host" | sort | tr '\n' ' '; }
is 'every report is filed, once' "$(references)" "$expected"
ok 'nothing is left but the warm display' until_ok 60 only_warm
ok 'no zombie' until_ok 60 no_zombie
ok 'the store verifies' verified

# --- a daemon that is killed ----------------------------------------------------------------
new_state
# what was lost is tried again at once, and any doubt may be looked for
"$RPA" queue create crime-reports --state "$state" --set backoff_ms=1 \
    --set max_attempts=100 --set horizon_ms=0
kill -TERM "$daemon_pid"
end_daemon
ok 'SIGTERM ends the daemon' exits 0
start_daemon --max-bots 2
start_host --work-ms 200
for n in 1 2; do
    attach "key$n" rekey_crime_reports --set "host=$host" --set "source=$source" \
        --purpose justification='keyed for the crime desk'
done
filed_some() { [ "$(wc -l <"$dir/host")" -gt 0 ]; }
until_ok 60 filed_some || bail 'nothing is filed'
children=$(awk '$1 != "dir" { print $2 }' "$state/children")
lost=$(awk '$1 == "dir" { print $2 }' "$state/children")
kill -KILL "$daemon_pid"
end_daemon
await_run key1
ok 'its commands say that it was lost' grep -q 'error RPA.*the daemon was lost' "$dir/key1.err"
gone() { for pid in $1; do [ ! -d "/proc/$pid" ] || return 1; done; }
ok 'what it had started is gone' until_ok 60 gone "$children"
start_daemon --max-bots 2
folders_gone() { for folder in $lost; do [ ! -e "$folder" ] || return 1; done; }
ok 'the next one removes what it left' folders_gone
for n in 1 2; do
    attach "key$n" rekey_crime_reports --set "host=$host" --set "source=$source" \
        --purpose justification='keyed for the crime desk'
done
await_run key1
await_run key2
is 'every report is filed, once' "$(references)" "$expected"
# eight stop it at once: the last of them are there when it is about to be gone
asks() { # pid: it is connected (03), and waits for the answer
    local inode
    inode=$(readlink /proc/"$1"/fd/* | sed -n 's/^socket:\[\(.*\)\]$/\1/p' | tail -n 1)
    grep -q " 03 *${inode:-none}\b" /proc/net/unix && grep -q '^State:.S' /proc/"$1"/status
}
all_there() {
    local pid
    for pid in "${stops[@]}"; do asks "$pid" || return; done
}
kill -STOP "$daemon_pid"
stops=()
for n in {1..8}; do
    "$RPA" stop --state "$state" >"$dir/stop$n.out" 2>"$dir/stop$n.err" &
    stops+=($!)
done
ok 'eight ask it to stop' until_ok 60 all_there
kill -CONT "$daemon_pid"
done_so=0
for pid in "${stops[@]}"; do
    wait "$pid" && ((++done_so))
done
is 'each is told that it does' "$done_so" 8
end_daemon
ok 'the daemon ends' exits 0
ok 'nothing is left' not test -e "$state/children"
ok 'the store verifies' verified
done_testing
