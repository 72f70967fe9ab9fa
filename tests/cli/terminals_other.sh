#!/bin/bash
# Another terminal than xterm, by a font learned from it: urxvt with a core font
# and with one that Xft draws; xfce4-terminal, also with its menu, tools and scroll bar.
# shellcheck disable=SC1112 # the texts have typographic quotes
# shellcheck source=tests/cli/foreign_lib.sh
. "$ROOT/tests/cli/foreign_lib.sh"
core=-misc-fixed-medium-r-normal--15-140-75-75-c-90-iso10646-1
fonts=$dir/bots/common/fonts
mkdir "$fonts"
cat >"$dir/main.lua" <<'LUA'
local window = rpa.window({ pattern = "." }, { timeout = 30 })
local grid = window:grid()
grid:wait("name:", { timeout = 20 })
grid:type("Siân Gŵyn-Ŷd’s £5")
print(grid:lines()[1]) -- by now it has the focus, without which some draw the cursor
print(grid:lines()[2]) -- over the cells beside it
grid:key("Enter")
grid:wait("saved", { timeout = 20 }) -- the program ends with the run
LUA

page() { # name: a page that keeps what is typed to it
    cat >"$dir/page" <<PAGE
#!/bin/sh
printf 'Tŷ’r Llŷn l1I| O0 5S rn/m -_\nname: '
IFS= read -r line
printf '%s' "\$line" >'$dir/app/$1'
printf 'saved\n'
read -r line
PAGE
    chmod 755 "$dir/page"
}
is_read() { # name, font, argv without -e
    page "$1"
    program "$1" "$3, \"-e\", \"$dir/page\"" '"*"' \
        <<<"return { font = \"$2\", screens = {} }" 7<"$dir/main.lua"
    ok "$1: it is read and typed to" exits 0
    ok "$1: text as it stands" prints 'Tŷ’r Llŷn l1I| O0 5S rn/m -_'
    ok "$1: what was typed" prints 'name: Siân Gŵyn-Ŷd’s £5'
    ok "$1: is what it got" saved "$1" 'Siân Gŵyn-Ŷd’s £5'
}

in_urxvt() { # name, font: the font is learned, then a page is read and typed to
    rpa font learn "$1" --out "$fonts/$1.font" -- urxvt -fn "$2"
    ok "$1: the font is learned" exits 0
    is_read "$1" "$1" "\"urxvt\", \"-fn\", \"$2\""
}

# its cells are found wherever the bars leave them
in_vte() {
    local bare='--hide-menubar --hide-toolbar --hide-scrollbar --hide-borders'
    # shellcheck disable=SC2086 # several words
    rpa font learn vte --out "$fonts/vte.font" -- \
        xfce4-terminal --disable-server $bare
    ok 'vte: the font is learned' exits 0
    is_read bars vte '"xfce4-terminal", "--disable-server", "--show-menubar",
        "--show-toolbar", "--show-scrollbar"'
}

# what cannot be read is unread by itself, not the whole screen
in_xterm_xft() {
    rpa font learn mixed --out "$fonts/mixed.font" -- xterm -fa 'DejaVu Sans Mono' -fs 11
    ok 'mixed: the font is learned' exits 0
    cat >"$dir/page" <<PAGE
#!/bin/sh
printf 'Llŷr \033[9mstruck\033[0m \033[3mslanted\033[0m\n漢字漢字漢字漢字漢字\nname: '
IFS= read -r line
printf '%s' "\$line" >'$dir/app/mixed'
PAGE
    chmod 755 "$dir/page"
    program mixed "\"xterm\", \"-title\", \"page\", \"-fa\", \"DejaVu Sans Mono\", \"-fs\", \"11\", \"-e\", \"$dir/page\"" \
        '"page"' <<<'return { font = "mixed", screens = {} }' 7<<'LUA'
local window = rpa.window("page", { timeout = 30 })
local grid = window:grid()
grid:wait("name:", { timeout = 20 })
local seen = grid:read()
assert(seen.lines[1]:match("^Llŷr \u{FFFD}+") and #seen.unknown >= 20)
assert(seen.unknown[1].why == "font")
grid:type("Siân’s £5")
grid:key("Enter")
window:wait_gone()
LUA
    ok 'mixed: it is read as far as it can be, and typed to' exits 0
    ok 'mixed: and got it' saved mixed 'Siân’s £5'
}
# a dash is one of several that look the same, unless who learns the font says which
in_dashes() { # name, characters that are learned too
    # shellcheck disable=SC2086 # none, or two words
    rpa font learn "$1" --out "$fonts/$1.font" ${2:+--also $2} -- \
        xterm -fa 'DejaVu Sans Mono' -fs 11
    ok "$1: the font is learned" exits 0
    program "$1" "\"xterm\", \"-title\", \"page\", \"-fa\", \"DejaVu Sans Mono\", \"-fs\", \"11\", \"-e\", \"nano\", \"-I\", \"$dir/app/$1\"" \
        '"page"' <<<"return { font = \"$1\", screens = {} }" 7<<'LUA'
local window = rpa.window("page", { timeout = 30 })
local grid = window:grid()
grid:wait("Exit", { timeout = 20 })
for i = 1, 30 do -- more than the screen shows
    grid:type("Siân – Gŵyn’s £" .. i .. " - O0l1I|")
    grid:key("Enter")
end
grid:key("ctrl+o")
grid:wait("Write:")
grid:key("Enter")
grid:wait("Wrote")
grid:key("ctrl+x")
window:wait_gone()
LUA
}
dashes=$(for i in {1..30}; do echo "Siân – Gŵyn’s £$i - O0l1I|"; done)
in_dashes endash –
ok 'endash: nano is keyed, also with dashes' exits 0
ok 'endash: and has saved them' saved endash "$dashes"
in_dashes dashes –—
ok 'dashes: of two, none is typed' error 1 213 'dashes/main.lua:5' U+2013
in_dashes hyphen
ok 'hyphen: nor of none' error 1 213 'hyphen/main.lua:5' U+2013

# what is bold in one run with a line that the bold font lacks is drawn by another;
# a bold line may be a hyphen: what stands in the frame is read all the same
in_frames() { # name, more of the map, xterm's font
    cat >"$dir/page" <<PAGE
#!/bin/sh
printf '\033[1m┌──┬──┐ ╔══╦══╗\n│aW│Wb│ ║AW║WA║\n└──┴──┘ ╚══╩══╝\033[0m\nname: '
read -r line
PAGE
    chmod 755 "$dir/page"
    program "$1" "\"xterm\", \"-title\", \"page\", \"-fn\", \"$3\", \"-e\", \"$dir/page\"" \
        '"page"' <<<"return { $2 screens = {} }" 7<<'LUA'
local grid = rpa.window("page", { timeout = 30 }):grid()
grid:wait("name:", { timeout = 20 })
local seen = grid:read()
assert(seen.lines[2]:match("^│aW│Wb│ ║AW║WA║ "), seen.lines[2])
assert(seen.lines[1]:match("^┌.*┬.*┐ ╔══╦══╗ "), seen.lines[1])
LUA
}
rpa font learn bold --out "$fonts/bold.font" -- xterm -fn "$core"
ok 'bold: the font is learned' exits 0
in_frames bold 'font = "bold",' "$core"
ok 'bold: frames and letters in them are read' exits 0
in_frames found '' "$core"
ok 'without a name of the font too' exits 0
in_frames large '' -misc-fixed-medium-r-normal--20-200-75-75-c-100-iso10646-1
ok 'and of one that has no bold' exits 0
in_xterm_xft
in_urxvt core "$core"
in_urxvt xft 'xft:DejaVu Sans Mono:pixelsize=15'
in_vte
done_testing
