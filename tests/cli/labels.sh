#!/bin/bash
# A form whose fields the map knows by the labels beside them, read with a
# proportional font that was learned from the form's own entry: of Tk, and of Qt
# where its fonts are fully hinted.
. "$(dirname "$0")/lib.sh"
chmod 755 "$dir"
form=(wish "$PWD/tests/fake/forms/form_tk.tcl") toolkit=tk
fonts=$dir/bots/common/fonts
filed=$dir/filed
mkdir -p "$fonts"
: >"$filed"
chmod 666 "$filed"

learn() {
    rpa font learn helvetica --out "$fonts/helvetica.font" \
        --characters 'Surname:Date of Birth:Notes:' --entry 330,24 -- "${form[@]}" \
        "$filed" 'Crime Form'
}

map() { # label of the first field, [what else is told of its place]
    cat >"$dir/bots/common/labels.lua" <<LUA
return { font = "helvetica", screens = { {
    title = "Crime Form", toolkit = "$toolkit",
    fields = {
        { label = "Surname", width = 35, at = { right_of = "$1"${2-} } },
        { label = "Date of Birth", width = 10,
          at = { right_of = "Date of Birth:" } },
        { label = "Notes", width = 2000, lines = 50,
          at = { right_of = "Notes:" } },
        { label = "OK", kind = "button",
          at = { x = 120, y = 335, w = 100, h = 32 } },
    },
} } }
LUA
}

manifest() {
    echo "return { name = \"$1\", map = \"common/labels\", mode = \"DEMO\", queues = { records = {} },
    app = { argv = { $(printf '"%s", ' "${form[@]}" "$filed" 'Crime Form') },
        ready = { title = \"Crime Form\" }, keymap = \"private\" },
    windows = { \"Crime Form\" } }"
}
bot labels "$(manifest labels)" <<'LUA'
local form = rpa.window("Crime Form"):form()
form:wait({ "No such text", "Date of Birth:" })
local values = { Surname = "Llŷr “ap” Siân", Notes = "one ŵ\ntwo",
    ["Date of Birth"] = "31/12/1990" }
for _, label in ipairs { "Surname", "Date of Birth", "Notes" } do
    form:field(label):set(values[label])
    assert(form:field(label):get() == values[label])
end
form:press("OK")
form:expect("Surname:")
for _, line in ipairs(form:lines()) do
    print("[" .. line .. "]")
end
form:wait("Sumame:", { timeout = 0.2 })
LUA

map 'Surname:'
run "$dir/bots/labels" --timeout 60
ok 'control: without a font' error 4 100 'labels/main.lua:2' 'no proportional font'
learn
ok 'a proportional font is learned in an entry' exits 0
rpa font check "$fonts/helvetica.font"
ok 'it is good' exits 0
run "$dir/bots/labels" --timeout 60
ok 'a text that is not there is waited for' error 1 300 'labels/main.lua:14' "'Sumame:'"
ok 'and what is there is told' says 'Date of Birth: | '
ok 'its labels are read, each in its line' prints '[Date of Birth:]'
ok 'what is in its fields is not' silent 'Siân'
ok 'fields are found by their labels: the right ones' [ "$(jq -r '[.Surname, .["Date of Birth"], .Notes,
    .["Given Names"], .Password, .["Crime Type"]] | join("|")' "$filed")" = \
    $'Llŷr “ap” Siân|31/12/1990|one ŵ\ntwo|||' ]
bot stood "$(manifest stood)" <<'LUA'
local form = rpa.window("Crime Form"):form()
local queue = rpa.queue("records")
queue:add { reference = "one", payload = {} }
for item in queue:items() do
    form:field("Surname"):set("Llŷr")
    form:press("OK")
    item:done(form:match("(Notes:)"))
end
LUA
run "$dir/bots/stood" --timeout 60
ok 'a label that stood there is no reference' error 9 400 'stood/main.lua:7' 'not done'

: >"$filed"
map 'Sumame:' # as a person might read it
run "$dir/bots/labels" --timeout 60
ok 'a label that is not there is refused' error 1 212 'labels/main.lua:2' "'Sumame:'"
ok 'and said how many texts are read' grep -qE '[1-9][0-9]* texts are read, [0-9]+ are not' "$dir/err"
map 'Notes:'
run "$dir/bots/labels" --timeout 60
ok 'a field of one line is no text of many' error 1 212 'labels/main.lua:2' 'one line'
map 'Surname:' ', nth = 2'
run "$dir/bots/labels" --timeout 60
ok 'a second field that is not there' error 1 212 'labels/main.lua:2' "'Surname:'"
ok 'nothing was filed' [ ! -s "$filed" ]

cat >"$dir/hinted.conf" <<XML
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include>/etc/fonts/fonts.conf</include>
  <match target="font">
    <edit name="hintstyle" mode="assign"><const>hintfull</const></edit>
  </match>
</fontconfig>
XML
form=(env "FONTCONFIG_FILE=$dir/hinted.conf" "$PWD/tests/fake/forms/form_qt.py")
toolkit=qt
map 'Surname:'
learn
ok 'the font of Qt is learned where it is fully hinted' exits 0
manifest labels >"$dir/bots/labels/bot.lua"
run "$dir/bots/labels" --timeout 60
ok 'its labels are read too, each in its line' prints '[Date of Birth:]'
ok 'and its fields found by them' [ "$(jq -r '[.Surname, .["Date of Birth"], .Notes,
    .["Given Names"], .Password, .["Crime Type"]] | join("|")' "$filed")" = \
    $'Llŷr “ap” Siân|31/12/1990|one ŵ\ntwo|||' ]
ok 'audit' verified
done_testing
