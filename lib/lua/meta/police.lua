---@meta
-- Stubs of the modules for police work. Nothing runs this file.

---@class rpa
---@field police.pnc Identifier PNC ID, YYYY/NNNNNNND: year, serial, letter.
---@field police.cro Identifier CRO, NNNNNN/YYD or SFYY/NNNNNND: year, serial, rule.
---@field police.asn Identifier Arrest summons number: year, force, station, system.
---@field police.nino Identifier National insurance number, nine characters.
---@field police.vrm Identifier Vehicle registration mark.
---@field police.postcode Identifier Postcode: outward, inward.
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
