#!/bin/bash
# Bots that treat their items oddly: each ends once, as itself, and is told of.
. "$(dirname "$0")/lib.sh"
items() { "$RPA" queue list q --json --state "$state" | jq -r .state | tr '\n' ' '; }
start_source --reports 1
bot odd "return { name = 'odd', queues = { q = {} }, http = { '$source' },
    set = { way = '', host = '' } }" <<LUA
local source = "http://$source/reports"
local queue, kept = rpa.queue("q"), nil
for _, reference in ipairs { "O'Brien", "R-2" } do
    queue:add { reference = reference }
end
local ways = {
    keep = function(item)
        kept = kept or item
        kept:done("CR26/1")
    end,
    leave = function() end,
    nest = function()
        for item in queue:items() do item:done("CR26/1") end
    end,
    mute = function(item) item:reject {} end,
    number = function(item) item:reject { 7 } end,
    twice = function(item)
        item:done("CR26/1")
        item:done("CR26/1")
    end,
    posts = function(item)
        for _ = 1, 2 do
            rpa.http.request { method = "POST", url = source, body = "x" }
        end
        item:done(rpa.http.get(source).body:match('id="([^"]+)"'))
    end,
}
if rpa.set.way == "plain" then
    for item in queue:items() do
        item = item.payload.Surname.Given
    end
end
queue:each(ways[rpa.set.way])
LUA
way() { # which, states, what is told
    state=$dir/$1
    run "$dir/bots/odd" --set "way=$1"
    is "$1: how the items end" "$(items)" "$2"
    ok "$1: one error, saying why" says "$3"
    ok "$1: the audit verifies" verified
}
way keep 'done failed ' 'work item 1 is not in hand'
way leave 'failed failed ' 'the item was left without item:done() or the like'
way mute 'failed failed ' 'the item is rejected without a reason'
way number 'rejected rejected ' '["7"]'
ok 'told by number: the reference names a person' says 'item 1 of q rejected: ["7"]'
ok 'not by that' not says "O'Brien"
way nest 'failed failed ' 'item 1 has not ended yet'
ok 'which names nobody' not says "O'Brien"

# --- a plain loop ends at an error, and its bot begins anew --------------------------
way plain 'failed failed ' 'the bot ended: '
ok 'at the line of the error' says 'main.lua:30'
is 'each bot says its own' "$(grep -c '^error RPA110: .*index a nil value' "$dir/err")" 2

# --- an item files once: its second commit act is not let out -------------------------
way posts 'in doubt in doubt ' 'a second commit act of item 1 was refused'
is 'two items, two acts' "$("$RPA" audit show --json --state "$state" |
    grep -cF '"kind":"COMMIT"')" 2

# --- who ran it may not decide, whatever sudo makes of them ------------------------
as() { # login uid, arguments of rpa
    (echo "$1" >/proc/self/loginuid && exec "$RPA" "${@:2}") >"$dir/out" 2>"$dir/err"
    status=$?
}
if (echo 1 >/proc/self/loginuid) 2>/dev/null; then
    state=$dir/sudo
    rpa queue create q --set second_person=1 --state "$state"
    as 1 run "$dir/bots/odd" --set way=leave --state "$state"
    as 1 queue resolve 1 --as retry --why again --state "$state"
    ok 'one login, twice: refused' says 'ran item 1 and may not resolve it'
    as 2 queue resolve 1 --as retry --why again --state "$state"
    is 'another login may' "$status" 0
fi
done_testing
