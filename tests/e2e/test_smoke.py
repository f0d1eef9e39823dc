# SPDX-License-Identifier: MIT
"""The program starts and says what it is; wrong usage is told apart from failure; a message comes in and one goes out."""

from harness import CUSTOMER, Hilo, HiloTest, inbound, wait_until


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


class TestThereAndBack(HiloTest):
    def test_a_message_comes_in_and_one_goes_out(self):
        hilo = Hilo(self)
        carrier = hilo.carrier()
        service = hilo.serve()
        carrier.post_to(service.url)
        sid = carrier.inbound(body="Hola, ¿mi pedido?")
        carrier.wait_idle()
        self.assertEqual(hilo.value("SELECT body FROM messages WHERE provider_message_id = ?", sid), "Hola, ¿mi pedido?")

        answer = service.api("POST", "/api/messaging/send", {"channel": "sms", "to": CUSTOMER, "message": "Va en camino"})
        self.assertEqual(answer.status, 202, answer)
        number = answer.json()["messageId"]

        def delivered():
            shown = service.api("GET", f"/api/messaging/messages/{number}").json()["message"]
            return shown["status"] == "delivered" and shown

        wait_until(delivered, "the reply is delivered")
        bodies = [message["body"] for message in carrier.messages()]
        self.assertEqual(bodies.count("Va en camino"), 1)
        service.stop()
        carrier.stop()

    def test_a_webhook_without_the_right_signature_is_refused(self):
        service = Hilo(self).serve()
        self.assertEqual(service.post_webhook("sms", inbound(Body="x"), token="0" * 32).status, 403)
        self.assertEqual(service.post_webhook("sms", inbound(Body="x"), token=None).status, 403)
        self.assertEqual(service.post_webhook("sms", inbound(Body="x")).status, 200)
