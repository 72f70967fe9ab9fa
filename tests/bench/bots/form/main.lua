-- Keys each text and files it. The harness takes the times from the audit.
local form = rpa.window(rpa.set.title):form()
for text in rpa.set.lines:gmatch("[^|]+") do
    form:field("Notes"):set(text)
    form:press("OK")
    form:field("Reference"):get() -- it is filed
end
