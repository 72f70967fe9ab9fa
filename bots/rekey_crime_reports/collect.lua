-- From where reports come to the queue: what was never queued.

local formats = { xml = require "xml_reports", json = require "json_reports" }

local collect = {}

-- JSON begins with a brace or a bracket; what is neither it nor XML is an error.
local function format_of(bytes)
    return bytes:find("^%s*[{%[]") and formats.json or formats.xml
end

--- A crime must be recorded within 24 hours of its report: the day after, at the
-- same time. Nil when @submitted is no time.
function collect.deadline(submitted)
    local text = type(submitted) == "string" and submitted or ""
    local day, rest = text:match("^(%d+%-%d+%-%d+)(T%d%d:%d%d:%d%d.+)$")
    local date = day and rpa.dates.parse(day)
    return date and rpa.dates.format(rpa.dates.add(date, 1), "YYYY-MM-DD") .. rest
end

local function add(queue, fields)
    return queue:add { reference = fields["Online Ref"], payload = fields,
        deadline = collect.deadline(fields.Submitted) }
end

local function fetch(queue, source, entry)
    local body = rpa.http.get(source .. entry.href).body
    local reports = format_of(body).read(body)
    if #reports ~= 1 or reports[1]["Online Ref"] ~= entry.id then
        error("the source sent another report than its list promised")
    end
    add(queue, reports[1])
end

--- Queue what a service lists and is new. A report that cannot be read is told of
-- and left for the next run; the first such error is returned.
function collect.service(queue, source)
    local first
    rpa.step("collect")
    local list = rpa.http.get(source .. "/reports").body
    for _, entry in ipairs(format_of(list).list(list)) do
        if not queue:state(entry.id) then
            local ok, err = pcall(fetch, queue, source, entry)
            first = first or (not ok and err) or nil
            if not ok then
                rpa.log(("%s was not queued: %s"):format(entry.id, tostring(err)),
                    "warn")
            end
        end
    end
    return first
end

--- Queue what a file holds and is new: all of it can be read and has a reference of
-- its own, or nothing is queued.
function collect.file(queue, name)
    rpa.step("collect")
    local bytes, seen, new = rpa.file(name):read(), {}, 0
    local reports = format_of(bytes).read(bytes)
    for i, fields in ipairs(reports) do
        local reference = fields["Online Ref"]
        if not reference or seen[reference] then
            error(reference
                and ("reports %d and %d of the file have one reference"):format(
                    seen[reference], i)
                or ("report %d of the file has no reference"):format(i))
        end
        seen[reference] = i
    end
    for _, fields in ipairs(reports) do
        new = new + (add(queue, fields) and 1 or 0)
    end
    rpa.log(("the file has %d reports, %d of them new"):format(#reports, new))
end

return collect
