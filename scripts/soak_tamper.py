"""Change one byte of the audit at a time: soak_tamper.py RPA STATE N SEED

Each of N seeded places is one byte of one column of one row of the audit's
tables, changed with the sqlite3 shell on a copy of STATE. `rpa audit verify`
has to exit 1 and to name that row. Prints the counts; exits 0 if all were named.
"""
import collections
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile

# how the verdict names a row of the table, as SQL
TABLES = {
    "entry": "seq",
    "dict": "'dict '||id",
    "run": "'run '||id",
    "item": "'item '||queue||'/'||lower(substr(hex(id),1,16))",
    "head": "'head '||id",
    "census": "'census '||id",
    "checkpoint": "'checkpoint '||size",
    "mnode": "'mnode '||lvl||'/'||idx",
}
KEYS = {"entry": {"seq"}, "dict": {"id"}, "run": {"id"}, "item": {"queue", "id"},
        "head": {"id"}, "census": {"id"}, "checkpoint": {"size"}, "mnode": {"lvl", "idx"}}


def places(db):
    """(table, rowid condition, name, column, value): whatever holds a byte."""
    found = []
    for table, name in TABLES.items():
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        for row in db.execute(f"SELECT {name},* FROM {table}"):
            cells = dict(zip(columns, row[1:]))
            at = " AND ".join(f"{key}={literal(cells[key])}"
                              for key in sorted(KEYS[table]))
            found += [(table, at, str(row[0]), column, value)
                      for column, value in cells.items()
                      if column not in KEYS[table] and value not in ("", b"")]
    return found


def literal(value):
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    return f"CAST(x'{value.encode().hex()}' AS TEXT)"


def changed(value, dice):
    """The value with one byte changed, so that text stays text."""
    if isinstance(value, int):
        value ^= dice.randrange(1, 256) << 8 * dice.randrange(8)
        return (value + (1 << 63)) % (1 << 64) - (1 << 63)
    data = bytearray(value if isinstance(value, bytes) else value.encode())
    at = dice.randrange(len(data))
    data[at] ^= dice.randrange(1, 256) if isinstance(value, bytes) else 1
    return bytes(data) if isinstance(value, bytes) else data


def update(place, dice):
    table, at, _, column, value = place
    new = changed(value, dice)
    if isinstance(new, bytearray):
        new = f"CAST(x'{new.hex()}' AS TEXT)"
    else:
        new = literal(new)
    return f"UPDATE {table} SET {column}={new} WHERE {at};"


def verify(rpa, state):
    done = subprocess.run([rpa, "audit", "verify", "--state", state],
                          capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def tamper(rpa, source, copy, sql, triggers):
    """One change in a fresh copy, the guards against accidents off meanwhile."""
    for path in copy.iterdir():
        if path.is_file():
            path.unlink()
    for path in source.iterdir():
        shutil.copy(path, copy / path.name)
    off = "".join(f"DROP TRIGGER {name};" for name, _ in triggers)
    on = "".join(f"{text};" for _, text in triggers)
    subprocess.run(["sqlite3", "-bail", copy / "audit.db"], check=True, text=True,
                   input=off + sql + on)
    return verify(rpa, copy)


def main():
    rpa, state, n, seed = sys.argv[1], pathlib.Path(sys.argv[2]), *map(int, sys.argv[3:5])
    dice, named, missed = random.Random(seed), collections.Counter(), []
    with tempfile.TemporaryDirectory() as folder:
        source, copy = pathlib.Path(folder, "source"), pathlib.Path(folder, "copy")
        source.mkdir()
        copy.mkdir(0o700)
        db = sqlite3.connect(state / "audit.db")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        triggers = db.execute("SELECT name,sql FROM sqlite_schema"
                              " WHERE type='trigger' ORDER BY rowid").fetchall()
        found = places(db)
        db.close()
        for path in state.iterdir():
            if path.is_file() and not path.is_symlink():
                shutil.copy(path, source / path.name)
        if (state / "pictures").is_dir():  # not changed here: once is enough
            shutil.copytree(state / "pictures", copy / "pictures")
        code, text = tamper(rpa, source, copy, "", triggers)
        if code != 0:
            sys.exit(f"the store does not verify as it is: {text}")
        tables = sorted({place[0] for place in found})
        for i in range(n):
            table = dice.choice(tables) if i % 2 else "entry"
            place = dice.choice([one for one in found if one[0] == table])
            sql = update(place, dice)
            code, text = tamper(rpa, source, copy, sql, triggers)
            if code == 1 and text.startswith(f"audit: row {place[2]}: "):
                named[table] += 1
            else:
                missed.append(f"{sql[:150]} exit {code}, {text.strip()[:200]}")
    for one in missed[:10]:
        print(f"missed: {one}")
    print(f"{sum(named.values())} of {n} changes found and their row named ("
          + ", ".join(f"{table} {count}" for table, count in sorted(named.items()))
          + f"), of {len(found)} places")
    sys.exit(bool(missed))


main()
