#!/usr/bin/env python3
"""Random cron expressions beside a model that knows no cron: it goes through the
days, and asks Python's own time zones which local times are there, missing or
twice. Zones that change by other than an hour, at midnight, to winter time in
summer, or by a day. CASES: so many expressions, 250 if not said."""
import calendar
import datetime
import os
import random
import subprocess
import sys
import tempfile
import zoneinfo

UTC = datetime.timezone.utc
HOUR = datetime.timedelta(hours=1)
DAY = 24 * HOUR
WEEK = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
ZONES = """Africa/Cairo Africa/Casablanca America/Asuncion America/Havana
    America/New_York America/Nuuk America/Santiago America/Sao_Paulo
    America/St_Johns Antarctica/Casey Antarctica/Troll Asia/Amman Asia/Beirut
    Asia/Gaza Asia/Pyongyang Asia/Tehran Australia/Lord_Howe Europe/Dublin
    Europe/Istanbul Europe/Lisbon Europe/London Pacific/Apia Pacific/Kwajalein
    Pacific/Norfolk UTC""".split()
YEARS = [1993, 2011, 2015, 2018, 2021, 2024, 2026, 2037, 2060, 2100, 2190]


# --- an expression: each field as text, and what it means -----------------------------
def numbers(rnd, low, high, often=None):
    """(text, values); those that are written up to @often"""
    a, b = sorted((rnd.randint(low, often or high),
                   rnd.randint(low, often or high)))
    n = rnd.choice([2, 5, 7, 15, 30])
    return rnd.choice([
        ("*", range(low, high + 1)),
        (f"*/{n}", range(low, high + 1, n)),
        (f"{a}-{b}", range(a, b + 1)),
        (f"{a}-{b}/{n}", range(a, b + 1, n)),
        (f"{a},{b}", (a, b)),
        (f"{a:02}", (a,)),
    ])


def length(day):
    return calendar.monthrange(day.year, day.month)[1]


def weekday(day):
    return (day.weekday() + 1) % 7


def nearest(day, wanted):
    """Is it the working day nearest to that one, in the same month?"""
    if wanted > length(day):
        return False
    at = day.replace(day=wanted)
    if weekday(at) == 6:
        at += DAY if wanted == 1 else -DAY
        at += DAY if wanted == 1 else 0 * DAY
    elif weekday(at) == 0:
        at += -2 * DAY if wanted == length(day) else DAY
    return at == day


def month_day(rnd):
    """(text, fits)"""
    n = rnd.randint(1, 31)
    back = rnd.randint(1, 30)
    return rnd.choice([
        ("*", None), ("*", None), ("?", None),
        (f"{n}", lambda d: d.day == n),
        (f"L,{n}", lambda d: d.day in (n, length(d))),
        (f"L-{back}", lambda d: d.day == length(d) - back),
        (f"{n}W", lambda d: nearest(d, n)),
        ("LW", lambda d: nearest(d, length(d))),
        ("*/2", lambda d: d.day % 2 == 1),
    ])


def week_day(rnd):
    n, nth = rnd.randint(0, 6), rnd.randint(1, 5)
    name = rnd.choice([str(n), WEEK[n], WEEK[n].lower()])
    return rnd.choice([
        ("*", None), ("*", None),
        (name, lambda d: weekday(d) == n),
        ("6-7", lambda d: weekday(d) in (0, 6)),
        ("SAT-SUN", lambda d: weekday(d) in (0, 6)),
        ("MON-FRI", lambda d: 0 < weekday(d) < 6),
        (f"{name}#{nth}",
         lambda d: weekday(d) == n and (d.day + 6) // 7 == nth),
        (f"{name}#L", lambda d: weekday(d) == n and d.day + 7 > length(d)),
        (f"{name}L", lambda d: weekday(d) == n and d.day + 7 > length(d)),
    ])


class Expression:
    def __init__(self, rnd):
        fields = [numbers(rnd, 0, 59), numbers(rnd, 0, 59),
                  numbers(rnd, 0, 23, rnd.choice([3, 23])), numbers(rnd, 1, 12)]
        if rnd.random() < 0.8:
            fields[0] = (None, (0,))
        if rnd.random() < 0.7:
            fields[3] = ("*", range(1, 13))
        (self.seconds, self.minutes, self.hours, self.months) = (
            f[1] for f in fields)
        day, self.day = month_day(rnd)
        week, self.week = week_day(rnd)
        self.both = self.week is not None and rnd.random() < 0.3
        self.wall = "*" in (fields[1][0][0], fields[2][0][0])
        texts = [f[0] for f in fields if f[0]]
        self.text = " ".join(texts[:-1] + [day, texts[-1],
                                           "+" * self.both + week])

    def on(self, day):
        if day.month not in self.months:
            return False
        fits = [f(day) for f in (self.day, self.week) if f]
        return all(fits) if self.both or len(fits) < 2 else any(fits)

    def times(self, day):
        return (day.replace(hour=h, minute=m, second=s) for h in self.hours
                for m in self.minutes for s in self.seconds)


# --- local times, and when they are ---------------------------------------------------
def jump(zone, before, after):
    """The instant between them at which the offset changes."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > datetime.timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def instants(local, zone, wall):
    first, second = (local.replace(tzinfo=zone, fold=f) for f in (0, 1))
    change = second.utcoffset() - first.utcoffset()
    at, again = first.astimezone(UTC), second.astimezone(UTC)
    if not change:
        return [at]
    if change < 0 * DAY:  # it comes twice
        return [at, again] if wall or change < -3 * HOUR else [at]
    if wall or change > 3 * HOUR:  # it is missing
        return []
    return [jump(zone, again - datetime.timedelta(seconds=1),
                 at + datetime.timedelta(seconds=1))]


def model(expr, zone, start, count):
    day = start.astimezone(zone).replace(tzinfo=None, hour=0, minute=0, second=0)
    day -= 2 * DAY
    found = set()
    for n in range(500):
        if expr.on(day):
            for local in expr.times(day):
                found.update(t for t in instants(local, zone, expr.wall)
                             if t > start)
        if len(found) >= count and n > 4:  # and none of the next day is before
            break
        day += DAY
    return [t.astimezone(zone).isoformat() for t in sorted(found)[:count]]


# --- both -----------------------------------------------------------------------------
def changes(zone, year):
    at = datetime.datetime(year, 1, 1, tzinfo=UTC)
    offsets = [(at + n * 6 * HOUR, (at + n * 6 * HOUR).astimezone(zone).utcoffset())
               for n in range(4 * 366)]
    return [b[0] for a, b in zip(offsets, offsets[1:]) if a[1] != b[1]]


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 250
    rnd = random.Random(6)
    cases = []
    for _ in range(count):
        name = rnd.choice(ZONES)
        zone, year = zoneinfo.ZoneInfo(name), rnd.choice(YEARS)
        near = rnd.choice(changes(zone, year) or
                          [datetime.datetime(year, 3, 1, tzinfo=UTC)])
        start = near - datetime.timedelta(minutes=rnd.randint(-120, 4320))
        cases.append((Expression(rnd), name, start, rnd.randint(1, 9)))
    with tempfile.NamedTemporaryFile("w") as f:
        for expr, name, start, n in cases:
            f.write(f"{expr.text}\t{name}\t{start.isoformat()}\t{n}\n")
        f.flush()
        answers = subprocess.run(
            [os.environ["RPA"], "cron", "next", "--batch", f.name],
            capture_output=True, text=True, check=True).stdout.splitlines()
    wrong = 0
    for (expr, name, start, n), answer in zip(cases, answers, strict=True):
        want = model(expr, zoneinfo.ZoneInfo(name), start, n)
        got = [] if answer == "NONE" else answer.split(",")[:len(want)]
        if got != want:
            wrong += 1
            print(f"# {expr.text} in {name} from {start}: {got}, not {want}")
    print(f"{'not ' if wrong else ''}ok 1 - {count} expressions in {len(ZONES)} "
          f"zones: {wrong} other than the model's")
    print("1..1")


main()
