-- From the source to the queue: what it lists and was never queued.

local report = require "report"

local collect = {}

--- A crime must be recorded within 24 hours of its report: the day after, at the
-- same time. Nil when @submitted is no time.
function collect.deadline(submitted)
    local day, rest = (submitted or ""):match("^(%d+%-%d+%-%d+)(T%d%d:%d%d:%d%d.+)$")
    local date = day and rpa.dates.parse(day)
    return date and rpa.dates.format(rpa.dates.add(date, 1), "YYYY-MM-DD") .. rest
end

local function add(queue, source, entry)
    local fields = report.read(rpa.http.get(source .. entry.href).body)
    if fields["Online Ref"] ~= entry.id then
        error("the source sent another report than its list promised")
    end
    queue:add { reference = entry.id, payload = fields,
        deadline = collect.deadline(fields.Submitted) }
end

--- Queue what is new. A report that cannot be read is told of and left for the
-- next run; the first such error is returned.
function collect.reports(queue, source)
    local first
    rpa.step("collect")
    for _, entry in ipairs(report.list(rpa.http.get(source .. "/reports").body)) do
        if not queue:state(entry.id) then
            local ok, err = pcall(add, queue, source, entry)
            first = first or (not ok and err) or nil
            if not ok then
                rpa.log(("%s was not queued: %s"):format(entry.id, tostring(err)),
                    "warn")
            end
        end
    end
    return first
end

return collect
