-- What a request says on the wire, and what an answer means.
local tap = require "tap"
local ok, is = tap.ok, tap.is
local function fails(name, code, fn, ...)
    local good, err = pcall(fn, ...)
    is(not good and err.code, code, name)
    return err
end
local function echo(request)
    request.url = "http://h/echo"
    request.method = request.method or "POST"
    return rpa.http.request(request)
end

-- bodies
local r = echo { query = { b = "ŵ&", a = { 1, 2 } } }
is(r.url, "http://h/echo?a=1&a=2&b=%C5%B5%26", "a query, by name, escaped")
r = echo { form = { name = "O'Brien & Siân", n = 7 } }
is(r.body, "n=7&name=O%27Brien%20%26%20Si%C3%A2n", "a form")
is(r:header("content-type"), "application/x-www-form-urlencoded", "says so")
r = echo { json = { id = 9007199254740993, gone = rpa.json.null, list = { 1 } } }
ok(r.body:find("9007199254740993", 1, true) and r.body:find('"gone":null', 1, true),
    "integers stay integers, null is null: " .. r.body)
is(r:json().id, 9007199254740993, "and back")
is(r:json().gone, nil, "a null by its name is nothing")
r = echo { xml = { "a", "Siân & Co" } }
is(r:xml():text("/a"), "Siân & Co", "XML")
r = echo { multipart = { { name = "why", data = "rpa-part-1" },
    { name = "f", file = 'a"b\r\nc.png', data = "\0\1", type = "image/png" } } }
is(r:header("content-type"), "multipart/form-data; boundary=rpa-part-2",
    "a boundary that stands in no part")
is(r.body, '--rpa-part-2\r\nContent-Disposition: form-data; name="why"\r\n\r\n' ..
    'rpa-part-1\r\n--rpa-part-2\r\nContent-Disposition: form-data; name="f"; ' ..
    'filename="a%22b%0D%0Ac.png"\r\nContent-Type: image/png\r\n\r\n\0\1\r\n' ..
    "--rpa-part-2--\r\n", "multipart, with a file")
r = echo { json = {}, headers = { ["content-type"] = "application/vnd.x+json" } }
is(r:header("Content-Type"), "application/vnd.x+json", "a type of the bot's own")
ok(r:is("json") and not r:is("xml") and not r:is("text"), "is still JSON")
fails("two bodies", "EINVAL", echo, { json = {}, form = {} })
fails("two bodies, one plain", "EINVAL", echo, { body = "", form = {} })
fails("a part without data", "EINVAL", echo, { multipart = { { name = "a" } } })
fails("a part's type of two lines", "EINVAL", echo,
    { multipart = { { name = "a", data = "", type = "a\r\nb" } } })
fails("a list as a form", "EINVAL", echo, { form = { "a" } })

-- what is not known is not left out without a word
local err = fails("names that are not known", "EINVAL", rpa.http.request,
    { url = "http://h/echo", timeout_ms = 5, querry = { a = 1 }, timeout = "5",
        multipart = { { name = "a", data = "", filename = "x" } }, Body = "x" })
is(err.msg, "a part of a request has no 'filename', but perhaps 'file'; " ..
    "a request has no 'Body', but perhaps 'body'; " ..
    "a request has no 'querry', but perhaps 'query'; " ..
    "a request has no 'timeout_ms', but perhaps 'timeout'; " ..
    "the timeout of a request is a number, not a string", "all of them, at once")
for what, request in pairs {
    ["a body that is a number"] = { body = 7 }, ["a place in a list"] = { "http://h/" },
    ["a name of SOAP"] = { soap = { body = { "a" }, Action = "x" } },
    ["no UTF-8"] = { ["\xff"] = 1 }, ["a path"] = { path = "/x" },
} do
    fails("not known: " .. what, "EINVAL", echo, request)
end
err = fails("the second of two", "EINVAL", rpa.http.all,
    { { url = "http://h/echo" }, { url = "http://h/echo", headrs = {} } })
is(err.msg, "the 2. request has no 'headrs', but perhaps 'headers'", "says which")
fails("a request that is none", "EINVAL", rpa.http.all, { "http://h/echo" })
do
    local list = {}
    for i = 1, 10001 do list[i] = { url = "http://h/echo" } end
    err = fails("too many for one list", "EINVAL", rpa.http.all, list)
    is(err.msg, "10001 look-ups are too many for one list", "says how many")
end
fails("a name that the path has not", "EINVAL", function()
    return rpa.service("vehicles"):ask { path = "/x", vrm = "AB1" }
end)
fails("a service's url", "EINVAL", function()
    return rpa.service("vehicles"):ask { url = "http://h/echo" }
end)

-- what is no text is not sent as one
local nothing, null = nil, rpa.json.null
for what, request in pairs {
    ["null in a list"] = { query = { a = { null } } }, null = { form = { a = null } },
    ["a list in a list"] = { form = { a = { { 1 } } } },
    ["nil in a list"] = { query = { a = { 1, nothing, 3 } } },
    ["a name in a list"] = { form = { a = { x = 1 } } },
    ["no number"] = { query = { a = 0 / 0 } },
    ["a file's name"] = { multipart = { { name = "f", data = "", file = {} } } },
    ["nil among parts"] = { multipart = { { name = "a", data = "" }, nothing,
        { name = "b", data = "" } } },
    ["a part that is no list"] = { multipart = { name = "a", data = "" } },
    ["no part"] = { multipart = {} },
    ["a part's type"] = { multipart = { { name = "a", data = "", type = null } } },
    ["nil in XML"] = { xml = { "s", nothing, "y" } },
    ["null in SOAP"] = { soap = { body = { "s", null } } },
} do
    fails("no text: " .. what, "EINVAL", echo, request)
end
is(echo({ query = { a = { 1, true, "", 2.5 }, b = {} } }).url,
    "http://h/echo?a=1&a=true&a=&a=2.5", "control: texts, numbers and yes or no")
for _, value in ipairs { {}, null, print } do
    fails("to escape " .. type(value), "EINVAL", rpa.http.escape, value)
    fails("in a path " .. type(value), "EINVAL", function()
        return rpa.service("vehicles"):ask { path = "/{v}", v = value }
    end)
    fails("in a file " .. type(value), "EINVAL", function()
        rpa.file("done"):write(value)
    end)
end
fails("nil in a file", "EINVAL", function() rpa.file("done"):append(nil) end)

-- answers
local function answer(kind, body)
    return echo { body = body, headers = { ["Content-Type"] = kind } }
end
fails("a key twice", "EINVAL", function()
    return answer("application/json", '{"a":1,"a":2}'):json()
end)
fails("HTML is no JSON", "EPROTO", function()
    return answer("text/html", "{}"):json()
end)
fails("half a document", "EXML", function()
    return answer("text/xml", "<a><b>"):xml()
end)

-- SOAP
for version, kind in pairs { ["1.1"] = "text/xml", ["1.2"] = "application/soap+xml" } do
    r = echo { soap = { version = version, action = "urn:x/find",
        header = { "h" }, body = { "p:Ask", ["xmlns:p"] = "urn:p", "Smith" } } }
    is(r:soap():ns("p", "urn:p"):text("//p:Ask"), "Smith", "SOAP " .. version)
    is(r:header("content-type"):match("^[^;]*"), kind, "of its type")
    ok((r:header("soapaction") == '"urn:x/find"') == (version == "1.1") and
        (r:header("content-type"):find('action="urn:x/find"', 1, true) ~= nil) ==
        (version == "1.2"), "with its action")
end
fails("SOAP 2", "EINVAL", echo, { soap = { version = "2", body = { "a" } } })
local S11 = "http://schemas.xmlsoap.org/soap/envelope/"
local S12 = "http://www.w3.org/2003/05/soap-envelope"
local function fault11(code)
    return '<s:Envelope xmlns:s="' .. S11 .. '"><s:Body><s:Fault><faultcode>' ..
        code .. "</faultcode><faultstring>Smith is locked</faultstring></s:Fault>" ..
        "</s:Body></s:Envelope>"
end
err = fails("a fault", "EHTTP", function()
    return answer("text/xml", fault11("s:Server")):soap()
end)
is(err.fault.code .. "|" .. err.fault.reason, "s:Server|Smith is locked",
    "says its code and reason")
ok(not tostring(err):find("Smith"), "the reason is in no error")
err = fails("a fault of 1.2", "EHTTP", function()
    return answer("text/xml", '<s:Envelope xmlns:s="' .. S12 .. '"><s:Body><s:Fault>' ..
        "<s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text>no</s:Text>" ..
        "</s:Reason></s:Fault></s:Body></s:Envelope>"):soap()
end)
is(err.fault.code .. "|" .. err.fault.reason, "s:Sender|no", "likewise")
err = fails("a fault with its detail", "EHTTP", function()
    return answer("text/xml", (fault11("s:Client"):gsub("</s:Fault>", "<detail>" ..
        "<p:code xmlns:p='urn:p'>3001</p:code><p:of xmlns:p='urn:p'/></detail>%0")))
        :soap()
end)
is(err.fault.detail:text("*[local-name() = 'code']"), "3001", "is a node of it")
local function headed(version, header, understands)
    return answer(version == S11 and "text/xml" or "application/soap+xml",
        '<s:Envelope xmlns:s="' .. version .. '"><s:Header>' .. header ..
        "</s:Header><s:Body><r>x</r></s:Body></s:Envelope>"):soap(understands):text("//r")
end
local function entry(must)
    return "<p:T xmlns:p='urn:p' s:mustUnderstand='" .. must .. "'/>"
end
for _, c in ipairs { { S11, "1" }, { S12, "1" }, { S12, "true" }, { S11, " 1 " } } do
    err = fails("a header that must be understood", "EPROTO", headed, c[1], entry(c[2]))
    ok(err.msg:find(": p:T", 1, true) or err.msg:find(": T", 1, true), err.msg)
    fails("by another's name", "EPROTO", headed, c[1], entry(c[2]), { "urn:q" })
    is(headed(c[1], entry(c[2]), { "urn:p" }), "x", "which the bot does")
    is(headed(c[1], entry("0")), "x", "control: one that need not be")
end
r = echo { soap = { header = { { "h" }, { "i" } }, body = { { "b" }, { "c" } } } }
is(r:soap():text("count(/*/*[1]/*) + 10 * count(/*/*[2]/*)"), "22",
    "entries, where there are several")
fails("nil among them", "EINVAL", echo, { soap = { body = { { "b" }, nil, { "c" } } } })
fails("no envelope", "EPROTO", function()
    return answer("text/xml", "<a/>"):soap()
end)

-- what an answer means
local cannot = "could not check"
local vehicles = rpa.service("vehicles")
local function ask(status, body, kind)
    return vehicles:ask { method = "POST", path = "/{vrm}?status=" .. status,
        vrm = "AB 1/2", body = body,
        headers = { ["Content-Type"] = kind or "application/json" } }
end
local cases = {
    { 200, '{"colour":"red"}', nil, "found" },
    { 200, '{"state":"locked"}', nil, "locked" },
    { 404, '{"error":"none"}', nil, "not found" },
    { 404, "<html>no such page</html>", "text/html", "could not check" },
    { 404, "", nil, "could not check" },
    { 200, '{"a":1,"a":2}', nil, "could not check" },
    { 200, '{"colour":"re', nil, "could not check" },
    { 200, "{}", "text/html", "could not check" },
    { 200, "", nil, "could not check" },
    { 400, "{}", nil, "could not check" },
    { 401, "{}", nil, "could not check" },
    { 429, "{}", nil, "could not check" },
    { 500, "{}", nil, "could not check" },
    { 302, "{}", nil, "could not check" },
}
for _, c in ipairs(cases) do
    local got = ask(c[1], c[2], c[3])
    is(got.outcome, c[4], c[1] .. " " .. c[2])
    is(got.status, c[1], "with its status")
    local said
    got:case {
        found = function(v) said = v.colour and "found" end,
        not_found = function(v) said = v.error and "not found" end,
        locked = function(v) said = v.state end,
        could_not_check = function(why) said = tostring(why) ~= "false" and
            "could not check" end,
    }
    is(said, c[4], "goes to one of the four")
end
local function html(kind, body)
    return answer(kind, body):html():text("//p")
end
is(html("text/html; charset=utf-8", "<p>Siân"), "Siân", "a page, as its type says")
is(html("text/html; charset=iso-8859-1", "<p>Si\xe2n"), "Siân", "in another encoding")
fails("XML is no page", "EPROTO", html, "text/xml", "<p/>")
for url, code in pairs { ["http://h/500"] = "EHTTP", ["http://h/html"] = "EPROTO",
    ["http://h/elsewhere"] = "EPROTO" } do
    fails("no records: " .. url, code, function()
        rpa.xml.stream(rpa.http.request { url = url, stream = true })
    end)
end

local found = ask(200, '{"colour":"red"}')
ok(found:is("found") and not found:is("not found"), "it is what it is")
is(found.value.colour, "red", "with its value")
fails("no such outcome", "EINVAL", found.is, found, "none")
fails("a name that is not there", "EINVAL", function() return found.notfound end)
fails("a case without one of the four", "EINVAL", found.case, found,
    { found = print, locked = print, not_found = print })
local many = {}
for i = 1, 8 do
    many[i] = i == 5 and { url = "http://h/gone" } or
        { url = "http://h/echo?status=" .. 200 + i, method = "POST", body = "n" .. i }
end
local order = {}
for i, got in ipairs(rpa.http.all(many)) do
    order[i] = got.reply and got.reply.status .. got.reply.body or got.err.code
end
is(table.concat(order, " "), "201n1 202n2 203n3 204n4 EGONE 206n6 207n7 208n8",
    "many at once, in their order")
local asked = vehicles:ask_all { { path = "/gone" },
    { path = "/a?status=404", body = "{}" } }
is(tostring(asked[1]) .. " " .. asked[1].why.code .. ", " .. #asked,
    "could not check EGONE, 2", "of many asked, each its own answer")
fails("nil among many", "EINVAL", rpa.http.all,
    { { url = "http://h/1" }, nothing, { url = "http://h/3" } })
fails("so of a service", "EINVAL", vehicles.ask_all, vehicles,
    { { path = "/1" }, nothing, { path = "/3" } })

fails("a path without its name", "EINVAL", vehicles.ask, vehicles,
    { path = "/{vrm}" })
fails("no such service", "EINVAL", rpa.service, "persons")
-- a fault is one whatever was asked for, and whatever the type
local function told(service, kind, body, how)
    local request = { method = "POST", path = "/a", body = body,
        headers = { ["Content-Type"] = kind } }
    for name, value in pairs(how or {}) do
        request[name] = value
    end
    return rpa.service(service):ask(request)
end
for _, service in ipairs { "xml", "untyped" } do
    local got = told(service, "text/xml", fault11("s:Server"))
    is(got.outcome .. " " .. got.why.fault.code, "could not check s:Server",
        "a fault is never found: " .. service)
    got = told(service, "text/xml", fault11("IN USE"))
    is(got.outcome .. " " .. got.value.fault.code, "locked IN USE",
        "a rule may say what a fault is: " .. service)
    is(told(service, "text/xml", (fault11("Fault"):gsub("s:Fault", "s:R"))).outcome,
        "found", "control: the same without one: " .. service)
    is(told(service, "text/xml", "<a>").outcome, "could not check",
        "no XML, though it says so: " .. service)
end
for _, kind in ipairs { "text/html", "text/plain", "application/octet-stream", "" } do
    for _, service in ipairs { "text", "untyped" } do
        local body = fault11("s:Server")
        for _, sent in ipairs { body, "\n <?xml version='1.0'?>" .. body,
            "\xef\xbb\xbf" .. body, "\xff\xfe" .. body:gsub(".", "%0\0"),
            body:sub(1, -9), "<!DOCTYPE html>" .. body } do
            is(told(service, kind, sent).outcome, cannot,
                "a fault that says it is " .. kind .. ": " .. service)
        end
    end
    is(told("untyped", kind, "<p>x</p>").outcome, "found", "control: " .. kind)
end
is(told("xml", "text/xml", "<Envelope><Body><Fault/></Body></Envelope>").outcome,
    "could not check", "a fault of no version")

-- words are words, however they are spelt
local function utf16(text)
    return "\xff\xfe" .. text:gsub(".", "%0\0")
end
for _, c in ipairs {
    { "xml", "text/xml", utf16("<a>NOT FOUND</a>") },
    { "xml", "text/xml", "<a>NOT&#32;FOUND</a>" },
    { "xml", "text/xml", "<a>N<![CDATA[OT FOU]]>ND</a>" },
    { "untyped", "text/xml", "<a>NOT&#x20;FOUND</a>" },
    { "xml", "text/xml", "<a>NOT <!-- x -->FOUND</a>" },
    { "xml", "text/xml", "<a>NOT <?x y?>FOUND</a>" },
    { "untyped", "application/json", '{"a":"NOT\\u0020FOUND"}' },
    { "untyped", "text/html", "<p>NOT&nbsp;FOUND" },
    { "untyped", "text/html; charset=utf-16le", (("<p>NOT FOUND"):gsub(".", "%0\0")) },
    { "untyped", "text/html", "<p>NOT\n <b>FOUND</b>" },
    { "untyped", "text/plain; charset=us-ascii", "NOT FOUND" },
    { "json", "application/json", '{"a":"NOT\\u0020FOUND"}' },
    { "json", "application/json", '{"a":"NOT FOUND","b":null}' },
    { "text", "text/plain", "NOT FOUND" },
} do
    is(told(c[1], c[2], c[3]).outcome, "not found", "spelt as " .. c[3]:gsub("%c", "?"))
    is(told(c[1], c[2], (c[3]:gsub("F", "B"))).outcome, "found", "control: other words")
end

-- in an encoding that they cannot be looked for in, nothing is told
for _, c in ipairs { { "text", "text/plain; charset=utf-16" },
    { "text", "text/plain; charset=ISO-8859-1" },
    { "untyped", "text/plain; charset=UTF-16LE" },
    { "text", "text/plain", "\xff\xfeN\0O\0" }, { "untyped", "text/plain", "N\0O\0" },
    { "untyped", "text/html; charset=klingon", "<p>x" },
    { "untyped", "application/json", "{" } } do
    is(told(c[1], c[2], c[3] or "x").outcome, cannot, "could not check " .. c[2])
end

-- an encoding that the Content-Type alone says; two that differ are no answer
for _, c in ipairs {
    { "; charset=ISO-8859-1", "<a>Si\xe2n</a>", "Siân" },
    { '; Charset="iso-8859-1"', "<?xml version='1.0'?><a>Si\xe2n</a>", "Siân" },
    { "; charset=utf-8", "<a>Siân</a>", "Siân" },
    { "; charset=UTF8", "<?xml version='1.0' encoding='utf-8'?><a>Siân</a>", "Siân" },
    { "; charset=utf-8", "\xef\xbb\xbf<a>Siân</a>", "Siân" },
    { "", "<?xml version='1.0' encoding='ISO-8859-1'?><a>Si\xe2n</a>", "Siân" },
    { "", "<a>Si\xe2n</a>", "EXML" },
    { "; charset=utf-8", "<a>Si\xe2n</a>", "EXML" },
    { "; charset=utf-7", "<a>x</a>", "EXML" },
    { "; charset=klingon", "<a>x</a>", "EXML" },
    { "; charset=utf-8", "<?xml version='1.0' encoding='ISO-8859-1'?><a>x</a>",
        "EPROTO" },
} do
    local got = told("xml", "text/xml" .. c[1], c[2])
    is(got.outcome == "found" and got.value:text("/a") or got.why.code, c[3],
        "read" .. c[1])
end
is(rpa.json.normal('{ "b" : "\\/\\u00e9", "a" : [ null, 1.0, { } ], "c":null }'),
    '{"b":"/é","a":[null,1.0,{}],"c":null}', "JSON in its one spelling")
fails("no JSON has none", "EINVAL", rpa.json.normal, "{")

-- a body that is elsewhere tells nothing
for name, value in pairs { stream = true, save = "x" } do
    local request = { path = "/a", method = "POST", body = "{}", [name] = value }
    fails("ask with " .. name, "EINVAL", vehicles.ask, vehicles, request)
    fails("so of many", "EINVAL", vehicles.ask_all, vehicles, { request })
    is(vehicles:request(request).status, 200, "control: a request may")
end
fails("HEAD, which asks for none", "EINVAL", vehicles.ask, vehicles,
    { path = "/a", method = "HEAD" })

for _, way in ipairs { { "/v/{id}", ".." }, { "/v/{id}/photo", "." },
    { "/v/{id}{id}/photo", "." }, { "/v/{id}", "7/../8" }, { "/v/{id}", "..\\8" },
    { "/../b/404" }, { "/%2e%2E/b" }, { "/v/.%2f" }, { "xyz" }, { "@evil.example/" },
    { ":1/" }, { "/v/AB#1" } } do
    fails("a path that leads elsewhere: " .. table.concat(way, " "), "EINVAL",
        vehicles.ask, vehicles, { path = way[1], id = way[2] })
end
for path, id in pairs { ["/v/{id}"] = "...", ["/v/..{id}"] = "A.B",
    ["?of={id}"] = ".." } do
    is(vehicles:request { path = path, id = id }.url,
        "http://h/echo" .. path:gsub("{id}", id), "dots that lead nowhere: " .. path)
end
is(vehicles:request { path = "/{vrm}", vrm = "AB 1/2" }.url,
    "http://h/echo/AB%201%2F2", "what stands in a path is escaped")
tap.done()
