# SPDX-License-Identifier: MIT
"""The console and its terminal: questions and answers, frames, looks, modes that are given back at every way out."""

import os
import re
import signal

from harness import Hilo, HiloTest

PLAIN = {name: None for name in ("NO_COLOR", "COLORTERM", "COLORFGBG", "TMUX", "KITTY_WINDOW_ID", "VTE_VERSION")}
COLOUR = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")


class TerminalTest(HiloTest):
    def demo(self, answers="", **more):
        """The demo: throw-away data, the usual settings."""
        screen = Hilo(self).console("demo", rows=24, columns=100, **{**PLAIN, "VTSCREEN_ANSWERS": answers, **more})
        screen.wait_for(r"\d unread")
        return screen

    def console(self, answers="", **more):
        """A console without data, with settings of its own."""
        screen = Hilo(self).console(**{**PLAIN, "VTSCREEN_ANSWERS": answers, **more})
        screen.wait_for("Welcome")
        return screen

    def assert_restored(self, seen):
        self.assertFalse(seen.alternate)
        self.assertTrue(seen.cursor_visible)
        for mode in ("bracketed_paste", "focus", "mouse_sgr", "theme_changes", "in_frame"):
            self.assertFalse(getattr(seen, mode), mode)
        self.assertEqual(seen.mouse, 0)


class TestAnswers(TerminalTest):
    def test_each_frame_is_in_brackets_where_the_terminal_has_them(self):
        screen = self.demo("sync dark")
        screen.send("j")
        before = screen.wait_true(lambda seen: seen.frames > 0 and not seen.in_frame, "frames come in brackets")
        self.assertEqual(before.questions, 1)
        mark = len(screen.output())
        for _ in range(5):
            frames = screen.snapshot().frames
            screen.send("j")
            screen.wait_true(lambda seen, frames=frames: seen.frames > frames and not seen.in_frame, "a frame is drawn")
        # Whatever was written since is in brackets.
        since = screen.output()[mark:]
        self.assertEqual(re.sub(rb"(?s)\x1b\[\?2026h.*?\x1b\[\?2026l", b"", since), b"")

    def test_without_an_answer_nothing_is_missing(self):
        screen = self.demo("")
        screen.send("?")
        screen.wait_for("(?i)help|keys")
        self.assertNotIn(b"\x1b[?2026h", screen.output())

    def test_nonsense_is_neither_obeyed_nor_typed(self):
        screen = self.demo("nonsense")
        screen.send("?")
        seen = screen.wait_for("(?i)help|keys")
        self.assertFalse(seen.ended)

    def test_the_ground_changes_the_colours(self):
        dark, light = self.demo("dark"), self.demo("light")

        def colours(screen):
            return {code for code in COLOUR.findall(screen.output())}

        light.wait_true(lambda seen: b"\x1b[38;5;59m" in light.output() or colours(light) - colours(dark), "light colours")
        before = light.snapshot().bytes
        light.send("\x1b[?997;1n")
        light.wait_true(lambda seen: seen.bytes > before, "it is drawn anew when the theme changes")


class TestLooks(TerminalTest):
    def test_no_colours_where_none_are_wanted(self):
        screen = self.demo("light", NO_COLOR="1", COLORTERM="truecolor")
        screen.send("j\r")
        screen.wait_for("To ")
        self.assertEqual(COLOUR.findall(screen.output()), [])

    def test_true_colours(self):
        screen = self.demo(COLORTERM="truecolor")
        self.assertIn(b"\x1b[38;2;", screen.output())
        self.assertNotIn(b"\x1b[38;5;", screen.output())

    def test_ascii_has_no_symbols_of_our_own(self):
        screen = self.console(HILO_ASCII="yes")
        screen.send("?")
        screen.wait_gone("Welcome")
        screen.send("\x1b")
        screen.wait_for("Welcome")
        symbols = set(screen.output().decode()) - {chr(code) for code in range(128)}
        self.assertEqual({symbol for symbol in symbols if not symbol.isalpha()}, set())


class TestModes(TerminalTest):
    def test_the_mouse_is_off_unless_wanted(self):
        self.assertEqual(self.demo().snapshot().mouse, 0)
        seen = self.console(HILO_MOUSE="yes").snapshot()
        self.assertNotEqual(seen.mouse, 0)
        self.assertTrue(seen.mouse_sgr)

    def test_everything_is_given_back_at_the_end(self):
        screen = self.console("sync", HILO_MOUSE="yes")
        self.assertTrue(screen.snapshot().theme_changes)
        screen.send(":quit\r")
        self.assert_restored(screen.wait_end())

    def test_everything_is_given_back_at_a_crash(self):
        screen = self.console("sync", HILO_MOUSE="yes")
        os.kill(screen.pid(), signal.SIGSEGV)
        self.assert_restored(screen.wait_end())

    def test_everything_is_given_back_while_stopped(self):
        screen = self.console("sync", HILO_MOUSE="yes")
        screen.send("\x1a")
        self.assert_restored(screen.wait_stopped())
        screen.resume()
        seen = screen.wait_true(lambda seen: seen.alternate and seen.mouse_sgr and seen.focus, "it takes the terminal back")
        self.assertTrue(seen.theme_changes)
        # What it knows it does not ask again.
        self.assertEqual(seen.questions, 1)
