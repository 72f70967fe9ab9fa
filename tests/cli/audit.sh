#!/bin/bash
# The audit judged from outside: the key, the note, the verifier's exit codes,
# and a run exported and proved without its store.
. "$(dirname "$0")/lib.sh"

outside() { # arguments of rpa-verify…
    "$RPA_VERIFY" "$@" >"$dir/out" 2>"$dir/err"
    status=$?
}
says() { grep -aq -- "$1" "$dir/out"; }

rpa run -e 'print("one")' --state "$state"
cp "$dir/err" "$dir/first"
rpa audit key --state "$state"
is 'the public key is printed' "$status" 0
cp "$dir/out" "$dir/key"
ok 'and was when it was made' grep -qF "$(cat "$dir/key")" "$dir/first"
rpa audit note --state "$state"
is 'and the newest note' "$status" 0
cp "$dir/out" "$dir/note"
ok 'which is a checkpoint, signed' \
    [ "$(sed -n '1p;5s/^— \([^ ]*\) .*/\1/p' "$dir/note" | sort -u | wc -l)" = 1 ]

outside --key "$dir/key" "$state"
is 'a run that has ended verifies' "$status" 0
ok 'and says what it did not ask for' says '^audit: verified (.*; not witnessed)$'
outside --key "$dir/key" --json "$state"
is 'as JSON' "$(jq -r '.verdict,.verified,.signed==.rows,.witnessed' "$dir/out" | paste -sd' ')" \
    'verified true true false'
rpa run -e 'print("two")' --state "$state"
outside --key "$dir/key" --since "$dir/note" "$state"
is 'an earlier note is found again' "$status" 0
ok 'the key was printed once' eval '! grep -qF "$(cat "$dir/key")" "$dir/err"'

cp -r "$state" "$dir/other"
rm "$dir/other/sign.key" "$dir/other/sign.pub" "$dir/other"/audit.db* "$dir/other"/keys.db*
rpa run -e 'print("one")' --state "$dir/other"
outside --key "$dir/other/sign.pub" "$state"
is "another store's key" "$status" 11
ok 'cannot check, and whose it is' says 'cannot check: the store is signed with another key, rpa-audit/'
outside --key "$dir/key" "$dir"
is 'no store' "$status" 11
for key in root.key sign.key; do
    rm -rf "$dir/lost"
    cp -r "$state" "$dir/lost"
    rm "$dir/lost/$key"
    rpa run -e 'print("one")' --state "$dir/lost"
    is "without $key nothing runs" "$status" 8
    ok 'which is said' grep -aq "restore $key from its backup" "$dir/err"
done
outside --key "$dir/note" "$state"
is 'no key' "$status" 11
outside --key "$dir/key"
is 'no directory' "$status" 2

# --- rolled back, and open ----------------------------------------------------------
sqlite3 "$state/audit.db" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
cp -r "$state" "$dir/old"
rpa run -e 'print("three")' --state "$state"
rpa audit note --state "$state"
cp "$dir/out" "$dir/newest"
outside --key "$dir/key" "$dir/old"
is 'a store put back is right in itself' "$status" 0
outside --key "$dir/key" --since "$dir/newest" "$dir/old"
is 'a later note shows it' "$status" 1
ok 'and from which row' says '^audit: row [0-9]*: the note given signs it'

# --- what whoever can write the store may not make of the verdict -------------------
altered() { # what, SQL, options of rpa-verify…
    rm -rf "$dir/altered"
    cp -r "$dir/old" "$dir/altered"
    sqlite3 "$dir/altered/audit.db" "$2" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null || bail "$1"
    outside --key "$dir/key" "${@:3}" "$dir/altered"
}
first='size=(SELECT min(size) FROM checkpoint)'
another="UPDATE checkpoint SET note=replace(note,substr(note,1,26),'rpa-audit/0000000000000000')"
altered 'one note' "$another WHERE $first"
is "one note in another's name" "$status" 1
altered 'one note' "$another WHERE $first" --run 1
is 'and of one run' "$status" 1
altered schema "PRAGMA writable_schema=1; UPDATE sqlite_schema SET sql=replace(replace(replace(
    sql,'actor','x0'),'host','actor'),'x0','host') WHERE name='run'"
is 'two columns exchanged by name' "$status" 1
ok 'are found by what they hold' says '^audit: row run 0: '

odd='CREATE TABLE "a"",""verdict"":""verified"",""verified"":true,""z"":""'$'\e''"(x)'
altered 'a table' "$odd"
rpa audit verify --json --state "$dir/altered"
is 'a name that would be a verdict' "$(jq -r '.verdict,.verified' "$dir/out" | paste -sd' ') $status" \
    'tampered false 1'
rpa audit verify --state "$dir/altered"
ok 'nor does it drive a terminal' eval "! says $'\e'"
(cd "$dir" && "$RPA" audit verify --state=--help) >"$dir/out" 2>"$dir/err"
is 'a directory is no option' "$?" 11
rm "$dir/altered"/audit.db*
sqlite3 "$dir/altered/audit.db" 'PRAGMA user_version=77'
outside --key "$dir/key" "$dir/altered"
is 'a store of another version' "$status" 11
ok 'is said to be one' says 'audit.db: of a kind or version that this program does not know'

altered 'the newest note' "UPDATE checkpoint SET note=char(27)||note"
rpa audit note --state "$dir/altered"
is 'a note that nobody signed is not printed' "$status $(wc -c <"$dir/out")" '1 0'

# --- a note from mail or paper -----------------------------------------------------------
sed 's/$/\r/' "$dir/note" >"$dir/note.crlf"
printf '%s' "$(cat "$dir/note")" >"$dir/note.cut"
{ cat "$dir/note"; printf '\n \r\n\n'; } >"$dir/note.blank"
for note in crlf cut blank; do
    outside --key "$dir/key" --since "$dir/note.$note" "$state"
    is "a note: $note" "$status" 0
done
{ cat "$dir/note"; tail -1 "$dir/note"; } >"$dir/note.twice"
{ echo; cat "$dir/note"; } >"$dir/note.late"
sed '2s/^/1/' "$dir/note" >"$dir/note.other"
sed 's/rpa-audit/rpb-audit/' "$dir/note" >"$dir/note.named"
for note in twice:none late:none other:changed "named:another key's"; do
    outside --key "$dir/key" --since "$dir/note.${note%%:*}" "$state"
    is "no note: $note" "$status" 11
    ok 'and what is wrong' says "the note given is ${note#*:}"
done

# --- a medium that cannot be written to --------------------------------------------------
cp "$RPA_VERIFY" "$dir/verify"
chmod a+rx "$dir"
chmod a+r "$dir/key"
reader() { # rpa-verify by somebody who may only read
    chmod -R a+rX,a-w "$dir/medium"
    set -- "$dir/verify" --key "$dir/key" "$dir/medium"
    [ "$(id -u)" != 0 ] || set -- setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
    status=0
    "$@" >"$dir/out" 2>&1 || status=$?
    chmod -R u+w "$dir/medium"
}
cp -r "$state" "$dir/medium"
[ -s "$dir/medium/audit.db-wal" ] || bail 'there is no log'
reader
is 'a copy with its log' "$status" 0
rm "$dir/medium/audit.db-shm"
reader
is 'half a log: cannot check' "$status" 11
sqlite3 "$dir/medium/audit.db" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
rm -f "$dir/medium/audit.db-shm"
: >"$dir/medium/audit.db-wal"
reader
is 'an empty one' "$status" 0
rm "$dir/medium/audit.db-wal"
reader
is 'none' "$status" 0
ok 'and nothing was written' [ ! -e "$dir/medium/audit.db-shm" ]

# --- one run, without the store ---------------------------------------------------------
rpa audit export --run 2 --proof "$dir/proof" --content --purpose 'reference=disclosure 7' \
    --state "$state"
is 'a run is exported' "$status" 0
rpa audit show --kind AUDIT_QUERY --content --json --state "$state"
is 'which is a disclosure, with its purpose' \
    "$(jq -r '.verb,.plain.what,.content.reference' "$dir/out" | head -n 3 | paste -sd,)" \
    'disclosure,export --content,disclosure 7'
disclosed() { sqlite3 "$state/audit.db" 'SELECT count(*) FROM entry WHERE kind=28 AND verb=4'; }
cat >"$dir/told.py" <<'PY'
import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
os.kill(os.getpid(), signal.SIGTERM) # which waits: it is told in the midst of its work
os.execv(sys.argv[1], sys.argv[1:])
PY
python3 "$dir/told.py" "$RPA" audit export --run 2 --proof "$dir/stopped" --state "$state" 2>"$dir/err"
ok 'an export that is told to stop fails' [ $? != 0 ]
ok 'which is said' grep -q 'the export was stopped' "$dir/err"
is 'and nothing of it is left' "$(find "$dir" -maxdepth 1 -name 'stopped*')" ''
before=$(disclosed)
rpa audit export --run 2 --proof "$dir/proof" --state "$state"
is 'never over another' "$status" 4
ok 'with a hint that is so' grep -q 'try: name a folder that is not there yet' "$dir/err"
rpa audit export --run 77 --proof "$dir/none" --state "$state"
is 'nor of a run that is not there' "$status" 4
is 'what was not disclosed is not rowed so' "$(disclosed)" "$before"
ok 'control: what was, is' [ "$before" -gt 0 ]
rpa run -e 'print("turned")' --purpose justification=$'turned \u202eround\u0085 <b>' \
    --state "$state"
last=$(sqlite3 "$state/audit.db" 'SELECT max(id) FROM run')
rpa audit export --run "$last" --proof "$dir/turned" --content --state "$state"
is 'a text that turns itself around' "$status" 0
ok 'is shown as what it is' grep -qF 'turned \xe2\x80\xaeround\xc2\x85 &#60;b&#62;' "$dir/turned/index.html"
mkdir "$dir/alone"
cp -r "$dir/proof" "$dir/key" "$dir/alone/"
outside --key "$dir/alone/key" --proof "$dir/alone/proof"
is 'it proves itself' "$status" 0
ok 'with all its rows' says '^audit: run 2: [1-9][0-9]* rows$'
ok 'the page says that it proves nothing' grep -q 'proves nothing' "$dir/proof/index.html"
ok 'and is well-formed enough to read' \
    [ "$(grep -c '^<tr><td>' "$dir/proof/index.html")" = \
        "$(sqlite3 "$dir/proof/proof.db" 'SELECT count(*) FROM entry WHERE run')" ]
outside --key "$dir/other/sign.pub" --proof "$dir/alone/proof"
is "not with another's key" "$status" 11

spoil() { # what, SQL
    rm -rf "$dir/spoilt"
    cp -r "$dir/proof" "$dir/spoilt"
    [ "$(sqlite3 "$dir/spoilt/proof.db" "$2; SELECT total_changes()")" -gt 0 ] ||
        bail "$1: nothing was changed"
    outside --key "$dir/key" --proof "$dir/spoilt"
    is "$1" "$status" 1
}
last='seq=(SELECT max(seq) FROM entry WHERE run)'
spoil 'a number changed' 'UPDATE entry SET kind=21 WHERE kind=27'
spoil 'a clear part changed' "UPDATE entry SET plain=replace(plain,'{','{ ') WHERE rseq=1"
spoil 'a row dropped' 'DELETE FROM entry WHERE run AND rseq=2'
spoil 'the last row dropped' "DELETE FROM entry WHERE $last"
of() { sqlite3 "$dir/proof/proof.db" "SELECT seq FROM entry WHERE run AND rseq=$1"; }
spoil 'two rows exchanged' "UPDATE entry SET seq=-1 WHERE seq=$(of 2);
    UPDATE entry SET seq=$(of 2) WHERE seq=$(of 3); UPDATE entry SET seq=$(of 3) WHERE seq=-1"
spoil 'the way to the root changed' "UPDATE path SET path=zeroblob(length(path)) WHERE $last"
spoil 'the note changed' "UPDATE checkpoint SET note=replace(note,char(10)||size||char(10),char(10)||(size+1)||char(10))"
spoil 'a row beside them' 'INSERT INTO entry SELECT seq+1000,run,rseq+1,t_us,mono_us,kind,verb,target,
    window,field,grp,plain,body,h FROM entry WHERE run; INSERT INTO path SELECT seq+1000,prev,path FROM path'
copied="run,rseq,t_us,mono_us,kind,verb,target,window,field,grp,plain,body,h FROM entry WHERE $last"
spoil 'a row with no way to the root' "INSERT INTO entry SELECT seq+1000,$copied"
spoil 'and one before all others' "INSERT INTO entry SELECT 2,$copied"
spoil 'one made to fit nothing' "INSERT INTO entry SELECT 99999,run,4,t_us,mono_us,24,verb,0,0,0,0,
    '{\"intent\":4,\"result\":\"done\"}',x'',zeroblob(32) FROM entry WHERE $last"
spoil 'a way to the root of no row' "INSERT INTO path SELECT seq+1000,prev,path FROM path WHERE $last"
spoil 'another note beside it' "INSERT INTO checkpoint SELECT size+1,t_us,note FROM checkpoint"
spoil 'a picture of no row' "INSERT INTO picture VALUES(100000,x'00',x'')"
spoil 'and one of a row that has none' "INSERT INTO picture SELECT seq,x'00',x'' FROM entry WHERE $last"
spoil 'the way to the root taken out' "UPDATE path SET path=x'' WHERE $last"
spoil 'a hash changed' 'UPDATE entry SET h=zeroblob(32) WHERE rseq=2 AND run'
echo nothing >"$dir/spoilt/proof.db"
outside --key "$dir/key" --proof "$dir/spoilt"
is 'no proof' "$status" 11

# --- following --------------------------------------------------------------------------
"$RPA" audit tail --follow --json --state "$state" >"$dir/followed" 2>&1 &
run_pid=$!
followed() { jq -es 'any(.kind == "RUN_CLOSE" and .run == 5)' "$dir/followed" >/dev/null 2>&1; }
"$RPA" run -e 'print("four")' --state "$state" >"$dir/out" 2>"$dir/err"
ok 'tail --follow shows rows as they come' until_ok 30 followed
kill "$run_pid" && wait "$run_pid" 2>/dev/null
run_pid=
rpa audit verify --state "$state"
is 'and it all verifies' "$status" 0
# --- a state directory named from here -------------------------------------------------
here() { cd "$dir" && "$RPA" run -e 'print("here")' --state from-here >"$dir/out" 2>"$dir/err"; }
ok 'a run with a relative state directory' eval '(here)'
ok 'keeps its store there' [ -s "$dir/from-here/audit.db" ]
# --- read beside a run ----------------------------------------------------------------
mkfifo "$dir/on"
"$RPA" run -e 'rpa.log("on") while true do end' --timeout 60 --state "$state" 2>"$dir/on" &
run_pid=$!
exec 6<"$dir/on"
ok 'a run is on' await on
rpa audit show --content --run 1 --purpose justification='beside a run' --state "$state"
is 'what was sealed is read beside it' "$status" 0
rpa audit tail --purpose justification='beside a run' --state "$state"
ok 'and so is its end, and why, in rows of their own' says 'AUDIT_QUERY consultation .*"what":"tail"'
is 'each with who' "$("$RPA" audit show --json --kind AUDIT_QUERY --state "$state" | tail -2 |
    jq -r '"\(.plain.what) \(.plain.run) \(.plain.actor) \(.sealed_len > 0)"' | paste -sd,)" \
    "show --content 1 $(id -un) true,tail -1 $(id -un) true"
rpa audit export --run 1 --proof "$dir/beside" --state "$state"
is 'a run is exported beside another' "$status" 0
kill "$run_pid"
wait "$run_pid"
run_pid=
exec 6<&-

done_testing
