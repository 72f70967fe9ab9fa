#!/bin/bash
# A key that a bot holds on a display that lives on is up again, whichever way the
# bot ends: the next one is clean. As the keyboard there is a person's, a key that
# is down is refused and never let go by us: that tells.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
mkfifo "$dir/number"
exec 7<>"$dir/number"
Xvfb -displayfd 7 -screen 0 800x600x24 -noreset -nolisten tcp 2>/dev/null &
server=$!
trap 'kill $server; finish' EXIT
read -r -t 60 -u 7 number || bail 'no display'

held_bot() { # name; main.lua from standard input
    bot "$1" "return { name = \"$1\", windows = { \"Held\" }, set = { host = \"\" },
        app = { ready = { title = \"Held\" }, argv = { \"xterm\", \"-T\", \"Held\",
            \"-fn\", \"9x15\", \"-e\", \"sh\", \"-c\", \"echo ready; exec cat\" } } }"
}
held_bot clean <<'LUA'
local grid = rpa.window("Held"):grid()
grid:wait("ready")
grid:type("clean")
LUA
held_bot holds <<'LUA'
local grid = rpa.window("Held"):grid()
grid:wait("ready")
grid:hold("shift")
rpa.log("holding")
while true do end
LUA
clean() { run "$dir/bots/clean" --display ":$number"; }
child() { awk -v role="$1" '$1 == role { print $2 }' "$state/children"; }

clean
ok 'a bot types' exits 0
for victim in driver bot supervisor; do
    for signal in KILL TERM; do
        begin "$dir/bots/holds" --display ":$number"
        ok 'a bot holds Shift' await holding
        if [ $victim = supervisor ]; then pid=$run_pid; else pid=$(child $victim); fi
        kill -$signal "$pid"
        [ $victim$signal != supervisorTERM ] || kill -TERM "$pid" # at once
        collect 2>/dev/null
        clean
        ok "$victim ended by SIG$signal: the next is clean" exits 0
    done
done
DISPLAY=:$number xdotool keydown Shift_L
clean
ok "control: what a person holds is refused" error 1 211 'clean/main.lua:3' 'Shift'
done_testing
