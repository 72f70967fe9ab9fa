-- Screen map of the crime form, a window of a graphical toolkit: where its
-- fields stand, in the order of the Tab key. Data only. Its fonts, the size of its
-- window and the looks of its tick box are part of it: others are refused.
local function at(y)
    return { x = 120, y = y, w = 260, h = 28 }
end

return {
    screens = {
        {
            title = "Crime Form",
            toolkit = "tk",
            size = { w = 420, h = 410 },
            fields = {
                { label = "Surname", width = 35, required = true, at = at(10) },
                { label = "Given Names", width = 35, at = at(45) },
                { label = "Date of Birth", width = 10, at = at(80) },
                { label = "Password", width = 16, hidden = true, at = at(115) },
                { label = "Crime Type", width = 30, at = at(150) },
                -- the inside of the box: its frame may show the focus, and its
                -- label is drawn as fonts have it
                {
                    label = "Urgent", kind = "tick",
                    at = { x = 132, y = 198, w = 8, h = 8 },
                    off = { "b56caf2a560d7fe5" }, on = { "47e0d555f06db690" },
                },
                {
                    label = "Notes", width = 2000, lines = 50,
                    at = { x = 120, y = 220, w = 260, h = 100 },
                },
                {
                    label = "OK", kind = "button",
                    at = { x = 120, y = 335, w = 100, h = 32 },
                },
                {
                    label = "Clear", kind = "button", clears = true,
                    at = { x = 240, y = 335, w = 100, h = 32 },
                },
                { label = "Reference", width = 20, at = at(372) },
            },
        },
    },
}
