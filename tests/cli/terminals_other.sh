#!/bin/bash
# Another terminal than xterm, by a font learned from it: urxvt with a core font
# and with one that Xft draws.
# shellcheck disable=SC1112 # the texts have typographic quotes
# shellcheck source=tests/cli/foreign_lib.sh
. "$ROOT/tests/cli/foreign_lib.sh"
core=-misc-fixed-medium-r-normal--15-140-75-75-c-90-iso10646-1
fonts=$dir/bots/common/fonts
mkdir "$fonts"
cat >"$dir/main.lua" <<'LUA'
local grid = rpa.window("page", { timeout = 30 }):grid()
grid:wait("name:", { timeout = 20 })
print(grid:lines()[1])
grid:type("Siân Gŵyn-Ŷd’s £5")
print(grid:lines()[2])
grid:key("Enter")
grid:wait("saved", { timeout = 20 }) -- the program ends with the run
LUA

in_urxvt() { # name, font: the font is learned, then a page is read and typed to
    rpa font learn "$1" --out "$fonts/$1.font" -- urxvt -fn "$2"
    ok "$1: the font is learned" exits 0
    cat >"$dir/page" <<PAGE
#!/bin/sh
printf 'Tŷ’r Llŷn l1I| O0 5S rn/m -_\nname: '
IFS= read -r line
printf '%s' "\$line" >'$dir/app/$1'
printf 'saved\n'
read -r line
PAGE
    chmod 755 "$dir/page"
    program "$1" "\"urxvt\", \"-title\", \"page\", \"-fn\", \"$2\", \"-e\", \"$dir/page\"" \
        '"page"' <<<"return { font = \"$1\", screens = {} }" 7<"$dir/main.lua"
    ok "$1: it is read and typed to" exits 0
    ok "$1: text as it stands" prints 'Tŷ’r Llŷn l1I| O0 5S rn/m -_'
    ok "$1: what was typed" prints 'name: Siân Gŵyn-Ŷd’s £5'
    ok "$1: is what it got" saved "$1" 'Siân Gŵyn-Ŷd’s £5'
}

in_urxvt core "$core"
in_urxvt xft 'xft:DejaVu Sans Mono:pixelsize=15'
done_testing
