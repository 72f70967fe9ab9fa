-- The manifest: what this bot is and all it may touch. Data only.
return {
    name = "vetting_vt",
    doc = "looks for persons in the record-search system, for vetting",
    target = "record_search",
    map = "common/record_search",
    mode = "DEMO",

    -- --set key=value changes these
    set = {
        client = "ssh", -- what connects to the record-search system
        host = "records.force.example", -- and where it is
        user = "RPABOT", -- its password is the secret rss-password
    },

    app = {
        argv = {
            "xterm", "-title", "Record Search", "-fn", "9x15", "-geometry", "80x24",
            "-e", "${client}", "${host}",
        },
        ready = { title = "Record Search" },
        keymap = "private",
    },

    windows = { "Record Search" },
    queues = { ["vetting-vt"] = {} },
    secrets = {
        ["rss-password"] = {
            target = "record_search", screen = "SIGN ON", field = "Password",
        },
    },

    -- It files nothing: no other key or screen is ever pressed.
    navigation = {
        { screen = "SIGN ON", keys = { "Enter" } },
        { screen = "TRANSACTION", keys = { "Enter" } },
        { screen = "NAME SEARCH", keys = { "Enter", "F3" } },
        { screen = "FULLER JUSTIFICATION", keys = { "Enter", "F3" } },
        { screen = "NOTICE", keys = { "Enter" } },
        { screen = "SEARCH RESULTS", keys = { "Enter", "F3" } },
        { screen = "RECORD", keys = { "F3" } },
        { screen = "SYSTEM CLOSED", keys = { "Enter" } },
    },
}
