# SPDX-License-Identifier: MIT
"""The reply pane and what happens to a reply after Enter: the seconds to take it back, collisions, times, notes, canned
replies, the person's own editor."""

import os
import re
import time
import unittest

from harness import wait_until
from test_console import ConsoleTest

TAKE_BACK = "\x1f"  # C-_
F8 = "\x1b[19~"


class ReplyTest(ConsoleTest):
    def open(self, body="question", channel="sms", **more):
        """A console with the pane of one conversation open."""
        screen = self.start(**more)
        self.write_in(body, channel)
        screen.wait_for(re.escape(body))
        screen.key("enter")
        screen.wait_for(r"Write your reply")
        return screen

    def type(self, screen, text):
        screen.send(text)
        screen.wait_for(re.escape(text))

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


class TestHelp(ReplyTest):
    def canned(self, name, body):
        self.change("INSERT INTO canned_replies (name, body, updated_at) VALUES (?, ?, 1)", name, body)

    def test_a_canned_reply_is_filled_in(self):
        screen = self.open("question", channel="whatsapp", columns=120)
        self.canned("horario", "Abrimos a las 9.")
        self.canned("saludo", "Hola {{name}}, soy {{agent}}. Su folio es {{folio}}.")
        screen.send("/")
        screen.wait_for(r"horario +Abrimos(.|\n)*saludo")
        screen.send("sld")
        screen.wait_gone("horario")
        screen.key("tab")
        seen = screen.wait_for(r"Hola Ana, soy tester. Su folio es «folio\?»")
        self.assertIn("1 thing is not known", seen.text)
        row = seen.find("folio\\?»")[0]
        column = seen.rows[row].index("«folio")
        self.assertNotEqual(screen.cell(row, column), screen.cell(row, column - 12))
        screen.key("enter")
        screen.wait_for("is not filled in")
        screen.send("n")
        self.assertEqual(self.sent_bodies(), [])
        screen.send("\x1f")
        screen.wait_for(r"/sld")

    def test_a_slash_that_names_nothing_is_a_slash(self):
        screen = self.open()
        self.type(screen, "/etc is a folder")
        screen.key("enter")
        wait_until(lambda: self.sent_bodies() == ["/etc is a folder"], "it is sent")

    def test_emoji_by_name(self):
        screen = self.open("question", channel="whatsapp")
        screen.send("thanks :heart:")
        screen.wait_for("thanks ❤")
        screen.send(" :coraz")
        screen.wait_for("coraz.n")
        screen.key("enter")
        screen.wait_gone(":coraz")
        self.assertEqual(self.sent_bodies(), [])

    def test_a_template_when_nothing_else_may_be_sent(self):
        screen = self.open("question", channel="whatsapp", columns=120)
        self.change(
            "INSERT INTO templates (channel, name, content_sid, body, updated_at) VALUES ('whatsapp', 'cita', ?, ?, 1)",
            "HX" + "a" * 32,
            "Hola {{1}}, su cita es el {{2}}.",
        )
        self.change("UPDATE communication_threads SET last_inbound_at = last_inbound_at - 90000000")
        screen.wait_for("More than 24 h since")
        screen.send("/ci")
        screen.wait_for(r"cita +Hola")
        screen.key("enter")
        screen.wait_for(r"\{\{1\}\}:")
        screen.send("Ana\r")
        screen.wait_for(r"\{\{2\}\}:")
        screen.send("lunes\r")
        screen.wait_for(r"Hola Ana, su cita es el lunes\.(.|\n)*Send this template")
        self.assertEqual(self.sent_bodies(), [])
        screen.send("y")
        wait_until(lambda: len(self.carrier.messages()) == 1, "the template is sent")

    def strong_is_bold(self, channel):
        screen = self.open(f"a *strong* https://a.example/{channel}", channel, carrier=None, columns=120)
        seen = screen.snapshot()
        row, found = next((row, text.index("strong", 41)) for row, text in enumerate(seen.rows) if "strong" in text[41:])
        self.assertIn(f";https://a.example/{channel}".encode(), screen.output())
        return screen.cell(row, found)["bold"]

    def test_formats_are_shown_on_whatsapp(self):
        self.assertTrue(self.strong_is_bold("whatsapp"))

    def test_formats_are_no_formats_elsewhere(self):
        self.assertFalse(self.strong_is_bold("sms"))


@unittest.skipUnless(os.path.exists("/usr/share/hunspell/en_US.dic"), "there is no English dictionary here")
class TestSpelling(ReplyTest):
    def look(self, screen, word):
        """How the first letter of a word in the pane looks."""
        seen = screen.snapshot()
        row = max(number for number, text in enumerate(seen.rows) if word in text)
        cell = screen.cell(row, seen.rows[row].index(word))
        return {name: value for name, value in cell.items() if name not in ("column", "text", "width")}

    def test_a_wrong_word_is_marked_and_replaced(self):
        self.hilo.write_config("[spelling]\nes = en_US\nen = en_US\n")
        screen = self.open(HILO_SPELLING="yes")
        self.type(screen, "a wonderfull thing")
        wait_until(lambda: self.look(screen, "wonderfull") != self.look(screen, "thing"), "the wrong word is marked")
        screen.send("\x1b[18~")
        screen.wait_for(r"(?m)│ wonderful *$")
        screen.key("enter")
        screen.wait_for("a wonderful thing")
        wait_until(lambda: self.look(screen, "wonderful") == self.look(screen, "thing"), "nothing is marked any more")
        self.assertEqual(self.sent_bodies(), [])


class TestOwnEditor(ReplyTest):
    def editor(self, script):
        path = self.hilo.home / "editor"
        path.write_text("#!/bin/sh\n" + script)
        path.chmod(0o700)
        self.hilo.settings["EDITOR"] = str(path)
        self.hilo.settings["VISUAL"] = str(path)

    def test_its_text_comes_back(self):
        self.editor("""printf ', and more' >> "$1"\n""")
        screen = self.open()
        self.type(screen, "some text")
        screen.send("\x0f")
        screen.wait_for("some text")
        screen.wait_for(", and more")
        self.assertEqual(self.sent_bodies(), [])

    def test_messages_arrive_meanwhile(self):
        self.editor("""echo EDITING; while [ ! -e "$HOME/done" ]; do sleep 0.05; done; echo changed > "$1"\n""")
        screen = self.open()
        self.type(screen, "some text")
        screen.send("\x0f")
        screen.wait_for("EDITING")
        self.write_in("are you there?")
        wait_until(lambda: self.hilo.query("SELECT 1 FROM messages WHERE body = 'are you there?'"), "it is stored")
        self.assertIn("EDITING", screen.snapshot().text)
        (self.hilo.home / "done").touch()
        screen.wait_for(r"are you there\?(.|\n)*changed")

    def test_one_that_is_killed_changes_nothing(self):
        self.editor("""echo lost > "$1"; kill -9 $$\n""")
        screen = self.open()
        self.type(screen, "some text")
        screen.send("\x0f")
        screen.wait_for(r"some text(.|\n)*killed|editor")
        screen.wait_for("some text")

    def test_one_that_is_not_there_is_said(self):
        self.hilo.settings.update(EDITOR="/nonexistent/editor", VISUAL="/nonexistent/editor")
        screen = self.open()
        self.type(screen, "some text")
        screen.send("\x0f")
        screen.wait_for("editor")
        screen.wait_for("some text")


class TestTyping(ReplyTest):
    def test_a_paste_never_sends(self):
        screen = self.open()
        screen.paste("one\r\ntwo\r/three\n")
        screen.wait_for("two")
        self.assertEqual(self.hilo.value("SELECT count(*) FROM messages WHERE direction = 'out'"), 0)

    def test_the_keys_of_the_editor(self):
        screen = self.open()
        for keys, shown in (("abc", "abc"), ("\x14", "acb"), ("\x1f", "abc"), ("\x12", "acb"), ("\x15", "Write your")):
            screen.send(keys)
            screen.wait_for(shown)
        self.type(screen, "xyz")
        screen.send("\x15")
        screen.wait_for("Write your")
        screen.send("\x19")
        screen.wait_for("xyz")
        screen.send("\x1by")
        screen.wait_for("acb")

    def test_alt_enter_sends_where_it_is_wanted(self):
        screen = self.start(HILO_SEND_KEY="alt-enter")
        self.write_in("question")
        screen.wait_for("question")
        screen.key("enter")
        screen.wait_for("Alt-Enter sends it")
        screen.send("one\rtwo")
        screen.wait_for("two")
        screen.send("\x1b\r")
        wait_until(lambda: self.sent_bodies() == ["one\ntwo"], "both lines are one message")

    def test_a_conversation_is_read_after_some_seconds(self):
        screen = self.start(carrier=None, HILO_MARK_READ_SECONDS="2")
        self.write_in("question")
        screen.wait_for("●1")
        opened = time.monotonic()
        screen.key("enter")
        screen.wait_for("Write your reply")
        screen.wait_gone("●1")
        self.assertGreaterEqual(time.monotonic() - opened, 1.9)
