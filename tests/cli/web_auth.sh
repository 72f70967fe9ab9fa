#!/bin/bash
# Who we say we are, against servers that look: basic, bearer, OAuth 2, mutual TLS.
# What is secret is in no file, row, log, nor in what the bot gets.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/web_lib.sh"
new_state
put() { "$RPA" secret set "$@" --state "$state" 2>>"$dir/err" || bail "no secret $1"; }
printf b4sic-p4ss | put basic
printf t0ken-of-ours-c4nary | put bearer
printf 0auth-s3cret | put oauth
printf 4pi-key-c4nary | put key
cat "$web/client.pem" "$web/client.key" | put pem --whole
openssl pkcs12 -export -in "$web/client.pem" -inkey "$web/client.key" \
    -passout pass:p12-p4ss -out "$web/client.p12"
put p12 --whole <"$web/client.p12"
printf p12-p4ss | put p12-password
printf wr0ng-p4ss | put wrong
cat "$web/unknown.pem" "$web/unknown.key" | put stranger --whole

any='outcomes = { { is = "found", status = { "200" } } }'
base=https://localhost:$tls
bot auth "return { name = 'auth', target = 'ves', set = { host = '' }, services = {
    silent = { url = '$base/silent' },
    basic = { url = '$base/basic', auth = 'basic', user = 'kim', secret = 'basic', type = 'json', $any },
    bearer = { url = '$base/echo', auth = 'bearer', secret = 'bearer', $any },
    key = { url = '$base/key', auth = 'header', header = 'x-API-key', secret = 'key', $any },
    unnamed = { url = '$base/key', auth = 'header', secret = 'key', $any },
    oauth = { url = '$base/with-token', auth = 'oauth2', user = 'rpa-client', secret = 'oauth',
        token_url = '$base/token', scope = 'for 3600', type = 'json', $any },
    never = { url = '$base/401', auth = 'oauth2', user = 'rpa-client', secret = 'oauth',
        token_url = '$base/token', scope = 'for 3600', type = 'json', $any },
    pem = { url = 'https://localhost:$mutual/who', certificate = 'pem', $any },
    plain = { url = '$base/revoke', $any },
  }, secrets = { basic = { url = '$base/basic' },
    bearer = { url = '$base/echo' }, key = { url = '$base/key' }, oauth = { url = '$base/token' },
    pem = { url = 'https://localhost:$mutual/who' } } }" <<'LUA'
local function tell(name, answer)
    print(name .. "|" .. answer.outcome .. "|" .. tostring(answer.value and
        (answer.value.said or answer.value) or answer.why))
end
for _, name in ipairs { "basic", "bearer", "key", "unnamed", "oauth", "oauth", "pem" } do
    tell(name, rpa.service(name):ask {})
end
rpa.service("plain"):request {}
tell("revoked", rpa.service("oauth"):ask {})
rpa.service("plain"):request {}
print("filed|" .. rpa.service("oauth"):request { method = "POST", body = "x" }.status)
for i, answer in ipairs(rpa.service("oauth"):ask_all { {}, {}, {} }) do tell(i, answer) end
for i, answer in ipairs(rpa.service("basic"):ask_all { {}, {} }) do tell("basic" .. i, answer) end
tell("never", rpa.service("never"):ask {})
for i, answer in ipairs(rpa.service("key"):ask_all { {}, {} }) do tell("key" .. i, answer) end
print("both|" .. tostring(select(2, pcall(rpa.service("key").request, rpa.service("key"),
    { headers = { ["X-Api-Key"] = "mine" } }))))
LUA
auth() { run "$dir/bots/$1" --config "$dir/rpa.conf" --quiet; cat "$dir/out" "$dir/err" >>"$dir/all"; }
: >"$dir/all"
auth auth
line() { ok "$1: $2" grep -qE "^$1\|$2" "$dir/out"; }
line basic 'found|Basic \*+$'
line bearer found
ok 'a bearer secret came to the server, and comes back as stars' \
    grep -qE '^bearer.*Bearer \*{20}"' "$dir/out"
for key in key unnamed key1 key2; do
    line $key 'found\|.*"x-api-key": "\*+"'
done
line both "error RPA100: both a header 'X-Api-Key' and a secret for it"
ok 'a key has no other header' not grep -qE '^key.*"authorization"' "$dir/out"
line oauth 'found|Bearer \*+$'
line pem 'found\|CN=client'
line revoked found
line filed 200
for i in 1 2 3 basic1 basic2; do line $i found; done
line never 'could not check\|the service answered with status 401'
asked() { grep -c "\"path\": \"$1\"" "$web/log"; }
is 'a token is asked for once a service, and once more when a kept one was refused' \
    "$(asked /token)" 4
is 'then what it was refused for is sent again: POST, too' "$(asked /with-token)" 9
is 'a token that is fresh is not asked for again' "$(asked /401)" 1
ok 'as an act of its own' test "$("$RPA" audit show --json --state "$state" --kind SECRET |
    jq -rs length)" -ge 5

# --- what is wrong ------------------------------------------------------------------
one() { # name, service, secrets; asks it
    bot "$1" "return { name = '$1', target = 'ves', services = { s = { $2, $any } },
        secrets = { $3 } }" <<<'local a = rpa.service("s"):ask {}
print(a.outcome .. "|" .. tostring(a.value or a.why))'
    auth "$1"
}
one p12 "url = 'https://localhost:$mutual/who', certificate = 'p12', certificate_password =
    'p12-password'" "p12 = { url = 'https://localhost:$mutual/who' },
    ['p12-password'] = { url = 'https://localhost:$mutual/who' }"
ok 'PKCS#12 with its password' prints 'found|CN=client'
one p12bad "url = 'https://localhost:$mutual/who', certificate = 'p12', certificate_password =
    'wrong'" "p12 = { url = 'https://localhost:$mutual/who' },
    wrong = { url = 'https://localhost:$mutual/who' }"
ok 'with a wrong one it could not check' prints 'could not check|'
one none "url = 'https://localhost:$mutual/who'" ''
ok 'without a certificate the server wants it' prints 'could not check|the service answered with status 400'
one stranger "url = 'https://localhost:$mutual/who', certificate = 'stranger'" \
    "stranger = { url = 'https://localhost:$mutual/who' }"
ok 'nor is a stranger let in' prints 'could not check|'
one wrong "url = '$base/basic', auth = 'basic', user = 'kim', secret = 'wrong'" \
    "wrong = { url = '$base/basic' }"
ok 'a wrong password' prints 'could not check|the service answered with status 401'
one denied "url = '$base/with-token', auth = 'oauth2', user = 'rpa-client', secret = 'wrong',
    token_url = '$base/token'" "wrong = { url = '$base/token' }"
ok 'no token' prints "asking for a token: the token service of 's' answered with status 401"
one unbound "url = '$base/basic', auth = 'basic', user = 'kim', secret = 'basic'" \
    "basic = { url = '$base/other' }"
ok 'a secret for another address' error 5 121 main.lua:1 'is not bound to this address'

for name in Host content-type Proxy-X 'a b' ''; do
    one header "url = '$base/key', auth = 'header', header = '$name', secret = 'key'" \
        "key = { url = '$base/key' }"
    ok "a secret is no header '$name'" says "header wants the name of a header"
done

# --- a token that is refused, of a service that wants our certificate, too ---------------
mtls=https://localhost:$mutual
bot both "return { name = 'both', target = 'ves', services = {
    s = { url = '$mtls/with-token', certificate = 'pem', auth = 'oauth2', user = 'rpa-client',
        secret = 'oauth', token_url = '$base/token', scope = 'for 3600', type = 'json', $any },
    plain = { url = '$base/revoke', $any } },
    secrets = { pem = { url = '$mtls/with-token' }, oauth = { url = '$base/token' } } }" <<'LUA'
for _ = 1, 3 do
    print(rpa.service("s"):ask {}.outcome)
    rpa.service("plain"):request {}
end
LUA
fetched() { "$RPA" audit show --json --state "$state" --kind SECRET | jq -s length; }
before=$(fetched)
auth both
is 'a new token with the same certificate' "$(grep -cx found "$dir/out")" 3
is 'which is fetched once a request, its secret once a token' "$(($(fetched) - before))" 6

# --- a token is no answer --------------------------------------------------------------
bot untold "return { name = 'untold', target = 'ves', services = {
    up = { url = '$base/with-token', auth = 'oauth2', user = 'rpa-client', secret = 'oauth',
        token_url = '$base/token', scope = 'for 0', type = 'json', $any },
    down = { url = 'https://localhost:1/', auth = 'oauth2', user = 'rpa-client',
        secret = 'oauth', token_url = '$base/token', scope = 'for 0', type = 'json', $any } },
    secrets = { oauth = { url = '$base/token' } } }" <<'LUA'
for _, name in ipairs { "up", "down" } do
    for _, ask in ipairs { "ask", "ask_all" } do
        local service = rpa.service(name)
        service[ask](service, ask == "ask" and {} or { {} })
        rpa.review.searched { about = "V-1", system = "ves", as = {},
            outcome = rpa.outcome.not_found("NONE") }
    end
end
LUA
auth untold
ok 'a service is asked that gives tokens and no more' exits 0
is 'so nothing is known of what was searched' "$("$RPA" audit show --json --state "$state" \
    --kind REVIEW | jq -r .plain.outcome | tr '\n' ,)" \
    'not found,not found,could not check,could not check,'

# --- how long a token lasts ------------------------------------------------------------
lasts() { # what expires_in says, how many tokens 40 requests take
    : >"$web/log"
    bot lasts "return { name = 'lasts', target = 'ves', services = { s = {
        url = '$base/with-token', auth = 'oauth2', user = 'rpa-client', secret = 'oauth',
        token_url = '$base/token', scope = '$1', type = 'json', $any } },
        secrets = { oauth = { url = '$base/token' } } }" <<'LUA'
local a
for _ = 1, 40 do a = rpa.service("s"):ask {}; if a.outcome ~= "found" then break end end
print(a.outcome .. "|" .. tostring(a.value and a.value.said or a.why))
LUA
    auth lasts
    ok "expires_in '$1': each request is answered" grep -qE '^found\|Bearer \*+$' "$dir/out"
    is 'so many tokens' "$(grep -c '"path": "/token"' "$web/log")" "$2"
}
lasts 'for 3600' 1
lasts 'for 1' 40
lasts 'for -9223372036854775808' 40
lasts 'for 9223372036854775807' 1
lasts all 1

# --- what a token is -------------------------------------------------------------------
given() { # scope; asks for a token of it
    one given "url = '$base/with-token', auth = 'oauth2', user = 'rpa-client',
        secret = 'oauth', scope = '$1', token_url = '$base/token'" \
        "oauth = { url = '$base/token' }"
}
given 'is bEARER'
ok 'its type is written in any case' prints 'found|'
given 'is mac'
ok 'a token of another type is not used' prints 'gave a token that is no bearer'
given broken
ok 'nor is one of two lines' prints 'could not check|error RPA310: asking for a token: the token service gave no token'

# --- what is secret -------------------------------------------------------------------
canaries='b4sic-p4ss|4pi-key-c4nary|t0ken-of-ours-c4nary|0auth-s3cret|t0ken-[0-9]+-c4nary|p12-p4ss|wr0ng-p4ss'
canaries+="|$(printf kim:b4sic-p4ss | base64)|$(sed -n 2p "$web/client.key" | cut -c1-40)"
ok 'control: the server was told' grep -rqE 'CN=client' "$dir/all"
ok 'is in nothing that was said' not grep -aqE "$canaries" "$dir/all"
ok 'in no file of the state' not grep -raqE "$canaries" "$state"
ok 'in no row, opened' not grep -aqE "$canaries" <("$RPA" audit show --content --json \
    --state "$state" --purpose justification='the test')
ok 'the store is right' verified

# --- while it runs: in no argument and no environment -----------------------------------
bot long "$(sed 's/name = .auth./name = "long"/' "$dir/bots/auth/bot.lua")" <<'LUA'
rpa.service("basic"):ask {}
rpa.service("oauth"):ask {}
rpa.log("asked")
rpa.service("silent"):request { timeout = 60 }
LUA
host=
begin "$dir/bots/long" --config "$dir/rpa.conf"
ok 'a run that has its secrets' await asked
for p in $run_pid $(pgrep -P "$run_pid"); do
    cat "/proc/$p/cmdline" "/proc/$p/environ" 2>/dev/null
done >"$dir/proc"
ok 'shows none of them in /proc' not grep -aqE "$canaries" "$dir/proc"
kill "$run_pid"
collect
done_testing
