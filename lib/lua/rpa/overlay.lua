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
--   assert(overlay.menus("new")[1].choice == "2")

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

--- The key that leaves a screen, what was begun there being abandoned: its own, or
-- the map's word "cancel".
--
--   assert(rpa.overlay.leave("PERSON") == "F12")
function overlay.leave(name)
    return overlay.screen(name).leave or overlay.word("cancel")
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

-- A piece of what a field shows, "{Surname}, ", with its values; which it has, or
-- nil where it lacks one.
local function filled(piece, value)
    local has, lacks = {}, false
    local text = piece:gsub("{(.-)}", function(name)
        local got = value(name)
        has[#has + 1], lacks = name, lacks or not got
        return got or ""
    end)
    return text, not lacks and has or nil
end

--- What a field shows of some values, value(name) being the one of a name or nil:
-- as its shows says, which is one name ("Surname"), or a text with names in braces
-- and in brackets what is left out where a value is missing ("{Surname}[, {Given
-- Names}]"); and of that its part, a Lua pattern with one capture. Nil where there is
-- nothing to show; then the names of the values that are in it, and the text that it
-- is a part of.
--
--   local text, names = rpa.overlay.text("Surname", function(name)
--       return ({ Surname = "Lee" })[name]
--   end)
--   assert(text == "Lee" and names[1] == "Surname")
function overlay.text(label, value)
    local field = overlay.field(label)
    local form = field.shows or label
    form = form:find("{", 1, true) and form or "{" .. form .. "}"
    local whole, used = "", {}
    for plain, option in (form .. "[]"):gmatch("(.-)%[(.-)%]") do
        local text, names = filled(plain, value)
        if not names then
            return nil, {}
        end
        local more, others = filled(option, value)
        whole = whole .. text .. (others and more or "")
        table.move(names, 1, #names, #used + 1, used)
        table.move(others or {}, 1, #(others or {}), #used + 1, used)
    end
    local text = field.part and whole:match(field.part) or not field.part and whole
    return text and text ~= "" and text or nil, used, whole
end

--- A date, a time, both, or a part of them, as the field wants it: its layout of DD,
-- MM or a month's name (MON, Mon, MONTH, Month), YYYY or YY, hh and mm (DD/MM/YYYY);
-- with AM the hours are twelve, and it is AM or PM. Times are as the text's own clock
-- has them. Nil and why where the text is none, or has less than the layout.
--
--   assert(rpa.overlay.date("Start", "2026-03-29T01:30:00+00:00")
--       == "29/03/2026 01:30")
function overlay.date(label, text)
    local day, hour, minute = split(text)
    local layout = overlay.field(label).layout or "DD/MM/YYYY"
    local date, why = dates.parse(day)
    if not date then
        return nil, why
    elseif (layout:find("hh") or layout:find("mm") or layout:find("AM"))
        and not hour then
        return nil, "there is no time"
    elseif layout:find("AM") then
        layout = layout:gsub("AM", hour < "12" and "AM" or "PM")
        hour = ("%02d"):format((hour + 11) % 12 + 1)
    end
    return dates.format(date, (layout:gsub("hh", hour or "hh")
        :gsub("mm", minute or "mm")))
end

--- The screens that are answered on the way to something (a menu, a notice, a question
-- before it is filed), by their choose of that name or, if they have none, of "any":
-- a list of { name, choice, label }. The choice is keyed into the field of that label,
-- the first of the screen, and is the key to press where there is no label.
function overlay.menus(goal)
    local list = {}
    for _, screen in ipairs(core.map.screens or {}) do
        local choose = screen.choose or {}
        local choice = choose[goal] == nil and choose.any or choose[goal]
        if choice ~= nil then
            list[#list + 1] = { name = screen.name or screen.title,
                choice = tostring(choice),
                label = screen.fields and screen.fields[1] and screen.fields[1].label }
        end
    end
    return list
end

--- The names of all screens, as bots call them.
function overlay.screens()
    local list = {}
    for i, screen in ipairs(core.map.screens or {}) do
        list[i] = screen.name or screen.title
    end
    return list
end

--- How the target's messages are told apart: { row, error, found, absent, reference },
-- as the map has them; raises EINVAL if it has none.
function overlay.messages()
    return core.map.messages or wrong("EINVAL", "the screen map has no messages",
        "messages in the map: what an error looks like")
end

--- A word of the map, such as a key; raises EINVAL if it has none of that name.
function overlay.word(name)
    local text = core.map.words and core.map.words[name]
    if text == nil then
        wrong("EINVAL", ("the screen map has no word '%s'"):format(tostring(name)),
            "words in the map: name = text")
    end
    return tostring(text)
end

return overlay
