#!/bin/bash
# What a run leaves on record, and what it keeps to itself: settings, failures,
# what was printed; titles, the clipboard, the driver's memory.
. "$(dirname "$0")/lib.sh"
rows() { # a jq test of one row; how many hold
    "$RPA" audit show --state "$state" --json --content |
        jq -c "select($1)" | grep -c .
}

# --- rows ------------------------------------------------------------------------
bot noted 'return { name = "noted", set = { host = "a.example", desk = "7" } }' <<'LUA'
print("O'Brien\tSiân")
error("no such luck")
LUA
run "$dir/bots/noted" --set host=b.example
ok 'it fails' error 1 110 'noted/main.lua:2' 'no such luck'
ok 'settings and manifest are rowed' [ "$(rows '.kind == "NOTE" and
    .content.set == { host: "b.example", desk: "7" } and .content.manifest.name == "noted"')" = 1 ]
ok 'before the bot begins' [ "$(rows '.kind == "NOTE" and (.content|type) == "object" and .content.set and .rseq == 2')" = 1 ]
ok 'why it failed is rowed' [ "$(rows '.kind == "NOTE" and .content.err.code == "EBOT" and
    (.content.err.msg | contains("no such luck")) and (.content.where | endswith("main.lua:2"))')" = 1 ]
ok 'what it prints is a disclosure' [ "$(rows '.kind == "S62" and .verb == "disclosure" and .sealed_len > 0')" = 1 ]
hex=$(printf "O'Brien\tSiân" | od -An -tx1 | tr -d ' \n')
ok 'with the very text' [ "$(rows ".kind == \"S62\" and (.content == \"$hex\" or .content == \"O'Brien\\tSiân\")")" = 1 ]
ok 'the audit verifies' verified

# --- a failed item cannot be swallowed ----------------------------------------------
bot swallows 'return { name = "swallows", queues = { q = {} } }' <<'LUA'
local queue = rpa.queue("q")
queue:add { reference = "A-1" }
pcall(function() for _ in queue:items() do error("not today") end end)
LUA
run "$dir/bots/swallows" --json
ok 'a failed item, swallowed by pcall: exit 1' exits 1
ok 'one has failed' summary '.items.failed == 1 and .exit == 1'

# --- nobody reads what is printed ------------------------------------------------------
mkfifo "$dir/unread"
exec 8<>"$dir/unread" # held open, never read
unread() { # ms at most, bot, options…; how long it took is $took
    local began=${EPOCHREALTIME/[.,]/}
    timeout -k 1 20 "$RPA" run "${@:2}" --state "$state" >"$dir/unread" 2>"$dir/err"
    status=$?
    took=$(((${EPOCHREALTIME/[.,]/} - began) / 1000))
    [ "$took" -lt "$1" ]
}
bot chatty <<<'for _ = 1, 1e5 do print(("x"):rep(4000)) end'
ok 'nobody reads: it ends soon' unread 10000 "$dir/bots/chatty"
ok 'with an error' error 8 900 'chatty/main.lua:1' 'nobody reads'
bot insists <<<'while true do pcall(print, ("x"):rep(4000)) end'
ok 'a bot that goes on printing ends at --timeout' unread 4500 "$dir/bots/insists" --timeout 2
ok 'as that' error 6 300 '' '--timeout'
exec 8<&-
ok 'the audit verifies' verified

# --- windows that are not the bot's ------------------------------------------------------
shown() { # name, [more of the manifest]; main.lua from standard input
    bot "$1" "return { name = \"$1\", windows = { \"the desk\" }, ${2-} app = {
        argv = { \"xterm\", \"-T\", \"SMITH John 1980\", \"-e\", \"cat\" },
        ready = { title = \"SMITH\" } } }"
}
shown nope <<<'rpa.window("nope", { timeout = 0.3 })'
run "$dir/bots/nope"
ok 'a window that is not there' error 1 300 'nope/main.lua:1' nope
ok 'no title of another is told' silent SMITH
ok 'but that there is one' says 'others: 1'
shown other <<<'rpa.window("1980", { timeout = 5 })'
run "$dir/bots/other"
ok 'one that is not its own' error 5 120 'other/main.lua:1' 'not this bot'
ok 'its title is not told either' silent SMITH

# --- the clipboard ---------------------------------------------------------------------------
for selection in PRIMARY CLIPBOARD; do
    shown reads <<<"rpa.clipboard(\"$selection\")"
    run "$dir/bots/reads"
    ok "$selection without leave" error 5 120 'reads/main.lua:1' clipboard
    shown reads 'clipboard = true,' <<<"print(pcall(rpa.clipboard, \"$selection\"))"
    run "$dir/bots/reads"
    ok "control: $selection with clipboard = true" [ "$status" = 0 ]
    ok 'is not refused' silent RPA120
done

# --- the driver's memory -----------------------------------------------------------------------
bot waits 'return { name = "waits", set = { host = "" } }' <<<$'rpa.log("waiting")\nwhile true do end'
begin "$dir/bots/waits"
ok 'a bot runs' await waiting
driver=$(awk '$1 == "driver" { print $2 }' "$state/children")
ok 'its driver leaves no core file' grep -qE '^Max core file size +0 +0 ' "/proc/$driver/limits"
own=$(stat -c %u "/proc/$driver/mem") real=$(awk '/^Uid:/ { print $2 }' "/proc/$driver/status")
ok "and is not dumpable (user $real, /proc of $own)" [ "$own" = 0 -a "$real" != 0 ]
kill -TERM "$run_pid"
kill -TERM "$run_pid"
collect
done_testing
