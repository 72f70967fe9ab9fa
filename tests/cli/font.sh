#!/bin/bash
# A font that was learned: from a terminal, as a file beside the map that names
# it, to a bot that reads and types by it.
. "$(dirname "$0")/lib.sh"
chmod 755 "$dir"
mkdir -m 777 "$dir/target"
typed=$dir/target/typed
xft=(-fa 'DejaVu Sans Mono:rgba=rgb' -fs 11)
fonts=$dir/bots/common/fonts

cat >"$dir/notebook" <<NOTEBOOK
#!/bin/sh
stty raw -echo
printf 'WAWTjg fi l1I| O0 5S 8B rn/m\\r\\nT\\342\\200\\231r L\\313\\206 Ll\\305\\267r \\302\\243\\r\\nname: '
exec cat 2>/dev/null | tee $typed
NOTEBOOK
chmod 755 "$dir/notebook"
mkdir -p "$fonts"
echo 'return { font = "dejavu", screens = {} }' >"$dir/bots/common/notes.lua"

bot page "return { name = \"page\", windows = { \"page\" }, map = \"common/notes\",
    app = { argv = { \"xterm\", \"-u8\", \"-T\", \"page\", \"-fa\", \"${xft[1]}\",
        \"-fs\", \"${xft[3]}\", \"-e\", \"$dir/notebook\" }, ready = { title = \"page\" } } }" <<'LUA'
local grid = rpa.window("page"):grid()
grid:wait({ text = "name:", row = 3 }, { timeout = 20 })
print(grid:lines()[1])
grid:type("WAVY Gŵyn Tj")
grid:wait("name: WAVY Gŵyn Tj")
print(grid:lines()[2])
print(grid:lines()[3])
LUA

rm -f "$typed"
run "$dir/bots/page" --timeout 60
ok 'control: without it nothing can be read' [ "$status" != 0 ]
ok 'and the error says what to do' says 'rpa font learn'
rpa font learn dejavu --out "$fonts/dejavu.font" -- xterm -u8 "${xft[@]}"
ok 'a font is learned from a terminal' exits 0
ok 'as a file' grep -q '^rpa-font 2$' "$fonts/dejavu.font"
rpa font check "$fonts/dejavu.font"
ok 'that is good' exits 0
rm -f "$typed"
run "$dir/bots/page" --timeout 120
ok 'a bot reads and types by it' exits 0
ok 'text as it stands, run together' prints 'WAWTjg fi l1I| O0 5S 8B rn/m'
ok 'beyond ASCII' prints 'Llŷr £'
ok 'and what it typed' prints 'name: WAVY Gŵyn Tj'
ok 'which is what the target got' [ "$(cat "$typed")" = 'WAVY Gŵyn Tj' ]
sed -i '9s/[0-9a-f]$/x/' "$fonts/dejavu.font"
rm -f "$typed"
run "$dir/bots/page" --timeout 60
ok 'a file that was changed' [ "$status" != 0 ]
ok 'is told by its line' eval 'says "font file, line" || says "its sum is wrong"'
ok 'audit' verified
done_testing
