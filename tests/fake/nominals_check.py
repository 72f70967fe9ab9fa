#!/usr/bin/env python3
"""What a bot made of an index of nominals, against the truth that it never saw.

  nominals_check.py --dir DIR --reviews FILE [--recall 0.95] [--precision 0.95]
  nominals_check.py --dir DIR --reviews FILE --filed FILE

DIR is of nominals_make.py; FILE of --reviews has what `rpa review show N --json`
prints, one after the other. With --filed: what the host filed is what was approved,
each once, and nothing else is changed.
"""
import argparse
import json
import os
import sys


def lines(path):
    with open(path) as f:
        return [json.loads(line) for line in f if line.strip()]


def values_of(text):
    """JSON values, one behind the other."""
    at, decoder = 0, json.JSONDecoder()
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        value, at = decoder.raw_decode(text, at)
        yield value


def number_of(review):
    return review["content"]["record"]["Nominal No"]


def groups(links):
    """Which record each is joined to, over any number of links."""
    def root(n):
        while links.get(n, n) != n:
            n = links[n]
        return n
    return root


def check_values(truth, reviews):
    """Values that are proposed, and those that should be and are not."""
    wrong = 0
    for review in reviews:
        standard = truth[number_of(review)]["standard"]
        for label, value in review["content"]["after"].items():
            if standard.get(label) != value:
                wrong += 1
                print("# %s of %s is to be %r, not %r" % (
                    label, number_of(review), standard.get(label), value))
    return wrong


def missed_values(truth, held, reviews):
    proposed = {number_of(r): r["content"]["after"] for r in reviews}
    missed = 0
    for number, line in truth.items():
        for label, value in line["standard"].items():
            after = proposed.get(number, {}).get(label, held[number][label])
            missed += after != value
    return missed


def check_duplicates(truth, reviews):
    links = {number_of(r): r["content"]["after"]["Duplicate Of"] for r in reviews}
    root = groups(links)
    good = sum(truth[n]["person"] == truth[to]["person"] for n, to in links.items())
    joined = [(n, to) for n, to in links.items()
              if truth[n]["person"] != truth[to]["person"]]
    first, planted, found = {}, 0, 0
    for number, line in truth.items():
        before = first.setdefault(line["person"], number)
        if before != number:
            planted += 1
            found += root(number) == root(before)
    for n, to in joined[:20]:
        print("# joined: %s (%s) and %s (%s)" % (n, truth[n]["kind"], to,
                                                 truth[to]["kind"]))
    return (found / planted if planted else 1.0,
            good / len(links) if links else 1.0, planted, found, len(joined))


def proposals(args, truth, held, by_kind):
    wrong = check_values(truth, by_kind["values"])
    missed = missed_values(truth, held, by_kind["values"])
    recall, precision, planted, found, joined = check_duplicates(
        truth, by_kind["duplicate"])
    twins = sum("twin" in (truth[number_of(r)]["kind"],
                           truth[r["content"]["after"]["Duplicate Of"]]["kind"])
                for r in by_kind["duplicate"]
                if truth[number_of(r)]["person"] !=
                truth[r["content"]["after"]["Duplicate Of"]]["person"])
    print("%d nominals, %d planted duplicates: %d found, recall %.4f; "
          "%d joined that are not one, %d of them twins, precision %.4f; %d pairs "
          "for a person; %d values proposed wrong, %d missed" % (
              len(truth), planted, found, recall, joined, twins, precision,
              len(by_kind["undecided"]), wrong, missed))
    return (recall >= args.recall and precision >= args.precision and
            not wrong and not missed)


def filed(args, held, by_kind):
    """The host's own file against what was approved."""
    want, got, bad = {}, dict(held), 0
    for review in by_kind["values"] + by_kind["duplicate"]:
        if review["state"] == "approved":
            want.setdefault(number_of(review), {}).update(review["content"]["after"])
    count = {}
    for line in lines(args.filed):
        number = line["Nominal No"]
        count[number] = count.get(number, 0) + 1
        got[number] = line
    for number, record in held.items():
        expect = dict(record, **want.get(number, {}))
        if got[number] != expect:
            bad += 1
            print("# %s is not as it was approved" % number)
    approved = sum(r["state"] == "approved"
                   for r in by_kind["values"] + by_kind["duplicate"])
    print("%d changes approved, %d records filed, %d wrong" % (
        approved, sum(count.values()), bad))
    return bad == 0 and sum(count.values()) == approved


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", required=True)
    parser.add_argument("--reviews", required=True)
    parser.add_argument("--filed")
    parser.add_argument("--recall", type=float, default=0.95)
    parser.add_argument("--precision", type=float, default=0.95)
    args = parser.parse_args()
    truth = {t["Nominal No"]: t for t in lines(os.path.join(args.dir, "truth.jsonl"))}
    held = {n["Nominal No"]: n
            for n in lines(os.path.join(args.dir, "nominals.jsonl"))}
    by_kind = {"values": [], "duplicate": [], "undecided": []}
    with open(args.reviews) as f:
        for review in values_of(f.read()):
            by_kind[review["about"].rsplit(".", 1)[1]].append(review)
    good = filed(args, held, by_kind) if args.filed \
        else proposals(args, truth, held, by_kind)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
