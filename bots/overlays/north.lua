-- The crime recording system as the north has it: the victim comes first, other
-- labels and widths, codes of numbers, dates with the year before. Data only.
local sexes = { M = "1", F = "2", X = "9", U = "0" }
local flags = { Y = "1", N = "0" }
local time = "YYYY-MM-DD hh:mm"

return {
    base = "common/crime_recording",
    mode_at = { row = 1, col = 70 },
    record = { "NEW CRIME REPORT 2/3", "NEW CRIME REPORT 1/3",
        "NEW CRIME REPORT 3/3" },

    screens = {
        { name = "SIGN ON", title = "LOGON", col = 37 },
        { name = "MAIN MENU", title = "SELECT A FUNCTION", col = 31,
            choose = { new = "1", find = "3", off = "9" } },
        { name = "NEW CRIME REPORT 1/3", title = "CRIME ENTRY - OFFENCE", col = 29,
            order = { "Crime Type", "HO Class", "CJS Offence Code", "NSIR Code",
                "Start", "End", "Weapon", "Hate Crime", "Online Ref",
                "Submitted" } },
        { name = "NEW CRIME REPORT 2/3", title = "CRIME ENTRY - VICTIM", col = 30,
            order = { "Given Names", "Surname", "Gender", "Date of Birth", "Phone",
                "E-mail", "Postcode", "Building", "Street", "Locality", "Town",
                "County" } },
        { name = "NEW CRIME REPORT 3/3", title = "CRIME ENTRY - ACCOUNT", col = 29,
            order = { "Narrative", "VRM", "Property Value" } },
        { name = "JUSTIFICATION REQUIRED", title = "STATE YOUR REASON", col = 31 },
        { name = "REPORT ACCEPTED", title = "CRIME ACCEPTED", col = 33 },
        { name = "FIND A REPORT", title = "LOOK FOR A CRIME", col = 32 },
        { name = "CRIMES ON FILE", title = "LIST OF CRIMES", col = 33 },
    },

    labels = {
        ["User ID"] = "Operator", Password = "Passcode", Option = "Selection",
        ["Submission ID"] = "Source Ref", ["Online Ref"] = "Source Ref",
        Submitted = "Received", ["NSIR Code"] = "NSIR",
        ["CJS Offence Code"] = "CJS Code", ["HO Class"] = "HO Code",
        ["Crime Type"] = "Offence", Start = "From", End = "To",
        ["Hate Crime"] = "Hate", Weapon = "Weapon Used", Surname = "Family Name",
        ["Given Names"] = "Forenames", ["Date of Birth"] = "Born", Gender = "Sex",
        Phone = "Telephone", ["E-mail"] = "Email", Building = "House",
        Street = "Road", Locality = "District", Town = "Town/City",
        Postcode = "Post Code", VRM = "Vehicle", ["Property Value"] = "Value GBP",
        Narrative = "Account", Justification = "Reason",
    },

    fields = {
        { label = "Submission ID", width = 30 },
        { label = "Online Ref", width = 30 }, { label = "Submitted", width = 30 },
        { label = "Start", layout = time }, { label = "End", layout = time },
        { label = "Hate Crime", codes = flags },
        { label = "Weapon", codes = flags },
        { label = "Date of Birth", layout = "YYYY-MM-DD" },
        { label = "Gender", codes = sexes }, { label = "Phone", width = 20 },
        { label = "Building", width = 60 },
        { label = "Property Value", width = 12 },
    },
}
