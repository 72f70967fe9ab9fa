-- rpa.overlay: what the screen map says to the bot.
local tap = require "tap"
local ok, is = tap.ok, tap.is
local overlay = rpa.overlay

local function code(fn, ...)
    local good, err = pcall(fn, ...)
    return good and "none" or err.code
end

local record = overlay.record()
is(#record, 2, "the screens of a record")
is(record[1].name .. " " .. record[2].name, "PERSON REPORT 1",
    "in their order, by the names that bots use")
is(record[1].fields[2].label, "Gender", "fields as they stand")
is(record[2].fields[2].lines, 3, "with all that the map has")
is(overlay.screen("PERSON").title, "NOMINAL", "a screen by its name")
is(code(overlay.screen, "NOMINAL"), "EINVAL", "and not by another")
is(overlay.field("Surname").width, 35, "a field")
is(code(overlay.field, "Nowhere"), "ELABEL", "one that is none")

is(overlay.code("Gender", "M"), "1", "a code")
is(overlay.code("Gender", "X"), "9", "a code that is a number is text")
is(overlay.code("Gender", "Q"), nil, "no code")
is(overlay.code("Surname", "Q"), "Q", "where there are none")
is(code(overlay.code, "Nowhere", "Q"), "ELABEL", "of a field that is none")

is(overlay.date("Date of Birth", "1990-12-31"), "31.12.1990", "a layout")
is(overlay.date("Surname", "1990-12-31"), "31/12/1990", "without one")
is(overlay.date("Start", "2026-03-29T01:30:00+00:00"), "29/03/2026 01:30",
    "the source's own clock")
is(overlay.date("Date of Birth", "2026-03-29T01:30:00+00:00"), "29.03.2026",
    "a time has a date")
for text, why in pairs { ["2026-03-29"] = "there is no time",
    ["31/02/2026 10:00"] = "there is no such day", ["soon"] = "this is no date",
    ["----1990"] = "there is no time" } do
    local none, said = overlay.date("Start", text)
    ok(none == nil and said == why, text .. ": " .. tostring(said))
end
is(select(2, overlay.date("Date of Birth", "----1990")), "the date is partial",
    "a partial date")

local start = overlay.field("Start")
local layout = start.layout
start.layout = "hh.mm"
is(overlay.date("Start", "2026-03-29T01:30:00+00:00"), "01.30", "a time alone")
is(select(2, overlay.date("Start", "2026-03-29")), "there is no time", "if there is one")
for part, want in pairs { ["hh:mm AM"] = "01:30 AM", ["Month YYYY"] = "March 2026",
    ["DD Mon YYYY"] = "29 Mar 2026", ["DD MONTH"] = "29 MARCH", DD = "29", MM = "03",
    YY = "26", hh = "01", mm = "30",
    ["DD MON YY"] = "29 MAR 26" } do
    start.layout = part
    is(overlay.date("Start", "2026-03-29T01:30:00+00:00"), want, "a part: " .. part)
end
start.layout = "YYYY.DDD hh:mm:ss"
is(overlay.date("Start", "2026-03-29T01:30:07+00:00"), "2026.088 01:30:07",
    "the day of the year, and seconds")
is(overlay.date("Start", "2028-12-31T23:59:00Z"), "2028.366 23:59:00", "of a leap year")
is(select(2, overlay.date("Start", "2026-03-29T01:30")), "there are no seconds",
    "if there are")
start.layout = "DD Mon, hhmmAM"
for clock, want in pairs { ["00:05"] = "12:05AM", ["11:59"] = "11:59AM",
    ["12:00"] = "12:00PM", ["13:01"] = "01:01PM", ["23:59"] = "11:59PM" } do
    is(overlay.date("Start", "2026-03-29T" .. clock .. ":00Z"),
        "29 Mar, " .. want:gsub(":", ""), clock .. " of twelve hours")
end
start.layout = "Month"
is(overlay.date("Start", "2026-05-29"), "May", "a month has no time")
start.layout = "DD"
is(overlay.date("Start", "2026-03-29"), "29", "a day has no time")
start.layout = "mm"
is(select(2, overlay.date("Start", "2026-03-29")), "there is no time", "nor minutes")
start.layout = layout
is(overlay.key("PERSON"), "Enter", "the key that goes on")
is(overlay.key("REPORT 1"), "F8", "or another one")
is(code(overlay.key, "NOMINAL"), "EINVAL", "not of a screen that is none")

is(overlay.leave("PERSON"), "F12", "the key that leaves")
overlay.screen("PERSON").leave = "F4"
is(overlay.leave("PERSON"), "F4", "or a screen's own")

local ways = overlay.menus("new")
is(#ways, 2, "what is answered on the way")
is(ways[1].name .. ways[1].label .. ways[1].choice, "MAIN MENUOption2", "a menu")
is(ways[2].name .. tostring(ways[2].label) .. ways[2].choice, "NEWSnilEnter",
    "whatever the way, a notice by its key")
is(#overlay.menus("find"), 1, "no menu leads there")
is(table.concat(overlay.screens(), " "), "MAIN MENU NEWS REPORT 1 OFFENCES PERSON",
    "all screens, by the names that bots use")
is(overlay.messages().row, 2, "messages")

-- a text without some characters, and parts of that
local surname = overlay.field("Surname")
local function text(value)
    local shown, names, whole = overlay.text("Surname", function() return value end)
    return table.concat({ tostring(shown), #names, tostring(whole) }, "|")
end
surname.drops = "/ ’"
is(text("028/02 x’"), "02802x|1|02802x", "characters that it drops")
surname.part = "/(.+)$"
is(text("028/02 ’"), "02|1|02802", "of a part of it, too")
is(text("02802"), "nil|1|02802", "if there is one")
surname.drops, surname.part = nil, nil

-- a list of the target's own: a grid that is one, of two pages
local Grid = {}
function Grid:press(key)
    self.keys[#self.keys + 1] = key
end
local function a_list(rows, shown, pages)
    local grid = { at = "REPORT 1", keys = {} }
    function grid:field(label)
        return {
            set = function(_, value)
                Grid.press(self, (type(label) == "table" and label.row .. ","
                    .. label.col .. "," .. label.width or label) .. "=" .. value)
            end,
            get = function() return shown end,
        }
    end
    function grid:key(name)
        Grid.press(self, name)
        self.at = name == "F4" and "OFFENCES" or "REPORT 1"
    end
    grid.screen = function() return grid.at end
    grid.lines = function() return { "REPORT", " E1 no" } end
    function grid:wait(any)
        if self.refuses then
            return 2
        end
        return any[1].screen == self.at and 1 or 2
    end
    grid.table = function() return rows, pages or 1 end
    grid.seek = function(_, _, wanted)
        for i, row in ipairs(rows) do
            if wanted(row) then
                return row, { row = 6 + i, cols = { S = { col = 3, width = 1 } } }
            end
        end
    end
    return grid
end
local rows = { { CODE = "B01", TEXT = "BURGLARY" }, { CODE = "T01", TEXT = "THEFT" },
    { CODE = "X01", TEXT = "OTHER" }, { CODE = "X02", TEXT = "OTHER" } }
local grid = a_list(rows, "T01")
is(overlay.pick(grid, "Offence", "THEFT"), "T01", "what the field shows then")
is(table.concat(grid.keys, " "), "Offence= F4 8,3,1=S Enter", "its row is marked")
grid = a_list(rows, "T01", 2)
overlay.pick(grid, "Offence", "THEFT")
is(table.concat(grid.keys, " "), "Offence= F4 F12 Offence= F4 8,3,1=S Enter",
    "of many pages all are read first")
grid = a_list(rows)
is(overlay.pick(grid, "Offence", "FRAUD"), nil, "a value that is not there")
is(grid.at, "OFFENCES", "nothing being marked")
is(code(overlay.pick, a_list(rows), "Offence", "OTHER"), "ESCREEN", "one that is twice")
is(code(overlay.pick, a_list(rows, "B01"), "Offence", "THEFT"), "EREADBACK",
    "the field has another one")
grid = a_list(rows, "T01")
grid.seek = function() return nil end
is(code(overlay.pick, grid, "Offence", "THEFT"), "ESCREEN", "the list is another one")
is(code(overlay.pick, a_list { { CODE = "B01" } }, "Offence", "THEFT"), "EINVAL",
    "or has no such column")
grid = a_list(rows, "T01")
grid.refuses = true
is(code(overlay.pick, grid, "Offence", "THEFT"), "ESCREEN", "no list comes")
is(code(overlay.pick, grid, "Surname", "Lee"), "EINVAL", "a field that has none")
local picks = overlay.field("Offence").picks
picks.protected, picks.beside, picks.into, picks.number = true, nil, "Option", "CODE"
grid = a_list(rows, "T01")
overlay.pick(grid, "Offence", "THEFT")
is(table.concat(grid.keys, " "), "F4 Option=T01 Enter", "by its number, no cursor there")
picks.list, grid = "REPORT 1", a_list(rows, "T01")
is(code(overlay.pick, grid, "Offence", "THEFT") .. #grid.keys, "EINVAL0",
    "a screen without a table is not gone to")
picks.list, picks.ask, picks.at = "OFFENCES", "?", "Start"
grid = a_list(rows, "T01")
overlay.pick(grid, "Offence", "THEFT")
is(grid.keys[1], "Start=?", "what asks for the list, in another field")

is(overlay.word("cancel"), "F12", "a word")
is(overlay.word("rows"), "24", "a number is text")
is(code(overlay.word, "none"), "EINVAL", "one that is none")
tap.done()
