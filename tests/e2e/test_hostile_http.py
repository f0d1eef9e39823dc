# SPDX-License-Identifier: MIT
"""Requests that no friend sends, over raw sockets. The bars: one answer at most, never a 5xx that is not meant, the
connection ends after a refusal, nobody else waits, and the program lives on with the same descriptors."""

import http.client
import os
import re
import select
import socket
import threading
import time

from harness import API_TOKEN, AUTH_TOKEN, PUBLIC_URL, Hilo, HiloTest, inbound, sign, wait_until

SMS = "/api/webhooks/sms"
SEND = "/api/messaging/send"
HOST = b"Host: x\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
SIGNED = b"X-Twilio-Signature: " + b"A" * 27 + b"=\r\n"
HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


def post(headers, body=b"", target=SMS):
    return b"POST " + target.encode() + b" HTTP/1.1\r\n" + HOST + FORM + SIGNED + headers + b"\r\n" + body


def get(headers=b"", target=b"/healthz", method=b"GET", version=b"HTTP/1.1"):
    return method + b" " + target + b" " + version + b"\r\n" + headers + b"\r\n"


def rows(*expected):
    """Marks cases with the statuses that are right for them; None is a cut without an answer."""
    return lambda cases: [(name, data, set(expected)) for name, data in cases.items()]


FRAMING = rows(400)({
    "both lengths": post(b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n" + HIDDEN),
    "both lengths, other order": post(b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", b"0\r\n\r\n" + HIDDEN),
    "two different lengths": post(b"Content-Length: 0\r\nContent-Length: 38\r\n", HIDDEN),
    "two equal lengths": post(b"Content-Length: 3\r\nContent-Length: 3\r\n", b"a=b"),
    "two lengths in one": post(b"Content-Length: 3, 3\r\n", b"a=b"),
    "a signed length": post(b"Content-Length: +3\r\n", b"a=b"),
    "a negative length": post(b"Content-Length: -3\r\n", b"a=b"),
    "a hexadecimal length": post(b"Content-Length: 0x3\r\n", b"a=b"),
    "an empty length": post(b"Content-Length: \r\n", b"a=b"),
    "a length with a blank": post(b"Content-Length: 1 3\r\n", b"a=b"),
    "coded twice": post(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n" + HIDDEN),
    "coded twice in one": post(b"Transfer-Encoding: chunked, chunked\r\n", b"0\r\n\r\n" + HIDDEN),
    "another coding": post(b"Transfer-Encoding: gzip, chunked\r\n", b"0\r\n\r\n" + HIDDEN),
    "identity": post(b"Transfer-Encoding: identity\r\n", b"a=b"),
    "a coding that only looks like it": post(b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n" + HIDDEN),
    "a blank before the colon": post(b"Content-Length : 38\r\n", HIDDEN),
    "a tab before the colon": post(b"Transfer-Encoding\t: chunked\r\n", b"0\r\n\r\n" + HIDDEN),
    "a folded header": post(b"X-Folded: one\r\n two\r\nContent-Length: 3\r\n", b"a=b"),
    "a folded coding": post(b"Transfer-Encoding:\r\n chunked\r\n", b"0\r\n\r\n" + HIDDEN),
    "a folded name": post(b"Content-Length: 3\r\n\tX\r\n", b"a=b"),
    "a fold before all headers": get(b" X: y\r\n" + HOST),
    "a name with a high byte": post(b"X-\xff: y\r\nContent-Length: 3\r\n", b"a=b"),
    "a name with a bracket": post(b"X(y): z\r\nContent-Length: 3\r\n", b"a=b"),
    "no colon": post(b"X-Nothing\r\nContent-Length: 3\r\n", b"a=b"),
    "a name cut by a zero byte": post(b"X-\0Y: z\r\nContent-Length: 3\r\n", b"a=b"),
    "a lone carriage return in a value": post(b"X-Y: a\rb\r\nContent-Length: 3\r\n", b"a=b"),
    "an escape in a value": post(b"X-Y: \x1b[2J\r\nContent-Length: 3\r\n", b"a=b"),
    "two hosts": get(b"Host: a\r\nHost: b\r\n"),
    "two equal hosts": get(b"Host: a\r\nhost: a\r\n"),
    "no host": get(),
}) + rows(413, 400)({
    "a length above 64 bits": post(b"Content-Length: 99999999999999999999999\r\n", b"a=b"),
    "a chunk above 64 bits": post(b"Transfer-Encoding: chunked\r\n", b"fffffffffffffffffffff\r\na=b\r\n0\r\n\r\n"),
}) + rows(400, None)({
    "a chunk size that is none": post(b"Transfer-Encoding: chunked\r\n", b"zz\r\na=b\r\n0\r\n\r\n"),
    "a negative chunk": post(b"Transfer-Encoding: chunked\r\n", b"-1\r\na=b\r\n0\r\n\r\n"),
    "a chunk without its size": post(b"Transfer-Encoding: chunked\r\n", b"\r\na=b\r\n0\r\n\r\n"),
    "a chunk longer than it says": post(b"Transfer-Encoding: chunked\r\n", b"1\r\na=b\r\n0\r\n\r\n"),
})

TARGETS = rows(400)({
    "another host's address": get(HOST, b"http://evil.example/healthz"),
    "a star": get(HOST, b"*", b"OPTIONS"),
    "no slash": get(HOST, b"healthz"),
    "a high byte": get(HOST, b"/healthz\xff"),
    "a control character": get(HOST, b"/health\x01z"),
    "a tab": get(HOST, b"/health\tz"),
}) + rows(404)({
    "another path": get(HOST, b"/"),
    "a double slash": get(HOST, b"//healthz"),
    "a slash after it": get(HOST, b"/healthz/"),
    "an escaped letter": get(HOST, b"/%68ealthz"),
    "dots": get(HOST, b"/api/../healthz"),
    "upper case": get(HOST, b"/HEALTHZ"),
    "a long id": get(HOST, b"/api/messaging/messages/" + b"9" * 30),
}) + rows(405)({
    "HEAD": get(HOST, method=b"HEAD"),
    "PUT": get(HOST, method=b"PUT"),
    "TRACE": get(HOST, method=b"TRACE"),
    "lower case": get(HOST, method=b"get"),
    "an invented one": get(HOST, method=b"BREW"),
    "GET on a webhook": get(HOST, SMS.encode()),
    "POST on a list": post(b"Content-Length: 3\r\n", b"a=b", "/api/messaging/conversations"),
}) + rows(414)({
    "a long target": get(HOST, b"/" + b"a" * 8192),
    "a very long target": get(HOST, b"/" + b"a" * 200000),
}) + rows(431)({
    "a long header": get(HOST + b"X: " + b"a" * 200000 + b"\r\n"),
    "many headers": get(HOST + b"".join(b"X%d: y\r\n" % n for n in range(20000))),
}) + rows(400, None)({
    "a blank in the target": get(HOST, b"/health z"),
    "no version": b"GET /healthz\r\n" + HOST + b"\r\n",
    "no version number": get(HOST, version=b"HTTP/x.y"),
    "no method": b" /healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "no target": b"GET\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200 + b"\r\n\r\n",
    "noise": bytes(range(256)) * 8 + b"\r\n\r\n",
}) + rows(400, 403, None)({
    "no header name": post(b": y\r\nContent-Length: 3\r\n", b"a=b"),
}) + rows(505)({
    # The library says this by itself, and it is the right word for it.
    "an old version": get(HOST, version=b"HTTP/0.9"),
    "a new version": get(HOST, version=b"HTTP/2.0"),
}) + rows(200)({
    "blank lines first": b"\r\n\r\n" + get(HOST),
    "bare line feeds": b"GET /healthz HTTP/1.1\nHost: x\n\n",
    "the first version": get(version=b"HTTP/1.0"),
})

BODIES = rows(413)({
    "a form above 256 KiB": post(b"Content-Length: 262145\r\n"),
    "a form above 256 KiB in chunks": post(
        b"Transfer-Encoding: chunked\r\n", (b"8000\r\n" + b"a" * 32768 + b"\r\n") * 9 + b"0\r\n\r\n"),
    "501 fields": post(b"Content-Length: 1001\r\n", b"&".join([b"a"] * 501)),
    "a body where none is expected": get(HOST + b"Content-Length: 5\r\n") + b"hello",
}) + rows(403)({
    "a chunk with a long extension": post(b"Transfer-Encoding: chunked\r\n", b"3;x=" + b"a" * 9000 + b"\r\na=b\r\n0\r\n\r\n"),
}) + rows(431)({
    "a long trailer": post(b"Transfer-Encoding: chunked\r\n", b"3\r\na=b\r\n0\r\nX: " + b"b" * 200000 + b"\r\n\r\n"),
}) + rows(500)({
    # The library's own answer when a chunk's extension fills all its memory, the one 5xx that cannot be taken from it.
    "an endless chunk extension": post(b"Transfer-Encoding: chunked\r\n", b"3;x=" + b"a" * 200000),
}) + rows(415)({
    "no type": b"POST /api/webhooks/sms HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=b",
    "another type": post(b"Content-Length: 3\r\n", b"a=b").replace(FORM, b"Content-Type: text/plain\r\n"),
    "two types": post(b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n", b"a=b"),
    "another charset": post(b"Content-Length: 3\r\n", b"a=b").replace(b"urlencoded\r", b"urlencoded; charset=latin1\r"),
    "a longer type": post(b"Content-Length: 3\r\n", b"a=b").replace(b"urlencoded\r", b"urlencodedx\r"),
    "parts": post(b"Content-Length: 3\r\n", b"a=b").replace(FORM, b"Content-Type: multipart/form-data; boundary=x\r\n"),
}) + rows(403)({
    "an empty body": post(b"Content-Length: 0\r\n"),
    "no body": post(b""),
    "half an escape": post(b"Content-Length: 4\r\n", b"a=%4"),
    "a zero byte": post(b"Content-Length: 5\r\n", b"a=b\0c"),
    "an escaped zero byte": post(b"Content-Length: 5\r\n", b"a=%00"),
    "invalid UTF-8": post(b"Content-Length: 4\r\n", b"a=\xff\xfe"),
    "overlong UTF-8": post(b"Content-Length: 8\r\n", b"a=%c0%af"),
    "only separators": post(b"Content-Length: 6\r\n", b"&&=&=&"),
    "500 fields": post(b"Content-Length: 999\r\n", b"&".join([b"a"] * 500)),
    "in chunks": post(b"Transfer-Encoding: chunked\r\n", b"1\r\na\r\n2;x=y\r\n=b\r\n0\r\n\r\n"),
    "a whole 256 KiB": post(b"Content-Length: 262144\r\n", b"a" * 262144),
})


class HostileTest(HiloTest):
    def setUp(self):
        self.hilo = Hilo(self)
        self.service = self.hilo.serve()

    def connect(self):
        sock = socket.create_connection(("127.0.0.1", self.service.port), timeout=20)
        self.addCleanup(sock.close)
        return sock

    def exchange(self, data, half_close=False):
        """Sends and returns all that comes back until the server ends the connection (or 20 s are over)."""
        with socket.create_connection(("127.0.0.1", self.service.port), timeout=20) as sock:
            got = b""
            try:
                sock.sendall(data)
                if half_close:
                    sock.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # refused before all of it was sent; the answer is there all the same
            try:
                while chunk := sock.recv(65536):
                    got += chunk
                    if statuses(got)[:1] == [200] and complete(got):
                        break  # a good answer keeps the connection
            except ConnectionResetError:
                pass
            return without_repeated_head(got)

    def assert_alive(self):
        self.assertEqual(self.service.post_webhook("sms", inbound()).status, 200)

    def check(self, cases):
        for name, data, expected in cases:
            with self.subTest(name):
                got = self.exchange(data)
                self.assertLessEqual(len(statuses(got)), 1, got)
                status = statuses(got)[0] if statuses(got) else None
                self.assertIn(status, expected, got[:300])
                if status is not None and status >= 400:
                    self.assertRegex(got, rb"(?i)\r\nConnection: close\r\n")
                    self.assertNotIn(b"evil", got)
                self.assert_alive()


def statuses(data):
    return [int(number) for number in re.findall(rb"HTTP/1\.[01] (\d{3}) ", data)]


def without_repeated_head(data):
    """The library writes the head of some of its own refusals twice, then the body and the end: one answer all the same."""
    head, mark, rest = data.partition(b"\r\n\r\n")
    again = head + mark
    return rest if rest.startswith(again) and b"<html>" in rest and b"\r\nConnection: close" in head else data


def complete(data):
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return length is not None and len(body) >= int(length.group(1))


class TestMalformed(HostileTest):
    def test_ambiguous_framing_is_refused_once(self):
        self.check(FRAMING)

    def test_targets_methods_and_versions(self):
        self.check(TARGETS)

    def test_bodies(self):
        self.check(BODIES)
        self.assertEqual(self.hilo.value("SELECT count(*) FROM dead_letters"), 0)

    def test_json(self):
        good = b'{"channel":"sms","to":"+5215512345678","message":"Hola"'
        cases = {
            b"": 400, b"{": 400, b"[]": 400, b"null": 400, b"1": 400, b'"x"': 400, good + b",}": 400, good + b"}x": 400,
            good + b"}{}": 400, b"\xef\xbb\xbf" + good + b"}": 400, good + b',"subject":"\xff\xfe"}': 400,
            good + b',"subject":"\xc0\xaf"}': 400, good + b',"subject":"a\\u0000b"}': 400, good + b',"subject":"\n"}': 400,
            good + b',"message":"again"}': 400, good + b',"x":0012}': 400, good + b',"x":1.}': 400, good + b',"x":1e999}': 400,
            good + b',"x":NaN}': 400, good + b',"subject":"\\ud800"}': 400, good + b',"x":' + b"[" * 15 + b"]" * 15 + b"}": 202,
            good + b',"x":' + b"[" * 16 + b"]" * 16 + b"}": 413, b"[" * 30000: 413, b'{"a":' * 10000: 413,
            good + b',"x":"' + b"a" * 65536 + b'"}': 413, good.replace(b"message", b"Message") + b"}": 400,
            good + b',"x":"[[[[[[[[[[[[[[[[[[[[[["}': 202,
        }
        for body, expected in cases.items():
            with self.subTest(body[:60]):
                head = f"POST {SEND} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {API_TOKEN}\r\n" \
                       f"Content-Type: application/json\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
                got = self.exchange(head.encode() + body)
                self.assertEqual(statuses(got), [expected], got)
        self.assertEqual(self.hilo.value("SELECT count(*) FROM outbox"), 2)

    def test_bodies_that_end_early(self):
        for name, data in {
            "half a form": post(b"Content-Length: 100\r\n", b"a=b"),
            "half a chunk": post(b"Transfer-Encoding: chunked\r\n", b"64\r\na=b"),
            "half a head": b"POST /api/webhooks/sms HTTP/1.1\r\nHost: x",
        }.items():
            with self.subTest(name):
                self.assertEqual(self.exchange(data, half_close=True), b"")
                self.assert_alive()

    def test_a_client_that_leaves_at_once_loses_nothing(self):
        pairs = inbound(Body="gone")
        body = "&".join(f"{key}={value.replace('+', '%2B')}" for key, value in pairs).encode()
        head = (f"POST {SMS} HTTP/1.1\r\nHost: x\r\nX-Twilio-Signature: {sign(AUTH_TOKEN, PUBLIC_URL + SMS, pairs)}\r\n"
                f"Content-Length: {len(body)}\r\n").encode()
        for _ in range(20):
            sock = self.connect()
            sock.sendall(head + FORM + b"\r\n" + body)
            # A reset in place of a farewell.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            sock.close()
        self.assert_alive()
        self.assertLessEqual(self.hilo.value("SELECT count(*) FROM messages WHERE body = 'gone'"), 1)


class TestPressure(HostileTest):
    def descriptors(self):
        return len(os.listdir(f"/proc/{self.service.pid}/fd"))

    def resident_kib(self):
        with open(f"/proc/{self.service.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1))

    def test_who_trickles_is_cut_and_nobody_waits(self):
        """Each sends a byte every quarter of a second, which never lets an idle timer run out."""
        starts = [b"", b"POST ", b"POST /api/webhooks/sms HTTP/1.1\r\nHost: x\r\nX: ",
                  post(b"Content-Length: 90\r\n", b"a="), post(b"Transfer-Encoding: chunked\r\n", b"5a\r\na"),
                  post(b"Transfer-Encoding: chunked\r\n", b"1;x=")]
        open_ones = {}
        began = time.monotonic()
        for start in starts * 5:
            sock = self.connect()
            sock.sendall(start)
            open_ones[sock] = began
        slowest = 0
        while open_ones and time.monotonic() - began < 30:
            gone, _, _ = select.select(list(open_ones), [], [], 0.25)
            for sock in gone:
                del open_ones[sock]
            for sock in list(open_ones):
                try:
                    sock.send(b"a")
                except OSError:
                    del open_ones[sock]
            answer = self.service.post_webhook("sms", inbound())
            self.assertEqual(answer.status, 200)
            slowest = max(slowest, answer.seconds)
        self.assertFalse(open_ones, f"{len(open_ones)} slow clients are still connected")
        self.assertLess(time.monotonic() - began, 13)
        self.assertLess(slowest, 2)

    def test_a_flood_of_idle_connections_delays_nobody_for_long(self):
        before = self.descriptors()
        crowd = [self.connect() for _ in range(400)]
        answer = self.service.post_webhook("sms", inbound(), timeout_s=20)
        self.assertEqual(answer.status, 200)
        # Not even as long as an idle connection is kept.
        self.assertLess(answer.seconds, 3)
        self.assertLess(self.descriptors(), before + 300)
        for sock in crowd:
            sock.close()
        wait_until(lambda: self.descriptors() <= before + 1, "the descriptors are given back")

    def test_as_many_connections_as_are_served_are_never_cut(self):
        lines = [http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=20) for _ in range(256)]
        try:
            for _ in range(2):  # kept alive in between
                for line in lines:
                    line.request("GET", "/healthz")
                    self.assertEqual(line.getresponse().read()[:16], b'{"status":"ok","')
        finally:
            for line in lines:
                line.close()

    def test_large_bodies_leave_no_memory_behind(self):
        body = b"a" * 262144
        data = post(b"Content-Length: 262144\r\n", body)
        self.exchange(data)
        before, before_fds = self.resident_kib(), self.descriptors()
        for _ in range(5):
            threads = [threading.Thread(target=self.exchange, args=(data,)) for _ in range(40)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assert_alive()
        with open(f"/proc/{self.service.pid}/maps", encoding="utf-8") as maps:
            keeps_freed_memory = "asan" in maps.read()  # a sanitizer does, to find uses of it
        if not keeps_freed_memory:
            self.assertLess(self.resident_kib(), before + 64 * 1024)
        wait_until(lambda: self.descriptors() <= before_fds + 1, "the descriptors are given back")

    def test_hidden_second_requests_are_not_served(self):
        """Refused requests followed by others on the same connection: one answer, then the end."""
        for first in (post(b"Content-Length: 3\r\n", b"a=b"), get(HOST, b"/nowhere"), get(HOST, method=b"PUT")):
            got = self.exchange(first + HIDDEN * 3)
            self.assertEqual(len(statuses(got)), 1, got)
        # Good ones may follow each other.
        with socket.create_connection(("127.0.0.1", self.service.port), timeout=20) as sock:
            sock.sendall(HIDDEN * 3)
            got = b""
            while len(statuses(got)) < 3:
                got += sock.recv(65536)
            self.assertEqual(statuses(got), [200] * 3)
