#!/bin/bash
# What goes wrong on the screen: windows, labels, the fence, the mode, and what
# may be said about it.
. "$(dirname "$0")/lib.sh"
start_host
start_source --reports 3
new_state

# --- windows and labels -----------------------------------------------------------
bot_like window ''
main window <<'LUA'
rpa.window("Custody Record", { timeout = 0.3 })
LUA
rekey window
ok 'a missing window' error 1 300 'window/main.lua:1' "Custody Record"
ok 'which there are' says 'Crime Recording'
ok 'audit' verified

bot_like ready 's/ready = .*/ready = { title = "Custody Record", timeout_ms = 300 },/'
rekey ready
ok 'an application that never gets ready' error 1 300 '' 'Custody Record'
ok 'audit' verified

bot_like no_app 's/"x3270", "-once"/"no-such-program"/'
rekey no_app
ok 'an application that is not there' error 8 201 '' 'no-such-program'
ok 'audit' verified

bot_like label ''
main label <<'LUA'
local crs = rpa.window("Crime Recording"):grid()
crs:wait("SIGN ON")
crs:field("Surname"):set("Jones")
LUA
rekey label
ok "a label that is not on the screen" error 1 212 'label/main.lua:3' "no field 'Surname'"
ok 'which are' says 'the labels here are: User ID, Password'
ok 'nothing was typed' [ "$(kinds KEY)" = 0 ]
ok 'audit' verified

bot_like closes ''
main closes <<'LUA'
local crs = rpa.window("Crime Recording"):grid()
crs:wait("SIGN ON")
rpa.log("typing")
while true do
    crs:field("User ID"):set("ABCDEFGH")
end
LUA
begin "$dir/bots/closes"
await typing
app=$(pgrep -f "x3270 .*$host")
for _ in {1..200}; do # the first keys are on their way
    [ "$(kinds KEY)" = 0 ] || break
done
kill -STOP "$app" # in the middle of a field: nothing shows what is typed
until_written=$(kinds KEY)
for _ in {1..200}; do
    now=$(kinds KEY)
    [ "$now" = "$until_written" ] && [ "$now" -gt 0 ] && break
    until_written=$now
done
kill -KILL "$app"
collect
ok 'a window that closes in the middle of a field' error 1 210 'closes/main.lua:5' 'has closed'
ok 'audit' verified

# --- the fence -----------------------------------------------------------------------
bot_like fenced '/^    navigation = {/,/^    },/d'
main fenced <<'LUA'
local keying = require "keying"
local crs = rpa.window("Crime Recording"):grid()
local record = {}
for _, screen in ipairs(rpa.overlay.record()) do
    for _, field in ipairs(screen.fields) do
        record[field.label] = {}
    end
end
for label, value in pairs { ["Online Ref"] = "X-1", ["Crime Type"] = "THEFT",
    Surname = "Jones", Narrative = "Nothing more." } do
    record[label] = { { key = value, show = value } }
end
keying.sign_on(crs, rpa.set.user)
rpa.log("CRIME " .. keying.file(crs, record, "none"))
LUA
rekey fenced
ok 'a bot that declares no navigation' exits 0
ok 'files a report' filed 1 X-1
ok 'each of its Enters was a commit act' [ "$(kinds COMMIT)" = 5 ]
ok 'audit' verified

bot_like unproved ''
main unproved <<'LUA'
local crs = rpa.window("Crime Recording"):grid()
crs:wait("SIGN ON")
crs:field("User ID"):set("ABC")
crs:key("shift+Tab")
crs:key(rpa.set.source)
crs:key("F8")
LUA
for key in Delete BackSpace; do
    run "$dir/bots/unproved" --set "host=$host" --set "source=$key"
    ok "a commit key after $key" error 1 218 'unproved/main.lua:6' 'refused'
done
ok 'no commit row, no report' [ "$(kinds COMMIT)" = 5 ]
ok 'audit' verified

# --- the mode ------------------------------------------------------------------------
bot_like training 's/mode = "DEMO"/mode = "TRNG"/'
rekey training
ok 'a bot for TRNG on a DEMO screen' error 5 120 'keying.lua:[0-9]+' "the screen says 'DEMO'"
new_state
start_host --mode LIVE
rekey training
ok 'on a LIVE one' error 5 120 'keying.lua:[0-9]+' "the screen says 'LIVE'"
ok 'not a key was pressed' [ "$(kinds KEY)$(kinds COMMIT)$(kinds SECRET)" = 000 ]
ok 'audit' verified
printf 'return { targets = { crime_recording = { mode = "LIVE" } } }\n' >"$dir/rpa.conf"
rekey training --config "$dir/rpa.conf"
ok 'a target that rpa.conf says is LIVE' error 5 120 '' 'the target crime_recording is LIVE'
ok 'no run was begun' [ "$(kinds RUN_OPEN)" = 2 ]
printf 'return { targets = { crime_recording = { mode = 7, colour = "red" } } }\n' >"$dir/rpa.conf"
rekey training --config "$dir/rpa.conf"
ok 'an rpa.conf with faults' error 4 100 'rpa.conf' '2 faults'
stop_host

# --- people's data ------------------------------------------------------------------
start_host
bot_like canary ''
main canary <<'LUA'
local keying = require "keying"
local crs = rpa.window("Crime Recording"):grid()
keying.sign_on(crs, rpa.set.user)
crs:field("Option"):set("1")
crs:key("Enter")
crs:wait("NEW CRIME REPORT 1/3")
crs:field("Online Ref"):set("X-2")
crs:field("Crime Type"):set("Canarybird : ")
crs:key("Enter")
crs:wait("NEW CRIME REPORT 2/3")
crs:field("Surname"):set("Canarybird")
crs:field("Street"):set("1 Canarybird Row  Canarybird . . : x")
if rpa.set.source == "label" then crs:field("Sirname"):set("x") end
if rpa.set.source == "width" then crs:field("Town"):set(("Canarybird "):rep(9)) end
if rpa.set.source == "fold" then crs:field("Town"):set("Canarybird ☃") end
if rpa.set.source == "wait" then crs:wait("REPORT ACCEPTED", { timeout = 0.2 }) end
if rpa.set.source == "expect" then crs:expect("REPORT ACCEPTED") end
rpa.log("not reached", "warn")
LUA
canary() { # what, exit, code, line, text
    run "$dir/bots/canary" --set "host=$host" --set "source=$1" --json
    ok "$1: the error" error "$2" "$3" "canary/main.lua:$4" "$5"
    ok "$1: no name in it" silent Canarybird
}
canary label 1 212 13 "no field 'Sirname'"
canary width 1 214 14 'holds 35 characters'
canary fold 1 213 15 'U+2603'
canary wait 1 300 16 'did not show'
ok 'variable cells are covered' says 'Surname . . . . . : ▒'
canary expect 1 217 17 'unexpected screen'
ok 'audit' verified
ok 'nothing was filed' filed 0
ok 'nothing is left' nothing_left
done_testing
