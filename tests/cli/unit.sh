#!/bin/bash
# What is installed, and the systemd unit: it parses, leaves little open, and a
# daemon with no more powers than it gives runs a bot. $1 is the unit, $2 the build.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/daemon_lib.sh"
unit=$1 build=$2

# --- meson install ---------------------------------------------------------------------
root=$dir/root
DESTDIR=$root meson install -C "$build" --no-rebuild --quiet >"$dir/out" 2>&1
ok 'it installs' [ $? = 0 ]
prefix=$(find "$root" -path '*/bin/rpa' | sed 's#/bin/rpa$##')
for file in bin/rpa bin/rpa-verify lib/systemd/system/rpa.service lib/sysusers.d/rpa.conf \
    share/man/man1/rpa.1 share/man/man1/rpa-verify.1 share/man/man5/rpa.conf.5 \
    share/man/man5/rpa-bot.5; do
    ok "$file" [ -s "$prefix/$file" ]
done
ok 'what is installed runs' "$prefix/bin/rpa" --version
ok 'the unit starts what is installed' \
    grep -qx "ExecStart=${prefix#"$root"}/bin/rpa daemon --state %S/rpa" "$prefix/lib/systemd/system/rpa.service"
if command -v systemd-sysusers >/dev/null; then
    mkdir -p "$root/etc"
    systemd-sysusers --root="$root" "$prefix/lib/sysusers.d/rpa.conf" >"$dir/out" 2>&1
    is 'sysusers makes the groups of the roles' "$(grep -c '^rpa-' "$root/etc/group")" 4
fi

# --- the unit --------------------------------------------------------------------------
if command -v systemd-analyze >/dev/null; then
    sed 's#^ExecStart=[^ ]*#ExecStart=/bin/true#' "$unit" >"$dir/rpa.service"
    SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no "$dir/rpa.service" >"$dir/out" 2>&1
    ok 'systemd finds no fault' [ ! -s "$dir/out" ]
    systemd-analyze security --offline=1 --threshold=35 "$dir/rpa.service" >"$dir/out" 2>&1
    ok "exposed at most 3.5 of 10: $(tail -n 1 "$dir/out" | grep -o '[0-9]\.[0-9]')" \
        systemd-analyze security --offline=1 --threshold=35 "$dir/rpa.service"
fi

# --- with its powers, and no more ----------------------------------------------------------
if [ "$(id -u)" = 0 ]; then
    powers=$(sed -n 's/^CapabilityBoundingSet=//p' "$unit" | tr A-Z a-z | sed 's/cap_/+/g; s/ /,/g')
    bot shell "return { name = 'shell', windows = { 'shell' }, app = { ready = { title = 'shell' },
        argv = { 'xterm', '-u8', '-T', 'shell', '-fn',
            '-misc-fixed-medium-r-normal--15-140-75-75-c-90-iso10646-1', '-e', 'sh' } } }" <<'LUA'
local grid = rpa.window("shell"):grid()
grid:wait("$")
grid:type("id -u")
grid:key("Enter")
grid:wait("61")
LUA
    new_state
    rpa_bin=$RPA
    printf '#!/bin/sh\numask 077\nexec setpriv --no-new-privs --inh-caps=-all --bounding-set=-all,%s "%s" "$@"\n' \
        "$powers" "$RPA" >"$dir/limited"
    chmod 755 "$dir/limited"
    RPA=$dir/limited start_daemon
    ok 'it has the powers of the unit alone' \
        grep -qx "NoNewPrivs:	1" "/proc/$daemon_pid/status"
    RPA=$rpa_bin
    rpa run "$dir/bots/shell" --state "$state"
    ok 'a bot runs, its application as a user of its own' exits 0
    "$RPA" stop --state "$state" >/dev/null
    end_daemon
    ok 'the daemon ends' exits 0
    ok 'and leaves nothing' [ ! -e "$state/children" ]
fi
done_testing
