-- Screen map of the crime recording system: what its screens look like and what
-- its fields can hold. Data only. Every bot for this system uses it; a change
-- needs a second pair of eyes, the folds above all.
return {
    -- UK EBCDIC with the euro sign, which is the host's code page
    repertoire = "cp1146",

    -- Characters the code page lacks, and what stands in for each. A character
    -- that is in neither has no place in this system: the report is rejected.
    folds = {
        ["ŵ"] = "w", ["Ŵ"] = "W", ["ŷ"] = "y", ["Ŷ"] = "Y",
        ["ł"] = "l", ["Ł"] = "L",
        ["’"] = "'", ["‘"] = "'", ["“"] = '"', ["”"] = '"',
        ["–"] = "-", ["—"] = "-", ["…"] = "...",
    },

    -- x3270's own keys. Ctrl+U is DeleteField(), which empties the field the
    -- cursor is in, wherever in it (x3270 4.1, resource x3270.keymap.base.3270).
    keys = { clear = "ctrl+u", advance = "Tab" },

    mode_at = { row = 1, col = 76 },

    -- for bots: the screens of a record in their order, and what differs where
    -- another force has it; see bots/overlays
    record = { "NEW CRIME REPORT 1/3", "NEW CRIME REPORT 2/3",
        "NEW CRIME REPORT 3/3" },
    words = { cancel = "F3" },
    messages = { error = { " E0", " E1", " E9" }, found = " I010", absent = " I011",
        reference = "CRIME REF (%u+%d+/%d+)" },

    -- x3270's colours of a 3279: protected, normal and intensified; unprotected
    colours = { protected = { "#00bfff", "#ffffff" }, open = { "#00ff00" } },

    screens = {
        {
            title = "SIGN ON", col = 36, rows = 24,
            fields = {
                { label = "User ID", width = 8, required = true },
                { label = "Password", width = 8, required = true, hidden = true },
            },
        },
        {
            title = "MAIN MENU", col = 35, rows = 24, idle = true,
            choose = { new = "1", find = "2", off = "X" },
            fields = { { label = "Option", width = 1, required = true } },
        },
        {
            title = "NEW CRIME REPORT 1/3", col = 30, rows = 43,
            fields = {
                { label = "Online Ref", width = 50, required = true },
                { label = "Submitted", width = 25 },
                { label = "NSIR Code", width = 3 },
                { label = "CJS Offence Code", width = 8 },
                { label = "HO Class", width = 6 },
                { label = "Crime Type", width = 35, required = true, upper = true },
                { label = "Start", width = 16, layout = "DD/MM/YYYY hh:mm" },
                { label = "End", width = 16, layout = "DD/MM/YYYY hh:mm" },
                { label = "Hate Crime", width = 1 },
                { label = "Weapon", width = 1 },
            },
        },
        {
            title = "NEW CRIME REPORT 2/3", col = 30, rows = 43,
            fields = {
                { label = "Surname", width = 35, required = true },
                { label = "Given Names", width = 35 },
                { label = "Date of Birth", width = 10 },
                { label = "Gender", width = 1 },
                { label = "Phone", width = 15 },
                { label = "E-mail", width = 120 },
                { label = "Building", width = 50 },
                { label = "Street", width = 160 },
                { label = "Locality", width = 35 },
                { label = "Town", width = 35 },
                { label = "County", width = 35 },
                { label = "Postcode", width = 8, upper = true },
            },
        },
        {
            title = "NEW CRIME REPORT 3/3", col = 30, rows = 43,
            fields = {
                { label = "VRM", width = 11, upper = true },
                { label = "Property Value", width = 20 },
                { label = "Narrative", width = 72, lines = 24, required = true },
            },
        },
        {
            -- comes for some reports after 3/3; until it is answered the
            -- report is not filed
            title = "JUSTIFICATION REQUIRED", col = 29, rows = 43,
            pending = true,
            fields = { { label = "Justification", width = 70, required = true } },
        },
        {
            title = "REPORT ACCEPTED", col = 32, rows = 43, idle = true,
            leave = "Enter",
        },
        {
            title = "FIND A REPORT", col = 33, rows = 24, idle = true,
            fields = { { label = "Submission ID", width = 50, required = true } },
        },
        {
            title = "CRIMES ON FILE", col = 33, idle = true,
            tables = {
                {
                    name = "crimes on file",
                    columns = {
                        { header = "REF", width = 11 },
                        { header = "SURNAME", width = 14 },
                        { header = "OFFENCE", width = 28 },
                        { header = "VALUE", width = 12, right = true },
                    },
                    footer = "---",
                    none = "NO CRIMES ON FILE",
                    marks = { "PAGE {page} OF {pages}", "{total} CRIMES" },
                    next = "F8",
                },
            },
        },
    },
}
