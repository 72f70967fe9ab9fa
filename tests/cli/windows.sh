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
bot bad 'return { name = "bad", app = { wm = "twm", argv = { "xterm" } } }' <<<''
run "$dir/bots/bad"
ok 'no other window manager' exits 4
ok 'and it says which' says 'openbox'
finish
