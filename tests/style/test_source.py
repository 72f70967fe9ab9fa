#!/usr/bin/env python3
"""The rules of the source tree that a compiler does not see, as TAP.

test_source.py ROOT: who includes whom and what; header guards; comments on
public functions; sleeps; paths of a machine; sizes; a test for each folder.
"""
import os
import re
import subprocess
import sys

# Who stands above may include who stands below; those of one rank do not
# include each other. `base` and what is not a folder of lib are free to use.
RANKS = [["main"], ["cmd"], ["watch"], ["supervisor"], ["config"], ["role"],
         ["lua"], ["act"], ["screen", "net", "xml", "sched", "queue", "alert"],
         ["audit"], ["vault"], ["store", "ipc"], ["base"]]
RANK = {folder: n for n, rank in enumerate(RANKS) for folder in rank}

# A library is one folder's: the others see our own header of it.
ALONE = [(r"sqlite3\.h", "store"), (r"(lua|lualib|lauxlib)\.h", "lua"),
         (r"curl/", "net"), (r"libxml/", "xml"),
         (r"(X11|xcb)/|xdo\.h|xkbcommon/", "screen"), (r"openssl/", "audit"),
         (r"sodium\.h", "vault")]

# Waiting for time to pass, and why that is right there.
SLEEPS = {"tests/bench/slowsync.c"}  # a slow disk is what it plays

LIMIT = 500  # lines; the few that are longer, and how long they may get
LONG = {"tests/fake/report_gen.c": 530}

VERIFIER = 1000  # lines of rpa/verify/ stay below

count = bad = 0


def ok(good, name, why=()):
    global count, bad
    count += 1
    bad += not good
    print(f"{'' if good else 'not '}ok {count} - {name}")
    for line in why if not good else ():
        print(f"# {line}")


def files(root, *endings):
    out = subprocess.run(["git", "-C", root, "ls-files", "-z", "--cached",
                          "--others", "--exclude-standard"],
                         capture_output=True, check=True).stdout.decode()
    return [f for f in out.split("\0")
            if f.endswith(endings) and os.path.exists(os.path.join(root, f))]


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as f:
        return f.read()


def code_of(text):
    """Without comments and strings, lines kept."""
    keep = lambda m: re.sub(r"[^\n]", " ", m.group())
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', keep, text,
                  flags=re.S)


def folder_of(path):
    """The layer a file belongs to; None for tests and stand-ins."""
    for start in ("lib/", "include/rpa/"):
        if path.startswith(start):
            return path[len(start):].split("/")[0]
    if path.startswith("rpa/verify/"):
        return None  # stands alone: see check_verifier
    if path.startswith("rpa/"):
        return path.split("/")[1] if path.count("/") > 1 else "main"
    return None


def includes(text):
    return re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', text, flags=re.M)


def target_of(name):
    """The layer an #include reaches; None for a system's or one's own."""
    parts = name.split("/")
    if parts[0] != "rpa" or len(parts) < 2:
        return None
    return parts[1] if len(parts) > 2 else "main"


def check_layers(root, sources):
    wrong = []
    for path in sources:
        mine = folder_of(path)
        if mine is None:
            continue
        if mine not in RANK:
            wrong.append(f"{path}: no rank for the folder {mine}")
            continue
        for name in includes(read(root, path)):
            theirs = target_of(name)
            if theirs is None or theirs == mine:
                continue
            if theirs not in RANK or RANK[theirs] <= RANK[mine]:
                wrong.append(f"{path} includes {name}")
    ok(not wrong, "a layer includes only those below", wrong)


def check_alone(root, sources):
    for pattern, owner in ALONE:
        wrong = [f"{path} includes {name}" for path in sources
                 if folder_of(path) not in (None, owner)
                 for name in includes(read(root, path))
                 if re.match(pattern, name)]
        ok(not wrong, f"only lib/{owner} includes {pattern}", wrong)


def check_verifier(root, sources):
    """Who checks the audit's writer shares nothing with it, and is small."""
    mine = [path for path in sources if path.startswith("rpa/verify/")]
    wrong = [f"{path} includes {name}" for path in mine
             for name in includes(read(root, path))
             if name.startswith("rpa/") or name == "priv.h"]
    ok(not wrong, "rpa-verify includes nothing of rpa", wrong)
    lines = sum(read(root, path).count("\n") for path in mine)
    ok(0 < lines < VERIFIER, f"rpa-verify stays small: {lines} lines, comments "
       f"and all, under {VERIFIER}")


def check_headers(root, headers):
    guards, silent = [], []
    for path in headers:
        text = read(root, path)
        want = guards_of(path)
        got = re.search(r"#ifndef (\w+)\n#define \1\n", text)
        if not got or got.group(1) not in want:
            guards.append(f"{path}: wants {want[0]}")
        if path.startswith("include/"):
            silent += [f"{path}: {name}" for name in undocumented(text)]
    ok(not guards, "header guards are the path", guards)
    ok(not silent, "every public function has a comment", silent)


def guards_of(path):
    """The guards a header may have. One of lib/ may say lib, and does where
    include/ has a header of the same name."""
    whole = re.sub(r"\W", "_", path).upper()
    if path.startswith("include/"):
        return [whole[len("INCLUDE_"):]]
    if path.startswith("lib/"):
        return ["RPA_" + whole[len("LIB_"):], "RPA_" + whole]
    return [whole] if path.startswith("rpa/") else ["RPA_" + whole]


def undocumented(text):
    """Functions that no comment stands before. One comment may serve a block
    of functions that no blank line parts, or stand behind on the line."""
    lines, out = text.split("\n"), []
    covered = False
    for n, line in enumerate(lines):
        if not line.strip():
            covered = covered and lines[n - 1].strip().endswith("*/")
        if "*/" in line:
            covered = True
        got = re.match(r"(?:const |struct |enum |unsigned )*\w+[ *]+(rpa_\w+)\(",
                       line)
        if got and not covered:
            out.append(got.group(1))
    return out


def check_sleeps(root, sources):
    wrong = []
    for path in sources:
        for n, line in enumerate(code_of(read(root, path)).split("\n"), 1):
            if re.search(r"\b(sleep|usleep|nanosleep|clock_nanosleep)\s*\(",
                         line) and path not in SLEEPS:
                wrong.append(f"{path}:{n}")
    ok(not wrong, "no bare sleeps: an event with a deadline", wrong)


def check_machine(root, every):
    wrong = []
    for path in every:
        if path == "tests/style/test_source.py":
            continue
        for n, line in enumerate(read(root, path).split("\n"), 1):
            if re.search(r"(?<![\w.-])/(work|home|Users|mnt)/\w", line):
                wrong.append(f"{path}:{n}: {line.strip()[:60]}")
    ok(not wrong, "no path of somebody's machine", wrong)


def check_sizes(root, every):
    long = [f"{path}: {n} lines" for path in every
            for n in [read(root, path).count("\n")]
            if n > LONG.get(path, LIMIT)]
    ok(not long, f"no file over {LIMIT} lines", long)


def check_tests(root, every):
    folders = {folder_of(p) for p in every if p.startswith("lib/")}
    tests = [p for p in every if p.startswith("tests/")]
    for folder in sorted(f for f in folders if f):
        ok(any(p.startswith((f"tests/unit/{folder}/test_",
                             f"tests/{folder}/test_")) for p in tests),
           f"lib/{folder} has a test")


def main():
    root = sys.argv[1]
    sources = files(root, ".c", ".h")
    every = files(root, ".c", ".h", ".lua", ".py", ".sh", "meson.build")
    check_layers(root, sources)
    check_alone(root, sources)
    check_verifier(root, sources)
    check_headers(root, [f for f in sources if f.endswith(".h")])
    check_sleeps(root, [f for f in sources if "/fake/" not in f])
    check_machine(root, every)
    check_sizes(root, every)
    check_tests(root, every)
    print(f"1..{count}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
