#!/bin/bash
# What somebody meets who has read the manual and nothing else: slips of the hand,
# what is not there, what may not be opened.
. "$(dirname "$0")/lib.sh"
mkdir -p "$state"

# --- a repertoire says what may be typed, and hides no frame ---------------------
mkdir -p "$dir/bots/common"
for repertoire in ascii latin1 cp285; do
    printf 'return { repertoire = "%s" }\n' $repertoire >"$dir/bots/common/$repertoire.lua"
done
bot framed 'return { name = "framed", windows = { "Framed" }, map = "${map}",
    set = { map = "" },
    app = { argv = { "xterm", "-title", "Framed", "-fn", "9x15", "-e", "dialog",
        "--title", "Burglary", "--msgbox", "Entry by a window", "8", "40" },
        ready = { title = "Framed" } } }' <<'LUA'
local grid = rpa.window("Framed"):grid()
grid:wait("Entry by a window")
local all = table.concat(grid:lines(), "\n")
print(all:find("│ Entry by a window", 1, true) and "framed" or all)
LUA
for repertoire in ascii latin1 cp285; do
    run "$dir/bots/framed" --set "map=common/$repertoire" --timeout 30
    ok "a dialog is read where the repertoire is $repertoire" exits 0
    ok "with its frame, $repertoire" [ "$(cat "$dir/out")" = framed ]
done

done_testing
