-- From a payload of the queue to what the screens are to show.

local narrative = require "narrative"

-- What a value of the source is, in the terms of the screen map: each takes a text
-- that is not empty; nil means "this is not one". Codes, for whatever field, and the
-- layout of dates are the force's.
local function date(label, text) return (rpa.overlay.date(label, text)) end
local function whole_pounds(_, text) return text:match("^(%d+)%.?0*$") end
local function class(_, text) return rpa.police.class.parse(text) and text end

local function one_of(values)
    return function(_, text) return values[text] end
end
local yes_no = one_of { ["true"] = "Y", ["false"] = "N", Y = "Y", N = "N" }
local gender = one_of {
    male = "M", female = "F", unspecified = "U", ["not-stated"] = "X",
    M = "M", F = "F", U = "U", X = "X" }

-- Of which fields that holds, and which of them may be other than text: a number
-- where a text belongs may have lost its zeros.
local special = {
    ["HO Class"] = { as = class },
    ["Start"] = { as = date }, ["End"] = { as = date },
    ["Date of Birth"] = { as = date },
    ["Hate Crime"] = { as = yes_no, type = "boolean" },
    ["Weapon"] = { as = yes_no, type = "boolean" },
    ["Gender"] = { as = gender },
    ["Property Value"] = { as = whole_pounds, type = "number" },
}

-- What an overlay gives a layout is a date, too.
local a_date = { as = date }

local function text_of(value, kind)
    return (type(value) == "string" or type(value) == kind) and tostring(value)
        or nil
end

-- What a field shows of a report, as rpa.overlay.text(); and whether a value in it is
-- not what it should be.
local function shown(field, fields)
    local bad = false
    local text, names, whole = rpa.overlay.text(field.label, function(name)
        local value, how = fields[name], special[name] or field.layout and a_date or {}
        if value == nil or value == "" then
            return nil
        end
        local text = text_of(value, how.type)
        text = text and how.as and how.as(field.label, text) or not how.as and text
        bad = bad or not text
        return text or "?"
    end)
    return text, names, whole, bad
end

-- What is looked for in the target's own list, which may show more than the field.
local function picked(label, text)
    local reasons, folds = rpa.check(label, text)
    for _, reason in ipairs(reasons) do
        if not reason:find("^too_wide:") then
            return {}, reasons
        end
    end
    return { { key = text, show = narrative.fold(text, folds) } }, {}
end

-- What to key for a text, and the reasons why it cannot be keyed whole; rest being the
-- fields in which its lines go on.
local function check(field, text, rest)
    local label = field.label
    if not text then
        return {}, field.required and { "missing:" .. label } or {}
    end
    text = rpa.overlay.code(label, text)
    if not text then
        return {}, { "bad_value:" .. label }
    elseif text:find("%c") then -- a line break, a tab: no field can hold it
        return {}, { "no_fold:" .. label }
    elseif #text > 8000 then
        return {}, { "too_wide:" .. label }
    elseif field.picks then -- the list says whether it has it
        return picked(label, text)
    elseif field.lines then
        return narrative.check({ field, table.unpack(rest) }, text)
    end
    local reasons, folds = rpa.check(label, text)
    return { { key = text, show = narrative.fold(text, folds) } }, reasons
end

-- All fields of the record's screens, in order; and behind each that has lines those
-- in which they go on: what shows the same value in lines, on this screen or another.
local function fields_of_record()
    local list, first = {}, {}
    for _, screen in ipairs(rpa.overlay.record()) do
        for _, field in ipairs(screen.fields) do
            local of = field.shows or field.label
            local before = field.lines and first[of]
            if before then
                table.insert(before.rest, field)
            else
                list[#list + 1] = { field = field, of = of, rest = {} }
                first[of] = field.lines and list[#list]
            end
        end
    end
    return list
end

-- Lines into the record, each field as many as it has.
local function place(record, lines, one)
    local n = 0
    for _, field in ipairs { one.field, table.unpack(one.rest) } do
        local room = field.lines or 1
        local mine = table.move(lines, n + 1, math.min(n + room, #lines), 1, {})
        for i, line in ipairs(mine) do
            line.becomes = select(3, rpa.check(field.label, line.key, i))
        end
        record[field.label] = mine
        n = n + room
    end
end

-- The characters of a text but blanks, in no order: what its parts together must have.
local function characters(text)
    local list = {}
    for char in text:gmatch("%S") do
        list[#list + 1] = char
    end
    table.sort(list)
    return table.concat(list)
end

-- The values that have their place, whole or in parts that leave nothing out.
local Placed = {}
Placed.__index = Placed

function Placed:add(one, text, names, whole)
    local group = self[one.of] or { names = names, whole = whole, got = "" }
    group.got = group.got .. (one.field.part and text or "")
    group.entire = group.entire or not one.field.part
    self[one.of] = group
end

function Placed:names()
    local placed = {}
    for _, group in pairs(self) do
        for _, name in ipairs(group.names) do
            placed[name] = placed[name] or group.entire
                or characters(group.got) == characters(group.whole)
        end
    end
    return placed
end

--- What to key for a payload: its record, { [label] = { { key, show, becomes } … } },
-- and what the screen must show then, line by line (show, where folds differ, or what
-- the target makes of it); and all the reasons why it cannot be keyed, {} if it can.
-- What this force's screens have no place for is one: nothing is left out. (Deadline
-- is for the queue.)
local function plan(fields)
    local record, reasons, places = {}, {}, setmetatable({}, Placed)
    for _, one in ipairs(fields_of_record()) do
        local text, bad = one.field.value, false
        if not text then
            local names, whole
            text, names, whole, bad = shown(one.field, fields)
            places:add(one, text or "", names, whole)
        end
        local lines, why = {}, { "bad_value:" .. one.field.label }
        if not bad then
            lines, why = check(one.field, text, one.rest)
        end
        place(record, lines, one)
        table.move(why, 1, #why, #reasons + 1, reasons)
    end
    local homeless, placed = {}, places:names()
    for label, value in pairs(fields) do
        if not placed[label] and value ~= "" and label ~= "Deadline" then
            homeless[#homeless + 1] = "no_place:" .. label
        end
    end
    table.sort(homeless)
    table.move(homeless, 1, #homeless, #reasons + 1, reasons)
    return record, reasons
end

return { plan = plan }
