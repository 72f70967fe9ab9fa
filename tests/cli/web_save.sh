#!/bin/bash
# Web services: long answers, on disk and never whole in memory; into a file of the
# manifest, which has its name when it is whole.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/web_lib.sh"
json() { "$RPA" audit show --json --state "$state" "$@"; }
count_of() { grep -cF "\"path\": \"$1\"" "$web/log"; }
large=', large = { url = "https://localhost:${tls}/large", max_bytes = 200000000 },
    cut = { url = "https://localhost:${tls}/large-cut", max_bytes = 200000000 },
    small = { url = "https://localhost:${tls}/longer", max_bytes = 9000000 }'
sha() { sha256sum "$1" | cut -d' ' -f1; }
whole=$(seq -f %09.0f 0 3999999 | sha256sum | cut -d' ' -f1)

# --- the memory of a driver: what it took at most, in KiB --------------------------------
peaks() { # while the run waits for /silent
    local p
    for p in $(pgrep -P "$run_pid"); do
        tr '\0' ' ' <"/proc/$p/cmdline" | grep -q 'driver' &&
            awk '/VmHWM/ { print $2 }' "/proc/$p/status"
    done
}
asked_silent() { [ "$(count_of /silent)" = 1 ]; }
driver_peak() { # main.lua's first lines; it prints the driver's peak
    : >"$web/log"
    bot peak "$(manifest "services = { $vehicles outcomes = { $outcomes } } $large },")" <<LUA
$1
pcall(rpa.http.request, { url = "https://localhost:$tls/silent" })
LUA
    "$RPA" run "$dir/bots/peak" --config "$dir/rpa.conf" --files "$dir" --state "$state" \
        --quiet >"$dir/out" 2>"$dir/err" &
    run_pid=$!
    until_ok 60 asked_silent && peaks
    kill -TERM "$run_pid"
    kill -TERM "$run_pid"
    wait "$run_pid" 2>/dev/null
    run_pid=
}
nothing=$(driver_peak '')
saved=$(driver_peak 'rpa.service("large"):request { save = "download" }')
streamed=$(driver_peak 'local n = 0
for piece in rpa.service("large"):request { stream = true }:pieces() do n = n + #piece end
assert(n == 40000000)')
echo "# KiB: nothing $nothing, saved $saved, streamed $streamed"
if grep -q __asan_init "$RPA"; then
    echo '# flat memory is not looked at: a sanitizer keeps what was freed'
else
    ok '40 MB are saved in the memory of a piece' test "$((saved - nothing))" -lt 24000
    ok 'and streamed' test "$((streamed - nothing))" -lt 24000
fi
is 'the file is what was sent' "$(sha "$dir/download")" "$whole"
is 'nobody else may read it' "$(stat -c %a "$dir/download")" 600

# --- what is on the disk is sealed ---------------------------------------------------------
on_disk() { # the driver's file, while the run waits for /silent
    local p f
    for p in $(pgrep -P "$run_pid"); do
        for f in "/proc/$p/fd"/*; do
            [[ $(readlink "$f") = */rpa-answer-*' (deleted)' ]] && cat "$f" && return
        done
    done
}
peaks() { on_disk >"$dir/disk"; }
driver_peak 'rpa.service("large"):request { stream = true }' >"$dir/out"
is 'the answer is in a file without a name' "$(stat -c %s "$dir/disk")" 40000000
lines_in() { grep -acE '^0000[0-9]{5}$' "$1"; }
is 'lines, as the saved file has them' "$(lines_in "$dir/download")" 100000
is 'are not to be seen there' "$(lines_in "$dir/disk")" 0

# --- by rpa http: judged first, in a bot that could not hold it -------------------------------
web ", lists = { url = 'https://localhost:\${tls}/large', max_bytes = 200000000,
    outcomes = { { is = 'found', status = { '200' } } } },
    looked = { url = 'https://localhost:\${tls}/large', max_bytes = 200000000,
    outcomes = { { is = 'found', status = { '200' }, lacks = { 'ERROR' } } } }" \
    'limits = { bot_memory_mib = 24 },' <<<'print(1)'
save_by() { # a service
    : >"$dir/download"
    rpa http GET '' --bot "$dir/bots/web" --service "$1" --save download --fail \
        --state "$state" --config "$dir/rpa.conf" --files "$dir"
}
save_by lists
ok 'what no rule looks into is found by its status' says 'found'
is 'and saved in pieces' "$status $(sha "$dir/download")" "0 $whole"
save_by looked
ok 'control: what a rule looks into is read whole' not exits 0

# --- whole or not at all -------------------------------------------------------------------
printf before >"$dir/download"
web "$large" <<'LUA'
local function try(name, service, request)
    request.save = "download"
    local good, got = pcall(service.request, service, request)
    print(name .. "|" .. (good and got.status .. " " .. (got.body or "-") or got.code))
end
try("cut", rpa.service("cut"), {})
try("long", rpa.service("small"), {})
try("missing", rpa.service("vehicles"), { path = "/404" })
LUA
ok 'what is not whole is an error' prints 'cut|EGONE'
ok 'and what is too long for the service' prints 'long|EHTTP'
ok 'what is no success is not saved, and its body is the reply' prints \
    'missing|404 {"error":"no such vehicle"}'
is 'the file is as it was' "$(cat "$dir/download")" before
ok 'and nothing else is there' test -z "$(find "$dir" -maxdepth 1 -name '.download*')"

new_state
web "$large" <<'LUA'
print(rpa.service("large"):request { save = "download" }.bytes)
LUA
ok 'in many pieces' prints 40000000
is 'each has its row before it is written' \
    "$(json --kind FILE | jq -s length)" 39
is 'and its outcome' "$(json --kind OUTCOME | jq -rs '
    [.[].plain | select(.result == "done")] | length')" 40
is 'they are all of it' "$(json --kind FILE --content --purpose justification='the test' |
    jq -s '[.[].content.bytes | select(. != null)] | add')" 40000000
ok 'the hash of the whole is in the outcome of the request' test "$(
    json --kind OUTCOME --content --purpose justification='the test' |
    jq -c 'select(.content.http == 200) | .content.body.sha256' | wc -l)" = 1

# --- killed in the middle ------------------------------------------------------------------
killed() { find "$dir" -maxdepth 1 -name '.download*.new' | grep -q .; }
printf before >"$dir/download"
bot killed "$(manifest "services = { $vehicles outcomes = { $outcomes } } $large },")" \
    <<<'for _ = 1, 50 do rpa.service("large"):request { save = "download" } end'
"$RPA" run "$dir/bots/killed" --config "$dir/rpa.conf" --files "$dir" --state "$state" \
    --quiet >"$dir/out" 2>"$dir/err" &
run_pid=$!
until_ok 60 killed
ok 'control: it was being written' killed
kill -KILL "$(pgrep -P "$run_pid" -f driver | head -1)"
wait "$run_pid"
run_pid=
ok 'the file is whole, before or after' \
    test "$(cat "$dir/download" | head -c 6)" = before -o "$(sha "$dir/download")" = "$whole"
ok 'and the half one is gone' test -z "$(find "$dir" -maxdepth 1 -name '.download*')"
ok 'the store is right' verified

# --- and the supervisor with who writes ------------------------------------------------------
"$RPA" run "$dir/bots/killed" --config "$dir/rpa.conf" --files "$dir" --state "$state" \
    --quiet >"$dir/out" 2>"$dir/err" &
run_pid=$!
until_ok 60 killed
writer=$(pgrep -P "$run_pid" -f 'role files')
in_the_middle() { kill -STOP "$writer" && { killed || { kill -CONT "$writer"; false; }; }; }
until_ok 60 in_the_middle
kill -KILL "$writer" "$run_pid"
wait "$run_pid" 2>/dev/null
run_pid=
ok 'control: half a file is left' killed
web "$large" <<<'print(rpa.service("large"):request { save = "download" }.status)'
ok 'the next that saves it' prints 200
ok 'drops what was left' test -z "$(find "$dir" -maxdepth 1 -name '.download*')"

# --- a person in a path --------------------------------------------------------------------
new_state
bot person "$(manifest "services = { $vehicles outcomes = { $outcomes } },
    gone = { url = 'https://localhost:1', paths = { '/v/{vrm}' } } },")" <<'LUA'
local v, gone = rpa.service("vehicles"), rpa.service("gone")
rpa.log(tostring(v:ask { path = "/find/{vrm}", vrm = "AB12CDE" }.why))
rpa.log(tostring(gone:ask { path = "/v/{vrm}", vrm = "AB12CDE" }.why))
rpa.log(tostring(gone:ask { path = "/other/AB12CDE" }.why))
rpa.log(tostring(select(2, pcall(rpa.http.get, v.url .. "/find/AB12CDE?q=AB12CDE"))))
rpa.http.get(v.url .. "/find/AB12CDE")
LUA
run "$dir/bots/person" --config "$dir/rpa.conf"
ok 'an error' exits 1
ok 'with the template' says 'GET localhost/v/{vrm}: '
ok 'or the host' says 'GET localhost:1: '
ok 'has no person in it' silent AB12CDE
done_testing
