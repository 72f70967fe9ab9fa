-- The crime form of gtk3: what the bench keys into it.
return {
    screens = {
        {
            title = "Crime Form", toolkit = "gtk3", size = { w = 420, h = 410 },
            fields = {
                {
                    label = "Notes", width = 2000, lines = 50,
                    at = { x = 120, y = 220, w = 260, h = 100 },
                },
                {
                    label = "Reference", width = 20,
                    at = { x = 120, y = 372, w = 260, h = 28 },
                },
                {
                    label = "OK", kind = "button",
                    at = { x = 120, y = 335, w = 100, h = 32 },
                },
            },
        },
    },
}
