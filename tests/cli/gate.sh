#!/bin/bash
# Nobody changes what was not approved: a bot tries each way, and the target itself
# tells whether it came through; beside the same bot without the gate, which does.
. "$(dirname "$0")/people_lib.sh"
. "$(dirname "$0")/gate_lib.sh"

new_state
start_daemon --config "$dir/rpa.conf"
proposer
as otto queue create changes.cards
ok 'no other makes the queue of approved changes' exits 5
as otto run "$dir/bots/proposes"
ok 'changes are proposed' exits 0
for n in 1 3; do as peg review decide $n --as approved --why 'as the rules have it'; done
ok 'two are approved' exits 0
tried() { # the bot ran, was refused for this reason, and the file has no such line
    said "$1" && [ ! -s "$filed" ]
}
attempt() { # name, [what the manifest says]; main.lua from standard input
    { printf '%s\n' 'local cards = require "cards_of"' \
        'local function first() for change in rpa.review.approved() do return change end end'
        cat; } | cards_bot "$1" "${2-$gated}"
    as otto run "$dir/bots/$1"
}

# --- it tries, each way ------------------------------------------------------------------
attempt outside <<'LUA'
cards.open("1")
cards.set("Postcode", "CF10 1AA")
cards.grid:key("Enter")
LUA
ok 'a commit act outside an apply' tried 'changes only what was approved'
attempt after <<'LUA'
cards.open("2")
pcall(rpa.review.apply, { id = 2, after = { Postcode = "SA1 1AA" } }, cards.grid,
    function() return "x" end)
cards.set("Postcode", "SA1 1AA")
cards.grid:key("Enter")
LUA
ok 'a change that nobody approved' tried 'changes only what was approved'
attempt unapproved <<'LUA'
cards.open("2")
local change = { id = 2, after = { Postcode = "SA1 1AA" } }
rpa.review.apply(change, cards.grid, function() return cards.file(change) end)
LUA
ok 'it is not begun either' tried 'review 2 is open, not approved'
attempt value <<'LUA'
cards.open("1")
rpa.review.apply(first(), cards.grid, function()
    return cards.file { after = { Postcode = "CF10 1AB" } }
end)
LUA
ok 'another value' tried "'Postcode' is not as it was approved: it was not typed"
is 'what was refused before the key may be tried again' "$(work 1)" deferred
retry() { # the change of review 1 is ready again
    as peg review decide 1 --as refused --why 'so that it is ready again' --correct
    as peg review decide 1 --as approved --why 'again' --correct
    ready 1
}
ok 'approved anew' retry
attempt field <<'LUA'
cards.open("1")
rpa.review.apply(first(), cards.grid, function()
    cards.set("Phone", "0800 1")
    return cards.file(first())
end)
LUA
ok 'another field' tried 'no other field is set'
retry
attempt before <<'LUA'
cards.open("1")
cards.set("Phone", "0800 1")
local change = first()
rpa.review.apply(change, cards.grid, function() return cards.file(change) end)
LUA
ok 'another field, before it' tried 'changes only what was approved'
ok 'and nothing was begun' ready 1
attempt typed <<'LUA'
cards.open("1")
cards.grid:key("F2")
cards.grid:wait("SECOND PAGE")
cards.grid:type("vip")
cards.grid:key("F2")
cards.grid:wait("FILE CARD")
local change = first()
rpa.review.apply(change, cards.grid, function() return cards.file(change) end)
LUA
ok 'a field of another page, before it' tried 'something was typed or clicked since'
attempt types <<'LUA'
cards.open("1")
local change = first()
rpa.review.apply(change, cards.grid, function()
    cards.grid:type("vip")
    return cards.file(change)
end)
LUA
ok 'or in it' tried 'an approved change: text.type'
retry
attempt deletes <<'LUA'
cards.open("1")
local change = first()
rpa.review.apply(change, cards.grid, function()
    cards.grid:key("BackSpace")
    return cards.file(change)
end)
LUA
ok 'nothing is deleted' tried 'nothing is deleted'
retry
attempt record <<'LUA'
cards.open("4")
local change = first()
rpa.review.apply(change, cards.grid, function() return cards.file(change) end)
LUA
ok 'another record' tried "'Number' differs"
ok 'nor is that begun' ready 1
attempt swap <<'LUA'
cards.open("1")
local change = first()
rpa.review.apply(change, cards.grid, function()
    cards.grid:key("F3")
    cards.grid:wait("INDEX")
    return cards.file(change)
end)
LUA
ok 'another screen' tried 'no other key is pressed'
retry
as otto queue resume changes.cards --why 'the bot is mended'
attempt tells_done <<'LUA'
cards.open("1")
rpa.review.apply(first(), cards.grid, function()
    rpa.call("item.end", { outcome = "done", reference = "FILE CARD" })
end)
LUA
ok 'what was not filed is not done' tried 'nothing has filed it'
retry
attempt page <<'LUA'
cards.open("1")
local change = first()
rpa.review.apply(change, cards.grid, function()
    cards.grid:key("F2")
    cards.grid:wait("SECOND PAGE")
    cards.set("Postcode", "ATTACKER")
    cards.grid:key("F2")
    cards.grid:wait("FILE CARD")
    return cards.file(change)
end)
LUA
ok 'a field of another page' tried 'no other key is pressed'
retry
attempt key <<'LUA'
cards.open("1")
local change = first()
rpa.review.apply(change, cards.grid, function()
    cards.set("Postcode", change.after.Postcode)
    cards.grid:key("F4")
    cards.grid:wait("UPDATED")
    return cards.grid:match("RECORD %d+ UPDATED")
end)
LUA
ok 'a key that files something else' tried 'no other key is pressed'
retry
attempt navigates "$gated navigation = { { screen = \"FILE CARD\", keys = { \"Enter\" } } }," <<'LUA'
cards.open("1")
cards.grid:key("Enter")
LUA
ok 'what is navigation the manifest does not say' tried 'bars navigation'
attempt pastes "$gated clipboard = true," <<'LUA'
rpa.clipboard("PRIMARY"):set("1\nATTACKER\n")
LUA
ok 'nothing is pasted' tried 'bars clipboard'
attempt web "$gated http = { \"127.0.0.1:9\" }," <<'LUA'
rpa.http.request { method = "POST", url = "http://127.0.0.1:9/x", body = "x" }
LUA
ok 'a request that changes something' tried 'changes only what was approved'
attempt item "$gated queues = { [\"changes.cards\"] = {} }," <<'LUA'
for item in rpa.queue("changes.cards"):items() do
    cards.open("1")
    cards.set("Postcode", "CF10 1AA")
    cards.grid:key("Enter")
end
LUA
ok 'an item of the queue of changes, by itself' tried 'is for approved changes'
attempt ungated '' <<'LUA'
cards.open("1")
local change = first()
rpa.review.apply(change, cards.grid, function() return cards.file(change) end)
LUA
ok 'a manifest without the key applies nothing' tried 'lets this bot change nothing'
attempt uncapped 'changes = "approved",' <<'LUA'
print(first().id)
LUA
ok 'nor is one without a cap taken' tried 'wants max_changes'
attempt tells <<'LUA'
rpa.review.propose { kind = "change", about = "B-9", key = "B-9/1", system = "cards",
    record = { Number = "1" }, before = { Postcode = "cf101aa" }, after = { Phone = "1" } }
LUA
ok 'a proposal whose parts do not fit' tried 'have the same labels'
is 'the target has nothing so far' "$(cat "$filed")" ''

# --- the control: the same bot without the gate ----------------------------------------------
attempt control '' <<'LUA'
cards.open("4")
cards.set("Postcode", "CF10 1AB")
cards.grid:key("Enter")
cards.grid:wait("UPDATED")
LUA
is 'without the gate the target is changed' "$(cut -f 1,3 "$filed" | tr '\t' ' ')" '4 CF10 1AB'
: >"$filed"

# --- what was approved -------------------------------------------------------------------------
applier
as peg review decide 2 --as approved --why 'as the rules have it'
as peg review decide 4 --as approved --why 'as the rules have it'
as otto run "$dir/bots/applies"
is 'what was approved is done, one after the other' "$(cut -f 1,2 "$dir/out" | head -n 2 | tr '\t\n' '  ')" '1 done 2 done '
is 'so the target says' "$(cut -f 1,3 "$filed" | tr '\t\n' ' ,')" '1 CF10 1AA,2 SA1 1AA,'
ok 'above the cap it goes no further' said 'has made 2 changes, its max_changes'
as otto run "$dir/bots/applies"
is 'one that is so already, and one that is not as it was, are not made' "$(tr '\t\n' ' ,' <"$dir/out")" '3 already ,4 differs Postcode,'
is 'nor has the target another' "$(wc -l <"$filed")" 2
is 'that is the end of them' "$(work 3)$(work 4)" donerejected
is 'and of those that were made' "$(work 1)$(work 2)" donedone
attempt twice <<'LUA'
cards.open("1")
rpa.review.apply({ id = 1 }, cards.grid, function()
    return cards.file { after = { Postcode = "CF10 1AA" } }
end)
LUA
ok 'none is made once more' said 'is done: it is made once'
as otto queue retry changes.cards 1 --again --why 'once more'
ok 'nor by a person' exits 5
rows() { "$RPA" audit show --kind REVIEW --json --content --purpose "$why" --state "$state" | jq -rs "$1"; }
is 'the image of before is in the audit' "$(rows 'map(select(.plain.event == "applied" and
    .plain.review == 1 and .plain.state == "go")) | last.content.image.Postcode')" cf101aa
before_key=$("$RPA" audit show --json --state "$state" | jq -rs '
    (map(select(.kind == "REVIEW" and .plain.event == "applied" and .plain.review == 2)) | last) as $image |
    map(select(.run == $image.run and .kind == "COMMIT" and .seq > $image.seq)) | length >= 1')
is 'before the key' "$before_key" true

# --- twice in one apply; already so; in doubt ------------------------------------------------------
again() { # about: proposed and, the first two, approved
    as otto run "$dir/bots/proposes" --set "about=$1"
    for n in 0 1; do as peg review decide "$(number "$1" $n)" --as approved --why 'again'; done
}
again B-2
: >"$filed"
as otto run "$dir/bots/applies" --set about=B-2 --set more=twice
is 'a second commit act in one apply is refused' "$(wc -l <"$filed")" 1
n=$(number B-2 0)
is 'and the change is in doubt' "$(work "$n")" 'in doubt'
as otto run "$dir/bots/applies" --set about=B-2
ok 'which is never made again by itself' not prints "$n	done"
attempt looks 'queues = { ["changes.cards"] = {} },' <<'LUA'
for item in rpa.queue("changes.cards"):items { reconcile = function() return "absent" end } do
    print(item.reference)
end
LUA
ok 'no bot says that it was not made' said 'is for approved changes'
is 'so it stays in doubt' "$(work "$n")" 'in doubt'
item=$("$RPA" review list --json --state "$state" | jq -r "select(.review == $n).item")
as otto queue resolve "$item" --as 'done' --reference 'RECORD 1 UPDATED' --why 'looked'
ok 'who ran it does not resolve it' exits 5
as peg queue resolve "$item" --as 'done' --reference 'RECORD 1 UPDATED' --why 'looked'
is 'another person does' "$(work "$n")" 'done'

# --- the target is gone before it has said anything --------------------------------------------------
again B-3
: >"$filed"
cards_bot dies "$gated" <<'LUA'
local cards = require "cards_of"
for change in rpa.review.approved { about = "B-3" } do
    cards.grid:wait("INDEX")
    cards.grid:field("Name"):set("f")
    cards.open(change.record.Number)
    rpa.review.apply(change, cards.grid, function() return cards.file(change) end)
end
LUA
as otto run "$dir/bots/dies"
is 'an apply whose end nobody saw' "$(wc -l <"$filed")" 1
is 'is in doubt' "$(work "$(number B-3 0)")" 'in doubt'
as otto run "$dir/bots/applies" --set about=B-3
is 'and not made again' "$(cut -f 1 "$filed" | tr '\n' ' ')" '1 2 '

# --- a target that asks once more ------------------------------------------------------------------------
as otto run "$dir/bots/proposes" --set about=B-4
n=$(number B-4 0)
as peg review decide "$n" --as approved --why 'as the rules have it'
: >"$filed"
app_more=', "confirm"'
cards_bot confirms "$gated" <<'LUA'
local cards = require "cards_of"
for change in rpa.review.approved { about = "B-4" } do
    cards.open(change.record.Number)
    print(rpa.review.apply(change, cards.grid, function()
        cards.set("Postcode", change.after.Postcode)
        cards.grid:key("Enter")
        cards.grid:wait("CONFIRM")
        cards.grid:key("y")
        cards.grid:wait("UPDATED")
        return cards.grid:match("RECORD %d+ UPDATED")
    end))
end
LUA
as otto run "$dir/bots/confirms"
is 'a screen that the map calls pending is answered' "$(cat "$dir/out")$(cut -f 1,3 "$filed")" \
    "done1	CF10 1AA"
as otto run "$dir/bots/proposes" --set about=B-6
n=$(number B-6 1)
as peg review decide "$n" --as approved --why 'as the rules have it'
: >"$filed"
cards_bot answers "$gated" <<'LUA'
local cards = require "cards_of"
for change in rpa.review.approved { about = "B-6" } do
    cards.open(change.record.Number)
    rpa.review.apply(change, cards.grid, function()
        cards.set("Postcode", change.after.Postcode)
        cards.grid:key("Enter")
        cards.grid:wait("CONFIRM")
        cards.grid:key("a")
        cards.grid:wait("UPDATED")
        return cards.grid:match("RECORD %d+ UPDATED")
    end)
end
LUA
as otto run "$dir/bots/answers"
ok 'by the key that the map names, and no other' tried 'no other key than the map names'
app_more=

# --- the supervisor is killed between the key and its word -------------------------------------------------
again B-5
n=$(number B-5 0)
: >"$filed"
cards_bot waits "$gated" <<'LUA'
local cards = require "cards_of"
local change = rpa.review.approved { about = "B-5" }()
cards.open(change.record.Number)
rpa.review.apply(change, cards.grid, function()
    cards.set("Postcode", change.after.Postcode)
    cards.grid:key("Enter")
    cards.grid:wait("NEVER", { timeout = 600 })
end)
LUA
as otto run "$dir/bots/waits" &
has_filed() { [ -s "$filed" ]; }
ok 'it is filed' until_ok 60 has_filed
kill -KILL "$daemon_pid"
end_daemon
wait
start_daemon --config "$dir/rpa.conf"
is 'a change whose supervisor was killed is in doubt' "$(work "$n")" 'in doubt'
as otto run "$dir/bots/applies" --set about=B-5
is 'and not made again' "$(cut -f 1 "$filed" | tr '\n' ' ')" '1 2 '
as peg stop
end_daemon
ok 'the audit verifies' verified
done_testing
