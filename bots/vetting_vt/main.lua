-- Looks for persons in the record-search system: its names have no marks and no
-- apostrophes, a blank for a hyphen, and a forename is asked for by its initial.

local purpose = rpa.search.purpose()

-- What is keyed for a form of a name.
local function query(form)
    return rpa.search.query { Forename = rpa.search.initial(form.forename),
        Surname = form.surname:gsub("'", ""):gsub("-", " ") }
end

local system = rpa.enquiry.system {
    name = "vt", query = query,
    grid = rpa.window("Record Search"):grid(),
    sign_on = { screen = "SIGN ON", user = { "Operator", rpa.set.user },
        password = { "Password", rpa.secret("rss-password") } },
    menu = { screen = "TRANSACTION", set = { Transaction = "NS" } },
    search = { screen = "NAME SEARCH", set = { Purpose = purpose.code,
        Originator = purpose.originator:upper() } },
    why = { screen = "FULLER JUSTIFICATION", set = { Reason = purpose.reason } },
    notices = { { screen = "NOTICE" } },
    closed = { screen = "SYSTEM CLOSED" },
    results = {
        screen = "SEARCH RESULTS", table = "records", line = "Line", number = "LN",
        none = { text = "NO RECORDS HELD", row = 8 },
        columns = { ref = "REF", surname = "SURNAME", given = "GIVEN NAMES",
            born = "BORN" },
    },
    record = {
        screen = "RECORD", whole = { text = "F3=Back", row = 23 },
        fields = { ref = "Record", surname = "Surname", given = "Given Names",
            born = "Date of Birth", postcode = "Postcode", pnc = "PNC ID",
            cro = "CRO", nino = "NINO" },
    },
    messages = { row = 24, locked = { "E310" } },
}

system.start()
rpa.search.each("vetting-vt", system)
