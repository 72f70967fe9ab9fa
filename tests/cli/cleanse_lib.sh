# shellcheck shell=bash
# For tests of the cleansing bot, after people_lib.sh: an index of nominals, the bot,
# two persons, and what came of it. NOMINALS_HOST is the index.
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

# otto runs bots, peg decides
groups_are t-operator:x:6002:otto,peg t-auditor:x:6004:root
printf '%s\n' 'return { roles = { operator = "t-operator", auditor = "t-auditor" } }' \
    >"$dir/rpa.conf"

begin_index() { # a state directory with a daemon
    state=$dir/state$count
    printf demo1234 | "$RPA" secret set nominals-password --state "$state" \
        2>"$dir/err" || bail 'no secret'
    start_daemon --config "$dir/rpa.conf"
}

cleanse() { # phase, options…
    as otto run "${bot-$ROOT/bots/cleanse_nominals}" --set "host=$host" \
        --set "phase=$1" \
        --purpose justification='cleansing of the index' "${@:2}"
}
list() { # options…
    as peg review list --json "$@"
    cat "$dir/out"
}
ids() { # about
    list --about "NOMINALS.$1" | jq .review
}
show_all() { # what was proposed, by the audit, and how it was decided
    "$RPA" audit show --kind REVIEW --content --json --state "$state" \
        --purpose justification='to prove it' >"$work/rows" 2>"$dir/err" || return 1
    list >"$work/states"
    jq -nc --slurpfile states "$work/states" --slurpfile rows "$work/rows" '
        ($rows | map(select(.plain.event == "proposed")
            | { key: (.plain.review | tostring), value: .content })
        | from_entries) as $said
        | $states[] | .content = $said[.review | tostring]' >"$work/reviews"
}
decide() { # as, ids…
    for id in "${@:2}"; do
        as peg review decide "$id" --as "$1" --why 'looked at both records'
        exits 0 || return 1
    done
}
diagnose() { tail -n 20 "$dir/daemon.err" "$dir/out" "$dir/err" "$dir/verify"; }
found() { tests/fake/nominals_check.py --dir "$work" --reviews "$work/reviews" "$@"; }
filed_lines() { [ "$(wc -l <"$dir/filed")" = "$1" ]; }
