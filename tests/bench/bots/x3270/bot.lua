return {
    name = "bench_x3270",
    doc = "keys the same record again and again",
    target = "crime_recording",
    map = "crime_recording", -- bots/common's
    mode = "DEMO",
    set = { host = "127.0.0.1:3270", record = "", narrative = "", times = "1" },
    app = {
        argv = {
            "x3270", "-once", "-title", "Crime Recording",
            "-charset", "cp1146", "-model", "3279-4-E", "-efont", "3270-20",
            "-xrm", "x3270.menuBar: False", "-xrm", "x3270.scrollBar: False",
            "-xrm", "x3270.unlockDelay: False", "${host}",
        },
        ready = { title = "Crime Recording" },
        keymap = "private",
    },
    windows = { "Crime Recording" },
    queues = { ["bench"] = {} },
    secrets = {
        ["crs-password"] = {
            target = "crime_recording", screen = "SIGN ON", field = "Password",
        },
    },
    navigation = {
        { screen = "SIGN ON", keys = { "Enter" } },
        { screen = "MAIN MENU", keys = { "Enter" } },
        { screen = "NEW CRIME REPORT 1/3", keys = { "Enter" } },
        { screen = "NEW CRIME REPORT 2/3", keys = { "Enter" } },
        { screen = "REPORT ACCEPTED", keys = { "Enter" } },
    },
}
