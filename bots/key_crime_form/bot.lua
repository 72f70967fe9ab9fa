-- The manifest: what this bot is and all it may touch. Data only.
return {
    name = "key_crime_form",
    doc = "keys records into a window of a graphical toolkit",
    target = "crime_form",
    map = "common/crime_form",
    mode = "DEMO",

    set = {
        program = "", -- the form's script, its whole path
        file = "", -- where the program puts what it accepts
        lose = "", -- characters that its Surname drops
        records = "[]", -- JSON: { id, surname, given, born, type, urgent, notes }
    },

    app = {
        argv = { "wish", "${program}", "${file}", "Crime Form", "${lose}" },
        ready = { title = "Crime Form" },
        keymap = "private",
    },

    windows = { "Crime Form" },
    queues = { ["crime-form"] = {} },
    secrets = {
        ["form-password"] = {
            target = "crime_form", screen = "Crime Form", field = "Password",
        },
    },
    navigation = { { screen = "Crime Form", buttons = { "Clear" } } },
}
