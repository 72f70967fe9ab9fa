return {
    name = "bench_form",
    doc = "keys texts into the crime form of a toolkit, and files each",
    target = "form",
    map = "form",
    mode = "DEMO",
    set = { program = "", title = "", file = "/dev/null", lines = "" },
    app = {
        argv = { "${program}", "${file}", "${title}" },
        ready = { title = "Crime Form" },
        keymap = "private",
    },
    windows = { "Crime Form" },
}
