#!/bin/bash
# A bot, a manifest or a command line that is wrong: one error, and no harm.
. "$(dirname "$0")/lib.sh"

# --- the bot --------------------------------------------------------------------
bot syntax <<<$'local a = 1\nlocal b = = 2'
run "$dir/bots/syntax"
ok 'a syntax error' error 4 101 'syntax/main.lua:2' "unexpected symbol near '='"
ok 'it is in the audit' verified

bot raises <<<$'\nlocal function f() error("no such luck") end\nf()'
run "$dir/bots/raises"
ok "a bot's own error, at its line" error 1 110 'raises/main.lua:2' 'no such luck'
ok 'once in the sentence' [ "$(grep -c 'main.lua:2' "$dir/err")" = 1 ]

bot facade <<<$'\n\nrpa.window("x")\n'
run "$dir/bots/facade"
ok "a façade's error stands at the bot's line" error 8 200 'facade/main.lua:3' 'no display'

bot nil <<<$'local t\nprint(t.x)'
run "$dir/bots/nil"
ok 'a fault of Lua' error 1 110 'nil/main.lua:2' 'attempt to index a nil value'

bot thrown <<<$'error({ 1 })'
run "$dir/bots/thrown"
ok 'a table thrown' error 1 110 'thrown/main.lua:1' 'a table was raised'

bot items 'return { name = "items", queues = { q = {} } }' <<<$'rpa.queue("q"):add { reference = "A-1" } rpa.queue("q"):add { reference = "A-2" }
rpa.queue("q"):each(function(item) error("not today") end)'
run "$dir/bots/items" --json
ok 'an error in an item' error 1 110 'items/main.lua:2' 'not today'
ok 'the item has failed, and the loop went on' summary '.items.failed == 2 and .exit == 1'
ok 'the error as JSON' summary '.error | .code == "RPA110" and .line == 2 and (.file | endswith("items/main.lua"))
    and (.message | startswith("not today")) and has("seen") and (.hint | length > 0)'
ok 'the audit verifies' verified

bot forever <<<$'while true do end'
run "$dir/bots/forever" --timeout 0.5
ok 'a bot that never ends, and --timeout' error 6 300 '' 'longer than --timeout'
ok 'the audit verifies' verified

bot hungry <<<$'local t = {}\nfor i = 1, 1e9 do t[i] = ("x"):rep(1e6) .. i end'
run "$dir/bots/hungry"
ok 'a bot that eats memory' error 1 110 '' 'more than its 256 MiB'

# --- what is no text: told before anything starts -----------------------------------
latin1=$'-- caf\xe9\n'
bot main_lua <<<$'local a = 1\n'"$latin1"
run "$dir/bots/main_lua"
ok 'a byte in a comment' error 4 100 '' 'main_lua/main.lua is not UTF-8: line 2'
ok 'is one error' [ "$(grep -c error "$dir/err")" = 1 ]
head -c 100000 /dev/urandom >"$dir/bots/main_lua/main.lua"
run "$dir/bots/main_lua"
ok 'a main.lua of random bytes' error 4 100 '' 'main_lua/main.lua is not UTF-8: line'
bot main_lua <<<$'-- caf\xc3\xa9'
run "$dir/bots/main_lua"
is 'control: in UTF-8' "$status" 0
printf '%s' "$latin1" >"$dir/bots/main_lua/more.lua"
run "$dir/bots/main_lua"
ok 'in a module' error 4 100 '' 'main_lua/more.lua is not UTF-8: line 1'
bot manifest "$latin1"'return { name = "manifest" }' <<<''
run "$dir/bots/manifest"
ok 'in the manifest' error 4 100 '' 'manifest/bot.lua is not UTF-8: line 1'
printf '%s' "$latin1" >"$dir/latin1.lua"
run -e 'print(1)' --map "$dir/latin1.lua"
ok 'in a map' error 4 100 '' 'latin1.lua is not UTF-8: line 1'
run -e 'print(1)' --config "$dir/latin1.lua"
ok 'in rpa.conf' error 4 100 '' 'latin1.lua is not UTF-8: line 1'
"$RPA" schedule check --schedules "$dir/latin1.lua" 2>"$dir/err"
status=$?
ok 'in schedules' error 4 100 '' 'latin1.lua is not UTF-8: line 1'

# --- the manifest -----------------------------------------------------------------
bot loop 'while true do end' <<<''
run "$dir/bots/loop"
ok 'a manifest that loops' error 4 100 'loop/bot.lua' 'did not come to an end'

bot long 'return { name = ("x"):rep(1 << 30) }' <<<''
run "$dir/bots/long"
ok 'a manifest that is 1 GB' error 4 100 'long/bot.lua' '16 MiB'

bot huge 'return { name = "huge", doc = ("x"):rep(8 << 20) }' <<<''
run "$dir/bots/huge"
ok 'a manifest of 8 MB' error 4 100 'huge/bot.lua' '16 MiB'

bot acts 'rpa = require "rpa" return {}' <<<''
run "$dir/bots/acts"
ok 'a manifest that wants to act' error 4 100 'acts/bot.lua:1' "no module 'rpa'"

bot broken $'return {\n    name = ,\n}' <<<''
run "$dir/bots/broken"
ok 'a manifest with a syntax error' error 4 101 'broken/bot.lua:2' "unexpected symbol near ','"

bot faults 'return { nmae = "x", mode = 1, windows = "all", app = { argv = { 1 }, echo_ms = 5 },
    secrets = { { screen = "A", filed = "B" } } }' <<<''
run "$dir/bots/faults"
ok 'a manifest with several faults' error 4 100 'faults/bot.lua' '7 faults'
for fault in 'nmae is not known' 'name is missing' 'mode wants LIVE, TRNG or DEMO' \
    'windows wants a list' 'app.argv wants a list of texts' 'app.echo_ms wants' 'secrets'; do
    ok "all are told: $fault" says "$fault"
done

# --- the command ------------------------------------------------------------------
run no_such_bot
ok 'an unknown bot' error 4 100 '' "there is no bot 'no_such_bot'"
run rekey_crime_reports --set hots=1
ok 'an unknown setting' error 4 100 '' "has no setting 'hots'"
ok 'and which there are' grep -qE '^try: its settings are: ([a-z_]+, )*host(,|$)' "$dir/err"
run -e 'print(1)' --purpose 'reason=12,colour=red,location=x,nothing'
ok 'a bad --purpose' error 2 100 '' 'purpose: '
for fault in 'a code from 0 to 10' "no 'colour'" 'location wants' "'nothing' wants key=value"; do
    ok "all are told: $fault" says "$fault"
done

for bad_line in '--no-such' '--set' '--set x' '--timeout never' '--timeout -1' \
    '--allow door=open' '' 'a b'; do
    # shellcheck disable=SC2086
    run $bad_line
    ok "usage: rpa run $bad_line" exits 2
    ok 'told on stderr, nothing on stdout' [ -s "$dir/err" -a ! -s "$dir/out" ]
done
rpa nonsense
ok 'usage: rpa nonsense' exits 2
rpa run --help
ok '--help is data' exits 0
ok 'on stdout' prints 'usage: rpa run'

run -e 'print("a\tb", "c\27[31m\r")'
ok 'print: tabs stay' grep -q $'^a\tb\tc' "$dir/out"
ok 'print: what moves a terminal does not' prints '\x1b[31m\x0d'

for command in run screen audit backup restore secret status stop; do
    ok "rpa $command --help is on stdout" \
        [ "$("$RPA" $command --help 2>/dev/null | grep -c '^usage: rpa')" = 1 ]
done
done_testing
