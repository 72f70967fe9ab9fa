-- Tables over several pages, from a driver that answers what the test says:
-- complete, or an error.
local tap = require "tap"
local ok, is = tap.ok, tap.is

local crs = rpa.window("Crime Recording"):grid()

-- rows first to last as a page; more of it in `marks`
local function page(first, last, marks)
    local rows = {}
    for i = first, last do
        rows[#rows + 1] = { REF = "CR/" .. i }
    end
    local one = { id = ("%d-%d-%s"):format(first, last, marks.page or ""),
        rows = rows, next = "F8", commits = false }
    for key, value in pairs(marks) do
        one[key] = value
    end
    return one
end

local function pressed()
    return select(2, rpa.call("test.calls"):gsub("key.press", ""))
end

-- What comes of these pages: the references, or the error's text; and how often
-- a page was turned.
local function read(pages, spec)
    local before = pressed()
    rpa.call("test.pages", { pages = pages })
    local good, got = pcall(crs.table, crs, spec or "people")
    local turned = pressed() - before
    if not good then
        return got.code .. ": " .. got.msg, turned
    end
    local refs = {}
    for i, row in ipairs(got) do
        refs[i] = row.REF:sub(4)
    end
    return table.concat(refs, " "), turned
end

local function gives(pages, want, turns, name)
    local got, turned = read(pages)
    is(got, want, name)
    is(turned, turns, name .. ": pages turned")
end

local function refused(pages, why, name)
    local got = read(pages)
    ok(got:find("^ESCREEN: ") and got:find(why, 1, true), name)
    if not got:find(why, 1, true) then
        print("# " .. got)
    end
end

local P = { page = 1, pages = 3 }
local function of3(n, more)
    local marks = { page = n, pages = 3 }
    for key, value in pairs(more or {}) do
        marks[key] = value
    end
    return marks
end

-- complete
gives({ page(1, 2, { page = 1, pages = 1 }) }, "1 2", 0, "one page of one")
gives({ page(1, 2, P), page(3, 4, of3(2)), page(5, 5, of3(3)) }, "1 2 3 4 5", 2,
    "three pages")
gives({ page(1, 2, { from = 1, total = 3 }), page(3, 3, { from = 3, total = 3 }) },
    "1 2 3", 1, "rows from and of how many")
gives({ page(1, 2, { from = 1, to = 2, total = 3 }),
    page(3, 3, { from = 3, to = 3, total = 3 }) }, "1 2 3", 1, "from and to")
gives({ page(1, 2, { total = 3 }), page(3, 3, { total = 3 }) }, "1 2 3", 1,
    "the total alone")
gives({ page(1, 2, { more = true }), page(3, 3, { more = false }) }, "1 2 3", 1,
    "more and bottom")
gives({ page(1, 2, of3(1, { total = 5 })), page(3, 4, of3(2, { total = 5 })),
    page(5, 5, of3(3, { total = 5 })) }, "1 2 3 4 5", 2, "pages and a total")
gives({ { id = "x", rows = { { REF = "CR/1" } } } }, "1", 0,
    "a table of one page, by its declaration")
gives({ { id = "x", rows = {}, none = true, next = "F8" } }, "", 0,
    "none, and the screen says so")
gives({ { id = "x", rows = {}, total = 0, from = 0, next = "F8" } }, "", 0,
    "none of none")

-- not complete
refused({ page(3, 4, of3(2)) }, "page 2 came where page 1 was due",
    "it begins at its second page")
refused({ page(1, 2, P), page(5, 5, of3(3)) },
    "page 3 came where page 2 was due", "a page is skipped")
refused({ page(1, 2, P), page(1, 2, P) }, "came twice", "a page comes twice")
refused({ page(1, 2, P) }, "no other page came", "a page does not come")
refused({ page(1, 2, P), page(3, 4, { page = 2, pages = 4 }) },
    "the pages were 3 and are 4", "the pages become more")
refused({ page(1, 2, { total = 3 }), page(3, 3, { total = 4 }) },
    "the rows were 3 and are 4", "the rows become more")
refused({ page(1, 2, { page = 1, pages = 1, total = 3 }) },
    "its marks differ", "the last page, and not all rows")
refused({ page(1, 3, { page = 1, pages = 2, total = 3 }) },
    "its marks differ", "all rows, and not the last page")
refused({ page(1, 2, { more = false, total = 3 }) }, "its marks differ",
    "the bottom, and not all rows")
refused({ page(1, 2, { total = 1 }) }, "2 rows, and the screen says 1",
    "more rows than there are")
refused({ page(1, 2, { from = 1, to = 3, total = 3 }) },
    "ends with row 3 by its mark, 2 by what it shows", "a row is not seen")
refused({ page(1, 2, { from = 1, total = 5 }), page(4, 5, { from = 4, total = 5 }) },
    "begins with row 4 where row 3 was due", "rows are skipped")
refused({ { id = "x", rows = { { REF = "CR/1" } }, page = 1, pages = 2 } },
    "no key is declared", "more pages, and no key to turn")
refused({ page(1, 2, { more = true }), page(3, 4, { more = true }),
    page(1, 2, { more = true }) }, "came twice", "it goes round in a circle")

local got, turned = read { page(1, 2, of3(1, { commits = true })) }
ok(got:find("^EPERM: F8"), "a key that is no navigation")
is(turned, 0, "is not pressed")

-- a row, and where it stands
local function seek(pages, ref)
    local before = pressed()
    rpa.call("test.pages", { pages = pages })
    local row, at = crs:seek("people", function(one) return one.REF == ref end)
    return (row and row.REF .. " in row " .. at.row .. ", column " .. at.cols.REF.col
        or "none") .. ", turned " .. pressed() - before
end
local function placed(first, last, marks)
    local one = page(first, last, marks)
    one.at, one.cols = {}, { REF = { col = 3, width = 6 } }
    for i = first, last do
        one.at[#one.at + 1] = 10 + i
    end
    return one
end
local three = { placed(1, 2, P), placed(3, 4, of3(2)), placed(5, 5, of3(3)) }
is(seek(three, "CR/2"), "CR/2 in row 12, column 3, turned 0", "on the first page")
is(seek(three, "CR/4"), "CR/4 in row 14, column 3, turned 1", "on another one")
is(seek(three, "CR/5"), "CR/5 in row 15, column 3, turned 2", "on the last one")
is(seek(three, "CR/6"), "none, turned 2", "on none")
ok(not pcall(seek, { three[1], three[3] }, "CR/6"), "a page that is skipped")

rpa.call("test.pages", { pages = three })
is(select(2, crs:table("people")), 3, "a table tells of its pages, too")

-- what the bot says itself
got = read({ { id = "x", rows = { { REF = "CR/1" } } } },
    { columns = { "REF", { header = "SURNAME", width = 9 } }, rows = 4 })
is(got, "1", "a table of the bot's own")
tap.done()
