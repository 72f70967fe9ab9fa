#!/bin/bash
# A form that moves its focus by itself ($1: tk, gtk3, qt, motif): what was meant for one
# field is never filed in another one, nor is one read for another.
# shellcheck source=tests/cli/lib.sh
. "$ROOT/tests/cli/lib.sh"
toolkit=$1 program=$ROOT/tests/fake/forms/jumpy_$1
chmod 755 "$dir"
case $toolkit in
tk) argv="\"wish\", \"$program.tcl\"" ;;
motif) argv="\"$JUMPY_MOTIF\"" ;;
*) argv="\"$program.py\"" ;;
esac
mkdir -p "$dir/bots/common"
cat >"$dir/bots/common/jumpy.lua" <<LUA
local function at(y) return { x = 120, y = y, w = 260, h = 28 } end
return { screens = { { title = "Jumpy", toolkit = "$toolkit", fields = {
    { label = "A", width = 60, at = at(10) },
    { label = "B", width = 60, at = at(45) },
    { label = "C", width = 60, at = at(80) },
    { label = "Wipe", kind = "button", clears = true,
        at = { x = 240, y = 130, w = 100, h = 32 } },
    { label = "Empty", kind = "button", at = { x = 240, y = 130, w = 100, h = 32 } },
    { label = "File", kind = "button", at = { x = 120, y = 130, w = 100, h = 32 } },
} } } }
LUA
echo_ms=10000
jumpy() { # how; main.lua from standard input, with form and try
    { echo 'local form = rpa.window("Jumpy"):form()
        local function try(fn, ...)
            local fine, err = pcall(fn, form, ...)
            print(fine and "fine" or err.code)
        end
        local function set(_, label, value) form:field(label):set(value) end
        local function file()
            form:press("File")
            rpa.window("Jumpy, filed")
        end
        local function get(_, label) print(form:field(label):get()) end'
      cat; } |
        bot jumpy 'return { name = "jumpy", target = "jumpy", map = "common/jumpy",
            mode = "DEMO", windows = { "Jumpy", "Jumpy, filed" },
            navigation = { { screen = "Jumpy", keys = { "F5" },
                buttons = { "Wipe", "Empty" } } },
            set = { file = "", how = "", n = "" },
            app = { argv = { '"$argv"', "${file}", "${how}", "${n}" },
                echo_ms = '"$echo_ms"', keymap = "private", ready = { title = "Jumpy" } } }'
    : >"$dir/filed"
    chmod 666 "$dir/filed"
    # shellcheck disable=SC2086 # words
    set -- $1
    run "$dir/bots/jumpy" --set "file=$dir/filed" --set "how=$1" --set "n=${2:-0}"
}
printed() { [ "$(tr '\n' ' ' <"$dir/out")" = "$1 " ]; }
filed() { [ "$(cat "$dir/filed")" = "$1" ] || { printf '# filed: %s\n' "$(cat "$dir/filed")"; return 1; }; }

one() { # how
    jumpy "$1" <<'LUA'
try(set, "B", "New-B value of some length")
try(file)
LUA
}
one not
ok "$toolkit: control: a form that stays where it is" exits 0
ok 'is filed' filed 'A-old|New-B value of some length|'
one 'jump 4'
ok 'the focus moves while a field is typed into: not typed again' \
    printed 'EREADBACK EUNPROVED'
ok 'nothing is filed' filed ''

echo_ms=1000 # what never gets the focus is given up then
# It may have taken all of the text before it lost the focus.
right() { filed "${1-}" || filed "A-old||" || filed 'A-old|New-B value of some length|'; }
for ms in 0 20; do
    one "back $ms"
    ok "a field takes its focus back after $ms ms: no text in another one" right
done
jumpy off <<'LUA'
try(file)
LUA
ok 'a button that is disabled was not pressed' printed ETIMEOUT

echo_ms=2000
jumpy 'back 20' <<'LUA'
form:field("A"):set("A-new")
try(set, "B", "B-new")
try(set, "B", "")
try(get, "B")
try(file)
LUA
ok 'nor is another one emptied, or read' [ "$(grep -cxF A-new "$dir/out")" = 0 ]
ok 'nor filed' [ -z "$(grep -vxE 'A-new\|(B-new)?\|' "$dir/filed")" ]

# --- a button that clears: the map says so, and the program whether it has ----------
if [ "$toolkit" = tk ]; then
    for act in 'set(nil, "B", "x")' 'form:field("B"):append("x")'; do
        jumpy grey <<LUA
try(function() $act end)
try(file)
form:press("Wipe")
try(file)
LUA
        ok "what could not be set, or appended to, is not left out: $act" \
            printed 'EFOCUS EUNPROVED fine'
        ok 'control: after a button that clears it is' filed '||'
    done
    for how in 'jump 4' 'dud 4' shut; do
        jumpy "$how" <<'LUA'
try(set, "B", "New-B value of some length")
form:press("Wipe")
try(file)
LUA
        case $how in
        jump*) ok 'control: a field in doubt that says that it is clear' \
            printed 'EREADBACK fine' ;;
        dud*) ok 'one that the button did not clear stays in doubt' \
            printed 'EREADBACK EUNPROVED' ;;
        shut) ok 'and one that cannot say' printed 'EFOCUS EUNPROVED' ;;
        esac
    done
    jumpy dud <<'LUA'
form:field("A"):set("A-new")
form:field("B"):set("B-new")
form:press("Wipe")
try(file)
form:field("A"):set("A-next")
try(file)
form:field("B"):set("B-next")
try(file)
LUA
    ok 'what was set, and not cleared, is set again before the next record is filed' \
        printed 'EUNPROVED EUNPROVED fine'
    ok 'and nothing else is filed' filed 'A-next|B-next|'
fi

echo_ms=10000
jumpy 'jump 4' <<'LUA'
form:field("A"):set("A-new")
try(set, "B", "New-B value of some length")
try(file)
LUA
ok 'what was set and then changed is seen before the commit act' \
    printed 'fine EREADBACK'
ok 'nothing is filed' filed ''

jumpy 'auto' <<'LUA'
form:field("B"):set("1990")
form:field("B"):set("1990")
form:field("C"):set("c")
get(form, "B")
file()
LUA
ok 'a field that is left by itself' exits 0
ok 'is filed' filed 'A-old|1990|c'
jumpy 'fill' <<'LUA'
form:field("B"):set("North")
form:field("C"):set("c")
file()
LUA
ok 'a field that fills in another one' exits 0
ok 'is filed' filed 'of North|North|c'

# --- what it selected late is typed over all the same --------------------------------
if [ "$toolkit" = motif ]; then
    jumpy 'busy 20' <<'LUA'
for i = 1, 10 do
    form:field("A"):set("A-" .. i)
    form:field("B"):set("B-" .. i)
end
file()
LUA
    ok 'a form that is slow to select: nothing is typed behind the old text' exits 0
    ok 'is filed' filed 'A-10|B-10|'
fi

# --- a field is clicked again and again, but not twice at one place ------------------
if [ "$toolkit" = gtk3 ]; then
    jumpy double <<'LUA'
for i = 1, 9 do
    form:key("F5")
    get(form, "A")
end
LUA
    ok 'a field that is read again and again' exits 0
    ok 'is never clicked twice at one place, which selects a word' filed ''
fi

# --- the window changes its size, and its fields stand elsewhere --------------------
if [ "$toolkit" = tk ]; then
    one 'move 4'
    ok 'control: a window that moves while a field is typed into' exits 0
    ok 'is filed' filed 'A-old|New-B value of some length|'
    jumpy 'grow 4' <<'LUA'
try(set, "B", "New-B value of some length")
try(get, "B")
try(set, "C", "c")
try(file)
LUA
    ok 'one that grows: no field is set, or read, where another one stands now' \
        printed 'ESCREEN ESCREEN ESCREEN ESCREEN'
    ok 'nothing is filed' filed ''
    jumpy 'grow 0' <<'LUA'
form:field("A"):set("New-A")
try(get, "A")
form:key("F5")
try(form.key, "F6")
LUA
    ok 'nor does a key file what was set before' printed 'New-A fine ESCREEN'
fi

# --- what is navigation may change a field all the same ----------------------------
if [ "$toolkit" = tk ]; then
    jumpy not <<'LUA'
for _, between in ipairs { function() form:key("F5") end,
    function() form:press("Empty") end, function() form:press("Wipe") end } do
    form:field("A"):set("A-new")
    between()
    form:field("B"):set("B-new")
    try(file)
end
LUA
    ok 'a key or a button that is navigation changes a field: seen before the commit act' \
        printed 'EREADBACK EREADBACK fine'
    ok 'control: one of which the map says that it clears, alone is followed by it' \
        filed '|B-new|'
fi
done_testing
