-- The façades against the fake driver; what a bot prints here is TAP.
local tap = require "tap"
local ok, is = tap.ok, tap.is
local told_calls = 0
local function fails(fn, ...)
    local good, err = pcall(fn, ...)
    return not good and err or { code = "none" }
end

local crs = rpa.window("Crime Recording"):grid()

-- waiting, reading
local index, text = crs:wait { "SIGN ON", "MAIN MENU" }
is(index, 2, "wait tells which")
is(text, "MAIN MENU", "and its text")
is(crs:wait("MAIN"), 1, "wait for one")
is(crs:wait { text = "MAIN", row = 1 }, 1, "wait for one on a row")
local err = fails(function() crs:wait("NEVER", { timeout = 0.1 }) end)
is(err.code, "ETIMEOUT", "a wait that fails")
is(err.seen, "waited for 'X'; seen 'MAIN MENU'", "says what was seen")
is(err.where, "facades.lua:18", "where is the bot's line, not the façade's")
is(err.step, "screen.wait", "and what it did there")
ok(tostring(err):find("^error RPA300: the screen did not come  "
    .. "%(facades.lua:18, screen.wait%)\n  waited for"), "and prints so")
is(crs:match("CRIME REF (%w+/%d+)"), "CR26/000123", "match")
is(crs:match("NO SUCH (%d)"), nil, "no match is nil")
is(#crs:lines(), 4, "lines")
ok(crs:text():find("Option . . _", 1, true), "text")
is(crs:read().cursor, nil, "null is nil")
crs:expect("MAIN MENU")
is(fails(crs.expect, crs, "SIGN ON").code, "ESCREEN", "expect")

-- fields and keys
local field = crs:field("Surname")
is(#field:set("O'Brien"), 0, "set returns the folds")
is(field:get(), "O'Brien", "get")
field:set(7)
is(field:get(), "7", "a whole number becomes text")
err = fails(field.set, field, "WRONG")
is(err.code, "EREADBACK", "a difference raises")
is(err.picture, 7, "with the picture of it")
is(err.step, "field.set Surname", "without a step it names act and field")
rpa.step("fill in")
is(fails(field.set, field, "WRONG").step, "fill in", "with one, that")
is(fails(function() rpa.queue("q"):state() end).step, "fill in",
    "also what Lua raises")
rpa.step()
is(fails(function() rpa.queue("q"):state() end).step, nil, "a step ends")
is(fails(function() rpa.step(("x"):rep(64)) end).step, nil, "one too long")
err = fails(field.set, field, nil)
is(err.code, "EINVAL", "nil raises")
is(err.msg, "Surname wants text, not nil", "and says so")
is(fails(field.set, field, 1.5).code, "EINVAL", "no float")
is(fails(function() crs:field("Nowhere"):get() end).code, "ELABEL", "label")
is(#field:check("x"), 0, "check: fine")
is(rpa.check("Town", ("x"):rep(36))[1], "too_wide:Town", "check: reasons")
crs:field("Password"):secret(rpa.secret("crs-password"))
is(tostring(rpa.secret("crs-password")), "secret crs-password", "secret")
is(crs:key("Enter"), true, "a commit")
is(crs:key("Tab"), false, "no commit")
crs:type("x")
is(#rpa.windows(), 0, "windows")

is(fails(crs.expect, crs, "SIGN ON").seen, "waited for 'X'; seen 'MAIN MENU'",
    "expect tells what was seen")
is(crs:check().faults, 0, "the map against the screen")
is(crs:screen(), nil, "no screen of the map")

-- menus
local function chosen(item)
    crs:choose(item, { field = "Option", key = false })
    return crs:field("Option"):get()
end
is(chosen("New crime report"), "1", "an option before the item")
is(chosen("Search"), "22", "one in the second column of a menu")
is(fails(chosen, "New crime").code, "ELABEL", "part of an item is none")
is(fails(chosen, "crime report").code, "ELABEL", "nor is its end")
is(fails(chosen, "CRIME REF").code, "ELABEL", "a text without an option")
is(crs:choose("New crime report", { field = "Option" }), true, "and a key")
is(crs:choose("Theft"), true, "a bar is moved, as far as it takes")
err = fails(crs.choose, crs, "Above")
is(err.msg, "the bar of the menu went to row 3, not towards 'Above' in row 1",
    "and not the wrong way")

-- forms
local form = rpa.window("Crime Recording"):form()
form:field("Surname"):set("Llŷr")
is(form:field("Surname"):get(), "Llŷr", "an entry")
form:field("Surname"):append(" ap Siân")
is(form:field("Surname"):get(), "Llŷr ap Siân", "append")
form:field("Surname"):clear()
is(form:field("Surname"):get(), "", "clear")
form:tick("Urgent"):set(true)
is(form:tick("Urgent"):get(), true, "a tick box")
form:tick("Urgent"):set(false)
is(form:tick("Urgent"):get(), false, "not ticked")
form:pick("Crime Type"):set("Theft")
is(form:pick("Crime Type"):get(), "Theft", "a pick-list")
is(form:press("OK"), true, "a button commits")
is(form:press("Clear"), false, "or not")
is(form:key("Enter"), true, "a key")
is(form:look("Urgent"), "fa422022ae9db5c3", "a look")
is(rpa.clipboard(), "copied", "clipboard")
rpa.set_clipboard("x")
rpa.restore_clipboard("PRIMARY")

-- pointer and windows
is(crs:click("Name", { times = 2 }), true, "a click")
is(crs:drag({ row = 1, col = 2 }, "Name"), true, "a drag")
is(crs:wheel("Name", "down", 3), true, "the wheel")
crs:point { x = 1, y = 2 }
is(crs:hold("shift"), true, "a key is held")
crs:release()
local win = rpa.window { pattern = "^Crime" }
win:place { x = 1, y = 2 }
win:raise()
win:wait_title("x")
win:wait_gone()
is(win:close(), true, "closed")
is(rpa.news()[1].title, "Notice", "news")
local told, tries = 0, select(2, rpa.call("test.calls"):gsub("screen.wait", ""))
rpa.on_dialog(function(window)
    told = told + 1
    return window.title == "Notice"
end)
is(fails(crs.wait, crs, "NEVER").code, "ETIMEOUT", "a dialog is in the way")
is(told, 1, "the bot is told")
is(select(2, rpa.call("test.calls"):gsub("screen.wait", "")), tries + 2,
    "and the wait done once more")
rpa.on_dialog(nil)

-- http
is(#rpa.http.get("http://h/x").body, 9, "bytes arrive whole")
is(#rpa.http.get("http://h/big").body, 200000, "also many")
err = fails(rpa.http.get, "http://h/500?name=Smith")
is(err.code, "EHTTP", "500 raises")
is(err.seen, "GET http://h", "without path and query")
is(rpa.http.request { url = "http://h/500" }.status, 500, "request does not")

-- the run
is(rpa.purpose.justification, "re-keying", "purpose")
is(rpa.mode, "DEMO", "mode")
is(rpa.nothing, nil, "no such thing")
is(rpa.set.host, "127.0.0.1", "set")
rpa.log("fine", "debug")
rpa.subject("R-1")

-- work items
local function endings() -- of items, since it was asked last
    local list, calls = {}, rpa.call("test.calls")
    for outcome in calls:sub(told_calls + 1):gmatch("item%.%l+=([%l ]+) ") do
        list[#list + 1] = outcome
    end
    told_calls = #calls
    return table.concat(list, " ")
end
endings()
local seen = {}
rpa.queue("a b c d e stop f"):each(function(item)
    seen[#seen + 1] = item.reference
    is(item.payload.Surname, item.reference, "its payload is a table")
    if item.reference == "b" then
        return item:reject { "too_wide:Town", "missing:Surname" }
    elseif item.reference == "c" then
        error("not today")
    elseif item.reference == "d" then
        return item:defer(0.5, "the desk is closed")
    elseif item.reference == "e" then
        return
    end
    item:done("CR26/1")
end)
is(table.concat(seen, " "), "a b c d e", "until it is stopped")
is(endings(), "done rejected failed deferred failed",
    "each ended once, and the loop went on")
rpa.queue("a b c"):each(function(item)
    if item.reference == "a" then
        item:locked("by another user")
    elseif item.reference == "b" then
        item:retry("the host is slow")
    else
        crs:wait("NEVER", { timeout = 0.1 })
    end
end, { transient = { "ETIMEOUT" } })
is(endings(), "locked transient transient", "what passes")
err = fails(function()
    rpa.queue("a b"):each(function() crs:field("Gone"):get() end)
end)
is(err.code, "EWINDOW", "the application is gone: the loop ends")
is(endings(), "transient", "and it was not the item's fault")
err = fails(function()
    rpa.queue("a b"):each(function(item)
        item:done("CR26/1")
        error("afterwards")
    end)
end)
ok(err.msg:find("afterwards"), "an error behind its end goes on up")
is(endings(), "done", "the item is done")
is(fails(function()
    rpa.queue("a"):each(function(item)
        is(fails(item.done, item).msg, "the item is done without a reference",
            "a reference is wanted")
    end)
end).code, "none", "and the item ended")
endings()

-- a plain loop
for item in rpa.queue("a b"):items() do
    if item.reference == "b" then
        break
    end
    item:done("CR26/1")
end
is(endings(), "done failed", "left without a word")
fails(function()
    for _ in rpa.queue("a b"):items() do
        error("not today")
    end
end)
is(endings(), "failed", "an error in a plain loop settles the item")
local left = select(2, rpa.call("test.calls"):gsub("queue.leave", ""))
ok(left >= 7, "each loop says that it is over")

-- in doubt
local function looked(answer, reference)
    local begun = 0
    rpa.queue("a"):each(function(item)
        begun = begun + 1
        item:done("CR26/1")
    end, { reconcile = function(item)
        is(item.reference, "doubted", "what to look for")
        return answer(), reference
    end })
    return begun .. " " .. endings()
end
is(looked(function() return "found" end, "CR26/9"), "1 found done", "found")
is(looked(function() return "absent" end), "1 absent done", "absent")
is(looked(function() error("no menu") end), "1 unknown done",
    "a look that fails is none")

-- items in
local q = rpa.queue("a")
is(q:add { reference = "new", payload = { Surname = "Lee" } }, true, "added")
is(q:add { reference = 7 }, true, "a whole number is a reference")
is(q:add { reference = "there" }, false, "it is there")
is(fails(q.add, q, { reference = "bad" }).code, "EINVAL", "a bad payload")
for name, reference in pairs { ["none"] = false, ["an empty one"] = "",
    ["a table"] = {}, ["no whole number"] = 1.5 } do
    is(fails(q.add, q, { reference = reference or nil }).code, "EINVAL",
        "a reference that is " .. name)
end
is(q:state("new"), nil, "not there")
is(q:state("there"), "done", "where it stands")
is(fails(rpa.call, "no.such").code, "EINVAL", "an unknown act")

-- values across
local function echo(v) return rpa.call("test.echo", { value = v }) end
is(echo(math.maxinteger), math.maxinteger, "most")
is(echo(math.mininteger), math.mininteger, "least")
is(math.type(echo(1.0)), "float", "a float stays one")
is(echo("a\0b\xff"), "a\0b\xff", "bytes")
is(echo("Gŵyn ’"), "Gŵyn ’", "text")
is(echo({ { 1, 2 }, { x = true } })[2].x, true, "tables")
is(rpa.json.encode(echo {}), "[]", "an empty table is a list")
is(rpa.json.encode(rpa.json.decode("{}")), "{}", "an empty map stays one")
ok(not fails(rpa.json.decode, '{"OBRIEN":1,"OBRIEN":2}').msg:find("OBRIEN"),
    "what is no JSON is not shown in its error")
local circle = {}
circle[1] = circle
ok(fails(echo, circle).msg:find("in a circle"), "a circle")
is(fails(echo, { a = { 1, print } }).msg,
    "test.echo.value.a[2]: a function is no data", "the way to a function")
ok(fails(echo, { 1, nil, 3, x = 1 }).msg:find("neither"), "mixed keys")
ok(fails(echo, { [1.5] = 1 }).msg:find("neither"), "float key")
ok(fails(echo, { ["\xff"] = 1 }).msg:find("UTF%-8"), "key not UTF-8")
is(fails(rpa.call, "test.echo", { 1 }).code, "EINVAL", "args want names")
local many = {}
for i = 1, 300000 do many[i] = i end
ok(fails(echo, many).msg:find("too many"), "too many values")

-- what a person decides
local entry = rpa.review.propose { kind = "match", about = "V-1", system = "s",
    key = "k", agree = { Surname = { asked = "a", seen = "a" } } }
is(entry.id, 17, "a review has its number")
is(rpa.review.searched { about = "V-1", system = "s", as = { surname = "Evans" },
    outcome = rpa.outcome.locked("IN USE") }, 412, "a search its row")
is(fails(rpa.review.searched, { about = "V-1", system = "s", as = { a = "b" },
    outcome = "not found" }).code, "EINVAL", "whose outcome is an answer")
local changes = {}
for change in rpa.review.approved() do
    changes[#changes + 1] = change
end
is(#changes, 1, "the changes that were approved")
is(rpa.review.apply(changes[1], crs, function() return "CR26/000123" end), "done",
    "one is made")
err = fails(rpa.review.apply, changes[1], crs, function() error("not today") end)
ok(err.msg:find("not today"), "what goes wrong in it is raised")
err = fails(rpa.review.apply, changes[1], crs, function() end)
is(err.code, "EBOT", "and so is an end without what the target showed")
is(fails(rpa.review.apply, changes[1], crs).code, "EINVAL", "it is a function")

tap.done()
