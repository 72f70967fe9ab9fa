-- bots/cleanse_nominals: from the rows of the list to what is proposed.
local plan = require "plan"
local tap = require "tap"
local ok, is = tap.ok, tap.is

function rpa.log() end -- what it says to operations

local function row(number, surname, given, born, postcode, phone)
    return { NUMBER = number, SURNAME = surname, ["GIVEN NAMES"] = given,
        BORN = born, POSTCODE = postcode or "", PHONE = phone or "" }
end
local function of(list, what)
    local some = {}
    for _, entry in ipairs(list) do
        some[#some + 1] = entry.what == what and entry or nil
    end
    return some
end

local list, problems = plan.make {
    row("N1", "O'BRIEN", "JOHN", "03/04/1990", "cf101aa", "07700900123"),
    row("N2", "SMITH", "ANN", "05/06/1980", "LS1 1AA"),
    row("N3", "JOHN", "OBRIEN", "03/04/1990", "CF10 1AA", "07700 900123"),
    row("N4", "REES", "CARYS", "11/12/1975", "LL57 2AB"),
    row("N5", "REES", "MEGAN", "11/12/1975", "LL57 2AB"),
    row("N6", "OBRIEN", "J", "03/04/1990", "CF10 1AA", "07700900123"),
    row("N7", "NOT ENTERED", "TAR1Q", "01/01/1900"),
}
is(problems, 1, "a value that no rule mends is counted")

local values = of(list, "values")
is(#values, 3, "three records are against the rules")
local first = values[1]
ok(first.kind == "change" and first.number == "N1"
    and first.record["Nominal No"] == "N1", "the record it is about")
ok(first.before.Postcode == "cf101aa" and first.after.Postcode == "CF10 1AA",
    "as it is, and as it should be")
ok(next(first.after, next(first.after)) == nil, "and nothing else of it")
ok(values[3].after.Surname == "" and values[3].after["Date of Birth"] == ""
    and not values[3].after["Given Names"], "placeholders become blank")

local duplicates = of(list, "duplicate")
is(#duplicates, 2, "two duplicates")
for i, number in ipairs { "N3", "N6" } do
    local entry = duplicates[i]
    ok(entry.number == number and entry.after["Duplicate Of"] == "N1"
        and entry.before["Duplicate Of"] == "", number .. " is of N1")
    ok(#entry.reasons > 2 and entry.score > 0.6 and entry.score <= 1, "with reasons")
end
ok(duplicates[1].disagree.Surname.asked == "O'BRIEN"
    and duplicates[1].disagree.Surname.seen == "JOHN", "and what is not the same")
ok(duplicates[2].agree["Date of Birth"].seen == "03/04/1990", "and what is")

local undecided = of(list, "undecided")
is(#undecided, 1, "twins are for a person")
ok(undecided[1].kind == "match" and undecided[1].number == "N4+N5"
    and undecided[1].disagree["Given Names"] and not undecided[1].record,
    "and no change")

-- a third record that is like both twins joins nothing
list = plan.make {
    row("N1", "REES", "CARYS", "11/12/1975", "LL57 2AB", "01248900111"),
    row("N2", "REES", "MEGAN", "11/12/1975", "LL57 2AB", "01248900111"),
    row("N3", "REES", "", "11/12/1975", "LL57 2AB", "01248900111"),
}
is(#of(list, "duplicate"), 0, "a group with twins is not joined")
is(#of(list, "undecided"), 3, "each of its pairs is for a person")
is(#plan.make {}, 0, "nothing of nothing")
tap.done()
