"""test_count.py COUNT: what scripts/count says of a run of suites. As TAP."""
import json
import subprocess
import sys
import tempfile

count = bad = 0


def ok(good, name):
    global count, bad
    count += 1
    bad += not good
    print(f"{'' if good else 'not '}ok {count} - {name}")


def counted(*tests):
    """(exit status, lines) for suites of (name, result, stdout, stderr)."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as log:
        for name, result, out, errors in tests:
            log.write(json.dumps({
                "name": name, "result": result, "stdout": out,
                "stderr": errors, "returncode": int(result != "OK"),
                "duration": 0.46}) + "\n")
        log.flush()
        done = subprocess.run([sys.executable, sys.argv[1], log.name],
                              stdout=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


GOOD = ("good", "OK", "ok 1 - a\nok 2 - b\n1..2\n", "")
BROKEN = ("broken", "ERROR",
          "ok 1 - a\n# seen before\nnot ok 2 - b\n# got 1\nok 3 - c\n# not "
          "this\n1..3\n", "a complaint\n")

status, lines = counted(GOOD)
ok(status == 0 and lines == ["2 passed, 0 failed"], "all good: one line")

status, lines = counted(GOOD, BROKEN)
ok(status == 1 and lines[-1] == "4 passed, 1 failed", "one point failed")
ok(lines[0] == "FAILED broken: ERROR, exit status 1, 0.46 s, 1 not ok",
   "the suite is named")
ok(lines[1:4] == ["  # seen before", "  not ok 2 - b", "  # got 1"],
   "its point that is not ok, with what stands beside it")
ok("  a complaint" in lines, "its standard error")
ok(not any("# not this" in line for line in lines), "nothing of the others")

status, lines = counted(("bails", "ERROR", "ok 1 - a\nBail out! no X\n", ""))
ok(lines[-1] == "1 passed, 1 failed" and "  Bail out! no X" in lines,
   "a suite that bails out has failed")

status, lines = counted(("dies", "ERROR", "ok 1 - a\n# near\n", ""))
ok(lines[-1] == "1 passed, 1 failed" and "  # near" in lines,
   "so has one that dies; the end of what it said")

status, lines = counted(("skips", "SKIP", "ok 1 - a # SKIP no root\n", ""))
ok(lines[-1] == "0 passed, 1 failed", "a skip is a failure")

many = "".join(f"not ok {n} - x\n# why\n" for n in range(1, 1000))
status, lines = counted(*[("many", "ERROR", many, many)] * 99)
ok(lines[-1] == f"0 passed, {99 * 999} failed" and len(lines) < 1200,
   f"many failures take {len(lines)} lines")

status, lines = counted()
ok(status == 1 and lines[-1] == "0 passed, 1 failed", "no suite: a failure")
print(f"1..{count}")
sys.exit(bad > 0)
