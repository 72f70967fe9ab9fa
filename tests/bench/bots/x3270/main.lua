-- Fills in the first screen with the record of the harness, the others with
-- what they must have, and files it, so that the host tells what it got.
local crs = rpa.window("Crime Recording"):grid()

local function go(title)
    crs:key("Enter")
    crs:wait({ text = title, row = 1 })
end

crs:wait({ text = "SIGN ON", row = 1 })
crs:field("User ID"):set("RPABOT")
crs:field("Password"):secret(rpa.secret("crs-password"))
go("MAIN MENU")
local queue = rpa.queue("bench")
for i = 1, tonumber(rpa.set.times) do
    queue:add { reference = "bench " .. i }
end
for item in queue:items() do
    crs:field("Option"):set("1")
    go("NEW CRIME REPORT 1/3")
    for label, value in rpa.set.record:gmatch("([^=|]+)=([^|]*)") do
        crs:field(label):set(value)
    end
    go("NEW CRIME REPORT 2/3")
    crs:field("Surname"):set("Bench")
    go("NEW CRIME REPORT 3/3")
    local line = 0
    for text in rpa.set.narrative:gmatch("[^|]+") do
        line = line + 1
        crs:field("Narrative", line):set(text)
    end
    if line == 0 then
        crs:field("Narrative"):set("Keyed to be timed.")
    end
    go("REPORT ACCEPTED")
    item:done(crs:match("CRIME REF (%u+%d+/%d+)"))
    go("MAIN MENU")
end
