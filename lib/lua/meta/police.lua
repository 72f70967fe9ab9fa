---@meta
-- Stubs of the modules for police work. Nothing runs this file.

---@class rpa
---@field police.pnc Identifier PNC ID, YYYY/NNNNNNND: year, serial, letter.
---@field police.cro Identifier CRO, NNNNNN/YYD or SFYY/NNNNNND: year, serial, rule.
---@field police.asn Identifier Arrest summons number: year, force, station, system.
---@field police.nino Identifier National insurance number, nine characters.
---@field police.vrm Identifier Vehicle registration mark.
---@field police.postcode Identifier Postcode: outward, inward.
---@field police.phone Identifier Phone number of the United Kingdom.
---@field police.class Identifier Home Office class, nnn/nn: class, subclass.
---@field police.collar Identifier Collar number of an officer.

---@class Identifier
Identifier = {}

--- Its parts, text its normal form, or nil and why it is none; case and blanks
--- are forgiven. A PNC ID may be given the present year.
---@param text string
---@return table? parts, string? why
function Identifier.parse(text, ...) end

--- Does the text keep the rule as it stands? If not: why.
---@param text string
---@return boolean good, string? why
function Identifier.check(text, ...) end

--- Its one normal form, or nil and why it is none.
---@param text string
---@return string? text, string? why
function Identifier.format(text, ...) end

--- Without marks, and with plain quotes, hyphens and blanks; no letter is left out.
---@param text string
---@return string
function rpa.names.fold(text) end

--- The form in which names are compared: folded, in capitals, blanks single.
---@param text string
---@return string
function rpa.names.key(text) end

--- By the rules for records: no title, single blanks, plain signs; and its problems.
---@param text string
---@return string tidy, string[] problems
function rpa.names.tidy(text) end

--- What the NPCC's rules find wrong: "placeholder", "title", "spaces", "character".
---@param text string
---@return string[]
function rpa.names.problems(text) end

---@class Person
---@field surname string
---@field given string|string[]
---@field aliases? Person[]
---@field born? string A date of birth, also a partial one.
---@field postcode? string
---@field pnc? string
---@field cro? string
---@field nino? string
---@field phone? string

---@class Reason What two records have in a field.
---@field field string surname, given, swapped, born, postcode, pnc, cro or nino.
---@field how string
---@field points integer
---@field agrees boolean The same, or a short or other spelling of it.
---@field asked? string
---@field seen? string

--- The forms in which to search for a person, each once, first the one as given.
---@param person Person
---@return { surname: string, forename: string, why: string }[]
function rpa.names.forms(person) end

--- How alike two names are, by Jaro and Winkler, 0 to 1.
---@param a string
---@param b string
---@return number
function rpa.names.similarity(a, b) end

--- A person as compare() may take one, prepared once where it is compared often.
---@param person Person
---@return table
function rpa.names.prepare(person) end

--- Two records of persons: evidence, with points; never that they are one.
---@param a Person
---@param b Person
---@param limits? { likely: integer, possible: integer }
---@return { score: integer, band: string, twins: boolean, reasons: Reason[] }
function rpa.names.compare(a, b, limits) end

---@class Date
---@field year integer
---@field month? integer
---@field day? integer

--- A date, day before month; without day, or without both, it is partial. Nil and
--- why it is none. With a layout such as "DDMMYYYY", as segments have them, no other.
---@param text string
---@param layout? string
---@return Date? date, string? why
function rpa.dates.parse(text, layout) end

--- A date of birth: no placeholder, not to come, at most 120 years ago.
---@param text string
---@param today? Date
---@param layout? string
---@return Date? date, string? why
function rpa.dates.birth(text, today, layout) end

--- A date in a layout of DD, MM, YYYY, DDD …; nil and why where it has more than is
--- known.
---@param date Date
---@param layout string
---@return string? text, string? why
function rpa.dates.format(date, layout) end

--- The date so many days later.
---@param date Date
---@param days integer
---@return Date
function rpa.dates.add(date, days) end

--- The forms under which a date may be on record: as it is, and each partial one.
---@param date Date
---@return Date[]
function rpa.dates.forms(date) end

--- How two dates stand to each other.
---@param a Date
---@param b Date
---@return "same"|"partial"|"exchanged"|"near"|"other"
function rpa.dates.compare(a, b) end

--- A moment, in seconds since 1970 in UTC; without a zone by a clock in the United
--- Kingdom. Nil and why it is none, or two.
---@param text string
---@return integer? moment, string? why
function rpa.dates.moment(text) end

--- A moment as text, in UTC or as a clock in the United Kingdom shows it.
---@param moment integer
---@param zone? "UK"
---@return string
function rpa.dates.stamp(moment, zone) end

--- It is there: what was read.
---@return Answer
function rpa.outcome.found(value) end

--- It is not there, as the system said in these words.
---@param words string
---@return Answer
function rpa.outcome.not_found(words) end

--- Somebody has it open, as the system said.
---@param words string
---@return Answer
function rpa.outcome.locked(words) end

--- It is not known, and why.
---@return Answer
function rpa.outcome.could_not_check(why) end

--- Look up by a function that returns an answer; what goes wrong on the way to the
--- system is "could not check".
---@param look fun(): Answer
---@return Answer
function rpa.outcome.try(look) end

--- The screens of a record, in the order in which they are filled in.
---@return { name: string, fields: table[] }[]
function rpa.overlay.record() end

--- A screen as the screen map has it, by its name.
---@param name string
---@return { title: string, rows: integer?, fields: table[]? }
function rpa.overlay.screen(name) end

--- The key that leaves a screen: its own, or the word "cancel".
---@param name string
---@return string
function rpa.overlay.leave(name) end

--- The key that goes on from a screen: Enter, if the map names no other.
---@param name string
---@return string
function rpa.overlay.key(name) end

--- A field as the screen map has it, by its label.
---@param label string
---@return { label: string, width: integer?, lines: integer?, codes: table? }
function rpa.overlay.field(label) end

--- What is keyed for a value: its code, or itself where the field has no codes; nil
--- where it has codes and none for this value.
---@param label string
---@param value string
---@return string?
function rpa.overlay.code(label, value) end

--- What a field shows of some values, as its shows and part say; nil if nothing. Then
--- the names of the values in it, and the text that it is a part of.
---@param label string
---@param value fun(name: string): string?
---@return string? text, string[] names, string? whole
function rpa.overlay.text(label, value) end

--- A date, a time, both or a part of them, in the field's layout; nil and why it
--- cannot be.
---@param label string
---@param text string
---@return string? text, string? why
function rpa.overlay.date(label, text) end

--- The screens that are answered on the way to something; without a label the choice
--- is a key.
---@param goal string
---@return { name: string, choice: string, label: string? }[]
function rpa.overlay.menus(goal) end

--- The names of all screens, as bots call them.
---@return string[]
function rpa.overlay.screens() end

--- How the target's messages are told apart.
---@return { row: integer?, error: string[], found: string, absent: string,
--- reference: string, filed: string?, filed_row: integer? }
function rpa.overlay.messages() end

--- Fill a field from the target's own list, as its picks says; what it shows then, or
--- nil where no row of the list has the value.
---@param grid Grid
---@param label string
---@param value string
---@return string?
function rpa.overlay.pick(grid, label, value) end

--- A word of the screen map, such as a key.
---@param name string
---@return string
function rpa.overlay.word(name) end

--- A person's record by the rules: values, changes, and problems left as they are.
---@param person Person
---@param options? { layout: string, today: table }
---@return { values: table, changes: table[], problems: table[] }
function rpa.cleanse.standard(person, options) end

--- The pairs of records in a list that may be of one person, and what too many share.
---@param people Person[]
---@param options? { most: integer, limits: { likely: integer, possible: integer } }
---@return table[] pairs, { key: string, records: integer }[] crowded
function rpa.cleanse.duplicates(people, options) end

--- Which record to keep for each likely duplicate, by places; and groups for a person.
---@param pairs_of table[] Of duplicates().
---@return table<integer, integer> keep, integer[][] left
function rpa.cleanse.keepers(pairs_of) end

---@class Review
---@field kind string "match" or "change"
---@field about string
---@field key string
---@field system string
---@field agree? table<string, { asked: string, seen: string }>
---@field disagree? table<string, { asked: string, seen: string }>
---@field score? number
---@field reasons? string[]
---@field record? table<string, string>
---@field before? table<string, string>
---@field after? table<string, string>
---@field picture? Window|Grid

---@class Search
---@field about string
---@field system string
---@field person? string
---@field as table<string, string>
---@field outcome Answer
---@field of? table[] the answers or replies that it is of

---@class Wanted
---@field about string
---@field person? string
---@field system? string
---@field why? string

---@class Change
---@field id integer
---@field about string
---@field system string
---@field record table<string, string>
---@field before table<string, string>
---@field after table<string, string>
---@field decided_by string

--- Put a possible match or a change of a record before a person: the review with
--- this key, where it stands, and whether it is new.
---@param said Review
---@return { id: integer, state: string, new: boolean }
function rpa.review.propose(said) end

--- A search was made: where, as what, with which outcome. Its row of the audit.
---@param said Search
---@return integer
function rpa.review.searched(said) end

--- Somebody is to be looked for: in a system, or anywhere. Its row of the audit.
---@param said Wanted
---@return integer
function rpa.review.wanted(said) end

--- For a loop over the approved changes that are not made yet.
---@param which { about: string? }?
---@return fun(): Change?
function rpa.review.approved(which) end

--- Make an approved change on the record that the grid shows: "done", "already", or
--- "differs" and the field.
---@param change Change
---@param grid Grid
---@param fn fun(): string
---@return string state, string? field
function rpa.review.apply(change, grid, fn) end
