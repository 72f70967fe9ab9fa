return {
    name = "bench_gtk3",
    doc = "keys texts into the crime form of gtk3, and files each",
    target = "form_gtk3",
    map = "form_gtk3",
    mode = "DEMO",
    set = { program = "", file = "/dev/null", lines = "" },
    app = {
        argv = { "${program}", "${file}", "Crime Form" },
        ready = { title = "Crime Form" },
        keymap = "private",
    },
    windows = { "Crime Form" },
}
