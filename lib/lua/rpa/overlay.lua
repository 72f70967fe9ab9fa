--- What differs between one force's system and another's, as the screen map says
-- it, whole or as an overlay on another map: the order of fields and screens, what
-- is keyed for a value, how a date is written, and words. A bot that asks here is
-- one script for all of them.
--
--   local overlay = rpa.overlay
--   for _, screen in ipairs(overlay.record()) do
--       for _, field in ipairs(screen.fields) do
--           rpa.log(screen.name .. ": " .. field.label)
--       end
--   end
--   assert(overlay.code("Gender", "F") == "2")
--   assert(overlay.date("Date of Birth", "1990-04-03") == "03.04.1990")
--   assert(overlay.word("cancel") == "F12")

local _, core = ...
local dates = require "rpa.dates"
local overlay = {}

local function wrong(code, msg, hint)
    core.raise { code = code, msg = msg, hint = hint }
end

--- A screen as the map has it, by its name; raises EINVAL if it has none.
--
--   assert(rpa.overlay.screen("PERSON").title == "NOMINAL")
function overlay.screen(name)
    for _, screen in ipairs(core.map.screens or {}) do
        if (screen.name or screen.title) == name then
            return screen
        end
    end
    wrong("EINVAL", ("the screen map has no screen '%s'"):format(name),
        "record in the map names the screens of a record")
end

--- The key that goes on from a screen: Enter, if the map names no other.
--
--   assert(rpa.overlay.key("PERSON") == "Enter")
function overlay.key(name)
    return overlay.screen(name).go_on or "Enter"
end

--- The screens of a record, in the order in which they are filled in: a list of
-- { name, fields }, each field as the map has it, with label, width, lines …, in
-- the order of the screen.
function overlay.record()
    local list = {}
    for i, name in ipairs(core.map.record or {}) do
        list[i] = { name = name, fields = overlay.screen(name).fields or {} }
    end
    return list
end

--- A field as the map has it, by its label; raises ELABEL if it has none.
--
--   assert(rpa.overlay.field("Surname").width == 35)
function overlay.field(label)
    for _, screen in ipairs(core.map.screens or {}) do
        for _, field in ipairs(screen.fields or {}) do
            if field.label == label then
                return field
            end
        end
    end
    wrong("ELABEL", ("the screen map has no field '%s'"):format(tostring(label)))
end

--- What is keyed for a value: as the field's codes say, or the value itself where
-- it has no codes. Nil where it has codes and none for this value.
--
--   assert(rpa.overlay.code("Surname", "Lee") == "Lee")
--   assert(rpa.overlay.code("Gender", "Q") == nil)
function overlay.code(label, value)
    local codes = overlay.field(label).codes
    if not codes then
        return value
    end
    return codes[value] and tostring(codes[value])
end

-- The hour and minute that a text ends in, and what is before.
local function split(text)
    local day, hour, minute = text:match("^(%S+)[T ](%d%d):(%d%d)")
    return day or text, hour, minute
end

--- A date, a time or both, as the field wants it: its layout of DD, MM or MON, YYYY,
-- hh and mm (DD/MM/YYYY). Times are as the text's own clock has them. Nil and why
-- where the text is none, or has less than the layout.
--
--   assert(rpa.overlay.date("Start", "2026-03-29T01:30:00+00:00")
--       == "29/03/2026 01:30")
function overlay.date(label, text)
    local day, hour, minute = split(text)
    local layout = overlay.field(label).layout or "DD/MM/YYYY"
    local date, why = dates.parse(day)
    if not date then
        return nil, why
    elseif layout:find("hh", 1, true) and not hour then
        return nil, "there is no time"
    end
    return dates.format(date, (layout:gsub("hh", hour or "hh")
        :gsub("mm", minute or "mm")))
end

--- A word of the map, such as a key or what is chosen in a menu; raises EINVAL if
-- it has none of that name.
function overlay.word(name)
    local text = core.map.words and core.map.words[name]
    if text == nil then
        wrong("EINVAL", ("the screen map has no word '%s'"):format(tostring(name)),
            "words in the map: name = text")
    end
    return tostring(text)
end

return overlay
