#!/bin/bash
# A host that drops the session: the run goes on at a new one. Before the commit
# key the item has failed and is keyed again; after it the item is in doubt until
# somebody has looked.
. "$(dirname "$0")/lib.sh"
start_source --reports 6
mapfile -t keyed < <(in_order key)
all=${#keyed[@]}
quick='s/\["crime-reports"\] = {}/["crime-reports"] = { backoff_ms = 1, horizon_ms = 0 }/'
bot_like good "$quick" # no doubt is too young to be looked for
bot_like patient 's/\["crime-reports"\] = {}/["crime-reports"] = { backoff_ms = 1 }/'
once() { [ "$(jq -r '.fields["Online Ref"]' "$dir/host" | sort | uniq -d)" = '' ]; }

# --- on the way ----------------------------------------------------------------------
start_host --drop-at 'NEW CRIME REPORT 2/3'
new_state
rekey good --json
ok 'dropped on 2/3' error 1 210 'keying.lua:[0-9]+' "'Crime Recording' has closed"
ok 'failed, not in doubt' summary '.items | .failed == 1 and .doubt == 0'
ok 'the others are keyed' [ "$(grep -c . "$dir/host")" -ge $((all - 1)) ]
ok 'audit' verified
rekey good --json
ok 'and it as well, with the next run at the latest' filed 1 "${keyed[0]}"
ok 'all are at the host' filed "$all"
ok 'each once' once
ok 'audit' verified

# --- at the commit key ----------------------------------------------------------------
for when in before after; do
    start_host "--drop-$when-file"
    new_state
    rekey good --json
    ok "$when filing: in doubt" error 9 210 'keying.lua:[0-9]+' "'Crime Recording' has closed"
    ok "$when: the others are done" summary ".items | .doubt == 1 and .failed == 0 and .done == $((all - 1))"
    there=$([ "$when" = after ] && echo 1 || echo 0)
    ok "$when: at the host $there of it" filed "$((all - 1 + there))"
    ok "$when: audit" verified
    rekey good --json
    ok "$when: the next run looks for it first" \
        says "of crime-reports was in doubt: $([ $there = 1 ] && echo 'found in' || echo 'not in') the target"
    ok "$when: and keys what is not there" \
        summary ".items | .doubt == 0 and .found == $there and .done == $((1 - there))"
    ok "$when: all are at the host" filed "$all"
    ok "$when: each once" once
    ok "$when: audit" verified
done

# --- a doubt that is too young ------------------------------------------------------------
start_host --drop-before-file
new_state
rekey patient --json
ok 'the others are keyed' summary ".items.done == $((all - 1))"
rekey patient --json
ok 'within the horizon it is not looked for' summary '.exit == 9 and .items.found == 0 and .items.done == 0'
ok 'and it is told of' says '1 items of crime-reports are in doubt'
ok 'audit' verified
doubted=$("$RPA" queue list crime-reports --in 'in doubt' --json --state "$state" | jq .item)
rpa queue resolve "$doubted" --as 'done' --reference CR26/999999 --why 'keyed by hand' --state "$state"
ok 'until a person decides' exits 0
ok 'the audit has it' [ "$("$RPA" audit show --state "$state" --json | grep -c 'found')" = 1 ]
rekey patient --json
ok 'then nothing is left' summary '.exit == 0 and .items.done == 0'
ok 'audit' verified

# --- the look itself is cut off -------------------------------------------------------------
start_host --drop-after-file
new_state
rekey good --json
start_host --drop-at 'FIND A REPORT'
rekey good --json
ok 'a look that is cut off is none' summary '.items.found == 0 and .exit == 9'
start_host
rekey good --json
ok 'the next one finds it' summary ".items | .found == 1 and .done == 0"
ok 'each once at the host' once
ok 'all of them' filed "$all"
ok 'audit' verified
ok 'nothing is left' nothing_left
done_testing
