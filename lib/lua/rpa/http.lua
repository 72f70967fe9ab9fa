--- HTTP, to the hosts the manifest names.
--
--   local page = rpa.http.get("http://127.0.0.1:8080/reports")
--   local doc = rpa.xml.parse(page.body)

local _, core = ...
local http = {}

--- One exchange: { method, url, headers, body } → { status, headers, body }.
-- Any status is a result; raises EHTTP, ETIMEOUT or EPERM when there is none.
function http.request(request)
    return core.call("http.request", {
        method = request.method or "GET",
        url = request.url,
        headers = request.headers,
        body = request.body,
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
