-- A reply of the person service: its head, so many persons and so many notes, as
-- segments whose trailing blanks are data.

local head = rpa.segments.define { { "code", 4 }, { "total", 4, fill = "0" },
    { "count", 2, fill = "0" }, { "notes", 2, fill = "0" } }
local person = rpa.segments.define { { "ref", 8 }, { "surname", 20 },
    { "given", 30 }, { "born", 8 }, { "sex", 1 }, { "postcode", 8 }, { "pnc", 13 },
    { "cro", 12 } }
local note = rpa.segments.define { { "code", 4 }, { "text", 40 } }

local reply = {}

-- DDMMYYYY as dates are read; --MMYYYY and ----YYYY are as they are.
local function day_of(text)
    return (text:gsub("^(%d%d)(%d%d)(%d%d%d%d)$", "%1/%2/%3"))
end

--- The persons of a reply and how many there are in all; nil and why it cannot be
-- read to its end.
function reply.read(doc)
    local bytes = doc:ns("p", "urn:example:person:1"):text("//p:reply") or ""
    if #bytes < head.width then
        return nil, "the reply has no head"
    end
    local said = head:read(bytes:sub(1, head.width))
    local count, notes, total = math.tointeger(said.count),
        math.tointeger(said.notes), math.tointeger(said.total)
    if not count or not notes or not total
        or #bytes ~= head.width + count * person.width + notes * note.width then
        return nil, "the reply is not as long as its head says"
    end
    local persons = {}
    local ended = head.width + count * person.width
    for i, one in ipairs(person:all(bytes:sub(head.width + 1, ended), count)) do
        persons[i] = person:trimmed(one)
        persons[i].born = day_of(persons[i].born)
    end
    return { persons = persons, total = total }
end

return reply
