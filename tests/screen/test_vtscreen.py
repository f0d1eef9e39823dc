# SPDX-License-Identifier: MIT
"""The terminal for tests itself: if it misreads a screen or a signal, no other screen test can be believed."""

import os
import signal
import sys

from harness import HiloTest, Screen


class TestScreen(HiloTest):
    def screen(self, script, **options):
        return Screen(self, [sys.executable, "-c", script], **options)

    def shell(self, script, **options):
        return Screen(self, ["/bin/sh", "-c", script], **options)

    def test_text_cursor_title_and_end(self):
        screen = self.shell(r'''printf 'h\303\251llo \360\237\230\200 x\033]2;a "title"\007'; exit 7''', rows=5, columns=40)
        seen = screen.wait_end()
        self.assertEqual(seen.rows, ["héllo 😀 x", "", "", "", ""])
        self.assertEqual(seen.cursor, [0, 10])
        self.assertEqual(seen.title, 'a "title"')
        self.assertEqual((seen.exit, seen.signal), (7, None))
        self.assertEqual(seen.bytes, len(screen.output()))

    def test_attributes_of_cells(self):
        screen = self.shell(r"printf '\033[1;31mA\033[0;7mB\033[0;38;2;1;2;3;4mC\033[0m\346\227\245D'")
        screen.wait_end()
        cells = {cell["text"]: cell for cell in screen.cells(0)}
        self.assertEqual((cells["A"]["bold"], cells["A"]["fg"], cells["A"]["bg"]), (True, 1, "default"))
        self.assertEqual((cells["B"]["reverse"], cells["B"]["bold"]), (True, False))
        self.assertEqual((cells["C"]["fg"], cells["C"]["underline"]), ("#010203", True))
        self.assertEqual((cells["日"]["column"], cells["日"]["width"]), (3, 2))
        self.assertEqual(cells["D"]["column"], 5)
        self.assertEqual(screen.cell(0, 4)["text"], "日")

    def test_modes_are_seen_and_seen_restored(self):
        screen = self.shell(
            r"stty -icanon -echo; printf '\033[?1049h\033[?25l\033[?2004h\033[?1002hON'; read -r x;"
            r"stty icanon echo; printf '\033[?1002l\033[?2004l\033[?25h\033[?1049lOFF'; read -r x"
        )
        seen = screen.wait_for("ON")
        modes = ("alternate", "cursor_visible", "bracketed_paste", "canonical", "echo")
        self.assertEqual([getattr(seen, mode) for mode in modes], [True, False, True, False, False])
        self.assertGreater(seen.mouse, 0)
        screen.send("\n")
        seen = screen.wait_for("OFF")
        self.assertEqual([getattr(seen, mode) for mode in modes], [False, True, False, True, True])
        self.assertEqual(seen.mouse, 0)

    def test_typing_and_pasting(self):
        script = (
            "import sys, tty\n"
            "tty.setraw(0)\n"
            "sys.stdout.write('\\x1b[?2004hready'); sys.stdout.flush()\n"
            "got = b''\n"
            "while not got.endswith(b'.'): got += __import__('os').read(0, 100)\n"
            "print(repr(got), end='\\r\\n')\n"
        )
        screen = self.screen(script, columns=120)
        screen.wait_for("ready")
        screen.key("up", "enter")
        screen.paste("añ")
        screen.send(".")
        screen.wait_true(lambda seen: repr(b"\x1bOA\r\x1b[200~a\xc3\xb1\x1b[201~.") in seen.text, "what was typed")

    def test_answers_a_cursor_query(self):
        script = (
            "import sys, tty, os\n"
            "tty.setraw(0)\n"
            "sys.stdout.write('abc\\x1b[6n'); sys.stdout.flush()\n"
            "got = b''\n"
            "while not got.endswith(b'R'): got += os.read(0, 100)\n"
            "print(repr(got))\n"
        )
        self.screen(script).wait_for(r"1;4R")

    def test_resize_reaches_the_program(self):
        script = (
            "import os, signal\n"
            "signal.signal(signal.SIGWINCH, lambda *_: print('now', tuple(os.get_terminal_size())))\n"
            "print('first', tuple(os.get_terminal_size()), flush=True)\n"
            "while True: signal.pause()\n"
        )
        screen = self.screen(script, rows=24, columns=80)
        screen.wait_for(r"first \(80, 24\)")
        screen.resize(10, 50)
        self.assertEqual(len(screen.wait_for(r"now \(50, 10\)").rows), 10)

    def test_stop_and_resume(self):
        screen = self.shell("echo one; kill -TSTP $$; echo two; read -r x")
        seen = screen.wait_stopped()
        self.assertIn("one", seen.text)
        self.assertNotIn("two", seen.text)
        screen.resume()
        self.assertFalse(screen.wait_for("two").stopped)

    def test_control_z_stops_the_foreground(self):
        screen = Screen(self, ["cat"])
        screen.send("echoed")
        screen.wait_for("echoed")
        screen.send("\x1a")
        screen.wait_stopped()
        screen.resume()
        # What was typed before is gone: the terminal drops it at the stop.
        screen.send("again\n")
        screen.wait_for("again\nagain")

    def test_hang_up_reaches_the_program(self):
        screen = Screen(self, ["cat"])
        screen.pid()
        screen.hang_up()
        self.assertEqual(screen.wait_end().signal, signal.SIGHUP)

    def test_signal_that_ended_the_program(self):
        screen = Screen(self, ["cat"])
        os.kill(screen.pid(), signal.SIGKILL)
        seen = screen.wait_end()
        self.assertEqual((seen.exit, seen.signal), (None, signal.SIGKILL))

    def test_closing_ends_the_program(self):
        screen = Screen(self, ["cat"])
        pid = screen.pid()
        screen.close()
        with self.assertRaises(ProcessLookupError):
            os.kill(pid, 0)

    def test_a_missing_text_fails_and_shows_the_screen(self):
        screen = self.shell("echo something else; read -r x")
        screen.wait_for("else")
        with self.assertRaisesRegex(AssertionError, r"(?s)'never'.*\|something else"):
            screen.wait_for("never", deadline_s=0.05)
