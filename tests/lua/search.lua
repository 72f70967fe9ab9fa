-- rpa.search: each form once, the worst counts, what is locked is asked again, what
-- does not prove itself could not be checked, and nothing is told otherwise.
local person = require "person"
local tap = require "tap"
local ok, is = tap.ok, tap.is
local search, outcome = rpa.search, rpa.outcome

local proposed, told
function rpa.review.propose(entry)
    proposed[#proposed + 1] = entry
end
function rpa.review.searched(entry)
    told[#told + 1] = entry
end
local wanted
function rpa.review.wanted(entry)
    wanted = #told == 0 and entry
end

local her = { application = "VET-1", person = "applicant", surname = "Ŵyn",
    given = "Siân", born = "03/04/1990", postcode = "CF10 1AA" }
local HERS = { ref = "R1", surname = "WYN", given = "SIAN", born = "03/04/1990",
    pnc = "1981/0000034U" }

-- A system with these rows under WYN; each look at a record gives what open does.
local function system(rows, open)
    return { name = "index", record = open,
        query = function(form)
            if form.surname:find("[\x80-\xFF]") then
                return nil, "no such letters"
            end
            return { surname = rpa.names.key(form.surname) }
        end,
        list = function(query)
            return query.surname == "WYN" and (rows.outcome and rows
                or outcome.found(rows)) or outcome.not_found("NONE")
        end }
end
local function look(rows, open, who)
    proposed, told = {}, {}
    return search.person(system(rows, open), who or her).outcome
end

is(look { HERS }, "found", "she is there")
is(wanted.about .. wanted.person .. wanted.system, "VET-1applicantindex",
    "that she is wanted is told first")
is(#told, 2, "each form is told once, folded where the system cannot hold it")
is(told[1].as.surname .. told[2].as.surname, "WYNSIAN", "as what")
is(told[1].as.form, "as given", "and which form that is")
is(#proposed, 1, "and proposed")
is(proposed[1].key, "VET-1/applicant/index/R1", "by a key that comes again")
is(proposed[1].agree.given.seen, "SIAN", "with what agrees")
is(look { { ref = "R2", surname = "WYN", given = "SIAN", born = "30/12/1951" } },
    "found", "a list of others")
is(#proposed, 0, "is no match")
is(look {}, "found", "an empty list that says nothing is no 'not found'")

-- what was seen of a record
local function opened(with)
    local record = {}
    for name, value in pairs(HERS) do
        record[name] = with[name] or value
    end
    return function() return outcome.found(record) end
end
for name, with in pairs { ["a check letter"] = { pnc = "1981/0000034V" },
    ["a date"] = { born = "31/02/1990" }, ["another record"] = { ref = "R9" },
    ["another name"] = { surname = "LEE" } } do
    is(look({ HERS }, opened(with)), "could not check", name .. " is wrong")
    is(#proposed, 0, "and nothing is proposed")
end
is(look({ HERS }, function() error { code = "ETIMEOUT", msg = "late" } end),
    "could not check", "too late")
ok(not pcall(look, { HERS }, function() error { code = "EPERM", msg = "no" } end),
    "what is refused is no outcome")

-- locked: three times, and only the last is told
local times = 0
is(look({ HERS }, function()
    times = times + 1
    return times < 3 and outcome.locked("E310") or outcome.found(HERS)
end), "found", "it opens")
is(times, 3, "at the third time")
is(#told, 2, "each form told once")
times = 0
is(look({ HERS }, function()
    times = times + 1
    return outcome.locked("E310")
end), "locked", "it stays locked")
is(times, 3, "and is asked for no more")

-- the worst of all
for _, answer in ipairs { outcome.locked("E310"), outcome.could_not_check("E950") } do
    is(look(answer), answer.outcome, answer.outcome .. " is not lost behind the rest")
    ok(told[1].outcome:is("not found") or told[2].outcome:is("not found"),
        "though another form has none")
end
is(look({}, nil, { application = "VET-1", person = "applicant", surname = "Σ" }),
    "could not check", "a name that the system cannot hold")
is(look({}, nil, { application = "VET-1", person = "applicant" }), "could not check",
    "no name")

-- twins: the given name disagrees
local twin = { ref = "R3", surname = "WYN", given = "SUSAN", born = "03/04/1990",
    postcode = "CF10 1AA" }
look { twin }
is(proposed[1].disagree.given.seen, "SUSAN", "a twin is shown as one")
is(proposed[1].agree.given, nil, "and joined with nobody")

-- ---- bots/vetting_search: a row ----
local row = { application = "VET-1", person = "partner", surname = "Lee",
    given = "Jo", former = "Fox;O’Dea", aliases = "Leigh/Joe", born = "3/4/1990" }
local read, faults = person.read(row, "VET-1/partner")
is(#faults, 0, "a good row")
is(read.aliases[2].surname .. read.aliases[2].given, "O’DeaJo", "a surname of before")
is(read.aliases[3].surname .. read.aliases[3].given, "LeighJoe", "an alias")
for field, text in pairs { surname = "L33", born = "1990", given = "NOT ENTERED" } do
    local bad = setmetatable({ [field] = text }, { __index = row })
    is(#select(2, person.read(bad, "VET-1/partner")), 1, "a wrong " .. field)
end
is(#select(2, person.read({}, "x")), 5, "an empty row")
for field, bad in pairs { nino = { "AB12", "form:nino" },
    aliases = { "Rees/J4ck", "character:aliases" } } do
    local other = setmetatable({ [field] = bad[1] }, { __index = row })
    is(table.concat(select(2, person.read(other, "VET-1/partner")), " "), bad[2],
        "no " .. field)
end
is(select(2, person.read(row, "7"))[1], "reference:id",
    "nor is a row good by whose reference nobody knows who is in it")
tap.done()
