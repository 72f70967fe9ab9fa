-- rpa.cleanse: what the rules would have a record say, and which are of one person.
local tap = require "tap"
local ok, is = tap.ok, tap.is
local cleanse = rpa.cleanse

-- ---- by the rules ----
local today = { today = rpa.dates.parse("22/11/2026") }
for _, case in ipairs { -- field, as it is, as it should be, the problem
    { "surname", "O’BRIEN", "O'BRIEN" }, { "surname", "O`BRIEN", "O'BRIEN" },
    { "surname", "NOT ENTERED", "" }, { "surname", "SM1TH", nil, "character" },
    { "surname", "SMITH–JONES", "SMITH-JONES" }, { "surname", "SMITH" },
    { "given", "MR  JOHN  PAUL", "JOHN PAUL" }, { "given", "SIÂN" },
    { "given", "DR. ANN", "ANN" }, { "given", "JOHN (JACK)", nil, "character" },
    { "born", "1990-04-03", "03/04/1990" }, { "born", "3.4.1990", "03/04/1990" },
    { "born", "01/01/1900", "" }, { "born", "01/01/1970", "" },
    { "born", "00/04/1990" }, { "born", "31/02/1990", nil, "no such" },
    { "born", "03/04/90", nil, "four digits" }, { "born", "23/11/2026", nil, "to come" },
    { "postcode", "cf101aa", "CF10 1AA" }, { "postcode", "CF10-1AA", "CF10 1AA" },
    { "postcode", "NF1 1FA", "" }, { "postcode", "CF10 1A", nil, "form" },
    { "phone", "+44 7700 900123", "07700900123" },
    { "phone", "(029) 2018 0123", "02920180123" },
    { "phone", "0044(0)7700-900123", "07700900123" }, { "phone", "00000000000", "" },
    { "phone", "7700900123", nil, "form" }, { "phone", "+353 1 234 5678", nil, "form" },
    { "phone", "07700900123" }, { "pnc", "81/34U", "1981/0000034U" },
    { "pnc", "2001/0171310S", nil, "check letter" }, { "cro", "000000/00Z", "" },
    { "nino", "ab 12 34 56 c", "AB123456C" },
} do
    local field, from, to, problem = case[1], case[2], case[3] or case[2], case[4]
    local found = cleanse.standard({ [field] = from }, today)
    is(found.values[field], to, field .. " '" .. from .. "'")
    is(#found.changes, from == to and 0 or 1, "so many changes")
    is(#found.problems, problem and 1 or 0, "and problems")
    if problem then
        ok(found.problems[1].why:find(problem, 1, true), found.problems[1].why)
    elseif from ~= to then
        local change = found.changes[1]
        ok(change.from == from and change.to == to and #change.why > 0, change.why)
    end
end
local whole = cleanse.standard { surname = "", given = "ANN" }
ok(whole.values.surname == "" and whole.values.born == nil and #whole.changes == 0,
    "what is blank stays so")
is(cleanse.standard({ born = "3/4/1990" }, { layout = "YYYY-MM-DD" }).values.born,
    "1990-04-03", "dates in the system's own layout")

-- ---- which are one ----
local base = { surname = "O'BRIEN-WYN", given = "SIAN MAIR", born = "03/04/1990",
    postcode = "CF10 1AA", phone = "07700900123" }
local function like(change)
    local person = {}
    for key, value in pairs(base) do
        person[key] = value
    end
    for key, value in pairs(change) do
        person[key] = value or nil
    end
    return person
end
local function band(change)
    local found = cleanse.duplicates { base, like(change) }
    return found[1] and found[1].band or "none", found[1]
end
for name, change in pairs {
    ["the same"] = {},
    ["other spellings"] = { surname = "OBRIEN WYN", given = "SIÂN" },
    ["swapped"] = { surname = "SIAN", given = "O'BRIEN-WYN", postcode = false,
        phone = false },
    ["half a surname"] = { surname = "O'BRIEN", phone = false },
    ["day and month exchanged"] = { born = "04/03/1990", phone = false },
    ["a digit of the date"] = { born = "03/04/1991" },
    ["a slip of the pen"] = { surname = "O'BREIN-WYN", postcode = "LS1 1AA" },
    ["an initial"] = { given = "S" },
    ["by a phone written otherwise"] = { surname = "OBREIN WYN", born = "03/04/1991",
        phone = "+44 7700 900123" },
} do
    is(band(change), "likely", name)
end
for name, change in pairs {
    ["father and son"] = { born = "11/12/1960" },
    ["of one name"] = { born = "11/12/1960", postcode = "LS1 1AA", phone = false },
    ["born on one day"] = { surname = "HUGHES", given = "ANN" },
    ["at one address"] = { surname = "HUGHES", given = "SIAN", born = "11/12/1960" },
} do
    is(band(change), "none", name)
end
local twins, pair = band { given = "CARYS" }
ok(twins == "possible" and pair.twins, "twins are possible, never likely")
is(band { born = false, phone = false }, "possible", "no date of birth: a person decides")
is(#cleanse.duplicates {}, 0, "none")

local many = {}
for i = 1, 12 do
    many[i] = { surname = "A" .. ("BCDFGKLMNPQR"):sub(i, i), given = "X",
        phone = "07700900123" }
end
local _, crowded = cleanse.duplicates(many, { most = 10 })
ok(#crowded == 1 and crowded[1].records == 12, "what too many share is told of")
_, crowded = cleanse.duplicates(many)
is(#crowded, 0, "and otherwise nothing is passed over")

-- each pair once, in order, whatever they share
local list = cleanse.duplicates { base, like {}, like { given = "S" },
    like { phone = false } }
is(#list, 6, "all pairs of four")
ok(list[1].a == 1 and list[1].b == 2 and list[6].a == 3 and list[6].b == 4, "in order")

-- ---- which to keep ----
local function likely(a, b)
    return { a = a, b = b, band = "likely" }
end
local keep, left = cleanse.keepers { likely(2, 5), likely(3, 5), likely(7, 9),
    { a = 1, b = 2, band = "possible" } }
ok(keep[5] == 2 and keep[3] == 2 and keep[9] == 7 and not keep[2] and not keep[1],
    "the first of each group")
is(#left, 0, "no group is left")
keep, left = cleanse.keepers { likely(1, 3), likely(2, 3), likely(5, 6),
    { a = 1, b = 2, band = "possible", twins = true } }
ok(not keep[3] and not keep[2] and keep[6] == 5, "a group with twins is not joined")
is(table.concat(left[1], " "), "1 2 3", "it is for a person")
keep = cleanse.keepers { likely(1, 2), likely(3, 4), likely(2, 4) }
ok(keep[2] == 1 and keep[3] == 1 and keep[4] == 1, "groups that grow together")
tap.done()
