-- Screen map of the crime recording system's person search: the system's own, and
-- the screens that only who looks for persons sees. Data only.
return {
    base = "common/crime_recording",

    screens = {
        {
            title = "PERSON SEARCH", col = 33, rows = 24, idle = true,
            fields = {
                { label = "Purpose", width = 2, required = true },
                { label = "Person Surname", width = 35, required = true, upper = true },
                { label = "Person Forename", width = 20, upper = true },
                { label = "Born", width = 10 },
            },
        },
        {
            title = "FULLER JUSTIFICATION", col = 30, rows = 24,
            fields = { { label = "Reason", width = 55, required = true } },
        },
        {
            title = "PERSONS FOUND", col = 33, rows = 24, idle = true,
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
