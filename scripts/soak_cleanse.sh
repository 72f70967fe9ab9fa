#!/bin/bash
# The cleansing bot on 10,000 nominals with 800 planted duplicates, for three seeds,
# the last one drawn now: what it proposes against a truth that it never sees; then a
# second person approves a hundred changes of the last index, and they are made, in
# runs of fifty. For scripts/soak, as root.
. "$(dirname "$0")/../tests/cli/people_lib.sh"
. tests/cli/cleanse_lib.sh

drawn=$((RANDOM * 32768 + RANDOM))
for seed in 1 2 "$drawn"; do
    echo "# seed $seed$([ "$seed" != "$drawn" ] || echo ', drawn now')"
    [ -z "$daemon_pid" ] || { kill "$daemon_pid" && end_daemon; }
    rm -rf "$state"
    new_index "$seed" 10000 800
    begin_index
    started=$SECONDS
    cleanse propose
    ok "seed $seed: the list is read and proposals are made" exits 0
    echo "# in $((SECONDS - started)) s"
    ok "seed $seed: nothing is filed" filed_lines 0
    ok "seed $seed: they are all in the audit" show_all
    ok "seed $seed: recall and precision of 0.95, each value by the rules" found
done

mapfile -t chosen < <(ids values | head -n 60; ids duplicate | head -n 40)
ok 'a second person approves a hundred' decide approved "${chosen[@]}"
cleanse apply
ok 'the first fifty are made' filed_lines 50
cleanse apply
ok 'and the others' filed_lines 100
ok 'neither met its cap' exits 0
ok 'the audit verifies' verified
ok 'they are all in the audit' show_all
ok 'each as approved, once, and nothing else' found --filed "$dir/filed"
done_testing
