#!/usr/bin/env python3
"""soak_hands.py BUILD DIR KEYS HINDERED KILLS [CASE]...: every character right in
x3270, by the host's own file, through the whole of rpa. KEYS cp1146 characters as
fast as it goes (plain); HINDERED each with x3270 stopped at random for up to 2 s
(stopped), a host that takes 64 bytes in 10 ms (slow), Caps Lock pressed and Shift
held beforehand (locked), and a thief of the focus (thief); and the driver killed
KILLS times in the middle of a field in xterm, with the next bot clean each time
(killed). The cases in this order, or those that are named."""
import json
import os
import pathlib
import random
import select
import shutil
import signal
import socket
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
    host = subprocess.Popen(
        [build / "tests/fake/crime_host", "--port", "0", "--file", top / "host",
         "--user", "RPABOT", "--password", "demo1234", "--justify-every", "0"],
        stdout=subprocess.PIPE, text=True)
    return host, host.stdout.readline().split()[1]


def slow_way(port):
    """a way to the host on which it takes 64 bytes in 10 ms; its port"""
    def carry(source, to, most, pause):
        try:
            while data := source.recv(most):
                to.sendall(data)
                select.select([], [], [], pause)
            to.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def serve():
        while True:
            near = server.accept()[0]
            far = socket.create_connection(("127.0.0.1", int(port)))
            for way in ((near, far, 64, 0.01), (far, near, 65536, 0)):
                threading.Thread(target=carry, args=way, daemon=True).start()
    server = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, daemon=True).start()
    return str(server.getsockname()[1])


def children(state, role):
    try:
        rows = (state / "children").read_text().splitlines()
    except OSError:
        return []
    return [int(n) for row in rows if role in row.split()
            for n in row.split() if n.isdigit()][:1]


def key(state, port, lines, times, more):
    before = len((top / "host").read_text().splitlines())
    run = subprocess.Popen(
        [rpa, "run", bots / "x3270", "--state", state, "--quiet", "--json",
         "--set", f"host=127.0.0.1:{port}", "--set", f"times={times}", "--set",
         "record=Online Ref=R 1|Crime Type=THEFT|", "--set",
         "narrative=" + "|".join(lines), *more], stdout=subprocess.DEVNULL)
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


def typed(port, count, how, hinder=None, more=(), before_run=None):
    done = wrong = number = 0
    since = time.monotonic()
    while done < count:
        lines, number = narrative(), number + 1
        times = min(8, max(1, (count - done) // (LINES * WIDTH)))
        state = new_state("x3270")
        if before_run:
            before_run()
        run, before = key(state, port, lines, times, more)
        stop = threading.Event()
        helper = threading.Thread(target=hinder, args=(state, stop), daemon=True)
        if hinder:
            helper.start()
        status = run.wait()
        stop.set()
        if hinder:
            helper.join()
        shutil.rmtree(state)
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


class Display:
    """a display that others can reach too"""
    def __init__(self):
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", "1", "-screen", "0", "1600x1200x24",
             "-noreset", "-nolisten", "tcp"], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        self.name = ":" + self.server.stdout.readline().strip()
        self.env = dict(os.environ, DISPLAY=self.name)
        self.thief = None

    def lock(self):
        """as somebody leaves it: Caps Lock on and a finger on Shift"""
        for command in (["setxkbmap", "gb"],
                        ["xdotool", "keydown", "Shift_L", "key", "Caps_Lock"]):
            subprocess.run(command, env=self.env, check=True,
                           stderr=subprocess.DEVNULL)

    def rob(self):
        self.thief = subprocess.Popen([build / "tests/security/thief", "10"],
                                      env=self.env, stdout=subprocess.PIPE,
                                      text=True)

    def end(self):
        if self.thief:
            self.thief.terminate()
            said = self.thief.communicate()[0].split()
            check(int(said[1]) > 0 and said[3] == "0",
                  f"the thief had the focus {said[1]} times, and {said[3]} keys")
        self.server.terminate()
        self.server.wait()


def on_display(port, count, how, rob):
    display = Display()
    if rob:
        display.rob()
    typed(port, count, how, more=("--display", display.name),
          before_run=None if rob else display.lock)
    display.end()


def xterm_types(number, lines, kill):
    """what came of it, by the pipe that its program writes to, and the status"""
    state, pipe = top / f"kill{number % 4}", top / f"typed{number}"
    os.mkfifo(pipe)
    pipe.chmod(0o666)
    out = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    run = subprocess.Popen(
        [rpa, "run", bots / "xterm", "--state", state, "--quiet", "--json",
         "--set", f"file={pipe}", "--set", f"lines={lines}|"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if kill and select.select([out], [], [], 60)[0]:
        select.select([], [], [], dice.uniform(0, 0.01))
        for pid in children(state, "driver"):
            os.kill(pid, signal.SIGKILL)
    status = run.wait()
    text = os.read(out, 1 << 20) if select.select([out], [], [], 0)[0] else b""
    os.close(out)
    pipe.unlink()
    return text.decode(), status


def killed(_port):
    bad = 0
    for number in range(kills):
        text, status = xterm_types(number, "|".join(["x" * 71] * 200), True)
        if status == 0 or not text or text.strip("x"):
            bad += 1
            print(f"# killed in the middle, {number}: status {status}, "
                  f"{len(text)} characters, beside x {text.strip('x')!r}")
        want = f"the next one, number {number}"
        text, status = xterm_types(number, want, False)
        if (text, status) != (want, 0):
            bad += 1
            print(f"# the next one, {number}: status {status}, {text!r}")
    check(bad == 0, f"the driver killed {kills} times in the middle: {bad} of the "
          "next bots were not clean")


CASES = {
    "plain": lambda port: typed(port, keys, "as fast as it goes"),
    "stopped": lambda port: typed(port, hindered, "x3270 stopped at random up to "
                                  "2 s", stopper),
    "slow": lambda port: typed(slow_way(port), hindered,
                               "the host takes 64 bytes in 10 ms"),
    "locked": lambda port: on_display(port, hindered, "Caps Lock pressed and "
                                      "Shift held", False),
    "thief": lambda port: on_display(port, hindered, "a thief of the focus about",
                                     True),
    "killed": killed,
}
process, host_port = start_host()
try:
    for case in sys.argv[6:] or CASES:
        CASES[case](host_port)
finally:
    process.terminate()
    process.wait()
sys.exit(failed > 0)
