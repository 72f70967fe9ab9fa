-- Which names a request for rpa.http may have: what is not known would not be sent,
-- and nobody would miss it.

-- each with its type; true: it is looked at where it is made bytes
local PARTS = {
    method = "string", url = "string", headers = "table", query = "table",
    timeout = "number", secret = "string", save = "string", stream = "boolean",
    body = "string", form = "table", json = true, xml = true, multipart = "table",
    soap = "table",
}
local SOAP_PARTS = { body = true, header = true, action = "string", version = "string",
    understands = "table" }
local PART_PARTS = { name = true, data = true, file = true, type = true }

local function nearest(name, parts)
    local likeness, best, most = require "rpa.likeness", nil, -1
    for known in pairs(parts) do
        local good, alike = pcall(likeness.similarity, name:lower(), known)
        if good and (alike > most or alike == most and known < best) then
            best, most = known, alike
        end
    end
    return best and (", but perhaps '%s'"):format(best) or ""
end

local function add_faults(faults, what, has, parts)
    if type(has) ~= "table" then
        faults[#faults + 1] = ("%s is a table"):format(what)
        return
    end
    for name, value in pairs(has) do
        local want, text = parts[name], tostring(name)
        if not want then
            faults[#faults + 1] = ("%s has no '%s'%s"):format(what, text,
                nearest(text, parts))
        elseif want ~= true and type(value) ~= want then
            faults[#faults + 1] = ("the %s of %s is a %s, not a %s"):format(name, what,
                want, type(value))
        end
    end
end

-- All that is wrong with the names of requests, or nil.
return function(requests)
    local faults = {}
    for i, request in ipairs(requests) do
        local what = #requests == 1 and "a request" or ("the %d. request"):format(i)
        add_faults(faults, what, request, PARTS)
        request = type(request) == "table" and request or {}
        if type(request.soap) == "table" then
            add_faults(faults, "the soap of " .. what, request.soap, SOAP_PARTS)
        end
        for _, one in ipairs(type(request.multipart) == "table" and
            request.multipart or {}) do
            add_faults(faults, "a part of " .. what, one, PART_PARTS)
        end
    end
    table.sort(faults)
    return faults[1] and table.concat(faults, "; ")
end
