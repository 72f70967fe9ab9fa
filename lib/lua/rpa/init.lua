--- rpa: what a bot sees. The global `rpa`; also require "rpa".
--
--   local crs = rpa.window("Crime Recording"):grid()
--   crs:wait("MAIN MENU")
--   rpa.log("signed on as " .. rpa.purpose.operator)

local _, core = ...
local screen = require "rpa.screen"
require "rpa.form"
require "rpa.pages"
require "rpa.menu"

local rpa = {
    --- The arguments given as --set key=value: rpa.set.host
    set = core.set,
    window = screen.window,
    windows = screen.windows,
    news = screen.news,
    on_dialog = screen.on_dialog,
    check = screen.check,
    clipboard = screen.clipboard,
    set_clipboard = screen.set_clipboard,
    restore_clipboard = screen.restore_clipboard,
    http = require "rpa.http",
    service = require "rpa.service",
    file = require "rpa.file",
    json = core.json,
    xml = require "rpa.xml",
    segments = require "rpa.segments",
    queue = require("rpa.queue").queue,
}

--- The act itself, for what has no façade: rpa.call("window.list", {}).
function rpa.call(name, args)
    return core.call(name, args)
end

local Secret = { __tostring = function(s) return "secret " .. s.name end }

--- A secret by name. The bot never sees its value: only the field the manifest
-- binds it to can be filled with it.
--
--   crs:field("Password"):secret(rpa.secret("crs-password"))
function rpa.secret(name)
    return setmetatable({ name = name }, Secret)
end

--- Write a line to the run's log; level "debug", "info" (default) or "warn".
-- Never names or other data of persons.
function rpa.log(text, level)
    core.call("log", { level = level or "info", text = tostring(text) })
end

--- What the bot is doing from here on, such as "sign on": errors say it beside
-- their line, until the next step or work item. Never data of persons.
function rpa.step(name)
    core.step(name)
end

--- The subject (a person, a report) the next acts are about, for the audit.
function rpa.subject(ref)
    core.call("subject", { ref = ref })
end

--- Why the look-ups from here on are made, until the work item ends, where it is
-- not for the run's purpose: justification, on_behalf, originator, location,
-- reference, correlation, reason (0 to 10). What is left out is the run's; so is
-- all after rpa.set_purpose().
--
--   rpa.set_purpose { justification = "check of an applicant", reference = "V/12" }
function rpa.set_purpose(purpose)
    core.call("purpose", purpose or {})
end

-- rpa.purpose, rpa.mode, rpa.bot, rpa.run: asked for once, when first used. So
-- are the modules for police work, which most bots use one or two of, loaded.
local lazy = { purpose = true, mode = true, bot = true, run = true }
local modules = { police = true, names = true, dates = true, outcome = true,
    overlay = true, cleanse = true, review = true, search = true, enquiry = true }
setmetatable(rpa, {
    __index = function(t, key)
        if modules[key] then
            rawset(t, key, require("rpa." .. key))
            return rawget(t, key)
        elseif not lazy[key] then
            return nil
        end
        local info = core.call("run.info", {})
        for name in pairs(lazy) do
            rawset(t, name, info[name])
        end
        return rawget(t, key)
    end,
})

local PRINT_BYTES = 65536

-- the end of a piece of @text from @at on: between two characters, not within CRLF
local function piece_end(text, at)
    local stop = at + PRINT_BYTES - 1
    for back = stop, stop - 3, -1 do
        if not text:find("^[\x80-\xBF]", back + 1) and text:sub(back, back) ~= "\r" then
            return back
        end
    end
    return stop
end

--- print goes to the command's standard output.
function _G.print(...)
    local parts = table.pack(...)
    for i = 1, parts.n do
        parts[i] = tostring(parts[i])
    end
    local text, at = table.concat(parts, "\t"), 1
    while #text - at >= PRINT_BYTES do
        local stop = piece_end(text, at)
        core.call("print", { text = text:sub(at, stop), more = true })
        at = stop + 1
    end
    core.call("print", { text = text:sub(at) })
end

return rpa
