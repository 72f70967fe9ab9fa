-- From the source's XML to a payload, and from that to what the screens are to
-- show.

local narrative = require "narrative"

-- The prefixes are ours: each document has its own, only the names behind them
-- are the same.
local namespaces = {
    o = "urn:example:online-crime:1", c = "urn:example:crime:2",
    p = "urn:example:person:1", l = "urn:example:location:1",
}

-- How the screen wants a value. Each takes a text that is not empty; nil means
-- "this is not one". Times are keyed as the wall clock the source wrote.
local function date(text)
    local year, month, day = text:match("^(%d%d%d%d)%-(%d%d)%-(%d%d)$")
    return year and day .. "/" .. month .. "/" .. year
end

local function date_time(text)
    local day, time = text:match("^(.+)T(%d%d:%d%d)")
    day = day and date(day)
    return day and day .. " " .. time
end

local function whole_pounds(text) return text:match("^(%d+)%.?0*$") end
local function class(text) return text:match("^%d+/%d+$") end

local function one_of(codes)
    return function(text) return codes[text] end
end
local yes_no = one_of { ["true"] = "Y", ["false"] = "N" }
local gender = one_of {
    male = "M", female = "F", unspecified = "U", ["not-stated"] = "X" }

-- Each screen's fields in order: the label, where the source has the value
-- (below o:onlineReport), and what is special about it.
local offence = "c:incident/c:classification/"
local name, contact = "p:complainant/p:name/", "p:complainant/p:contact"
local address = "p:complainant/l:address/"
local screens = {
    { title = "NEW CRIME REPORT 1/3",
        { "Online Ref", "o:header/o:submissionId", required = true },
        { "Submitted", "o:header/o:submittedAt" },
        { "NSIR Code", offence .. "c:nsirCode" },
        { "CJS Offence Code", offence .. "c:cjsOffenceCode" },
        { "HO Class", "concat(" .. offence .. "c:homeOfficeClass/@class, '/', "
            .. offence .. "c:homeOfficeClass/@subclass)", as = class },
        { "Crime Type", offence .. "@crimeType", required = true },
        { "Start", "c:incident/c:period/c:start", as = date_time },
        { "End", "c:incident/c:period/c:end", as = date_time },
        { "Hate Crime", "c:incident/c:flags/@hateCrime", as = yes_no },
        { "Weapon", "c:incident/c:flags/@weapon", as = yes_no } },
    { title = "NEW CRIME REPORT 2/3",
        { "Surname", name .. "p:surname", required = true },
        { "Given Names", name .. "p:givenName", several = true },
        { "Date of Birth", "p:complainant/p:dateOfBirth", as = date },
        { "Gender", "p:complainant/p:gender", as = gender },
        { "Phone", contact .. "[@type='phone']" },
        { "E-mail", contact .. "[@type='email']" },
        { "Building", address .. "l:building" },
        { "Street", address .. "l:street" },
        { "Locality", address .. "l:locality" },
        { "Town", address .. "l:town" },
        { "County", address .. "l:county" },
        { "Postcode", address .. "l:postcode" } },
    { title = "NEW CRIME REPORT 3/3",
        { "VRM", "c:incident/c:vehicle/c:vrm" },
        { "Property Value", "c:incident/c:property/c:value", as = whole_pounds },
        { "Narrative", "c:incident/c:narrative", required = true,
            lines = narrative.most } },
}

-- The document's element, which must be of this name.
local function root(bytes, element)
    local doc = rpa.xml.parse(bytes)
    for prefix, uri in pairs(namespaces) do
        doc:ns(prefix, uri)
    end
    return doc:all("/o:" .. element)[1]
        or error("the source sent something that is no " .. element)
end

--- The reports there are: a list of { id, href }.
local function list(bytes)
    local reports = {}
    for i, node in ipairs(root(bytes, "reports"):all("o:report")) do
        reports[i] = { id = node:text("@id"), href = node:text("@href") }
    end
    return reports
end

-- A field's text as the source has it, nil if it has none.
local function text_of(node, field)
    if not field.several then
        local text = node:text(field[2])
        return text ~= "" and text or nil
    end
    local texts = {}
    for i, one in ipairs(node:all(field[2])) do
        texts[i] = one:text()
    end
    return #texts > 0 and table.concat(texts, " ") or nil
end

--- One report as the source has it: { [label] = text }, a queue's payload.
local function read(bytes)
    local node = root(bytes, "onlineReport")
    local fields = {}
    for _, screen in ipairs(screens) do
        for _, field in ipairs(screen) do
            fields[field[1]] = text_of(node, field)
        end
    end
    return fields
end

-- What to key for one value, and the reasons why it cannot be keyed whole.
local function check(field, value)
    local label = field[1]
    if value == "" then
        return {}, field.required and { "missing:" .. label } or {}
    end
    local text = value
    if field.as then
        text = field.as(value)
    end
    if not text then
        return {}, { "bad_value:" .. label }
    elseif text:find("%c") then -- a line break, a tab: no field can hold it
        return {}, { "no_fold:" .. label }
    elseif #text > 8000 then
        return {}, { "too_wide:" .. label }
    elseif field.lines then
        return narrative.check(label, text)
    end
    local reasons, folds = rpa.check(label, text)
    return { { key = text, show = narrative.fold(text, folds) } }, reasons
end

--- What to key for a payload: its record, { [label] = { { key, show } … } },
-- and what the screen must show then, line by line (folds differ); and all the
-- reasons why it cannot be keyed, {} if it can.
local function plan(fields)
    local record, reasons = {}, {}
    for _, screen in ipairs(screens) do
        for _, field in ipairs(screen) do
            local lines, why = check(field, fields[field[1]] or "")
            record[field[1]] = lines
            table.move(why, 1, #why, #reasons + 1, reasons)
        end
    end
    return record, reasons
end

return { screens = screens, list = list, read = read, plan = plan }
