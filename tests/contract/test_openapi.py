# SPDX-License-Identifier: MIT
"""The carrier's published API: a proxy between hilo and the pretend carrier checks every request that hilo makes and every
answer of the carrier against the carrier's own OpenAPI document. That the check can fail is tested first."""

import base64
import http.client
import http.server
import json
import os
import sys
import threading
import time
import unittest
import urllib.parse

from harness import ACCOUNT_SID, AUTH_TOKEN, CUSTOMER, ROOT, SMS_NUMBER, WHATSAPP_NUMBER, Hilo, HiloTest, request, wait_until

sys.path.insert(0, os.path.dirname(__file__))
from openapi import FORM, JSON, Document  # noqa: E402

DOCUMENT = Document(ROOT / "tests/vectors/messages_openapi.json")
ACCOUNT = f"/2010-04-01/Accounts/{ACCOUNT_SID}"
MESSAGES = ACCOUNT + "/Messages.json"
SERVICE_SID = "MG" + "0123456789abcdef" * 2
TEMPLATE_SID = "HX" + "0123456789abcdef" * 2


class Proxy(http.server.ThreadingHTTPServer):
    """Passes everything on to the carrier and keeps what does not agree."""

    daemon_threads = True

    def __init__(self, test, carrier):
        super().__init__(("127.0.0.1", 0), Passage)
        self.carrier = carrier
        self.violations = []
        self.seen = set()  # (method, name of the path, status)
        self.forms = []  # of the creates
        self.url = f"http://127.0.0.1:{self.server_port}"
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        test.addCleanup(self.server_close)
        test.addCleanup(thread.join)
        test.addCleanup(self.shutdown)


class Passage(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        content_type = self.headers.get("Content-Type") or ""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.carrier.port, timeout=30)
        fields = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
        connection.request(self.command, self.path, body or None, fields)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        found = DOCUMENT.answer(self.command, self.path, answer.status, answer.headers.get("Content-Type") or "", data)
        # What the carrier refuses may break the rules.
        if answer.status < 400:
            found += DOCUMENT.request(self.command, self.path, content_type, body)
        self.server.violations += [f"{self.command} {self.path}: {text}" for text in found]
        self.server.seen.add((self.command, self.path.partition("?")[0].rsplit("/", 1)[-1][:2], answer.status))
        if self.command == "POST" and self.path == MESSAGES:
            self.server.forms.append(dict(urllib.parse.parse_qsl(body.decode(), True)))
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers.get("Content-Type") or JSON)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_DELETE = pass_on


class TestTheCheckItself(unittest.TestCase):
    GOOD = {"sid": "SM" + "0" * 32, "status": "queued", "num_segments": "1", "error_code": None, "to": "+5215512345678"}
    WRONG = (
        {"sid": "SM" + "0" * 31}, {"sid": "XX" + "0" * 32}, {"status": "enviado"}, {"num_segments": 1}, {"error_code": "30003"},
        {"date_sent": "2026-11-22T10:00:00Z"}, {"direction": "out"}, {"from": "tel:1"}, {"prize": "1"}, {"body": ["x"]},
        {"messaging_service_sid": "SM" + "0" * 32}, {"price_unit": "dollars"}, {"sid": 7}, {"subresource_uris": []},
    )  # fmt: skip

    def answer(self, value, status=201, content_type=JSON):
        return DOCUMENT.answer("POST", MESSAGES, status, content_type, json.dumps(value).encode())

    def test_answers(self):
        self.assertEqual(self.answer(self.GOOD), [])
        for change in self.WRONG:
            with self.subTest(change):
                self.assertNotEqual(self.answer({**self.GOOD, **change}), [])
        self.assertNotEqual(self.answer(self.GOOD, status=200), [])
        self.assertNotEqual(self.answer(self.GOOD, content_type="text/html"), [])

    def test_requests(self):
        good = [("To", CUSTOMER), ("From", SMS_NUMBER), ("Body", "Hola"), ("MediaUrl", "https://a.example/1"),
                ("MediaUrl", "https://a.example/2"), ("StatusCallback", "https://a.example/s"), ("ValidityPeriod", "60")]
        self.assertEqual(DOCUMENT.request("POST", MESSAGES, FORM, urllib.parse.urlencode(good).encode()), [])
        for name, text in (("body", "x"), ("MessagingServiceSid", "MG1"), ("RiskCheck", "maybe"), ("SmartEncoded", "perhaps"),
                           ("ValidityPeriod", "abc"), ("SendAt", "tomorrow"), ("StatusCallback", "not a uri"),
                           ("MediaUrl", "notaurl"), ("Body", "twice")):  # fmt: skip
            with self.subTest(name):
                body = urllib.parse.urlencode(good + [(name, text)]).encode()
                self.assertNotEqual(DOCUMENT.request("POST", MESSAGES, FORM, body), [])
        for method, target, content_type, body in (
            ("POST", MESSAGES, FORM, b"From=%2B1555&Body=x"), ("POST", MESSAGES, JSON, b"{}"), ("PUT", MESSAGES, "", b""),
            ("GET", MESSAGES + "?PageSize=2000", "", b""), ("GET", MESSAGES.replace(ACCOUNT_SID, "AC1"), "", b""),
            ("GET", ACCOUNT + "/Calls.json", "", b""), ("GET", MESSAGES + "?to=%2B1555", "", b""),
        ):  # fmt: skip
            with self.subTest(target=target, body=body):
                self.assertNotEqual(DOCUMENT.request(method, target, content_type, body), [])


class ContractTest(HiloTest):
    def begin(self, *options, **settings):
        self.hilo = Hilo(self, **settings)
        self.carrier = self.hilo.carrier("--delay", "1-5", *options)
        self.proxy = Proxy(self, self.carrier)
        self.hilo.settings["TWILIO_API_URL"] = self.proxy.url

    def call(self, method, target, *pairs):
        key = base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
        fields = {"Authorization": "Basic " + key}
        if method == "POST":
            fields["Content-Type"] = FORM
        return request(self.proxy.url, method, target, urllib.parse.urlencode(pairs) if method == "POST" else None, fields)

    def assert_agreed(self):
        self.assertEqual(self.proxy.violations, [])


class TestClient(ContractTest):
    """What hilo asks."""

    def send(self, service, **value):
        answer = service.api("POST", "/api/messaging/send", value)
        self.assertEqual(answer.status, 202, answer)
        return answer.json()["messageId"]

    def wait_delivered(self, count):
        wait_until(lambda: self.hilo.value("SELECT count(*) FROM message_deliveries WHERE status IN ('delivered', 'read')")
                   == count, "all are delivered")

    def test_creates(self):
        self.begin()
        service = self.hilo.serve()
        self.carrier.post_to(service.url)
        self.carrier.inbound(sender="whatsapp:" + CUSTOMER, body="Hola")
        self.send(service, channel="sms", to=CUSTOMER, message="¡Hola! & = + % 😀\n\tfin")
        self.send(service, channel="sms", to=CUSTOMER, message="x", mediaUrl="https://a.example/b.png?c=d&e=%20f")
        self.send(service, channel="sms", to="+34600550104", mediaUrl="https://a.example/b.png")
        self.send(service, channel="whatsapp", to=CUSTOMER, message="Sí")
        self.send(service, channel="whatsapp", to="MX.Zed9", template=TEMPLATE_SID, variables={"1": "Ana", "2": "10:30"})
        self.wait_delivered(5)
        self.assert_agreed()
        self.assertEqual(len(self.proxy.forms), 5)
        by_to = {form["To"]: form for form in self.proxy.forms}
        template = by_to["whatsapp:MX.Zed9"]
        self.assertEqual(json.loads(template["ContentVariables"]), {"1": "Ana", "2": "10:30"})
        self.assertEqual(template["ContentSid"], TEMPLATE_SID)
        self.assertEqual(sorted(by_to["+34600550104"]), ["From", "MediaUrl", "StatusCallback", "To"])
        self.assertEqual(by_to["whatsapp:" + CUSTOMER]["From"], "whatsapp:" + WHATSAPP_NUMBER)

    def test_creates_through_a_service(self):
        self.begin(TWILIO_MESSAGING_SERVICE_SID=SERVICE_SID)
        service = self.hilo.serve()
        self.carrier.post_to(service.url)
        self.send(service, channel="sms", to=CUSTOMER, message="x")
        self.wait_delivered(1)
        self.assert_agreed()
        (form,) = self.proxy.forms
        self.assertEqual((form["MessagingServiceSid"], "From" in form), (SERVICE_SID, False))

    def test_looking_up_what_is_unknown(self):
        self.begin("--drop", "100", "--faults", "500-after:1")
        service = self.hilo.serve()
        self.send(service, channel="sms", to=CUSTOMER, message="once")
        wait_until(lambda: self.hilo.query("SELECT 1 FROM message_deliveries WHERE provider_message_id <> ''"), "it is settled")
        self.assert_agreed()
        self.assertIn(("GET", "Me", 200), self.proxy.seen)
        self.assertEqual(len(self.proxy.forms), 1)

    def test_doctor(self):
        self.begin()
        service = self.hilo.serve()
        self.carrier.post_to(service.url)
        self.hilo.run("doctor", "--json", HILO_LISTEN=f"127.0.0.1:{service.port}")
        self.assertIn(("GET", "In", 200), self.proxy.seen)
        # The account itself is asked for too; it is not in the document.
        self.assertEqual([text for text in self.proxy.violations if f"/{ACCOUNT_SID}.json" not in text], [])


class TestCarrier(ContractTest):
    """What the pretend carrier answers, and that a message has all the fields of the document."""

    def setUp(self):
        self.begin("--manual")

    def create(self, *pairs):
        answer = self.call("POST", MESSAGES, ("To", CUSTOMER), *pairs)
        self.assertEqual(answer.status, 201, answer)
        return answer.json()

    def test_a_message_in_every_state(self):
        fields = set(DOCUMENT.root["components"]["schemas"]["api.v2010.account.message"]["properties"])
        made = self.create(("From", SMS_NUMBER), ("Body", "Hola"))
        self.assertEqual(set(made), fields)
        path = f"{ACCOUNT}/Messages/{made['sid']}.json"
        for status, code in (("sending", None), ("sent", None), ("undelivered", 30003), ("delivered", None), ("read", None),
                             ("failed", 30008)):  # fmt: skip
            self.carrier.callback(made["sid"], status, code)
            self.assertEqual((self.call("GET", path).json()["status"]), status)
        self.assertEqual(self.call("POST", path, ("Body", "")).json()["body"], "")
        self.assertEqual(self.call("POST", f"{ACCOUNT}/Messages/{made['sid']}/Feedback.json", ("Outcome", "confirmed")).status, 200)
        self.assertEqual(self.call("DELETE", path).status, 204)
        self.assertEqual(self.call("GET", path).status, 404)
        self.assert_agreed()

    def test_kinds_of_creates(self):
        for pairs in (
            [("From", "whatsapp:" + WHATSAPP_NUMBER), ("Body", "x"), ("To", "whatsapp:" + CUSTOMER)],
            [("From", SMS_NUMBER), ("MediaUrl", "https://a.example/1"), ("To", CUSTOMER)],
            [("MessagingServiceSid", SERVICE_SID), ("Body", "x"), ("To", CUSTOMER)],
            [("From", "whatsapp:" + WHATSAPP_NUMBER), ("ContentSid", TEMPLATE_SID), ("ContentVariables", '{"1":"a"}'),
             ("To", "whatsapp:" + CUSTOMER)],
        ):  # fmt: skip
            self.assertEqual(self.call("POST", MESSAGES, *pairs).status, 201, pairs)
        self.assert_agreed()

    def test_a_scheduled_message_can_be_canceled(self):
        later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 7200))
        made = self.create(("MessagingServiceSid", SERVICE_SID), ("Body", "x"), ("ScheduleType", "fixed"), ("SendAt", later))
        self.assertEqual(made["status"], "scheduled")
        canceled = self.call("POST", f"{ACCOUNT}/Messages/{made['sid']}.json", ("Status", "canceled"))
        self.assertEqual((canceled.status, canceled.json()["status"]), (200, "canceled"))
        self.assert_agreed()

    def test_a_file_that_came_in(self):
        sid = self.carrier.inbound(body="", NumMedia="1")
        (media,) = self.call("GET", f"{ACCOUNT}/Messages/{sid}/Media.json").json()["media_list"]
        self.assertEqual(self.call("GET", f"{ACCOUNT}/Messages/{sid}/Media/{media['sid']}.json").json(), media)
        self.assert_agreed()

    def test_lists(self):
        for number in range(5):
            self.create(("From", SMS_NUMBER), ("Body", str(number)))
        self.carrier.inbound(sender="whatsapp:" + CUSTOMER, body="Hola")
        to = urllib.parse.quote(CUSTOMER)
        # What is still queued has no date.
        for query, count in (("", 6), (f"?To={to}", 5), (f"?To={to}&PageSize=2", 2), ("?DateSent%3E=2020-01-01", 1),
                             ("?DateSent%3C=2020-01-01", 0), ("?From=whatsapp%3A" + to, 1)):  # fmt: skip
            with self.subTest(query):
                self.assertEqual(len(self.call("GET", MESSAGES + query).json()["messages"]), count)
        bodies = []
        target = f"{MESSAGES}?To={to}&PageSize=2"
        while target is not None:
            page = self.call("GET", target).json()
            bodies += [message["body"] for message in page["messages"]]
            target = page["next_page_uri"]
        self.assertEqual(bodies, ["4", "3", "2", "1", "0"])
        self.assert_agreed()

    def test_our_number(self):
        numbers = self.call("GET", f"{ACCOUNT}/IncomingPhoneNumbers.json?PhoneNumber={urllib.parse.quote(SMS_NUMBER)}").json()
        (number,) = numbers["incoming_phone_numbers"]
        path = f"{ACCOUNT}/IncomingPhoneNumbers/{number['sid']}.json"
        changed = self.call("POST", path, ("SmsUrl", "https://hilo.example/api/webhooks/sms"), ("SmsMethod", "POST")).json()
        self.assertEqual(changed["sms_url"], "https://hilo.example/api/webhooks/sms")
        self.assertEqual(self.call("GET", path).json(), changed)
        self.assert_agreed()


if __name__ == "__main__":
    unittest.main()
