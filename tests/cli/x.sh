#!/bin/bash
# Programs none of us wrote, driven whole from Debian: a form of yad (GTK 3), a
# commit of git citool (Tk), and the editors featherpad and juffed (Qt 5), l3afpad
# (GTK 3) and nedit (Motif). What they saved is what counts.
# shellcheck source=tests/cli/foreign_lib.sh
. "$ROOT/tests/cli/foreign_lib.sh"

printf 'hünter2' | "$RPA" secret set pw --state "$dir/stateyad" 2>/dev/null

# The text of an editor is a form of one field; ctrl+s saves it, and the title
# of its window says whether it did.
edit() { # name, program, titles: saved and not, more of the map, place, text
    : >"$dir/app/$1.txt"
    chmod 666 "$dir/app/$1.txt"
    printf '%s' "$7" >"$dir/text"
    { printf 'return { %s screens = {\n' "$8"
      for title in "$3" "$4"; do
          printf '{ title = "%s", %s, fields = {
              { label = "Text", width = 2000, lines = 50, at = { %s } } } },\n' \
              "$title" "$5" "$6"
      done
      printf '} }\n'; } >"$dir/map.lua"
    program "$1" "$2, \"$dir/app/$1.txt\"" "\"$3\", \"$4\"" \
        <"$dir/map.lua" 7< <(printf 'local text = [=[%s]=]\nlocal saved = "%s"\n' "$7" "$3"
            cat <<'LUA'
local window = rpa.window(saved, { timeout = 30 })
local form = window:form()
form:field("Text"):set(text)
form:key("ctrl+s")
form:field("Text"):get()
LUA
        )
}
text=$'Llŷr “Tŷ”\n\nSiân Gŵyn – €£'
# old programs take their text from a locale of one byte a character
edit nedit '"env", "LC_ALL=C", "nedit"' "nedit.txt - $dir/app/" "nedit.txt (modified) - $dir/app/" \
    'toolkit = "motif"' 'x = 4, y = 28, w = 480, h = 300' $'Siân "Tŷ"\n\n£5' \
    'repertoire = "latin1", folds = { ["ŷ"] = "y" },'
ok 'nedit, of Motif, is keyed' exits 0
ok 'and has saved it in Latin-1' saved nedit.txt "$(printf 'Si\xe2n "Ty"\n\n\xa35')"

od -c $dir/app/nedit.txt | head; done_testing
