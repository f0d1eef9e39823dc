# SPDX-License-Identifier: MIT
"""Replies on their way to the carrier, with the real program and the pretend carrier over loopback: none is sent twice, none
is lost without a word, whatever the carrier does and whoever is killed.

timeout_s: 300
"""

from harness import Hilo, HiloTest, wait_until

# Not the sandbox, which takes one message in three seconds, but a number of our own: eighty a second.
NUMBER = "+15005550006"

ACCEPTED = "accepted"
FAILED = "failed"
UNKNOWN = "unknown"

# Fault, requests to create it, messages at the carrier, how it ends.
FAULTS = [
    ("429=1", 2, 1, ACCEPTED),
    ("500-before", 1, 0, UNKNOWN),
    ("500-after", 1, 1, ACCEPTED),
    ("503", 1, 0, UNKNOWN),
    ("close-before", 1, 0, UNKNOWN),
    ("close-after", 1, 1, ACCEPTED),
    ("half", 1, 1, ACCEPTED),
    ("slow=1500", 1, 1, ACCEPTED),
    ("slow-before=1500", 1, 1, ACCEPTED),
    ("not-json", 1, 1, ACCEPTED),
    ("redirect", 1, 0, UNKNOWN),
    ("reject=21610", 1, 0, FAILED),
]


def customer(number):
    return f"+52155000{number:05d}"


class OutboxTest(HiloTest):
    """An installation whose customers have all just written by WhatsApp, so that they can be answered."""

    def begin(self, *carrier_options, **settings):
        self.hilo = Hilo(self, TWILIO_WHATSAPP_NUMBER=NUMBER, HILO_SEND_LIMIT="1000/60", **settings)
        self.carrier = self.hilo.carrier("--whatsapp-number", NUMBER, "--delay", "5-20", *carrier_options)
        self.service = self.hilo.serve()
        self.carrier.post_to(self.service.url)

    def customers_write(self, count):
        for number in range(count):
            self.carrier.inbound(sender="whatsapp:" + customer(number), body="Hola")
        wait_until(
            lambda: self.hilo.value("SELECT count(*) FROM messages WHERE direction = 'in'") >= count, "the customers wrote"
        )

    def reply(self, number, body, service=None):
        value = {"channel": "whatsapp", "to": customer(number), "message": body}
        answer = (service or self.service).api("POST", "/api/messaging/send", value)
        self.assertEqual(answer.status, 202, answer)
        return answer.json()["messageId"]

    def creates(self, body=None):
        """Requests to create a message, as the carrier saw them."""
        found = [request for request in self.carrier.requests() if request["kind"] == "create"]
        return [request for request in found if body is None or request["body"] == body]

    def looks(self):
        return [request for request in self.carrier.requests() if request["kind"] == "list"]

    def at_carrier(self, body=None):
        found = [message for message in self.carrier.messages() if message["direction"] == "outbound-api"]
        return [message for message in found if body is None or message["body"] == body]

    def state(self, message_id):
        """(state of the outbox row or None, the carrier's id or None, status shown, error code)"""
        row = self.hilo.query(
            "SELECT o.state AS state, d.provider_message_id AS sid, d.status AS status, d.error_code AS code"
            " FROM message_deliveries d LEFT JOIN outbox o ON o.message_id = d.message_id WHERE d.message_id = ?",
            message_id,
        )[0]
        return row["state"], row["sid"], row["status"], row["code"]

    def wait_end(self, message_id, end, deadline_s=30):
        def ended():
            state, sid, status, code = self.state(message_id)
            if end == ACCEPTED:
                return state is None and sid is not None and status != "failed"
            if end == FAILED:
                return state is None and sid is None and status == "failed" and code == 21610
            return state in ("unknown", "unsure") and sid is None and status == "unknown"

        wait_until(ended, f"message {message_id} {end}, not {self.state(message_id)}", deadline_s)


class TestFaults(OutboxTest):
    def send_with_each_fault(self):
        self.customers_write(len(FAULTS))
        ids = []
        for number, (fault, *_) in enumerate(FAULTS):
            body = f"reply to {fault}"
            self.carrier.faults(fault)
            ids.append(self.reply(number, body))
            wait_until(lambda body=body: self.creates(body), f"{body} at the carrier")
        return ids

    def check_each_fault(self, ids):
        for message_id, (fault, requests, messages, end) in zip(ids, FAULTS):
            with self.subTest(fault):
                body = f"reply to {fault}"
                self.wait_end(message_id, end)
                self.assertEqual(len(self.creates(body)), requests)
                self.assertEqual(len(self.at_carrier(body)), messages)
                if messages:
                    self.assertEqual(self.state(message_id)[1], self.at_carrier(body)[0]["sid"])

    def test_without_callbacks_the_list_settles(self):
        self.begin("--drop", "100")
        self.check_each_fault(self.send_with_each_fault())
        self.assertGreaterEqual(len(self.looks()), sum(end == UNKNOWN for *_, end in FAULTS))

    def test_callbacks_settle_at_once(self):
        self.begin()
        ids = self.send_with_each_fault()
        for message_id, (_, _, messages, _) in zip(ids, FAULTS):
            if messages:
                wait_until(lambda m=message_id: self.state(m)[2] == "read", f"message {message_id} read")
        self.check_each_fault(ids)

    def test_a_list_that_fails_does_not_count(self):
        self.begin("--drop", "100")
        self.customers_write(1)
        self.carrier.faults("close-after,get-500-before:2")
        message = self.reply(0, "lost answer")
        self.wait_end(message, ACCEPTED, deadline_s=40)
        self.assertEqual(len(self.creates("lost answer")), 1)
        self.assertGreaterEqual(len(self.looks()), 3)


class TestOrderAndPace(OutboxTest):
    def test_order_in_a_conversation_under_429(self):
        self.begin()
        self.customers_write(2)
        self.carrier.faults("429=1:1,429:2")
        ids = [self.reply(0, f"part {n}") for n in range(6)]
        for message in ids:
            self.wait_end(message, ACCEPTED)
        self.assertEqual([message["body"] for message in self.at_carrier()], [f"part {n}" for n in range(6)])

    def test_retry_after_is_obeyed_by_the_whole_sender(self):
        self.begin()
        self.customers_write(2)
        self.carrier.faults("429=2")
        first = self.reply(0, "first")
        wait_until(lambda: self.creates("first"), "the first one at the carrier")
        wait_until(lambda: self.state(first)[0] == "queued", "the first one waits")
        second = self.reply(1, "second")
        self.wait_end(first, ACCEPTED)
        self.wait_end(second, ACCEPTED)
        refused, accepted = self.creates("first")
        self.assertGreaterEqual(accepted["at_ms"] - refused["at_ms"], 1990)
        self.assertGreaterEqual(self.creates("second")[0]["at_ms"] - refused["at_ms"], 1990)

    def test_one_sms_a_second_from_one_number(self):
        self.begin()
        ids = []
        for number in range(4):
            value = {"channel": "sms", "to": customer(number), "message": f"sms {number}"}
            ids.append(self.service.api("POST", "/api/messaging/send", value).json()["messageId"])
        for message in ids:
            self.wait_end(message, ACCEPTED)
        moments = [request["at_ms"] for request in self.creates()]
        self.assertEqual(len(moments), 4)
        for before, after in zip(moments, moments[1:]):
            self.assertGreaterEqual(after - before, 980)


class TestKilled(OutboxTest):
    def test_killed_in_the_middle_of_a_slow_answer(self):
        for fault in ("slow=20000", "slow-before=1500"):
            with self.subTest(fault):
                self.begin("--drop", "100")
                self.customers_write(1)
                self.carrier.faults(fault)
                message = self.reply(0, "unfinished")
                wait_until(lambda: self.state(message)[0] == "sending", "the claim")
                if fault.startswith("slow="):
                    wait_until(lambda: self.at_carrier("unfinished"), "the message at the carrier")
                else:
                    wait_until(lambda: self.carrier.stats()["requests"], "the request at the carrier")
                self.service.kill()
                self.service = self.hilo.serve()
                self.wait_end(message, ACCEPTED)
                self.assertEqual(len(self.creates("unfinished")), 1)
                self.assertEqual(self.state(message)[1], self.at_carrier("unfinished")[0]["sid"])

    def test_two_processes_never_send_one_row(self):
        count = 120
        self.begin("--drop", "100")
        self.customers_write(count)
        # The second one waits for its turn on the same file, and queues like the first.
        other = self.hilo.start("serve")
        other.wait_output(r"pid \d+")
        ids = [self.reply(number, f"reply {number}") for number in range(count)]
        wait_until(lambda: len(self.at_carrier()) >= 10, "the first replies at the carrier")
        self.service.kill()
        other.wait_output(r"listening on ")
        # What was just claimed and never left is shown as unknown; everything else has arrived, once.
        wait_until(
            lambda: not self.hilo.query("SELECT 1 FROM outbox WHERE state IN ('queued', 'sending') LIMIT 1"), "all sent"
        )
        wait_until(
            lambda: all(
                self.hilo.query("SELECT 1 FROM messages WHERE provider_message_id = ?", message["sid"])
                for message in self.at_carrier()
            ),
            "every message of the carrier is known",
        )
        for number, message in enumerate(ids):
            state, sid, status, _ = self.state(message)
            sent = self.at_carrier(f"reply {number}")
            self.assertLessEqual(len(sent), 1)
            self.assertLessEqual(len(self.creates(f"reply {number}")), 1)
            if sent:
                self.assertEqual((state, sid), (None, sent[0]["sid"]))
            else:
                self.assertEqual((state in ("unknown", "unsure"), status), (True, "unknown"))
