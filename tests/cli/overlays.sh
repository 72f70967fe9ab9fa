#!/bin/bash
# One script for forces whose crime system is laid out otherwise, each with an
# overlay of data, proved by the system's own file.
. "$(dirname "$0")/lib.sh"
capitals= # --upper where the system makes capitals of all
proved() { "$PROVE" --truth "$dir/truth" --host "$dir/host" $capitals >"$dir/proof" 2>&1; }
of() { # the force whose system is next
    capitals=
    [ "$1" != isles ] || capitals=--upper
}
disproved() { ! proved && grep -q "$1" "$dir/proof"; }
filed() { [ "$(wc -l <"$dir/host")" = "$1" ]; }
short() { [ "$(wc -l <"$1")" -lt 80 ]; }
data_only() { ! grep -Eq 'function|\<require\>|rpa\.' "$1"; }

# the bot, whose doubts are looked for at once
bot_like any 's/\["crime-reports"\] = {}/["crime-reports"] = { horizon_ms = 0 }/'
cp -r bots/overlays "$dir/bots"
key() { # overlay, options…
    rekey any --set "system=overlays/$1" "${@:2}"
}

start_source --reports 6 --seed 5
mapfile -t keyed < <(in_order key)
for force in north west south east isles; do
    of "$force"
    ok "$force: an overlay of under 80 lines" short "bots/overlays/$force.lua"
    ok "$force: of data only" data_only "bots/overlays/$force.lua"
    start_host --layout "$force" --justify-every 3
    new_state
    key "$force"
    ok "$force: all that can be keyed is, the rest rejected" exits 3
    ok "$force: so many reports" filed "${#keyed[@]}"
    ok "$force: not a character is wrong" proved
done
ok 'the same record under other labels, codes and layouts' \
    [ "$(jq -r '.fields.Gender' "$dir/host" | tr -d 'MFXU\n')" = '' ]

# in doubt: looked for, with the next run, by the force's own words, keys and screens
start_source --reports 2 --seed 5
for force in west east isles; do
    of "$force"
    for drop in after before; do
        start_host --layout "$force" "--drop-$drop-file"
        new_state
        key "$force" --json
        key "$force" --json
        found=$([ $drop = after ] && echo 1 || echo 0)
        ok "$force, in doubt: $found found" summary ".items | .found == $found and .doubt == 0"
        ok 'and all are there, once' proved
    done
done

# a list on a screen of the system's own
of isles
sed -i 's/by = "MEANING"/by = "CODE"/' "$dir/bots/overlays/isles.lua"
start_host --layout isles
new_state
key isles --json
ok 'what no row of the list has is not keyed' filed 0
ok 'and is the reason to reject it' summary '.items | .rejected == 2 and .doubt == 0'
sed -i 's/by = "CODE", beside = "S", shows/by = "MEANING", beside = "MEANING", shows/' \
    "$dir/bots/overlays/isles.lua"
new_state
key isles
ok 'a mark where nobody can type is refused' says 'is protected'
ok 'and nothing is filed' filed 0
of any

# the screens of a record under other names: the last one files, whichever that is
sed -e 's|REPORT 1/3|REPORT 9|; s|REPORT 3/3|REPORT 1/3|; s|REPORT 9|REPORT 3/3|' \
    -e 's|name = "NEW CRIME REPORT 3/3"|&, navigation = { "Enter" }|' \
    bots/overlays/north.lua >"$dir/bots/overlays/turned.lua"
start_host --layout north
new_state
key turned
ok 'all are filed' filed 2
ok 'and right' proved
ok 'each by a commit act' [ "$(kinds COMMIT)" = 2 ]

# controls: another force's overlay, and one with a wrong code
start_host --layout west
new_state
key north --timeout 5
ok 'at another system nothing is keyed' filed 0
ok 'and the run says so' [ "$status" != 0 ]
sed -i 's/M = "1", F = "2"/M = "2", F = "1"/' "$dir/bots/overlays/north.lua"
start_host --layout north
new_state
key north
ok 'a code that is wrong is seen in the file' disproved 'Gender: 1 from'

# a slip of the pen
sed -i 's/label = "Gender"/label = "Gendre"/' "$dir/bots/overlays/north.lua"
key north
ok 'an overlay that changes nothing is refused, with what is wrong' \
    error 4 100 '' "overlays/north.lua: fields: 'Gendre' stands on no screen"
done_testing
