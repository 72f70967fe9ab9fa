-- The way through the crime recording system's screens, by the names that the
-- screen map gives them: a force's own titles, labels and keys are in its overlay.

local keying = {}

--- The purpose's justification, which some reports must be given; it must fit
-- before the first report is begun.
function keying.justification()
    local text = rpa.purpose.justification
        or error("no justification; give --purpose justification=…")
    local reasons = rpa.check("Justification", text)
    if #reasons > 0 then
        error("the justification cannot be keyed: " .. table.concat(reasons, ", "))
    end
    return text
end

-- Where the system's messages stand: in the last row of a screen, or in one of all.
local function message_row(crs, screen)
    return rpa.overlay.messages().row or rpa.overlay.screen(screen).rows
        or #crs:lines()
end

-- Key what a screen always has.
local function put_constants(crs, screen)
    for _, field in ipairs(rpa.overlay.screen(screen).fields or {}) do
        if field.value then
            crs:field(field.label):set(field.value)
        end
    end
end

-- Answer a screen on the way: a menu, a notice, a question.
local function answer(crs, menu)
    put_constants(crs, menu.name)
    if not menu.label then
        return crs:key(menu.choice)
    end
    crs:field(menu.label):set(menu.choice)
    crs:key(rpa.overlay.key(menu.name))
end

-- Wait until one of the screens, or a text, shows; returns which. What comes on the
-- way to the goal is answered, each once; and nil if the system says with a message
-- (on the row of messages) that something is wrong.
local function arrive(crs, goal, names, row)
    local menus = rpa.overlay.menus(goal)
    while true do
        local any = {}
        for i, name in ipairs(names) do
            any[i] = type(name) == "table" and name or { screen = name }
        end
        for _, menu in ipairs(menus) do
            any[#any + 1] = { screen = menu.name }
        end
        for _, text in ipairs(rpa.overlay.messages().error) do
            any[#any + 1] = { text = text, row = row }
        end
        local index = crs:wait(any, { timeout = 30 })
        if index <= #names then
            return index
        elseif not menus[index - #names] then
            return nil
        end
        answer(crs, table.remove(menus, index - #names))
    end
end

-- Leave whatever is shown, until there is a way to the goal: what was begun and not
-- filed is abandoned.
local function leave(crs, goal)
    local any, menus = {}, rpa.overlay.menus(goal)
    for _, menu in ipairs(menus) do
        any[#any + 1] = { screen = menu.name }
    end
    for _, name in ipairs(rpa.overlay.screens()) do
        any[#any + 1] = { screen = name }
    end
    while true do
        local index, name = crs:wait(any, { timeout = 30 })
        if index <= #menus then
            return
        end
        crs:key(rpa.overlay.leave(name))
        table.remove(any, index)
    end
end

-- The system says that something is wrong, which the bot cannot mend.
local function refused(crs, screen, row)
    local message = crs:lines()[row]:match("%S.*%S")
    if screen ~= "SIGN ON" then
        leave(crs, "new")
    end
    error(("the system says '%s' on %s"):format(message, screen))
end

-- Press the key that goes on from this screen, such as Enter, and wait until one of
-- the others shows; returns which.
local function go_on(crs, screen, goal, names)
    local row = message_row(crs, screen)
    crs:key(rpa.overlay.key(screen))
    return arrive(crs, goal, names, row) or refused(crs, screen, row)
end

--- Sign on; the password is a secret that only its field ever sees.
function keying.sign_on(crs, user)
    rpa.step("sign on")
    crs:wait({ screen = "SIGN ON" }, { timeout = 30 })
    put_constants(crs, "SIGN ON")
    crs:field("User ID"):set(user)
    crs:field("Password"):secret(rpa.secret("crs-password"))
    go_on(crs, "SIGN ON", "sign on", { "MAIN MENU" })
end

-- Choose what leads to a screen, by the force's menus.
local function choose(crs, goal, screen)
    leave(crs, goal)
    local row = message_row(crs, "MAIN MENU")
    return arrive(crs, goal, { screen }, row) or refused(crs, "MAIN MENU", row)
end

--- Sign off, so that no session is left open.
function keying.sign_off(crs)
    rpa.step("sign off")
    choose(crs, "off", "SIGN ON")
end

-- Choose a field's value in the system's own list; false if it is not there.
local function pick(crs, field, line)
    local shown = rpa.overlay.pick(crs, field.label, line.becomes)
    line.show, line.becomes = shown, shown
    return shown ~= nil
end

-- Fill a screen in; returns the field whose value the system has not, if there is one.
local function fill(crs, screen, record)
    for _, field in ipairs(screen.fields) do
        for i, line in ipairs(record[field.label]) do
            if not field.picks then
                crs:field(field.label, i):set(line.key)
            elseif not pick(crs, field, line) then
                return field.label
            end
        end
    end
end

-- Is that what a field shows for a line: what was keyed, or what the target makes of
-- it? (A field reads without the blanks at its end.)
local function agrees(text, line)
    return line and (text == line.show:gsub(" +$", "")
        or text == line.becomes:gsub(" +$", "")) or not line and text == ""
end

-- Before a screen is left: does every field show what it must, and nothing else?
local function verify(crs, screen, record)
    for _, field in ipairs(screen.fields) do
        for i = 1, field.lines or 1 do
            if not agrees(crs:field(field.label, i):get(), record[field.label][i]) then
                leave(crs, "new")
                error(("%s, line %d, is not what was keyed"):format(field.label, i))
            end
        end
    end
end

-- From a screen of a record to the next one; the system may ask for a justification
-- in between.
local function onward(crs, screen, to, justification)
    if go_on(crs, screen, "file", { to, "JUSTIFICATION REQUIRED" }) == 2 then
        put_constants(crs, "JUSTIFICATION REQUIRED")
        crs:field("Justification"):set(justification)
        go_on(crs, "JUSTIFICATION REQUIRED", "file", { to })
    end
end

-- How the system says that a record is filed: by a screen, or with a message, which is
-- not there before.
local function filed(crs, screen)
    local said = rpa.overlay.messages()
    if not said.filed then
        return "REPORT ACCEPTED"
    end
    local row = said.filed_row or message_row(crs, screen)
    if (crs:lines()[row] or ""):find(said.filed, 1, true) then
        leave(crs, "new")
        error(("%s says '%s' before anything was filed"):format(screen, said.filed))
    end
    return { text = said.filed, row = row }
end

--- Key one record and file it. Returns its crime reference; or nil and why it cannot
-- be filed, and it is not.
function keying.file(crs, record, justification)
    local screens = rpa.overlay.record()
    rpa.step("new record")
    choose(crs, "new", screens[1].name)
    for i, screen in ipairs(screens) do
        rpa.step("screen " .. i)
        local none = fill(crs, screen, record)
        if none then
            leave(crs, "new")
            return nil, { "bad_value:" .. none }
        end
        verify(crs, screen, record)
        rpa.step(i == #screens and "file" or "screen " .. i)
        onward(crs, screen.name, i == #screens and filed(crs, screen.name)
            or screens[i + 1].name, justification)
    end
    return crs:match(rpa.overlay.messages().reference)
end

-- What the fields of a screen show of a report's online reference, which may stand in
-- parts: a list of { label, text }.
local function reference_on(screen, id)
    local list = {}
    for _, field in ipairs(rpa.overlay.screen(screen).fields or {}) do
        local value = field.shows or field.label
        if value == "Submission ID" or value == "Online Ref" then
            list[#list + 1] = { label = field.label,
                text = rpa.overlay.text(field.label, function() return id end) or "" }
        end
    end
    return list
end

-- Does the screen say that it is about that report?
local function is_about(crs, screen, id)
    local parts = reference_on(screen, id)
    for _, part in ipairs(parts) do
        if crs:field(part.label):get() ~= select(3, rpa.check(part.label, part.text)) then
            return false
        end
    end
    return #parts > 0
end

-- What the system may answer to a search, in its messages or with a screen of its own:
-- a list of what to wait for, each with the outcome and the screen that shows it.
local function answers(row)
    local said, any = rpa.overlay.messages(), {}
    local function add(outcome, what, screen)
        any[#any + 1] = { outcome = outcome, what = what, screen = screen }
    end
    for _, outcome in ipairs { "found", "absent" } do
        if said[outcome] then
            add(outcome, { text = said[outcome], row = row }, "FIND A REPORT")
        end
    end
    for _, name in ipairs(rpa.overlay.screens()) do
        if name == "REPORT FOUND" or name == "NO SUCH REPORT" then
            add(name == "REPORT FOUND" and "found" or "absent", { screen = name }, name)
        end
    end
    for _, text in ipairs(said.error) do
        add("unknown", { text = text, row = row }, "FIND A REPORT")
    end
    return any
end

--- Is the report with that online reference in the system? "found" and its
-- crime reference, "absent" when the system says so, else "unknown". A screen that
-- answers must show which one it is about.
function keying.find(crs, id)
    rpa.step("find")
    choose(crs, "find", "FIND A REPORT")
    put_constants(crs, "FIND A REPORT")
    for _, part in ipairs(reference_on("FIND A REPORT", id)) do
        crs:field(part.label):set(part.text)
    end
    local any, wait = answers(message_row(crs, "FIND A REPORT")), {}
    for i, one in ipairs(any) do
        wait[i] = one.what
    end
    crs:key(rpa.overlay.key("FIND A REPORT"))
    local got = any[crs:wait(wait, { timeout = 30 })]
    if not is_about(crs, got.screen, id) then
        return "unknown"
    end
    local reference = crs:match(rpa.overlay.messages().reference)
    return got.outcome == "found" and not reference and "unknown" or got.outcome,
        reference
end

return keying
