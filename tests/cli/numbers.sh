#!/bin/bash
# Entries that take numbers alone, spin boxes, dates and times ($1: tk, gtk3, qt):
# set, read, emptied where they can be, or refused with what the map needs.
# shellcheck source=tests/cli/lib.sh
. "$ROOT/tests/cli/lib.sh"
toolkit=$1 program=$ROOT/tests/fake/forms/numbers_$1
chmod 755 "$dir"
case $toolkit in
tk) argv="\"wish\", \"$program.tcl\""
    copy='' more='{ label = "Grade", width = 1, probe = "3", at = at(130) },' ;;
gtk3) argv="\"$program.py\"" copy='' more='' ;;
qt) argv="\"$program.py\"" copy='copy = "ctrl+c",'
    more='{ label = "Born", width = 10, mask = "__/__/____", parts = true, at = at(130) },
        { label = "At", width = 5, mask = "__:__", parts = true, at = at(170) },' ;;
esac

numbers() { # [sed script for the map]; main.lua from standard input
    mkdir -p "$dir/bots/common"
    sed "${1-}" >"$dir/bots/common/numbers.lua" <<LUA
local function at(y) return { x = 120, y = y, w = 260, h = 28 } end
return { screens = { { title = "Numbers", toolkit = "$toolkit", $copy fields = {
    { label = "Count", width = 4, at = at(10) },
    { label = "Age", width = 3, at = at(50) },
    { label = "Fee", width = 10, number = "0.00", at = at(90) },
    $more
    { label = "File", kind = "button", at = { x = 120, y = 240, w = 100, h = 32 } },
} } } }
LUA
    { cat <<'LUA'; cat; } |
local form = rpa.window("Numbers"):form()
local function try(fn, ...)
    local fine, err = pcall(fn, ...)
    print(fine and "fine" or err.code, not fine and err.hint or nil)
end
local function set(label, value)
    form:field(label):set(value)
    print(label .. "=" .. form:field(label):get())
end
local function get(label) print(form:field(label):get()) end
local function clear(label) set(label, "") end
local function file() form:press("File") end
LUA
        bot numbers "return { name = \"numbers\", target = \"numbers\",
            map = \"common/numbers\", mode = \"DEMO\", set = { file = \"\" },
            windows = { \"Numbers\", \"Numbers, filed\" }, app = { argv = { $argv,
            \"\${file}\"${value+, \"$value\"} }, echo_ms = 3000, keymap = \"private\",
            ready = { title = \"Numbers\" } } }"
    : >"$dir/filed"
    chmod 666 "$dir/filed"
    run "$dir/bots/numbers" --set "file=$dir/filed"
}
printed() { [ "$(cut -f1 "$dir/out" | tr '\n' ' ')" = "$1 " ]; }
hints() { grep -q "$1" "$dir/out"; }
filed() { [ "$(cat "$dir/filed")" = "$1" ] || { printf '# filed: %s\n' "$(cat "$dir/filed")"; return 1; }; }

numbers <<'LUA'
get("Count")
clear("Count")
set("Count", "42")
clear("Count")
set("Count", "7")
set("Age", "33")
set("Fee", "3.50")
LUA
ok "$toolkit: entries that take numbers alone" exits 0
ok 'are set, emptied, and read when empty' \
    printed ' Count= Count=42 Count= Count=7 Age=33 Fee=3.50'

case $toolkit in
tk)
    numbers <<'LUA'
set("Age", "33")
clear("Age")
set("Grade", "4")
clear("Grade")
set("Grade", "5")
set("Fee", "1.50")
file()
LUA
    ok 'those with arrows, too' exits 0
    ok 'and one that takes few characters' printed 'Age=33 Age= Grade=4 Grade= Grade=5 Fee=1.50'
    ok 'filed' filed '||1.50|5'
    numbers 's/, probe = "3"//' <<'LUA'
set("Grade", "4")
try(clear, "Grade")
try(file)
LUA
    ok 'control: that without a word in the map' printed 'Grade=4 EREADBACK EUNPROVED'
    ok 'says which' hints 'probe = "5"'
    for value in '' 3; do
        numbers <<'LUA'
try(get, "Grade")
try(file)
LUA
        [ -n "$value" ] || ok 'one that says nothing is read when empty' printed ' fine fine'
    done
    unset value
    ok 'a full one is not taken for it' printed 'EUNREADABLE EUNPROVED'
    ok 'nor filed' filed '' ;;
gtk3)
    numbers <<'LUA'
set("Age", "150")
try(clear, "Age")
try(set, "Age", "151")
try(file)
set("Age", "33")
set("Fee", "0.99")
file()
LUA
    ok 'a spin box always has a value' \
        printed 'Age=150 EREADBACK EREADBACK EUNPROVED Age=33 Fee=0.99'
    # or that another field came to look otherwise, if it was drawn late
    ok 'and the error says so' hints 'always has a value\|take it back for a value'
    ok 'filed' filed '|33|0.99' ;;
qt)
    numbers <<'LUA'
set("Born", "31/12/1990")
set("Born", "29/02/2000")
set("Born", "31/01/1999")
try(clear, "Born")
set("Born", "30/04/1985")
try(set, "At", "24:61")
set("At", "23:59")
set("Age", "150")
try(clear, "Age")
set("Age", "9")
set("Fee", "0.99")
file()
LUA
    ok 'dates and times by their parts; what always has a value' printed 'Born=31/12/1990 Born=29/02/2000 Born=31/01/1999 EINVAL Born=30/04/1985 EREADBACK At=23:59 Age=150 EREADBACK Age=9 Fee=0.99'
    ok 'filed' filed '|9|0.99|30/04/1985|23:59'
    numbers 's/, parts = true//; s/copy = "ctrl+c",//; s/, number = "0.00"//' <<'LUA'
try(get, "Age")
LUA
    ok 'control: one that offers no PRIMARY' printed EUNREADABLE
    ok 'the error says what the map needs' hints 'copy = "ctrl+c"'
    numbers 's/, parts = true//; s/, number = "0.00"//' <<'LUA'
try(set, "Born", "31/12/1990")
try(set, "Fee", "3.5")
try(file)
LUA
    ok 'control: a date and a number without a word in the map' \
        printed 'EREADBACK EREADBACK EUNPROVED'
    ok 'here too' hints 'mask = "__/__/____", parts = true'
    ok 'and nothing is filed' filed '' ;;
esac
done_testing
