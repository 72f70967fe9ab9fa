#!/bin/bash
# The systemd unit: it parses, and leaves little open. $1 is the unit.
. "$(dirname "$0")/../tap.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
diagnose() { cat "$dir/out"; }

if ! command -v systemd-analyze >/dev/null; then
    echo '1..0 # SKIP no systemd-analyze here'
    exit 0
fi
sed 's#^ExecStart=[^ ]*#ExecStart=/bin/true#' "$1" >"$dir/rpa.service"
SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no "$dir/rpa.service" >"$dir/out" 2>&1
ok 'systemd finds no fault' [ ! -s "$dir/out" ]
systemd-analyze security --offline=1 --threshold=35 "$dir/rpa.service" >"$dir/out" 2>&1
ok "exposed at most 3.5 of 10: $(tail -n 1 "$dir/out" | grep -o '[0-9]\.[0-9]')" \
    systemd-analyze security --offline=1 --threshold=35 "$dir/rpa.service"
done_testing
