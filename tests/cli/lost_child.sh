#!/bin/bash
# A process of a daemon is killed alone, as by a machine that is out of memory: what it
# owed is said to be unknown, at once, the run ends for what it was, and the next works.
if [ "${1-}" != inside ] && [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; then
    exec unshare -m "$0" inside # a window manager of its own, below
fi
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/daemon_lib.sh"
mkdir "$dir/users" # away from the state directory, and there before
export SLOW_USERS=$dir/users/slow
printf 'return { roles = { operator = "%s" } }\n' "$(id -gn)" >"$dir/rpa.conf"
# who is connected to, and never answers
exec 6< <(exec python3 -c 'import socket, time
web = socket.create_server(("127.0.0.1", 0))
print(web.getsockname()[1], flush=True)
time.sleep(600)')
web_pid=$!
read -r -t 60 port <&6 || bail 'nobody is silent'
end_all() {
    kill "$web_pid" 2>/dev/null
    finish_daemon
}
trap end_all EXIT
web="http://127.0.0.1:$port"
manifest="target = 'web', http = { '127.0.0.1:$port' }"
bot asks "return { name = 'asks', $manifest }" <<<"rpa.http.get '$web/silent'"
bot keys_one "return { name = 'keys_one', $manifest, queues = { work = {} } }" <<LUA
for item in rpa.queue("work"):items() do
    rpa.http.request { method = "POST", url = "$web/silent" }
    item:done("REF")
end
LUA
bot shows 'return { name = "shows", windows = { "Desk" }, set = { ends = "no" },
    app = { wm = "openbox", ready = { title = "Desk" }, argv = { "xterm", "-T", "Desk", "-fn", "9x15", "-e",
        "sh", "-c", "echo ready; exec cat" } } }' <<'LUA'
local grid = rpa.window("Desk"):grid()
grid:wait("ready")
print("shown")
if rpa.set.ends == "no" then grid:wait("never", { timeout = 600 }) end
LUA
new_state
LD_PRELOAD=$SLOWUSERS start_daemon --warm 0 --config "$dir/rpa.conf"
there() { # bot, options…: what is said goes to $dir/BOT.out
    "$RPA" run "$dir/bots/$1" --state "$state" "${@:2}" \
        >"$dir/$1.out" 2>"$dir/$1.err"
    echo "exit $?" >>"$dir/$1.out"
}
waits_for_manager() { is_so '.runs[0].step == "driver"' && [ -n "$(pid_of manager)" ]; }
begin() { # beside the test
    rm -f "$dir/$1.out" "$dir/$1.err"
    there "$@" &
}
told() { grep -qsF -- "$2" "$dir/$1.out" "$dir/$1.err"; }
pid_of() { awk -v role="$1" '$1 == role { print $2 }' "$state/children"; } # of a run
beside() { pgrep -P "$daemon_pid" -f "rpa role $1" | head -n 1; } # of the loop
gone() { ! kill -0 "$1" 2>/dev/null; }
open_fds() { find "/proc/$daemon_pid/fd" 2>/dev/null | wc -l; }
audit() { "$RPA" audit show --json --state "$state"; }
unanswered() { # intents of any run, keys that are asked for at once as one
    audit | jq -rs '(map(select(.kind == "OUTCOME").plain.intent)) as $answered |
        reduce .[] as $row ({}; .before[$row.run | tostring] as $before |
            .before[$row.run | tostring] = $row.kind |
            if (($row.kind | IN("COMMIT", "HTTP")) or
                ($row.kind == "FILE" and $row.verb == "disclosure") or
                (($row.kind | IN("KEY", "POINTER")) and ($before | IN("KEY", "POINTER") | not)))
                and ($answered | index($row.seq) | not)
            then .left += [$row.seq] else . end) | .left // [] | length'
}
unknown() { audit | jq -s '[.[] | select(.kind == "OUTCOME" and .plain.result == "unknown")] | length'; }
asked_for() { [ "$(unanswered)" -ge 1 ]; }
idle() { is_so '.runs == []'; }
fds=$(open_fds)

# --- the driver, and the bot ------------------------------------------------------------------
begin asks
ok 'a bot asks, and nobody answers' until_ok 60 asked_for
kill -STOP "$(pid_of bot)" # or its own end may be told before the driver's
kill -KILL "$(pid_of driver)"
ok 'its driver is lost, and the run ends' until_ok 60 told asks 'exit 1'
ok 'for what it was' told asks 'the driver of the run was ended by signal 9'
is 'no intent is left without an outcome' "$(unanswered)" 0
is 'it is not known what became of it' "$(unknown)" 1
begin asks
ok 'another asks' until_ok 60 asked_for
kill -KILL "$(pid_of bot)"
ok 'its bot is lost' until_ok 60 told asks 'exit 1'
ok 'which is told' told asks 'the bot ended without a word (signal 9)'
is 'and the look-up answered for' "$(unanswered) $(unknown)" '0 2'
rpa queue create work --state "$state"
printf 'id\nA-1\n' >"$dir/one.csv"
rpa queue add work "$dir/one.csv" --state "$state"
begin keys_one
ok 'an item is at its commit act' until_ok 60 asked_for
kill -KILL "$(pid_of driver)"
ok 'its driver is lost' until_ok 60 told keys_one 'exit 9'
is 'the commit act is answered for' "$(unanswered) $(unknown)" '0 3'
is 'and the item in doubt' "$("$RPA" queue list work --json --state "$state" | jq -r .state)" 'in doubt'
rpa queue resolve 1 --as retry --why 'not there' --state "$state"
ok 'which a person settles' exits 0

# --- the display, the application, the window manager --------------------------------------------
begin shows
ok 'a bot is shown an application' until_ok 60 told shows shown
kill -KILL "$(pid_of display)"
ok 'its display is lost: it ends' until_ok 60 told shows 'exit '
ok 'for that' told shows 'error RPA200' # who sees it first says so: supervisor or driver
begin shows
ok 'another is shown' until_ok 60 told shows shown
kill -KILL "$(pid_of app)"
ok 'its application is lost: it ends' until_ok 60 told shows 'exit '
ok 'for that' told shows 'has closed'
begin shows
ok 'a third is shown' until_ok 60 told shows shown
kill -KILL "$(pid_of manager)"
kill -KILL "$(pid_of bot)"
ok 'its window manager and its bot are lost: it ends' until_ok 60 told shows 'without a word (signal 9)'
is 'nothing is left unanswered' "$(unanswered)" 0
there shows --set ends=yes
ok 'the next works' told shows 'exit 0'
if [ "${1-}" = inside ]; then
    printf '#!/bin/sh\nkill -KILL $$\n' >"$dir/openbox"
    chmod 755 "$dir" "$dir/openbox"
    mount --bind "$dir/openbox" /usr/bin/openbox
    SECONDS=0
    there shows
    umount /usr/bin/openbox
    ok 'a window manager that is lost at once' told shows 'the window manager ended at once (signal 9)'
    ok 'is not waited for' [ "$SECONDS" -lt 15 ]
    printf '#!/bin/sh\nexec sleep 600\n' >"$dir/openbox"
    mount --bind "$dir/openbox" /usr/bin/openbox
    begin shows
    ok 'one that never manages is waited for' until_ok 60 waits_for_manager
    kill -KILL "$(pid_of driver)"
    ok 'who waits for it is lost: it ends' until_ok 60 told shows 'exit '
    ok 'for that' told shows 'the driver of the run was ended by signal 9'
    ok 'and not for the manager, which ends with it' not told shows 'window manager'
    umount /usr/bin/openbox
fi

# --- who looks up who asks -------------------------------------------------------------------------
touch "$SLOW_USERS"
begin asks
ok 'who asks is being looked up' until_ok 60 not test -e "$SLOW_USERS"
SECONDS=0
kill -KILL "$(beside who)"
ok 'who does it is lost: that is told' until_ok 60 told asks 'who looks up uid'
ok 'at once' [ "$SECONDS" -lt 5 ]
ok 'the next is answered' until_ok 60 idle

# --- an end is told late: a debugger keeps it back --------------------------------------------------
if [ "${1-}" = inside ]; then
    # the loop stands still, and some other child has ended before
    begin asks
    ok 'a bot asks' until_ok 60 asked_for
    bot=$(pid_of bot) driver=$(pid_of driver)
    begin shows
    ok 'beside one that is shown an application' until_ok 60 told shows shown
    ended() { ! grep -q '^State:.[^ZX]' "/proc/$1/status" 2>/dev/null; }
    kill -STOP "$daemon_pid"
    kill -KILL "$(pid_of app)"
    python3 tests/cli/keep_end.py "$driver" "$dir/held" &
    ok 'its driver is lost' until_ok 60 test -e "$dir/held"
    ok 'and its bot ends' until_ok 60 ended "$bot"
    kill -CONT "$daemon_pid"
    ok 'which is told first' until_ok 60 test ! -d "/proc/$bot"
    rm "$dir/held"
    ok 'its run ends' until_ok 60 told asks 'exit 1'
    ok 'for its driver' told asks 'the driver of the run was ended by signal 9'
    ok 'and the other for its application' until_ok 60 told shows 'exit '
    # before its end is told somebody else asks
    touch "$SLOW_USERS"
    begin asks
    ok 'another is being looked up' until_ok 60 not test -e "$SLOW_USERS"
    python3 tests/cli/keep_end.py "$(beside who)" "$dir/held" &
    ok 'who does it hangs up' until_ok 60 test -e "$dir/held"
    SECONDS=0
    is_so '.runs == []'
    ok 'the first is told' until_ok 60 told asks 'who looks up uid'
    ok 'at once' [ "$SECONDS" -lt 5 ]
    rm "$dir/held"
fi
no_fd_kept() { [ "$(open_fds)" -le "$fds" ]; }
ok 'no descriptor is kept' until_ok 60 no_fd_kept
"$RPA" stop --state "$state" >/dev/null
end_daemon
ok 'the daemon ends' exits 0
ok 'the store verifies' verified
done_testing
