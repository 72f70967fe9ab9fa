#!/bin/bash
# Roles from Unix groups: who may do what at a daemon and by oneself; a member of
# today, not of the login; nothing else of the state directory is open. The users
# and groups are of this test's own /etc, in a namespace of mounts.
. "$(dirname "$0")/people_lib.sh"
groups_are t-author:x:6001:amy t-operator:x:6002:otto t-approver:x:6003:peg \
    t-auditor:x:6004:dita,root
may() { as "$@"; [ "$status" = "${want:-0}" ]; }
may_not() { as "$@"; exits 5 && says 'may not do that here'; }

regroup() { # in place: another file would not be what is mounted
    local text
    text=$(sed "$1" "$dir/group") && printf '%s\n' "$text" >"$dir/group"
}

schedules=$dir/schedules.lua
bot tries 'return { name = "tries", mode = "TRNG" }' <<<'print("tried")'
bot live 'return { name = "live", mode = "LIVE" }' <<<'print("live")'
bot reads 'return { name = "reads", mode = "TRNG", files = { input = { x = "shadow" } } }' \
    <<<'print(rpa.file("x"):read())'
bot shows 'return { name = "shows", mode = "LIVE", windows = { "Here" }, app = {
    argv = { "xterm", "-T", "Here", "-fn", "9x15", "-e", "sh", "-c", "echo ready; exec cat" },
    ready = { title = "Here" } } }' <<'LUA'
rpa.window("Here"):grid():wait("ready")
error("not today")
LUA
bot knows 'return { name = "knows", mode = "TRNG", windows = { "Who" }, app = {
    argv = { "xterm", "-T", "Who", "-fn", "9x15", "-e", "sh", "-c", "getent passwd newest rpa-app; exec cat" },
    ready = { title = "Who" } } }' <<'LUA'
local grid = rpa.window("Who"):grid()
grid:wait("newest:x:5099")
grid:wait("rpa-app:x:")
LUA
printf '%s\n' "return { nightly = { bot = '$dir/bots/tries', at = '0 1 1 1 *' } }" >"$schedules"

# --- nobody named -------------------------------------------------------------------
new_state
start_daemon --schedules "$schedules"
rpa run "$dir/bots/live" --state "$state"
ok 'without groups the own user has all roles' exits 0
as otto status
ok 'and nobody else reaches it' not exits 0
ok 'a display is kept ready' until_ok 60 is_so '.health.warm == 1'
echo 'newest:x:5099:5099::/nonexistent:/bin/sh' >>"$dir/passwd"
rpa run "$dir/bots/knows" --state "$state"
ok 'who became a user since is one to its application' exits 0
"$RPA" stop --state "$state" >/dev/null
end_daemon

# --- each its role --------------------------------------------------------------------
printf '%s\n' 'return { roles = { author = "t-author", operator = "t-operator",
    approver = "t-approver", auditor = "t-auditor" } }' >"$dir/rpa.conf"
start_daemon --schedules "$schedules" --config "$dir/rpa.conf" --max-bots 2
ok 'who has a role may ask how it goes' may amy status
ok 'who has none may not' may_not none status
ok 'root too has only what it is in a group for' is_so .daemon
ok 'and no more' not "$RPA" stop --all --state "$state"
ok 'an author has a bot tried' may amy run "$dir/bots/tries"
ok 'but runs none that is live' may_not amy run "$dir/bots/live"
ok 'nor stops any' may_not amy stop --all
ok 'an operator runs it' may otto run "$dir/bots/live"
is 'and is its operator' "$("$RPA" audit show --json --state "$state" |
    jq -rs '[.[] | select(.kind == "RUN_OPEN")] | last | .plain.actor')" otto
ok 'and stops' may otto stop --all
ok 'and makes a queue' may otto queue create work
ok 'but approves nothing' may_not otto schedule approve nightly --schedules "$schedules"
ok 'an approver does' may peg schedule approve nightly --schedules "$schedules"
ok 'and starts nothing' may_not peg schedule run nightly --schedules "$schedules"
ok 'an operator pauses it' may otto schedule pause nightly --why 'the host moves' --schedules "$schedules"
ok 'an auditor runs nothing' may_not dita run "$dir/bots/tries"
as amy run "$dir/bots/reads" --files /etc
ok 'nobody reads files by the powers of the daemon' exits 5

# --- what is sent is not believed -----------------------------------------------------
forge() { # name, manifest, mode…
    setpriv --reuid "$(id -u "$1")" --regid "$(id -u "$1")" --clear-groups \
        /usr/bin/python3 "$ROOT/tests/cli/forger.py" "$state" "${@:2}" >"$dir/out" 2>"$dir/err"
    status=$?
}
refuses() { forge "${@:2}"; [ "$status" != 0 ] && prints "$1"; }
opened() { "$RPA" audit show --kind RUN_OPEN --json --state "$state" |
    jq -rs "[.[].plain] | $1"; }
before=$(opened length)
mine=t-operator
ok 'a mode that is no text is none' refuses 'mode wants' amy '{"name":"x","mode":1}' LIVE
ok 'nor one too long' refuses 'mode wants' amy '{"name":"x","mode":"LIVE-FOR-EVER"}' LIVE
ok 'what no manifest may hold' refuses 'naem is not known' otto '{"name":"x","naem":1}'
ok 'without one the order says it, and is held to it' refuses "$mine" amy '{"name":"x"}' LIVE
ok 'and with one the manifest' refuses "$mine" amy '{"name":"x","mode":"LIVE"}' TRNG
ok 'nor is there a fourth mode' refuses 'LIVE|TRNG|DEMO' amy '{"name":"x"}' live
ok 'a bot has a name' refuses 'name is missing' otto '{}'
is 'and no run was opened' "$(opened length)" "$before"
forge amy '{"name":"x","mode":"TRNG"}'
ok 'what she may, she may' exits 0
is 'by its own name' "$(opened 'last | .bot')" x
not_claimed() { [[ $(opened 'last | .bot_sha256') =~ [0-9A-Fa-f]{64} ]] && not_aa; }
not_aa() { ! opened 'last | .bot_sha256' | grep -qi aaaaaaaa; }
ok 'and hash' not_claimed
of_tries() { opened '[.[] | select(.bot == "tries") | .bot_sha256] | unique | length'; }
as otto run "$dir/bots/tries/"
is 'which is one of a bot, whoever has it run' "$(of_tries)" 1
echo 'print("tried otherwise")' >"$dir/bots/tries/main.lua"
may amy run "$dir/bots/tries"
is 'and another of another' "$(of_tries)" 2

# --- a secret goes where an operator says ----------------------------------------------
cat >"$dir/hears.py" <<'PY'
import socket
hears = socket.create_server(("127.0.0.1", 0))
print(hears.getsockname()[1], flush=True)
while True:
    with hears.accept()[0] as who:
        print(who.recv(65536).decode(), flush=True)
        who.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
PY
python3 "$dir/hears.py" >"$dir/heard" &
source_pid=$! # it ends with the test
until_ok 60 test -s "$dir/heard"
place=http://127.0.0.1:$(head -n 1 "$dir/heard")
bot takes "return { name = 'takes', http = { '$place' },
    secrets = { ['crs-password'] = { url = '$place/x' } } }" \
    <<<"rpa.http.request{ url = '$place/x', secret = 'crs-password' }"
as amy run "$dir/bots/takes"
ok 'a bot that its author tries gets no secret' exits 5
ok 'and who may run it' says 'an operator may run it'
ok 'nothing of it is heard' not grep -q demo1234 "$dir/heard"
as otto run "$dir/bots/takes"
ok 'an operator has it run' exits 0
ok 'and it is sent' grep -q 'demo1234\|ZGVtbzEyMzQ' "$dir/heard"

# --- items are an operator's too --------------------------------------------------------
bot grabs 'return { name = "grabs", mode = "TRNG", queues = { night = {} } }' <<'LUA'
for item in rpa.queue("night"):items() do item:done("T1") end
LUA
bot plants 'return { name = "plants", mode = "TRNG", queues = { night = {} } }' <<'LUA'
rpa.queue("night"):add{ reference = "p1", payload = {} }
LUA
bot nights 'return { name = "nights", mode = "LIVE", queues = { night = {} } }' <<'LUA'
for item in rpa.queue("night"):items() do item:done("L1") end
LUA
states() { "$RPA" queue list "$1" --json --state "$state" | jq -rs 'map(.state) | join(" ")'; }
fill() { printf 'id\nn1\n' >"$dir/items.csv"; as otto queue add "$1" "$dir/items.csv"; exits 0; }
as amy run "$dir/bots/grabs"
ok 'an author makes no queue by naming it' exits 5
is 'and there is none' "$("$RPA" queue list --state "$state" | grep -c night)" 0
may otto queue create night
ok 'there are items' fill night
as amy run "$dir/bots/grabs"
ok 'a bot that its author tries takes none' exits 5
ok 'and what to do is said' says 'trial=1'
as amy run "$dir/bots/plants"
ok 'nor adds any' exits 5
is 'all is as it was' "$(states night)" ready
as otto run "$dir/bots/grabs"
is 'an operator has it take them' "$(states night)" 'done'
for b in grabs plants nights; do sed -i 's/night\b/trial/' "$dir/bots/$b"/*.lua; done
may otto queue create trial --set trial=1
ok 'a queue for trials has items' fill trial
as otto run "$dir/bots/nights"
ok 'of which none goes LIVE' exits 5
as amy run "$dir/bots/plants"
ok 'an author adds there' exits 0
as amy run "$dir/bots/grabs"
is 'and takes' "$(states trial)" 'done done'

# --- rpa.conf is read again -------------------------------------------------------------
cp "$dir/rpa.conf" "$dir/conf.kept"
sed -i 's/author = "t-author"/author = "t-auditor"/' "$dir/rpa.conf"
lost() { as amy run "$dir/bots/tries"; exits 5; }
ok 'another group has a role at once' until_ok 60 lost
ok 'its members' may dita run "$dir/bots/tries"
echo 'return {}' >"$dir/rpa.conf"
unreached() { ! [ "$(stat -c %a "$state/control.sock")" = 666 ]; }
ok 'without groups the socket is our own' until_ok 60 unreached
as otto status
ok 'as it was at first' not exits 0
cp "$dir/conf.kept" "$dir/rpa.conf"
ok 'and with them it is theirs' until_ok 60 may otto status

closed() { setpriv --reuid 5003 --regid 5003 --clear-groups sh -c "! ls '$state' && ! cat '$state/audit.db'" >/dev/null 2>&1; }
ok 'the state directory is open to nobody' closed
for command in "schedule list --schedules $schedules" 'alert list' 'queue list' 'audit show' 'audit verify' 'report night'; do
    # shellcheck disable=SC2086
    as otto $command
    ok "${command%% --*}: it is told so, and whose it is" error 5 120 '' 'otto may not look into'
    ok 'and who may' says 'try: have root do it'
done
as otto schedule explain nightly --schedules "$schedules"
ok 'what a schedule says is for anyone, and what was decided is not' \
    prints 'But whether it is approved or paused is not seen: otto may not look into'
as otto run "$dir/bots/shows"
row=$("$RPA" audit pictures --json --state "$state" | jq -s "last.seq")
opens() { "$RPA" audit picture "$row" --out "$dir/$1.png" --state "$state" >"$dir/out" 2>"$dir/err"; }
hands_out() { "$RPA" audit export --run 1 --proof "$dir/$1" --content --state "$state" >"$dir/out" 2>"$dir/err"; }
looked() { "$RPA" audit show --kind AUDIT_QUERY --json --state "$state" | jq -r .plain.what | paste -sd,; }
ok 'an auditor opens a picture' opens one
ok 'and hands out a run' hands_out one
regroup 's/dita,root/dita/'
opens two
is 'nobody else opens one' $? 5
ok 'nor has its file' not test -e "$dir/two.png"
hands_out two
is 'nor hands out' $? 5
ok 'nothing' not test -e "$dir/two"
is 'who looked has a row' "$(looked)" "picture $row,export --content"
regroup 's/t-operator:x:6002:otto/t-operator:x:6002:/'
ok 'who is no member any more has lost the role' may_not otto queue create other
regroup 's/t-operator:x:6002:/t-operator:x:6002:root/'
ok 'and who is a new one has it' "$RPA" stop --state "$state"
end_daemon
ok 'the daemon ends' exits 0

# --- by oneself -----------------------------------------------------------------------
mkdir -p "$dir/xdg/rpa"
cp "$dir/rpa.conf" "$dir/xdg/rpa"
export XDG_CONFIG_HOME=$dir/xdg
rpa audit show --state "$state"
ok 'the audit is for auditors' error 5 120 '' 'root may not do that here'
ok 'and which group that is' says 't-auditor'
rpa schedule approve nightly --schedules "$schedules" --state "$state"
ok 'an approval for approvers' error 5 120 '' 'root may not'
rpa queue create more --state "$state"
ok 'a queue for operators' exits 0
rpa run "$dir/bots/live" --state "$state"
ok 'a run as well' exits 0
unset XDG_CONFIG_HOME
ok 'the store verifies' verified
done_testing
