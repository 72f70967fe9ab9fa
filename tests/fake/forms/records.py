#!/usr/bin/python3
"""records.py N SEED [NOTES]: what key_crime_form keys, as a JSON list: mixed
Welsh and typographic text, NOTES characters (300) of it in the notes.
records.py --prove RECORDS FILE SECRET: is that what the form's FILE has? Prints
the characters, and how many of them are wrong."""
import json
import random
import sys

TEXT = ([chr(c) for c in range(0x20, 0x7f)] + [chr(c) for c in range(0xc0, 0x100)]
        + list("£€‘’“”–—…•ŴŵŶŷŸẀẁẂẃẄẅỲỳ"))
WELSH = list("ŵŷâêîôûŴŶÂÊÎÔÛïëäöáéíóú’‘“”–—…£€")


def words(dice, n):
    """n characters with none at the ends that a form might trim"""
    text = [dice.choice(TEXT if dice.random() < 0.7 else WELSH) for _ in range(n)]
    for end in (0, -1):
        if text[end] == " ":
            text[end] = "ŵ"
    return "".join(text)


def notes(dice, n):
    lines = []
    while n > 0:
        lines.append(words(dice, min(n, dice.randint(1, 60))))
        n -= len(lines[-1]) + 1
    return "\n".join(lines)


def make(n, seed, length):
    dice = random.Random(seed)
    kinds = ["Theft", "Burglary", "Assault", "Criminal damage"]
    return [{"id": f"F{seed}-{i}", "surname": words(dice, dice.randint(1, 35)),
             "given": words(dice, dice.randint(1, 35)),
             "born": f"{dice.randint(1, 28):02}/{dice.randint(1, 12):02}/1990",
             "type": dice.choice(kinds), "urgent": dice.random() < 0.5,
             "notes": notes(dice, length)} for i in range(n)]


def wrong(want, got):
    """differing places, and what is too much or too little"""
    return (sum(a != b for a, b in zip(want, got)) + abs(len(want) - len(got)))


def prove(records, path, secret):
    names = {"surname": "Surname", "given": "Given Names", "type": "Crime Type",
             "born": "Date of Birth", "notes": "Notes"}
    with open(path, encoding="utf-8") as file:
        filed = [json.loads(line) for line in file]
    chars = bad = 0
    for want, got in zip(records, filed):
        for key, name in names.items():
            chars += len(want[key])
            bad += wrong(want[key], got[name])
        bad += wrong(secret, got["Password"])
        bad += want["urgent"] != got["Urgent"]
    lost = len(records) - len(filed)
    print(f"{len(filed)} records of {len(records)}, {chars} characters, "
          f"{bad} wrong")
    return bad + abs(lost)


if sys.argv[1] == "--prove":
    with open(sys.argv[2], encoding="utf-8") as source:
        sys.exit(prove(json.load(source), sys.argv[3], sys.argv[4]) > 0)
json.dump(make(int(sys.argv[1]), int(sys.argv[2]),
               int(sys.argv[3]) if len(sys.argv) > 3 else 300),
          sys.stdout, ensure_ascii=False)
