# shellcheck shell=bash
# Forms of a toolkit, for tests and the soak: the bot key_crime_form and its map,
# for tk, gtk3, qt or motif. The environment names FORM_MOTIF, which is compiled.

form_program() { # toolkit; as a manifest's argv has it
    case $1 in
    tk) printf '"wish", "%s/form_tk.tcl"' "$forms" ;;
    gtk3 | qt) printf '"%s/form_%s.py"' "$forms" "$1" ;;
    motif) printf '"%s"' "$FORM_MOTIF" ;;
    esac
}

box='{ label = "Box", kind = "button", at = { x = 132, y = 198, w = 8, h = 8 } }'

# a copy of the bot for a toolkit, under another name; the map has a button
# where the tick box is, as a look that is not known yet cannot be set
form_bot() { # name toolkit
    mkdir -p "$dir/bots/common"
    rm -rf "$dir/bots/${1:?}"
    cp -r bots/key_crime_form "$dir/bots/$1"
    sed -e "s|toolkit = \"tk\"|toolkit = \"$2\"|" \
        -e "s|off = {.*}, on = {.*}|off = { $look_off }, on = { $look_on }|" \
        -e "s|{ label = \"Reference\"|$box, &|" -e "$map_change" \
        -e "s|x = 132|x = $tick_x|" \
        bots/common/crime_form.lua >"$dir/bots/common/$1.lua"
    sed -i "s|common/crime_form|common/$1|; s|\"Clear\" }|\"Clear\", \"Box\" }|
        s|\"wish\", \"\${program}\"|$(form_program "$2")|" "$dir/bots/$1/bot.lua"
}

# where the box is: the inside, as its frame may show the focus
tick_at() { case $1 in tk) echo 132 ;; gtk3) echo 128 ;; qt) echo 123 ;; motif) echo 128 ;; esac; }

# How its tick box looks, for the map: with and without the focus.
form_learn() { # toolkit
    look_off='' look_on='' map_change='' tick_x=$(tick_at "$1")
    form_bot learn "$1"
    cat >"$dir/bots/learn/main.lua" <<'LUA'
local form = rpa.window("Crime Form"):form()
local function other(look)
    local now
    repeat now = form:look("Urgent") until now ~= look
    return now
end
local off = form:look("Urgent")
form:press("Box")
local on = other(off)
form:field("Surname"):set("x")
local on2 = form:look("Urgent")
form:press("Box")
local off2 = other(on2)
form:press("Box")
local on3 = other(off2)
print(([[look_off='"%s", "%s"' look_on='"%s", "%s", "%s"']]):format(off, off2,
    on, on2, on3))
LUA
    "$RPA" run "$dir/bots/learn" --state "$dir/learn" --set "file=$dir/none" \
        >"$dir/looks" 2>"$dir/err" || return
    # shellcheck disable=SC1091
    . "$dir/looks"
}

# Key records into a fresh form, and prove them by its file: $dir/proved.
form_key() { # bot records [characters its Surname drops]
    : >"$dir/filed"
    chmod 666 "$dir/filed"
    state=$dir/state$((form_runs += 1))
    printf 'hünter “2”' | "$RPA" secret set form-password --state "$state" || return
    "$RPA" run "$dir/bots/$1" --state "$state" --set "file=$dir/filed" \
        --set "records=$(cat "$2")" --set "lose=${3-}" ${extra[@]+"${extra[@]}"} >"$dir/out" 2>"$dir/err"
    status=$?
    "$forms/records.py" --prove "$2" "$dir/filed" 'hünter “2”' >"$dir/proved" &&
        [ $status = 0 ]
}

extra=()
forms=$PWD/tests/fake/forms form_runs=0 look_off='' look_on='' map_change='' tick_x=132
chmod 755 "${dir:?}"
