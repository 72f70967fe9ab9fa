-- A row of the applicants' file as rpa.search wants a person.

local person = {}

-- The texts between semicolons.
local function list(text)
    local parts = {}
    for part in (text or ""):gmatch("[^;]+") do
        parts[#parts + 1] = part:match("^%s*(.-)%s*$")
    end
    return parts
end

-- What a name must be for a search to mean anything; "what:FIELD" where it is not.
local function check(faults, field, text)
    local _, problems = rpa.names.tidy(text)
    for _, problem in ipairs(problems) do
        faults[#faults + 1] = problem .. ":" .. field
    end
end

-- Names of before a marriage go with the same given names; an alias has its own.
local function aliases(row, faults)
    local all = {}
    for _, surname in ipairs(list(row.former)) do
        check(faults, "former", surname)
        all[#all + 1] = { surname = surname, given = row.given }
    end
    for _, alias in ipairs(list(row.aliases)) do
        local surname, given = alias:match("^([^/]+)/?([^/]*)$")
        check(faults, "aliases", surname or "")
        if (given or "") ~= "" then
            check(faults, "aliases", given)
        end
        all[#all + 1] = { surname = surname, given = given }
    end
    return all
end

-- What the row and its person go by: labels, and the reference as README.md has it,
-- from which the report knows who was in the file, whatever becomes of the row. A row
-- that was mended has a number behind it, as a queue has each reference once.
local function check_labels(faults, row, reference)
    for _, field in ipairs { "application", "person" } do
        if not (row[field] or ""):find("^[%w._-]+$") then
            faults[#faults + 1] = "label:" .. field
        end
    end
    if reference:gsub("~%d+$", "") ~= ("%s/%s"):format(row.application, row.person) then
        faults[#faults + 1] = "reference:id"
    end
end

--- The person of a row, and what is wrong with it, "what:FIELD", {} if nothing.
function person.read(row, reference)
    local faults = {}
    check_labels(faults, row, reference)
    check(faults, "surname", row.surname or "")
    if row.given then
        check(faults, "given", row.given)
    end
    local born = rpa.dates.birth(row.born or "")
    if not born or not born.day then
        faults[#faults + 1] = "date:born"
    end
    if (row.nino or "") ~= "" and not rpa.police.nino.parse(row.nino) then
        faults[#faults + 1] = "form:nino" -- it would agree with nobody's
    end
    return { application = row.application, person = row.person,
        surname = row.surname, given = row.given, aliases = aliases(row, faults),
        born = row.born, postcode = row.postcode, nino = row.nino }, faults
end

--- The person is to be looked for; more: in which system, or why nobody will.
function person.wanted(who, more)
    if (who.application or ""):find("^[%w._-]+$") then
        local label = (who.person or ""):match("^[%w._-]+$")
        rpa.review.wanted { about = who.application, person = label,
            system = more.system, why = more.why }
    end
end

return person
