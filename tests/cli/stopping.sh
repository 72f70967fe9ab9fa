#!/bin/bash
# Ctrl-C, SIGTERM, --timeout: what is finished, what is left, what the exit
# status says; and that a report is filed once whatever happened.
. "$(dirname "$0")/lib.sh"
start_source --reports 12
mapfile -t keyed < <(in_order key)
start_host
# says when an item is in hand, and when all but the commit key is pressed
bot_like told '/^    set = {/a only = "all",'
sed -i 's/^queue:each(function(item)$/&\n    rpa.log("in hand " .. item.reference)/' \
    "$dir/bots/told/main.lua"
sed -i 's/if not queue:state(entry.id)/if (rpa.set.only == "all" or rpa.set.only == entry.id) and not queue:state(entry.id)/' \
    "$dir/bots/told/collect.lua"
main_of=$dir/bots/told/keying.lua
sed -i 's/^        rpa.step(i == #screens.*/&\n        if i == #screens then rpa.log("to commit") end/' "$main_of"

start() { begin "$dir/bots/told" --set "source=$source" --json --purpose justification='for the crime desk'; }
ms() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }
children() { pgrep -P "$run_pid"; }
all_gone() { # the run's processes
    local pid
    for pid in $family; do
        ! kill -0 "$pid" 2>/dev/null || return 1
    done
    nothing_left
}
# At once, that is without waiting for the item: each is stopped where going on
# would take far longer than this.
AT_ONCE=5000 # ms
stop_twice() { # how long the second takes
    family=$(children)
    kill -"$1" "$run_pid"
    await 'stopping after'
    began=$(ms)
    kill -"$1" "$run_pid"
    collect
    took=$(($(ms) - began))
}

# --- the first -------------------------------------------------------------------------
new_state
start
await "in hand ${keyed[0]}"
kill -TERM "$run_pid"
collect
ok 'SIGTERM: the item is finished, and no other begun' exits 7
ok 'said' grep -qE 'stopping after item [0-9]+;' "$dir/err"
ok 'one done' summary '.exit == 7 and .items.done == 1 and .items.failed == 0 and .error == null'
ok 'one filed' filed 1
ok 'audit' verified
start
await "in hand ${keyed[1]}"
kill -INT "$run_pid"
collect
ok 'Ctrl-C: the same' exits 7
ok 'the first is not done again' summary '.items.done == 1'
ok 'two filed' filed 2

# --- the second, before the commit key ------------------------------------------------------
start
await "in hand ${keyed[2]}"
kill -STOP "$host_pid"
stop_twice INT
kill -CONT "$host_pid"
ok 'a second one: hard' exits 130
ok "at once ($took ms)" [ "$took" -lt "$AT_ONCE" ]
ok 'nothing of the run is left' all_gone
ok 'not in doubt' summary '.items | .doubt == 0 and .failed == 1'
ok 'audit' verified
ok 'no half of it at the host' filed 2

# --- the second, past the commit key --------------------------------------------------------
start_host --file-ms 60000
start
await 'to commit'
committed() { [ "$(kinds COMMIT)" = 3 ]; }
until_ok 60 committed
stop_twice TERM
ok 'past the commit key: hard too' exits 130
ok "at once ($took ms)" [ "$took" -lt "$AT_ONCE" ]
ok 'nothing of the run is left' all_gone
ok 'in doubt' summary '.items | .doubt == 1 and .failed == 0 and .done == 0'
ok 'audit' verified
start_host
start
collect
ok 'the next run leaves it in doubt' exits 9
ok 'and keys the others' summary ".items.done == $((${#keyed[@]} - 3))"
ok 'no report twice' [ "$(jq -r '.fields["Online Ref"]' "$dir/host" | sort | uniq -d)" = '' ]

# --- without items, and --timeout ----------------------------------------------------------
new_state
bot_like idle ''
main idle <<'LUA'
rpa.log("waiting now")
rpa.window("Nothing Like It", { timeout = 60 })
LUA
begin "$dir/bots/idle" --json
await 'waiting now'
family=$(children)
began=$(ms)
kill -TERM "$run_pid"
collect
ok 'without items the first is hard' exits 130
ok 'at once' [ $(($(ms) - began)) -lt "$AT_ONCE" ]
ok 'nothing of the run is left' all_gone
begin "$dir/bots/idle" --json --timeout 0.4
await 'waiting now'
family=$(children)
collect
ok '--timeout' error 6 300 '' 'longer than --timeout'
ok 'nothing of the run is left' all_gone
ok 'audit' verified

# --- the end ---------------------------------------------------------------------------------
new_state
start_source --reports 40
rejected=$(in_order reject | head -1)
mapfile -t keyed < <(in_order key)
only() { rekey told --set "only=$1" "${@:2}"; } # id; a list of this one
only "${keyed[0]}" --json
ok 'all done' exits 0
ok '--json: one object' summary '.items.done == 1 and (.run | type) == "number" and .state and .keys > 0 and .rows > .keys / 512'
only "$rejected" --json
ok 'rejected' exits 3
ok 'with its reasons' summary ".rejects | length == 1 and .[0].id == \"$rejected\" and (.[0].reasons | length) > 0"
new_state
only "$rejected"
ok 'without --json nothing on stdout' [ ! -s "$dir/out" ]
ok 'the summary is on stderr' says '0 done, 1 rejected, 0 failed, 0 deferred, 0 in doubt'
new_state
only "$rejected" --quiet
ok '--quiet' [ ! -s "$dir/err" ]
ok 'audit' verified
ok 'nothing is left' nothing_left
done_testing
