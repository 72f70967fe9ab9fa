#!/bin/bash
# rpa.conf: what counts before what, and what it says of a target.
. "$(dirname "$0")/lib.sh"
export XDG_CONFIG_HOME=$dir/xdg
mkdir -p "$dir/xdg/rpa"
start_host
start_source --reports 2
new_state
conf() { printf 'return { %s }\n' "$1" >"$dir/xdg/rpa/rpa.conf"; }
target() { conf "targets = { crime_recording = { $1 } }"; }
runs() { "$RPA" audit show --json --state "$state" 2>/dev/null | grep -cF '"kind":"RUN_OPEN"'; }

# --- demands, and the order of files ----------------------------------------------
conf 'purpose_required = true'
run -e 'print("here")'
ok 'a purpose is demanded' error 5 120 '' 'without a purpose'
printf 'return { purpose_required = false }\n' >"$dir/more.conf"
run -e 'print("here")' --config "$dir/more.conf"
ok 'and no other file takes that away' error 5 120 '' 'without a purpose'
run -e 'print("here")' --purpose justification='for the crime desk'
ok 'with one it runs' exits 0
RPA_PURPOSE='justification=for the crime desk' run -e 'print("here")'
ok 'one from the environment is one' exits 0
conf ''
reads() { "$RPA" audit "$@" --state "$state" >"$dir/out" 2>"$dir/err"; status=$?; }
conf 'purpose_required = true'
why="--purpose justification=asked_by_the_court"
for how in 'show' 'show --content' 'tail' 'pictures' 'export --run 1 --proof '"$dir/bundle" \
    'export --run 1 --content --proof '"$dir/bundle"; do
    # shellcheck disable=SC2086
    reads $how
    ok "audit $how: refused without a purpose" error 5 120 '' 'reads nothing without a purpose'
done
ok 'nothing was handed out' [ ! -e "$dir/bundle" ]
# shellcheck disable=SC2086
reads show --kind AUDIT_QUERY --json --content $why
ok 'with one it is read' exits 0
ok 'and that is the first row of it, with the purpose' \
    [ "$(jq -r '.plain.what, .content.justification' "$dir/out" | paste -sd,)" = \
        'show --content,asked_by_the_court' ]
# shellcheck disable=SC2086
reads tail $why
ok 'rows in clear too' prints '"what":"tail"'
conf ''
rows() { sqlite3 "$state/audit.db" 'SELECT count(*) FROM entry WHERE kind=28'; }
before=$(rows)
reads show
ok 'control: where none is demanded, what is in clear is read' exits 0
ok 'and the store is as it was' [ "$(rows)" = "$before" ]
reads show --kind NONSENSE
ok 'a kind that is none is told of' error 2 100 '' '--kind wants a kind of row, as KEY'
conf 'target_required = true, targets = { crime_recording = {} }'
run -e 'print("here")'
ok 'a target is demanded' error 5 120 '' 'names no target'
run -e 'print("here")' --target custody
ok 'and one that is listed' error 5 120 '' "no target 'custody'"
run -e 'print("here")' --target crime_recording
ok 'which this one is' exits 0
conf 'timeout = 0.2'
bot waits <<<'while true do end'
run "$dir/bots/waits"
ok 'a time-out from rpa.conf' error 6 300 '' 'longer than --timeout'
printf 'return { timeout = -1, tmeout = 2, targets = { a = { mode = "live" } } }\n' >"$dir/more.conf"
run -e 'print("here")' --config "$dir/more.conf"
ok 'a file with faults' error 4 100 'more.conf' '3 faults'
for fault in 'timeout wants a number, 0 to 1000000 s' 'tmeout is not known' \
    'targets.a.mode wants LIVE, TRNG or DEMO'; do
    ok "all are told: $fault" says "$fault"
done
RPA_TIMEOUT=soon RPA_QUIET=perhaps run -e 'print("here")'
ok 'an environment with faults' error 4 100 '' '2 faults'
ok 'all are told' says 'RPA_TIMEOUT wants a number, 0 to 1000000 s; RPA_QUIET wants'
RPA_STATE=$dir/elsewhere "$RPA" run -e 'print("here")' >"$dir/out" 2>"$dir/err"
RPA_STATE=$dir/elsewhere rpa audit verify
ok 'the state directory from the environment' prints '1 runs'

# --- what a bot may name -------------------------------------------------------------
bot_like named ''
before=$(runs)
target 'mode = "LIVE", windows = { "Custody" }, hosts = { "127.0.0.1:1" }'
rekey named
ok 'a bot that names more than its target has' error 5 120 '' 'rpa.conf does not allow this bot: 4 faults'
for fault in 'mode DEMO, but the target crime_recording is LIVE' \
    "windows: 'Crime Recording' is not" "http: '$source' is not" "argv: '$host' is not"; do
    ok "all are told: $fault" says "$fault"
done
target 'repertoire = "latin1", folds = { ["ŵ"] = "v" }, mode_at = { row = 2, col = 76 }'
rekey named
ok 'rpa.conf and the map differ' error 4 100 '' '3 faults'
ok 'in what' says "repertoire: rpa.conf and the screen map differ; mode_at: rpa.conf and"
ok 'and in what fold' says "differ in 'ŵ'"
target 'outage = { "00:00-24:00" }'
rekey named
ok 'a target that is down' error 8 201 '' 'crime_recording is down until 00:00'
ok 'no run was begun' [ "$(runs)" = "$before" ]

main named <<'LUA'
print(#rpa.check("Surname", "Gŵyn ☃"), #rpa.check("Surname", "☃ €"))
LUA
target "windows = { 'Crime' }, hosts = { '127.0.0.1:*' }, mode = 'DEMO', folds = { ['☃'] = '*' }"
rekey named
ok 'what it may, it may' exits 0
ok 'a fold of rpa.conf completes the map' prints '0	0'
ok 'what rpa.conf said is in the audit' \
    [ "$("$RPA" audit show --json --content --state "$state" | grep -cF '"\u2603":"*"')" -ge 1 ]
conf ''
rekey named
ok 'control: without it the character has no place' prints '1	1'

# --- the budget ------------------------------------------------------------------------
bot_posts
new_state
conf 'targets = { web = { budget = { per_minute = 2 } } }'
begin "$dir/bots/posts"
await 'the budget of web is 2 commit acts a minute: waiting'
ok 'the third waits' [ $? = 0 ]
ok 'it has no row yet' [ "$(kinds COMMIT)" = 2 ]
ok 'rpa status says that something is held' \
    [ "$("$RPA" status --json --state "$state" | jq ".runs[0].held")" = true ]
rpa stop --state "$state"
collect
ok 'a stop is a stop' exits 130
ok 'two were sent' [ "$(kinds COMMIT)" = 2 ]
ok 'who stopped it is in the audit' \
    [ "$("$RPA" audit show --json --content --state "$state" |
        jq -c 'select(.content.note == "asked to stop") | [.content.how, .content.by]')" = \
    "[\"rpa stop\",\"$(id -un)\"]" ]
ok 'it verifies' verified
conf ''
run "$dir/bots/posts"
ok 'control: without a budget all three are sent' [ "$(kinds COMMIT)" = 5 ]
ok 'and at once' exits 0
done_testing
