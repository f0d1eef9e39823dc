# SPDX-License-Identifier: MIT
"""Kills the services with SIGKILL under load, again and again, and looks at what is left.

ROUNDS (1000) sets how often; `make check` runs a short one through test_crash.py. Two promises are tried: a webhook that
was answered 200 is stored, once; a message the API took is at the carrier once, or is shown as unknown or failed, and
is never there twice.
"""

import http.client
import json
import os
import random
import sqlite3
import threading
import time
import unittest
import urllib.parse

from harness import API_TOKEN, AUTH_TOKEN, PUBLIC_URL, Hilo, HiloTest, Service, free_port, inbound, new_sid, sign, wait_until

ROUNDS = int(os.environ.get("ROUNDS", "1000"))
SEED = int(os.environ.get("SEED", "0")) or random.randrange(1 << 30)


class Writers:
    """Threads that send one request after the other, each on a kept-alive connection, and note what was acknowledged."""

    def __init__(self, port, count, send):
        self.acknowledged = []
        self.failures = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(port, send), daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def _run(self, port, send):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            while not self._stop.is_set():
                key = send(connection)
                if key is not None:
                    self.acknowledged.append(key)
        except (OSError, http.client.HTTPException):
            pass  # the program was killed: this request was never acknowledged
        except AssertionError as error:
            self.failures.append(str(error))
        finally:
            connection.close()

    def end(self):
        self._stop.set()
        for thread in self._threads:
            thread.join(30)


def post_webhook(rng):
    """A function that posts one new message from one of a few customers and returns its SID once it was answered 200."""

    def send(connection):
        sid = new_sid()
        pairs = inbound("sms", sender=f"+1415555{rng.randrange(200):04d}", Body="hola " + sid[-6:], MessageSid=sid)
        target = "/api/webhooks/sms"
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": sign(AUTH_TOKEN, PUBLIC_URL + target, pairs),
        }
        connection.request("POST", target, urllib.parse.urlencode(pairs), headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status not in (200, 503):
            raise AssertionError(f"answered {answer.status}")
        return sid if answer.status == 200 else None

    return send


class Crash(HiloTest):
    timeout_s = 7200

    def test_acknowledged_is_durable(self):
        rng = random.Random(SEED)
        hilo = Hilo(self)
        acknowledged = []
        for number in range(ROUNDS):
            service = hilo.serve()
            writers = Writers(service.port, 8, post_webhook(rng))
            # A moment somewhere inside the load; which one is drawn by lot.
            time.sleep(rng.uniform(0.0, 0.25))
            service.kill()
            writers.end()
            self.assertEqual(writers.failures, [])
            acknowledged += writers.acknowledged
            if number % 20 == 19 or number == ROUNDS - 1:
                self.check(hilo, acknowledged, number)
        self.assertGreater(len(acknowledged), ROUNDS, "the load came through at all")
        print(f"# {ROUNDS} kills, {len(acknowledged)} acknowledged, 0 lost, 0 twice (seed {SEED})", flush=True)

    def check(self, hilo, acknowledged, number):
        db = sqlite3.connect(hilo.database)
        try:
            self.assertEqual(db.execute("PRAGMA integrity_check").fetchone()[0], "ok", f"after kill {number}")
            stored = [row[0] for row in db.execute("SELECT provider_message_id FROM messages")]
            # Each message carries its conversation's unread count: both are in one transaction.
            unread = db.execute("SELECT sum(unread_count_agent) FROM communication_threads").fetchone()[0]
            threads, counted = db.execute(
                "SELECT (SELECT count(*) FROM communication_threads), (SELECT sum(threads) FROM inbox_counts)"
            ).fetchone()
        finally:
            db.close()
        self.assertEqual(len(stored), len(set(stored)), "no message is stored twice")
        lost = set(acknowledged) - set(stored)
        self.assertEqual(lost, set(), f"after kill {number} (seed {SEED})")
        self.assertEqual(unread, len(stored))
        self.assertEqual(threads, counted)

    def test_sent_once_or_shown_as_unknown(self):
        rng = random.Random(SEED)
        port = free_port()
        hilo = Hilo(self, HILO_LISTEN=f"127.0.0.1:{port}", HILO_PUBLIC_URL=f"http://127.0.0.1:{port}",
                    HILO_SEND_LIMIT="1000/1",
                    # Not the sandbox's number, which takes one message in three seconds.
                    TWILIO_WHATSAPP_NUMBER="+15005550006")
        carrier = hilo.carrier(
            "--base-url", f"http://127.0.0.1:{port}", "--seed", str(SEED), "--order", "random", "--delay", "1-80",
            "--faults", "429:4%,500-before:4%,500-after:4%,close-before:4%,close-after:4%,half:4%,slow=300:10%,not-json:3%",
        )
        queued = {}
        sends = iter(range(1 << 30))
        lock = threading.Lock()

        def send(connection):
            with lock:
                number = next(sends)
            text = f"reply {number}"
            body = {"channel": "whatsapp", "to": f"+1415{2000000 + number % 3000}", "message": text}
            connection.request("POST", "/api/messaging/send", json.dumps(body),
                               {"Authorization": "Bearer " + API_TOKEN, "Content-Type": "application/json"})
            answer = connection.getresponse()
            data = answer.read()
            if answer.status == 503:
                return None
            if answer.status != 202:
                raise AssertionError(f"answered {answer.status} {data[:200]}")
            # Not so fast that the backlog only grows.
            time.sleep(0.05)
            return json.loads(data)["messageId"], text

        for _ in range(ROUNDS):
            # Listening is enough: killed so often, the outbox may well report that it is behind.
            service = Service(self, [hilo.program, "serve"], hilo.env(), hilo.home)
            writers = Writers(service.port, 2, send)
            time.sleep(rng.uniform(0.05, 0.6))
            service.kill()
            writers.end()
            self.assertEqual(writers.failures, [])
            queued.update(writers.acknowledged)
        carrier.control("POST", "/_sim/faults?clear=1")
        service = Service(self, [hilo.program, "serve"], hilo.env(), hilo.home)
        wait_until(lambda: hilo.value("SELECT value FROM counters WHERE name = 'outbox_waiting'") == 0,
                   "everything is settled", 900, 0.2)
        self.compare(hilo, carrier, queued)
        service.stop()

    def compare(self, hilo, carrier, queued):
        taken, position = {}, 0
        while position is not None:
            page = carrier.control("GET", f"/_sim/messages?from={position}")
            for message in page["messages"]:
                if message["direction"].startswith("outbound"):
                    taken[message["body"]] = taken.get(message["body"], 0) + 1
            position = page["next"]
        rows = hilo.query("SELECT m.id, m.body, d.status FROM messages m JOIN message_deliveries d ON d.message_id = m.id")
        stored = {row["id"]: row for row in rows}
        self.assertEqual([text for text, count in taken.items() if count > 1], [], f"sent twice (seed {SEED})")
        open_ones = 0
        for message_id, text in queued.items():
            row = stored.get(message_id)
            self.assertIsNotNone(row, f"message {message_id} was taken and is gone (seed {SEED})")
            self.assertEqual(row["body"], text)
            if taken.get(text, 0) == 0:
                open_ones += 1
                self.assertIn(row["status"], ("unknown", "failed"), f"{text} never reached the carrier (seed {SEED})")
            else:
                self.assertNotEqual(row["status"], "queued", f"{text} is at the carrier (seed {SEED})")
        self.assertGreater(len(queued), ROUNDS // 2, "the load came through at all")
        print(f"# {ROUNDS} kills, {len(queued)} taken, {len(queued) - open_ones} at the carrier once, {open_ones} shown as"
              f" unknown or failed, 0 twice (seed {SEED})", flush=True)


if __name__ == "__main__":
    unittest.main()
