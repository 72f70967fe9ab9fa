#!/bin/bash
# Pick-lists that open as a window of their own when they are clicked, of Tk: a
# combobox, whose list begins at the choice it shows, and an option menu, where
# none is marked yet. What the program saved is what counts.
. "$(dirname "$0")/lib.sh"
mkdir -p "$dir/bots/common" "$dir/app"
chmod 755 "$dir"
chmod 777 "$dir/app"

map() { # the looks of Box, of Menu: four each
    local at=('x = 10, y = 50, w = 200, h = 28' 'x = 10, y = 90, w = 200, h = 34')
    printf 'local choices = { "Theft", "Burglary", "Fraud", "Arson" }
        local function pick(label, at, looks)
            local list = {}
            for i, value in ipairs(choices) do list[i] = { value = value, looks = { looks[i] } } end
            return { label = label, kind = "pick", opens = true, at = at, choices = list }
        end
        return { screens = { { title = "Picks", toolkit = "tk", fields = {
            { label = "Name", width = 30, at = { x = 10, y = 10, w = 200, h = 28 } },
            pick("Box", { %s }, { %s }), pick("Menu", { %s }, { %s }) } } } }' \
        "${at[0]}" "$1" "${at[1]}" "$2" >"$dir/bots/common/picks.lua"
}
picks() { # bot; main.lua from standard input
    bot "$1" "return { name = \"$1\", map = \"common/picks\", windows = { \"Picks\" },
        navigation = { { screen = \"Picks\", keys = { \"F5\" } } },
        app = { argv = { \"wish\", \"$PWD/tests/fake/forms/picks_tk.tcl\", \"$dir/app/$1\" } } }"
    run "$dir/bots/$1"
}

map '' ''
picks learn <<'LUA'
local form = rpa.window("Picks"):form()
for _, label in ipairs { "Box", "Menu" } do
    local looks = {}
    for i = 1, 4 do
        looks[i] = ("%q"):format(form:look(label))
        form:key("F5")
    end
    print(table.concat(looks, ", "))
end
LUA
ok 'looks of the choices are told' exits 0
{ read -r box; read -r menu; } <"$dir/out"
map "$box" "$menu"
picks choose <<'LUA'
local form = rpa.window("Picks"):form()
for _, pair in ipairs { { "Fraud", "Arson" }, { "Theft", "Fraud" }, { "Arson", "Burglary" } } do
    form:pick("Box"):set(pair[1])
    form:pick("Menu"):set(pair[2])
    print(form:pick("Box"):get(), form:pick("Menu"):get())
end
form:pick("Box"):set("Fraud")
form:field("Name"):set("Tŷ")
form:field("Name"):get()
form:key("Enter")
rpa.window("Picks"):wait_gone()
LUA
ok 'choices are made, down and up' exits 0
ok 'each in turn' [ "$(tr '\t\n' '/ ' <"$dir/out")" = \
    'Fraud/Arson Theft/Fraud Arson/Burglary ' ]
ok 'and saved' [ "$(cat "$dir/app/choose")" = 'Tŷ|Fraud|Burglary' ]
picks other <<'LUA'
rpa.window("Picks"):form():pick("Menu"):set("Robbery")
LUA
ok 'one that is none of them is refused' error 4 100 'other/main.lua:1' "no choice 'Robbery'"
map "$box" '"0000000000000001", "0000000000000002"'
picks dark <<'LUA'
rpa.window("Picks"):form():pick("Menu"):set("Theft")
LUA
ok 'control: a look that the map has not' error 1 216 'dark/main.lua:1' "'Menu'"
ok 'audit' verified
done_testing
