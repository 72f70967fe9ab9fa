#!/bin/bash
# test_shell.sh ROOT: every shell script parses, and shellcheck has nothing to
# say. As TAP.
. "$(dirname "$0")/../tap.sh"
cd "$1" || exit 1
said=''
quiet() { said=$("$@" 2>&1); }
diagnose() { printf '%s\n' "$said"; }

for file in $(git ls-files --cached --others --exclude-standard); do
    [ -f "$file" ] || continue
    IFS= read -r first <"$file" 2>/dev/null || continue
    case $first in '#!'*/sh* | '#!'*bash*) ;; *) continue ;; esac
    case $first in *bash*) sh=bash ;; *) sh="sh" ;; esac
    ok "$sh -n $file" quiet "$sh" -n "$file"
    ok "shellcheck $file" quiet shellcheck -S warning -x -P SCRIPTDIR "$file"
done
ok 'there are scripts' [ "$count" -gt 0 ]
done_testing
