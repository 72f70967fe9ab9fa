#!/bin/bash
# Menus: an option typed into x3270, and the bar of dialog's menu moved.
. "$(dirname "$0")/lib.sh"
start_host
start_source --reports 1
new_state
bot_like typed ''
main typed <<'LUA'
local keying = require "keying"
local crs = rpa.window("Crime Recording"):grid()
keying.sign_on(crs, rpa.set.user)
crs:wait { screen = "MAIN MENU" }
crs:choose("Crimes on file", { field = "Option" })
crs:wait { screen = "CRIMES ON FILE" }
crs:key("F3")
crs:wait { screen = "MAIN MENU" }
crs:expect { screen = "MAIN MENU" }
local there, err = pcall(crs.expect, crs, { screen = "SIGN ON" })
print("expect", there, err.code, err.seen)
print("part", select(2, pcall(crs.choose, crs, "Crimes on", { field = "Option" })).msg)
crs:choose("Sign off", { field = "Option" })
crs:wait { screen = "SIGN ON" }
LUA
rekey typed
ok 'items by their text' exits 0
ok 'an unexpected screen, and what is shown' prints "expect	false	ESCREEN	waited 0.0 s for the screen 'SIGN ON'; seen: CRS0100"
ok 'part of an item is none' prints "part	no item 'Crimes on' with an option before it"
ok 'no commit act' [ "$(kinds COMMIT)" = 0 ]
ok 'audit' verified

bot bar "return { name = \"bar\", windows = { \"Menu\" }, set = { item = \"\" },
    app = { argv = { \"xterm\", \"-title\", \"Menu\", \"-fn\", \"9x15\", \"-e\", \"sh\", \"-c\",
        \"dialog --menu Crimes 15 50 8 B Burglary R Robbery RT 'Robbery and theft' T Theft 2>&1; read x\" },
        ready = { title = \"Menu\" } },
    navigation = { { window = \"Menu\", keys = { \"Enter\" } } } }" <<'LUA'
local grid = rpa.window("Menu"):grid()
grid:wait("Theft")
local colour = rpa.set.item ~= "plain" and { fg = "#e5e5e5", bg = "#0000ee" } or nil
print(grid:choose(rpa.set.item, { colour = colour, row = 5, rows = 12 }))
grid:wait({ text = rpa.set.item:match("^Robbery$") and "R" or "T", row = 1 })
LUA
run "$dir/bots/bar" --set item=Theft
cat "$dir/err" >&2
done_testing
