# SPDX-License-Identifier: MIT
"""The REST API: who may, what is accepted, what is refused and how, and that a repeat sends nothing twice."""

import re
import threading

from harness import API_TOKEN, CUSTOMER, SMS_NUMBER, Hilo, HiloTest, inbound, new_sid

SEND = "/api/messaging/send"
CONVERSATIONS = "/api/messaging/conversations"
TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"
GOOD = {"channel": "sms", "to": CUSTOMER, "message": "Hola"}
# Every route and a method that it does not take.
ROUTES = [
    ("POST", "/api/webhooks/sms", "GET"), ("POST", "/api/webhooks/whatsapp", "GET"),
    ("POST", "/api/webhooks/message-status", "PUT"), ("POST", "/api/webhooks/message-status/7", "GET"),
    ("POST", SEND, "GET"), ("GET", CONVERSATIONS, "POST"), ("GET", CONVERSATIONS + "/1/messages", "DELETE"),
    ("GET", "/api/messaging/messages/1", "PATCH"), ("GET", "/healthz", "POST"), ("GET", "/metrics", "HEAD"),
]
BEARER = [(method, route) for method, route, _ in ROUTES if route.startswith("/api/messaging")]


class ApiTest(HiloTest):
    settings = {}

    def setUp(self):
        self.hilo = Hilo(self, **self.settings)
        self.service = self.hilo.serve()

    def assert_error(self, answer, status, code=None):
        self.assertEqual(answer.status, status, answer)
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        self.assertEqual(answer.headers["Connection"], "close")
        value = answer.json()
        self.assertEqual((value["success"], sorted(value), sorted(value["error"])), (False, ["error", "success"], ["code", "message"]))
        self.assertTrue(value["error"]["message"])
        if code is not None:
            self.assertEqual(value["error"]["code"], code)
        return value["error"]

    def send(self, value, **headers):
        return self.service.api("POST", SEND, value, headers={name.replace("_", "-"): text for name, text in headers.items()})


class TestAccess(ApiTest):
    def test_every_route_refuses_other_methods(self):
        for method, route, other in ROUTES:
            with self.subTest(route):
                answer = self.service.api(other, route)
                self.assertEqual((answer.status, answer.headers["Allow"]), (405, method))
        for route in ("/", "/api", SEND + "/", CONVERSATIONS + "/x/messages", "/api/messaging/messages/0", "/metrics/x"):
            with self.subTest(route):
                self.assert_error(self.service.api("GET", route), 404, "not_found")

    def test_every_route_of_the_api_wants_the_token(self):
        wrong = [{}, {"Authorization": ""}, {"Authorization": "Bearer"}, {"Authorization": "Bearer  "},
                 {"Authorization": "Basic " + API_TOKEN}, {"Authorization": API_TOKEN},
                 {"Authorization": "Bearer " + API_TOKEN[:-1]}, {"Authorization": "Bearer " + API_TOKEN + "x"},
                 {"Authorization": "Bearer " + API_TOKEN.upper()}]
        for method, route in BEARER:
            for headers in wrong:
                with self.subTest(route=route, headers=headers):
                    answer = self.service.api(method, route, GOOD if method == "POST" else None, token=None, headers=headers)
                    self.assert_error(answer, 401, "unauthorized")
                    self.assertEqual(answer.headers["WWW-Authenticate"], "Bearer")
        self.assertEqual(self.service.api("GET", CONVERSATIONS, token=None,
                                          headers={"Authorization": "Bearer " + API_TOKEN + " \t"}).status, 200)
        self.assertEqual(self.service.api("GET", CONVERSATIONS, token=None,
                                          headers={"Authorization": "bearer " + API_TOKEN}).status, 200)
        self.assertEqual(self.hilo.value("SELECT count(*) FROM messages"), 0)
        self.assertNotIn(API_TOKEN, self.hilo.log.read_text())

    def test_guessing_is_slowed_but_locks_nobody_out(self):
        statuses = [self.service.api("GET", CONVERSATIONS, token=f"guess-{n}") for n in range(130)]
        self.assertEqual([answer.status for answer in statuses], [401] * 100 + [429] * 30)
        self.assertRegex(statuses[-1].headers["Retry-After"], r"^\d+$")
        self.assertLessEqual(int(statuses[-1].headers["Retry-After"]), 60)
        self.assertEqual(self.service.api("GET", CONVERSATIONS).status, 200)
        self.assertEqual(self.service.post_webhook("sms", inbound()).status, 200)

    def test_without_a_token_the_api_is_off_and_says_so(self):
        hilo = Hilo(self, HILO_API_TOKEN=None)
        service = hilo.serve()
        for method, route in BEARER:
            with self.subTest(route):
                error = self.assert_error(service.api(method, route, GOOD if method == "POST" else None), 403)
                self.assertIn("HILO_API_TOKEN", error["message"])
        # What needs no token still works.
        self.assertEqual(service.request("GET", "/healthz").status, 200)


class TestSend(ApiTest):
    settings = {"HILO_SEND_LIMIT": "1000/1"}

    def test_an_accepted_message_is_queued(self):
        answer = self.send(dict(GOOD, userId=7, unknown={"x": [1]}))
        self.assertEqual(answer.status, 202, answer)
        value = answer.json()
        self.assertEqual(value, {"success": True, "messageId": value["messageId"], "threadId": value["threadId"],
                                 "status": "queued"})
        row = self.hilo.query("SELECT * FROM messages WHERE id = ?", value["messageId"])[0]
        self.assertEqual((row["body"], row["direction"], row["author"], row["thread_id"]),
                         ("Hola", "out", "7", value["threadId"]))
        again = self.send({"channel": "sms", "threadId": value["threadId"], "message": "¿Qué tal? 👍", "userId": "ana"})
        self.assertEqual((again.status, again.json()["threadId"]), (202, value["threadId"]))
        media = self.send(dict(GOOD, message=None, mediaUrl="https://example.com/a.jpg"))
        self.assertEqual(media.status, 202, media)

    def test_what_is_malformed_is_400_and_what_cannot_be_sent_is_422(self):
        cases = [
            ({}, 400), ({"channel": "fax", "to": CUSTOMER, "message": "x"}, 400), (dict(GOOD, channel=1), 400),
            (dict(GOOD, to=None), 400), (dict(GOOD, to=5), 400), (dict(GOOD, to=[CUSTOMER]), 400),
            (dict(GOOD, message=5), 400), (dict(GOOD, message=None), 400), (dict(GOOD, threadId="1"), 400),
            (dict(GOOD, threadId=0), 400), (dict(GOOD, threadId=1.5), 400), (dict(GOOD, threadId=-1), 400),
            (dict(GOOD, subject=1), 400), (dict(GOOD, template=1), 400), (dict(GOOD, mediaUrl=1), 400),
            (dict(GOOD, mediaUrl="file:///etc/passwd"), 400),
            (dict(GOOD, mediaUrl="https://"), 400), (dict(GOOD, mediaUrl="https://canary.example/a b"), 400),
            (dict(GOOD, template="HX" + "0" * 32, mediaUrl="https://canary.example/a"), 400), (dict(GOOD, variables=[]), 400),
            (dict(GOOD, variables={"1": 1}), 400), (dict(GOOD, userId=[]), 400), (dict(GOOD, userId="x" * 129), 400),
            (dict(GOOD, to="canary-not-a-number"), 422), (dict(GOOD, message=""), 422), (dict(GOOD, message="x" * 1601), 422),
            (dict(GOOD, threadId=999), 422), (dict(GOOD, template="canary-template"), 422),
            (dict(GOOD, channel="email", to="canary@example.com"), 422),
        ]
        for value, status in cases:
            with self.subTest(value):
                answer = self.send(value)
                self.assert_error(answer, status)
                self.assertNotIn(b"canary", answer.body)
        self.assertEqual(self.hilo.value("SELECT count(*) FROM messages"), 0)

    def test_a_customer_who_said_stop_is_left_alone(self):
        self.assertEqual(self.service.post_webhook("sms", inbound(Body="STOP")).status, 200)
        self.assert_error(self.send(GOOD), 422, "opted_out")
        self.assertEqual(self.service.post_webhook("sms", inbound(Body="START")).status, 200)
        self.assertEqual(self.send(GOOD).status, 202)

    def test_types_of_the_body(self):
        for kind, status in (("text/plain", 415), ("application/x-www-form-urlencoded", 415), ("", 415),
                             ("application/json; charset=latin1", 415), ("application/json;charset=\"UTF-8\"", 202),
                             ("Application/JSON ; charset=utf-8", 202)):
            with self.subTest(kind):
                self.assertEqual(self.send(GOOD, Content_Type=kind).status, status)

    def test_the_same_key_gives_the_first_answer(self):
        first = self.send(GOOD, Idempotency_Key="key-1")
        second = self.send(GOOD, Idempotency_Key="key-1")
        self.assertEqual((first.status, second.status), (202, 202))
        self.assertEqual(first.body, second.body)
        self.assertEqual(self.hilo.value("SELECT count(*) FROM messages"), 1)
        self.assert_error(self.send(dict(GOOD, message="another"), Idempotency_Key="key-1"), 422, "idempotency_conflict")
        self.assertNotEqual(self.send(GOOD, Idempotency_Key="key-2").body, first.body)
        for key in ("", "a b", "x" * 256, "se\u00f1al"):
            with self.subTest(key):
                self.assert_error(self.send(GOOD, Idempotency_Key=key.encode("latin-1")), 400)
        self.assertEqual(self.send(GOOD, Idempotency_Key="x" * 255).status, 202)
        # A refusal is not kept: the same request may be right later.
        self.assert_error(self.send(dict(GOOD, message=""), Idempotency_Key="key-3"), 422)
        self.assertEqual(self.send(GOOD, Idempotency_Key="key-3").status, 202)

    def test_the_same_key_twenty_times_at_once_is_one_message(self):
        gate = threading.Barrier(20)
        answers = []

        def run():
            gate.wait()
            answers.append(self.send(GOOD, Idempotency_Key="together"))

        threads = [threading.Thread(target=run) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual({(answer.status, answer.body) for answer in answers}, {(202, answers[0].body)})
        self.assertEqual(self.hilo.value("SELECT count(*) FROM messages"), 1)


class TestLimit(ApiTest):
    settings = {"HILO_SEND_LIMIT": "3/3600"}

    def test_one_customer_and_channel_has_a_limit(self):
        self.assertEqual([self.send(GOOD).status for _ in range(3)], [202] * 3)
        answer = self.send(GOOD)
        self.assert_error(answer, 429, "rate_limited")
        self.assertGreater(int(answer.headers["Retry-After"]), 3500)
        self.assertLessEqual(int(answer.headers["Retry-After"]), 3600)
        self.assertEqual(self.send(dict(GOOD, to="+5215512345679")).status, 202)
        # Another spelling of the same line is the same customer.
        self.assert_error(self.send(dict(GOOD, to="+525512345678")), 429)


class TestReading(ApiTest):
    settings = {"HILO_SEND_LIMIT": "1000/1"}

    def get(self, target, status=200):
        answer = self.service.api("GET", target)
        self.assertEqual(answer.status, status, answer)
        return answer.json()

    def pages(self, target, name, limit):
        found, cursor, count = [], "", 0
        while cursor is not None:
            value = self.get(f"{target}{'&' if '?' in target else '?'}limit={limit}" + (f"&cursor={cursor}" if cursor else ""))
            self.assertLessEqual(len(value[name]), limit)
            found += value[name]
            cursor = value["nextCursor"]
            count += 1
        return found, count

    def test_conversations_page_by_page(self):
        for number in range(120):
            channel = "whatsapp" if number % 3 == 0 else "sms"
            form = inbound(channel, sender=f"+5215512{number:06}", Body=f"n{number}")
            self.assertEqual(self.service.post_webhook(channel, form).status, 200)
        expected = [row["id"] for row in self.hilo.query(
            "SELECT id FROM communication_threads ORDER BY last_message_at DESC, id DESC")]
        for limit, pages in ((50, 3), (40, 3), (120, 1), (200, 1), (7, 18), (1, 120)):
            found, count = self.pages(CONVERSATIONS, "conversations", limit)
            self.assertEqual(([row["id"] for row in found], count), (expected, pages))
        self.assertEqual(len(self.get(CONVERSATIONS)["conversations"]), 50)
        self.assertEqual(len(self.pages(CONVERSATIONS + "?channel=whatsapp", "conversations", 9)[0]), 40)
        self.assertEqual(len(self.pages(CONVERSATIONS + "?channel=sms&status=open", "conversations", 200)[0]), 80)
        self.assertEqual(self.get(CONVERSATIONS + "?status=closed&channel=sms")["conversations"], [])
        self.assertEqual(self.get(CONVERSATIONS + "?channel=email"), {"success": True, "conversations": [], "nextCursor": None})

    def test_fields_of_a_conversation(self):
        form = inbound("whatsapp", Body="Hola <b>\u202e", ProfileName="Ana María")
        self.assertEqual(self.service.post_webhook("whatsapp", form).status, 200)
        (row,) = self.get(CONVERSATIONS)["conversations"]
        for name in ("createdAt", "updatedAt"):
            self.assertRegex(row[name], TIME)
        self.assertRegex(row["lastMessage"].pop("at"), TIME)
        self.assertEqual({key: value for key, value in row.items() if key not in ("createdAt", "updatedAt")}, {
            "id": 1, "channel": "whatsapp", "status": "open",
            "client": {"id": 1, "name": "Ana María", "address": CUSTOMER}, "subject": None, "unreadCount": 1,
            "assignee": None, "lastMessage": {"id": 1, "sender": "client", "preview": "Hola <b>\u202e"}})

    def test_fields_of_messages(self):
        sid = new_sid()
        self.assertEqual(self.service.post_webhook("sms", inbound(Body="Hola", MessageSid=sid)).status, 200)
        sent = self.send(dict(GOOD, message="Buenas")).json()
        names = ["id", "threadId", "channel", "direction", "sender", "body", "status", "providerMessageId", "errorCode",
                 "errorMessage", "segments", "price", "currency", "createdAt", "sentAt", "deliveredAt", "readAt"]
        newest, oldest = self.get(f"{CONVERSATIONS}/{sent['threadId']}/messages")["messages"]
        self.assertEqual((list(newest), list(oldest)), (names, names))
        self.assertRegex(oldest.pop("createdAt"), TIME)
        self.assertEqual(oldest, {
            "id": 1, "threadId": sent["threadId"], "channel": "sms", "direction": "in", "sender": "client", "body": "Hola",
            "status": "received", "providerMessageId": sid, "errorCode": None, "errorMessage": None, "segments": None,
            "price": None, "currency": None, "sentAt": None, "deliveredAt": None, "readAt": None})
        self.assertEqual((newest["id"], newest["direction"], newest["body"]), (sent["messageId"], "out", "Buenas"))
        message = self.get(f"/api/messaging/messages/{sent['messageId']}")["message"]
        self.assertEqual(list(message), names + ["events"])
        self.assertEqual(message["events"], [])
        # Callbacks that name our message once its request went out appear as its events.
        self.assertEqual(self.service.post_status(new_sid(), "sent").status, 200)
        self.assertEqual(self.get("/api/messaging/messages/1")["message"]["events"], [])

    def test_messages_page_by_page(self):
        for number in range(25):
            self.assertEqual(self.service.post_webhook("sms", inbound(Body=f"n{number}")).status, 200)
        found, count = self.pages(CONVERSATIONS + "/1/messages", "messages", 10)
        self.assertEqual(([row["body"] for row in found], count), ([f"n{n}" for n in reversed(range(25))], 3))

    def test_wrong_queries_are_refused(self):
        for query in ("limit=0", "limit=201", "limit=-1", "limit=x", "limit=", "limit=1&limit=2", "limit=01", "channel=fax",
                      "channel=", "status=done", "status=", "cursor=", "cursor=x", "cursor=" + "0" * 32, "cursor=" + "f" * 32,
                      "cursor=" + "0" * 33, "limit=1%00", "limit=%4", "channel=sms%ff", "&".join(f"a{n}" for n in range(33))):
            with self.subTest(query):
                self.assert_error(self.service.api("GET", f"{CONVERSATIONS}?{query}"), 400, "bad_query")
        self.assertEqual(self.get(CONVERSATIONS + "?unknown=x&&=")["conversations"], [])
        for target in (CONVERSATIONS + "/1/messages", "/api/messaging/messages/1"):
            self.assert_error(self.service.api("GET", target), 404, "not_found")


class TestMonitoring(ApiTest):
    def test_metrics_are_open_metrics(self):
        self.assertEqual(self.service.post_webhook("sms", inbound()).status, 200)
        self.assertEqual(self.send(GOOD).status, 202)
        answer = self.service.request("GET", "/metrics")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/openmetrics-text; version=1.0.0; charset=utf-8")
        lines = answer.body.decode().split("\n")
        self.assertEqual(lines[-2:], ["# EOF", ""])
        families = {}
        for line in lines[:-2]:
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                families[name] = kind
            elif not line.startswith("# HELP "):
                name, value = re.fullmatch(r'([a-z_]+)(?:\{[a-z]+="[a-z_]+"(?:,[a-z]+="[a-z_]+")*\})? (\d+)', line).groups()
                family = name.removesuffix("_total") if name.endswith("_total") else name
                self.assertEqual(families[family], "counter" if name.endswith("_total") else "gauge")
        for line in ('hilo_threads{channel="sms",status="open"} 1', 'hilo_unread_threads{channel="sms",status="open"} 1',
                     "hilo_dead_letters 0", 'hilo_webhooks_total{result="stored"} 1'):
            self.assertIn(line, lines)
        self.assertNotIn(SMS_NUMBER, answer.body.decode())

    def test_healthz_is_good(self):
        answer = self.service.request("GET", "/healthz")
        self.assertEqual((answer.status, answer.json()), (200, {"status": "ok", "parts": {"database": "ok", "outbox": "ok"}}))
