#!/bin/bash
# After a real run: any column of any audit row changed with the sqlite3 shell,
# and `rpa audit verify` names that row.
. "$(dirname "$0")/lib.sh"

start_source 1
start_host
new_state
rekey
is 'one report is keyed' "$status" 0
rpa audit show --state "$state" --content
is 'and read, which is a row as well' "$status" 0
ok 'the untouched store verifies' verifies
sqlite3 "$state/audit.db" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
cp "$state/audit.db" "$dir/pristine.db"

# The guards against accidents are no obstacle to who can write the file: taken
# off, and put back as they were.
guards=$(sqlite3 "$dir/pristine.db" "SELECT 'DROP TRIGGER '||name||';' FROM sqlite_schema WHERE type='trigger'")
back=$(sqlite3 "$dir/pristine.db" "SELECT sql||';' FROM sqlite_schema WHERE type='trigger' ORDER BY rowid")

change() { # SQL; the store is as it was before, but for that
    rm -f "$state/audit.db-wal" "$state/audit.db-shm"
    cp "$dir/pristine.db" "$state/audit.db"
    printf '%s\n%s\n%s\n' "$guards" "$1" "$back" |
        sqlite3 -bail "$state/audit.db" 2>"$dir/sql" || bail "$(cat "$dir/sql")"
}
verify() { "$RPA" audit verify --state "$state" >"$dir/verify" 2>&1; }
names() { # seq
    verify
    [ $? = 1 ] && grep -q "^audit: row $1: " "$dir/verify"
}

change ''
ok 'control: taking the guards off and on is no change' verify

ints='run rseq t_us mono_us kind verb target window field grp'
# every kind that the run left, its first and its last row
rows=$(sqlite3 "$dir/pristine.db" 'SELECT min(seq) FROM entry GROUP BY kind UNION
    SELECT max(seq) FROM entry GROUP BY kind')
flip() { # column, seq, byte from 1: that byte with its lowest bit changed
    local hex old
    hex=$(sqlite3 "$dir/pristine.db" "SELECT hex($1) FROM entry WHERE seq=$2")
    old=${hex:$((2 * ($3 - 1))):2}
    printf "UPDATE entry SET %s=%s(x'%s%02X%s' AS %s) WHERE seq=%d;" "$1" CAST \
        "${hex:0:$((2 * ($3 - 1)))}" $((0x$old ^ 1)) "${hex:$((2 * $3))}" \
        "$([ "$1" = plain ] && echo TEXT || echo BLOB)" "$2"
}
for seq in $rows; do
    missed=''
    tried=0
    try() { # what, SQL
        change "$2"
        tried=$((tried + 1))
        names "$seq" || missed+=" $1($(cat "$dir/verify"))"
    }
    try seq "UPDATE entry SET seq=seq+1000000 WHERE seq=$seq;"
    for column in $ints; do
        try "$column" "UPDATE entry SET $column=$column+1 WHERE seq=$seq;"
    done
    for column in plain body h; do
        len=$(sqlite3 "$dir/pristine.db" "SELECT length(CAST($column AS BLOB)) FROM entry WHERE seq=$seq")
        if [ "$len" = 0 ]; then
            try "$column" "UPDATE entry SET $column=$([ $column = plain ] && echo "'x'" || echo "x'00'") WHERE seq=$seq;"
            continue
        fi
        for byte in 1 $((len / 2 + 1)) "$len"; do
            try "$column:$byte" "$(flip $column "$seq" "$byte")"
        done
    done
    try deleted "DELETE FROM entry WHERE seq=$seq;"
    kind=$(sqlite3 "$dir/pristine.db" "SELECT kind FROM entry WHERE seq=$seq")
    ok "row $seq, kind $kind: each of $tried changes is found, and the row is named" \
        [ -z "$missed" ]
    [ -z "$missed" ] || echo "#  $missed"
done

change "INSERT INTO entry SELECT seq+1,run,rseq+1,t_us,mono_us,kind,verb,target,window,field,grp,plain,body,h FROM entry ORDER BY seq DESC LIMIT 1;"
verify
is 'a row that is added is found' $? 1

# A store that was taken away is not begun anew under the same key.
last=$(sqlite3 "$dir/pristine.db" 'SELECT max(seq) FROM entry')
gone() { # what was done to audit.db
    rpa run -e 'print(1)' --state "$state"
    is "$1: nothing runs" "$status" 1
    ok "and why is said: $(grep -o '[0-9]* rows were.*' "$dir/err")" \
        grep -q "$last rows were acknowledged, 0 are left" "$dir/err"
    verify
    is 'nor does it verify' $? 1
}
rm "$state"/audit.db*
gone 'the store was removed'
: >"$state/audit.db"
gone 'it was emptied'

change ''
ok 'the store as it was verifies' verify
done_testing
