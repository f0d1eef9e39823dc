# SPDX-License-Identifier: MIT
"""Webhooks over HTTP: what is answered 200 is in the store, a repeat changes nothing, nothing signed is dropped."""

import base64
import contextlib
import hashlib
import hmac
import itertools
import json
import sqlite3
import threading
import urllib.parse

import harness
from harness import ACCOUNT_SID, AUTH_TOKEN, CUSTOMER, PUBLIC_URL, Hilo, HiloTest, inbound, new_sid, wait_until

OTHER_TOKEN = "0f1e2d3c" * 4
EMPTY_RESPONSE = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


def at_once(jobs):
    """Runs all jobs at the same moment, each on its thread; returns their results in order."""
    gate = threading.Barrier(len(jobs))
    results = [None] * len(jobs)

    def run(index, job):
        gate.wait()
        results[index] = job()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


class ListenerTest(HiloTest):
    settings = {}

    def setUp(self):
        self.hilo = Hilo(self, **self.settings)
        self.service = self.hilo.serve()

    def count(self, table):
        return self.hilo.value(f"SELECT count(*) FROM {table}")

    def message(self, sid):
        return self.hilo.query("SELECT * FROM messages WHERE provider_message_id = ?", sid)

    def assert_good(self, answer):
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.headers["Content-Type"], "text/xml")
        self.assertEqual(answer.body, EMPTY_RESPONSE)


class TestMessages(ListenerTest):
    def test_a_message_is_stored_before_its_answer(self):
        for channel in ("sms", "whatsapp"):
            for body in ("Hola", "¿Mañana? 👩‍👩‍👧 \u202eabc", "a & b = c + d % e", "", "x" * 1600, " \r\n\t"):
                with self.subTest(channel=channel, body=body[:20]):
                    sid = new_sid()
                    form = inbound(channel, Body=body, MessageSid=sid, NewField="señal")
                    self.assert_good(self.service.post_webhook(channel, form))
                    # No waiting here: the answer came after the commit.
                    (row,) = self.message(sid)
                    self.assertEqual(row["body"], body)
                    self.assertEqual((row["direction"], row["message_type"]), ("in", channel))
                    self.assertEqual(list(json.loads(row["metadata"]).items()), form)
        self.assertEqual(self.count("communication_threads"), 2)
        self.assertEqual(
            self.hilo.value("SELECT unread_count_agent FROM communication_threads WHERE thread_type = 'sms'"), 6
        )

    def test_the_address_tells_the_channel_not_the_route(self):
        self.assert_good(self.service.post_webhook("sms", inbound("whatsapp", MessageSid="SM" + "1" * 32)))
        self.assert_good(self.service.post_webhook("whatsapp", inbound("sms", MessageSid="MM" + "2" * 32)))
        kinds = self.hilo.query("SELECT message_type FROM messages ORDER BY id")
        self.assertEqual([row["message_type"] for row in kinds], ["whatsapp", "sms"])

    def test_pictures_and_places_become_attachments(self):
        media = {"NumMedia": "2"}
        for number in range(2):
            media[f"MediaUrl{number}"] = f"https://api.twilio.com/x/Media/ME{number}"
            media[f"MediaContentType{number}"] = "image/jpeg"
        self.assert_good(self.service.post_webhook("whatsapp", inbound("whatsapp", **media)))
        place = {"Latitude": "19.4326", "Longitude": "-99.1332", "Label": "Zócalo", "Address": "Plaza"}
        self.assert_good(self.service.post_webhook("whatsapp", inbound("whatsapp", **place)))
        rows = self.hilo.query("SELECT message_id, kind, content_type, name, url FROM attachments ORDER BY id")
        self.assertEqual([tuple(row.values())[1:] for row in rows], [
            ("media", "image/jpeg", "", "https://api.twilio.com/x/Media/ME0"),
            ("media", "image/jpeg", "", "https://api.twilio.com/x/Media/ME1"),
            ("location", "", "Zócalo", "geo:19.4326,-99.1332"),
        ])

    def test_two_hundred_identical_at_once_are_one_message(self):
        form = inbound("sms", Body="once")
        answers = at_once([lambda: self.service.post_webhook("sms", form)] * 200)
        for answer in answers:
            self.assert_good(answer)
        self.assertEqual(self.count("messages"), 1)
        self.assertEqual(self.hilo.value("SELECT unread_count_agent FROM communication_threads"), 1)
        metrics = self.service.request("GET", "/metrics").body.decode()
        self.assertIn('hilo_webhooks_total{result="stored"} 1\n', metrics)
        self.assertIn('hilo_webhooks_total{result="repeated"} 199\n', metrics)

    def test_many_different_at_once_are_all_kept(self):
        forms = [inbound("sms", sender=f"+52155123{n:05}", Body=f"n{n}") for n in range(100)]
        answers = at_once([lambda form=form: self.service.post_webhook("sms", form) for form in forms])
        self.assertEqual({answer.status for answer in answers}, {200})
        self.assertEqual(self.count("messages"), 100)
        self.assertEqual(self.count("clients"), 100)

    def test_a_reused_connection_serves_many(self):
        connection = harness.http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=30)
        self.addCleanup(connection.close)
        target = "/api/webhooks/sms"
        sockets = set()
        for number in range(20):
            pairs = inbound(Body=str(number))
            connection.request("POST", target, urllib.parse.urlencode(pairs), {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Twilio-Signature": harness.sign(harness.AUTH_TOKEN, PUBLIC_URL + target, pairs),
            })
            sockets.add(connection.sock.fileno())
            response = connection.getresponse()
            self.assertEqual((response.status, response.read()), (200, EMPTY_RESPONSE))
        self.assertEqual(len(sockets), 1)
        self.assertEqual(self.count("messages"), 20)


class TestDeadLetters(ListenerTest):
    def assert_dead(self, route, pairs, reason):
        before = self.count("dead_letters"), self.count("messages"), self.count("delivery_events")
        self.assert_good(harness.post_form(self.service.url, route, pairs))
        row = self.hilo.query("SELECT * FROM dead_letters ORDER BY id DESC LIMIT 1")[0]
        after = self.count("dead_letters"), self.count("messages"), self.count("delivery_events")
        self.assertEqual(after, (before[0] + 1, before[1], before[2]))
        self.assertEqual(row["route"], route)
        self.assertRegex(row["reason"], reason)
        self.assertEqual(bytes(row["body"]).decode(), urllib.parse.urlencode(pairs))

    def test_what_is_signed_but_unusable_is_kept(self):
        def without(*names):
            return [pair for pair in inbound() if pair[0] not in names]

        def put(channel="sms", **fields):
            return inbound(channel, **fields)

        sms = "/api/webhooks/sms"
        cases = [
            ("no id", sms, without("MessageSid", "SmsSid", "SmsMessageSid"), "MessageSid"),
            ("odd id", sms, put(MessageSid="SM../../x", SmsSid="", SmsMessageSid=""), "MessageSid"),
            ("long id", sms, put(MessageSid="S" * 65), "MessageSid"),
            ("no sender", sms, without("From"), "From"),
            ("odd sender", sms, put(From="<script>"), "From"),
            ("no recipient", sms, without("To"), "To"),
            ("mixed channels", sms, put(From="whatsapp:" + CUSTOMER), "channels"),
            ("another account", sms, put(AccountSid="AC" + "f" * 32), "AccountSid"),
            ("a zero byte", sms, put(Body="a\0b"), "zero byte"),
            ("a status on the message route", sms, put(MessageStatus="delivered"), "status callback"),
            ("nothing at all", sms, [], "MessageSid"),
            ("fields run together", sms, [("MessageSidSM1", "")], "MessageSid"),
            ("a message on the status route", "/api/webhooks/message-status", inbound(Body="Hola"), "message"),
            ("no status", "/api/webhooks/message-status", [("MessageSid", new_sid())], "MessageStatus"),
            ("status without id", "/api/webhooks/message-status/7", [("MessageStatus", "sent")], "MessageSid"),
        ]
        for name, route, pairs, reason in cases:
            with self.subTest(name):
                self.assert_dead(route, pairs, reason)
        self.assertIn(f"hilo_dead_letters {len(cases)}\n", self.service.request("GET", "/metrics").body.decode())

    def test_what_is_not_utf8_is_kept_as_it_came(self):
        target = "/api/webhooks/sms"
        sid = new_sid().encode()
        text = (PUBLIC_URL + target).encode() + b"Body\xff\xfeFrom+15551230000MessageSid" + sid + b"To+15005550006"
        signature = base64.b64encode(hmac.new(AUTH_TOKEN.encode(), text, hashlib.sha1).digest()).decode()
        body = b"MessageSid=" + sid + b"&From=%2B15551230000&To=%2B15005550006&Body=%FF%fe"
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
        self.assert_good(self.service.request("POST", target, body, headers))
        (row,) = self.hilo.query("SELECT reason, body FROM dead_letters")
        self.assertEqual((row["reason"], bytes(row["body"])), ("It is not UTF-8.", body))
        self.assertEqual(self.service.request("POST", target, body + b"x", headers).status, 403)


class TestSignatures(ListenerTest):
    settings = {"TWILIO_AUTH_TOKEN_PREVIOUS": OTHER_TOKEN, "HILO_PUBLIC_URL": "https://Hilo.example:8443/pre/fix"}
    public = "https://Hilo.example:8443/pre/fix"

    def post(self, pairs, **options):
        options.setdefault("public_url", self.public)
        return self.service.post_webhook("sms", pairs, **options)

    def test_what_is_not_signed_by_the_account_is_refused(self):
        target = "/api/webhooks/sms"
        pairs = inbound(Body="Hola")
        good = harness.sign(harness.AUTH_TOKEN, self.public + target, pairs)
        changed = [(key, "Adios" if key == "Body" else value) for key, value in pairs]
        cases = {
            "none": self.post(pairs, token=None),
            "another token": self.post(pairs, token="1" * 32),
            "another host": self.post(pairs, public_url="https://evil.example"),
            "without the prefix": self.post(pairs, public_url="https://Hilo.example:8443"),
            "another port": self.post(pairs, public_url="https://Hilo.example:9443/pre/fix"),
            "changed body": self.post(changed, headers={"X-Twilio-Signature": good}),
            "empty": self.post(pairs, headers={"X-Twilio-Signature": ""}),
            "cut": self.post(pairs, headers={"X-Twilio-Signature": good[:-1]}),
            "longer": self.post(pairs, headers={"X-Twilio-Signature": good + "="}),
            "other case": self.post(pairs, headers={"X-Twilio-Signature": good.swapcase()}),
            "forwarded host": self.post(pairs, public_url="https://evil.example", headers={
                "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Host": "evil.example"}),
        }
        for name, answer in cases.items():
            with self.subTest(name):
                self.assertEqual((answer.status, answer.body), (403, b""))
                self.assertEqual(answer.headers["Connection"], "close")
        self.assertEqual(self.count("messages") + self.count("dead_letters"), 0)
        log = self.hilo.log.read_text()
        self.assertIn("reason=no-signature", log)
        self.assertIn("reason=signature-wrong", log)
        for secret in (harness.AUTH_TOKEN, OTHER_TOKEN, good, "Hola"):
            self.assertNotIn(secret, log)

    def test_two_signature_headers_are_refused(self):
        pairs = inbound()
        target = "/api/webhooks/sms"
        connection = harness.http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=30)
        self.addCleanup(connection.close)
        body = urllib.parse.urlencode(pairs).encode()
        connection.putrequest("POST", target)
        connection.putheader("Content-Type", "application/x-www-form-urlencoded")
        connection.putheader("Content-Length", str(len(body)))
        for _ in range(2):
            connection.putheader("X-Twilio-Signature", harness.sign(harness.AUTH_TOKEN, self.public + target, pairs))
        connection.endheaders(body)
        self.assertEqual(connection.getresponse().status, 403)
        self.assertEqual(self.count("messages"), 0)

    def test_both_tokens_and_the_raw_target_count(self):
        cases = {
            "the token": {},
            "the previous token": {"token": OTHER_TOKEN},
            "without the port": {"public_url": "https://Hilo.example/pre/fix"},
        }
        for name, options in cases.items():
            with self.subTest(name):
                self.assert_good(self.post(inbound(), **options))
        target = "/api/webhooks/sms?b=%20&a=1+2&a=%F0%9F%91%8D&=&x"
        self.assert_good(harness.post_form(self.service.url, target, inbound(), public_url=self.public))
        self.assertEqual(self.count("messages"), 4)

    def test_a_repeat_of_a_signed_request_changes_nothing(self):
        pairs = inbound(Body="again")
        for token in (harness.AUTH_TOKEN, OTHER_TOKEN, harness.AUTH_TOKEN):
            self.assert_good(self.post(pairs, token=token))
        self.assertEqual(self.count("messages"), 1)


class TestWithoutAccount(HiloTest):
    def test_nothing_is_taken_without_a_token(self):
        hilo = Hilo(self, account=False)
        service = hilo.serve()
        for token in ("", "a1b2c3d4" * 4):
            with self.subTest(token=token):
                answer = service.post_webhook("sms", inbound(), token=token, public_url=service.url)
                self.assertEqual((answer.status, answer.body), (403, b""))
        self.assertIn("no-auth-token-configured", hilo.log.read_text())
        self.assertEqual(hilo.value("SELECT count(*) FROM messages"), 0)

    def test_without_a_public_url_its_own_address_is_signed(self):
        hilo = Hilo(self, HILO_PUBLIC_URL=None)
        service = hilo.serve()
        self.assertEqual(service.post_webhook("sms", inbound(), public_url=service.url).status, 200)
        self.assertEqual(service.post_webhook("sms", inbound()).status, 403)


class TestStatuses(ListenerTest):
    settings = {"HILO_SEND_LIMIT": "100000/1"}
    ORDER = ("accepted", "queued", "sending", "sent", "delivered", "read")

    def setUp(self):
        super().setUp()
        # The window is open.
        self.assert_good(self.service.post_webhook("whatsapp", inbound("whatsapp")))

    def delivery(self, message_id):
        return self.hilo.query("SELECT * FROM message_deliveries WHERE message_id = ?", message_id)[0]

    def queue(self):
        answer = self.service.api("POST", "/api/messaging/send",
                                  {"channel": "whatsapp", "to": CUSTOMER, "message": "Hola"})
        self.assertEqual(answer.status, 202, answer)
        return answer.json()["messageId"]

    def send(self, sids):
        """Replies, one for each id, left as the outbox leaves what the carrier took: without a row, with the id."""
        ids = [self.queue() for _ in sids]
        with contextlib.closing(sqlite3.connect(self.hilo.database, timeout=30)) as store, store:
            store.execute("DELETE FROM outbox")
            for table, column in (("messages", "id"), ("message_deliveries", "message_id")):
                store.executemany(f"UPDATE {table} SET provider_message_id = ? WHERE {column} = ?", zip(sids, ids))
        return ids

    def test_every_order_of_the_callbacks_ends_the_same(self):
        orders = list(itertools.permutations(self.ORDER))
        sids = [new_sid() for _ in orders]
        ids = self.send(sids)
        for order, sid, message_id in zip(orders, sids, ids):
            for number, status in enumerate(order):
                # With our own id in the path and without it; every third one comes twice.
                for _ in range(1 + (number == 2)):
                    self.assert_good(self.service.post_status(sid, status, message_id if number % 2 else None))
        rows = self.hilo.query(
            "SELECT status, count(*) AS n, min(read_at IS NOT NULL AND delivered_at IS NOT NULL) AS times"
            " FROM message_deliveries GROUP BY status")
        self.assertEqual(rows, [{"status": "read", "n": len(orders), "times": 1}])
        self.assertEqual(self.count("delivery_events"), len(orders) * len(self.ORDER))

    def test_a_repeat_is_one_event(self):
        sid = new_sid()
        (message_id,) = self.send([sid])
        for _ in range(3):
            for status in ("delivered", "sent"):
                self.assert_good(self.service.post_status(sid, status, message_id))
        self.assertEqual(self.delivery(message_id)["status"], "delivered")
        self.assertEqual(self.count("delivery_events"), 2)

    def test_a_failure_keeps_its_code_and_words(self):
        sid = new_sid()
        (message_id,) = self.send([sid])
        pairs = [("MessageSid", sid), ("MessageStatus", "undelivered"), ("ErrorCode", "63016"),
                 ("ChannelStatusMessage", "outside the window"), ("AccountSid", ACCOUNT_SID)]
        self.assert_good(harness.post_form(self.service.url, f"/api/webhooks/message-status/{message_id}", pairs))
        self.assert_good(self.service.post_status(sid, "sent", message_id))
        row = self.delivery(message_id)
        self.assertEqual((row["status"], row["error_code"]), ("undelivered", 63016))
        payload = self.hilo.value("SELECT payload FROM delivery_events WHERE status = 'undelivered'")
        self.assertEqual(list(json.loads(payload).items()), pairs)

    def test_one_that_comes_early_waits_for_its_message(self):
        sid = new_sid()
        self.assert_good(self.service.post_status(sid, "delivered"))
        (event,) = self.hilo.query("SELECT * FROM delivery_events")
        self.assertEqual((event["provider_message_id"], event["message_id"]), (sid, None))
        message_id = self.queue()
        # Its request went out and the answer was lost.
        with contextlib.closing(sqlite3.connect(self.hilo.database, timeout=30)) as store, store:
            store.execute("UPDATE outbox SET attempts = 1, state = 'unknown', next_attempt_at = ?", (2**53,))
        # The next callback names our message, which ties them together.
        self.assert_good(self.service.post_status(sid, "sent", message_id))
        self.assertEqual(self.delivery(message_id)["status"], "delivered")
        self.assertEqual(self.delivery(message_id)["provider_message_id"], sid)
        self.assertEqual([row["message_id"] for row in self.hilo.query("SELECT message_id FROM delivery_events")],
                         [message_id] * 2)
        self.assertEqual(self.count("outbox"), 0)

    def test_an_id_of_ours_that_does_not_exist_harms_nobody(self):
        self.assert_good(self.service.post_status(new_sid(), "sent", 999999))
        self.assertEqual(self.count("delivery_events") + self.count("dead_letters"), 1)
        for wrong in ("0", "01", "-1", "x", "1/2", "9" * 19, ""):
            with self.subTest(wrong):
                answer = harness.post_form(self.service.url, "/api/webhooks/message-status/" + wrong, [("a", "b")])
                self.assertEqual(answer.status, 404)


class TestLockedStore(ListenerTest):
    def test_a_locked_store_loses_nothing(self):
        lock = sqlite3.connect(self.hilo.database, isolation_level=None)
        self.addCleanup(lock.close)
        lock.execute("BEGIN IMMEDIATE")
        forms = [inbound(Body=f"n{n}") for n in range(8)]
        release = threading.Timer(7, lambda: None)
        release.start()
        results = []
        threads = [threading.Thread(target=lambda form=form: results.append((form, self.service.post_webhook("sms", form))))
                   for form in forms]
        for thread in threads:
            thread.start()
        # Reading goes on meanwhile.
        self.assertEqual(self.service.api("GET", "/api/messaging/conversations").status, 200)
        release.join()
        lock.execute("ROLLBACK")
        for thread in threads:
            thread.join()
        for form, answer in results:
            stored = len(self.message(dict(form)["MessageSid"]))
            self.assertLess(answer.seconds, 10)
            self.assertIn((answer.status, stored), ((200, 1), (503, 0)))
            if answer.status == 503:
                self.assertIn("Retry-After", answer.headers)
                # The carrier tries again.
                self.assert_good(self.service.post_webhook("sms", form))
        self.assertEqual(self.count("messages"), len(forms))

    def test_healthz_says_what_fails(self):
        lock = sqlite3.connect(self.hilo.database, isolation_level=None)
        self.addCleanup(lock.close)
        lock.execute("BEGIN IMMEDIATE")
        sick = wait_until(lambda: next((answer for answer in [self.service.request("GET", "/healthz")]
                                        if answer.status != 200), None), "the lock is noticed")
        self.assertEqual(sick.status, 503)
        self.assertEqual(sick.json(), {"status": "failing", "parts": {"database": "failing", "outbox": "ok"}})
        lock.execute("ROLLBACK")
        wait_until(lambda: self.service.request("GET", "/healthz").status == 200, "the store can be written again")


class TestStop(ListenerTest):
    def test_what_was_answered_while_ending_is_stored(self):
        results = []
        ready = threading.Event()

        def customer(number):
            while True:
                form = inbound(sender=f"+5215500{number:05}", Body="x")
                try:
                    answer = self.service.post_webhook("sms", form)
                except OSError:
                    return
                results.append((dict(form)["MessageSid"], answer.status))
                if len(results) > 200:
                    ready.set()

        threads = [threading.Thread(target=customer, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        self.assertTrue(ready.wait(60))
        self.service.stop()
        for thread in threads:
            thread.join()
        stored = {row["provider_message_id"] for row in self.hilo.query("SELECT provider_message_id FROM messages")}
        self.assertEqual([sid for sid, status in results if status == 200 and sid not in stored], [])
        self.assertLessEqual({status for _, status in results}, {200, 503})
