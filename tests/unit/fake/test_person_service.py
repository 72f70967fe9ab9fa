#!/usr/bin/env python3
"""The SOAP person service, as a client of its own sees it. argv[1]: tests/fake."""
import http.client
import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

results = []


def check(name, got, want):
    results.append(got == want)
    print(f"{'' if got == want else 'not '}ok {len(results)} - {name}")
    if got != want:
        print(f"# got {got!r}\n# wanted {want!r}")


def person(ref, surname, given, born="03/04/1990", **more):
    return {"ref": ref, "surname": surname, "given": given, "born": born, "sex": "F",
            "postcode": "CF10 1AA", "pnc": "1999/0012345D", "cro": "", "nino": "",
            "alias": "", "warnings": "", **more}


LINES = [person(f"S{i:07}", "JONES", "SIAN") for i in range(10, 55)] + [
    person("S0000001", "O'BRIEN", "SIAN", "00/04/1990", warnings="WEAPONS"),
    person("S0000002", "O'BRIEN", "ALEX", "00/00/1990"),
    person("S0000003", "SHUT", "ALEX", state="locked", times=2),
    person("S0000004", "DENIED", "ALEX", state="denied"),
    person("S0000005", "LOSTROW", "ALEX"), person("S0000006", "LOSTROW", "ALEX"),
] + [{"trouble": t, "surname": t.upper()} for t in ("fault", "html", "cut", "odd")] + [
    {"trouble": "lost-row", "surname": "LOSTROW"},
    {"trouble": "denied", "surname": "NOTHIM"}]
FIND = ('<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
        '<soap:Body><p:find xmlns:p="urn:example:person:1">{}</p:find></soap:Body>'
        "</soap:Envelope>")


def ask(surname, initial="", start=1, born="", purpose="04"):
    """What the segments are, or what went wrong."""
    asked = {"purpose": purpose, "originator": "PC 1234", "surname": surname,
             "initial": initial, "born": born, "from": start}
    body = FIND.format("".join(f"<p:{k}>{v}</p:{k}>" for k, v in asked.items()))
    request = urllib.request.Request(f"http://127.0.0.1:{port}/persons", body.encode())
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read().decode()
    except urllib.error.HTTPError as error:
        return f"{error.code} {'Fault' in error.read().decode()}"
    except http.client.IncompleteRead:
        return "cut"
    if "<p:reply" not in text:
        return answer.headers["Content-Type"]
    return text.partition('"preserve">')[2].partition("</p:reply>")[0]


def refs(data):
    return [data[12 + i * 100:][:8] for i in range(int(data[8:10]))]


folder = pathlib.Path(tempfile.mkdtemp())
(folder / "people").write_text("".join(json.dumps(line) + "\n" for line in LINES))
service = subprocess.Popen(
    [sys.executable, sys.argv[1] + "/web_service.py", "--log", folder / "log",
     "--people", folder / "people", "--search-log", folder / "searches",
     "--slow-every", "0"],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
port = service.stdout.readline().split()[1]

said = ask("O'BRIEN", "S")
check("one person, with a warning", said,
      "001000010101" + "S0000001" + "O'BRIEN".ljust(20) + "SIAN".ljust(30) + "--041990"
      + "FCF10 1AA1999/0012345D" + " " * 12 + "W014" + "S0000001 WEAPONS".ljust(40))
check("a year alone", ask("O'BRIEN", "A")[70:78], "----1990")
check("no warning", ask("O'BRIEN", "A")[:12], "000000010100")
check("both", refs(ask("O'BRIEN")), ["S0000002", "S0000001"])
check("a date is exact", ask("O'BRIEN", born="03041990")[:4], "2001")
check("a date", ask("JONES", born="03041990")[:8], "00000045")
check("so is a name", ask("OBRIEN")[:12], "200100000001")
check("page by page", [refs(ask("JONES", "S", start))[0] for start in (1, 21, 41)],
      ["S0000010", "S0000030", "S0000050"])
check("the last page", ask("JONES", "S", 41)[:12], "000000450500")
check("locked twice", [ask("SHUT")[:4] for _ in range(3)], ["3001", "3001", "0000"])
check("not for this one", [ask("DENIED")[:4], ask("NOTHIM")[:4]], ["4003", "4003"])
check("a row that is not there", ask("LOSTROW")[:10], "0000000201")
check("a code nobody knows", ask("ODD")[:4], "9999")
check("a fault", ask("FAULT"), "500 True")
check("a page", ask("HTML"), "text/html")
check("a reply that is cut", ask("CUT"), "cut")
check("no purpose", ask("JONES", purpose="")[:4], "4001")
check("a wrong one", ask("JONES", purpose="11")[:4], "4001")
check("too long", ask("A" * 21)[:4], "4002")
check("marks", ask("SIÂN")[:4], "4002")
searches = [json.loads(line) for line in open(folder / "searches", encoding="utf-8")]
check("each is in its log", len(searches), 25)
check("as it was asked", searches[0],
      {"event": "search", "purpose": "04", "originator": "PC 1234",
       "surname": "O'BRIEN", "initial": "S", "born": "", "from": "1",
       "answer": "0010", "records": 1})
service.stdin.close()
check("it ends with its input", service.wait(60), 0)
for file in folder.iterdir():
    file.unlink()
folder.rmdir()
print(f"1..{len(results)}")
sys.exit(not all(results))
