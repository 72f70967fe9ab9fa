#!/usr/bin/python3
"""Who is told of alerts: a mail server (aiosmtpd) and a web address.

alert_host.py --file FILE --mode MODE [--cert CERT --key KEY]: prints
"mail PORT" and "web PORT"; what it takes goes to FILE, a line of JSON each.
The file MODE has a word that counts from then on, and behind it "mail" or "web"
where it is for that alone:
  ok      takes it          busy  451 and 503
  refuse  550 and 403       lose  takes it, and closes before it says so
  hang    says nothing more until it is told otherwise
With a certificate it wants STARTTLS and rpa/hush as user and password.
"""
import argparse
import asyncio
import email
import email.policy
import http.server
import json
import socket
import ssl
import threading

from aiosmtpd.smtp import SMTP, AuthResult

WORDS = {"busy": ("451 later", 503), "refuse": ("550 no", 403)}


class Taken:
    def __init__(self, args):
        self.args = args
        self.lock = threading.Lock()

    def mode(self, channel):
        with open(self.args.mode, encoding="ascii") as f:
            words = f.read().split() + [channel]
        return words[0] if words[1] == channel else "ok"

    def keep(self, what):
        with self.lock, open(self.args.file, "a", encoding="utf-8") as f:
            f.write(json.dumps(what) + "\n")


class Mail:
    def __init__(self, taken):
        self.taken = taken

    async def handle_DATA(self, server, session, envelope):
        while self.taken.mode("mail") == "hang":
            await asyncio.sleep(0.05)
        mode = self.taken.mode("mail")
        if mode in WORDS:
            return WORDS[mode][0]
        message = email.message_from_bytes(envelope.original_content,
                                           policy=email.policy.default)
        self.taken.keep({"by": "mail", "from": envelope.mail_from,
                         "to": envelope.rcpt_tos,
                         "id": message["Message-ID"],
                         "subject": message["Subject"],
                         "tls": session.ssl is not None,
                         "text": message.get_content(),
                         "crlf": b"\n" not in
                         envelope.original_content.replace(b"\r\n", b"")})
        if mode == "lose":
            server.transport.close()
        return "250 taken"


def web_handler(taken):
    class Web(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            while taken.mode("web") == "hang":
                threading.Event().wait(0.05)
            mode = taken.mode("web")
            status = WORDS[mode][1] if mode in WORDS else 200
            if status == 200:
                taken.keep({"by": "web", "path": self.path,
                            "auth": self.headers["Authorization"],
                            "body": json.loads(body)})
            if mode == "lose":
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass
    return Web


def login(server, session, envelope, mechanism, data):
    right = (data.login, data.password) == (b"rpa", b"hush")
    return AuthResult(success=right, handled=False)


async def serve_mail(taken, web, secure):
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Mail(taken), **secure), "127.0.0.1", 0)
    print(f"mail {server.sockets[0].getsockname()[1]}")
    print(f"web {web.server_address[1]}", flush=True)
    await server.serve_forever()


def main():
    parser = argparse.ArgumentParser()
    for name in ("--file", "--mode", "--cert", "--key"):
        parser.add_argument(name)
    args = parser.parse_args()
    taken = Taken(args)
    secure = {}
    if args.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(args.cert, args.key)
        secure = {"tls_context": context, "require_starttls": True,
                  "auth_required": True, "authenticator": login}
    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), web_handler(taken))
    web.daemon_threads = True
    threading.Thread(target=web.serve_forever, daemon=True).start()
    asyncio.run(serve_mail(taken, web, secure))


main()
