#!/bin/bash
# rpa schedule as a night manager meets it.
. "$(dirname "$0")/lib.sh"
file=$dir/schedules.lua
schedule() { # arguments; $status, $dir/out, $dir/err
    "$RPA" schedule "$@" --schedules "$file" --state "$dir/st" >"$dir/out" 2>"$dir/err"
    status=$?
}
line() { # number: that line of the output, its blanks single
    sed -n "$1p" "$dir/out" | tr -s ' '
}
err() { grep -qF -- "$1" "$dir/err"; }

cat >"$file" <<'L'
return {
    rekey = { bot = "rekey_crime_reports", at = "30 1 * * *", window = "22:00-06:00" },
    month_end = { bot = "hello", at = "0 9 L * *",
        calendar = { division = "england-and-wales", weekends = true, on = "roll_prev" } },
    nightly = { bot = "hello", at = "0 2 * * *", calendar = { division = "scotland" } },
}
L
schedule check
is 'a good file' "$status $(line 1)" '0 3 schedules, no faults'
ok 'and what is often not meant' err 'rekey: falls into the hour that is missing'

schedule list
is 'each with its next time' "$(cut -d' ' -f1 "$dir/out" | tr '\n' ' ')" 'month_end nightly rekey '
schedule next -n 3 --from 2026-12-24T12:00:00+00:00
is 'all in the order of time' "$(tr '\n' ';' <"$dir/out")" \
    '2026-12-25T01:30:00+00:00 rekey;2026-12-26T01:30:00+00:00 rekey;2026-12-26T02:00:00+00:00 nightly;'
schedule next month_end -n 2 --from 2026-05-01T00:00:00+01:00
is 'one of them, moved to a working day' "$(tr '\n' ';' <"$dir/out")" \
    '2026-05-29T09:00:00+01:00 month_end;2026-06-30T09:00:00+01:00 month_end;'

schedule explain rekey -n 2 --from 2026-03-28T12:00:00+00:00
is 'in words: the missing hour, and how long the window is' "$(line 1)" \
    'Sun 29 Mar 2026 02:00 BST (+01:00, 01:00 UTC) its time is missing that day, clocks go forward: it runs when they have clocks change: the window has 7 hours'
is 'an ordinary night has no remark' "$(line 2)" 'Mon 30 Mar 2026 01:30 BST (+01:00, 00:30 UTC)'
schedule explain nightly -n 1 --from 2026-12-24T12:00:00+00:00
is 'a day off' "$(line 1)" 'Fri 25 Dec 2026 02:00 GMT (+00:00, 02:00 UTC) not run: Christmas Day'
schedule explain month_end -n 1 --from 2026-05-01T00:00:00+01:00
is 'a day moved' "$(line 1)" \
    'Fri 29 May 2026 09:00 BST (+01:00, 08:00 UTC) moved from Sun 31 May 2026 09:00 BST: Sunday'

schedule next month_end -n 1 --from 2026-05-30T12:00:00+01:00
is 'one that a day off moved to before now is over' "$(cat "$dir/out")" '2026-06-30T09:00:00+01:00 month_end'
schedule explain month_end -n 1 --from 2026-05-30T12:00:00+01:00
is '  and is not explained' "$(line 1)" 'Tue 30 Jun 2026 09:00 BST (+01:00, 08:00 UTC)'
schedule explain month_end -n 1 --from 2032-01-01T00:00:00Z
is 'a year without bank holidays is named' "$(line 1)" \
    'Fri 30 Jan 2032 09:00 GMT (+00:00, 09:00 UTC) moved from Sat 31 Jan 2032 09:00 GMT: Saturday no bank holidays of that year are known'
schedule explain month_end -n 1 --from 2026-05-01T00:00:00+01:00

is 'what becomes of one that is late' "$(tail -n 3 "$dir/out" | tr '\n' ' ')" \
    'It is missed when it cannot start within half the time to the next one, at least 1m and at most 1h; of several that are late the newest runs. While a run of it is at work, the next is skipped. But nobody has approved it, and it does not start: rpa schedule approve month_end. '
cp "$file" "$dir/kept"
cat >"$file" <<'L'
return {
    a = { bot = "hello", at = "0 2 * * *", stop_at = "05:30", run_timeout = "2h30m", jitter = "10m",
        overlap = "queue_one", missed = "run_all", start_deadline = "90m" },
    after = { bot = "hello", after = { schedule = "a", on = "failure", within = "3h" } },
    boot = { bot = "hello", at = "@reboot" },
    queue = { bot = "hello", queue = { name = "crime", min = 5, oldest = "15m", per_worker = 100, workers = 6 },
        window = "22:00-06:00", calendar = { division = "scotland" } },
}
L
cat >"$dir/days.lua" <<'L'
return {
    daily = { bot = "hello", at = "0 9 * * *",
        calendar = { division = "england-and-wales", weekends = true, on = "roll_next" } },
    each = { bot = "hello", at = "0 9 * * *", missed = "run_all", start_deadline = "5h",
        calendar = { division = "england-and-wales", weekends = true, on = "roll_next" } },
    night = { bot = "hello", at = "0 2 * * *", window = "22:00-06:00", calendar = { division = "scotland" } },
    often = { bot = "hello", at = "@every 2h30m" },
    late = { bot = "hello", at = "59 5 * * *", window = "22:00-06:00", jitter = "1h" },
    soon = { bot = "hello", at = "0 4 * * *", window = "22:00-06:00", jitter = "1h" },
    alone = { bot = "hello", queue = { name = "crime", workers = 3 } },
}
L
days() { # arguments
    "$RPA" schedule "$@" --schedules "$dir/days.lua" --state "$dir/st" >"$dir/out" 2>"$dir/err"
}
days check --from 2026-11-23T12:00:00Z
ok 'a jitter that leaves the window: told' err 'late: its jitter puts its time of 2026-11-24T05:59:00+00:00 outside its window'
ok 'of one that stays nothing is' not err soon
ok 'workers that none will be: told' err 'alone: one run at a time works on its queue'
days next daily -n 2 --from 2026-04-04T12:00:00+01:00
is 'four days off and a working day are one run' "$(tr '\n' ';' <"$dir/out")" \
    '2026-04-07T09:00:00+01:00 daily;2026-04-08T09:00:00+01:00 daily;'
days explain daily -n 2 --from 2026-04-05T12:00:00+01:00
is 'which is said of each' "$(head -n 2 "$dir/out" | cut -d' ' -f 15- | tr '\n' ';')" \
    'Fri  3 Apr 2026 09:00 BST: Good Friday  one run with the next;Sat  4 Apr 2026 09:00 BST: Saturday  one run with the next;'
days next each -n 3 --from 2026-04-04T12:00:00+01:00
is 'but where each runs' "$(sort -u "$dir/out" | tr '\n' ';')" '2026-04-07T09:00:00+01:00 each;'
days explain night -n 2 --from 2026-12-25T12:00:00Z
is 'a night is of the day its window opened on' "$(line 1)" \
    'Sat 26 Dec 2026 02:00 GMT (+00:00, 02:00 UTC) not run: Christmas Day, when its window opened'
days explain often -n 1 --from 2026-11-23T00:00:00Z
is 'an interval that nobody loaded' "$(line 1);$(line 2)" \
    'Mon 23 Nov 2026 02:30 GMT (+00:00, 02:30 UTC);It counts from when it is first loaded, and was not yet: these times count from 1970-01-01 UTC.'

schedule explain a -n 1
is 'every knob in words' "$(tail -n +2 "$dir/out" | tr '\n' ' ')" \
    'It is missed when it cannot start within 1h30m of its time; of several that are late each runs, one after another. Its jitter starts it 3m16s after its time, always. While a run of it is at work, one waits for its end. At 05:30 a run finishes its item and ends. A run is ended hard 2h30m after its start. But nobody has approved it, and it does not start: rpa schedule approve a. '
schedule explain after
is 'one that follows' "$(line 1)" 'It starts when a has failed, within 3h of that run'"'"'s time; else it is blocked.'
schedule explain boot
is 'one that starts with the machine' "$(line 1)" 'It starts once after each start of the machine.'
schedule explain queue -n 2 --from 2026-10-24T12:00:00+01:00
is 'one that a queue starts' "$(line 1)" \
    'It starts when 5 items of the queue crime are ready, or one has waited 15m: a worker for each 100, at most 6. It is looked at every 30 s and when a run ends.'
is 'and its window: 9 hours in October' "$(line 2)" \
    'Sat 24 Oct 2026 22:00 BST to Sun 25 Oct 2026 06:00 GMT, 9 hours: clocks change'
schedule explain queue -n 1 --from 2026-03-28T12:00:00+00:00
is '7 in March' "$(line 2)" 'Sat 28 Mar 2026 22:00 GMT to Sun 29 Mar 2026 06:00 BST, 7 hours: clocks change'
schedule explain queue -n 1 --from 2026-12-25T12:00:00+00:00
is 'none on a day off' "$(line 2)" 'Fri 25 Dec 2026 22:00 GMT to Sat 26 Dec 2026 06:00 GMT, 8 hours not run: Christmas Day'
cp "$dir/kept" "$file"
schedule explain rekeying
is 'no such schedule' "$status" 4
ok 'which there are' err 'month_end, nightly, rekey'
schedule explain
is 'none named is a usage error' "$status" 2


# ---- what people decide of it ----
me=$(id -un)
state() { # name: its line of the list, blanks single, without the next time
    schedule list
    grep "^$1 " "$dir/out" | tr -s ' ' | cut -d' ' -f3-
}
is 'nobody has approved it' "$(state rekey)" 'not approved - 30 1 * * * rekey_crime_reports'
schedule approve rekey
is 'approved, by whom' "$status $(line 1)" "0 rekey approved by $me"
is 'which is shown' "$(state rekey)" 'approved - 30 1 * * * rekey_crime_reports'
sed -i 's/"22:00-06:00"/"21:00-06:00"/' "$file"
is 'another text is not what was approved' "$(state rekey)" 'changed - 30 1 * * * rekey_crime_reports'
sed -i 's/rekey = {.*/rekey = { window = "22:00-06:00", at = "30 1 * * *", bot = "rekey_crime_reports" }, -- as it was/' "$file"
is 'the same in another order is' "$(state rekey)" 'approved - 30 1 * * * rekey_crime_reports'
schedule pause rekey
is 'a pause without why' "$status" 4
schedule pause rekey --why 'the host moves'
is 'a pause' "$status $(line 1)" "0 rekey paused by $me"
schedule explain rekey -n 1
is 'explained too' "$(tail -n 1 "$dir/out")" "But it is paused by $me: the host moves."
schedule list --json
is 'with why' "$(python3 -c 'import json, sys
for line in sys.stdin:
    s = json.loads(line)
    if s["name"] == "rekey": print(s["state"], s["paused_by"], s["why"], s["approved_by"])' <"$dir/out")" \
    "paused $me the host moves $me"
schedule explain month_end -n 1
is 'as that nobody has approved one' "$(tail -n 1 "$dir/out")" \
    'But nobody has approved it, and it does not start: rpa schedule approve month_end.'
schedule pause rekey --why $'\e[2Ja\nb'
schedule explain rekey -n 1
is 'nothing of which drives a terminal' "$(tail -n 1 "$dir/out")" "But it is paused by $me: \x1b[2Ja\x0ab."
schedule resume rekey --why 'it has'
is 'and its end' "$(line 1) $(state rekey)" "rekey resumed by $me approved - 30 1 * * * rekey_crime_reports"
schedule run rekey
is 'nothing starts where no daemon runs' "$status" 4
ok 'what does' err 'rpa daemon'
schedule approve rekey no_such
is 'an unknown one is not approved' "$status" 4
ok 'nor is any with it' not grep -q approved "$dir/out"
"$RPA" audit show --state "$dir/st" --kind SCHEDULE --json >"$dir/rows"
is 'the audit has each word, and whose' "$(python3 -c 'import json, sys
print(" ".join(json.loads(l)["plain"]["asked"] + ":" + json.loads(l)["plain"]["by"] for l in sys.stdin))' <"$dir/rows")" \
    "approve:$me pause:$me pause:$me pause:$me resume:$me run:$me"
ok 'and is whole' "$RPA" audit verify --state "$dir/st"

cat >"$file" <<'L'
return {
    a = { bot = "hello", at = "0 2 * * *", stop_at = "06:00", missed = "run_all", start_deadline = "2h" },
    b = { bot = "hello", after = { schedule = "a", on = "any", within = "90m" }, run_timeout = "1h" },
    q = { bot = "hello", queue = { name = "reports", oldest = "10m", per_worker = 100, workers = 4 } },
    r = { bot = "hello", at = "@reboot" },
}
L
schedule check
is 'what starts by something else than a time' "$status $(line 1) $(wc -l <"$dir/err")" '0 4 schedules, no faults 0'
is 'is shown as that' "$(state b)$(state q)" 'not approved - after a hellonot approved - queue reports hello'
schedule next b
ok 'it has no times' err 'b starts by after a, not at times'
cat >"$file" <<'L'
return {
    a = { bot = "hello", after = { schedule = "b" } },
    b = { bot = "hello", after = { schedule = "a" } },
    c = { bot = "hello", after = { schedule = "z" } },
}
L
schedule check
is 'what follows itself, and what nobody knows' "$status $(grep -c 'what it follows follows it' "$dir/err") $(grep -c "no schedule is called 'z'" "$dir/err")" '4 2 1'
cat >"$file" <<'L'
return {
    a = { bot = "hello", at = "0 9 * * *", queue = { name = "x" } },
    b = { bot = "hello" },
    c = { bot = "hello", at = "0 9 * * *", missed = "run_all" },
    d = { bot = "hello", queue = { name = "x" }, overlap = "allow" },
    e = { bot = "hello", at = "@reboot", jitter = "5m" },
    f = { bot = "hello", at = "0 9 * * *", set = { port = 1 } },
    ["g h"] = { bot = "hello", at = "0 9 * * *" },
    i = { bot = "hello", at = "0 9 * * *", purpose = "reason=99" },
}
L
schedule check
for fault in 'a: it starts by one of' 'b: it starts by one of' 'c: run_all wants a start_deadline' 'd: a queue has workers' \
    'e: missed and jitter are for' "f: hello has no setting 'port'" 'g h: a name is' 'i: '; do
    ok "does not go together: $fault" err "$fault"
done
echo 'return { a = { bot = "hello", at = "0 9 * * *", run_timeout = "soon", stop_at = "25:00", missed = "all" } }' >"$file"
schedule check
ok 'what is no such word' sh -c 'for f in run_timeout.wants stop_at.wants missed.wants; do grep -q $f "$0" || exit 1; done' "$dir/err"

cat >"$file" <<'L'
return {
    a = { bot = "nobot", at = "0 9 * * *" },
    b = { bot = "hello", at = "0/5 * * * *" },
    c = { bot = "hello", at = "0 0 30 2 *" },
    d = { bot = "hello", at = "0 9,10 * * *",
        calendar = { division = "scotland", on = "roll_next" } },
    e = { bot = "hello", at = "0 9 * * *", zone = "Mars" },
    f = { bot = "hello", at = "0 9 * * *", window = "22:00-06:00" },
}
L
schedule check
is 'a bad file' "$status" 4
for fault in "a: there is no bot 'nobot'" "b: minute '0/5'" 'write 0-59/5' 'c: it never fires' \
    'd: only what fires once a day' "e: there is no time zone 'Mars'" \
    'f: the next 400 times are all'; do
    ok "told with the others: $fault" err "$fault"
done
echo 'return { a = { bot = "hello", at = "0 9 13 * FRI", start_deadline = "10s" } }' >"$file"
schedule check --from 2026-11-01T00:00:00+00:00
ok 'two day fields are warned of' err 'runs on days that fit either day field'
ok 'and which days these are' err 'its next times: 2026-11-06T09:00:00+00:00 2026-11-13T09:00:00+00:00 2026-11-20T09:00:00+00:00 2026-11-27T09:00:00+00:00 2026-12-04T09:00:00+00:00'
schedule explain a -n 1
ok 'no deadline is under a minute' grep -q 'cannot start within 1m of its time' "$dir/out"
echo 'return { a = { bot = 3, att = "x" }, b = 7 }' >"$file"
schedule list
is 'what is no schedule' "$status" 4
ok 'a key too many, a wrong kind' sh -c 'for f in a.bot.wants a.att.is.not.known schedules.b.wants; do grep -q $f "$0" || exit 1; done' "$dir/err"
cat >"$file" <<'L'
return { e = { at = 1 }, b = { at = 1 }, d = { at = 1 }, a = { at = 1 }, c = { at = 1 } }
L
for _ in 1 2 3; do
    schedule check
    sed -n 's/.*schedules\.\([a-e]\)\..*/\1/p' "$dir/err" | uniq | paste -sd' '
done | sort -u >"$dir/orders"
is 'faults are told in the order of names' "$(cat "$dir/orders")" 'a b c d e'
echo 'return {' >"$file"
schedule check
is 'what is no Lua' "$status" 4
rm "$file"
schedule check
ok 'no file' err 'No such file'
mkfifo "$file"
timeout 20 "$RPA" schedule check --schedules "$file" --state "$dir/st" 2>"$dir/err"
is 'a pipe is not waited for' $? 4
ok '  but refused' err 'is no regular file'
done_testing
