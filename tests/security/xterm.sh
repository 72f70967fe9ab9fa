#!/bin/bash
# A bot with a shell of its own goes for the store and the supervisor: permission
# denied, as root by user ids, as anyone else by Landlock.
. "$(dirname "$0")/lib.sh"

new_bot shell <<'LUA' 3<<'MANIFEST'
local grid = rpa.window("shell"):grid()
grid:wait("ready1>") -- each prompt has its number
for i = 1, 9 do
    local command = rpa.set["c" .. i]
    if command == "" then
        break
    end
    local done = "end" .. i
    grid:type(command .. "; echo $?:" .. "e\"\"nd" .. i)
    grid:key("Enter")
    grid:wait(":" .. done, { timeout = 20 })
    print(i .. ": " .. grid:text():match("(%d+):" .. done))
    grid:wait(("ready%d>"):format(i + 1))
end
LUA
return {
    name = "shell", windows = { "shell" },
    set = { c1 = "", c2 = "", c3 = "", c4 = "", c5 = "", c6 = "", c7 = "",
        c8 = "", c9 = "" },
    app = {
        argv = { "xterm", "-u8", "-T", "shell", "-geometry", "132x24", "-fn",
            "-misc-fixed-medium-r-normal--15-140-75-75-c-90-iso10646-1",
            "-e", "env", "PS1=ready$((n+=1))>", "sh" },
        ready = { title = "shell" },
    },
}
MANIFEST
cp "$RPA" "$dir/rpa"
chmod -R go+rX "$dir/bots" "$dir/rpa"

# The commands; "pid" is the process to be signalled.
commands() { # pid, what the control socket says
    attempts=("cat $state/audit.db >/dev/null" "truncate -s 0 $state/audit.db"
        "true >$state/audit.db" "rm -f $state/audit.db" "ls $state >/dev/null"
        "cat $state/root.key >/dev/null" "kill -TERM $1"
        "! $dir/rpa status --state $state 2>&1 | grep -q '$2'" "mv $state $state.gone")
    set=()
    local i
    for i in "${!attempts[@]}"; do set+=(--set "c$((i + 1))=${attempts[$i]}"); done
}

# what a sanitizer's shadow takes, as the application starts rpa itself
echo 'return { limits = { app_memory_mib = 67108864 } }' >"$dir/room.conf"
as_user=(env)
try_all() { # who
    "${as_user[@]}" "$dir/rpa" run -e 'print("a row")' --state "$state" >/dev/null 2>&1
    # $$ stays the pid of what is exec'd: the supervisor's own
    # shellcheck disable=SC2016
    "${as_user[@]}" bash -c 'run=("$@"); for i in "${!run[@]}"; do run[i]=${run[i]//@PID@/$$}; done; exec "${run[@]}"' \
        bash "$dir/rpa" run "$dir/bots/shell" --state "$state" "${set[@]}" \
        --config "$dir/room.conf" \
        >"$dir/out" 2>"$dir/err"
    status=$?
    is "$1: the run itself goes well" "$status" 0
    local i
    for i in "${!attempts[@]}"; do
        denied() { printed "^$((i + 1)): [1-9]"; }
        ok "$1: denied: ${attempts[$i]//$dir/…}" denied
    done
    ok "$1: the store is whole and verifies" verifies
}

# --- control: the same user and the same commands, but not under rpa ----------------
control() { # who
    local victim copy=$state.copy i
    "${as_user[@]}" sleep 1000 &
    victim=$!
    pids+=" $victim"
    cp -a "$state" "$copy"
    for i in 0 1 4 5 6 2 3 8; do
        succeeds() { "${as_user[@]}" sh -c "${attempts[$i]//@PID@/$victim}" >/dev/null 2>&1; }
        ok "control, $1, not under rpa: ${attempts[$i]//$dir/…}" succeeds
    done
    rm -rf "$state.gone" "$state"
    mv "$copy" "$state"
}

commands @PID@ 'its runs started'
if [ "$(id -u)" = 0 ]; then
    commands @PID@ 'may not look into'
    state=$dir/state
    try_all root
    ok 'root: said at the start: user ids of their own' said 'confined: user ids [0-9]* to [0-9]*, and Landlock'
    control root
    as_user=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all env HOME=/nonexistent)
    mkdir -m 755 "$dir/nobody"
    chown 65534:65534 "$dir/nobody"
    state=$dir/nobody/state
    commands @PID@ 'its runs started'
fi
try_all nobody
ok 'nobody: said at the start: what this kernel gives' said '^\(rpa: \)*\(confined: Landlock version\|.*not confined: this kernel.s Landlock\)'
control nobody
done_testing
