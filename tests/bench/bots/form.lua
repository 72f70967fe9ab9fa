-- The crime form of two toolkits: what the bench keys into it.
local fields = {
    {
        label = "Notes", width = 2000, lines = 50,
        at = { x = 120, y = 220, w = 260, h = 100 },
    },
    { label = "Reference", width = 20, at = { x = 120, y = 372, w = 260, h = 28 } },
    { label = "OK", kind = "button", at = { x = 120, y = 335, w = 100, h = 32 } },
}
local function form(toolkit)
    return {
        title = "Crime Form " .. toolkit, toolkit = toolkit,
        size = { w = 420, h = 410 }, fields = fields,
    }
end
return { screens = { form("tk"), form("gtk3") } }
