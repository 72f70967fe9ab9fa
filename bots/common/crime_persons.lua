-- Screen map of the crime recording system's person search: the system's own, and
-- the screens that only who looks for persons sees. Data only.
return {
    base = "common/crime_recording",

    -- A screen is drawn from the top: it is there once its keys are.
    screens = {
        {
            title = "PERSON SEARCH", col = 33, rows = 24, idle = true,
            fixed = { { row = 23, col = 2, text = "ENTER=Search" } },
            fields = {
                { label = "Purpose", width = 2, required = true },
                { label = "Person Surname", width = 35, required = true, upper = true },
                { label = "Person Forename", width = 20, upper = true },
                { label = "Born", width = 10 },
            },
        },
        {
            title = "FULLER JUSTIFICATION", col = 30, rows = 24,
            fixed = { { row = 23, col = 2, text = "ENTER=Continue" } },
            fields = { { label = "Reason", width = 55, required = true } },
        },
        {
            title = "PERSONS FOUND", col = 33, rows = 24, idle = true,
            fixed = { { row = 23, col = 2, text = "ENTER=Show line" } },
            fields = { { label = "Line", width = 3 } },
            tables = {
                {
                    name = "persons",
                    columns = {
                        { header = "LN", width = 3, right = true },
                        { header = "REF", width = 8 },
                        { header = "SURNAME", width = 26 },
                        { header = "GIVEN NAMES", width = 18 },
                        { header = "BORN", width = 10 },
                        { header = "S", width = 1 },
                    },
                    rows = 12,
                    none = "NO PERSONS HELD",
                    marks = { "PAGE {page} OF {pages}", "{total} PERSONS" },
                    next = "F8",
                },
            },
        },
        {
            title = "PERSON RECORD", col = 33, rows = 24, idle = true,
            fixed = { { row = 23, col = 2, text = "PF3=Back" } },
            fields = {
                { label = "Record", width = 8 },
                { label = "Surname", width = 35 },
                { label = "Given Names", width = 40 },
                { label = "Born", width = 10 },
                { label = "Postcode", width = 8 },
                { label = "PNC ID", width = 13 },
                { label = "CRO", width = 12 },
                { label = "NINO", width = 9 },
            },
        },
    },
}
