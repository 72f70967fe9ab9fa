#!/bin/bash
# Many look-ups at once: all are on disk before the first is sent, each has its own
# outcome and its own answer, in order.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/web_lib.sh"
json() { "$RPA" audit show --json --state "$state" "$@"; }
opened() { json --content --purpose justification='the test' "$@"; }
count_of() { grep -cF "\"path\": \"$1\"" "$web/log"; }

# --- answers, in order --------------------------------------------------------------
: >"$web/log"
vehicles+='retry = { on = { "503" }, attempts = 3, wait_ms = 20 },'
web <<'LUA'
local v, list = rpa.service("vehicles"), {}
local paths = { "/200", "/404", "/423", "/500", "/503-then-200", "/301-here", "/301-elsewhere",
    "/cut-with-length", "/twice", "/bomb", "/200" }
for i, path in ipairs(paths) do list[i] = { path = path } end
for i, answer in ipairs(v:ask_all(list)) do
    print(i .. paths[i] .. "|" .. answer.outcome .. "|" .. tostring(answer.why and
        (answer.why.msg or answer.why) or ""))
end
local query = { path = "/find/{id}", method = "POST" }
local got = v:ask_all { { path = "/find/{id}", id = "7", method = "POST", json = { n = 1 } } }
print("post|" .. got[1].outcome)
print("commit|" .. select(2, pcall(v.ask_all, v, { { path = "/200" },
    { path = "/echo", method = "PUT", body = "x" } })).code)
print("elsewhere|" .. select(2, pcall(rpa.http.all, { { url = v.url .. "/200" },
    { url = "https://other.example/" } })).code)
print("nothing|" .. #rpa.http.all {})
local all = {}
for i = 1, 150 do all[i] = { url = v.url .. "/echo", query = { i = i } } end
local right = 0
for i, reply in ipairs(rpa.http.all(all)) do
    right = right + (reply.reply:json().query == "i=" .. i and 1 or 0)
end
print("right|" .. right)
LUA
ok 'they are asked' exits 0
row 1/200 found
row 2/404 'not found'
row 3/423 locked
row 4/500 "$cannot" 'status 500'
row 5/503-then-200 found
row 6/301-here "$cannot" 'redirected the request'
row 7/301-elsewhere "$cannot"
row 8/cut-with-length "$cannot"
row 9/twice "$cannot"
row 10/bomb "$cannot" 'larger than'
row 11/200 found
line post 'not found'
line commit EPERM
line elsewhere EPERM
line nothing 0
line right 150
is 'what is refused is refused before anything is sent' "$(count_of /200)" 3
is 'a 503 is asked again, and once more by itself, as what was cut behind it proves nothing' \
    "$(count_of /503-then-200)" 3
run_of() { jq -s '(map(.run) | max) as $last | map(select(.run == $last))'; }
ok 'each has an outcome of its own' test "$(json | jq -s '
    [.[] | select(.kind == "HTTP").seq] == ([.[] | select(.kind == "OUTCOME").plain.intent]
    | unique | map(select(. != null)))')" = true
ok 'which says what came of it' test "$(opened --kind OUTCOME | jq -s '
    [.[].content.http | select(. != null)] | unique | join(" ")')" = \
    '"200 301 404 423 500"'

# --- a server that answers twice, when the next request is there already --------------
# Control: the stand-in answers the first twice, so that a client that goes on reading
# on its connection has the wrong one.
python3 - "$service_port" <<'PY' >"$dir/out"
import http.client, sys
c = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
for i in range(3):
    c.request("GET", f"/doubled?i={i}&how=counted")
    print("control", c.getresponse().read().decode())
PY
ok 'one answer is taken for the next' prints 'control {"id": "1"}'
ok 'and the second is never had' not prints '"2"'
web <<'LUA'
local v = rpa.service("vehicles")
for _, how in ipairs { "counted", "chunked", "empty" } do
    local all, right = {}, 0
    for i = 1, 130 do
        all[i] = { url = v.url .. "/doubled?i=" .. i .. "&how=" .. how }
    end
    for i, got in ipairs(rpa.http.all(all)) do
        right = right + (got.reply:header("X-Id") == tostring(i) and 1 or 0)
    end
    for i = 1, 3 do
        local reply = rpa.http.get(all[i].url)
        right = right + (reply:header("X-Id") == tostring(i) and 1 or 0)
    end
    print(how .. "|" .. right)
end
LUA
for how in counted chunked empty; do line $how 133; done
ok 'what could not be told was asked again' test "$(opened --kind OUTCOME | jq -s '
    [.[].content.tried // [] | select(index("kept"))] | length')" -ge 1

# --- by HTTP/2, where each answer says what it is to ----------------------------------
# The stand-in answers when four are there: one after the other, none ever would be.
web <<LUA
local list, right = { { url = "https://localhost:$h2/200" } }, 0
for i = 1, 60 do list[i + 1] = { url = "https://localhost:$h2/four?i=" .. i } end
for i, got in ipairs(rpa.http.all(list)) do
    right = right + (i > 1 and got.reply and
        got.reply:json().query == "i=" .. i - 1 and 1 or 0)
end
print("together|" .. right)
LUA
line together 60
ok 'each has its own outcome' test "$(opened --kind OUTCOME | run_of | jq -c '
    [.[].content | select(.http)] | [length, (map(.tried // []) | unique)]')" = '[61,[[]]]'

# One waits longer to be asked again than the others may take: they have their answers.
web ", train = { url = \"https://localhost:$h2\", timeout_ms = 3000,
    retry = { on = { \"429\" }, attempts = 2, wait_ms = 4000 },
    outcomes = { { is = \"found\", status = { \"200\" } } } }" <<'LUA'
local list = { { path = "/200" }, { path = "/429-then-200" } }
for i = 3, 9 do list[i] = { path = "/200" } end
for i, got in ipairs(rpa.service("train"):ask_all(list)) do print("train" .. i .. "|" .. got.outcome) end
LUA
for i in 1 2 3 4 5 6 7 8 9; do line train$i found; done
is 'who waits keeps none behind it' "$(opened --kind OUTCOME | run_of | jq -c '
    [.[].content | select(.http) | [.tried // [], .ms < 3000]] | group_by(.) |
    map([.[0], length])')" '[[[[],true],8],[[["429"],false],1]]'

# --- an answer that is not counted, retried on the connection it came on ----------------
web <<'LUA'
local v, list = rpa.service("vehicles"), {}
for i, path in ipairs { "/200", "/503-chunked-then-200", "/200" } do list[i] = { path = path } end
for i, answer in ipairs(v:ask_all(list)) do print("retried" .. i .. "|" .. answer.outcome) end
LUA
for i in 1 2 3; do line retried$i found; done
is 'does not prove what came behind it' "$(opened --kind OUTCOME | run_of | jq -c '
    [.[].content | select(.http) | .tried // []]')" '[[],["503","kept"],[]]'

# --- what was searched is what was answered ------------------------------------------
web <<'LUA'
local v, none = rpa.service("vehicles"), rpa.outcome.not_found("NONE")
local function search(...)
    local urls = {}
    for i, url in ipairs { ... } do urls[i] = { url = url } end
    rpa.http.all(urls)
    rpa.review.searched { about = "V-1", system = "ves", as = {}, outcome = none }
end
local closed, nobody = "https://localhost:1", v.url .. "/404"
search(nobody)
search(closed)
search(closed, closed)
search(nobody, closed)
search(closed, nobody)
search(v.url .. "/301-404")
search(v.url .. "/301-round")
LUA
ok 'look-ups are told as searches' exits 0
is 'no answer at all, or only where to ask on, is none that nothing was found' "$(
    json --kind REVIEW | run_of | jq -r '.[].plain.outcome' | tr '\n' ,)" \
    "not found,$cannot,$cannot,not found,not found,not found,$cannot,"
is 'the row that says so is one that was answered' "$(json | run_of | jq -c '
    (map(select(.plain.result == "done").plain.intent)) as $done |
    [.[] | select(.kind == "REVIEW" and .plain.outcome == "not found") |
    .plain.shown | IN($done[])] | unique')" '[true]'

# --- of many answers each is told as its own search ------------------------------------
web <<'LUA'
local v = rpa.service("vehicles")
local function search(outcome)
    rpa.review.searched { about = "V-2", system = "ves", as = {}, outcome = outcome }
end
local answers = v:ask_all { { path = "/404" }, { path = "/404" }, { path = "/404" } }
for i = 3, 1, -1 do
    print("named|" .. tostring(math.type(answers[i].row)))
    search(answers[i])
end
search(answers[2])
search(rpa.outcome.not_found("NONE"))
local old = v:ask { path = "/404" }
rpa.set_purpose { reference = "another" }
search(old)
rpa.call("review.searched", { about = "V-2", system = "ves", as = {}, outcome = "found", rows = { 1 } })
LUA
line named integer
is 'each once, whatever their order; none by another, nor for another purpose' "$(
    json --kind REVIEW | run_of | jq -r '.[].plain.outcome' | tr '\n' ,)" \
    "not found,not found,not found,$cannot,$cannot,$cannot,$cannot,"
is 'each with its own row' "$(json --kind REVIEW | run_of | jq -c '
    [.[].plain | select(.outcome == "not found").shown] | length - (unique | length)')" 0

# --- the pages of one search, of which the bot makes one outcome -------------------------
web <<'LUA'
local v, none = rpa.service("vehicles"), rpa.outcome.not_found("NONE")
local function search(outcome, of)
    rpa.review.searched { about = "V-4", system = "ves", as = {}, outcome = outcome, of = of }
end
local pages = { { path = "/404" }, { path = "/404" }, { path = "/404" } }
local answers = v:ask_all(pages)
search(none, answers)
search(none, answers) -- they are of the search before
local urls = { { url = v.url .. "/404" }, { url = v.url .. "/404" } }
local got = rpa.http.all(urls)
search(none, { got[1].reply, got[2] })
urls[2].url = "https://localhost:1"
search(none, rpa.http.all(urls)) -- one was not answered
answers = v:ask_all(pages)
rpa.set_purpose { reference = "another" }
search(none, answers)
answers = v:ask_all { { path = "/404" }, { path = "/301-round" } }
print("worst|" .. tostring(select(2, pcall(search, none, answers))))
print("empty|" .. tostring(select(2, pcall(search, none, {}))))
search(rpa.outcome.could_not_check("no answer"), answers)
search(none, { answers[1] })
LUA
line worst "error RPA100: told as 'not found', and an answer that it is of is 'could not check'"
line empty 'error RPA100: of is a list of what was answered'
is 'they are told as one search, which is of all of them' "$(
    json --kind REVIEW | run_of | jq -r '.[].plain | .outcome + (.look_ups |
        if . then " of \(length)" else "" end)' | tr '\n' ,)" \
    "not found of 3,$cannot,not found of 2,$cannot,$cannot,$cannot,$cannot,"

# --- what names no look-up is of none that another search has ----------------------------
searches() { # the run's own, as the audit has them: person, outcome, is it the row it is to be
    json --kind REVIEW | run_of | jq -r '.[].plain | .person + " " + .outcome +
        (if .shown == 0 then "" else " shown" end)' | tr '\n' ,
}
told='local v, none = rpa.service("vehicles"), rpa.outcome.not_found("NONE")
local function tell(person, outcome)
    rpa.review.searched { about = "V-3", person = person, system = "ves", as = {}, outcome = outcome }
end'
web <<LUA
$told
local two = v:ask_all { { path = "/404" }, { path = "/404" } }
tell("d", two[1])
tell("nobody", none)
tell("e", two[2])
two = v:ask_all { { path = "/404" }, { path = "/404" } }
tell("nobody", none)
tell("f", two[2])
tell("g", two[1])
tell("nobody", none)
local one, later = v:ask { path = "/404" }, v:ask { path = "/404" }
tell("later", none)
tell("later", later)
tell("one", one)
tell("nobody", none)
LUA
ok 'searches are told' exits 0
is 'an answer is of the search that names it' "$(searches)" \
    "d not found shown,nobody $cannot,e not found shown,nobody $cannot,f not found shown,\
g not found shown,nobody $cannot,later not found shown,later $cannot,one not found shown,nobody $cannot,"
web <<LUA
$told
local list = {}
for i = 1, 65 do list[i] = { path = "/404" } end
local all = v:ask_all(list)
tell("nobody", none)
tell("last", all[65])
local three = v:ask_all { { path = "/404" }, { path = "/301-round" }, { path = "/404" } }
tell("p1", three[1])
tell("p2", rpa.outcome.could_not_check("no answer"))
tell("p2", rpa.outcome.locked("no answer"))
tell("p3", three[3])
LUA
is 'what could not be checked takes the answer of none' "$(searches)" \
    "nobody $cannot,last not found shown,p1 not found shown,p2 $cannot,p2 locked,p3 not found shown,"
web <<LUA
$told
local list = {}
for i = 1, 300 do list[i] = { path = "/404" } end
for i, answer in ipairs(v:ask_all(list)) do tell("p" .. i, answer) end
LUA
is 'of hundreds each is told as its own' "$(json --kind REVIEW | run_of | jq -c '
    [.[].plain | select(.outcome == "not found").shown] | [length, (unique | length)]')" '[300,300]'

# --- many bytes ----------------------------------------------------------------------
: >"$web/log"
web <<'LUA'
local v, list = rpa.service("vehicles"), {}
for i = 1, 9 do list[i] = { url = v.url .. "/three-mb" } end
local good = 0
for _, got in ipairs(rpa.http.all(list)) do
    good = good + (got.reply and #got.reply.body == 3000000 and 1 or 0)
end
print("large|" .. good)
LUA
line large 9
is 'what is over the bytes of one answer is asked for in the next, once' \
    "$(count_of /three-mb)" 9
ok 'and was not sent in the first' test "$(json --kind OUTCOME | jq -rs '
    [.[].plain | select(.result == "not_done")] | length')" -ge 3
ok 'the store is right' verified

# --- answers that were to be saved, and are not --------------------------------------
web ', lists = { url = "https://localhost:${tls}/large-404", max_bytes = 100000000 }' \
    'limits = { bot_memory_mib = 256 },' <<'LUA'
local list, all = rpa.service("lists"), {}
for i = 1, 2 do all[i] = { url = list.url, save = "download" } end
for i, got in ipairs(rpa.http.all(all)) do
    print("unsaved|" .. i .. " " .. (got.reply and got.reply.status .. " " .. #got.reply.body
        or got.err.msg))
end
LUA
ok 'are the replies' exits 0
for i in 1 2; do line unsaved "$i 404 40000000"; done

# --- a download, in pieces: 60 MB in a bot of 48 ---------------------------------------
web ', lists = { url = "https://localhost:${tls}/many", max_bytes = 100000000 }' \
    'limits = { bot_memory_mib = 48 },' <<'LUA'
local list, n = rpa.service("lists"), 0
local reply = list:request { stream = true }
for record in rpa.xml.stream(reply):records("/list/r") do
    n = n + (record:text("/r/n") == "O'Brien & Siân" and 1 or 0)
end
print("streamed|" .. n .. " " .. tostring(reply.body) .. " " .. tostring(reply.bytes > 48 << 20))
list:request { stream = true }
print("old|" .. select(2, pcall(reply:pieces())).code)
print("whole|" .. select(2, pcall(list.request, list, {})).code)
print("together|" .. select(2, pcall(list.ask_all, list, { { stream = true } })).code)
local v = rpa.service("vehicles")
print("down|" .. select(2, pcall(rpa.xml.stream, v:request { path = "/503", stream = true })).code)
print("page|" .. select(2, pcall(rpa.xml.stream, v:request { path = "/html", stream = true })).code)
LUA
ok 'a long answer' exits 0
line streamed '90000 nil true'
line old EGONE
line whole EHTTP
line together EINVAL
line down EHTTP
line page EPROTO
ok 'its hash is in the audit' test "$(opened --kind OUTCOME | jq -s '
    [.[].content | select(.bytes != null and .bytes > 50000000 and .body.sha256 != null)] |
    length')" = 2

# --- before the first is sent --------------------------------------------------------
killed() { # how: the run is killed while the server has the first of ten
    : >"$web/log"
    new_state
    bot killed "$(manifest "services = { $vehicles outcomes = { $outcomes } } },")" <<LUA
local v, list = rpa.service("vehicles"), { { path = "/silent" } }
for i = 2, 10 do list[i] = { path = "/200" } end
$1
LUA
    "$RPA" run "$dir/bots/killed" --config "$dir/rpa.conf" --state "$state" --quiet \
        >"$dir/out" 2>"$dir/err" &
    run_pid=$!
    until_ok 60 asked_silent || return
    kill -KILL "$run_pid"
    wait "$run_pid" 2>/dev/null
    run_pid=
    rpa audit verify --state "$state"
}
asked_silent() { [ "$(count_of /silent)" = 1 ]; }
intents() { json --kind HTTP | jq -s length; }
unknown() { opened --kind OUTCOME | jq -sc 'map(.plain.result) | if all(. == "unknown") then length else . end'; }
killed 'v:ask_all(list)'
is 'all intents are on disk when the first has gone out' "$(intents)" 10
is 'and none but the first has' "$(count_of /200)" 0
is 'no outcome is made up' "$(json --kind OUTCOME | jq -s length)" 0
is 'at the next start it is told that none is known' "$(unknown)" 10
killed 'for _, one in ipairs(list) do v:ask(one) end'
is 'control: one by one, only the first is' "$(intents)" 1
is 'and nothing is said of others' "$(unknown)" 1
done_testing
