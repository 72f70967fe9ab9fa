std = "lua54"
max_line_length = 90
globals = { "rpa" }
files["lib/lua/meta"] = { allow_defined_top = true, ignore = { "1", "2" } }
files["bots"] = { std = "lua54", globals = { "rpa" } }
exclude_files = { "build*" }
