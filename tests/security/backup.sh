#!/bin/bash
# A backup has the stores in one folder and the keys in another; what is
# restored is what was, and an older one is not taken for it.
. "$(dirname "$0")/lib.sh"

last_note() { query 'SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1'; }
one_run() { "$RPA" run -e "print('$1')" --state "$state" >"$dir/out" 2>"$dir/err"; }
back_up() { rpa backup "$dir/$1" --keys "$dir/$1.keys" --state "$state"; }
restore() { # from, keys of, options…
    rm -rf "$dir/again"
    rpa restore "$dir/$1" --keys "$dir/$2.keys" --state "$dir/again" "${@:3}"
}
fails() { ! "$@"; }
nothing_restored() { [ -z "$(find "$dir/again" -type f 2>/dev/null)" ]; }
holds() { # a word of what was printed
    "$RPA" audit show --content --state "$dir/again" 2>"$dir/err" |
        grep -q "$(printf %s "$1" | od -An -tx1 | tr -d ' ')"
}

new_state
one_run first
back_up one
is 'a backup' "$status" 0
ok 'says of how many rows' \
    printed "$(sqlite3 -readonly "$dir/one/audit.db" 'SELECT max(seq) FROM entry') rows"
ok 'the stores have no key with them' \
    [ "$(cd "$dir/one" && echo *)" = 'audit.db queue.db sign.pub' ]
ok 'the keys have a folder of their own' \
    [ "$(cd "$dir/one.keys" && echo *)" = 'keys.db root.key secrets.db sign.key' ]
is 'for its owner alone' "$(stat -c %a "$dir/one" "$dir/one.keys" "$dir/one.keys/root.key" | tr '\n' ' ')" '700 700 600 '
last_note >"$dir/note.one"
one_run second
back_up two
is 'another' "$status" 0
last_note >"$dir/note.two"

restore one one
is 'the first, restored' "$status" 0
ok 'says that nothing shows it to be the last' printed 'without --note'
ok 'and says so in a row' [ "$("$RPA" audit show --state "$dir/again" | grep -c '"what":"restore"')" = 1 ]
ok 'it verifies' "$RPA" audit verify --state "$dir/again"
ok 'its content opens' holds first
ok 'it goes on' "$RPA" run -e 'print(1)' --state "$dir/again"
ok 'and verifies' "$RPA" audit verify --state "$dir/again"

restore two two --note "$dir/note.one"
is 'the second, with the note of the first' "$status" 0
ok 'has both' holds second
restore two two --note "$dir/note.two"
is 'with its own note' "$status" 0
restore one one --note "$dir/note.two"
is 'the first, with the note of the second' "$status" 1
ok 'was rolled back' said 'rolled back: the note is over'
ok 'and nothing of it is left' nothing_restored
restore one two
is 'an older store with newer keys' "$status" 1
ok 'lacks rows' said 'rows were acknowledged'
ok 'and nothing of it is left' nothing_restored
sed 's/^\([0-9]*\)$/9\1/' "$dir/note.two" >"$dir/note.bad"
restore two two --note "$dir/note.bad"
is 'a note that nobody signed' "$status" 4
ok 'is said to be changed' said 'the note was changed or cut'
sed 's/$/\r/' "$dir/note.two" >"$dir/note.crlf"
printf '%s' "$(cat "$dir/note.two")" >"$dir/note.cut"
{ cat "$dir/note.two"; printf '\n \r\n'; } >"$dir/note.blank"
for note in crlf cut blank; do
    restore two two --note "$dir/note.$note"
    is "a note as mail leaves it: $note" "$status" 0
done
{ cat "$dir/note.two"; echo '— another eHh4eHh4eHg='; } >"$dir/note.more"
restore two two --note "$dir/note.more"
is 'one with another signature, as rpa-verify has it' "$status" 4
sed 's/rpa-audit/rpb-audit/' "$dir/note.two" >"$dir/note.named"
restore two two --note "$dir/note.named"
ok "another key's is said to be" said "not of this store's key"

"$RPA" restore "$dir/one" --keys "$dir/one.keys" --state "$state" 2>"$dir/err"
is 'over a state directory in use' "$?" 4
ok 'which it names' said "$state/audit.db is there already"
head -c 30000 "$dir/two/audit.db" >"$dir/cut"
cp -r "$dir/two" "$dir/three"
cp -r "$dir/two.keys" "$dir/three.keys"
cp "$dir/cut" "$dir/three/audit.db"
restore three three
ok 'a backup that was cut is refused' [ "$status" != 0 ]
ok 'and nothing of it is left' nothing_restored

# A row in the middle, changed to as many bytes: no signature is read to see it.
cp -r "$dir/two" "$dir/forged"
cp -r "$dir/two.keys" "$dir/forged.keys"
restore forged forged --note "$dir/note.two"
is 'control: the copy is restored' "$status" 0
sed -i 's/"what":"backup"/"what":"Backup"/' "$dir/forged/audit.db"
ok 'one row of it is changed' fails cmp -s "$dir/two/audit.db" "$dir/forged/audit.db"
restore forged forged --note "$dir/note.two"
is 'a backup with a row changed' "$status" 1
ok 'is refused, with the row' said 'row [0-9]*: its hash does not match'
ok 'nothing is said to be restored' fails printed restored
ok 'and nothing of it is left' nothing_restored

# --- where it would be the end of the store ------------------------------------
inodes() { stat -c '%i %n' "$state"/*.db "$state"/*.key | cksum; }
before=$(inodes)
ln -s "$state" "$dir/link"
refused() { # what, folder, keys
    rpa backup "$2" --keys "$3" --state "$state"
    is "$1" "$status" 4
    ok 'which is said' said 'three folders, none within another'
    is 'nothing was touched' "$(inodes)" "$before"
}
refused 'a backup onto the state directory' "$state" "$dir/k"
refused 'keys onto it' "$dir/b" "$state"
refused 'by another name' "$dir/link/." "$dir/k"
refused 'into it' "$state/backup" "$dir/k"
refused 'around it' "$dir" "$dir.k"
rm -rf "$dir.k"
refused 'keys beside the stores' "$dir/b" "$dir/b/"
refused 'or within them' "$dir/b" "$dir/b/keys"
is 'no key is there' "$(find "$dir/b" "$dir/k" -type f)" ''
rpa restore "$dir/one" --keys "$dir/one.keys" --state "$dir/one/again"
is 'nor is one restored into its backup' "$status" 4
mkdir "$dir/theirs"
"$RPA" run -e 'print(1)' --state "$dir/theirs" >"$dir/out" 2>"$dir/err"
for to in "$dir/one $dir/fresh" "$dir/fresh $dir/one.keys"; do
    rpa backup "${to% *}" --keys "${to#* }" --state "$dir/theirs"
    is "another store over a backup" "$status" 4
    ok 'which is said' said "another store's backup is there"
done
restore one one
is 'the backup is what it was' "$status" 0

# What SQLite left beside another store would be read into this one.
for left in audit.db-wal keys.db-journal; do
    rm -rf "$dir/again"
    mkdir "$dir/again"
    echo old >"$dir/again/$left"
    rpa restore "$dir/one" --keys "$dir/one.keys" --state "$dir/again"
    is "$left of another store" "$status" 4
    is 'is left as it was' "$(cat "$dir/again/$left")" old
done

# A run writes all the time, a group's key with it, while it is copied: all
# stores are of one moment, so no acknowledged row and no key is missing.
"$RPA" run -e 'for i = 1, 1e9 do rpa.subject("S" .. i); print("word" .. i) end' \
    --state "$state" >"$dir/run.out" 2>"$dir/run.err" &
run_pid=$!
pids+=" $run_pid"
has_printed() { [ "$(wc -l <"$dir/run.out")" -gt "$1" ]; }
until_ok 30 has_printed 5 || bail 'nothing is printed'
for n in four five six; do
    printed=$(wc -l <"$dir/run.out")
    back_up "$n"
    is "beside a run: $n" "$status" 0
    before=$(sed -n "${printed}p" "$dir/run.out")
    until_ok 30 has_printed "$((printed + 5))" || bail 'the run does not go on'
    restore "$n" "$n"
    is 'restored, it is taken' "$status" 0
    ok 'it verifies, each body opens' "$RPA" audit verify --state "$dir/again"
    ok 'it has what was done before' holds "$before"
    ok 'and that it was copied' [ "$("$RPA" audit show --state "$dir/again" | grep -c '"what":"backup"')" -ge 3 ]
done
restore six five # stores and keys of two moments
is 'what does not fit together is refused' "$status" 1
ok 'and nothing of it is left' nothing_restored
kill -INT "$run_pid"
wait_run
ok 'the store of the run verifies' verifies
done_testing
