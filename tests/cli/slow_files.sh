#!/bin/bash
# A daemon whose bots have files in a folder of a network that does not answer: the
# bot waits, and nobody else.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/daemon_lib.sh"
mkdir "$dir/files"
export SLOW_FILE=shared.txt SLOW_ONCE=$dir/slow SLOW_SYNC=$dir/sync
new_state
LD_PRELOAD=$SLOWFILES start_daemon
manifest='return { name = "f", files = { input = { list = "shared.txt" },
    output = { list = "shared.txt", whole = "whole.txt" } } }'
bot f "$manifest" <<'E2'
rpa.file("whole"):write(("x"):rep(8 << 20))
rpa.file("list"):append("one\n")
print("read", rpa.file("list"):read())
E2
bot other <<<'print("ran")'
run_there() { # bot: what is said goes to $dir/BOT.out
    "$RPA" run "$dir/bots/$1" --files "$dir/files" --state "$state" \
        >"$dir/$1.out" 2>"$dir/$1.err"
    echo "exit $?" >>"$dir/$1.out"
}
says_so() { grep -qF -- "$2" "$dir/$1.out" "$dir/$1.err"; }

touch "$SLOW_ONCE"
run_there f &
ok 'a bot writes a file there' until_ok 60 not test -e "$SLOW_ONCE"
ok 'what it wrote before is whole' test "$(stat -c %s "$dir/files/whole.txt")" = $((8 << 20))
run_there other
ok 'another runs meanwhile' says_so other 'ran'
ok 'the daemon answers, and the first still waits' is_so \
    '(.runs | length) == 1 and .runs[0].bot == "f"'
ok 'for what it does' is_so '.runs[0].waits_for == "the folder of its files"'
id=$(status | jq '.runs[0].run')
"$RPA" stop "$id" --now --state "$state" >/dev/null 2>&1
ok 'it can be ended' until_ok 60 says_so f 'exit 130'
ok 'and wrote nothing there' not test -e "$dir/files/shared.txt"
run_there f
ok 'the next is answered' says_so f 'read	one'
ok 'nothing else is left there' test "$(ls -A "$dir/files")" = $'shared.txt\nwhole.txt'

# --- the folder stops while a file is written: what became of it is told ----------------
outcome() { # of the last file that was to be written
    "$RPA" audit show --json --state "$state" | jq -rs '
        ([.[] | select(.kind == "FILE" and .field == "put")] | last.seq) as $file |
        [.[] | select(.kind == "OUTCOME" and .plain.intent == $file).plain.result] | join(",")'
}
manifest='return { name = "p", files = { output = { put = "put_shared.txt" } } }'
bot p "$manifest" <<<'rpa.file("put"):write("one\n")'
run_there p
is 'a file that is written has its outcome' "$(outcome)" 'done'
touch "$SLOW_ONCE"
run_there p &
ok 'another is being written' until_ok 60 not test -e "$SLOW_ONCE"
is 'and its row is there' "$(outcome)" ''
id=$(status | jq '.runs[0].run')
"$RPA" stop "$id" --now --state "$state" >/dev/null 2>&1
ok 'the run is ended' until_ok 60 says_so p 'exit 130'
is 'what became of it is not known, and told so' "$(outcome)" 'unknown'
touch "$SLOW_ONCE"
run_there p &
ok 'who writes a third' until_ok 60 not test -e "$SLOW_ONCE"
writer=$(pgrep -P "$daemon_pid" -f files | head -n 1)
kill -KILL "$writer"
ok 'is lost' until_ok 60 says_so p 'is lost'
is 'and that is told as well' "$(outcome)" 'unknown'
touch "$SLOW_ONCE"
run_there p &
ok 'a fourth is being written' until_ok 60 not test -e "$SLOW_ONCE"
kill -KILL "$daemon_pid"
end_daemon
is 'the daemon is lost, and so nobody says what became of it' "$(outcome)" ''
LD_PRELOAD=$SLOWFILES start_daemon
is 'the next one says that it is not known' "$(outcome)" 'unknown'
ok 'and so does its log' logged 'what became of 1 of its acts is not known'

# --- who writes one is lost between two of its pieces --------------------------------------
head -c 3000000 /dev/urandom >"$dir/long"
exec 6< <(cd "$dir" && exec python3 -u -m http.server -b 127.0.0.1 0 2>/dev/null)
web_pid=$!
read -r -t 60 line <&6 || bail 'no web server'
web=127.0.0.1:$(sed 's/.* port \([0-9]*\).*/\1/' <<<"$line")
bot saves "return { name = 'saves', target = 'web', http = { '$web' },
    files = { output = { put = 'long_shared.txt' } } }" <<LUA
rpa.http.request { url = "http://$web/long", save = "put" }
LUA
driver() { awk '$1 == "driver" { print $2 }' "$state/children"; }
gone() { ! kill -0 "$1" 2>/dev/null; }
first_is_done() { [ "$(outcome)" = "done" ]; }
touch "$SLOW_SYNC"
run_there saves &
ok 'a long file is being written' until_ok 60 not test -e "$SLOW_SYNC"
writer=$(pgrep -P "$daemon_pid" -f files | head -n 1)
kill -STOP "$(driver)"
kill -USR1 "$writer"
ok 'its first piece is' until_ok 60 first_is_done
kill -KILL "$writer"
ok 'who writes it is lost' until_ok 60 gone "$writer"
kill -CONT "$(driver)"
ok 'that ends the run' until_ok 60 says_so saves \
    'who reads and writes the files is lost: the process ended with signal 9'
ok 'there is no such file' not test -e "$dir/files/long_shared.txt"
run_there saves
ok 'the next writes it' cmp -s "$dir/long" "$dir/files/long_shared.txt"
ok 'and nothing of the first is left' not compgen -G "$dir/files/.long*"
kill "$web_pid"; exec 6<&-
"$RPA" stop --state "$state" >/dev/null
end_daemon
ok 'the daemon ends' exits 0
wait
ok 'the store verifies' verified
done_testing
