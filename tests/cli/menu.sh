#!/bin/bash
# Menus: an option typed into x3270, and the bar of dialog's menu moved.
. "$(dirname "$0")/lib.sh"
start_host
start_source --reports 1
new_state
bot_like typed 's|^    navigation = {|&{ screen = "CRIMES ON FILE", keys = { "F3" } },|'
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

bot bar "return { name = \"bar\", windows = { \"Menu\" },
    set = { item = \"\", rows = \"9\", sgr = \"7\" },
    app = { argv = { \"xterm\", \"-title\", \"Menu\", \"-fn\", \"9x15\", \"-e\",
        \"$ROOT/tests/fake/bar_menu.sh\", \"\${sgr}\", \"Burglary\", \"Robbery\",
        \"Robbery and theft\", \"Theft\" },
        ready = { title = \"Menu\" } } }" <<'LUA'
local grid = rpa.window("Menu"):grid()
grid:wait("F1 HELP")
grid:choose(rpa.set.item, { row = 3, rows = tonumber(rpa.set.rows), timeout = 3,
    colour = rpa.set.sgr ~= "7" and { fg = "#ffffff", bg = "#0000ee" } or nil })
grid:wait { text = "chosen", row = 1 }
print(grid:match("chosen [^\n]*%."))
LUA
bar() { run "$dir/bots/bar" "$@"; }
bar --set item=Theft
ok 'the bar is moved to the item' prints 'chosen Theft.'
bar --set item='Robbery and theft' --set sgr='97;44'
ok 'a bar of colours, and an item that begins as another' prints 'chosen Robbery and theft.'
bar --set item=Arson
ok 'an item that is not there' error 1 212 'bar/main.lua:3' "the item 'Arson' is not on the screen by itself"
bar --set item=Robbery --set rows=30
ok 'two bars' error 1 217 'bar/main.lua:3' 'the bar of the menu is in rows 3, 20'
ok 'nothing was chosen by a guess' [ "$(kinds COMMIT)" = 2 ]
ok 'audit' verified
done_testing
