-- The README's first bot: all it may touch.
return {
    name = "hello",
    app = {
        argv = { "xterm", "-title", "Hello", "-fn", "9x15", "-e", "sh" },
        ready = { title = "Hello" },
    },
    windows = { "Hello" },
}
