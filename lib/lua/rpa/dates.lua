--- Dates and times as records have them: day first, sometimes partial, with the
-- zone they were written in. What is not certain is refused, never guessed.
--
--   local dates = rpa.dates
--   local born = dates.parse("3/4/1990")
--   assert(born.year == 1990 and born.month == 4 and born.day == 3)
--   assert(dates.format(born, "YYYY-MM-DD") == "1990-04-03")
--   assert(dates.parse("--041990").day == nil)
--   local none, why = dates.parse("03/04/90")
--   assert(not none and why == "a year has four digits")

local _, core = ...
local dates = {}

local MONTHS = {} -- by name, or three letters of it: the number; by number: its name
for i, name in ipairs { "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE",
    "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER" } do
    MONTHS[name], MONTHS[name:sub(1, 3)], MONTHS[i] = i, i, name
end
MONTHS.SEPT = 9

local function text_of(what)
    if type(what) ~= "string" then
        core.raise { code = "EINVAL", msg = "a date is text, not " .. type(what) }
    end
    return what:upper():match("^%s*(.-)%s*$")
end

-- ---- the calendar -----------------------------------------------------------

-- Days since 1970-01-01, of the Gregorian calendar.
local function day_number(year, month, day)
    local y = month > 2 and year or year - 1
    local m = month > 2 and month - 3 or month + 9
    return 365 * y + y // 4 - y // 100 + y // 400 + (153 * m + 2) // 5 + day - 719469
end

local function days_in(year, month)
    local next_year, next_month = year + month // 12, month % 12 + 1
    return day_number(next_year, next_month, 1) - day_number(year, month, 1)
end

-- The date of a day by its number.
local function from_number(n)
    local year = 1970 + n // 366
    while day_number(year + 1, 1, 1) <= n do
        year = year + 1
    end
    local month = 1
    while month < 12 and day_number(year, month + 1, 1) <= n do
        month = month + 1
    end
    return { year = year, month = month, day = n - day_number(year, month, 1) + 1 }
end

-- ---- reading ----------------------------------------------------------------

-- Each pattern with what its captures are: a Year, Month and Day.
local FORMS = {
    { "^(%d%d?)[/.-](%d%d?)[/.-](%d+)$", "DMY" },
    { "^(%d%d%d%d)%-(%d%d)%-(%d%d)$", "YMD" },
    { "^(%d%d%d%d)%-(%d%d)$", "YM" },
    { "^(%d%d%d%d)$", "Y" },
    { "^%-%-(%d%d)(%d%d%d%d)$", "MY" }, -- partial, as in segments
    { "^%-%-%-%-(%d%d%d%d)$", "Y" },
    { "^(%d%d?)[ -]?(%a+)[ -]?(%d+)$", "DMY" },
    { "^(%a+) (%d%d%d%d)$", "MY" },
}

local function captured(text)
    for _, form in ipairs(FORMS) do
        local got = { text:match(form[1]) }
        if got[1] then
            local parts = {}
            for i = 1, #form[2] do
                parts[form[2]:sub(i, i)] = got[i]
            end
            return parts
        end
    end
end

-- Where a layout has its parts: { Y = { from, to }, … }.
local function parts_of(layout)
    local parts, rest = {}, layout
    for part, mark in pairs { Y = "YYYY", M = "MM", D = "DD" } do
        local from, to = rest:find(mark, 1, true)
        if from then
            parts[part] = { from, to }
            rest = rest:sub(1, from - 1) .. (" "):rep(#mark) .. rest:sub(to + 1)
        end
    end
    if not parts.Y or rest:find("[%w]") then
        core.raise { code = "EINVAL", msg = "no layout of a date: " .. layout,
            hint = "YYYY, and MM and DD if it has them, once each" }
    end
    return parts
end

-- What stands where the layout has its parts; a day or month that is all blanks,
-- dashes or noughts is not known. nil: something else stands there.
local function laid_out(text, layout)
    local got, rest, marks = {}, text, layout
    for part, at in pairs(parts_of(layout)) do
        local here = text:sub(at[1], at[2])
        got[part] = here:find("^%d+$") and here or
            part ~= "Y" and (here == "--" or here == "  ") and "00" or nil
        if not got[part] then
            return nil
        end
        local blank = (" "):rep(#here)
        rest = rest:sub(1, at[1] - 1) .. blank .. rest:sub(at[2] + 1)
        marks = marks:sub(1, at[1] - 1) .. blank .. marks:sub(at[2] + 1)
    end
    return rest == marks and got or nil
end

--- A date, day before month: { year, month, day }, of a partial one without day,
-- or without both; nil and why it is none. Takes 3/4/1990, 03.04.1990, 1990-04-03,
-- 3 Apr 1990, 00/04/1990, --041990 and ----1990. Digits in a row do not say which of
-- them are the day: the layout of the segment does, and then nothing else is taken.
--
--   assert(rpa.dates.parse("29021980", "DDMMYYYY").day == 29)
--   assert(rpa.dates.parse("19800229", "YYYYMMDD").day == 29)
--   assert(rpa.dates.parse("19700000", "YYYYMMDD").month == nil)
--   assert(rpa.dates.parse("29021980") == nil)
function dates.parse(what, layout)
    local text = text_of(what)
    local got = layout and laid_out(what, layout) or not layout and captured(text)
    if not got then
        return nil, "this is no date"
    elseif #got.Y ~= 4 then
        return nil, "a year has four digits"
    end
    local date = { year = math.tointeger(got.Y) }
    date.month = got.M and (MONTHS[got.M] or math.tointeger(got.M) or 13)
    date.day = got.D and math.tointeger(got.D)
    date.day = date.day ~= 0 and date.day or nil
    date.month = date.month ~= 0 and date.month or nil
    if date.year == 0 or date.day and not date.month or (date.month or 1) > 12
        or (date.day or 1) > days_in(date.year, date.month or 1) then
        return nil, "there is no such day"
    end
    return date
end

-- Stand for "unknown" in records.
local PLACEHOLDERS = { ["1970-01-01"] = true, ["1900-01-01"] = true }

--- A date of birth: a date that is no placeholder (1970-01-01, 1900-01-01), not to
-- come, and not more than 120 years ago; nil and why not, and true where it stands
-- for "unknown". @today is a date; @layout as for parse.
--
--   local today = rpa.dates.parse("22/11/2026")
--   assert(rpa.dates.birth("01/01/1970", today) == nil)
--   assert(rpa.dates.birth("23/11/2026", today) == nil)
--   assert(rpa.dates.birth("00/00/1990", today).year == 1990)
function dates.birth(what, today, layout)
    local date, why = dates.parse(what, layout)
    if not date then
        return nil, why
    elseif date.day and PLACEHOLDERS[dates.format(date, "YYYY-MM-DD")] then
        return nil, "this is a placeholder: nothing is known", true
    end
    today = today or dates.parse(os.date("!%Y-%m-%d"))
    local function number(d, unknown) -- what is not known counts as @unknown
        return d.year * 10000 + (d.month or unknown) * 100 + (d.day or unknown)
    end
    if number(date, 0) > number(today, 0) then
        return nil, "this day is to come"
    elseif number(today, 0) - number(date, 99) >= 1210000 then -- had a 121st birthday
        return nil, "this is more than 120 years ago"
    end
    return date
end

-- ---- writing ----------------------------------------------------------------

--- A date in a layout of DD, MM or MON (JAN), Mon, MONTH or Month, and YYYY or YY, or
-- DDD, the day of the year (026); nil and why where it has more than is known.
--
--   assert(rpa.dates.format({ year = 1990, month = 4 }, "MM/YYYY") == "04/1990")
function dates.format(date, layout)
    local partial
    local month = MONTHS[date.month]
    local small = month and month:sub(1, 1) .. month:sub(2):lower()
    local of_year = date.year and date.month and date.day
        and day_number(date.year, date.month, date.day)
            - day_number(date.year, 1, 1) + 1
    for _, part in ipairs { { "YYYY", date.year, "%04d" },
        { "YY", date.year and date.year % 100, "%02d" }, { "DDD", of_year, "%03d" },
        { "DD", date.day, "%02d" }, { "MM", date.month, "%02d" },
        { "MONTH", month, "%s" }, { "Month", small, "%s" },
        { "MON", month, "%.3s" }, { "Mon", small, "%.3s" } } do
        if part[2] then
            layout = layout:gsub(part[1], part[3]:format(part[2]))
        end
        partial = partial or not part[2] and layout:find(part[1], 1, true)
    end
    if partial then
        return nil, "the date is partial"
    end
    return layout
end

--- The date so many days later.
--
--   local leap = rpa.dates.add({ year = 2028, month = 2, day = 28 }, 1)
--   assert(leap.month == 2 and leap.day == 29)
function dates.add(date, days)
    if not date.day then
        core.raise { code = "EINVAL", msg = "nothing can be added to a partial date" }
    end
    return from_number(day_number(date.year, date.month, date.day) + days)
end

--- The forms under which a date may be on record: as it is, and each partial one.
--
--   local forms = rpa.dates.forms(rpa.dates.parse("03/04/1990"))
--   assert(#forms == 3 and forms[2].month == 4 and not forms[2].day)
function dates.forms(date)
    local forms = { { year = date.year } }
    if date.month then
        table.insert(forms, 1, { year = date.year, month = date.month })
    end
    if date.day then
        table.insert(forms, 1, { year = date.year, month = date.month,
            day = date.day })
    end
    return forms
end

-- ---- comparing --------------------------------------------------------------

-- In how many digits do two dates differ?
local function digits_apart(a, b)
    local apart, one, other = 0, dates.format(a, "YYYYMMDD"),
        dates.format(b, "YYYYMMDD")
    for i = 1, 8 do
        apart = apart + (one:byte(i) ~= other:byte(i) and 1 or 0)
    end
    return apart
end

--- Two dates: "same", "partial" (what both have agrees), "exchanged" (day and
-- month), "near" (one digit) or "other".
function dates.compare(a, b)
    local both = true
    for _, part in ipairs { "year", "month", "day" } do
        if a[part] and b[part] and a[part] ~= b[part] then
            if not (a.day and b.day) then
                return "other"
            elseif a.year == b.year and a.month == b.day and a.day == b.month then
                return "exchanged"
            end
            return digits_apart(a, b) == 1 and "near" or "other"
        end
        both = both and a[part] == b[part]
    end
    return both and "same" or "partial"
end

-- ---- times ------------------------------------------------------------------

-- The last Sunday of a month, as the number of its day.
local function last_sunday(year, month)
    local last = day_number(year, month, days_in(year, month))
    return last - (last + 4) % 7 -- day 0 was a Thursday
end

-- Seconds by which clocks in the United Kingdom are ahead at a moment; nil before
-- 1996, since when one rule holds (the Summer Time Order 2002, and the one before).
local function ahead(moment)
    local year = from_number(moment // 86400).year
    if year < 1996 then
        return nil
    end
    local summer = moment >= last_sunday(year, 3) * 86400 + 3600
        and moment < last_sunday(year, 10) * 86400 + 3600
    return summer and 3600 or 0
end

local function offset_of(zone)
    if zone == "Z" then
        return 0
    end
    local sign, hours, minutes = zone:match("^([+-])(%d%d):?(%d%d)$")
    if not sign or hours > "23" or minutes > "59" then
        return nil
    end
    return (sign == "-" and -1 or 1) * (hours * 3600 + minutes * 60)
end

-- A clock that shows @wall, as a moment: in spring an hour is not there, in autumn
-- one is there twice.
local function from_wall(wall)
    local winter, summer = ahead(wall) == 0, ahead(wall - 3600) == 3600
    if not ahead(wall - 3600) then
        return nil, "summer time before 1996 is not known: write the offset"
    elseif winter and summer then
        return nil, "this hour is there twice: write the offset behind the time"
    elseif not winter and not summer then
        return nil, "there is no such hour: clocks go forward"
    end
    return summer and wall - 3600 or wall
end

--- A moment, in whole seconds since 1970 in UTC: from a day, a time and a zone (Z,
-- +01:00). Without a zone it is a clock's in the United Kingdom, where the hour
-- that comes twice, and the one that does not, is refused: nil and why.
--
--   local sent = rpa.dates.moment("2026-06-01T09:00:00Z")
--   assert(rpa.dates.moment("01/06/2026 10:00") == sent)
--   assert(rpa.dates.moment("2026-06-01T10:00:00+01:00") == sent)
--   assert(rpa.dates.moment("29/03/2026 01:30") == nil)
function dates.moment(what)
    local day, hour, minute, rest =
        text_of(what):match("^(%S-)[T ](%d%d):(%d%d)(.*)$")
    local second, zone = (rest or ""):match("^:(%d%d)[.,%d]*%s?(.*)$")
    zone = zone or rest and rest:match("^%s?(.*)$")
    local date, why = nil, "this is no day and time"
    if day then
        date, why = dates.parse(day)
    end
    local offset = zone ~= "" and zone and offset_of(zone)
    if not date then
        return nil, why
    elseif not date.day then
        return nil, "the date is partial"
    elseif hour > "23" or minute > "59" or (second or "0") > "59" then
        return nil, "there is no such time"
    elseif zone ~= "" and not offset then
        return nil, "this is no zone: Z, or an offset such as +01:00"
    end
    local wall = day_number(date.year, date.month, date.day) * 86400
        + math.tointeger(hour) * 3600 + math.tointeger(minute) * 60
        + math.tointeger(second or 0)
    if offset then
        return wall - offset
    end
    return from_wall(wall)
end

--- A moment as text: in UTC, 2026-06-01T09:00:00Z, or with "UK" as a clock there
-- shows it, 2026-06-01T10:00:00+01:00. To log, with the offset.
--
--   local sent = rpa.dates.moment("2026-06-01T09:00:00Z")
--   assert(rpa.dates.stamp(sent, "UK") == "2026-06-01T10:00:00+01:00")
function dates.stamp(moment, zone)
    local offset = zone == "UK" and ahead(moment) or 0
    if zone == "UK" and not ahead(moment) then
        core.raise { code = "EINVAL", msg = "summer time before 1996 is not known",
            hint = "take it in UTC" }
    end
    local wall = moment + offset
    return dates.format(from_number(wall // 86400), "YYYY-MM-DD")
        .. ("T%02d:%02d:%02d"):format(wall % 86400 // 3600, wall % 3600 // 60,
            wall % 60)
        .. (zone == "UK" and ("+%02d:00"):format(offset // 3600) or "Z")
end

return dates
