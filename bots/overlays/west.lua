-- The crime recording system as the west has it: four smaller screens, words for
-- codes, dates without signs, another key to leave. Data only.
local flags = { Y = "YES", N = "NO" }
local time = "DDMMYYYYhhmm"
local leave = { "F12" }

return {
    base = "common/crime_recording",
    record = { "NEW CRIME REPORT 1/3", "NEW CRIME REPORT 2/3", "ADDRESS",
        "NEW CRIME REPORT 3/3" },
    words = { new = "N", find = "F", off = "Q", cancel = "F12" },

    screens = {
        { name = "SIGN ON", title = "WESTERN RECORDS", col = 32 },
        { name = "MAIN MENU", title = "TASKS", col = 37 },
        { name = "NEW CRIME REPORT 1/3", title = "1 INCIDENT", col = 35, rows = 24,
            order = { "Online Ref", "Submitted", "HO Class", "NSIR Code",
                "CJS Offence Code", "Crime Type", "Start", "End", "Hate Crime",
                "Weapon" } },
        { name = "NEW CRIME REPORT 2/3", title = "2 COMPLAINANT", col = 33,
            rows = 24, order = { "Surname", "Given Names", "Date of Birth",
                "Gender", "Phone", "E-mail" } },
        { name = "ADDRESS", title = "3 ADDRESS", col = 35, rows = 24,
            order = { "Building", "Street", "Locality", "Town", "County",
                "Postcode" } },
        { name = "NEW CRIME REPORT 3/3", title = "4 CIRCUMSTANCES", col = 32 },
        { name = "JUSTIFICATION REQUIRED", title = "WHY IS THIS RECORDED?",
            col = 29 },
        { name = "REPORT ACCEPTED", title = "RECORDED", col = 36 },
        { name = "FIND A REPORT", title = "FIND BY REFERENCE", col = 31 },
        { name = "CRIMES ON FILE", title = "ALL CRIMES", col = 35 },
    },

    navigation = {
        { screen = "NEW CRIME REPORT 1/3", keys = leave },
        { screen = "NEW CRIME REPORT 2/3", keys = leave },
        { screen = "ADDRESS", keys = { "Enter", "F12" } },
        { screen = "NEW CRIME REPORT 3/3", keys = leave },
        { screen = "JUSTIFICATION REQUIRED", keys = leave },
        { screen = "FIND A REPORT", keys = leave },
    },

    fields = {
        { label = "User ID", text = "User" },
        { label = "Option", text = "Choose" },
        { label = "Submission ID", text = "Reference" },
        { label = "Online Ref", text = "External Ref" },
        { label = "Submitted", text = "Logged" },
        { label = "NSIR Code", text = "NSIR" },
        { label = "CJS Offence Code", text = "CJS" },
        { label = "HO Class", text = "Class" },
        { label = "Crime Type", text = "Type" },
        { label = "Start", text = "Commenced", width = 12, layout = time },
        { label = "End", text = "Ended", width = 12, layout = time },
        { label = "Hate Crime", text = "Hate", width = 3, codes = flags },
        { label = "Weapon", width = 3, codes = flags },
        { label = "Given Names", text = "Forenames" },
        { label = "Date of Birth", text = "DOB", width = 8, layout = "DDMMYYYY" },
        { label = "Gender", width = 7,
            codes = { M = "MALE", F = "FEMALE", X = "OTHER", U = "UNKNOWN" } },
        { label = "E-mail", text = "Mail" },
        { label = "Building", text = "Property" },
        { label = "Locality", text = "Area" },
        { label = "Postcode", text = "PCode" },
        { label = "VRM", text = "Reg" },
        { label = "Property Value", text = "Loss" },
        { label = "Narrative", text = "Details" },
        { label = "Justification", text = "Why" },
    },
}
