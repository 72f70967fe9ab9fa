--- HTTP, to the hosts the manifest names.
--
--   local page = rpa.http.get("http://127.0.0.1:8080/reports")
--   local doc = rpa.xml.parse(page.body):ns("r", "urn:example:online-crime:1")
--   for _, id in ipairs(doc:all("//r:id")) do
--       rpa.log("report " .. id:text())
--   end

local _, core = ...
local http = {}

--- One exchange: { method, url, headers, body, timeout (seconds), secret (the
-- name of one the manifest binds to the URL) } → { status, headers, body }. Any
-- status is a result; raises EHTTP, ETIMEOUT or EPERM when there is none.
function http.request(request)
    return core.call("http.request", {
        method = request.method or "GET",
        url = request.url,
        headers = request.headers,
        body = request.body,
        timeout_ms = request.timeout and math.floor(request.timeout * 1000),
        secret = request.secret,
    })
end

--- GET; raises EHTTP unless the status is 200 to 299.
function http.get(url, headers)
    local reply = http.request { url = url, headers = headers }
    if reply.status < 200 or reply.status > 299 then
        core.raise {
            code = "EHTTP",
            msg = "GET was answered with status " .. reply.status,
            seen = "GET " .. url:gsub("[?#].*", "?…"),
            hint = "rpa.http.request{} returns any status",
            status = reply.status,
        }
    end
    return reply
end

return http
