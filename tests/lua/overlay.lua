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
is(table.concat(overlay.screens(), " "), "MAIN MENU NEWS REPORT 1 PERSON",
    "all screens, by the names that bots use")
is(overlay.messages().row, 2, "messages")

is(overlay.word("cancel"), "F12", "a word")
is(overlay.word("rows"), "24", "a number is text")
is(code(overlay.word, "none"), "EINVAL", "one that is none")
tap.done()
