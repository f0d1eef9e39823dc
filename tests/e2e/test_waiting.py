# SPDX-License-Identifier: MIT
"""Replies that wait on purpose, and dead letters that are taken in again, with the services in one process and the console in
another, and both killed at bad moments: what was taken back is never sent, what was not is sent once.

timeout_s: 300
"""

import os
import signal
import time
from urllib.parse import urlencode

from harness import ACCOUNT_SID, CUSTOMER, inbound, wait_until
from test_reply import F8, ReplyTest

HOUR_MS = 3600 * 1000


def now_ms():
    return int(time.time() * 1000)


class WaitingTest(ReplyTest):
    def begin(self, channel="sms", **settings):
        """Services, a customer who has just written, and a console with the pane open."""
        self.hilo.settings.update(settings)
        self.carrier = self.hilo.carrier("--delay", "5-20", "--whatsapp-number", "+525550000006")
        self.hilo.settings["TWILIO_WHATSAPP_NUMBER"] = "+525550000006"
        self.serve()
        sender = "whatsapp:" + CUSTOMER if channel == "whatsapp" else CUSTOMER
        self.carrier.inbound(sender, "question", channel=channel)
        wait_until(lambda: self.hilo.query("SELECT 1 FROM messages"), "the customer wrote")
        self.open_pane()

    def serve(self):
        self.service = self.hilo.serve()
        self.url = self.service.url
        self.carrier.post_to(self.url)

    def open_pane(self, body="question", moves=""):
        """A console with the pane of the conversation open whose last word is `body`, so many moves down the list."""
        self.screen = self.hilo.console()
        self.screen.wait_for(body)
        self.screen.send(moves)
        self.screen.key("enter")
        self.screen.wait_for("Write your reply")

    def kill_all(self):
        """The console first: it would take the services over."""
        os.kill(self.screen.pid(), signal.SIGKILL)
        self.screen.wait_end()
        self.service.kill()

    def reply(self, text):
        self.type(self.screen, text)
        self.screen.key("enter")
        self.screen.wait_for("sent in")

    def schedule(self, text):
        self.type(self.screen, text)
        self.screen.send(F8 + "tomorrow 9\r")
        self.screen.wait_for("⏱")
        wait_until(lambda: self.hilo.query("SELECT 1 FROM outbox WHERE state = 'scheduled'"), "it is scheduled")

    def creates(self):
        return [request["body"] for request in self.carrier.requests() if request["kind"] == "create"]

    def send_another(self, channel="sms", number="+5215511112222"):
        """What is sent to somebody else after everything: when it is there, the sender had its chance to send the rest."""
        answer = self.service.api("POST", "/api/messaging/send", {"channel": channel, "to": number, "message": "the last"})
        self.assertEqual(answer.status, 202, answer)
        wait_until(lambda: "the last" in self.creates(), "the last one is at the carrier")

    def is_held(self, reason):
        return self.hilo.query("SELECT 1 FROM outbox WHERE state = 'held' AND held_reason = ?", reason)


class TestTakenBack(WaitingTest):
    def test_before_everything_is_killed(self):
        self.begin(HILO_UNDO_SECONDS="60")
        self.reply("not so")
        self.leave(self.screen)
        self.screen.send("X")
        self.screen.wait_for("Taken back")
        wait_until(lambda: self.hilo.value("SELECT count(*) FROM outbox") == 0, "it is out of the outbox")
        self.kill_all()
        self.serve()
        self.send_another()
        self.assertEqual(self.creates(), ["the last"])
        self.assertEqual(self.hilo.value("SELECT body FROM drafts"), "not so")

    def test_after_everything_was_killed(self):
        self.begin(HILO_UNDO_SECONDS="60")
        self.reply("not so")
        self.kill_all()
        self.serve()
        self.open_pane()
        self.screen.wait_for("sent in")
        self.leave(self.screen)
        self.screen.send("X")
        self.screen.wait_for("Taken back")
        self.send_another()
        self.assertEqual(self.creates(), ["the last"])
        self.assertEqual(self.hilo.value("SELECT status FROM message_deliveries ORDER BY message_id LIMIT 1"), "canceled")

    def test_nobody_takes_it_back(self):
        self.begin(HILO_UNDO_SECONDS="3")
        self.reply("it stays")
        self.kill_all()
        self.assertEqual(self.creates(), [])
        self.serve()
        wait_until(lambda: self.creates() == ["it stays"], "it is sent after the start")
        self.send_another()
        self.assertEqual(self.creates(), ["it stays", "the last"])


class TestHeld(WaitingTest):
    def test_the_customer_writes_and_everything_is_killed(self):
        self.begin(HILO_UNDO_SECONDS="2")
        self.reply("too fast")
        self.carrier.inbound(CUSTOMER, "one more thing")
        wait_until(lambda: self.is_held("newer"), "it is held")
        self.kill_all()
        self.serve()
        self.send_another()
        self.assertEqual(self.creates(), ["the last"])
        self.assertTrue(self.is_held("newer"))
        # An agent says so: it goes out, once.
        self.open_pane("one more thing", "j")
        self.screen.wait_for("⏸ held")
        self.screen.key("enter")
        self.screen.wait_for("all the same")
        self.screen.send("y")
        wait_until(lambda: "too fast" in self.creates(), "it is sent")
        wait_until(lambda: self.hilo.value("SELECT count(*) FROM outbox") == 0, "nothing waits")
        self.assertEqual(self.creates(), ["the last", "too fast"])

    def test_the_window_closed_meanwhile(self):
        self.begin("whatsapp")
        self.schedule("good morning")
        self.change("UPDATE communication_threads SET last_inbound_at = ?", now_ms() - 25 * HOUR_MS)
        self.change("UPDATE outbox SET next_attempt_at = ?", now_ms() + 200)
        wait_until(lambda: self.is_held("window_closed"), "it is held")
        self.assertEqual(self.creates(), [])
        self.assertEqual(self.hilo.value("SELECT value FROM counters WHERE name = 'outbox_held'"), 1)

    def test_later_replies_do_not_wait_for_it(self):
        self.begin()
        self.schedule("much later")
        thread = self.hilo.value("SELECT id FROM communication_threads")
        answer = self.service.api("POST", "/api/messaging/send", {"channel": "sms", "threadId": thread, "message": "now"})
        self.assertEqual(answer.status, 202, answer)
        wait_until(lambda: self.creates() == ["now"], "the other one is sent")
        # Its row goes when the carrier has answered.
        wait_until(lambda: [row["state"] for row in self.hilo.query("SELECT state FROM outbox")] == ["scheduled"], "only the later one waits")


class TestScheduled(WaitingTest):
    def test_its_time_comes_while_nothing_runs(self):
        self.begin()
        self.schedule("good morning")
        self.kill_all()
        self.change("UPDATE outbox SET next_attempt_at = ?", now_ms() - 1000)
        self.serve()
        wait_until(lambda: self.creates() == ["good morning"], "it is sent after the start")
        self.send_another()
        self.assertEqual(self.creates(), ["good morning", "the last"])

    def test_its_time_comes_after_a_restart(self):
        self.begin()
        self.schedule("good morning")
        self.kill_all()
        self.serve()
        self.send_another()
        self.assertEqual(self.creates(), ["the last"])
        self.change("UPDATE outbox SET next_attempt_at = ?", now_ms() + 300)
        wait_until(lambda: self.creates() == ["the last", "good morning"], "it is sent in time")


class TestDeadLetters(WaitingTest):
    def request_replay(self):
        self.change("UPDATE dead_letters SET replay_requested_at = ?", now_ms())

    def open_letters(self):
        return self.hilo.value("SELECT value FROM counters WHERE name = 'dead_letters'")

    def test_one_is_taken_in_again_after_the_configuration_was_mended(self):
        other = "AC" + "9" * 32
        service = self.hilo.serve(TWILIO_ACCOUNT_SID=other)
        letter = inbound("sms", CUSTOMER, Body="are you there?", AccountSid=ACCOUNT_SID)
        self.assertEqual(service.post_webhook("sms", letter).status, 200)
        self.assertEqual(self.open_letters(), 1)
        self.request_replay()
        wait_until(lambda: self.hilo.value("SELECT replay_result FROM dead_letters") != "", "it is refused again")
        self.assertIn("another account", self.hilo.value("SELECT replay_result FROM dead_letters"))
        self.assertEqual(self.open_letters(), 1)
        service.stop()

        self.hilo.serve()
        self.request_replay()
        wait_until(lambda: self.open_letters() == 0, "it is taken in")
        self.assertEqual(
            self.hilo.query("SELECT body, created_at FROM messages"),
            self.hilo.query("SELECT 'are you there?' AS body, received_at AS created_at FROM dead_letters"),
        )

    def test_what_came_twice_is_stored_once(self):
        self.hilo.serve(TWILIO_ACCOUNT_SID="AC" + "9" * 32).stop()
        service = self.hilo.serve()
        letter = inbound("sms", CUSTOMER, Body="once")
        self.assertEqual(service.post_webhook("sms", letter).status, 200)
        self.change(
            "INSERT INTO dead_letters (route, reason, body, received_at, replay_requested_at) VALUES (?, ?, ?, ?, ?)",
            "/api/webhooks/sms",
            "It belongs to another account.",
            urlencode(letter).encode(),
            now_ms(),
            now_ms(),
        )
        wait_until(lambda: self.hilo.query("SELECT 1 FROM dead_letters WHERE replayed_at IS NOT NULL"), "it is dealt with")
        self.assertEqual(self.hilo.value("SELECT count(*) FROM messages"), 1)
        self.assertEqual(self.open_letters(), 0)
