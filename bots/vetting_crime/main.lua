-- Looks for persons in the crime recording system: its names keep their marks where
-- the code page has them, and a forename is asked for by its initial.

local purpose = rpa.search.purpose()

-- What is keyed for a form of a name.
local function query(form)
    return rpa.search.query { ["Person Surname"] = form.surname,
        ["Person Forename"] = rpa.search.initial(form.forename) }
end

local system = rpa.enquiry.system {
    name = "crime", query = query,
    grid = rpa.window("Crime Recording"):grid(),
    sign_on = { screen = "SIGN ON", user = { "User ID", rpa.set.user },
        password = { "Password", rpa.secret("crs-password") } },
    menu = { screen = "MAIN MENU", set = { Option = "4" } },
    search = { screen = "PERSON SEARCH", set = { Purpose = purpose.code } },
    why = { screen = "FULLER JUSTIFICATION", set = { Reason = purpose.reason } },
    results = {
        screen = "PERSONS FOUND", table = "persons", line = "Line", number = "LN",
        none = { text = "NO PERSONS HELD", row = 8 },
        columns = { ref = "REF", surname = "SURNAME", given = "GIVEN NAMES",
            born = "BORN" },
    },
    record = {
        screen = "PERSON RECORD", whole = { text = "PF3=Back", row = 23 },
        fields = { ref = "Record", surname = "Surname", given = "Given Names",
            born = "Born", postcode = "Postcode", pnc = "PNC ID", cro = "CRO",
            nino = "NINO" },
    },
    messages = { row = 24, locked = { "E310" } },
}

system.start()
rpa.search.each("vetting-crime", system)
