# shellcheck shell=bash
# For the tests of overlays: a force's system, keyed by its overlay and proved by the
# system's own file.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
capitals= # --upper where the system makes capitals of all
proved() { "$PROVE" --truth "$dir/truth" --host "$dir/host" $capitals >"$dir/proof" 2>&1; }
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

keyed_by() { # force; six reports
    ok "$1: an overlay of under 80 lines" short "bots/overlays/$1.lua"
    ok "$1: of data only" data_only "bots/overlays/$1.lua"
    start_source --reports 6 --seed 5
    start_host --layout "$1" --justify-every 3
    new_state
    key "$1"
    ok "$1: all that can be keyed is, the rest rejected" exits 3
    ok "$1: so many reports" filed "$(in_order key | wc -l)"
    ok "$1: not a character is wrong" proved
}

looked_for() { # force: in doubt, with the next run, by its own words, keys and screens
    start_source --reports 2 --seed 5
    for drop in after before; do
        start_host --layout "$1" "--drop-$drop-file"
        new_state
        key "$1" --json
        key "$1" --json
        found=$([ $drop = after ] && echo 1 || echo 0)
        ok "$1, in doubt: $found found" summary ".items | .found == $found and .doubt == 0"
        ok 'and all are there, once' proved
    done
}
