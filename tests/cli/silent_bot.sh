#!/bin/bash
# A bot that hangs loses its item; one that waits for something does not.
. "$(dirname "$0")/lib.sh"
q() { rpa queue "$@" --state "$state"; }
items() { "$RPA" queue list q --json --state "$state" | jq -r .state | tr '\n' ' '; }
bot hangs 'return { name = "hangs", queues = { q = {} }, set = { host = "" } }' <<'LUA'
rpa.queue("q"):each(function(item)
    rpa.log("begun: " .. item.reference)
    while item.reference == "R-1" do
        item.turns = (item.turns or 0) + 1
    end
    item:done("CR26/1")
end)
LUA
bot talks 'return { name = "talks", queues = { q = {} }, set = { host = "" } }' <<'LUA'
rpa.queue("q"):each(function(item)
    local until_s = os.time() + 7
    while os.time() < until_s do
        rpa.queue("q"):state(item.reference)
    end
    item:done("CR26/1")
end)
LUA

q create q --set lease_ms=4000 --set backoff_ms=3600000 --set backoff_max_ms=3600000
printf 'id\nR-1\nR-2\n' >"$dir/two.csv"
q add q "$dir/two.csv"
run "$dir/bots/hangs" --timeout 60
ok 'a bot that hangs is ended' \
    says 'the bot made no call while the lease of item 1 ran out'
ok 'with one error' error 1 300 '' 'made no call'
is 'its item is settled at once' "$(items)" 'deferred ready '
run "$dir/bots/talks"
ok 'a bot that works for longer than a lease keeps its item' exits 0
is 'which is done' "$(items)" 'deferred done '
ok 'the audit verifies' verified
done_testing
