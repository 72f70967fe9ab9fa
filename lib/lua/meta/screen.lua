---@meta

---@class Window
Window = {}

--- The grid of characters of a terminal window.
---@return Grid
function Window:grid() end

--- Wait until its title has this text in it.
---@param options? { timeout: number } seconds
function Window:wait_title(text, options) end

--- Wait until it is gone.
---@param options? { timeout: number } seconds
function Window:wait_gone(options) end

--- Move and resize it, in pixels: x and y go together, so do width and height. A
--- window that does not take a size (ETIMEOUT) is given its old one again.
---@param at { x: integer?, y: integer?, width: integer?, height: integer? }
function Window:place(at) end

--- Bring it to the top.
function Window:raise() end

--- Ask it to close, and wait; a commit act unless it is listed.
---@param options? { firmly: boolean?, timeout: number? }
function Window:close(options) end

--- Move the pointer to a text, a cell or a point.
---@param at string|table
function Window:point(at) end

--- Click there; true when it was a commit act.
---@param at string|table a text, { row, col } or { x, y }
---@param options? { button: integer?, times: integer? }
---@return boolean
function Window:click(at, options) end

--- Drag from one place to another.
---@param options? { button: integer? }
---@return boolean
function Window:drag(from, to, options) end

--- Turn the wheel there.
---@param turn "up"|"down"|"left"|"right"
---@param times? integer
---@return boolean
function Window:wheel(at, turn, times) end

---@class Grid
Grid = {}

--- As Window:point.
function Grid:point(at) end

--- As Window:click.
function Grid:click(at, options) end

--- As Window:drag.
function Grid:drag(from, to, options) end

--- As Window:wheel.
function Grid:wheel(at, turn, times) end

--- Press a key and keep it down; true when it was a commit act.
---@return boolean
function Grid:hold(name) end

--- Release what is held down.
function Grid:release() end

--- Wait for a text or the first of several; which one, and its text. One may be
--- { text, row } or { screen }, a screen of the map.
---@param texts string|table
---@param options? { timeout: number } seconds
---@return integer index, string text
function Grid:wait(texts, options) end

--- The screen now: { rows, cols, lines, cursor, unknown, hash }. unknown: { row,
--- col, why } of the cells that stand as U+FFFD in lines; why is "focus", "covered"
--- or "font".
function Grid:read() end

--- The lines of the screen, from 1.
---@return string[]
function Grid:lines() end

--- The screen as one text.
---@return string
function Grid:text() end

--- What a Lua pattern captures on the screen, or nil.
function Grid:match(pattern) end

--- Raise ESCREEN unless the text is on the screen.
function Grid:expect(text) end

--- All rows of a table, over all its pages, or an error.
---@param table string|table its name in the screen map, or what it is like
---@param options? { timeout: number } seconds for each page
---@return table<string, string>[] rows, integer pages
function Grid:table(table, options) end

--- The first row of a table that is wanted, its page being shown then, and where it
--- stands; nil if there is none.
---@param table string|table
---@param wanted fun(row: table<string, string>): any
---@param options? { timeout: number } seconds for each page
---@return table<string, string>? row
---@return { row: integer, cols: table<string, { col: integer, width: integer }> }? at
function Grid:seek(table, wanted, options) end

--- The screen map against what is shown now.
---@return { screen: string?, faults: integer, checks: table[] }
function Grid:check() end

--- The state of the keyboard, by x3270's status line.
---@return { locked: boolean, connected: boolean, reason: string? }
function Grid:status() end

--- The name of the screen in the map that is shown now, or nil.
---@return string?
function Grid:screen() end

--- Choose an item of a menu by its text, and press a key; true when that was a
--- commit act.
---@param how? table field?, key?, colour?, row?, rows?, timeout?
---@return boolean
function Grid:choose(item, how) end

--- Press a key by name; true when it was a commit act.
---@return boolean
function Grid:key(name) end

--- Type text at the cursor and read it back.
function Grid:type(text) end

--- The field with this label; line 2, 3 … of several.
---@param label string|table or { label, nth, of }, { label, below }, { row, col, width }
---@return Field
function Grid:field(label, line) end

---@class Field
Field = {}

--- Type the value and read it back; the folds that were made.
---@return table[]
function Field:set(value) end

--- Where it stands, and whether its colour says that it is protected.
---@return table row, col, room, width?, protected?, colour?
function Field:find() end

--- Put text behind what it shows; the folds that were made.
---@return table[]
function Field:append(text) end

--- Empty it.
function Field:clear() end

--- What the field shows.
---@return string
function Field:get() end

--- As rpa.check for this field.
function Field:check(value) end

--- Fill in a secret bound to this field.
function Field:secret(secret) end
