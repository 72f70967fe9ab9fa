#!/bin/bash
# Entries that change what is typed, each in its own way ($1: tk, gtk3, qt): what
# the map declares is right, anything else is a difference.
# shellcheck source=tests/cli/lib.sh
. "$ROOT/tests/cli/lib.sh"
toolkit=$1 program=$ROOT/tests/fake/forms/changes_$1
chmod 755 "$dir"
case $toolkit in tk) argv="\"wish\", \"$program.tcl\"" ;; *) argv="\"$program.py\"" ;; esac

changes_bot() { # name, [sed script for the map]; main.lua from standard input
    mkdir -p "$dir/bots/common"
    sed "${2-}" >"$dir/bots/common/changes.lua" <<LUA || return
local function at(y) return { x = 120, y = y, w = 260, h = 28 } end
return { screens = { { title = "Changes", toolkit = "$toolkit", fields = {
    { label = "Born", width = 10, mask = "__/__/____", at = at(10) },
    { label = "Amount", width = 20, number = "#,##0.00", at = at(45) },
    { label = "Code", width = 10, upper = true, at = at(80) },
    { label = "Note", width = 30, trim = true, at = at(115) },
    { label = "Serial", width = 8, align = "right", pad = "0", at = at(150) },
    { label = "Sly", width = 30, at = at(185) },
    { label = "File", kind = "button", at = { x = 120, y = 230, w = 100, h = 32 } },
} } } }
LUA
    bot "$1" "return { name = \"$1\", target = \"changes\", map = \"common/changes\",
        mode = \"DEMO\", windows = { \"Changes\" }, set = { file = \"\" },
        app = { argv = { $argv, \"\${file}\", \"Changes\" }, keymap = \"private\",
            ready = { title = \"Changes\" } } }"
    : >"$dir/filed"
    chmod 666 "$dir/filed"
}

changes_bot declared <<'LUA'
local form = rpa.window("Changes"):form()
local function set(label, value)
    form:field(label):set(value)
    local got = form:field(label):get()
    print(label .. "=" .. got)
    assert(select(3, rpa.check(label, value)) == got)
end
set("Born", "31/12/1990")
set("Born", "01/02/1999")
set("Amount", "1234567.5")
set("Code", "siân7")
set("Note", "  a  b ")
set("Serial", "4711")
set("Sly", "Llŷr")
print(rpa.check("Born", "1/2/1990")[1], rpa.check("Amount", "12.345")[1])
local fine, err = pcall(set, "Born", "1/2/1990")
print(fine, err.code)
print(select(2, pcall(form.press, form, "File")).code)
set("Born", "02/02/1999")
form:press("File")
rpa.window("Changes, filed")
LUA
sed -i 's/windows = { "Changes" }/windows = { "Changes", "Changes, filed" }/' \
    "$dir/bots/declared/bot.lua"
run "$dir/bots/declared" --set "file=$dir/filed"
ok "$toolkit: entries that change what is typed" exits 0
cat >"$dir/want" <<'END'
Born=31/12/1990
Born=01/02/1999
Amount=1,234,567.50
Code=SIÂN7
Note=a  b
Serial=00004711
Sly=Llŷr
format:Born	format:Amount
false	EINVAL
EUNPROVED
Born=02/02/1999
END
ok 'are read as they then are' diff "$dir/want" "$dir/out"
ok 'and file it' [ "$(cat "$dir/filed")" = \
    '02/02/1999|1,234,567.50|SIÂN7|a  b|00004711|Llŷr' ]

changes_bot emptied <<'LUA'
local form = rpa.window("Changes"):form()
for _, label in ipairs { "Born", "Amount", "Code", "Serial" } do
    form:field(label):set(label == "Born" and "01/02/1999" or "12")
    form:field(label):clear()
    print(form:field(label):get() == "")
end
LUA
run "$dir/bots/emptied" --set "file=$dir/filed"
ok 'they are emptied, mask and all' [ "$(sort "$dir/out" | uniq -c | xargs)" = '4 true' ]

changes_bot sly <<'LUA'
local form = rpa.window("Changes"):form()
pcall(function() form:field("Sly"):set("llŷr") end)
form:press("File")
LUA
run "$dir/bots/sly" --set "file=$dir/filed"
ok 'what is not declared stops the commit act' error 1 218 'sly/main.lua:3' "'Sly'"
ok 'and nothing is filed' [ ! -s "$dir/filed" ]
changes_bot undeclared 's/, upper = true//' <<'LUA'
rpa.window("Changes"):form():field("Code"):set("siân")
LUA
run "$dir/bots/undeclared" --set "file=$dir/filed"
ok 'capitals that are not declared are a difference' \
    error 1 215 'undeclared/main.lua:1' "'Code'"
if [ "$toolkit" = tk ]; then
    for amount in 13 14; do
        changes_bot later <<LUA
local form = rpa.window("Changes"):form()
form:field("Note"):set("lucky")
form:field("Amount"):set("$amount")
form:press("File")
rpa.window("Changes, filed")
LUA
        run "$dir/bots/later" --set "file=$dir/filed"
        [ $amount = 14 ] ||
            ok 'what one field does to another stops the commit act' \
                error 1 215 'later/main.lua:4' "'Note'"
    done
    ok 'control: what it does not is filed' exits 0
    ok 'once' [ "$(cat "$dir/filed")" = '__/__/____|14.00||lucky||' ]
fi

# --- reading by a selection leaves it as it was ------------------------------------
for selection in PRIMARY CLIPBOARD; do
    copy=''
    [ $selection = PRIMARY ] || copy='s/toolkit = "[a-z0-9]*"/&, copy = "ctrl+c"/'
    changes_bot lent "$copy" <<LUA
local form = rpa.window("Changes"):form()
form:field("Note"):set("nobody offers any yet")
print(pcall(rpa.clipboard, "$selection"))
rpa.set_clipboard("mine: ŵ", "$selection")
form:field("Note"):set("Llŷr")
print(rpa.clipboard("$selection"))
form:field("Note"):get()
form:field("Sly"):clear()
print(rpa.clipboard("$selection"))
LUA
    sed -i 's/windows =/clipboard = true, &/' "$dir/bots/lent/bot.lua"
    run "$dir/bots/lent" --set "file=$dir/filed"
    ok "$selection is used" exits 0
    ok 'and put back' [ "$(sed 's/\t.*//' "$dir/out" | xargs)" = 'false mine: ŵ mine: ŵ' ]
done
done_testing
