-- Reports as the source has them in XML: lists of them, and reports as payloads of
-- the queue, { [label] = text }.

-- The prefixes are ours: each document has its own, only the names behind them
-- are the same.
local namespaces = {
    o = "urn:example:online-crime:1", c = "urn:example:crime:2",
    p = "urn:example:person:1", l = "urn:example:location:1",
}

-- Where the value of each field is, below o:onlineReport.
local offence = "c:incident/c:classification/"
local name, contact = "p:complainant/p:name/", "p:complainant/p:contact"
local address = "p:complainant/l:address/"
local paths = {
    ["Online Ref"] = "o:header/o:submissionId",
    ["Submitted"] = "o:header/o:submittedAt",
    ["NSIR Code"] = offence .. "c:nsirCode",
    ["CJS Offence Code"] = offence .. "c:cjsOffenceCode",
    ["HO Class"] = "concat(" .. offence .. "c:homeOfficeClass/@class, '/', "
        .. offence .. "c:homeOfficeClass/@subclass)",
    ["Crime Type"] = offence .. "@crimeType",
    ["Start"] = "c:incident/c:period/c:start",
    ["End"] = "c:incident/c:period/c:end",
    ["Hate Crime"] = "c:incident/c:flags/@hateCrime",
    ["Weapon"] = "c:incident/c:flags/@weapon",
    ["Surname"] = name .. "p:surname",
    ["Date of Birth"] = "p:complainant/p:dateOfBirth",
    ["Gender"] = "p:complainant/p:gender",
    ["Phone"] = contact .. "[@type='phone']",
    ["E-mail"] = contact .. "[@type='email']",
    ["Building"] = address .. "l:building",
    ["Street"] = address .. "l:street",
    ["Locality"] = address .. "l:locality",
    ["Town"] = address .. "l:town",
    ["County"] = address .. "l:county",
    ["Postcode"] = address .. "l:postcode",
    ["VRM"] = "c:incident/c:vehicle/c:vrm",
    ["Property Value"] = "c:incident/c:property/c:value",
    ["Narrative"] = "c:incident/c:narrative",
}

local function given_names(report)
    local texts = {}
    for i, one in ipairs(report:all(name .. "p:givenName")) do
        texts[i] = one:text()
    end
    return table.concat(texts, " ")
end

local function payload(report)
    local fields = { ["Given Names"] = given_names(report) }
    for label, path in pairs(paths) do
        fields[label] = report:text(path)
    end
    for label, text in pairs(fields) do
        fields[label] = text ~= "" and text or nil
    end
    return fields
end

local function document(bytes)
    local doc = rpa.xml.parse(bytes)
    for prefix, uri in pairs(namespaces) do
        doc:ns(prefix, uri)
    end
    return doc
end

local xml_reports = {}

--- The reports there are, each to be asked for: a list of { id, href }.
function xml_reports.list(bytes)
    local root = document(bytes):all("/o:reports")[1]
        or error("the source sent something that is no list of reports")
    local reports = {}
    for i, node in ipairs(root:all("o:report")) do
        reports[i] = { id = node:text("@id"), href = node:text("@href") }
    end
    return reports
end

--- The reports of a document, which is one report or holds many.
function xml_reports.read(bytes)
    local doc, payloads = document(bytes), {}
    if #doc:all("/o:onlineReport | /o:reports") == 0 then
        error("there is something that is no report")
    end
    for i, node in ipairs(doc:all("/o:onlineReport | /o:reports/o:onlineReport")) do
        payloads[i] = payload(node)
    end
    return payloads
end

return xml_reports
