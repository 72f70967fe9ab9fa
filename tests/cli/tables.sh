#!/bin/bash
# A list over several pages in x3270: all of it, exactly, or an error.
. "$(dirname "$0")/lib.sh"
start_source --reports 1
new_state
bot_like list ''
main list <<'LUA'
local keying = require "keying"
local crs = rpa.window("Crime Recording"):grid()
keying.sign_on(crs, rpa.set.user)
crs:field("Option"):set("3")
crs:key("Enter")
crs:wait("CRIMES ON FILE")
for _ = 1, #rpa.set.source == 1 and 1 or 0 do
    crs:key("F8")
    crs:wait("PAGE 2")
end
for _, row in ipairs(crs:table("crimes on file", { timeout = 3 })) do
    print(("%s|%s|%s|%s"):format(row.REF, row.SURNAME, row.OFFENCE, row.VALUE))
end
LUA

# what the host has on file, written down once more
truth() { # how many
    awk -v all="$1" 'BEGIN {
        split("O'\''BRIEN,JONES,VAN DER WEYDEN,,HUGHES,LE  FEVRE,SMITH-ROWE", name, ",")
        split("BURGLARY,THEFT FROM A MOTOR VEHICLE,CRIMINAL DAMAGE,ROBBERY", offence, ",")
        for (n = 1; n <= all; n++) {
            pence = n * n * 3701 % 100000000
            pounds = int(pence / 100)
            money = pounds < 1000 ? pounds : int(pounds / 1000) "," sprintf("%03d", pounds % 1000)
            printf "CR25/%06d|%s|%s|%s.%02d\n", n, name[n % 7 + 1], offence[n % 4 + 1], money, pence % 100
        }
    }'
}
list() { # how many, host options…
    local all=$1
    start_host --list "$all" "${@:2}"
    truth "$all" >"$dir/truth"
    : >"$dir/out"
    rekey list
}
exact() { exits 0 && diff "$dir/truth" "$dir/out" >&2; }
nothing() { [ ! -s "$dir/out" ]; }

list 31
ok 'a list of three pages' exact
ok 'the key that turns them is audited' [ "$(kinds KEY)" -gt 2 ]
ok 'and no commit act' [ "$(kinds COMMIT)" = 0 ]
ok 'each page is a READ row' [ "$(kinds READ)" -gt 3 ]
ok 'audit' verified
list 12
ok 'a page that is full, and the last' exact
list 24 --work-ms 700
ok 'a host that takes its time over each page' exact
list 0
ok 'no crimes, and the screen says so' exact
ok 'audit' verified

list 31 --list-fault no-mark
ok 'a page without its mark' error 1 217 'list/main.lua:11' "the mark 'PAGE {page} OF {pages}' is not on the screen"
ok 'what was waited for' says 'waited 3.0 s'
ok 'what was seen, and no data of the list' says 'REF SURNAME OFFENCE VALUE | ▒'
ok 'no names' silent 'CR25/'
ok 'and nothing of the list' nothing
list 31 --list-fault skip
ok 'a page is skipped' error 1 217 'list/main.lua:11' 'page 3 came where page 2 was due'
ok 'nothing of the list' nothing
list 31 --list-fault stuck
ok 'the page does not turn' error 1 217 'list/main.lua:11' 'no other page came'
ok 'nothing of the list' nothing
list 7 --list-fault lost-row
ok 'the last row is not shown' error 1 217 'list/main.lua:11' 'its marks differ'
ok 'nothing of the list' nothing
start_host
source=2
rekey list
ok 'begun on the second page' error 1 217 'list/main.lua:11' 'page 2 came where page 1 was due'
ok 'nothing of the list' nothing
ok 'audit' verified
done_testing
