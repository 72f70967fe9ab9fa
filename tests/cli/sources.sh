#!/bin/bash
# Reports of every kind that the re-keying bot takes, each by the same bot and
# proved by the host's own file: a JSON service, XML and JSON files, a table that
# somebody made; in the order of their deadlines, and none twice.
. "$(dirname "$0")/lib.sh"
proved() { "$PROVE" --truth "$dir/truth" --host "$dir/host" >"$dir/proof" 2>&1; }
filed_order() { jq -r '.fields["Online Ref"]' "$dir/host" | tr '\n' ' '; }
due_order() { in_order key | tr '\n' ' '; }
rejected() { jq -r '.rejects[].id' "$dir/out" | sort | tr '\n' ' '; }
planted() { jq -r 'select(.expect == "reject").id' "$dir/truth" | sort | tr '\n' ' '; }
came_well() { # how it came
    ok "$1: all that can be keyed is, not a character is wrong" proved
    is "$1: by their deadlines" "$(filed_order)" "$(due_order)"
}
bot_like any ''
mkdir "$dir/drop"

# --- a service -----------------------------------------------------------------------
start_host
start_source --reports 5 --json --whole "$dir/drop/reports.json"
new_state
rekey any --json
ok 'a JSON service' exits 3
came_well 'a JSON service'
is 'what cannot be keyed is rejected' "$(rejected)" "$(planted)"

# --- files ---------------------------------------------------------------------------
from_file() { # file, options…
    rekey any --json --files "$dir/drop" --set source= --set "file=$1" "${@:2}"
}
new_state
from_file reports.json
came_well 'a JSON file'
from_file reports.json
ok 'the same file again: nothing is keyed twice' summary '.items.done == 0'
is 'at the host either' "$(filed_order)" "$(due_order)"

start_source --reports 5 --whole "$dir/drop/reports.xml"
new_state
from_file reports.xml
came_well 'an XML file'

# --- a table, as a person has it -----------------------------------------------------
jq -rs '(map(.fields + {Narrative: .narrative}) | (map(keys) | add | unique) as $names |
    $names, (.[] | [.[$names[]]])) | @csv' "$dir/truth" >"$dir/reports.csv"
table() { rpa queue add crime-reports "$dir/reports.csv" --reference 'Online Ref' --state "$state" "$@"; }
new_state
"$RPA" queue create crime-reports --state "$state"
table --deadline Submitted --within soon
ok 'within what is no time' error 4 100 '' '--within wants a time such as 24h'
table --within 24h
ok 'or of nothing' error 4 100 '' 'and --deadline'
table --deadline Submitted --within 24h
ok 'a table is queued' prints '5 items queued'
is 'each due a day after it came' "$("$RPA" queue list crime-reports --json --state "$state" |
    jq -r .deadline | sort | head -n 1)" "$(date -u -d "$(jq -r .fields.Submitted "$dir/truth" |
    sort | head -n 1) + 24 hours" +%FT%T.000000Z)"
rekey any --json --set source=
came_well 'a table'
is 'rejected as ever' "$(rejected)" "$(planted)"

# --- files that are wrong --------------------------------------------------------------
refused() { # name, file, code, text
    new_state
    from_file "$2"
    ok "$1" error "$3" "$4" '' "$5"
    ok "$1: nothing is queued" [ -z "$("$RPA" queue list crime-reports --json --state "$state" 2>/dev/null)" ]
}
head -c 5000 "$dir/drop/reports.xml" >"$dir/drop/cut.xml"
head -c 5000 "$dir/drop/reports.json" >"$dir/drop/cut.json"
jq -c '{reports: [.reports[0, 1, 0]]}' "$dir/drop/reports.json" >"$dir/drop/twice.json"
jq -c 'del(.reports[1].submissionId)' "$dir/drop/reports.json" >"$dir/drop/unnamed.json"
echo '<html><body>503</body></html>' >"$dir/drop/page.xml"
refused 'XML that is cut' cut.xml 1 321 ''
refused 'JSON that is cut' cut.json 4 100 ''
refused 'one report twice' twice.json 1 110 'reports 1 and 3 of the file have one reference'
refused 'a report without a reference' unnamed.json 1 110 'something that is no report'
refused 'a page' page.xml 1 110 'something that is no report'
refused 'no such file' none.xml 4 330 'none.xml: No such file'

# a phone without its zero is no phone
jq -c 'first(.reports[] | select(.complainant.phone)) | .complainant.phone = 7700900123' \
    "$dir/drop/reports.json" >"$dir/drop/number.json"
new_state
from_file number.json
ok 'a phone that is a number is rejected' summary '.rejects[0].reasons | index("bad_value:Phone") != null'
ok 'and the store verifies' verified
done_testing
