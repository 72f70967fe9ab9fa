-- rpa.dates: what is a date, what is a moment, and what is neither.
local tap = require "tap"
local ok, is = tap.ok, tap.is
local dates = rpa.dates

local function shown(date)
    return date and ("%d-%s-%s"):format(date.year, date.month or "?", date.day or "?")
        or "none"
end
for text, want in pairs {
    ["03/04/1990"] = "1990-4-3", ["3/4/1990"] = "1990-4-3", ["3.4.1990"] = "1990-4-3",
    ["3-4-1990"] = "1990-4-3", ["1990-04-03"] = "1990-4-3",
    ["3 April 1990"] = "1990-4-3", ["03APR1990"] = "1990-4-3",
    ["3-Apr-1990"] = "1990-4-3", [" 3 sept 1990 "] = "1990-9-3",
    ["00/04/1990"] = "1990-4-?", ["00/00/1990"] = "1990-?-?", ["--041990"] = "1990-4-?",
    ["----1990"] = "1990-?-?", ["1990"] = "1990-?-?", ["1990-04"] = "1990-4-?",
    ["April 1990"] = "1990-4-?", ["29/02/2024"] = "2024-2-29",
    ["29/02/2000"] = "2000-2-29", ["29/02/1900"] = "none", ["29/02/2023"] = "none",
    ["31/04/1990"] = "none", ["31/12/1990"] = "1990-12-31", ["12/31/1990"] = "none",
    ["3/4/90"] = "none", ["03/00/1990"] = "none", ["00/00/0000"] = "none",
    ["3 Foo 1990"] = "none", ["19900403"] = "none", [""] = "none",
    ["3/4/19900"] = "none", ["32/01/1990"] = "none", ["yesterday"] = "none",
} do
    local date, why = dates.parse(text)
    is(shown(date), want, ("parse '%s'"):format(text))
    ok(date or #why > 5, "and says why not")
end
is(pcall(dates.parse, 19900403), false, "a number is no date")

-- ---- as segments have them: their order is said, never guessed ----
for _, one in ipairs {
    { "29021980", "DDMMYYYY", "1980-2-29" }, { "19800229", "YYYYMMDD", "1980-2-29" },
    { "02291980", "MMDDYYYY", "1980-2-29" }, { "02291980", "DDMMYYYY", "none" },
    { "19700000", "YYYYMMDD", "1970-?-?" }, { "00001970", "DDMMYYYY", "1970-?-?" },
    { "--021970", "DDMMYYYY", "1970-2-?" }, { "----1970", "DDMMYYYY", "1970-?-?" },
    { "  021970", "DDMMYYYY", "1970-2-?" }, { "021970", "MMYYYY", "1970-2-?" },
    { "197002", "YYYYMM", "1970-2-?" }, { "1970", "YYYY", "1970-?-?" },
    { "15--1970", "DDMMYYYY", "none" }, { "29021981", "DDMMYYYY", "none" },
    { "        ", "DDMMYYYY", "none" }, { "00000000", "DDMMYYYY", "none" },
    { "2902198", "DDMMYYYY", "none" }, { "290219800", "DDMMYYYY", "none" },
    { " 29021980", "DDMMYYYY", "none" }, { "2 021980", "DDMMYYYY", "none" },
    { "29/02/1980", "DDMMYYYY", "none" }, { "29/02/1980", "DD/MM/YYYY", "1980-2-29" },
    { "29-02-1980", "DD/MM/YYYY", "none" }, { "290280", "DDMMYYYY", "none" },
} do
    local date, why = dates.parse(one[1], one[2])
    is(shown(date), one[3], ("'%s' as %s"):format(one[1], one[2]))
    ok(date or #why > 5, "and says why not")
end
for _, layout in ipairs { "DDMMYY", "DDMM", "", "YYYYYYYY", "DDMMDDYYYY",
    "DD.MMM YYYY" } do
    local good, why = pcall(dates.parse, "29021980", layout)
    ok(not good and why.code == "EINVAL", ("'%s' is no layout"):format(layout))
end
is(shown(dates.birth("29021980", dates.parse("22/11/2026"), "DDMMYYYY")), "1980-2-29",
    "a date of birth of a segment")
is(dates.birth("19700101", dates.parse("22/11/2026"), "YYYYMMDD"), nil,
    "no placeholder")

-- ---- the calendar against the system's, every day of 60 years ----
local date, wrong = { year = 1970, month = 1, day = 1 }, 0
for n = 0, 60 * 365 do
    local want = os.date("!%Y-%m-%d", n * 86400)
    wrong = wrong + (dates.format(date, "YYYY-MM-DD") == want and 0 or 1)
    wrong = wrong + (dates.moment(want .. "T00:00Z") == n * 86400 and 0 or 1)
    date = dates.add(date, 1)
end
is(wrong, 0, "the calendar")
is(shown(dates.add(dates.parse("01/03/1900"), -1)), "1900-2-28", "backwards")
is(pcall(dates.add, dates.parse("1990"), 1), false, "not from a partial date")

-- ---- writing ----
local april = dates.parse("--041990")
is(dates.format(april, "MM/YYYY"), "04/1990", "what is known")
is(dates.format(april, "MON YYYY"), "APR 1990", "a month by its name")
is(dates.format(dates.parse("03/12/1990"), "DD-MON-YYYY"), "03-DEC-1990", "in a day")
is(dates.format({ year = 1990 }, "MON YYYY"), nil, "if there is one")
is(dates.format(april, "DD/MM/YYYY"), nil, "and not more")
is(dates.format(dates.parse("01/03/2028"), "YYYYDDD"), "2028061", "the day of the year")
is(dates.format(april, "YYYYDDD"), nil, "of a day that is known")
is(dates.format({ day = 3, month = 4 }, "DD/MM"), "03/04",
    "nor a year that is not asked for")

is(#dates.forms(april), 2, "forms of a partial date")
is(#dates.forms(dates.parse("1990")), 1, "and of a year")

-- ---- dates of birth ----
local today = dates.parse("22/11/2026")
for text, want in pairs {
    ["01/01/1970"] = "none", ["01/01/1900"] = "none", ["02/01/1970"] = "1970-1-2",
    ["1970"] = "1970-?-?", ["22/11/2026"] = "2026-11-22", ["23/11/2026"] = "none",
    ["--122026"] = "none", ["2026"] = "2026-?-?", ["23/11/1905"] = "1905-11-23",
    ["22/11/1905"] = "none", ["1905"] = "1905-?-?", ["1904"] = "none",
} do
    is(shown(dates.birth(text, today)), want, "born " .. text)
end

-- ---- comparing ----
for _, case in ipairs {
    { "03/04/1990", "1990-04-03", "same" }, { "1990", "1990", "same" },
    { "03/04/1990", "1990", "partial" }, { "03/04/1990", "--041990", "partial" },
    { "03/04/1990", "--051990", "other" }, { "03/04/1990", "1991", "other" },
    { "03/04/1990", "04/03/1990", "exchanged" }, { "03/04/1990", "03/04/1991", "near" },
    { "03/04/1990", "13/04/1990", "near" }, { "03/04/1990", "15/04/1991", "other" },
} do
    local a, b = dates.parse(case[1]), dates.parse(case[2])
    is(dates.compare(a, b), case[3], case[1] .. " and " .. case[2])
    is(dates.compare(b, a), case[3], "and the other way round")
end

-- ---- moments ----
for text, want in pairs {
    ["2026-06-01T09:00:00Z"] = "2026-06-01T09:00:00Z",
    ["2026-06-01T10:00:00+01:00"] = "2026-06-01T09:00:00Z",
    ["2026-06-01T10:00+0100"] = "2026-06-01T09:00:00Z",
    ["2026-06-01T10:00:00.123+01:00"] = "2026-06-01T09:00:00Z",
    ["01/06/2026 10:00"] = "2026-06-01T09:00:00Z",
    ["01/12/2026 10:00:59"] = "2026-12-01T10:00:59Z",
    ["2026-01-01T00:30+01:00"] = "2025-12-31T23:30:00Z",
    ["2025-12-31T23:30-05:30"] = "2026-01-01T05:00:00Z",
    -- clocks go forward on 29 March 2026 at 01:00 UTC, back on 25 October
    ["29/03/2026 00:59:59"] = "2026-03-29T00:59:59Z",
    ["29/03/2026 01:00"] = "none", ["29/03/2026 01:59:59"] = "none",
    ["29/03/2026 02:00"] = "2026-03-29T01:00:00Z",
    ["25/10/2026 00:59:59"] = "2026-10-24T23:59:59Z",
    ["25/10/2026 01:00"] = "none", ["25/10/2026 01:59:59"] = "none",
    ["25/10/2026 02:00"] = "2026-10-25T02:00:00Z",
    ["25/10/2026 01:30+01:00"] = "2026-10-25T00:30:00Z",
    ["29/02/2026 10:00"] = "none", ["01/06/2026 24:00"] = "none",
    ["01/06/2026 10:60"] = "none", ["01/06/2026"] = "none", ["10:00"] = "none",
    ["01/06/2026 10:00 BST"] = "none", ["01/06/2026 10:00+25:00"] = "none",
    ["00/06/2026 10:00"] = "none", ["01/06/1990 10:00"] = "none",
    ["01/06/1990 10:00Z"] = "1990-06-01T10:00:00Z",
    ["01/06/2026 10:00:61"] = "none", ["2026-06-01T10:00:0"] = "none",
} do
    local moment, why = dates.moment(text)
    is(moment and dates.stamp(moment) or "none", want, "moment '" .. text .. "'")
    ok(moment or #why > 5, "and says why not")
    ok(not moment or moment < 631152000 + 86400 * 365 -- 1990
        or dates.moment(dates.stamp(moment, "UK")) == moment, "there and back")
end
is(dates.stamp(dates.moment("2026-06-01T09:00:00Z"), "UK"),
    "2026-06-01T10:00:00+01:00", "summer time")
is(dates.stamp(dates.moment("2026-12-01T09:00:00Z"), "UK"),
    "2026-12-01T09:00:00+00:00", "winter")
is(pcall(dates.stamp, 0, "UK"), false, "before the rule")
tap.done()
