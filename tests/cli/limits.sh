#!/bin/bash
# What a run may take of the machine: a bot that takes memory, computes or starts
# programs without end is ended, its item settles, and the next run goes on; an
# application gets no more than its share.
. "$(dirname "$0")/lib.sh"
new_state
"$RPA" queue create work --set max_attempts=1 --state "$state"
greedy() { # name, limits, what it does with its item
    bot "$1" "return { name = '$1', queues = { work = {} }, limits = { $2 } }" <<LUA
rpa.queue("work"):each(function(item) $3 end)
LUA
    printf 'id\n%s\n' "$1" >"$dir/item.csv"
    rpa queue add work "$dir/item.csv" --state "$state"
    exits 0 || bail "no item: $(cat "$dir/err")"
    run "$dir/bots/$1"
}
stands() { # the item's number and state
    [ "$("$RPA" queue list work --json --state "$state" | jq -r "select(.item == $1).state")" = "$2" ]
}

# --- the bot ------------------------------------------------------------------------
greedy memory 'bot_memory_mib = 32' 'local t = {} while true do t[#t + 1] = ("x"):rep(100000) .. #t end'
ok 'memory without end' error 1 110 '' 'the bot needs more than its 32 MiB'
ok 'its item has failed' stands 1 failed
greedy spins 'bot_cpu_s = 1' 'while true do end'
ok 'a loop without end' error 1 110 '' 'the bot computed for more than 1 s'
ok 'its item has had its attempt' stands 2 failed
greedy matches 'bot_cpu_s = 1' '(("a"):rep(40)):find(("a*"):rep(40) .. "b")'
ok 'and one inside a pattern, where no hook is called' \
    error 1 110 '' 'the bot computed for more than 1 s'
bot modest <<<'print(2 + 2)'
run "$dir/bots/modest"
ok 'the next run goes on' exits 0
bot streams 'return { name = "streams", limits = { bot_memory_mib = 96 } }' <<'LUA'
local text, n = "<l>" .. ("<r><name>Siân</name></r>"):rep(200000) .. "</l>", 0
for record in rpa.xml.stream(text):records("/l/r") do
    n = n + #record:text("/r/name")
end
print(n)
LUA
run "$dir/bots/streams"
ok 'records cost what one of them does, not what all do' prints 1000000
bot asks 'return { name = "asks", limits = { bot_memory_mib = 1000, app_processes = 8 } }' <<<''
run "$dir/bots/asks"
ok 'more than an installation lets it have is refused' \
    error 5 120 '' 'bot_memory_mib: 1000 is more than the 256'
printf 'return { limits = { bot_memory_mib = 1000 } }\n' >"$dir/rpa.conf"
run "$dir/bots/asks" --config "$dir/rpa.conf"
ok 'unless rpa.conf does' exits 0

# --- its application ------------------------------------------------------------------
shell() { # name, limits, main.lua from standard input
    bot "$1" "return { name = '$1', windows = { '$1' }, limits = { $2 },
        app = { ready = { title = '$1' }, argv = { 'xterm', '-u8', '-T', '$1', '-fn',
            '-misc-fixed-medium-r-normal--15-140-75-75-c-90-iso10646-1', '-e', 'sh' } } }"
    run "$dir/bots/$1"
}
wants() { # name, MiB it may have; 100 MiB wanted: the status of that
    shell "$1" "app_memory_mib = $2" <<LUA
local grid = rpa.window("$1"):grid()
grid:wait("$")
grid:type("python3 -c 'bytearray(100 << 20)'; echo took: \$?")
grid:key("Enter")
grid:wait({ text = "took: $3" }, { timeout = 60 })
LUA
}
wants takes 64 1
ok 'memory without end in an application' exits 0
wants has 256 0
ok 'control: with more it has it' exits 0
shell burns 'app_cpu_s = 3' <<'LUA'
local grid = rpa.window("burns"):grid()
grid:wait("$")
grid:type("sh -c 'while :; do :; done'; echo ended: $?")
grid:key("Enter")
grid:wait({ text = "ended: 152" }, { timeout = 120 }) -- SIGXCPU
LUA
ok 'computing without end' exits 0
if [ "$(id -u)" = 0 ]; then
    shell forks 'app_processes = 12' <<'LUA'
local grid = rpa.window("forks"):grid()
grid:wait("$")
grid:type("for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do sleep 98763 & done")
grid:key("Enter")
grid:wait("Cannot fork", { timeout = 60 })
LUA
    ok 'processes without end' exits 0
    none() { ! pgrep -fx 'sleep 98763' >/dev/null; }
    ok 'and none is left' none
fi
done_testing
