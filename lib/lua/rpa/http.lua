--- HTTP, to the hosts the manifest names.
--
--   local page = rpa.http.get("http://127.0.0.1:8080/reports")
--   local doc = rpa.xml.parse(page.body):ns("r", "urn:example:online-crime:1")
--   for _, id in ipairs(doc:all("//r:id")) do
--       rpa.log("report " .. id:text())
--   end

local _, core = ...
local scalar = require "rpa.scalar"
local xml = require "rpa.xml"
local request_faults = require "rpa.request"
local soap = require "rpa.soap"
local http = {}

local function wrong(msg, hint)
    core.raise { code = "EINVAL", msg = msg, hint = hint }
end

-- ---- what is sent -----------------------------------------------------------

local function text_of(value, what)
    local text, why = scalar.text(value)
    return text or wrong(("%s: %s"):format(what, why),
        "leave out what is not there, or give it as ''")
end

local function escape(text)
    return (text:gsub("[^%w%-._~]", function(c)
        return ("%%%02X"):format(c:byte())
    end))
end

--- A text as it stands in a query, a path or a form (RFC 3986, 2.3). Raises EINVAL
-- for what is no text, such as nil, null or a table.
--
--   assert(rpa.http.escape("O'Brien & Siân/1") ==
--       "O%27Brien%20%26%20Si%C3%A2n%2F1")
function http.escape(text)
    return escape(text_of(text, "what is to be escaped"))
end

-- a list, of which nothing is left out
local function whole_list(list, what)
    local hole = scalar.hole(list)
    return hole and wrong(("%s: %s"):format(what, hole)) or list
end

-- the values of one name: itself, or each of a list
local function values_of(name, value)
    return type(value) ~= "table" and { value } or
        whole_list(value, ("the values of '%s'"):format(name))
end

local function pairs_of(fields)
    local names, out = {}, {}
    for name in pairs(fields) do
        if type(name) ~= "string" then
            wrong("a query or form wants names, not numbers")
        end
        names[#names + 1] = name
    end
    table.sort(names)
    for _, name in ipairs(names) do
        for _, one in ipairs(values_of(name, fields[name])) do
            out[#out + 1] = escape(name) .. "=" ..
                escape(text_of(one, ("the value of '%s'"):format(name)))
        end
    end
    return table.concat(out, "&")
end

-- names in quotes, as HTML's forms write them
local function quoted(text)
    return (text:gsub('[\r\n"]', { ["\r"] = "%0D", ["\n"] = "%0A",
        ['"'] = "%22" }))
end

local function part(one)
    if type(one.name) ~= "string" or type(one.data) ~= "string" then
        wrong("a part of multipart wants name and data")
    end
    local head = 'Content-Disposition: form-data; name="' .. quoted(one.name) .. '"'
    if one.file then
        local file = text_of(one.file, "the file of a part")
        head = head .. '; filename="' .. quoted(file) .. '"'
    end
    local kind = one.type and text_of(one.type, "the type of a part") or
        one.file and "application/octet-stream"
    if kind and kind:find("[\r\n]") then
        wrong("the type of a part has a line break")
    end
    return head .. (kind and "\r\nContent-Type: " .. kind or "") .. "\r\n\r\n" ..
        one.data .. "\r\n"
end

-- RFC 7578; the boundary stands in none of the parts
local function multipart(parts)
    local all = {}
    for i, one in ipairs(whole_list(parts, "the parts of multipart")) do
        all[i] = part(one)
    end
    if #all == 0 then
        wrong("multipart wants a part")
    end
    local text, n, mark = table.concat(all), 0
    repeat
        n = n + 1
        mark = "rpa-part-" .. n
    until not text:find(mark, 1, true)
    local out = {}
    for i, one in ipairs(all) do
        out[i] = "--" .. mark .. "\r\n" .. one
    end
    return table.concat(out) .. "--" .. mark .. "--\r\n",
        "multipart/form-data; boundary=" .. mark
end

-- each way to say a body: to its bytes and their type
local bodies = {
    form = function(fields)
        return pairs_of(fields), "application/x-www-form-urlencoded"
    end,
    multipart = multipart,
    json = function(value)
        return core.json.encode(value), "application/json"
    end,
    xml = function(doc)
        if type(doc) == "table" then
            doc = xml.build(doc)
        end
        return type(doc) == "string" and doc or doc:bytes(),
            "application/xml; charset=utf-8"
    end,
    soap = function(how)
        local body, version = soap.envelope(how)
        local action = quoted(text_of(how.action or "", "the action of SOAP"))
        if version == "1.1" then
            return body, "text/xml; charset=utf-8", '"' .. action .. '"'
        end
        return body, 'application/soap+xml; charset=utf-8; action="' .. action ..
            '"'
    end,
}

local function header_in(headers, name)
    for key, value in pairs(headers or {}) do
        if key:lower() == name then
            return value
        end
    end
    return nil
end

-- → body, headers
local function encode(request)
    local body, headers, said = request.body, {}, request.body and "body"
    for name, value in pairs(request.headers or {}) do
        headers[name] = value
    end
    for name, make in pairs(bodies) do
        if request[name] ~= nil then
            if said then
                wrong(("a request has one body, not %s and %s"):format(said, name))
            end
            local kind, action
            said = name
            body, kind, action = make(request[name])
            if not header_in(headers, "content-type") then
                headers["Content-Type"] = kind
            end
            headers.SOAPAction = action
        end
    end
    return body, next(headers) and headers
end

-- ---- what is answered -------------------------------------------------------

local Reply = {}
Reply.__index = Reply

--- A header of it, by any case; nil if it has none.
function Reply:header(name)
    return header_in(self.headers, name:lower())
end

local kinds = { json = "json", xml = "xml", text = "plain", html = "html" }

--- Is it of this kind by its Content-Type: "json", "xml", "html" or "text"?
function Reply:is(kind)
    local said = (self:header("content-type") or ""):lower():match("^[^;%s]*")
    local sub = said:match("/(.*)$") or ""
    return sub == kinds[kind] or
        kind ~= "text" and sub:match("%+(.*)$") == kinds[kind]
end

--- Raises EPROTO unless it is.
function Reply:must_be(kind)
    if not self:is(kind) then
        core.raise {
            code = "EPROTO",
            msg = ("the answer is no %s by its Content-Type"):format(kind),
            status = self.status,
        }
    end
end

--- Its body as JSON: integers stay integers; null is rpa.json.null in a list, and
-- nothing by a name. Raises EPROTO for another Content-Type, EINVAL for what is no
-- JSON or has a key twice.
function Reply:json()
    self:must_be("json")
    return core.json.decode(self.body)
end

local function normal(charset)
    return charset and charset:lower():gsub("[^%w]", "")
end

--- What its Content-Type says of its encoding, or nil.
function Reply:charset()
    return (self:header("content-type") or ""):match("[Cc][Hh][Aa][Rr][Ss][Ee]" ..
        "[Tt]%s*=%s*[\"']?([%w._:-]+)")
end

-- the same, where it says nothing itself (RFC 7303, 3); two that differ are no answer
local function encoding_of(reply)
    local said = reply:charset()
    local own = reply.body:match("^%s*<%?xml[^>]-encoding%s*=%s*[\"']([^\"']+)")
    if said and own and normal(said) ~= normal(own) then
        core.raise {
            code = "EPROTO",
            msg = ("the answer is in %s by its Content-Type, and in %s by itself")
                :format(said, own:gsub("[^%w._:-]", "?")),
            status = reply.status,
        }
    end
    local marked = reply.body:find("^\xEF\xBB\xBF") or
        reply.body:find("^[\xFE\xFF][\xFE\xFF]")
    return not own and not marked and said or nil
end

--- Its body as XML. Raises EPROTO for another Content-Type, or an encoding there that
-- is not its own; or EXML.
function Reply:xml()
    self:must_be("xml")
    return xml.parse(self.body, encoding_of(self))
end

--- Its body as a page: what its Content-Type says of its encoding holds. Raises EPROTO
-- for another Content-Type; or EXML.
function Reply:html()
    self:must_be("html")
    return xml.html(self.body, self:charset())
end

--- Of a reply that was asked for with stream = true: its pieces, one after the other,
-- in the memory of one. The driver keeps one such answer, until the next.
--
--   local reply = rpa.http.request { url = "http://h/reports", stream = true }
--   for record in rpa.xml.stream(reply):records("/l/id") do
--       rpa.log(record:text("/id"))
--   end
function Reply:pieces()
    local at, last = 0, false
    return function()
        if last then
            return nil
        end
        local piece = core.call("http.piece", { of = self.stream, at = at })
        at, last = piece.next, piece.last
        return piece.data
    end
end

--- Of such a reply: its body, whole, into an output file of the manifest, as save
-- does; so it can be looked at before.
--
--   local photo = rpa.http.request { url = "http://h/photo", stream = true }
--   if photo.status == 200 and not photo.redirected then
--       photo:save("done")
--   end
function Reply:save(name)
    core.call("http.save", { of = self.stream, name = name })
end

-- the error of the fault that a document is, or nil
local function fault_in(doc, status)
    local fault = soap.fault(doc)
    return fault and select(2, pcall(core.raise, {
        code = "EHTTP",
        msg = "the service answered with the SOAP fault " ..
            fault.code:gsub("[^%w:._-]", "?"):sub(1, 80),
        status = status,
        fault = fault,
    }))
end

-- The document of an answer, and the error of the fault that it is, or nil. With
-- @how, what was said of SOAP, it must be an envelope.
local function document(reply, how)
    local doc = reply:xml()
    local fault = fault_in(doc, reply.status)
    if fault then
        return doc, fault
    elseif how and not (doc:text("/a:Envelope/a:Body") or
        doc:text("/b:Envelope/b:Body"))
    then
        core.raise { code = "EPROTO", msg = "the answer is no SOAP envelope" }
    end
    soap.must_understand(doc, how and how.understands)
    return doc
end
core.document = document -- for rpa.service, whose rules may speak of faults

-- The same of a body that is XML though nobody says so, or nil. What speaks of an
-- envelope and is no XML raises EXML: it may be a fault.
function core.sniff(reply)
    local body = reply.body:gsub("^\xEF\xBB\xBF", ""):gsub("^%s+", "")
    if not body:find("^[\xFE\xFF]*\0?<") then
        return nil
    end
    local good, doc = pcall(function()
        return xml.parse(body, encoding_of(reply))
    end)
    if good then
        return doc, fault_in(doc, reply.status)
    elseif body:gsub("\0", ""):find("Envelope", 1, true) then
        error(doc, 0)
    end
end

--- The document of a SOAP answer. Raises EHTTP for a fault, with fault = { code,
-- reason, detail } (the reason is the service's own text: never put it in a log; the
-- detail a node, or nil); EPROTO for a header that must be understood, unless it is of
-- one of these namespaces.
function Reply:soap(understands)
    local doc, fault = document(self, { understands = understands })
    if fault then
        error(fault, 0)
    end
    return doc
end

-- ---- one exchange -----------------------------------------------------------

local function must_be_requests(list)
    local faults = request_faults(list)
    if faults then
        wrong(faults, "nothing was sent")
    end
end

-- what the act takes
local function arguments(request)
    local url = request.url
    if request.query and next(request.query) then
        url = url .. (url:find("?", 1, true) and "&" or "?") ..
            pairs_of(request.query)
    end
    local body, headers = encode(request)
    return {
        method = request.method or "GET",
        url = url,
        headers = headers,
        body = body,
        timeout_ms = request.timeout and math.floor(request.timeout * 1000),
        secret = request.secret,
        save = request.save,
        stream = request.stream,
    }
end

--- One exchange: { method, url, headers, timeout (seconds), secret (the name of
-- one the manifest binds to the URL), query = { name = value or list }, save (the
-- name of an output file of the manifest, which a success replaces when it is there
-- whole), stream (true: the body is read by reply:pieces()) } and one of body,
-- form = { name = value }, json = value, xml = document or { "root", … },
-- multipart = { { name, data, file, type }, … }, soap = { body = { "p:Ask", … },
-- action, header, version, understands }
-- } → { status, headers, body, row }, a look-up's row of the audit. Any status is a
-- result; raises EHTTP, ETIMEOUT,
-- EGONE, EPROTO or EPERM when there is none. A look-up that is redirected goes on
-- where that is allowed, and the reply is redirected = true; another host is told
-- neither headers nor body.
--
--   local reply = rpa.http.request { method = "POST", url = "http://h/x",
--       query = { page = 2 }, json = { name = "Siân", ids = { 1, 2 } } }
--   assert(reply.status == 200)
function http.request(request)
    must_be_requests { request }
    return setmetatable(core.call("http.request", arguments(request)), Reply)
end

local LIST, FRAME, FRAME_BYTES = 10000, 64, 8 << 20

-- as many of them, from the i-th on, as go into one act
local function frame(list, i)
    local some, bytes = {}, 0
    while list[i] and #some < FRAME and bytes < FRAME_BYTES do
        some[#some + 1] = arguments(list[i])
        bytes = bytes + #(some[#some].body or "")
        i = i + 1
    end
    return some
end

local function result(one)
    if one.err then
        return { err = select(2, pcall(core.raise, one.err)) }
    end
    return { reply = setmetatable(one.ok, Reply) }
end

--- Many look-ups, each as for rpa.http.request, over one connection; far faster
-- than one by one, as the audit has up to 64 of them on disk by one flush before
-- the first is sent. → a list in the same order: { reply = … } or { err = … }. What
-- commits is refused here, as is a list of more than 10000, before anything is sent.
--
--   local asked = { { url = "http://h/1" }, { url = "http://h/2" } }
--   for i, got in ipairs(rpa.http.all(asked)) do
--       rpa.log(i .. ": " .. (got.reply and got.reply.status or got.err.code))
--   end
function http.all(list)
    local results = {}
    if #whole_list(list, "what is asked") > LIST then
        wrong(("%d look-ups are too many for one list"):format(#list),
            ("at most %d at once; nothing was sent"):format(LIST))
    end
    must_be_requests(list)
    while #results < #list do
        for _, one in ipairs(core.call("http.requests",
            { requests = frame(list, #results + 1) })) do
            results[#results + 1] = result(one)
        end
    end
    return results
end

--- GET; raises EHTTP unless the status is 200 to 299.
function http.get(url, headers)
    local reply = http.request { url = url, headers = headers }
    if reply.status < 200 or reply.status > 299 then
        core.raise {
            code = "EHTTP",
            msg = "GET was answered with status " .. reply.status,
            seen = "GET " .. url:match("^[^/]*//[^/?#]*"),
            hint = "rpa.http.request{} returns any status",
            status = reply.status,
        }
    end
    return reply
end

return http
