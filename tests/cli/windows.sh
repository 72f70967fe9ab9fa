#!/bin/bash
# Windows from a bot's side: placed, raised and closed, and a dialog nobody asked
# for that is in the way, with a window manager on the display and without.
. "$(dirname "$0")/lib.sh"

try() { # name, window manager
    bot "$1" "return { name = \"$1\", windows = { \"The form\", \"Notice\" },
        navigation = { { window = \"Notice\", clicks = { \"close\" } },
            { window = \"The form\", clicks = { \"close\" } } },
        app = { ${2:+wm = \"$2\",} ready = { title = \"The form\" },
            argv = { \"xterm\", \"-T\", \"The form\", \"-fn\", \"9x15\", \"-e\",
                \"sh\", \"-c\", \"echo ready; read x; xmessage -title Notice Really; echo after; exec cat\" } } }" <<'LUA'
local window = rpa.window { pattern = "^The f" }
local grid = window:grid()
grid:wait("ready")
window:place { x = 60, y = 50, width = 720, height = 360 }
for _, bad in ipairs { { width = 0, height = 0 }, { width = 720 }, { x = 60 } } do
    local _, why = pcall(window.place, window, bad)
    print("refused: " .. why.code)
end
grid:wait("ready") -- none of them was done to it
window:raise()
local told = {}
rpa.on_dialog(function(dialog)
    told[#told + 1] = dialog.title
    return rpa.window("Notice"):close()
end)
grid:key("Enter")
grid:wait("after", { timeout = 3600 }) -- which the dialog ends as it comes
print("told of " .. table.concat(told, " and "))
grid:type("on with it")
window:close()
window = pcall(rpa.window, "The form", { timeout = 0.1 })
print("found again: " .. tostring(window))
LUA
    new_state
    run "$dir/bots/$1" --json
    ok "$1: the bot comes to its end" exits 0
    ok "$1: it was told of the dialog, once, as it came" prints 'told of Notice'
    ok "$1: no size of 0, no half of a place" [ \
        "$(grep -c 'refused: EINVAL' "$dir/out")" = 3 ]
    ok "$1: its window was closed" prints 'found again: false'
    ok "$1: the audit verifies" verified
    ok "$1: place, raise and close are rowed" [ "$(kinds POINTER)" = 4 ]
}
try alone ''
try managed openbox

# --- the application ends, and says why by its status ---------------------------------
app() { # name, shell script, [ready]
    bot "$1" "return { name = \"$1\", windows = { \"*\" }, app = { ${3-}
        argv = { \"sh\", \"-c\", [[$2]] } } }"
    new_state
    run "$dir/bots/$1"
}
long='rpa.window("Never", { timeout = 3600 })'
enter='local grid = rpa.window("Here"):grid()
grid:wait("ready", { timeout = 60 })
grid:key("Enter")'
term='xterm -fn 9x15 -T Here -e'

app at_once 'exit 7' 'ready = { title = "Here", timeout_ms = 60000 },' <<<"$long"
ok 'one that ends before it is ready' exits 8
ok 'ends the run with its status' says 'ended at once (status 7)'

app quits "$term sh -c 'echo ready; read x'; exit 5" 'ready = { title = "Here" },' <<LUA
$enter
$long
LUA
ok 'nobody waits an hour for the window of a program that has ended' says \
    'no such window can come: the application has ended'
ok 'its status is told' says 'ended with status 5'

app dies "exec $term sh -c 'echo ready; read x; kill -9 \$PPID'" 'ready = { title = "Here" },' \
    <<LUA
$enter
pcall(grid.wait, grid, "never", { timeout = 3600 })
$long
LUA
ok 'nor of one that was killed' says 'ended with signal 9'

app launches "(sleep 0.5; exec $term cat) & exit 3" <<'LUA'
print("came: " .. rpa.window("Here", { timeout = 60 }).title)
LUA
ok 'a launcher may end: what it left goes on' prints 'came: Here'

app leaves "$term sh -c 'echo ready; read x' & exit 3" 'ready = { title = "Here" },' <<LUA
$enter
$long
LUA
ok 'and when that ends as well' says 'ended with status 3'

# --- an entry for all windows is no name for any --------------------------------------
same='xterm -fn 9x15 -T Same -e'
app twins "$same sh -c 'echo one; exec cat' & exec $same sh -c 'echo two; exec cat'" \
    <<'LUA'
local all = {}
repeat
    all = rpa.windows()
until #all == 2
for _, one in ipairs(all) do
    rpa.window({ pid = one.pid }):raise()
end
print(select(2, pcall(rpa.window, "Same")))
rpa.window({ pid = all[1].pid }):close()
rpa.window({ pid = all[2].pid }):raise()
LUA
ok 'two of one title are told apart' prints "2 windows fit 'Same'"
ok 'by program and number' [ "$(grep -o \
    "'\*' xterm\.XTerm (process [0-9]*, window 0x[0-9a-f]*)" "$dir/out" | sort -u | wc -l)" = 2 ]
ok 'and it says how to choose' prints 'by class, pid or pattern'
ok 'the audit has them by program and number of the run, and no title' [ "$("$RPA" \
    audit show --json --content --state "$state" |
    grep -o '"window":"xterm\.XTerm, window [0-9]*"' | sort -u | wc -l)" = 2 ]

bot bad 'return { name = "bad", app = { wm = "twm", argv = { "xterm" } } }' <<<''
run "$dir/bots/bad"
ok 'no other window manager' exits 4
ok 'and it says which' says 'openbox'
finish
