-- From the rows of the list to what is to be proposed. It touches nothing.

local plan = {}

-- what rpa.cleanse calls a field, its heading in the list, its label on the record
local FIELDS = {
    { name = "surname", header = "SURNAME", label = "Surname" },
    { name = "given", header = "GIVEN NAMES", label = "Given Names" },
    { name = "born", header = "BORN", label = "Date of Birth" },
    { name = "postcode", header = "POSTCODE", label = "Postcode" },
    { name = "phone", header = "PHONE", label = "Phone" },
}

local function person_of(row)
    local person = {}
    for _, field in ipairs(FIELDS) do
        person[field.name] = row[field.header]
    end
    return person
end

local function record_of(row)
    return { ["Nominal No"] = row.NUMBER }
end

-- The values of one record that are to be by the rules.
local function mend(row, found)
    local before, after, reasons, labels = {}, {}, {}, {}
    for _, field in ipairs(FIELDS) do
        labels[field.name] = field.label
    end
    for i, change in ipairs(found.changes) do
        local label = labels[change.field]
        before[label], after[label] = change.from, change.to
        reasons[i] = label .. ": " .. change.why
    end
    return { kind = "change", what = "values", number = row.NUMBER,
        record = record_of(row), before = before, after = after, reasons = reasons }
end

local function reasons_of(pair)
    local texts = {}
    for i, reason in ipairs(pair.reasons) do
        texts[i] = ("%s: %s (%+d)"):format(reason.field, reason.how, reason.points)
    end
    return texts
end

-- The pair that speaks most for @i being one with another of its group.
local function best_pair(pairs_of, keep, i)
    local best
    for _, pair in ipairs(pairs_of) do
        local other = pair.a == i and pair.b or pair.b == i and pair.a
        if other and (keep[other] or other) == keep[i] and pair.band == "likely"
            and (not best or pair.score > best.score) then
            best = pair
        end
    end
    return best
end

-- By record, the pairs that it is in.
local function by_record(pairs_of)
    local of = {}
    for _, pair in ipairs(pairs_of) do
        for _, i in ipairs { pair.a, pair.b } do
            of[i] = of[i] or {}
            table.insert(of[i], pair)
        end
    end
    return of
end

-- What is the same in two rows, and what is not, for a person to see.
local function evidence(a, b)
    local agree, disagree = {}, {}
    for _, field in ipairs(FIELDS) do
        local both = { asked = a[field.header], seen = b[field.header] }
        if both.asked ~= both.seen then
            disagree[field.label] = both
        elseif both.asked ~= "" then
            agree[field.label] = both
        end
    end
    return agree, disagree
end

-- How sure it is, of 1.
local function share_of(points)
    return math.max(0, math.min(1, points / 100))
end

local function duplicate(row, to, pair)
    local agree, disagree = evidence(to, row)
    return { kind = "change", what = "duplicate", number = row.NUMBER,
        record = record_of(row), before = { ["Duplicate Of"] = "" },
        after = { ["Duplicate Of"] = to.NUMBER }, agree = agree, disagree = disagree,
        reasons = reasons_of(pair), score = share_of(pair.score) }
end

local function undecided(a, b, pair)
    local agree, disagree = evidence(a, b)
    return { kind = "match", what = "undecided", number = a.NUMBER .. "+" .. b.NUMBER,
        agree = agree, disagree = disagree, reasons = reasons_of(pair),
        score = share_of(pair.score) }
end

--- All that is to be proposed for the rows of the list, in their order: { kind,
-- what ("values", "duplicate" or "undecided"), number, record, before, after, agree,
-- disagree, reasons, score }; and how many values no rule mends.
function plan.make(rows)
    local list, people, problems = {}, {}, 0
    for i, row in ipairs(rows) do
        local found = rpa.cleanse.standard(person_of(row))
        people[i], problems = found.values, problems + #found.problems
        list[#list + 1] = found.changes[1] and mend(row, found)
    end
    local pairs_of, crowded = rpa.cleanse.duplicates(people)
    for _, one in ipairs(crowded) do
        rpa.log(("%d records have something in common that tells nothing; they were "
            .. "not compared for it"):format(one.records), "warn")
    end
    local keep, left = rpa.cleanse.keepers(pairs_of)
    local of, open = by_record(pairs_of), {}
    for _, group in ipairs(left) do
        for _, i in ipairs(group) do
            open[i] = true
        end
    end
    for i, row in ipairs(rows) do
        list[#list + 1] = keep[i]
            and duplicate(row, rows[keep[i]], best_pair(of[i], keep, i)) or nil
    end
    for _, pair in ipairs(pairs_of) do
        local told = (keep[pair.a] or pair.a) == (keep[pair.b] or pair.b)
        if not told and (pair.band == "possible" or open[pair.a]) then
            list[#list + 1] = undecided(rows[pair.a], rows[pair.b], pair)
        end
    end
    return list, problems
end

return plan
