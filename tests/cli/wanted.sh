#!/bin/bash
# Nobody of an application is left out of the report of its vetting: not who was in the
# file and whom no bot came to, not whose row was rejected, not at whose search a bot
# died. What is not known of them is told as that.
. "$(dirname "$0")/lib.sh"
why='reason=4,originator=Vetting Unit,justification=checking of applicants'
new_state
mkdir -p "$dir/bots"
cp -r bots/vetting_search "$dir/bots"
for queue in vetting vetting-crime; do
    rpa queue create "$queue" --set pause_after=0 --state "$state"
done
cat >"$dir/rows.csv" <<'CSV'
id,application,person,surname,given,former,aliases,born,sex,postcode,nino
VET-0001/applicant,VET-0001,applicant,Evans,Jo,,,03/04/1990,F,CF10 1AA,
VET-0001/partner,VET-0001,partner,Lee,Sam,,,1988,M,CF10 1AA,
VET-00012/applicant,VET-00012,applicant,Rees,Al,,,01/02/1975,F,EH1 1AA,
VET-0001 extra,VET-0001,parent,Rees,Al,,,01/02/1975,F,EH1 1AA,
CSV
report() { rpa report vetting "$@" --purpose "$why" --state "$state"; }
unsearched() { # application
    "$RPA" report vetting "$1" --json --purpose "$why" --state "$state" |
        jq -r '[.unsearched[] | .person + "/" + .system + "/" + .outcome] | sort | join(" ")'
}
c='could not check'

rpa queue add vetting "$dir/rows.csv" --state "$state"
ok 'a file of persons is queued' exits 0
report VET-0001
ok 'before any bot ran, its persons are told' prints 'NOT SEARCHED: applicant, wanted in row '
ok 'each' prints 'NOT SEARCHED: partner, wanted in row '
ok 'as not known' prints ': could not check, no search was told of'
is 'those of another application are not' "$(unsearched VET-0001)" "applicant//$c partner//$c"
is 'for programs too' "$(unsearched VET-00012)" "applicant//$c"

rpa run "$dir/bots/vetting_search" --purpose "$why" --state "$state"
report VET-0001
ok 'whose row was rejected is told' prints 'NOT SEARCHED: partner, wanted in row '
ok 'and why' prints 'could not check, the row was rejected: date:born'
ok 'of a row by another reference, too' prints 'parent, wanted in row'
ok 'who is wanted in a system nobody looked in' prints 'NOT SEARCHED: applicant in crime, wanted in row '
is 'in each of them' "$(unsearched VET-0001)" \
    "applicant/crime/$c applicant/soap/$c applicant/vt/$c parent//$c partner//$c"

# --- a bot that dies at its first search --------------------------------------------
bot dies "return { name = 'dies', queues = { ['vetting-crime'] = {} } }" <<'LUA'
rpa.search.each("vetting-crime", { name = "crime", query = function(form) return form end,
    list = function() error("the bot is gone") end })
LUA
rpa run "$dir/bots/dies" --purpose "$why" --state "$state"
run=$("$RPA" audit show --kind RUN_OPEN --json --state "$state" | jq -s 'last.run')
report VET-0001
ok 'a run that died before it told of any search is told' prints "NOT KNOWN: run $run of dies "
ok 'and whom it was at' prints 'NOT SEARCHED: applicant in crime, wanted in row '

# --- and one that does not ------------------------------------------------------------
bot looks "return { name = 'looks', queues = { ['vetting-crime'] = {} } }" <<'LUA'
rpa.search.each("vetting-crime", { name = "crime", query = function(form) return form end,
    list = function() return rpa.outcome.could_not_check("the system was down") end })
LUA
for item in $("$RPA" queue list vetting-crime --in failed --json --state "$state" | jq .item); do
    rpa queue retry vetting-crime "$item" --why 'the bot is mended' --state "$state"
done
rpa run "$dir/bots/looks" --purpose "$why" --state "$state"
is 'who was searched for is among the searches' "$(unsearched VET-0001)" \
    "applicant/soap/$c applicant/vt/$c parent//$c partner//$c"
report VET-0001
ok 'with what came of it' prints '2 could not check'
is 'a whole application that nobody looked at is no error' "$("$RPA" report vetting VET-00012 \
    --purpose "$why" --state "$state" | grep -c 'NOT SEARCHED')" 2

# --- a row that is mended -----------------------------------------------------------
tells() { grep -qE -- "$1" "$dir/out"; }
again() { # reference, born
    printf 'id,application,person,surname,given,born\n%s,VET-0001,partner,Lee,Sam,%s\n' \
        "$1" "$2" >"$dir/again.csv"
    rpa queue add vetting "$dir/again.csv" --state "$state"
}
again VET-0001/partner 05/06/1988
ok 'a queue has each reference once' says 'that reference is in the queue: item 2, rejected'
again VET-0001/partner~2 05/06/1988
ok 'with a number behind it, it is another' exits 0
report VET-0001
ok 'who is wanted anew was not searched yet' tells \
    'NOT SEARCHED: partner, wanted in row [0-9]*: could not check, no search was told of since$'
ok 'and is no other person' not prints 'partner~2'
rpa run "$dir/bots/vetting_search" --purpose "$why" --state "$state"
is 'it is passed on to each system' "$(unsearched VET-0001)" \
    "applicant/soap/$c applicant/vt/$c parent//$c partner/crime/$c partner/soap/$c partner/vt/$c"
rpa run "$dir/bots/looks" --purpose "$why" --state "$state"
is 'and looked for' "$(unsearched VET-0001)" \
    "applicant/soap/$c applicant/vt/$c parent//$c partner/soap/$c partner/vt/$c"
again VET-0001/partner~x 05/06/1988
rpa run "$dir/bots/vetting_search" --purpose "$why" --state "$state"
report VET-0001
ok 'a later row that is rejected is told with why, whatever was searched before' tells \
    'NOT SEARCHED: partner, wanted in row [0-9]*: could not check, the row was rejected: reference:id'
rpa run "$dir/bots/looks" --purpose "$why" --state "$state"
again VET-0001/partner~3 1988
rpa run "$dir/bots/vetting_search" --purpose "$why" --state "$state"
report VET-0001
ok 'the last reason' tells \
    'NOT SEARCHED: partner, wanted in row [0-9]*: could not check, the row was rejected: date:born'
ok 'and that alone' not tells 'partner.*reference:id'

# --- a search for show, and one in the live system that nobody made ---------------------
told() { # mode, main.lua
    bot "$1" "return { name = '$1', mode = '${1^^}' }" <<<"$2"
    rpa run "$dir/bots/$1" --purpose "$why" --state "$state"
}
one='about = "VET-9", person = "applicant", system = "crime"'
wants="rpa.review.wanted { $one }"
looks="rpa.review.searched { $one, as = {}, outcome = rpa.outcome.locked('LOCKED') }"
told demo "$wants $looks"
is 'who was searched for is not told' "$(unsearched VET-9)" ''
told live "$wants"
is 'no search for show is one in the live system' "$(unsearched VET-9)" "applicant/crime/$c"
told demo "$wants $looks"
is 'before or after' "$(unsearched VET-9)" "applicant/crime/$c"
report VET-9
ok 'where is told' tells 'no search was told of since in LIVE$'
told live "$looks"
is 'one there is' "$(unsearched VET-9)" ''
told live "$wants"
is 'but none of before it was wanted' "$(unsearched VET-9)" "applicant/crime/$c"
ok 'the store verifies' verified
done_testing
