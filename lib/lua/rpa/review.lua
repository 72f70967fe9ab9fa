--- What a person decides: possible matches, and changes of records. A bot hands
-- over evidence and never a verdict; a change is made only as it was approved.
--
--   rpa.review.propose { kind = "match", about = "VET-0001", system = "crime",
--       key = "VET-0001/crime/N0001234", score = 0.93,
--       agree = { Surname = { asked = "Evans", seen = "EVANS" } },
--       reasons = { "same surname" }, picture = crs }
--
-- People see it by `rpa review list` and `show`, and decide it by `rpa review
-- decide`: another person than the one who had the bot run.

local _, core = ...
local call, raise = core.call, core.raise
local queue = require "rpa.queue"
require "rpa.outcome" -- whose answers a search is told with

local review = {}

local function wrong(msg, hint)
    raise { code = "EINVAL", msg = msg, hint = hint }
end

-- What a review may say, apart from its labels; all of it is sealed.
local PARTS = { "agree", "disagree", "score", "reasons", "record", "before",
    "after" }

--- Put a possible match (kind = "match") or a change of a record ("change") before
-- a person. about and system are labels without anybody's data; the same key with
-- the same content again is the review that is there. agree and disagree: field =
-- { asked =, seen = }; score (0 to 1); reasons (texts); record: label = text; of a
-- change also before and after, labels of the screen map; picture: a window or grid,
-- whose picture is kept with it.
-- Returns { id =, state = "open", "approved" or "refused", new = }.
function review.propose(said)
    local entry = {}
    for _, part in ipairs(PARTS) do
        local what = said[part]
        if type(what) ~= "table" or next(what) ~= nil then
            entry[part] = what
        end
    end
    return call("review.propose", { kind = said.kind, about = said.about,
        key = said.key, system = said.system, entry = entry,
        window = said.picture and said.picture.window })
end

-- At most so many bytes of why, as text: cut between characters, and what is none
-- written out.
local function in_words(why)
    local text = tostring(why)
    if not utf8.len(text) then
        text = text:gsub("[\128-\255]", function(byte)
            return ("\\x%02x"):format(byte:byte())
        end)
    end
    local most = 900
    while #text > most and text:byte(most + 1) & 0xC0 == 0x80 do
        most = most - 1
    end
    return text:sub(1, most)
end

--- Somebody is to be looked for, before anybody does: about whom (labels: about,
-- person), in which system; in none where nobody will, and then why. Who was wanted
-- and not come to is told by `rpa report vetting`, never left out. Returns its row of
-- the audit.
--
--   rpa.review.wanted { about = "VET-0001", person = "applicant", system = "crime" }
--   rpa.review.wanted { about = "VET-0001", person = "partner", why = "date:born" }
function review.wanted(said)
    return call("review.wanted", { about = said.about, person = said.person,
        system = said.system, why = said.why and in_words(said.why) or nil })
end

-- The row of a look-up that a search is of: an answer, which leaves no more open than
-- the outcome does; a reply; or what rpa.http.all gave. 0 where nothing was answered.
local function row_of(one, outcome)
    if core.is_answer(one) then
        if core.leaves_open(one) > core.leaves_open(outcome) then
            wrong(("told as '%s', and an answer that it is of is '%s'"):format(
                outcome.outcome, one.outcome), "tell the worst of them")
        end
        return one.row or 0
    end
    local reply = type(one) == "table" and (one.reply or one) or {}
    return math.type(reply.row) == "integer" and reply.row or 0
end

-- The rows of all the look-ups that it names.
local function rows_of(said)
    local of = said.of or { said.outcome.row and said.outcome or nil }
    if type(of) ~= "table" or said.of and #of == 0 then
        wrong("of is a list of what was answered", "what ask_all or rpa.http.all gave")
    end
    local rows = {}
    for i, one in ipairs(of) do
        rows[i] = row_of(one, said.outcome)
    end
    return #rows > 0 and rows or nil
end

--- A search was made: about whom (labels: about, person), in which system, as what
-- (a flat table: the form of the name, the date of birth …, sealed), with which
-- outcome: what a service answered, which is of its own look-up and of one search; or
-- an answer of rpa.outcome, which is of the answers or replies in the list of, such as
-- the pages of one search; without it of what was read or answered last since the search
-- before, for the same purpose, and not of one of several that were asked together. Also
-- one that could not be made is to be told. Returns its row of the audit.
--
--   rpa.review.searched { about = "VET-0001", system = "crime",
--       as = { surname = "Evans" }, outcome = rpa.outcome.not_found("NO RECORDS") }
function review.searched(said)
    local answer = said.outcome
    if answer == nil or not core.is_answer(answer) then
        wrong("a search is told with its answer",
            "one of rpa.outcome, or what a service answered")
    end
    local why = answer.why
    if type(why) == "table" then
        why = why.msg
    end
    return call("review.searched", { about = said.about, system = said.system,
        person = said.person, as = said.as, outcome = answer.outcome,
        why = why and in_words(why) or nil, rows = rows_of(said) })
end

--- For a loop over the changes that were approved and are not made yet, the oldest
-- first: { id, about, system, record, before, after, decided_by }. about: those
-- with this label alone.
function review.approved(which)
    local after = 0
    return function()
        local change = call("review.approved",
            { about = which and which.about, after = after })
        after = change.id or after
        return change.id and change or nil
    end
end

--- Make an approved change on the record that the grid shows. fn sets the fields
-- of change.after, presses the one key that files them (commit, in the map of that
-- screen), and returns what the target confirms it with. Before that the driver reads
-- the record: it must be change.record and show change.before. Before the key it
-- reads it again: what was approved must stand there, and in all other fields what
-- stood there before.
-- Returns "done"; "already" when it shows change.after; "differs" and the field
-- when it is not as it was: then nobody calls fn, and the change has ended.
--
--   for change in rpa.review.approved { about = "BATCH-7" } do
--       crs:key("F3")
--       rpa.review.apply(change, crs, function()
--           for label, value in pairs(change.after) do
--               crs:field(label):set(value)
--           end
--           crs:key("Enter")
--           return crs:match("CRIME REF (%w+/%d+)")
--       end)
--   end
function review.apply(change, grid, fn)
    if type(fn) ~= "function" then
        wrong("a change is made by a function",
            "rpa.review.apply(change, grid, function() … end)")
    end
    local begun = call("review.apply", { id = change.id, window = grid.window })
    if begun.state ~= "go" then
        return begun.state, begun.field
    end
    local item = queue.in_hand(change.id)
    local ok, reference = xpcall(fn, core.traced)
    if ok then
        ok, reference = xpcall(item.done, core.traced, item, reference)
    end
    if ok then
        return "done"
    end
    reference = core.traced(reference)
    queue.settle(item, reference, {})
    error(reference, 0)
end

return review
