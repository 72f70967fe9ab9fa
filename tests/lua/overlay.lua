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
start.layout = layout
is(overlay.key("PERSON"), "Enter", "the key that goes on")
is(overlay.key("REPORT 1"), "F8", "or another one")
is(code(overlay.key, "NOMINAL"), "EINVAL", "not of a screen that is none")

is(overlay.word("cancel"), "F12", "a word")
is(overlay.word("rows"), "24", "a number is text")
is(code(overlay.word, "none"), "EINVAL", "one that is none")
tap.done()
