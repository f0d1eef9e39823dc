# SPDX-License-Identifier: MIT
"""The demonstration, in a real terminal: customers write, a reply is typed and reaches them, nothing stays behind."""

import os
import pathlib
import signal
import sqlite3

from harness import Hilo, HiloTest, open_files, wait_until


def data_folder(pid):
    """The throw-away folder of a running demonstration, known from what it has open."""
    for path in map(pathlib.Path, open_files(pid)):
        if path.name == "hilo.db":
            return path.parent
    return None


class TestDemo(HiloTest):
    def setUp(self):
        self.hilo = Hilo(self, account=False)

    def demo(self, *options, **more):
        """A demonstration with its first conversations on the screen."""
        screen = self.hilo.console("demo", *options, **more)
        screen.wait_for(r"\bdemo\b")
        # The preview of a conversation: two lines each, so several of them.
        screen.wait_for(r"(?s)(now.*){3}")
        return screen

    def folder(self, screen):
        folder = wait_until(lambda: data_folder(screen.pid()), "the demonstration has its data open")
        self.addCleanup(self.assert_gone, folder)
        return folder

    def assert_gone(self, folder):
        self.assertFalse(folder.exists(), list(folder.iterdir()) if folder.exists() else None)

    def status_of(self, folder, body):
        connection = sqlite3.connect(f"file:{folder}/hilo.db?mode=ro", uri=True, timeout=10)
        try:
            row = connection.execute(
                "SELECT status FROM message_deliveries WHERE message_id = (SELECT id FROM messages WHERE body = ?)", (body,)
            ).fetchone()
            return row[0] if row else None
        finally:
            connection.close()

    def test_the_looks_are_the_agents_and_nothing_else_is(self):
        elsewhere = self.hilo.home / "mine.db"
        path = self.hilo.home / "config/hilo/config"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"[ui]\nascii = yes\n[data]\ndatabase = {elsewhere}\n")
        path.chmod(0o600)
        screen = self.demo(HILO_MOUSE="yes", HILO_DATABASE=str(elsewhere), TWILIO_ACCOUNT_SID="AC" + "9" * 32)
        seen = screen.wait_true(lambda seen: seen.mouse_sgr, "the mouse is on")
        self.assertNotIn("│", seen.text)
        self.folder(screen)
        self.assertFalse(elsewhere.exists())
        screen.send("q")
        screen.wait_end()

    def test_a_reply_is_read_by_the_customer(self):
        screen = self.demo("--speed", "20")
        folder = self.folder(screen)
        self.assertEqual(folder.stat().st_mode & 0o777, 0o700)
        # The title of the list; the key shows one channel after the other.
        title = lambda seen: seen.rows[1].split("│")[0]
        while "WhatsApp ·" not in (before := title(screen.snapshot())):
            screen.send("f")
            screen.wait_true(lambda seen: title(seen) != before, "another channel is shown")
        screen.wait_for(r"W .*now")
        screen.key("enter")
        screen.wait_for("Write your reply")
        screen.send("Con gusto: ya lo reviso 👍")
        screen.wait_for("Con gusto: ya lo reviso")
        screen.key("enter")
        screen.wait_for(r"✓✓ read")
        self.assertEqual(self.status_of(folder, "Con gusto: ya lo reviso 👍"), "read")
        screen.key("esc")
        screen.wait_for("Press r to reply")
        # From the messages to the list, from there out.
        screen.send("q")
        screen.send("q")
        ended = screen.wait_end()
        self.assertEqual((ended.exit, ended.signal), (0, None))
        self.assert_gone(folder)

    def test_a_signal_or_a_lost_terminal_leaves_nothing(self):
        ways = {
            "terminated": lambda screen: os.kill(screen.pid(), signal.SIGTERM),
            "hung up": lambda screen: screen.hang_up(),
        }
        for name, way in ways.items():
            with self.subTest(name):
                screen = self.demo()
                folder = self.folder(screen)
                way(screen)
                ended = screen.wait_end()
                self.assertEqual((ended.exit, ended.signal), (0, None))
                self.assert_gone(folder)

    def test_a_killed_one_is_cleaned_up_by_the_next(self):
        killed = self.demo()
        folder = self.folder(killed)
        living = self.demo()
        neighbour = self.folder(living)
        os.kill(killed.pid(), signal.SIGKILL)
        killed.wait_end()
        self.assertTrue(folder.exists())
        third = self.demo()
        self.assert_gone(folder)
        self.assertTrue(neighbour.exists())
        for screen in (living, third):
            screen.send("q")
            screen.wait_end()

    def test_nothing_of_the_user_is_read_or_written(self):
        self.hilo.write_config("[nonsense]\n")
        (self.hilo.home / ".env.local").write_text("HILO_LISTEN=nowhere\n", encoding="utf-8")
        before = sorted(self.hilo.home.rglob("*"))
        screen = self.demo(TWILIO_ACCOUNT_SID="wrong", HILO_DATABASE=str(self.hilo.home / "mine.db"), HILO_SEND_LIMIT="x")
        folder = self.folder(screen)
        self.assertTrue((folder / "hilo.db").exists())
        screen.send("q")
        self.assertEqual(screen.wait_end().exit, 0)
        self.assertEqual(sorted(self.hilo.home.rglob("*")), before)

    def test_so_many_customers_as_asked_for(self):
        screen = self.hilo.console("demo", "--threads", "2", "--speed", "50")
        folder = self.folder(screen)
        screen.wait_for(r"\b2 open")
        connection = sqlite3.connect(f"file:{folder}/hilo.db?mode=ro", uri=True, timeout=10)
        self.addCleanup(connection.close)
        self.assertEqual(connection.execute("SELECT count(*) FROM clients").fetchone()[0], 2)
        screen.send("q")
        screen.wait_end()
