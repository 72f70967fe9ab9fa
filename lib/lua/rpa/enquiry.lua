--- A terminal system in which persons are looked for, as rpa.search wants one: from
-- whatever screen to the search, a list over all its pages, one record after the
-- other, and back. What a system asks on the way is answered (why the search is
-- made, a notice); its messages are outcomes, by their codes; "not found" counts
-- only where it says so.
--
--   local crs = rpa.window("Crime Recording"):grid()
--   local system = rpa.enquiry.system { name = "crime", grid = crs,
--       sign_on = { screen = "SIGN ON", user = { "User ID", "RPABOT" },
--           password = { "Password", rpa.secret("crs-password") } },
--       menu = { screen = "MAIN MENU", set = { Option = "4" } },
--       search = { screen = "PERSON SEARCH", set = { Purpose = "04" } },
--       why = { screen = "FULLER JUSTIFICATION", set = { Reason = "vetting" } },
--       results = { screen = "PERSONS FOUND", table = "persons",
--           none = { text = "NO PERSONS HELD", row = 8 }, line = "Line",
--           number = "LN", columns = { ref = "REF", surname = "SURNAME" } },
--       record = { screen = "PERSON RECORD", whole = { text = "F3=Back", row = 23 },
--           fields = { ref = "Record", surname = "Surname" } },
--       messages = { row = 24, locked = { "E310" } } }
--   assert(system.name == "crime")
--
-- screen is a name of the screen map, set what is keyed there by label, as a query of
-- the search is; with Enter a screen is left for the next one, with back ("F3") for
-- the one before. Also: notices, a list of screens that Enter leaves; closed, the one
-- that says that the system is; timeout, of each screen (30 s).

local core = select(2, ...)
local outcome = require "rpa.outcome"

local enquiry = {}

local Enquiry = {}
Enquiry.__index = Enquiry

-- ---- what the system says ---------------------------------------------------

-- An error of the system's is E and a number, in the row of its messages.
local function errors(self)
    local any = {}
    for digit = 0, 9 do
        any[#any + 1] = { text = " E" .. digit, row = self.messages.row }
    end
    return any
end

local function message(self)
    return self.grid:lines()[self.messages.row]:match("^%s*(.-)%s*$")
end

-- An error as an answer, by its code.
local function refused(self)
    local text = message(self)
    for _, code in ipairs(self.messages.locked or {}) do
        if text:sub(1, #code) == code then
            return outcome.locked(text)
        end
    end
    return outcome.could_not_check("the system says: " .. text)
end

-- ---- from screen to screen --------------------------------------------------

-- Key what is not there yet: a screen may still show it from the last time.
local function keep(self, values)
    for label, value in pairs(values) do
        local field = self.grid:field(label)
        if field:get() ~= value then
            field:set(value)
        end
    end
end

-- Key what is new.
local function put(self, values)
    for label, value in pairs(values) do
        if value == "" then
            keep(self, { [label] = value })
        else
            self.grid:field(label):set(value)
        end
    end
end

local function wait(self, any)
    return self.grid:wait(any, { timeout = self.timeout })
end

local function sign_on(self)
    local user, password = self.sign_on.user, self.sign_on.password
    put(self, { [user[1]] = user[2] })
    self.grid:field(password[1]):secret(password[2])
    self.grid:key("Enter")
end

local function choose(self)
    put(self, self.menu.set)
    self.grid:key("Enter")
end

local function enter(self)
    self.grid:key("Enter")
end

local function back(self)
    self.grid:key(self.back)
end

-- How each screen is left towards the search; forward: an error answers it.
local function ways(self)
    local list = { { self.sign_on, sign_on, forward = true },
        { self.menu, choose, forward = true }, { self.results, back },
        { self.record, back }, { self.why, back } }
    for _, notice in ipairs(self.notices) do
        list[#list + 1] = { notice, enter }
    end
    if self.closed then
        list[#list + 1] = { self.closed, enter }
    end
    return list
end

-- What may come next: the search, and screens that were not left yet. What stood on
-- a screen before a key may be there for a while: only a key forward is answered by
-- an error.
local function expected(self, left, last)
    local any = { { screen = self.search.screen } }
    if last == self.search then
        any = {}
    end
    for _, way in ipairs(left) do
        any[#any + 1] = { screen = way[1].screen }
    end
    for _, one in ipairs(last and last.forward and errors(self) or {}) do
        any[#any + 1] = one
    end
    return any
end

-- The way by which the screen is left; each is taken once.
local function take(left, name)
    for i, way in ipairs(left) do
        if way[1].screen == name then
            return table.remove(left, i)
        end
    end
    return nil
end

-- Be on the search, where nothing stands of a search before: from wherever it is.
local function to_search(self)
    local left, last = ways(self), nil
    local clean = self.at ~= nil
    while self.at ~= "search" do
        local _, name = wait(self, expected(self, left, last))
        if name == self.search.screen and (clean or last) then
            self.at = "search"
        elseif name == self.search.screen then
            last = self.search
            back(self)
        else
            last = take(left, name) or core.raise { code = "ESCREEN",
                msg = "the search cannot be reached; the system says: "
                    .. message(self) }
            last[2](self)
        end
    end
    self.at = nil
    keep(self, self.search.set or {})
end

-- Press Enter and see to what is asked on the way, once each: true and which of
-- the wanted came, or false and the answer.
local function ask(self, wanted)
    local passing = { table.unpack(self.notices) }
    table.insert(passing, 1, self.why)
    enter(self)
    while true do
        local any = { table.unpack(wanted) }
        for _, one in ipairs(passing) do
            any[#any + 1] = { screen = one.screen }
        end
        if self.closed then
            any[#any + 1] = { screen = self.closed.screen }
        end
        for _, one in ipairs(errors(self)) do
            any[#any + 1] = one
        end
        local index, name = wait(self, any)
        local asked = passing[index - #wanted]
        if index <= #wanted then
            return true, index
        elseif asked then
            table.remove(passing, index - #wanted)
            put(self, asked.set or {})
            enter(self)
        elseif self.closed and name == self.closed.screen then
            return false, outcome.could_not_check("the system is closed")
        else
            return false, refused(self)
        end
    end
end

-- ---- the system -------------------------------------------------------------

-- A row of the list by the names that rpa.search knows, and its line.
local function row_of(self, shown)
    local row = {}
    for name, header in pairs(self.results.columns) do
        row[name] = shown[header]
    end
    return row
end

--- The rows that the system lists for a query, over all pages.
function Enquiry:list(query)
    to_search(self)
    put(self, query)
    local good, came = ask(self, { self.results.none,
        { screen = self.results.screen } })
    if not good then
        return came
    end
    local shown = came == 1 and {} or self.grid:table(self.results.table)
    self.at = query
    if #shown == 0 then
        return outcome.not_found(self.results.none.text)
    end
    self.lines = {}
    local rows = {}
    for i, one in ipairs(shown) do
        rows[i] = row_of(self, one)
        self.lines[rows[i].ref] = one[self.results.number]
    end
    return outcome.found(rows)
end

-- What the screen shows behind a label, which is there once.
local function shown_at(shown, label)
    local text
    for _, field in ipairs(shown.fields) do
        if field.label == label then
            local line = shown.lines[field.row]
            local from, to = utf8.offset(line, field.col),
                utf8.offset(line, field.col + field.room)
            text = not text and field.room > 0 and line:sub(from, to - 1)
        end
    end
    if not text or text:find("\u{FFFD}", 1, true) then
        core.raise { code = text and "EUNREADABLE" or "ELABEL",
            msg = ("the record's '%s' cannot be read"):format(label),
            hint = "rpa screen shows the labels, and cells that no font fits" }
    end
    return text:match("^(.-) *$")
end

-- The record, of one look at it.
local function read(self)
    local shown, record = self.grid:read(), {}
    for name, label in pairs(self.record.fields) do
        record[name] = shown_at(shown, label)
    end
    return record
end

--- The record of a row that a query listed.
function Enquiry:open(row, query)
    if self.at ~= query then
        local again = self:list(query)
        if not again:is("found") or not self.lines[row.ref] then
            return outcome.could_not_check("the list is not as it was before")
        end
    end
    self.at = nil
    put(self, { [self.results.line] = self.lines[row.ref] })
    local good, answer = ask(self, { self.record.whole })
    if not good then
        return answer
    end
    self.grid:expect({ screen = self.record.screen })
    local record = read(self)
    back(self)
    wait(self, { { screen = self.results.screen } })
    self.at = query
    return outcome.found(record)
end

--- A system for rpa.search, from a table as above. query(form) may be in it, and
-- must be set before anybody is looked for. Its start() signs on and goes to the
-- search; it raises what is in the way.
function enquiry.system(spec)
    local self = { back = "F3", timeout = 30, notices = {} }
    for name, value in pairs(spec) do
        self[name] = value
    end
    setmetatable(self, Enquiry)
    return { name = spec.name, picture = spec.grid, query = spec.query,
        start = function() to_search(self) end,
        list = function(query) return self:list(query) end,
        record = function(row, query) return self:open(row, query) end }
end

return enquiry
