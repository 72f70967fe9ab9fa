--- Tables, over as many pages as they have: complete, or an error.
--
--   local people = crs:table("people")
--   for _, person in ipairs(people) do
--       rpa.log("found " .. person["REF"])
--   end
--   local offences = crs:table { columns = { "CODE", "OFFENCE" }, footer = "PF3" }

local _, core = ...
local raise = core.raise
local screen = require "rpa.screen"

local function incomplete(what, ...)
    return raise {
        code = "ESCREEN",
        msg = "the table is not complete: " .. what:format(...),
        hint = "nothing of it was given; begin again at its first page, and "
            .. "see `rpa screen --map` whether the map says what is shown",
    }
end

-- "REF" is short for { header = "REF" }
local function columns_of(columns)
    local list = {}
    for i, column in ipairs(columns or {}) do
        list[i] = type(column) == "string" and { header = column } or column
    end
    return list
end

local function spec_of(table)
    if type(table) ~= "table" then
        return { name = table }
    end
    local own = {}
    for key, value in pairs(table) do
        own[key] = value
    end
    own.columns = columns_of(table.columns)
    return { table = own }
end

-- Does this page follow the last one, of which there were `count` rows so far?
local function check_order(page, last, count)
    local number, from = last and last.page and last.page + 1 or 1, count + 1
    if page.page and page.page ~= number then
        incomplete("page %d came where page %d was due", page.page, number)
    elseif page.from and page.from ~= from then
        incomplete("a page begins with row %d where row %d was due",
            page.from, from)
    elseif page.to and page.to ~= count + #page.rows then
        incomplete("a page ends with row %d by its mark, %d by what it shows",
            page.to, count + #page.rows)
    end
    for _, what in ipairs { "pages", "total" } do
        if last and page[what] ~= last[what] then
            incomplete("the %s were %d and are %d: it changed while it was read",
                what == "total" and "rows" or what, last[what], page[what])
        end
    end
end

-- Is it the last one? All that its marks say must be the same; nil when they
-- say nothing.
local function is_last(page, count)
    local says = {}
    if page.pages then
        says[#says + 1] = page.page == page.pages
    end
    if page.total then
        says[#says + 1] = count == page.total
    end
    if page.more ~= nil then
        says[#says + 1] = not page.more
    end
    for i = 2, #says do
        if says[i] ~= says[1] then
            incomplete("its marks differ on whether the page with row %d is the "
                .. "last (page %s of %s, %s rows in all)", count,
                page.page or "?", page.pages or "?", page.total or "?")
        end
    end
    return says[1]
end

local function is_empty(page)
    return #page.rows == 0 and (page.none or page.total == 0)
end

-- What a page has that turns to the next one, or why there is none.
local function check_turn(page, count)
    if not page.next then
        incomplete("there are more pages, and no key is declared: next")
    elseif page.total and count >= page.total then
        incomplete("%d rows, and the screen says %d", count, page.total)
    elseif page.commits then
        raise {
            code = "EPERM",
            msg = page.next .. ", which would turn the page, is a commit act "
                .. "on this screen",
            hint = "declare the table in the screen map, or list the key in "
                .. "navigation",
        }
    end
end

-- The pages from the first one on, in order, until visit(page) is true; how many.
local function turn_pages(grid, table, options, visit)
    local args = spec_of(table)
    args.window, args.timeout_ms = grid.window, screen.ms(options, 10)
    local count, seen, last, turned = 0, {}, nil, 0
    while true do
        local page = screen.call("screen.table", args)
        if not last and is_empty(page) then
            return 1
        elseif seen[page.id] then
            incomplete("a page came twice")
        end
        check_order(page, last, count)
        count = count + #page.rows
        local ended = is_last(page, count)
        if visit(page) or ended or (ended == nil and not page.next) then
            return turned + 1
        end
        check_turn(page, count)
        turned = turned + 1
        seen[page.id], last, args.after = true, page, page.id
        screen.call("key.press", { window = grid.window, key = page.next })
    end
end

--- All rows of a table: of the screen map, by its name, or one that the bot
-- describes as a map does ({ columns = { "REF", "SURNAME" }, footer = "PF3" }).
-- A row is { [heading] = text }. Begin on its first page: the others are turned
-- to, and each must come within options.timeout seconds (10). Raises ESCREEN if a
-- page is missing, comes twice or out of order, or the rows are not as many as
-- the screen says: a list is whole or it is not given. No rows are {}, and only
-- where the screen says that there are none. Then how many pages it has.
function screen.Grid:table(table, options)
    local rows = {}
    local pages = turn_pages(self, table, options, function(page)
        for _, row in ipairs(page.rows) do
            rows[#rows + 1] = row
        end
    end)
    return rows, pages
end

--- The first row of a table for which wanted(row) is true, its page being shown then:
-- the row, and where it stands, { row =, cols = { [heading] = { col =, width = } } },
-- from 1. Nil where there is none, the last page being shown. Pages and tables are as of
-- Grid:table(); what is behind that page has not been seen.
function screen.Grid:seek(table, wanted, options)
    local found, at
    turn_pages(self, table, options, function(page)
        for i, row in ipairs(page.rows) do
            if not found and wanted(row) then
                found, at = row, { row = page.at[i], cols = page.cols }
            end
        end
        return found
    end)
    return found, at
end
