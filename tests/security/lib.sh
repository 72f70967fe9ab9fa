# Sourced by the tests here. $RPA, $CRIME_HOST, $REPORT_SOURCE, $PROVE, $THIEF
# and $ROOT (the checkout) come from meson.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"
dir=$(mktemp -d /tmp/rpa-sec-XXXXXX)
chmod 755 "$dir"
pids='' mounts='' status=0

finish() {
    local p
    [ "$BASHPID" = $$ ] || return # a child that was not exec'd yet
    exec 2>/dev/null # bash tells of each it finds killed
    for p in $pids; do kill -KILL "$p" 2>/dev/null; done
    wait 2>/dev/null
    for p in $mounts; do umount "$p"; done
    rm -rf "$dir"
}
trap finish EXIT
trap 'exit 1' TERM INT

diagnose() { tail -n 12 "$dir/err" "$dir/out" 2>/dev/null; }

# --- the stand-ins -------------------------------------------------------------
first_line() { [ -s "$1" ] && [ "$(wc -l <"$1")" -ge 1 ]; }
start_host() { # options…; sets $host_pid and $port; files into $dir/host.jsonl
    rm -f "$dir/host.out"
    "$CRIME_HOST" --port 0 --file "$dir/host.jsonl" "$@" >"$dir/host.out" 2>&1 &
    host_pid=$!
    pids+=" $host_pid"
    until_ok 60 first_line "$dir/host.out" || bail "the host does not start"
    port=$(sed -n 's/^port //p' "$dir/host.out")
}
stop_host() { kill "$host_pid" && wait "$host_pid"; }
start_source() { # reports; sets $source_pid and $source_port
    rm -f "$dir/source.out"
    "$REPORT_SOURCE" --port 0 --reports "$1" --file "$dir/truth.jsonl" \
        >"$dir/source.out" 2>&1 &
    source_pid=$!
    pids+=" $source_pid"
    until_ok 60 first_line "$dir/source.out" || bail "the source does not start"
    source_port=$(sed -n 's/^port //p' "$dir/source.out")
}

# --- rpa -----------------------------------------------------------------------
state=$dir/state
rpa() { # arguments…; output in $dir/out and $dir/err, status in $status
    "$RPA" "$@" >"$dir/out" 2>"$dir/err"
    status=$?
}
new_state() { # the secret's value
    rm -rf "$state"
    [ ! -f "$dir/host.jsonl" ] || : >"$dir/host.jsonl"
    printf '%s' "${1:-demo1234}" | "$RPA" secret set crs-password --state "$state"
    # what was lost is tried again at once, and any doubt may be looked for
    "$RPA" queue create crime-reports --state "$state" --set backoff_ms=1 --set backoff_max_ms=1 \
        --set max_attempts=100 --set horizon_ms="${horizon:-0}"
}
rekey_args() {
    args=(run rekey_crime_reports --state "$state" --set "host=127.0.0.1:$port"
        --set "source=127.0.0.1:$source_port"
        --purpose 'justification=Online report keyed for the crime desk')
}
rekey() { rekey_args; cd "$ROOT" && rpa "${args[@]}" "$@"; }
rekey_in_background() { # sets $run_pid
    rekey_args
    cd "$ROOT" || bail "no checkout"
    "$RPA" "${args[@]}" "$@" >"$dir/out" 2>"$dir/err" &
    run_pid=$!
    pids+=" $run_pid"
}
wait_run() { wait "$run_pid" 2>/dev/null; status=$?; }
verifies() { "$RPA" audit verify --state "$state" >"$dir/verify" 2>&1 || { cat "$dir/verify" >>"$dir/err"; false; }; }
query() { sqlite3 -readonly -cmd '.timeout 2000' "$state/audit.db" "$1" 2>/dev/null; }
errors() { grep -ac '^\(rpa: \|driver: \)*error RPA' "$dir/err"; }
said() { grep -aq -- "$1" "$dir/err"; }
printed() { grep -aq -- "$1" "$dir/out"; }
filed() { [ -f "$dir/host.jsonl" ] && wc -l <"$dir/host.jsonl" || echo 0; }
proves() { "$PROVE" --truth "$dir/truth.jsonl" --host "$dir/host.jsonl" >>"$dir/out" 2>&1; }

# What the run has started, as its supervisor noted it: "role pid start".
child() { awk -v r="$1" '$1 == r { print $2 }' "$state/children" 2>/dev/null; }
has_child() { [ -n "$(child "$1")" ]; }
same_process() { # pid start
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    set -- "$1" "$2" ${stat##*) }
    [ "$3" != Z ] && [ "${22}" = "$2" ]
}
all_gone() { # a copy of a list of children
    local role pid start
    while read -r role pid start; do
        [ "$role" = dir ] || ! same_process "$pid" "$start" || return 1
    done <"$1"
}
becomes() { # of the only run
    [ "$("$RPA" status --state "$state" --json 2>/dev/null | jq -r ".runs[0] | $1")" = true ]
}
run_dir() { awk '$1 == "dir" { print $2 }' "$state/children"; }

# A program for xterm that asks for a password: what it does with it, from
# standard input, after got = ask(…). It moves the cursor for each key if told to.
asking_program() { # file
    { cat <<'PY'; cat; } >"$1"
import base64, sys, termios, tty
def put(s):
    sys.stdout.write(s); sys.stdout.flush()
def ask(moves):
    fd = sys.stdin.fileno()
    tty.setcbreak(fd)
    mode = termios.tcgetattr(fd); mode[3] &= ~termios.ECHO; termios.tcsetattr(fd, termios.TCSANOW, mode)
    put("LOGIN\n\nPassword . . . : ")
    got = ""
    while not got.endswith("\n"):
        c = sys.stdin.read(1)
        got += c
        if c != "\n" and moves:
            put("\x1b[C")
    return got.strip()
PY
    chmod 644 "$1"
}

# --- bots of our own -----------------------------------------------------------
new_bot() { # name; the manifest's text on fd 3, main.lua on stdin
    mkdir -p "$dir/bots/$1"
    cat >"$dir/bots/$1/main.lua"
    cat <&3 >"$dir/bots/$1/bot.lua"
}
