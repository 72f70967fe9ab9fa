"""What a demo came to: demo_summary.py STATE STATUS-OF-THE-RUN

Reads what scripts/demo left in STATE/demo, prints the summary, and ends with 0
only if the run ended with exactly the rejects that were planted, what was keyed
is proved, and the audit verifies.
"""
import json
import pathlib
import sys


def lines(path):
    """The JSON objects of a file, one a line; other lines are not ours."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            one = json.loads(line)
        except ValueError:
            continue
        if isinstance(one, dict):
            found.append(one)
    return found


def last(path):
    return (lines(path) or [{}])[-1]


def main():
    state, status = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    demo = state / "demo"
    runs, proof = lines(demo / "run.json"), last(demo / "prove.json")
    run = runs[-1] if runs else {}
    audit = last(demo / "verify.json")
    planted = {
        one["id"]: sorted(one["reasons"])
        for one in lines(demo / "truth.jsonl")
        if one["expect"] == "reject"
    }
    rejects = {one["id"]: sorted(one["reasons"])
               for each in runs for one in each.get("rejects", [])}
    items = run.get("items", {})
    faults = []

    def expect(good, what):
        if not good:
            faults.append(what)

    def show(label, value):
        print(f"{label + ':':<18} {value}")

    expect(run, f"the run said nothing (exit {status})")
    expect(status == (3 if run.get("rejects") else 0),
           f"the run's exit code is {status}")
    before = sum(each["items"]["done"] for each in runs[:-1])
    show("reports keyed", f"{items.get('done', 0)}"
         + (f" (and {before} keyed before)" if before else ""))
    show("rejected", f"{len(rejects)} of {len(planted)} planted")
    for report in sorted(planted | rejects):
        got = rejects.get(report)
        note = ""
        if got != planted.get(report):
            note = f"  (planted: {', '.join(planted.get(report, ['nothing']))})"
            faults.append(f"{report} was not rejected as planted")
        print(f"  {report}  {', '.join(got) if got else 'not rejected'}{note}")
    for label in ("wrong characters", "keyed twice", "missing"):
        value = proof.get(label.replace(" ", "_"))
        show(label, value)
        expect(value == 0, f"{label}: {value}")
    expect(proof.get("unexpected") == 0, "reports nobody sent were keyed")
    expect(proof.get("keyed") == proof.get("expected_to_key"), "not all are keyed")
    expect((proof.get("expected_to_key", 0) + proof.get("expected_to_reject", 0)) > 0,
           "there was nothing to prove")
    folds = run.get("folds", [])
    show("folds", ", ".join(f"{one['from']}→{one['to']} {one['count']}"
                            for one in folds) or "none")
    show("keystrokes", f"{run.get('keys', 0):,}")
    show("audit rows", f"{run.get('rows', 0):,}")
    verified = audit.get("verified") is True
    show("audit", "verified" if verified else f"NOT VERIFIED {audit.get('why', '')}")
    expect(verified, "the audit does not verify")
    done, seconds = items.get("done", 0), run.get("seconds", 0)
    show("reports an hour", f"{done * 3600 / seconds:,.0f}" if done and seconds else "-")
    show("audit store", state / "audit.db")
    pictures = run.get("pictures", 0)
    show("pictures", f"{pictures} in {state / 'pictures'}" if pictures else "none")
    for fault in faults:
        print(f"error: {fault}", file=sys.stderr)
    if faults:
        return status if status not in (0, 3) else 1
    return 0


sys.exit(main())
