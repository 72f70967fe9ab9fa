# shellcheck shell=bash
# For tests of approved changes, after people_lib.sh: the records of tests/fake/records.c,
# a bot that proposes, and people; in a namespace of mounts.
filed=$dir/filed
: >"$filed"
chmod 666 "$filed"
mkdir -p "$dir/bots/common"
cat >"$dir/bots/common/cards.lua" <<'LUA'
return {
    keys = { clear = "ctrl+u", advance = "Tab" },
    screens = {
        { title = "INDEX", idle = true, leads = { "Enter" }, fields = { { label = "Number", width = 4 } } },
        { title = "FILE CARD", fields = { { label = "Number", width = 4 },
            { label = "Surname", width = 20 }, { label = "Postcode", width = 8 },
            { label = "Phone", width = 15 } }, commit = { "Enter" },
            leads = { "F3", "F2" } },
        { title = "SECOND PAGE", fields = { { label = "Postcode", width = 20 } },
            leads = { "F2" } },
        { title = "CONFIRM", pending = true, commit = { "y" } },
    },
}
LUA
# The words that the bots of a test share.
cat >"$dir/cards_of.lua" <<'LUA'
local cards = {}
cards.grid = rpa.window("Cards"):grid()

function cards.open(number)
    cards.grid:wait("INDEX")
    cards.grid:field("Number"):set(number)
    cards.grid:key("Enter")
    cards.grid:wait("FILE CARD")
end

function cards.set(label, value)
    cards.grid:field(label):set(value)
end

function cards.file(change)
    for label, value in pairs(change.after) do
        cards.set(label, value)
    end
    cards.grid:key("Enter")
    cards.grid:wait("UPDATED")
    return cards.grid:match("RECORD %d+ UPDATED")
end

return cards
LUA

cards_bot() { # name, more of the manifest; main.lua from standard input
    local navigation=
    case $2 in *approved*) ;; *)
        navigation="navigation = { { screen = \"INDEX\", keys = { \"Enter\" } },
            { screen = \"FILE CARD\", keys = { \"F3\", \"F2\" ${nav_more-} } },
            { screen = \"SECOND PAGE\", keys = { \"F2\" } } }" ;;
    esac
    bot "$1" "return { name = \"$1\", target = \"cards\", map = \"common/cards\", $2
        mode = \"TRNG\", windows = { \"Cards\" }, set = { about = \"B-1\", more = \"\" },
        app = { argv = { \"xterm\", \"-T\", \"Cards\", \"-fn\", \"9x15\", \"-e\", \"$RECORDS\",
            \"$filed\" ${app_more-} }, ready = { title = \"Cards\" } },
        $navigation }"
    cp "$dir/cards_of.lua" "$dir/bots/$1"
}
gated='changes = "approved", max_changes = 2,'

proposer() { # makes the bot that proposes
    cards_bot proposes '' <<'LUA'
local function propose(key, number, before, after)
    local entry = rpa.review.propose { kind = "change", about = rpa.set.about, key = key,
        system = "cards", record = { Number = number }, before = before,
        after = after, reasons = { "written as the rules have it" } }
    print(entry.id, entry.state, entry.new)
end
propose(rpa.set.about .. "/1", "1", { Postcode = "cf101aa" }, { Postcode = "CF10 1AA" })
propose(rpa.set.about .. "/2", "2", { Postcode = "sa11aa" }, { Postcode = "SA1 1AA" })
propose(rpa.set.about .. "/3", "3", { Postcode = "np201aa" }, { Postcode = "NP20 1AA" })
propose(rpa.set.about .. "/4", "4", { Postcode = "was otherwise" }, { Postcode = "CF10 1AB" })
LUA
}

diagnose() { printf 'status %s\n' "$status" | cat - "$dir/out" "$dir/err"; }

# --- people: otto runs bots, peg decides ------------------------------------------
groups_are t-operator:x:6002:otto,peg t-approver:x:6003:peg \
    t-auditor:x:6004:root
printf '%s\n' 'return { roles = { operator = "t-operator", approver = "t-approver",
    auditor = "t-auditor" } }' >"$dir/rpa.conf"
why='justification=the data is mended'
number() { # of the review about, with that reference of the record
    "$RPA" review list --json --state "$state" | jq -rs "[.[] | select(.about == \"$1\")] | .[$2].review"
}

applier() { # makes the bot that applies what is about rpa.set.about
    cards_bot applies "$gated" <<'LUA'
local cards = require "cards_of"
for change in rpa.review.approved { about = rpa.set.about } do
    cards.open(change.record.Number)
    local ok, state, field = pcall(rpa.review.apply, change, cards.grid, function()
        if rpa.set.more ~= "" then
            cards.set("Postcode", change.after.Postcode)
            cards.grid:key("Enter")
            cards.grid:wait("INDEX")
            cards.open(change.record.Number)
        end
        return cards.file(change)
    end)
    print(change.id, ok and state or state.msg, field or "")
    if not ok then
        error(state, 0)
    elseif state ~= "done" then
        cards.grid:key("F3")
    end
end
LUA
}

said() { [ "$status" != 0 ] && grep -q "$1" "$dir/err"; }
work() { # where the change of a review stands
    "$RPA" review list --json --state "$state" | jq -r "select(.review == $1).change"
}
ready() { [ "$(work "$1")" = ready ]; }
