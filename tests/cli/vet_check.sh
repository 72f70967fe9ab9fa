#!/bin/bash
# The proof of a vetting search catches each kind of error: $1 is vet_check.py.
. "$(dirname "$0")/../tap.sh"
check=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
diagnose() { cat "$dir/out"; }

truth() { # person, outcome, matches, maybe, twins
    printf '{"application":"VET-0001","person":"%s","system":"vt","outcome":"%s","matches":[%s],"maybe":[%s],"twins":[%s],"near":[]}\n' "$@"
}
{
    truth applicant found '{"ref":"V0000001","how":["swapped"]},{"ref":"V0000002","how":[]}' '' '"V0000003"'
    truth partner 'not found' '' '' ''
    truth parent 'could not check' '' '"V0000004"' ''
    truth co-resident locked '' '"V0000005"' ''
} >"$dir/truth"

entry() { # ref, disagree
    printf '{"review":7,"about":"VET-0001","content":{"agree":{"surname":{"asked":"Ŵyn","seen":"WYN"}},"disagree":{%s},"reasons":["record %s"]}}\n' "${2-}" "$1"
}
entries() { for ref; do entry "$ref"; done >"$dir/matches"; }
report() { # outcomes of the four
    local person names=(applicant partner parent co-resident)
    for person in "${!names[@]}"; do
        [ $# -gt 0 ] || break
        jq -nc '$ARGS.named' --arg person "${names[person]}" \
            --arg system vt --arg outcome "$1"
        shift
    done >"$dir/searches"
    jq -nc '$ARGS.named' --arg person applicant --arg system vt \
        --arg outcome 'not found' >>"$dir/searches" # by another form
}
run() {
    jq -n --slurpfile searches "$dir/searches" --slurpfile matches "$dir/matches" \
        '{about: "VET-0001", $searches, $matches}' >"$dir/report"
    python3 "$check" --truth "$dir/truth" --report "$dir/report" "$@" >"$dir/out" 2>&1
    status=$?
}
says() { grep -qF -- "$1" "$dir/out"; }
right() { report found 'not found' 'could not check' locked; }

entries V0000001 V0000002
right
run
is 'all right' $status 0
ok 'with its numbers' says '4 people, 2 matches, 2 proposed: recall 1.000, precision 1.000, 0 twins joined, 0 misreported'
report found found 'could not check' locked
run
is 'others of the name were found' $status 0
entries V0000001 V0000002 V0000004 V0000005
right
run
is 'what could not be read may be proposed' $status 0
entries V0000001
run
is 'a match was missed' $status 1
ok 'which' says 'missed: VET-0001/V0000002'
entries V0000001 V0000002 V0000011 V0000012
run
is 'too many others' $status 1
ok 'so many' says 'precision 0.500'
entries V0000001 V0000002 V0000011
run
is 'one other in three' $status 0
run --precision 0.9
is 'a higher target' $status 1
entries V0000001 V0000002 V0000003
run
is 'a twin as if it were the same' $status 1
ok 'is joined' says 'joined: VET-0001/V0000003'
{ entry V0000001; entry V0000002; entry V0000003 '"given":{"asked":"Siân","seen":"SEREN"}'; } >"$dir/matches"
run
is 'a twin shown as one' $status 0
entries V0000001 V0000002
wrong() { # what is wrong, outcomes
    report "${@:2}"
    run
    is "$1" $status 1
    ok 'is told' says '1 misreported'
}
wrong 'a fault as nothing found' found 'not found' 'not found' locked
wrong 'a fault as found' found 'not found' found locked
wrong 'a lock as nothing found' found 'not found' 'could not check' 'not found'
wrong 'a record as none' 'not found' 'not found' 'could not check' locked
wrong 'an answer as none' found 'could not check' 'could not check' locked
wrong 'a person not searched for' found 'not found' 'could not check'
right
entry 'of no number' >"$dir/matches"
run
is 'an entry of no record' $status 1
entries V0000001 V0000002
run --json
is 'as JSON' "$(jq '.recall == 1' "$dir/out")" true
done_testing
