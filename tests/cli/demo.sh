#!/bin/bash
# scripts/demo from the outside: its summary, its exit status, what it leaves
# behind, and that a second run keys nothing twice.
. "$(dirname "$0")/../tap.sh"
cd "$(dirname "$0")/../.." || exit 1
dir=$(mktemp -d)
status=0

finish() { rm -rf "$dir"; }
trap finish EXIT

diagnose() { cat "$dir/out" "$dir/err"; }

demo() { # arguments…
    status=0
    scripts/demo "$@" >"$dir/out" 2>"$dir/err" || status=$?
}
says() { grep -Eq "$1" "$dir/out"; }
warns() { grep -Eq "$1" "$dir/err"; }
ends() { [ "$status" = "$1" ]; }
filed() { [ "$(wc -l <"$dir/state/demo/host.jsonl")" = "$1" ]; }
left() { pgrep -f -- "$dir/state" >/dev/null; }

demo --reports 5 --state "$dir/state"
ok 'exit status 0' ends 0
ok 'four reports are keyed' says '^reports keyed: +4$'
ok 'one is rejected, as planted' says '^rejected: +1 of 1 planted$'
ok 'with its reason' says '^  OCR-2026-00000[1-5]  too_wide:Town$'
for label in 'wrong characters' 'keyed twice' 'missing'; do
    ok "$label: 0" says "^$label: +0$"
done
ok 'folds' says '^folds: .*ŵ→w [1-9]'
ok 'keystrokes' says '^keystrokes: +[1-9],[0-9]{3}$'
ok 'audit rows' says '^audit rows: +[0-9]{3}'
ok 'audit' says '^audit: +verified$'
ok 'reports an hour' says '^reports an hour: +[1-9]'
ok 'where the audit store is' says "^audit store: +$dir/state/audit.db$"
ok 'how many pictures there are, and where' says "^pictures: +4 in $dir/state/pictures$"
ok 'the host has four' filed 4
ok 'nothing is left running' not left

demo --reports 5 --state "$dir/state"
ok 'again: exit status 0' ends 0
ok 'nothing is keyed' says '^reports keyed: +0 \(and 4 keyed before\)$'
ok 'keyed twice: 0' says '^keyed twice: +0$'
ok 'the host still has four' filed 4

demo --reports 6 --state "$dir/state"
ok 'a state of another demo is refused' ends 4
ok 'and says why' warns 'is from another demo, with --reports 5 --seed 1'

# a host that holds something else than what was sent
sed -i '1s/"Leeds"\|"Gender":"."/"Gender":"?"/' "$dir/state/demo/host.jsonl"
demo --reports 5 --state "$dir/state"
ok 'a wrong character fails the demo' ends 1
ok 'and is counted' says '^wrong characters: +[1-9]'

for wrong in '--reports' '--reports 0' '--reports many' '--bogus'; do
    # shellcheck disable=SC2086
    demo $wrong
    ok "usage: $wrong" ends 2
done

done_testing
