--- Web services that the manifest declares, with what their answers mean: found,
-- not found, could not check or locked, and nothing else. What no rule of the
-- manifest speaks of, what is cut, late or of another type, could not be checked.
--
--   local vehicles = rpa.service("vehicles")
--   local answer = vehicles:ask { path = "/vehicles/{vrm}", vrm = "AB12 CDE" }
--   answer:case {
--       found = function(v) rpa.log(v.colour and "a colour" or "no colour") end,
--       not_found = function() rpa.log("no such vehicle") end,
--       locked = function() rpa.log("later") end,
--       could_not_check = function(why) rpa.log(tostring(why), "warn") end,
--   }

local _, core = ...
local http = require "rpa.http"
local outcome = require "rpa.outcome"

local function wrong(msg, hint)
    core.raise { code = "EINVAL", msg = msg, hint = hint }
end

-- ---- what it means ----------------------------------------------------------

local function has_status(rule, status)
    local text = tostring(status)
    for _, want in ipairs(rule.status) do
        if want == text or want:sub(2) == "xx" and want:sub(1, 1) == text:sub(1, 1)
        then
            return true
        end
    end
    return false
end

local function fits(rule, reply)
    if not has_status(rule, reply.status) then
        return false
    end
    for _, pattern in ipairs(rule.has or {}) do
        if not reply.body:find(pattern) then
            return false
        end
    end
    for _, pattern in ipairs(rule.lacks or {}) do
        if reply.body:find(pattern) then
            return false
        end
    end
    return true
end

-- the body as the service's type has it; raises what is wrong with it
local function read(kind, reply, soap)
    if soap then
        return reply:soap()
    elseif kind == "json" then
        return reply:json()
    elseif kind == "xml" then
        return reply:xml()
    elseif kind == "text" and not reply:is("text") then
        core.raise { code = "EPROTO", msg = "the answer is no text" }
    end
    return reply.body
end

-- a fault says what it says: a rule may make it locked or not found
local function mean(rule, kind, reply, soap)
    local good, value = pcall(read, kind, reply, soap)
    if good or type(value) == "table" and value.fault and rule.is ~= "found" then
        return core.answer(rule.is, reply.status, value)
    end
    return core.answer("could not check", reply.status, nil, value)
end

-- What a redirect led to, another host or a page to sign on at, is not the answer
-- that the rules speak of; where it leads within the service tells nothing either.
local function judge(service, reply, soap)
    if reply.redirected then
        return core.answer("could not check", reply.status, nil,
            "the service redirected the request; the manifest's rules are for " ..
            "its own answers")
    end
    for _, rule in ipairs(service.outcomes or {}) do
        if fits(rule, reply) then
            if rule.is == "could not check" then
                break
            end
            return mean(rule, service.type, reply, soap)
        end
    end
    return core.answer("could not check", reply.status, nil,
        "the service answered with status " .. reply.status ..
        ", which the manifest gives no other meaning")
end

-- ---- the service ------------------------------------------------------------

local Service = {}
Service.__index = Service

-- its address, with what stands in braces from the request
local function address(self, request)
    local path = (request.path or ""):gsub("{([%w_]+)}", function(name)
        local value = request[name]
        if value == nil or value == "" then
            wrong(("the path wants '%s', which was not given"):format(name))
        end
        return http.escape(value)
    end)
    return self.url:gsub("/$", "") .. path
end

-- as rpa.http.request wants it
local function whole(self, request)
    local all = {}
    for name, value in pairs(request) do
        all[name] = value
    end
    all.url = address(self, request)
    if all.soap and not all.method then
        all.method = "POST"
    end
    return all
end

--- As rpa.http.request, with path in place of url: from the service's address on,
-- with {name} for request.name, escaped.
function Service:request(request)
    return http.request(whole(self, request))
end

--- Ask, and tell what the answer means: { outcome, status, value, why }. value is
-- the body as the service's type has it: what JSON says, or a document. The four
-- outcomes are all there are; what is refused (EPERM, ESECRET) or a mistake
-- (EINVAL) is raised.
function Service:ask(request)
    return outcome.try(function()
        return judge(self, self:request(request), request.soap)
    end)
end

--- Ask many things at once, as rpa.http.all does → their answers, in the same order.
-- What is refused or a mistake is raised before anything is sent; whatever happens
-- to one of them later is its own answer.
--
--   local asked = { { path = "/v/{vrm}", vrm = "AB12 CDE" }, { path = "/v/X1" } }
--   for i, answer in ipairs(rpa.service("vehicles"):ask_all(asked)) do
--       rpa.log(i .. " " .. answer.outcome)
--   end
function Service:ask_all(requests)
    local list, answers = {}, {}
    for i, request in ipairs(requests) do
        list[i] = whole(self, request)
    end
    for i, got in ipairs(http.all(list)) do
        answers[i] = got.reply and judge(self, got.reply, requests[i].soap) or
            outcome.could_not_check(got.err)
    end
    return answers
end

--- A service of the manifest, by its name.
return function(name)
    local declared = core.services[name]
    if not declared then
        wrong(("the manifest declares no service '%s'"):format(tostring(name)),
            "services = { " .. tostring(name) .. " = { url = … } }")
    end
    return setmetatable({ url = declared.url, type = declared.type,
        outcomes = declared.outcomes }, Service)
end
