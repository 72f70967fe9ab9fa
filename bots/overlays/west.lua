-- The crime recording system as the west has it: four smaller screens, words for
-- codes, dates without signs, forenames in two fields, another key to leave, and what
-- is found on a screen of its own. Data only.
local flags = { Y = "YES", N = "NO" }
local time = "DDMMYYYYhhmm"
local leave = { "F12" }

return {
    base = "common/crime_recording",
    record = { "NEW CRIME REPORT 1/3", "NEW CRIME REPORT 2/3", "ADDRESS",
        "NEW CRIME REPORT 3/3" },
    words = { cancel = "F12" },

    screens = {
        { name = "SIGN ON", title = "WESTERN RECORDS", col = 32 },
        { name = "MAIN MENU", title = "TASKS", col = 37,
            choose = { new = "N", find = "F", off = "Q" } },
        { name = "NEW CRIME REPORT 1/3", title = "1 INCIDENT", col = 35, rows = 24,
            navigation = leave, order = { "Online Ref", "Submitted", "HO Class",
                "NSIR Code", "CJS Offence Code", "Crime Type", "Start", "End",
                "Hate Crime", "Weapon" } },
        { name = "NEW CRIME REPORT 2/3", title = "2 COMPLAINANT", col = 33,
            rows = 24, navigation = leave, order = { "Surname", "First Name",
                "Other Names", "Date of Birth", "Gender", "Phone", "E-mail" } },
        { name = "ADDRESS", title = "3 ADDRESS", col = 35, rows = 24,
            navigation = { "Enter", "F12" }, order = { "Building", "Street",
                "Locality", "Town", "County", "Postcode" } },
        { name = "NEW CRIME REPORT 3/3", title = "4 CIRCUMSTANCES", col = 32,
            navigation = leave },
        { name = "JUSTIFICATION REQUIRED", title = "WHY IS THIS RECORDED?",
            col = 29, navigation = leave },
        { name = "REPORT ACCEPTED", title = "RECORDED", col = 36 },
        { name = "FIND A REPORT", title = "FIND BY REFERENCE", col = 31,
            navigation = leave },
        { name = "REPORT FOUND", title = "ONE REPORT", col = 35, idle = true,
            leave = "Enter", navigation = { "Enter" }, order = { "Found ID" } },
        { name = "CRIMES ON FILE", title = "ALL CRIMES", col = 35 },
    },

    labels = {
        ["User ID"] = "User", Option = "Choose", ["Submission ID"] = "Reference",
        ["Online Ref"] = "External Ref", Submitted = "Logged",
        ["NSIR Code"] = "NSIR", ["CJS Offence Code"] = "CJS",
        ["HO Class"] = "Class", ["Crime Type"] = "Type", Start = "Commenced",
        End = "Ended", ["Hate Crime"] = "Hate", ["First Name"] = "Forename",
        ["Other Names"] = "Others", ["Found ID"] = "Ext Reference",
        ["Date of Birth"] = "DOB", ["E-mail"] = "Mail", Building = "Property",
        Locality = "Area", Postcode = "PCode", VRM = "Reg",
        ["Property Value"] = "Loss", Narrative = "Details", Justification = "Why",
    },

    fields = {
        { label = "First Name", shows = "Given Names", part = "^(%S+)", width = 20 },
        { label = "Other Names", shows = "Given Names", part = "^%S+ +(.+)",
            width = 30 },
        { label = "Found ID", shows = "Submission ID", width = 50 },
        { label = "Start", width = 12, layout = time },
        { label = "End", width = 12, layout = time },
        { label = "Hate Crime", width = 3, codes = flags },
        { label = "Weapon", width = 3, codes = flags },
        { label = "Date of Birth", width = 8, layout = "DDMMYYYY" },
        { label = "Gender", width = 7,
            codes = { M = "MALE", F = "FEMALE", X = "OTHER", U = "UNKNOWN" } },
    },
}
