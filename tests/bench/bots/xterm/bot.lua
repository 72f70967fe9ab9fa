return {
    name = "bench_xterm",
    doc = "types lines into an xterm whose program writes them to a file",
    target = "bench",
    mode = "DEMO",
    set = { file = "/dev/null", lines = "" },
    app = {
        argv = {
            "xterm", "-u8", "-T", "Bench", "-fn",
            "-misc-fixed-medium-r-semicondensed--13-120-75-75-c-60-iso10646-1",
            "-e", "sh", "-c",
            [[stty raw -echo; printf 'ready\r\n'; exec tee /dev/tty >"${file}"]],
        },
        env = { LC_ALL = "C.UTF-8" },
        ready = { title = "Bench" },
        keymap = "private",
    },
    windows = { "Bench" },
}
