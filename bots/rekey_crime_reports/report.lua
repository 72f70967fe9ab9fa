-- From a payload of the queue to what the screens are to show.

local narrative = require "narrative"

-- What a value of the source is, in the terms of the screen map: each takes a text
-- that is not empty; nil means "this is not one". Codes and the layout of dates
-- are the force's.
local function date(label, text) return (rpa.overlay.date(label, text)) end
local function whole_pounds(_, text) return text:match("^(%d+)%.?0*$") end
local function class(_, text) return rpa.police.class.parse(text) and text end

local function one_of(values)
    return function(label, text)
        local value = values[text]
        return value and rpa.overlay.code(label, value)
    end
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

local function text_of(value, kind)
    return (type(value) == "string" or type(value) == kind) and tostring(value)
        or nil
end

-- What to key for one value, and the reasons why it cannot be keyed whole.
local function check(field, value)
    local label, how = field.label, special[field.shows or field.label] or {}
    if value == nil or value == "" then
        return {}, field.required and { "missing:" .. label } or {}
    end
    local text = text_of(value, how.type)
    if text and how.as then
        text = how.as(label, text)
    end
    if not text then
        return {}, { "bad_value:" .. label }
    elseif text:find("%c") then -- a line break, a tab: no field can hold it
        return {}, { "no_fold:" .. label }
    elseif #text > 8000 then
        return {}, { "too_wide:" .. label }
    elseif field.lines then
        return narrative.check(field, text)
    end
    local reasons, folds = rpa.check(label, text)
    return { { key = text, show = narrative.fold(text, folds) } }, reasons
end

--- What to key for a payload: its record, { [label] = { { key, show } … } },
-- and what the screen must show then, line by line (folds differ); and all the
-- reasons why it cannot be keyed, {} if it can. What this force's screens have no
-- place for is one: nothing is left out. (Deadline is for the queue.)
local function plan(fields)
    local record, reasons, placed = {}, {}, {}
    for _, screen in ipairs(rpa.overlay.record()) do
        for _, field in ipairs(screen.fields) do
            local of = field.shows or field.label
            local lines, why = check(field, fields[of])
            record[field.label], placed[of] = lines, true
            table.move(why, 1, #why, #reasons + 1, reasons)
        end
    end
    local homeless = {}
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
