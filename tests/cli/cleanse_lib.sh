# shellcheck shell=bash
# For tests of the cleansing bot, after lib.sh and daemon_lib.sh: an index of
# nominals, the bot, a second person, and what came of it. NOMINALS_HOST is the index.
chmod 755 "$dir"
work=$dir/work
mkdir "$work"
: >"$dir/filed"

start_index() { # it goes on with what was filed there
    stop_host
    exec 4< <(exec "$NOMINALS_HOST" --nominals "$1" --file "$dir/filed")
    host_pid=$!
    read -r -t 60 line <&4 || bail 'no index'
    host=127.0.0.1:${line#port }
}

new_index() { # seed, nominals, duplicates
    tests/fake/nominals_make.py --seed "$1" --nominals "$2" --duplicates "$3" \
        --dir "$work" || bail 'no nominals'
    start_index "$work/nominals.jsonl"
}

begin_index() { # a state directory with a daemon
    state=$dir/state$count
    printf demo1234 | "$RPA" secret set nominals-password --state "$state" \
        2>"$dir/err" || bail 'no secret'
    start_daemon
}

cleanse() { # phase, options…
    run "${bot-cleanse_nominals}" --set "host=$host" --set "phase=$1" \
        --purpose justification='cleansing of the index' "${@:2}"
}
list() { "$RPA" review list --state "$state" --json "$@"; }
ids() { # about
    list --about "NOMINALS.$1" | jq .review
}
show_all() {
    for id in $(list | jq .review); do
        "$RPA" review show "$id" --state "$state" --json \
            --purpose justification='to decide' || return 1
    done >"$work/reviews"
}
other() { # a second person: arguments of rpa…
    setpriv --reuid 5003 --regid 5003 --clear-groups env HOME="$dir" \
        XDG_CONFIG_HOME="$dir/none" "$RPA" "$@" --state "$state" >"$dir/out" 2>"$dir/err"
    status=$?
}
decide() { # as, ids…
    for id in "${@:2}"; do
        other review decide "$id" --as "$1" --why 'looked at both records'
        exits 0 || return 1
    done
}
found() { tests/fake/nominals_check.py --dir "$work" --reviews "$work/reviews" "$@"; }
filed_lines() { [ "$(wc -l <"$dir/filed")" = "$1" ]; }
