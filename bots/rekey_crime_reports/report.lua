-- From the source's XML to a payload, and from that to what the screens are to
-- show.

local narrative = require "narrative"

-- The prefixes are ours: each document has its own, only the names behind them
-- are the same.
local namespaces = {
    o = "urn:example:online-crime:1", c = "urn:example:crime:2",
    p = "urn:example:person:1", l = "urn:example:location:1",
}

-- What a value of the source is, in the terms of the screen map: each takes a text
-- that is not empty; nil means "this is not one". Codes and the layout of dates
-- are the force's.
local function date(label, text) return (rpa.overlay.date(label, text)) end
local function whole_pounds(_, text) return text:match("^(%d+)%.?0*$") end
local function class(_, text) return rpa.police.class.parse(text) and text end

local function one_of(values)
    return function(label, text)
        local value = values[text]
        return value and rpa.overlay.code(label, value)
    end
end
local yes_no = one_of { ["true"] = "Y", ["false"] = "N" }
local gender = one_of {
    male = "M", female = "F", unspecified = "U", ["not-stated"] = "X" }

-- Where the source has the value of each field (below o:onlineReport), and what is
-- special about it. Which screen a field is on, and where, the screen map knows.
local offence = "c:incident/c:classification/"
local name, contact = "p:complainant/p:name/", "p:complainant/p:contact"
local address = "p:complainant/l:address/"
local sources = {
    ["Online Ref"] = { "o:header/o:submissionId" },
    ["Submitted"] = { "o:header/o:submittedAt" },
    ["NSIR Code"] = { offence .. "c:nsirCode" },
    ["CJS Offence Code"] = { offence .. "c:cjsOffenceCode" },
    ["HO Class"] = { "concat(" .. offence .. "c:homeOfficeClass/@class, '/', "
        .. offence .. "c:homeOfficeClass/@subclass)", as = class },
    ["Crime Type"] = { offence .. "@crimeType" },
    ["Start"] = { "c:incident/c:period/c:start", as = date },
    ["End"] = { "c:incident/c:period/c:end", as = date },
    ["Hate Crime"] = { "c:incident/c:flags/@hateCrime", as = yes_no },
    ["Weapon"] = { "c:incident/c:flags/@weapon", as = yes_no },
    ["Surname"] = { name .. "p:surname" },
    ["Given Names"] = { name .. "p:givenName", several = true },
    ["Date of Birth"] = { "p:complainant/p:dateOfBirth", as = date },
    ["Gender"] = { "p:complainant/p:gender", as = gender },
    ["Phone"] = { contact .. "[@type='phone']" },
    ["E-mail"] = { contact .. "[@type='email']" },
    ["Building"] = { address .. "l:building" },
    ["Street"] = { address .. "l:street" },
    ["Locality"] = { address .. "l:locality" },
    ["Town"] = { address .. "l:town" },
    ["County"] = { address .. "l:county" },
    ["Postcode"] = { address .. "l:postcode" },
    ["VRM"] = { "c:incident/c:vehicle/c:vrm" },
    ["Property Value"] = { "c:incident/c:property/c:value", as = whole_pounds },
    ["Narrative"] = { "c:incident/c:narrative" },
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
local function text_of(node, source)
    if not source.several then
        local text = node:text(source[1])
        return text ~= "" and text or nil
    end
    local texts = {}
    for i, one in ipairs(node:all(source[1])) do
        texts[i] = one:text()
    end
    return #texts > 0 and table.concat(texts, " ") or nil
end

--- One report as the source has it: { [label] = text }, a queue's payload.
local function read(bytes)
    local node = root(bytes, "onlineReport")
    local fields = {}
    for label, source in pairs(sources) do
        fields[label] = text_of(node, source)
    end
    return fields
end

-- What to key for one value, and the reasons why it cannot be keyed whole.
local function check(field, value)
    local label, source = field.label, sources[field.label]
    if value == "" then
        return {}, field.required and { "missing:" .. label } or {}
    end
    local text = value
    if source.as then
        text = source.as(label, value)
    end
    if not text then
        return {}, { "bad_value:" .. label }
    elseif text:find("%c") then -- a line break, a tab: no field can hold it
        return {}, { "no_fold:" .. label }
    elseif #text > 8000 then
        return {}, { "too_wide:" .. label }
    elseif field.lines then
        return narrative.check(field, text)
    end
    local reasons, folds = rpa.check(label, text)
    return { { key = text, show = narrative.fold(text, folds) } }, reasons
end

--- What to key for a payload: its record, { [label] = { { key, show } … } },
-- and what the screen must show then, line by line (folds differ); and all the
-- reasons why it cannot be keyed, {} if it can. What this force's screens have no
-- place for is one: nothing is left out.
local function plan(fields)
    local record, reasons = {}, {}
    for _, screen in ipairs(rpa.overlay.record()) do
        for _, field in ipairs(screen.fields) do
            local lines, why = check(field, fields[field.label] or "")
            record[field.label] = lines
            table.move(why, 1, #why, #reasons + 1, reasons)
        end
    end
    local homeless = {}
    for label in pairs(sources) do
        if not record[label] and fields[label] then
            homeless[#homeless + 1] = "no_place:" .. label
        end
    end
    table.sort(homeless)
    table.move(homeless, 1, #homeless, #reasons + 1, reasons)
    return record, reasons
end

return { list = list, read = read, plan = plan }
