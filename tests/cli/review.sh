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
for about in '' 'Siân Evans' "$(printf 'B%.0s' {1..65})"; do
    as peg review list --about "$about"
    ok 'what is no label is no list of all' error 4 100 '' 'no label'
done
as peg review list --kind match
ok 'none is a match' not prints B-1
as peg review show 1
ok 'it is shown for a purpose only' error 4 100 '' 'for a purpose'
as peg review show 1 --purpose reason=4
ok 'with a justification' error 4 100 '' 'for a purpose'
as peg review show 1 --purpose 'justification=   '
ok 'which is one' error 4 100 '' 'justification wants letters'
as peg review show 1 --purpose "$why"
ok 'then it is shown' prints 'Postcode: cf101aa'
ok 'whole' prints 'Postcode: CF10 1AA'
is 'after a row that says who looks' "$(rows 'map(select(.event == "shown")) | last |
    [.review, .actor, .uid, .about] | tostring')" '[1,"peg",5004,"B-1"]'
ok 'for which target' prints 'target: cards'
ok 'by which bot and run' prints 'bot: proposes, run 1'
as peg review show 1 --purpose "$why" --json
is 'for programs too' "$(jq -r '.content.after.Postcode + .state + .proposed_by' "$dir/out")" 'CF10 1AAopenotto'
mkdir -m 777 "$dir/pegs"
as peg review show 1 --purpose "$why" --picture "$dir/pegs/none.png"
ok 'without a picture none is written' error 4 330 '' 'no picture was kept'
ok 'nor left' [ ! -e "$dir/pegs/none.png" ]
for id in ' 1' +1 01 0 1x '' 18446744073709551617; do
    as peg review show "$id" --purpose "$why"
    ok "no review is number '$id'" error 4 100 '' "is no review's number"
done
as peg review list --picture "$dir/pegs/none.png"
is 'an option of another verb is not passed over' "$status" 2
as peg review show 99 --purpose "$why"
ok 'one that is not there' error 4 330 '' 'no review 99'

# --- deciding --------------------------------------------------------------------------
as otto review decide 1 --as approved --why 'it is right'
ok 'who ordered the run does not decide' error 5 120 '' 'otto had review 1 proposed'
as none review decide 1 --as approved --why 'it is right'
ok 'nor who has no role' exits 5
as peg review decide 1 --as approved
ok 'a reason is demanded' error 4 100 '' 'say why'
for reason in '   ' $'\n\t' $'\u200b' ... "$(printf 'a%.0s' {1..1001})"; do
    as peg review decide 1 --as approved --why "$reason"
    ok 'a reason is one that is read' error 4 100 '' 'say why'
done
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
    key = "VET-0001/1", score = 0.93, picture = cards.grid, record = { person = "applicant" },
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
ok 'where: not in the live system' prints ', TRNG'
ok 'without what a terminal would obey' not grep -q $'\033' "$dir/out"
ok 'what does not' prints 'Phone: asked 1, seen 02920 000001'
ok 'and the score' prints 0.93
as peg review show "$id" --purpose "$why" --picture "$dir/pegs/again.png" --json
is 'the file leaves JSON as it is' "$(jq -r .review "$dir/out")" "$id"
as peg review decide "$id" --as refused --why 'another date of birth'
ok 'a match is decided as well' prints 'match  refused'
# --- what was searched for an application --------------------------------------------------
cards_bot searches '' <<'LUA'
local cards = require "cards_of"
local o = rpa.outcome
local function search(system, surname, outcome)
    cards.grid:match("INDEX") -- what the system shows
    return rpa.review.searched { about = "VET-0001", system = system, person = "applicant",
        as = { surname = surname, born = "1980" }, outcome = outcome }
end
print(search("cards", "Siân", o.found({ "1" })))
search("cards", "Sian", o.not_found("NO RECORDS HELD"))
search("soap", "Siân", o.could_not_check("the service was down"))
search("vt", "Siân", o.locked("RECORD LOCKED"))
cards.grid:match("INDEX")
rpa.review.searched { about = "VET-0002", system = "vt", as = { surname = "Price" },
    outcome = o.not_found("NONE") }
rpa.review.searched { about = "VET-0004", system = "vt", as = { surname = "Price" },
    outcome = o.not_found("NONE") }
cards.grid:match("INDEX")
rpa.review.searched { about = "VET-0004", system = "vt", as = { surname = "Rees" },
    outcome = o.found { "7" } }
print(pcall(rpa.review.searched, { about = "VET-0001", system = "vt", as = {}, outcome = "not found" }))
print(pcall(rpa.review.searched, { about = "VET-0001", system = "vt", as = {},
    outcome = { outcome = "not found" } }))
print(pcall(rpa.call, "review.searched", { about = "VET-0001", system = "vt", as = {}, outcome = "clear" }))
print(pcall(rpa.call, "review.searched", { about = "VET-0001", system = "vt",
    as = { surname = "\xff" }, outcome = "locked" }))
print(pcall(rpa.review.searched, { about = "Siân Evans", system = "vt", as = {}, outcome = o.locked("X") }))
LUA
as otto run "$dir/bots/searches"
ok 'a bot tells what it searched' exits 0
row=$(head -n 1 "$dir/out")
is 'an outcome is an answer, one of four, and what is in clear a label' "$(grep -c ^false "$dir/out")" 5
report() { rpa report vetting "$@" --state "$state"; }
report VET-0001
ok 'who reads it says why' error 4 100 '' 'for a purpose'
report VET-0001 --purpose "$why"
ok 'all of them are told' prints '4 searches: 1 found, 1 not found, 1 could not check, 1 locked'
ok 'what is not known, as that' prints 'NOT KNOWN: 2'
ok 'what was no live system, as that' prints 'NOT LIVE: 4'
ok 'by person and system' prints 'applicant in cards: 2 searches: 1 found, 1 not found'
ok 'with the row, the form and who' grep -qE "row $row .* found  .*as .*surname Siân.*by otto in run [0-9]+ of searches" "$dir/out"
ok 'each form' prints 'surname Sian'
ok 'and what the system said' prints 'NO RECORDS HELD'
ok 'nothing of another' not prints Price
ok 'and nothing is told as not proposed' not prints 'FOUND, NOT PROPOSED: cards'
ok 'the possible match' prints 'match  refused  VET-0001'
ok 'what of them is' prints '1 possible match: 0 approved (it is the person), 1 refused (it is another), 0 open'
ok 'who decided, by which row of the audit' prints "decision 1, row $(
    "$RPA" audit show --kind REVIEW --json --state "$state" |
    jq -rs 'map(select(.plain.event == "decided" and .plain.about == "VET-0001")) | last.seq'): refused by peg"
ok 'and why' prints 'another date of birth'
ok 'the audit has the same' not prints 'NOT AS THE AUDIT'
ok 'no word says that somebody is clear' not grep -qi clear "$dir/out"
report VET-0001 --purpose "$why" --json
is 'for programs too' "$(jq -r '[.about, (.searches | length), .searches[2].outcome, .searches[0].row,
    .matches[0].decisions[0].who] | join(" ")' "$dir/out")" "VET-0001 4 could not check $row peg"
is 'reading it is rowed, and each match shown' "$("$RPA" audit show --json --state "$state" |
    jq -rs '[.[] | select(.kind == "AUDIT_QUERY" and .plain.what == "report vetting VET-0001")] | length')" 2
for who in otto peg; do
    as "$who" report vetting VET-0001 --purpose "$why"
    ok "$who, who cannot open the stores, is told as well" prints '4 searches'
done
as none report vetting VET-0001 --purpose "$why"
ok 'who has no role is not' exits 5
report 'Siân Evans' --purpose "$why"
ok 'an application is a label' error 4 100 '' 'no label'
"$RPA" report vetting VET-0001 --purpose "$why" --state "$state" >/dev/full 2>"$dir/err"
is 'a report that could not be written is no success' $? 8
report VET-0001 --purpose "$why" --html
is 'an option that it has not is not passed over' "$status" 2
report VET-0004 --purpose "$why"
ok 'what nothing was read for, after the search before it, was not checked' prints \
    '2 searches: 1 found, 0 not found, 1 could not check'
ok 'and why' prints ': nothing was read or answered since'
ok 'what was found, and nobody is asked about' prints 'FOUND, NOT PROPOSED: vt has records'
ok 'what was made in training is marked' prints 'NOT LIVE: 2 of them were made in training'
cards_bot persons '' <<'LUA'
local cards = require "cards_of"
for _, person in ipairs { "applicant", "partner" } do
    cards.grid:match("INDEX")
    rpa.review.searched { about = "VET-0007", system = "cards", person = person,
        as = { surname = "Rees" }, outcome = rpa.outcome.found { "8" } }
end
rpa.review.propose { kind = "match", about = "VET-0007", system = "cards", key = "VET-0007/8",
    record = { person = "partner", ref = "8" }, score = 0.5 }
LUA
as otto run "$dir/bots/persons"
ok 'a bot searches for two' exits 0
report VET-0007 --purpose "$why"
ok 'nor is the match of one that of another' prints 'FOUND, NOT PROPOSED: applicant in cards has records'
ok 'and where there is one it is not told' not prints 'FOUND, NOT PROPOSED: partner'

# --- by a service and by a screen ------------------------------------------------------------
mkfifo "$dir/stdin"
exec 7< <(exec python3 "$ROOT/tests/fake/web_service.py" --log "$dir/web.log" <"$dir/stdin")
exec 8>"$dir/stdin"
read -r -t 60 line <&7 || bail 'no web service'
cards_bot both "services = { v = { url = 'http://127.0.0.1:${line#port }', paths = { '/404' },
    verb = 'consultation', outcomes = { { is = 'not found', status = { '404' } } } } }," <<'LUA'
local grid, v = require("cards_of").grid, rpa.service("v")
local function search(outcome)
    rpa.review.searched { about = "VET-0008", system = "cards", as = {}, outcome = outcome }
end
local none = rpa.outcome.not_found("NONE")
local answer = v:ask { path = "/404" }
grid:match("INDEX")
search(answer)
search(none)
grid:match("INDEX")
search(none)
v:ask_all { { path = "/404" }, { path = "/404" } }
grid:match("INDEX")
search(none)
search(none)
grid:match("INDEX")
rpa.set_purpose { reference = "another" }
search(none)
grid:match("INDEX")
search(none)
LUA
as otto run "$dir/bots/both"
exec 7<&- 8>&-
ok 'a bot looks in both' exits 0
is 'what was read before a search was told is of none after it' "$(
    rows 'map(select(.about == "VET-0008").outcome) | join(",")')" \
    'not found,could not check,not found,not found,could not check,could not check,not found'
ok 'nor for another purpose' says 'was read for another purpose'

report VET-0009 --purpose "$why"
ok 'nothing was searched: that is no answer' error 4 330 '' 'nothing was searched'

# --- what is no text, and what nobody could read -------------------------------------------
bot words 'return { name = "words" }' <<'LUA'
local o = rpa.outcome
local function search(why)
    rpa.review.searched { about = "VET-0003", system = "vt", as = { surname = "Ŵyn" },
        outcome = o.could_not_check(why) }
end
search(("a"):rep(899) .. "é and more")
search("it said \xff")
search { msg = "down" }
local function propose(entry)
    entry.kind, entry.about, entry.system, entry.key = "match", "VET-0003", "vt", "1"
    print(pcall(rpa.review.propose, entry))
end
for _, score in ipairs { 5, -0.1, 0 / 0, 1 / 0, "high" } do propose { score = score } end
for _, agree in ipairs { "x", { "x" }, { Surname = "x" }, { Surname = {} },
    { Surname = { asked = 1 } }, { Surname = { asked = "\xff" } },
    { Surname = { wanted = "x" } }, { Surname = { seen = "a\0b" } } } do
    propose { agree = agree }
end
propose { reasons = "x" }
propose { reasons = { 1 } }
propose { record = { Ref = 1 } }
propose {}
error "and broke off"
LUA
as otto run "$dir/bots/words"
is 'what has no shape is not proposed' "$(grep -c ^false "$dir/out")" 17
report VET-0003 --purpose "$why"
ok 'a reason is cut between characters' grep -qE ': a{899}$' "$dir/out"
ok 'and told as text' prints 'it said \xff'
ok 'so is an error of three' prints ': down'
ok 'a run that broke off may have had more to search' prints "NOT KNOWN: run $(
    jq -rn 'input.searches[0].run' < <("$RPA" report vetting VET-0003 --json --purpose "$why" \
        --state "$state")) of words ended with status 1"
as otto run "$dir/bots/words"
report VET-0003 --purpose "$why"
ok 'what is searched again is known by the last' prints 'NOT KNOWN: 1 of them'
ok 'which is named' prints ', again in row'

# --- what training answers for the live system -----------------------------------------------
bot live 'return { name = "live", mode = "LIVE" }' <<'LUA'
rpa.review.searched { about = "VET-0006", system = "cards", as = { surname = "Rees" },
    outcome = rpa.outcome.could_not_check("the service was down") }
LUA
cards_bot trains '' <<'LUA'
require("cards_of").grid:match("INDEX")
rpa.review.searched { about = "VET-0006", system = "cards", as = { surname = "Rees" },
    outcome = rpa.outcome.not_found("NO RECORDS HELD") }
LUA
as otto run "$dir/bots/live"
as otto run "$dir/bots/trains"
report VET-0006 --purpose "$why"
ok 'both are told' prints '2 searches: 0 found, 1 not found, 1 could not check'
ok 'what is found in training leaves the live system not known' prints 'NOT KNOWN: 1 of them'
ok 'for it is no search again' not prints ', again in row'
as otto run "$dir/bots/live"
report VET-0006 --purpose "$why"
ok 'one in the live system is' prints ', again in row'
ok 'and known by the last' prints 'NOT KNOWN: 1 of them'

bot hundreds 'return { name = "hundreds" }' <<'LUA'
for i = 1, 250 do
    rpa.review.searched { about = "VET-0005", system = "vt", as = { number = tostring(i) },
        outcome = rpa.outcome.locked("RECORD LOCKED") }
end
LUA
as otto run "$dir/bots/hundreds"
report VET-0005 --purpose "$why" --json
is 'a report that comes in pieces has each search once' "$(jq -r '[.searches[].as.number] |
    [length, (unique | length), .[0], last] | join(" ")' "$dir/out")" '250 250 1 250'
is 'and how their run ended' "$(jq -r '.runs[].status' "$dir/out")" 0

# --- a change whose item a person cancels ----------------------------------------------------
as peg review decide 2 --as approved --why 'as the rules have it'
as otto queue resolve "$(jq -r .item < <("$RPA" review list --json --in approved --state "$state"))" \
    --as cancel --why 'not this week'
as peg review decide 2 --as approved --why 'this week' --correct
ok 'it stays approved' error 4 100 '' 'approved already'
as peg review decide 2 --as refused --why 'not now' --correct
ok 'but may be refused' prints 'refused'
as peg review decide 2 --as approved --why 'this week' --correct
ok 'and approved anew' prints 'approved, ready'

as peg stop
ok 'the daemon ends' end_daemon
# --- content that does not open ----------------------------------------------------------------
python3 - "$state/queue.db" <<'PY'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("drop trigger verdict_no_update")
db.execute("update verdict set state = 2 where review = (select id from review where about = 'VET-0001')")
db.execute("update review_content set content = cast(x'00' || substr(content, 2) as blob) where review = 3")
db.commit()
PY
start_daemon --config "$dir/rpa.conf"
as peg review decide 3 --as approved --why 'unseen'
ok 'nobody decides what cannot be read' error 1 501 '' ''
report VET-0001 --purpose "$why"
ok 'a decision that is not that of the audit is told' prints "NOT AS THE AUDIT HAS IT: review $id, its decisions"
as peg stop
ok 'the daemon ends' end_daemon
report VET-0002 --purpose "$why"
ok 'without a daemon the owner of the stores reads it' prints '1 search: 0 found, 1 not found'

as otto report vetting VET-0002 --purpose "$why"
ok 'who may not is told who can' says 'no supervisor answers here'

# --- without a daemon ---------------------------------------------------------------------
rpa review list --state "$state"
ok 'without a daemon the owner of the stores lists them' prints 'match  refused'
ok 'the audit verifies' verified
rpa review list --state "$dir/nowhere"
report VET-0001 --purpose "$why" --state "$dir/nowhere"
ok 'looking makes no store' [ ! -e "$dir/nowhere" ]
done_testing
