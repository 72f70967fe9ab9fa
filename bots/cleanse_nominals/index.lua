-- The way through the screens of the index.

local index = {}

-- Which of these screens is there, by its place in the list.
local function await(grid, screens)
    local any = {}
    for i, name in ipairs(screens) do
        any[i] = { screen = name }
    end
    return grid:wait(any, { timeout = 30 })
end

-- Press Enter and be on another screen, or say what the system says on its last row.
local function enter(grid, last, screen)
    grid:key("Enter")
    local index_of = grid:wait({ { screen = screen }, { text = " E0", row = last },
        { text = " E3", row = last } }, { timeout = 30 })
    if index_of > 1 then
        error("the index says: " .. (grid:lines()[last]:match("E%d+.*%S")))
    end
end

--- Sign on; the password is a secret that only its field ever sees.
function index.sign_on(grid, user)
    rpa.step("sign on")
    await(grid, { "SIGN ON" })
    grid:field("User ID"):set(user)
    grid:field("Password"):secret(rpa.secret("nominals-password"))
    enter(grid, 24, "NOMINAL INDEX")
end

-- From wherever the last record was left.
local function choose(grid, option, screen)
    local at = await(grid, { "NOMINAL INDEX", "OPEN A NOMINAL", "NOMINALS ON FILE",
        "NOMINAL RECORD" })
    if at == 4 then
        grid:key("F3")
        await(grid, { "OPEN A NOMINAL" })
    end
    if at > 1 then
        grid:key("F3")
        await(grid, { "NOMINAL INDEX" })
    end
    grid:field("Option"):set(option)
    enter(grid, 24, screen)
end

--- All nominals, whole over all pages: rows by the headings of the list.
function index.list(grid)
    rpa.step("read the list")
    choose(grid, "1", "NOMINALS ON FILE")
    return grid:table("nominals")
end

--- Be at the record with that number.
function index.open(grid, number)
    rpa.step("open a record")
    choose(grid, "2", "OPEN A NOMINAL")
    grid:field("Number"):set(number)
    enter(grid, 24, "NOMINAL RECORD")
end

--- File the record that is open. Returns the number that the index says it filed.
function index.file(grid)
    grid:key("F6")
    grid:wait({ { text = "UPDATED", row = 24 }, { text = " E0", row = 43 },
        { text = " E9", row = 43 } }, { timeout = 30 })
    return grid:match("RECORD (%w+) UPDATED")
end

--- Sign off, so that no session is left open.
function index.sign_off(grid)
    rpa.step("sign off")
    choose(grid, "X", "SIGN ON")
end

return index
