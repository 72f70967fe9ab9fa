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
echo_bot all
run "$dir/bots/all"
ok 'the same again, and over the end of a row' exits 0
ok 'which stands there' prints "\$ aaabab$(printf 'xy%.0s' {1..36})"
echo_bot drops
run "$dir/bots/drops"
ok 'a character that was dropped' error 1 300 'drops/main.lua:5' 'did not show the typed text'
ok 'behind the same one, which had come' says once
ok 'is not taken for it' silent twice

# a prompt that is filled in already, and has its cursor behind the text
mkdir -p "$dir/bots/common"
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
