#!/usr/bin/env python3
"""Random cron expressions beside systemd-analyze calendar, where the grammars
meet: one day field at most is restricted, and where clocks change no hour that
comes twice or not at all. CASES: so many of them, 300 if not said."""
import datetime
import os
import random
import subprocess
import sys
import tempfile

PER_CALL = 30  # of one base time
TIMES = 6
DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
UTC = datetime.timezone.utc


def field(rnd, low, high, leave=()):
    """A field as cron and as systemd write it."""
    kind = rnd.choice(["any", "one", "list", "range", "step"])
    values = [v for v in range(low, high + 1) if v not in leave]
    if kind == "any" and not leave:
        return "*", "*"
    if kind == "step" and not leave:
        n = rnd.randint(2, max(2, (high - low) // 2))
        a, b = sorted(rnd.sample(range(low, high + 1), 2))
        return rnd.choice([(f"*/{n}", f"{low}/{n}"),
                           (f"{a}-{b}/{n}", f"{a}..{b}/{n}")])
    if kind == "range" and not leave:
        a, b = sorted(rnd.sample(values, 2))
        return f"{a}-{b}", f"{a}..{b}"
    some = sorted(rnd.sample(values, 1 if kind == "one" else 3))
    text = ",".join(map(str, some))
    return text, text


def weekdays(rnd):
    some = sorted(rnd.sample(range(7), rnd.randint(1, 3)))
    return ",".join(map(str, some)), ",".join(DAYS[d] for d in some) + " "


def case(rnd):
    zone = rnd.choice(["UTC", "Europe/London", "America/New_York"])
    minute, hour = field(rnd, 0, 59), field(
        rnd, 0, 23, () if zone == "UTC" else (0, 1, 2, 3))
    month = field(rnd, 1, 12) if rnd.random() < 0.3 else ("*", "*")
    day, week = ("*", "*"), ("*", "")
    if rnd.random() < 0.5:
        day = field(rnd, 1, 28)
    elif rnd.random() < 0.7:
        week = weekdays(rnd)
    return (f"{minute[0]} {hour[0]} {day[0]} {month[0]} {week[0]}",
            f"{week[1]}*-{month[1]}-{day[1]} {hour[1]}:{minute[1]}:00 {zone}",
            zone)


def ours(cases, base):
    with tempfile.NamedTemporaryFile("w") as f:
        for cron, _, zone in cases:
            f.write(f"{cron}\t{zone}\t{base:%Y-%m-%dT%H:%M:%S}Z\t{TIMES}\n")
        f.flush()
        out = subprocess.run([os.environ["RPA"], "cron", "next", "--batch",
                              f.name], capture_output=True, text=True,
                             check=True).stdout
    return [[datetime.datetime.fromisoformat(t).astimezone(UTC)
             for t in line.split(",")] for line in out.splitlines()]


def theirs(cases, base):
    out = subprocess.run(
        ["systemd-analyze", "calendar", f"--iterations={TIMES}",
         f"--base-time={base:%Y-%m-%d %H:%M:%S} UTC"] + [c[1] for c in cases],
        capture_output=True, text=True, check=True,
        env={**os.environ, "TZ": "UTC", "LC_ALL": "C"}).stdout
    all_times = []
    for block in out.split("\n\n"):
        times = []
        for line in block.splitlines():
            name, _, value = line.strip().partition(": ")
            if name == "Next elapse" or name.startswith("Iter."):
                times.append(datetime.datetime.strptime(
                    value, "%a %Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC))
        all_times.append(times)
    return all_times


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    rnd = random.Random(6)
    wrong = seen = 0
    while seen < count:
        base = datetime.datetime(2024, 1, 1, tzinfo=UTC) + datetime.timedelta(
            minutes=rnd.randint(0, 60 * 24 * 365 * 6))
        cases = [case(rnd) for _ in range(PER_CALL)]
        for c, mine, other in zip(cases, ours(cases, base),
                                  theirs(cases, base), strict=True):
            seen += 1
            if mine != other:
                wrong += 1
                print(f"# {c[0]} in {c[2]} from {base}: {mine[:2]}, systemd "
                      f"{c[1]}: {other[:2]}")
    print(f"{'not ' if wrong else ''}ok 1 - {seen} expressions, {TIMES} times "
          f"each: {wrong} other than systemd's")
    print("1..1")


main()
