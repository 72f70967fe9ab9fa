-- How alike two names are, and two records of persons. Of rpa.names, which hands
-- over names by their keys: folded, in capitals.

local dates = require "rpa.dates"
local police = require "rpa.police"

local likeness = {}

-- ---- Jaro and Winkler -------------------------------------------------------

-- The matches between @a and @b, lists of code points, each within reach; and how
-- many of those stand in another order.
local function matches(a, b)
    local reach = math.max(#a, #b) // 2 - 1
    local taken, mine, theirs = {}, {}, {}
    for i, code in ipairs(a) do
        for j = math.max(1, i - reach), math.min(#b, i + reach) do
            if b[j] == code and not taken[j] then
                taken[j] = true
                mine[#mine + 1] = code
                break
            end
        end
    end
    for j, code in ipairs(b) do
        theirs[#theirs + 1] = taken[j] and code or nil
    end
    local moved = 0
    for i, code in ipairs(mine) do
        moved = moved + (theirs[i] ~= code and 1 or 0)
    end
    return #mine, moved
end

-- 0 to 1. A common beginning, of up to 4, counts from 0.7 on, by 0.1 a letter
-- (W. E. Winkler, 1990).
function likeness.similarity(one, other)
    if one == other then
        return 1.0
    end
    local a, b = { utf8.codepoint(one, 1, -1) }, { utf8.codepoint(other, 1, -1) }
    local same, moved = matches(a, b)
    if same == 0 then
        return 0.0
    end
    local jaro = (same / #a + same / #b + (same - moved / 2) / same) / 3
    local begin = 0
    while begin < 4 and begin < #a and begin < #b and a[begin + 1] == b[begin + 1] do
        begin = begin + 1
    end
    return jaro < 0.7 and jaro or jaro + begin * 0.1 * (1 - jaro)
end

-- ---- records of persons -----------------------------------------------------

-- From here on two forenames are alike: below, twins have two.
local ALIKE = 0.9

-- Points, for a person to review: what speaks for one person and what against.
local POINTS = {
    surname = { same = 25, part = 18, alike = 18, unlike = -30 },
    given = { same = 20, another = 15, alike = 15, initial = 8, unlike = -20 },
    swapped = { same = 35, alike = 25 },
    born = { same = 35, partial = 15, exchanged = 18, near = 15, other = -35 },
    postcode = { same = 10, other = 0 },
    phone = { same = 10, other = 0 },
    identifier = { same = 60, other = -25 },
}
local LIMITS = { likely = 75, possible = 20 }
local IDENTIFIERS = { "pnc", "cro", "nino" }

-- Where what is written agrees, though it may be shorter or spelt otherwise.
local AGREES = { same = true, part = true, alike = true, initial = true,
    partial = true }

-- A person to compare: @all their names, and what else is known.
function likeness.prepare(person, all)
    local prepared = { names = all, identifiers = {}, written = person }
    prepared.born = person.born and dates.birth(person.born)
    prepared.postcode = person.postcode and police.postcode.format(person.postcode)
    prepared.phone = person.phone and police.phone.format(person.phone)
    for _, kind in ipairs(IDENTIFIERS) do
        prepared.identifiers[kind] = person[kind]
            and police[kind].format(person[kind])
    end
    return prepared
end

-- Have they a part in common: half of a hyphenated surname, or of one that is
-- written without its hyphen?
local function share_part(a, b)
    local parts = { [a] = true }
    for part in a:gmatch("[^-]+") do
        parts[part] = true
    end
    for part in b:gmatch("[^-]+") do
        if parts[part] then
            return true
        end
    end
    return (" " .. a:gsub("-", " ") .. " "):find(" " .. b .. " ", 1, true) ~= nil
end

-- A surname whichever way it was keyed: with its apostrophe or without, Mac or Mc.
local function as_keyed(surname)
    return (surname:gsub("'", ""):gsub("%f[%a]MAC(%a%a)", "MC%1"))
end

local function surnames(a, b)
    a, b = as_keyed(a), as_keyed(b)
    local one, other = a:gsub("[- ]", ""), b:gsub("[- ]", "")
    if one == other then
        return "same"
    elseif share_part(a, b) or share_part(b, a) then
        return "part"
    end
    return likeness.similarity(one, other) >= ALIKE and "alike" or "unlike"
end

-- A pair of given names, each being the first of its person's, or another.
local function givens(a, b, first)
    if a == b then
        return first and "same" or "another"
    elseif (#a == 1 or #b == 1) and a:sub(1, 1) == b:sub(1, 1) then
        return "initial"
    end
    return likeness.similarity(a, b) >= ALIKE and "alike" or "unlike"
end

-- A first forename against all of the other's; two middle names that are the same
-- tell little: brothers and sisters share them.
local function best_given(a, b)
    local best
    for i, mine in ipairs(a) do
        for j, theirs in ipairs(b) do
            local how = (i == 1 or j == 1) and givens(mine, theirs, i == j) or "unlike"
            if not best or POINTS.given[how] > POINTS.given[best] then
                best = how
            end
        end
    end
    return best
end

-- Is the surname all of the other's forenames, or the first?
local function stands_as(surname, given)
    local how = surnames(surname, table.concat(given, " "))
    return how == "same" and how or surnames(surname, given[1])
end

-- "same" or "alike" where surname and forename stand in each other's place.
local function swapped(a, b)
    if not a.given[1] or not b.given[1] or a.surname == b.surname then
        return nil
    end
    local one, other = stands_as(a.surname, b.given), stands_as(b.surname, a.given)
    return one ~= "unlike" and other ~= "unlike"
        and (one == "same" and other == "same" and "same" or "alike") or nil
end

local function reason(field, how, points, asked, seen)
    return { field = field, how = how, points = points, agrees = AGREES[how] or false,
        asked = asked, seen = seen }
end

local function total(reasons)
    local score = 0
    for _, one in ipairs(reasons) do
        score = score + one.points
    end
    return score
end

-- A name of the one against a name of the other: reasons, and their points.
local function name_pair(a, b)
    local reasons = {}
    local function add(field, how)
        reasons[#reasons + 1] = reason(field, how, POINTS[field][how],
            a.written[field], b.written[field])
    end
    if a.surname ~= "" and b.surname ~= "" then
        add("surname", surnames(a.surname, b.surname))
    end
    local given = best_given(a.given, b.given)
    if given then
        add("given", given)
    end
    local how = swapped(a, b)
    if how and POINTS.swapped[how] > total(reasons) then
        local function both(name)
            return name.written.surname .. ", " .. name.written.given
        end
        reasons = { reason("swapped", how, POINTS.swapped[how], both(a), both(b)) }
    end
    return reasons, total(reasons)
end

-- The names that speak most for one person; and whether their first forenames do.
local function best_names(a, b)
    local best, most, first
    for _, mine in ipairs(a.names) do
        for _, theirs in ipairs(b.names) do
            local reasons, score = name_pair(mine, theirs)
            if not most or score > most then
                best, most = reasons, score
                first = mine.given[1] and theirs.given[1]
                    and givens(mine.given[1], theirs.given[1], true)
            end
        end
    end
    return best, first
end

-- The same surname, born on the same day, at one address, under unlike names and
-- with no identifier in common: two persons, as far as is known.
local function are_twins(how, first)
    return how.surname == "same" and first == "unlike" and how.born == "same"
        and how.postcode == "same" and not how.identified
end

function likeness.compare(a, b, limits)
    local reasons, first = best_names(a, b)
    local how = {}
    local function add(field, kind, points)
        reasons[#reasons + 1] = reason(field, kind, points, a.written[field],
            b.written[field])
        how[field] = kind
    end
    for _, one in ipairs(reasons) do
        how[one.field] = one.how
    end
    if a.born and b.born then
        local kind = dates.compare(a.born, b.born)
        add("born", kind, POINTS.born[kind])
    end
    for _, field in ipairs { "postcode", "phone" } do
        if a[field] and b[field] then
            local kind = a[field] == b[field] and "same" or "other"
            add(field, kind, POINTS[field][kind])
        end
    end
    for _, id in ipairs(IDENTIFIERS) do
        local mine, theirs = a.identifiers[id], b.identifiers[id]
        if mine and theirs then
            local kind = mine == theirs and "same" or "other"
            add(id, kind, POINTS.identifier[kind])
            how.identified = how.identified or kind == "same"
        end
    end
    local score = total(reasons)
    limits = limits or LIMITS
    local twins = are_twins(how, first)
    for _, one in ipairs(reasons) do -- a middle name that is alike is no agreement
        one.agrees = one.agrees and not (twins and one.field == "given")
    end
    local band = score >= limits.likely and "likely"
        or score >= limits.possible and "possible" or "unlikely"
    return { score = score, band = twins and "possible" or band, twins = twins,
        reasons = reasons }
end

return likeness
