#!/usr/bin/env python3
"""web_service.py: answers over plain TCP, byte for byte as its table says; real
TLS is nginx's, in front of it. Prints `port N`; ends when its input does.

What was asked goes to the file of --log, a JSON line a request."""
import argparse
import base64
import gzip
import json
import os
import re
import socket
import sys
import threading
import urllib.parse

sys.dont_write_bytecode = True
from person_service import Persons  # noqa: E402

args = argparse.ArgumentParser()
args.add_argument("--log", required=True)
args.add_argument("--people", help="for /persons: see person_service.py")
args.add_argument("--search-log", default=os.devnull)
args.add_argument("--slow-every", type=int, default=20)
args.add_argument("--slow-ms", type=int, default=400)
args = args.parse_args()
lock, seen = threading.Lock(), {}
together = threading.Barrier(4)
LIMIT = threading.Event()  # never set: a wait with a time-out
TOKENS = {}


def reply(status, body=b"", kind="application/json", extra=(), length=True):
    if isinstance(body, str):
        body = body.encode()
    head = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", *extra]
    if length:
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def drip(conn):
    conn.sendall(b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\n"
                 b"Content-Length: 100000\r\n\r\n")
    while not LIMIT.wait(0.05):
        conn.sendall(b" ")


def huge(conn):
    conn.sendall(b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\n"
                 b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        conn.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")


def large(conn):
    """40 MB, each line with its number."""
    conn.sendall(b"HTTP/1.1 200 X\r\nContent-Type: application/octet-stream\r\n"
                 b"Content-Length: 40000000\r\n\r\n")
    for i in range(0, 4000000, 10000):
        conn.sendall(b"".join(b"%09d\n" % n for n in range(i, i + 10000)))


def large_cut(conn):
    conn.sendall(b"HTTP/1.1 200 X\r\nContent-Type: application/octet-stream\r\n"
                 b"Content-Length: 40000000\r\n\r\n" + b"x" * 20000000)


def flood(conn):
    conn.sendall(b"HTTP/1.1 200 X\r\n")
    while True:
        conn.sendall(b"X-More: 0123456789abcdef\r\n" * 1000)


def flood_one(conn):  # one header that never ends
    conn.sendall(b"HTTP/1.1 200 X\r\nX-More: ")
    while True:
        conn.sendall(b"0123456789abcdef" * 1000)


def silent(conn):
    conn.recv(1)


def times(path):
    with lock:
        seen[path] = seen.get(path, 0) + 1
        return seen[path]


def twice(status, extra=()):
    """Refused the first time, answered the second."""
    return lambda req: reply(200, '{"colour":"red"}') if times(req["path"]) > 1 \
        else reply(status, "{}", extra=extra)


GOOD = '{"colour":"red"}'
BOMB = gzip.compress(b" " * (64 << 20))
PACKED = gzip.compress(GOOD.encode())
ANSWERS = {
    "/200": reply(200, GOOD),
    "/201": reply(201, GOOD),
    "/204": b"HTTP/1.1 204 X\r\n\r\n",
    "/301-elsewhere": reply(301, "", extra=["Location: https://other.example/"]),
    "/301-metadata": reply(301, "", extra=["Location: http://169.254.169.254/"]),
    "/301-here": reply(301, "", extra=["Location: /200"]),
    "/301-404": reply(301, "", extra=["Location: /404"]),
    "/301-round": reply(301, "", extra=["Location: /301-round"]),
    "/400": reply(400, "{}"),
    "/401": reply(401, "{}"),
    "/404": reply(404, '{"error":"no such vehicle"}'),
    "/404-html": reply(404, "<html>nginx</html>", "text/html"),
    "/409": reply(409, "{}"),
    "/423": reply(423, '{"by":"another user"}'),
    "/429": reply(429, "{}"),
    "/429-later": reply(429, "{}", extra=["Retry-After: 3600"]),
    "/503-soon": reply(503, "{}", extra=["Retry-After: 7"]),
    "/429-then-200": twice(429, ["Retry-After: 1"]),
    "/503-then-200": twice(503),
    "/503-then-200-put": twice(503),
    "/503-chunked-then-200": lambda req: reply(200, GOOD) if times(req["path"]) > 1 else
    b"HTTP/1.1 503 X\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "/500": reply(500, "{}"),
    "/503": reply(503, "{}"),
    "/cut-with-length": reply(200, GOOD)[:-4],
    "/cut-without-length": reply(200, GOOD[:-4], length=False),
    "/chunked": b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\n"
                b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
                % (len(GOOD), GOOD.encode()),
    "/http-0.9": GOOD.encode(),
    "/html": reply(200, "<html></html>", "text/html"),
    "/twice": reply(200, '{"colour":"red","colour":"blue"}'),
    "/packed": reply(200, PACKED, extra=["Content-Encoding: gzip"]),
    "/packed-cut": reply(200, PACKED[:-9], extra=["Content-Encoding: gzip"]),
    "/bomb": reply(200, BOMB, extra=["Content-Encoding: gzip"]),
    "/drip": drip,
    "/10gb": reply(200, " " * 100)[:0] + b"HTTP/1.1 200 X\r\nContent-Type: "
             b"application/json\r\nContent-Length: 10000000000\r\n\r\n    ",
    "/endless": huge,
    "/flood": flood,
    "/flood-one": flood_one,
    "/silent": silent,
    "/file": reply(200, b"\0\1binary\r\n" * 1000, "application/octet-stream"),
    "/large": large,
    "/longer": large,
    "/large-404": lambda _: reply(404, "x" * 40000000, "text/plain"),
    "/large-cut": large_cut,
    "/three-mb": reply(200, " " * 3000000),
    "/login": reply(200, "{}", extra=["Set-Cookie: sid=s3ss10n; Path=/"]),
}


def echo(req):
    shown = {k: v for k, v in req.items() if k != "body"}
    shown["body"] = req["body"].decode("latin-1")
    return reply(200, json.dumps(shown))


def four(req):
    """Answered when four of them are here at once."""
    try:
        together.wait(30)
    except threading.BrokenBarrierError:
        return reply(500, "{}")
    return echo(req)


def doubled(req):
    """Who was asked for; chunked, without a body or with it."""
    who, how = req["query"][2:].split("&how=")
    body = json.dumps({"id": who})
    if how == "empty":
        return reply(200, "", extra=[f"X-Id: {who}"])
    if how == "chunked":
        return (f"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nX-Id: {who}\r\n"
                f"Transfer-Encoding: chunked\r\n\r\n{len(body):x}\r\n{body}\r\n"
                "0\r\n\r\n").encode()
    return reply(200, body, extra=[f"X-Id: {who}"])


def onward(req):
    """To where the query says."""
    return reply(307, "", extra=["Location: " + urllib.parse.unquote(req["query"][3:])])


def token(req):
    """As long as the scope says: "for N", or it does not say; "is T": of that type;
    "broken": in two lines."""
    want = "Basic " + base64.b64encode(b"rpa-client:0auth-s3cret").decode()
    form = urllib.parse.parse_qs(req["body"].decode())
    if req["headers"].get("authorization") != want or \
            form.get("grant_type") != ["client_credentials"]:
        return reply(401, '{"error":"invalid_client"}')
    n = times("/token")
    scope = form.get("scope", [""])[0]
    TOKENS[f"t0ken-{n}-c4nary"] = scope
    said = {"expires_in": int(scope[4:])} if scope.startswith("for ") else {}
    if scope.startswith("is "):
        said = {"token_type": scope[3:]}
    if scope == "broken":
        said = {"access_token": f"t0ken-{n}-c4nary\r\nX-Other: 1"}
    return reply(200, json.dumps({"access_token": f"t0ken-{n}-c4nary",
                                  "token_type": "Bearer"} | said))


def with_token(req):
    said = req["headers"].get("authorization", "")
    good = said.startswith("Bearer ") and said[7:] in TOKENS
    return reply(200, json.dumps({"colour": "red", "said": said})) if good \
        else reply(401, "{}")


def basic(req):
    want = "Basic " + base64.b64encode(b"kim:b4sic-p4ss").decode()
    said = req["headers"].get("authorization", "")
    return reply(200, json.dumps({"colour": "red", "said": said})) \
        if said == want else reply(401, "{}")


def key(req):
    return echo(req) if req["headers"].get("x-api-key") == "4pi-key-c4nary" \
        else reply(401, "{}")


def revoke(_):
    TOKENS.clear()
    return reply(200, "{}")


# --- a person service: SOAP, its records fixed-width segments -----------------
# PER: surname 20, forename 15, born 8; MSG: code 4, text 30; the reply's code
# first: 0000 done, 0010 done with warnings, 2001 nobody, 3001 locked.
PEOPLE = {
    "O'BRIEN": ("0000", [("O'BRIEN", "SIAN", "19800229")], []),
    "WARNED": ("0010", [("WARNED", "ALEX", "19700000")], [("W014", "DRUGS MARKER")]),
    "NOBODY": ("2001", [], []),
    "LOCKED": ("3001", [], [("E301", "RECORD LOCKED BY PC 1234")]),
    "ODD": ("9999", [], []),
}


def soap(req):
    text = req["body"].decode()
    name = re.search(r"<p:surname>([^<]*)", text)
    name = name.group(1).replace("&apos;", "'").replace("&#39;", "'") if name else ""
    ns = re.search(r'xmlns:soap="([^"]*)"', text).group(1)
    kind = "text/xml" if "xmlsoap" in ns else "application/soap+xml"
    if name not in PEOPLE:
        return reply(500, f'<s:Envelope xmlns:s="{ns}"><s:Body><s:Fault><faultcode>'
                     "s:Server</faultcode><faultstring>down</faultstring></s:Fault>"
                     "</s:Body></s:Envelope>", kind)
    code, people, notes = PEOPLE[name]
    data = f"{code}{len(people):02}{len(notes):02}"
    data += "".join(f"{p[0]:<20}{p[1]:<15}{p[2]:<8}" for p in people)
    data += "".join(f"{n[0]:<4}{n[1]:<30}" for n in notes)
    return reply(200, f'<s:Envelope xmlns:s="{ns}"><s:Body><p:reply xmlns:p="urn:example'
                 f':person:1" xml:space="preserve">{data}</p:reply></s:Body></s:Envelope>',
                 kind)


PERSONS = args.people and Persons(args.people, args.search_log, args.slow_every,
                                  args.slow_ms)


def persons(req):
    status, body, kind, cut = PERSONS.answer(req["body"])
    if not cut:
        return reply(status, body, kind)
    return reply(status, body, kind, extra=["Connection: close"])[:-20]


def many(_):
    one = "<r id='{}'><n>O'Brien &amp; Siân</n><t>" + "x" * 600 + "</t></r>"
    return reply(200, f"<list>{''.join(map(one.format, range(90000)))}</list>",
                 "application/xml")


ANSWERS |= {"/many": many, "/doubled": doubled, "/four": four, "/echo": echo, "/onward": onward, "/token": token, "/with-token": with_token,
            "/basic": basic, "/key": key, "/revoke": revoke, "/soap": soap}
if PERSONS:
    ANSWERS["/persons"] = persons


def read_request(conn):
    data = b""
    while b"\r\n\r\n" not in data:
        more = conn.recv(65536)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ", 2)
    headers = {k.lower(): v.strip() for k, v in
               (line.split(":", 1) for line in lines[1:])}
    while len(body) < int(headers.get("content-length", 0)):
        body += conn.recv(65536)
    return {"method": method, "path": target.partition("?")[0], "headers": headers,
            "query": target.partition("?")[2], "body": body}


def serve(conn):
    late = None
    try:
        while (req := read_request(conn)):
            if late:  # an answer too many, when the next request is there
                conn.sendall(late)
                LIMIT.wait(0.02)
            with lock, open(args.log, "a", encoding="utf-8") as log:
                log.write(json.dumps({k: v for k, v in req.items()
                                      if k in ("method", "path", "query")}) + "\n")
            answer = ANSWERS.get(req["path"], reply(404, "{}"))
            if answer in (drip, huge, flood, flood_one, silent, large, large_cut):
                answer(conn)
                return
            if callable(answer):
                answer = answer(req)
            if req["method"] == "HEAD":
                answer = answer.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            conn.sendall(answer)
            late = answer if req["path"] == "/doubled" else None
            if "cut" in req["path"] or req["path"] in ("/http-0.9", "/10gb") \
                    or req["headers"].get("connection") == "close" \
                    or b"\r\nConnection: close\r\n" in answer[:400]:
                return
    except OSError:
        pass
    finally:
        conn.close()


listener = socket.create_server(("127.0.0.1", 0), backlog=64)
print("port", listener.getsockname()[1], flush=True)


def accept():
    while True:
        conn, _ = listener.accept()
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve, args=(conn,), daemon=True).start()


threading.Thread(target=accept, daemon=True).start()
sys.stdin.read()
os._exit(0)
