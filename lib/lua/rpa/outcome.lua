--- What a look-up came to: found, not found, could not check or locked. These four
-- are all there are, and none turns into another: "could not check" is no "not
-- found", and nothing here says that somebody is clear.
--
--   local outcome = rpa.outcome
--   local answer = outcome.not_found("NO RECORDS HELD")
--   assert(answer.outcome == "not found" and answer.why == "NO RECORDS HELD")
--   answer:case {
--       found = function(v) rpa.log(tostring(v)) end,
--       not_found = function() rpa.log("the system says that it has none") end,
--       locked = function() rpa.log("later") end,
--       could_not_check = function(why) rpa.log(tostring(why), "warn") end,
--   }

local _, core = ...
local outcome = {}

-- Each outcome, and its name in a table of functions.
local OUTCOMES = { ["found"] = "found", ["not found"] = "not_found",
    ["locked"] = "locked", ["could not check"] = "could_not_check" }
local FOUR = "found, not found, could not check or locked"

local function wrong(msg, hint)
    core.raise { code = "EINVAL", msg = msg, hint = hint }
end

-- An answer shows what is kept here and cannot be changed: it has no fields.
local kept = setmetatable({}, { __mode = "k" })
local Answer = {}

-- A name that is not there is a mistake, never nil: `if answer.notfound`.
function Answer.__index(self, name)
    local value = kept[self][name]
    if value ~= nil then
        return value
    end
    return Answer[name] or wrong(("an answer has no '%s'"):format(tostring(name)),
        "it has outcome, status, value, why, row, is() and case()")
end

function Answer.__newindex(_, name)
    wrong(("'%s' of an answer is not to be set"):format(tostring(name)),
        "none of the four outcomes becomes another")
end

function Answer:__tostring()
    return self.outcome
end

--- Is it this outcome? Raises EINVAL for what is none.
function Answer:is(name)
    if not OUTCOMES[name] then
        wrong(("'%s' is no outcome"):format(tostring(name)), FOUR)
    end
    return self.outcome == name
end

--- Call the function for the outcome; all four must be there: found(value),
-- not_found(value), locked(value), could_not_check(why).
function Answer:case(functions)
    for _, name in pairs(OUTCOMES) do
        if type(functions[name]) ~= "function" then
            wrong(("answer:case has no function for %s"):format(name),
                "each of the four outcomes needs one")
        end
    end
    local checked = self.outcome ~= "could not check"
    return functions[OUTCOMES[self.outcome]](checked and self.value or self.why)
end

local function new_answer(name, status, value, why, row)
    if not OUTCOMES[name] then
        wrong(("'%s' is no outcome"):format(tostring(name)), FOUR)
    end
    local answer = setmetatable({}, Answer)
    kept[answer] = { outcome = name, status = status or false,
        value = value or false, why = why or false, row = row or false }
    return answer
end
-- How much an answer leaves open: of several the worst is told.
local LEAVES_OPEN = { ["not found"] = 1, ["found"] = 2, ["locked"] = 3,
    ["could not check"] = 4 }
core.leaves_open = function(answer) return LEAVES_OPEN[answer.outcome] end
core.is_answer = function(value) return kept[value] ~= nil end -- for rpa.review
core.answer = new_answer -- for rpa.service, whose rules say what a reply means

-- What a screen or a reply said, which an outcome rests on.
local function said(what, name)
    if type(what) ~= "string" or not what:find("%S") then
        wrong(("'%s' without what the system said"):format(name),
            "give the words that it showed; a screen without any is none")
    end
    return what
end

--- It is there: what was read.
function outcome.found(value)
    if value == nil then
        wrong("'found' without what was found")
    end
    return new_answer("found", nil, value)
end

--- It is not there, as the system said in these words. A screen that only lacks a
-- record says nothing.
--
--   assert(not pcall(rpa.outcome.not_found))
--   assert(not pcall(rpa.outcome.not_found, ""))
function outcome.not_found(words)
    return new_answer("not found", nil, nil, said(words, "not found"))
end

--- Somebody has it open, as the system said: again later.
function outcome.locked(words)
    return new_answer("locked", nil, nil, said(words, "locked"))
end

--- It is not known: the system was down, late, refused or made no sense.
function outcome.could_not_check(why)
    return new_answer("could not check", nil, nil, why or "no reason was given")
end

-- What may go wrong on the way to a system. All else is raised: a bot's own
-- mistake, what is refused, an application that is gone.
local COULD_NOT = { ETIMEOUT = true, EGONE = true, EPROTO = true, EHTTP = true,
    EXML = true, EFOCUS = true, ELABEL = true, EREADBACK = true,
    EUNREADABLE = true, ESCREEN = true, EDIALOG = true }

--- Look up by a function that returns an answer; what goes wrong on the way is
-- "could not check". What is refused, a mistake of the bot's, or an application
-- that is gone, is raised.
--
--   local answer = rpa.outcome.try(function()
--       crs:wait("NEVER", { timeout = 0.1 })
--       return rpa.outcome.not_found(crs:match("(NO RECORDS%C*)"))
--   end)
--   assert(answer:is("could not check"))
function outcome.try(look)
    local good, answer = pcall(look)
    if not good then
        if type(answer) == "table" and COULD_NOT[answer.code] then
            return outcome.could_not_check(answer)
        end
        error(answer, 0)
    elseif getmetatable(answer) ~= Answer then
        wrong("the look-up returned no outcome", "rpa.outcome has the four")
    end
    return answer
end

return outcome
