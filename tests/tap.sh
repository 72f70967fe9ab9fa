# shellcheck shell=bash
# TAP for the tests in bash, to be sourced. A test may define `diagnose`: it
# prints what there is to know when a point is not ok.
set -u
count=0 bad=0
exec {never}<> <(:) # nothing comes here: a wait with a time-out

diagnose() { :; }

ok() { # name, command…
    local name=$1
    shift
    count=$((count + 1))
    if "$@" >&2; then # what it prints is no TAP
        echo "ok $count - $name"
        return 0
    fi
    bad=$((bad + 1))
    echo "not ok $count - $name"
    diagnose | sed 's/^/# /'
    return 1
}

is() { # name, got, want
    ok "$1 ($2)" [ "$2" = "$3" ] || echo "# got '$2', want '$3'"
}

not() { ! "$@"; }

done_testing() {
    echo "1..$count"
    exit $((bad > 0))
}

bail() { echo "Bail out! $*"; exit 1; }

# Look every 20 ms until the command holds, SECONDS at most.
until_ok() { # seconds, command…
    local end=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000))
    shift
    until "$@"; do
        [ "${EPOCHREALTIME/[.,]/}" -lt "$end" ] || return 1
        read -r -t 0.02 -u "$never"
    done
    return 0
}
