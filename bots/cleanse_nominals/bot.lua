-- The manifest: what this bot is and all it may touch. Data only.
return {
    name = "cleanse_nominals",
    doc = "proposes what is to be mended in an index of nominals, and mends what "
        .. "was approved",
    target = "nominals",
    map = "common/nominals",
    mode = "DEMO",

    -- --set key=value changes these
    set = {
        host = "127.0.0.1:3271", -- the index
        user = "RPABOT", -- its password is the secret nominals-password
        batch = "NOMINALS", -- what the proposals are called, in clear
        phase = "propose", -- or apply
        most = "50", -- changes that one run makes, max_changes at most
    },

    app = {
        -- -once ends x3270 when the host drops the session
        argv = {
            "x3270", "-once", "-title", "Nominal Index",
            "-charset", "cp1146", "-model", "3279-4-E",
            -- its default font draws i and ¡ alike: no reader could tell
            "-efont", "3270-20",
            "-xrm", "x3270.menuBar: False",
            "-xrm", "x3270.scrollBar: False",
            "-xrm", "x3270.unlockDelay: False",
            "${host}",
        },
        ready = { title = "Nominal Index" },
        keymap = "private",
    },

    windows = { "Nominal Index" },
    secrets = {
        ["nominals-password"] = {
            target = "nominals", screen = "SIGN ON", field = "Password",
        },
    },

    -- Nothing is filed but what a second person approved, and no more than this in
    -- one run. Which keys file and which lead on is in the map.
    changes = "approved",
    max_changes = 50,
}
