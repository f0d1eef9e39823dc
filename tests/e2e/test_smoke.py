# SPDX-License-Identifier: MIT
"""The program starts and says what it is; wrong usage is told apart from failure."""

from harness import Hilo, HiloTest


class TestCommandLine(HiloTest):
    def setUp(self):
        self.hilo = Hilo(self, account=False)

    def test_version_names_the_program(self):
        done = self.hilo.run("--version")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"^hilo \d+\.\d+\.\d+\b")
        self.assertEqual(done.stderr, "")

    def test_help_lists_every_command(self):
        done = self.hilo.run("--help")
        self.assertEqual(done.returncode, 0, done.stderr)
        for command in ("demo", "serve", "send", "conversations", "doctor", "simulate"):
            self.assertRegex(done.stdout, rf"(?m)\b{command}\b")
        self.assertEqual(done.stderr, "")

    def test_help_of_each_command(self):
        for command in ("demo", "serve", "send", "conversations", "doctor", "simulate"):
            with self.subTest(command):
                done = self.hilo.run(command, "--help")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn(command, done.stdout)

    def test_unknown_command_is_wrong_usage(self):
        done = self.hilo.run("no-such-command")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stdout, "")
        self.assertIn("no-such-command", done.stderr)

    def test_unknown_option_is_wrong_usage(self):
        done = self.hilo.run("conversations", "--no-such-option")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stdout, "")
        self.assertIn("--no-such-option", done.stderr)

    def test_help_in_spanish(self):
        english = self.hilo.run("--help")
        spanish = self.hilo.run("--help", LANGUAGE="es")
        self.assertEqual(spanish.returncode, 0, spanish.stderr)
        self.assertNotEqual(spanish.stdout, english.stdout)
