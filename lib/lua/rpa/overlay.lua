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

-- What is before the time that a text ends in; its hour, minute and seconds.
local function split(text)
    local day, hour, minute, more = text:match("^(%S+)[T ](%d%d):(%d%d)(.*)$")
    return day or text, { hh = hour, mm = minute, ss = (more or ""):match("^:(%d%d)") }
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

-- A text without some characters.
local function without(text, characters)
    return (text:gsub(utf8.charpattern, function(char)
        return (characters or ""):find(char, 1, true) and ""
    end))
end

--- What a field shows of some values, value(name) being the one of a name or nil:
-- as its shows says, which is one name ("Surname"), or a text with names in braces
-- and in brackets what is left out where a value is missing ("{Surname}[, {Given
-- Names}]"); of that its part, a Lua pattern with one capture; without the characters
-- that it drops. Nil where there is nothing to show; then the names of the values that
-- are in it, and the text that it is a part of.
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
    text = text and without(text, field.drops)
    return text and text ~= "" and text or nil, used, without(whole, field.drops)
end

--- A date, a time, both, or a part of them, as the field wants it: its layout of DD,
-- MM or a month's name (MON, Mon, MONTH, Month), YYYY or YY, DDD (the day of the year),
-- hh, mm and ss (DD/MM/YYYY); with AM the hours are twelve, and it is AM or PM. Times
-- are as the text's own clock has them. Nil and why where the text is none, or has less
-- than the layout.
--
--   assert(rpa.overlay.date("Start", "2026-03-29T01:30:00+00:00")
--       == "29/03/2026 01:30")
function overlay.date(label, text)
    local day, time = split(text)
    local layout = overlay.field(label).layout or "DD/MM/YYYY"
    local date, why = dates.parse(day)
    if not date then
        return nil, why
    elseif layout:find("AM") and not time.hh then
        return nil, "there is no time"
    elseif layout:find("AM") then
        layout = layout:gsub("AM", time.hh < "12" and "AM" or "PM")
        time.hh = ("%02d"):format((time.hh + 11) % 12 + 1)
    end
    for _, part in ipairs { "hh", "mm", "ss" } do
        if layout:find(part) and not time[part] then
            return nil, part == "ss" and time.hh and "there are no seconds"
                or "there is no time"
        end
        layout = layout:gsub(part, time)
    end
    return dates.format(date, layout)
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

-- ---- lists of the target's own ------------------------------------------------

-- Wait until a screen is there; what the target says instead is raised.
local function await(grid, name, from)
    local row = (core.map.messages or {}).row or overlay.screen(from).rows
        or #grid:lines()
    local any = { { screen = name } }
    for _, text in ipairs((core.map.messages or {}).error or {}) do
        any[#any + 1] = { text = text, row = row }
    end
    if grid:wait(any, { timeout = 30 }) > 1 then
        wrong("ESCREEN", ("the system says '%s' on %s"):format(
            grid:lines()[row]:match("%S.*%S"), from))
    end
end

-- The name of the table that a list is.
local function table_of(picks)
    local tables = overlay.screen(picks.list).tables
        or wrong("EINVAL", ("screen '%s' has no table"):format(picks.list))
    return tables[1].name
end

-- From the form to the list that its field is filled from.
local function open_list(grid, label, picks, form)
    local at = picks.at or not picks.protected and label
    if at then -- the cursor is there then
        grid:field(at):set(picks.ask or "")
    end
    grid:key(picks.key)
    await(grid, picks.list, form)
end

-- How many rows of the list that is shown have a value; and how many pages it has.
local function count(grid, picks, name, value)
    local rows, pages = grid:table(name)
    local many = 0
    for _, row in ipairs(rows) do
        if not row[picks.by] then
            wrong("EINVAL", ("picks.by: table '%s' has no column '%s'"):format(name,
                picks.by))
        end
        many = many + (row[picks.by] == value and 1 or 0)
    end
    return many, pages
end

-- Mark the row of the list that has a value; returns the row.
local function mark(grid, picks, name, value)
    local row, at = grid:seek(name, function(row) return row[picks.by] == value end)
    if not row then
        wrong("ESCREEN", ("table '%s' is not as it was a moment ago"):format(name))
    elseif picks.into then
        grid:field(picks.into):set(row[picks.number])
    else
        local beside = at.cols[picks.beside] or wrong("EINVAL",
            ("picks.beside: table '%s' has no column '%s'"):format(name,
                tostring(picks.beside)))
        grid:field({ row = at.row, col = beside.col, width = beside.width })
            :set(picks.mark or "S")
    end
    return row
end

--- Fill a field that the target fills from a list of its own, on a screen of its own,
-- as the field's picks says: the list is opened, the row that has the value is marked,
-- on whatever page, and the form is there again. Returns what the field shows then; nil
-- where no row has the value, the list being shown. Raises ESCREEN where more than one
-- has it.
--
--   local crs = rpa.window("Crime Recording"):grid()
--   assert(rpa.overlay.field("Offence").picks.list == "OFFENCES")
--   -- rpa.overlay.pick(crs, "Offence", "THEFT FROM A SHOP")
function overlay.pick(grid, label, value)
    local picks = overlay.field(label).picks
        or wrong("EINVAL", ("field '%s' has no picks"):format(label))
    local form = grid:screen()
        or wrong("ESCREEN", "the screen map does not have the screen that is shown")
    local name = table_of(picks)
    open_list(grid, label, picks, form)
    local many, pages = count(grid, picks, name, value)
    if many == 0 then
        return nil
    elseif many > 1 then
        wrong("ESCREEN", ("table '%s' has the value of '%s' in %d rows"):format(name,
            label, many), "picks.by: a column that tells them apart, such as the code")
    elseif pages > 1 then -- once more, at its first page
        grid:key(overlay.leave(picks.list))
        await(grid, form, picks.list)
        open_list(grid, label, picks, form)
    end
    local row = mark(grid, picks, name, value)
    grid:key(overlay.key(picks.list))
    await(grid, form, picks.list)
    local shown, want = grid:field(label):get(), row[picks.shows or picks.by]
    if shown ~= want then
        wrong("EREADBACK", ("field '%s' does not show what was picked"):format(label),
            "picks.shows: the column that the field shows")
    end
    return shown
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
