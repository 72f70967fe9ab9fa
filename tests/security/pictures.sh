#!/bin/bash
# Pictures: sealed with the run, opened only behind a row, and nothing in them
# that must not be seen.
. "$(dirname "$0")/lib.sh"

canary=Cn4ryZq7
bot() { rpa run "$dir/bots/$1" --state "$state" --json "${@:2}"; }
of_json() { jq -r "$1" "$dir/out"; }
shot=$dir/shot.png
audit() { "$RPA" audit "$@" --state "$state" >"$dir/out" 2>"$dir/err"; status=$?; }
open_picture() { rm -f "$shot"; audit picture "$1" --out "$shot" "${@:2}"; }
pictures() { "$RPA" audit pictures --state "$state" --json "$@"; }
pixels() { python3 "$ROOT/tests/security/png.py" "$shot" "$@"; }
last_row() { pictures | tail -n 1 | jq .seq; }
mkdir -p "$dir/bots"
cp -r "$ROOT/bots/common" "$dir/bots/common"

# --- a program in xterm that shows the password it was given --------------------------
asking_program "$dir/leaky.py" <<'PY'
got = ask(len(sys.argv) < 2)
got = sys.argv[1] if len(sys.argv) > 1 else got
put("\x1b[5;1Hyou typed " + got + " here\x1b[7;77H" + got)
put("\x1b[9;1H\x1b[38;2;250;250;250;48;2;255;255;255mfaintwords\x1b[0m")
put("\x1b[11;1Hcard 1234 5678\x1b[20;1Hthe end")
sys.stdin.read(1)
PY
cat >"$dir/bots/common/leaky.lua" <<'MAP'
return { screens = { { title = "LOGIN",
    black = { { row = 11, col = 6, cols = 9 } },
    fields = { { label = "Password", width = 20, hidden = true } } } } }
MAP
leaky() { # name, the program's argument, "pictures = …"; main.lua on stdin
    new_bot "$1" 3<<MANIFEST
return {
    name = "$1", target = "leaky", map = "common/leaky", windows = { "leaky" }, $3
    app = { argv = { "xterm", "-u8", "-T", "leaky", "-fg", "black", "-bg", "white",
            "+sb", "-fn", "9x15", "-e", "python3", "$dir/leaky.py", $2 },
        ready = { title = "leaky" } },
    secrets = { ["crs-password"] = { target = "leaky", screen = "LOGIN", field = "Password" } },
}
MANIFEST
}
cell() { # row, column, cells (from 0): 9x15, a border of 2 pixels
    pixels $((2 + $2 * 9)) $((2 + $1 * 15)) $(($3 * 9)) 15
}
black() { is "$1" "$(cell "$2" "$3" "$4")" black; }
shown() { ok "$1 ($(cell "$2" "$3" "$4") pixels)" [ "$(cell "$2" "$3" "$4")" -gt 0 ]; }

new_state "$canary"
leaky tells '' '' <<'LUA'
local grid = rpa.window("leaky"):grid()
grid:wait("Password")
rpa.step("log in")
grid:field("Password"):secret(rpa.secret("crs-password"))
grid:key("Enter")
grid:wait("the end")
rpa.step("look around")
for _ = 1, 5 do pcall(grid.wait, grid, "never", { timeout = 0 }) end
grid:wait("never to be seen", { timeout = 0.1 })
LUA
bot tells
is 'a run that fails' "$status" 1
is 'its error knows the step' "$(of_json .error.step)" 'look around'
ok 'and tells it behind the line' said '^error RPA300: .*main.lua:9, look around)$'
row=$(of_json .error.picture)
is 'and its picture, the row of the audit' "$row" "$(last_row)"
ok 'the last line says how to open it' said "^picture: rpa audit picture $row\$"
is 'one screen that fails six times is one picture' "$(of_json .pictures)" 1
is 'of a failure' "$(pictures | jq -r .reason)" failure
file=$state/pictures/1-1.sealed
is 'sealed in a file of its owner' "$(stat -c %a "$file" "$state/pictures" | tr '\n' ' ')" '600 700 '
ok 'which is no PNG' not grep -qa -e PNG -e IHDR -e IDAT "$file"

open_picture "$row" --purpose 'justification=looking into a failure'
is 'it opens' "$status" 0
is 'as a file of its owner' "$(stat -c %a "$shot")" 600
is 'into a picture of the window' "$(pixels | tr ' ' x)" 724x364
shown 'the words before the password show' 4 0 9
black 'the password is black' 4 10 8
shown 'the words behind it show' 4 19 4
black 'black at the end of a row' 6 76 4
black 'and on in the next' 7 0 4
black 'the hidden field is black' 2 17 20
black 'words of the colour of their ground are black' 8 0 10
shown 'what stands before a declared region shows' 10 0 4
black 'the declared region is black' 10 5 9
is 'the border is black, since a password was typed' "$(pixels 0 0 724 2)" black
ok 'that it was opened, and why, is a row' \
    [ "$("$RPA" audit show --state "$state" --run 0 --content --json |
        jq -r "select(.plain.what == \"picture $row\") | .content.justification")" = 'looking into a failure' ]
is 'a second file of that name is not written' "$("$RPA" audit picture "$row" --out "$shot" --state "$state" >/dev/null 2>&1; echo $?)" 8
open_picture 1
is 'a row without a picture' "$status" 4
ok 'makes no file' not test -e "$shot"
ok 'the store verifies' verifies

# control: the same words in the same cells, but nobody typed a password
leaky shows "\"$canary\"" '' <<'LUA'
local grid = rpa.window("leaky"):grid()
grid:wait("Password")
grid:key("Enter")
grid:wait("the end")
error("no luck")
LUA
bot shows
is "a bot's own error has a picture as well" "$(of_json .error.picture)" "$(last_row)"
is 'and no step' "$(of_json .error.step)" ''
open_picture "$(last_row)"
shown 'control: the same cells show what is no secret of the run' 4 10 8
shown 'control: at the end of the row' 6 76 4
shown 'control: in the next' 7 0 4
black 'the hidden field is black all the same' 2 17 20
black 'so is the declared region' 10 5 9
shown 'control: the border' 0 0 1

# --- a run handed out with its pictures ----------------------------------------------
audit key
cp "$dir/out" "$dir/key"
proof() { timeout 30 "$(dirname "$RPA")/rpa-verify" --key "$dir/key" --proof "$1" >"$dir/out" 2>&1; status=$?; }
audit export --run 1 --proof "$dir/proof"
is 'a run is exported without its content' "$status" 0
ok 'no picture is opened for that' [ ! -e "$dir/proof/picture-$row.png" ]
audit export --run 1 --proof "$dir/opened" --content --purpose 'reference=disclosure 7'
is 'and with it' "$status" 0
open_picture "$row"
ok 'its picture is what opening it gives' cmp -s "$shot" "$dir/opened/picture-$row.png"
ok 'and on the page' grep -q "<img src=\"picture-$row.png\"" "$dir/opened/index.html"
audit show --kind AUDIT_QUERY --content --json
ok 'that it was opened, and why, is a row' [ "$(jq -r "select(.plain.what==\"picture $row\")
    | .content.reference" "$dir/out" | grep -c '^disclosure 7$')" = 1 ]
proof "$dir/opened"
is 'it proves itself, the sealed picture too' "$status" 0
ok 'and says what of it is no proof' printed 'opened pictures: as exported, unproved'
proof "$dir/proof"
ok 'control: without opened ones it does not' not printed unproved
told() { # what was done to the opened pictures, which are put back after it
    proof "$dir/opened"
    is "an opened picture $1" "$status" 1
    ok 'is told' printed 'row picture: an opened one is not as it was exported'
    rm -f "$dir/opened"/*.png
    cp "$shot" "$dir/opened/picture-$row.png"
}
printf x >>"$dir/opened/picture-$row.png"
told changed
rm "$dir/opened/picture-$row.png"
told 'taken away'
cp "$shot" "$dir/opened/picture-99.png"
told added
mv "$dir/opened/picture-$row.png" "$dir/opened/picture-0$row.png"
told renamed
proof "$dir/opened"
is 'control: put back it proves itself' "$status" 0
mkfifo "$dir/opened/a.png"
told 'that is a pipe, and waits for nobody'
ln -s /dev/zero "$dir/opened/picture-99.png"
told 'that leads elsewhere'
rm -rf "$dir/pipe"; mkdir "$dir/pipe"; mkfifo "$dir/pipe/proof.db"
proof "$dir/pipe"
is 'a pipe for a proof' "$status" 1
cp "$dir/opened/proof.db" "$dir/pipe/p"; rm "$dir/pipe/proof.db"; mv "$dir/pipe/p" "$dir/pipe/proof.db"
mkfifo "$dir/pipe/proof.db-journal"
proof "$dir/pipe"
is 'or for its journal' "$status" 1
# as rpa 1 exported it: one that was disclosed proves itself for ever
cp -r "$dir/opened" "$dir/older"
sqlite3 "$dir/older/proof.db" 'ALTER TABLE picture DROP COLUMN opened; PRAGMA user_version=1'
proof "$dir/older"
is 'an older export proves itself' "$status" 0
ok 'and says what was not looked at' printed 'opened pictures: of an older export, not looked at'
sqlite3 "$dir/older/proof.db" 'UPDATE picture SET sealed=zeroblob(length(sealed))'
proof "$dir/older"
is 'control: its sealed picture is looked at' "$status" 1
sqlite3 "$dir/older/proof.db" 'PRAGMA user_version=3'
proof "$dir/older"
is 'control: of a version to come nobody knows' "$status" 11
sqlite3 "$dir/opened/proof.db" 'UPDATE picture SET sealed=zeroblob(length(sealed))'
proof "$dir/opened"
is 'a picture changed' "$status" 1
sqlite3 "$dir/opened/proof.db" 'DELETE FROM picture'
proof "$dir/opened"
is 'a picture taken out' "$status" 1

# --- beside a daemon, which has the store --------------------------------------------
seen() { # picture, reference: rows of who saw it for that
    "$RPA" audit show --kind AUDIT_QUERY --content --json --state "$state" |
        jq -r "select(.plain.what==\"picture $1\" and .content.reference==\"$2\").plain.actor"
}
"$RPA" daemon --state "$state" 2>"$dir/daemon.err" &
daemon_pid=$!
pids+=" $daemon_pid"
serves() { "$RPA" status --state "$state" >"$dir/out" 2>"$dir/err"; }
until_ok 60 serves || bail 'no daemon'
last=$("$RPA" audit show --state "$state" --json | tail -n 1 | jq .seq)
open_picture "$row" --purpose 'reference=beside a daemon'
is 'a picture opens beside a daemon' "$status" 0
ok 'the same' cmp -s "$shot" "$dir/opened/picture-$row.png"
is 'that it was opened, and why, is a row' "$(seen "$row" 'beside a daemon')" "$(id -un)"
open_picture 1
is 'control: a row without one does not' "$status" 4
audit export --run 1 --proof "$dir/beside" --content --purpose 'reference=disclosure 8'
is 'and a run is exported with its content' "$status" 0
ok 'its picture too' cmp -s "$dir/opened/picture-$row.png" "$dir/beside/picture-$row.png"
is 'which is one row more' "$(seen "$row" 'disclosure 8')" "$(id -un)"
proof "$dir/beside"
is 'that proves itself' "$status" 0
is 'the rows are those of who looked, in their order' "$("$RPA" audit show --kind AUDIT_QUERY --json --state "$state" |
    jq -r "select(.seq > $last and .plain.run == 1).plain.what" | paste -sd,)" \
    "picture $row,export --content,picture $row"
"$RPA" stop --state "$state" >/dev/null
wait "$daemon_pid"
is 'the daemon ends' $? 0
ok 'the store verifies' verifies

# --- tampering ------------------------------------------------------------------------
first=$row second=$(last_row)
cp "$file" "$dir/first.sealed"
cp "$state/pictures/2-1.sealed" "$file"
names_row() { audit verify; [ "$status" = 1 ] && grep -q "^audit: row $1: its picture .*$2" "$dir/out"; }
ok "another run's picture in its place: verify names the row" names_row "$first" 'was changed'
open_picture "$first"
is 'and it is not opened' "$status" 1
ok 'RPA501' said 'RPA501'
ok 'nothing came out' not test -e "$shot"
# a backup with that is restored, and says so: what was done is whole
back_to() { # the rest of a state directory, restored from $dir/b
    rm -rf "$dir/again"
    rpa restore "$dir/b" --keys "$dir/b.keys" --state "$dir/again"
}
rpa backup "$dir/b" --keys "$dir/b.keys" --state "$state"
is 'a backup with a picture damaged' "$status" 0
back_to
is 'is restored with an error' "$status" 1
ok 'that says of which row' printed "^1 pictures of it are missing or damaged, of rows $first\$"
ok 'and of how many rows it is' printed '^restored: [0-9]* rows'
is 'the rest of it is there' "$("$RPA" audit show --state "$dir/again" | grep -c '"what":"restore"')" 1
rm "$dir/b/pictures/1-1.sealed" "$dir/b/pictures/2-1.sealed"
back_to
is 'without two of them' "$status" 1
ok 'both are named' printed "^2 pictures .* of rows $first, $second\$"
sed -i 's/"what":"backup"/"what":"Backup"/' "$dir/b/audit.db"
back_to
is 'with a row changed as well nothing is' "$status" 1
ok 'for that row' said 'its hash does not match'
ok 'and nothing of it is left' [ -z "$(find "$dir/again" -type f)" ]
rm "$file"
ok 'without its file: verify names the row' names_row "$first" 'No such file'
cp "$dir/first.sealed" "$file"
ok 'as it was, it verifies' verifies
open_picture "$second"
is 'control: the other one opens' "$status" 0

# --- policies -------------------------------------------------------------------------
leaky quiet "\"x\"" 'pictures = "none",' <"$dir/bots/shows/main.lua"
bot quiet
is 'none: the error has no picture' "$(of_json .error.picture)" null
leaky every "\"x\"" 'pictures = "screens",' <"$dir/bots/shows/main.lua"
bot every
is 'screens: each that was delivered, and the failure' \
    "$(pictures --run 4 | jq -r .reason | tr '\n' ' ')" 'screen screen failure '
echo 'return { pictures = "none" }' >"$dir/conf"
bot every --config "$dir/conf"
is 'rpa.conf decides over the manifest' "$(of_json .pictures)" 0
leaky wrong "\"x\"" 'pictures = "all",' <"$dir/bots/shows/main.lua"
bot wrong
is 'no such policy' "$status" 4

# --- no room --------------------------------------------------------------------------
lost() { # what
    is "$1: the run ends as it would" "$status" 1
    is "$1: its error has no picture" "$(of_json .error.picture)" null
    ok "$1: which is said" said 'a picture was not kept'
    is "$1: there is no row without a file" "$(pictures | wc -l)" "$before"
    ok "$1: the store verifies" verifies
}
before=$(pictures | wc -l)
mv "$state/pictures" "$dir/kept"
: >"$state/pictures"
bot shows
rm "$state/pictures"
mv "$dir/kept" "$state/pictures"
lost 'no folder'
small() {
    [ "$(id -u)" = 0 ] && mv "$state/pictures" "$dir/kept" && mkdir "$state/pictures" &&
        mount -t tmpfs -o size=1m tmpfs "$state/pictures" 2>/dev/null && mounts=$state/pictures
}
if small; then
    bot shows
    umount "$state/pictures" && mounts=''
    rmdir "$state/pictures" && mv "$dir/kept" "$state/pictures"
    lost 'a full disk'
else
    [ ! -d "$dir/kept" ] || { rmdir "$state/pictures"; mv "$dir/kept" "$state/pictures"; }
    ok 'no file system can be mounted here' true
fi

# --- x3270: a failure right after the password ------------------------------------------
start_host --password "$canary" --user RPABOT
new_state "$canary"
new_bot sign_on <<'LUA' 3<<MANIFEST
rpa.queue("q"):add { reference = "an item" }
rpa.queue("q"):each(function()
    local crs = rpa.window("Crime Recording"):grid()
    crs:wait("SIGN ON")
    crs:field("User ID"):set("RPABOT")
    crs:field("Password"):secret(rpa.secret("crs-password"))
    crs:field("Shoe Size"):set("9")
end)
LUA
return {
    name = "sign_on", target = "crime_recording", map = "common/crime_recording",
    mode = "DEMO", set = { host = "" }, queues = { q = {} },
    app = {
        argv = { "x3270", "-once", "-title", "Crime Recording", "-charset",
            "cp1146", "-model", "3279-4-E", "-efont", "3270-20", "-scheme", "reverse",
            "-xrm", "x3270.menuBar: False", "-xrm", "x3270.scrollBar: False",
            "-xrm", "x3270.unlockDelay: False", "\${host}" },
        ready = { title = "Crime Recording" },
    },
    windows = { "Crime Recording" },
    secrets = { ["crs-password"] = { target = "crime_recording", screen = "SIGN ON", field = "Password" } },
}
MANIFEST
bot sign_on --set "host=127.0.0.1:$port"
is 'x3270: the run fails at a field that is not there' "$(of_json .error.code)" RPA212
is 'x3270: without a step, the act and its field' "$(of_json .error.step)" 'field.set Shoe Size'
open_picture "$(of_json .error.picture)"
# cells of 10x20 from 2,6; white, by -scheme reverse
is 'x3270: the password field is black' "$(pixels 432 226 80 20)" black
ok 'x3270: the user id shows' [ "$(pixels 432 186 60 20)" -gt 1000 ]
is 'x3270: the cell behind the field is white' "$(pixels 513 226 9 20)" 180
done_testing
