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
    words = { new = "1", find = "3", off = "9", cancel = "F3" },

    screens = {
        { name = "SIGN ON", title = "LOGON", col = 37 },
        { name = "MAIN MENU", title = "SELECT A FUNCTION", col = 31 },
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

    fields = {
        { label = "User ID", text = "Operator" },
        { label = "Password", text = "Passcode" },
        { label = "Option", text = "Selection" },
        { label = "Submission ID", text = "Source Ref", width = 30 },
        { label = "Online Ref", text = "Source Ref", width = 30 },
        { label = "Submitted", text = "Received", width = 30 },
        { label = "NSIR Code", text = "NSIR" },
        { label = "CJS Offence Code", text = "CJS Code" },
        { label = "HO Class", text = "HO Code" },
        { label = "Crime Type", text = "Offence" },
        { label = "Start", text = "From", layout = time },
        { label = "End", text = "To", layout = time },
        { label = "Hate Crime", text = "Hate", codes = flags },
        { label = "Weapon", text = "Weapon Used", codes = flags },
        { label = "Surname", text = "Family Name" },
        { label = "Given Names", text = "Forenames" },
        { label = "Date of Birth", text = "Born", layout = "YYYY-MM-DD" },
        { label = "Gender", text = "Sex", codes = sexes },
        { label = "Phone", text = "Telephone", width = 20 },
        { label = "E-mail", text = "Email" },
        { label = "Building", text = "House", width = 60 },
        { label = "Street", text = "Road" },
        { label = "Locality", text = "District" },
        { label = "Town", text = "Town/City" },
        { label = "Postcode", text = "Post Code" },
        { label = "VRM", text = "Vehicle" },
        { label = "Property Value", text = "Value GBP", width = 12 },
        { label = "Narrative", text = "Account" },
        { label = "Justification", text = "Reason" },
    },
}
