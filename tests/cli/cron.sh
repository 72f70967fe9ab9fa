#!/bin/bash
# rpa cron as people meet it; every vector through the command.
. "$(dirname "$0")/lib.sh"
cron() { # arguments; $status, $dir/out, $dir/err
    "$RPA" cron "$@" >"$dir/out" 2>"$dir/err"
    status=$?
}
out() { [ "$(cat "$dir/out")" = "$1" ]; }
err() { grep -qF -- "$1" "$dir/err"; }

cron next '30 1 * * *' --from 2026-03-28T12:00:00+00:00 --count 2
ok 'the missing hour of March' out $'2026-03-29T02:00:00+01:00\n2026-03-30T01:30:00+01:00'
cron next '30 1 * * *' --from 2026-03-28T12:00:00+00:00 --zone UTC
ok 'the zone counts' out 2026-03-29T01:30:00+00:00
TZ=Asia/Tokyo cron next '0 0 * * *' --from 2026-11-22T00:00:00+00:00
ok "the machine's does not" out 2026-11-23T00:00:00+00:00
cron next '0 0 30 2 *'
is 'never: exit 3' "$status" 3
ok 'and no line' [ ! -s "$dir/out" ]
ok 'nor a word' [ ! -s "$dir/err" ]
cron next '0/15 * * * *'
is 'refused: exit 4' "$status" 4
ok 'and how to write it' err 'write 0-59/15'
ok 'nothing on standard output' [ ! -s "$dir/out" ]

cron check '0 0 30 2 *'
is 'check refuses what never fires' "$status" 4
cron check '30 1 1-7 * MON' --from 2026-11-22T00:00:00+00:00
is 'check takes what is legal' "$status" 0
is 'with five times' "$(wc -l <"$dir/out")" 5
ok 'and says that one day field is enough' err 'either day field'
cron check '30 1 * * *' --from 2026-11-22T00:00:00+00:00
ok 'a clock change moves it: told' err 'one run a year is moved'
cron check '0 9 * * *' --from 2026-11-22T00:00:00+00:00
ok 'nothing to warn of' [ ! -s "$dir/err" ]
cron check '0 9 * * SUN-SUN' --from 2026-11-22T00:00:00+00:00
ok 'from Sunday to Sunday is a week: told' err 'from Sunday to Sunday is every day'
cron check '0 9 * * SAT-SUN' --from 2026-11-22T00:00:00+00:00
ok 'of a weekend nothing is' [ ! -s "$dir/err" ]
cron check '*/4294967297 * * * *' --from 2026-11-22T00:00:00+00:00
ok 'a step beyond all numbers is one that is long' err 'a step is longer than its range'
cron check @reboot
is 'an event is no time' "$status" 4

for slip in '--zone Mars/Base' '--zone Europe' '--zone Europe//London' '--zone ../../etc/passwd' '--from yesterday' \
    '--from 2026-11-22T00:00:00' '--from 2026-02-30T00:00:00Z' \
    '--from 2026-11-22T00:00:60Z' '--from 2026-11-22T00:00:00+25:00' \
    '--zone localtime' '--count 0'; do
    # shellcheck disable=SC2086 # two words
    cron next '0 0 * * *' $slip
    ok "refused: $slip" [ "$status" -eq 4 -o "$status" -eq 2 ]
    ok '  with what to try' err try:
done
cron next
is 'no expression is a usage error' "$status" 2
cron sometimes '0 0 * * *'
is 'so is another verb' "$status" 2

# --- a question a line --------------------------------------------------------------
printf '0 0 * * *\tEurope/London\t2026-11-22T00:00:00+00:00\t2\n0 0 31 6 *\n0/2 * * * *\nx\ty\tz\t1\t5\n0 0 * * *\tUTC\t2026-11-22T00:00:00Z\tmany\n' >"$dir/batch"
cron next --batch "$dir/batch"
is 'a batch goes on over what is refused' "$status" 0
is 'an answer a line' "$(cut -f1 "$dir/out" | tr '\n' ' ')" \
    '2026-11-23T00:00:00+00:00,2026-11-24T00:00:00+00:00 NONE ERROR ERROR ERROR '
ok 'with the reason behind a tab' grep -q $'^ERROR\tminute .0/2.: a step needs a range.*write 0-59/2$' "$dir/out"
cron check --batch "$dir/batch"
is 'check says that some were refused' "$status" 4
for verb in next check; do
    cron "$verb" --batch "$dir"
    is "$verb: a batch that is a folder" "$status" 4
    ok 'is said to be' grep -q 'error RPA100: reading .*Is a directory' "$dir/err"
done
printf '0 0 * * *\0 garbage\tUTC\n0 5 * * *\033[31m\n0 4 * *\r*\n0 3 * * *\tUTC\t2026-01-01T00:00:00Z\r\n' >"$dir/batch"
for verb in next check; do
    cron "$verb" --batch "$dir/batch"
    is "$verb: what is no text is refused, each line for itself" "$(cut -f1 "$dir/out" | cut -c 1-25 | tr '\n' ' ')" \
        'ERROR ERROR ERROR 2026-01-01T03:00:00+00:00 '
    ok "$verb: a NUL byte is named" grep -q '^ERROR	byte 10 of the line is NUL; ' "$dir/out"
    ok "$verb: and none drives the terminal" grep -qF '\x1b[31m' "$dir/out"
done
printf '\357\273\277@daily\tUTC\t2026-11-22T00:00:00Z\r\n' >"$dir/batch"
cron next --batch "$dir/batch"
is 'the mark some editors put before a text is no part of it' "$(cat "$dir/out")" 2026-11-23T00:00:00+00:00
printf '0 0 * * *\t\t2026-11-22T00:00:00+00:00\n30 1 * * *\t\t2026-11-22T00:00:00+00:00\t1\n' >"$dir/batch"
cron next --batch "$dir/batch"
is 'an empty column is not said' "$(tr '\n' ' ' <"$dir/out")" '2026-11-23T00:00:00+00:00 2026-11-22T01:30:00+00:00 '
cron check --batch "$dir/batch"
is 'nothing but times stands behind what is fine' "$(sed -n 2p "$dir/out")" '2026-11-22T01:30:00+00:00'
ok 'a warning names its line' err 'warning: line 2: falls into the hour'
cron next '-5 * * * *'
is 'an expression with a dash is no option' "$status" 4
ok 'but a bad one' err "minute '-5'"
cron next '0 0 * * *' -n 2 --zone UTC --from 2026-11-22T00:00:00Z
is 'as an option is no expression' "$(tr '\n' ' ' <"$dir/out")" '2026-11-23T00:00:00+00:00 2026-11-24T00:00:00+00:00 '

# --- of Quartz and UiPath -----------------------------------------------------------
cron check --import-quartz '0 0/30 22 ? * 2-6 *' --from 2026-11-22T00:00:00+00:00
is 'what it is here, and its times' "$status $(head -n 3 "$dir/out" | tr '\n' ' ')" \
    '0 */30 22 * * MON-FRI 2026-11-23T22:00:00+00:00 2026-11-23T22:30:00+00:00 '
cron next --import-quartz '0 0 9 ? 1/1 2#1 *' --from 2026-11-22T00:00:00+00:00
is 'or its times alone' "$(cat "$dir/out")" '2026-12-07T09:00:00+00:00'
cron check --import-quartz '0 0 9 1 1 ? 2027'
is 'what cannot be said is refused' "$status" 4
ok 'with the reason' err "year '2027': an expression here is for every year"
cron check --import-quartz '0 9 * * 1'
ok 'and one that is none of Quartz' err 'leave --import-quartz away'
printf '0 0 12 * * ?\tUTC\t2026-11-22T00:00:00Z\t1\n0 0 12 * * *\n0 0 0 30 2 ?\n' >"$dir/batch"
cron check --import-quartz --batch "$dir/batch"
is 'a batch of them' "$(cut -c 1-46 "$dir/out" | tr '\t\n' '|;')" \
    '2026-11-22T12:00:00+00:00|0 12 * * *;ERROR|one of day-of-month and day-of-week is ?;NONE|0 0 30 2 *;'
cron check --import-quartz '0 0 0 30 2 ?'
is 'one that never comes' "$status" 4
cron next --batch "$dir/nowhere"
is 'no such file' "$status" 4

vectors=$ROOT/tests/data/cron-vectors.tsv
awk -F'\t' -v OFS='\t' 'NR > 1 { n = gsub(/,/, ",", $4); print $1, $2, $3, n + 1 }' \
    "$vectors" >"$dir/batch"
tail -n +2 "$vectors" | cut -f4 >"$dir/want"
cron next --batch "$dir/batch"
cut -f1 "$dir/out" >"$dir/got"
ok "all $(wc -l <"$dir/want") vectors" cmp "$dir/got" "$dir/want"
done_testing
