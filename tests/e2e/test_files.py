# SPDX-License-Identifier: MIT
"""Files, links, places, the clipboard and pictures in the console: what a hand on the keys makes of them."""

import base64
import os
import re
import stat
import struct
import zlib

from harness import CUSTOMER, PUBLIC_URL, wait_until
from test_console import ConsoleTest


def png(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((x * 7 + y) % 256 for x in range(width * 3)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class FilesTest(ConsoleTest):
    def setUp(self):
        super().setUp()
        self.record = self.hilo.home / "record"
        self.opener = self.hilo.home / "opener"
        self.opener.write_text(f'#!/bin/sh\nprintf "%s\\n" "$#" "$@" >{self.record}.new\nmv {self.record}.new {self.record}\n')
        self.opener.chmod(self.opener.stat().st_mode | stat.S_IXUSR)

    def configure(self, text):
        path = self.hilo.home / "config/hilo/config"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o600)

    def open_with(self, screen_options=None, **fields):
        """A console with the message of that form open and its messages before the eyes."""
        self.configure(f"[open]\nimage/* = {self.opener}\nlink = {self.opener} --link\n")
        screen = self.start(columns=100, **(screen_options or {}))
        self.carrier.inbound(**fields)
        screen.wait_for("●1")
        screen.key("enter")
        screen.wait_for("Write your reply|cannot reach")
        self.leave(screen)
        return screen

    def leave(self, screen):
        """From the reply to the messages; what follows Escape at once would be another key."""
        screen.key("esc")
        screen.wait_for("Press r to reply")

    def opened(self):
        wait_until(self.record.exists, "the opener ran")
        words = self.record.read_text().splitlines()
        self.record.unlink()
        return words

    def copied(self, screen, count=1):
        def texts(seen):
            found = re.findall(r"(?m)^52;c;(\S*)$", seen.told)
            return [base64.b64decode(text).decode() for text in found]

        return texts(screen.wait_true(lambda seen: len(texts(seen)) >= count, "something is copied"))[-1]


class TestReceived(FilesTest):
    def test_a_picture_is_described_opened_and_saved(self):
        screen = self.open_with(body="Mira", NumMedia=1)
        screen.wait_for(r"\[picture\].* \d+ kB 48×32 · p shows · v opens · S saves")
        screen.send("v")
        screen.wait_for("Opened: ")
        words = self.opened()
        self.assertEqual(words[0], "1")
        with open(words[1], "rb") as file:
            self.assertEqual(file.read(8), b"\x89PNG\r\n\x1a\n")

        screen.send("S")
        seen = screen.wait_for(r"Save as: ~/Downloads/\S+\.png")
        name = re.search(r"Save as: ~/Downloads/(\S+)\.png", seen.text).group(1)
        screen.key("enter")
        screen.wait_for("Saved: ")
        saved = self.hilo.home / "Downloads" / (name + ".png")
        with open(words[1], "rb") as file:
            self.assertEqual(saved.read_bytes(), file.read())
        # Again: what is there stays, and the new one stands beside it.
        screen.send("S")
        screen.wait_for("Save as: ")
        screen.key("enter")
        wait_until(lambda: len(list(saved.parent.iterdir())) == 2, "a second file")

    def test_a_file_that_exists_is_not_overwritten(self):
        screen = self.open_with(body="Mira", NumMedia=1)
        screen.wait_for("S saves")
        (self.hilo.home / "mine.png").write_text("mine")
        screen.send("S")
        screen.wait_for("Save as: ")
        screen.send("\x15~/mi\t")
        screen.wait_for(r"Save as: ~/mine\.png")
        screen.key("enter")
        screen.wait_gone("Saving|Save as")
        self.assertEqual((self.hilo.home / "mine.png").read_text(), "mine")
        self.assertNotIn("Saved", screen.snapshot().text)

    def test_no_picture_in_this_terminal(self):
        screen = self.open_with(body="Mira", NumMedia=1)
        screen.wait_for("p shows")
        screen.send("p")
        screen.wait_for(r"(?s)\[picture\].*48×32.*This terminal shows no pictures")
        screen.send("z")
        screen.wait_gone("This terminal shows no pictures")
        screen.wait_for("Mira")

    def test_the_picture_is_drawn_where_the_terminal_can(self):
        screen = self.open_with({"VTSCREEN_ANSWERS": "graphics"}, body="Mira", NumMedia=1)
        screen.wait_for("p shows")
        screen.send("p")
        screen.wait_for("Any key closes this")
        wait_until(lambda: re.search(rb"\x1b_G[^;]*a=T[^;]*;", screen.output()), "the picture")
        taken_away = screen.output().count(b"\x1b_Ga=d")
        screen.send("z")
        wait_until(lambda: screen.output().count(b"\x1b_Ga=d") > taken_away, "it is taken away")

    def test_a_type_that_is_not_allowed_names_the_setting(self):
        screen = self.open_with(body="Mira", NumMedia=1)
        screen.wait_for("S saves")
        self.change("UPDATE attachments SET content_type = 'application/zip'")
        screen.wait_for("application/zip")
        screen.send("v")
        screen.wait_for(r"\[open\]")
        self.assertFalse(self.record.exists())

    def test_a_name_of_a_stranger_stays_in_the_folder(self):
        screen = self.open_with(body="Mira", NumMedia=1)
        screen.wait_for("S saves")
        self.change("UPDATE attachments SET name = ?", "../../.ssh/\x1b]0;x\x07authorized\u202egnp.exe")
        screen.wait_for("authorized")
        screen.send("S")
        seen = screen.wait_for(r"Save as: ~/Downloads/")
        line = [row for row in seen.rows if row.startswith("Save as: ")][0]
        self.assertNotIn("/.ssh", line)
        self.assertNotIn("..", line)
        screen.key("enter")
        screen.wait_for("Saved: ")
        files = list((self.hilo.home / "Downloads").iterdir())
        self.assertEqual(len(files), 1)
        self.assertNotRegex(files[0].name, r"[\x00-\x1f/\u202e]")
        self.assertFalse((self.hilo.home / ".ssh").exists())

    def test_what_could_not_be_fetched_is_tried_again(self):
        screen = self.open_with(body="Mira", NumMedia=1)
        screen.wait_for("S saves")
        self.change("UPDATE attachments SET state = 'failed', path = '', error = 'It is gone.'")
        screen.wait_for(r"It is gone\. v tries again\.")
        screen.send("v")
        screen.wait_for("S saves")
        self.assertEqual(self.hilo.value("SELECT state FROM attachments"), "ready")


class TestLinks(FilesTest):
    def test_a_link_is_shown_opened_and_copied(self):
        link = "https://example.com/" + "a/" * 60 + "end"
        screen = self.open_with(body=f"See {link}, please")
        screen.wait_true(lambda seen: "8;id=" in seen.told and link in seen.told, "a link for the terminal")
        screen.send("v")
        self.assertEqual(self.opened(), ["2", "--link", link])
        screen.send("Y")
        self.assertEqual(self.copied(screen), link)
        screen.send("y")
        self.assertEqual(self.copied(screen, 2), f"See {link}, please")
        screen.wait_for("Copied: See")

    def test_several_are_asked_for(self):
        screen = self.open_with(body="http://one.example http://two.example")
        screen.send("v")
        screen.wait_for(r"(?s)1 +http://one.example.*2 +http://two.example.*Open which one\?")
        screen.send("2\r")
        self.assertEqual(self.opened(), ["2", "--link", "http://two.example"])
        screen.send("v")
        screen.wait_for("Open which one")
        screen.send("7\r")
        screen.wait_for("There is no such number here")
        self.assertFalse(self.record.exists())

    def test_a_place_is_a_page_with_its_map(self):
        screen = self.open_with(
            {}, body="", sender="whatsapp:" + CUSTOMER, channel="whatsapp", Latitude="19.4326", Longitude="-99.1332", Label="Zócalo"
        )
        screen.wait_for(r"\[location\] Zócalo 19\.4326,-99\.1332 · v opens")
        screen.send("v")
        words = self.opened()
        self.assertTrue(words[2].startswith("https://www.openstreetmap.org/?mlat=19.432600&mlon=-99.133200"), words)
        self.assertIn("https://www.openstreetmap.org/", screen.snapshot().told)

    def test_nothing_to_open_or_save(self):
        screen = self.open_with(body="only words")
        for key in "vSp":
            screen.send(key)
            screen.wait_for(r"There is no (file|picture)")
            screen.send("K")
            screen.wait_gone(r"There is no (file|picture)")
        screen.send("Y")
        self.assertEqual(self.copied(screen), CUSTOMER)

    def test_the_clipboard_may_be_off(self):
        screen = self.open_with({"HILO_CLIPBOARD": "no"}, body="words")
        screen.send("y")
        screen.wait_for("Copying is off")
        self.assertNotIn(b"\x1b]52", screen.output())


class TestSending(FilesTest):
    def attach(self, screen, name, content):
        (self.hilo.home / name).write_bytes(content)
        screen.send(f":attach ~/{name}\r")

    def test_a_file_goes_with_the_reply(self):
        screen = self.open_with(body="Send me the map")
        picture = png(40, 30)
        self.attach(screen, "el mapa.png", picture)
        screen.wait_for(r"To .*📎 el.mapa\.png \d")
        screen.send("Here it is\r")
        sent = wait_until(lambda: [m for m in self.carrier.messages() if m["body"] == "Here it is"], "the reply is sent")
        self.assertEqual(len(sent), 1)
        screen.wait_for(r"(?s)Here it is.*\[picture\] el.mapa\.png \d+ B · p shows")
        seen = screen.snapshot()
        self.assertNotRegex(seen.text, r"To .*📎")
        url = self.hilo.value("SELECT url FROM attachments")
        self.assertTrue(url.startswith(PUBLIC_URL + "/api/media/"), url)
        message = wait_until(
            lambda: [m for m in self.carrier.messages() if m.get("fetched_status") == 200], "the carrier has the file"
        )[0]
        self.assertEqual(message["fetched_size"], len(picture))

    def test_without_a_word(self):
        screen = self.open_with(body="Send me the map")
        self.attach(screen, "map.png", png(8, 8))
        screen.wait_for(r"📎 map\.png \d")
        screen.key("enter")
        wait_until(lambda: [m for m in self.carrier.messages() if m.get("fetched_status") == 200], "the carrier has it")

    def test_taken_back_it_is_attached_again(self):
        screen = self.open_with({"HILO_UNDO_SECONDS": "60"}, body="Send me the map")
        self.attach(screen, "map.png", png(8, 8))
        screen.wait_for(r"📎 map\.png \d")
        screen.send("too early\r")
        screen.wait_for(r"(?s)sent in.*\[picture\] map\.png")
        screen.send("\x1f")
        screen.wait_for("Taken back")
        screen.wait_for(r"📎 map\.png \d")
        self.assertEqual([m for m in self.carrier.messages() if m["body"] == "too early"], [])

    def test_taken_off(self):
        screen = self.open_with(body="Send me the map")
        self.attach(screen, "map.png", png(8, 8))
        screen.wait_for(r"📎 map\.png \d")
        self.leave(screen)
        screen.send(":detach\r")
        screen.wait_gone("📎")
        screen.send(":detach\r")
        screen.wait_for("No file goes with this reply")

    def test_what_cannot_be_sent_is_refused(self):
        screen = self.open_with(body="Send me the map")
        self.attach(screen, "run.exe", b"MZ" + bytes(4000))
        screen.wait_for("cannot be sent here")
        screen.wait_gone("📎")
        self.leave(screen)
        screen.send(":attach ~/there-is-none\r")
        screen.wait_for("There is no such file")
        screen.wait_gone("📎")

    def test_a_path_is_completed(self):
        screen = self.open_with(body="Send me the map")
        os.mkdir(self.hilo.home / "pictures")
        (self.hilo.home / "pictures/x y.png").write_bytes(png(8, 8))
        screen.send(":attach ~/pic\t")
        screen.wait_for(r":attach ~/pictures/")
        screen.send("x\t")
        screen.wait_for(r":attach ~/pictures/x y.png")
        screen.key("enter")
        screen.wait_for(r"📎 x.y\.png \d")
