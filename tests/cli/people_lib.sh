# shellcheck shell=bash
# For tests of more than one person, sourced before all else, from a script that
# hands its arguments on: users and groups of this test's own /etc, in a namespace of
# mounts, in which the script is run again. lib.sh and daemon_lib.sh come with it.
if [ "$(id -u)" != 0 ] || ! unshare -m true 2>/dev/null ||
    [ "$(cat /proc/self/loginuid 2>/dev/null || echo 4294967295)" != 4294967295 ]; then
    echo '1..0 # SKIP needs root that nobody logged in for, and a namespace of mounts'
    exit 0
fi
[ "${1-}" = inside ] || exec unshare -m "$0" inside
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/daemon_lib.sh"
chmod 755 "$dir"

people=(none:5001 amy:5002 otto:5003 peg:5004 dita:5005)
cp /etc/passwd /etc/group "$dir"
for p in "${people[@]}"; do
    echo "${p%:*}:x:${p#*:}:${p#*:}::/nonexistent:/bin/sh" >>"$dir/passwd"
done
groups_are() { # a line of /etc/group each
    printf '%s\n' "$@" >>"$dir/group"
    mount --bind "$dir/passwd" /etc/passwd && mount --bind "$dir/group" /etc/group ||
        bail 'no mounts'
}
as() { # name, arguments of rpa…
    local uid
    uid=$(id -u "$1")
    setpriv --reuid "$uid" --regid "$uid" --clear-groups env HOME="$dir" \
        XDG_CONFIG_HOME="$dir/none" "$RPA" "${@:2}" --state "$state" \
        >"$dir/out" 2>"$dir/err"
    status=$?
}
