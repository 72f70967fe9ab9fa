#!/bin/bash
# A whole night: the schedules collect what the service has and key it inside their
# window, at several terminals, while a process chosen by chance (the supervisor, a
# driver, a bot, an application) is killed again and again; a supervisor is started
# anew as systemd would. In the end every report is in the host's own file exactly
# once, and what the night says of itself is so.
#   night.sh [REPORTS] [KILL_EVERY_S] [HOST_DELAY_MS] [WORKERS] [SEED] [HORIZON_MS] [KILLS]
. "$(dirname "$0")/lib.sh"
reports=${1:-20} every_s=${2:-3} delay_ms=${3:-50} workers=${4:-2} seed=${5:-1}
horizon=${6:-0} most_kills=${7:-4}
RANDOM=$seed
schedules=$dir/schedules.lua
london() { TZ=Europe/London date "$@"; }
began=$EPOCHSECONDS evening=$(london -d '12 hours ago' +%F)

# --- the daemon, and who restarts it --------------------------------------------------
start_daemon() {
    "$RPA" daemon --state "$state" --schedules "$schedules" --max-bots "$workers" \
        2>>"$dir/err" &
    daemon_pid=$!
    pids+=" $daemon_pid"
}
answers() { "$RPA" status --state "$state" --json >/dev/null 2>&1; }
restart() { # one that is gone
    kill -0 "$daemon_pid" 2>/dev/null && return
    wait "$daemon_pid" 2>/dev/null
    restarts=$((restarts + 1))
    start_daemon
}

# --- chance ---------------------------------------------------------------------------
dealt=()
declare -A killed=([supervisor]=0 [driver]=0 [bot]=0 [app]=0)
deal() { # each role once in every four kills, in an order by chance
    local i swap with
    [ ${#dealt[@]} = 0 ] || return
    dealt=(supervisor driver bot app)
    for i in 3 2 1; do
        with=$((RANDOM % (i + 1))) swap=${dealt[i]}
        dealt[i]=${dealt[with]} dealt[with]=$swap
    done
}
victims() { [ "$1" = supervisor ] && echo "$daemon_pid" || child "$1"; }
strike() { # one process of a role by chance; false if there is none
    local role there
    deal
    role=${dealt[0]}
    read -rd '' -a there <<<"$(victims "$role")" || true
    [ ${#there[@]} -gt 0 ] || return 1
    kill -KILL "${there[RANDOM % ${#there[@]}]}" 2>/dev/null || return 1
    dealt=("${dealt[@]:1}")
    killed[$role]=$((killed[$role] + 1))
    kills=$((kills + 1))
    echo "# after $((EPOCHSECONDS - began)) s, $(filed) reports filed: a kill of: $role"
}

states() { "$RPA" queue list crime-reports --json --state "$state" 2>/dev/null | jq -r .state; }
settled() { # all are there, and with each all is said
    states >"$dir/states"
    [ "$(wc -l <"$dir/states")" = "$reports" ] &&
        ! grep -qvx 'done\|rejected' "$dir/states"
}
twice() { jq -r '.fields["Online Ref"]' "$dir/host.jsonl" | sort | uniq -d | wc -l; }
foreseen() {
    "$RPA" status --json --state "$state" 2>/dev/null | jq -re \
        '.queues[].forecast.text // "" | select(test("will finish ..:..; window closes ..:..$"))' \
        >"$dir/forecast"
}

start_host --work-ms "$delay_ms" --seed "$seed"
start_source "$reports"
cd "$ROOT" || bail 'no checkout'
new_state 2>>"$dir/err"
cat >"$schedules" <<L
local night = "$(london -d '1 minute ago' +%H:%M)-$(london -d '4 hours' +%H:%M)"
local purpose = "justification=Online report keyed for the crime desk"
return {
    collect = { bot = "rekey_crime_reports", window = night, purpose = purpose,
        at = "@every $((every_s < 30 ? 5 : 30))s",
        set = { host = "127.0.0.1:$port", source = "127.0.0.1:$source_port" } },
    key = { bot = "rekey_crime_reports", window = night, purpose = purpose,
        queue = { name = "crime-reports", min = 3, per_worker = 3, workers = $((workers - 1)) },
        set = { host = "127.0.0.1:$port", source = "" } },
}
L
start_daemon
restarts=0 kills=0 forecasts=0
until_ok 30 answers || bail "no daemon: $(tail -n 3 "$dir/err")"
rpa schedule approve collect key --schedules "$schedules" --state "$state"
is 'the night is approved' "$status" 0

# --- the night --------------------------------------------------------------------------
# A look costs some programs: bash mistakes a process for one of before whose number
# it has (5.2), so a long night is not looked at each second.
next=$((EPOCHSECONDS + every_s)) look=0
while [ $((EPOCHSECONDS - began)) -lt 1500 ]; do
    restart
    if [ "$EPOCHSECONDS" -ge "$next" ] && [ "$kills" -lt "$most_kills" ] && strike; then
        next=$((EPOCHSECONDS + every_s))
    fi
    if [ "$EPOCHSECONDS" -ge "$look" ]; then
        look=$((EPOCHSECONDS + (every_s < 30 ? 1 : 10)))
        foreseen && forecasts=$((forecasts + 1)) && cp "$dir/forecast" "$dir/last_forecast"
        settled && break
    fi
    read -rt 0.2 -u "$never" || true # the next look at who is there
done
took=$((EPOCHSECONDS - began))
ok "all $reports reports are settled in $took s, with $kills kills" settled
sort "$dir/states" | uniq -c | sed 's/^ */# /'
echo "# killed: supervisor ${killed[supervisor]} (started again $restarts times)," \
    "driver ${killed[driver]}, bot ${killed[bot]}, application ${killed[app]}; seed $seed"
ok "there were kills" [ "$kills" -ge 2 ]
ok "each killed supervisor was started anew" [ "$restarts" = "${killed[supervisor]}" ]
ok "it was told when it would be done ($forecasts times: $(cat "$dir/last_forecast"))" \
    [ "$forecasts" -gt 0 ]
"$RPA" stop --now --state "$state" >/dev/null
wait "$daemon_pid"
is 'the daemon ends well' $? 0

# --- what is so, by the host's own file, and what the night says -------------------------
ok 'each report is at the host exactly once, and right' proves
"$PROVE" --truth "$dir/truth.jsonl" --host "$dir/host.jsonl" --json | sed 's/^/# /'
is 'none is there twice' "$(twice)" 0
"$RPA" audit key --state "$state" >"$dir/key"
"$RPA_VERIFY" --key "$dir/key" "$state" >"$dir/verify" 2>&1
is 'the audit verifies, from outside' $? 0
sed 's/^/# /' "$dir/verify"
for night in $(printf '%s\n' "$evening" "$(london -d '12 hours ago' +%F)" | sort -u); do
    "$RPA" report night --night "$night" --json --state "$state"
done >"$dir/night"
told() { jq -s "[.[].queues[] | $1] | add" "$dir/night"; }
is 'the report of the night: as many keyed as the host has' "$(told .keyed)" "$(filed)"
is 'as many rejected as there were to be' "$(told .rejected)" \
    "$(grep -c '"expect":"reject"' "$dir/truth.jsonl")"
is 'and nothing else' "$(told '.failed + .doubt + .not_started + .in_hand')" 0
rejects() {
    "$RPA" queue export crime-reports --in rejected --state "$state" \
        --purpose justification='the test' | jq -r .reference | sort | tr '\n' ' '
}
is 'those, and no others' "$(rejects)" \
    "$(jq -r 'select(.expect == "reject").id' "$dir/truth.jsonl" | sort | tr '\n' ' ')"
done_testing
