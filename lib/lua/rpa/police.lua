--- Identifiers of police records: pnc, cro, asn, nino, vrm, postcode, class (Home
-- Office), collar and phone, each with parse, check and format. Most prove themselves by
-- a check letter, and one that does not is no identifier, whatever it looks like.
--
--   local police = rpa.police
--   local id = police.pnc.parse("81/34u ")
--   assert(id.year == 1981 and id.serial == 34 and id.text == "1981/0000034U")
--   assert(police.cro.format("65656/91H") == "065656/91H")
--   local none, why = police.pnc.parse("2001/0171310S")
--   assert(not none and why == "the check letter is not that of the number")

local _, core = ...

-- ---- what they have in common -----------------------------------------------

-- PNC ID, CRO and ASN: letter = table[number mod 23]; no I, O or S. Source:
-- ministryofjustice hmpps-person-record and bichard7-next-core.
local LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
local NOT_PROVED = "the check letter is not that of the number"
local NO_FORM = "this is not its form"
local PLACEHOLDER = "this is a placeholder: nothing is known"

local function proved(number, letter)
    local at = math.tointeger(number) % 23 + 1
    return LETTERS:sub(at, at) == letter
end

local function text_of(what)
    if type(what) ~= "string" then
        core.raise { code = "EINVAL",
            msg = "an identifier is text, not " .. type(what),
            hint = "a number has lost the zeros it began with" }
    end
    return what
end

-- What people write: small letters, blanks around.
local function tidy(what)
    return (text_of(what):upper():match("^%s*(.-)%s*$"))
end

-- A kind of identifier. read(text, ...) gives its parts, of which text is its one
-- normal form, or nil and why it is none; loosen gives read what people write.
local function kind(read, loosen)
    loosen = loosen or tidy
    local self = {}

    --- Its parts, text its normal form; nil and why it is none, and true where it
    -- stands for "unknown". Case and blanks around it are forgiven.
    function self.parse(what, ...)
        return read(loosen(what), ...)
    end

    --- Does the text, as it stands, keep the rule? If not: false, why.
    function self.check(what, ...)
        local parts, why = read(text_of(what), ...)
        return parts ~= nil, why
    end

    --- Its one normal form, to compare and to key; nil and why it is none.
    function self.format(what, ...)
        local parts, why = self.parse(what, ...)
        return parts and parts.text, why
    end

    return self
end

-- 1 to @most letters and digits, and no more to it.
local function plain(most)
    local pattern = "^[%u%d]" .. ("[%u%d]?"):rep(most - 1) .. "$"
    return function(text)
        if not text:find(pattern) then
            return nil, NO_FORM
        end
        return { text = text }
    end
end

-- ---- those with a check letter ----------------------------------------------

-- Year and serial: with a slash, or of 11 digits with a year of four, or of fewer
-- with a year of two.
local function pnc_digits(text)
    local year, serial, letter = text:match("^(%d+)/(%d+)(%u)$")
    if not year then
        local digits
        digits, letter = text:match("^(%d+)(%u)$")
        local long = digits and #digits == 11
        year = digits and digits:sub(1, long and 4 or 2)
        serial = digits and digits:sub(long and 5 or 3)
    end
    if not year or #year ~= 2 and #year ~= 4 or #serial < 1 or #serial > 7 then
        return nil
    end
    return year, ("0"):rep(7 - #serial) .. serial, letter
end

-- A year of two digits is of this century up to this year. @now is the year.
local function read_pnc(text, now)
    local year, serial, letter = pnc_digits(text)
    if not year then
        return nil, NO_FORM
    end
    now = now or math.tointeger(os.date("!%Y"))
    local full = math.tointeger(year)
    if #year == 2 then
        full = full + (2000 + full <= now and 2000 or 1900)
    end
    if full < 1900 or full > now then
        return nil, "there was no such year"
    elseif not proved(year:sub(-2) .. serial, letter) then
        return nil, NOT_PROVED
    end
    return { year = full, serial = math.tointeger(serial), letter = letter,
        text = ("%04d/%s%s"):format(full, serial, letter) }
end

-- SFYY/NNNNNND: no prints are held. Published rules disagree on whether a short
-- serial is padded first; which matched is told as rule.
local function read_sf(text)
    local year, serial, letter = text:match("^SF(%d%d)/(%d+)(%u)$")
    if not year or #serial > 6 then
        return nil, NO_FORM
    end
    local padded = ("0"):rep(6 - #serial) .. serial
    local rule = proved(year .. padded, letter) and "padded"
        or proved(year .. serial, letter) and "as written" or nil
    if not rule then
        return nil, NOT_PROVED
    end
    return { year = year, serial = math.tointeger(serial), letter = letter,
        rule = "SF " .. rule, text = text }
end

local function read_cro(text)
    if text:find("^SF") then
        return read_sf(text)
    end
    local serial, year, letter = text:match("^(%d+)/(%d%d)(%u)$")
    if not serial or #serial > 6 then
        return nil, NO_FORM
    end
    serial = ("0"):rep(6 - #serial) .. serial
    if serial == "000000" then
        return nil, PLACEHOLDER, true
    elseif not proved(year .. serial, letter) then
        return nil, NOT_PROVED
    end
    return { year = year, serial = math.tointeger(serial), letter = letter,
        rule = "standard", text = serial .. "/" .. year .. letter }
end

-- YY, force and station (4, or 5 with an area before), system, sequence,
-- letter. The letter covers force, system, year and sequence; a part that is not
-- digits counts for nothing, and the station never does.
local function read_asn(text)
    local year, unit, system, sequence, letter =
        text:match("^(%d%d)/?(%w?%w%w%w%w)/?(%w%w)/?(" .. ("%d"):rep(11) .. ")(%u)$")
    if not year or unit:find("%l") or system:find("%l") then
        return nil, NO_FORM
    end
    local area = unit:sub(1, -5)
    local force, station = unit:sub(-4, -3), unit:sub(-2)
    local number = (force:match("^%d+$") or "") .. (system:match("^%d+$") or "")
        .. year .. sequence
    if not proved(number, letter) then
        return nil, NOT_PROVED
    end
    return { year = year, area = area, force = force, station = station,
        system = system, sequence = math.tointeger(sequence), letter = letter,
        text = year .. unit .. system .. sequence .. letter }
end

-- ---- those without ----------------------------------------------------------

local BARRED = { GB = true, BG = true, NK = true, KN = true, TN = true, NT = true,
    ZZ = true }

-- Without a suffix, or with a blank for one, it ends in a blank: nine characters.
local function read_nino(text)
    local prefix, digits, suffix = text:match("^(%u%u)(%d%d%d%d%d%d)([A-D ]?)$")
    if not prefix then
        return nil, NO_FORM
    elseif prefix:find("[DFIQUV]") or prefix:find("O", 2, true)
        or BARRED[prefix] then
        return nil, "no number begins with these letters"
    end
    suffix = suffix == "" and " " or suffix
    return { prefix = prefix, digits = digits, suffix = suffix,
        text = prefix .. digits .. suffix }
end

local function together(what)
    return (tidy(what):gsub("%s", ""))
end

local NOWHERE = { NF11NF = true, NF11FA = true }

local function read_postcode(text)
    local joined = text:gsub(" ", "")
    if NOWHERE[joined] then
        return nil, PLACEHOLDER, true
    elseif not text:find("^%u[A-HJ-Y]?%d[%u%d]? ?%d%u%u$")
        and not text:find("^GIR ?0AA$") then
        return nil, NO_FORM
    end
    local outward, inward = joined:sub(1, -4), joined:sub(-3)
    return { outward = outward, inward = inward,
        text = outward .. " " .. inward }
end

-- What people put between digits, and the country's code, which a zone's 0 may
-- follow in brackets.
local function digits_of(what)
    local digits = tidy(what):gsub("[%s().-]", "")
    return (digits:gsub("^%+44", "0044"):gsub("^00440?", "0"))
end

local function read_phone(text)
    if text:find("^%d+$") and text == text:sub(1, 1):rep(#text) then
        return nil, PLACEHOLDER
    elseif not text:find("^0[1235789]%d%d%d%d%d%d%d%d?%d$") then
        return nil, NO_FORM
    end
    return { text = text }
end

local function read_class(text)
    local class, subclass = text:match("^(%d%d?%d?)/(%d%d?)$")
    if not class then
        return nil, NO_FORM
    end
    class, subclass = ("%03d"):format(class), ("%02d"):format(subclass)
    return { class = class, subclass = subclass,
        text = class .. "/" .. subclass }
end

return {
    --- PNC ID, YYYY/NNNNNNND. A second argument is the present year.
    --
    --   assert(rpa.police.pnc.format("0273319Z") == "2002/0073319Z")
    --   assert(rpa.police.pnc.parse("67/9893091D", 2026).year == 1967)
    pnc = kind(read_pnc),
    --- CRO number, NNNNNN/YYD, or SFYY/NNNNNND; rule says which it kept:
    -- "standard", "SF padded" or "SF as written".
    --
    --   assert(rpa.police.cro.parse("SF83/50058Z").rule == "SF as written")
    --   assert(not rpa.police.cro.check("000000/00Z")) -- a placeholder
    cro = kind(read_cro),
    --- Arrest summons number, with or without slashes.
    --
    --   local asn = rpa.police.asn.parse("22/02XC/02/00000000021R")
    --   assert(asn.force == "02" and asn.station == "XC" and asn.sequence == 21)
    asn = kind(read_asn),
    --- National insurance number, nine characters: a blank may be the last.
    --
    --   assert(rpa.police.nino.format("ab 12 34 56 c") == "AB123456C")
    --   assert(rpa.police.nino.format("AB123456") == "AB123456 ")
    nino = kind(read_nino, together),
    --- Vehicle registration mark: 1 to 11 letters and digits, no blanks.
    --
    --   assert(rpa.police.vrm.format("ab12 cde") == "AB12CDE")
    --   assert(not rpa.police.vrm.check("AB12 CDE"))
    vrm = kind(plain(11), together),
    --- Postcode, with one blank before the last three.
    --
    --   assert(rpa.police.postcode.format("sw1a1aa") == "SW1A 1AA")
    postcode = kind(read_postcode),
    --- Phone number of the United Kingdom, digits alone, from the 0 on.
    --
    --   assert(rpa.police.phone.format("+44 (0)29 2018 0123") == "02920180123")
    --   assert(not rpa.police.phone.check("00000000000")) -- a placeholder
    phone = kind(read_phone, digits_of),
    --- Home Office class and subclass, nnn/nn.
    --
    --   assert(rpa.police.class.format("8/6") == "008/06")
    class = kind(read_class),
    --- An officer's collar number: 1 to 10 letters and digits.
    --
    --   assert(rpa.police.collar.format("pc0042") == "PC0042")
    collar = kind(plain(10), together),
}
