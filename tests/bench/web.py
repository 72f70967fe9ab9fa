#!/usr/bin/env python3
"""bench_web table|json BUILD SOURCES: web services and XML, beside others.

requests: GETs a second on one kept-alive TLS connection to nginx on this machine;
rpa writes two rows of the audit for each, one of them durable before it is sent: rpa
asks many at once (rpa.http.all), rpa-single one by one, each with a flush of the disk.
fdatasync is how many such flushes the disk does, rpa-in-memory what is left without.
xml-stream: MB a second of 200 MB read record by record, and the most memory the
process had for it (xmllint only looks whether it is XML). xpath: expressions a second
over one document. XML is measured in seconds of the processor. Each value is the median
of ROUNDS; of the file of 200 MB, of STREAMS."""
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

form, build, _ = sys.argv[1:]
ROUNDS, STREAMS, REQUESTS, RECORDS, TIMES, XPATHS = 5, 3, 1000, 8000, 330, 2000
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


def compare(case, unit, n, who, times=ROUNDS):
    """Rounds of each: a function → the value, how many were wrong, MiB or None."""
    rounds = [{name: measure() for name, measure in who.items()}
              for _ in range(times)]
    for name in who:
        values, wrong, memory = zip(*(r[name] for r in rounds))
        row(case, name, values, unit, sum(wrong), times * n)
        if None not in memory:
            row("xml-memory", name, memory, "MiB", sum(wrong), times * n)


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


def rpa_run(lua, name, manifest, *args, state=None):
    folder = path("bots/" + name)
    os.makedirs(folder, exist_ok=True)
    path(f"bots/{name}/bot.lua", manifest)
    path(f"bots/{name}/main.lua", lua)
    return run(rpa, "run", folder, "--quiet", "--state", state or path("state"),
               *args)


def seconds_of_last_run(n, state):
    """From the first intent to the last outcome of its n requests."""
    def rows(kind):
        all_rows = [json.loads(line) for line in
                    run(rpa, "audit", "show", "--json", "--state", state, "--kind",
                        kind).splitlines()]
        last = [r["mono_us"] for r in all_rows if r["run"] == all_rows[-1]["run"]]
        assert len(last) == n, len(last)
        return last
    return (rows("OUTCOME")[-1] - rows("HTTP")[0]) / 1e6


def bench_requests():
    nginx, port = start_nginx()
    url = f"https://127.0.0.1:{port}/vehicles"
    path("rpa.conf", 'return { targets = { ves = { authority = "%s" } } }' % path("pem"))
    path("curlrc", f'url = "{url}"\n' * REQUESTS)
    script = path("peer_requests.py", f"""import requests, time
s = requests.Session(); s.trust_env = False; s.verify = "{path('pem')}"; s.get("{url}")
start = time.monotonic()
bad = sum(s.get("{url}").text != '{BODY}' for _ in range({REQUESTS}))
print({REQUESTS} / (time.monotonic() - start), bad)""")

    def ours(state, lua):
        bad = rpa_run(lua, "web", 'return { name = "web", target = "ves", http = '
                      f'{{ "127.0.0.1:{port}" }} }}', "--config", path("rpa.conf"), state=state)
        return REQUESTS / seconds_of_last_run(REQUESTS, state), int(bad), None

    single = f"""local bad = 0
        for _ = 1, {REQUESTS} do
            if rpa.http.get("{url}").body ~= '{BODY}' then bad = bad + 1 end
        end
        print(bad)"""
    many = f"""local bad, list = 0, {{}}
        for i = 1, {REQUESTS} do list[i] = {{ url = "{url}" }} end
        for _, got in ipairs(rpa.http.all(list)) do
            if not got.reply or got.reply.body ~= '{BODY}' then bad = bad + 1 end
        end
        print(bad)"""

    def flushes():
        start = time.monotonic()
        with open(path("flushed"), "wb", buffering=0) as f:
            for _ in range(REQUESTS):
                f.write(b"x" * 12288)
                os.fdatasync(f.fileno())
        return REQUESTS / (time.monotonic() - start), 0, None

    def curl():
        start = time.monotonic()
        out = run("curl", "-s", "--cacert", path("pem"), "-K", path("curlrc"))
        seconds = time.monotonic() - start
        return REQUESTS / seconds, REQUESTS - out.count(BODY), None

    def requests():
        value, bad = run("/usr/bin/python3", script).split()
        return float(value), int(bad), None

    with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
        os.chmod(memory, 0o755)
        compare("requests", "1/s", REQUESTS, {
            "rpa": lambda: ours(path("state"), many),
            "rpa-single": lambda: ours(path("state"), single), "fdatasync": flushes,
            "rpa-in-memory": lambda: ours(memory + "/state", many), "curl": curl,
            "python3-requests": requests})
    nginx.send_signal(signal.SIGTERM)
    nginx.wait()


# ---- XML --------------------------------------------------------------------------
def of_process(pid, key):
    """A number of /proc/PID/status; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8") as f:
            return next((int(line.split()[1]) for line in f
                         if line.startswith(key + ":")), 0)
    except OSError:
        return 0


def is_bot(pid):
    """Is it the bot of a run of this bench?"""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as f:
            if f.read() != b"rpa\0role\0bot\0":
                return False
    except OSError:
        return False
    while pid and pid != os.getpid():
        pid = of_process(pid, "PPid")
    return pid != 0


def rpa_bot(lua, manifest, *args):
    """What the bot printed, and the most memory it had, MiB."""
    peak, over = [0], threading.Event()

    def look():
        while not over.wait(0.05):
            for pid in filter(str.isdigit, os.listdir("/proc")):
                if is_bot(int(pid)):
                    peak[0] = max(peak[0], of_process(pid, "VmHWM"))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        return rpa_run(lua, "xml", manifest, *args), peak[0] / 1024
    finally:
        over.set()
        looking.join()


def peer(*argv, said=None):
    """What it printed, the seconds of the processor and the most memory, MiB."""
    with open(path("in"), "w+", encoding="utf-8") as given, \
            open(path("out"), "w+", encoding="utf-8") as out:
        given.write(said or "")
        given.seek(0)
        with subprocess.Popen(argv, stdin=given, stdout=out) as p:
            ended, memory = 0, 0
            while not ended:
                memory = max(memory, of_process(p.pid, "VmHWM"))
                time.sleep(0.02)
                ended, status, used = os.wait4(p.pid, os.WNOHANG)
            p.returncode = os.waitstatus_to_exitcode(status)
        if p.returncode:
            raise subprocess.CalledProcessError(p.returncode, argv, stderr="")
        out.seek(0)
        return out.read(), used.ru_utime + used.ru_stime, memory / 1024


def bench_stream():
    one = "<report id='{}'><name>O'Brien &amp; Siân</name><place>Caerdydd</place></report>"
    body = "".join(map(one.format, range(RECORDS)))
    with open(path("list.xml"), "w", encoding="utf-8") as f:
        f.writelines(["<list>", *[body] * TIMES, "</list>"])
    os.chmod(path("list.xml"), 0o644)
    mb, n = os.path.getsize(path("list.xml")) / 1e6, RECORDS * TIMES
    lua = """local n, start = 0, os.clock()
        for record in rpa.xml.stream(rpa.file("list")):records("/list/report") do
            if record:text("/report/name") == "O'Brien & Siân" then n = n + 1 end
        end
        print(os.clock() - start, n)"""
    script = path("peer_stream.py", f"""from lxml import etree
n = 0
for _, e in etree.iterparse("{path('list.xml')}", tag="report"):
    n += e.findtext("name") == "O'Brien & Siân"
    e.clear()
    while e.getprevious() is not None:
        del e.getparent()[0]
print(n)""")

    def ours():
        out, memory = rpa_bot(lua, 'return { name = "xml", files = { input = '
                              '{ list = "list.xml" } } }', "--files", home)
        seconds, got = out.split()
        return mb / float(seconds), n - int(got), memory

    def lxml():
        out, seconds, memory = peer("/usr/bin/python3", script)
        return mb / seconds, n - int(out), memory

    def xmllint():
        _, seconds, memory = peer("xmllint", "--stream", path("list.xml"))
        return mb / seconds, 0, memory

    compare("xml-stream", "MB/s", n, {"rpa": ours, "lxml": lxml, "xmllint": xmllint},
            STREAMS)


def bench_xpath():
    path("doc.xml", "<list>" + "".join(f"<report id='{i}'><name>Siân {i}</name></report>"
                                       for i in range(1000)) + "</list>")
    asked = [i % 1000 for i in range(XPATHS)]
    script = path("peer_xpath.py", f"""import time
from lxml import etree
doc = etree.parse("{path('doc.xml')}")
start = time.process_time()
bad = sum(doc.xpath(f"string(/list/report[@id = {{i % 1000}}]/name)") != f"Siân {{i % 1000}}"
          for i in range({XPATHS}))
print({XPATHS} / (time.process_time() - start), bad)""")

    def ours():
        out = rpa_run(f"""local doc = rpa.xml.parse(rpa.file("doc"):read())
            local bad, start = 0, os.clock()
            for i = 0, {XPATHS - 1} do
                local k = i % 1000
                local got = doc:text("/list/report[@id = " .. k .. "]/name")
                if got ~= "Siân " .. k then bad = bad + 1 end
            end
            print({XPATHS} / (os.clock() - start), bad)""", "xml",
                      'return { name = "xml", files = { input = { doc = "doc.xml" } } }',
                      "--files", home)
        value, bad = out.split()
        return float(value), int(bad), None

    def lxml():
        value, bad = peer("/usr/bin/python3", script)[0].split()
        return float(value), int(bad), None

    def xmllint():
        said = "".join(f"xpath string(/list/report[@id = {k}]/name)\n" for k in asked)
        out, seconds, _ = peer("xmllint", "--shell", path("doc.xml"), said=said)
        out = out.replace("#C3#A2", "â")  # as it writes what is not ASCII
        got = re.findall("a string : (.*)", out)
        wrong = sum(a != f"Siân {k}" for a, k in zip(got, asked))
        return XPATHS / seconds, wrong + abs(len(got) - XPATHS), None

    compare("xpath", "1/s", XPATHS, {"rpa": ours, "lxml": lxml, "xmllint": xmllint})


try:
    bench_requests()
    bench_stream()
    bench_xpath()
except subprocess.CalledProcessError as e:
    sys.exit(f"error: bench: {' '.join(map(str, e.cmd))[:200]}: {e.stderr[-400:]}")
finally:
    shutil.rmtree(home)
