-- rpa.outcome: four outcomes, and no way from one to another.
local tap = require "tap"
local ok, is = tap.ok, tap.is
local outcome = rpa.outcome

local function code(fn, ...)
    local good, err = pcall(fn, ...)
    return good and "none" or type(err) == "table" and err.code or "plain"
end

local all = {
    found = outcome.found("CR26/1"),
    not_found = outcome.not_found("NO RECORDS HELD"),
    locked = outcome.locked("RECORD LOCKED BY AB12"),
    could_not_check = outcome.could_not_check("the host is down"),
}
local names = {}
for key, answer in pairs(all) do
    names[#names + 1] = tostring(answer)
    local called
    local functions = {}
    for other in pairs(all) do
        functions[other] = function() called = other end
    end
    answer:case(functions)
    is(called, key, "case calls the function for " .. key)
    functions[key == "found" and "locked" or "found"] = nil
    is(code(answer.case, answer, functions), "EINVAL", "all four must be there")
    -- nothing turns it into another
    for _, field in ipairs { "outcome", "value", "why", "clear", "status" } do
        is(code(function() answer[field] = "not found" end), "EINVAL",
            key .. ": " .. field .. " is not set")
    end
    rawset(answer, "outcome", nil)
    is(tostring(answer), answer.outcome, "nor does rawset change what it says")
    is(code(function() return answer.clear end), "EINVAL", "none is clear")
    is(code(answer.is, answer, "clear"), "EINVAL", "nor may it be asked for")
    is(code(function() return answer < all.found end), "plain", "no order")
    is(code(function() return answer .. "" end), "plain", "no text by itself")
    is(answer == outcome.not_found("NO RECORDS HELD"), false, "no two are one")
end
table.sort(names)
is(table.concat(names, ", "), "could not check, found, locked, not found", "four")
local functions = {}
for name in pairs(outcome) do
    functions[#functions + 1] = name
end
table.sort(functions)
is(table.concat(functions, " "), "could_not_check found locked not_found try",
    "the module has no other")

-- what they rest on
is(all.found.value, "CR26/1", "what was found")
is(all.not_found.why, "NO RECORDS HELD", "the system's words")
for _, words in ipairs { false, "", "  ", 7 } do
    is(code(outcome.not_found, words or nil), "EINVAL", "not found without words")
    is(code(outcome.locked, words or nil), "EINVAL", "locked without words")
end
is(code(outcome.found), "EINVAL", "found without anything")
is(outcome.could_not_check().why, "no reason was given", "it needs no reason")

-- looking
local function try(fn) return outcome.try(fn) end
is(tostring(try(function() return all.locked end)), "locked", "what was answered")
local crs = rpa.window("Crime Recording"):grid()
local late = try(function()
    crs:wait("NEVER", { timeout = 0.1 })
    return all.not_found
end)
is(late.outcome, "could not check", "too late")
is(late.why.code, "ETIMEOUT", "and why")
is(code(try, function() return nil end), "EINVAL", "no answer")
is(code(try, function() return { outcome = "not found" } end), "EINVAL", "a table")
is(code(try, function() return "not found" end), "EINVAL", "a text")
is(code(try, function() error("x") end), "plain", "a mistake of the bot's")
is(code(try, function() crs:field("Gone"):get() end), "EWINDOW",
    "the application is gone")
ok(late.why.where:find("outcome.lua"), "where")
tap.done()
