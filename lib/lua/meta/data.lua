---@meta

---@class Work
---@field reference string|integer What it is found by; once in a queue.
---@field payload? table What is to be keyed.
---@field priority? integer Higher first; 0.
---@field deadline? string Such as 2026-11-22T04:00:00Z.
---@field not_before? string

---@class Loop
---@field reconcile? fun(item: Item): "found"|"absent"|"unknown", string?
---@field wait? number Seconds to wait for what comes due; 0.
---@field transient? string[] Codes of errors that pass, for each().

---@class Queue
Queue = {}

--- Add an item; false if its reference is there already.
---@param work Work
---@return boolean
function Queue:add(work) end

--- Where the item with that reference stands; nil if it was never added.
---@return string? "ready", "done", "in doubt" … as rpa queue list has it
function Queue:state(reference) end

--- For a loop over what is ready: for item in queue:items() do … end. An error
--- settles the item and ends the bot, which begins anew with the next one.
---@param options? Loop
---@return fun(): Item?
function Queue:items(options) end

--- Call fn(item) for each. An error settles the item and the loop goes on.
---@param fn fun(item: Item)
---@param options? Loop
function Queue:each(fn, options) end

---@class Item
---@field reference string
---@field payload table
---@field number integer As rpa queue show has it.
---@field attempt integer 1, 2 …
---@field deadline? string
Item = {}

--- It is done; the target calls it this.
---@param reference string
function Item:done(reference) end

--- Its data is wrong: a person deals with it.
---@param reasons string|string[]
function Item:reject(reasons) end

--- Not now, but in so many seconds or at a time; why is kept sealed.
---@param when number|string
---@param why? string
function Item:defer(when, why) end

--- Another user has the record open: a few tries, then put off.
---@param why? string
function Item:locked(why) end

--- It failed in a way that passes: tried again as the queue's policy says.
---@param why? string
function Item:retry(why) end

---@class Doc
Doc = {}

--- Name a namespace for XPaths: doc:ns("r", "urn:…"):text("//r:id").
---@return Doc
function Doc:ns(prefix, uri) end

--- Text of the first node the XPath selects, or nil.
---@return string?
function Doc:text(xpath) end

--- All nodes the XPath selects.
---@return Node[]
function Doc:all(xpath) end

--- What is not as the schema says, {} if all is; and how many there are in all.
---@return { line: integer, text: string }[] problems, integer total
function Doc:problems(schema) end

--- The document in UTF-8, with its declaration.
---@return string
function Doc:bytes() end

--- Its canonical form, to compare or to sign.
---@return string
function Doc:canonical() end

--- Give back its memory now.
function Doc:close() end

---@class Stream
Stream = {}

--- Name a namespace, for the path and in the records.
---@return Stream
function Stream:ns(prefix, uri) end

--- For a loop over what the path selects; each record is a document.
---@return fun(): Doc?
function Stream:records(path) end

---@class Segment
Segment = {}

--- The fields of one record, each as wide as declared.
---@return table<string, string>
function Segment:read(bytes) end

--- All records of a block; raises when there are not as many as counted.
---@return table<string, string>[]
function Segment:all(bytes, count) end

--- The same fields without the blanks behind their text.
---@return table<string, string>
function Segment:trimmed(record) end

--- The bytes of a record.
---@return string
function Segment:write(record) end

---@class Node
Node = {}

--- Text of the node, or of the first the XPath selects from it.
---@return string?
function Node:text(xpath) end

--- All nodes the XPath selects from it.
---@return Node[]
function Node:all(xpath) end

--- Its local name and the URI of its namespace.
---@return string name, string uri
function Node:name() end
