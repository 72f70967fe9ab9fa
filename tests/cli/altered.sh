#!/bin/bash
# Who can write the files of the stores gets nothing filed that nobody approved: what
# was proposed, by whom and for what, and what became of it, is the audit's word.
. "$(dirname "$0")/people_lib.sh"
. "$(dirname "$0")/gate_lib.sh"

new_state
start_daemon --config "$dir/rpa.conf"
proposer
applier
elsewhere() { # what is to be done to the store while nobody has it
    as peg stop
    end_daemon
    "$@"
    rm -f "$state"/queue.db-*
    start_daemon --config "$dir/rpa.conf"
}
sql() { elsewhere sqlite3 "$state/queue.db" "$1"; }

# --- an older store; one approval for another ----------------------------------------------
as otto run "$dir/bots/proposes" --set about=B-7
n=$(number B-7 0)
as peg review decide "$n" --as approved --why 'as the rules have it'
elsewhere cp "$state/queue.db" "$dir/older.db"
as peg review decide "$n" --as refused --why 'the wrong person' --correct
ok 'an approval is withdrawn' exits 0
elsewhere cp "$dir/older.db" "$state/queue.db"
is 'an older store has it approved' "$(work "$n")" ready
as otto run "$dir/bots/applies" --set about=B-7
is 'nothing is filed' "$(cat "$filed")" ''
ok 'for it is the audit that says' said 'is not to be made now'
is 'and it has ended' "$(work "$n")" rejected
m=$(number B-7 1)
as peg review decide "$m" --as approved --why 'as the rules have it'
k=$(number B-7 2)
elsewhere sqlite3 "$state/queue.db" "update review set state = 2, verdicts = 1,
    item = (select item from review where id = $m) where id = $k;
    update review set state = 1, item = 0 where id = $m"
is 'an altered one has one approved that nobody decided' "$(work "$k")" ready
as otto run "$dir/bots/applies" --set about=B-7
is 'that is not filed either' "$(cat "$filed")" ''
ok 'for its item is of another' said "is no approval of review $k"

# --- who had it proposed ---------------------------------------------------------------------
as otto run "$dir/bots/proposes" --set about=B-8
n=$(number B-8 0)
other=$(number B-8 1)
as otto review decide "$n" --as approved --why 'it is right'
ok 'who ordered the run does not decide' exits 5
sql "update review set by = 'mai', by_uid = 77 where id = $n;
    update review set row = (select row from review where id = $n) where id = $other"
as otto review decide "$n" --as approved --why 'it is right'
ok 'whatever the file says of who that was' error 5 120 '' "otto had review $n proposed"
as peg review decide "$other" --as approved --why 'it is right'
ok 'nor is it another that was proposed' error 1 501 '' "the audit does not have review $other"
as peg review decide "$n" --as approved --why 'as the rules have it'
ok 'another person decides' prints 'approved, ready'

# --- for what --------------------------------------------------------------------------------
cards_bot otherwise "$gated" <"$dir/bots/applies/main.lua"
sed -i 's/target = "cards"/target = "others"/' "$dir/bots/otherwise/bot.lua"
sed 's/target = "cards"/target = "others"/; s/"proposes"/"elsewhere"/' \
    "$dir/bots/proposes/bot.lua" >"$dir/others.lua"
cp -r "$dir/bots/proposes" "$dir/bots/elsewhere"
cp "$dir/others.lua" "$dir/bots/elsewhere/bot.lua"
as otto run "$dir/bots/elsewhere" --set about=B-9
as peg review decide "$(number B-9 2)" --as approved --why 'as the rules have it'
ok 'another target has its own' prints 'approved, ready'
as otto run "$dir/bots/applies" --set about=B-8
is 'what was approved is filed' "$(cut -f 1,3 "$filed")" '1	CF10 1AA'
ok 'and done' [ "$(work "$n")" = 'done' ]
: >"$filed"
sql "update review set target = 'others' where id = $n;
    update item set state = 1, token = 0, marked = 0,
        queue = (select id from queue where name = 'changes.others')
        where id = (select item from review where id = $n)"
is 'an altered file has it for another target, to be made' "$(work "$n")" ready
as otto run "$dir/bots/otherwise" --set about=B-8
is 'it is not filed again' "$(cat "$filed")" ''
ok 'for it was proposed for one' said "the audit does not have review $n"

# --- what one system showed is not made in another -----------------------------------------
as otto run "$dir/bots/proposes" --set about=B-10
n=$(number B-10 1)
as peg review decide "$n" --as approved --why 'as the rules have it'
sed -i 's/mode = "TRNG"/mode = "DEMO"/' "$dir/bots/applies/bot.lua"
as otto run "$dir/bots/applies" --set about=B-10
is 'what was seen in training is not filed elsewhere' "$(cat "$filed")" ''
ok 'and is said to be' said 'was proposed by a TRNG run, and this is DEMO'
sed -i 's/mode = "DEMO"/mode = "TRNG"/' "$dir/bots/applies/bot.lua"
as otto run "$dir/bots/applies" --set about=B-10
is 'where it was seen it is' "$(cut -f 1,3 "$filed")" '2	SA1 1AA'

vetting() { as peg report vetting "$1" --purpose "$why"; }
# --- what is from before the row was kept -----------------------------------------------------
bot older 'return { name = "older", target = "cards" }' <<'LUA'
rpa.review.propose { kind = "match", about = "VET-3", system = "cards", score = 0.9,
    key = "VET-3/1", agree = { Surname = { asked = "Evans", seen = "Evans" } } }
rpa.review.propose { kind = "change", about = "VET-3", system = "cards", key = "VET-3/3",
    record = { Number = "1" }, before = { Phone = "1" }, after = { Phone = "2" } }
LUA
as otto run "$dir/bots/older"
first=$(number VET-3 0) change=$(number VET-3 1)
sql "update review set row = 0 where about = 'VET-3'"
vetting VET-3
ok 'what has no row is told as not provable' prints "NOT PROVABLE: who proposed review $first, which is from before"
ok 'and not as altered' not prints 'NOT AS THE AUDIT'
as peg review show "$first" --purpose "$why"
ok 'so whoever looks at it is told' prints 'row 0, FROM BEFORE THAT ROW WAS KEPT: who proposed it is not provable'
for as in approved refused; do
    as peg review decide "$first" --as $as --why 'as it was told'
    ok "it is not $as" error 5 120 '' 'who proposed it is not provable'
done
ok 'with what to do' says 'run its bot again'
as otto review decide "$change" --as refused --why 'by who proposed it'
ok 'nor is a change refused by whom the file names' error 5 120 '' "otto had review $change proposed"
as peg review decide "$change" --as refused --why 'it files nothing'
ok 'by another it is: that files nothing' prints refused
as peg run "$dir/bots/older"
is 'proposed again they are the same reviews' "$(number VET-3 0)$(number VET-3 2)" "${first}null"
vetting VET-3
ok 'with their row' not prints 'NOT PROVABLE'
as peg review decide "$first" --as approved --why 'it is the person'
ok 'of who proposed them now, who does not decide' error 5 120 '' "peg had review $first proposed"
as otto review decide "$first" --as approved --why 'it is the person'
ok 'another does' prints 'match  approved'

# --- a possible match that is put out of sight ----------------------------------------------
bot matches 'return { name = "matches", target = "cards" }' <<'LUA'
for i = 1, 2 do
    rpa.review.propose { kind = "match", about = "VET-1", system = "cards", score = 0.9,
        key = "VET-1/" .. i, agree = { Surname = { asked = "Evans", seen = "Evans" } } }
end
rpa.review.propose { kind = "change", about = "VET-1", system = "cards", key = "VET-1/3",
    record = { Number = "1" }, before = { Phone = "1" }, after = { Phone = "2" } }
LUA
as otto run "$dir/bots/matches"
ok 'two matches and a change are proposed' exits 0
vetting VET-1
ok 'both matches are told' prints '2 possible matches'
ok 'as the audit has them; a change is no match' not prints 'NOT AS THE AUDIT'
first=$(number VET-1 0) n=$(number VET-1 1)
row=$("$RPA" review list --json --state "$state" | jq -r "select(.review == $n).row")
missing="NOT AS THE AUDIT HAS IT: review $n, a possible match by row $row, is not here"
sql "update review set about = 'VET-2' where id = $n"
vetting VET-1
ok 'one is under another label' prints '1 possible match:'
ok 'which is told' prints "$missing"
ok 'of that one alone' not prints "review $first,"
vetting VET-2
ok 'there it is none that was proposed' prints "NOT AS THE AUDIT HAS IT: review $n, what it proposes"
as peg review show "$n" --purpose "$why"
ok 'who looks at it is told' prints ', NOT AS THE AUDIT HAS IT'
as peg review show "$first" --purpose "$why"
ok 'and of the other is not' not prints 'NOT AS THE AUDIT'
sql "update review set about = 'VET-1', kind = 2 where id = $n"
vetting VET-1
ok 'nor is it a change' prints "$missing"
sql "delete from review where about = 'VET-1'"
vetting VET-1
ok 'where none is left, they are told' prints "$missing"
ok 'both' prints "NOT AS THE AUDIT HAS IT: review $first, a possible match"
ok 'and that is no error' exits 0

as peg stop
end_daemon
ok 'the audit verifies' verified
done_testing
