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
    swapped = { same = 35 },
    born = { same = 35, partial = 15, exchanged = 18, near = 15, other = -35 },
    postcode = { same = 10, other = 0 },
    phone = { same = 10, other = 0 },
    identifier = { same = 60, other = -25 },
}
local LIMITS = { likely = 75, possible = 20 }
local IDENTIFIERS = { "pnc", "cro", "nino" }

-- A person to compare: @all their names, and what else is known.
function likeness.prepare(person, all)
    local prepared = { names = all, identifiers = {} }
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

local function best_given(a, b)
    local best
    for i, mine in ipairs(a) do
        for j, theirs in ipairs(b) do
            local how = givens(mine, theirs, i == 1 and j == 1)
            if not best or POINTS.given[how] > POINTS.given[best] then
                best = how
            end
        end
    end
    return best
end

-- Is the surname, in some spelling, what the other has for given names?
local function is_given(surname, given)
    return given[1] and (surnames(surname, given[1]) == "same"
        or surnames(surname, table.concat(given, " ")) == "same")
end

-- A name of the one against a name of the other: reasons, and their points.
local function name_pair(a, b)
    local reasons, score = {}, 0
    local function add(field, how)
        local points = POINTS[field][how]
        reasons[#reasons + 1] = { field = field, how = how, points = points }
        score = score + points
    end
    if a.surname ~= b.surname and is_given(a.surname, b.given)
        and is_given(b.surname, a.given) then
        add("swapped", "same")
        return reasons, score
    end
    if a.surname ~= "" and b.surname ~= "" then
        add("surname", surnames(a.surname, b.surname))
    end
    local given = best_given(a.given, b.given)
    if given then
        add("given", given)
    end
    return reasons, score
end

local function best_names(a, b)
    local best, most
    for _, mine in ipairs(a.names) do
        for _, theirs in ipairs(b.names) do
            local reasons, score = name_pair(mine, theirs)
            if not most or score > most then
                best, most = reasons, score
            end
        end
    end
    return best
end

-- The same surname, born on the same day, at one address, under unlike names and
-- with no identifier in common: two persons, as far as is known.
local function are_twins(how)
    return how.surname == "same" and how.given == "unlike" and how.born == "same"
        and how.postcode == "same" and not how.identified
end

function likeness.compare(a, b, limits)
    local reasons, how = best_names(a, b), {}
    local function add(field, kind, points)
        reasons[#reasons + 1] = { field = field, how = kind, points = points }
        how[field] = kind
    end
    for _, reason in ipairs(reasons) do
        how[reason.field] = reason.how
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
    local score = 0
    for _, reason in ipairs(reasons) do
        score = score + reason.points
    end
    limits = limits or LIMITS
    local twins = are_twins(how)
    local band = score >= limits.likely and "likely"
        or score >= limits.possible and "possible" or "unlikely"
    return { score = score, band = twins and "possible" or band, twins = twins,
        reasons = reasons }
end

return likeness
