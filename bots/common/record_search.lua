-- Screen map of the record-search system, a terminal application: what its screens
-- look like and what its fields can hold. Data only.
return {
    -- it refuses whatever is not in it (E031)
    repertoire = "ascii",
    keys = { clear = "ctrl+u", advance = "Tab" },
    mode_at = { row = 1, col = 74 },

    -- A screen is drawn from the top: it is there once its keys are.
    screens = {
        {
            title = "SIGN ON", col = 30,
            fixed = { { row = 23, col = 2, text = "ENTER=Sign on" } },
            fields = {
                { label = "Operator", width = 8, required = true, upper = true },
                { label = "Password", width = 8, required = true, hidden = true },
            },
        },
        {
            title = "TRANSACTION", col = 30, idle = true,
            fixed = { { row = 23, col = 2, text = "ENTER=Start" } },
            fields = { { label = "Transaction", width = 12, upper = true } },
        },
        {
            title = "NAME SEARCH", col = 30, idle = true,
            fixed = { { row = 23, col = 2, text = "ENTER=Search" } },
            fields = {
                { label = "Purpose", width = 2, required = true },
                { label = "Originator", width = 30, required = true, upper = true },
                { label = "Surname", width = 24, required = true, upper = true },
                { label = "Forename", width = 15, upper = true },
                { label = "Date of Birth", width = 10 },
            },
        },
        {
            title = "FULLER JUSTIFICATION", col = 30,
            fixed = { { row = 23, col = 2, text = "ENTER=Continue" } },
            fields = { { label = "Reason", width = 55, required = true } },
        },
        {
            title = "NOTICE", col = 30,
            fixed = { { row = 23, col = 2, text = "ENTER=Continue" } },
        },
        {
            title = "SEARCH RESULTS", col = 30, idle = true,
            fixed = { { row = 23, col = 2, text = "ENTER=Show line" } },
            fields = { { label = "Line", width = 3 } },
            tables = {
                {
                    name = "records",
                    columns = {
                        { header = "LN", width = 3, right = true },
                        { header = "REF", width = 8 },
                        { header = "SURNAME", width = 24 },
                        { header = "GIVEN NAMES", width = 20 },
                        { header = "BORN", width = 10 },
                        { header = "S", width = 1 },
                    },
                    rows = 12,
                    none = "NO RECORDS HELD",
                    marks = { "PAGE {page} OF {pages}", "{total} RECORDS" },
                    next = "F8",
                },
            },
        },
        {
            title = "RECORD", col = 30, idle = true,
            fixed = { { row = 23, col = 2, text = "F3=Back" } },
            fields = {
                { label = "Record", width = 8 },
                { label = "Surname", width = 24 },
                { label = "Given Names", width = 40 },
                { label = "Date of Birth", width = 10 },
                { label = "Postcode", width = 8 },
                { label = "PNC ID", width = 13 },
                { label = "CRO", width = 12 },
                { label = "NINO", width = 9 },
            },
        },
        {
            title = "SYSTEM CLOSED", col = 30, idle = true,
            fixed = { { row = 23, col = 2, text = "ENTER=Sign on" } },
        },
    },
}
