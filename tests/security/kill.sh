#!/bin/bash
# kill -9 of the bot, the driver and the supervisor, before the commit key and
# between it and the reference: nothing stays behind, the store verifies, and no
# report is ever filed twice.
. "$(dirname "$0")/lib.sh"

keying() { # in an item, with some of it keyed, no commit key pressed
    [ "$(query 'SELECT count(*) FROM entry WHERE kind=16')" -gt 12 ] 2>/dev/null
}
committing() { [ "$(query 'SELECT count(*) FROM entry WHERE kind=17')" -gt 0 ] 2>/dev/null; }

# Start a run, wait for the moment, kill the role.
kill_at() { # role, moment
    new_state
    rekey_in_background
    until_ok 60 "$2" || bail "$2 never came: $(cat "$dir/err")"
    cp "$state/children" "$dir/children"
    if [ "$1" = supervisor ]; then
        victim=$run_pid
    else
        victim=$(child "$1")
    fi
    kill -KILL "$victim"
    wait_run
    ok "$1 killed, $2: bot, driver, application and display are gone" \
        until_ok 60 all_gone "$dir/children"
}

start_source 3

# --- before the commit key: the rerun files every report exactly once ------------
start_host --justify-every 0
for role in supervisor driver bot; do
    kill_at $role keying
    case $role in
    supervisor) is "$role: its shell sees it killed" "$status" 137 ;;
    *) is "$role: the run ends with 1" "$status" 1
        is "$role: one error" "$(errors)" 1
        ok "$role: the store verifies at once" verifies ;;
    esac
    is "$role: nothing was filed" "$(filed)" 0
    rekey
    is "$role: the rerun ends well" "$status" 0
    ok "$role: the store verifies" verifies
    ok "$role: every report is filed exactly once" proves
done

# --- before there is anything to key --------------------------------------------
new_state
rekey_in_background
until_ok 60 has_child display || bail "no display"
cp "$state/children" "$dir/children"
kill -KILL "$run_pid"
wait_run
ok "supervisor killed at the display's start: all is gone" \
    until_ok 60 all_gone "$dir/children"
rekey
is "the rerun is as any other" "$status" 0
ok "every report is filed exactly once" proves
stop_host

# --- between commit intent and reference: in doubt, and looked for before more ---
for role in supervisor driver bot; do
    start_host --justify-every 0 --file-ms 60000 # no reference before the kill
    kill_at $role committing
    [ $role = supervisor ] || is "$role: the run ends in doubt" "$status" 9
    stop_host
    start_host --justify-every 0
    rekey
    is "$role: the rerun ends well" "$status" 0
    ok "$role: it looked for what was in doubt" said 'was in doubt: '
    ok "$role: the store verifies" verifies
    ok "$role: every report is filed exactly once" proves
    stop_host
done

# --- a program in a session of its own outlives its supervisor: swept --------------
new_bot stray <<'LUA' 3<<'MANIFEST'
local grid = rpa.window("stray"):grid()
grid:wait("$")
grid:type("setsid -f sleep 987")
grid:key("Enter")
grid:wait("never", { timeout = 60 })
LUA
return {
    name = "stray", windows = { "stray" },
    app = {
        argv = { "xterm", "-u8", "-T", "stray", "-fn",
            "-misc-fixed-medium-r-normal--15-140-75-75-c-90-iso10646-1",
            "-e", "sh" },
        ready = { title = "stray" },
    },
}
MANIFEST
stray() { # the pid of the sleep that has our run's folder in its environment
    local p
    for p in $(pgrep -x sleep); do
        if grep -azq "^HOME=$1/" "/proc/$p/environ" 2>/dev/null; then
            echo "$p"
        fi
    done
}
has_stray() { [ -n "$(stray "$folder")" ]; }
new_state
"$RPA" run "$dir/bots/stray" --state "$state" >"$dir/out" 2>"$dir/err" &
run_pid=$!
pids+=" $run_pid"
until_ok 60 has_child bot || bail "no bot: $(cat "$dir/err")"
folder=$(run_dir)
until_ok 60 has_stray || bail "no stray: $(cat "$dir/err")"
pids+=" $(stray "$folder")"
cp "$state/children" "$dir/children"
kill -KILL "$run_pid"
wait_run
ok "the children are gone" until_ok 60 all_gone "$dir/children"
ok "control: what it put into a session of its own is not" has_stray
rpa run -e 'print("next")' --state "$state"
is "the next run is as any other" "$status" 0
ok "and has killed it first" not has_stray
ok "saying so" said 'killed 1 process'
ok "and removed the lost run's folder" not test -e "$folder"
ok "nothing is noted after the end" not test -e "$state/children"
ok "the store verifies" verifies
done_testing
