#!/bin/bash
# rpa report night: a line a queue, and nothing of a person.
. "$(dirname "$0")/lib.sh"
new_state
night() { rpa report night --state "$state" "$@"; }
words() { tr -s ' ' <"$dir/out" | tr '\n' ';'; }

night --night 2026-03-28
is 'an empty one: clocks change, it has 23 hours' "$status $(words)" \
    '0 The night of 2026-03-28 (2026-03-28T12:00 to 2026-03-29T12:00);There are no queues, and no schedule was due.;'
is 'its ends are noon here' \
    "$("$RPA" report night --night 2026-03-28 --json --state "$state" | jq -c '[.from, .to]')" \
    '["2026-03-28T12:00:00+00:00","2026-03-29T12:00:00+01:00"]'
night --night yesterday
ok 'no date' error 4 100 '' 'a night is named by its evening, as 2026-11-22'
night --night 2026-02-30
ok 'no such date' exits 4

# --- some items -------------------------------------------------------------------
printf '{"id":"%s"}\n' CR/Smith CR/2 CR/3 CR/4 CR/5 CR/6 CR/7 >"$dir/items.jsonl"
"$RPA" queue create crime --set retry=0 --state "$state"
rpa queue add crime "$dir/items.jsonl" --state "$state"
bot files 'return { name = "files", queues = { crime = {} } }' <<'L'
local n = 0
rpa.queue("crime"):each(function(item)
    n = n + 1
    if n == 1 then return item:reject({ "too_wide:Surname", "missing:Date of Birth" }) end
    if n == 2 then return item:reject({ "too_wide:Surname", "wrong_name:Smith", "Smith is no name" }) end
    if n == 3 then error("Smith") end
    if n == 4 then return item:defer(3600, "later") end
    if n == 5 then return item:reject({ "07700900123", "not\nsmith" }) end
end)
L
run "$dir/bots/files"
today() { # the night that it is in: its evening
    TZ=Europe/London date -d "12 hours ago" +%F
}
night --night "$(today)"
ok 'a line a queue' grep -qE '^crime +0 +3 +0 +' "$dir/out"
ok 'with the reasons: codes, and labels where they are the runtime'"'"'s' grep -qxF \
    '  rejected: 2 too_wide:Surname, 1 missing:Date of Birth, 1 wrong_name, 3 in words' "$dir/out"
is 'for programs' \
    "$("$RPA" report night --night "$(today)" --json --state "$state" | jq -c '.queues[0] | [.queue, .rejected, .failed + .not_started + .in_hand + .keyed + .doubt]')" \
    '["crime",3,4]'
cp "$dir/out" "$dir/all"
night --night "$(today)" --html
ok 'as a page' grep -qF '<th>crime</th><td>0</td><td>3</td>' "$dir/out"
ok 'that is well-formed' xmllint --html --noout "$dir/out"
cat "$dir/out" >>"$dir/all"
night --night "$(today)" --json
cat "$dir/out" >>"$dir/all"
ok 'nothing of a person is in any' not grep -qiE 'smith|CR/|07700' "$dir/all"
night --night 2020-01-01
ok 'before there was any: none was started' grep -qE '^crime( +0){6}$' "$dir/out"
ok 'who looks at counts is not rowed' [ "$(kinds AUDIT_QUERY)" = 0 ]
done_testing
