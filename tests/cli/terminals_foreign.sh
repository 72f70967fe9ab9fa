#!/bin/bash
# Programs none of us wrote, driven whole in xterm: abook (curses: a list, tabs,
# prompts in the last line), dialog (a form, an entry, a menu, tick boxes, a list
# that scrolls; fields set in its coloured form), whiptail (an entry, typed and
# set), vim within tmux, mutt (prompts, a menu), htop (a symbol of its own), lynx
# (fields shown by lines, without a map), w3m (fields that are opened), sqlite3's shell,
# sc (a sheet).
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

long='Siân Gŵyn-Ŷd’s £5, 30 cells ŵŷ'
full="$text, ${long%,*} ŵŷ" # 46 cells
# fields with a background of their own, reached over buttons that hide the cursor
program fields "$(in_xterm Fields sh -c "$(ask fields "--form Crime 12 60 4 Surname: 1 1 '' 1 15 30 60 'Given Names:' 2 1 '' 2 15 30 60")whiptail --inputbox Reference 10 50 2>$dir/app/entry")" '"Fields"' \
    <<<'return { screens = {}, keys = { advance = "Down" } }' 7<<LUA
local window = rpa.window("Fields", { timeout = 30 })
local grid = window:grid()
grid:wait("Surname:")
local found = grid:field("Given Names"):find()
assert(found.col == 27 and found.room == 30)
grid:field("Given Names"):set("$text")
local fits, err = pcall(function() grid:field("Surname"):set(("x"):rep(31)) end)
assert(not fits and err.code == "EWIDTH")
-- without it no key that files is pressed now; as long as the field shows: it scrolls
grid:field("Surname"):set("$long")
grid:key("Enter")
grid:wait("Reference")
grid:field({ row = 11, col = 18 }):set("$full")
assert(grid:field({ row = 11, col = 18 }):get() == "$full")
grid:key("Enter")
window:wait_gone()
LUA
ok 'fields of coloured dialogs are set' exits 0
ok 'dialog has them' saved fields "$long"$'\n'"$text"
ok 'whiptail too' saved entry "$full"

# control: scrolled, such a text looks as if its last character was still to come
bot same "return { name = 'same', windows = { 'Same' }, app = { echo_ms = 3000, argv = { $(
    in_xterm Same sh -c "$(ask same '--inputbox Reference 10 50')") } } }" <<'LUA'
local field = rpa.window("Same", { timeout = 30 }):grid():field({ row = 10, col = 18 })
local _, err = pcall(field.set, field, ("x"):rep(field:find().room))
print(err.code, err.msg)
field:set("yes")
LUA
run "$dir/bots/same"
ok 'a text that cannot be proved is said not to be shown' prints 'does not show what was typed'
ok 'and is not typed again, into a field that nothing empties' error 1 215 'same/main.lua:4' 'not empty'

printf '#!/bin/sh\ncat >%s\n' "$dir/app/sent" >"$dir/send"
cat >"$dir/edit" <<'EDIT'
#!/bin/sh
echo 'Siân’s' >>"$1"
EDIT
chmod 755 "$dir/send" "$dir/edit"
answer='local function answer(prompt, text)
    grid:wait(prompt)
    grid:type(text)
    grid:key("Enter")
end'
program mutt "$(in_xterm Mutt mutt -n -F /dev/null -e "set copy=no sendmail=$dir/send \
editor=$dir/edit folder=$dir/app from=a@heddlu.example use_domain=no")" '"Mutt"' \
    <<<'return { screens = {} }' 7<<LUA
local window = rpa.window("Mutt", { timeout = 30 })
local grid = window:grid()
$answer
grid:wait("q:Quit")
grid:key("m")
answer("To:", "llyr@heddlu.example")
answer("Subject:", "$text")
grid:wait("y:Send")
grid:key("y")
grid:wait("Mail sent")
grid:key("q")
window:wait_gone()
LUA
ok 'mutt is keyed' exits 0
mail() { python3 -c 'import email, email.policy, sys
m = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
sys.exit([m["subject"], m.get_content()] != sys.argv[2:])' "$dir/app/sent" "$@"; }
ok 'and sent it' mail "$text" $'Siân’s\n'

# it has a clock, which ticks between the look and the key; the day is today's
program calcurse "$(in_xterm Calcurse calcurse -D "$dir/app/calcurse")" '"Calcurse"' \
    <<'MAP' 7<<LUA
return { screens = { { title = "Appointments", row = 2 } } }
MAP
local window = rpa.window("Calcurse", { timeout = 30 })
local grid = window:grid()
$answer
grid:wait("Calendar")
grid:key("ctrl+a")
answer("Enter start time", "10:30")
answer("Enter end time", "11:45")
answer("Enter description", "$text")
grid:wait("Siân")
grid:key("ctrl+t")
answer("Enter the new TODO", "Tŷ’r Ysgol £5")
grid:wait("priority")
grid:key("3")
grid:wait("3. Tŷ")
grid:key("s")
grid:key("q")
grid:wait("really want to quit")
grid:key("y")
window:wait_gone()
LUA
ok 'calcurse is keyed' exits 0
appointment() { grep -qxE '[0-9/]{10} @ 10:30 -> [0-9/]{10} @ 11:45\|'"$text" "$dir/app/calcurse/apts"; }
ok 'and has the appointment' appointment
ok 'and what is to be done' saved calcurse/todo '[3] Tŷ’r Ysgol £5'

program htop "$(in_xterm Htop htop)" '"Htop"' <<<'return { screens = {} }' 7<<'LUA'
local window = rpa.window("Htop", { timeout = 30 })
local grid = window:grid()
grid:wait("F10Quit")
assert(grid:match("CPU%%▽"))
grid:key("F4")
grid:wait("Filter:")
grid:type("xterm")
grid:key("Enter")
grid:key("F10")
window:wait_gone()
LUA
ok 'htop is driven' exits 0

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

# a form of a page; what its server got, $dir/app/sent.NAME, is what counts
serve() { # name
    exec 8< <(exec timeout 120 python3 -c '
import http.server, sys, urllib.parse
class Form(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        fields = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        open(sys.argv[1], "w").write("|".join(fields[k][0] for k in sorted(fields)))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"received")
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Form)
print(server.server_port, flush=True)
server.handle_request()' "$dir/app/sent.$1")
    read -r port <&8
    cat >"$dir/app/page.html" <<HTML
<meta charset=utf-8><form action="http://127.0.0.1:$port/" accept-charset=utf-8>
Surname: <input name=a size=30><br>Given: <input name=b size=20 value="old"><br>
<input type=submit value=Send></form>
HTML
}
serve lynx
program lynx "$(in_xterm Lynx lynx "$dir/app/page.html")" '"Lynx"' \
    <<<'return { screens = {}, keys = { clear = "ctrl+u" } }' 7<<LUA
local grid = rpa.window("Lynx", { timeout = 30 }):grid()
grid:wait("Surname:")
grid:field("Given"):set("Siân")
local fits, err = pcall(function() grid:field("Surname"):set(("x"):rep(31)) end)
assert(not fits and err.code == "EWIDTH")
grid:field("Surname"):set("$text")
grid:key("Tab")
grid:key("Enter")
grid:wait("received")
LUA
ok 'a form in lynx is keyed, as wide as its lines' exits 0
ok 'and sent' saved sent.lynx "$text|Siân"

# fields of which each is opened, in the last line
serve w3m
program w3m "$(in_xterm W3m w3m "$dir/app/page.html")" '"W3m"' \
    <<<'return { screens = {} }' 7<<LUA
local grid = rpa.window("W3m", { timeout = 30 }):grid()
grid:wait("Surname:")
for _, text in ipairs { "$text", "Siân" } do
    grid:key("Tab")
    grid:key("Enter")
    grid:wait("TEXT:")
    grid:key("ctrl+u")
    grid:type(text)
    grid:key("Enter")
    grid:wait("Viewing")
end
grid:key("Tab")
grid:key("Enter")
grid:wait("received")
LUA
ok 'a form in w3m is keyed' exits 0
ok 'and sent' saved sent.w3m "$text|Siân"

# each statement is carried out while the next is typed
program sqlite "$(in_xterm Sql sqlite3 "$dir/app/db")" '"Sql"' \
    <<<'return { screens = {} }' 7<<LUA
local window = rpa.window("Sql", { timeout = 30 })
local grid = window:grid()
grid:wait("sqlite>")
for _, line in ipairs { "create table t(a, b);", "insert into t values('$text', 42);",
        "select count(*) + 20 from t;" } do
    grid:type(line)
    grid:key("Enter")
end
grid:wait("21")
grid:key("ctrl+d")
window:wait_gone()
LUA
ok 'the shell of sqlite3 is keyed' exits 0
row() { [ "$(sqlite3 "$dir/app/db" 'select * from t')" = "$1" ]; }
ok 'and its table has the row' row "$text|42"

program sc "$(in_xterm Sc sc "$dir/app/sheet")" '"Sc"' <<<'return { screens = {} }' 7<<'LUA'
local window = rpa.window("Sc", { timeout = 30 })
local grid = window:grid()
grid:wait("for help")
grid:key("<")
grid:type("Caernarfon 3")
grid:key("Enter")
grid:key("Down")
grid:key("=")
grid:type("40+2")
grid:key("Enter")
grid:wait("42.00")
grid:key("P")
grid:wait("Default path")
grid:key("Enter")
grid:key("q")
window:wait_gone()
LUA
ok 'a sheet of sc is keyed' exits 0
ok 'and saved' has sheet 'leftstring A0 = "Caernarfon 3"'
ok 'its sum too' has sheet 'let A1 = 40+2'

done_testing
