# SPDX-License-Identifier: MIT
"""What the console shows and what an agent writes: each fact of the list and the messages, editing, words for what
cannot be done, and text that wants to steer the terminal."""

import random
import re
import unicodedata
import unittest

from harness import wait_until
from test_console import KNOWN_SEQUENCE, OTHER_CUSTOMER, ConsoleTest

DAY_MS = 24 * 3600 * 1000


class TestFacts(ConsoleTest):
    def test_a_row_of_the_list_says_who_what_and_when(self):
        screen = self.start(carrier=None)
        self.write_in("¿Hay mesa?", "whatsapp", ProfileName="Ana Ruiz")
        self.write_in("by sms", sender=OTHER_CUSTOMER)
        seen = screen.wait_for(r"(?m)^ S \+5215587654321 +●1 now │.*\n   by sms ")
        self.assertRegex(seen.text, r"(?m)^ W Ana Ruiz +●1 ◷23h now │.*\n   ¿Hay mesa\? ")
        self.change("UPDATE communication_threads SET last_message_at = last_message_at - 7500000")
        screen.wait_for(r"(?m)^ W Ana Ruiz +●1 ◷23h +2h │")

    def test_each_day_begins_with_its_name(self):
        screen = self.start(carrier=None)
        self.write_in("of yesterday")
        screen.wait_for("of yesterday")
        self.change("UPDATE messages SET created_at = created_at - ?", DAY_MS)
        self.write_in("of today")
        screen.key("enter")
        pattern = r"(?s)── \w+day, \d+ \w+ \d{4} ─.*of yesterday.*── \w+day, \d+ \w+ \d{4} ─.*of today"
        screen.wait_for(pattern)

    def test_a_reply_that_waits_says_so_and_why(self):
        # Nobody listens where the carrier should be.
        screen = self.start(carrier=None)
        self.write_in("hello")
        screen.wait_for("hello")
        screen.key("enter")
        screen.send("an answer\r")
        seen = screen.wait_for(r"(?s)○ queued.*an answer.*The carrier cannot be reached; it is tried\W+again")
        self.assertIn("1 waits to be sent", seen.rows[0])

    def test_a_reply_that_is_asked_for_is_not_sent_again(self):
        screen = self.start()
        self.write_in("hello")
        screen.wait_for("hello")
        self.carrier.faults("500-before:9")
        screen.key("enter")
        screen.send("an answer\r")
        screen.wait_for(r"(?s)\? unconfirmed.*hilo\s+asks")
        screen.key("esc")
        screen.wait_for("Enter answer")
        screen.send("R")
        screen.wait_for("wait for the answer")
        self.assertEqual(self.hilo.value("SELECT count(*) FROM messages WHERE direction = 'out'"), 1)

    def test_text_is_wrapped_by_what_it_takes_on_the_screen(self):
        screen = self.start(carrier=None)
        body = "漢字仮名" * 30 + "é" * 10
        self.write_in(body)
        screen.wait_for("漢字")
        screen.key("enter")
        seen = screen.wait_for("é{10}")
        rows = [row.split("│", 1)[1].strip() for row in seen.rows if "│" in row]
        rows = [row for row in rows if re.search("[漢字仮名é]", row)]
        # The pane has 47 columns and an indent of 3 and 1: 21 wide characters a row.
        self.assertEqual([len(row) for row in rows], [21, 21, 21, 21, 21, 25])
        self.assertEqual("".join(rows), body)

    def test_attachments_in_words(self):
        screen = self.start(rows=24, columns=100, carrier=None)
        media = {"NumMedia": "2", "MediaUrl0": "https://media.example/a", "MediaContentType0": "image/jpeg"}
        media |= {"MediaUrl1": "https://media.example/b", "MediaContentType1": "audio/ogg"}
        self.write_in("look", "whatsapp", **media)
        self.write_in("", "whatsapp", Latitude="19.4326", Longitude="-99.1332", Label="Zócalo")
        screen.wait_for(r"●2")
        screen.key("enter")
        # Addresses that are not the carrier's own are not fetched.
        pattern = r"(?s)\[picture\].*not fetched.*\[audio\].*not fetched.*\[location\] Zócalo 19\.43"
        screen.wait_for(pattern)

    def test_a_list_that_the_filter_empties_is_no_empty_store(self):
        screen = self.start(carrier=None)
        screen.wait_for("No customer has written yet")
        self.write_in("by sms")
        screen.wait_for("by sms")
        screen.send("f")
        seen = screen.wait_for("There are other conversations")
        self.assertNotIn("No customer has written yet", seen.text)

    def test_a_message_longer_than_the_screen_is_read_to_its_beginning(self):
        screen = self.start(carrier=None)
        self.write_in("BEGIN " + "word " * 600 + "END", "whatsapp")
        screen.wait_for("BEGIN")
        screen.key("enter")
        screen.wait_for(r"(?s)more lines; x opens them.*▸To ")
        screen.key("esc")
        screen.wait_for("Enter answer")
        screen.send("xG")
        screen.wait_for(r"word END")
        for _ in range(6):
            screen.key("pageup")
        screen.wait_for(r"│ +BEGIN word")
        for _ in range(6):
            screen.key("pagedown")
        screen.wait_for(r"word END")

    def test_a_long_conversation_is_read_to_its_beginning(self):
        screen = self.start(carrier=None)
        for number in range(130):
            self.write_in(f"number {number} of all")
        screen.wait_for("●130")
        # Another one is opened first, so that this one is read from the store page by page.
        self.write_in("somebody else", sender=OTHER_CUSTOMER)
        screen.send("g")
        screen.wait_for(r"│ +somebody else")
        screen.send("j\r")
        screen.wait_for("▸To ")
        screen.key("esc")
        screen.wait_for("Enter answer")
        for _ in range(4):
            screen.send("g")
        screen.wait_for(r"│ +number 0 of all")


class TestWriting(ConsoleTest):
    def open_reply(self, channel="sms", **fields):
        screen = self.start(carrier=None)
        self.write_in("hello", channel, **fields)
        screen.wait_for("hello")
        screen.key("enter")
        screen.wait_for("▸To ")
        return screen

    def assert_draft(self, text):
        wait_until(lambda: self.hilo.query("SELECT 1 FROM drafts WHERE body = ?", text), f"the draft {text!r}")

    def test_editing_in_the_middle(self):
        screen = self.open_reply()
        screen.send("ñandú")
        screen.send("\x1b\r")
        screen.send("niño 👍🏽!")
        screen.key("left", "backspace", "up", "home", "delete")
        screen.send("Ñ")
        screen.key("down", "end", "left")
        screen.send("¿?")
        self.assert_draft("Ñandú\nniño ¿?!")
        screen.wait_for(r"(?s)│ Ñandú\n.*│ niño ¿\?!")
        # The cursor stands before the "!".
        row, column = screen.snapshot().cursor
        self.assertEqual(screen.cell(row, column)["text"], "!")

    def test_the_counter_of_an_sms(self):
        screen = self.open_reply()
        screen.send("x")
        screen.wait_for("1 SMS · 159 left")
        # Of the basic alphabet, and of its extension that takes two.
        screen.send("ñ€")
        screen.wait_for("1 SMS · 156 left")
        screen.send("ó")
        screen.wait_for("1 SMS · 66 left")
        screen.resize(24, 110)
        screen.wait_for("1 SMS · 66 left · Unicode because of ó")
        screen.send("x" * 67)
        screen.wait_for("2 SMS · 63 left")

    def test_a_text_over_the_limit(self):
        screen = self.open_reply("whatsapp")
        screen.paste("x" * 1601)
        screen.wait_for("1601/1600")
        screen.key("enter")
        screen.wait_for("too long")
        screen.key("backspace")
        screen.wait_for("1600/1600")
        self.assertEqual(self.hilo.value("SELECT count(*) FROM messages WHERE direction = 'out'"), 0)

    def test_a_long_name_leaves_the_window_to_be_seen(self):
        screen = self.open_reply("whatsapp", ProfileName="María de los Ángeles Fernández de la Vega y Ortega")
        screen.send("x")
        screen.wait_for(r"▸To María de .*… · WhatsApp · 23h left ─* ?1/1600")

    def test_a_refusal_is_read_to_its_end(self):
        screen = self.open_reply()
        self.write_in("STOP")
        screen.wait_for("STOP")
        screen.send("but\r")
        screen.wait_for(r"(?s)asked with STOP not to be written to;\s+wait until they\s+write\s+START\.")
        screen.wait_for(r"│ but")

    def test_a_reply_that_is_refused_while_leaving_stays_a_draft(self):
        screen = self.open_reply()
        self.write_in("STOP")
        screen.wait_for("STOP")
        # In one piece: the console leaves before the store has answered and before the draft was kept.
        screen.send("never lost\r:quit\r".replace(":", "\x1b[27u\x1b[27u:"))
        self.assertEqual(screen.wait_end().exit, 0)
        self.assertEqual(self.hilo.value("SELECT body FROM drafts"), "never lost")


# What must never reach a terminal from a text: controls, what turns or hides text, line and paragraph separators.
HOSTILE = [chr(code) for code in (*range(1, 0x20), *range(0x7F, 0xA0))]
HOSTILE += [chr(code) for code in (0xAD, 0x34F, 0x61C, 0x115F, 0x180E, *range(0x200B, 0x2010), *range(0x2028, 0x202F))]
HOSTILE += [chr(code) for code in (*range(0x2060, 0x2070), 0x3164, 0xFEFF, 0xFFA0, *range(0xFFF9, 0xFFFC), 0xE0001, 0xE0041)]
HOSTILE += ["\x1b[2J", "\x1b]0;evil\x07", "\x1b]52;c;ZXZpbA==\x1b\\", "\x1b[6n", "\x1bP$qm\x1b\\", "\x1bc", "\x1b[?1049l"]
HOSTILE += ["\x9b2J", "\x9d0;evil\x9c", "\x1b(0", "\x0e", "\x1b[20;3H", "\r\n\x08\x08", "\x1b[200~", "\x1b[?2026h", "\x1b"]
PLAIN = ["a", "Ñ", "é", "漢", "🙂", "ẞ", " ", "z̈", "€", "-"]


class TestHostileText(ConsoleTest):
    def hostile(self, lot, pieces=12):
        return "".join(lot.choice(HOSTILE) + lot.choice(PLAIN) for _ in range(pieces))

    def assert_harmless(self, output):
        rest = KNOWN_SEQUENCE.sub(b"", output)
        self.assertNotRegex(rest, rb"[\x00-\x1f\x7f]")
        for char in sorted(set(rest.decode("utf-8"))):
            self.assertNotIn(unicodedata.category(char), ("Cc", "Cf", "Cs", "Zl", "Zp"), f"U+{ord(char):04X}")
            self.assertNotIn(char, "\u034f\u115f\u3164\uffa0\ufe0e\ufe0f", f"U+{ord(char):04X}")
        for title in re.findall(rb"\x1b\]2;([^\x1b]*)", output):
            self.assertRegex(title, rb"^(?:\(\d+\) )?hilo$")

    def receive(self, lot, conversations, messages):
        for number in range(conversations):
            sender = f"+52155510000{number:02}"
            for _ in range(messages):
                fields = {"ProfileName": self.hostile(lot, 4)}
                if lot.random() < 0.3:
                    fields |= {"NumMedia": "1", "MediaUrl0": "https://media.example/" + self.hostile(lot, 3)}
                    fields |= {"MediaContentType0": lot.choice(["image/", "x/"]) + self.hostile(lot, 2)}
                elif lot.random() < 0.3:
                    fields |= {"Latitude": "1.5", "Longitude": "2.5", "Label": self.hostile(lot, 4)}
                self.write_in(self.hostile(lot), "whatsapp", sender=sender, **fields)

    def test_two_hundred_of_them(self):
        lot = random.Random(15)
        screen = self.start(carrier=None)
        self.receive(lot, conversations=10, messages=20)
        screen.wait_for("10 unread")
        # As another program might have stored them: bytes that are no text, and words of a carrier.
        self.change("UPDATE messages SET body = CAST(x'4161c39b1b5b326ae280ae9bff41' AS TEXT) WHERE id % 7 = 0")
        for turn in range(10):
            screen.send("n\r")
            wait_until(lambda: self.hilo.value("SELECT count(*) FROM communication_threads WHERE unread_count_agent > 0")
                       == 9 - turn, "it is read")
            screen.paste(self.hostile(lot))
            screen.send("\r")
            wait_until(lambda: self.hilo.value("SELECT count(*) FROM messages WHERE direction = 'out'") == turn + 1, "a reply")
            screen.key("pageup", "pageup", "pageup", "pageup", "esc", "esc")
            screen.wait_for("▸All channels")
        self.change("UPDATE message_deliveries SET status = 'failed', error_code = NULL, error_message = ?",
                    self.hostile(lot, 30))
        self.change("UPDATE messages SET author = ? WHERE direction = 'out'", self.hostile(lot))
        screen.send("G\r")
        screen.wait_for("✗ failed")
        screen.resize(50, 200)
        seen = screen.wait_for(r"(?s)\A hilo · .*│ Customer\n.*\? help\Z")
        self.assertTrue(seen.alternate and seen.bracketed_paste)
        self.assert_harmless(screen.output())


if __name__ == "__main__":
    unittest.main()
