---@meta
-- Stubs of the modules that look for persons. Nothing runs this file.

---@class Wanted: Person
---@field application string A label without personal data.
---@field person string Which one of the application: applicant, partner …

---@class System
---@field name string
---@field query fun(form: table): table?, string? What is asked for a form; nil, why.
---@field list fun(query: table): Answer
---@field record? fun(row: table, query: table): Answer
---@field picture? Grid

--- Look for a person under each form of the name; tells each search, proposes what
--- may be the person. The worst answer: could not check, locked, found, not found.
---@param system System
---@param who Wanted
---@return Answer
function rpa.search.person(system, who) end

--- Look for each person of a queue.
---@param name string
---@param system System
function rpa.search.each(name, system) end

--- The run's purpose as systems want it keyed; raises EINVAL if it is not whole.
---@return { code: string, originator: string, reason: string }
function rpa.search.purpose() end

--- What a field shows for a text, folded as the screen map says; nil and why.
---@param label string
---@param text string
---@return string? text, string? why
function rpa.search.keyed(label, text) end

--- What is wrong with a record by what it says itself: a check letter, a date.
---@param record table
---@return string? why
function rpa.search.fault(record) end

--- A terminal system in which persons are looked for, by its screens.
---@param spec table
---@return System
function rpa.enquiry.system(spec) end
