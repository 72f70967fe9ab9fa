-- The crime recording system as the south has it: the account first, the person last,
-- days with the month's name and times in fields of their own, F8 to go on and F5 to
-- file. Data only.
local flags = { Y = "+", N = "-" }
local day, time = "DD-MON-YYYY", "hh.mm"
local go_on, leave = { "F8", "F12" }, { "F12" }

return {
    base = "common/crime_recording",
    mode_at = { row = 1, col = 60 },
    record = { "NEW CRIME REPORT 3/3", "NEW CRIME REPORT 1/3",
        "NEW CRIME REPORT 2/3" },
    words = { cancel = "F12" },

    screens = {
        { name = "SIGN ON", title = "SOUTHERN CRIME DESK", col = 30 },
        { name = "MAIN MENU", title = "DESK", col = 38,
            choose = { new = "A", find = "S", off = "E" } },
        { name = "NEW CRIME REPORT 3/3", title = "ADD: ACCOUNT", col = 34,
            go_on = "F8", navigation = go_on, order = { "Narrative", "VRM" } },
        { name = "NEW CRIME REPORT 1/3", title = "ADD: CRIME", col = 35,
            go_on = "F8", navigation = go_on,
            order = { "Online Ref", "Day 1", "Time 1", "Day 2", "Time 2",
                "Property Value", "HO Class", "Crime Type", "NSIR Code",
                "CJS Offence Code", "Weapon", "Hate Crime", "Submitted" } },
        { name = "NEW CRIME REPORT 2/3", title = "ADD: PERSON", col = 34,
            go_on = "F5", navigation = leave,
            order = { "Town", "County", "Postcode", "Locality", "Street", "Building",
                "Full Name", "Date of Birth", "Gender", "E-mail", "Phone" } },
        { name = "JUSTIFICATION REQUIRED", title = "GROUNDS", col = 36,
            go_on = "F5", navigation = leave },
        { name = "REPORT ACCEPTED", title = "ADDED", col = 37 },
        { name = "FIND A REPORT", title = "SEARCH", col = 37, navigation = leave },
        { name = "CRIMES ON FILE", title = "LIST", col = 38 },
    },

    labels = {
        ["User ID"] = "Officer", Password = "Code word", Option = "Command",
        ["Submission ID"] = "Form number", ["Online Ref"] = "Form number",
        Submitted = "Sent", ["NSIR Code"] = "Incident",
        ["CJS Offence Code"] = "Justice", ["HO Class"] = "Home Office",
        ["Crime Type"] = "Crime", ["Day 1"] = "From", ["Time 1"] = "at",
        ["Day 2"] = "Until", ["Time 2"] = "about", ["Hate Crime"] = "Hate",
        Weapon = "Armed", ["Full Name"] = "Full name",
        ["Date of Birth"] = "Date of birth", Gender = "Sex", Phone = "Tel",
        Building = "Number/name", Locality = "Village", Town = "Post town",
        County = "Shire", Postcode = "Postal code", VRM = "Index",
        ["Property Value"] = "Worth", Narrative = "What happened",
        Justification = "Grounds",
    },

    fields = {
        { label = "Full Name", shows = "{Surname}[, {Given Names}]", width = 72,
            required = true },
        { label = "Submission ID", width = 40 },
        { label = "Online Ref", width = 40 }, { label = "Crime Type", width = 40 },
        { label = "Day 1", shows = "Start", width = 11, layout = day },
        { label = "Time 1", shows = "Start", width = 5, layout = time },
        { label = "Day 2", shows = "End", width = 11, layout = day },
        { label = "Time 2", shows = "End", width = 5, layout = time },
        { label = "Hate Crime", codes = flags },
        { label = "Weapon", codes = flags },
        { label = "Date of Birth", width = 11, layout = day },
        { label = "Gender", width = 4,
            codes = { M = "MALE", F = "FEML", X = "X", U = "NK" } },
        { label = "Property Value", width = 9 },
    },
}
