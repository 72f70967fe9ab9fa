#!/bin/bash
# A field that was proved, and that a terminal's program changes when another one
# is left: nothing is filed.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
chmod 755 "$dir"
: >"$dir/filed"
chmod 666 "$dir/filed"
cat >"$dir/record" <<'SH'
stty raw -echo
names=(Name Code Town) text=('' '' '') field=0
while :; do
    out=$'\033[2J\033[H  NEW RECORD' # in one write: no line ends
    for i in 0 1 2; do
        printf -v row '\033[%d;3H%-5s: %s' $((i + 3)) "${names[i]}" "${text[i]}"
        out+=$row
    done
    printf '%s\033[%d;%dH' "$out" $((field + 3)) $((${#text[field]} + 10))
    IFS= read -rN1 c
    case $c in
    $'\t') # control: any other way it keeps what is typed
        [ "$1$field" != steals1 ] || text[0]=Johns
        field=$(((field + 1) % 3)) ;;
    $'\r' | $'\n') printf '%s,' "${text[@]}" >>"$2" && text=('' '' '') field=0 ;;
    *) text[field]+=$c ;;
    esac
done
SH
mkdir -p "$dir/bots/common"
cat >"$dir/bots/common/record.lua" <<'LUA'
return { screens = { { title = "NEW RECORD", col = 3, fields = {
    { label = "Name", width = 20 }, { label = "Code", width = 8 },
    { label = "Town", width = 20 } } } } }
LUA
record_bot() { # name and what the program does
    bot "$1" "return { name = \"$1\", target = \"record\", map = \"common/record\",
        mode = \"DEMO\", windows = { \"Record\" },
        app = { ready = { title = \"Record\" }, argv = { \"xterm\", \"-T\",
            \"Record\", \"-fn\", \"9x15\", \"-e\", \"bash\", \"$dir/record\",
            \"$1\", \"$dir/filed\" } } }" <<'LUA'
local grid = rpa.window("Record"):grid()
grid:wait { screen = "NEW RECORD" }
grid:field("Name"):set("Jones")
grid:field("Code"):set("A1")
grid:field("Town"):set("Barry")
grid:key("Enter")
grid:wait { text = "Name :  ", row = 3 }
LUA
}
record_bot keeps
run "$dir/bots/keeps"
ok 'a record is filed' exits 0
ok 'as it was set' [ "$(cat "$dir/filed")" = 'Jones,A1,Barry,' ]
: >"$dir/filed"
record_bot steals
run "$dir/bots/steals"
ok 'a field changed behind our back' error 1 215 'steals/main.lua:6' \
    "field 'Name' no longer shows what was set"
ok 'which is not filed' [ ! -s "$dir/filed" ]
done_testing
