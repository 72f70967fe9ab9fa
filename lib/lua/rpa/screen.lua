--- Windows, the grid of characters in them, and its fields.
--
--   local crs = rpa.window("Crime Recording"):grid()
--   crs:wait({ "MAIN MENU", "SIGN ON" }, { timeout = 20 })
--   crs:field("Surname"):set("O'Brien")
--   crs:key("Enter")
--   local ref = crs:match("CRIME REF (%w+/%d+)")

local _, core = ...
local call, raise = core.call, core.raise

local Window, Grid, Field = {}, {}, {}
Window.__index, Grid.__index, Field.__index = Window, Grid, Field

local function ms(options, default)
    local seconds = options and options.timeout or default
    return math.floor(seconds * 1000)
end

-- What a field can take: text, or a whole number written as text.
local function text_of(value, what)
    if type(value) == "string" then
        return value
    elseif math.type(value) == "integer" then
        return tostring(value)
    end
    return raise {
        code = "EINVAL",
        msg = what .. " wants text, not " .. type(value),
        hint = value == nil and "is the name right that the value came from?"
            or 'make it text, for example with string.format("%d", value)',
    }
end

--- The window with this title (or { title = } or { class = }), as soon as it is
-- there; raises EWINDOW after options.timeout seconds (10).
local function window(spec, options)
    local args = type(spec) == "table"
        and { title = spec.title, class = spec.class } or { title = spec }
    args.timeout_ms = ms(options, 10)
    local found = call("window.find", args)
    return setmetatable({ id = found.window, title = args.title }, Window)
end

--- All windows the manifest lets the bot see: { window, title, class, pid }.
local function windows()
    return call("window.list", {})
end

--- The reasons a value cannot be keyed into the field whole, as codes
-- (too_wide:Town, no_fold:Surname …), {} if it can; and the folds it needs.
local function check(label, value, line)
    local got = call("field.check", {
        label = label, line = line, value = text_of(value, label) })
    return got.reasons or {}, got.folds or {}
end

--- The text of the clipboard: "CLIPBOARD" (default) or "PRIMARY".
local function clipboard(selection)
    return call("clipboard.get", { selection = selection or "CLIPBOARD" })
end

--- The grid of characters of a terminal window.
function Window:grid()
    return setmetatable({ window = self.id }, Grid)
end

--- Wait for a text, or the first of several, to be on the screen. Returns which
-- (1, 2 …) and its text. A text may be { text =, row = }. Raises ETIMEOUT with
-- what was seen after options.timeout seconds (10).
function Grid:wait(texts, options)
    local any = {}
    if type(texts) ~= "table" or texts.text then
        texts = { texts }
    end
    for i, entry in ipairs(texts) do
        any[i] = type(entry) == "table" and entry or { text = entry }
    end
    local seen = call("screen.wait", {
        window = self.window, any = any, timeout_ms = ms(options, 10) })
    return seen.index, any[seen.index].text
end

--- The screen now: { rows, cols, lines, cursor, unknown, hash }.
function Grid:read()
    return call("screen.read", { window = self.window })
end

--- The lines of the screen, from 1.
function Grid:lines()
    return self:read().lines
end

--- The screen as one text, a newline between lines.
function Grid:text()
    return table.concat(self:lines(), "\n")
end

--- What a Lua pattern captures on the screen; nil when it is not there.
function Grid:match(pattern)
    return self:text():match(pattern)
end

--- Raise ESCREEN unless this text is on the screen now.
function Grid:expect(text)
    local lines = self:lines()
    for _, line in ipairs(lines) do
        if line:find(text, 1, true) then
            return
        end
    end
    raise {
        code = "ESCREEN",
        msg = "an unexpected screen",
        seen = ("expected '%s'; the first line is '%s'"):format(text,
            (lines[1] or ""):match("^%s*(.-)%s*$")),
        hint = "wait for the screen first, or look at it with: rpa screen",
    }
end

--- Press a key by name: Enter, Tab, F3 … Returns true when it was a commit act.
function Grid:key(name)
    return call("key.press", { window = self.window, key = name }).commit
end

--- Type text where the cursor is, without reading it back. A field:set() is
-- almost always what you want.
function Grid:type(text)
    call("text.type", { window = self.window, text = text_of(text, "type") })
end

--- The field with this label; line 2, 3 … of a field of several lines.
function Grid:field(label, line)
    return setmetatable(
        { window = self.window, label = label, line = line }, Field)
end

local function args_of(field, more)
    more.window, more.label, more.line = field.window, field.label, field.line
    return more
end

--- Type the value and read it back; raises EREADBACK on a difference, EWIDTH or
-- EREPERTOIRE before a key is pressed. Returns the folds: { { from, to } … }.
function Field:set(value)
    local got = call("field.set",
        args_of(self, { value = text_of(value, self.label) }))
    return got.folds or {}
end

--- What the field shows.
function Field:get()
    return call("field.get", args_of(self, {}))
end

--- Put text behind what the field shows, and read it all back.
function Field:append(text)
    return self:set(self:get() .. text_of(text, self.label))
end

--- Empty it.
function Field:clear()
    return self:set("")
end

--- As rpa.check(label, value, line).
function Field:check(value)
    return check(self.label, value, self.line)
end

--- Fill in a secret that the manifest binds to this field.
function Field:secret(secret)
    call("field.secret", args_of(self, {
        secret = type(secret) == "table" and secret.name or secret }))
end

return {
    window = window, windows = windows, check = check, clipboard = clipboard,
    Window = Window, Grid = Grid, Field = Field,
}
