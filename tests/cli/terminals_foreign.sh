#!/bin/bash
# Programs none of us wrote, driven whole in xterm: abook (curses: a list, tabs,
# prompts in the last line), dialog (a form, an entry, a menu, tick boxes, a list
# that scrolls), whiptail (an entry), and vim within tmux.
# shellcheck disable=SC1112 # the texts have typographic quotes
# shellcheck source=tests/cli/foreign_lib.sh
. "$ROOT/tests/cli/foreign_lib.sh"

in_xterm() { # title command… ; as a manifest's argv has it
    printf '"xterm", "-title", "%s", "-fn", "%s", "-e"' "$1" \
        -misc-fixed-medium-r-normal--15-140-75-75-c-90-iso10646-1
    printf ', "%s"' "${@:2}"
}

book() { # bot, name of the person
    sed "s/PERSON/$2/" "$dir/abook.lua" >"$dir/main.lua"
    program "$1" "$(in_xterm Abook abook --datafile "$dir/app/$1")" '"Abook"' \
        <<<'return { screens = {} }' 7<"$dir/main.lua"
}
has() { grep -qxF "$2" "$dir/app/$1"; }

cat >"$dir/abook.lua" <<'LUA'
local window = rpa.window("Abook", { timeout = 30 })
local grid = window:grid()
local function prompt(key, label, text)
    grid:key(key)
    grid:wait({ text = label, row = 24 })
    grid:type(text)
    grid:key("Enter")
    grid:wait(text)
end
grid:wait("a:add")
prompt("a", "Name:", "PERSON")
grid:wait("CONTACT")
prompt("2", "E-mail:", "llyr@heddlu.example")
grid:key("Right") -- the tab "ADDRESS"
grid:wait("3 - City")
prompt("1", "Address:", "Tŷ’r Ysgol, 3 Stryd Ŵyn")
prompt("3", "City:", "Y Bala")
grid:key("q")
grid:wait("q:quit  ?:help")
grid:key("w")
grid:key("q")
window:wait_gone()
LUA
book book 'Llŷr Ŵyn-Siân’s'
ok 'abook is keyed' exits 0
ok 'its book has the name' has book 'name=Llŷr Ŵyn-Siân’s'
ok 'and the address' has book 'address=Tŷ’r Ysgol, 3 Stryd Ŵyn'

# control: a dash is not told from a hyphen here, so it is not even typed
book dash 'Llŷr–Siân'
ok 'a text that could not be read back is not typed' error 1 213 'dash/main.lua:6' 'U+2013'
ok 'nothing was' not grep -q Si "$dir/app/dash"

ask() { # file, dialog's arguments: one step of the program's script
    printf "dialog --output-fd 3 %s 3>%s; " "$2" "$dir/app/$1"
}
dialogs=$(ask form "--form Crime 12 60 4 Surname: 1 1 '' 1 15 30 60 'Given Names:' 2 1 '' 2 15 30 60"
    ask input '--inputbox Reference 10 50'
    ask menu '--menu Kind 12 50 5 1 Theft 2 Burglary 3 Fraud'
    ask ticks "--checklist Flags 12 50 5 hate 'Hate crime' off weapon Weapon off youth Youth on")
answers() { # bot, the choice of the menu
    # each run may have a user of its own, who can't write another's files
    rm -f "$dir"/app/{form,input,menu,ticks}
    sed "s/CHOICE/$2/" "$dir/dialog.lua" >"$dir/main.lua"
    program "$1" "$(in_xterm Dialog sh -c "$dialogs")" '"Dialog"' \
        <<'MAP' 7<"$dir/main.lua"
return { screens = {} }
MAP
}
cat >"$dir/dialog.lua" <<'LUA'
local window = rpa.window("Dialog", { timeout = 30 })
local grid = window:grid()
grid:wait("Surname:")
grid:type("Llŷr “Tŷ”")
grid:key("Down")
grid:type("Siân’s Gŵyn €£")
grid:key("Enter")
grid:wait("Reference")
grid:type("Ŵ/2026-1’")
grid:key("Enter")
grid:wait("Theft")
grid:key("CHOICE")
grid:key("Enter")
grid:wait("[*] youth")
grid:key("space")
grid:wait("[*] hate")
grid:key("Enter")
window:wait_gone()
LUA
answers dialog 3
ok 'dialog is keyed' exits 0
ok 'the form has its fields' saved form $'Llŷr “Tŷ”\nSiân’s Gŵyn €£'
ok 'the entry' saved input 'Ŵ/2026-1’'
ok 'the menu' saved menu 3
ok 'and the tick boxes' saved ticks 'hate youth'
answers other 1
ok 'control: another choice is another file' saved menu 1

many=$(for i in {1..40}; do printf ' %s item%s' "$i" "$i"; done)
program list "$(in_xterm List sh -c "$(ask list "--menu Kind 12 50 5 $many")")" '"List"' \
    <<<'return { screens = {} }' 7<<'LUA'
local window = rpa.window("List", { timeout = 30 })
local grid = window:grid()
grid:wait("item1 ")
for _ = 1, 20 do
    grid:key("Down")
end
grid:wait("item21")
assert(grid:match("↑%(%-%)") and grid:match("↓%(%+%)"))
grid:key("Enter")
window:wait_gone()
LUA
ok 'a list with arrows is keyed' exits 0
ok 'and the choice is right' saved list 21

text='Llŷr “Tŷ” Siân’s Gŵyn €£'
program whiptail "$(in_xterm Whiptail sh -c "whiptail --inputbox Reference 10 50 2>$dir/app/whiptail")" \
    '"Whiptail"' <<<'return { screens = {} }' 7<<LUA
local window = rpa.window("Whiptail", { timeout = 30 })
local grid = window:grid()
grid:wait("Reference")
grid:type("$text")
grid:key("Enter")
window:wait_gone()
LUA
ok 'whiptail is keyed' exits 0
ok 'and has the text' saved whiptail "$text"

program vim "$(in_xterm Vim sh -c "mkdir $dir/app/tmux && TMUX_TMPDIR=$dir/app/tmux exec \
tmux -u -f /dev/null new 'vim -u NONE $dir/app/vim'")" '"Vim"' \
    <<<'return { screens = {} }' 7<<LUA
local window = rpa.window("Vim", { timeout = 30 })
local grid = window:grid()
grid:wait("[New")
grid:key("i")
grid:type("$text")
grid:key("Enter")
grid:type("$text")
grid:key("Escape")
grid:type(":wq")
grid:key("Enter")
window:wait_gone()
LUA
ok 'vim within tmux is keyed' exits 0
ok 'and has the text' saved vim "$text"$'\n'"$text"

done_testing
