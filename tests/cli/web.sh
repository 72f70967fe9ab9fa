#!/bin/bash
# Web services over real TLS: each thing that can go wrong has its own outcome,
# and none reads as another.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/web_lib.sh"
# --- the matrix: path, options → outcome, and what is said --------------------------
web ', slow = { url = "https://localhost:${tls}/drip", timeout_ms = 1500,
        outcomes = { { is = "found", status = { "200" } } } },
    silent = { url = "https://localhost:${tls}/silent", first_byte_ms = 300,
        outcomes = { { is = "found", status = { "200" } } } },
    small = { url = "https://localhost:${tls}/endless", max_bytes = 1000000,
        outcomes = { { is = "found", status = { "200" } } } }' <<'LUA'
local v = rpa.service("vehicles")
local function tell(name, service, path)
    local good, answer = pcall(service.ask, service, { path = path })
    if not good then
        print(name .. "|raised " .. answer.code .. "|" .. answer.msg)
        return
    end
    local why = answer.why and (answer.why.msg or answer.why) or ""
    print(name .. "|" .. answer.outcome .. "|" .. why)
end
for _, path in ipairs { "200", "201", "204", "301-elsewhere", "301-metadata",
    "301-here", "301-404", "301-round", "400", "401", "404", "404-html", "409", "423", "429",
    "429-later", "500", "503", "cut-with-length", "cut-without-length", "10gb",
    "flood", "flood-one", "http-0.9", "html", "twice", "packed", "packed-cut", "bomb" } do
    tell(path, v, "/" .. path)
end
local followed = v:request { path = "/301-404" }
print("followed|" .. tostring(followed.redirected) .. " " .. followed.status .. "|")
tell("drip", rpa.service("slow"), "")
tell("silent", rpa.service("silent"), "")
tell("endless", rpa.service("small"), "")
LUA
ok 'the matrix ends' exits 0
row 200 found
row 201 "$cannot" 'status 201'
row 204 "$cannot" 'status 204'
row 301-elsewhere 'raised EPERM' 'other.example:443 is not this bot'
row 301-metadata 'raised EPERM' '169.254.169.254:80 is not this bot'
row 301-here "$cannot" 'redirected the request'
row 301-404 "$cannot" 'redirected the request'
row followed 'true 404'
row 301-round "$cannot" 'more than 5 redirects'
row 400 "$cannot" 'status 400'
row 401 "$cannot" 'status 401'
row 404 'not found'
row 404-html "$cannot" 'no json by its Content-Type'
row 409 "$cannot" 'status 409'
row 423 locked
row 429 "$cannot" 'status 429'
row 429-later "$cannot" 'status 429'
row 500 "$cannot" 'status 500'
row 503 "$cannot" 'status 503'
row cut-with-length "$cannot" 'GET localhost/\{vrm\}: '
row cut-without-length "$cannot" 'does not say how long it is'
row 10gb "$cannot" 'larger than 16777216 bytes'
row flood "$cannot" 'larger than .* headers'
row flood-one "$cannot" 'a header of the answer is too long'
row http-0.9 "$cannot" 'GET localhost/\{vrm\}: Unsupported protocol'
row html "$cannot" 'no json by its Content-Type'
row twice "$cannot" 'duplicate object key'
row packed found
row packed-cut "$cannot" 'packed answer ended too soon'
row bomb "$cannot" 'larger than 16777216 bytes'
row drip "$cannot" 'no whole answer in 1500 ms'
row silent "$cannot" 'did not begin in 300 ms'
row endless "$cannot" 'larger than 1000000 bytes'

# --- who answers: certificates, versions, nobody --------------------------------------
web <<LUA
for name, port in pairs { other = $other, expired = $expired, unknown = $unknown,
    self = $self, old = $old, refused = 1, good = $h2 } do
    local ok, got = pcall(rpa.http.get, "https://localhost:" .. port .. "/200")
    print(name .. "|" .. (ok and "answered" or got.code) .. "|" ..
        (ok and got.status or got.msg))
end
print("dns|" .. select(2, pcall(rpa.http.get, "https://nobody.invalid/")).code)
LUA
row other EHTTP 'no alternative certificate subject name'
row expired EHTTP 'certificate has expired'
row unknown EHTTP 'unable to get local issuer certificate'
row self EHTTP 'self-signed certificate'
row old EHTTP 'version|protocol'
row refused EHTTP 'Connection refused|connect to'
row good answered 200
ok 'a host that is not listed is not looked up' prints 'dns|EPERM'
bot dns 'return { name = "dns", http = { "nobody.invalid" } }' \
    <<<'rpa.http.get("https://nobody.invalid/")'
run "$dir/bots/dns"
ok 'a name without an address' error 1 320 main.lua:1 'Could not resolve host'

# --- whom it may reach -------------------------------------------------------------------
bot private "return { name = 'private', http = { 'localhost:$tls', 'http://localhost:$service_port' } }" \
    <<LUA
for _, url in ipairs { "https://localhost:$tls/200", "http://localhost:$service_port/200" } do
    local ok, why = pcall(rpa.http.get, url)
    print(ok, why.code, why.msg)
end
LUA
run "$dir/bots/private"
ok 'a name that stands for this machine is refused' test \
    "$(grep -c 'EPERM.*is not of the open Internet' "$dir/out")" = 2
bot clear "return { name = 'clear', http = { 'localhost:$service_port' } }" \
    <<<"rpa.http.get('http://localhost:$service_port/200')"
run "$dir/bots/clear"
ok 'without TLS is refused' error 5 120 main.lua:1 'is called without TLS'
bot named 'return { name = "named", http = { "127.evil.example" } }' \
    <<<'rpa.http.get("http://127.evil.example/")'
run "$dir/bots/named"
ok 'to a name that begins as an address of this machine, too' \
    error 5 120 main.lua:1 'is called without TLS'
bot near "return { name = 'near', http = { '127.0.0.1:$service_port' } }" \
    <<<"print(rpa.http.get('http://127.0.0.1:$service_port/200').status)"
run "$dir/bots/near"
ok 'not to the address' exits 0
conf '' ', "http://localhost:*"'
bot said "return { name = 'said', target = 'ves', http = { 'http://localhost:$service_port' } }" \
    <<<"print(rpa.http.get('http://localhost:$service_port/200').status)"
run "$dir/bots/said" --config "$dir/rpa.conf"
ok 'unless manifest and rpa.conf say it' exits 0
conf
run "$dir/bots/said" --config "$dir/rpa.conf"
ok 'both of them' error 5 120 '' "http: 'http://localhost:$service_port' is not among"

# --- by the target's proxy, which alone knows the name -------------------------------------
mkfifo "$dir/proxy_stdin"
exec 5< <(exec python3 "$ROOT/tests/fake/web_proxy.py" "$dir/proxied" <"$dir/proxy_stdin")
exec 6>"$dir/proxy_stdin" # it ends with us
read -r -t 60 line <&5 || bail 'no proxy'
proxy="proxy = 'http://127.0.0.1:${line#port }',"
far="https://other.example:$other"
bot far "return { name = 'far', target = 'ves', services = { far = { url = '$far',
    outcomes = { { is = 'found', status = { '200' } } } } } }" \
    <<<'local a = rpa.service("far"):ask { path = "/200" }
print(a.outcome .. "|" .. tostring(a.why and a.why.msg))'
conf '' ', "other.example:*"'
run "$dir/bots/far" --config "$dir/rpa.conf"
ok 'control: without it there is no such host' prints 'Could not resolve host'
conf "$proxy" ', "other.example:*"'
run "$dir/bots/far" --config "$dir/rpa.conf"
ok 'it is reached by the proxy, its certificate looked at as ever' prints 'found|false'
ok 'which was asked once, for that' test "$(cat "$dir/proxied")" = \
    "CONNECT other.example:$other HTTP/1.1"
bot still "return { name = 'still', target = 'ves', services = { still = { url = '$far',
    timeout_ms = 4000, first_byte_ms = 300, outcomes = { { is = 'found', status = { '200' } } } } } }" \
    <<<'local a = rpa.service("still"):ask { path = "/silent" }
print(a.outcome .. "|" .. tostring(a.why and a.why.msg))'
run "$dir/bots/still" --config "$dir/rpa.conf"
ok "its own answer is not the server's first byte" prints 'did not begin in 300 ms'
conf "$proxy"
run "$dir/bots/far" --config "$dir/rpa.conf"
ok 'a host that is not listed is refused before' error 5 120 '' other.example
conf 'proxy = "http://127.0.0.1:1",' ', "other.example:*"'
run "$dir/bots/far" --config "$dir/rpa.conf"
ok 'a proxy that is not there: could not check' prints 'could not check|'

# --- what a manifest may not say -------------------------------------------------------------
bot pattern "return { name = 'pattern', services = { s = { url = 'https://h', outcomes = {
    { is = 'found', status = { '200' }, has = { 'reply(%d' } } } } } }" <<<''
run "$dir/bots/pattern"
ok 'a malformed pattern is told when the bot is read' error 4 100 bot.lua '1 fault'
ok 'and where it is' says 'outcomes[1].has wants a list of well-formed patterns of Lua'

ok 'the store is right' verified
done_testing
