--- Forms of graphical toolkits: entries, tick boxes, pick-lists and buttons, as
-- the screen map names them.
--
--   local form = rpa.window("New Report"):form()
--   form:field("Surname"):set("Llŷr")
--   form:tick("Urgent"):set(true)
--   form:pick("Crime Type"):set("Burglary")
--   form:press("OK")

local _, core = ...
local call = core.call
local screen = require "rpa.screen"

local Form, Tick, Pick = {}, {}, {}
Form.__index, Tick.__index, Pick.__index = Form, Tick, Pick

--- The form in a window: one whose title is a screen with a toolkit in the map.
-- Raises ESCREEN when it is none; the error tells its title, and which there are.
function screen.Window:form()
    call("form.find", { window = self.window })
    return setmetatable({ window = self.window }, Form)
end

--- An entry by its label: :set(), :append(), :get(), :check(), :secret().
function Form:field(label)
    return setmetatable({ window = self.window, label = label }, screen.Field)
end

--- A tick box by its label.
function Form:tick(label)
    return setmetatable({ window = self.window, label = label }, Tick)
end

--- A pick-list that takes none but its choices.
function Form:pick(label)
    return setmetatable({ window = self.window, label = label }, Pick)
end

--- Press a button. Returns true when it was a commit act, as every button is
-- that the manifest does not list as navigation.
function Form:press(label)
    return call("button.press", { window = self.window, label = label }).commit
end

--- Press a key by name, as on a grid.
function Form:key(name)
    return call("key.press", { window = self.window, key = name }).commit
end

--- How a tick box or pick-list looks now: what its state in the screen map wants
-- in its list of looks.
function Form:look(label)
    return call("form.look", { window = self.window, label = label })
end

-- What it shows is read as on a grid, with the map's font: its labels, not what
-- its fields hold.
for _, name in ipairs { "wait", "read", "lines", "text", "match", "expect" } do
    Form[name] = screen.Grid[name]
end

local function set(field, value)
    call("field.set", {
        window = field.window, label = field.label, value = value })
end

local function get(field)
    return call("field.get", { window = field.window, label = field.label })
end

--- Bring it into the state, and see it there.
function Tick:set(state)
    set(self, state and "on" or "off")
end

--- Is it ticked?
function Tick:get()
    return get(self) == "on"
end

--- Choose one of the choices in the map, and see it shown.
function Pick:set(choice)
    set(self, choice)
end

--- The choice it shows.
function Pick:get()
    return get(self)
end

return { Form = Form, Tick = Tick, Pick = Pick }
