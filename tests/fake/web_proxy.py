#!/usr/bin/env python3
"""web_proxy.py LOG: a proxy that knows CONNECT alone and takes every name for this
machine's. Prints `port N`; ends when its input does. A line of LOG a request."""
import socket
import sys
import threading


def pump(one, other):
    while part := one.recv(65536):
        other.sendall(part)
    other.shutdown(socket.SHUT_WR)


def serve(client):
    with client, client.makefile("rb") as asked:
        line = asked.readline().decode("latin-1").strip()
        while asked.readline().strip():
            pass
        with open(sys.argv[1], "a", encoding="utf-8") as log:
            print(line, file=log)
        method, place, _ = line.split()
        if method != "CONNECT":
            client.sendall(b"HTTP/1.1 405 X\r\nContent-Length: 0\r\n\r\n")
            return
        with socket.create_connection(("127.0.0.1", place.split(":")[-1])) as server:
            client.sendall(b"HTTP/1.1 200 X\r\n\r\n")
            back = threading.Thread(target=pump, args=(server, client), daemon=True)
            back.start()
            pump(client, server)
            back.join()


def accept(listening):
    while True:
        threading.Thread(target=serve, args=(listening.accept()[0],),
                         daemon=True).start()


here = socket.create_server(("127.0.0.1", 0))
print("port", here.getsockname()[1], flush=True)
threading.Thread(target=accept, args=(here,), daemon=True).start()
sys.stdin.read()
