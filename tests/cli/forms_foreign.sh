#!/bin/bash
# Programs none of us wrote, driven whole from Debian: a form of yad (GTK 3), a
# commit of git citool (Tk), and the editors featherpad and juffed (Qt 5), l3afpad
# (GTK 3), IDLE (Tk) and nedit (Motif), saved by a key or by their menus; a dialog of
# Grace (Motif); mousepad's "Save As" (GTK 3). What they saved is what counts.
# shellcheck disable=SC1112 # the texts have typographic quotes
# shellcheck source=tests/cli/foreign_lib.sh
. "$ROOT/tests/cli/foreign_lib.sh"

printf 'hünter2' | "$RPA" secret set pw --state "$dir/stateyad" 2>/dev/null
program yad "\"sh\", \"-c\", \"yad --form --title 'Yad Form' --width 400 --height 300 \
--field=Surname --field='Given Names' --field=Password:H --field=Notes:TXT --field=Urgent:CHK \
'' '' '' '' FALSE >$dir/app/record; sleep 0.3; cp $dir/app/record $dir/app/yad\"" '"Yad Form"' \
    'secrets = { pw = { screen = "Yad Form", field = "Password" } }' <<'MAP' 7<<'LUA'
return { screens = { { title = "Yad Form", toolkit = "gtk3", size = { w = 400, h = 300 }, fields = {
    { label = "Surname", width = 35, at = { x = 96, y = 2, w = 300, h = 34 } },
    { label = "Given Names", width = 35, at = { x = 96, y = 41, w = 300, h = 34 } },
    { label = "Password", width = 16, hidden = true, at = { x = 96, y = 80, w = 300, h = 34 } },
    { label = "Notes", width = 200, lines = 9, at = { x = 3, y = 139, w = 392, h = 90 } },
    { label = "OK", kind = "button", at = { x = 311, y = 263, w = 84, h = 32 } },
} } } }
MAP
local window = rpa.window("Yad Form")
local form = window:form()
form:field("Surname"):set("Llŷr “Tŷ”")
form:field("Given Names"):set("Siân Gŵyn – €£")
form:field("Password"):secret(rpa.secret("pw"))
form:field("Notes"):set("One ŵ two")
form:press("OK")
window:wait_gone()
LUA
ok 'yad, of GTK 3, is keyed' exits 0
ok 'and has the record, which it wrote once its window had gone' saved yad 'Llŷr “Tŷ”|Siân Gŵyn – €£|hünter2|One ŵ two|FALSE|'

# The text of an editor is a form of one field; $save saves it, a key or what is
# chosen in a menu, and the title of its window says whether it did.
save=ctrl+s
edit() { # name, program, titles: saved and not, more of each screen, place, text,
         # more of the map, a third title: before it opened the file
    : >"$dir/app/$1.txt"
    chmod 666 "$dir/app/$1.txt"
    printf '%s' "$7" >"$dir/text"
    { printf 'return { %s screens = {\n' "$8"
      for title in "$3" "$4" ${9:+"$9"}; do
          printf '{ title = "%s", %s, fields = {
              { label = "Text", width = 2000, lines = 50, at = { %s } } } },\n' \
              "$title" "$5" "$6"
      done
      printf '} }\n'; } >"$dir/map.lua"
    program "$1" "$2, \"$dir/app/$1.txt\"" "\"$3\", \"$4\"${9:+, \"$9\"}" \
        <"$dir/map.lua" 7< <(printf 'local text = [=[%s]=]\nlocal save, saved, first = "%s", "%s", "%s"\n' \
                "$7" "$save" "$3" "${9:-$3}"
            cat <<'LUA'
local window = rpa.window(first, { timeout = 30 })
local form = window:form()
for i = 1, 6 do -- it may come late to each click and key: all is read, or nothing
    form:field("Text"):set(text .. i)
    local got = form:field("Text"):get()
    assert(got:sub(1, 3) == text:sub(1, 3) and got:find(i .. "$"), got)
end
form:field("Text"):set(text)
form:key(save)
rpa.window({ pattern = "^" .. saved:gsub("[()]", "\\%0") }, { timeout = 30 })
LUA
        )
}
text=$'Llŷr “Tŷ”\n\nSiân Gŵyn – €£'
save='alt+f s'
edit featherpad '"featherpad"' "$dir/app/featherpad.txt" "*$dir/app/featherpad.txt" \
    'toolkit = "qt", copy = "ctrl+c"' 'x = 4, y = 100, w = 680, h = 330' "$text" ''
ok 'featherpad, of Qt 5, is keyed' exits 0
ok 'and has saved it' saved featherpad.txt "$text"
save=ctrl+s
edit juffed '"juffed"' 'juffed.txt - JuffEd' '*juffed.txt - JuffEd' 'toolkit = "qt"' \
    'x = 58, y = 100, w = 320, h = 360' "$text" '' JuffEd
ok 'juffed, of Qt 5, with three titles' exits 0
ok 'and has saved it' saved juffed.txt "$text"
# this one takes the key away that selects all in its toolkit
version=$(/usr/bin/python3.11 -c 'import platform; print(platform.python_version())')
save='alt+f s'
idle="idle.txt - $dir/app/idle.txt ($version)"
edit idle '"idle-python3.11", "-e"' "$idle" "*$idle*" 'toolkit = "tk", select = "ctrl+a"' \
    'x = 2, y = 34, w = 645, h = 500' "$text" ''
ok 'IDLE, of Tk, is keyed' exits 0
ok 'and has saved it' saved idle.txt "$text"
edit l3afpad '"l3afpad"' l3afpad.txt '*l3afpad.txt' 'toolkit = "gtk3"' \
    'x = 2, y = 30, w = 590, h = 360' "$text" ''
ok 'l3afpad, of GTK 3, is keyed' exits 0
ok 'and has saved it' saved l3afpad.txt "$text"
ok 'what is chosen in a menu is one commit act' [ "$(kinds COMMIT)" = 1 ]
# old programs take their text from a locale of one byte a character
save='alt+F S'
edit nedit '"env", "LC_ALL=C", "nedit"' "nedit.txt - $dir/app/" "nedit.txt (modified) - $dir/app/" \
    'toolkit = "motif"' 'x = 4, y = 28, w = 480, h = 300' $'Siân "Tŷ"\n\n£5' \
    'repertoire = "latin1", folds = { ["ŷ"] = "y" },'
ok 'nedit, of Motif, is keyed' exits 0
ok 'and has saved it in Latin-1' saved nedit.txt "$(printf 'Si\xe2n "Ty"\n\n\xa35')"

edit narrow '"env", "LC_ALL=C", "nedit"' "narrow.txt - $dir/app/" \
    "narrow.txt (modified) - $dir/app/" 'toolkit = "motif"' \
    'x = 4, y = 28, w = 480, h = 300' 'Gŵyn' 'repertoire = "latin1",'
ok 'control: what it cannot hold is not typed' error 1 213 'narrow/main.lua:6' 'ŵ'
ok 'nothing was' saved narrow.txt ''

# control: what the menu does not have is said, and leaves no menu in the way
: >"$dir/app/menu.txt"
chmod 666 "$dir/app/menu.txt"
program menu "\"l3afpad\", \"$dir/app/menu.txt\"" '"menu.txt"' <<'MAP' 7<<'LUA'
local text = { { label = "Text", width = 2000, lines = 50, at = { x = 2, y = 30, w = 590, h = 360 } } }
return { screens = { { title = "menu.txt", toolkit = "gtk3", fields = text },
    { title = "*menu.txt", toolkit = "gtk3", fields = text } } }
MAP
local form = rpa.window("menu.txt", { timeout = 30 }):form()
form:field("Text"):set("x")
local fits, err = pcall(form.key, form, "alt+f z")
print(fits, err.code, err.msg)
form:field("Text"):set("Siân")
form:key("alt+f s")
rpa.window({ pattern = "^menu.txt" }, { timeout = 30 })
form:key("alt+f alt+ö+f")
LUA
ok 'what a menu does not have' prints $'false\tETIMEOUT\ta menu or list stays'
ok 'and the next item that is chosen is' saved menu.txt 'Siân'
ok 'several keys of which one is none' error 4 100 'menu/main.lua:8' "'alt+f alt+ö+f' is neither a key nor a menu"

# menus within a menu; control: what one does not have is said, and behind an item
# that is no menu no letter is pressed, which would be text
: >"$dir/app/inner.txt"
chmod 666 "$dir/app/inner.txt"
program inner "\"mousepad\", \"$dir/app/inner.txt\"" '"inner.txt"' <<MAP 7<<'LUA'
local text = { { label = "Text", width = 2000, lines = 50, at = { x = 2, y = 32, w = 470, h = 300 } } }
return { screens = {
    { title = "saved", window = "$dir/app/inner.txt - Mousepad", toolkit = "gtk3", fields = text },
    { title = "edited", window = "*$dir/app/inner.txt - Mousepad", toolkit = "gtk3", fields = text } } }
MAP
local form = rpa.window("inner.txt", { timeout = 30 }):form()
form:field("Text"):set("Siân ŵyn  ")
form:key("alt+e r r") -- Edit, Convert, Strip Trailing Spaces
assert(form:field("Text"):get() == "Siân ŵyn")
for _, keys in ipairs { "alt+e r z", "alt+f s z" } do
    local fits, err = pcall(form.key, form, keys)
    print(fits, err.code, err.msg)
end
rpa.window({ pattern = "^[^*]*inner.txt" }, { timeout = 30 })
LUA
ok 'an item of a menu within a menu is chosen, of GTK' exits 0
ok 'and has done its work' saved inner.txt 'Siân ŵyn'
ok 'one that it does not have is said' prints $'false\tETIMEOUT\ta menu or list stays'
ok 'an item that is no menu too' prints $'false\tETIMEOUT\tthe menu went away; no letter was pressed'
: >"$dir/app/indent.txt"
chmod 666 "$dir/app/indent.txt"
program indent "\"env\", \"LC_ALL=C\", \"nedit\", \"$dir/app/indent.txt\"" '"indent.txt"' <<MAP 7<<'LUA'
local text = { { label = "Text", width = 2000, lines = 50, at = { x = 4, y = 28, w = 480, h = 300 } } }
return { repertoire = "latin1", screens = {
    { title = "saved", window = "indent.txt - $dir/app/", toolkit = "motif", fields = text },
    { title = "edited", window = "indent.txt (modified) - $dir/app/", toolkit = "motif", fields = text } } }
MAP
local form = rpa.window("indent.txt", { timeout = 30 }):form()
for _ = 1, 2 do -- no key that is text here finds out where the focus is
    assert(form:field("Text"):get() == "")
end
local _, err = pcall(function() form:field("Text"):set("  a\nb") end)
print(err.code)
form:field("Text"):set("") -- in doubt no menu is chosen from
form:key("alt+P A O") -- Preferences, Auto Indent, Off
form:field("Text"):set("  a\nb")
form:key("alt+F S")
rpa.window({ pattern = "^indent.txt - " }, { timeout = 30 })
LUA
ok 'and of Motif' exits 0
ok 'a program that types by itself, until it is told not to' prints EREADBACK
ok 'then types nothing' saved indent.txt $'  a\nb'

# a day of a calendar is a button, as nothing says what a click there would do
program calendar "\"sh\", \"-c\", \"zenity --calendar --title Calendar --day 5 --month 3 --year 1990 \
--date-format=%d/%m/%Y >$dir/app/calendar\"" '"Calendar"' \
    'navigation = { { screen = "Calendar", buttons = { "15" } } }' <<'MAP' 7<<'LUA'
return { screens = { { title = "Calendar", toolkit = "gtk3", fields = {
    { label = "15", kind = "button", at = { x = 132, y = 139, w = 20, h = 16 } },
    { label = "OK", kind = "button", at = { x = 136, y = 222, w = 82, h = 32 } } } } } }
MAP
local window = rpa.window("Calendar", { timeout = 30 })
local _, err = pcall(window.click, window, { x = 142, y = 147 })
print(err.code, err.hint)
window:form():press("15")
window:form():press("OK")
window:wait_gone()
LUA
ok 'a calendar of zenity, of GTK 3, is keyed' exits 0
ok 'and has the day' saved calendar 15/03/1990
ok 'a click beside the fence is told what to do' prints $'EUNREADABLE\ton a form, give the screen map a button'

program citool "\"sh\", \"-c\", \"mkdir $dir/app/repo && cd $dir/app/repo && git init -q . && \
git config user.name R && git config user.email r@x && \
git config gui.fontui '-family {DejaVu Sans} -size -13' && \
git config gui.fontdiff '-family {DejaVu Sans Mono} -size -13' && echo x >f && git add f && exec git citool\"" '"Git Gui"' <<MAP 7<<'LUA'
return { screens = { { title = "Git Gui (repo) $dir/app/repo", toolkit = "tk", fields = {
    { label = "Message", width = 500, lines = 9, at = { x = 348, y = 306, w = 600, h = 156 } },
    { label = "Commit", kind = "button", at = { x = 228, y = 387, w = 116, h = 26 } } } } } }
MAP
local window = rpa.window("Git Gui", { timeout = 30 })
local form = window:form()
form:field("Message"):set("Siân’s change – ŵ\n\nWhy: £5")
form:press("Commit")
window:wait_gone()
LUA
ok 'git citool, of Tk, is keyed' exits 0
ok 'and has committed it' [ "$(git -c safe.directory='*' -C "$dir/app/repo" log -1 --format=%B)" = \
    $'Siân’s change – ŵ\n\nWhy: £5' ]

# a dialog of several fields that only a menu opens
printf '# Grace project file\n#\n@version 50125\n' >"$dir/app/p.agr"
chmod 666 "$dir/app/p.agr"
program grace "\"env\", \"LC_ALL=C\", \"xmgrace\", \"-free\", \"-noask\", \"$dir/app/p.agr\"" \
    '"Grace: p.agr", "Grace: Graph Appearance"' \
    'navigation = { { screen = "main", keys = { "alt+P G" } } }' <<'MAP' 7<<'LUA'
local draw = { { label = "Draw", kind = "button", at = { x = 4, y = 58, w = 56, h = 22 } } }
local function small(label, x, y)
    return { label = label, width = 8, at = { x = x, y = y, w = 69, h = 29 } }
end
return { repertoire = "latin1", screens = {
    { title = "saved", window = "Grace: p.agr", toolkit = "motif", fields = draw },
    { title = "main", window = "Grace: p.agr (modified)", toolkit = "motif", fields = draw },
    { title = "Grace: Graph Appearance", toolkit = "motif", fields = {
        { label = "Title", width = 80, at = { x = 50, y = 282, w = 261, h = 28 } },
        { label = "Subtitle", width = 80, at = { x = 68, y = 317, w = 243, h = 28 } },
        small("Xmin", 61, 386), small("Xmax", 184, 386),
        small("Ymin", 61, 434), small("Ymax", 184, 434),
        { label = "Accept", kind = "button", at = { x = 119, y = 553, w = 91, h = 22 } } } } } }
MAP
local window = rpa.window("Grace: p.agr", { timeout = 30 })
window:wait_title("modified")
window:form():key("alt+P G")
local graph = rpa.window("Graph Appearance")
local form = graph:form()
form:field("Title"):set("Siân's £5")
form:field("Subtitle"):set("a text that is longer than the field shows, all of it")
form:field("Xmin"):set("0.2")
form:field("Ymax"):set("0.75")
form:press("Accept")
graph:wait_gone()
window:form():key("ctrl+s")
rpa.window({ pattern = "^Grace: p.agr$" })
LUA
ok 'a dialog of Grace, of Motif, is opened by a menu and keyed' exits 0
agr() { iconv -f latin1 "$dir/app/p.agr" | grep -qxE "@    $1"; }
ok 'and has its texts' agr "title \"Siân's £5\""
ok 'also one that scrolls' agr 'subtitle "a text that is longer than the field shows, all of it"'
ok 'and numbers' agr 'view 0.200000, [0-9.]+, [0-9.]+, 0.750000'

# "Save as" over a file that is there: the dialog takes Tab for itself and proposes
# names in a list of its own, the question whether to overwrite has no title
: >"$dir/app/old.txt"
: >"$dir/app/new.txt"
chmod 666 "$dir"/app/{old,new}.txt
program mousepad "\"mousepad\", \"$dir/app/new.txt\"" '"Mousepad", "Save As", ""' \
    'navigation = { { screen = "edited", keys = { "ctrl+shift+s" } } }' <<MAP 7<<'LUA'
local text = { { label = "Text", width = 2000, lines = 50, at = { x = 2, y = 32, w = 620, h = 400 } } }
return { screens = {
    { title = "empty", window = "$dir/app/new.txt - Mousepad", toolkit = "gtk3", fields = text },
    { title = "edited", window = "*$dir/app/new.txt - Mousepad", toolkit = "gtk3", fields = text },
    { title = "Save As", toolkit = "gtk3", fields = {
        { label = "Name", width = 200, at = { x = 66, y = 10, w = 300, h = 34 } },
        { label = "Save", kind = "button", at = { x = 1006, y = 818, w = 80, h = 30 } } } },
    { title = "Overwrite", window = "", toolkit = "gtk3", fields = {
        { label = "Replace", kind = "button", at = { x = 440, y = 90, w = 80, h = 30 } } } } } }
MAP
local window = rpa.window("new.txt - Mousepad", { timeout = 30 })
local form = window:form()
form:field("Text"):set("Llŷr “Tŷ”\n\nSiân Gŵyn – €£")
form:key("ctrl+shift+s")
local save = rpa.window("Save As")
save:form():field("Name"):set("old.txt")
rpa.on_dialog(function(dialog)
    print("told of " .. dialog.class .. " '" .. dialog.title .. "'")
    return rpa.window(""):form():press("Replace")
end)
save:form():press("Save")
save:wait_gone({ timeout = 2 })
window:wait_title("old.txt")
LUA
ok 'mousepad saves as a file that is there' exits 0
ok 'its question has come to the bot' prints "told of mousepad.Mousepad ''"
ok 'and it is answered' saved old.txt "$text"

done_testing
