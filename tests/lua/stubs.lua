-- Every name a bot can use has a stub with a line of documentation before it.
local count = 0
local text = "\n" .. rpa.set.stubs
local function has(name)
    count = count + 1
    local pattern = name:gsub("%p", "%%%0")
    local found = text:find("\n%-%-%-[^\n]*\nfunction " .. pattern .. "%(")
        or text:find("\n%-%-%-@field " .. pattern:gsub("^rpa%%%.", "") .. " [^\n]+")
    print(("%sok %d - %s"):format(found and "" or "not ", count, name))
end

-- loaded when first used
for _, name in ipairs { "police", "names", "dates", "outcome", "overlay",
    "review", "search", "enquiry" } do
    assert(rpa[name])
end
for name, value in pairs(rpa) do
    if type(value) ~= "table" or name == "set" then
        has("rpa." .. name)
    else
        for inner in pairs(value) do
            has("rpa." .. name .. "." .. inner)
        end
    end
end
for _, name in ipairs { "purpose", "mode", "bot", "run" } do
    has("rpa." .. name)
end
local classes = { Window = require("rpa.screen").Window,
    Grid = require("rpa.screen").Grid, Field = require("rpa.screen").Field,
    Item = require("rpa.queue").Item,
    Queue = require("rpa.queue").Queue, Form = require("rpa.form").Form,
    Reply = getmetatable(rpa.http.request { url = "http://h/" }),
    Service = getmetatable(rpa.service("vehicles")),
    Answer = getmetatable(rpa.service("vehicles"):ask {}),
    Stream = getmetatable(rpa.xml.stream("")),
    Segment = getmetatable(rpa.segments.define {}),
    Tick = require("rpa.form").Tick, Pick = require("rpa.form").Pick }
for class, methods in pairs(classes) do
    for name, value in pairs(methods) do
        if type(value) == "function" and not name:find("^__") then
            has(class .. ":" .. name)
        end
    end
end
for _, name in ipairs { "Doc:ns", "Doc:text", "Doc:all", "Doc:close",
    "Doc:problems", "Doc:bytes", "Doc:canonical",
    "Node:text", "Node:all", "Node:name", "Identifier.parse", "Identifier.check",
    "Identifier.format" } do
    has(name)
end
print("1.." .. count)
