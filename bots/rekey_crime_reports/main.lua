-- Keys online crime reports into the crime recording system.
--
-- Each report on the list is fetched, read, checked, keyed over three screens,
-- and done when the system has shown its crime reference. A report that cannot
-- be keyed whole is rejected with all its reasons: nothing is ever cut.

local keying = require "keying"
local report = require "report"

local source = "http://" .. rpa.set.source
local justification = keying.justification()
local reports = report.list(rpa.http.get(source .. "/reports").body)

local crs = rpa.window("Crime Recording"):grid()
keying.sign_on(crs, rpa.set.user)

rpa.items(reports, function(item)
    local page = rpa.http.get(source .. item.value.href)
    local record, reasons = report.parse(page.body)
    if #reasons > 0 then
        rpa.reject(reasons)
    end
    if record["Online Ref"][1].key ~= item.id then
        error("the source sent another report than its list promised")
    end
    item:done(keying.file(crs, record, justification))
end)

keying.sign_off(crs)
