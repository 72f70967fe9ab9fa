-- Keys online crime reports into the crime recording system.
--
-- What a file holds and a service lists is added to the queue; then each report of
-- the queue, by its deadline, is checked, keyed over the system's screens, and done
-- when the system has shown its crime reference. One that cannot be keyed whole is
-- rejected with all its reasons: nothing is ever cut. One that an earlier run left
-- in doubt is looked for first.

local collect = require "collect"
local keying = require "keying"
local report = require "report"

local queue = rpa.queue("crime-reports")
local justification = keying.justification()
if rpa.set.file ~= "" then
    collect.file(queue, "reports")
end
local unread = rpa.set.source ~= ""
    and collect.service(queue, "http://" .. rpa.set.source) or nil

local crs = rpa.window("Crime Recording"):grid()
keying.sign_on(crs, rpa.set.user)

queue:each(function(item)
    local record, reasons = report.plan(item.payload)
    if #reasons > 0 then
        return item:reject(reasons)
    end
    if item.payload["Online Ref"] ~= item.reference then
        error("the report is not the one that was queued under its reference")
    end
    local reference, why = keying.file(crs, record, justification)
    if why then
        return item:reject(why)
    end
    item:done(reference)
end, { reconcile = function(item)
    return keying.find(crs, item.reference)
end })

keying.sign_off(crs)
if unread then
    error(unread, 0)
end
