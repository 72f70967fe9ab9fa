"""A person service: SOAP around fixed-width segments, from the file that
person_make wrote for it (person_gen.h). A surname is asked for as it is on file,
in capitals, without marks and cut at 20; and the initial of a forename, a date of
birth, the number of the first record wanted:

  <p:find xmlns:p="urn:example:person:1"><p:purpose>04</p:purpose>
    <p:originator>PC 1234</p:originator><p:surname>O'BRIEN</p:surname>
    <p:initial>S</p:initial><p:born/><p:from>1</p:from></p:find>

The reply: code 4, total 4, count 2, notes 2; for each person ref 8, surname 20,
given names 30, born 8 (DDMMYYYY, --MMYYYY, ----YYYY), sex 1, postcode 8, PNC ID
13, CRO 12; for each note code 4, text 40. 20 persons at most in one.
Codes: 0000 done, 0010 done, with warnings, 2001 nobody, 3001 locked, 4001 no
purpose, 4002 a value it can't take, 4003 not authorised, 5001 not available."""
import json
import os
import re
import threading
import xml.etree.ElementTree as ET
import zlib

PAGE = 20
NS = "{urn:example:person:1}"
SAID = {"4001": "PURPOSE AND ORIGINATOR REQUIRED", "4002": "VALUE NOT VALID",
        "4003": "NOT AUTHORISED FOR THIS SEARCH", "5001": "INDEX NOT AVAILABLE",
        "2001": "NO RECORDS HELD", "3001": "RECORD LOCKED BY PC 1234",
        "9999": "SEE THE MANUAL"}


def born(day):
    """A date on file, 00 for what is not known, as segments have it."""
    day = day.replace("/", "")
    unknown = 4 if day.startswith("0000") else 2 if day.startswith("00") else 0
    return "-" * unknown + day[unknown:]


class Persons:
    def __init__(self, people, log, slow_every, slow_ms):
        self.records, self.troubles, self.looks = {}, {}, {}
        self.slow_every, self.slow = slow_every, slow_ms / 1000
        self.log = open(log, "a", encoding="utf-8")
        self.lock, self.never = threading.Lock(), threading.Event()
        with open(people, encoding="utf-8") as lines:
            for line in map(json.loads, lines):
                if "trouble" in line:
                    self.troubles[line["surname"]] = line["trouble"]
                else:
                    self.records.setdefault(line["surname"], []).append(line)
        for found in self.records.values():
            found.sort(key=lambda r: (r["given"], r["ref"]))

    def answer(self, body):
        """(status, content, kind of content, whether it is cut) for a request."""
        envelope = ET.fromstring(body)
        ns = envelope.tag[1:].partition("}")[0]
        kind = "text/xml" if "xmlsoap" in ns else "application/soap+xml"
        find = envelope.find(f".//{NS}find")
        asked = {name: (find.findtext(NS + name) or "") for name in
                 ("purpose", "originator", "surname", "initial", "born", "from")}
        with self.lock:
            trouble, data, total = self.look(asked)
            self.note(asked, trouble or data[:4], total)
        if self.slow_every and zlib.crc32(asked["surname"].encode()) % \
                self.slow_every == 0:
            self.never.wait(self.slow)
        if trouble == "fault":
            return 500, (f'<s:Envelope xmlns:s="{ns}"><s:Body><s:Fault><faultcode>'
                         "s:Server</faultcode><faultstring>index down</faultstring>"
                         "</s:Fault></s:Body></s:Envelope>"), kind, False
        if trouble == "html":
            return 200, "<html><p>Please sign on</p></html>", "text/html", False
        return 200, (f'<s:Envelope xmlns:s="{ns}"><s:Body><p:reply xmlns:p='
                     f'"urn:example:person:1" xml:space="preserve">{data}</p:reply>'
                     "</s:Body></s:Envelope>"), kind, trouble == "cut"

    def note(self, asked, answer, total):
        line = {"event": "search", **asked, "answer": answer, "records": total}
        self.log.write(json.dumps(line) + "\n")
        self.log.flush()
        os.fdatasync(self.log.fileno())

    def look(self, asked):
        """(trouble or None, segments, records in all)"""
        wrong = refused(asked)
        trouble = None if wrong else self.troubles.get(asked["surname"])
        if wrong or trouble in ("denied", "odd"):
            return None, coded(wrong or ("4003" if trouble == "denied" else "9999")), 0
        if trouble in ("fault", "html", "cut"):
            return trouble, coded("5001"), 0
        hits = [r for r in self.records.get(asked["surname"], [])
                if r["given"].startswith(asked["initial"])
                and asked["born"] in ("", born(r["born"]))]
        if not hits:
            return None, coded("2001"), 0
        held = [self.held(r) for r in hits]  # each of them was looked at
        if any(held):
            return None, coded("3001" if "locked" in held else "4003"), len(hits)
        first = int(asked["from"]) - 1
        shown = hits[:len(hits) - (trouble == "lost-row")][first:first + PAGE]
        return None, segments(shown, len(hits)), len(hits)

    def held(self, record):
        """Why it may not be seen now, or None."""
        looks = self.looks[record["ref"]] = self.looks.get(record["ref"], 0) + 1
        over = record.get("times") and looks > record["times"]
        return None if over else record.get("state")


def refused(asked):
    if not re.fullmatch("0[1-9]|10", asked["purpose"]) or len(asked["originator"]) < 4:
        return "4001"
    good = re.fullmatch("[A-Z][A-Z '-]{0,19}", asked["surname"]) \
        and re.fullmatch("[A-Z]?", asked["initial"]) \
        and re.fullmatch("([0-9]{8})?", asked["born"]) \
        and re.fullmatch("[1-9][0-9]{0,3}", asked["from"])
    return None if good else "4002"


def coded(code):
    return f"{code}00000001N001{SAID[code]:<40}"


def segments(shown, total):
    notes = [f"W014{(r['ref'] + ' ' + r['warnings']):<40}"
             for r in shown if r["warnings"]]
    people = [f"{r['ref']:<8}{r['surname']:<20}{r['given']:<30}{born(r['born'])}"
              f"{r['sex']}{r['postcode']:<8}{r['pnc']:<13}{r['cro']:<12}"
              for r in shown]
    code = "0010" if notes else "0000"
    return (f"{code}{total:04}{len(people):02}{len(notes):02}" + "".join(people)
            + "".join(notes)).replace("&", "&amp;")
