# shellcheck shell=bash
# For the command's tests: stand-ins, bots made on the spot, one line a check.
# The environment names the programs: RPA, CRIME_HOST, REPORT_SOURCE, and the
# source tree, ROOT.
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"
cd "$ROOT" || exit 1
dir=$(mktemp -d)
state=$dir/state
status=0 host='' source='' host_pid='' source_pid='' run_pid=''
touch "$dir/out" "$dir/err" "$dir/host"

finish() {
    for pid in $run_pid $host_pid $source_pid; do
        kill -KILL "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
    done
    rm -rf "$dir"
}
trap finish EXIT

diagnose() { printf 'status %s\n' "$status" | cat - "$dir/out" "$dir/err"; }

# --- the stand-ins: each says its port ------------------------------------------
start_host() { # options…; what it accepts goes to $dir/host
    stop_host
    exec 4< <(exec "$CRIME_HOST" --file "$dir/host" --justify-every 0 "$@")
    host_pid=$!
    read -r -t 60 line <&4 || bail 'no crime host'
    host=127.0.0.1:${line#port }
}

stop_host() {
    [ -n "$host_pid" ] || return 0
    kill "$host_pid"
    wait "$host_pid"
    host_pid=
    exec 4<&-
}

start_source() { # options…; what it serves is in $dir/truth
    [ -z "$source_pid" ] || { kill "$source_pid"; wait "$source_pid"; exec 5<&-; }
    exec 5< <(exec "$REPORT_SOURCE" --file "$dir/truth" "$@")
    source_pid=$!
    read -r -t 60 line <&5 || bail 'no report source'
    source=127.0.0.1:${line#port }
}

new_state() { # nothing done yet, and nothing at the host
    state=$dir/state$count
    : >"$dir/host"
    printf demo1234 | "$RPA" secret set crs-password --state "$state" 2>"$dir/err" ||
        bail "no secret: $(cat "$dir/err")"
}

# --- bots ------------------------------------------------------------------------
bot() { # name, [manifest]; main.lua from standard input
    mkdir -p "$dir/bots/$1"
    cat >"$dir/bots/$1/main.lua"
    printf '%s\n' "${2-return { name = \"$1\" \}}" >"$dir/bots/$1/bot.lua"
}

bot_like() { # name, sed script for the manifest; the re-keying bot, changed
    mkdir -p "$dir/bots"
    cp -r bots/common bots/rekey_crime_reports "$dir/bots"
    mv "$dir/bots/rekey_crime_reports" "$dir/bots/$1"
    sed -i "$2" "$dir/bots/$1/bot.lua"
}

bot_posts() { # three commit acts on the report source, the target web
    bot posts "return { name = 'posts', target = 'web', set = { host = '' }, http = { '$source' } }" <<LUA
for i = 1, 3 do
    rpa.http.request { method = "POST", url = "http://$source/reports" }
end
LUA
}

main() { cat >"$dir/bots/$1/main.lua"; } # name; main.lua from standard input

# What the source has, as the queue gives it out: by its deadline.
in_order() { # expect
    jq -rs "sort_by(.fields.Submitted)[] | select(.expect == \"$1\").id" "$dir/truth"
}

# --- running ---------------------------------------------------------------------
rpa() { # the status goes to $status
    "$RPA" "$@" >"$dir/out" 2>"$dir/err"
    status=$?
}

run() { rpa run "$@" --state "$state"; }

rekey() { # name of a bot_like, options…
    run "$dir/bots/$1" --set "host=$host" --set "source=$source" \
        --purpose justification='keyed for the crime desk' "${@:2}"
}

# The same beside the test, which waits for what it says on standard error
begin() { # bot, options…
    : >"$dir/err"
    rm -f "$dir/fifo"
    mkfifo "$dir/fifo"
    "$RPA" run "$@" --state "$state" --set "host=$host" >"$dir/out" 2>"$dir/fifo" &
    run_pid=$!
    exec 6<"$dir/fifo"
}

await() { # text
    local line
    while read -r -t 60 line <&6; do
        printf '%s\n' "$line" >>"$dir/err"
        [[ $line != *"$1"* ]] || return 0
    done
    return 1
}

collect() { # the run must come to its end
    timeout 60 cat <&6 >>"$dir/err"
    wait "$run_pid"
    status=$?
    run_pid=
    exec 6<&-
}

# --- what came of it -------------------------------------------------------------
exits() { [ "$status" = "$1" ]; }
says() { grep -qF -- "$1" "$dir/err"; }
prints() { grep -qF -- "$1" "$dir/out"; }
silent() { ! says "$1" && ! prints "$1"; }

# One error of the shape that ARCHITECTURE.md gives: exit status, code, where,
# what failed; a hint always.
error() { # status code 'bot file:line' text; a step may stand behind the line
    exits "$1" && [ "$(grep -c '^error RPA' "$dir/err")" = 1 ] &&
        grep '^error RPA' "$dir/err" | grep -F "error RPA$2: " | grep -F -- "$4" |
        grep -qE "${3:+\\(([^ ]*/)?$3(, [^)]*)?\\)}\$" && grep -q '^try: .' "$dir/err"
}

verified() { "$RPA" audit verify --state "$state" >"$dir/verify" 2>&1; }
kinds() { "$RPA" audit show --json --state "$state" | grep -cF "\"kind\":\"$1\""; }
filed() { # how many reports; with an id, how often that
    [ "$(grep -cF -- "${2-}" "$dir/host")" = "$1" ]
}
summary() { [ "$(jq "$1" "$dir/out")" = true ]; } # of --json
nothing_left() { ! pgrep -f "x3270.*$host" >/dev/null; }
