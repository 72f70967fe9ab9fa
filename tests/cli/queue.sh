#!/bin/bash
# rpa queue as people meet it: rows in, faults told, what a person decides.
. "$(dirname "$0")/lib.sh"
q() { # verb and arguments; $status, $dir/out, $dir/err
    "$RPA" queue "$@" --state "$state" >"$dir/out" 2>"$dir/err"
    status=$?
}
out() { grep -qF -- "$1" "$dir/out"; }
err() { grep -qF -- "$1" "$dir/err"; }
items() { "$RPA" queue list "$1" --json --state "$state" | jq -r "$2" | tr '\n' ' '; }

cat >"$dir/schema.json" <<'J'
{ "properties": { "Surname": { "maxLength": 5 }, "Hate Crime": { "enum": ["Y", "N"] } },
  "required": ["Surname"] }
J

q
is 'no verb is a usage error' "$status" 2
q create crime-reports --schema "$dir/schema.json" --set max_attempts=2
is 'a queue is made' "$status" 0
q create crime-reports
is 'once' "$status" 4
ok 'and told what to do' err 'try: use that one'
q create other --set max_atempts=2
ok 'a slip in a knob names those there are' err 'max_attempts'
q list nowhere
ok 'no such queue names those there are' err 'there is crime-reports'

# --- a schema that is no text: never left out, which would let any row in ----------
printf '{"required":["zzz"],"title":"caf\xe9"}' >"$dir/latin1.json"
printf '{"required":["zzz"],"title":"caf\xc3\xa9"}' >"$dir/utf8.json"
iconv -t UTF-16 "$dir/utf8.json" >"$dir/utf16.json"
printf '{"required":["zzz"]}\0rest' >"$dir/nul.json"
for schema in latin1 utf16 nul; do
    q create "$schema" --schema "$dir/$schema.json"
    is "a schema in $schema is refused" "$status" 4
    ok 'with its line' err "$schema.json is not UTF-8: line 1"
    q list "$schema"
    ok 'and there is no such queue' err 'there is crime-reports'
done
q create folder --schema "$dir"
is 'a folder as a schema' "$status" 4
crime=$state state=$dir/control
q create utf8 --schema "$dir/utf8.json"
is 'control: the same in UTF-8' "$status" 0
printf 'id\nR-1\n' >"$dir/no_zzz.csv"
q add utf8 "$dir/no_zzz.csv"
ok 'it is what rows must fit' err 'column zzz: is missing'
q add utf8 "$dir"
is 'a folder of rows' "$status" 4
q create $'caf\xe9'
is 'a name that is no text' "$status" 2
ok 'is said to be' err 'argument 2 is not UTF-8'
q pause utf8 --why $'caf\xe9'
is 'a reason that is no text' "$status" 2
state=$crime

# --- bad rows: all told, none queued -----------------------------------------------
printf 'id,Surname,Hate Crime\nR-1,OBrien,Y\nR-2,,maybe\nR-3,Lee,N\nR-3,Lee,N\n,Lee,N\nR-6,L\n' \
    >"$dir/bad.csv"
q add crime-reports "$dir/bad.csv"
is 'a file with bad rows' "$status" 4
for fault in 'row 2, column Surname: longer than 5' 'row 3, column Surname: is missing' \
    'row 3, column Hate Crime: is none of the 2 values allowed' \
    'row 5: that reference came before' 'row 6, column id: is missing or no text' \
    'row 7: has 2 cells, the head has 3' '5 of 6 rows cannot be queued; none was'; do
    ok "told: $fault" err "$fault"
done
is 'in the order of the file' "$(grep -o '^row [0-9]*' "$dir/err" | tr '\n' ' ')" \
    'row 2 row 3 row 3 row 5 row 6 row 7 '
ok 'no value of a row is shown' not err OBrien
is 'and none was queued' "$(items crime-reports .item)" ''

# --- good rows -----------------------------------------------------------------------
printf '\xef\xbb\xbfid,Surname,Phone,prio,due\r\n007,"O\n""B",0012345678901234567890,0,\r\n008,Lee,,5,2026-11-22T04:00:00Z\r\n' \
    >"$dir/good.csv"
q add crime-reports "$dir/good.csv" --priority prio --deadline due --dry-run
ok '--dry-run says what would be' out '2 items would be queued'
is 'and queues none' "$(items crime-reports .item)" ''
q add crime-reports "$dir/good.csv" --priority prio --deadline due
ok 'queued' out '2 items queued'
is 'with their priority' "$(items crime-reports .priority)" '0 5 '
q add crime-reports "$dir/good.csv" --priority prio --deadline due
ok 'the same file again is refused, with the item' err 'item 1, ready'
printf '{"ref": "009", "Surname": "Gw\xc5\xb5n"}\n' >"$dir/more.jsonl"
q add crime-reports "$dir/more.jsonl" --reference ref
ok 'JSON Lines' out '1 items queued'
printf 'id\n"x' | "$RPA" queue add crime-reports - --state "$state" 2>"$dir/err"
ok 'a quote that does not end' err 'row 2: a quote is out of place'
q add crime-reports "$dir/nothing.csv"
is 'no such file' "$status" 4
ok 'payloads are sealed' not grep -qa 0012345678901234567890 "$state/queue.db" "$state/queue.db-wal"

# --- looking, deciding -----------------------------------------------------------------
q list
ok 'the queues, by state' out '3 ready'
q show 2
ok 'an item and its history' out 'by operator'
q show nine
ok 'no number' err "no item's number"
q resolve 1 --as "done" --why 'keyed by hand' --reference CR26/1
ok 'what is ready is not done by saying so' err 'item 1 is ready'
q resolve 1 --as cancel
ok 'a decision wants a reason' err 'say why'
q resolve 1 --as cancel --why "keyed by hand for O'Brien"
is 'a person cancels' "$status" 0
ok 'the reason is sealed' not grep -qa 'by hand for' "$state/queue.db" "$state/queue.db-wal"
is 'one is left by state' "$("$RPA" queue list crime-reports --in cancelled --json --state "$state" | jq .item)" 1
q list crime-reports --in lost
is 'no such state' "$status" 2
q pause crime-reports --why 'CRS is backed up'
q list
ok 'paused, and why' out 'paused: CRS is backed up'
q resume crime-reports --why over
q list
ok 'resumed' not out paused
q retry crime-reports --why 'slow'
ok 'a bulk retry shows the count first' out '0 failed items'
q create second
q retry second 2 --why 'slow'
ok 'an item is retried in its own queue' err 'item 2 is in the queue crime-reports'
q retry crime-reports 2 --why 'slow'
is 'only what failed is retried' "$status" 4
ok 'and it says what the item is' err 'item 2 is ready'
"$RPA" queue list --state "$dir/none" 2>"$dir/err"
is 'no store, and none is made by looking' $? 4
ok 'none was made' [ ! -e "$dir/none" ]

# --- content, for a purpose -------------------------------------------------------------
rows() { "$RPA" audit show --state "$state" --json | jq -c "select($1)" | grep -c .; }
q show 2 --content
is 'content without a purpose' "$status" 4
ok 'says what is wanted' err '--purpose'
ok 'and shows none' not out Lee
is 'nothing is rowed' "$(rows '.kind == "AUDIT_QUERY"')" 0
q show 2 --content --purpose justification='the desk asked'
ok 'with one' out '"Surname":"Lee"'
is 'it is rowed' "$(rows '.kind == "AUDIT_QUERY" and .plain.what == "queue show 2"')" 1
q export crime-reports --purpose justification='moved by hand'
is 'every item of a queue' "$(jq -r .reference "$dir/out" | tr '\n' ' ')" '007 008 009 '
ok 'text stays text' out '"Phone":"0012345678901234567890"'
is 'a disclosure, rowed' "$(rows '.kind == "AUDIT_QUERY" and .verb == "disclosure"')" 1
q export crime-reports --in cancelled --purpose justification='moved by hand'
is 'or some' "$(jq -r .reference "$dir/out")" 007
ok 'the audit verifies' verified

# --- what an operator changes is rowed: who, what, how many; which and why, sealed ----
changes() { "$RPA" audit show --state "$state" --json | jq -r 'select(.kind == "S62") | .plain.what'; }
me=$(id -un)
is 'every change' "$(changes | sed 's/^queue //; s/crime-reports/c/' | tr '\n' ';')" \
    'create c;add c: 2 items;add c: 1 item;resolve c: 1 item;pause c;resume c;create second;'
is 'by whom' "$("$RPA" audit show --state "$state" --json | jq -r 'select(.kind == "S62") | .plain.actor' | sort -u)" "$me"
rpa audit show --state "$state" --kind S62 --content --json --purpose justification='the desk asked'
sealed() { jq -r '.content | tostring' "$dir/out" | grep -qF -- "$1"; }
ok 'with the references' sealed '1 007'
ok 'and the reason' sealed "keyed by hand for O'Brien"
ok 'which are sealed' not grep -qa -e 'by hand for' -e '1 007' "$state/audit.db" "$state/audit.db-wal"

# --- an ended item, once more -----------------------------------------------------------
q retry crime-reports 1 --why 'wrongly cancelled'
ok 'what has ended is not retried' err '--again'
q retry crime-reports 2 --again --why 'wrongly cancelled'
ok 'what has not ended is not done once more' err 'item 2 is ready: it has not ended yet'
q retry crime-reports 1 --again --why 'wrongly cancelled'
is 'an ended one is' "$status" 0
q show 4
ok 'as a new item that names the old' out 'item 1 again'
q retry crime-reports 1 --again --why 'wrongly cancelled'
ok 'the newest only' err 'item 1 is not the newest'
q resolve 4 --as cancel --why 'keyed by hand'

# --- beside a supervisor ------------------------------------------------------------------
bot waits 'return { name = "waits", set = { host = "" }, queues = { ["crime-reports"] = {} } }' <<'LUA'
rpa.queue("crime-reports"):each(function(item)
    if item.reference == "008" then
        rpa.log("in hand")
        item:defer(300)
    else
        item:done("CR26/1")
    end
end, { wait = 600 })
LUA
begin "$dir/bots/waits" --json
await 'in hand'
printf 'id,Surname\nR-1,Lee\nR-2,\n009,Lee\n' >"$dir/bad.csv"
q add crime-reports "$dir/bad.csv"
is 'a run is on: a file with bad rows' "$status" 4
ok 'told: a column' err 'row 3, column Surname: is missing'
ok 'told: a row' err 'row 4: that reference is in the queue'
ok 'none was queued' err '2 of 3 rows cannot be queued; none was'
printf 'id,Surname\nR-1,Lee\n' >"$dir/good.csv"
q add crime-reports "$dir/good.csv"
ok 'a good one' out '1 items queued'
ok 'which the waiting run begins at once' await 'item 3 of 3: done'
{ echo id,Surname; seq -f 'M-%.0f,Lee' 30000; } >"$dir/many.csv"
q add crime-reports "$dir/many.csv" --dry-run
ok 'many at once' out '30000 items would be queued'
q list crime-reports
ok 'looking goes beside it' out 'not before'
q show 2 --content --purpose justification='the desk asked'
ok 'so does content, rowed' out '"Surname":"Lee"'
q pause crime-reports --why 'CRS is backed up'
is 'and a pause' "$status" 0
collect
is 'which ends the run' "$status" 7
ok 'saying so' says 'the queue crime-reports is paused: CRS is backed up'
ok 'the audit verifies' verified

# --- the queue of a machine that is dead ----------------------------------------------------
printf 'id,Surname\nR-2,Lee\nR-3,Lee\nR-4,Lee\n' >"$dir/more.csv"
q add crime-reports "$dir/more.csv"
cp -a "$state" "$dir/old"
at() { sqlite3 "$dir/old/queue.db" "SELECT max(id)-$1 FROM item"; }
sqlite3 "$dir/old/queue.db" "UPDATE item SET state=2,marked=1 WHERE id=$(at 0);
    UPDATE item SET state=2 WHERE id=$(at 1)"
before=$("$RPA" queue list crime-reports --json --state "$dir/old" | jq -r .state | sort | uniq -c)
state=$dir/new
q import crime-reports "$dir/old"
is 'an import wants a queue to go to' "$status" 4
q create crime-reports
q import crime-reports "$dir/old"
ok 'the items come over' out '8 items imported, 1 of them in doubt'
after=$(items crime-reports .state)
is 'done is done, what was marked is in doubt, the rest is ready' "$after" \
    'cancelled deferred done cancelled done ready ready in doubt '
is 'what does another once more, still does' "$(items crime-reports 'select(.rerun_of > 0) | "\(.item) \(.rerun_of)"')" '4 1 '
is 'it is rowed' "$(changes | grep import)" 'queue import crime-reports: 8 items'
ok "as they stood there ($(echo $before))" true
q import crime-reports "$dir/old"
is 'once' "$status" 4
is 'and nothing is there twice' "$(items crime-reports .state)" "$after"
q export crime-reports --in 'done' --purpose justification='moved by hand'
is 'with the reference of the target' "$(jq -r .result "$dir/out" | sort -u)" CR26/1
done_testing
