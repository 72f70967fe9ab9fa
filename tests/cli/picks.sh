#!/bin/bash
# Lists of choices of a toolkit ($1, tk or motif). In both one that opens at the
# choice it shows, and an option menu, in which Tk marks none at first. Of Motif
# also a list, and marks of which one is set. What the program saved is what
# counts.
. "$(dirname "$0")/lib.sh"
toolkit=$1
mkdir -p "$dir/bots/common" "$dir/app"
chmod 755 "$dir"
chmod 777 "$dir/app"

case $toolkit in
tk)
    program="\"wish\", \"$PWD/tests/fake/forms/picks_tk.tcl\""
    labels='"Box", "Menu"'
    at=('x = 10, y = 50, w = 200, h = 28' 'x = 10, y = 90, w = 200, h = 34')
    ;;
motif) # the insides: their frames show the focus
    program="\"$PICKS_MOTIF\""
    labels='"Box", "Menu", "List"'
    at=('x = 14, y = 54, w = 192, h = 22' 'x = 24, y = 98, w = 92, h = 22'
        'x = 16, y = 144, w = 188, h = 80')
    ;;
esac
opens=('opens = true' 'opens = true' '')

map() { # for each list the looks of its four choices, without and with the focus
    {
        echo 'local function pick(label, more, at, looks)
            local list = { label = label, kind = "pick", at = at, choices = {} }
            for i, value in ipairs { "Theft", "Burglary", "Fraud", "Arson" } do
                list.choices[i] = { value = value, looks = { looks[i], looks[i + 4] } }
            end
            list.opens = more.opens
            return list
        end'
        printf 'return { screens = { { title = "Picks", toolkit = "%s", fields = {
            { label = "Name", width = 30, at = { x = 10, y = 10, w = 200, h = 28 } },\n' \
            "$toolkit"
        for i in 0 2 1; do # as the Tab key goes
            [ -z "${at[i]-}" ] || printf 'pick(({ "Box", "Menu", "List" })[%s], { %s }, { %s }, { %s }),\n' \
                "$((i + 1))" "${opens[i]}" "${at[i]}" "${looks[i]-}"
        done
        printf '{ label = "Arson", kind = "tick", at = { x = 228, y = 116, w = 16, h = 14 },
            off = { %s }, on = { %s } } } } } }\n' "${looks[3]-}" "${looks[4]-}"
    } >"$dir/bots/common/picks.lua"
}
picks() { # bot; main.lua from standard input
    bot "$1" "return { name = \"$1\", map = \"common/picks\", windows = { \"Picks\" },
        navigation = { { screen = \"Picks\", keys = { \"F5\" } } },
        app = { argv = { $program, \"$dir/app/$1\" } } }"
    run "$dir/bots/$1"
}

looks=()
map
picks learn <<LUA
local form = rpa.window("Picks"):form()
local function look(label) return ("%q"):format(form:look(label)) end
local mark = {}
for _, label in ipairs { $labels } do
    local looks = {}
    for i = 1, 4 do
        looks[i], mark[i] = look(label), look("Arson")
        form:key("F5")
    end
    for i = 5, label == "List" and 8 or 0 do
        form:field("Name"):set("x") -- and on to the marks
        form:key("Tab")
        form:key("Tab")
        looks[i] = look(label)
        for _ = 1, 3 do
            form:key("shift+Tab")
        end
        form:key("F5")
    end
    print(table.concat(looks, ", "))
end
if "$toolkit" == "tk" then -- without a list and marks
    print()
    mark = { [3] = "", [4] = "" }
end
print(mark[3])
print(mark[4])
LUA
ok 'looks of the choices are told' exits 0
mapfile -t looks <"$dir/out"
map
picks choose <<LUA
local window = rpa.window("Picks")
local form = window:form()
for _, row in ipairs { { "Fraud", "Arson", "Burglary" }, { "Theft", "Fraud", "Arson" },
        { "Arson", "Burglary", "Theft" } } do
    local got = {}
    for i, label in ipairs { $labels } do
        form:pick(label):set(row[i])
        got[i] = form:pick(label):get()
    end
    print(table.concat(got, "/"))
end
form:pick("Box"):set("Fraud")
if "$toolkit" == "motif" then
    print(form:tick("Arson"):get())
    form:tick("Arson"):set(true)
    print(form:tick("Arson"):get())
end
form:field("Name"):set("Tŷ")
form:field("Name"):get()
form:key("Enter")
window:wait_gone()
LUA
ok 'choices are made, down and up' exits 0
case $toolkit in
tk)
    ok 'each in turn' [ "$(tr '\n' ' ' <"$dir/out")" = 'Fraud/Arson Theft/Fraud Arson/Burglary ' ]
    ok 'and saved' [ "$(cat "$dir/app/choose")" = 'Tŷ|Fraud|Burglary' ]
    ;;
motif)
    ok 'each in turn' [ "$(tr '\n' ' ' <"$dir/out")" = \
        'Fraud/Arson/Burglary Theft/Fraud/Arson Arson/Burglary/Theft false true ' ]
    ok 'and saved' [ "$(cat "$dir/app/choose")" = 'Tŷ|Fraud|Burglary|Theft|Arson' ]
    ;;
esac
picks late <<'LUA'
local form = rpa.window("Picks"):form()
form:pick("Box"):set("Fraud")
form:field("Name"):set("other")
form:field("Name"):get()
form:key("Enter")
LUA
ok 'a choice that the program changes later is not filed' \
    error 1 215 'late/main.lua:5' "'Box' no longer holds"
ok 'nothing was' [ ! -e "$dir/app/late" ]
picks other <<'LUA'
rpa.window("Picks"):form():pick("Menu"):set("Robbery")
LUA
ok 'one that is none of them is refused' error 4 100 'other/main.lua:1' "no choice 'Robbery'"
looks[1]='"0000000000000001", "0000000000000002"'
map
picks dark <<'LUA'
rpa.window("Picks"):form():pick("Menu"):set("Theft")
LUA
ok 'control: a look that the map has not' error 1 216 'dark/main.lua:1' "'Menu'"
ok 'audit' verified
done_testing
