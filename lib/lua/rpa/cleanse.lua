--- Cleaning records of persons: what the rules would have them say, and which of
-- them are of one person. Proposals for people to decide; nothing is changed here.
--
--   local found = rpa.cleanse.standard { surname = "O’BRIEN", given = "MR  JOHN",
--       postcode = "cf101aa", phone = "+44 7700 900123", born = "01/01/1900" }
--   assert(found.values.given == "JOHN" and found.values.postcode == "CF10 1AA")
--   assert(found.values.phone == "07700900123" and found.values.born == "")

local dates = require "rpa.dates"
local names = require "rpa.names"
local police = require "rpa.police"

local cleanse = {}

-- ---- by the rules -------------------------------------------------------------

local PLACEHOLDER = "this is a placeholder: nothing is known"

local function name(text)
    local tidy, left = names.tidy(text)
    if left[1] == "placeholder" then
        return "", PLACEHOLDER
    elseif left[1] then
        return nil, "no name by the rules: " .. table.concat(left, ", ")
    end
    return tidy, table.concat(names.problems(text), ", ")
end

local function identifier(kind)
    return function(text)
        local normal, why = kind.format(text)
        if normal then
            return normal, "its normal form"
        end
        return why == PLACEHOLDER and "" or nil, why
    end
end

-- A partial date stays: what is known of it is right.
local function born(text, options)
    local date, why = dates.birth(text, options.today)
    if not date then
        return why == PLACEHOLDER and "" or nil, why
    end
    return date.day and dates.format(date, options.layout or "DD/MM/YYYY") or text,
        "its normal form"
end

local postcode = identifier(police.postcode)
local RULES = {
    surname = name, given = name, born = born, phone = identifier(police.phone),
    pnc = identifier(police.pnc), cro = identifier(police.cro),
    nino = identifier(police.nino),
    postcode = function(text) -- with other signs than a blank between its halves
        return postcode((text:gsub("[-.,]", " ")))
    end,
}
local FIELDS = { "surname", "given", "born", "postcode", "phone", "pnc", "cro",
    "nino" }

--- A person's record (as for names.compare; given as one text, with a phone) by
-- the rules for records: { values, changes, problems }. values are the fields as
-- they should be, "" for a placeholder; each of changes is { field, from, to, why },
-- each of problems { field, value, why }, of what is against a rule and left as it
-- is: what it should be is not known. options: layout of dates ("DD/MM/YYYY"),
-- today (a date).
--
--   local found = rpa.cleanse.standard { given = "J0HN", postcode = "NF1 1NF" }
--   assert(found.changes[1].field == "postcode" and found.changes[1].to == "")
--   assert(found.problems[1].field == "given" and found.values.given == "J0HN")
function cleanse.standard(person, options)
    local found = { values = {}, changes = {}, problems = {} }
    for _, field in ipairs(FIELDS) do
        local text = person[field]
        if text and text ~= "" then
            local to, why = RULES[field](text, options or {})
            if not to then
                table.insert(found.problems,
                    { field = field, value = text, why = why })
            elseif to ~= text then
                table.insert(found.changes,
                    { field = field, from = text, to = to, why = why })
            end
            text = to or text
        end
        found.values[field] = text
    end
    return found
end

-- ---- which are one --------------------------------------------------------------

-- The consonants of a name, which slips of the pen and spellings leave.
local function skeleton(text)
    local letters = text:gsub("[^%u]", "")
    return letters:sub(1, 1) .. letters:sub(2):gsub("[AEIOUHWY]", "")
        :gsub("(%u)%1+", "%1")
end

local function sorted(a, b)
    return a < b and a .. "/" .. b or b .. "/" .. a
end

-- Records that have one of these in common are compared: the day of birth, with day
-- and month either way round; both names, either way round; a phone; an identifier;
-- a postcode with the initials.
local function blocks(person)
    local keys, first = {}, person.names[1]
    local surname, given = first.surname, first.given[1] or ""
    local date = person.born
    if date and date.day then
        keys[1] = ("born %d %d %d"):format(date.year, math.min(date.day, date.month),
            math.max(date.day, date.month))
    end
    if surname ~= "" and given ~= "" then
        keys[#keys + 1] = "names " .. sorted(skeleton(surname), skeleton(given))
    end
    if person.postcode then
        keys[#keys + 1] = "at " .. person.postcode .. " "
            .. sorted(surname:sub(1, 1), given:sub(1, 1))
    end
    keys[#keys + 1] = person.phone and "phone " .. person.phone
    for kind, value in pairs(person.identifiers) do
        keys[#keys + 1] = kind .. " " .. value
    end
    return keys
end

local function blocked(prepared, most)
    local all, crowded = {}, {}
    for i, person in ipairs(prepared) do
        for _, key in ipairs(blocks(person)) do
            all[key] = all[key] or {}
            table.insert(all[key], i)
        end
    end
    for key, list in pairs(all) do
        if #list > most then
            crowded[#crowded + 1] = { key = key, records = #list }
            all[key] = nil
        end
    end
    table.sort(crowded, function(a, b) return a.key < b.key end)
    return all, crowded
end

-- Records of one list are nearer to each other than any two persons are, so fewer
-- points than names.compare asks for say that two are one.
local LIMITS = { likely = 68, possible = 45 }

local function each_pair(all, count, visit)
    local seen = {}
    for _, list in pairs(all) do
        for i = 1, #list do
            for j = i + 1, #list do
                local pair = list[i] * count + list[j]
                if not seen[pair] then
                    seen[pair] = true
                    visit(list[i], list[j])
                end
            end
        end
    end
end

--- The pairs of records that may be of one person, of a list of persons (as for
-- names.compare, with a phone): a list of { a, b, score, band, twins, reasons }, a
-- and b being places in the list, a < b, in order. band is "likely" or "possible";
-- twins are never likely. Only records with something in common are compared: day
-- of birth, both names, phone, an identifier, or postcode and initials. What more
-- than options.most (500) records share tells nothing and is passed over; the
-- second result lists it: { key, records }. options.limits are as in names.compare.
--
--   local pairs_of = rpa.cleanse.duplicates {
--       { surname = "O'BRIEN", given = "JOHN", born = "03/04/1990" },
--       { surname = "SMITH", given = "ANN", born = "05/06/1980" },
--       { surname = "JOHN", given = "OBRIEN", born = "03/04/1990" } }
--   assert(#pairs_of == 1 and pairs_of[1].a == 1 and pairs_of[1].b == 3)
function cleanse.duplicates(people, options)
    local prepared, found = {}, {}
    for i, person in ipairs(people) do
        prepared[i] = names.prepare(person)
    end
    local all, crowded = blocked(prepared, options and options.most or 500)
    local limits = options and options.limits or LIMITS
    each_pair(all, #people + 1, function(a, b)
        local pair = names.compare(prepared[a], prepared[b], limits)
        if pair.band ~= "unlikely" then
            pair.a, pair.b = a, b
            found[#found + 1] = pair
        end
    end)
    table.sort(found, function(x, y)
        return x.a < y.a or x.a == y.a and x.b < y.b
    end)
    return found, crowded
end

--- For each record that has a likely duplicate before it in the list, which record
-- to keep: { [place] = the first place of its group }. Two records are in one group
-- when likely pairs lead from one to the other, unless two in it are twins: then the
-- whole group is left for a person, and is in the second result, a list of lists of
-- places. @pairs_of is what duplicates() gave.
--
--   local keep = rpa.cleanse.keepers { { a = 1, b = 3, band = "likely" },
--       { a = 2, b = 3, band = "likely" } }
--   assert(keep[2] == 1 and keep[3] == 1 and not keep[1])
function cleanse.keepers(pairs_of)
    local first, twins = {}, {}
    local function root(i)
        while first[i] and first[i] ~= i do
            i = first[i]
        end
        return i
    end
    for _, pair in ipairs(pairs_of) do
        if pair.band == "likely" then
            local a, b = root(pair.a), root(pair.b)
            first[math.max(a, b)], first[math.min(a, b)] = math.min(a, b),
                math.min(a, b)
        end
    end
    for _, pair in ipairs(pairs_of) do
        if pair.twins and first[pair.a] and root(pair.a) == root(pair.b) then
            twins[root(pair.a)] = {}
        end
    end
    local keep = {}
    for i in pairs(first) do
        local to = root(i)
        if twins[to] then
            table.insert(twins[to], i)
        elseif to ~= i then
            keep[i] = to
        end
    end
    local left = {}
    for _, group in pairs(twins) do
        table.sort(group)
        left[#left + 1] = group
    end
    table.sort(left, function(a, b) return a[1] < b[1] end)
    return keep, left
end

return cleanse
