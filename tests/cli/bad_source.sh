#!/bin/bash
# A source that fails: the report is not queued, all others are keyed, and the
# next run fetches it again.
. "$(dirname "$0")/lib.sh"
start_source --reports 4 # which are to be keyed is the seed's affair
mapfile -t keyed < <(in_order key)
failing=${keyed[0]} rest=$((${#keyed[@]} - 1))
start_host
bot_like good ''

start_source --reports 4 --fail "$failing=500"
new_state
rekey good --json
ok 'HTTP 500' error 1 320 'collect.lua:[0-9]+' 'status 500'
ok 'of which service' says "GET http://$source"
ok 'and which report' says "$failing was not queued"
ok 'the others are done' summary ".items | .done == $rest and .failed == 0 and .doubt == 0"
ok 'at the host too' filed "$rest"
ok 'but not that one' filed 0 "$failing"
ok 'audit' verified

start_source --reports 4 --fail "$failing=cut"
rekey good --json
ok 'XML cut off' error 1 321 'xml_reports.lua:[0-9]+' 'line '
ok 'nothing is done twice' summary '.items | .done == 0 and .failed == 0'
ok 'nothing more at the host' filed "$rest"
ok 'audit' verified

start_source --reports 4 --fail "$failing=laughs"
rekey good --json
ok 'billion laughs' error 1 321 'xml_reports.lua:[0-9]+' ''
ok 'in no time' summary '.seconds < 10'
ok 'nothing more at the host' filed "$rest"
ok 'audit' verified

start_source --reports 4
rekey good --json
ok 'when the source is well: the one that was left' exits 0
ok 'done' summary '.items.done == 1'
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
