#!/bin/sh
# test_shell.sh ROOT: every shell script parses, and shellcheck has nothing to
# say. As TAP.
set -u
cd "$1" || exit 1
n=0 bad=0
ok() { # STATUS NAME OUTPUT
    n=$((n + 1))
    if [ "$1" = 0 ]; then
        echo "ok $n - $2"
    else
        bad=$((bad + 1))
        echo "not ok $n - $2"
        printf '%s\n' "$3" | sed 's/^/# /'
    fi
}
for file in $(git ls-files --cached --others --exclude-standard); do
    [ -f "$file" ] || continue
    IFS= read -r first <"$file" 2>/dev/null || continue
    case $first in '#!'*/sh* | '#!'*bash*) ;; *) continue ;; esac
    case $first in *bash*) sh=bash ;; *) sh="sh" ;; esac
    out=$($sh -n "$file" 2>&1)
    ok $? "sh -n $file" "$out"
    out=$(shellcheck -S warning -x -P SCRIPTDIR "$file" 2>&1)
    ok $? "shellcheck $file" "$out"
done
[ "$n" -gt 0 ] || { n=1 bad=1; echo "not ok 1 - there are scripts"; }
echo "1..$n"
[ "$bad" = 0 ]
