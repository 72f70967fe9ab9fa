#!/bin/bash
# Every kind of row that there is, from what makes it, in one store: the main job,
# a window, a file, a run cut short, a clock that is set, a reader, a segment.
. "$(dirname "$0")/lib.sh"
export XDG_CONFIG_HOME=$dir/xdg
mkdir -p "$dir/xdg/rpa" "$dir/files"
start_host
start_source --reports 2 --seed 5
new_state
bot_like rekey ''
rekey rekey
ok 'reports are keyed' exits 0

bot clicks 'return { name = "clicks", windows = { "Here" }, files = { input = { a = "a.txt" } },
    navigation = { { window = "Here", clicks = { "*" } } },
    app = { argv = { "xterm", "-T", "Here", "-fn", "9x15", "-e", "sh", "-c", "echo ready; exec cat" },
        ready = { title = "Here" } } }' <<'LUA'
rpa.file("a"):read()
local grid = rpa.window("Here"):grid()
grid:wait("ready")
rpa.set_purpose { justification = "another one" }
rpa.window("Here"):raise()
error("not today")
LUA
echo a >"$dir/files/a.txt"
run "$dir/bots/clicks" --files "$dir/files"
ok 'a window raised, a file read, a failure' error 1 110 'main.lua:6' 'not today'
run -e 'while true do end' --timeout 0.5
ok 'a run that takes too long' exits 6
LD_PRELOAD=$STEPCLOCK run -e 'for i = 1, 20 do print(i) end'
ok 'a clock that is set under a run' exits 0
"$RPA" audit show --content --purpose justification='the test' --state "$state" >"$dir/out"
echo 'return { segment_rows = 1 }' >"$dir/xdg/rpa/rpa.conf"
run -e 'print("the last of its file")'
ok 'a file is closed' [ -e "$state/audit-000000000001.db" ]

"$RPA" audit show --json --state "$state" >"$dir/rows"
for kind in RUN_OPEN RUN_CLOSE RUN_ABORT DICT GROUP_OPEN KEY COMMIT SECRET POINTER HTTP \
    READ SCREEN FILE OUTCOME S62 CLOCK_STEP CHECKPOINT SEGMENT AUDIT_QUERY ITEM NOTE PURPOSE; do
    n=$(jq -r "select(.kind == \"$kind\").seq" "$dir/rows" | wc -l)
    ok "$kind ($n)" [ "$n" -gt 0 ]
done
is 'and no other' "$(jq -r .kind "$dir/rows" | sort -u | wc -l)" 22
is 'how far it was set' "$(jq -r 'select(.kind == "CLOCK_STEP").plain.step_us / 1e6 | round' "$dir/rows" |
    head -1)" 2
looked=$(jq -r 'select(.kind == "READ" or .kind == "HTTP") | .plain.purpose' "$dir/rows" | sort -un)
says_why=$(jq -r 'select(.kind == "RUN_OPEN" or .kind == "PURPOSE").seq' "$dir/rows")
ok 'each look-up names a row that says why' [ -z "$(comm -23 <(sort <<<"$looked") <(sort <<<"$says_why"))" ]
is 'a secret is an id, and nothing tells its length' \
    "$(jq -c 'select(.kind == "SECRET").plain' "$dir/rows" | sort -u)" '{}'
ok 'all of it verifies' verified
done_testing
