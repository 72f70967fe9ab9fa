#!/usr/bin/env python3
"""Write files as a C table: embed.py OUT.c HEADER TYPE NAME=FILE …

HEADER declares `struct TYPE { const char *name, *…; size_t …; }` and the table
`extern const struct TYPE TYPE[]`, which ends with an empty row."""
import sys

out, header, table = sys.argv[1:4]
pairs = [a.split("=", 1) for a in sys.argv[4:]]
with open(out, "w", encoding="ascii") as c:
    c.write(f'#include "{header}"\n')
    for i, (name, path) in enumerate(pairs):
        with open(path, "rb") as f:
            data = f.read()
        c.write(f"static const char s{i}[] = {{")
        c.write(",".join(str(b if b < 128 else b - 256) for b in data))
        c.write("};\n")
    c.write(f"const struct {table} {table}[] = {{\n")
    for i, (name, path) in enumerate(pairs):
        c.write(f'    {{ "{name}", s{i}, sizeof s{i} }},\n')
    c.write("    { 0 }\n};\n")
