-- The manifest: what this bot is and all it may touch. Data only.
return {
    name = "rekey_crime_reports",
    doc = "keys online crime reports into the crime recording system",
    target = "crime_recording",
    map = "${system}",
    mode = "DEMO",

    -- --set key=value changes these
    set = {
        system = "common/crime_recording", -- its screen map, or a force's overlay
        host = "127.0.0.1:3270", -- the crime recording system
        source = "127.0.0.1:8080", -- the service of online reports; "": none
        file = "", -- a file of them, in the folder of --files; "": none
        user = "RPABOT", -- its password is the secret crs-password
    },

    app = {
        -- -once ends x3270 when the host drops the session: a bot must not
        -- type into a new one
        argv = {
            "x3270", "-once", "-title", "Crime Recording",
            "-charset", "cp1146", "-model", "3279-4-E",
            -- its default font draws i and ¡ alike: no reader could tell
            "-efont", "3270-20",
            "-xrm", "x3270.menuBar: False",
            "-xrm", "x3270.scrollBar: False",
            "-xrm", "x3270.unlockDelay: False",
            "${host}",
        },
        ready = { title = "Crime Recording" },
        keymap = "private",
    },

    windows = { "Crime Recording" },
    http = { "${source}" },
    files = { input = { reports = "${file}" } },
    queues = { ["crime-reports"] = {} },
    secrets = {
        ["crs-password"] = {
            target = "crime_recording", screen = "SIGN ON", field = "Password",
        },
    },

    -- Keys that file nothing on these screens. All others are commit acts:
    -- Enter on NEW CRIME REPORT 3/3 and on JUSTIFICATION REQUIRED.
    navigation = {
        { screen = "SIGN ON", keys = { "Enter", "F3" } },
        { screen = "MAIN MENU", keys = { "Enter", "F3" } },
        { screen = "NEW CRIME REPORT 1/3", keys = { "Enter", "F3" } },
        { screen = "NEW CRIME REPORT 2/3", keys = { "Enter", "F3" } },
        { screen = "NEW CRIME REPORT 3/3", keys = { "F3" } },
        { screen = "JUSTIFICATION REQUIRED", keys = { "F3" } },
        { screen = "REPORT ACCEPTED", keys = { "Enter", "F3" } },
        { screen = "FIND A REPORT", keys = { "Enter", "F3" } },
    },
}
