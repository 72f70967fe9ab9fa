-- What a bot must not find, and what it must.
local tap = require "tap"
local ok = tap.ok
local function code(fn, ...)
    local good, err = pcall(fn, ...)
    return not good and (type(err) == "table" and err.code or tostring(err))
end

for _, name in ipairs { "io", "package", "dofile", "loadfile", "warn" } do
    ok(_G[name] == nil, "no " .. name)
end
for name in pairs(os) do
    ok(name == "time" or name == "date" or name == "clock"
        or name == "difftime", "os." .. name)
end
for name in pairs(debug) do
    ok(name == "traceback", "debug." .. name)
end
ok(string.dump == nil and ("").dump == nil, "no string.dump")
ok(code(require, "socket") == "ENOTFOUND", "no socket")
ok(code(require, "../main") == "ENOTFOUND", "no path")
ok(code(require, "io") == "ENOTFOUND", "no io through require")
ok(code(require, "rpa.core") == "ENOTFOUND", "no core")
ok(getmetatable(rpa.xml.parse("<a/>")) == false, "metatables are shut")
local fn, why = load("\27Lua binary")
ok(fn == nil and why:find("binary"), "no binary chunk")
fn = load("\27Lua", "x", "b")
ok(fn == nil, "whatever mode is asked for")
ok(load("return x", "=x", "t", { x = 5 })() == 5, "load with an environment")
ok(pcall(load, function() end) == false, "no pieces from a function")
ok(os.date("!%Y", 0) == "1970" and os.time() > 0 and os.date("%H"), "dates")

-- modules
ok(require("lib.dates") == require("lib.dates"), "a module is loaded once")
local good, err = pcall(require("lib.dates").bad)
ok(not good and err == "lib/dates.lua:2: no date", "its path is in errors")
ok(require("common.c").chunk == "common.c", "a module with its own path")

-- memory
good, err = pcall(string.rep, "x", 1 << 30)
ok(not good and err == "not enough memory", "1 GB is refused")
good = pcall(function() local t = {} for i = 1, 1e9 do t[i] = { i } end return t end)
ok(not good, "many tables too")
ok(#string.rep("x", 1 << 20) == 1 << 20, "and then it goes on")

-- JSON
local json = rpa.json
ok(json.decode("9223372036854775807") == math.maxinteger, "int64")
ok(json.encode(math.mininteger) == "-9223372036854775808", "int64 again")
ok(code(json.decode, '{"a":1,"a":2}') == "EINVAL", "duplicate keys")
ok(code(json.decode, '{"a":') == "EINVAL", "cut off")
ok(code(json.decode, ("["):rep(100) .. ("]"):rep(100)) == "EINVAL", "too deep")
ok(code(json.encode, 0 / 0) == "EINVAL", "no NaN")
ok(code(json.encode, "\xff") == "EINVAL", "no broken UTF-8")
ok(code(json.encode, print) == "EINVAL", "no function")
ok(json.encode(json.decode('[1,null,{"k":"\\u0000\\"ŵ"},1.5,true]'))
    == '[1,null,{"k":"\\u0000\\"ŵ"},1.5,true]', "round trip")
ok(json.encode(json.decode("[1.0]")) == "[1.0]", "a float stays one")
ok(json.decode("null") == nil and json.encode(nil) == "null", "null")
ok(json.decode("[null]")[1] == json.null, "null in a list")

-- XML
local doc = rpa.xml.parse(
    '<r xmlns="urn:x"><p n="1">Siân  </p><p n="2">ŵ</p></r>')
ok(doc:ns("x", "urn:x") == doc, "ns")
ok(doc:text("//x:p") == "Siân  ", "trailing spaces are data")
ok(doc:text("//x:q") == nil, "no node is nil")
ok(doc:text("count(//x:p)") == "2", "a number")
local all = doc:all("//x:p")
ok(#all == 2 and all[2]:text() == "ŵ" and all[2]:text("@n") == "2", "nodes")
local name, ns = all[1]:name()
ok(name == "p" and ns == "urn:x", "a node's name")
ok(#doc:all("//x:q") == 0 and #all[1]:all("@n") == 1, "all")
ok(code(doc.text, doc, "][") == "EINVAL", "bad XPath")
ok(code(rpa.xml.parse, "<a><b>") == "EXML", "cut off")
ok(code(rpa.xml.parse, '<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>') == "EXML",
    "entities")
doc:close()
doc:close()
ok(not pcall(all[1].text, all[1]), "a node of a closed document")
ok(not pcall(doc.text, {}, "x"), "not a document")
all = rpa.xml.parse("<a><b/></a>"):all("//b")
collectgarbage()
ok(all[1]:name() == "b", "a node keeps its document")

tap.done()
