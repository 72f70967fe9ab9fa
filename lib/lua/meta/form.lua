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

--- Press a key by name; true when it was a commit act.
---@return boolean
function Form:key(name) end

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
