# SPDX-License-Identifier: MIT
"""The views over the inbox: outbox and failures, dead letters, canned replies, and the customer over all channels."""

import re

from harness import CUSTOMER, inbound, new_sid, post_form, wait_until
from test_console import OTHER_CUSTOMER, ConsoleTest

F8 = "\x1b[19~"
SIZES = ((12, 40), (24, 80), (60, 200))


class ViewsTest(ConsoleTest):
    def answer(self, screen, text, wait=None):
        """Writes and sends a reply in the conversation that is selected; back in the list."""
        screen.send("r" + text)
        screen.wait_for(re.escape(text))
        screen.key("enter")
        screen.wait_for(wait or r"✓|✗|○|◌")
        self.leave(screen)

    def leave(self, screen):
        """Out of the reply pane."""
        screen.key("esc")
        screen.wait_gone("▸To ")

    def assert_cursor_on(self, screen, pattern):
        """The terminal's own cursor stands on the selected row."""
        screen.wait_true(
            lambda seen: re.search(pattern, seen.rows[seen.cursor[0]]) is not None, f"the cursor is on {pattern!r}"
        )


class TestOutbox(ViewsTest):
    def fail(self, code, number=CUSTOMER):
        self.carrier.control("POST", "fail", to=number, code=code)

    def failed(self, code, text="buy now"):
        """A console with the outbox open, in it a reply that failed."""
        screen = self.start(HILO_UNDO_SECONDS="0")
        self.write_in("Hola")
        screen.wait_for("Hola")
        self.fail(code)
        self.answer(screen, text, wait="✗")
        screen.send("O")
        screen.wait_for(r"5 Failed 1")
        return screen

    def test_a_failure_is_explained_and_sent_again(self):
        screen = self.failed(30003)
        screen.wait_for(r"✗ failed.*S \+5215512345678")
        screen.wait_for(r"(?s)30003 .*— R sends it")
        self.assert_cursor_on(screen, "✗ failed")
        screen.send("R")
        screen.wait_for(r"(?s)✗ failed.*· dealt with")
        self.assertEqual([m["body"] for m in self.carrier.messages()], ["buy now"] * 2)
        self.assertEqual(self.hilo.value("SELECT count(*) FROM messages WHERE body = 'buy now'"), 2)

    def test_what_has_to_be_changed_is_edited(self):
        screen = self.failed(30007)
        screen.wait_for(r"(?s)30007 .*— E edits it")
        screen.send("E")
        screen.wait_for(r"▸To \+5215512345678")
        screen.wait_for(r"(?s)▸To .*buy now")
        self.assertEqual(self.hilo.value("SELECT body FROM drafts"), "buy now")
        self.leave(screen)
        screen.send("O")
        screen.wait_for("5 Failed 0")
        screen.wait_for("dealt with")

    def test_a_failure_is_dealt_with(self):
        screen = self.failed(30007)
        screen.send("d")
        screen.wait_for("5 Failed 0")
        screen.wait_for("· dealt with")
        self.assertEqual(self.hilo.value("SELECT failed_count FROM communication_threads"), 0)
        screen.key("enter")
        screen.wait_for(r"▸SMS \+5215512345678")

    def test_what_waits_is_taken_back(self):
        screen = self.start(carrier=None, HILO_UNDO_SECONDS="60")
        self.write_in("Hola")
        screen.wait_for("Hola")
        self.answer(screen, "too early", wait="sent in")
        screen.send("O2")
        screen.wait_for(r"▸ ?2 Waiting 1")
        screen.wait_for(r"(?s)○ waiting.*too early")
        screen.send("X")
        screen.wait_for("2 Waiting 0")
        screen.wait_for("Nothing waits to be sent")
        self.assertEqual(self.hilo.value("SELECT status FROM message_deliveries"), "canceled")

    def test_what_is_scheduled_gets_another_time(self):
        screen = self.start(carrier=None, HILO_UNDO_SECONDS="0")
        self.write_in("Hola")
        screen.wait_for("Hola")
        screen.send("rlater on")
        screen.send(F8 + "2h\r")
        screen.wait_for("⏱")
        self.leave(screen)
        screen.send("O")
        screen.wait_for("3 Scheduled 1")
        first = self.hilo.value("SELECT next_attempt_at FROM outbox")
        screen.send(F8 + "5h\r")
        screen.wait_for("It will be sent on")
        self.assertGreater(self.hilo.value("SELECT next_attempt_at FROM outbox") - first, 2 * 3600 * 1000)

    def test_what_is_held_is_sent_only_on_a_word(self):
        screen = self.start(HILO_UNDO_SECONDS="0")
        self.write_in("Hola")
        screen.wait_for("Hola")
        screen.send("rheld back")
        screen.send(F8 + "2h\r")
        screen.wait_for("⏱")
        self.leave(screen)
        screen.send("O")
        screen.wait_for("3 Scheduled 1")
        self.change("UPDATE outbox SET state = 'held', held_reason = 'newer'")
        screen.wait_for("4 Held 1")
        screen.wait_for(r"⏸ held")
        screen.send("R")
        screen.wait_for("Send it all the same")
        self.assertEqual(self.carrier.messages(), [])
        screen.send("y")
        screen.wait_for("4 Held 0")
        wait_until(lambda: [m["body"] for m in self.carrier.messages()] == ["held back"], "it is sent")

    def test_what_is_unconfirmed_is_sent_again_only_on_a_word(self):
        screen = self.start(carrier=None, HILO_UNDO_SECONDS="60")
        self.write_in("Hola")
        screen.wait_for("Hola")
        self.answer(screen, "perhaps", wait="sent in")
        self.change("UPDATE outbox SET state = 'unsure'")
        screen.send("O6")
        screen.wait_for(r"6 Unconfirmed 1")
        screen.wait_for("It is not known whether it arrived")
        screen.send("R")
        screen.wait_for("may have arrived already")
        screen.send("n")
        screen.wait_gone("may have arrived already")
        self.assertEqual(self.hilo.value("SELECT count(*) FROM messages WHERE body = 'perhaps'"), 1)

    def test_many_rows_are_read_as_one_scrolls(self):
        screen = self.failed(30007)
        messages = [column for column in self.columns("messages") if column not in ("id", "provider_message_id")]
        deliveries = [column for column in self.columns("message_deliveries") if column not in ("id", "message_id", "provider_message_id")]
        self.change(
            f"INSERT INTO messages ({', '.join(messages)}) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
            f" WHERE i < 250) SELECT {', '.join(messages)} FROM n, messages WHERE body = 'buy now'"
        )
        self.change(
            f"INSERT INTO message_deliveries (message_id, {', '.join(deliveries)}) SELECT m.id, {', '.join('d.' + c for c in deliveries)}"
            " FROM messages m, message_deliveries d WHERE m.body = 'buy now' AND m.id <> d.message_id"
        )
        self.change("UPDATE messages SET body = 'number ' || id || '.'")
        screen.wait_for(r"5 Failed 100\+")
        for _ in range(3):
            screen.key("end")
        first = self.hilo.value("SELECT min(message_id) FROM message_deliveries")
        screen.wait_for(rf"number {first}\.")

    def columns(self, table):
        return [row["name"] for row in self.hilo.query("SELECT name FROM pragma_table_info(?)", table)]

    def test_every_size_and_language(self):
        for rows, columns in SIZES:
            for language, word in (("en", "Nothing waits"), ("es", "No queda nada")):
                with self.subTest((rows, columns, language)):
                    screen = self.start(rows=rows, columns=columns, carrier=None, LANGUAGE=language)
                    screen.send(":view outbox\r")
                    screen.wait_for(word)
                    screen.send("q:q\r")
                    screen.close()


class TestDeadLetters(ViewsTest):
    def dead(self):
        """A console with the dead letters open, and one there that a change of its settings would let in."""
        screen = self.start(carrier=None)
        pairs = [pair for pair in inbound(Body="lost words") if pair[0] not in ("MessageSid", "SmsSid", "SmsMessageSid")]
        self.assertEqual(post_form(self.url, "/api/webhooks/sms", pairs).status, 200)
        screen.wait_for("1 dead letter")
        screen.send("D")
        screen.wait_for("✗ unused")
        return screen

    def test_it_is_read_field_by_field(self):
        screen = self.dead()
        screen.wait_for(r"/api/webhooks/sms")
        self.assert_cursor_on(screen, "unused")
        screen.key("enter")
        screen.wait_for(r"Body = lost words")
        screen.wait_for(r"From = \+5215512345678")
        screen.send("q")
        screen.wait_for("to look at")

    def test_one_that_cannot_be_used_says_so_again(self):
        screen = self.dead()
        screen.send("R")
        screen.wait_for("It still cannot be used")
        screen.wait_for("✗ failed again")

    def test_one_that_was_mended_is_taken_in(self):
        screen = self.dead()
        self.change("UPDATE dead_letters SET body = CAST(body || ? AS BLOB)", f"&MessageSid={new_sid()}")
        screen.send("R")
        screen.wait_for("✓ taken in")
        screen.wait_gone("1 dead letter")
        self.assertEqual(self.hilo.value("SELECT body FROM messages"), "lost words")

    def test_a_question_is_read_whole_on_a_small_screen(self):
        screen = self.dead()
        screen.resize(12, 40)
        screen.wait_true(lambda seen: len(seen.rows) == 12, "a small screen")
        screen.send("d")
        screen.wait_for(r"Put this dead letter away without\s+using it\? y yes · n no")

    def test_one_is_put_away(self):
        screen = self.dead()
        screen.send("d")
        screen.wait_for("Put this dead letter away")
        screen.send("y")
        screen.wait_for("put away")
        screen.wait_gone("1 dead letter")


class TestCanned(ViewsTest):
    def test_one_is_made_changed_and_deleted(self):
        screen = self.start(carrier=None)
        screen.wait_for("hilo")
        screen.send("T")
        screen.wait_for("There is none yet")
        screen.send("n")
        screen.wait_for("canned-save")
        screen.send("hours sms es\r")
        screen.wait_for("Text:")
        screen.send("Hola {{name}}\\nabrimos a las 9\r")
        screen.wait_for(r"hours +SMS · es")
        self.assert_cursor_on(screen, "hours")
        self.assertEqual(self.hilo.value("SELECT body FROM canned_replies"), "Hola {{name}}\nabrimos a las 9")
        screen.key("enter")
        screen.wait_for(r"Hola \{\{name\}\}\n *abrimos a las 9")
        screen.send("qe")
        screen.wait_for(r"Text: Hola \{\{name\}\}\\nabrimos a las 9")
        screen.send("!\r")
        screen.wait_for(r'"hours" is kept')
        self.assertEqual(self.hilo.value("SELECT body FROM canned_replies"), "Hola {{name}}\nabrimos a las 9!")
        screen.send("d")
        screen.wait_for('Delete the canned reply "hours"')
        screen.send("y")
        screen.wait_for("There is none yet")

    def test_what_is_written_becomes_one(self):
        screen = self.start(carrier=None)
        self.write_in("Hola")
        screen.wait_for("Hola")
        screen.send("rSee you soon")
        screen.wait_for("See you soon")
        self.leave(screen)
        screen.send(":canned-save Bye\r")
        screen.wait_for(r'"bye" is kept|"Bye" is kept')
        self.assertEqual(self.hilo.value("SELECT name || ': ' || body FROM canned_replies"), "bye: See you soon")

    def test_templates_stand_below_and_letters_filter(self):
        screen = self.start(carrier=None)
        screen.wait_for("hilo")
        self.change("INSERT INTO canned_replies (name, body, updated_at) VALUES ('hours', 'From nine to six.', 1)")
        self.change(
            "INSERT INTO templates (channel, name, body, updated_at) VALUES ('whatsapp', 'order_ready',"
            " 'Your order {{1}} is ready at {{2}}.', 1)"
        )
        screen.send("T")
        screen.wait_for(r"(?s)hours.*order_ready +template · WhatsApp")
        screen.send("/order\r")
        screen.wait_gone("hours")
        screen.send("e")
        screen.wait_for("Templates are changed where they were approved")
        screen.key("enter")
        screen.wait_for(r"To be filled in: 1\n *To be filled in: 2")


class TestCustomer(ViewsTest):
    def two_channels(self, **more):
        """A console on a customer who wrote by SMS and by WhatsApp."""
        screen = self.start(**more)
        self.write_in("by sms")
        screen.wait_for("by sms")
        self.write_in("by whatsapp", "whatsapp")
        screen.wait_for("by whatsapp")
        return screen

    def test_all_channels_are_one_line_of_time(self):
        screen = self.two_channels(carrier=None)
        screen.send("C")
        screen.wait_for(r"(?s)Ana.*S \d{4}-.*by sms.*W \d{4}-.*by whatsapp")
        self.assert_cursor_on(screen, r" W \d{4}-")
        screen.send("k")
        self.assert_cursor_on(screen, r" S \d{4}-")
        screen.key("enter")
        screen.wait_for("▸SMS Ana")

    def test_older_ones_are_read_on_the_way_up(self):
        screen = self.start(carrier=None)
        for number in range(120):
            self.write_in(f"message {number}.")
        screen.wait_for(r"message 119\.")
        screen.send("C")
        screen.wait_for(r"message 119\.")
        screen.send("gg")
        screen.wait_for(r"message 0\.")

    def test_name_language_and_notes(self):
        screen = self.two_channels(carrier=None)
        screen.send("C")
        screen.wait_for("by whatsapp")
        screen.send("rAna María Ruiz\r")
        screen.wait_for("Ana María Ruiz")
        screen.send("Les\r")
        screen.wait_for(r"Ana María Ruiz +es")
        screen.send("NLikes tea\\nand cake\r")
        screen.wait_for("Likes tea and cake")
        row = self.hilo.query("SELECT name, language, notes FROM clients")[0]
        self.assertEqual((row["name"], row["language"], row["notes"]), ("Ana María Ruiz", "es", "Likes tea\nand cake"))

    def test_two_with_one_name_become_one_and_two_again(self):
        screen = self.start(carrier=None)
        self.write_in("the first", "whatsapp", ProfileName="Rosa Luna")
        screen.wait_for("the first")
        self.write_in("the second", sender=OTHER_CUSTOMER)
        screen.wait_for("the second")
        screen.send("gC")
        screen.wait_for("the second")
        screen.send("rRosa Luna\r")
        screen.wait_for("May be the same person: Rosa Luna")
        screen.send("m")
        screen.wait_for("Make Rosa Luna")
        screen.send("y")
        screen.wait_for(r"(?s)the first.*the second")
        self.assertEqual(self.customers(), 1)
        screen.send("U")
        screen.wait_for("Taken back")
        self.assertEqual(self.customers(), 2)
        # Who said once that they are two is not asked again.
        screen.wait_gone("May be the same person")

    def test_a_merge_is_taken_back_by_name(self):
        screen = self.start(carrier=None)
        self.write_in("the first", "whatsapp", ProfileName="Rosa Luna")
        screen.wait_for("the first")
        self.write_in("the second", sender=OTHER_CUSTOMER)
        screen.wait_for("the second")
        screen.send("gC")
        screen.wait_for("the second")
        screen.send("rRosa Luna\r")
        screen.wait_for("May be the same person")
        screen.send("my")
        screen.wait_for(r"(?s)the first.*the second")
        screen.send(":unmerge\ry")
        screen.wait_for("two customers again")
        self.assertEqual(self.customers(), 2)

    def customers(self):
        return self.hilo.value("SELECT count(*) FROM clients WHERE merged_into IS NULL")

    def test_a_reply_goes_by_the_other_channel_and_each_keeps_its_draft(self):
        screen = self.two_channels(carrier=None)
        screen.send("rfirst words")
        screen.wait_for(r"(?s)▸To Ana · SMS.*first words")
        screen.send("\x07")
        screen.wait_for("The reply goes to .* by WhatsApp")
        screen.wait_for(r"▸To Ana · WhatsApp")
        screen.send("other words")
        screen.wait_for(r"(?s)▸To Ana · WhatsApp.*other words")
        screen.send("\x07")
        screen.wait_for(r"(?s)▸To Ana · SMS.*first words")
        self.leave(screen)
        screen.send(":reply-on whatsapp\r")
        screen.wait_for(r"(?s)▸To Ana · WhatsApp.*other words")

    def test_what_is_written_begins_a_conversation(self):
        screen = self.start()
        self.write_in("Hola", "whatsapp")
        screen.wait_for("Hola")
        screen.key("enter")
        screen.wait_for("▸To Ana")
        self.leave(screen)
        screen.send(":reply-on sms\r")
        screen.wait_for("There is no such conversation yet")
        screen.send("rby sms now")
        screen.wait_for("by sms now")
        self.leave(screen)
        screen.send(":reply-on sms\r")
        screen.wait_for("Begin a conversation by SMS")
        screen.send("y")
        screen.wait_for(r"▸To Ana · SMS")
        wait_until(lambda: [m["body"] for m in self.carrier.messages()] == ["by sms now"], "it is sent")
        self.assertEqual(self.hilo.query("SELECT body FROM drafts WHERE body <> ''"), [])
