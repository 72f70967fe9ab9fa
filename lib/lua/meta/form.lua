---@meta

--- The form in a window that the screen map knows.
---@return Form
function Window:form() end

---@class Form
Form = {}

--- The entry with this label.
---@return Field
function Form:field(label) end

--- The tick box with this label.
---@return Tick
function Form:tick(label) end

--- The pick-list with this label.
---@return Pick
function Form:pick(label) end

--- Press a button; true when it was a commit act.
---@return boolean
function Form:press(label) end

--- Press a key by name, or choose from a menu ("alt+f s"; in a menu of that,
--- "alt+e c u"); true when it was a commit act.
---@return boolean
function Form:key(name) end

--- Wait for a text, or the first of several, among its labels.
---@param texts string|table
---@param options? {timeout: number}
---@return integer, string
function Form:wait(texts, options) end

--- What it shows now but what fields hold: { lines, title }.
---@return table
function Form:read() end

--- Its lines of text, from the top.
---@return string[]
function Form:lines() end

--- Its lines as one text.
---@return string
function Form:text() end

--- What a Lua pattern captures in its text, or nil.
---@param pattern string
---@return string?
function Form:match(pattern) end

--- Raise ESCREEN unless this text is shown now.
---@param text string|table
function Form:expect(text) end

--- How a tick box or pick-list looks now, for the screen map.
---@return string
function Form:look(label) end

---@class Tick
Tick = {}

--- Tick it, or not.
---@param state boolean
function Tick:set(state) end

--- Is it ticked?
---@return boolean
function Tick:get() end

---@class Pick
Pick = {}

--- Choose.
---@param choice string
function Pick:set(choice) end

--- The choice it shows.
---@return string
function Pick:get() end
