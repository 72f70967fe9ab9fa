#!/bin/bash
# A thief takes the focus again and again during a whole audited run: it gets no
# key, and nothing wrong is filed, whether or not the run can go on. (The
# control, typing without the grab, is in tests/screen/test_keys.c.)
. "$(dirname "$0")/lib.sh"

start_source 3
start_host
environ() { [ -n "$1" ] && tr '\0' '\n' <"/proc/$1/environ" 2>/dev/null | sed -n "s/^$2=//p"; }
has_display() { [ -n "$(environ "$(child app)" XAUTHORITY)" ]; }

new_state
rekey_in_background
until_ok 60 has_display || bail "no application: $(cat "$dir/err")"
app=$(child app)
DISPLAY=$(environ "$app" DISPLAY) XAUTHORITY=$(environ "$app" XAUTHORITY) \
    "$THIEF" "$1" >"$dir/thief" 2>&1 &
thief_pid=$!
pids+=" $thief_pid"
wait_run
wait $thief_pid # the display has ended, and it with it
read -r _ stole _ keys <"$dir/thief"
ok "the thief was at work: it had the focus $stole times" [ "$stole" -gt 1 ]
is 'keys it got' "$keys" 0
# Nothing goes out unless all is as it was when it was allowed: a run that is
# robbed too often stops, and says why.
# A theft between a commit key and its reference leaves that item in doubt (9).
stopped_well() {
    case $status in
    0) ;;
    1 | 5 | 9) [ "$(errors)" = 1 ] && said 'error RPA\(21[0-9]\|300\|121\)' ;;
    *) false ;;
    esac
}
ok "the run went well or stopped with one error about the screen ($status)" stopped_well
ok 'the store verifies' verifies
before=$(filed) want=0
[ "$status" != 9 ] || want=9
rekey
is "without the thief the rerun does the rest, after $before" "$status" $want
twice() { jq -r '.fields["Online Ref"]' "$dir/host.jsonl" | sort | uniq -d; }
ok 'no report is filed twice' [ -z "$(twice)" ]
[ $want = 9 ] || ok 'each once, without a wrong character' proves
ok 'the store verifies' verifies
done_testing
