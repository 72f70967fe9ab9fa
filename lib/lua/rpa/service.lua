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

-- in the body as it was sent, or as its type has it: however it is spelt
local function stands(bodies, pattern)
    for _, body in ipairs(bodies) do
        if body:find(pattern) then
            return true
        end
    end
    return false
end

local function fits(rule, bodies)
    for _, pattern in ipairs(rule.has or {}) do
        if not stands(bodies, pattern) then
            return false
        end
    end
    for _, pattern in ipairs(rule.lacks or {}) do
        if stands(bodies, pattern) then
            return false
        end
    end
    return true
end

-- a document's spellings: as it was sent, written anew, and its text alone, blanks as
-- they are and as they are shown
local function spellings(body, doc)
    local text = doc:text("string(/*)")
    return { body, doc:bytes(), text, (text:gsub("\u{A0}", " "):gsub("%s+", " ")) }
end

-- a text in UTF-8, in which patterns are; of another they would tell nothing, as
-- unread says
local function in_utf8(reply)
    local said, unread = (reply:charset() or "utf-8"):lower():gsub("[^%w]", ""), nil
    if said ~= "utf8" and said ~= "usascii" and said ~= "ascii" then
        unread = ("the answer is in %s; patterns are for UTF-8"):format(said)
    elseif not utf8.len(reply.body) or reply.body:find("\0", 1, true) then
        unread = "the answer is no text in UTF-8, in which patterns are"
    end
    return { reply.body, unread = unread }
end

-- a body that no type speaks of, by what it says that it is
local function untyped(reply)
    if reply:is("json") then
        return { reply.body, core.json.normal(reply.body) }
    elseif reply:is("html") then
        return spellings(reply.body, reply:html())
    elseif reply:is("text") or reply:charset() then
        return in_utf8(reply)
    end
    return { reply.body }
end

-- What the service's type makes of the body: the value, the bodies that patterns
-- look at, and the fault that it is, or nil; raises what is wrong with it. A fault
-- is one whether or not a type, the request or its Content-Type speaks of SOAP.
local function read(kind, reply, soap)
    local body = reply.body
    if reply.status == 204 then -- has none, whatever the type of others
        return nil, { "" }
    elseif soap or kind == "xml" or not kind and body ~= "" and reply:is("xml") then
        local doc, fault = core.document(reply, soap)
        return (soap or kind) and doc or body, spellings(body, doc), fault
    elseif kind == "json" then
        return reply:json(), { body, core.json.normal(body) }
    elseif kind == "text" and not reply:is("text") then
        core.raise { code = "EPROTO", msg = "the answer is no text" }
    elseif body == "" then
        return body, { body }
    end
    local doc, fault = core.sniff(reply)
    if doc and not reply:is("html") then
        return body, spellings(body, doc), fault
    end
    return body, untyped(reply), fault
end

local function cannot(reply, why)
    return core.answer("could not check", reply.status, nil, why, reply.row)
end

-- a fault says what it says: a rule may make it locked or not found
local function mean(is, reply, value, fault)
    if fault and is == "found" then
        return cannot(reply, fault)
    end
    return core.answer(is, reply.status, fault or value, nil, reply.row)
end

-- Of one that is streamed: is its body of no kind that is read, and does no rule look at
-- it? What may be a fault begins with '<', whatever is said of it.
local function is_opaque(self, reply, soap)
    if self.type or soap or reply:is("xml") or reply:is("json") or reply:is("html") then
        return false
    end
    for _, rule in ipairs(self.outcomes or {}) do
        if has_status(rule, reply.status) and (rule.has or rule.lacks) then
            return false
        end
    end
    return not (reply:pieces()() or ""):find("^[\xEF\xBB\xBF\xFE\xFF%s\0]*<")
end

local function whole_body(reply)
    local all = {}
    for piece in reply:pieces() do
        all[#all + 1] = piece
    end
    return table.concat(all)
end

local Service = {}
Service.__index = Service

--- What a reply to service:request means, as service:ask tells it; one that was
-- streamed is read whole for it only where its kind or a rule wants that: a photo is
-- found without a value. @soap: the request was one of SOAP.
function Service:judge(reply, soap)
    -- what a redirect led to, another host or a page to sign on at, is not the answer
    -- that the rules speak of; where it leads within the service tells nothing either
    if reply.redirected then
        return cannot(reply, "the service redirected the request; the manifest's " ..
            "rules are for its own answers")
    end
    if not reply.body and not reply.stream then
        wrong("what an answer means is told by its body, which was saved",
            "stream = true keeps it: reply:save(name) saves it once it is judged")
    end
    local good, value, bodies, fault
    if not reply.body and is_opaque(self, reply, soap) then
        good, bodies = true, {}
    else
        reply.body = reply.body or whole_body(reply)
    end
    for _, rule in ipairs(self.outcomes or {}) do
        if has_status(rule, reply.status) then
            if good == nil then
                good, value, bodies, fault = pcall(read, self.type, reply, soap)
            end
            if not good then
                return cannot(reply, value)
            elseif bodies.unread and (rule.has or rule.lacks) then
                return cannot(reply, bodies.unread)
            elseif fits(rule, bodies) then
                if rule.is == "could not check" then
                    break
                end
                return mean(rule.is, reply, value, fault)
            end
        end
    end
    return cannot(reply, "the service answered with status " .. reply.status ..
        ", which the manifest gives no other meaning")
end

-- ---- the service ------------------------------------------------------------

-- A path stays below the service's address, whatever its server reads it as: no
-- step of it is "." or "..", plain or as %2E, between slashes that may be %2F.
local function must_stay_below(path)
    if not path:find("^[/?]") and path ~= "" then
        wrong("the path of a service begins with '/' or '?'")
    elseif path:find("#", 1, true) then
        wrong("the path of a service has a '#', which is never sent",
            "give what has one by its {name}, which escapes it")
    end
    local steps = path:match("^[^?]*"):gsub("%%(%x%x)", function(hex)
        return string.char(tonumber(hex, 16))
    end)
    for step in steps:gmatch("[^/\\]+") do
        if step == "." or step == ".." then
            wrong(("a step of the path is '%s', which leads elsewhere"):format(step))
        end
    end
end

-- its address, with what stands in braces taken from @all
local function address(self, all)
    local given = {}
    local path = (all.path or ""):gsub("{([%w_]+)}", function(name)
        local value = given[name] or all[name]
        if value == nil or value == "" then
            wrong(("the path wants '%s', which was not given"):format(name))
        end
        given[name], all[name] = value, nil
        return http.escape(value)
    end)
    all.path = nil
    must_stay_below(path)
    return self.url:gsub("/$", "") .. path
end

-- as rpa.http.request wants it
local function whole(self, request)
    local all = {}
    for name, value in pairs(request) do
        all[name] = value
    end
    if all.url then
        wrong("a service's request has no 'url', but 'path': it begins at the service's")
    end
    all.url = address(self, all)
    if all.soap and not all.method then
        all.method = "POST"
    end
    return all
end

-- does a body tell what an answer means?
local function by_body(self)
    for _, rule in ipairs(self.outcomes or {}) do
        if rule.has or rule.lacks then
            return true
        end
    end
    return self.type ~= nil
end

-- what is judged is here whole, as one answer
local function to_judge(self, request)
    if request.method == "HEAD" and by_body(self) then
        wrong("what an answer means is told by its body, which HEAD does not ask for",
            "ask with GET; service:request { } gives what HEAD is answered")
    end
    if request.stream or request.save then
        wrong("what an answer means is told by its body, which stream and save keep " ..
            "elsewhere", "service:request { } gives such a reply")
    end
    return whole(self, request)
end

--- As rpa.http.request, with path in place of url: from the service's address on,
-- with {name} for request.name, escaped. Raises EINVAL for a path that would not be
-- below it.
function Service:request(request)
    return http.request(whole(self, request))
end

--- Ask, and tell what the answer means: { outcome, status, value, why, row }. value is
-- the body as the service's type has it: what JSON says, or a document. The four
-- outcomes are all there are; what is refused (EPERM, ESECRET) or a mistake
-- (EINVAL) is raised.
function Service:ask(request)
    return outcome.try(function()
        return self:judge(http.request(to_judge(self, request)), request.soap)
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
    for i, request in pairs(requests) do -- http.all sees what is nil in between
        list[i] = to_judge(self, request)
    end
    for i, got in ipairs(http.all(list)) do
        answers[i] = got.reply and self:judge(got.reply, requests[i].soap) or
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
