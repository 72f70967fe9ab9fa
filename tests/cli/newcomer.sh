#!/bin/bash
# What somebody meets who has read the manual and nothing else: slips of the hand,
# what is not there, what may not be opened.
. "$(dirname "$0")/lib.sh"
mkdir -p "$state"

# --- a repertoire says what may be typed, and hides no frame ---------------------
mkdir -p "$dir/bots/common"
for repertoire in ascii latin1 cp285; do
    printf 'return { repertoire = "%s" }\n' $repertoire >"$dir/bots/common/$repertoire.lua"
done
# shellcheck disable=SC2016 # a setting of the bot, no shell's
bot framed 'return { name = "framed", windows = { "Framed" }, map = "${map}",
    set = { map = "" },
    app = { argv = { "xterm", "-title", "Framed", "-fn", "9x15", "-e", "dialog",
        "--title", "Burglary", "--msgbox", "Entry by a window", "8", "40" },
        ready = { title = "Framed" } } }' <<'LUA'
local grid = rpa.window("Framed"):grid()
grid:wait("Entry by a window")
local all = table.concat(grid:lines(), "\n")
print(all:find("│ Entry by a window", 1, true) and "framed" or all)
LUA
for repertoire in ascii latin1 cp285; do
    run "$dir/bots/framed" --set "map=common/$repertoire" --timeout 30
    ok "a dialog is read where the repertoire is $repertoire" exits 0
    ok "with its frame, $repertoire" [ "$(cat "$dir/out")" = framed ]
done

# --- all faults of a file of schedules at once -----------------------------------
cat >"$dir/schedules.lua" <<'L'
return {
    many = { bot = "nosuch", at = "0 25 * * *", zone = "X" },
    later = { bot = "hello", after = { schedule = "nobody" } },
    one = { bot = "hello", after = { schedule = "other" } },
    other = { bot = "hello", after = { schedule = "one" } },
}
L
rpa schedule check --schedules "$dir/schedules.lua" --state "$state"
ok 'schedules with faults' exits 4
for fault in "many: there is no time zone 'X'" "many: hour '25'" "many: there is no bot 'nosuch'" \
    "later: no schedule is called 'nobody'" 'one: what it follows follows it' '6 faults'; do
    ok "told with all the others: $fault" says "$fault"
done

# --- one request, and its body in a file -----------------------------------------
head -c 3000 /dev/urandom >"$dir/served.bin"
exec 7< <(cd "$dir" && exec python3 -u -m http.server 0 --bind 127.0.0.1 2>/dev/null)
source_pid=$!
read -r -t 60 -u 7 line || bail 'no web server'
port=${line##* port }
port=${port%% *}
mkdir "$dir/kept"
rpa http GET "http://127.0.0.1:$port/served.bin" --save out.bin --files "$dir/kept" --state "$state"
ok 'a body that is no text is saved' exits 0
ok 'byte for byte' cmp "$dir/served.bin" "$dir/kept/out.bin"
rpa run -e 'rpa.file("x.bin"):write("a")' --state "$state"
ok 'a hint that is Lua' says '["x.bin"] = '

# --- where bots are looked for ----------------------------------------------------
mkdir -p "$dir/mine/quiet"
echo 'print("mine")' >"$dir/mine/quiet/main.lua"
echo 'return { name = "quiet", mode = "DEMO" }' >"$dir/mine/quiet/bot.lua"
run quiet
ok 'no bot of that name' error 4 100 '' "there is no bot 'quiet'"
ok 'and where was looked' says 'looked for in bots/ and '
RPA_BOTS=$dir/mine run quiet
ok 'RPA_BOTS has it' prints mine
DESTDIR=$dir/stage meson install -C "$BUILD" --no-rebuild >/dev/null 2>&1
installed=$(find "$dir/stage" -path '*/bin/rpa')
(cd / && "$installed" run hello --state "$state") >"$dir/out" 2>"$dir/err"
status=$?
ok 'an installed rpa has the bots of the README' prints hello
examples=$(dirname "$installed")/../share/rpa/examples
rpa schedule check --schedules "$examples/schedules.lua" --state "$state"
ok 'the schedules to begin with' prints '1 schedule, no faults'
run hello --config "$examples/rpa.conf"
ok 'the rpa.conf to begin with' exits 0

# --- a mode that is not the bot's -------------------------------------------------
run "$dir/mine/quiet" --mode LIVE
ok 'another mode than the manifest says' exits 2
ok 'whose mode it is' says 'quiet is a bot for DEMO'
run "$dir/mine/quiet" --mode DEMO
ok 'its own' exits 0

# --- what is not there is bad input -----------------------------------------------
rpa queue create here --state "$state"
bad() { # arguments…
    rpa "$@" --state "$state"
    ok "bad input: $*" exits 4
}
bad run -e 'print(1)' --purpose "$dir/nofile"
bad screen --map nosuch --saved "$dir/served.bin"
bad screen --map "$dir/nosuch.lua" --saved "$dir/schedules.lua"
bad schedule check --schedules "$dir/nosuch"
bad queue list nosuch
bad audit export --run 999 --proof "$dir/proof"
bad run -e 'print(1)' --config "$dir"
bad schedule check --schedules "$dir"
bad queue add here "$dir"
rpa restore "$dir/kept" --keys "$dir/nosuch" --state "$dir/fresh"
ok 'bad input: restore' exits 4

# --- who may not look ---------------------------------------------------------------
if [ "$(id -u)" = 0 ]; then
    chmod 755 "$dir"
    chmod 700 "$state"
    as_nobody() { # arguments…
        HOME=/nonexistent setpriv --reuid 65534 --regid 65534 --clear-groups "$RPA" "$@" \
            --state "$state" >"$dir/out" 2>"$dir/err"
        status=$?
    }
    for command in status 'queue list' 'secret list' 'audit verify' 'audit show' 'report night'; do
        read -ra words <<<"$command"
        as_nobody "${words[@]}"
        ok "permission denied: $command" error 5 120 '' "may not look into $state, which is root's"
    done
fi
rpa secret list --state "$dir/fresh2"
ok 'a list of no secrets' exits 0
ok 'makes nothing' [ ! -e "$dir/fresh2" ]

# --- nothing runs --------------------------------------------------------------------
rpa status --state "$state"
ok 'no supervisor is no failure of status' exits 3
ok 'but said' grep -qx 'nothing runs' "$dir/out"
ok 'with the queues' prints 'queue here: 0 ready'
ok 'its folder is there' not says 'there is no state directory'
rpa status --state "$dir/typo"
ok 'nor is it where there is no folder' exits 3
ok 'which is said' says "there is no state directory $dir/typo"
ok 'and none is made' [ ! -e "$dir/typo" ]
rpa acts frob
ok 'what is asked for and not known is told' exits 2

# --- whose the state directory is ------------------------------------------------------
mkdir "$dir/wide" "$dir/near"
chmod 777 "$dir/wide"
chmod 711 "$dir/near"
for command in 'run -e print(1)' 'queue create q' 'daemon'; do
    # shellcheck disable=SC2086
    rpa $command --state "$dir/wide"
    ok "others may write there: $command" error 5 120 '' "others may write into the state directory $dir/wide"
    ok 'nothing is made' [ -z "$(ls "$dir/wide")" ]
done
rpa run -e 'print(1)' --state "$dir/near"
ok 'control: where others may not it runs' exits 0
rpa run -e 'print(1)' --state "$RPA"
ok 'what is no folder is none' error 4 100 '' 'is no folder'
if [ "$(id -u)" = 0 ]; then
    mkdir "$dir/theirs"
    chown 65534 "$dir/theirs"
    rpa run -e 'print(1)' --state "$dir/theirs"
    ok 'root leaves no files in what is of another' error 5 120 '' 'is of uid 65534, not ours'
    mkdir "$dir/root's"
    chmod 755 "$dir/root's"
    old=$state
    state=$dir/root\'s/sub
    as_nobody run -e 'print(1)'
    state=$old
    ok 'nobody makes one where it may not' error 5 120 '' 'cannot make'
    chmod 755 "$state"
    as_nobody run -e 'print(1)'
    ok "root's own is nobody else's" error 5 120 '' "the state directory $state is of uid 0, not ours"
    for command in status 'queue list' 'audit show'; do
        read -ra words <<<"$command"
        as_nobody "${words[@]}"
        ok "nor may its files be opened: $command" error 5 120 '' "$state/"
        ok 'and who may is said' says 'try: have its user do it'
    done
    chmod 700 "$state"
fi
ln -s "$dir/nowhere" "$dir/dangling"
rpa run -e 'print(1)' --state "$dir/dangling"
ok 'a link to nowhere' error 4 100 '' "looking at $dir/dangling"
rpa status --state "$RPA"
ok 'what is no folder is not looked into' error 4 100 '' 'is no folder'

# --- slips of the hand ---------------------------------------------------------------
rpa frobnicate
ok 'no such command' error 2 100 '' "there is no command 'frobnicate'"
rpa qeue
ok 'which may have been meant' says 'try: queue; all there are: rpa --help'
rpa queue lits --state "$state"
ok 'of a queue' error 2 100 '' "there is no command rpa queue 'lits'"
ok 'the nearest of its words' says 'try: list; all there are: rpa queue --help'
rpa audit frob --state "$state"
ok 'of the audit' error 2 100 '' "there is no command rpa audit 'frob'"
rpa http GET http://127.0.0.1:9/ --frob
ok 'an option there is none of: http' says 'rpa http --help'
rpa screen --frob
ok 'and screen' says 'rpa screen --help'
rpa screen --map common/crime_recording --saved "$dir/served.bin" --state "$state"
ok 'what is no saved screen' error 4 100 '' 'is not UTF-8: line 1'
rpa audit show --since yesterday --state "$state"
ok 'what is no time' exits 2
ok 'how one is written' says '2026-11-22T14:30'
rpa audit show --run 999 --state "$state"
ok 'no such run' error 4 330 '' 'there is no run 999'
rpa audit show --run 1 --kind FILE --state "$state"
ok 'a run without such rows is one' exits 0
printf '0 9 * * *\tEurope/London\t2026-11-22T00:00:00+00:00\nnever\n' >"$dir/asked"
rpa cron next --batch - <"$dir/asked"
ok 'cron reads its lines from standard input' prints '2026-11-22T09:00:00+00:00'
ok 'each of which is its own answer' exits 0
rpa cron check '*/7 * * * *'
ok 'an uneven step is legal' exits 0
ok 'and warned of' says 'does not divide the'
rpa cron check '*/15 */6 * * *'
ok 'an even one is not' not says warning
rpa report night --night 2099-01-01 --state "$state"
ok 'a night to come' prints 'which has not begun'
began=$SECONDS
rpa font learn gone --out "$dir/gone.font" -- true
ok 'a terminal that ends at once' error 8 201 '' 'the program ended, and showed no window'
ok 'is not waited for' [ $((SECONDS - began)) -lt 15 ]
"$RPA_VERIFY" --key "$state/sign.pub" "$state" >/dev/full 2>"$dir/err"
ok 'a verdict that cannot be written is said' says 'cannot write the verdict'

done_testing
