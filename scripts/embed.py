#!/usr/bin/env python3
"""Write the Lua façades as a C table: embed.py OUT.c NAME=FILE …"""
import sys

out, pairs = sys.argv[1], [a.split("=", 1) for a in sys.argv[2:]]
with open(out, "w", encoding="ascii") as c:
    c.write('#include "lib/lua/priv.h"\n')
    for i, (name, path) in enumerate(pairs):
        with open(path, "rb") as f:
            data = f.read()
        c.write(f"static const char s{i}[] = {{")
        c.write(",".join(str(b if b < 128 else b - 256) for b in data))
        c.write("};\n")
    c.write("const struct rpa_lua_embedded rpa_lua_embedded[] = {\n")
    for i, (name, path) in enumerate(pairs):
        c.write(f'    {{ "{name}", s{i}, sizeof s{i} }},\n')
    c.write("    { 0 }\n};\n")
