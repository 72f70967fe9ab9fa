#!/bin/bash
# Text at the cursor is proved only when all of it has come: an application that
# drops a doubled character shows the same as before behind the first one.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$dir/echo" <<'SH'
stty raw -echo
printf '$ '
last=
while IFS= read -rN1 c; do
    [ "$1" != drops ] || [ "$c" != "$last" ] || continue
    printf %s "$c"
    last=$c
done
SH
echo_bot() { # name and how it echoes
    bot "$1" "return { name = \"$1\", windows = { \"Echo\" },
        app = { ready = { title = \"Echo\" }, argv = { \"xterm\", \"-T\", \"Echo\",
            \"-fn\", \"9x15\", \"-e\", \"bash\", \"$dir/echo\", \"$1\" } } }" <<'LUA'
local grid = rpa.window("Echo"):grid()
grid:wait("$")
grid:type("a")
rpa.log("once")
grid:type("a")
rpa.log("twice")
grid:type("abab")
grid:type(("xy"):rep(40))
grid:type(("xy"):rep(40))
print(grid:text())
LUA
}
chmod 755 "$dir"
mkdir -p "$dir/bots/common"
echo_bot all
run "$dir/bots/all"
ok 'the same again, and over the end of a row' exits 0
ok 'which stands there' prints "\$ aaabab$(printf 'xy%.0s' {1..36})"
# a program that shows no cursor at all, or draws one itself: the text is proved by
# where it appears
cat >"$dir/dark" <<'SH'
stty raw -echo
printf '\033[?25lfind: %s\r\n\r\nnothing found' "$1"
line=
while IFS= read -rN1 c; do
    [ "$c" != "$2" ] && line+=$c
    printf '\033[1;7H%s%s' "$line" "$1"
done
SH
dark_bot() { # name, the cursor it draws, a character it drops
    bot "$1" "return { name = \"$1\", windows = { \"Dark\" },
        app = { ready = { title = \"Dark\" }, argv = { \"xterm\", \"-T\", \"Dark\",
            \"-fn\", \"9x15\", \"-e\", \"bash\", \"$dir/dark\", \"$2\", \"$3\" } } }" <<'LUA'
local grid = rpa.window("Dark"):grid()
grid:wait("nothing found")
grid:type("Siân a")
grid:type("ac")
rpa.log(grid:lines()[1])
local fits, err = pcall(grid.type, grid, " b")
rpa.log(err.code)
LUA
}
dark_bot none '' ''
run "$dir/bots/none"
ok 'no cursor is shown' says 'find: Siân aac'
ok 'a blank that could not be proved is not typed' says EUNREADABLE
dark_bot drawn _ ''
run "$dir/bots/drawn"
ok 'one is drawn by the program' says 'find: Siân aac_'

dark_bot lossy '' S
"$RPA" run "$dir/bots/lossy" --state "$dir/lossy" >"$dir/lossy.out" 2>"$dir/lossy.err" &
lossy=$! # both take until the time-out
echo_bot drops
run "$dir/bots/drops"
ok 'a character that was dropped' error 1 300 'drops/main.lua:5' 'did not show the typed text'
ok 'behind the same one, which had come' says once
ok 'is not taken for it' silent twice
wait "$lossy"
status=$?
cp "$dir/lossy.err" "$dir/err"
ok 'control: a character that was lost without a cursor' error 1 300 'lossy/main.lua:3' \
    'did not show the typed text'

# a prompt of the map takes keys, which are fenced, and no text
cat >"$dir/bots/common/yes.lua" <<'LUA'
return { screens = { { title = "File it? y/n", prompt = true } } }
LUA
bot yes 'return { name = "yes", map = "common/yes", windows = { "Yes" },
    app = { ready = { title = "Yes" }, argv = { "xterm", "-T", "Yes", "-fn", "9x15", "-e",
        "sh", "-c", "echo \"File it? y/n\"; stty raw -echo; head -c 1 >/dev/null; echo filed; exec cat" } } }' <<'LUA'
local grid = rpa.window("Yes"):grid()
grid:wait("File it?")
local fits, err = pcall(grid.type, grid, "y")
rpa.log(err.code)
grid:key("y")
grid:wait("filed")
LUA
state=$dir/yes
run "$dir/bots/yes"
ok 'no text is typed at a prompt' says EPERM
ok 'a key is pressed' exits 0
ok 'as a commit act' [ "$(kinds COMMIT)" = 1 ]

# Without a map it may be one: a character by itself is fenced as its key is, and no
# label makes a field of it.
cat >"$dir/asks" <<'SH'
printf '%s ' "$1"
stty raw
exec cat >/dev/null
SH
asks() { # name, what it asks, more of its manifest; main.lua from standard input
    bot "$1" "return { name = \"$1\", windows = { \"Ask\" }, ${3-}
        app = { ready = { title = \"Ask\" }, argv = { \"xterm\", \"-T\", \"Ask\", \"-fn\",
            \"9x15\", \"-e\", \"sh\", \"$dir/asks\", \"$2\" } } }" < <(
        printf 'local grid = rpa.window("Ask"):grid()\ngrid:wait("%s")\n' "$2"; cat)
    state=$dir/$1
    [ -z "${4-}" ] || "$RPA" queue create q --state "$state" 2>"$dir/err"
    [ -z "${4-}" ] || "$RPA" queue add q "$4" --state "$state" >"$dir/out" 2>"$dir/err"
    run "$dir/bots/$1"
}
asks bare 'Really file? y/n' <<<'grid:type("y")'
ok 'one character is typed' exits 0
is 'as a commit act' "$(kinds COMMIT)" 1
asks text 'Name:' <<<'grid:type("yx")'
ok 'control: two are typed' exits 0
is 'and are none' "$(kinds COMMIT)" 0
printf 'id\nAled\n' >"$dir/one.csv"
asks item 'Really file? y/n' 'queues = { q = {} },' "$dir/one.csv" <<'LUA'
for item in rpa.queue("q"):items() do
    grid:type("y")
    error("not today")
end
LUA
is 'an item with one that ended in an error is in doubt' \
    "$("$RPA" queue list q --json --state "$state" | jq -r .state)" 'in doubt'
asks label 'Really file (y/n):' <<'LUA'
local fits, err = pcall(function() grid:field("Really file (y/n)"):set("y") end)
rpa.log(err.code)
LUA
ok 'a prompt is no field' says EPERM
is 'and nothing was typed' "$(kinds KEY)" 0
cat >"$dir/bots/common/named.lua" <<'LUA'
return { screens = { { title = "Sex:", fields = { { label = "Sex", width = 1 } } },
    { title = "File it? y/n", commit = { "y" } } } }
LUA
asks named 'Sex:' 'map = "common/named",' <<<'grid:type("M")'
ok 'on a screen that the map names it is text' exits 0
is 'and no commit act' "$(kinds COMMIT)" 0
asks key 'File it? y/n' 'map = "common/named",' <<'LUA'
local fits, err = pcall(grid.type, grid, "yes")
rpa.log(err.code)
LUA
ok 'a character that commits makes a prompt: no text there' says EPERM

# a prompt that is filled in already, and has its cursor behind the text
cat >"$dir/bots/common/filled.lua" <<'LUA'
return { keys = { clear = "ctrl+u", advance = "Home" },
    screens = { { title = "Surname", fields = { { label = "Surname", width = 30 } } } } }
LUA
bot filled 'return { name = "filled", map = "common/filled", windows = { "Filled" },
    app = { ready = { title = "Filled" }, argv = { "xterm", "-T", "Filled", "-fn", "9x15",
        "-e", "bash", "-c", "read -e -i old -p \"Surname: \" x; echo; echo [$x]; exec cat" } } }' <<'LUA'
local grid = rpa.window("Filled"):grid()
grid:wait("Surname: old")
grid:field("Surname"):set("Siân")
grid:key("Enter")
grid:wait("[Siân]")
LUA
run "$dir/bots/filled"
ok 'a field that was filled, with the cursor behind its text' exits 0
done_testing
