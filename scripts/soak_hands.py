#!/usr/bin/env python3
"""soak_hands.py BUILD DIR KEYS HINDERED KILLS: every character right in x3270, by
the host's own file, through the whole of rpa: KEYS cp1146 characters, HINDERED
more while x3270 is stopped at random for up to 2 s; and the driver killed KILLS
times in the middle, with the next bot clean each time."""
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import threading
import time

build, top = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
keys, hindered, kills = (int(n) for n in sys.argv[3:6])
rpa, bots = build / "rpa/rpa", pathlib.Path("tests/bench/bots")
dice = random.Random(20261122)
# what may stand in a setting: no separator of the bench's bots
CHARS = [c for c in (bytes([n]).decode("cp1140") for n in range(0x40, 0xff))
         if c.isprintable() and c not in "|=\u00ad\u00a0¤€"]
LINES, WIDTH = 24, 72
failed = 0


def check(good, name):
    global failed
    failed += not good
    print(("ok: " if good else "FAILED: ") + name, flush=True)


def narrative():
    """LINES lines of WIDTH characters, none of them at an end a blank."""
    def one():
        inner = "".join(dice.choices(CHARS, k=WIDTH - 2))
        ends = [c for c in CHARS if c != " "]
        return dice.choice(ends) + inner.replace("  ", " x") + dice.choice(ends)
    return [one() for _ in range(LINES)]


def start_host():
    out = top / "host.port"
    with out.open("w") as port:
        host = subprocess.Popen(
            [build / "tests/fake/crime_host", "--port", "0", "--file", top / "host",
             "--user", "RPABOT", "--password", "demo1234", "--justify-every", "0"],
            stdout=port)
    until = time.monotonic() + 20
    while not out.read_text().startswith("port") and time.monotonic() < until:
        host.poll()
    return host, "127.0.0.1:" + out.read_text().split()[1]


def children(state, role):
    try:
        rows = (state / "children").read_text().splitlines()
    except OSError:
        return []
    return [int(n) for row in rows if role in row.split()
            for n in row.split() if n.isdigit()][:1]


def key(state, host, lines, times):
    before = len((top / "host").read_text().splitlines())
    run = subprocess.Popen(
        [rpa, "run", bots / "x3270", "--state", state, "--quiet", "--json",
         "--set", f"host={host}", "--set", f"times={times}", "--set",
         "record=Online Ref=R 1|Crime Type=THEFT|", "--set",
         "narrative=" + "|".join(lines)], stdout=subprocess.DEVNULL)
    return run, before


def wrong_in(before, lines, times):
    reports = (top / "host").read_text().splitlines()[before:]
    wrong = abs(len(reports) - times)
    for report in reports:
        got = json.loads(report)["narrative"]
        for n, line in enumerate(lines):
            have = got[n] if n < len(got) else ""
            wrong += abs(len(line) - len(have))
            wrong += sum(a != b for a, b in zip(line, have))
    return wrong


def new_state(name):
    state = top / name
    subprocess.run([rpa, "secret", "set", "crs-password", "--state", state],
                   input=b"demo1234", check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return state


def typed(host, count, how, hinder=None):
    done = wrong = number = 0
    since = time.monotonic()
    while done < count:
        lines, number = narrative(), number + 1
        times = min(8, max(1, (count - done) // (LINES * WIDTH)))
        state = new_state(f"{how.replace(' ', '-')}{number}")
        run, before = key(state, host, lines, times)
        stop = threading.Event()
        if hinder:
            threading.Thread(target=hinder, args=(state, stop), daemon=True).start()
        status = run.wait()
        stop.set()
        wrong += wrong_in(before, lines, times) + (status != 0)
        done += times * LINES * WIDTH
    spent = time.monotonic() - since
    check(wrong == 0, f"{done} cp1146 characters in x3270, {how}: {wrong} wrong "
          f"({done / spent:.0f} a second with all that is around them)")


def stopper(state, stop):
    while not stop.is_set():
        for pid in children(state, "app"):
            try:
                os.kill(pid, signal.SIGSTOP)
                stop.wait(dice.uniform(0, 2))
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                pass
        stop.wait(dice.uniform(0, 0.5))


def killed():
    bad = 0
    lines = "|".join("x" * 71 for _ in range(200))
    for n in range(kills):
        state, out = top / f"kill{n % 4}", top / f"typed{n}"
        for text in (lines, f"the next one, number {n}|"):
            out.write_text("")
            out.chmod(0o666)
            run = subprocess.Popen(
                [rpa, "run", bots / "xterm", "--state", state, "--quiet", "--json",
                 "--set", f"file={out}", "--set", f"lines={text}"],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            until = time.monotonic() + 60
            while text is lines and time.monotonic() < until:
                if out.stat().st_size > 1:
                    for pid in children(state, "driver"):
                        os.kill(pid, signal.SIGKILL)
                    break
                time.sleep(0.001)
            status = run.wait()
            if text is lines:
                bad += status == 0 or bool(out.read_text().strip("x"))
        bad += status != 0 or out.read_text() != text[:-1]
    check(bad == 0, f"the driver killed {kills} times in the middle: {bad} of the "
          "next bots were not clean")


process, address = start_host()
try:
    typed(address, keys, "as fast as it goes")
    typed(address, hindered, "x3270 stopped again and again", stopper)
    killed()
finally:
    process.terminate()
    process.wait()
sys.exit(failed > 0)
