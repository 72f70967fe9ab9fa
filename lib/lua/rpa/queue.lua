--- Queues of work items: each is begun, worked on, and ended in exactly one way.
--
--   rpa.queue("crime-reports"):each(function(item)
--       local surname = item.payload.Surname
--       local reasons = rpa.check("Surname", surname)
--       if #reasons > 0 then
--           return item:reject(reasons)
--       end
--       crs:field("Surname"):set(surname)
--       crs:key("Enter")
--       return item:done(crs:match("CRIME REF (%w+/%d+)"))
--   end)
--
-- An error settles the item and the loop goes on. A plain loop does as well:
--
--   for item in rpa.queue("crime-reports"):items() do
--       crs:field("Surname"):set(item.payload.Surname)
--       crs:key("Enter")
--       item:done(crs:match("CRIME REF (%w+/%d+)"))
--   end
--
-- Lua has left it by the time that anybody hears of the error. So the bot ends
-- there, and begins anew with the next item: from its first line, in a new process
-- and at an application that was just started. Before the loop stands what may be
-- done again, such as signing on.

local _, core = ...
local call, raise = core.call, core.raise

local Queue, Item = {}, {}
Queue.__index, Item.__index = Queue, Item

-- Errors that are not the item's: there is nothing left to go on with.
local fatal = { EWINDOW = true, EDISPLAY = true, EENV = true, EGONE = true,
    EPROTO = true, EPERM = true, ESECRET = true, EAUDIT = true, ETAMPER = true,
    ENOMEM = true }

--- A queue that the manifest names.
local function queue(name)
    return setmetatable({ name = tostring(name) }, Queue)
end

-- A reference is a text or a whole number, and not "nil" made into one.
local function check_reference(reference)
    if type(reference) == "string" and reference ~= "" then
        return reference
    elseif math.type(reference) == "integer" then
        return tostring(reference)
    end
    return raise { code = "EINVAL", msg = "a work item has no reference",
        hint = "a text by which it is found again" }
end

--- Add an item: { reference = , payload = table, priority = , deadline = ,
-- not_before = }, times as 2026-11-22T04:00:00Z. False if its reference is there
-- already, which changes nothing.
--
--   rpa.queue("crime-reports"):add { reference = "OCR-1",
--       payload = { Surname = "O'Brien" }, deadline = "2026-11-22T04:00:00Z" }
function Queue:add(work)
    local ok, err = pcall(call, "queue.add", {
        queue = self.name, reference = check_reference(work.reference),
        payload = core.json.encode(work.payload or core.json.decode("{}")),
        priority = work.priority, deadline = work.deadline,
        not_before = work.not_before })
    if not ok and err.code ~= "EEXIST" then
        error(err, 0)
    end
    return ok
end

--- Where the item with that reference stands: "ready", "done" …; nil if it was
-- never added.
function Queue:state(reference)
    return call("queue.state", { queue = self.name,
        reference = check_reference(reference) }).state
end

-- ---- an item in hand ----

-- What went wrong in at most 1000 bytes, cut between characters.
local function sentence(err)
    local text = type(err) == "table" and err.msg or tostring(err)
    if #text > 900 then
        text = text:sub(1, 900):gsub("[\xC0-\xFF][\x80-\xBF]*$", "") .. "…"
    end
    return text
end

-- The supervisor ends what is in hand, so an item kept from before must not.
local function finish(item, ending)
    if item.ended then
        raise { code = "EINVAL",
            msg = ("work item %d is not in hand"):format(item.number),
            hint = "an item ends once, and before the next one begins" }
    end
    local ended = call("item.end", ending)
    item.ended = true
    core.step(nil)
    return ended
end

--- It is done; the target calls it @reference, as it showed.
function Item:done(reference)
    if type(reference) ~= "string" or reference == "" then
        raise {
            code = "EBOT",
            msg = "the item is done without a reference",
            hint = "give item:done() the reference the target shows",
        }
    end
    finish(self, { outcome = "done", reference = reference })
end

--- Its data is wrong: a person deals with it, for this reason or these.
function Item:reject(reasons)
    local texts = {}
    for i, reason in ipairs(type(reasons) == "table" and reasons or { reasons }) do
        texts[i] = tostring(reason)
    end
    if #texts == 0 then
        raise { code = "EBOT", msg = "the item is rejected without a reason",
            hint = "tell the person who deals with it what is wrong" }
    end
    finish(self, { outcome = "rejected", reasons = texts })
end

--- Not now: @when is in seconds from now, or a time, 2026-11-22T04:00:00Z.
function Item:defer(when, why)
    local seconds = type(when) == "number" and math.ceil(when * 1000) or nil
    finish(self, { outcome = "deferred", after_ms = seconds,
        ["until"] = not seconds and tostring(when) or nil,
        message = why and sentence(why) })
end

--- Another user has the record open: a few tries, then put off.
function Item:locked(why)
    finish(self, { outcome = "locked", message = why and sentence(why) })
end

--- It failed in a way that passes: again later, as the queue's policy says.
function Item:retry(why)
    finish(self, { outcome = "transient", message = sentence(why or "") })
end

-- It failed with @err: the first of these is the run's error.
local function fail(item, err, outcome)
    local told = { code = "EBOT", msg = sentence(err) }
    if type(err) == "table" then
        told = { code = err.code, msg = sentence(err), where = err.where,
            step = err.step, seen = err.seen, picture = err.picture,
            hint = err.hint }
    end
    pcall(finish, item, { outcome = outcome, message = sentence(err),
        error = told })
    item.ended = true
end

-- ---- the loop ----

local function new_item(got)
    return setmetatable({ reference = got.reference, number = got.item,
        payload = core.json.decode(got.payload), attempt = got.attempt,
        deadline = got.deadline }, Item)
end

-- Look in the target for an item in doubt.
local function look(item, reconcile)
    local ok, answer, reference = xpcall(reconcile, core.traced, item)
    if ok then
        ok, answer = pcall(call, "item.found",
            { answer = answer, reference = reference })
    end
    if ok then
        return
    end
    call("log", { level = "warn", text = ("item %d was not looked up: %s"):format(
        item.number, sentence(answer)) })
    pcall(call, "item.found", { answer = "unknown" })
    if fatal[answer.code] then
        error(answer, 0)
    end
end

--- For a loop over what is ready, one after the other; options: reconcile, a
-- function that looks for an item in doubt and returns "found" and the target's
-- reference, "absent" or "unknown"; wait, how many seconds to wait for what
-- comes due.
--
--   local function reconcile(item)
--       crs:wait { text = "MAIN MENU" }
--       local reference = crs:match("CRIME REF (%w+/%d+)")
--       return reference and "found" or "absent", reference
--   end
--   for item in rpa.queue("crime-reports"):items { reconcile = reconcile } do
--       item:defer(3600, "the desk opens at nine")
--   end
function Queue:items(options)
    local reconcile = options and options.reconcile
    local asked = { queue = self.name, looks = reconcile ~= nil,
        wait_ms = options and options.wait and math.ceil(options.wait * 1000) }
    local item
    local function leave(err)
        if item and not item.ended then
            if err == nil then
                err = "the item was left without item:done() or the like"
                return fail(item, err, "failed")
            end
            err = core.traced(err)
            fail(item, err, fatal[err.code] and "transient" or "failed")
        end
    end
    local function next_item()
        leave()
        while true do
            local got = call("item.next", asked)
            item = (got.state == "go" or got.state == "look") and new_item(got)
                or nil
            if got.state ~= "look" then
                core.step(nil)
                return item
            end
            item.ended = true
            look(item, reconcile)
        end
    end
    return next_item, nil, nil, setmetatable({}, { __close = function(_, err)
        leave(err)
        pcall(call, "queue.leave", {})
    end })
end

-- Settle what fn raised; what is not the item's fault goes on up.
local function settle(item, err, transient)
    if item.ended then
        error(err, 0)
    end
    local passing = fatal[err.code]
    for _, code in ipairs(transient) do
        passing = passing or code == err.code
    end
    fail(item, err, passing and "transient" or "failed")
    if fatal[err.code] then
        error(err, 0)
    end
end

--- Call fn(item) for each, as items() gives them. An error settles the item and
-- the loop goes on, unless the application itself is gone or the item had ended
-- before: then nothing is known of what the next would begin on; transient: a list of
-- codes, such as "ETIMEOUT", after which the queue tries it again later.
function Queue:each(fn, options)
    for item in self:items(options) do
        local ok, err = xpcall(fn, core.traced, item)
        if not ok then -- without memory Lua calls no handler
            settle(item, core.traced(err), options and options.transient or {})
        end
    end
end

-- What is in hand by an approved change (rpa.review).
local function in_hand(number)
    return setmetatable({ number = number }, Item)
end

return { queue = queue, Queue = Queue, Item = Item, settle = settle,
    in_hand = in_hand }
