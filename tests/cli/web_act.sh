#!/bin/bash
# Web services: what is sent, what is rowed, what is sent once more, and a person
# service of SOAP and segments.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/web_lib.sh"

# --- methods, bodies, protocols ------------------------------------------------------------
web <<LUA
local v = rpa.service("vehicles")
local function sent(request)
    request.path = "/echo"
    local r = v:request(request)
    return r.status == 200 and r:json()
end
local r = sent { method = "POST", query = { q = "ŵ" }, json = { n = 9007199254740993 } }
print("json|" .. r.method .. " " .. r.query .. " " .. r.body)
r = sent { method = "POST", multipart = { { name = "f", file = "a.txt", data = "x" } } }
print("multipart|" .. r.headers["content-type"] .. " " .. #r.body)
for _, method in ipairs { "GET", "PUT", "PATCH", "DELETE" } do
    r = sent { method = method, body = method ~= "GET" and "x" or nil }
    print(method .. "|" .. r.method .. " " .. (r.headers["content-length"] or "-"))
end
r = v:request { method = "HEAD", path = "/200" }
print("HEAD|" .. r.status .. " " .. #r.body)
local function protocol() return rpa.http.get("https://localhost:$h2/protocol").body end
print("h2|" .. protocol())
print("unsaid|" .. #rpa.http.get("https://localhost:$h2/chunked").body .. " " .. protocol())
v:request { path = "/login" }
local function led(to)
    local all = v:request { path = "/onward", query = { to = to }, body = "x",
        headers = { ["X-Api-Key"] = "k" } }:json()
    return (all.headers["x-api-key"] or "-") .. all.body
end
print("here|" .. led("/echo"))
print("there|" .. led("https://localhost:$h2/echo"))
print("cookie|" .. tostring(sent({ method = "GET" }).headers.cookie))
print("shown|" .. tostring(v:request { path = "/login" }:header("set-cookie")))
r = v:request { path = "/file", save = "download" }
print("saved|" .. r.bytes .. " " .. tostring(r.body))
print("agent|" .. tostring(pcall(v.request, v, { path = "/200",
    headers = { Host = "evil" } })))
LUA
ok 'all are sent' exits 0
line json 'POST q=%C5%B5 {"n":9007199254740993}'
line multipart 'multipart/form-data; boundary=rpa-part-1 '
for method in PUT PATCH DELETE; do line "$method" "$method 1"; done
line GET 'GET -'
line HEAD '200 0'
line h2 'HTTP/2.0'
line unsaid '16 HTTP/1.1'
line here kx
ok 'another host is told neither headers nor body' grep -qx 'there|-' "$dir/out"
line cookie 'sid=s3ss10n'
line shown nil
line saved '10000 nil'
line agent 'false'
ok 'the download is whole' cmp -s "$dir/download" \
    <(python3 -c 'import sys; sys.stdout.buffer.write(b"\0\1binary\r\n" * 1000)')
json() { "$RPA" audit show --json --state "$state" "$@"; }
ok 'a POST that the manifest lists is a look-up, others commit' test \
    "$(json --kind COMMIT | jq -r .verb | sort | tr '\n' ' ')" = \
    'alteration alteration erasure '
ok 'an answer that HTTP/2 does not prove whole is asked for by HTTP/1.1' test \
    "$(json --kind OUTCOME --content --purpose justification='the test' |
        jq -c '.content.tried | select(. != null)')" = '["HTTP/2"]'
ok 'a look-up is what the manifest says' test \
    "$(json --kind HTTP | jq -rs '[.[].verb] | unique | join(" ")')" = \
    'collection consultation'
ok 'its path is plain only as a template' test \
    "$(json --kind HTTP | jq -rs '[.[].field] | unique | join(" ")')" = \
    'localhost localhost/{vrm}'
ok 'status, bytes and duration stand in the outcome' test "$(json --kind OUTCOME \
    --content --purpose justification='the test' | jq -rs '[.[].content | select(. != null
    and .http == 200 and .ms >= 0 and .bytes > 0)] | length')" -gt 5

# --- once more ----------------------------------------------------------------------------
count_of() { grep -cF "\"path\": \"$1\"" "$web/log"; }
: >"$web/log"
vehicles+='retry = { on = { "429", "503" }, attempts = 3, wait_ms = 20,
    key = "Idempotency-Key" },'
web <<'LUA'
local v = rpa.service("vehicles")
for _, path in ipairs { "/429-then-200", "/503-then-200", "/500", "/503", "/429-later" } do
    print(path .. "|" .. v:ask { path = path }.outcome)
end
v:request { method = "POST", path = "/find/503", json = {} }
local function post(headers)
    v:request { method = "POST", path = "/400", json = {}, headers = headers }
    return v:request { method = "POST", path = "/503", json = {}, headers = headers }.status
end
print("plain|" .. post())
print("keyed|" .. post { ["Idempotency-Key"] = "OCR-1" })
print("put|" .. v:request { method = "PUT", path = "/503-then-200-put", body = "x" }.status)
print("late|" .. v:request { method = "PUT", path = "/503-soon", body = "x" }.status)
LUA
line /429-then-200 found
line /503-then-200 found
line /500 "$cannot"
is '500 is no named cause' "$(count_of /500)" 1
is '503 is: three times, a POST without a key once, one with it three times' \
    "$(count_of /503)" 7
is 'Retry-After of an hour is not waited for' "$(count_of /429-later)" 1
line put 200
line late 503
is 'a commit is not sent again when its permission has run out' "$(count_of /503-soon)" 1
ok 'each cause is in the audit' test "$(json --kind OUTCOME --content --purpose \
    justification='the test' | jq -rs '[.[].content | select(. != null) | .tried // [] |
    .[]] | sort | join(" ")')" = '429 503 503 503 HTTP/2'

# --- not begun with, says HTTP/2 ------------------------------------------------------------
mkfifo "$dir/refuses_stdin"
exec 5< <(exec python3 "$ROOT/tests/fake/web_refuses.py" "$web/good.pem" "$web/good.key" \
    <"$dir/refuses_stdin")
exec 6>"$dir/refuses_stdin" # it ends with us
read -r -t 60 line <&5 || bail 'no server that refuses'
refuses="url = 'https://localhost:${line#port }', outcomes = { $outcomes }"
web ", once = { $refuses, retry = { on = { '503' }, wait_ms = 20 } }" \
    <<<'print("once|" .. rpa.service("once"):ask {}.outcome)'
line once "$cannot"
web ", more = { $refuses, retry = { on = { 'connect' }, wait_ms = 20 } }" \
    <<<'print("more|" .. rpa.service("more"):ask {}.outcome)'
line more found
ok 'what a server did not take is asked again, as without a connection' test "$(json \
    --kind OUTCOME --content --purpose justification='the test' |
    jq -cs 'last.content.tried')" = '["connect"]'

# --- a person service: SOAP, fixed-width segments, coded replies --------------------------
person='persons = { url = "https://localhost:${tls}/soap", type = "xml", outcomes = {
    { is = "found", status = { "200" }, has = { ">0000", } },
    { is = "found", status = { "200" }, has = { ">0010", } },
    { is = "not found", status = { "200" }, has = { ">2001" } },
    { is = "locked", status = { "200" }, has = { ">3001" } } } }'
for version in 1.1 1.2; do
    web ", $person" <<LUA
local head = rpa.segments.define { { "code", 4 }, { "people", 2, fill = "0" }, { "notes", 2, fill = "0" } }
local per = rpa.segments.define { { "surname", 20 }, { "forename", 15 }, { "born", 8 } }
for _, name in ipairs { "O'BRIEN", "WARNED", "NOBODY", "LOCKED", "ODD", "DOWN" } do
    local answer = rpa.service("persons"):ask { soap = { version = "$version", action = "find",
        body = { "p:find", ["xmlns:p"] = "urn:example:person:1", { "p:surname", name } } } }
    local data = answer:is("found") and
        answer.value:ns("p", "urn:example:person:1"):text("//p:reply")
    print(name .. "|" .. answer.outcome .. "|" .. (data and head:read(data:sub(1, 8)).code ..
        per:trimmed(per:read(data:sub(9, 51))).forename or ""))
end
LUA
    row "O'BRIEN" found 0000SIAN
    row WARNED found 0010ALEX
    row NOBODY 'not found'
    row LOCKED locked
    row ODD "$cannot"
    row DOWN "$cannot"
done
# --- from the command line ------------------------------------------------------------------
http() { rpa http "$@" --state "$state" --target ves --config "$dir/rpa.conf"; }
http GET "https://localhost:$tls/200" --purpose justification='the desk'
ok 'rpa http sends it' exits 0
ok 'and prints the body' prints '{"colour":"red"}'
ok 'with the status beside it' says 'status 200, 16 bytes'
http PUT "https://localhost:$tls/echo" --body '{"a":1}' --query 'q=a b' --query q=2 \
    --header 'X-Note=x=y"]]'
ok 'a body, a query, a header' test "$(jq -r '[.method, .query, .body, .headers["x-note"],
    .headers["content-type"]] | join("|")' "$dir/out")" = \
    'PUT|q=a%20b&q=2|{"a":1}|x=y"]]|application/json'
ok 'it commits' test "$(json --kind COMMIT | jq -r .target | tail -1)" = ves
http GET "https://localhost:$tls/404" --fail
is 'a status that is no success' "$status" 1
http GET "http://localhost:$service_port/200"
ok 'the same rules' error 5 120 '' "is not among the target's hosts"
rpa http GET "https://localhost:$tls/200" --state "$state"
ok 'with or without a target' error 5 120 'chunk:[0-9]+' 'is not of the open Internet'
rpa http GET
is 'half a command' "$status" 2
half() { # what is said, options…
    rpa http GET "https://localhost:$tls/200" "${@:2}"
    ok "half an option: ${*:2}" error 2 100 '' "$1"
}
half '--header wants NAME=VALUE' --header foo
half '--query wants NAME=VALUE' --query =foo
half '--body wants a value' --body
half '--body wants a value' --body --state "$state"
half '--type wants a value' --body '{}' --type
half '--bot wants a value' --bot
half '--service wants a value' --service

# by a bot's manifest
web ", $person, files = { url = 'https://localhost:\${tls}', outcomes = { $outcomes } }" \
    <<<'print(1)'
bot_http() { rpa http "$@" --bot "$dir/bots/web" --state "$state" --config "$dir/rpa.conf" \
    --files "$dir"; }
bot_http GET /200 --service vehicles
ok 'a service of it' prints '{"colour":"red"}'
ok 'what its answer means' says 'found'
bot_http GET /404 --service vehicles --fail
is 'which is what --fail looks at' "$status" 1
ok 'and says' says 'not found'
bot_http GET /409 --service vehicles
ok 'what no rule speaks of' says 'could not check: the service answered with status 409'
rm -f "$dir/download"
bot_http GET /file --service vehicles --save download
ok 'of another type than the service says, it is not found' says 'could not check'
ok 'and not saved' test ! -e "$dir/download"
bot_http GET /file --service files --save download
ok 'a download' exits 0
ok 'is the bytes that were sent' cmp -s "$dir/download" \
    <(python3 -c 'import sys; sys.stdout.buffer.write(b"\0\1binary\r\n" * 1000)')
printf before >"$dir/download"
bot_http GET /301-here --service vehicles --save download --fail
is 'where a redirect led to is not found' "$status" 1
bot_http GET "https://localhost:$tls/301-here" --save download
ok 'nor saved' says 'was redirected'
bot_http GET /html --service vehicles --save download --fail
is 'nor a page of another type' "$status" 1
bot_http GET /404 --service vehicles --save download
ok 'what is not found is printed' prints 'no such vehicle'
bot_http HEAD "https://localhost:$tls/200" --save download
ok 'HEAD has nothing to save' error 4 100 'chunk:[0-9]+' 'HEAD has no body'
bot_http GET "https://localhost:$tls/204" --save download
ok 'nor has 204' says 'status 204 has no body to be saved'
is 'the file is as it was' "$(cat "$dir/download")" before
bot_http GET /file
ok 'a path without a service' test "$status" != 0
bot_http GET "https://localhost:$tls/file"
is 'what is no text is refused' "$status" 1
ok 'with what to do' says '--save'
ok 'and is not lost' prints '\x00\x01binary'
seq 200000 >"$dir/long"
bot_http POST /echo --service vehicles --body "@$dir/long" --type text/plain
ok 'a long answer is printed whole' test "$(jq -j .body "$dir/out" | sha256sum)" = \
    "$(sha256sum <"$dir/long")"
run "$dir/bots/web" -e 'print(("€é\r\n"):rep(40000) .. ("\r\n\u{10348}"):rep(30000))' \
    --config "$dir/rpa.conf"
is 'whose pieces end between characters' "$(sha256sum <"$dir/out")" "$(python3 -c '
print("€é\r\n" * 40000 + "\r\n\U00010348" * 30000)' | sha256sum)"
bot_http POST /echo --service vehicles --body '{}' --header content-type=text/xml
ok 'one Content-Type' test "$(jq -r '.headers["content-type"]' "$dir/out")" = text/xml
bot_http GET /200 --service vehicles --body a --body b
ok 'a second body' error 2 100 '' '--body is given twice'
bot_http GET /200 --service vehicles --service persons
ok 'a second service' error 2 100 '' '--service is given twice'
web ', none = { url = "https://localhost:${tls}/204", type = "json",
    outcomes = { { is = "not found", status = { "204" } } } }' \
    <<<'print("204|" .. rpa.service("none"):ask {}.outcome)'
line 204 'not found'
bot_http GET /200 --service nobody
ok 'a service that it has not' error 4 100 'chunk:[0-9]+' "declares no service 'nobody'"
web ", $person" <<<'print(1)'
bot_http GET /200 --service vehicles --secret none
ok 'a secret that it has not' test "$status" != 0
bot_http GET "https://localhost:$tls/200" --save elsewhere
ok 'a file that it has not' says "names no output file 'elsewhere'"
printf '\0%s"]]\n' '{"name":"O'"'"'Brien"}' >"$dir/body"
bot_http POST /echo --service vehicles --body "@$dir/body" --type text/plain
ok 'a body from a file, to the byte' test "$(jq -j .body "$dir/out" | sha256sum)" = \
    "$(sha256sum <"$dir/body")"
rpa http POST /echo --bot "$dir/bots/web" --service vehicles --state "$state" \
    --config "$dir/rpa.conf" --body - <"$dir/body"
ok 'or from standard input' test "$(jq -j .body "$dir/out" | sha256sum)" = \
    "$(sha256sum <"$dir/body")"
ok 'which asks, as that manifest says' test \
    "$(json --kind HTTP | jq -rs 'last.field')" = 'localhost/{vrm}'
bot_http GET /200 --service vehicles --body @/no/such
ok 'no such file' error 2 100 '' '--body @/no/such: No such file'
run "$dir/bots/web" -e 'print(rpa.service("persons").url)' --config "$dir/rpa.conf"
ok 'any chunk runs by it' prints "https://localhost:$tls/soap"

# --- one place has one spelling -------------------------------------------------------------
below='below = { url = "https://localhost:'$h2'/find", paths = { "/find/{id}" } }'
web ", $below" <<LUA
rpa.http.request { url = "https://localhost:$h2/%66ind/AB1" }
rpa.http.request { url = "https://LOCALHOST:$h2/find/AB2" }
rpa.http.request { url = "https://localhost:$h2/x/%2e%2E/find/AB3" }
rpa.http.request { url = "https://localhost:$h2/finding/AB4" }
rpa.http.request { method = "POST", url = "https://localhost:$tls/ech%6F" }
rpa.http.request { method = "POST", url = "https://localhost:$h2/echo" }
for _, path in ipairs { "/x/..;/find/AB5", "/x/%2e%2e;a=b/find/AB5", "/.;/x", "/x#y" } do
    print(path .. "|" .. select(2, pcall(rpa.http.request, {
        url = "https://localhost:$h2" .. path, query = { a = 1 } })).code)
end
LUA
ok 'all are sent' exits 0
for path in '/x/..;/find/AB5' '/x/%2e%2e;a=b/find/AB5' '/.;/x' '/x#y'; do line "$path" EINVAL; done
is 'a service is known however it is spelt, and nothing else is' \
    "$(json | jq -rs '[map(select(.kind == "HTTP" or .kind == "COMMIT")) | .[-6:][] | .kind + " " + .field] | join(", ")')" \
    'HTTP localhost/find/{id}, HTTP localhost/find/{id}, HTTP localhost/find/{id}, HTTP localhost, HTTP localhost/{vrm}, COMMIT localhost'
ok 'the store is right' verified
done_testing
