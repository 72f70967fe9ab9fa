#!/bin/bash
# A screen map against screens: what `rpa screen --map` finds, of a live window
# and of a saved one.
. "$(dirname "$0")/lib.sh"
start_host
mkfifo "$dir/number"
# -noreset: else it resets, and sends x3270 away, when a command before it has left
Xvfb -displayfd 7 -screen 0 1280x1024x24 -noreset -nolisten tcp 7>"$dir/number" 2>/dev/null &
xvfb=$!
exec 8<>"$dir/number"
read -r -t 60 -u 8 number || bail 'no Xvfb'
display=:$number
DISPLAY=$display x3270 -once -title 'Crime Recording' -charset cp1146 \
    -model 3279-4-E -efont 3270-20 -xrm 'x3270.menuBar: False' \
    -xrm 'x3270.scrollBar: False' "$host" 2>/dev/null &
terminal=$!
trap 'kill $terminal $xvfb 2>/dev/null; wait $terminal $xvfb 2>/dev/null; finish' EXIT

screen() { rpa screen --state "$state" "$@"; }
live() { screen --display "$display" --mode DEMO "$@"; }
shown() { live --window Crime && prints 'User ID'; }
ok 'the sign-on screen comes' until_ok 60 shown
prints_no() { ! prints "$1"; }

# --- a map that fits ------------------------------------------------------------
live --map common/crime_recording # all windows there are
ok 'the map fits the screen' exits 0
ok 'which it is' prints 'Crime Recording: SIGN ON'
ok 'the mode' prints "ok     mode 'DEMO'"
ok 'a field, and where it stands' prints "ok     field 'User ID': row 10, column 44, width 8 of a room of"
ok 'no fault' prints_no FAULT
live --map common/crime_recording --window Crime --json
ok 'as JSON' [ "$(jq -r '.screen, .faults' "$dir/out" | tr '\n' ' ')" = 'SIGN ON 0 ' ]
screen --display "$display" --map common/crime_recording --window Crime
ok 'a system of another mode is not looked at' error 5 120 '' "the screen says 'DEMO'"
live --window Crime --json
ok 'a screen as JSON' exits 0
cp "$dir/out" "$dir/saved"
screen --map common/crime_recording --saved "$dir/saved"
ok 'the map fits the saved one' exits 0
ok 'and says the same' prints "ok     field 'Password': row 12, column 44, width 8 of a room of"
ok 'audit' verified

# --- maps that do not -----------------------------------------------------------
map() { cat >"$dir/map.lua"; }
map <<'LUA'
return {
    mode_at = { row = 1, col = 70 },
    colours = { protected = { "#00bfff", "#ffffff" } },
    screens = {
        { title = "SIGN ON", col = 36, fields = {
            { label = "User ID", width = 8 },
            { label = "Passwort", width = 8 },
            { label = "Password", width = 1800 },
            { label = "Password", width = 4000 },
            { label = "Twice", text = "User ID", nth = 2, of = 2, width = 8 },
        }, tables = { { name = "users", columns = { { header = "USER" } } } } },
        { title = "SIGN OFF", name = "farewell" },
    },
}
LUA
faulty() {
    ok "$1: all faults at once" exits 1
    ok "$1: how many" says 'differ: 6 faults'
    ok "$1: the mode" prints 'neither LIVE, TRNG nor DEMO stands at row 1, column 70'
    ok "$1: a label" prints "FAULT  field 'Passwort': no field 'Passwort' on this screen; the labels here are: User ID, Password"
    ok "$1: a width" prints "FAULT  field 'Password': the map says 4000 characters, the screen has room for 2517"
    ok "$1: which of how many" prints "FAULT  field 'Twice': 1 fields 'User ID' on this screen, not 2: row 10, column 26"
    ok "$1: a table" prints "FAULT  table 'users': no row of the screen has the headings"
    ok "$1: two screens that may be one" prints "FAULT  screen 'SIGN ON': a screen may show this and 'farewell' at once"
    ok "$1: what is right" prints "ok     field 'User ID'"
}
screen --map "$dir/map.lua" --saved "$dir/saved"
faulty saved
sed -i 's/col = 70/col = 76/' "$dir/map.lua" # or nothing is read of it at all
live --map "$dir/map.lua" --window Crime
ok 'the live one too' exits 1
ok 'with its faults' says 'differ: 6 faults'
ok 'a width by its colour' prints "FAULT  field 'Password': the map says 1800 characters, and after 206 of them, at row 15, column 10, stands protected text"

# --- a form ------------------------------------------------------------------------
DISPLAY=$display wish tests/fake/forms/form_tk.tcl "$dir/none" 'Crime Form' &
form=$!
trap 'kill $form $terminal $xvfb 2>/dev/null; wait $form $terminal $xvfb 2>/dev/null; finish' EXIT
form() { live --map "$dir/form.lua" --window 'Crime Form'; }
learned() { form; look=$(sed -n "s/^FAULT  part 'Urgent'.* look \\([0-9a-f]\\{16\\}\\)$/\\1/p" "$dir/out"); [ -n "$look" ]; }
sed 's/off = { "[0-9a-f]*"/off = { "0000000000000000"/' bots/common/crime_form.lua >"$dir/form.lua"
ok 'a look of no state of the map' until_ok 60 learned
sed -i "s/0000000000000000/$look/" "$dir/form.lua"
form
ok 'a form that fits' exits 0
ok 'its size' prints "ok     size 'Crime Form'"
ok 'a part' prints "ok     part 'Surname': x 120, y 10, w 260, h 28"
ok 'a state' prints "ok     part 'Urgent': x 132, y 198, w 8, h 8, shows 'off'"
sed -i 's/h = 410/h = 411/; s/at(372)/at(472)/' "$dir/form.lua"
form
ok 'one that does not: both faults at once' exits 1
ok 'its size' prints "FAULT  size 'Crime Form': form 'Crime Form' is 420 x 410 pixels, not 420 x 411"
ok 'a part that is outside' prints "FAULT  part 'Reference': x 120, y 472, w 260, h 28 is outside of the window"

saved() { screen --map "$dir/map.lua" --saved "$dir/saved"; }
printf 'return { screens = { { title = "SIGN ON", col = 30 } } }' | map
saved
ok 'a title elsewhere' prints "its title stands at row 1, column 36; the map says row 1, column 30"
printf 'return { screens = { { title = "SIGN ON" }, { title = "ON", col = 41 } } }' | map
saved
ok 'two screens that it is' prints "FAULT  screen 'SIGN ON': the screen is 'ON' as well"
printf 'return { screens = { { title = "SIGN ON", fixed = { { row = 4, col = 26, text = "CRIME RECORDING" } } }, { title = "ON", name = "x", col = 41, fixed = { { row = 4, col = 26, text = "CUSTODY" } } } } }' | map
saved
ok 'told apart by a fixed text' exits 0
printf 'return { screens = { { titel = "SIGN ON" } } }' | map
saved
ok 'a map that is none' error 4 100 'map.lua' '2 faults'
screen --saved "$dir/saved"
ok 'nothing to check against' exits 2
ok 'audit' verified
done_testing
