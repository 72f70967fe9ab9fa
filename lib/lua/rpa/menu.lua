--- Menus: an item by its text, chosen by the option that stands before it, or by
-- moving the bar to it.
--
--   crs:choose("New crime report", { field = "Option" })

local _, core = ...
local raise = core.raise
local screen = require "rpa.screen"

-- What may stand before an item: "1. ", "[12] ", "A) ", "F3 - ", "1   ".
local options = { "%d%d?%d?%d?", "%a", "%a%d%d?" }

-- The option before the item that begins at `first` in the line, if one does.
local function option_before(line, first)
    local before = "  " .. line:sub(1, first - 1)
    for _, option in ipairs(options) do
        local found = before:match("[%s|]%s%[?(" .. option .. ")[%]%.%):%s%-]+$")
        if found then
            return found
        end
    end
end

-- Does nothing but blanks, or a wall, follow?
local function ends_at(line, last)
    local behind = line:sub(last + 1)
    return behind:find("^%s*$") or behind:find("^%s%s") or behind:find("^%s?|")
end

-- Of all lines: the one option of the item.
local function find_option(lines, item)
    local found, rows = nil, {}
    for row, shown in ipairs(lines) do
        local line = shown:gsub("\u{2502}", "|") -- walls are walls
        local first, last = line:find(item, 1, true)
        while first do
            local option = ends_at(line, last) and option_before(line, first)
            if option then
                found = option
                rows[#rows + 1] = row
            end
            first, last = line:find(item, last + 1, true)
        end
    end
    if #rows == 1 then
        return found
    end
    return raise {
        code = "ELABEL",
        msg = #rows == 0 and ("no item '%s' with an option before it"):format(item)
            or ("the item '%s' stands %d times: rows %s"):format(item, #rows,
                table.concat(rows, ", ")),
        hint = "give the whole text of the item, as `rpa screen` shows it",
    }
end

-- Move the bar until the item has it: each key must bring it nearer.
local function move_bar(grid, item, how)
    local args = { window = grid.window, item = item, colour = how.colour,
        row = how.row, rows = how.rows, timeout_ms = screen.ms(how, 10) }
    local menu = screen.call("screen.menu", args)
    while menu.bar ~= menu.row do
        local far = math.abs(menu.row - menu.bar)
        grid:key(menu.bar < menu.row and "Down" or "Up")
        args.after = menu.bar
        menu = screen.call("screen.menu", args)
        if math.abs(menu.row - menu.bar) >= far then
            raise {
                code = "ESCREEN",
                msg = ("the bar of the menu went to row %d, not towards '%s' in "
                    .. "row %d"):format(menu.bar, item, menu.row),
                hint = "the menu may have more rows than it shows",
            }
        end
    end
end

--- Choose an item of a menu and press how.key ("Enter"; false: none). With
-- how.field the option before the item ("1. New report") is typed into that
-- field; without, the menu has a bar, in reverse or in how.colour = { fg =
-- "#ffffff", bg = "#0000ff" }, which is moved to the item with Up and Down and
-- seen there, each key within how.timeout seconds (10). how.row and how.rows say
-- which rows the menu has (all). Returns true when the key was a commit act.
-- Raises ELABEL when the item is not there, or more than once.
function screen.Grid:choose(item, how)
    how = how or {}
    if how.field then
        self:field(how.field):set(find_option(self:lines(), item))
    else
        move_bar(self, item, how)
    end
    return how.key ~= false and self:key(how.key or "Enter")
end
