-- Screen map of the index of nominals: what its screens look like and what its
-- fields can hold. Data only.
return {
    repertoire = "cp1146",
    -- x3270's own keys; Ctrl+U is DeleteField(), as in common/crime_recording
    keys = { clear = "ctrl+u", advance = "Tab" },
    mode_at = { row = 1, col = 76 },
    colours = { protected = { "#00bfff", "#ffffff" }, open = { "#00ff00" } },

    screens = {
        {
            title = "SIGN ON", col = 33, rows = 24, leads = { "Enter" },
            fields = {
                { label = "User ID", width = 8, required = true },
                { label = "Password", width = 8, required = true, hidden = true },
            },
        },
        {
            title = "NOMINAL INDEX", col = 33, rows = 24, idle = true,
            leads = { "Enter" },
            fields = { { label = "Option", width = 1, required = true } },
        },
        {
            title = "NOMINALS ON FILE", col = 33, rows = 43, idle = true,
            leads = { "F3", "F7", "F8" },
            tables = {
                {
                    name = "nominals",
                    columns = {
                        { header = "NUMBER", width = 7 },
                        { header = "SURNAME", width = 18 },
                        { header = "GIVEN NAMES", width = 18 },
                        { header = "BORN", width = 10 },
                        { header = "POSTCODE", width = 8 },
                        { header = "PHONE", width = 13 },
                    },
                    footer = "---",
                    marks = { "PAGE {page} OF {pages}", "{total} NOMINALS" },
                    next = "F8",
                },
            },
        },
        {
            title = "OPEN A NOMINAL", col = 33, rows = 24, idle = true,
            leads = { "Enter", "F3" },
            fields = { { label = "Number", width = 7, required = true } },
        },
        {
            title = "NOMINAL RECORD", col = 33, rows = 43, commit = { "F6" },
            leads = { "Enter", "F3" },
            fields = {
                { label = "Nominal No", width = 7 }, -- shown, not keyed
                { label = "Surname", width = 18 },
                { label = "Given Names", width = 18 },
                { label = "Date of Birth", width = 10 },
                { label = "Sex", width = 1 },
                { label = "Street", width = 30 },
                { label = "Town", width = 20 },
                { label = "Postcode", width = 8 },
                { label = "Phone", width = 13 },
                { label = "Duplicate Of", width = 7 },
            },
        },
    },
}
