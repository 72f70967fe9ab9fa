---@meta

---@class Item
---@field id string|integer
---@field value any The entry of the list.
Item = {}

--- The work is done; the target calls it this.
function Item:done(reference) end

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

--- Give back its memory now.
function Doc:close() end

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
