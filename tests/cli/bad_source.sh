#!/bin/bash
# A source that fails: the report is not keyed, the ones before it are.
. "$(dirname "$0")/lib.sh"
start_source --reports 4 # which are to be keyed is the seed's affair
mapfile -t keyed < <(jq -r 'select(.expect == "key").id' "$dir/truth")
first=${keyed[0]} second=${keyed[1]}
start_source --reports 4 --fail "$second=500"
start_host
bot_like good ''

new_state
rekey good --json
ok 'HTTP 500' error 1 320 'main.lua:18' 'status 500'
ok 'of which request' says "GET http://$source/reports/$second"
ok 'one done, one failed' summary '.items | .done == 1 and .failed == 1 and .doubt == 0'
ok 'the host has the first' filed 1 "$first"
ok 'and no other' filed 1
ok 'audit' verified

start_source --reports 4 --fail "$second=cut"
rekey good --json
ok 'XML cut off' error 1 321 'report.lua:[0-9]+' 'line '
ok 'the first is skipped now' summary '.items | .done == 0 and .skipped == 1 and .failed == 1'
ok 'nothing more at the host' filed 1
ok 'audit' verified

start_source --reports 4 --fail "$second=laughs"
rekey good --json
ok 'billion laughs' error 1 321 'report.lua:[0-9]+' ''
ok 'in no time' summary '.seconds < 10'
ok 'nothing more at the host' filed 1
ok 'audit' verified

start_source --reports 4
rekey good --json
ok 'when the source is well: the rest' exits "$([ "${#keyed[@]}" = 4 ] && echo 0 || echo 3)"
for id in "${keyed[@]}"; do
    ok "$id once" filed 1 "$id"
done
ok 'audit' verified
stop_host

# --- without a screen --------------------------------------------------------------
start_source --reports 2 --fail list=timeout
fetch() { # Lua
    run -e "$1" --allow "host=$source" --set "source=$source"
}
fetch 'rpa.http.request { url = "http://" .. rpa.set.source .. "/reports", timeout = 0.3 }'
ok 'a source that never answers' error 1 300 'chunk:1' 'no whole answer in 300 ms'
fetch 'rpa.http.get("http://" .. rpa.set.source .. "/no")'
ok 'HTTP 404' error 1 320 'chunk:1' 'status 404'
fetch 'rpa.http.get("http://127.0.0.1:1/")'
ok 'a host that is not allowed' error 5 120 'chunk:1' '127.0.0.1:1'
run -e 'rpa.http.get("http://127.0.0.1:1/")' --allow host=127.0.0.1:1
ok 'nobody listens' error 1 320 'chunk:1' ''
fetch 'rpa.xml.parse("<a><b>")'
ok 'XML cut off' error 1 321 'chunk:1' ''
ok 'audit' verified
done_testing
