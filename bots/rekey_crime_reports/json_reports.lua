-- Reports as the source has them in JSON, read as xml_reports reads them. Values
-- keep their types: what is a number where a text belongs may have lost its zeros,
-- and is for report.plan() to refuse.

-- Where the value of each field is, below the report.
local offence, address = "incident.classification.", "complainant.address."
local paths = {
    ["Online Ref"] = "submissionId",
    ["Submitted"] = "submittedAt",
    ["NSIR Code"] = offence .. "nsirCode",
    ["CJS Offence Code"] = offence .. "cjsOffenceCode",
    ["HO Class"] = offence .. "homeOfficeClass",
    ["Crime Type"] = offence .. "crimeType",
    ["Start"] = "incident.period.start",
    ["End"] = "incident.period.end",
    ["Hate Crime"] = "incident.hateCrime",
    ["Weapon"] = "incident.weapon",
    ["Surname"] = "complainant.surname",
    ["Date of Birth"] = "complainant.dateOfBirth",
    ["Gender"] = "complainant.gender",
    ["Phone"] = "complainant.phone",
    ["E-mail"] = "complainant.email",
    ["Building"] = address .. "building",
    ["Street"] = address .. "street",
    ["Locality"] = address .. "locality",
    ["Town"] = address .. "town",
    ["County"] = address .. "county",
    ["Postcode"] = address .. "postcode",
    ["VRM"] = "incident.vrm",
    ["Property Value"] = "incident.propertyValue",
    ["Narrative"] = "incident.narrative",
}

local function at(value, path)
    for name in path:gmatch("[^.]+") do
        if type(value) ~= "table" then
            return nil
        end
        value = value[name]
    end
    return value
end

-- The names put together; the list itself where one of them is no text.
local function given_names(report)
    local names = at(report, "complainant.givenNames")
    for _, one in ipairs(type(names) == "table" and names or {}) do
        if type(one) ~= "string" then
            return names
        end
    end
    return type(names) == "table" and table.concat(names, " ") or names
end

local function payload(report)
    local fields = { ["Given Names"] = given_names(report) }
    for label, path in pairs(paths) do
        fields[label] = at(report, path)
    end
    for label, value in pairs(fields) do
        if value == "" then
            fields[label] = nil
        end
    end
    return fields
end

local json_reports = {}

--- The reports there are, each to be asked for: a list of { id, href }.
function json_reports.list(bytes)
    local reports = at(rpa.json.decode(bytes), "reports")
    return type(reports) == "table" and reports
        or error("the source sent something that is no list of reports")
end

--- The reports of a document, which is one report, a list or holds one.
function json_reports.read(bytes)
    local doc, payloads = rpa.json.decode(bytes), {}
    local is_list = type(doc) == "table" and doc[1] ~= nil
    for i, report in ipairs(is_list and doc or at(doc, "reports") or { doc }) do
        if type(at(report, "submissionId")) ~= "string" then
            error("there is something that is no report")
        end
        payloads[i] = payload(report)
    end
    return payloads
end

return json_reports
