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

--- What fields show for these texts, by label: in capitals, folded as the screen map
--- says; nil and why.
---@param texts table<string, string>
---@return table<string, string>? query, string? why
function rpa.search.query(texts) end

--- The first letter of a name; "" of none.
---@param name string
---@return string
function rpa.search.initial(name) end

--- What is wrong with a record by what it says itself: a check letter, a date.
---@param record table
---@return string? why
function rpa.search.fault(record) end

--- A terminal system in which persons are looked for, by its screens.
---@param spec table
---@return System
function rpa.enquiry.system(spec) end
