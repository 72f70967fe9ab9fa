#!/usr/bin/env python3
"""test_acts.py RPA ROOT: the manual pages against the program, as TAP.

Every act that `rpa acts` prints has its line; every act that a façade calls by
name is in the table; every act can be reached by a façade or is named in the
stubs; the manual pages know each act, command and option."""
import pathlib
import re
import subprocess
import sys

rpa, root = sys.argv[1], pathlib.Path(sys.argv[2])
printed = subprocess.run([rpa, "acts"], capture_output=True, check=True)
acts, silent = {}, []
for line in printed.stdout.decode().splitlines():
    got = re.match(r"(\S+)\s*(.*)", line)
    if got and not line.startswith(" "):
        acts[got.group(1)] = got.group(2)

named = {}
for path in sorted((root / "lib/lua/rpa").glob("*.lua")):
    text = path.read_text(encoding="utf-8")
    for act in re.findall(r'\bcall,?\s*\(?\s*"([a-z_.]+)"', text):
        named.setdefault(act, path.name)
manual = (root / "lib/lua/rpa-bot.5.scd").read_text(encoding="utf-8")

tests = [(len(acts) > 15, f"rpa acts prints {len(acts)}")]
tests += [(len(doc) > 8, f"{act} has a line") for act, doc in acts.items()]
tests += [(act in acts, f"{act}, called in {where}, is an act")
          for act, where in named.items()]
tests += [(act in named or act == "run.end", f"{act} has a façade")
          for act in acts]
tests += [(f"*{act}*" in manual, f"{act} is in rpa-bot(5)") for act in acts]
page = (root / "rpa/rpa.1.scd").read_text(encoding="utf-8")


def said(*args):
    out = subprocess.run([rpa, *args], capture_output=True, check=True)
    return out.stdout.decode()


for command in re.findall(r"^  (\w+) +\w", said("--help"), flags=re.M):
    tests.append((re.search(rf"\*(\w+\*, \*|rpa )?{command}\b", page),
                  f"rpa {command} is in rpa(1)"))
for option in re.findall(r"(--\w+)", said("run", "--help")):
    tests.append((f"*{option}" in page or f"{option}*" in page,
                  f"rpa run {option} is in rpa(1)"))
for code in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 70, 130):
    tests.append((f"\n*{code}*\n" in page, f"exit status {code} is in rpa(1)"))
for n, (good, name) in enumerate(tests, 1):
    print(f"{'' if good else 'not '}ok {n} - {name}")
print(f"1..{len(tests)}")
sys.exit(any(not good for good, _ in tests))
