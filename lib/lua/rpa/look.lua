--- What `rpa screen` prints: the windows there are, what one of them shows, and
-- a screen map against it. Runs as any bot does.

local rpa = require "rpa"
local _, core = ...

local function list(json)
    for _, w in ipairs(rpa.windows()) do
        local line = ("%d  %s  (%s)"):format(w.window, w.title, w.class)
        print(json and rpa.json.encode(w) or line)
    end
end

local function rulers(cols)
    local tens, ones = {}, {}
    for col = 1, cols do
        tens[col] = col % 10 == 0 and tostring(col // 10 % 10) or " "
        ones[col] = tostring(col % 10)
    end
    print("    " .. table.concat(tens))
    print("    " .. table.concat(ones))
end

local whys = {
    focus = "the window has not the focus, and the outline of its cursor is there",
    covered = "another window lies over it",
    font = "no one character that is known of the font looks so",
}

local function show(grid)
    local s = grid:read()
    rulers(s.cols)
    for row, line in ipairs(s.lines) do
        print(("%3d "):format(row) .. line:gsub("\u{FFFD}", "▒"))
    end
    if s.cursor then
        print(("cursor: row %d, column %d"):format(s.cursor.row, s.cursor.col))
    end
    if s.title then
        print("screen: " .. s.title)
    end
    if #s.unknown > 0 then
        local first = s.unknown[1]
        print(("%d cells cannot be read exactly (▒); the first in row %d, column "
            .. "%d: %s"):format(#s.unknown, first.row, first.col,
            whys[first.why] or "not saved"))
    end
    for _, f in ipairs(s.fields) do
        print(("field %-24s row %2d, column %2d, room %d"):format(
            "'" .. f.label .. "'", f.row, f.col, f.room))
    end
end

-- "12 rows, page 1 of 3; REF 2+11, SURNAME 15+14"
local function say_table(check)
    local columns, marks = {}, {}
    for i, column in ipairs(check.columns) do
        columns[i] = ("'%s' in column %d, width %d"):format(column.name,
            column.col, column.width)
    end
    for _, name in ipairs { "page", "pages", "from", "to", "total" } do
        if check[name] then
            marks[#marks + 1] = (", %s %d"):format(name, check[name])
        end
    end
    return ("rows %d%s; %s"):format(check.rows, table.concat(marks),
        table.concat(columns, ", "))
end

local function say_field(check)
    local lock = check.protected == true and ", protected"
        or check.protected == false and ", not protected" or ""
    return ("row %d, column %d, width %d of a room of %d%s"):format(check.row,
        check.col, check.width, check.room, lock)
end

local function say_part(check)
    return ("x %d, y %d, w %d, h %d%s"):format(check.x, check.y, check.w, check.h,
        check.shows and (", shows '%s'"):format(check.shows) or "")
end

local function say(check)
    local what = check.ok and "ok     " or "FAULT  "
    local name = check.what .. (check.name ~= "" and " '" .. check.name .. "'" or "")
    if not check.ok then
        local more = check.seen and "; " .. check.seen or ""
        print(what .. name .. ": " .. check.msg .. more)
        if check.hint then
            print("       try: " .. check.hint)
        end
    elseif check.what == "table" then
        print(what .. name .. ": " .. say_table(check))
    elseif check.what == "field" then
        print(what .. name .. ": " .. say_field(check))
    elseif check.what == "part" then
        print(what .. name .. ": " .. say_part(check))
    else
        print(what .. name)
    end
end

-- Of one screen; returns how many faults.
local function report(result, title, json)
    if json then
        result.window = title
        print(rpa.json.encode(result))
    else
        print(title .. ": " .. (result.screen or "no screen of the map"))
        for _, check in ipairs(result.checks) do
            say(check)
        end
    end
    return result.faults
end

local function saved_lines(text)
    local saved = rpa.json.decode(text)
    return type(saved) == "table" and saved.lines or {}
end

local function check(set)
    local faults = 0
    if set.saved then
        faults = report(core.call("screen.check",
            { lines = saved_lines(set.saved) }), "the saved screen", set.json)
    elseif set.window ~= "" then
        local grid = rpa.window(set.window, { timeout = 2 }):grid()
        faults = report(grid:check(), set.window, set.json)
    else
        for _, w in ipairs(rpa.windows()) do
            local grid = rpa.window({ title = w.title }):grid()
            faults = faults + report(grid:check(), w.title, set.json)
        end
    end
    if faults > 0 then
        core.raise {
            code = "ESCREEN",
            msg = ("the screen map and the screen differ: %d fault%s"):format(
                faults, faults == 1 and "" or "s"),
            hint = "mend the map, or bring the application to the screen that "
                .. "is meant",
        }
    end
end

--- What the settings ask for: window, map, saved, json.
return function(set)
    if set.map then
        check(set)
    elseif set.window == "" then
        list(set.json)
    elseif set.json then
        print(rpa.json.encode(rpa.window(set.window, { timeout = 2 }):grid():read()))
    else
        show(rpa.window(set.window, { timeout = 2 }):grid())
    end
end
