# shellcheck shell=bash
# Programs none of us wrote: a bot for each, made on the spot. What the program
# saved under $dir/app is what counts.
. "$ROOT/tests/cli/lib.sh"
mkdir "$dir/app" "$dir/bots" "$dir/bots/common"
chmod 755 "$dir"
chmod 777 "$dir/app"

# name, argv, windows, [more of the manifest]; its screen map from standard
# input, main.lua from 7. It is run.
program() {
    cat >"$dir/bots/common/$1.lua"
    bot "$1" "return { name = \"$1\", map = \"common/$1\", mode = \"DEMO\",
        app = { argv = { $2 } }, windows = { $3 }, ${4-} }" <&7
    state=$dir/state$1
    run "$dir/bots/$1"
}

saved() { [ "$(cat "$dir/app/$1")" = "$2" ]; }
