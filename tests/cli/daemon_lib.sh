# shellcheck shell=bash
# For tests with a daemon of their own, after lib.sh.
daemon_pid=''

finish_daemon() {
    [ -z "$daemon_pid" ] || kill -KILL "$daemon_pid" 2>/dev/null
    finish
}
trap finish_daemon EXIT
diagnose() { tail -n 20 "$dir"/daemon.err "$dir"/*.out "$dir"/*.err 2>/dev/null; }

status() { "$RPA" status --json --state "$state" 2>/dev/null; }
is_so() { [ "$(status | jq "$1")" = true ]; } # about its status
start_daemon() { # options…
    "$RPA" daemon --state "$state" "$@" 2>>"$dir/daemon.err" &
    daemon_pid=$!
    until_ok 60 is_so '.pid > 0' || bail "no daemon: $(cat "$dir/daemon.err")"
}
end_daemon() { # the exit status goes to $status
    wait "$daemon_pid" 2>/dev/null
    status=$?
    daemon_pid=
}
logged() { grep -q "$1" "$dir/daemon.err"; } # a pattern, in its log
