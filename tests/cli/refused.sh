#!/bin/bash
# What a bot may not do, told from outside: end an item on a made-up reference,
# hold a secret in a request, get around the fence of the web.
. "$(dirname "$0")/lib.sh"
start_host
start_source --reports 2
new_state
content() { "$RPA" audit show --state "$state" --json --content; }
rows() { # a jq test of one row; how many hold
    content | jq -c "select($1)" | grep -c .
}

# --- a reference that nothing showed -------------------------------------------------
form() { # name; main.lua from standard input; a window that files at Enter
    bot "$1" "return { name = \"$1\", queues = { forms = {} }, windows = { \"the form\" }, app = {
        argv = { \"xterm\", \"-T\", \"the form\", \"-fn\", \"9x15\", \"-e\",
            \"sh\", \"-c\", \"printf 'REF BEFORE/1\\\\\\\\n'; read x; printf 'FILED AS AB/7\\\\\\\\n'; read y\" },
        ready = { title = \"the form\" } } }"
}
form made_up <<'LUA'
local grid = rpa.window("the form"):grid()
grid:wait("REF BEFORE/1")
local queue = rpa.queue("forms")
for reference in rpa.set.list:gmatch("%S+") do
    queue:add { reference = reference }
end
queue:each(function(item)
    grid:key("Enter")
    grid:wait("FILED AS")
    item:done(rpa.set.reference)
end)
LUA
sed -i 's/return { /&set = { reference = "", list = "A-1 A-2" }, /' "$dir/bots/made_up/bot.lua"
run "$dir/bots/made_up" --set reference=AB/8 --set list=A-1 --json
ok 'a made-up reference: RPA400, in doubt' exits 9
ok 'its code' summary '.error.code == "RPA400" and (.error.message | contains("reference"))'
ok 'none is done, one in doubt' summary '.items | .done == 0 and .doubt == 1'
ok 'the audit verifies' verified
run "$dir/bots/made_up" --set reference=AB/8 --json
ok 'and stays so' summary '.exit == 9 and .items.done == 0'
new_state
run "$dir/bots/made_up" --set reference=BEFORE/2 --json
ok 'one that is nowhere' exits 9
new_state
run "$dir/bots/made_up" --set reference=AB/7 --set list=A-1 --json
ok 'control: the one it shows' summary '.exit == 0 and .items.done == 1 and .items.doubt == 0'

# --- a secret in a request -------------------------------------------------------------
web() { # name; main.lua from standard input, $source in place of SOURCE
    sed "s/SOURCE/$source/g" | bot "$1" "return { name = \"$1\", queues = { guesses = {} },
        http = { \"$source\" }, navigation = { { url = \"http://$source/search\", methods = { \"POST\" } } },
        secrets = { [\"crs-password\"] = { url = \"http://$source/reports\" } } }"
}
for place in 'url = "http://SOURCE/reports?x=demo1234"' \
    'url = "http://SOURCE/reports", body = "pass=demo1234"' \
    'url = "http://SOURCE/reports", headers = { ["X-Note"] = "is demo1234" }'; do
    new_state
    web guesses <<LUA
rpa.http.request { method = "GET", url = "http://SOURCE/reports", secret = "crs-password" }
local ok, why = pcall(rpa.http.request, { method = "GET", $place })
local again = pcall(rpa.http.get, "http://SOURCE/reports")
pcall(function() rpa.queue("guesses"):each(function(item) item:done("x") end) end)
pcall(print, "second", ok, again)
LUA
    run "$dir/bots/guesses"
    ok "a secret in a request: ${place%%=*}… it ends with RPA121" \
        error 5 121 '' 'may do nothing more'
    ok 'and did nothing more' silent second
    ok 'one exchange, the first' [ "$(rows '.kind == "HTTP"')" = 1 ]
    ok 'no item was begun' [ "$(rows '.kind == "ITEM"')" = 0 ]
    ok 'a NOTE says so' [ "$(rows '.kind == "NOTE" and .content.note == "the bot held a secret in a request"')" = 1 ]
    ok 'the audit verifies' verified
done

# --- the fence of the web -----------------------------------------------------------------
for header in X-HTTP-Method-Override x-http-method X-Method-Override; do
    web override <<LUA
rpa.http.request { method = "POST", url = "http://SOURCE/search", headers = { ["$header"] = "DELETE" } }
LUA
    run "$dir/bots/override"
    ok "the header $header" error 5 120 'override/main.lua:1' "$header"
done

commits() { # url; is a POST to it rowed as a commit act?
    new_state
    web posts <<<"pcall(rpa.http.request, { method = \"POST\", url = \"$1\" })"
    run "$dir/bots/posts"
    [ "$(rows '.kind == "COMMIT"')" = 1 ]
}
passes() { ! commits "$1" && [ "$(rows '.kind == "HTTP"')" = 1 ]; }
refused() { ! commits "$1" && [ "$(rows '.kind == "HTTP"')" = 0 ]; }
ok 'control: POST /search is navigation' passes "http://SOURCE/search"
ok 'with a query too' passes "http://SOURCE/search?q=1"
ok 'a query that looks like its path is not' commits "http://SOURCE?file=/search"
ok 'with a fragment it is not sent' refused "http://SOURCE#/search"
ok 'nor the path with more to it' commits "http://SOURCE/search/../file"
done_testing
