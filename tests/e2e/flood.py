# SPDX-License-Identifier: MIT
"""Many webhooks a second, signed before the clock starts, over connections that stay open."""

import itertools
import socket
import threading
import time
import urllib.parse

from harness import AUTH_TOKEN, PUBLIC_URL, inbound, sign

CONNECTIONS = 8


def raw_request(channel, pairs):
    target = "/api/webhooks/" + channel
    body = urllib.parse.urlencode(pairs)
    head = (
        f"POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: TwilioProxy/1.1\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"X-Twilio-Signature: {sign(AUTH_TOKEN, PUBLIC_URL + target, pairs)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


class Flood:
    """`count` messages from `customers` customers at `rate` a second, or as fast as they are taken. As a context it starts and
    waits for its end; answered holds how many got a 200."""

    def __init__(self, port, count, rate=1000, customers=50, body="flood {}"):
        self._port = port
        self._rate = rate
        self._requests = [
            raw_request("sms", inbound(sender=f"+1206555{number % customers:04}", Body=body.format(number))) for number in range(count)
        ]
        self._next = itertools.count()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._post, daemon=True) for _ in range(CONNECTIONS)]
        self.answered = 0
        self.problems = []
        self.seconds = None

    def start(self):
        self._started = time.monotonic()
        for thread in self._threads:
            thread.start()

    def join(self):
        for thread in self._threads:
            thread.join()
        self.seconds = time.monotonic() - self._started

    def running(self):
        return any(thread.is_alive() for thread in self._threads)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.join()

    def _post(self):
        with socket.create_connection(("127.0.0.1", self._port), timeout=60) as connection:
            answers = connection.makefile("rb")
            while (number := next(self._next)) < len(self._requests):
                ahead = self._started + number / self._rate - time.monotonic()
                if ahead > 0:
                    time.sleep(ahead)
                connection.sendall(self._requests[number])
                self._take(answers)

    def _take(self, answers):
        status = int(answers.readline().split()[1])
        length = 0
        while (line := answers.readline()) not in (b"\r\n", b""):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        answers.read(length)
        with self._lock:
            if status == 200:
                self.answered += 1
            else:
                self.problems.append(status)
