#!/bin/bash
# A bot of approved changes alone, by somebody who means harm: keys by other names,
# letters as keys, what is pasted or clicked, a second page, a second window, a record
# that was opened long ago. Each beside the same bot without the gate, which files.
. "$(dirname "$0")/people_lib.sh"
. "$(dirname "$0")/gate_lib.sh"

new_state
start_daemon --config "$dir/rpa.conf"
proposer
as otto run "$dir/bots/proposes"
as peg review decide 1 --as approved --why 'as the rules have it'
ok 'one is approved' exits 0

free= # what the same manifest says without the gate
try() { # name, what is tried, why it is refused; main.lua from standard input
    { printf '%s\n' 'local cards = require "cards_of"' \
        'local function first() for change in rpa.review.approved() do return change end end'
        cat; } >"$dir/try.lua"
    : >"$filed"
    cards_bot "$1" "$gated" <"$dir/try.lua"
    as otto run "$dir/bots/$1"
    ok "$2" said "$3"
    is 'nothing is filed' "$(cat "$filed")" ''
    cards_bot "free_$1" "$free" <"$dir/try.lua"
    as otto run "$dir/bots/free_$1"
    ok 'without the gate it is' grep -q . "$filed"
}

# --- keys by other names, called navigation -----------------------------------------
nav_more=', "Return"'
try return 'the key that files, by its other name' 'changes only what was approved' <<'LUA'
cards.open("2")
cards.grid:key("Return")
cards.grid:wait("UPDATED")
LUA
nav_more=', "ctrl+m"'
try ctrl_m 'or as a terminal has it' 'changes only what was approved' <<'LUA'
cards.open("2")
cards.grid:key("ctrl+m")
cards.grid:wait("UPDATED")
LUA
nav_more=', "KP_Enter"'
try keypad 'or from the keypad' 'changes only what was approved' <<'LUA'
cards.open("2")
cards.grid:key("KP_Enter")
cards.grid:wait("UPDATED")
LUA

# --- what is done to a record by other means than setting a field ----------------------
nav_more=', "x", "ctrl+u", "Return"'
try letter 'a letter, as a key' 'changes only what was approved' <<'LUA'
cards.open("2")
cards.grid:key("x")
cards.grid:key("Return")
cards.grid:wait("UPDATED")
LUA
try clears 'a key that empties a field' 'changes only what was approved' <<'LUA'
cards.open("2")
cards.grid:key("ctrl+u")
cards.grid:key("Return")
cards.grid:wait("UPDATED")
LUA
try page 'what was typed on another page of it' "nothing is done to 'FILE CARD'" <<'LUA'
cards.open("2")
cards.grid:key("F2")
cards.grid:wait("SECOND PAGE")
cards.set("Postcode", "ATTACKER")
cards.grid:key("F2")
cards.grid:wait("FILE CARD")
pcall(cards.grid.key, cards.grid, "Return")
cards.grid:key("F2")
LUA
nav_more=', "F4"'
try other 'a key that does something else to it' 'changes only what was approved' <<'LUA'
cards.open("2")
cards.grid:key("F4")
cards.grid:wait("UPDATED")
LUA
as peg stop
end_daemon
ok 'the audit verifies' verified
done_testing
