#!/usr/bin/env python3
"""bench_web table|json BUILD SOURCES: web services and XML, beside others.

requests: GETs a second on one kept-alive TLS connection to nginx on this machine;
rpa writes two rows of the audit for each, one of them durable before it is sent.
xml-stream: MB a second of a file read record by record. xpath: expressions a
second over one document. Each value is the median of 7 rounds."""
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

form, build, _ = sys.argv[1:]
ROUNDS, REQUESTS, RECORDS, XPATHS = 7, 500, 100000, 2000
rpa = os.path.abspath(build + "/rpa/rpa")
home = tempfile.mkdtemp()
os.chmod(home, 0o755)


def row(case, who, values, unit, wrong, n):
    value = statistics.median(values)
    if form == "json":
        print(json.dumps({"bench": "web", "case": case, "who": who, "value": value,
                          "unit": unit, "wrong": wrong, "n": n}), flush=True)
    else:
        print(f"{'web':<6} {case:<10} {who:<12} {value:>12.2f} {unit:<7} {wrong:>7} "
              f"{n:>7}", flush=True)


def run(*argv, **more):
    return subprocess.run(argv, check=True, capture_output=True, text=True, **more).stdout


def path(name, text=None):
    name = os.path.join(home, name)
    if text is not None:
        with open(name, "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(name, 0o644)
    return name


# ---- requests -------------------------------------------------------------------
BODY = '{"registrationNumber":"AB12CDE","colour":"RED","make":"ROVER"}'


def start_nginx():
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
        "ec_paramgen_curve:P-256", "-nodes", "-keyout", path("key"), "-out",
        path("pem"), "-subj", "/CN=bench", "-days", "2", "-addext",
        "subjectAltName=IP:127.0.0.1")
    os.chmod(path("pem"), 0o644)
    with socket.create_server(("127.0.0.1", 0)) as s:
        port = s.getsockname()[1]
    path("nginx.conf", f"""daemon off; pid {path("pid")}; error_log {path("error")};
        worker_processes 1; events {{ }}
        http {{ access_log off; client_body_temp_path {path("b")};
        proxy_temp_path {path("p")}; fastcgi_temp_path {path("f")};
        uwsgi_temp_path {path("u")}; scgi_temp_path {path("s")};
        keepalive_requests 1000000; server {{ listen 127.0.0.1:{port} ssl http2;
        ssl_certificate {path("pem")}; ssl_certificate_key {path("key")};
        location / {{ default_type application/json; return 200 '{BODY}'; }} }} }}""")
    nginx = subprocess.Popen(["nginx", "-p", home, "-c", path("nginx.conf")],
                             stderr=subprocess.DEVNULL)
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return nginx, port
        except ConnectionRefusedError:
            pass
    sys.exit("error: bench: nginx does not start")


def rpa_run(lua, name, manifest, *args):
    folder = path("bots/" + name)
    os.makedirs(folder, exist_ok=True)
    path(f"bots/{name}/bot.lua", manifest)
    path(f"bots/{name}/main.lua", lua)
    return run(rpa, "run", folder, "--quiet", "--state", path("state"), *args)


def rows_between(kind, n):
    """Seconds from the first to the last row of that kind in the last run."""
    rows = [json.loads(line) for line in
            run(rpa, "audit", "show", "--json", "--state", path("state"), "--kind",
                kind).splitlines()]
    rows = [r for r in rows if r["run"] == rows[-1]["run"]]
    assert len(rows) == n, len(rows)
    return (rows[-1]["mono_us"] - rows[0]["mono_us"]) / 1e6


def bench_requests():
    nginx, port = start_nginx()
    url, wrong = f"https://127.0.0.1:{port}/vehicles", 0
    path("rpa.conf", 'return { targets = { ves = { authority = "%s" } } }' % path("pem"))
    values = []
    for _ in range(ROUNDS):
        out = rpa_run(f"""local bad = 0
            for _ = 1, {REQUESTS} do
                if rpa.http.get("{url}").body ~= '{BODY}' then bad = bad + 1 end
            end
            print(bad)""", "web", 'return { name = "web", target = "ves", http = '
            f'{{ "127.0.0.1:{port}" }} }}', "--config", path("rpa.conf"))
        wrong += int(out)
        values.append((REQUESTS - 1) / rows_between("HTTP", REQUESTS))
    row("requests", "rpa", values, "1/s", wrong, ROUNDS * REQUESTS)
    path("curlrc", f'url = "{url}"\noutput = "{path("curl.out")}"\n' * REQUESTS)
    values = []
    for _ in range(ROUNDS):
        start = time.monotonic()
        run("curl", "-s", "--cacert", path("pem"), "-K", path("curlrc"))
        values.append(REQUESTS / (time.monotonic() - start))
    row("requests", "curl", values, "1/s", 0, ROUNDS * REQUESTS)
    script = path("peer_requests.py", f"""import requests, time
s = requests.Session(); s.trust_env = False; s.verify = "{path('pem')}"; s.get("{url}")
start = time.monotonic()
bad = sum(s.get("{url}").text != '{BODY}' for _ in range({REQUESTS}))
print({REQUESTS} / (time.monotonic() - start), bad)""")
    values, wrong = [], 0
    for _ in range(ROUNDS):
        value, bad = run("/usr/bin/python3", script).split()
        values.append(float(value))
        wrong += int(bad)
    row("requests", "requests", values, "1/s", wrong, ROUNDS * REQUESTS)
    nginx.send_signal(signal.SIGTERM)
    nginx.wait()


# ---- XML --------------------------------------------------------------------------
def bench_xpath():
    text = "<list>" + "".join(f"<report id='{i}'><name>Siân {i}</name></report>"
                              for i in range(1000)) + "</list>"
    path("doc.xml", text)
    files = 'return { name = "xml", files = { input = { doc = "doc.xml" } } }'
    values, wrong = [], 0
    for _ in range(ROUNDS):
        out = rpa_run(f"""local doc = rpa.xml.parse(rpa.file("doc"):read())
            local bad, start = 0, os.clock()
            for i = 1, {XPATHS} do
                local k = i % 1000
                local got = doc:text("/list/report[@id = " .. k .. "]/name")
                if got ~= "Siân " .. k then bad = bad + 1 end
            end
            print({XPATHS} / (os.clock() - start), bad)""", "xml", files, "--files", home)
        value, bad = out.split()
        values.append(float(value))
        wrong += int(bad)
    row("xpath", "rpa", values, "1/s", wrong, ROUNDS * XPATHS)
    script = path("peer_xpath.py", f"""import time
from lxml import etree
doc = etree.parse("{path('doc.xml')}")
start = time.process_time()
bad = sum(doc.xpath(f"string(/list/report[@id = {{i % 1000}}]/name)") != f"Siân {{i % 1000}}"
          for i in range({XPATHS}))
print({XPATHS} / (time.process_time() - start), bad)""")
    values, wrong = [], 0
    for _ in range(ROUNDS):
        value, bad = run("/usr/bin/python3", script).split()
        values.append(float(value))
        wrong += int(bad)
    row("xpath", "lxml", values, "1/s", wrong, ROUNDS * XPATHS)


def bench_stream():
    one = "<report id='{}'><name>O'Brien &amp; Siân</name><place>Caerdydd</place></report>"
    body = "".join(one.format(i) for i in range(RECORDS // 20))
    path("list.xml", "<list>" + body + "</list>")
    mb = os.path.getsize(path("list.xml")) / 1e6
    n = RECORDS // 20
    files = 'return { name = "xml", files = { input = { doc = "list.xml" } } }'
    values, wrong = [], 0
    for _ in range(ROUNDS):
        out = rpa_run("""local text, n = rpa.file("doc"):read(), 0
            local start = os.clock()
            for record in rpa.xml.stream(text):records("/list/report") do
                if record:text("/report/name") == "O'Brien & Siân" then n = n + 1 end
            end
            print(os.clock() - start, n)""", "xml", files, "--files", home)
        seconds, got = out.split()
        values.append(mb / float(seconds))
        wrong += n - int(got)
    row("xml-stream", "rpa", values, "MB/s", wrong, ROUNDS * n)
    script = path("peer_stream.py", f"""import time
from lxml import etree
start, n = time.process_time(), 0
for _, e in etree.iterparse("{path('list.xml')}", tag="report"):
    n += e.findtext("name") == "O'Brien & Siân"
    e.clear()
    while e.getprevious() is not None:
        del e.getparent()[0]
print(time.process_time() - start, n)""")
    values, wrong = [], 0
    for _ in range(ROUNDS):
        seconds, got = run("/usr/bin/python3", script).split()
        values.append(mb / float(seconds))
        wrong += n - int(got)
    row("xml-stream", "lxml", values, "MB/s", wrong, ROUNDS * n)


try:
    bench_requests()
    bench_stream()
    bench_xpath()
except subprocess.CalledProcessError as e:
    sys.exit(f"error: bench: {' '.join(map(str, e.cmd))[:200]}: {e.stderr[-400:]}")
finally:
    shutil.rmtree(home)
