#!/bin/bash
# queue.db put back from a copy: what the audit knows better, it keeps.
. "$(dirname "$0")/lib.sh"
q() { rpa queue "$@" --state "$state"; }
items() { "$RPA" queue list q --json --state "$state" | jq -r .state | tr '\n' ' '; }
copy() { rm -f "$dir/copy"; sqlite3 "$state/queue.db" "VACUUM INTO '$dir/copy'"; }
put_back() { rm -f "$state"/queue.db-*; cp "$dir/copy" "$state/queue.db"; }
bot takes 'return { name = "takes", queues = { q = {} }, set = { host = "" } }' <<'LUA'
rpa.queue("q"):each(function(item)
    rpa.log("begun: " .. item.reference)
    item:reject("no such street")
end)
LUA

# --- what a bot rejected -----------------------------------------------------------
q create q
printf 'id\nR-1\n' >"$dir/one.csv"
q add q "$dir/one.csv"
copy
run "$dir/bots/takes"
ok 'an item is begun' says 'begun: R-1'
is 'and rejected' "$(items)" 'rejected '
put_back
is 'an older queue has it ready' "$(items)" 'ready '
run "$dir/bots/takes"
ok 'it is not begun again' not says 'begun: R-1'
is 'but what the audit says' "$(items)" 'rejected '
sqlite3 "$dir/copy" "UPDATE item SET state=2, due_us=0"
put_back
run "$dir/bots/takes"
ok 'nor when it was in hand' not says 'begun: R-1'
is 'but what the audit says' "$(items)" 'rejected '
ok 'the audit verifies' verified

# --- what a person decided, cut off between the audit and the queue ------------------
# three in doubt, as a machine that is dead leaves them
mkdir "$dir/old"
old=$state
q create in
printf 'id\nD-1\nD-2\nD-3\n' >"$dir/three.csv"
q add in "$dir/three.csv"
cp -a "$old/." "$dir/old"
sqlite3 "$dir/old/queue.db" "UPDATE item SET state=2, marked=1 WHERE queue=2"
state=$dir/new
q create in --set horizon_ms=0
q import in "$dir/old"
items() { "$RPA" queue list in --json --state "$state" | jq -r .state | tr '\n' ' '; }
is 'three in doubt' "$(items)" 'in doubt in doubt in doubt '
copy
q resolve 1 --as 'done' --reference CR26/1 --why 'seen in the crime system'
q resolve 2 --as retry --why 'not in the crime system'
q resolve 3 --as cancel --why 'keyed by hand'
decided=$(items)
is 'a person decides' "$decided" 'done ready cancelled '
put_back
for item in 1 2 3; do
    q resolve "$item" --as cancel --why 'again'
done
is 'what was decided first holds' "$(items)" 'done cancelled cancelled '
q resolve 1 --as cancel --why 'again'
ok 'which is said' says 'item 1 is done: it cannot be cancelled'
ok 'the audit verifies' verified
put_back
bot looks 'return { name = "looks", queues = { ["in"] = {} }, set = { host = "" } }' <<'LUA'
rpa.queue("in"):each(function(item)
    rpa.log("begun: " .. item.reference)
    item:reject("no such street")
end, { reconcile = function(item)
    rpa.log("looked for: " .. item.reference)
    return "unknown"
end })
LUA
run "$dir/bots/looks"
ok 'a run does not look for what is known' silent 'looked for'
ok 'nor keys what a person cancelled' silent 'begun: D-3'
ok 'and tries again what a person gave back' says 'begun: D-2'
is 'all have ended' "$(items)" 'done rejected cancelled '
ok 'the audit verifies' verified

# --- an older audit under a newer queue -------------------------------------------------
# The bot files by a web request; killed behind it, the queue has the item marked.
start_source --reports 1
state=$dir/pressed
bot files "return { name = 'files', queues = { q = { horizon_ms = 0 } },
    http = { '$source' }, set = { host = '', part = '' } }" <<LUA
local source = "http://$source/reports"
if rpa.set.part == "add" then
    return rpa.queue("q"):add { reference = "R-1" }
end
rpa.queue("q"):each(function(item)
    rpa.log("begun: " .. item.reference)
    rpa.http.request { method = "POST", url = source, body = item.reference }
    error("the line was cut")
end)
LUA
run "$dir/bots/files" --set part=add
items() { "$RPA" queue list q --json --state "$state" | jq -r .state | tr '\n' ' '; }
cp -a "$state" "$dir/before"
run "$dir/bots/files"
is 'pressed, and no reference: in doubt' "$(items)" 'in doubt '
sqlite3 "$state/queue.db" "UPDATE item SET state=2, due_us=0, marked=1" # not settled yet
cp -a "$state" "$dir/after"
only_queue() { # of the later state; the rest is the older one
    rm -rf "$state"
    cp -a "$dir/before" "$state"
    rm -f "$state"/queue.db*
    cp -a "$dir"/after/queue.db* "$state"
}
only_queue
run "$dir/bots/files"
ok 'it is not filed again' silent 'begun: R-1'
is 'but in doubt' "$(items)" 'in doubt '
q resolve 1 --as 'done' --reference CR26/1 --why 'seen in the crime system'
is 'which a person ends' "$(items)" 'done '
ok 'the audit verifies' verified
rm -rf "$state"
cp -a "$dir/before" "$state"
run "$dir/bots/files"
ok 'control: with an older queue as well it is begun again' says 'begun: R-1'

# --- a look that fails settles nothing ---------------------------------------------------
bot blind "return { name = 'blind', queues = { q = {} }, set = { host = '' } }" <<'LUA'
local looks = 0
rpa.queue("q"):each(function() end, { reconcile = function(item)
    looks = looks + 1
    error("the search screen did not come")
end })
rpa.log("looked " .. looks .. " times")
LUA
run "$dir/bots/blind"
ok 'an error in reconcile is told' says 'item 1 was not looked up: the search screen did not come'
ok 'once a run' says 'looked 1 times'
is 'and the item stays in doubt' "$(items)" 'in doubt '
is 'which the exit says' "$status" 9
ok 'the audit verifies' verified
done_testing
