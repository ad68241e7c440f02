#!/usr/bin/env python3
"""Servers that no package has any more, on loopback: peer.py KIND PORT, in the foreground.

   poor  knows no CAPA and no TOP, and stuffs no dots
   sdps  Demon's: RFC 1939 and *ENV, which tells the envelope of a message

Users, messages and the password are those of real.sh; deletions last until it ends."""
import re, socketserver, sys, threading

KIND, PORT = sys.argv[1], int(sys.argv[2])
BODIES = {1: "Hello.\n", 2: ".\n..\n.x\nend\n", 3: "x" * 100000 + "\n", 4: "a\x00b\n"}
LOCK = threading.Lock()


def message(who, n):
    return ("Return-Path: <bounce%d@example.net>\nFrom: Sender %d <sender%d@example.org>\n"
            "Subject: %s %d\nMessage-ID: <%s%d@example.org>\n\n" % (n, n, n, who, n, who, n) +
            BODIES.get(n, "Body %d.\n" % n)).encode().replace(b"\n", b"\r\n")


DROPS = {who: [("%s-%d" % (who, n), message(who, n)) for n in range(1, count + 1)]
         for who, count in (("ann", 12), ("bob", 0), ("carol", 300))}
GREETING = {"poor": b"+OK\r\n", "sdps": b"+OK POP3 server at pop3.demon.co.uk ready\r\n"}


class Session(socketserver.StreamRequestHandler):
    user, drop, gone = None, None, set()

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def lines(self, lines):
        self.say("+OK")
        for line in lines:
            self.say(line)
        self.say(".")

    def text(self, data):
        if KIND != "poor":
            data = re.sub(rb"(?m)^\.", b"..", data)
        self.wfile.write(b"+OK\r\n" + data + b".\r\n")

    def present(self):
        return [(n, uid, data) for n, (uid, data) in enumerate(self.drop, 1) if n not in self.gone]

    def command(self, verb, args):
        number = int(args[0]) if args and args[0].isdigit() else 0
        if verb == "USER":
            self.user = " ".join(args)
            return self.say("+OK")
        if verb == "PASS":
            if args != ["secret"] or self.user not in DROPS:
                return self.say("-ERR no such user or password")
            self.drop, self.gone = list(DROPS[self.user]), set()
            return self.say("+OK")
        if self.drop is None:
            return self.say("-ERR unknown command")
        if verb == "STAT":
            drop = self.present()
            return self.say("+OK %d %d" % (len(drop), sum(len(d) for n, u, d in drop)))
        if verb == "LIST" and not args:
            return self.lines("%d %d" % (n, len(d)) for n, u, d in self.present())
        if verb == "UIDL" and not args:
            return self.lines("%d %s" % (n, u) for n, u, d in self.present())
        if verb == "NOOP":
            return self.say("+OK")
        if verb == "RSET":
            self.gone = set()
            return self.say("+OK")
        if verb in ("RETR", "DELE", "*ENV") or verb == "TOP" and KIND != "poor":
            found = [d for n, u, d in self.present() if n == number]
            if not found:
                return self.say("-ERR no such message")
            if verb == "DELE":
                self.gone.add(number)
                return self.say("+OK")
            if verb == "*ENV" and KIND == "sdps":
                sender = re.match(rb"Return-Path: <(.*)>", found[0]).group(1).decode()
                return self.lines(["id", "relay.example.net", sender, self.user + "@example.org"])
            if verb == "TOP":
                head, body = found[0].split(b"\r\n\r\n", 1)
                count = int(args[1])
                return self.text(head + b"\r\n\r\n" + b"".join(
                    body.splitlines(keepends=True)[:count]))
            if verb == "RETR":
                return self.text(found[0])
        return self.say("-ERR unknown command")

    def handle(self):
        self.wfile.write(GREETING[KIND])
        for line in self.rfile:
            verb, *args = line.decode("latin-1").strip().split(" ")
            if verb.upper() == "QUIT":
                break
            self.command(verb.upper(), args)
        else:
            return
        if self.drop is not None:
            with LOCK:
                dead = {u for n, (u, d) in enumerate(self.drop, 1) if n in self.gone}
                DROPS[self.user] = [m for m in DROPS[self.user] if m[0] not in dead]
        self.say("+OK")


socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer.daemon_threads = True
socketserver.ThreadingTCPServer(("127.0.0.1", PORT), Session).serve_forever()
