--- Work items: each is begun, worked on, and ended in exactly one way.
--
--   local reports = { { id = "R-1", surname = "O'Brien" } }
--   rpa.items(reports, function(item)
--       local reasons = rpa.check("Surname", item.value.surname)
--       if #reasons > 0 then
--           rpa.reject(reasons)
--       end
--       crs:field("Surname"):set(item.value.surname)
--       crs:key("Enter")
--       item:done(crs:match("CRIME REF (%w+/%d+)"))
--   end)

local _, core = ...
local call, raise = core.call, core.raise

local Item = {}
Item.__index = Item

--- The work is done; @reference is what the target calls it. Instead of calling
-- this the function may return the reference.
function Item:done(reference)
    if type(reference) ~= "string" or reference == "" then
        raise {
            code = "EBOT",
            msg = "item " .. tostring(self.id) .. " is done without a reference",
            hint = "give item:done() the reference the target shows",
        }
    end
    self.reference = reference
end

--- Give up this item with a reason or several; a person deals with it.
local function reject(reasons)
    if type(reasons) ~= "table" then
        reasons = { tostring(reasons) }
    end
    raise {
        code = "EREJECT",
        msg = "the item is rejected: " .. table.concat(reasons, ", "),
        reasons = reasons,
    }
end

-- What went wrong in at most 1000 bytes, cut between characters.
local function sentence(err)
    local text = type(err) == "table" and err.msg or tostring(err)
    if #text > 900 then
        text = text:sub(1, 900):gsub("[\xC0-\xFF][\x80-\xBF]*$", "") .. "…"
    end
    return text
end

local function work(item, fn)
    local returned = fn(item)
    if not item.reference then
        item:done(returned)
    end
end

-- An id is a text or a whole number, and not "nil" made into one.
local function check_id(id, index)
    if type(id) == "string" and id ~= "" then
        return id
    elseif math.type(id) == "integer" then
        return tostring(id)
    end
    return raise {
        code = "EINVAL",
        msg = ("work item %d has no id"):format(index),
        hint = "a list of ids, or of tables with id = a text",
    }
end

-- All ids, before the first is begun: no hole ends the list in silence.
local function check_list(list)
    local count = 0
    for key, entry in pairs(list) do
        if math.type(key) ~= "integer" or key < 1 then
            raise { code = "EINVAL", msg = "work items want a plain list",
                hint = "{ item, item, … }" }
        end
        count = count + 1
        check_id(type(entry) == "table" and entry.id or entry, key)
    end
    if count ~= #list then
        raise { code = "EINVAL", msg = "the list of work items has a hole",
            hint = "is one of them nil?" }
    end
end

-- Begin, work, end. Returns "done", "rejected", "skipped" or "stop".
local function one(entry, fn, total)
    local item = setmetatable({}, Item)
    if type(entry) == "table" then
        item.id, item.subject, item.value = entry.id, entry.subject, entry
    else
        item.id, item.value = entry, entry
    end
    local state = call("item.begin",
        { id = check_id(item.id, 0), subject = item.subject, total = total }).state
    if state ~= "go" then
        return state == "done" and "skipped" or state
    end
    core.step(nil)
    local ok, err = xpcall(work, core.traced, item, fn)
    if ok then
        call("item.end", { outcome = "done", reference = item.reference })
        core.step(nil)
        return "done"
    elseif err.code == "EREJECT" and err.reasons then
        call("item.end", { outcome = "rejected", reasons = err.reasons })
        return "rejected"
    end
    local told, ended = pcall(call, "item.end", { outcome = "failed",
        message = sentence(err), picture = err.picture })
    if told and ended then
        err.picture = err.picture or ended.picture
    end
    return error(err, 0)
end

--- Call fn(item) for each entry of the list: an id, or a table with .id (and
-- .subject, who it is about) that is then item.value. Items done before are
-- skipped; after a stop no more are begun. An error ends the item as failed and
-- goes on up. Returns counts: { done, rejected, skipped, stopped }.
local function each(list, fn)
    check_list(list)
    local count = { done = 0, rejected = 0, skipped = 0, stopped = false }
    for _, entry in ipairs(list) do
        local outcome = one(entry, fn, #list)
        if outcome == "stop" then
            count.stopped = true
            break
        end
        count[outcome] = count[outcome] + 1
    end
    return count
end

return { each = each, reject = reject, Item = Item }
