-- Looks for persons in the person service: surnames without marks, cut at 20, and a
-- forename by its initial; replies are segments, so many persons in each.

local reply = require "reply"

local WIDTH, PAGE_MAX = 20, 9999
local purpose = rpa.search.purpose()
local service = rpa.service("persons")

-- What is asked for a form of a name.
local function query(form)
    local surname = rpa.names.key(form.surname)
    local initial = rpa.search.initial(rpa.names.key(form.forename))
    if (surname .. initial):find("[\x80-\xFF]") then
        return nil, "the service takes no such letters"
    end
    return { surname = surname:sub(1, WIDTH), initial = initial }
end

local function ask(wanted, from)
    return service:ask { path = "/persons", soap = { body = {
        "p:find", ["xmlns:p"] = "urn:example:person:1",
        { "p:purpose", purpose.code }, { "p:originator", purpose.originator },
        { "p:surname", wanted.surname }, { "p:initial", wanted.initial },
        { "p:born" }, { "p:from", tostring(from) },
    } } }
end

-- All persons of a query, over as many replies as it takes.
local function list(wanted)
    local rows, total = {}, nil
    repeat
        local answer = ask(wanted, #rows + 1)
        if not answer:is("found") then
            return #rows == 0 and answer
                or rpa.outcome.could_not_check("the list ended before its total")
        end
        local page, why = reply.read(answer.value)
        if not page or #page.persons == 0 or total and page.total ~= total
            or page.total > PAGE_MAX then
            return rpa.outcome.could_not_check(why or "the replies do not fit together")
        end
        total = page.total
        table.move(page.persons, 1, #page.persons, #rows + 1, rows)
    until #rows >= total
    return #rows == total and rpa.outcome.found(rows)
        or rpa.outcome.could_not_check("more persons came than its total")
end

rpa.search.each("vetting-soap", { name = "soap", query = query, list = list })
