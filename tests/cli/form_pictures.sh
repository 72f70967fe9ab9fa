#!/bin/bash
# A picture of a form is black where its map has a hidden field, by its pixels, and
# nowhere else; where nothing tells that place there is none.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
mkdir -p "$dir/bots/common"
chmod 755 "$dir"

# what it hides shows all the same, white on red
cat >"$dir/form.tcl" <<'TCL'
wm title . Sign-on
wm geometry . 300x120+0+0
. configure -background #00ff00
foreach {name y} {user 10 password 60} {
    entry .$name -background #ff0000 -foreground #ffffff
    place .$name -x 40 -y $y -width 200 -height 30
}
.user insert 0 known
.password insert 0 hunter2
TCL

hidden='hidden = true,' size='size = { w = 300, h = 120 },'
pictured() { # name, more of the screen, more of the map
    cat >"$dir/bots/common/$1.lua" <<LUA
return { ${3-} screens = { { title = "Sign-on", toolkit = "tk", $2 fields = {
    { label = "User", width = 20, at = { x = 40, y = 10, w = 200, h = 30 } },
    { label = "Password", width = 20, $hidden at = { x = 40, y = 60, w = 200, h = 30 } },
} } } }
LUA
    bot "$1" "return { name = \"$1\", map = \"common/$1\", windows = { \"Sign-on\" },
        app = { argv = { \"wish\", \"$dir/form.tcl\" } } }" <<LUA
local form = rpa.window("Sign-on"):form()
form:field("User"):get()
form:field("None"):get()
LUA
    state=$dir/state$1
    run "$dir/bots/$1"
    rm -f "$dir/$1.png"
    "$RPA" audit picture "$("$RPA" audit pictures --json --state "$state" | jq -s .[0].seq)" \
        --out "$dir/$1.png" --state "$state" >/dev/null 2>&1
}
colours() { "$ROOT/tests/cli/pixels.py" "$dir/$1.png" "${@:2}" | paste -sd,; }
shows() { colours "$1" 40 60 200 30 | grep -q 'ff0000.*ffffff'; }

pictured fixed "$size"
ok 'a form with a hidden field has a picture' test -s "$dir/fixed.png"
is 'the hidden field is black, every pixel' "$(colours fixed 40 60 200 30)" 000000
is 'around it nothing is' "$(colours fixed 0 56 300 4)$(colours fixed 0 90 300 30
    )$(colours fixed 0 60 40 30)$(colours fixed 240 60 60 30)" 00ff0000ff0000ff0000ff00
ok 'the other field shows' [ "$(colours fixed 50 15 180 20 | grep -c ff0000)" = 1 ]

hidden=''
pictured plain "$size"
ok 'control: a field that is not hidden shows' shows plain
pictured region "$size black = { { x = 0, y = 50, w = 300, h = 50 } },"
is 'a black region of the form is black' "$(colours region 0 50 300 50)" 000000
is 'and ends there' "$(colours region 0 46 300 4),$(colours region 0 100 300 20)" 00ff00,00ff00
pictured every "$size" 'black = { { x = 0, y = 50, w = 300, h = 50 } },'
is 'one of every form too' "$(colours every 0 50 300 50)" 000000

unplaced() { # name
    [ ! -e "$dir/$1.png" ] &&
        says "no picture: form 'Sign-on' has no size in the screen map"
}
pictured loose 'black = { { x = 0, y = 50, w = 300, h = 50 } },'
ok 'a black region in a form of any size: no picture' unplaced loose
pictured all '' 'black = { { x = 0, y = 50, w = 300, h = 50 } },'
ok 'nor with one of every form' unplaced all
pictured other '' 'black = { { row = 1, col = 1, cols = 9 } },'
ok 'control: with one of terminals it has a picture' shows other

hidden='hidden = true,'
pictured sizeless ''
ok 'a hidden field in a form of any size: no picture either' unplaced sizeless
done_testing
