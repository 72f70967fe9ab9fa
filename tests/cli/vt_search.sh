#!/bin/bash
# The record-search stand-in, $1, in a terminal of 80 x 24, which tmux is here.
. "$(dirname "$0")/../tap.sh"
vt=$1
dir=$(mktemp -d)
log=$dir/log

export LC_ALL=C.UTF-8
server=0 # each start has its own: one that ends still answers for a while
mux() { tmux -S "$dir/mux$server" -f /dev/null "$@"; }
finish() { mux kill-server 2>/dev/null; rm -rf "$dir"; }
trap finish EXIT
screen() { mux capture-pane -p; }
diagnose() { screen; cat "$log"; }
shown() { screen | grep -qF -- "$1"; }
sees() { until_ok 30 shown "$1"; }
at() { # row, column, text
    [[ "$(screen | sed -n "$1p" | cut -c"$2"-) " == "$3"* ]]
}
keys() { mux send-keys "$@"; }
searches() { jq -sr "map(select(.event == \"$1\")) | $2" "$log"; }
logged() { until_ok 30 test "$(searches "$1" "$2")" = "$3"; }

start() { # options…
    mux kill-server 2>/dev/null
    server=$((server + 1))
    : >"$log"
    mux new-session -d -x 80 -y 24 \
        "exec $vt --people '$dir/people' --log '$log' --justify-every 0 --notice-every 0 --slow-every 0 $*"
    mux set -g status off
    sees 'SIGN ON'
}
sign_on() {
    keys RPABOT Tab demo1234
    keys Enter
    sees 'ENTER=Start'
}
name_search() { # surname, forename; the cursor is in the first field
    keys Tab Tab C-u "$1" Tab C-u
    [ -z "$2" ] || keys "$2"
    keys Enter
}
back() { keys F3; sees 'NAME SEARCH'; }
purpose() {
    keys NS Enter
    sees 'NAME SEARCH'
    keys 04 Tab 'PC 1234' Tab
}
refused() { # message
    sees "$1" && [ "$(searches refused '.[-1].answer')" = "$1" ]
}

person() { # ref, surname, given, born, more
    printf '{"ref":"%s","surname":"%s","given":"%s","born":"%s","sex":"F","postcode":"CF10 1AA","pnc":"1999/0012345D","cro":"","nino":"","alias":"","warnings":"WEAPONS"%s}\n' "$@"
}
{
    for i in {10..38}; do person "V00000$i" JONES SIAN "$i/04/1990" ''; done
    person V0000001 OBRIEN 'SIAN MAIR' 03/04/1990 ''
    person V0000002 LOCKED ALEX 03/04/1990 ',"state":"locked"'
    person V0000003 LOCKED BO 03/04/1990 ',"state":"locked","times":1'
    person V0000004 DENIED CAI 03/04/1990 ',"state":"denied"'
    person V0000005 LOSTROW CAI 03/04/1990 ''
    person V0000006 LOSTROW CAI 03/04/1990 ''
    printf '{"trouble":"%s","surname":"%s"}\n' fault FAULT denied NOTHIM closed \
        CLOSED lost-row LOSTROW
} >"$dir/people"

start
ok 'the title' at 1 30 'SIGN ON'
ok 'the mode' at 1 74 DEMO
keys RPABOT Tab wrong Enter
ok 'a wrong password' sees 'E098 OPERATOR OR PASSWORD NOT VALID'
ok 'is not shown' not shown wrong
sign_on
keys ZZ Enter
ok 'an unknown transaction' sees 'E011 TRANSACTION NOT KNOWN'
keys C-u
purpose
ok 'a label' at 8 2 'Surname . . . . . :'

# --- wrong use ------------------------------------------------------------------
keys C-u JONES BTab BTab C-u Enter
ok 'without a purpose code' refused 'E021 PURPOSE CODE REQUIRED'
keys 77 Enter
ok 'with a wrong one' refused 'E022 PURPOSE CODE NOT VALID'
keys C-u 04 Tab C-u x Enter
ok 'without an originator' refused 'E023 ORIGINATOR REQUIRED'
keys C-u 'PC 1234' Tab C-u Enter
ok 'without a surname' refused 'E014 SURNAME REQUIRED'
keys BTab BTab
name_search JÔNES ''
ok 'a letter it does not have' refused 'E031 CHARACTER NOT VALID'
keys BTab BTab
name_search JONES ''
sees 'PAGE 1 OF 3'
ok 'none of these was a search' logged search length 1
ok 'right use is' at 3 2 '29 RECORDS'

# --- lists ----------------------------------------------------------------------
ok 'a row' at 6 3 ' 1  V0000010  JONES                     SIAN                  10/04/1990  F'
keys F7
ok 'no page before the first' sees 'I004 FIRST PAGE'
keys F8 F8
sees 'PAGE 3 OF 3'
ok 'the last page' at 10 3 '29  V0000038'
keys F8
ok 'no page behind it' sees 'I003 LAST PAGE'
keys 30 Enter
ok 'no such line' sees 'E051 NO SUCH LINE'
keys C-u 2 Enter
ok 'a line of another page' sees V0000011
ok 'is a record' at 10 2 'Postcode  . . . . : CF10 1AA'
keys F3
ok 'back to the same page' sees 'PAGE 3 OF 3'
back
ok 'the purpose stays' at 5 22 04
keys 05
ok 'what is typed replaces it' until_ok 30 at 5 22 '05 '
keys C-u 04
ok 'the name does not' not shown JONES
name_search "O'BRIEN" SIAN
ok 'names are on file without apostrophes' sees 'NO RECORDS HELD'
ok 'and no page' not shown 'PAGE '
back
name_search obrien Susan
ok 'of a forename the initial counts' sees 'V0000001'
back

# --- locks, rights, faults --------------------------------------------------------
name_search LOCKED ''
sees '2 RECORDS'
keys 1 Enter
ok 'locked' sees 'E310 RECORD LOCKED BY OPERATOR 4471'
keys C-u 2 Enter
sees E310
keys C-u 2 Enter
ok 'locked for a while' sees 'RSS40'
keys F3
sees 'PAGE 1'
back
name_search DENIED ''
sees '1 RECORDS'
keys 1 Enter
ok 'not for this operator' sees 'E403 NOT AUTHORISED FOR THIS RECORD'
back
name_search NOTHIM ''
ok 'nor the search' sees 'E403 NOT AUTHORISED FOR THIS SEARCH'
name_search FAULT ''
ok 'the index fails' sees 'E950 INDEX NOT AVAILABLE - TRY LATER'
name_search LOSTROW ''
sees '2 RECORDS'
ok 'a row that is not there' [ "$(screen | grep -c LOSTROW)" = 1 ]
back
name_search CLOSED ''
ok 'closed' sees 'CLOSED FOR ITS WINDOW UNTIL 06:00'
keys Enter
ok 'sign on again' sees 'ENTER=Sign on'
is 'what was searched is in the log' \
    "$(searches search 'map(.surname + ":" + .answer[:6]) | join(" ")')" \
    "JONES:listed O'BRIEN:none OBRIEN:listed LOCKED:listed DENIED:listed NOTHIM:E403 N FAULT:E950 I LOSTROW:listed CLOSED:closed"
is 'and who was looked at' "$(searches view 'map(.ref + ":" + .answer[:4]) | join(" ")')" \
    'V0000011:show V0000002:E310 V0000003:E310 V0000003:show V0000004:E403'
is 'by whom and why' "$(searches search '.[1] | [.operator, .purpose, .originator] | join("/")')" \
    'RPABOT/04/PC 1234'

# --- what else comes in between -----------------------------------------------------
start --justify-every 1 --notice-every 1 --slow-every 1 --slow-ms 3000
sign_on
purpose
keys JONES Enter
sees WORKING
keys Tab X
sees 'FULLER JUSTIFICATION'
ok 'what is typed meanwhile is lost' not shown X
keys short Enter
ok 'a reason is asked for' sees 'E041 STATE THE REASON'
keys C-u 'vetting, VET-0001' Enter
ok 'a notice' sees 'will be unavailable'
keys Enter
ok 'then the list' sees 'PAGE 1 OF 3'
keys 1 Enter
sees 'FULLER JUSTIFICATION'
keys F3
ok 'abandoned: the list again' sees 'PAGE 1 OF 3'
is 'the reason is in the log' "$(searches search '.[0].reason')" 'vetting, VET-0001'
is 'and what was abandoned' "$(searches view '.[0].answer')" abandoned

start --close-after 2
sign_on
purpose
keys JONES Enter
ok 'it says that it will close' sees 'I900 SYSTEM CLOSES SOON'
back
name_search JONES ''
sees 'PAGE 1'
back
name_search JONES ''
ok 'then it is closed' sees 'CLOSED FOR ITS WINDOW'
keys Enter
sees 'SIGN ON'
keys RPABOT Tab demo1234 Enter
ok 'for whoever signs on' sees 'E900 SYSTEM CLOSED UNTIL 06:00'

"$vt" --people /nonexistent 2>"$dir/err"
is 'no such file' $? 1
ok 'and it says so' grep -q 'No such file' "$dir/err"
"$vt" 2>/dev/null
is 'no file at all' $? 2
done_testing
