#!/usr/bin/env python3
"""web_refuses.py CERTIFICATE KEY: HTTP/2 over TLS that takes no request at first: six
streams it refuses, of the seventh it says that it goes (RFC 9113, 8.7), the rest it
answers. Prints `port N`; ends when its input does."""
import os
import socket
import ssl
import sys
import threading

DATA, HEADERS, RST_STREAM, SETTINGS, GOAWAY = 0, 1, 3, 4, 7
END, ACK, END_HEADERS = 1, 1, 4
REFUSED_STREAM = bytes([0, 0, 0, 7])
BODY = b'{"colour":"red"}'
# :status 200, content-length, content-type (RFC 7541, A and C.1)
ANSWER = b"\x88\x0f\x0d\x0216\x0f\x10\x10application/json"
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
context.set_alpn_protocols(["h2"])
came = 0


def frame(kind, flags, stream, data=b""):
    return len(data).to_bytes(3, "big") + bytes([kind, flags]) + \
        stream.to_bytes(4, "big") + data


def reply(stream):
    global came
    came += 1
    if came <= 6:
        return frame(RST_STREAM, 0, stream, REFUSED_STREAM)
    if came == 7:
        return frame(GOAWAY, 0, 0, bytes(8))
    return frame(HEADERS, END_HEADERS, stream, ANSWER) + frame(DATA, END, stream, BODY)


def serve(plain):
    try:
        with context.wrap_socket(plain, server_side=True) as conn:
            file = conn.makefile("rb")
            file.read(24)
            conn.sendall(frame(SETTINGS, 0, 0))
            while head := file.read(9):
                file.read(int.from_bytes(head[:3], "big"))
                if head[3] == SETTINGS and not head[4] & ACK:
                    conn.sendall(frame(SETTINGS, ACK, 0))
                elif head[3] == HEADERS:
                    conn.sendall(reply(int.from_bytes(head[5:], "big")))
    except OSError:
        pass


def accept():
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0))
print("port", listener.getsockname()[1], flush=True)
threading.Thread(target=accept, daemon=True).start()
sys.stdin.read()
os._exit(0)
