return {
    name = "bench_tk",
    doc = "keys texts into the crime form of tk, and files each",
    target = "form_tk",
    map = "form_tk",
    mode = "DEMO",
    set = { program = "", file = "/dev/null", lines = "" },
    app = {
        argv = { "wish", "${program}", "${file}", "Crime Form" },
        ready = { title = "Crime Form" },
        keymap = "private",
    },
    windows = { "Crime Form" },
}
