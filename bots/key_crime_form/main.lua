-- Keys records into the crime form, a window with entries, a tick box and a
-- button. Each value is read back from its entry before OK may be pressed.
local form = rpa.window("Crime Form"):form()
local queue = rpa.queue("crime-form")

local fields = {
    { "Surname", "surname" }, { "Given Names", "given" },
    { "Date of Birth", "born" }, { "Crime Type", "type" }, { "Notes", "notes" },
}

local function check(record)
    local reasons = {}
    for _, field in ipairs(fields) do
        for _, reason in ipairs(rpa.check(field[1], record[field[2]])) do
            reasons[#reasons + 1] = reason
        end
    end
    return reasons
end

for _, record in ipairs(rpa.json.decode(rpa.set.records)) do
    queue:add { reference = record.id, payload = record }
end

queue:each(function(item)
    local record = item.payload
    local reasons = check(record)
    if #reasons > 0 then
        return item:reject(reasons)
    end
    form:field("Surname"):set(record.surname)
    form:field("Given Names"):set(record.given)
    form:field("Date of Birth"):set(record.born)
    form:field("Password"):secret(rpa.secret("form-password"))
    form:field("Crime Type"):set(record.type)
    form:tick("Urgent"):set(record.urgent)
    form:field("Notes"):set(record.notes)
    form:press("OK")
    item:done(form:field("Reference"):get())
end)
