#!/bin/bash
# Files of a bot: named by the manifest, opened by the supervisor, rowed first.
. "$(dirname "$0")/lib.sh"
new_state
files=$dir/files
mkdir -p "$files/sub"
printf 'one\r\ntwo\n\xff\n' >"$files/in.txt"
printf 'secret' >"$dir/outside"

manifest='return { name = "f", set = { ["in"] = "in.txt", out = "sub/out.txt" },
    files = { input = { reports = "${in}" }, output = { done = "${out}" } } }'
bot f "$manifest" <<'E2'
for line in rpa.file("reports"):lines() do
    print(#line)
end
rpa.file("done"):write("first\n")
rpa.file("done"):append("\255\0second\n")
E2
bot bad "$manifest" <<'E2'
rpa.file("reports"):read()
rpa.file("done"):write("x")
E2
files() { run "$dir/bots/$1" --files "$files" "${@:2}"; }
row() { # what the n-th FILE row says
    printf '%s' "$(json show --kind FILE --content --purpose justification='the test' |
        jq -c "select(.kind == \"FILE\")" | sed -n "$1p" | jq -r "$2")"
}
json() { "$RPA" audit "$@" --json --state "$state"; }
sha() { sha256sum "$1" | cut -d' ' -f1; }

files f
ok 'a bot reads the lines of a file and writes another' exits 0
ok 'each line without its end' test "$(cat "$dir/out")" = $'3\n3\n1'
ok 'written and added to, byte for byte' cmp -s "$files/sub/out.txt" \
    <(printf 'first\n\377\0second\n')
ok 'nobody else may read it' test "$(stat -c %a "$files/sub/out.txt")" = 600
ok 'nothing else is left there' test "$(ls -A "$files/sub")" = out.txt
ok 'three rows' test "$(kinds FILE)" = 3
ok 'in: its hash, length, way and verb' test \
    "$(row 1 '[.field,.verb,.content.direction,.content.path,.content.bytes,.content.sha256]|join(" ")')" = \
    "reports collection in in.txt 11 $(sha "$files/in.txt")"
ok 'out: of all that it holds then' test \
    "$(row 3 '[.field,.verb,.content.direction,.content.path,.content.bytes,.content.sha256]|join(" ")')" = \
    "done disclosure out sub/out.txt 15 $(sha "$files/sub/out.txt")"
ok 'each writing has its outcome' test \
    "$(json show --kind OUTCOME | jq -r '.plain.result' | sort | uniq -c | tr -s ' ')" = ' 2 done'
ok 'and the store is right' verified

# --- refused: each with one clear error, and nothing is read or written -----------
mkfifo "$files/pipe"
ln -s in.txt "$files/link"
ln -s sub "$files/folder"
truncate -s 9M "$files/large"
ln -s "$dir/outside" "$files/sub/target"
cp -r "$state" "$files/state"
refused() { # name, setting, text
    files bad --set "$2" --json
    ok "$1" error 5 120 'bad/main.lua:[12]' "$3"
}
refused 'a path that climbs' in=../outside 'leaves that folder'
refused 'an absolute one' "in=$dir/outside" 'leaves that folder'
refused 'a link' in=link 'is a link, a folder or a device'
refused 'a pipe' in=pipe 'is a link, a folder or a device'
refused 'a folder' in=sub 'is a link, a folder or a device'
refused 'a folder that is a link' in=folder/out.txt 'passes through a link'
refused 'writing over a link' out=sub/target 'is a link, a folder or a device'
ok 'what it names is as it was' test "$(cat "$dir/outside")" = secret
files bad --set in=none
ok 'one that is not there' says "opening the file 'reports', none: No such file"
state=$files/state
files bad --set in=state/root.key
ok 'the state directory' says 'is in the state directory'
state=$dir/state0
bot other "$manifest" <<<'rpa.file("done"):read()'
files other
ok 'what may only be written is not read' says "names no input file 'done'"
bot none 'return { name = "none" }' <<<'rpa.file("reports"):read()'
files none
ok 'nothing is named' says "names no input file 'reports'"

# --- in pieces -----------------------------------------------------------------------
python3 -c 'import sys
for i in range(300000): sys.stdout.write(f"line {i} \u0175\n")' >"$files/long"
{ echo '<list>'; for i in {1..40000}; do echo "<r id='$i'><name>Siân $i</name></r>"; done
    echo '</list>'; } >"$files/list.xml"
bot pieces 'return { name = "pieces", files = { output = { own = "own" },
    input = { long = "long", list = "list.xml", own = "own" } } }' <<'E2'
local n, bytes, right = 0, 0, true
for line in rpa.file("long"):lines() do
    right = right and line == ("line %d ŵ"):format(n)
    n = n + 1
end
print("lines", n, right)
for piece in rpa.file("long"):pieces() do bytes = bytes + #piece end
print("pieces", bytes, #rpa.file("long"):read())
n = 0
for record in rpa.xml.stream(rpa.file("list")):records("/list/r") do
    n = n + 1
    right = right and record:text("/r/name") == "Siân " .. n
end
print("records", n, right)
rpa.file("own"):write(("x"):rep(3 << 20))
local next_piece = rpa.file("own"):pieces()
print("first", #next_piece())
rpa.file("own"):write(("y"):rep(3 << 20))
print(select(2, pcall(next_piece)).msg)
E2
new_state
files pieces
ok 'a bot reads files of more than a piece' exits 0
ok 'line by line' prints $'lines\t300000\ttrue'
ok 'piece by piece, and whole' prints "$(printf 'pieces\t%d\t%d' \
    "$(stat -c %s "$files/long")" "$(stat -c %s "$files/long")")"
ok 'and record by record' prints $'records\t40000\ttrue'
ok 'one that is changed meanwhile' prints "the file 'own' was changed while it was read"
hashes() { # of the rows of the file's pieces; of the pieces
    json show --kind FILE --content --purpose justification='the test' | jq -r '
        select(.kind == "FILE" and .field == "list").content |
        "\(.at // 0) \(.bytes) \(.sha256)"'
}
pieces() {
    for ((at = 0; at < $(stat -c %s "$files/list.xml"); at += 1 << 20)); do
        dd if="$files/list.xml" bs=1M count=1 skip=$((at >> 20)) 2>/dev/null >"$dir/piece"
        echo "$at $(stat -c %s "$dir/piece") $(sha "$dir/piece")"
    done
}
ok 'each piece has its row: place, length and hash' test "$(hashes)" = "$(pieces)"
bot large 'return { name = "large", files = { output = { large = "large" } } }' <<<'
    rpa.file("large"):append("x")'
files large
ok 'what is too large to be added to' says 'larger than 8388608 bytes'

# --- a file that cannot be written keeps what it held -----------------------------
chmod 500 "$files/sub"
if [ "$(id -u)" != 0 ]; then
    cp "$files/sub/out.txt" "$dir/before"
    files bad
    ok 'it keeps what it held' cmp -s "$dir/before" "$files/sub/out.txt"
    ok 'and the row says that nothing was written' test \
        "$(json show --kind OUTCOME | jq -r '.plain.result' | tail -1)" = not_done
fi
chmod 700 "$files/sub"

# --- why: a look-up for another purpose than the run's -----------------------------
start_source --reports 1 --seed 1
bot why 'return { name = "why", set = { source = "" }, http = { "${source}" } }' <<'E2'
local url = "http://" .. rpa.set.source .. "/reports"
rpa.http.get(url)
rpa.set_purpose { justification = "an applicant", reference = "V/12" }
rpa.http.get(url)
rpa.set_purpose()
rpa.http.get(url)
print(pcall(rpa.set_purpose, { justification = "no" }))
print(pcall(rpa.set_purpose, { location = "two\nlines" }))
E2
run "$dir/bots/why" --set "source=$source" \
    --purpose justification='the run itself',on_behalf='the desk'
ok 'look-ups for two purposes' exits 0
ids=$(json show --kind HTTP | jq -r .plain.purpose | tr '\n' ' ')
opened=$(json show --kind RUN_OPEN | jq -r .seq | tail -1)
own=$(json show --kind PURPOSE | jq -r .seq)
ok "each names the row that says why: $ids" test "$ids" = "$opened $own $opened "
content=$(json show --kind PURPOSE --content --purpose justification='the test' |
    jq -c 'select(.kind == "PURPOSE").content')
ok 'with what it leaves out as the run has it' test "$(jq -r \
    '[.justification,.on_behalf,.reference]|join("|")' <<<"$content")" = \
    'an applicant|the desk|V/12'
ok 'one that is too short is refused' prints 'justification wants 3 to 250 characters'
ok 'so is one of two lines' prints 'location wants one line'
ok 'and the store is right' verified
done_testing
