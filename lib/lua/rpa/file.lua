--- Files that the manifest names: files = { input = { reports = "reports.txt" },
-- output = { done = "${done}" } }, each below the folder of --files.
--
--   for line in rpa.file("reports"):lines() do
--       rpa.log(#line .. " bytes")
--   end
--   rpa.file("done"):append("OCR-1 CR26/000123\n")

local _, core = ...

local File = {}
File.__index = File

--- All of an input file.
function File:read()
    return core.call("file.read", { name = self.name })
end

--- Its lines, one after the other, without their ends (LF or CRLF).
function File:lines()
    local text, at = self:read(), 1
    return function()
        if at > #text then
            return nil
        end
        local stop = text:find("\n", at, true) or #text + 1
        local line = text:sub(at, stop - 1)
        at = stop + 1
        return (line:gsub("\r$", ""))
    end
end

--- Write an output file, whole or not at all: what it held is replaced.
function File:write(data)
    core.call("file.write", { name = self.name, data = tostring(data) })
end

--- Add to its end; as safe, and so as long as writing all of it.
function File:append(data)
    core.call("file.write",
        { name = self.name, data = tostring(data), append = true })
end

--- A file of the manifest.
return function(name)
    return setmetatable({ name = tostring(name) }, File)
end
