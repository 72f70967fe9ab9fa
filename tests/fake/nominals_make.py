#!/usr/bin/env python3
"""Records of persons for the index of nominals, all made up, and the truth of them.

  nominals_make.py --seed N --nominals 10000 --duplicates 800 --dir DIR

DIR/nominals.jsonl  what the index holds: duplicates in other spellings, values
                    against the rules, and persons who are alike and not one
DIR/truth.jsonl     of each record: which person, in what way it is there, and each
                    value as the rules would have it; not for the bot
The same seed makes the same bytes.
"""
import argparse
import datetime
import json
import os
import random

SURNAMES = """JONES DAVIES WILLIAMS EVANS THOMAS ROBERTS HUGHES LEWIS MORGAN GRIFFITHS
EDWARDS OWEN PRICE MORRIS REES LLEWELLYN POWELL JENKINS PRITCHARD BEVAN PARRY VAUGHAN
BOWEN HOWELLS MEREDITH PROBERT O'BRIEN MURPHY KELLY O'SULLIVAN WALSH O'CONNOR BYRNE
RYAN O'NEILL DOYLE O'REILLY GALLAGHER DOHERTY KENNEDY QUINN NOLAN D'ARCY FLYNN BRENNAN
CAMPBELL MCDONALD STEWART MACKENZIE MURRAY FRASER MCLEAN GORDON ROSS MACLEOD SINCLAIR
MCINTYRE BUCHANAN DRUMMOND MCKAY OGILVIE URQUHART SMITH TAYLOR BROWN WILSON WALKER
WRIGHT HALL GREEN BAKER COOPER CARTER TURNER HILL WARD HARRISON FISHER WEBB BARNES
PEARSON KNIGHT HOLMES PALMER MILLS CHAPMAN SPENCER HAWKINS CROSS NICHOLLS FLETCHER
BISHOP SUTTON BARKER ATKINSON PICKERING THACKRAY KHAN PATEL SINGH AHMED HUSSAIN KAUR
BEGUM ALI SHAH MALIK CHOWDHURY KOWALSKI NOWAK WÓJCIK LEWANDOWSKI MÜLLER LEFÈVRE
GARCÍA NÚÑEZ FERREIRA ADEBAYO OKAFOR MENSAH NGUYEN TRAN CHEN WONG""".split()
HYPHENED = ["SMITH-JONES", "LLOYD-REES", "ROSS-O'NEILL", "PARRY-HUGHES", "HALL-KHAN",
            "BROWN-ADEYEMI", "COX-PATEL", "REES-MOGFORD", "MAY-TAYLOR", "ASH-WILLIAMS"]
WOMEN = """SIÂN MEGAN RHIANNON CARYS ELIN FFION ANGHARAD NERYS BETHAN LOWRI AOIFE NIAMH
SIOBHÁN CIARA FIONA MORAG ISLA KIRSTY EMMA CHARLOTTE ALICE VICTORIA GRACE HANNAH ZOË
LUCY KATHERINE BEATRICE FRANCES JOANNE PAMELA ROSEMARY IMOGEN YVONNE AISHA FATIMA
PRIYA AGNIESZKA CHLOÉ INÉS""".split()
MEN = """DAFYDD RHYS GARETH HUW IEUAN EMYR ALED IWAN GERAINT TREFOR OSIAN SEÁN PÁDRAIG
CONOR LIAM CIARÁN DECLAN HAMISH ANGUS CALLUM EUAN MALCOLM DUNCAN JAMES OLIVER GEORGE
HARRY EDWARD PETER ANDREW ROBERT CHRISTOPHER NIGEL BARRY FREDERICK LEONARD VICTOR
WALTER MOHAMMED TARIQ VIKRAM PIOTR JOSÉ KWAME""".split()
STREETS = ["STATION ROAD", "HIGH STREET", "CHURCH LANE", "VICTORIA ROAD", "MILL LANE",
           "PARK AVENUE", "THE GREEN", "KING STREET", "HEOL Y DWR", "QUEENS DRIVE"]
TOWNS = {"CF": "CARDIFF", "LS": "LEEDS", "M": "MANCHESTER", "B": "BIRMINGHAM",
         "SW": "LONDON", "NE": "NEWCASTLE", "S": "SHEFFIELD", "BS": "BRISTOL",
         "EX": "EXETER", "LL": "BANGOR"}
PLAIN = str.maketrans("ÂÁÀÄÉÈËÍÓÖÚÜÑ", "AAAAEEEIOOUUN")
WIDTH = 18
FIELDS = ["Surname", "Given Names", "Date of Birth", "Postcode", "Phone"]
# by the rules nothing is known, also of somebody who was born that day
NOTHING = {"Date of Birth": ["01/01/1900", "01/01/1970"],
           "Postcode": ["NF1 1NF", "NF1 1FA"], "Phone": ["00000000000"]}
# the day that the rules are applied: no date of birth is near it
FIRST, DAYS = datetime.date(1936, 1, 1), 26000


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.persons = 0

    def born(self):
        return FIRST + datetime.timedelta(days=self.r.randrange(DAYS))

    def postcode(self):
        area = self.r.choice(sorted(TOWNS))
        letters = "ABDEFGHJLNPQRSTUWXYZ"
        return area, "%s%d %d%s%s" % (area, self.r.randrange(1, 30),
                                      self.r.randrange(10), self.r.choice(letters),
                                      self.r.choice(letters))

    def phone(self):
        start = self.r.choice(["07", "07", "07", "01", "02"])
        return start + "%09d" % self.r.randrange(100000000, 1000000000)

    def given(self, sex):
        return self.r.choice(WOMEN if sex == "F" else MEN)

    def person(self):
        """A record as the rules would have it."""
        self.persons += 1
        sex = self.r.choice("FM")
        surname = (self.r.choice(HYPHENED) if self.r.random() < 0.06
                   else self.r.choice(SURNAMES))
        given = self.given(sex)
        second = self.given(sex)
        if self.r.random() < 0.4 and len(given + second) < WIDTH and second != given:
            given += " " + second
        area, postcode = self.postcode()
        return {"person": self.persons, "kind": "original", "Surname": surname,
                "Given Names": given,
                "Date of Birth": self.born().strftime("%d/%m/%Y"), "Sex": sex,
                "Street": "%d %s" % (self.r.randrange(1, 180),
                                     self.r.choice(STREETS)),
                "Town": TOWNS[area], "Postcode": postcode,
                "Phone": self.phone() if self.r.random() < 0.8 else ""}

    # ---- persons who are alike, and not one

    def twin(self, other):
        """Born on one day, at one address, under an unlike name."""
        self.persons += 1
        names = [n for n in (WOMEN if other["Sex"] == "F" else MEN)
                 if n[0] == other["Given Names"][0]
                 and n[:3] not in other["Given Names"]] or ["WILFRED"]
        return dict(other, person=self.persons, kind="twin",
                    **{"Given Names": self.r.choice(names)})

    def son(self, other):
        """Of the same name, at the same address, of another generation."""
        self.persons += 1
        day = datetime.datetime.strptime(other["Date of Birth"], "%d/%m/%Y").date()
        years = self.r.randrange(19, 36)
        later = self.born().replace(year=day.year + (years if day.year < 1980
                                                     else -years), day=self.r.randrange(1, 29))
        return dict(other, person=self.persons, kind="son",
                    **{"Date of Birth": later.strftime("%d/%m/%Y")})

    def namesake(self, other):
        self.persons += 1
        fresh = self.person()
        return dict(fresh, kind="namesake", Surname=other["Surname"],
                    **{"Given Names": other["Given Names"]})

    # ---- duplicates

    def spelling(self, text):
        """As another clerk writes it, by the same rules."""
        ways = [text.translate(PLAIN)]
        if "'" in text:
            ways.append(text.replace("'", ""))
        if "-" in text:
            ways.append(text.replace("-", " "))
        ways = [w for w in ways if w != text]
        return self.r.choice(ways) if ways else text

    def slip(self, text):
        """Two letters behind the second exchanged, or one doubled or left out."""
        at = self.r.randrange(2, len(text) - 1)
        kind = self.r.randrange(3)
        if not (text[at] + text[at + 1]).isalpha() or kind == 0:
            return text[:at] + text[at] * 2 + text[at + 1:]
        if kind == 1:
            return text[:at] + text[at + 1] + text[at] + text[at + 2:]
        return text[:at] + text[at + 1:]

    def duplicate(self, other):
        kind = self.r.choice(KINDS)
        new = dict(other, kind="duplicate:" + kind)
        getattr(self, "as_" + kind)(new)
        if self.r.random() < 0.25:  # moved, or has another phone
            field = self.r.choice(["Postcode", "Phone"])
            new[field] = (self.postcode()[1] if field == "Postcode"
                          else self.phone())
        for field in ("Surname", "Given Names"):
            new[field] = new[field][:WIDTH].strip()
        return new

    def as_same(self, new):
        pass

    def as_spelling(self, new):
        for field in ("Surname", "Given Names"):
            new[field] = self.spelling(new[field])

    def as_swapped(self, new):
        first = new["Given Names"].split(" ")[0]
        new["Given Names"], new["Surname"] = new["Surname"], first

    def as_exchanged(self, new):
        day, month, year = new["Date of Birth"].split("/")
        if int(day) <= 12:
            new["Date of Birth"] = "/".join((month, day, year))

    def as_digit(self, new):
        text = new["Date of Birth"]
        digit = self.r.choice([d for d in "0123456789" if d != text[9]])
        new["Date of Birth"] = text[:9] + digit

    def as_slip(self, new):
        if len(new["Surname"]) > 4:
            new["Surname"] = self.slip(new["Surname"])

    def as_initial(self, new):
        new["Given Names"] = new["Given Names"][0]

    def as_first_only(self, new):
        new["Given Names"] = new["Given Names"].split(" ")[0]

    def as_half(self, new):
        new["Surname"] = new["Surname"].split("-")[0]

    # ---- against the rules

    def mess_postcode(self, text):
        return self.r.choice([text.lower(), text.replace(" ", ""),
                              text.replace(" ", "-"),
                              text.replace(" ", "").lower()])

    def mess_phone(self, text):
        return self.r.choice(["+44" + text[1:], text[:5] + " " + text[5:],
                              text[:5] + "-" + text[5:8] + "-" + text[8:],
                              "(" + text[:5] + ")" + text[5:]])

    def mess_born(self, text):
        day, month, year = text.split("/")
        return self.r.choice(["-".join((year, month, day)),
                              ".".join((day, month, year)),
                              "%d/%d/%s" % (int(day), int(month), year)])

    def mess_given(self, text):
        title = self.r.choice(["MR ", "MRS ", "DR ", "MISS ", "MS. "])
        if " " in text and self.r.random() < 0.5:
            return text.replace(" ", "  ", 1)
        return title + text

    def mess(self, record):
        """What the index holds for it: some values against the rules."""
        held = dict(record)
        standard = {field: "" if record[field] in NOTHING.get(field, [])
                    else record[field] for field in FIELDS}
        for field, share, how in (("Postcode", 0.08, self.mess_postcode),
                                  ("Phone", 0.08, self.mess_phone),
                                  ("Date of Birth", 0.05, self.mess_born),
                                  ("Given Names", 0.04, self.mess_given)):
            if held[field] and self.r.random() < share:
                messy = how(held[field])
                if len(messy) <= (WIDTH if field == "Given Names" else 13):
                    held[field] = messy
        if "'" in held["Surname"] and self.r.random() < 0.1:
            held["Surname"] = held["Surname"].replace("'", "`")
        for field, share in (("Postcode", 0.015), ("Phone", 0.01),
                             ("Date of Birth", 0.005)):
            if self.r.random() < share:
                held[field], standard[field] = self.r.choice(NOTHING[field]), ""
        return held, standard


KINDS = ["same", "spelling", "spelling", "swapped", "exchanged", "digit", "slip",
         "slip", "initial", "first_only", "half"]


def make(args):
    maker = Maker(args.seed)
    alike = max(3, args.nominals // 33)  # of each kind
    people = [maker.person()
              for _ in range(args.nominals - args.duplicates - 3 * alike)]
    some = maker.r.sample(people, 3 * alike)
    for i, other in enumerate(some):
        kind = [maker.twin, maker.son, maker.namesake][i % 3]
        people.append(kind(other))
    originals = maker.r.sample(people, args.duplicates)
    people += [maker.duplicate(other) for other in originals]
    maker.r.shuffle(people)
    with open(os.path.join(args.dir, "nominals.jsonl"), "w") as nominals, \
            open(os.path.join(args.dir, "truth.jsonl"), "w") as truth:
        for i, record in enumerate(people):
            number = "N%06d" % (i + 1)
            held, standard = maker.mess(record)
            held.update({"Nominal No": number, "Duplicate Of": ""})
            line = {"Nominal No": number, "person": held.pop("person"),
                    "kind": held.pop("kind"), "standard": standard}
            nominals.write(json.dumps(held, ensure_ascii=False) + "\n")
            truth.write(json.dumps(line, ensure_ascii=False) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--nominals", type=int, default=10000)
    parser.add_argument("--duplicates", type=int, default=800)
    parser.add_argument("--dir", required=True)
    make(parser.parse_args())


if __name__ == "__main__":
    main()
