#!/bin/bash
# A form of a toolkit ($1), keyed by the whole path of rpa run: what the form's
# own file has is what counts.
# shellcheck source=tests/cli/lib.sh
. "$ROOT/tests/cli/lib.sh"
# shellcheck source=tests/cli/forms_lib.sh
. "$ROOT/tests/cli/forms_lib.sh"
toolkit=$1

ok "$toolkit: the looks of its tick box are learned" form_learn "$toolkit"
form_bot form "$toolkit"
"$forms/records.py" 6 1 >"$dir/records"
ok '2,000 mixed characters, records whole' form_key form "$dir/records"
echo "# $("$forms/records.py" --prove "$dir/records" "$dir/filed" 'hünter “2”')"
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
surname:clear()
is(surname:get(), "", "clear")
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
ok 'all as it should be' [ "$(grep -c '^same' "$dir/out")" = 18 ]
ok 'nothing else' [ "$(grep -vc '^same' "$dir/out")" = 0 ]
ok 'and nothing was filed' [ ! -s "$dir/filed" ]
done_testing
