#!/bin/bash
# A form of a toolkit ($1), keyed by the whole path of rpa run: what the form's
# own file has is what counts.
# shellcheck source=tests/cli/lib.sh
. "$ROOT/tests/cli/lib.sh"
# shellcheck source=tests/cli/forms_lib.sh
. "$ROOT/tests/cli/forms_lib.sh"
toolkit=$1

by_hand() { # as its README has it; another toolkit's looks are not the map's
    : >"$dir/filed"
    chmod 666 "$dir/filed"
    printf 'hünter “2”' | "$RPA" secret set form-password --state "$dir/hand" &&
        "$RPA" run bots/key_crime_form --state "$dir/hand" --set "file=$dir/filed" \
            --set "program=$forms/form_tk.tcl" --set "records=$(cat "$1")" \
            >"$dir/out" 2>"$dir/err" &&
        "$forms/records.py" --prove "$1" "$dir/filed" 'hünter “2”' >"$dir/proved"
}
"$forms/records.py" 2 3 >"$dir/few"
[ "$toolkit" != tk ] || ok 'the bot as it stands, run by hand' by_hand "$dir/few"

ok "$toolkit: the looks of its tick box are learned" form_learn "$toolkit"
form_bot form "$toolkit"
"$forms/records.py" 6 1 >"$dir/records"
ok '2,000 mixed characters, records whole' form_key form "$dir/records"
echo "# $(cat "$dir/proved")"
ok 'the audit is whole' verified
ok 'one commit act a record' [ "$(kinds COMMIT)" = 6 ]
ok 'the secret is nowhere in what is said' silent 'nter'

# --- one at a time: reading, appending, clearing ---------------------------------
main form <<'LUA'
local form = rpa.window("Crime Form"):form()
local function is(got, want, name)
    print(got == want and "same" or "other", name,
        got ~= want and tostring(got) or "")
end
local function fails(code, fn, ...)
    local fine, err = pcall(fn, ...)
    is(not fine and err.code, code, fine and "no error" or err.msg)
end
local surname, notes = form:field("Surname"), form:field("Notes")
is(surname:get(), "", "an empty entry")
surname:set("Llŷr")
is(surname:get(), "Llŷr", "get")
surname:append(" “ap” Siân")
is(surname:get(), "Llŷr “ap” Siân", "append")
surname:set("Llŷr “ap” Siân")
is(surname:get(), "Llŷr “ap” Siân", "the same again")
surname:set("Mary ")
surname:append("Ann")
is(surname:get(), "Mary Ann", "a blank at the end, and more behind it")
surname:clear()
is(surname:get(), "", "clear")
surname:set("Łódź ḃóṫar § Ő")
is(surname:get(), "Łódź ḃóṫar § Ő", "characters that were on no key")
notes:set("a\n\nb ŵ\nc")
is(notes:get(), "a\n\nb ŵ\nc", "several lines")
notes:append("\nd")
is(notes:get(), "a\n\nb ŵ\nc\nd", "one more")
is(form:tick("Urgent"):get(), false, "no tick")
form:tick("Urgent"):set(true)
is(form:tick("Urgent"):get(), true, "ticked")
form:tick("Urgent"):set(false)
is(form:tick("Urgent"):get(), false, "and not")
fails("ELABEL", form.press, form, "Nowhere")
fails("ELABEL", surname.set, form:field("OK"), "x")
fails("EUNPROVED", surname.set, form:field("Password"), "x")
fails("EUNREADABLE", surname.get, form:field("Password"))
fails("EWIDTH", surname.set, surname, ("x"):rep(36))
fails("EINVAL", surname.set, surname, "a\nb")
is(form:press("Clear"), false, "Clear is navigation")
surname:set("x")
form:key("BackSpace")
fails("EUNPROVED", form.press, form, "OK")
LUA
: >"$dir/filed"
run "$dir/bots/form" --set "file=$dir/filed"
ok 'one field after another' exits 0
ok 'all as it should be' [ "$(grep -c '^same' "$dir/out")" = 20 ]
ok 'nothing else' [ "$(grep -vc '^same' "$dir/out")" = 0 ]
ok 'and nothing was filed' [ ! -s "$dir/filed" ]

# --- a pick-list that takes nothing but its choices: by its looks ------------------
ward_bot() { # choices
    map_change="/label = \"Crime Type\"/a { label = \"Ward\", kind = \"pick\",\
        at = { x = 250, y = 187, w = 130, h = 24 }, choices = { $1 } },"
    form_bot ward "$toolkit"
}
if [ "$toolkit" = gtk3 ] || [ "$toolkit" = qt ]; then
    ward_bot '{ value = "any" }'
    main ward <<'LUA'
local form = rpa.window("Crime Form"):form()
local first = form:look("Ward")
local out = {}
for n, value in ipairs { "North", "South", "East" } do
    form:field("Crime Type"):set("Theft")
    if rpa.set.lose == "gtk3" then -- the button of that list
        form:key("Tab")
    end
    form:key("Home")
    for _ = 1, n - (rpa.set.lose == "qt" and 0 or 1) do
        form:key("Down")
    end
    local focused = form:look("Ward")
    form:field("Surname"):set("x")
    out[n] = ('{ value = "%s", looks = { "%s", "%s" } }'):format(value, focused,
        form:look("Ward"))
end
table.insert(out, rpa.set.lose == "qt" and 1 or 4,
    ('{ value = "", looks = { "%s" } }'):format(first))
print(table.concat(out, ", "))
LUA
    run "$dir/bots/ward" --set "file=$dir/filed" --set "lose=$toolkit"
    ok 'the looks of a pick-list are learned' exits 0
    ward_bot "$(cat "$dir/out")"
    main ward <<'LUA'
local form = rpa.window("Crime Form"):form()
local ward = form:pick("Ward")
print(ward:get() == "")
for _, value in ipairs { "East", "North", "South", "South" } do
    ward:set(value)
    print(ward:get() == value)
end
print(select(2, pcall(ward.set, ward, "West")).code)
print(select(2, pcall(form.press, form, "OK")).code)
ward:set("South")
form:press("OK")
print(form:field("Reference"):get())
LUA
    : >"$dir/filed"
    run "$dir/bots/ward" --set "file=$dir/filed"
    ok 'its choices are made' exits 0
    ok 'and seen' [ "$(tr '\n' ' ' <"$dir/out")" = \
        'true true true true true EINVAL EUNPROVED CF26/000001 ' ]
    ok 'and filed' [ "$(jq -r .Ward "$dir/filed")" = South ]
fi

# --- a reference that stood there before is none ------------------------------------
stale() { # lines before the items; the button of each, Nothing is Clear
    map_change='/label = "OK"/i label = "Nothing", kind = "button",\
        at = { x = 240, y = 335, w = 100, h = 32 } }, {'
    form_bot stale "$toolkit"
    main stale <<LUA
local form = rpa.window("Crime Form"):form()
local queue = rpa.queue("crime-form")
$1
for _, button in ipairs { $2 } do queue:add { reference = button, payload = {} } end
for item in queue:items() do
    form:field("Surname"):set("Ŵyn")
    form:press(item.reference:match("%a+"))
    item:done(form:field("Reference"):get())
end
LUA
    state=$dir/state$((form_runs += 1))
    : >"$dir/filed"
    run "$dir/bots/stale" --set "file=$dir/filed"
}
stale '' '"OK", "Nothing"'
ok 'a reference that the item before was given is none' error 9 400 'stale/main.lua:8' 'not done'
stale 'form:field("Surname"):set("x"); form:press("OK")' '"Nothing"'
ok 'nor is one that stood there and nobody had read' error 9 400 'stale/main.lua:8' 'not done'
stale '' '"OK", "OK 2"'
ok 'control: each its own' exits 0

# --- a program that drops a character without a word --------------------------------
if [ "$toolkit" = tk ]; then
    form_bot form tk
    jq '[.[0] | .surname = "Gŵyn"]' "$dir/records" >"$dir/one"
    ok 'control: a name is keyed' form_key form "$dir/one"
    form_key form "$dir/one" ŵ
    ok 'a dropped character is seen' error 1 215 'form/main.lua:31' "'Surname'"
    ok 'and nothing is filed' [ ! -s "$dir/filed" ]
    sed -i 's/h = 410/h = 411/' "$dir/bots/common/form.lua"
    form_key form "$dir/one"
    ok 'another size of window is refused' error 1 217 'form/main.lua:31' 411

    # --- the mode, by the title of the window, or by what stands in it ---------
    map_change='s/title = "Crime Form",/& window = "Crime Form - ${mode}",/'
    for mode in LIVE DEMO; do
        form_bot mode tk
        sed -i "s/\"\${file}\", \"Crime Form\"/\"\${file}\", \"Crime Form - $mode\"/" \
            "$dir/bots/mode/bot.lua"
        form_key mode "$dir/one"
        [ $mode = DEMO ] ||
            ok 'a run for DEMO keys nothing into LIVE' error 5 120 'mode/main.lua:31' "'LIVE'"
    done
    ok 'control: a title of its own mode' exits 0
    sign() { # mode look
        map_change="/label = \"Surname\"/i { label = \"Sign\", kind = \"mode\",\
            at = { x = 10, y = 375, w = 100, h = 20 }, choices = { {\
            value = \"$1\", looks = { \"$2\" } } } },"
        form_bot sign tk
        form_key sign "$dir/one"
    }
    sign DEMO 0123456789abcdef
    ok 'a sign that shows no mode of the map' error 5 120 'sign/main.lua:31' "'Sign'"
    look=$(grep -oE "look [0-9a-f]{16}" "$dir/err")
    sign LIVE "${look#look }"
    ok 'a sign that says LIVE' error 5 120 'sign/main.lua:31' "'LIVE'"
    sign DEMO "${look#look }"
    ok 'control: a sign of its own mode' exits 0
fi
done_testing
