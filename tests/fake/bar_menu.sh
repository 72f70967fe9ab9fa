#!/bin/bash
# A menu with a bar, in a terminal: Up and Down move it, Enter chooses. The first
# argument is how the bar is drawn (an SGR sequence), the others are the items; a
# status line is drawn like the bar.
sgr=$1
shift
items=("$@") at=0
draw() {
    printf '\e[2J\e[H\e[?25l  CRIME TYPES\r\n\r\n'
    for i in "${!items[@]}"; do
        if [ "$i" = "$at" ]; then
            printf '   \e[%sm%-24s\e[0m\r\n' "$sgr" "${items[i]}"
        else
            printf '   %-24s\r\n' "${items[i]}"
        fi
    done
    printf '\e[20;1H\e[%sm%-40s\e[0m' "$sgr" '   F1 HELP'
}
stty -echo -icanon
draw
while IFS= read -r -n1 key; do
    case $key in
    $'\e')
        read -r -n2 key
        [ "$key" = '[A' ] && [ "$at" -gt 0 ] && at=$((at - 1))
        [ "$key" = '[B' ] && [ "$at" -lt $((${#items[@]} - 1)) ] && at=$((at + 1))
        draw
        ;;
    '')
        printf '\e[2J\e[Hchosen %s.\r\n' "${items[at]}"
        ;;
    esac
done
