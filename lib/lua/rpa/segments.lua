--- Fixed-width segments: records of fields that stand one after the other, each
-- as wide as it was declared, filled up with blanks. Trailing blanks are data:
-- what is read and written again is the same to the last byte.
--
--   local name = rpa.segments.define { { "surname", 12 }, { "forename", 8 } }
--   local person = name:read("O'BRIEN     SIAN    ")
--   assert(person.surname == "O'BRIEN     ")
--   assert(name:trimmed(person).surname == "O'BRIEN")
--   assert(name:write(person) == "O'BRIEN     SIAN    ")
--   assert(name:write { surname = "JONES" } == "JONES               ")

local _, core = ...
local scalar = require "rpa.scalar"
local segments = {}
local Segment = {}
Segment.__index = Segment

local function wrong(msg, hint)
    core.raise { code = "EINVAL", msg = msg, hint = hint }
end

--- Declare a segment: its fields in order, { name, width in bytes }. A field of
-- numbers says { name, width, fill = "0" } and is filled up from the left.
function segments.define(fields)
    local self = setmetatable({ fields = {}, width = 0 }, Segment)
    local seen, hole = {}, scalar.hole(fields)
    if hole then
        wrong("the fields of a segment: " .. hole)
    end
    for i, field in ipairs(fields) do
        local name, width, fill = field[1], field[2], field.fill or " "
        if type(name) ~= "string" or seen[name] then
            wrong(("field %d of a segment has no name of its own"):format(i))
        elseif math.type(width) ~= "integer" or width < 1 then
            wrong(("field '%s' of a segment has no width"):format(name))
        elseif fill ~= " " and fill ~= "0" then
            wrong(("field '%s' is filled with neither ' ' nor '0'"):format(name))
        end
        seen[name] = true
        self.fields[i] = { name = name, width = width, fill = fill }
        self.width = self.width + width
    end
    return self
end

--- The fields of one record, by name, each as wide as declared. Raises EINVAL
-- for a record that is longer or shorter.
function Segment:read(bytes)
    if #bytes ~= self.width then
        wrong(("a segment of %d bytes, where %d were declared"):format(#bytes,
            self.width), "trailing blanks are data: see who took them away")
    end
    local at, record = 1, {}
    for _, field in ipairs(self.fields) do
        record[field.name] = bytes:sub(at, at + field.width - 1)
        at = at + field.width
    end
    return record
end

-- a control count: a number, or its digits with blanks at most around them
local function count_of(count)
    if type(count) == "string" then
        count = tonumber(count:match("^ *(%d+) *$"))
    end
    return math.tointeger(count) or wrong("the control count is no whole number",
        "as the reply has it, in digits, or nil where there is none")
end

--- All records of a block: of so many as it should have, if that is known. A
-- control count, a number or its digits, is not to be passed over: raises EINVAL
-- when it is another.
--
--   local code = rpa.segments.define { { "code", 3 }, { "count", 2, fill = "0" } }
--   local list = code:all("A01" .. "07" .. "B  " .. "00", 2)
--   assert(#list == 2 and list[1].count == "07")
function Segment:all(bytes, count)
    if self.width == 0 then
        wrong("a segment without fields")
    end
    local n = #bytes // self.width
    if n * self.width ~= #bytes then
        wrong(("%d bytes are not a whole number of segments of %d"):format(
            #bytes, self.width))
    elseif count ~= nil and n ~= count_of(count) then
        wrong(("%d segments, where the control count says %s"):format(n,
            tostring(count)), "part of the reply may be missing")
    end
    local list = {}
    for i = 1, n do
        list[i] = self:read(bytes:sub((i - 1) * self.width + 1, i * self.width))
    end
    return list
end

--- The same fields without the blanks behind their text, for people to read.
function Segment:trimmed(record)
    local out = {}
    for _, field in ipairs(self.fields) do
        out[field.name] = record[field.name]:match("^(.-) *$")
    end
    return out
end

-- the bytes of a field, or nil and why it has none
local function filled(field, value)
    if value == nil then
        return field.fill:rep(field.width)
    end
    local text, why = scalar.text(value)
    local missing = field.width - #(text or "")
    if not text then
        return nil, why
    elseif missing < 0 then
        return nil, ("has %d bytes, and room for %d"):format(#text, field.width)
    elseif field.fill == " " then
        return text .. field.fill:rep(missing)
    elseif missing > 0 and text:find("%D") then
        return nil, "is filled up with '0', and is not all digits"
    end
    return field.fill:rep(missing) .. text
end

--- The bytes of a record; a field that is not given is all filler. Raises EINVAL
-- for one that is too long, no text (null, a table) or has no such name: all of
-- them at once. A field of numbers has digits only, or all its bytes.
function Segment:write(record)
    local parts, problems, known = {}, {}, {}
    for i, field in ipairs(self.fields) do
        local bytes, why = filled(field, record[field.name])
        known[field.name] = true
        parts[i] = bytes
        if not bytes then
            problems[#problems + 1] = ("'%s' %s"):format(field.name, why)
        end
    end
    for name in pairs(record) do
        if not known[name] then
            problems[#problems + 1] = ("there is no field '%s'"):format(
                tostring(name))
        end
    end
    if #problems > 0 then
        table.sort(problems)
        wrong("not a segment: " .. table.concat(problems, "; "))
    end
    return table.concat(parts)
end

return segments
