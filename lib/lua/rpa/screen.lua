--- Windows, the grid of characters in them, and its fields.
--
--   local crs = rpa.window("Crime Recording"):grid()
--   crs:wait({ "MAIN MENU", "SIGN ON" }, { timeout = 20 })
--   crs:field("Surname"):set("O'Brien")
--   crs:key("Enter")
--   local ref = crs:match("CRIME REF (%w+/%d+)")

local _, core = ...
local raise = core.raise

-- What may be done once more after a dialog was dealt with: nothing was pressed,
-- or it begins again from an empty field.
local again = { EFOCUS = true, ESCREEN = true, EUNREADABLE = true }
local repeatable = {
    ["screen.read"] = true, ["screen.wait"] = true, ["screen.table"] = true,
    ["screen.menu"] = true, ["screen.check"] = true,
    ["window.find"] = true, ["window.wait"] = true, ["form.find"] = true,
    ["field.set"] = true, ["field.get"] = true, ["field.find"] = true,
}
-- What ends when such a window comes, to go on when the bot has seen to it.
local waits = {
    ["screen.wait"] = true, ["window.find"] = true, ["window.wait"] = true,
}
local dialog -- the bot's function; see on_dialog

-- core.call, and the bot's word when a window nobody asked for is in the way.
local function call(name, args)
    if not dialog then
        return core.call(name, args)
    end
    args.news = waits[name]
    local got = table.pack(pcall(core.call, name, args))
    args.news = nil
    if got[1] then
        return got[2]
    end
    local err, handle, dealt = got[2], dialog, false
    dialog = nil -- what it does itself comes to it as an error
    local news = core.call("window.news", {})
    for _, window in ipairs(news) do
        dealt = handle(window) or dealt
    end
    dialog = handle
    if err.code == "EDIALOG" then
        return call(name, args)
    elseif dealt and (repeatable[name] or again[err.code]) then
        return core.call(name, args)
    end
    error(err, 0)
end

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

--- The window with this title, as soon as it is there; or by { title =, class =,
-- pattern =, pid = }, a POSIX extended expression being the pattern. Raises
-- ETIMEOUT after options.timeout seconds (10).
local function window(spec, options)
    local args = type(spec) == "table"
        and { title = spec.title, class = spec.class,
            pattern = spec.pattern, pid = spec.pid } or { title = spec }
    args.timeout_ms = ms(options, 10)
    local found = call("window.find", args)
    return setmetatable({ window = found.window, title = found.title }, Window)
end

--- Windows that came and nobody asked for, each told once: { class, title }; the
-- title only of those the manifest lists.
local function news()
    return call("window.news", {})
end

--- Call fn(window) when a window that nobody asked for comes while something is
-- waited for, which then goes on with its whole time; and when an act fails and
-- such a window is there. What it returns true for was dealt with: the act is done
-- once more, if nothing can come twice by that. nil takes the function away.
--
--   rpa.on_dialog(function(window)
--       return window.title == "Notice" and rpa.window("Notice"):close()
--   end)
local function on_dialog(fn)
    dialog = fn
end

--- All windows the manifest lets the bot see: { window, title, class, pid }.
local function windows()
    return call("window.list", {})
end

--- The reasons a value cannot be keyed into the field whole, as codes
-- (too_wide:Town, no_fold:Surname …), {} if it can; the folds it needs; and what the
-- target makes of it, by the folds and changes of the map.
local function check(label, value, line)
    local got = call("field.check", {
        label = label, line = line, value = text_of(value, label) })
    return got.reasons or {}, got.folds or {}, got.becomes or value
end

--- The text of the clipboard: "CLIPBOARD" (default) or "PRIMARY".
local function clipboard(selection)
    return call("clipboard.get", { selection = selection or "CLIPBOARD" })
end

--- Put a text on the clipboard. What was there before the first time is kept
-- for restore_clipboard().
local function set_clipboard(text, selection)
    call("clipboard.set", {
        selection = selection or "CLIPBOARD", text = text_of(text, "clipboard") })
end

--- Put back what was on the clipboard before the bot set it.
local function restore_clipboard(selection)
    call("clipboard.restore", { selection = selection or "CLIPBOARD" })
end

--- The grid of characters of a terminal window.
function Window:grid()
    return setmetatable({ window = self.window }, Grid)
end

--- Wait until its title has this text in it; raises ETIMEOUT.
function Window:wait_title(text, options)
    call("window.wait", {
        window = self.window, title = text, timeout_ms = ms(options, 10) })
end

--- Wait until it is gone; raises ETIMEOUT.
function Window:wait_gone(options)
    call("window.wait", { window = self.window, timeout_ms = ms(options, 10) })
end

--- Move it and change its size: { x =, y =, width =, height = } in pixels. x and
-- y go together, so do width and height; a pair that is left out stays. A window
-- that does not take a size (ETIMEOUT) is given its old one again.
function Window:place(at)
    call("window.place", {
        window = self.window, x = at.x, y = at.y,
        width = at.width, height = at.height })
end

--- Bring it to the top.
function Window:raise()
    call("window.raise", { window = self.window })
end

--- Ask it to close and wait until it is gone; options.firmly cuts its program
-- off the display if it does not. A commit act, unless the manifest lists
-- "close" in the clicks of this window. Returns true.
function Window:close(options)
    options = options or {}
    call("window.close", {
        window = self.window, firmly = options.firmly,
        timeout_ms = ms(options, 10) })
    return true
end

-- "a text", { row =, col = } or { x =, y = }
local function place(at)
    return type(at) == "string" and { text = at } or at
end

--- Move the pointer to a text, a cell or a point.
function Window:point(at)
    call("pointer.move", { window = self.window, at = place(at) })
end

--- Click on a text, { row =, col = } or { x =, y = } (pixels); options.button
-- (1 left, 2 middle, 3 right) and options.times (2: a double click). A commit
-- act unless the manifest lists it. Returns true when it was one.
function Window:click(at, options)
    options = options or {}
    return call("pointer.click", {
        window = self.window, at = place(at),
        button = options.button, times = options.times }).commit
end

--- Drag from one place to another; fenced as a click is.
function Window:drag(from, to, options)
    return call("pointer.drag", {
        window = self.window, at = place(from), to = place(to),
        button = options and options.button }).commit
end

--- Turn the wheel "up", "down", "left" or "right", so many times (1).
function Window:wheel(at, turn, times)
    return call("pointer.wheel", {
        window = self.window, at = place(at), turn = turn,
        times = times }).commit
end

-- a grid is pointed at as its window is
for _, name in ipairs { "point", "click", "drag", "wheel" } do
    Grid[name] = Window[name]
end

--- Wait for a text, or the first of several, to be on the screen. Returns which
-- (1, 2 …) and its text. A text may be { text =, row = }, or { screen = }: a screen
-- of the map, by its name. Raises ETIMEOUT with what was seen after
-- options.timeout seconds (10).
function Grid:wait(texts, options)
    local any = {}
    if type(texts) ~= "table" or texts.text or texts.screen then
        texts = { texts }
    end
    for i, entry in ipairs(texts) do
        any[i] = type(entry) == "table" and entry or { text = entry }
    end
    local seen = call("screen.wait", {
        window = self.window, any = any, timeout_ms = ms(options, 10) })
    local found = any[seen.index]
    return seen.index, found.text or found.screen
end

--- The screen now: { rows, cols, lines, cursor, unknown, hash }. What cannot be
-- read stands in lines as U+FFFD and in unknown as { row, col, why }: "focus" (the
-- outline of the cursor of a window without focus is on it), "covered" or "font"
-- (no one character of the font looks so).
function Grid:read()
    return call("screen.read", { window = self.window })
end

--- The lines of the screen, from 1; U+FFFD as in Grid:read().
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

--- Raise ESCREEN unless this is on the screen now: a text, or as Grid:wait().
function Grid:expect(text)
    local seen, err = pcall(call, "screen.wait", {
        window = self.window, timeout_ms = 0,
        any = { type(text) == "table" and text or { text = text } } })
    if seen then
        return
    elseif err.code ~= "ETIMEOUT" then
        error(err, 0)
    end
    raise {
        code = "ESCREEN",
        msg = "an unexpected screen",
        seen = err.seen,
        hint = "wait for the screen first, or look at it with: rpa screen",
    }
end

--- The screen map against what is shown now: { screen, faults, checks }, where
-- each check is { what, name, ok, row, col, room, width, msg, seen, hint, … }.
function Grid:check()
    return call("screen.check", { window = self.window })
end

--- The state of x3270's keyboard, by its status line: { locked, connected,
-- reason }. locked: it takes nothing; reason: why, as it stands there.
function Grid:status()
    return call("screen.status", { window = self.window })
end

--- The name of the screen in the map that is shown now; nil when it is none, or
-- could be two.
function Grid:screen()
    return self:read().title
end

--- Press a key by name: Enter, Tab, F3 … Returns true when it was a commit act.
function Grid:key(name)
    return call("key.press", { window = self.window, key = name }).commit
end

--- Press a key and keep it down until release(); no text can be typed meanwhile.
-- Returns true when it was a commit act.
function Grid:hold(name)
    return call("key.hold", { window = self.window, key = name }).commit
end

--- Release what is held down. The end of the run does so as well.
function Grid:release() -- luacheck: ignore self
    call("key.release", {})
end

--- Type text where the cursor is, and read it back. A field:set() is
-- almost always what you want.
function Grid:type(text)
    call("text.type", { window = self.window, text = text_of(text, "type") })
end

--- The field with this label; line 2, 3 … of a field of several lines. Where
-- the map does not have it, a table says which one: { label = "Name", nth = 2,
-- of = 3 }, { label = "REMARKS", below = true } or { row = 7, col = 12 }; and how wide
-- it is, by width, where what stands beside it is not its own.
function Grid:field(label, line)
    local at
    if type(label) == "table" then
        at = { below = label.below, nth = label.nth, of = label.of,
            row = label.row, col = label.col, width = label.width }
        label = label.label or ("row %s, column %s"):format(at.row, at.col)
    end
    return setmetatable(
        { window = self.window, label = label, line = line, at = at }, Field)
end

local function args_of(field, more)
    more.window, more.label, more.line = field.window, field.label, field.line
    more.at = field.at
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

--- Where it stands, and what its colour tells: { row, col, room, width,
-- protected, colour }; protected is nil where the map's colours do not say, width
-- where the map does not have the field. Of grids only.
function Field:find()
    return call("field.find", args_of(self, {}))
end

--- Put text behind what the field shows, and read it all back. Blanks at the end
-- of what was set last are there, though nothing shows them.
function Field:append(text)
    local got = call("field.set", args_of(self, { value = text_of(text, self.label),
        behind = call("field.get", args_of(self, { append = true })) }))
    return got.folds or {}
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
    call("field.secret", { window = self.window, label = self.label,
        secret = type(secret) == "table" and secret.name or secret })
end

return {
    window = window, windows = windows, news = news, on_dialog = on_dialog,
    check = check, clipboard = clipboard,
    set_clipboard = set_clipboard, restore_clipboard = restore_clipboard,
    Window = Window, Grid = Grid, Field = Field, call = call, ms = ms,
}
