#!/bin/bash
# A daemon with many bots at once on one queue: $1 bots, $2 reports. Every report is
# filed once; the daemon's memory stays; no process that ended is kept, no display
# is left. The longest that its loop computed is told, and at most $3 ms, if given.
. "$(dirname "$0")/lib.sh"
bots=${1:-8} reports=${2:-2400}

rss() { awk '/^VmRSS:/ { print $2 }' "/proc/$daemon_pid/status"; }
zombies() { ps -o stat= --ppid "$daemon_pid" | grep -c Z; }
answers() { "$RPA" status --state "$state" >/dev/null 2>&1; }
gone() { ! kill -0 "$daemon_pid" 2>/dev/null; }
flat() { [ "$last" -le $((first + first / 5 + 4096)) ]; }
well() { [ "$1" = 0 ] || [ "$1" = 3 ]; }

start_source "$reports"
start_host --justify-every 0
new_state
# a sanitizer keeps what is freed, 256 MiB of it unless told otherwise
ASAN_OPTIONS=quarantine_size_mb=1 "$RPA" daemon --state "$state" --max-bots "$bots" 2>"$dir/err" &
daemon_pid=$!
pids+=" $daemon_pid"
until_ok 60 answers || bail "no daemon: $(cat "$dir/err")"
rekey_args
cd "$ROOT" || bail 'no checkout'
commands=()
for ((n = 0; n < bots; n++)); do
    "$RPA" "${args[@]}" --quiet >"$dir/out" 2>&1 &
    commands+=($!)
    pids+=" $!"
done
some() { [ "$(filed)" -gt $((reports / 10)) ]; }
until_ok 600 some || bail "it does not come on: $(tail -n 3 "$dir/err")"
first=$(rss)
for pid in "${commands[@]}"; do
    wait "$pid"
    ok 'a bot ends well' well $?
done
last=$(rss)
ok "the daemon's memory stays ($first KiB, then $last)" flat
ok 'no process that ended is kept' [ "$(zombies)" = 0 ]
ok 'every report is filed exactly once' proves
health() { "$RPA" status --state "$state" --json | jq ".health.$1"; }
longest=$(health longest_us) computed=$(health longest_cpu_us)
echo "# the loop's longest turn: $longest us, computing $computed us"
servers=$(ps -o pid=,comm= --ppid "$daemon_pid" | awk '$2 == "Xvfb" { print $1 }')
no_server() { for pid in $servers; do [ ! -e "/proc/$pid" ] || return 1; done; }
[ -z "${3-}" ] || ok "the loop computes for $3 ms at most" [ "$computed" -le $(($3 * 1000)) ]
"$RPA" stop --state "$state" >/dev/null
ok 'the daemon ends' until_ok 60 gone
ok 'no display is left' until_ok 60 no_server
ok 'nothing is left' not test -e "$state/children"
ok 'the store verifies' verifies
done_testing
