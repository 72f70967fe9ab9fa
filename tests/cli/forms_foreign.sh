#!/bin/bash
# Programs none of us wrote, driven whole from Debian: yad (GTK 3) and featherpad
# (Qt 5). What they saved is what counts.
# shellcheck source=tests/cli/lib.sh
. "$ROOT/tests/cli/lib.sh"
mkdir "$dir/app" "$dir/bots" "$dir/bots/common"
chmod 755 "$dir"
chmod 777 "$dir/app"

program() { # name argv; its screens from standard input, main.lua from 7
    { printf 'return { screens = {\n'; cat; printf '} }\n'; } >"$dir/bots/common/$1.lua"
    bot "$1" "return { name = \"$1\", map = \"common/$1\", mode = \"DEMO\",
        app = { argv = { $2 } },
        windows = { \"Form\", \"form.txt\" },
        secrets = { pw = { screen = \"Yad Form\", field = \"Password\" } } }" <&7
    printf 'hünter2' | "$RPA" secret set pw --state "$dir/state$1" 2>/dev/null
    state=$dir/state$1
    run "$dir/bots/$1"
}
saved() { [ "$(cat "$dir/app/$1")" = "$2" ]; }

program yad "\"sh\", \"-c\", \"exec yad --form --title 'Yad Form' --width 400 --height 300 \
--field=Surname --field='Given Names' --field=Password:H --field=Notes:TXT --field=Urgent:CHK \
'' '' '' '' FALSE >$dir/app/yad\"" <<'MAP' 7<<'LUA'
{ title = "Yad Form", toolkit = "gtk3", size = { w = 400, h = 300 }, fields = {
    { label = "Surname", width = 35, at = { x = 96, y = 2, w = 300, h = 34 } },
    { label = "Given Names", width = 35, at = { x = 96, y = 41, w = 300, h = 34 } },
    { label = "Password", width = 16, hidden = true, at = { x = 96, y = 80, w = 300, h = 34 } },
    { label = "Notes", width = 200, lines = 9, at = { x = 3, y = 139, w = 392, h = 90 } },
    { label = "OK", kind = "button", at = { x = 311, y = 263, w = 84, h = 32 } },
} }
MAP
local form = rpa.window("Yad Form"):form()
form:field("Surname"):set("Llŷr “Tŷ”")
form:field("Given Names"):set("Siân Gŵyn – €£")
form:field("Password"):secret(rpa.secret("pw"))
form:field("Notes"):set("One ŵ two")
form:press("OK")
for _ = 1, 500 do
    if #rpa.windows() == 0 then
        break
    end
end
LUA
ok 'yad, of GTK 3, is keyed' exits 0
ok 'and has the record' saved yad 'Llŷr “Tŷ”|Siân Gŵyn – €£|hünter2|One ŵ two|FALSE|'

: >"$dir/app/form.txt"
chmod 666 "$dir/app/form.txt"
program featherpad "\"featherpad\", \"$dir/app/form.txt\"" <<MAP 7<<'LUA'
{ title = "$dir/app/form.txt", toolkit = "qt", copy = "ctrl+c", fields = {
    { label = "Text", width = 2000, lines = 50, at = { x = 4, y = 100, w = 680, h = 330 } } } },
{ title = "*$dir/app/form.txt", toolkit = "qt", copy = "ctrl+c", fields = {
    { label = "Text", width = 2000, lines = 50, at = { x = 4, y = 100, w = 680, h = 330 } } } }
MAP
local form = rpa.window("form.txt", { timeout = 30 }):form()
form:field("Text"):set("Llŷr “Tŷ”\n\nSiân Gŵyn – €£")
print(form:field("Text"):get())
form:key("ctrl+s")
form:field("Text"):get()
LUA
ok 'featherpad, of Qt 5, is keyed' exits 0
ok 'and has saved it' saved form.txt $'Llŷr “Tŷ”\n\nSiân Gŵyn – €£'

done_testing
