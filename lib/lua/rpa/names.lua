--- Names as people write them: folded for systems that hold no marks, tidied by
-- the rules for records, spelled out in each form to search for, and compared.
--
--   local names = rpa.names
--   assert(names.fold("Siân Ŵyn-Łucki") == "Sian Wyn-Lucki")
--   assert(names.tidy("  Dr  Siân   O’Brien ") == "Siân O'Brien")
--   assert(names.similarity("Martha", "Marhta") > 0.96)

local _, core = ...
local letters = require "rpa.letters"
local likeness = require "rpa.likeness"

local names = {}

-- mark -> letter -> letter with it, and letter with it -> letter and mark
local with_mark, without = {}, {}
for mark, pairs_of in pairs(letters.marks) do
    with_mark[mark] = {}
    for bare, marked in pairs_of:gmatch("(" .. utf8.charpattern .. ")("
        .. utf8.charpattern .. ")%s?") do
        with_mark[mark][bare] = marked
        without[marked] = bare
    end
end

local function text_of(what)
    if type(what) ~= "string" or not utf8.len(what) then
        core.raise { code = "EINVAL", msg = "a name is text in UTF-8, not "
            .. (type(what) == "string" and "other bytes" or type(what)) }
    end
    return what
end

-- One letter, where there is one, for a letter and the mark behind it.
local function compose(text)
    if not text:find("[\xCC\xCD]") then -- none of U+0300 to U+036F
        return text
    end
    local out = {}
    for char in text:gmatch(utf8.charpattern) do
        local marked = with_mark[char] and with_mark[char][out[#out]]
        out[marked and #out or #out + 1] = marked or char
    end
    return table.concat(out)
end

-- A letter is folded until no mark is left on it: ậ has two.
local function fold_char(char)
    local bare = without[char]
    while without[bare] do
        bare = without[bare]
    end
    bare = bare or char
    return letters.others[bare] or letters.signs[bare]
        or with_mark[bare] and "" or bare
end

--- Without marks, and with plain quotes, hyphens and blanks; what has no such
-- form stays. Never a letter left out: Siân is Sian.
function names.fold(text)
    text = text_of(text)
    return text:find("[\x80-\xFF]") and text:gsub(utf8.charpattern, fold_char)
        or text
end

--- The form in which names are compared: folded, in capitals, blanks single.
function names.key(text)
    return (names.fold(text):upper():gsub("%s+", " "):match("^ ?(.-) ?$"))
end

-- ---- the rules for records --------------------------------------------------

local TITLES = {}
for title in ([[MR MRS MISS MS MX DR PROF PROFESSOR REV REVD REVEREND SIR DAME LORD
    LADY CAPT CAPTAIN COL LT SGT FR HON CLLR]]):gmatch("%u+") do
    TITLES[title] = true
end

-- The name and the title before it, if one is.
local function untitled(text)
    local word, rest = text:match("^([^%s.]+)%.?%s+(.+)$")
    if word and TITLES[word:upper()] then
        return untitled(rest), word
    end
    return text
end

-- As it was written, but for what is around it: blanks, marks apart, a title.
local function written(text)
    text = compose(text_of(text)):gsub("\u{A0}", " "):gsub("%s+", " ")
    return (untitled(text:match("^ ?(.-) ?$")))
end

--- By the rules for records: no title, single blanks, plain apostrophes and
-- hyphens; marks stay. Second, what still keeps it from being a name: see problems.
function names.tidy(text)
    text = written(text):gsub(utf8.charpattern, letters.signs)
    return text, names.problems(text)
end

--- What the rules for names of the NPCC's dictionary (2023) find wrong with a
-- name, {} if nothing: "placeholder", "title", "spaces", "character" (letters,
-- hyphens and apostrophes are all there may be).
--
--   assert(table.concat(rpa.names.problems("Mr  Sm1th"), " ")
--       == "title spaces character")
--   assert(rpa.names.problems("Not Entered")[1] == "placeholder")
function names.problems(text)
    local found = {}
    local function has(problem, code)
        found[#found + 1] = problem and code or nil
    end
    local key = names.key(text)
    has(key == "NOT ENTERED", "placeholder")
    has(select(2, untitled(text)), "title")
    has(text:find("  ", 1, true) or text:find("^%s") or text:find("%s$"), "spaces")
    local bare = compose(text):gsub(utf8.charpattern, function(char)
        return without[char] and "a" or letters.others[char]
    end)
    has(bare:find("[^%a '-]") or not bare:find("%a"), "character")
    return found
end

-- ---- forms to search for ----------------------------------------------------

-- A person's given names, as a list.
local function given_names(person)
    local given = person.given or {}
    if type(given) == "string" then
        local list = {}
        for name in written(given):gmatch("%S+") do
            list[#list + 1] = name
        end
        return list
    end
    local list = {}
    for i, name in ipairs(given) do
        list[i] = written(name)
    end
    return list
end

-- The same with plain signs, to look for.
local function plain_signs(text)
    return (text:gsub(utf8.charpattern, letters.signs))
end

-- Mac for Mc and Mc for Mac, in the case they are written in; nil for other names.
local function other_mac(name)
    local m, a, c, rest = name:match("^([Mm])([Aa]?)([Cc])(%a%a.+)$")
    return m and m .. (a ~= "" and "" or c == "C" and "A" or "a") .. c .. rest
end

-- Calls put(form, how) for each way in which a name may be on record: first as it
-- is, how being "".
local function spellings(name, put)
    local function one(text, how)
        put(text, how)
        local mac = other_mac(text)
        if mac then
            put(mac, how .. ", Mac for Mc or Mc for Mac")
        end
    end
    local function all(text, how)
        one(text, how)
        if text:find("-", 1, true) then
            for part in text:gmatch("[^-]+") do
                one(part, how .. ", a part of it")
            end
            one((text:gsub("-", " ")), how .. ", a blank for its hyphen")
        elseif text:find(" ", 1, true) then
            one((text:gsub(" ", "-")), how .. ", a hyphen for its blank")
        end
        one(text:match("[^ -]*$"), how .. ", its last word")
        one((text:gsub("[ -]", "")), how .. ", in one word")
    end
    one(name, "")
    local plain = plain_signs(name)
    if plain:find("'", 1, true) then
        all((plain:gsub("'", "")), ", without its apostrophe")
        one((plain:gsub("'", " ")), ", a blank for its apostrophe")
    end
    all(plain, "")
end

-- Calls put(surname, forename, how) for all forms of one name.
local function forms_of(name, put)
    local surname, given = written(name.surname or ""), given_names(name)
    spellings(surname, function(text, how)
        how = how ~= "" and ", surname" .. how or ""
        put(text, given[1] or "", how)
        for i = 2, #given do
            put(text, given[i], how .. ", by another given name")
        end
    end)
    for i, forename in ipairs(given) do
        spellings(forename, function(text, how)
            how = how ~= "" and ", forename" .. how or ""
            put(surname, text, how)
            if i == 1 then
                put(text, surname, how .. ", swapped")
            end
        end)
    end
end

--- The forms in which to search for a person: a list of { surname, forename,
-- why }, each once and first the one as given. Each surname, with each given name:
-- folded, both or either; parts of what is hyphenated, in one word, with blanks for
-- its signs and without, its last word, Mac and Mc for each other; surname and first
-- forename swapped; and all aliases. A person is { surname, given = text or list,
-- aliases = list of such names }, names of before a marriage among the aliases.
--
--   local forms = rpa.names.forms { surname = "Ŵyn", given = "Siân Mair" }
--   assert(forms[1].surname == "Ŵyn" and forms[1].why == "as given")
--   assert(forms[2].surname == "Wyn" and forms[2].forename == "Sian")
--   assert(forms[5].forename == "Mair")
function names.forms(person)
    local list, seen = {}, {}
    local function one(surname, forename, why)
        local id = surname .. "\0" .. forename
        if not seen[id] and surname ~= "" then
            seen[id] = true
            list[#list + 1] = { surname = surname, forename = forename, why = why }
        end
    end
    local function all(name, why)
        forms_of(name, function(surname, forename, how)
            local plain, bare = names.fold(surname), names.fold(forename)
            one(surname, forename, why .. how)
            one(plain, bare, why .. how .. ", folded")
            one(surname, bare, why .. how .. ", forename folded")
            one(plain, forename, why .. how .. ", surname folded")
        end)
    end
    all(person, "as given")
    for _, alias in ipairs(person.aliases or {}) do
        all(alias, "alias")
    end
    return list
end

-- ---- comparing --------------------------------------------------------------

--- How alike two names are, by Jaro and Winkler, 0 to 1; marks, case and the kind
-- of quotes do not count.
function names.similarity(a, b)
    return likeness.similarity(names.key(a), names.key(b))
end

--- What a comparison needs of a person: all names by their keys and as they are
-- written, dates and identifiers in their one form. compare() takes it in the
-- person's place, and is spared the work where one is compared with many.
--
--   local sian = rpa.names.prepare { surname = "O’Brien", given = "Siân" }
--   assert(rpa.names.compare(sian, sian).score == 45)
function names.prepare(person)
    local all = {}
    for _, name in ipairs { person, table.unpack(person.aliases or {}) } do
        local surname, given = written(name.surname or ""), given_names(name)
        local one = { surname = names.key(surname), given = {},
            written = { surname = surname, given = table.concat(given, " ") } }
        for i, forename in ipairs(given) do
            one.given[i] = names.key(forename)
        end
        all[#all + 1] = one
    end
    return likeness.prepare(person, all)
end

--- Two records of persons against each other: { score, band, twins, reasons }.
-- band is "likely", "possible" (a person decides) or "unlikely"; each reason is
-- { field, how, points, agrees, asked, seen }, the last two what either has there,
-- and agrees whether that is the same, or a short or other spelling of it. Beside
-- their names persons may have born (a date, also a partial one), postcode, phone,
-- pnc, cro and nino. Nothing here says that two are one: it is evidence. Twins, of one
-- surname, date of birth and address, with unlike first forenames and no identifier
-- in common, are never likely. limits is { likely =, possible = }, in points.
--
--   local a = { surname = "O’Brien", given = "Siân", born = "31/12/1990" }
--   local b = { surname = "O'BRIEN", given = "SIAN", born = "1990-12-31" }
--   local found = rpa.names.compare(a, b)
--   assert(found.band == "likely" and found.reasons[1].field == "surname")
--   assert(found.reasons[2].agrees and found.reasons[2].seen == "SIAN")
function names.compare(a, b, limits)
    return likeness.compare(a.names and a or names.prepare(a),
        b.names and b or names.prepare(b), limits)
end

return names
