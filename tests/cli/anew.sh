#!/bin/bash
# An error that ends a plain loop ends the bot, not the night: what is ready goes to
# a new bot at a new application, as nothing is known of where the old one stands.
. "$(dirname "$0")/lib.sh"
cat >"$dir/desk" <<SH
printf 'begun\n' >>"$dir/kept"
[ ! -e "$dir/slow" ] || (cd && mkdir many && cd many && seq 40000 | xargs touch)
while read -rep 'Surname: ' name; do
    [ "\$name" != leave ] || exit
    printf '%s\n' "\$name" >>"$dir/kept"
    echo "SAVED REF-\$name"
done
SH
touch "$dir/kept"
chmod 777 "$dir"
chmod 666 "$dir/kept"
desk() { # name, how it loops; each item's work from standard input
    bot "$1" "return { name = \"$1\", queues = { q = {} }, windows = { \"Desk\" },
        app = { ready = { title = \"Desk\" }, argv = { \"xterm\", \"-T\", \"Desk\",
            \"-fn\", \"9x15\", \"-e\", \"bash\", \"$dir/desk\" } } }" <<LUA
local grid = rpa.window("Desk"):grid()
grid:wait("Surname:")
local function work(item)
    $(cat)
    grid:type(item.reference)
    if item.reference == "Bala" then error("not today") end
    grid:key("Enter")
    grid:wait("SAVED REF-" .. item.reference)
    item:done("REF-" .. item.reference)
end
$2
LUA
}
night() { # bot, options…: four items; what the desk kept is in \$kept
    state=$dir/$1.state
    : >"$dir/kept"
    rpa queue create q --state "$state"
    printf 'id\nAled\nBala\nCai\nDewi\n' >"$dir/four.csv"
    rpa queue add q "$dir/four.csv" --state "$state"
    run "$dir/bots/$1" "${@:2}"
    kept=$(tr '\n' ' ' <"$dir/kept")
}
items() { "$RPA" queue list q --json --state "$state" | jq -r .state | tr '\n' ' '; }
plain='for item in rpa.queue("q"):items() do work(item) end'

desk plain "$plain" <<<''
night plain --json
ok 'the error is told, and is the exit' error 1 110 'plain/main.lua:6' 'not today'
ok 'the others are done in the same run' summary '.items.done == 3 and .items.failed == 1'
is 'at an application that knows nothing of it' "$kept" 'begun Aled begun Cai Dewi '
is 'its item has failed' "$(items)" 'done failed done done '
ok 'the log says that the bot began anew' says 'it begins anew with the next item'
is 'it is one run' "$(kinds RUN_CLOSE)" 1
ok 'the audit verifies' verified

desk each 'rpa.queue("q"):each(work)' <<<''
night each
is 'control: who goes on where the error left it keys the rest behind it' \
    "$kept" 'begun Aled BalaCai Dewi '

# the application is gone, as a host that goes down leaves it
desk gone "$plain" <<<'if item.reference == "Bala" then
        grid:type("leave")
        grid:key("Enter")
        item:retry("not today")
        grid:wait("nothing like it", { timeout = 20 })
    end'
night gone
is 'an application that closed is begun anew as well' "$kept" 'begun Aled begun Cai Dewi '
ok 'the audit verifies' verified

# --timeout is of the whole run, and nothing begins anew for ever
desk hangs "$plain" <<<'while item.reference == "Cai" do rpa.queue("q"):state("Cai") end'
night hangs --timeout 8
ok 'one limit for the whole run' exits 6
ok 'which is said' says 'took longer than --timeout'
ok 'as is what the first bot ended with' says 'not today'
is 'both are rowed' "$("$RPA" audit show --json --content --state "$state" |
    grep -c '"err":')" 2

# a stop while one bot's files are removed, and the next has not begun
touch "$dir/slow"
desk stops "$plain" <<<''
night stops & # in a process of its own, as it is waited for
run_pid=$!
removing() { supervisor=$(pgrep -f "rpa run $dir/bots/stops") && pgrep -P "$supervisor" -x rm >/dev/null; }
until removing || ! kill -0 "$run_pid" 2>/dev/null; do :; done
kill -INT "$supervisor"
wait "$run_pid"
run_pid=
rm "$dir/slow"
state=$dir/stops.state
is 'a stop between two bots is one' "$(items)" 'done failed ready ready '
is 'and is rowed' "$("$RPA" audit show --json --content --state "$state" |
    grep -c 'asked to stop')" 1

# a queue that pauses is none to begin for; another one is
bot two "return { name = 'two', queues = { q = {}, r = {} } }" <<'LUA'
for item in rpa.queue("q"):items() do error("not this one") end
for item in rpa.queue("r"):items() do item:done("R-1") end
LUA
state=$dir/two.state
for queue in q r; do
    rpa queue create $queue --set pause_after=2 --state "$state"
    rpa queue add $queue "$dir/four.csv" --state "$state"
done
run "$dir/bots/two"
ok 'the pause is said' says 'paused'
is 'what is in a queue that paused stays' "$(items)" 'failed failed ready ready '
bot both "return { name = 'both', queues = { q = {}, r = {} } }" <<'LUA'
for item in rpa.queue("q"):items() do
    if item.reference == "Dewi" then error("the last one") end
    item:done("Q-1")
end
for item in rpa.queue("r"):items() do item:done("R-1") end
LUA
rm -rf "$state"
for queue in q r; do
    rpa queue create $queue --state "$state"
    rpa queue add $queue "$dir/four.csv" --state "$state"
done
run "$dir/bots/both" --json
ok 'the last item of one queue fails: the other is begun' \
    summary '.items.done == 7 and .items.failed == 1'

bot never "return { name = 'never', queues = { q = {} } }" <<<'error("at once")'
state=$dir/plain.state
rpa queue add q <(printf 'id\nEleri\n') --state "$state"
run "$dir/bots/never"
ok 'a bot that takes no item is not begun anew' error 1 110 'never/main.lua:1' 'at once'
ok 'not once' silent 'begins anew'
done_testing
