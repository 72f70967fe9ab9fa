-- The examples in the façades' comments (lines that begin with "--   ") run.
local count = 0
local block = {}
rpa.call("test.pages", { pages = {
    { id = "1", rows = { { REF = "CR/1" } }, page = 1, pages = 1 },
    { id = "2", rows = { { CODE = "8/7", OFFENCE = "Theft" } } },
} })
local env = setmetatable(
    { crs = rpa.window("Crime Recording"):grid() }, { __index = _G })

local function try(source)
    count = count + 1
    local fn, why = load(source, "=example", "t", env)
    local good = fn and true or false
    if fn then
        good, why = pcall(fn)
    end
    print(("%sok %d - %s"):format(good and "" or "not ", count,
        source:match("[^\n]+")))
    if not good then
        print("# " .. tostring(why):gsub("\n", "\n# "))
    end
end

for line in (rpa.set.facades .. "\n"):gmatch("([^\n]*)\n") do
    local code = line:match("^%s*%-%-   (.*)")
    if code then
        block[#block + 1] = code
    elseif #block > 0 then
        try(table.concat(block, "\n"))
        block = {}
    end
end
print("1.." .. count)
