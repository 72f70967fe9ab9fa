-- From the applicants' rows to the systems: each person becomes an item in the
-- queue of each system, where a bot of that system's looks for them. A row in which
-- something is wrong is rejected with all that is; nothing is guessed. Who is wanted
-- is told to the audit first: so nobody is left out of the report in silence.

local person = require "person"

local SYSTEMS = { "crime", "vt", "soap" }

rpa.search.purpose() -- demanded before anybody's name is passed on

rpa.queue("vetting"):each(function(item)
    local who, faults = person.read(item.payload, item.reference)
    if #faults > 0 then
        local why = "the row was rejected: " .. table.concat(faults, ", ")
        person.wanted(who, { why = why })
        return item:reject(faults)
    end
    person.wanted(who, {}) -- whatever was wrong with an earlier row of theirs
    for _, system in ipairs(SYSTEMS) do
        person.wanted(who, { system = system })
        rpa.queue("vetting-" .. system):add { reference = item.reference,
            payload = who, deadline = item.deadline }
    end
    item:done(#SYSTEMS .. " systems")
end)
