#!/usr/bin/env python3
"""An order that no command of ours makes: forger.py STATE MANIFEST [MODE], the
manifest as JSON. Prints what the supervisor answers; exits 0 if it took it. It
claims the name, the hash and the file of another bot."""
import json
import socket
import struct
import sys


def head(major, n):
    if n < 24:
        return bytes([major << 5 | n])
    return bytes([major << 5 | 26]) + struct.pack(">I", n)


def cbor(value):
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -value - 1)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    return head(5, len(value)) + b"".join(
        cbor(key) + cbor(of) for key, of in value.items())


state, manifest, *mode = sys.argv[1:]
order = {
    "v": 1, "call": "run", "confs": [], "target_required": False,
    "purpose": {"reason": 1}, "timeout_ms": 0, "needs_display": False,
    "json": False, "quiet": False, "tty": False,
    "bundle": {
        "name": "rekey_crime_reports", "sha256": b"\xaa" * 32,
        "file": "bots/rekey_crime_reports/main.lua",
        "source": b"print('forged')", "modules": {}, "set": {},
        "manifest": json.loads(manifest),
    },
}
if mode:
    order["mode"] = mode[0]
with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as daemon:
    daemon.connect(state + "/control.sock")
    daemon.send(cbor(order))
    daemon.settimeout(60)
    answers = []
    while answer := daemon.recv(1 << 20):
        answers.append(answer)
        print(answer.decode(errors="replace"))
sys.exit(not answers or b"cerr" in answers[0])
