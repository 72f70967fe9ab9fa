-- rpa.police against the published vectors, and against a second reader of the
-- rules for texts with one wrong character.
local tap = require "tap"
local ok, is = tap.ok, tap.is
local police = rpa.police

-- ---- vectors: the text as it is written, its normal form, or false ----
local vectors = {
    pnc = {
        { "1981/0000034U", "1981/0000034U" }, { "81/34U", "1981/0000034U" },
        { "2002/0073319Z", "2002/0073319Z" }, { "0273319Z", "2002/0073319Z" },
        { "20020073319Z", "2002/0073319Z" }, { "2002/73319Z", "2002/0073319Z" },
        { "020073319Z", "2002/0073319Z" }, { "2000/0000223R", "2000/0000223R" },
        { "1979/0163001B", "1979/0163001B" }, { "1967/9893091D", "1967/9893091D" },
        { "20030011985Z", false }, { "20120052494O", false },
        { "2001/0171310S", false }, { "1981/00000034U", false }, { "", false },
        { "1981/U", false }, { "1981/0000034", false }, { "2981/0000034U", false },
        { "981/0000034U", false }, { "0200073319Z", false }, { "ſ1/34U", false },
        { "1981/0000034U\n1", false }, { "1981//0000034U", false },
    },
    cro = {
        { "65656/91H", "065656/91H" }, { "065656/91H", "065656/91H" },
        { "85227/65G", false }, { "000000/00Z", false }, { "0/00Z", false },
        { "SF05/482703J", "SF05/482703J" }, { "SF83/50058Z", "SF83/50058Z" },
        { "SF83/50058B", "SF83/50058B" }, { "SF83/50058C", false },
        { "0065656/91H", false }, { "65656/1991H", false }, { "/91H", false },
        { "SF05/0482703J", false }, { "SF/482703J", false },
    },
    asn = {
        { "2202XC0200000000021R", "2202XC0200000000021R" },
        { "2005FF0500000000555P", "2005FF0500000000555P" },
        { "9700000000000123456K", "9700000000000123456K" },
        { "22FD112200001234560X", "22FD112200001234560X" },
        { "22/02XC/02/00000000021R", "2202XC0200000000021R" },
        { "22A02XC0200000000021R", "22A02XC0200000000021R" },
        { "2202XC0200000000012R", false }, { "2203XC0200000000021R", false },
        { "2202XC020000000021R", false }, { "2202XC0200000000021", false },
    },
    nino = {
        { "AB123456C", "AB123456C" }, { "AB123456 ", "AB123456 " },
        { "AB123456", "AB123456 " }, { "AB123456E", false },
        { "AO123456C", false }, { "DA123456C", false }, { "AV123456C", false },
        { "GB123456C", false }, { "BG123456C", false }, { "NK123456C", false },
        { "KN123456C", false }, { "TN123456C", false }, { "NT123456C", false },
        { "ZZ123456C", false }, { "A1123456C", false }, { "OA123456C", "OA123456C" },
    },
    vrm = { { "AB12CDE", "AB12CDE" }, { "A", "A" }, { "12345678901", "12345678901" },
        { "123456789012", false }, { "", false }, { "AB-12", false } },
    postcode = {
        { "SW1A 1AA", "SW1A 1AA" }, { "SW1A1AA", "SW1A 1AA" }, { "M1 1AE", "M1 1AE" },
        { "B33 8TH", "B33 8TH" }, { "GIR 0AA", "GIR 0AA" }, { "GIR0AA", "GIR 0AA" },
        { "NF1 1NF", false }, { "NF11FA", false }, { "AI1 1AA", false },
        { "SW1A  1AA", false }, { "SW1A 1A", false }, { "1A1 1AA", false },
    },
    class = { { "028/02", "028/02" }, { "8/6", "008/06" }, { "1234/02", false },
        { "028/002", false }, { "028", false }, { "028-02", false } },
    collar = { { "0042", "0042" }, { "PC1234567X", "PC1234567X" },
        { "PC1234567XY", false }, { "", false }, { "PC 42", false } },
}
for name, list in pairs(vectors) do
    for _, case in ipairs(list) do
        local text, want = case[1], case[2]
        local said = ("%s %q"):format(name, text):gsub("\n", "n")
        is(police[name].check(text), want and true or false, said)
        local why = select(2, police[name].check(text))
        is(type(why), want and "nil" or "string", said .. " why")
        if want then
            is(police[name].format(text), want, said .. " formatted")
            is(police[name].format(want), want, said .. " formatted twice")
            is(police[name].parse("  " .. text:lower() .. " ").text, want,
                said .. " as people write it")
        end
    end
end

-- ---- parts ----
is(police.pnc.parse("26/1P", 2026), nil, "not its letter")
is(police.pnc.parse("0273319Z", 2001).year, 1902, "two digits: not of a year to come")
is(police.pnc.parse("0273319Z", 2002).year, 2002, "but of this one")
is(police.pnc.parse("2002/0073319Z", 2001), nil, "four digits: nor that")
is(police.cro.parse("65656/91H").rule, "standard", "which rule: the usual one")
is(police.cro.parse("SF83/50058Z").rule, "SF as written", "a short serial")
is(police.cro.parse("SF83/50058B").rule, "SF padded", "the other rule")
is(police.cro.parse("SF05/482703J").rule, "SF padded", "where both are one")
is(police.asn.parse("22A02XC0200000000021R").area, "A", "an area")
is(police.asn.parse("2202XC0200000000021R").sequence, 21, "a sequence")
is(police.asn.check("22/02XY/02/00000000021R"), true, "the station proves nothing")
is(police.nino.format("ab 12 34 56 c"), "AB123456C", "blanks between")
is(police.nino.check("AB 12 34 56 C"), false, "which it may not have as it stands")
is(police.vrm.check("AB12 CDE"), false, "nor may a mark")
is(police.vrm.format("ab12 cde"), "AB12CDE", "until they are taken out")
for _, wrong in ipairs { 7, false, {} } do
    local good, err = pcall(police.collar.check, wrong)
    ok(not good and err.code == "EINVAL", "no text: " .. type(wrong))
end

-- ---- one wrong character ----

-- The rules once more, character by character, for the two ways an ID is written
-- with a slash and PNC IDs without one. Shares nothing with rpa.police.
local table_of = { [0] = "Z", "A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L",
    "M", "N", "P", "Q", "R", "T", "U", "V", "W", "X", "Y" }
local function number(text, from, to)
    local n = 0
    for i = from, to do
        local digit = text:byte(i) - 48
        if digit < 0 or digit > 9 then
            return nil
        end
        n = n * 10 + digit
    end
    return n
end
local function rule(kind, text)
    local size, slash = #text, text:find("/", 1, true)
    local most = 7
    local year, serial
    if size < 4 then
        return false
    elseif kind == "cro" and text:sub(1, 2) == "SF" then
        year, most = slash == 5 and number(text, 3, 4), 6
        serial = year and number(text, 6, size - 1)
        local wide = size - 6
        return serial and wide > 0 and wide <= most and
            (table_of[(year * 1000000 + serial) % 23] == text:sub(-1) or
            table_of[(year * math.tointeger(10 ^ wide) + serial) % 23]
                == text:sub(-1)) or false
    elseif kind == "cro" then
        year = slash == size - 3 and number(text, size - 2, size - 1)
        serial = year and slash > 1 and slash <= 7 and number(text, 1, slash - 1)
        return serial and serial > 0
            and table_of[(year * 1000000 + serial) % 23] == text:sub(-1) or false
    elseif slash then
        year = (slash == 5 or slash == 3) and number(text, 1, slash - 1)
    else
        slash = size == 12 and 4 or 2
        year = number(text, 1, slash)
    end
    serial = year and size - slash - 1 > 0 and size - slash - 1 <= most
        and number(text, slash + 1, size - 1)
    return serial and table_of[(year % 100 * 10000000 + serial) % 23]
        == text:sub(-1) or false
end

local seed = os.time()
math.randomseed(seed)
local random = math.random
local letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/ -OIS"
local forms = {
    function() -- PNC ID, in full
        local year, serial = random(1950, 2025), random(0, 9999999)
        return "pnc", ("%04d/%07d"):format(year, serial),
            year % 100 * 10000000 + serial
    end,
    function() -- as the systems send it
        local year, serial = random(1950, 2025), random(0, 9999999)
        return "pnc", ("%04d%07d"):format(year, serial),
            year % 100 * 10000000 + serial
    end,
    function() -- short
        local year, serial = random(0, 99), random(1, 99999)
        return "pnc", ("%02d/%d"):format(year, serial), year * 10000000 + serial
    end,
    function()
        local year, serial = random(0, 99), random(1, 999999)
        return "cro", ("%06d/%02d"):format(serial, year), year * 1000000 + serial
    end,
    function()
        local year, serial = random(0, 99), random(100000, 999999)
        return "cro", ("SF%02d/%06d"):format(year, serial),
            year * 1000000 + serial
    end,
}

local function one_error(text)
    local at = random(#text)
    local to
    repeat
        local i = random(#letters)
        to = letters:sub(i, i)
    until to ~= text:sub(at, at)
    return text:sub(1, at - 1) .. to .. text:sub(at + 1)
end

local errors = 1000000
local good, wrong, passed = 0, 0, 0
for i = 1, errors do
    local name, text, n = forms[i % #forms + 1]()
    text = text .. table_of[n % 23]
    good = good + (police[name].check(text) and rule(name, text) and 1 or 0)
    local bad = one_error(text)
    if police[name].check(bad) then
        passed = passed + 1
        wrong = wrong + (rule(name, bad) and 0 or 1)
    end
end
print(("# seed %d: %d errors, %d of them make another identifier"):format(seed,
    errors, passed))
is(good, errors, "each of as many good ones is accepted")
is(wrong, 0, errors .. " with one wrong character: none that the rule rejects")
is(rule("pnc", "2001/0171310S"), false, "control: the rule rejects")
is(rule("cro", "85227/65G"), false, "both kinds")
tap.done()
