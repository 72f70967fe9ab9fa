#!/bin/bash
# x3270's own word beside the pixels: a run where both agree, and what goes wrong.
# x3270 makes its socket in /tmp, where nothing may be made by an application
# whose run has its state directory there.
export TMPDIR=/var/tmp
. "$(dirname "$0")/lib.sh"
start_host --work-ms 150
start_source --reports 2 --seed 7
new_state

bot_like both 's/"x3270", "-once",/"x3270", "-once", "-socket",/; s/ready = {/second_reader = "x3270", ready = {/'
rekey both
ok 'a run by two readers' exits 0
ok 'files what there is to file' filed 2
ok 'audit' verified

main both <<'LUA'
local crs = rpa.window("Crime Recording"):grid()
crs:wait { screen = "SIGN ON" }
local s = crs:status()
print(s.locked, s.connected, s.reason)
crs:key("Home")
crs:key("Left")
crs:key("x")
s = crs:status()
print(s.locked, s.connected, s.reason)
for _, key in ipairs { "F3", "Tab" } do
    local fine, err = pcall(crs.key, crs, key)
    print(fine, err.code, crs:status().locked)
end
crs:key("alt+r")
crs:key("Tab")
print(crs:status().locked)
LUA
reset() {
    [ "$status" = 0 ] && [ "$(grep -cx 'false	ETIMEOUT	true' "$dir/out")" = 2 ] &&
        [ "$(tail -1 "$dir/out")" = false ]
}
rekey both
ok 'the state of the keyboard' prints 'false	true	'
ok 'with a key on a protected cell' prints 'true	true	←☺→'
ok 'no other key is pressed until a Reset' reset
bot_like alone ''
cp "$dir/bots/both/main.lua" "$dir/bots/alone"
rekey alone
ok 'which its status line shows as well' prints 'false	true	'
ok 'with a key on a protected cell' prints 'true	true	←☺→'
ok 'no other key is pressed until a Reset' reset

# --- with the cursor beside a field: on the cells where it begins and ends -----------
bot_like beside ''
main beside <<'LUA'
local crs = rpa.window("Crime Recording"):grid()
crs:wait { screen = "SIGN ON" }
local function at()
    local cursor = crs:read().cursor
    return cursor.row * 80 + cursor.col
end
-- x3270 moves it after the key has come to it: until then nothing else is done
local function go(key)
    local before, tries = at(), 0
    crs:key(key)
    while at() == before do
        tries = tries + 1
        assert(tries < 10000, "the cursor does not move")
    end
end
local first
local function home()
    crs:key("Home")
    local tries = 0
    while first and at() ~= first do
        tries = tries + 1
        assert(tries < 10000, "the cursor does not go home")
    end
    first = first or at()
end
for _, user in ipairs { "bobby", "llyr0001", "alice002" } do
    home()
    go("Left")
    crs:field("User ID"):set(user)
    print(crs:field("User ID"):get(), crs:status().locked)
    home()
    for _ = 1, 8 do
        go("Right")
    end
    crs:field("User ID"):set("pc" .. user:sub(1, 3))
    print(crs:field("User ID"):get(), crs:status().locked)
end
LUA
rekey beside
ok 'a cursor beside a field is not in it' exits 0
ok 'nothing is typed there' [ "$(cut -f2 "$dir/out" | sort | uniq -c | xargs)" = '6 false' ]

bot_like mute 's/ready = {/second_reader = "x3270", ready = {/'
rekey mute
ok 'an x3270 without -socket' error 4 330 '' 'does not answer'
ok 'audit' verified

bot_like other 's/ready = {/second_reader = "tesseract", ready = {/'
rekey other
ok 'another reader' error 4 100 '' '1 fault in the file'
ok 'which there is' says 'app.second_reader wants x3270'
done_testing
