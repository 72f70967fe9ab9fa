#!/bin/bash
# No row, no act: the disk under the audit store fills up in the middle of a
# run. Nothing is done that the audit does not have.
. "$(dirname "$0")/lib.sh"

commits() { query 'SELECT count(*) FROM entry WHERE kind=17'; }
referenced() { query "SELECT count(*) FROM entry WHERE kind=24 AND plain LIKE '%referenced%'"; }
nothing_unknown() { # each report the host has had its COMMIT row first
    [ "$(filed)" -le "$(commits)" ] && [ "$(referenced)" -le "$(filed)" ]
}
all_refs() { # and each reference that the audit has is one the host gave
    "$RPA" audit show --state "$state" --content --json |
        jq -r 'select(.kind=="ITEM" and (.plain.event=="done")) | .content' |
        sort >"$dir/refs"
    [ "$(jq -r .ref "$dir/host.jsonl" | sort | comm -13 - "$dir/refs" | wc -l)" = 0 ]
}
fewer() { [ "$(filed)" -lt "$reports" ]; }

check() { # what was full
    is "$1: the run ends with 8" "$status" 8
    is "$1: one error" "$(errors)" 1
    ok "$1: which is RPA500" said 'error RPA500: the audit store cannot take a row'
    ok "$1: it says what to do" said '^try: .*see to the disk'
    ok "$1: the run stopped short ($(filed) of $reports filed)" fewer
    ok "$1: nothing of it is left running" not test -e "$state/control.sock"
    is "$1: the reserve took the run's RUN_ABORT row" \
        "$(query 'SELECT count(*) FROM entry WHERE kind=3')" 1
    is "$1: and the checkpoint over it" \
        "$(query 'SELECT (SELECT max(size) FROM checkpoint)=(SELECT max(seq) FROM entry)')" 1
    ok "$1: it verifies as it lies" verifies
}
check_after() { # with room again
    ok "$1: every filed report had its commit row ($(commits)), every reference is known ($(referenced))" \
        nothing_unknown
    rekey
    again() { [ "$status" = "$1" ] || [ "$status" = 9 ]; }
    ok "$1: with room again the rerun goes on ($status)" again "$2"
    ok "$1: the store verifies" verifies
    ok "$1: its references are the host's" all_refs
    ok "$1: no report twice" [ "$(jq -r '.fields["Online Ref"]' "$dir/host.jsonl" | sort | uniq -d | wc -l)" = 0 ]
}

reports=8
start_source $reports
start_host --justify-every 0

new_state
rekey
all=$status
is "control: with room enough the run files all it may" "$all" \
    "$([ "$(grep -c '"expect":"reject"' "$dir/truth.jsonl")" = 0 ] && echo 0 || echo 3)"
ok "control: as the truth has it" proves

# --- a limit on the size of files -------------------------------------------------
new_state
rekey_args
(cd "$ROOT" && exec prlimit --fsize=3000000 "$RPA" "${args[@]}") >"$dir/out" 2>"$dir/err"
status=$?
check 'a limit on files'
check_after 'a limit on files' "$all"

# --- a disk of its own that is too small --------------------------------------------
small() {
    [ "$(id -u)" = 0 ] && mkdir -p "$dir/small" &&
        mount -t tmpfs -o size=5m tmpfs "$dir/small" 2>/dev/null &&
        mounts=$dir/small
}
if small; then
    state=$dir/small/state
    new_state
    rekey
    check 'a full disk'
    mount -o remount,size=64m "$dir/small"
    mkdir "$dir/tiny"
    mount -t tmpfs -o size=16k tmpfs "$dir/tiny" && mounts+=" $dir/tiny"
    rpa audit export --run 1 --proof "$dir/tiny/proof" --state "$state"
    is 'an export onto a full disk' "$status" 8
    is 'leaves nothing' "$(ls -A "$dir/tiny")" ''
    mount -o remount,size=64m "$dir/tiny"
    rpa audit export --run 1 --proof "$dir/tiny/proof" --state "$state"
    is 'with room the same is made' "$status" 0
    is 'and nothing beside it' "$(ls -A "$dir/tiny")" proof
    check_after 'a full disk' "$all"
else
    ok 'no file system can be mounted here: the limit stands in for it' true
fi

done_testing
