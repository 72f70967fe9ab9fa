-- The manifest: what this bot is and all it may touch. Data only.
return {
    name = "vetting_crime",
    doc = "looks for persons in the crime recording system, for vetting",
    target = "crime_recording",
    map = "common/crime_persons",
    mode = "DEMO",

    -- --set key=value changes these
    set = {
        host = "127.0.0.1:3270", -- the crime recording system
        user = "RPABOT", -- its password is the secret crs-password
    },

    app = {
        argv = {
            "x3270", "-once", "-title", "Crime Recording",
            "-charset", "cp1146", "-model", "3279-4-E",
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
    queues = { ["vetting-crime"] = {} },
    secrets = {
        ["crs-password"] = {
            target = "crime_recording", screen = "SIGN ON", field = "Password",
        },
    },

    -- It files nothing: no other key or screen is ever pressed.
    navigation = {
        { screen = "SIGN ON", keys = { "Enter" } },
        { screen = "MAIN MENU", keys = { "Enter" } },
        { screen = "PERSON SEARCH", keys = { "Enter", "F3" } },
        { screen = "FULLER JUSTIFICATION", keys = { "Enter", "F3" } },
        { screen = "PERSONS FOUND", keys = { "Enter", "F3" } },
        { screen = "PERSON RECORD", keys = { "F3" } },
    },
}
