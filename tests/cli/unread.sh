#!/bin/bash
# A file of schedules that cannot be read: at its start the daemon says so and ends; when
# it is read again that is said, once, what was there before stays, and the daemon goes on.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/daemon_lib.sh"
if [ "$(id -u)" = 0 ]; then # root may read anything, unless that is taken from it
    real=$RPA
    RPA=$dir/rpa
    printf '#!/bin/sh\nexec setpriv --bounding-set -dac_override,-dac_read_search "%s" "$@"\n' \
        "$real" >"$RPA"
    chmod 755 "$RPA"
fi
schedules=$dir/schedules.lua
bot hello <<<'rpa.log("hello")'
good() {
    printf "return { daily = { bot = '%s', at = '0 12 * * *' } }\n" "$dir/bots/hello" >"$dir/good"
    rm -rf "$schedules"
    mv "$dir/good" "$schedules"
}
# a line each: how it is made, what is said, the status of a start
cases=(
    'mkdir "$schedules"|is no regular file|4'
    'mkfifo "$schedules"|is no regular file|4'
    'ln -s schedules.lua "$schedules"|Too many levels of symbolic links|4'
    'head -c 100000000 /dev/zero >"$dir/big"; mv "$dir/big" "$schedules"|is larger than|4'
    'printf "\\0\\377" >"$schedules"|is not UTF-8|4'
    'echo "return {" >"$schedules"|unexpected symbol near|4'
    'good; chmod 000 "$schedules"|Permission denied|5'
)
said() { [ "$(grep -cF "$1" "$dir/daemon.err")" -ge "$2" ]; }

new_state
for case in "${cases[@]}"; do
    IFS='|' read -r make what want <<<"$case"
    rm -rf "$schedules"
    eval "$make"
    rpa daemon --state "$state" --schedules "$schedules"
    is "at its start: $what" "$status" "$want"
    ok 'which is said, once' says "$what"
    is 'as one error' "$(grep -c '^error RPA' "$dir/err")" 1
    ok 'with what to try' says 'try: '
done
rm -rf "$schedules"
ln -s "$dir/nowhere" "$schedules"
start_daemon --schedules "$schedules"
ok 'a daemon without schedules says that there are none' logged "^no schedules: there is no $schedules"
rm "$schedules"
good
ok 'until there are' until_ok 60 logged "^1 schedules in"
rpa schedule approve daily --state "$state" --schedules "$schedules"
ok 'control: what is approved comes' until_ok 60 is_so '.coming == 1'

cases+=('ln -s "$dir/nowhere" "$schedules"|the 1 schedules of before stay|')
for case in "${cases[@]}"; do
    IFS='|' read -r make what want <<<"$case"
    : >"$dir/daemon.err"
    rm -rf "$schedules"
    eval "$make"
    kill -HUP "$daemon_pid"
    ok "when it is read again: $what" until_ok 60 said "$what" 1
    ok 'what was there stays' is_so '.coming == 1'
    good
    until_ok 60 logged '^1 schedules in' || bail 'it is not read again'
done
"$RPA" stop --state "$state" >/dev/null
end_daemon
ok 'the daemon ends well' exits 0
done_testing
