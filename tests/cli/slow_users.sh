#!/bin/bash
# A daemon on a machine whose users are kept on a network that does not answer: who
# asks waits, and nobody else.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/daemon_lib.sh"
mkdir "$dir/users" # away from the state directory, and there before
export SLOW_USERS=$dir/users/slow
new_state
printf 'return { roles = { operator = "%s" } }\n' "$(id -gn)" >"$dir/rpa.conf"
LD_PRELOAD=$SLOWUSERS start_daemon --config "$dir/rpa.conf"
asks() { # what its answer is goes to $dir/asks.err
    "$RPA" stop --now --state "$state" >/dev/null 2>"$dir/asks.err"
    echo "exit $?" >>"$dir/asks.err"
}
asked() { grep -q '^exit' "$dir/asks.err"; }
zombies() { ps -o stat= --ppid "$daemon_pid" | grep -c Z; }

touch "$SLOW_USERS"
asks &
ok 'who asks is looked up, for ever' until_ok 60 not test -e "$SLOW_USERS"
ok 'another is answered' is_so '.runs == []'
ok 'while the first waits' not asked
ok 'who cannot be looked up is refused, in the end' until_ok 60 asked
ok 'with what to see to' grep -q 'try: see whether this ends: getent passwd' "$dir/asks.err"
ok 'and stops nothing' is_so '.leaving == false'
ok 'no zombie' [ "$(zombies)" = 0 ]
touch "$SLOW_USERS"
asks &
ok 'another one is looked up, for ever' until_ok 60 not test -e "$SLOW_USERS"
"$RPA" stop --state "$state" >/dev/null
end_daemon
ok 'the next who asks is answered' exits 0
wait
ok 'who was not known yet is told that it ends' grep -q 'the supervisor is ending' "$dir/asks.err"
ok 'and not that it stopped it' grep -q '^exit 4' "$dir/asks.err"
ok 'the store verifies' verified
done_testing
