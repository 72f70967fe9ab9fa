-- SOAP 1.1 and 1.2: an envelope, and what one says besides its body.

local _, core = ...
local scalar = require "rpa.scalar"
local xml = require "rpa.xml"
local soap = {}

local function wrong(msg)
    core.raise { code = "EINVAL", msg = msg }
end

local SOAP = {
    ["1.1"] = "http://schemas.xmlsoap.org/soap/envelope/",
    ["1.2"] = "http://www.w3.org/2003/05/soap-envelope",
}

-- one entry, or a list of them
local function entries(name, one)
    local list = type(one) == "table" and type(one[1]) == "table" and one or { one }
    local hole = scalar.hole(list)
    return hole and wrong(("the entries of %s: %s"):format(name, hole)) or
        { name, table.unpack(list) }
end

-- What @how says of it → its bytes, its version.
function soap.envelope(how)
    local version = how.version or "1.1"
    local ns = SOAP[version] or wrong("SOAP is 1.1 or 1.2")
    local root = { "soap:Envelope", ["xmlns:soap"] = ns }
    if how.header then
        root[#root + 1] = entries("soap:Header", how.header)
    end
    root[#root + 1] = entries("soap:Body", how.body)
    return xml.build(root):bytes(), version
end

-- The fault that a document is, or nil.
function soap.fault(doc)
    doc:ns("a", SOAP["1.1"]):ns("b", SOAP["1.2"])
    local code = doc:text("/a:Envelope/a:Body/a:Fault/faultcode") or
        doc:text("/b:Envelope/b:Body/b:Fault/b:Code/b:Value")
    if code or doc:text("/*/*[local-name() = 'Body']/*[local-name() = 'Fault']") then
        return {
            code = code or "",
            reason = doc:text("//a:Fault/faultstring") or
                doc:text("//b:Fault/b:Reason/b:Text") or "",
            detail = doc:all("//a:Fault/detail | //b:Fault/b:Detail")[1],
        }
    end
end

local MUST = "/a:Envelope/a:Header/*[normalize-space(@a:mustUnderstand) = '1']" ..
    " | /b:Envelope/b:Header/*[normalize-space(@b:mustUnderstand) = '1'" ..
    " or normalize-space(@b:mustUnderstand) = 'true']"

-- What says how its body is to be taken, and is not known, makes it no answer (SOAP
-- 1.1, 4.2.3). @known: namespaces.
function soap.must_understand(doc, known)
    local has = {}
    for _, ns in ipairs(known or {}) do
        has[ns] = true
    end
    for _, entry in ipairs(doc:all(MUST)) do
        local ns = entry:text("namespace-uri(.)") or ""
        if not has[ns] then
            core.raise {
                code = "EPROTO",
                msg = "the answer has a header that must be understood: " ..
                    entry:name():gsub("[^%w:._-]", "?"):sub(1, 80),
                hint = "a bot that does names its namespace in soap's understands",
            }
        end
    end
end

return soap
