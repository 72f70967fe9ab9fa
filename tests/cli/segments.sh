#!/bin/bash
# A store of many files, as people meet it: each run closes a segment; what is
# shown, proved, backed up and verified is all of them.
. "$(dirname "$0")/lib.sh"
export XDG_CONFIG_HOME=$dir/xdg
mkdir -p "$dir/xdg/rpa"
echo 'return { segment_rows = 1 }' >"$dir/xdg/rpa/rpa.conf"
files() { find "$1" -maxdepth 1 -name 'audit-*.db' | sort; }
count() { files "$1" | wc -l; }
audit() { rpa audit "$@" --state "$state"; }
rows() { "$RPA" audit show --json --state "$state" "$@" 2>>"$dir/err" | jq -es "$rows_are" >>"$dir/err"; }
says() { grep -aq -- "$1" "$dir/out"; }

for word in one two three four; do
    rpa run -e "print('$word')" --state "$state"
done
is 'four runs close four segments' "$(count "$state")" 4
is 'each with its manifest' "$(find "$state" -name 'audit-*.note' | wc -l)" 4
is 'read-only' "$(files "$state" | xargs stat -c %a | sort -u)" 400
audit verify
is 'they verify as one' "$status" 0
rows_are='map(.seq) == [range(1; length + 1)]'
ok 'all rows are shown, in order' rows
rows_are='length > 3 and all(.run == 2)'
ok 'those of a run in a segment' rows --run 2
since=$("$RPA" audit show --json --state "$state" --run 3 | head -1 | jq -r .time)
rows_are="length > 3 and all(.time[:19] >= \"${since:0:19}\") and
    any(.run == 3 and .kind == \"RUN_OPEN\")"
ok 'those since a time' rows --since "${since:0:19}"
rows_are='length == 5 and all(.kind == "RUN_OPEN")'
ok 'those of a kind' rows --kind RUN_OPEN
"$RPA" audit tail --json --state "$state" >"$dir/out"
is 'the last ten' "$(jq -s length "$dir/out")" 10
audit show --content --run 1
ok 'what was sealed in the first' says "$(printf one | od -An -tx1 | tr -d ' ')"

audit key
cp "$dir/out" "$dir/key"
audit export --run 2 --proof "$dir/proof"
is 'a run in a segment is exported' "$status" 0
"$RPA_VERIFY" --key "$dir/key" --proof "$dir/proof" >"$dir/out" 2>"$dir/err"
is 'and proved' "$?" 0
audit rebuild
is 'the tables are made anew from all files' "$status" 0

rpa backup "$dir/copy" --keys "$dir/keys" --state "$state"
is 'a backup' "$status" 0
is 'has them' "$(count "$dir/copy")" 4
rpa restore "$dir/copy" --keys "$dir/keys" --state "$dir/again"
is 'restored' "$status" 0
is 'still read-only' "$(files "$dir/again" | xargs stat -c %a | sort -u)" 400
"$RPA" audit verify --state "$dir/again" >"$dir/out" 2>"$dir/err"
is 'it verifies' "$?" 0

outside() { # rpa-verify alone, with the key kept apart
    "$RPA_VERIFY" --key "$dir/key" "$state" >"$dir/out" 2>"$dir/err"
    status=$?
}
second=$(files "$state" | sed -n 2p)
mv "$second" "$dir/away"
outside
is 'without one of them, by rpa-verify alone' "$status" 10
ok 'which names it' says "$(basename "$second") (rows [0-9]* to [0-9]*)"
audit verify
is 'without one of them' "$status" 10
ok 'which is named' says "$(basename "$second")"
audit show
ok 'nothing behind it is passed over in silence' [ "$status" != 0 ]
ok 'it says what to do' grep -aq 'put audit-\*.db and audit-\*.note back' "$dir/err"
rpa run -e "print('five')" --state "$state"
is 'a run goes on' "$status" 0
rpa backup "$dir/part" --keys "$dir/part.keys" --state "$state"
rpa restore "$dir/part" --keys "$dir/part.keys" --state "$dir/parted"
is 'a backup without it is restored' "$status" 0
ok 'and it says that it is not whole' says '^not all of them: row [0-9]* is in no file'
mv "$dir/away" "$second"
audit verify
is 'put back, it verifies' "$status" 0
chmod 600 "$second"
printf x | dd of="$second" bs=1 seek=5000 conv=notrunc 2>"$dir/err"
audit verify
is 'a byte of it changed' "$status" 1
sqlite3 "$second" "UPDATE entry SET t_us=t_us+1 WHERE seq=(SELECT max(seq) FROM entry)-1" \
    2>"$dir/err" || bail "no change: $(cat "$dir/err")"
outside
is 'a row of it, by rpa-verify alone' "$status" 1
done_testing
