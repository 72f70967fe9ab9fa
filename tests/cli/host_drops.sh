#!/bin/bash
# A host that drops the session: before the commit key the item has failed and
# is keyed again; after it the item is in doubt until a person decides.
. "$(dirname "$0")/lib.sh"
start_source --reports 6
mapfile -t keyed < <(jq -r 'select(.expect == "key").id' "$dir/truth")
bot_like good ''

# --- on the way ----------------------------------------------------------------------
start_host --drop-at 'NEW CRIME REPORT 2/3'
new_state
rekey good --json
ok 'dropped on 2/3' error 1 210 'keying.lua:[0-9]+' "'Crime Recording' has closed"
ok 'failed, not in doubt' summary '.items | .failed == 1 and .doubt == 0 and .done == 0'
ok 'nothing was filed' filed 0
ok 'audit' verified
rekey good --json
ok 'the next run keys it' summary ".items.failed == 0 and .items.done == ${#keyed[@]}"
ok 'once' filed 1 "${keyed[0]}"
ok 'audit' verified

# --- at the commit key ----------------------------------------------------------------
for when in before after; do
    start_host "--drop-$when-file"
    new_state
    rekey good --json
    ok "$when filing: in doubt" error 9 210 'keying.lua:[0-9]+' "'Crime Recording' has closed"
    ok "$when: none done, none failed" summary '.items | .doubt == 1 and .failed == 0 and .done == 0'
    there=$([ "$when" = after ] && echo 1 || echo 0)
    ok "$when: at the host $there" filed "$there"
    ok "$when: audit" verified
        rekey good --json
    ok "$when: the next run stops at it" error 9 400 '' "item ${keyed[0]} is in doubt"
    ok "$when: and begins no other" summary '.items | .doubt == 1 and .done == 0 and .failed == 0'
    ok "$when: at the host still $there" filed "$there"
    ok "$when: audit" verified
done

# --- with some done before ---------------------------------------------------------------
start_host
new_state
bot_like two ''
sed -i 's/^rpa.items(reports,/local n = tonumber(rpa.set.user:match("%d+")) or #reports\nrpa.items(table.move(reports, 1, n, 1, {}),/' \
    "$dir/bots/two/main.lua"
sed -i 's/keying.sign_on(crs, rpa.set.user)/keying.sign_on(crs, "RPABOT")/' "$dir/bots/two/main.lua"
nth=$(jq -r .id "$dir/truth" | grep -nxF "${keyed[0]}" | cut -d: -f1)
rekey two --set "user=$nth" --json
ok 'the first is done' summary '.items.done == 1'
start_host --drop-after-file
rekey two --json
ok 'the second is in doubt, the first skipped' \
    summary '.exit == 9 and (.items | .skipped == 1 and .doubt == 1 and .done == 0)'
rekey two --json
ok 'the next run: the first skipped, stop at the second' \
    summary '.exit == 9 and (.items | .skipped == 1 and .doubt == 1 and .done == 0)'
ok 'each once at the host' [ "$(jq -r '.fields["Online Ref"]' "$dir/host" | sort | uniq -d)" = '' ]
ok 'two at the host' filed 2
ok 'audit' verified
ok 'nothing is left' nothing_left
done_testing
