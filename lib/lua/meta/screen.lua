---@meta

---@class Window
Window = {}

--- The grid of characters of a terminal window.
---@return Grid
function Window:grid() end

---@class Grid
Grid = {}

--- Wait for a text or the first of several; which one, and its text.
---@param texts string|table
---@param options? { timeout: number } seconds
---@return integer index, string text
function Grid:wait(texts, options) end

--- The screen now: { rows, cols, lines, cursor, unknown, hash }.
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

--- Press a key by name; true when it was a commit act.
---@return boolean
function Grid:key(name) end

--- Type text at the cursor and read it back.
function Grid:type(text) end

--- The field with this label; line 2, 3 … of several.
---@return Field
function Grid:field(label, line) end

---@class Field
Field = {}

--- Type the value and read it back; the folds that were made.
---@return table[]
function Field:set(value) end

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
