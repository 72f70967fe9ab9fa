#!/bin/bash
# Schedules that wait for a file: once for each state of it, when it is whole, also
# if it came while nobody looked; and nothing else in its folder counts.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/daemon_lib.sh"
schedules=$dir/schedules.lua
in=$dir/in
mkdir "$in"
bot reads 'return { name = "reads", files = { input = { list = "list.csv" } } }' <<'LUA'
rpa.log("list: " .. rpa.file("list"):read())
LUA
bot sees <<<'rpa.log("seen")'
cat >"$schedules" <<L
return {
    list = { bot = '$dir/bots/reads', file = { path = '$in/list.csv', settled = '1s' } },
    mark = { bot = '$dir/bots/sees', file = { path = '$in/mark', settled = '1s' } },
}
L
printf 'return { files = "%s" }\n' "$in" >"$dir/rpa.conf"
new_state
daemon() { start_daemon --schedules "$schedules" --config "$dir/rpa.conf" --warm 0; }
schedule() { rpa schedule "$@" --state "$state" --schedules "$schedules"; }
times() { [ "$(grep -c "$1" "$dir/daemon.err")" = "$2" ]; } # pattern, how often
marks=0
mark() { # what is there now was looked at for as long as it must be: a later file has
    marks=$((marks + 1))
    echo "$marks" >"$in/mark"
    until_ok 60 times 'seen$' "$marks"
}

# --- the file of schedules -----------------------------------------------------------
schedule explain list
ok 'explained' prints "It starts when $in/list.csv is there, or is another one, and has not changed for 1s"
bad() { # name, the table, what is told
    echo "return { bad = { bot = '$dir/bots/sees', $2 } }" >"$dir/bad.lua"
    rpa schedule check --schedules "$dir/bad.lua"
    ok "$1" says "$3"
}
bad 'a name within a folder that is not said' "file = { path = 'list.csv' }" 'wants its whole path from /'
bad 'a path that climbs' "file = { path = '/srv/../etc/x' }" 'wants its whole path from /'
bad 'two reasons' "at = '0 9 * * *', file = { path = '/srv/x' }" 'one of at, after, queue and file'
bad 'a folder that is not there' "file = { path = '$dir/none/x' }" 'the folder of its file is not there'

# --- they come -------------------------------------------------------------------------
echo before >"$in/list.csv"
touch -d '2 days ago' "$in/list.csv"
is_past() { [ "$(date +%s)" -gt "$(stat -c %Z "$in/list.csv")" ]; }
until_ok 60 is_past || bail 'the clock stands still'
daemon
schedule approve mark list
exits 0 || bail "not approved: $(cat "$dir/err")"
ok 'control: a file starts its schedule' mark
ok 'one from before the schedule does not' not logged '): list:'
exec 9>"$in/list.csv"
printf 'half ' >&9
ok 'one that somebody writes' mark
ok 'does not yet' not logged '): list:'
printf 'whole' >&9
exec 9>&-
ok 'it does when it is whole' until_ok 60 times '): list: half whole' 1
ln -s /etc/passwd "$in/link" && mv "$in/link" "$in/list.csv"
touch "$in/list.csv;reboot" "$in/list.csv.new" "$in/"$'\n'
ok 'a link and other names' mark
ok 'do not' times '): list: ' 1
echo second >"$in/new" && mv "$in/new" "$in/list.csv"
ok 'another file of its name does' until_ok 60 times '): list: second' 1
is 'by ticks that say why' "$("$RPA" audit show --kind SCHEDULE --json --state "$state" |
    jq -r 'select(.plain.schedule == "list" and .plain.fate) | .plain.cause + " " + .plain.fate' | paste -sd,)" \
    'file fired,file fired'

# --- while nobody looks ----------------------------------------------------------------
"$RPA" stop --state "$state" >/dev/null
end_daemon
echo third >"$in/new" && mv "$in/new" "$in/list.csv"
daemon
ok 'one that came meanwhile is found' until_ok 60 times '): list: third' 1
ok 'what had fired' mark
ok 'does not again' times '): list: ' 3
pid=$(pgrep -P "$daemon_pid" -f 'role inbox')
kill -KILL "$pid"
ok 'who looks may be lost' until_ok 60 logged 'who looks for files has ended'
echo fourth >"$in/new" && mv "$in/new" "$in/list.csv"
ok 'and another one looks' until_ok 60 times '): list: fourth' 1
"$RPA" stop --state "$state" >/dev/null
end_daemon
ok 'the daemon ends' exits 0
ok 'the store verifies' verified
done_testing
