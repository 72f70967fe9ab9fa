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

-- Leave the record and go back to the menu; nothing more is filed.
local function abandon(crs)
    crs:key(rpa.overlay.word("cancel"))
    crs:wait({ screen = "MAIN MENU" }, { timeout = 30 })
end

-- The row of the system's messages, which is a screen's last.
local function last_row(crs, screen)
    return rpa.overlay.screen(screen).rows or #crs:lines()
end

-- Press the key that goes on from this screen, such as Enter, and wait until one of
-- the others shows; returns which. If the system answers with a message (E and a
-- number on the last row) something is wrong that the bot cannot mend.
local function go_on(crs, screen, names)
    local last = last_row(crs, screen)
    local any = {}
    for i, name in ipairs(names) do
        any[i] = { screen = name }
    end
    for _, code in ipairs { " E0", " E1", " E9" } do
        any[#any + 1] = { text = code, row = last }
    end
    crs:key(rpa.overlay.key(screen))
    local index = crs:wait(any, { timeout = 30 })
    if index > #names then
        local message = crs:lines()[last]:match("E%d+.*%S")
        if screen ~= "SIGN ON" and screen ~= "MAIN MENU" then
            abandon(crs)
        end
        error(("the system says '%s' on %s"):format(message, screen))
    end
    return index
end

--- Sign on; the password is a secret that only its field ever sees.
function keying.sign_on(crs, user)
    rpa.step("sign on")
    crs:wait({ screen = "SIGN ON" }, { timeout = 30 })
    crs:field("User ID"):set(user)
    crs:field("Password"):secret(rpa.secret("crs-password"))
    go_on(crs, "SIGN ON", { "MAIN MENU" })
end

-- Back to the menu from wherever the report before ended: at its confirmation,
-- or in the middle, when something went wrong.
local function to_menu(crs)
    local any = { { screen = "MAIN MENU" }, { screen = "REPORT ACCEPTED" },
        { screen = "JUSTIFICATION REQUIRED" }, { screen = "FIND A REPORT" } }
    for _, screen in ipairs(rpa.overlay.record()) do
        any[#any + 1] = { screen = screen.name }
    end
    local index = crs:wait(any)
    if index == 2 then
        go_on(crs, "REPORT ACCEPTED", { "MAIN MENU" })
    elseif index > 2 then
        abandon(crs)
    end
end

-- Choose by one of the force's words for what is in the menu.
local function choose(crs, word, screen)
    to_menu(crs)
    crs:field("Option"):set(rpa.overlay.word(word))
    go_on(crs, "MAIN MENU", { screen })
end

--- Sign off, so that no session is left open.
function keying.sign_off(crs)
    rpa.step("sign off")
    choose(crs, "off", "SIGN ON")
end

local function fill(crs, screen, record)
    for _, field in ipairs(screen.fields) do
        for i, line in ipairs(record[field.label]) do
            crs:field(field.label, i):set(line.key)
        end
    end
end

-- Before a screen is left: does every field show what it must, and nothing else?
-- (A field reads without the blanks at its end.)
local function verify(crs, screen, record)
    for _, field in ipairs(screen.fields) do
        for i = 1, field.lines or 1 do
            local line = record[field.label][i]
            local want = line and line.show:gsub(" +$", "") or ""
            if crs:field(field.label, i):get() ~= want then
                abandon(crs)
                error(("%s, line %d, is not what was keyed"):format(field.label, i))
            end
        end
    end
end

-- The commit key of a record, and the screen for a justification, if it comes.
local function commit(crs, screen, justification)
    rpa.step("file")
    local index = go_on(crs, screen, { "REPORT ACCEPTED", "JUSTIFICATION REQUIRED" })
    if index == 2 then
        crs:field("Justification"):set(justification)
        go_on(crs, "JUSTIFICATION REQUIRED", { "REPORT ACCEPTED" })
    end
end

--- Key one record and file it. Returns its crime reference.
function keying.file(crs, record, justification)
    local screens = rpa.overlay.record()
    rpa.step("new record")
    choose(crs, "new", screens[1].name)
    for i, screen in ipairs(screens) do
        rpa.step("screen " .. i)
        fill(crs, screen, record)
        verify(crs, screen, record)
        if i < #screens then
            go_on(crs, screen.name, { screens[i + 1].name })
        end
    end
    commit(crs, screens[#screens].name, justification)
    return crs:match("CRIME REF (%u+%d+/%d+)")
end

--- Is the report with that online reference in the system? "found" and its
-- crime reference, "absent" when the system says so, else "unknown".
function keying.find(crs, id)
    rpa.step("find")
    choose(crs, "find", "FIND A REPORT")
    crs:field("Submission ID"):set(id)
    crs:key(rpa.overlay.key("FIND A REPORT"))
    local last = last_row(crs, "FIND A REPORT")
    local index = crs:wait({ { text = " I010", row = last },
        { text = " I011", row = last }, { text = " E9", row = last } },
        { timeout = 30 })
    if crs:field("Submission ID"):get() ~= id then
        return "unknown"
    end
    local reference = crs:match("CRIME REF (%u+%d+/%d+)")
    return index == 1 and reference and "found" or index == 2 and "absent"
        or "unknown", reference
end

return keying
