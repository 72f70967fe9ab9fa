#!/bin/bash
# Reviews: a bot puts them before people, once a key; another than who ordered the
# run decides, with a reason; each showing and decision is in the audit first.
. "$(dirname "$0")/people_lib.sh"
. "$(dirname "$0")/gate_lib.sh"

new_state
start_daemon --config "$dir/rpa.conf"
proposer
as otto run "$dir/bots/proposes"
ok 'a bot proposes four changes' exits 0
is 'they are open and new' "$(cut -f 2,3 "$dir/out" | sort -u | tr '\t' ' ')" 'open true'
as otto run "$dir/bots/proposes"
is 'the same keys again are the same reviews' "$(cut -f 1,3 "$dir/out" | tr '\t\n' '  ')" \
    '1 false 2 false 3 false 4 false '
rows() { "$RPA" audit show --kind REVIEW --json --state "$state" | jq -rs "[.[].plain] | $1"; }
is 'each has one row, by the run' "$(rows 'map(select(.event == "proposed")) | map(.review) | tostring')" '[1,2,3,4]'

# --- looking --------------------------------------------------------------------------
as none review list
ok 'who has no role sees none' exits 5
as peg review list --in open --about B-1
is 'four wait' "$(grep -c 'change  open  B-1  cards  proposed by otto' "$dir/out")" 4
ok 'and nothing of what they say' not prints cf101aa
as peg review list --kind match
ok 'none is a match' not prints B-1
as peg review show 1
ok 'it is shown for a purpose only' error 4 100 '' 'for a purpose'
as peg review show 1 --purpose "$why"
ok 'then it is shown' prints 'Postcode: cf101aa'
ok 'whole' prints 'Postcode: CF10 1AA'
is 'after a row that says who looks' "$(rows 'map(select(.event == "shown")) | last |
    [.review, .actor, .uid, .about] | tostring')" '[1,"peg",5004,"B-1"]'
as peg review show 1 --purpose "$why" --json
is 'for programs too' "$(jq -r '.content.after.Postcode + .state + .proposed_by' "$dir/out")" 'CF10 1AAopenotto'
mkdir -m 777 "$dir/pegs"
as peg review show 1 --purpose "$why" --picture "$dir/pegs/none.png"
ok 'without a picture none is written' error 1 330 '' 'no picture was kept'
ok 'nor left' [ ! -e "$dir/pegs/none.png" ]
as peg review show 99 --purpose "$why"
ok 'one that is not there' error 1 330 '' 'no review 99'

# --- deciding --------------------------------------------------------------------------
as otto review decide 1 --as approved --why 'it is right'
ok 'who ordered the run does not decide' error 5 120 '' 'otto had review 1 proposed'
as none review decide 1 --as approved --why 'it is right'
ok 'nor who has no role' exits 5
as peg review decide 1 --as approved
ok 'a reason is demanded' error 4 100 '' 'say why'
as peg review decide 1 --why 'it is right'
ok 'and a decision' error 4 100 '' 'say what is decided'
as peg review decide 1 --as approved --why 'it is right' --correct
ok 'there is nothing to correct yet' error 4 100 '' 'not decided yet'
is 'so far nothing is rowed as decided' "$(rows 'map(select(.event == "decided")) | length')" 0
as peg review decide 1 --as approved --why 'the letter says so'
ok 'another person does' prints 'approved, ready'
as peg review decide 1 --as refused --why 'no'
ok 'once' error 4 100 '' 'review 1 is approved, by peg'
as peg review decide 1 --as refused --why 'the wrong letter' --correct
ok 'a correction is another decision' prints 'refused'
is 'and a row that names the first' "$(rows 'map(select(.event == "decided")) |
    map([.review, .as, .n, .corrects, .actor]) | tostring')" \
    '[[1,"approved",1,0,"peg"],[1,"refused",2,1,"peg"]]'
as peg review show 1 --purpose "$why"
ok 'both stay, with their reasons' prints 'decision 1: approved by peg'
ok 'in order' prints 'decision 2, which corrects 1: refused by peg'
ok 'and why' prints 'the letter says so'
is 'what was taken back is no work' "$("$RPA" queue list changes.cards --json --state "$state" |
    jq -r .state)" cancelled
as otto queue add changes.cards /dev/stdin <<<'id,x'
rpa queue list --state "$state"
ok 'the queue of changes is one' prints changes.cards
printf 'id,x\na,b\n' >"$dir/items.csv"
chmod 644 "$dir/items.csv"
as otto queue add changes.cards "$dir/items.csv"
ok 'nobody adds to it' says 'takes approved changes alone'

# --- a possible match, with its picture --------------------------------------------------
cards_bot matches '' <<'LUA'
local cards = require "cards_of"
cards.open("1")
local entry = rpa.review.propose { kind = "match", about = "VET-0001", system = "cards",
    key = "VET-0001/1", score = 0.93, picture = cards.grid,
    agree = { Surname = { asked = "Evans\27[2J", seen = "Evans" } },
    disagree = { Phone = { asked = "1", seen = "02920 000001" } } }
print(entry.id)
LUA
as otto run "$dir/bots/matches"
ok 'a bot proposes a match' exits 0
id=$(cat "$dir/out")
as peg review show "$id" --purpose "$why" --picture "$dir/peg.png"
ok 'nobody writes where they may not' exits 8
as peg review show "$id" --purpose "$why" --picture "$dir/pegs/peg.png"
ok 'the picture is written' prints "$dir/pegs/peg.png"
is 'as a PNG' "$(head -c 8 "$dir/pegs/peg.png" | od -An -tx1 | tr -d ' \n')" 89504e470d0a1a0a
ok 'what agrees is shown' prints 'Surname: asked Evans'
ok 'without what a terminal would obey' not grep -q $'\033' "$dir/out"
ok 'what does not' prints 'Phone: asked 1, seen 02920 000001'
ok 'and the score' prints 0.93
as peg review decide "$id" --as refused --why 'another date of birth'
ok 'a match is decided as well' prints 'match  refused'
# --- what was searched for an application --------------------------------------------------
bot searches 'return { name = "searches" }' <<'LUA'
local o = rpa.outcome
local function search(system, surname, outcome)
    return rpa.review.searched { about = "VET-0001", system = system, person = "applicant",
        as = { surname = surname, born = "1980" }, outcome = outcome }
end
print(search("cards", "Siân", o.found({ "1" })))
search("cards", "Sian", o.not_found("NO RECORDS HELD"))
search("soap", "Siân", o.could_not_check("the service was down"))
search("vt", "Siân", o.locked("RECORD LOCKED"))
rpa.review.searched { about = "VET-0002", system = "vt", as = { surname = "Price" },
    outcome = o.not_found("NONE") }
print(pcall(rpa.review.searched, { about = "VET-0001", system = "vt", as = {}, outcome = "not found" }))
print(pcall(rpa.review.searched, { about = "VET-0001", system = "vt", as = {},
    outcome = { outcome = "not found" } }))
print(pcall(rpa.call, "review.searched", { about = "VET-0001", system = "vt", as = {}, outcome = "clear" }))
print(pcall(rpa.review.searched, { about = "Siân Evans", system = "vt", as = {}, outcome = o.locked("X") }))
LUA
as otto run "$dir/bots/searches"
ok 'a bot tells what it searched' exits 0
row=$(head -n 1 "$dir/out")
is 'an outcome is an answer, one of four, and what is in clear a label' "$(grep -c ^false "$dir/out")" 4
report() { rpa report vetting "$@" --state "$state"; }
report VET-0001
ok 'who reads it says why' error 4 100 '' 'for a purpose'
report VET-0001 --purpose "$why"
ok 'all of them are told' prints '4 searches: 1 found, 1 not found, 1 could not check, 1 locked'
ok 'what is not known, as that' prints 'NOT KNOWN: 2'
ok 'with the row, the system, the form and who' grep -qE "row $row .* cards  applicant  found  as .*surname Siân.*by otto" "$dir/out"
ok 'each form' prints 'surname Sian'
ok 'and what the system said' prints 'NO RECORDS HELD'
ok 'nothing of another' not prints Price
ok 'the possible match' prints 'match  refused  VET-0001'
ok 'who decided' prints 'decision 1: refused by peg'
ok 'and why' prints 'another date of birth'
ok 'no word says that somebody is clear' not grep -qi clear "$dir/out"
report VET-0001 --purpose "$why" --json
is 'for programs too' "$(jq -r '[.about, (.searches | length), .searches[2].outcome, .searches[0].row,
    .matches[0].decisions[0].who] | join(" ")' "$dir/out")" "VET-0001 4 could not check $row peg"
is 'reading it is rowed, and each match shown' "$("$RPA" audit show --json --state "$state" |
    jq -rs '[.[] | select(.kind == "AUDIT_QUERY" and .plain.what == "report vetting VET-0001")] | length')" 2
report VET-0009 --purpose "$why"
ok 'nothing was searched: that is no answer' error 1 330 '' 'nothing was searched'
as peg stop
ok 'the daemon ends' end_daemon
report VET-0002 --purpose "$why"
ok 'without a daemon the owner of the stores reads it' prints '1 searches: 0 found, 1 not found'

# --- without a daemon ---------------------------------------------------------------------
rpa review list --state "$state"
ok 'without a daemon the owner of the stores lists them' prints 'match  refused'
ok 'the audit verifies' verified
rpa review list --state "$dir/nowhere"
ok 'looking makes no store' [ ! -e "$dir/nowhere" ]
done_testing
