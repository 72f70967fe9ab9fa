#!/bin/bash
# The crime host as Debian's s3270 sees it. $1 is the crime_host program.
. "$(dirname "$0")/../tap.sh"
host=$1
dir=$(mktemp -d)
file=$dir/accepted.jsonl
host_pid='' client_pid='' reply=''

finish() { stop_client; stop_host; rm -rf "$dir"; }
trap finish EXIT

diagnose() { printf '%s\n' "$reply"; }

start_host() {
    local line
    exec 4< <(exec "$host" --file "$file" "$@")
    host_pid=$!
    read -r -t 60 line <&4 || bail 'the host does not start'
    port=${line#port }
}

stop_host() { # its exit status
    local status=0
    [ -n "$host_pid" ] || return 0
    kill -TERM "$host_pid"
    wait "$host_pid" || status=$?
    host_pid=
    exec 4<&-
    return $status
}

start_client() { # model [what to wait for]
    coproc S3270 { exec s3270 -utf8 -codepage cp1146 -xrm 's3270.unlockDelay: False' -model "$1"; }
    client_pid=$S3270_PID
    to=${S3270[1]} from=${S3270[0]}
    x "Connect(127.0.0.1:$port)" "Wait(60,${2:-InputField})"
}

stop_client() {
    [ -n "$client_pid" ] || return 0
    echo Quit >&"$to"
    wait "$client_pid"
    client_pid=
}

# Run actions; $reply is what they printed, the status that of the last one.
x() {
    local action line
    reply=
    for action; do
        printf '%s\n' "$action" >&"$to"
        while read -r -t 90 line <&"$from"; do
            case $line in
            ok) status=0; break ;;
            error) status=1; break ;;
            *) reply+=$line$'\n' ;;
            esac
        done
    done
    return "$status"
}

shows() { x 'Ascii()' && [[ $reply == *"$1"* ]]; }
hides() { x 'Ascii()' && [[ $reply != *"$1"* ]]; }
row_has() { x "Ascii($(($1 - 1)),0,1,80)" && [[ $reply == *"$2"* ]]; }
cursor_at() { x 'Query(Cursor)' && [[ $reply == *"$1"* ]]; }
enter() { x 'Enter()' 'Wait(60,Unlock)'; }
type_into() { x "MoveCursor($(($1 - 1)),$(($2 - 1)))" 'EraseEOF()' "String(\"$3\")"; }
lines() { [ "$(wc -l <"$file")" = "$1" ]; }
json() { reply=$(jq -r "$1" "$file" | tail -n 1); [ "$reply" = "$2" ]; }
dropped() {
    x 'Enter()'
    x 'Wait(60,Disconnect)'
    x 'Query(ConnectionState)'
    [[ $reply == *not-connected* || -z ${reply//[$'\n' ]/} || $reply != *3270* ]]
}
reconnect() { x "Connect(127.0.0.1:$port)" 'Wait(60,InputField)'; }

sign_on() { # password
    type_into 10 44 rpabot
    type_into 12 44 "$1"
    enter
}
to_report() { type_into 16 24 1; enter; }
key_minimum() { # online ref: 1/3 and 2/3, and 3/3 filled but not sent
    type_into 5 23 "$1"
    type_into 11 23 Theft
    enter
    type_into 5 23 Jones
    enter
    type_into 10 2 'Nothing more.'
}

# --- one report in full -----------------------------------------------------
start_host --justify-every 1 --mode TRNG
start_client 3279-4-E
ok 'sign-on screen' shows 'SIGN ON'
ok 'the mode at the top right, from column 76' row_has 1 'TRNG'
sign_on wrong
ok 'a wrong password says so' row_has 24 'E098 USER ID OR PASSWORD NOT VALID'
ok 'the user id is kept' row_has 10 'rpabot'
type_into 12 44 demo1234
ok 'the password is not displayed' hides demo1234
enter
ok 'main menu' shows 'MAIN MENU'
type_into 16 24 9
enter
ok 'a wrong option says so' row_has 24 'E097 OPTION MUST BE 1, 2, 3, 4 OR X'
to_report
ok 'report 1/3 on 43 rows' row_has 42 'ENTER=Continue'

enter
ok 'Online Ref is required' row_has 43 'E004 ONLINE REF REQUIRED'
type_into 5 23 'SOH-2026-00000001'
type_into 6 23 '2026-11-21T23:59:00+00:00'
type_into 9 23 '001'
type_into 9 63 'TH68023B'
type_into 10 23 '045/11'
ok 'HO Class skips to Crime Type when full' cursor_at '10 22'
x 'String("Theft of £50 at the café")'
type_into 14 23 '31/02/2026 10:00'
enter
ok 'a day that is none' row_has 43 'E110 START MUST BE DD/MM/YYYY HH:MM'
ok 'with the cursor in that field' cursor_at '13 22'
ok 'what was typed is kept, capitals where the host wants them' \
    row_has 11 'THEFT OF £50 AT THE CAFÉ'
type_into 14 23 '21/11/2026 10:00'
type_into 14 63 '21/11/2026 11:30'
ok 'a full field leaves the cursor behind it' cursor_at '13 79'
type_into 17 23 N
type_into 17 63 Q
enter
ok 'Weapon is Y or N' row_has 43 'E113 WEAPON MUST BE Y OR N'
type_into 17 63 Y
enter

ok 'report 2/3' row_has 1 'NEW CRIME REPORT 2/3'
type_into 6 23 'Siân Éloïse'
enter
ok 'Surname is required' row_has 43 'E014 SURNAME REQUIRED'
type_into 5 23 "O'Brien-Łukasz"
ok 'what the code page lacks is refused' hides 'Łukasz'
x 'Reset()'
type_into 5 23 "O'Brien-Ward"
type_into 7 23 '29/02/1990'
ok 'Date of Birth skips to Gender' cursor_at '6 62'
x 'String("Z")'
enter
ok 'a date that is none' row_has 43 'E116 DATE OF BIRTH MUST BE A DATE'
type_into 7 23 '29/02/1992'
enter
ok 'Gender code' row_has 43 'E117 GENDER MUST BE M, F, X OR U'
type_into 7 63 F
type_into 10 23 '07700 900123'
mail=$(printf 'a%.0s' {1..108})@example.org
type_into 11 23 "$mail"
street=$(printf '%s' 'Long Street ' {1..60} | tr -d '\n' | cut -c1-160)
type_into 16 23 "$street"
type_into 22 23 'cf10 1aa'
ok 'Postcode skips to the first field' cursor_at '4 22'
enter

ok 'report 3/3' row_has 1 'NEW CRIME REPORT 3/3'
x 'PF(7)' 'Wait(60,Unlock)'
ok 'PF7 goes back to what was typed' row_has 5 "O'Brien-Ward"
ok 'Postcode is in capitals now' row_has 22 'CF10 1AA'
enter
type_into 5 23 'ab12cde'
type_into 6 23 '1,200'
enter
ok 'Property Value is digits' row_has 43 'E127 PROPERTY VALUE MUST BE WHOLE'
type_into 6 23 '1200'
enter
ok 'Narrative is required' row_has 43 'E028 NARRATIVE REQUIRED'
full=$(printf 'word %.0s' {1..20} | cut -c1-71)' '
type_into 10 2 "$full"
type_into 11 2 'It cost £5 or €6. '
type_into 33 2 'The last line.'
ok 'nothing is filed yet' lines 0
enter
ok 'a justification is asked for' row_has 1 'JUSTIFICATION REQUIRED'
enter
ok 'and required' row_has 43 'E029 JUSTIFICATION REQUIRED'
type_into 13 2 'Online report keyed for the crime desk'
enter
ok 'accepted, with the reference' shows 'CRIME REF CR26/000001'
ok 'one line in the file' lines 1
ok 'ref' json .ref CR26/000001
ok 'user' json .user RPABOT
ok 'leading zeros' json '.fields["NSIR Code"]' 001
ok 'pound and accents in capitals' json '.fields["Crime Type"]' 'THEFT OF £50 AT THE CAFÉ'
ok 'accents' json '.fields["Given Names"]' 'Siân Éloïse'
ok 'apostrophe and hyphen' json '.fields.Surname' "O'Brien-Ward"
ok '120 characters of E-mail' json '.fields["E-mail"]' "$mail"
ok '160 characters of Street' json '.fields.Street' "$street"
ok 'VRM in capitals' json .fields.VRM AB12CDE
ok 'an empty field is empty' json .fields.Town ''
ok 'all fields are there' json '.fields | length' 24
ok 'narrative lines keep their blanks' json '.narrative[0] + .narrative[1]' "${full}It cost £5 or €6. "
ok 'empty lines between are kept' json '.narrative | length' 24
ok 'justification' json .justification 'Online report keyed for the crime desk'
enter
ok 'Enter goes back to the menu' shows 'MAIN MENU'

# --- keys that file nothing ---------------------------------------------------
to_report
type_into 5 23 X1
x 'PF(3)' 'Wait(60,Unlock)'
ok 'PF3 abandons' row_has 24 'I002 REPORT ABANDONED'
to_report
ok 'and forgets' hides X1
x 'Clear()' 'Wait(60,InputField)'
ok 'CLEAR brings the screen again' row_has 1 'NEW CRIME REPORT 1/3'
x 'PA(1)' 'Wait(60,Unlock)'
ok 'PA1 is not active' row_has 43 'E095 KEY NOT ACTIVE'
x 'PF(3)' 'Wait(60,Unlock)'
type_into 16 24 x
enter
ok 'X signs off' row_has 24 'I001 SIGNED OFF'
ok 'still one report' lines 1
stop_client

# --- model 2 ------------------------------------------------------------------
start_client 3279-2-E Unlock
ok 'model 2 is refused, and told why' shows 'needs a terminal of 43 x 80'
stop_client
ok 'SIGTERM ends it with status 0' stop_host

# --- dropped sessions; a second run goes on counting -----------------------------
start_host --justify-every 0 --drop-at 'NEW CRIME REPORT 2/3'
start_client 3278-4-E
sign_on demo1234
to_report
type_into 5 23 D1
type_into 11 23 Theft
enter
ok '--drop-at closes on that screen' dropped
reconnect
sign_on demo1234
to_report
key_minimum D2
enter
ok 'once only; the reference goes on from the file' shows 'CRIME REF CR26/000002'
ok 'no justification with --justify-every 0' json .justification null
stop_client
stop_host

for when in before after; do
    start_host --justify-every 0 "--drop-$when-file"
    start_client 3278-4-E
    sign_on demo1234
    to_report
    key_minimum "drop $when"
    ok "--drop-$when-file closes" dropped
    ok "$when: the file" lines "$([ "$when" = before ] && echo 2 || echo 3)"
    stop_client
    stop_host
done

# --- persons on file --------------------------------------------------------------
person() { # ref, surname, given, born, more
    printf '{"ref":"%s","surname":"%s","given":"%s","born":"%s","sex":"F","postcode":"CF10 1AA","pnc":"1999/0012345D","cro":"","nino":"","alias":"","warnings":"DRUGS"%s}\n' "$@"
}
{
    for i in {10..38}; do person "N00000$i" JONES ALEX "$i/04/1990" ''; done
    person N0000001 "O'BRIEN" 'SIÂN MAIR' 03/04/1990 ''
    person N0000002 "O'BRIEN" SIAN 00/04/1990 ',"state":"locked","times":1'
    person N0000003 "O'BRIEN" SEAN 01/01/1980 ',"state":"denied"'
    person N0000004 LOSTROW CAI 03/04/1990 ''
    printf '{"trouble":"%s","surname":"%s"}\n' fault FAULT denied NOTHIM lost-row LOSTROW
} >"$dir/people"
log=$dir/searches
pf() { x "PF($1)" 'Wait(60,Unlock)'; }
search() { type_into 7 23 "$1"; type_into 8 23 "$2"; enter; }
line() { type_into 20 23 "$1"; enter; }
to_persons() {
    start_client 3278-4-E
    sign_on demo1234
    type_into 16 24 4
    enter
    type_into 5 23 04
}
searched() { reply=$(jq -sr "map(select(.event == \"$1\")) | $2" "$log"); [ "$reply" = "$3" ]; }

start_host --justify-every 0 --people "$dir/people" --search-log "$log"
to_persons
type_into 5 23 ' '
search JONES ''
ok 'no purpose, no search' row_has 24 'E021 PURPOSE REQUIRED'
type_into 5 23 11
enter
ok 'nor with a wrong one' row_has 24 'E121 PURPOSE MUST BE A CODE FROM 01 TO 10'
type_into 5 23 04
enter
ok 'three pages' row_has 3 'PAGE 1 OF 3'
ok 'of so many' row_has 3 ' 29 PERSONS'
ok 'a row' row_has 6 '    1  N0000010  JONES                       ALEX                10/04/1990  F'
pf 7
ok 'none before' row_has 24 'I004 FIRST PAGE'
pf 8
pf 8
ok 'the last' row_has 10 '29  N0000038'
pf 8
ok 'none behind' row_has 24 'I003 LAST PAGE'
line 30
ok 'no such line' row_has 24 'E051 NO SUCH LINE'
line 2
ok 'a record' row_has 5 'Record . . . . . . : N0000011'
ok 'with what a list has not' row_has 11 '1999/0012345D'
pf 3
ok 'the same page again' row_has 3 'PAGE 3 OF 3'
pf 3
ok 'the purpose stays' row_has 5 ': 04'
ok 'the name does not' hides JONES
search OBRIEN ''
ok 'an apostrophe is part of a name' shows 'NO PERSONS HELD'
pf 3
search "o'brien" si
ok 'given names by what they begin with' row_has 3 ' 2 PERSONS'
line 2
ok 'marks, as a clerk keyed them' row_has 7 'SIÂN MAIR'
pf 3
line 1
ok 'locked' row_has 24 'E310 RECORD LOCKED BY PC 1234'
line 1
ok 'for a while' row_has 8 '00/04/1990'
pf 3
pf 3
search "O'BRIEN" SE
line 1
ok 'not for this user' row_has 24 'E403 NOT AUTHORISED FOR THIS RECORD'
pf 3
search NOTHIM ''
ok 'nor the search' row_has 24 'E403 NOT AUTHORISED FOR THIS SEARCH'
search FAULT ''
ok 'no index' row_has 24 'E902 NOMINAL INDEX NOT AVAILABLE'
search LOSTROW ''
ok 'a row too few' row_has 3 ' 1 PERSONS'
ok 'is not shown' hides N0000004
ok 'what was searched is in the log' searched search 'map(.surname) | join(" ")' \
    "JONES OBRIEN O'BRIEN O'BRIEN NOTHIM FAULT LOSTROW"
ok 'and what was refused' searched refused length 2
ok 'and looked at' searched view 'map(.ref + .answer[:4]) | join(" ")' \
    'N0000011show N0000001show N0000002E310 N0000002show N0000003E403'
stop_client
stop_host

: >"$log"
start_host --justify-every 1 --people "$dir/people" --search-log "$log"
to_persons
search JONES ''
ok 'a fuller justification' shows 'FULLER JUSTIFICATION'
type_into 12 23 short
enter
ok 'is one' row_has 24 'E042 STATE THE REASON'
type_into 12 23 'vetting, VET-0001'
enter
line 1
pf 3
ok 'abandoned: the list again' row_has 3 'PAGE 1 OF 3'
ok 'the reason is in the log' searched search '.[0].reason' 'vetting, VET-0001'
ok 'and what was abandoned' searched view '.[0].answer' abandoned
stop_client
stop_host

start_host
to_persons
search JONES ''
ok 'without a file there is no index' row_has 24 'E902 NOMINAL INDEX NOT AVAILABLE'
stop_client
stop_host

# --- the keyboard lock, two sessions at once --------------------------------------
start_host --justify-every 0 --work-ms 5000
start_client 3278-4-E
type_into 10 44 rpabot
type_into 12 44 demo1234
began=$(date +%s%N)
x 'Set(aidWait,false)' 'Enter()'
ok 'nothing comes while it works' shows 'SIGN ON'
other=$(printf 'Connect(127.0.0.1:%s)\nWait(60,InputField)\nAscii()\nQuit\n' "$port" |
    s3270 -utf8 -codepage cp1146 -model 3279-4-E)
between=$(($(date +%s%N) - began))
ok 'a second session is served meanwhile' \
    test "$between" -lt 5000000000 -a "${other/SIGN ON/}" != "$other"
x 'Wait(60,Unlock)'
took=$((($(date +%s%N) - began) / 1000000))
ok "locked while it works ($took ms)" test "$took" -ge 5000
ok 'then the menu' shows 'MAIN MENU'
stop_client
ok 'SIGTERM again' stop_host

done_testing
