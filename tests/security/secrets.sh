#!/bin/bash
# A secret goes to the field it is bound to, unseen, and never comes back.
. "$(dirname "$0")/lib.sh"

canary=Cn4ryZq7
everything=$dir/everything # all that any run has said
: >"$everything"
bot() { # name, options…; keeps what it said
    rpa run "$dir/bots/$1" --state "$state" "${@:2}"
    cat "$dir/out" "$dir/err" >>"$everything"
}

crime_bot() { # name, target, screen, field, map; main.lua on stdin
    new_bot "$1" 3<<MANIFEST
return {
    name = "$1", target = "crime_recording", map = "$5", mode = "DEMO",
    set = { host = "" },
    app = {
        argv = { "x3270", "-once", "-title", "Crime Recording", "-charset",
            "cp1146", "-model", "3279-4-E", "-efont", "3270-20",
            "-xrm", "x3270.menuBar: False", "-xrm", "x3270.scrollBar: False",
            "-xrm", "x3270.unlockDelay: False", "\${host}" },
        ready = { title = "Crime Recording" },
    },
    windows = { "Crime Recording" },
    secrets = { ["crs-password"] = { target = "$2", screen = "$3", field = "$4" } },
    navigation = { { screen = "SIGN ON", keys = { "Enter" } } },
}
MANIFEST
}
mkdir -p "$dir/bots"
cp -r "$ROOT/bots/common" "$dir/bots/common"
# a map that is wrong: it says that the User ID is hidden
sed 's/{ label = "User ID", width = 8,/& hidden = true,/' \
    "$dir/bots/common/crime_recording.lua" >"$dir/bots/common/wrong.lua"
good=common/crime_recording

start_host --password "$canary" --user RPABOT
at=(--set "host=127.0.0.1:$port")
new_state "$canary"

# --- where it belongs -----------------------------------------------------------------
crime_bot right crime_recording 'SIGN ON' Password $good <<'LUA'
local crs = rpa.window("Crime Recording"):grid()
crs:wait("SIGN ON")
crs:field("User ID"):set("RPABOT")
crs:field("Password"):secret(rpa.secret("crs-password"))
print("get: [" .. crs:field("Password"):get() .. "]")
print("text: " .. crs:text())
for _, selection in ipairs { "PRIMARY", "CLIPBOARD" } do
    local ok, got = pcall(rpa.clipboard, selection)
    print(selection, ok, tostring(got))
end
print("secret: " .. tostring(rpa.secret("crs-password")))
crs:key("Enter")
crs:wait("MAIN MENU")
print("signed on")
LUA
bot right "${at[@]}"
is 'control: typed into its field it signs on' "$status" 0
ok 'control: the host took it' printed 'signed on'
ok 'the field reads as blank' printed '^get: \[\]$'

ok 'without leave in the manifest the clipboard is refused' \
    printed '^CLIPBOARD.*false.*RPA120'

# --- where it does not -----------------------------------------------------------------
attempt='local crs = rpa.window("Crime Recording"):grid()
crs:wait("SIGN ON")
crs:field(FIELD):secret(rpa.secret("crs-password"))'
refused() { # what, pattern
    is "$1: refused" "$status" 5
    is "$1: one error" "$(errors)" 1
    ok "$1: RPA121, and why" said "RPA121: .*$2"
}
crime_bot visible crime_recording 'SIGN ON' 'User ID' $good <<<"${attempt/FIELD/\"User ID\"}"
bot visible "${at[@]}"
refused 'bound to a field that is not hidden' 'not bound to field .User ID'
crime_bot field crime_recording 'SIGN ON' Password $good <<<"${attempt/FIELD/\"User ID\"}"
bot field "${at[@]}"
refused 'another field' 'not bound to field .User ID'
crime_bot screen crime_recording 'MAIN MENU' Password $good <<<"${attempt/FIELD/\"Password\"}"
bot screen "${at[@]}"
refused 'another screen' 'not bound to field .Password'
crime_bot target custody 'SIGN ON' Password $good <<<"${attempt/FIELD/\"Password\"}"
bot target "${at[@]}"
refused 'another target' 'not bound to field .Password'
crime_bot other crime_recording 'SIGN ON' Password $good <<<"${attempt/FIELD/\"Password\"}"
sed -i 's/crs-password"/other"/' "$dir/bots/other/bot.lua"
bot other "${at[@]}"
refused 'a secret the manifest does not bind' 'crs-password'

crime_bot shows crime_recording 'SIGN ON' 'User ID' common/wrong <<'LUA'
local crs = rpa.window("Crime Recording"):grid()
crs:wait("SIGN ON")
local ok, why = pcall(function()
    crs:field("User ID"):secret(rpa.secret("crs-password"))
end)
print("shown: [" .. crs:field("User ID"):get() .. "]")
error(why, 0)
LUA
began=${EPOCHREALTIME/[.,]/}
bot shows "${at[@]}"
refused 'hidden says the map, but it shows' 'was cleared'
ok 'and nothing of it stays on the screen' printed '^shown: \[\]$'
ok 'it stops at once, it does not wait' [ $((${EPOCHREALTIME/[.,]/} - began)) -lt 9000000 ]
typed() { "$RPA" audit show --state "$state" --run "$1" --json --content | jq -r 'select(.kind=="KEY") | .content.text // empty'; }
ok 'the audit has no text of it' [ -z "$(typed 7)" ]

# --- an application that gives it away: the grid, waits, the title, the clipboard ------
asking_program "$dir/leaky.py" <<'PY'
got = ask(True)
put("\x1b[5;1Hyou typed " + got + "\x1b[7;77H" + got + "\x1b[9;1HHalf  . . . . . : " + got)
put("\x1b]2;leaky " + got + "\x07")
for s in "cp":
    put("\x1b]52;" + s + ";" + base64.b64encode(got.encode()).decode() + "\x07")
open(sys.argv[1], "w").write(got)
put("\x1b[20;1Hthe end")
sys.stdin.read(1)
PY
cat >"$dir/bots/common/leaky.lua" <<'MAP'
return {
    screens = { { title = "LOGIN", fields = {
        { label = "Password", width = 20, hidden = true },
        { label = "Half", width = 4 },
    } } },
}
MAP
new_bot leaky <<'LUA' 3<<MANIFEST
local grid = rpa.window("leaky"):grid()
grid:wait("Password")
grid:field("Password"):secret(rpa.secret("crs-password"))
grid:key("Enter")
grid:wait("the end")
print(grid:text())
print("half: [" .. grid:field("Half"):get() .. "]")
for _, selection in ipairs { "PRIMARY", "CLIPBOARD" } do
    print(selection, pcall(rpa.clipboard, selection))
end
for _, w in ipairs(rpa.windows()) do
    print("title: " .. w.title)
end
-- letter by letter, as far as waits tell
local known = ""
for _ = 1, 8 do
    for _, c in ipairs { "C", "n", "4", "r", "y", "Z", "q", "7" } do
        if pcall(grid.wait, grid, "you typed " .. known .. c, { timeout = 0 }) then
            known = known .. c
            break
        end
    end
end
print("guessed: [" .. known .. "]")
LUA
return {
    name = "leaky", target = "leaky", map = "common/leaky", windows = { "leaky" },
    clipboard = true,
    app = { argv = { "xterm", "-u8", "-T", "leaky", "-xrm",
            "xterm*disallowedWindowOps: 20", "-fn",
            "-misc-fixed-medium-r-normal--15-140-75-75-c-90-iso10646-1",
            "-e", "python3", "$dir/leaky.py", "got" },
        ready = { title = "leaky" } },
    secrets = { ["crs-password"] = { target = "leaky", screen = "LOGIN", field = "Password" } },
}
MANIFEST
bot leaky
is 'an application that shows it: the run goes well' "$status" 0
ok 'the grid shows stars' printed 'you typed \*\*\*\*\*\*\*\* '
ok 'also over the end of a row' printed '^\*\*\*\* '
ok 'half of it in a narrow field as well' printed '^half: \[\*\*\*\*\]$'
ok 'so does PRIMARY' printed '^PRIMARY.*\*\*\*\*\*\*\*\*'
ok 'so does CLIPBOARD' printed '^CLIPBOARD.*\*\*\*\*\*\*\*\*'
ok 'so does the title' printed '^title: leaky \*\*\*\*\*\*\*\*'
ok 'waits tell nothing' printed '^guessed: \[\]$'

# --- by HTTP -------------------------------------------------------------------------------
cat >"$dir/echo.py" <<'PY'
import http.server, sys
class Echo(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        said = self.headers.get("Authorization", "none")
        open(sys.argv[1], "a").write(self.path + " " + said + "\n")
        self.send_response(200)
        self.send_header("X-Echo", said)
        self.send_header("Content-Length", str(len("you sent " + said)))
        self.end_headers()
        self.wfile.write(("you sent " + said).encode())
    def log_message(self, *args): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Echo)
print("port", server.server_port, flush=True)
server.serve_forever()
PY
python3 "$dir/echo.py" "$dir/heard" >"$dir/echo.out" &
pids+=" $!"
until_ok 60 first_line "$dir/echo.out" || bail 'no echo server'
echo_port=$(sed -n 's/^port //p' "$dir/echo.out")
new_bot web <<LUA 3<<MANIFEST
local bound = "http://127.0.0.1:$echo_port/token"
local got = rpa.http.request { method = "GET", url = bound, secret = "crs-password" }
print("body: " .. got.body)
for name, value in pairs(got.headers) do print(name .. ": " .. value) end
print("elsewhere", pcall(rpa.http.request,
    { method = "GET", url = bound .. "2", secret = "crs-password" }))
LUA
return {
    name = "web", http = { "127.0.0.1:$echo_port" },
    secrets = { ["crs-password"] = { url = "http://127.0.0.1:$echo_port/token" } },
}
MANIFEST
bot web
is 'a web service that sends it back: the run goes well' "$status" 0
ok 'control: the service did get it' grep -q "^/token Bearer $canary" "$dir/heard"
ok 'the body is masked' printed '^body: you sent Bearer \*\*\*\*\*\*\*\*$'
ok 'another address is refused' printed '^elsewhere.*false'
ok 'and was not called' not grep -q '^/token2' "$dir/heard"

# --- nowhere ---------------------------------------------------------------------------------
ok 'the store verifies' verifies
"$RPA" audit show --state "$state" --content --json >"$dir/shown"
"$RPA" audit show --state "$state" --content >>"$dir/shown"
rows() { [ "$(grep -c '"kind":"SECRET"' "$dir/shown")" -ge 3 ]; }
ok 'each use is a row' rows
nowhere() { ! grep -raq -e "$canary" -e "$(printf %s "$canary" | base64)" "$@"; }
ok 'control: grep would find it' not nowhere "$dir/heard"
ok 'it is in no file of the state directory' nowhere "$state"
ok 'in nothing that any run said' nowhere "$everything"
ok 'in nothing the audit shows' nowhere "$dir/shown"
done_testing
