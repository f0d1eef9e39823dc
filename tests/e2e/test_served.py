# SPDX-License-Identifier: MIT
"""Files that are sent: copied beside the data, fetched by the carrier by their token, by nobody else and not for ever."""

import contextlib
import os
import sqlite3
import stat
import struct
import unittest
import zlib

from harness import CUSTOMER, PUBLIC_URL, Hilo, HiloTest, wait_until


def png(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((x * 7 + y) % 256 for x in range(width * 3)) for y in range(height))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


class ServedTest(HiloTest):
    def setUp(self):
        super().setUp()
        self.h = Hilo(self)
        self.carrier = self.h.carrier()
        self.service = self.h.serve()
        self.carrier.post_to(self.service.url)

    def put(self, name, content):
        path = os.path.join(self.h.home, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def send(self, path, channel="sms", text="look"):
        return self.h.run("send", "--channel", channel, "--to", CUSTOMER, "--media", path, text)

    def path_of_last(self):
        url = self.h.value("SELECT url FROM attachments ORDER BY id DESC LIMIT 1")
        self.assertTrue(url.startswith(PUBLIC_URL + "/api/media/"), url)
        return url[len(PUBLIC_URL) :]

    def test_the_carrier_fetches_what_is_sent(self):
        picture = png(40, 30)
        done = self.send(self.put("la casa ñ.png", picture))
        self.assertEqual(done.returncode, 0, done.stderr)

        def fetched():
            found = [m for m in self.carrier.messages() if m.get("fetched_status")]
            return found[0] if found else None

        message = wait_until(fetched, "the carrier has the file")
        self.assertEqual(message["fetched_status"], 200)
        self.assertEqual(message["fetched_type"], "image/png")
        self.assertEqual(message["fetched_size"], len(picture))
        row = self.h.query("SELECT content_type, name, size, state, path FROM attachments")[0]
        self.assertEqual(tuple(row.values())[:4], ("image/png", "la casa ñ.png", len(picture), "sent"))
        kept = os.path.join(os.path.dirname(self.h.database), "files", row["path"])
        self.assertEqual(stat.S_IMODE(os.stat(kept).st_mode), 0o600)

    def test_what_the_route_answers(self):
        picture = png(9, 9)
        self.assertEqual(self.send(self.put("a.png", picture)).returncode, 0)
        path = self.path_of_last()
        got = self.service.request("GET", path)
        self.assertEqual((got.status, got.body), (200, picture))
        self.assertEqual(got.headers["Content-Type"], "image/png")
        self.assertEqual(got.headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(got.headers["Cache-Control"], "private, max-age=3600")
        self.assertIn('inline; filename="a.png"', got.headers["Content-Disposition"])
        head = self.service.request("HEAD", path)
        self.assertEqual((head.status, head.body, head.headers["Content-Length"]), (200, b"", str(len(picture))))
        token = path.split("/")[3]
        for wrong in (
            f"/api/media/{token}",
            f"/api/media/{token}/",
            f"/api/media/{token}/a/b.png",
            f"/api/media/{token}/../../hilo.db",
            f"/api/media/{token[:-1]}/a.png",
            f"/api/media/{token.upper()}x/a.png",
            f"/api/media/{'0' * 32}/a.png",
            "/api/media/../hilo.db",
            "/api/media/%2e%2e/hilo.db",
            "/api/media/",
        ):
            with self.subTest(wrong=wrong):
                self.assertEqual(self.service.request("GET", wrong).status, 404)
        for method in ("POST", "PUT", "DELETE"):
            answer = self.service.request(method, path, body=b"")
            self.assertEqual((answer.status, answer.headers["Allow"]), (405, "GET, HEAD"))

    def test_a_name_of_a_file_does_not_decide_what_is_read(self):
        self.assertEqual(self.send(self.put("a.png", png(9, 9))).returncode, 0)
        path = self.path_of_last()
        other = path.rsplit("/", 1)[0] + "/passwd"
        self.assertEqual(self.service.request("GET", other).headers["Content-Type"], "image/png")

    def test_a_file_that_became_a_link_is_not_served(self):
        self.assertEqual(self.send(self.put("a.png", png(9, 9))).returncode, 0)
        path = self.path_of_last()
        stored = self.h.value("SELECT path FROM served_files")
        kept = os.path.join(os.path.dirname(self.h.database), "files", stored)
        secret = self.put("secret", b"x" * os.stat(kept).st_size)
        os.unlink(kept)
        os.symlink(secret, kept)
        self.assertEqual(self.service.request("GET", path).status, 404)

    def change(self, sql):
        with contextlib.closing(sqlite3.connect(self.h.database, timeout=10)) as connection, connection:
            connection.execute(sql)

    def test_its_time_is_over_after_a_day(self):
        self.assertEqual(self.send(self.put("a.png", png(9, 9))).returncode, 0)
        path = self.path_of_last()
        kept = os.path.join(os.path.dirname(self.h.database), "files", self.h.value("SELECT path FROM served_files"))
        self.assertEqual(self.service.request("GET", path).status, 200)
        self.change("UPDATE served_files SET expires_at = 1")
        self.assertEqual(self.service.request("GET", path).status, 404)
        self.assertTrue(os.path.exists(kept))
        # As if no message had used it.
        self.change("UPDATE served_files SET kept = 0")
        wait_until(lambda: not os.path.exists(kept), "the file is gone")
        self.assertEqual(self.h.value("SELECT count(*) FROM served_files"), 0)

    def test_what_a_channel_does_not_take_is_refused_and_leaves_nothing(self):
        for name, content, channel, words in (
            ("run.sh", b"#!/bin/sh\n", "sms", "cannot be sent here"),
            ("big.jpg", b"\xff\xd8\xff" + b"\0" * 5_100_000, "sms", "too large"),
            ("animation.gif", b"GIF89a" + b"\0" * 50, "whatsapp", "WhatsApp takes JPEG"),
            ("empty.png", b"", "sms", "empty"),
        ):
            with self.subTest(name=name):
                done = self.send(self.put(name, content), channel)
                self.assertEqual(done.returncode, 1)
                self.assertIn(words, done.stderr)
        self.assertEqual(self.h.value("SELECT count(*) FROM messages"), 0)
        self.assertEqual(self.h.value("SELECT count(*) FROM served_files"), 0)
        folder = os.path.join(os.path.dirname(self.h.database), "files")
        self.assertEqual(os.listdir(folder), [])


class PictureTest(HiloTest):
    def test_a_picture_for_each_kind_of_terminal(self):
        hilo = Hilo(self, account=False)
        (hilo.home / "a.png").write_bytes(png(300, 200))
        kitty = hilo.run("picture", "--columns", "20", "--rows", "10", "a.png")
        self.assertEqual((kitty.returncode, kitty.stderr), (0, ""))
        self.assertTrue(kitty.stdout.startswith("\033_Ga=T,f=100,q=2,C=1,c=20,r=7,m="), kitty.stdout[:60])
        sixel = hilo.run("picture", "--sixel", "--columns", "20", "--rows", "10", "a.png")
        self.assertEqual((sixel.returncode, sixel.stderr), (0, ""))
        self.assertTrue(sixel.stdout.startswith('\033P0;1;0q"1;1;200;133#'), sixel.stdout[:60])
        self.assertFalse(hilo.database.exists())

    def test_what_cannot_be_drawn_ends_in_words(self):
        hilo = Hilo(self, account=False)
        bomb = bytearray(png(8, 8))
        bomb[16:24] = struct.pack(">II", 60000, 60000)
        bomb[29:33] = struct.pack(">I", zlib.crc32(bytes(bomb[12:29])))
        for name, content in (("text.png", b"hello"), ("cut.png", png(300, 200)[:200]), ("bomb.png", bytes(bomb))):
            with self.subTest(name=name):
                (hilo.home / name).write_bytes(content)
                done = hilo.run("picture", name)
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertRegex(done.stderr, r"\Ahilo: .*damaged")


if __name__ == "__main__":
    unittest.main()
