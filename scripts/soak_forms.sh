#!/bin/bash
# Forms of GTK, Qt, Tk and Motif, keyed by the whole path, proved by their own
# files: scripts/soak_forms.sh BUILD [KEYS] [TOOLKIT]...
#   plain       KEYS (200,000) keys
#   stopped     50,000, the form stopped at random for up to 2 s
#   slow        50,000, the form runs for one ms in ten
#   locked      50,000, Caps Lock on and Shift held before each start
#   thief       50,000, another window takes the focus again and again
# CASES in the environment leaves only those it names; several toolkits run at
# once. One line a case: how many characters, how many wrong.
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
trap 'exit 143' TERM INT HUP
[ $# -gt 0 ] || set -- tk gtk3 qt motif
if [ $# -gt 1 ]; then
    for toolkit; do
        "$0" "$build" "$keys" "$toolkit" >"$dir/$toolkit" 2>&1 &
        pids="$pids $!"
    done
    for pid in $pids; do wait "$pid" || failed=1; done
    pids=''
    for toolkit; do cat "$dir/$toolkit"; done
    exit $failed
fi
toolkit=$1
# shellcheck source=tests/cli/forms_lib.sh
. tests/cli/forms_lib.sh
export LC_ALL=C.UTF-8 FORM_MOTIF RPA

# name keys: in rounds of 20 records of about 1,570 characters
rounds() {
    local chars=0 bad=0 records=0 r=0 got
    while [ "$chars" -lt "$2" ]; do
        r=$((r + 1))
        [ "$1" != locked ] || lock
        "$forms/records.py" 20 "$r" 1500 >"$dir/records"
        form_key form "$dir/records" || { cat "$dir/err"; failed=1; }
        read -ra got <"$dir/proved" # N records of N, C characters, W wrong
        records=$((records + got[0])) chars=$((chars + got[4]))
        bad=$((bad + got[6]))
        [ "${got[0]}" = 20 ] || break
    done
    echo "$1 $toolkit: $records records, $chars characters, $bad wrong"
    [ "$bad" = 0 ] && [ "$chars" -ge "$2" ] || failed=1
}

display() { # a display that others can reach too
    mkfifo "$dir/number"
    exec 7<>"$dir/number"
    Xvfb -displayfd 7 -screen 0 1600x1200x24 -noreset -nolisten tcp 2>/dev/null &
    pids="$pids $!"
    read -r -t 20 -u 7 DISPLAY || exit 1
    export DISPLAY=:$DISPLAY
    extra=(--display "$DISPLAY")
    # the keymap's place in a manifest that is not to start a display
    sed -i 's/keymap = "private",//; s/app = {/app = { keymap = "private",/' "$dir/bots/form/bot.lua"
}

lock() { # as somebody leaves it: Caps Lock on and a finger on Shift
    setxkbmap gb 2>/dev/null
    xdotool keydown Shift_L key Caps_Lock
}

stopper() { # seconds: stopped from, to, running from, to
    python3 - "$dir/filed" "$@" <<'PY' &
import os, random, select, signal, sys
dice, pid = random.Random(1), None
stop, run = map(float, sys.argv[2:4]), map(float, sys.argv[4:6])
stop, run = tuple(stop), tuple(run)
def form():
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as f:
                if sys.argv[1].encode() in f.read().split(b"\0") and int(pid) != os.getpid():
                    return int(pid)
        except OSError:
            pass
while True:
    select.select([], [], [], dice.uniform(*run))
    try:
        os.kill(pid, signal.SIGSTOP)
        select.select([], [], [], dice.uniform(*stop))
        os.kill(pid, signal.SIGCONT)
    except (TypeError, ProcessLookupError):
        pid = form()
PY
    helper=$!
    pids="$pids $helper"
}

few=$((keys / 4))
form_learn "$toolkit" || { cat "$dir/err"; exit 1; }
form_bot form "$toolkit"
for name in ${CASES-plain stopped slow locked thief}; do
    helper=''
    case $name in
    plain) rounds plain "$keys"; continue ;;
    stopped) stopper 0 2 0.2 3 ;;
    slow) stopper 0.009 0.009 0.001 0.001 ;;
    locked | thief) [ ${#extra[@]} -gt 0 ] || display ;;
    esac
    if [ "$name" = thief ]; then
        "$build/tests/security/thief" 10 >"$dir/thief" 2>&1 &
        helper=$!
        pids="$pids $helper"
    fi
    rounds "$name" "$few"
    [ -z "$helper" ] || { kill "$helper"; wait "$helper" 2>/dev/null; }
    if [ "$name" = thief ]; then
        echo "$toolkit: the thief $(cat "$dir/thief")"
        grep -q ' keys 0$' "$dir/thief" || failed=1
    fi
done
exit $failed
