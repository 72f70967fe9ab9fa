---@meta
-- Stubs for editors (lua-language-server). Nothing runs this file.

---@class rpa
---@field set table<string, string> What --set key=value gave, or the manifest.
---@field purpose table Who runs this and why: the purpose block of the run.
---@field mode "LIVE"|"TRNG"|"DEMO" The mode the run was started for.
---@field bot string The bot's name.
---@field run integer The number of the run in the audit.
---@field json.null lightuserdata A null in a list.
rpa = {}

--- The act itself, for what has no façade.
function rpa.call(name, args) end

--- The window with this title or { title =, class =, pattern =, pid = }.
---@param spec string|table
---@param options? { timeout: number } seconds
---@return Window
function rpa.window(spec, options) end

--- Windows that came and nobody asked for, each told once.
---@return { class: string, title: string? }[]
function rpa.news() end

--- Call fn(window) when a window nobody asked for comes while something is waited
--- for, and when an act fails and one is there;
--- if it returns true, the act is done once more where that is safe.
---@param fn fun(window: table): boolean?
function rpa.on_dialog(fn) end

--- All windows the manifest lets the bot see.
---@return table[]
function rpa.windows() end

--- The reasons a value cannot be keyed whole, the folds it needs, and what the target
--- makes of it by those and by its changes.
---@return string[] reasons, table[] folds, string becomes
function rpa.check(label, value, line) end

--- The text of the clipboard.
---@param selection? "CLIPBOARD"|"PRIMARY"
---@return string
function rpa.clipboard(selection) end

--- Put a text on the clipboard; what was there is kept.
---@param selection? "CLIPBOARD"|"PRIMARY"
function rpa.set_clipboard(text, selection) end

--- Put back what was there before the bot set it.
---@param selection? "CLIPBOARD"|"PRIMARY"
function rpa.restore_clipboard(selection) end

--- A secret by name, for field:secret().
function rpa.secret(name) end

--- A line in the run's log. Never data of persons.
---@param level? "debug"|"info"|"warn"
function rpa.log(text, level) end

--- What the bot does from here on; errors say it beside their line.
---@param name? string never data of persons
function rpa.step(name) end

--- Who or what the next acts are about, for the audit.
function rpa.subject(ref) end

--- Why the look-ups from here on are made, until the work item ends; what is left
--- out, or all, is the run's purpose.
---@param purpose? table justification?, on_behalf?, reference? …
function rpa.set_purpose(purpose) end

--- A queue of work items, which the manifest names.
---@return Queue
function rpa.queue(name) end

--- A text as it stands in a query, a path or a form.
function rpa.http.escape(text) end

--- One HTTP exchange; any status is a result.
---@param request table method?, url, headers?, query?, timeout? (s), secret?, save?,
--- stream? and one of body, form, json, xml, multipart, soap
---@return Reply
function rpa.http.request(request) end

--- Many look-ups, each as for rpa.http.request, by one flush of the audit's disk and
--- over one connection; the results are in the same order.
---@param list table[]
---@return { reply?: Reply, err?: table }[]
function rpa.http.all(list) end

---@class Reply
---@field status integer
---@field headers table<string, string>
---@field body string
---@field bytes integer How long the body is, also of one that was saved.
---@field redirected boolean Whether it is from elsewhere than what was asked.
local Reply = {}

--- A header, by any case; nil if there is none.
function Reply:header(name) end

--- Is it of this kind, by its Content-Type?
---@param kind "json"|"xml"|"html"|"text"
function Reply:is(kind) end

--- Raises EPROTO unless it is.
---@param kind "json"|"xml"|"html"|"text"
function Reply:must_be(kind) end

--- The encoding that its Content-Type says, or nil.
---@return string?
function Reply:charset() end

--- Its body as JSON; raises EPROTO for another type, EINVAL for a key twice.
function Reply:json() end

--- Its body as XML; raises EPROTO for another type, EXML.
---@return Doc
function Reply:xml() end

--- Its body as a page, in the encoding that its Content-Type says; raises EPROTO for
--- another type, EXML.
---@return Doc
function Reply:html() end

--- Of one asked for with stream = true: its pieces, in the memory of one.
---@return fun(): string?
function Reply:pieces() end

--- Of one asked for with stream = true: its body into an output file of the manifest.
---@param name string
function Reply:save(name) end

--- The document of a SOAP answer; raises EHTTP for a fault, EPROTO for a header that
--- must be understood and is of none of these namespaces.
---@param understands? string[]
---@return Doc
function Reply:soap(understands) end

--- A web service that the manifest declares.
---@return Service
function rpa.service(name) end

---@class Service
---@field url string Where its addresses begin.
local Service = {}

--- As rpa.http.request, with path for url; {name} in it is request.name, escaped.
---@return Reply
function Service:request(request) end

--- Ask, and tell what the answer means by the manifest's rules.
---@return Answer
function Service:ask(request) end

--- What a reply to service:request means, as service:ask tells it.
---@param reply Reply
---@param soap? any
---@return Answer
function Service:judge(reply, soap) end

--- Ask many things at once, as rpa.http.all does; the answers in the same order.
---@param requests table[]
---@return Answer[]
function Service:ask_all(requests) end

---@class Answer
---@field outcome "found"|"not found"|"locked"|"could not check"
---@field status integer|false
---@field value any What was answered; false where it could not check.
---@field why any Why it could not check.
local Answer = {}

--- Is it this outcome? Raises EINVAL for what is none.
function Answer:is(outcome) end

--- Call the function for the outcome; all four must be there.
function Answer:case(functions) end

--- GET; raises EHTTP unless the status is 200 to 299.
function rpa.http.get(url, headers) end

--- A file that the manifest names.
---@class File
---@field read fun(self: File): string All of an input file.
---@field pieces fun(self: File): fun(): string? Its pieces, in the memory of one.
---@field lines fun(self: File): fun(): string? Its lines, without their ends.
---@field write fun(self: File, data: string) Replace an output file whole.
---@field append fun(self: File, data: string) Add to its end.
---@param name string
---@return File
function rpa.file(name) end

--- A value from JSON text; integers keep 64 bits; raises EINVAL.
function rpa.json.decode(text) end

--- JSON text of a value; raises EINVAL for what JSON cannot hold.
---@return string
function rpa.json.encode(value) end

--- The same JSON text without blanks and escapes, names in order, nulls kept.
---@return string
function rpa.json.normal(text) end

--- A document from bytes; raises EXML with the line.
---@param bytes string
---@param encoding? string Where it is said elsewhere alone.
---@return Doc
function rpa.xml.parse(bytes, encoding) end

--- A document from an HTML page, mended as a browser would.
---@param bytes string
---@param encoding? string Where it is said elsewhere.
---@return Doc
function rpa.xml.html(bytes, encoding) end

--- A schema, XSD or RELAX NG, for doc:problems(); raises EXML with the line.
function rpa.xml.schema(bytes) end

--- A document read record by record, from bytes or a function of pieces.
---@param source string|fun(): string?
---@return Stream
function rpa.xml.stream(source) end

--- A document made: { "name", attribute = "x", "text", { "element" } }.
---@return Doc
function rpa.xml.build(root) end

--- A fixed-width segment: { { "surname", 24 }, { "count", 2, fill = "0" } }.
---@return Segment
function rpa.segments.define(fields) end
