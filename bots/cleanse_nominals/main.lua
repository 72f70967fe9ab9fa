-- Cleans an index of nominals, in two runs. The first reads the whole list and
-- proposes: values by the rules for records, records that are duplicates of others,
-- and pairs that only a person can tell. People decide (rpa review). The second
-- applies what they approved, and nothing else.

local index = require "index"
local plan = require "plan"

local grid = rpa.window("Nominal Index"):grid()
local batch = rpa.set.batch

local function propose()
    local counts = { values = 0, duplicate = 0, undecided = 0 }
    local list, problems = plan.make(index.list(grid))
    rpa.step("propose")
    for _, entry in ipairs(list) do
        rpa.review.propose { kind = entry.kind, about = batch .. "." .. entry.what,
            key = ("%s/%s/%s"):format(batch, entry.number, entry.what),
            system = "nominals", record = entry.record, before = entry.before,
            after = entry.after, agree = entry.agree, disagree = entry.disagree,
            reasons = entry.reasons, score = entry.score }
        counts[entry.what] = counts[entry.what] + 1
    end
    rpa.log(("%d records with values to mend, %d duplicates, %d pairs for a person; "
        .. "%d values that no rule mends"):format(counts.values, counts.duplicate,
        counts.undecided, problems))
end

-- One approved change, on its record. Returns what became of it.
local function apply_one(change)
    index.open(grid, change.record["Nominal No"])
    local state, why = rpa.review.apply(change, grid, function()
        rpa.step("change a record")
        for label, value in pairs(change.after) do
            grid:field(label):set(value)
        end
        return index.file(grid)
    end)
    if state == "differs" then
        rpa.log(("change %d is not made: %s is not as it was"):format(change.id, why),
            "warn")
    end
    return state
end

local function apply()
    local counts = { done = 0, already = 0, differs = 0 }
    local most = tonumber(rpa.set.most)
    for _, what in ipairs { "values", "duplicate" } do
        local next_change = rpa.review.approved { about = batch .. "." .. what }
        local change = counts.done < most and next_change()
        while change do
            local state = apply_one(change)
            counts[state] = counts[state] + 1
            change = counts.done < most and next_change()
        end
    end
    rpa.log(("%d changes made, %d were there already, %d records are not as they were "
        .. "proposed"):format(counts.done, counts.already, counts.differs))
end

local phases = { propose = propose, apply = apply }
local phase = phases[rpa.set.phase]
    or error("--set phase=propose or phase=apply, not " .. rpa.set.phase)
index.sign_on(grid, rpa.set.user)
phase()
index.sign_off(grid)
