-- rpa.names: folds, rules, forms to search for, comparing.
local tap = require "tap"
local ok, is = tap.ok, tap.is
local names = rpa.names

-- ---- folds: never a letter left out ----
for _, case in ipairs {
    { "Siân", "Sian" }, { "Siân", "Sian" }, { "Ŵyn", "Wyn" }, { "Llŷr", "Llyr" },
    { "Ẁẃẅ Ỳÿ", "Www Yy" }, { "Łucja Wiśniewska", "Lucja Wisniewska" },
    { "Żółć", "Zolc" }, { "Ó Súilleabháin", "O Suilleabhain" },
    { "Ṡéamus Ḃreatnaċ", "Seamus Breatnac" }, { "Mòrag NicÌomhair", "Morag NicIomhair" },
    { "Müller-Strauß", "Muller-Strauss" }, { "Søren Æbelø", "Soren AEbelo" },
    { "Þóra Ðekić", "THora Dekic" }, { "O’Brien", "O'Brien" },
    { "Nguyễn Thị Ậ", "Nguyen Thi A" }, { "Ậ", "A" },
    { "plain", "plain" }, { "", "" }, { "Σοφία", "Σοφία" },
} do
    is(names.fold(case[1]), case[2], "fold " .. case[1])
end
is(names.key(" o’brïen\u{A0}smith "), "O'BRIEN SMITH", "a key")
local letters, lost = require "rpa.letters", 0
for _, list in pairs(letters.marks) do
    for char in list:gsub(" ", ""):gmatch(utf8.charpattern) do
        local folded = names.fold(char)
        if not folded:find("^%a+$") then
            lost = lost + 1
            print("# " .. char)
        end
    end
end
is(lost, 0, "each letter with a mark becomes plain letters")
for _, wrong in ipairs { 7, false, "\xff" } do
    local good, err = pcall(names.fold, wrong)
    ok(not good and err.code == "EINVAL", "no name: " .. type(wrong))
end

-- ---- the rules ----
for _, case in ipairs {
    { "Siân", "Siân", "" }, { "Siân", "Siân", "" }, { "O’Brien", "O'Brien", "" },
    { "  Mary   Ann ", "Mary Ann", "" }, { "Dr. Siân", "Siân", "" },
    { "Rev Dr Jones", "Jones", "" }, { "Drew", "Drew", "" }, { "Mr", "Mr", "" },
    { "Smith‑Jones", "Smith-Jones", "" }, { "Łucki", "Łucki", "" },
    { "Sm1th", "Sm1th", "character" },
    { "NOT ENTERED", "NOT ENTERED", "placeholder" },
    { "", "", "character" }, { "-", "-", "character" }, { "A.B.", "A.B.", "character" },
} do
    local text, problems = names.tidy(case[1])
    is(text, case[2], "tidy '" .. case[1] .. "'")
    is(table.concat(problems, " "), case[3], "what is left of it")
end
for name, want in pairs {
    ["Mr Smith"] = "title", ["Smith  Jones"] = "spaces", [" Smith"] = "spaces",
    ["O’Brien"] = "character", ["Smith–Jones"] = "character", ["Siân"] = "",
    ["Not Entered"] = "placeholder", ["Anne-Marie O'Neill"] = "", ["X Æ"] = "",
    ["Smith (née Jones)"] = "character", ["Ševčík"] = "", ["Nguyễn"] = "",
} do
    is(table.concat(names.problems(name), " "), want, "problems of " .. name)
end

-- ---- forms ----
local function said(person)
    local list = {}
    for i, form in ipairs(names.forms(person)) do
        list[i] = form.surname .. "/" .. form.forename
        ok(#form.why > 0, list[i] .. " says why")
    end
    return table.concat(list, " ")
end
is(said { surname = "Smith", given = "John" }, "Smith/John John/Smith", "a plain name")
is(said { surname = "Smith" }, "Smith/", "a surname alone")
is(said { surname = "Ŵyn", given = { "Siân", "Mair" } },
    "Ŵyn/Siân Wyn/Sian Ŵyn/Sian Wyn/Siân Ŵyn/Mair Wyn/Mair " ..
    "Siân/Ŵyn Sian/Wyn Siân/Wyn Sian/Ŵyn", "both forms of each")
is(said { surname = "Smith-Jones", given = "Al" }, "Smith-Jones/Al " ..
    "Smith/Al Jones/Al Smith Jones/Al SmithJones/Al Al/Smith-Jones", "halves")
is(said { surname = "Lee-Fox", given = "Al Bo" }, "Lee-Fox/Al Lee-Fox/Bo " ..
    "Lee/Al Lee/Bo Fox/Al Fox/Bo Lee Fox/Al Lee Fox/Bo LeeFox/Al LeeFox/Bo Al/Lee-Fox",
    "each with each given name")
is(said { surname = "O’Brien", given = "Al" }, "O’Brien/Al O'Brien/Al " ..
    "OBrien/Al O Brien/Al Al/O’Brien Al/O'Brien", "each apostrophe, and none")
is(said { surname = "van der Berg", given = "Al" }, "van der Berg/Al van-der-Berg/Al " ..
    "Berg/Al vanderBerg/Al Al/van der Berg", "particles: joined, dropped")
for given, other in pairs { McDonald = "MacDonald", MacDonald = "McDonald",
    MCDONALD = "MACDONALD", MACDONALD = "MCDONALD", Macdonald = "Mcdonald" } do
    is(said { surname = given }, given .. "/ " .. other .. "/", "Mac and Mc")
end
is(said { surname = "Mac" }, "Mac/", "Mac alone is a name")
is(said { surname = "O'Lee-McFoy" }, "O'Lee-McFoy/ OLee-McFoy/ OLee/ McFoy/ MacFoy/ " ..
    "OLee McFoy/ OLeeMcFoy/ O Lee-McFoy/ O'Lee/ O'Lee McFoy/ O'LeeMcFoy/",
    "two at once")
is(said { surname = "Lee", given = "Anne-Marie" }, "Lee/Anne-Marie Anne-Marie/Lee " ..
    "Lee/Anne Anne/Lee Lee/Marie Marie/Lee Lee/Anne Marie Anne Marie/Lee " ..
    "Lee/AnneMarie AnneMarie/Lee", "a forename of two")
is(said { surname = "Đà-Ñu", given = "Mr Al" }, "Đà-Ñu/Al Da-Nu/Al " ..
    "Đà/Al Da/Al Ñu/Al Nu/Al Đà Ñu/Al Da Nu/Al ĐàÑu/Al DaNu/Al Al/Đà-Ñu Al/Da-Nu",
    "no letter is cut in two")
local aliases = { { surname = "Leigh", given = "Jo" }, { surname = "Lee", given = "Jo" } }
is(said { surname = "Lee", given = "Jo", aliases = aliases },
    "Lee/Jo Jo/Lee Leigh/Jo Jo/Leigh", "aliases, each form once")

-- ---- Jaro and Winkler ----
for _, case in ipairs {
    { "MARTHA", "MARHTA", 0.9611 }, { "DWAYNE", "DUANE", 0.84 },
    { "DIXON", "DICKSONX", 0.8133 }, { "JELLYFISH", "SMELLYFISH", 0.8963 },
    { "SMITH", "SMITH", 1 }, { "", "", 1 }, { "A", "", 0 }, { "AB", "CD", 0 },
    { "Siân", "SIAN", 1 }, { "Σ", "Φ", 0 },
} do
    local got = names.similarity(case[1], case[2])
    ok(math.abs(got - case[3]) < 0.0001, ("%s and %s: %.4f"):format(case[1],
        case[2], got))
    is(names.similarity(case[2], case[1]), got, "and the other way round")
end

-- ---- two records ----
local sian = { surname = "O’Brien-Wyn", given = "Siân Mair", born = "31/12/1990",
    postcode = "CF10 1AA", pnc = "2002/0073319Z" }
local function against(change, limits)
    local other = {}
    for key, value in pairs(sian) do
        other[key] = value
    end
    for key, value in pairs(change) do
        other[key] = value or nil
    end
    local found, back = names.compare(sian, other, limits),
        names.compare(other, sian, limits)
    ok(found.score == back.score and found.band == back.band, "the same both ways")
    local sum = 0
    for _, reason in ipairs(found.reasons) do
        sum = sum + reason.points
    end
    is(sum, found.score, "the reasons are the score")
    return found
end
local far = { postcode = "LS1 1AA", pnc = false }
local function with(change)
    for key, value in pairs(far) do
        if change[key] == nil then
            change[key] = value
        end
    end
    return against(change).band
end
is(against({}).band, "likely", "herself")
is(with { surname = "O'BRIEN-WYN", given = "SIAN" }, "likely", "another spelling")
is(with { surname = "OBRIEN WYN" }, "likely", "without its signs")
is(with { surname = "Siân", given = "O'Brien-Wyn" }, "possible",
    "swapped, born the same day")
is(with { surname = "Wyn" }, "possible", "one half")
is(with { given = "Mair" }, "likely", "by her other name")
is(with { given = "S" }, "possible", "an initial")
is(with { born = "1990" }, "possible", "a partial date")
is(with { born = "12/31/1990" }, "possible", "what is no date says nothing")
is(with { born = "30/12/1990" }, "possible", "one digit")
is(with { born = "01/01/1970" }, "possible", "a placeholder says nothing")
is(with { born = "02/05/1961" }, "unlikely", "born another day")
is(with { surname = "Jones", given = "Margaret" }, "unlikely", "somebody else")
is(with { surname = "Jones" }, "possible", "who married")
is(against({ born = "02/05/1961", postcode = "LS1 1AA" }).band, "possible",
    "an identifier speaks for her, the date against: a person decides")
is(with { surname = "Jones",
    aliases = { { surname = "O'Brien-Wyn", given = "Sian" } } }, "likely", "an alias")
is(against({}, { likely = 1000, possible = 0 }).band, "possible", "other limits")

-- how two surnames stand to each other
for pair, want in pairs {
    ["O’Brien-Wyn Wyn"] = "part", ["O’Brien-Wyn Wyn-Jones"] = "part",
    ["Smith_Jones Jones"] = "part", ["Smith-Jones Smith_Jones"] = "same",
    ["O'Neill-Wyn ONEILL"] = "part", ["McKay MACKAY"] = "same",
    ["MacLean-Brown MCLEAN"] = "part", ["MacKay MCKEE"] = "unlike",
    ["Mace MCE"] = "alike", ["Van_Dyke Van_Berg"] = "unlike",
    ["Wyn-Jones Jones-Wyn"] = "part",
    ["Thomson Thompson"] = "alike", ["Lee Leeson"] = "unlike",
    ["Ní_Bhriain Ni_Bhriain"] = "same",
} do
    local one, other = pair:gsub("_", "\u{A0}"):match("(%S+) (%S+)")
    is(names.compare({ surname = one }, { surname = other }).reasons[1].how, want, pair)
    is(names.compare({ surname = other }, { surname = one }).reasons[1].how, want,
        "and the other way round")
end

-- what either has, as it stands there, and whether it agrees
local function field_of(a, b, field)
    for _, reason in ipairs(names.compare(a, b).reasons) do
        if reason.field == field then
            return reason
        end
    end
end
for _, case in ipairs {
    { "surname", "Ŵyn-Lee", "WYN LEE", "same", true },
    { "surname", "Ŵyn-Lee", "LEE", "part", true },
    { "surname", "van der Berg", "VANDERBERG", "same", true },
    { "surname", "Lee", "Fox", "unlike", false },
    { "given", "Dr Siân Mair", "SIAN", "same", true, "Siân Mair" },
    { "given", "Siân Mair", "MAIR", "another", false },
    { "given", "Siân Mair", "CERYS MAIR", "unlike", false },
    { "given", "Siân", "S", "initial", true },
    { "born", "31/12/1990", "00/12/1990", "partial", true },
    { "born", "03/12/1990", "12/03/1990", "exchanged", false },
    { "born", "03/12/1990", "03/12/1991", "near", false },
    { "pnc", "81/34U", "1981/0000034U", "same", true },
    { "postcode", "cf101aa", "LS1 1AA", "other", false },
} do
    local field, asked, seen, how, agrees, written = table.unpack(case)
    local got = field_of({ [field] = asked }, { [field] = seen }, field)
    is(got.how, how, field .. ": " .. asked .. " and " .. seen)
    is(got.agrees, agrees, "whether it agrees")
    is(got.asked, written or asked, "what was asked")
    is(got.seen, seen, "what was seen")
end

-- surname and forename in each other's place
for _, case in ipairs {
    { "Ŵyn", "Siân", "SIAN", "WYN", "same" },
    { "Wyn-Lee", "Siân", "SIAN", "WYN LEE", "same" },
    { "Wyn-Lee", "Siân Mair", "SIAN", "LEE", "alike" }, { "Lee", "Siân", "LEE", "SIAN" },
    { "Lee", "Siân", "SIAN", "FOX" }, { "van Dyk", "Jo", "JO", "VAN DYK MAIR", "alike" },
} do
    local got = field_of({ surname = case[1], given = case[2] },
        { surname = case[3], given = case[4] }, "swapped")
    is(got and got.how, case[5], table.concat(case, " ", 1, 4))
end

-- twins
local twin = against { given = "Cerys", pnc = false }
is(twin.band, "possible", "a twin is not joined")
is(twin.twins, true, "and said to be one")
is(against({ given = "Cerys" }).twins, false, "unless an identifier is shared")
is(against({ given = "Cerys", pnc = false, postcode = "LS1 1AA" }).twins, false,
    "or the address is another")
is(against({ given = "Sian", pnc = false }).twins, false, "or the name the same")
is(against({ given = "Cerys Mair", pnc = false }).twins, true,
    "a middle name in common makes them no less")
local middle = field_of({ surname = "Lee", given = "Emre Ieuan", born = "2/3/1997",
    postcode = "LL3 3LX" }, { surname = "LEE", given = "EUAN", born = "02/03/1997",
    postcode = "LL3 3LX" }, "given")
is(middle.how, "alike", "a middle name may be like a twin's first")
is(middle.agrees, false, "and is no agreement")
is(against({ given = "Cerys", pnc = false }, { likely = 1, possible = 0 }).band,
    "possible", "whatever the limits")
tap.done()
