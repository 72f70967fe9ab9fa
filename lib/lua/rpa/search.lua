--- A person looked for in one system: under each form of their name, over all
-- pages, each record proved. Each form is told to the audit with what it came to,
-- and what may be the person is proposed to a person who decides. Nothing here
-- decides, and nothing says that somebody is clear.
--
-- A system is a table of its name and these. query(form): what is asked for a form
-- of rpa.names.forms, a table of texts; nil and why where the system can hold no such
-- name. list(query): an answer of rpa.outcome, found with rows, each with ref and what
-- it shows of surname, given, born and so on. record(row, query): an answer, found with
-- the record of a row; without it a row is all there is. picture: the grid whose
-- picture goes with a proposal.
--
--   local held = { { ref = "P1", surname = "EVANS", given = "SIAN", born = "1990" } }
--   local system = { name = "index",
--       query = function(form) return { surname = rpa.names.key(form.surname) } end,
--       list = function(query)
--           return query.surname == "EVANS" and rpa.outcome.found(held)
--               or rpa.outcome.not_found("NO RECORDS HELD")
--       end }
--   local answer = rpa.search.person(system, { application = "VET-1",
--       person = "applicant", surname = "Evans", given = "Siân", born = "3/4/1990" })
--   assert(answer:is("found"))

local _, core = ...
local dates = require "rpa.dates"
local names = require "rpa.names"
local outcome = require "rpa.outcome"
local police = require "rpa.police"
local queue = require "rpa.queue"
local review = require "rpa.review"
local screen = require "rpa.screen"

local search = {}

-- How often a record that somebody has open is asked for, within one search.
local TRIES = 3

-- ---- what is asked for ------------------------------------------------------

--- The run's purpose as systems want it keyed: { code = "04", originator, reason },
-- its reason code, its originator and its justification. Raises EINVAL when the run
-- has not all of them: nobody is looked for without.
--
--   assert(not pcall(rpa.search.purpose)) -- `rpa run` was given no originator
function search.purpose()
    local given = core.call("run.info", {}).purpose
    for _, part in ipairs { "reason", "originator", "justification" } do
        if not given[part] then
            core.raise { code = "EINVAL",
                msg = "nobody is looked for without a purpose: it has no " .. part,
                hint = "rpa run --purpose reason=4,originator=…,justification=…" }
        end
    end
    return { code = ("%02d"):format(given.reason), originator = given.originator,
        reason = given.justification }
end

-- What a field of the screen map shows for a text, in capitals and after the folds
-- that the map declares; nil and why where it cannot hold it.
local function keyed(label, text)
    local reasons, folds = screen.check(label, text)
    if #reasons > 0 then
        return nil, table.concat(reasons, ", ")
    end
    local to = {}
    for _, fold in ipairs(folds) do
        to[fold.from] = fold.to
    end
    return text:gsub(utf8.charpattern, to):upper()
end

--- A query of a terminal system: what its fields show for these texts, by label, in
-- capitals; nil and why where one of them cannot hold its text.
--
--   assert(rpa.search.query({ Surname = "Lee" }).Surname == "LEE")
--   assert(not rpa.search.query { Surname = ("x"):rep(36) })
function search.query(texts)
    local query = {}
    for label, text in pairs(texts) do
        local shown, why = keyed(label, text)
        if not shown then
            return nil, why
        end
        query[label] = shown
    end
    return query
end

--- The first letter of a name, by which systems ask for a forename; "" of none.
--
--   assert(rpa.search.initial("Émile") == "É")
function search.initial(name)
    return name:match(utf8.charpattern) or ""
end

-- ---- what counts ------------------------------------------------------------

-- Of two answers the one that leaves more open.
local function worse(a, b)
    return (not a or core.leaves_open(b) > core.leaves_open(a)) and b or a
end

--- What is wrong with a record, by what it says itself: a check letter that is not
-- that of its number, a date of birth that nobody alive has; nil if nothing is. A
-- placeholder is not wrong, but unknown.
--
--   assert(rpa.search.fault { pnc = "2001/0171310S" })
--   assert(rpa.search.fault { born = "31/02/1980" })
--   assert(not rpa.search.fault { pnc = "02/73319Z", cro = "000000/00Z", born = "" })
function search.fault(record)
    local readers = { pnc = police.pnc.parse, cro = police.cro.parse,
        born = dates.birth }
    for field, read in pairs(readers) do
        local text = record[field] or ""
        if text ~= "" then
            local good, why, unknown = read(text)
            if not good and not unknown then
                return ("%s cannot be right: %s"):format(field, why)
            end
        end
    end
end

-- A record shows what its row did, which a list may have cut.
local function same(row, record)
    for field, text in pairs(row) do
        if record[field] and record[field]:sub(1, #text) ~= text then
            return false
        end
    end
    return record.ref == row.ref
end

-- ---- one record -------------------------------------------------------------

-- What was asked and seen in each field, by whether it agrees; and why.
local function evidence(found)
    local agree, disagree, reasons = {}, {}, {}
    for i, one in ipairs(found.reasons) do
        local fields = one.agrees and agree or disagree
        fields[one.field] = { asked = one.asked, seen = one.seen }
        reasons[i] = ("%s: %s (%+d)"):format(one.field, one.how, one.points)
    end
    if found.twins then
        reasons[#reasons + 1] = "may be a twin: nothing but the forename parts them"
    end
    return agree, disagree, reasons
end

local function propose(system, who, record, found)
    local agree, disagree, reasons = evidence(found)
    review.propose {
        kind = "match", about = who.application, system = system.name,
        key = table.concat({ who.application, who.person, system.name, record.ref },
            "/"),
        record = { person = who.person, ref = record.ref },
        agree = agree, disagree = disagree, reasons = reasons,
        score = math.max(0, math.min(1, found.score / 100)),
        picture = system.picture,
    }
end

local function may_be(who, record)
    local found = names.compare(who.prepared, record)
    return found.band ~= "unlikely", found
end

-- The record of a row, proved; if it may be the person, it is proposed.
local function view(system, who, row, query)
    local answer = outcome.found(row)
    if system.record then
        answer = outcome.try(function() return system.record(row, query) end)
    end
    if not answer:is("found") then
        return answer
    end
    local record = answer.value
    local why = search.fault(record)
        or not same(row, record) and "another record came than was asked for"
    if why then
        return outcome.could_not_check(why)
    end
    local may, found = may_be(who, record)
    if may then
        propose(system, who, record, found)
    end
    return answer
end

-- ---- one person -------------------------------------------------------------

-- What is asked for a form: where the system cannot hold it, for it folded.
local function query_of(system, form)
    local query = system.query(form)
    if query then
        return query
    end
    return system.query { surname = names.fold(form.surname),
        forename = names.fold(form.forename), why = form.why .. ", folded" }
end

local function id_of(query)
    local parts = {}
    for name, text in pairs(query) do
        parts[#parts + 1] = name .. "\0" .. text
    end
    table.sort(parts)
    return table.concat(parts, "\0")
end

-- All that is asked for a person, each once: { query, form } or { why, form }.
local function questions(system, who)
    local list, seen = {}, {}
    for _, form in ipairs(names.forms(who)) do
        local query, why = query_of(system, form)
        local id = id_of(query or form)
        if not seen[id] then
            seen[id] = true
            list[#list + 1] = { query = query, why = why, form = form }
        end
    end
    return list
end

-- One form: the worst of its list and of each record on it that may be the person.
-- A record is opened once, unless it was locked.
local function ask(system, who, one, opened)
    if not one.query then
        return outcome.could_not_check(one.why)
    end
    local answer = outcome.try(function() return system.list(one.query) end)
    if not answer:is("found") then
        return answer
    end
    for _, row in ipairs(answer.value) do
        if may_be(who, row) then
            local record = opened[row.ref]
            if not record or record:is("locked") then
                record = view(system, who, row, one.query)
                opened[row.ref] = record
            end
            answer = worse(answer, record)
        end
    end
    return answer
end

local function tell(system, who, one, answer)
    local as = { form = one.form.why }
    for name, text in pairs(one.query or one.form) do
        as[name] = text
    end
    review.searched { about = who.application, person = who.person,
        system = system.name, as = as, outcome = answer }
end

--- Look for a person: { application, person, surname, given, aliases, born, …} as
-- rpa.names.compare takes it, application and person being labels without personal
-- data. What is locked is asked for again after the rest, three times in all. The
-- answer is the worst of all: could not check, locked, found, not found.
function search.person(system, wanted)
    local who = setmetatable({ prepared = names.prepare(wanted) }, { __index = wanted })
    local worst
    review.wanted { about = who.application, person = who.person, system = system.name }
    local todo, opened = questions(system, wanted), {}
    for try = 1, TRIES do
        local locked = {}
        for _, one in ipairs(todo) do
            local answer = ask(system, who, one, opened)
            if answer:is("locked") and try < TRIES then
                locked[#locked + 1] = one
            else
                tell(system, who, one, answer)
                worst = worse(worst, answer)
            end
        end
        todo = locked
    end
    return worst or outcome.could_not_check("there is no name to look for")
end

--- Look for each person of a queue, whose payloads are such tables. An item is done
-- when all was looked at; while a record is locked it is put off, and what could not
-- be checked has failed, for a person to see to.
function search.each(name, system)
    queue.queue(name):each(function(item)
        local who = item.payload
        rpa.set_purpose { reference = who.application }
        local answer = search.person(system, who)
        answer:case {
            found = function() item:done("records found") end,
            not_found = function() item:done("no record found") end,
            locked = function() item:locked(answer.why) end,
            could_not_check = function(why) -- of this person; the next may be
                error(type(why) == "table" and why.msg or why, 0)
            end,
        }
    end)
end

return search
