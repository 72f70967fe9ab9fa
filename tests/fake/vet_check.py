#!/usr/bin/env python3
"""vet_check.py: what a vetting search came to, against the truth of person_make.

  vet_check.py --truth DIR/truth.jsonl --report FILE

--report has what `rpa report vetting APPLICATION --json` prints for each of the
applications, one after the other. The number of the record proposed (V0012345)
stands in the entry's content. A person's outcome in a system is the worst of the
searches there: could not check, locked, found, not found. Exits 1 when a target is
missed:

  recall      matches that were proposed, of all                        --recall
  precision   proposals that are matches, of all; what could not be
              read to its end ("maybe") counts as neither            --precision
  joined      proposals of a twin that do not show the given name as
              disagreeing                                                      0
  misreported could not check or locked, said to be anything else;
              found, where nothing is said to be found; and what could
              be checked, said to be could not check or locked                 0"""
import argparse
import json
import re
import sys

WORST = ["not found", "found", "locked", "could not check"]
REF = re.compile(r"\b[NVS][0-9]{7}\b")


def values(path):
    """All JSON values of a file, one after the other."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    decoder, at = json.JSONDecoder(), 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        value, at = decoder.raw_decode(text, at)
        yield value


def outcomes(reports):
    """{(application, person, system): its worst outcome}"""
    worst = {}
    for report in reports:
        for search in report["searches"]:
            who = (report["about"], search["person"], search["system"])
            worst[who] = max(worst.get(who, "not found"), search["outcome"],
                             key=WORST.index)
    return worst


def proposals(reports):
    """{(application, record): does the given name disagree?}"""
    found = {}
    for report in reports:
        for entry in report["matches"]:
            refs = set(REF.findall(json.dumps(entry["content"])))
            if len(refs) != 1:
                sys.exit(f"vet_check: entry {entry['review']} of {report['about']} "
                         f"names {len(refs)} records")
            found[report["about"], refs.pop()] = any(
                re.match("given|forename", name, re.I)
                for name in entry["content"].get("disagree") or {})
    return found


def compare(truth, proposed, reported):
    matches, maybe, twins, misreported = set(), set(), set(), []
    for line in truth:
        who = (line["application"], line["person"], line["system"])
        want, got = line["outcome"], reported.get(who, "not searched")
        matches |= {(who[0], match["ref"]) for match in line["matches"]}
        maybe |= {(who[0], ref) for ref in line["maybe"]}
        twins |= {(who[0], ref) for ref in line["twins"]}
        # a list of others is no match, but it was found
        if got != want and (want, got) != ("not found", "found"):
            misreported.append(f"{'/'.join(who)}: {got}, is {want}"
                               + (f" ({line['why']})" if line.get("why") else ""))
    counted = proposed.keys() - maybe
    right = matches & proposed.keys()
    return {
        "people": len({(line["application"], line["person"]) for line in truth}),
        "matches": len(matches), "proposed": len(proposed),
        "recall": len(right) / len(matches) if matches else 1.0,
        "precision": len(right) / len(counted) if counted else 1.0,
        "missed": sorted("/".join(one) for one in matches - proposed.keys()),
        "wrong": sorted("/".join(one) for one in counted - matches),
        "joined": sorted("/".join(one) for one in twins & proposed.keys()
                         if not proposed[one]),
        "misreported": misreported,
    }


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--truth", required=True)
    args.add_argument("--report", required=True)
    args.add_argument("--recall", type=float, default=1.0)
    args.add_argument("--precision", type=float, default=0.6)
    args.add_argument("--json", action="store_true")
    args = args.parse_args()
    reports = list(values(args.report))
    came = compare(list(values(args.truth)), proposals(reports), outcomes(reports))
    if args.json:
        print(json.dumps(came))
    else:
        print(f"{came['people']} people, {came['matches']} matches, "
              f"{came['proposed']} proposed: recall {came['recall']:.3f}, precision "
              f"{came['precision']:.3f}, {len(came['joined'])} twins joined, "
              f"{len(came['misreported'])} misreported")
        for name in ("missed", "joined", "misreported"):
            for one in came[name]:
                print(f"  {name}: {one}")
    good = came["recall"] >= args.recall and came["precision"] >= args.precision \
        and not came["joined"] and not came["misreported"]
    sys.exit(0 if good else 1)


main()
