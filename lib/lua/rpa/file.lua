--- Files that the manifest names: files = { input = { reports = "reports.txt" },
-- output = { done = "${done}" } }, each below the folder of --files.
--
--   for line in rpa.file("reports"):lines() do
--       rpa.log(#line .. " bytes")
--   end
--   rpa.file("done"):append("OCR-1 CR26/000123\n")

local _, core = ...
local scalar = require "rpa.scalar"

local File = {}
File.__index = File

--- Its pieces, one after the other, in the memory of one. Raises EIO where the file
-- is changed meanwhile.
--
--   for piece in rpa.file("reports"):pieces() do
--       rpa.log(#piece .. " bytes")
--   end
function File:pieces()
    local at, state, last = 0, nil, false
    return function()
        if last then
            return nil
        end
        local piece = core.call("file.read",
            { name = self.name, at = at, bytes = 1 << 20, state = state })
        at, state, last = piece.next, piece.state, piece.last
        return piece.data
    end
end

--- All of an input file.
function File:read()
    local all = {}
    for piece in self:pieces() do
        all[#all + 1] = piece
    end
    return table.concat(all)
end

--- Its lines, one after the other, without their ends (LF or CRLF).
function File:lines()
    local next_piece, text, at = self:pieces(), "", 1
    return function()
        local stop = text:find("\n", at, true)
        while not stop do
            local piece = next_piece and next_piece()
            if not piece then
                next_piece = nil
                break
            end
            local from = #text - at + 2
            text, at = text:sub(at) .. piece, 1
            stop = text:find("\n", from, true)
        end
        if not stop and at > #text then
            return nil
        end
        local line = text:sub(at, (stop or #text + 1) - 1)
        at = (stop or #text) + 1
        return (line:gsub("\r$", ""))
    end
end

local function write(self, data, append)
    local text, why = scalar.text(data)
    if not text then
        core.raise { code = "EINVAL", msg = "what is to be written: " .. why }
    end
    core.call("file.write", { name = self.name, data = text, append = append })
end

--- Write an output file, whole or not at all: what it held is replaced.
function File:write(data)
    write(self, data)
end

--- Add to its end; as safe, and so as long as writing all of it.
function File:append(data)
    write(self, data, true)
end

--- A file of the manifest.
return function(name)
    return setmetatable({ name = tostring(name) }, File)
end
