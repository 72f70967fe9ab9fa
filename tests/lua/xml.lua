-- rpa.xml and rpa.segments beyond the examples in their comments.
local tap = require "tap"
local ok = tap.ok

local function refused(what, fn, ...)
    local good, e = pcall(fn, ...)
    local said = not good and type(e) == "table" and e.msg or tostring(e)
    ok(not good and said:find(what, 1, true), what .. ": " .. said)
end

-- each problem, and what is more of them
do
    local schema = rpa.xml.schema [[
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="l">
        <xs:complexType><xs:sequence><xs:element name="n" type="xs:int"
        maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element></xs:schema>]]
    local doc = rpa.xml.parse("<l>" .. ("\n<n>x</n>"):rep(3000) .. "</l>")
    local problems, total = doc:problems(schema)
    ok(#problems == total, "3000 of them are all told")
    ok(total >= 3000 and problems[total].line == 3001, "with their lines")
    doc = rpa.xml.parse("<l>" .. ("\n<n>x</n>"):rep(11000) .. "</l>")
    problems, total = doc:problems(schema)
    ok(problems[#problems].text ==
        ("and %d more problems behind it"):format(total - 10000), "or how many there are")
end

-- streams
local function sum(source, path, ns)
    local n, total = 0, 0
    local stream = rpa.xml.stream(source)
    if ns then
        stream:ns("r", ns)
    end
    for record in stream:records(path) do
        n, total = n + 1, total + tonumber(record:text("."))
    end
    return n, total
end

local n, total = sum("<l><p>1</p><q>5</q><p>2</p></l>", "/l/p")
ok(n == 2 and total == 3, "a stream of a string")
n, total = sum("<l xmlns='urn:r'><p>1</p><p>2</p></l>", "//r:p", "urn:r")
ok(n == 2 and total == 3, "with a namespace")
local left = 1000
n, total = sum(function()
    left = left - 1
    return left == 999 and "<l>" or left > 0 and "<p>1</p>" or left == 0 and "</l>" or nil
end, "/l/p")
ok(n == 998 and total == 998, "a stream of a function")
local seen = 0
local good, e = pcall(function()
    for _ in rpa.xml.stream("<l><p>1</p><p>2</p>"):records("/l/p") do
        seen = seen + 1
    end
end)
ok(not good and seen == 2 and e.code == "EXML", "a cut one is an error after its records")
refused("no path of records", sum, "<l/>", "/l/p[1]")
refused("is a <html>", sum, "<html><body>Sign on</body></html>", "/l/p")
refused("is a <HTML>", sum, "<HTML xmlns='urn:x'/>", "//p")
refused("is a <l>", sum, "<l xmlns='urn:x'><p>1</p></l>", "/l/p")
refused("is a <l>", sum, "<l><p>1</p></l>", "/r:l/r:p|/k/p", "urn:r")
refused("is a <p>", sum, "<p><q>", "/l/p")
for path, xml in pairs { ["/k/p | /l/p"] = "<l/>", ["//p"] = "<k/>", p = "<k/>",
    ["/*/p"] = "<html/>", ["/l"] = "<l>0</l>", ["/r:l"] = "<l xmlns='urn:r'>0</l>",
    ["/r:*/p"] = "<l xmlns='urn:r'/>", ["/q | //p"] = "<l/>" } do
    local _, none = sum(xml, path, "urn:r")
    ok(none == 0, "but " .. path .. " may be of " .. xml)
end
for status, what in pairs { [503] = "status 503", [301] = "status 301" } do
    refused(what, rpa.xml.stream, { status = status, pieces = error })
end
ok(sum({ status = 299, must_be = function() end, pieces = function()
    local all = { "<l><p>1</p></l>" }
    return function() return table.remove(all) end
end }, "/l/p") == 1, "a reply of success is read")
local kept
for record in rpa.xml.stream("<l xmlns='urn:r'><p>1</p></l>"):ns("r", "urn:r")
    :records("//r:p") do
    kept = record
end
collectgarbage()
ok(kept:text("/r:p") == "1", "a record outlives its stream")

-- what bots make
local doc = rpa.xml.build { "r", b = 2, a = true, { "x", 1, "-", 2.5 }, { "y" } }
ok(doc:canonical() == '<r a="true" b="2"><x>1-2.5</x><y></y></r>',
    "made: " .. doc:canonical())
ok(doc:bytes():find('^<%?xml version="1.0" encoding="UTF%-8"%?>'), "with its declaration")
refused("no name of an element", rpa.xml.build, { "a b" })
refused("no name of an attribute", rpa.xml.build, { "a", ["b='1' c"] = 1 })
refused("no XML can hold", rpa.xml.build, { "a", "\0" })
refused("Namespace prefix", rpa.xml.build, { "r:a" })
local nothing, null = nil, rpa.json.null
refused("<s>: the 3. of it is nil", rpa.xml.build, { "s", "x", nothing, "y" })
refused("nil", rpa.xml.build, { "s", [4] = "y" })
refused("<s>: its content: null is no text", rpa.xml.build, { "s", { "t" }, null })
refused("<t>: id: null is no text", rpa.xml.build, { "s", { "t", id = null } })
refused("<s>: id: table is no text", rpa.xml.build, { "s", id = {} })
refused("function is no text", rpa.xml.build, { "s", print })
refused("is no number", rpa.xml.build, { "s", 1 / 0 })
local loop = { "a" }
loop[2] = loop
refused("deep", rpa.xml.build, loop)

-- segments
local define = rpa.segments.define
local seg = define { { "name", 4 }, { "n", 3, fill = "0" } }
for _, bytes in ipairs { "AB  007", "    000", "\xc5\xb5 \xff\0\xfe\1", "ABCD123" } do
    ok(seg:write(seg:read(bytes)) == bytes, "there and back, to the byte")
end
ok(seg:write { name = "A", n = 7 } == "A   007", "filled up")
ok(seg:write {} == "    000", "nothing is all filler")
refused("5 bytes", seg.write, seg, { name = "ABCDE" })
refused("'name' has 5 bytes, and room for 4; there is no field 'x'", seg.write, seg,
    { name = "ABCDE", x = 1 })
refused("'name' null is no text", seg.write, seg, { name = null })
refused("'name' table is no text", seg.write, seg, { name = {} })
for _, bad in ipairs { -5, 1.5, " 7", "+7" } do
    refused("not all digits", define({ { "n", 4, fill = "0" } }).write,
        define { { "n", 4, fill = "0" } }, { n = bad })
end
refused("6 bytes, where 7", seg.read, seg, "AB  00")
refused("whole number", seg.all, seg, "AB  0071")
refused("control count says 003", seg.all, seg, "AB  007CD  008", "003")
ok(#seg:all("AB  007CD  008", "02") == 2, "the control count agrees")
ok(#seg:all("AB  007CD  008", " 2") == 2, "filled up with a blank, too")
local ten = define { { "a", 1 } }
ok(#ten:all("0123456789", "0010") == 10, "control: ten of them")
for _, count in ipairs { "0xA", "0xa", "1e1", "10.0", "+10", "", "  ", "1 0", "10\n",
    "99999999999999999999", 9.5, false, {} } do
    refused("the control count is no whole number", ten.all, ten, "0123456789", count)
end
ok(#seg:all("", 0) == 0, "none")
refused("no name", define, { { 1, 2 } })
refused("no name of its own", define, { { "a", 1 }, { "a", 1 } })
refused("of it is nil", define, { { "a", 1 }, nil, { "b", 1 } })
refused("no width", define, { { "a", 0 } })
refused("neither", define, { { "a", 1, fill = "x" } })
-- a fault of SOAP is no list without records
for _, ns in ipairs { "http://schemas.xmlsoap.org/soap/envelope/",
    "http://www.w3.org/2003/05/soap-envelope" } do
    local function envelope(name)
        return ("<s:Envelope xmlns:s='%s'><s:Header/><s:Body><s:%s><p>1</p></s:%s>" ..
            "</s:Body></s:Envelope>"):format(ns, name, name)
    end
    refused("is a SOAP fault", sum, envelope("Fault"), "/r:Envelope/r:Body/l/p", ns)
    refused("is a SOAP fault", sum, envelope("Fault"), "//p")
    ok(sum(envelope("List"), "//p") == 1, "control: what is none")
end

-- one element with very many attributes, which take the square of their number
local function attributes(count)
    local list = {}
    for i = 1, count do
        list[i] = ("a%d='<>=\"'"):format(i):gsub("<", "&lt;")
    end
    return "<l><!-- it's a <p --><p " .. table.concat(list, "\n") .. "/></l>"
end
for name, read in pairs { parse = rpa.xml.parse, html = rpa.xml.html,
    stream = function(text) return sum(text:gsub("/></l>", ">1</p></l>"), "/l/p") end } do
    ok(pcall(read, attributes(1000)), "a thousand attributes: " .. name)
    refused("line 1001 has more than 1000 attributes", read, attributes(1001))
    refused("more than 1000 attributes", read, attributes(60000))
end
refused("half a character", rpa.xml.parse, "\xff\xfe<\0a\0/\0>\0\n")
local utf16 = "\xff\xfe" .. attributes(1001):gsub(".", "%0\0")
refused("more than 1000 attributes", rpa.xml.parse, utf16)
ok(pcall(rpa.xml.parse, "<l>" .. ("a == b = '\"' "):rep(5000) ..
    ("<p a='1' b='='/>"):rep(2000) .. "</l>"), "many in all, and signs in a text")

-- a page's encoding: what is said elsewhere, its own, UTF-8 where it is that
for _, c in ipairs {
    { "<p>Siân</p>" }, { "<p>Si\xe2n</p>" }, { "<p>Siân</p>", "utf-8" },
    { "<p>Si\xe2n</p>", "ISO-8859-1" }, { "<p>\xef\xbb\xbf</p><p>Siân</p>" },
    { "<meta charset='iso-8859-1'><p>Si\xe2n</p>" },
    { "<meta charset='iso-8859-1'><p>Siân</p>", "UTF-8" },
    { "<meta http-equiv='Content-Type' content='text/html; charset=utf-8'><p>Siân</p>" },
    { "\xff\xfe<\0p\0>\0S\0i\0\xe2\0n\0<\0/\0p\0>\0" },
} do
    local text = rpa.xml.html(c[1], c[2]):text("string(//p[last()])")
    ok(text == "Siân", "a page in " .. tostring(c[2]) .. ": " .. text)
end
ok(rpa.xml.html("<meta charset='iso-8859-1'><p>Siân</p>"):text("//p") == "SiÃ¢n",
    "what the page says holds")
refused("'klingon' is not read", rpa.xml.html, "<p/>", "klingon")
refused("is not in UTF-8", rpa.xml.html, "<p>Si\xe2n</p>", "utf-8")
refused("an XPath with a NUL", function()
    return rpa.xml.parse("<r/>"):text("//r\0[@n='B']")
end)
tap.done()
