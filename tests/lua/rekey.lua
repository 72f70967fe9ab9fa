-- bots/rekey_crime_reports: from a document to the lines to key, with the real
-- XML reader and the real screen map.
local narrative = require "narrative"
local report = require "report"
local in_xml = require "xml_reports"
local in_json = require "json_reports"
local map = require "common.crime_recording"

local tap = require "tap"
local is = tap.is

-- As the driver does it, from the map; ☃ stands for all that has no place.
local width = {}
for _, screen in ipairs(map.screens) do
    for _, field in ipairs(screen.fields or {}) do
        width[field.label] = field.width
    end
end
function rpa.check(label, text)
    local reasons, folds, size = {}, {}, 0
    for char in text:gmatch(utf8.charpattern) do
        local to = map.folds[char]
        size = size + utf8.len(to or char)
        folds[#folds + 1] = to and { from = char, to = to } or nil
        if char == "☃" then
            reasons[1] = "no_fold:" .. label
        end
    end
    if size > width[label] then
        reasons[#reasons + 1] = "too_wide:" .. label
    end
    return reasons, folds, (text:gsub(utf8.charpattern, map.folds):upper())
end

-- A document; what is given replaces what a test is not about.
local function document(with)
    local text = [[<onlineReport xmlns="urn:example:online-crime:1"
        xmlns:a="urn:example:crime:2" xmlns:b="urn:example:person:1"
        xmlns:d="urn:example:location:1">
      <header><submissionId>OCR-1</submissionId>
        <submittedAt>2026-11-02T03:04:05+00:00</submittedAt></header>
      <a:incident><a:classification crimeType="Theft">
          <a:nsirCode>001</a:nsirCode>
          <a:homeOfficeClass subclass="02" class="$class"/></a:classification>
        <a:period><a:start>$start</a:start></a:period>
        <a:flags hateCrime="false" weapon="true"/>
        <a:property><a:value>$pounds</a:value></a:property>
        <a:narrative>$narrative</a:narrative></a:incident>
      <b:witness><b:name><b:surname>Bystander</b:surname></b:name></b:witness>
      <b:complainant><b:name>$surname<b:givenName>Siân</b:givenName>
          <b:givenName>Mair</b:givenName></b:name>
        <b:gender>not-stated</b:gender>
        <b:contact type="email">x@example.com</b:contact>
        <b:contact type="phone">07700900123</b:contact>
        <d:address><d:town>$town</d:town></d:address></b:complainant>
    </onlineReport>]]
    local usual = { class = "028", start = "2026-03-29T01:30:00+00:00",
        pounds = "1250.00", narrative = "He ran.", town = "Leeds",
        surname = "<b:surname>Gŵyn</b:surname>" }
    return (text:gsub("$(%l+)", function(key) return with[key] or usual[key] end))
end
local function reasons(with)
    local _, why = report.plan(in_xml.read(document(with))[1])
    return table.concat(why, " ")
end

-- values
local fields = in_xml.read(document {})[1]
local record, why = report.plan(fields)
is(#why, 0, "a report that can be keyed")
is(fields.Surname, "Gŵyn", "the payload is the source's text")
is(fields.End, nil, "and what is not there is not in it")
for label, want in pairs {
    ["Online Ref"] = "OCR-1", Submitted = "2026-11-02T03:04:05+00:00",
    ["NSIR Code"] = "001", ["HO Class"] = "028/02", ["Crime Type"] = "Theft",
    Start = "29/03/2026 01:30", ["Hate Crime"] = "N", Weapon = "Y",
    Surname = "Gŵyn", ["Given Names"] = "Siân Mair", Gender = "X",
    Phone = "07700900123", ["E-mail"] = "x@example.com", Town = "Leeds",
    ["Property Value"] = "1250", Narrative = "He ran.",
} do
    is(record[label][1] and record[label][1].key, want, label)
end
is(record.Surname[1].show, "Gwyn", "what a fold makes of it")
is(record.Surname[1].becomes, "GWYN", "and what the target does")
is(#record["CJS Offence Code"], 0, "nothing to key for what is not there")
is(#record.End, 0, "nor for an optional date")

-- every field of a record's screens is keyed, and each has its value from somewhere
local planned = 0
for _, screen in ipairs(rpa.overlay.record()) do
    for _, field in ipairs(screen.fields) do
        planned = planned + 1
        is(type(record[field.label]), "table", "planned: " .. field.label)
    end
end
for label in pairs(record) do
    planned = planned - 1
    is(rpa.overlay.field(label).label, label, "in the map: " .. label)
end
is(planned, 0, "as many as there are")

-- a force's system without a place for what the source has, and with a field more
local town = rpa.overlay.field("Town")
town.label = "Parish"
local parish, homeless = report.plan { ["Online Ref"] = "OCR-1", Town = "Leeds",
    Surname = "Lee", ["Crime Type"] = "Theft", Narrative = "He ran." }
is(table.concat(homeless, " "), "no_place:Town", "nothing is left out")
is(#parish.Parish, 0, "what no source knows stays blank")
town.label = "Town"

-- a day and a time in fields of their own, of one value
local start = rpa.overlay.field("Start")
start.label, start.shows, start.layout = "Start Time", "Start", "hh.mm"
width["Start Time"] = 5
local timed, untimed = report.plan(fields)
is(timed["Start Time"][1].key .. #untimed, "01.300", "a part of a value has its place")
start.label, start.shows, start.layout = "Start", nil, "DD/MM/YYYY hh:mm"

-- one field of two values, and one value in two fields
local surname, given = rpa.overlay.field("Surname"), rpa.overlay.field("Given Names")
local function names(of)
    local keyed, said = report.plan { ["Online Ref"] = "OCR-1", ["Crime Type"] = "Theft",
        Narrative = "He ran.", Surname = of[1], ["Given Names"] = of[2] }
    local texts = {}
    for _, label in ipairs { "Surname", "Given Names" } do
        texts[#texts + 1] = keyed[label][1] and keyed[label][1].key
    end
    return table.concat(texts, "|") .. "/" .. table.concat(said, " ")
end
surname.shows, given.shows = "{Surname}[, {Given Names}]", "Nobody"
is(names { "Lee", "Ann Mary" }, "Lee, Ann Mary/", "a full name")
is(names { "Lee" }, "Lee/", "of one who has no other")
is(names { nil, "Ann" }, "/missing:Surname no_place:Given Names", "or lacks the first")
is(names { "Lee [{x}", "{Surname}" }, "Lee [{x}, {Surname}/", "a value is no pattern")
is(names { "Lee", 7 }, "/bad_value:Surname", "nor anything but text")
surname.shows, surname.part = "Given Names", "^(%S+)"
surname.required, given.shows, given.part = false, "Given Names", "^%S+ +(.+)"
is(names { nil, "Ann" }, "Ann/", "the first forename alone")
is(names { nil, "Ann Mary Jo" }, "Ann|Mary Jo/", "and the others")
is(names { nil, "Ann Ann" }, "Ann|Ann/", "of the same name")
given.part = "^%S+ +(%S+)"
is(names { nil, "Ann Mary Jo" }, "Ann|Mary/no_place:Given Names",
    "parts that leave something out")
given.part = "^%S+( .+)-"
is(names { nil, "Ann Mary-Jo" }, "Ann| Mary/no_place:Given Names", "or a sign")
surname.shows, surname.part, surname.required = nil, nil, true
given.shows, given.part = nil, nil

-- a code for whatever field, and what is always keyed
local kind, weapon = rpa.overlay.field("Crime Type"), rpa.overlay.field("Weapon")
kind.codes, weapon.value = { Theft = "T01" }, "N"
local coded = report.plan(fields)
is(coded["Crime Type"][1].key .. coded.Weapon[1].key, "T01N", "a code, and a constant")
is(select(2, report.plan(fields))[1], "no_place:Weapon", "which is no place for a value")
kind.codes = { Burglary = "B01" }
is(select(2, report.plan(fields))[1], "bad_value:Crime Type",
    "what has no code is not keyed")
kind.codes, weapon.value = nil, nil

-- a narrative that goes on where another field shows it, too
local account = rpa.overlay.field("Narrative")
account.lines, account.width, width.More = 2, 10, 8
table.insert(rpa.overlay.screen("NEW CRIME REPORT 3/3").fields,
    { label = "More", shows = "Narrative", width = 8, lines = 2 })
local function over_two(text)
    local flows, why_not = report.plan { ["Online Ref"] = "OCR-1", Surname = "Lee",
        ["Crime Type"] = "Theft", Narrative = text }
    local lines = {}
    for _, label in ipairs { "Narrative", "More" } do
        for _, line in ipairs(flows[label]) do
            lines[#lines + 1] = line.key
        end
        lines[#lines + 1] = "/"
    end
    return table.concat(lines, "|") .. table.concat(why_not, " ")
end
is(over_two("one"), "one|/|/", "a short one")
is(over_two("one two three four"), "one two |three |/|four|/", "one that goes on")
is(over_two(("abcdef "):rep(5)):match("/(%l.*)$"), "too_wide:Narrative", "and has an end")
table.remove(rpa.overlay.screen("NEW CRIME REPORT 3/3").fields)
account.lines, account.width = 24, 72

-- reasons
local long = ("x"):rep(36)
for _, case in ipairs {
    { { surname = "" }, "missing:Surname", "an element that is not there" },
    { { surname = "<b:surname/>" }, "missing:Surname", "an empty one" },
    { { narrative = "" }, "missing:Narrative", "no narrative" },
    { { town = long }, "too_wide:Town", "too wide" },
    { { town = ("x"):rep(9000) }, "too_wide:Town", "far too wide" },
    { { town = "☃" }, "no_fold:Town", "no fold" },
    { { town = "Leeds\nYorks" }, "no_fold:Town", "a line break" },
    { { surname = "", town = long .. "☃" },
        "missing:Surname no_fold:Town too_wide:Town", "all of them" },
    { { start = "29 March" }, "bad_value:Start", "no date" },
    { { pounds = "12.50" }, "bad_value:Property Value", "no whole pounds" },
    { { class = "" }, "bad_value:HO Class", "half a class" },
    { { narrative = "a ☃ b" }, "no_fold:Narrative", "a narrative with no fold" },
    { { narrative = ("word "):rep(336) }, "", "a narrative of 24 lines" },
    { { narrative = ("word "):rep(337) }, "too_wide:Narrative", "of 25" },
    { { narrative = ("word "):rep(400) .. "☃" },
        "no_fold:Narrative too_wide:Narrative", "of too many, with no fold" },
} do
    is(reasons(case[1]), case[2], case[3])
end

-- lines
local function lines(text)
    local _, folds = rpa.check("Narrative", text)
    return table.concat(narrative.lines(text, folds, width.Narrative), "|")
end
local a = ("a"):rep(70)
is(lines("one two"), "one two", "a short text")
is(lines(a .. " b"), a .. " b", "72 characters")
is(lines(a .. "a b"), a .. "a |b", "broken after the space")
is(lines(a .. "  b"), a .. "  |b", "two spaces")
is(lines(a .. "a  b"), a .. "a | b", "the second one on the next line")
is(lines(a .. "aa"), a .. "aa", "a word of a whole line")
is(lines(a .. "aaa"), a .. "aa|a", "a word of more is cut")
is(lines("x " .. a .. "…"), "x " .. a .. "|…", "it is the folded width")
is(lines(a .. " …"), a .. " |…", "that counts")
is(lines("Siân " .. a), "Siân |" .. a, "characters, not bytes")

-- the 24 hours
local deadline = require("collect").deadline
for submitted, want in pairs {
    ["2026-11-02T03:04:05+00:00"] = "2026-11-03T03:04:05+00:00",
    ["2026-12-31T23:59:59Z"] = "2027-01-01T23:59:59Z",
    ["2028-02-28T00:00:00Z"] = "2028-02-29T00:00:00Z",
    ["2026-02-28T00:00:00Z"] = "2026-03-01T00:00:00Z",
} do
    is(deadline(submitted), want, "a day after " .. submitted)
end
is(deadline("yesterday"), nil, "none after what is no time")
is(deadline(nil), nil, "nor after none")

-- the list
local list = in_xml.list [[<r:reports xmlns:r="urn:example:online-crime:1">
    <r:report id="A" href="/reports/A"/><r:report id="B" href="/b"/></r:reports>]]
is(#list, 2, "two reports")
is(list[2].id .. list[2].href, "B/b", "the second")
is(pcall(in_xml.list, "<html/>"), false, "something else is an error")
is(pcall(in_xml.read, "<html/>"), false, "so is what is no report")
local both = in_xml.read('<reports xmlns="urn:example:online-crime:1">' ..
    document {} .. document { town = "York" } .. "</reports>")
is(#both .. both[1].Town .. both[2].Town, "2LeedsYork", "a file of many")

-- JSON
local text = [[{ "submissionId": "OCR-1", "submittedAt": "2026-11-02T03:04:05+00:00",
    "incident": { "classification": { "crimeType": "Theft", "nsirCode": "001",
        "homeOfficeClass": "028/02" }, "period": { "start": "2026-03-29T01:30:00+00:00",
        "end": null }, "hateCrime": false, "weapon": true, "propertyValue": 1250.00,
        "narrative": "He ran." },
    "complainant": { "surname": "Gŵyn", "givenNames": ["Siân", "Mair"],
        "gender": "not-stated", "phone": "07700900123", "email": "x@example.com",
        "address": { "building": "", "town": "Leeds" } },
    "witness": { "surname": "Bystander" } }]]
local same = report.plan(in_json.read(text)[1])
for label, want in pairs(record) do
    is(same[label][1] and same[label][1].key, want[1] and want[1].key,
        "the same from JSON: " .. label)
end
is(#in_json.read("[" .. text .. "," .. text .. "]"), 2, "a list of many")
is(#in_json.read('{"reports":[' .. text .. "]}"), 1, "or what holds one")
is(in_json.list('{"reports":[{"id":"A","href":"/a"}]}')[1].href, "/a", "what there is")
for _, case in ipairs {
    { '"07700900123"', "7700900123", "bad_value:Phone", "a phone that is a number" },
    { '"001"', "1", "bad_value:NSIR Code", "a code that is a number" },
    { '"Mair"', "7", "bad_value:Given Names", "a name that is a number" },
    { '"Leeds"', "true", "bad_value:Town", "a text that is a boolean" },
    { '"Leeds"', "{}", "bad_value:Town", "a text that is an object" },
    { "1250.00", "1250.50", "bad_value:Property Value", "no whole pounds" },
    { "1250.00", "1e30", "bad_value:Property Value", "far too many" },
    { '"weapon": true', '"weapon": 1', "bad_value:Weapon", "a flag that is none" },
    { '"Gŵyn"', "null", "missing:Surname", "a null" },
} do
    local from, to = text:find(case[1], 1, true)
    local _, said = report.plan(
        in_json.read(text:sub(1, from - 1) .. case[2] .. text:sub(to + 1))[1])
    is(table.concat(said, " "), case[3], case[4])
end
for _, wrong in ipairs { "[]", "{}", "7", '"x"', '{"reports":[7]}', '{"a":1,"a":2}' } do
    is(pcall(in_json.read, wrong), false, "no report: " .. wrong)
end
is(pcall(in_json.list, '{"reports":7}'), false, "nor a list of them")

-- what a person writes in a table
local _, typed = report.plan { ["Online Ref"] = "A-1", ["Crime Type"] = "Theft",
    Surname = "Lee", Narrative = "He ran.", Gender = "F", Weapon = "Y",
    Start = "29/03/2026 01:30", Deadline = "2026-03-30T01:30:00Z", Surnmae = "Lee" }
is(table.concat(typed, " "), "no_place:Surnmae", "a column of another name is told")
tap.done()
