#!/bin/bash
# A vetting search, whole: people from a CSV, looked for under each form of their
# names in three systems at once, held against the generator's truth, which no bot
# reads. vetting.sh PEOPLE OTHERS SEED…; a seed "new" is drawn here and told. The
# control looks for the plain name only, and must miss many.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/daemon_lib.sh"
persons=${1:-40} others=${2:-20000}
shift 2
lanes=3 # bots at once in a terminal system, where each waits most of its time
vetted='reason=4,originator=Vetting Unit,justification=checking of applicants'
service_pid=''
stop_all() {
    [ -z "$service_pid" ] || kill "$service_pid" 2>/dev/null
    finish_daemon
}
trap stop_all EXIT
chmod 755 "$dir"
printf '%s\n' ready >"$dir/ready"

# --- the stand-ins, with a population of their own ---------------------------------
populate() { # seed
    people=$dir/people$1
    mkdir "$people" && chmod 755 "$people"
    "$PERSON_MAKE" --seed "$1" --people "$others" --persons "$persons" --dir "$people" ||
        bail 'no population'
    # operations name each row by one column
    awk -F, 'NR == 1 { print "id," $0; next } { print $1 "/" $2 "," $0 }' \
        "$people/applicants.csv" >"$people/rows.csv"
    for log in vt crime soap; do
        : >"$people/$log.log"
        chmod 666 "$people/$log.log" # written by the application's own user
    done
    printf '#!/bin/sh\nexec %s --people %s/vt.jsonl --log %s/vt.log\n' "$VT_SEARCH" \
        "$people" "$people" >"$people/client"
    chmod 755 "$people/client"
    stop_host
    start_host --people "$people/crime.jsonl" --search-log "$people/crime.log"
    [ -z "$service_pid" ] || { kill "$service_pid"; exec 5<&-; }
    exec 5< <(exec python3 tests/fake/web_service.py --log "$people/web.log" \
        --people "$people/soap.jsonl" --search-log "$people/soap.log" --slow-ms 0 <"$never_ends")
    service_pid=$!
    read -r -t 60 line <&5 || bail 'no person service'
    soap=127.0.0.1:${line#port }
}
never_ends=$dir/never_ends
mkfifo "$never_ends"
exec 8<>"$never_ends"

# --- one whole search -----------------------------------------------------------------
search() { # bot, options…
    rpa run "$1" --state "$state" --purpose "$vetted" --quiet "${@:2}"
}

fan_out() {
    new_state
    printf demo1234 | "$RPA" secret set rss-password --state "$state" 2>/dev/null
    rpa queue create vetting --state "$state"
    for system in crime vt soap; do # nothing is tried again by the queue here
        rpa queue create "vetting-$system" --set pause_after=0 --set locked_tries=1 \
            --state "$state"
    done
    rpa queue add vetting "$people/rows.csv" --state "$state"
    search vetting_search
    ok 'each person is wanted in each system' \
        [ "$("$RPA" queue list vetting-vt --json --state "$state" | wc -l)" = "$persons" ]
}

settled() { # each person's search there has ended, however
    for state_of in ready leased; do
        [ -z "$("$RPA" queue list "vetting-$1" --in "$state_of" --json --state "$state")" ] ||
            return 1
    done
}
everywhere() { # all three systems at once
    local pids=()
    beside() { # bot, options…
        "$RPA" run "$@" --state "$state" --purpose "$vetted" --quiet \
            >"$dir/${1##*/}.${#pids[@]}.out" 2>&1 &
        pids+=($!)
    }
    start_daemon --max-bots $((2 * lanes + 1))
    beside "$dir/bots/vetting_soap" --set "host=$soap"
    for _ in $(seq "$lanes"); do
        beside vetting_crime --set "host=$host"
        beside vetting_vt --set "client=$people/client" --set host=here
    done
    for pid in "${pids[@]}"; do
        wait "$pid" # its status tells that some could not be checked
    done
    for system in soap crime vt; do
        ok "each was looked for in $system" settled "$system"
    done
    "$RPA" stop --state "$state" >/dev/null
    end_daemon
}

# --- what it came to ------------------------------------------------------------------
reported() { # what people would see of each application
    cut -d, -f1 "$people/applicants.csv" | sed 1d | sort -u | while read -r about; do
        "$RPA" report vetting "$about" --json --purpose "$vetted" --state "$state"
    done >"$dir/report"
}
checked() { # options…; prints the figures
    python3 tests/fake/vet_check.py --truth "${truth:-$people/truth.jsonl}" \
        --report "$dir/report" "$@" >"$dir/check"
    local is=$?
    sed 's/^/# /' "$dir/check"
    return $is
}
recall_below() {
    checked --json
    [ "$(jq ".recall < $1" "$dir/check")" = true ]
}

# the bot as it is, but for TLS: cli-web has that
mkdir -p "$dir/bots"
cp -r bots/vetting_soap "$dir/bots"
sed -i 's#https://#http://#' "$dir/bots/vetting_soap/bot.lua"

for seed in "${@:-1}"; do
    [ "$seed" != new ] || seed=$((RANDOM * 32768 + RANDOM))
    echo "# seed $seed"
    populate "$seed"
    fan_out
    everywhere
    reported
    ok "seed $seed: all that is there is proposed, no twin joined, nothing said otherwise" checked
    ok 'the audit verifies' verified
done

# the control: the plain name only, in the system that is quickest
cat - bots/vetting_soap/main.lua >"$dir/bots/vetting_soap/main.lua" <<'END'
function rpa.names.forms(who)
    return { { surname = who.surname, why = "plain",
        forename = (who.given or ""):match("%S*") } }
end
END
fan_out
search "$dir/bots/vetting_soap" --set "host=$soap"
grep -F '"system":"soap"' "$people/truth.jsonl" >"$dir/soap.truth"
reported
truth=$dir/soap.truth
ok 'control: who looks for the plain name alone misses many' recall_below 0.7
done_testing
