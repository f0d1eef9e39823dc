# SPDX-License-Identifier: MIT
"""The reply pane and what happens to a reply after Enter: the seconds to take it back, collisions, times, notes, canned
replies, the person's own editor."""

import time

from harness import wait_until
from test_console import ConsoleTest

TAKE_BACK = "\x1f"  # C-_
F8 = "\x1b[19~"


class ReplyTest(ConsoleTest):
    def open(self, body="question", channel="sms", **more):
        """A console with the pane of one conversation open."""
        screen = self.start(**more)
        self.write_in(body, channel)
        screen.wait_for(body)
        screen.key("enter")
        screen.wait_for(r"Write your reply")
        return screen

    def type(self, screen, text):
        screen.send(text)
        screen.wait_for(text.split("\n")[-1])

    def leave(self, screen):
        """Out of the pane, to the messages."""
        screen.key("esc")
        screen.wait_for("Press r to reply|q list|✎|h list|choose")

    def sent_bodies(self):
        return [message["body"] for message in self.carrier.messages()]


class TestTakingBack(ReplyTest):
    def test_a_reply_counts_down_and_then_goes_out(self):
        screen = self.open(HILO_UNDO_SECONDS="2")
        self.type(screen, "on its way")
        screen.key("enter")
        screen.wait_for("sent in 2 s")
        self.assertEqual(self.sent_bodies(), [])
        screen.wait_for("sent in 1 s")
        screen.wait_for("✓")
        self.assertEqual(self.sent_bodies(), ["on its way"])

    def test_every_way_to_take_it_back_returns_the_text(self):
        screen = self.open(HILO_UNDO_SECONDS="60")
        for name, key in (("the empty editor", TAKE_BACK), ("the last action", "U"), ("the message", "X")):
            with self.subTest(name):
                self.type(screen, "not so")
                screen.key("enter")
                screen.wait_for("sent in")
                if key != TAKE_BACK:
                    self.leave(screen)
                screen.send(key)
                screen.wait_for("Taken back")
                screen.wait_for(r"canceled(.|\n)*To \+(.|\n)*not so")
                self.assertEqual(self.hilo.value("SELECT count(*) FROM outbox"), 0)
                wait_until(lambda: self.hilo.query("SELECT 1 FROM drafts WHERE body = 'not so'"), "the draft is kept")
                screen.send("\x15")
                screen.wait_for("Write your reply")
        self.assertEqual(self.sent_bodies(), [])

    def test_what_was_written_since_stays_behind_it(self):
        screen = self.open(HILO_UNDO_SECONDS="60")
        self.type(screen, "first")
        screen.key("enter")
        screen.wait_for("sent in")
        self.type(screen, "second")
        self.leave(screen)
        screen.send("X")
        screen.wait_for(r"Taken back")
        screen.wait_for(r"To \+.*\n.*first *\n.*second")

    def test_leaving_within_the_seconds_loses_nothing(self):
        screen = self.open(HILO_UNDO_SECONDS="2")
        self.type(screen, "before I go")
        screen.key("enter")
        screen.wait_for("sent in")
        self.leave(screen)
        screen.send(":quit\r")
        screen.wait_end()
        self.assertIn("Replies are still to be sent", screen.output()[-400:].decode())
        self.assertEqual(self.hilo.value("SELECT state FROM outbox"), "queued")
        self.start()
        wait_until(lambda: self.sent_bodies() == ["before I go"], "the next console sends it")

    def test_nothing_wakes_it_when_nothing_counts(self):
        screen = self.open(HILO_UNDO_SECONDS="1")
        self.type(screen, "quick")
        screen.key("enter")
        screen.wait_for("✓✓ delivered")
        before = len(screen.output())
        time.sleep(2.5)  # the absence of something has no event
        self.assertEqual(len(screen.output()), before)


class TestCollisions(ReplyTest):
    def test_two_agents_answer(self):
        first = self.open(HILO_AGENT="Ana")
        for number in range(12):
            self.write_in(f"and {number}")
        first.wait_for("and 11")
        second = self.hilo.console(HILO_AGENT="Luis")
        second.wait_for("and 11")
        second.key("enter")
        second.wait_for("Write your reply")
        self.type(second, "Luis answers")
        self.type(first, "Ana answers")
        # Ana reads what is older meanwhile.
        first.key("pageup")
        first.wait_for("lines? below")
        second.key("enter")
        wait_until(lambda: self.hilo.query("SELECT 1 FROM messages WHERE author = 'Luis'"), "Luis's reply is stored")
        first.wait_for("→ Luis answers")
        first.key("enter")
        first.wait_for("Somebody wrote in this conversation meanwhile")
        first.wait_for(r"Luis answers(.|\n)*To \+(.|\n)*Ana answers")
        first.key("enter")
        wait_until(lambda: len(self.sent_bodies()) == 2, "it is sent once it was seen")
        self.assertEqual(self.sent_bodies(), ["Luis answers", "Ana answers"])

    def test_the_customer_writes_within_the_seconds(self):
        screen = self.open(HILO_UNDO_SECONDS="2")
        self.type(screen, "too fast")
        screen.key("enter")
        screen.wait_for("sent in")
        self.write_in("wait, something else")
        screen.wait_for("⏸ held")
        screen.wait_for("somebody wrote here since")
        self.assertEqual(self.sent_bodies(), [])
        screen.key("enter")
        screen.wait_for("Send the reply that is held")
        screen.send("y")
        screen.wait_for("✓")
        self.assertEqual(self.sent_bodies(), ["too fast"])

    def test_a_held_reply_is_taken_back(self):
        screen = self.open(HILO_UNDO_SECONDS="1")
        self.type(screen, "too fast")
        screen.key("enter")
        screen.wait_for("sent in")
        self.write_in("wait, something else")
        screen.wait_for("⏸ held")
        self.leave(screen)
        screen.send("X")
        screen.wait_for(r"To \+.*\n.*too fast")
        self.assertEqual(self.hilo.value("SELECT count(*) FROM outbox"), 0)


class TestLater(ReplyTest):
    def test_a_reply_waits_for_its_time(self):
        screen = self.open(rows=30, columns=120)
        self.type(screen, "good morning")
        screen.send(F8)
        screen.wait_for("send-later")
        screen.send("mañana 9")
        screen.wait_for(r"\w+ \d+ \w+ 09:00")
        screen.key("enter")
        screen.wait_for(r"⏱ \w+ \d+ \w+ 09:00")
        self.assertEqual(self.hilo.value("SELECT state FROM outbox"), "scheduled")
        self.leave(screen)
        screen.send(":reschedule pasado mañana 10\r")
        screen.wait_for(r"⏱ \w+ \d+ \w+ 10:00")
        # Its time comes.
        self.change("UPDATE outbox SET next_attempt_at = ?", int(time.time() * 1000) + 300)
        screen.wait_for("✓")
        self.assertEqual(self.sent_bodies(), ["good morning"])

    def test_a_time_that_is_none_keeps_the_text(self):
        screen = self.open()
        self.type(screen, "good morning")
        screen.send(F8 + "some day\r")
        screen.wait_for("tomorrow")
        screen.wait_for("good morning")
        self.assertEqual(self.hilo.value("SELECT count(*) FROM outbox"), 0)


class TestNotes(ReplyTest):
    def test_a_note_never_reaches_the_carrier(self):
        screen = self.open()
        self.type(screen, "half a reply")
        self.leave(screen)
        screen.send("P")
        screen.wait_for("Private note — the customer")
        screen.wait_gone("half a reply")
        self.type(screen, "he called twice")
        screen.key("enter")
        seen = screen.wait_for(r"private note")
        row = seen.find("he called twice")[0]
        column = seen.rows[row].index("he called twice")
        self.assertNotEqual(screen.cell(row, column)["bg"], screen.cell(0 + 2, column)["bg"])
        screen.send("\x1b")
        screen.wait_for(r"To \+")
        screen.wait_for("half a reply")
        self.assertEqual(self.sent_bodies(), [])
        self.assertEqual(self.hilo.value("SELECT count(*) FROM outbox"), 0)
        self.assertEqual(self.hilo.value("SELECT body FROM messages WHERE direction = 'note'"), "he called twice")

    def test_what_reads_like_an_answer_is_asked_about(self):
        screen = self.open()
        self.leave(screen)
        screen.send("P")
        screen.wait_for("Private note")
        self.type(screen, "Hello Ana, it is on its way")
        screen.key("enter")
        screen.wait_for("reads like an answer")
        screen.send("n")
        screen.wait_gone("reads like an answer")
        self.assertEqual(self.hilo.value("SELECT count(*) FROM messages WHERE direction = 'note'"), 0)
        screen.key("enter")
        screen.wait_for("reads like an answer")
        screen.send("y")
        screen.wait_for("private note")
