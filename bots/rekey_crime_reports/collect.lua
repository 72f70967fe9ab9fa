-- From the source to the queue: what it lists and was never queued.

local report = require "report"

local collect = {}

local function next_day(year, month, day)
    local leap = year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)
    local last = { 31, leap and 29 or 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }
    if day < (last[month] or 31) then
        return year, month, day + 1
    end
    return month < 12 and year or year + 1, month % 12 + 1, 1
end

--- A crime must be recorded within 24 hours of its report: the day after, at the
-- same time. Nil when @submitted is no time.
function collect.deadline(submitted)
    local year, month, day, rest = (submitted or ""):match(
        "^(%d%d%d%d)%-(%d%d)%-(%d%d)(T%d%d:%d%d:%d%d.+)$")
    return year and ("%04d-%02d-%02d"):format(next_day(math.tointeger(year),
        math.tointeger(month), math.tointeger(day))) .. rest
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
