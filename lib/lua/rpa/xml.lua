--- XML and HTML: read, searched, checked, made. Nothing outside the bytes given
-- is ever loaded, and a document with entities of its own is refused.
--
--   local doc = rpa.xml.parse("<list><report id='7'>Siân</report></list>")
--   assert(doc:text("/list/report[@id = 7]") == "Siân")
--   for _, node in ipairs(doc:all("//report/@id")) do
--       rpa.log("report " .. node:text())
--   end

local _, core = ...
local scalar = require "rpa.scalar"

local xml = {
    --- A document, from its bytes; and from their encoding, where that is said
    -- elsewhere alone. Raises EXML with the line; blanks are data.
    parse = core.xml.parse,
    --- An old web page, mended as a browser would; names in lower case. Without an
    -- encoding that is said elsewhere it is in its own, or UTF-8 where it is that.
    --
    --   local page = rpa.xml.html("<P>Ref: <b>CR/1<p>next")
    --   assert(page:text("//p/b/text()") == "CR/1")
    html = core.xml.html,
    --- A schema, XSD or RELAX NG, whole in itself.
    --
    --   local schema = rpa.xml.schema [[
    --       <element name="age" xmlns="http://relaxng.org/ns/structure/1.0"
    --           datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
    --         <data type="integer"/></element>]]
    --   local problems = rpa.xml.parse("<age>forty</age>"):problems(schema)
    --   assert(#problems > 0 and problems[1].line == 1)
    schema = core.xml.schema,
}

local Stream = {}
Stream.__index = Stream

-- what may be the records of a reply, and not a page that stands in their place
local function must_have_records(reply)
    local status = reply.status
    if status < 200 or status > 299 then
        core.raise { code = "EHTTP", status = status,
            msg = "no records in an answer with status " .. status }
    elseif reply.redirected then
        core.raise { code = "EPROTO", status = status,
            msg = "the look-up was redirected: what that led to has no records",
            hint = "ask at the address that it is redirected to" }
    end
    reply:must_be("xml")
end

--- A document of any length, read record by record in the memory of one. The
-- source is an input file or a download (rpa.file("reports")), its bytes, or a
-- function that gives the next piece, nil at the end. Raises EHTTP for a reply
-- whose status is not 200 to 299, EPROTO for one that was redirected or is no XML by
-- its Content-Type.
--
--   local pieces = { "<list><report>1</report><rep", "ort>2</report></list>" }
--   local doc = rpa.xml.stream(function() return table.remove(pieces, 1) end)
--   local n = 0
--   for record in doc:records("/list/report") do
--       n = n + tonumber(record:text("/report"))
--   end
--   assert(n == 3)
function xml.stream(source)
    local bytes = source
    if type(source) == "string" then
        source = function()
            local all = bytes
            bytes = nil
            return all
        end
    elseif type(source) == "table" then
        if source.status then
            must_have_records(source)
        end
        source = bytes:pieces()
    end
    return setmetatable({ source = source, prefixes = {} }, Stream)
end

--- Name a namespace, for the path and in the records.
function Stream:ns(prefix, uri)
    self.prefixes[prefix] = uri
    return self
end

--- For a loop over what the path selects: /list/report, //r:report, no
-- conditions. Each record is a document. What is no XML raises EXML, after the
-- records before it: only a loop that ends has seen a whole document. So does a
-- root that is not the path's first step, such as that of a page of HTML, and a
-- fault of SOAP.
function Stream:records(path)
    local reader = core.xml.reader(path, self.prefixes)
    local piece, at, failed = "", nil, nil
    return function()
        while true do
            local record = reader:next()
            if record then
                return record
            elseif failed then
                error(failed, 0)
            elseif not piece then
                return nil
            end
            if not at then
                piece, at = self.source(), 1
            end
            local good, got = pcall(reader.feed, reader, piece or "", at, not piece)
            if good then
                at = got
            else
                failed = got
            end
        end
    end
end

local function text_in(node, value, what)
    local text, why = scalar.text(value)
    if not text then
        core.raise { code = "EINVAL",
            msg = ("<%s>: %s: %s"):format(tostring(node[1]), what, why) }
    end
    return text
end

local function put(builder, node)
    local hole = scalar.hole(node, true)
    if hole then
        core.raise { code = "EINVAL",
            msg = ("<%s>: %s"):format(tostring(node[1]), hole),
            hint = "leave out what is not there, or give it as ''" }
    end
    builder:open(node[1])
    local names = {}
    for name in pairs(node) do
        if type(name) == "string" then
            names[#names + 1] = name
        end
    end
    table.sort(names)
    for _, name in ipairs(names) do
        builder:attribute(name, text_in(node, node[name], name))
    end
    for i = 2, #node do
        if type(node[i]) == "table" then
            put(builder, node[i])
        else
            builder:text(text_in(node, node[i], "its content"))
        end
    end
    builder:close()
end

--- Make a document: the element's name, then its attributes by name, its text
-- and elements in order. doc:bytes() is what to send. Raises EINVAL for what is
-- no text: nil between others, null, a function.
--
--   local doc = rpa.xml.build { "r:report", ["xmlns:r"] = "urn:x", id = 7,
--       { "r:name", "O'Brien & Siân" }, { "r:empty" } }
--   assert(doc:ns("r", "urn:x"):text("//r:name") == "O'Brien & Siân")
--   assert(doc:canonical() == '<r:report xmlns:r="urn:x" id="7">' ..
--       "<r:name>O'Brien &amp; Siân</r:name><r:empty></r:empty></r:report>")
function xml.build(root)
    local builder = core.xml.builder()
    put(builder, root)
    return builder:done()
end

return xml
