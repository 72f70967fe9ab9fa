#!/bin/bash
# keymap = "layout:gb": a keyboard as people have it, with real modifiers. What
# was typed stands in the target's own file.
. "$(dirname "$0")/lib.sh"
chmod 755 "$dir"
mkdir -m 777 "$dir/target"
typed=$dir/target/typed keys=$dir/target/keys
# all of ASCII, and what the layout has besides: by Shift, AltGr, both
lower='abcdefghijklmnopqrstuvwxyz 0123456789'
upper='ABCDEFGHIJKLMNOPQRSTUVWXYZ'
# shellcheck disable=SC2016
signs='"A@#~|£ !$%^&*()_+-={}[]:;<>,.?/\`'"'"
more='¬€²³¶øþØÞ®§¦'

cat >"$dir/notebook" <<NOTEBOOK
#!/bin/sh
xkbcomp -xkb "\$DISPLAY" $keys 2>/dev/null
echo ready
IFS= read -r line
printf '%s\\n' "\$line" >$typed
echo kept
cat
NOTEBOOK
chmod 755 "$dir/notebook"

page() { # keymap; a bot whose target writes down what it is typed
    bot page "return { name = \"page\", windows = { \"page\" }, set = { text = \"\", host = \"\" }, app = {
        keymap = \"$1\",
        argv = { \"xterm\", \"-u8\", \"-T\", \"page\", \"-geometry\", \"132x24\", \"-fn\",
            \"-misc-fixed-medium-r-normal--15-140-75-75-c-90-iso10646-1\",
            \"-e\", \"$dir/notebook\" },
        ready = { title = \"page\" } } }" <<'LUA'
local grid = rpa.window("page"):grid()
grid:wait("ready")
grid:type(rpa.set.text)
grid:key("Return")
grid:wait({ text = "kept", row = 3 })
LUA
    rm -f "$typed" "$keys"
}
types() { # text
    run "$dir/bots/page" --set "text=$1"
}
has() { # keysym of <AE02> with Shift: a key that says which layout it is
    tr -d '\n\t' <"$keys" | grep -qE "key <AE02> [^}]*2, *$1[ ,]"
}
written() { printf '%s\n' "$1" | cmp -s - "$typed"; }

page layout:gb
for text in "$lower" "$upper" "$signs" "$more"; do
    rm -f "$typed"
    types "$text"
    ok "typed: $text" exits 0
    ok 'it is what the target wrote down' written "$text"
done
ok 'the target saw a British keyboard' has quotedbl

rm -f "$typed"
before=$(kinds KEY)
types 'Gwyn or Gŵyn'
ok 'a character it has no key for' error 1 213 'page/main.lua:3' 'U+0175'
ok 'nothing was typed' [ ! -s "$typed" ]
ok 'and no key was rowed' [ "$(kinds KEY)" = "$before" ]

page layout:us
types '"@'
ok 'another layout' exits 0
ok 'is another one' has at
ok 'and types the same' written '"@'
types '£'
ok 'what it has no key for' error 1 213 'page/main.lua:3' 'U+00A3'

page private
types 'Gŵyn "@£'
ok 'control: a private keyboard' exits 0
ok 'has what it needs' written 'Gŵyn "@£'
ok 'and not the British one' eval '! has quotedbl'

page layout:nosuch
types a
ok 'no such layout' error 4 100 '' "no keyboard layout 'nosuch'"
ok 'nothing was started' [ ! -e "$keys" ]
page 'layout:../../gb'
types a
ok 'what cannot be one' error 4 100 'page/bot.lua' '1 fault'
ok 'is told' says 'app.keymap wants "private" or "layout:NAME"'
ok 'audit' verified
done_testing
