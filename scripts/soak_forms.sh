#!/bin/bash
# Forms of GTK, Qt, Tk and Motif, keyed by the whole path, proved by their own
# files: scripts/soak_forms.sh BUILD [KEYS] [TOOLKIT]...
#   plain       KEYS (200,000) keys
#   stopped     50,000, the form stopped at random for up to 2 s
#   locked      50,000, Caps Lock on and Shift held before the start
#   thief       50,000, another window takes the focus again and again
# CASES in the environment leaves only those it names.
# One line a case: how many characters, how many wrong.
set -u
cd "$(dirname "$0")/.." || exit 1
build=$(realpath "$1") keys=${2:-200000}
shift 2
RPA=$build/rpa/rpa FORM_MOTIF=$build/tests/fake/form_motif
dir=$(mktemp -d) pids='' failed=0
# shellcheck disable=SC2317
end() {
    # shellcheck disable=SC2086
    [ -z "$pids" ] || kill $pids 2>/dev/null
    rm -rf "$dir"
}
trap end EXIT
# shellcheck source=tests/cli/forms_lib.sh
. tests/cli/forms_lib.sh
export LC_ALL=C.UTF-8 FORM_MOTIF RPA

# name toolkit keys: in rounds of 100 records of about 400 characters
rounds() {
    [[ ${CASES-$1} == *"$1"* ]] || return 0
    local chars=0 bad=0 records=0 r=0 line
    while [ "$chars" -lt "$3" ]; do
        r=$((r + 1))
        "$forms/records.py" 100 "$r" >"$dir/records"
        form_key form "$dir/records" || { cat "$dir/err"; failed=1; }
        line=$(cat "$dir/proved")
        # shellcheck disable=SC2086
        set -- "$1" "$2" "$3" $line
        records=$((records + $4)) chars=$((chars + $8)) bad=$((bad + ${10}))
        [ "$4" = 100 ] || break
    done
    echo "$1 $2: $records records, $chars characters, $bad wrong"
    [ "$bad" = 0 ] && [ "$chars" -ge "$3" ] || failed=1
}

display() { # a display that others can reach too
    exec 7< <(exec Xvfb -displayfd 1 -screen 0 1600x1200x24 -noreset -nolisten tcp 2>/dev/null)
    pids="$pids $!"
    read -r -t 20 -u 7 DISPLAY || exit 1
    export DISPLAY=:$DISPLAY
    extra=(--display "$DISPLAY")
}

stopper() { # stops the form now and then; at random, from 1
    python3 - "$1" <<'PY' &
import os, random, select, signal, sys
dice = random.Random(1)
def form():
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as f:
                if sys.argv[1].encode() in f.read().split(b"\0") and int(pid) != os.getpid():
                    return int(pid)
        except OSError:
            pass
while True:
    select.select([], [], [], dice.uniform(0.2, 3))
    pid = form()
    if pid:
        try:
            os.kill(pid, signal.SIGSTOP)
            select.select([], [], [], dice.uniform(0, 2))
        finally:
            os.kill(pid, signal.SIGCONT)
PY
    pids="$pids $!"
}

case ${1-} in '') set -- tk gtk3 qt motif ;; esac
for toolkit; do
    form_learn "$toolkit" || { cat "$dir/err"; exit 1; }
    form_bot form "$toolkit"
    rounds plain "$toolkit" "$keys"
    few=$((keys / 4))
    if [[ ${CASES-stopped} == *stopped* ]]; then
        stopper "$dir/filed"
        stopping=$!
        rounds stopped "$toolkit" "$few"
        kill "$stopping"
    fi
    display
    sed -i 's/keymap = "private",//; s/app = {/app = { keymap = "private",/' "$dir/bots/form/bot.lua"
    xdotool keydown Shift_L key Caps_Lock
    rounds locked "$toolkit" "$few"
    "$build/tests/security/thief" 10 >/dev/null 2>&1 &
    thief=$!
    pids="$pids $thief"
    rounds thief "$toolkit" "$few"
    kill "$thief"
    exec 7<&-
    extra=()
done
exit $failed
