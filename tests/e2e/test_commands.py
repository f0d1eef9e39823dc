# SPDX-License-Identifier: MIT
"""The commands as scripts and operators use them: exit codes, precedence of settings, refusals in words, machine output,
sending with --wait, and the take-over of the services."""

import http.server
import json
import os
import pathlib
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import urllib.parse

from harness import (
    ACCOUNT_SID,
    CUSTOMER,
    PUBLIC_URL,
    SMS_NUMBER,
    Hilo,
    HiloTest,
    Service,
    free_port,
    inbound,
    open_files,
    wait_until,
)

HOSTILE = "\x1b]0;owned\x07\x1b[31mred\u202egnp.exe\x9b2J\nsecond line"


class TestUsage(HiloTest):
    """Exit code 2 and one sentence on standard error that says where to look."""

    WRONG = {
        "no channel": ["send", "--to", CUSTOMER, "Hi"],
        "no address": ["send", "--channel", "sms", "Hi"],
        "unknown channel": ["send", "--channel", "pigeon", "--to", CUSTOMER, "Hi"],
        "nothing to send": ["send", "--channel", "sms", "--to", CUSTOMER],
        "two texts": ["send", "--channel", "sms", "--to", CUSTOMER, "Hi", "there"],
        "wait that is no number": ["send", "--channel", "sms", "--to", CUSTOMER, "--wait=soon", "Hi"],
        "option without its value": ["send", "--channel"],
        "variable without template": ["send", "--channel", "sms", "--to", CUSTOMER, "--var", "a=b", "Hi"],
        "media that is no address": ["send", "--channel", "sms", "--to", CUSTOMER, "--media", "ftp://a.example/b", "Hi"],
        "eleven media": ["send", "--channel", "sms", "--to", CUSTOMER] + ["--media", "https://a.example/b"] * 11,
        "media with a template": ["send", "--channel", "sms", "--to", CUSTOMER, "--template", "t", "--media", "https://a.example"],
        "subject of an SMS": ["send", "--channel", "sms", "--to", CUSTOMER, "--subject", "x", "Hi"],
        "limit of zero": ["conversations", "--limit", "0"],
        "unknown status": ["conversations", "--status", "lost"],
        "operand too many": ["doctor", "please"],
        "unknown setting": ["serve", "--set", "HILO_COLOUR=red"],
        "setting without value": ["serve", "--set", "HILO_LISTEN"],
        "value for a bare option": ["doctor", "--json=yes"],
        "demo speed": ["demo", "--speed", "fast"],
        "demo takes no settings": ["demo", "--listen", "127.0.0.1:0"],
        "unknown option without a command": ["--frobnicate"],
    }

    def test_wrong_usage(self):
        hilo = Hilo(self, account=False)
        for name, words in self.WRONG.items():
            with self.subTest(name):
                done = hilo.run(*words)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertEqual(done.stdout, "")
                self.assertRegex(done.stderr, r"\Ahilo[ a-z]*: .*--help\n\Z")
        self.assertFalse(hilo.database.exists())

    def test_help_names_every_option_and_setting_is_in_the_manual(self):
        hilo = Hilo(self, account=False)
        general = hilo.run("--help").stdout
        manual = (pathlib.Path(__file__).parents[2] / "data/man/hilo.1").read_text(encoding="utf-8")
        manual = re.sub(r"\\f.|\\", "", manual)
        settings = re.findall(r"^  ([A-Z]+(?:_[A-Z]+)+)", general, re.M)
        keys = re.findall(r"^ +(\[[a-z]+\] [a-z_]+)", general, re.M)
        self.assertGreater(len(settings), 12)
        self.assertEqual(len(settings), len(keys))
        for word in settings + keys:
            self.assertIn(word, manual)
        commands = re.findall(r"^  ([a-z]+) ", general, re.M)
        for command in commands:
            self.assertIn("hilo " + command, manual)
            if command != "simulate":
                for option in re.findall(r"^  (--[a-z-]+)", hilo.run(command, "--help").stdout, re.M):
                    if option != "--help":
                        self.assertIn(option, manual, command)


    def test_every_key_is_in_the_manual(self):
        tool = pathlib.Path(__file__).parents[2] / "tools/manual-keys"
        done = subprocess.run([sys.executable, tool, "--check"], capture_output=True, encoding="utf-8", check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


class TestConfiguration(HiloTest):
    def agent_of(self, hilo, *flags, **more):
        """Who doctor says is at this console."""
        done = hilo.run("doctor", "--json", *flags, **more)
        text = json.loads(done.stdout)["checks"][0]["text"]
        return re.search(r'agent "([^"]*)"', text).group(1)

    def test_later_source_wins(self):
        hilo = Hilo(self, account=False)
        del hilo.settings["HILO_AGENT"]
        hilo.write_config("[agent]\nname = from the file\n")
        self.assertEqual(self.agent_of(hilo), "from the file")
        (hilo.home / ".env.local").write_text('OTHER=1\nexport HILO_AGENT="from env.local" # me\n', encoding="utf-8")
        self.assertEqual(self.agent_of(hilo), "from env.local")
        self.assertEqual(self.agent_of(hilo, HILO_AGENT="from the environment"), "from the environment")
        flag = ["--set", "HILO_AGENT=from the flag"]
        self.assertEqual(self.agent_of(hilo, *flag, HILO_AGENT="from the environment"), "from the flag")

    def test_wrong_value_names_file_line_key_and_expectation(self):
        hilo = Hilo(self, account=False)
        path = hilo.write_config("# mine\n[twilio]\nphone_number = 5551234567\n")
        for words in (["serve"], ["conversations"], ["doctor"], ["send", "--channel", "sms", "--to", CUSTOMER, "Hi"], []):
            with self.subTest(words):
                done = hilo.run(*words)
                self.assertEqual(done.returncode, 3)
                self.assertEqual(done.stdout, "")
                for part in (str(path), "line 3", "phone_number", "country code", "5551234567"):
                    self.assertIn(part, done.stderr)

    def test_unknown_key_is_an_error(self):
        hilo = Hilo(self, account=False)
        path = hilo.write_config("[listener]\nport = 8080\n")
        done = hilo.run("conversations")
        self.assertEqual(done.returncode, 3)
        for part in (str(path), "line 2", "port", "[listener]"):
            self.assertIn(part, done.stderr)

    def test_open_file_with_a_secret_is_refused_with_the_command(self):
        hilo = Hilo(self, account=False)
        path = hilo.write_config("[twilio]\nauth_token = canary7712\n", mode=0o644)
        done = hilo.run("conversations")
        self.assertEqual(done.returncode, 3)
        self.assertIn(f"chmod 600 {path}", done.stderr)
        self.assertNotIn("canary7712", done.stderr)
        subprocess.run(["sh", "-c", re.search("chmod .*", done.stderr).group(0)], check=True)
        self.assertEqual(hilo.run("doctor").returncode, 0)

    def test_postgres_is_refused_in_words(self):
        hilo = Hilo(self, account=False)
        done = hilo.run("serve", "--database", "postgres://localhost/hilo")
        self.assertEqual(done.returncode, 3)
        self.assertIn("postgres", done.stderr)

    def test_secret_from_a_command(self):
        hilo = Hilo(self, HILO_API_TOKEN=None, HILO_API_TOKEN_COMMAND="printf %s-%s command token")
        service = hilo.serve()
        self.assertEqual(service.api("GET", "/api/messaging/conversations", token="command-token").status, 200)
        self.assertEqual(service.api("GET", "/api/messaging/conversations", token="other").status, 401)

    def test_secrets_are_not_left_behind(self):
        token, previous = "canary" + "a1" * 12, "canary" + "b2" * 12
        hilo = Hilo(self, TWILIO_AUTH_TOKEN=token, TWILIO_AUTH_TOKEN_PREVIOUS=previous, HILO_LOG_LEVEL="debug")
        service = hilo.serve()
        self.assertEqual(service.post_webhook("sms", inbound(Body="canary-body-551"), token=previous).status, 200)
        hilo.run("doctor")
        hilo.run("send", "--channel", "sms", "--to", CUSTOMER, "canary-body-552")
        service.stop()
        text = service.text + hilo.log.read_text(encoding="utf-8")
        self.assertNotIn("canary", text)
        self.assertNotIn(CUSTOMER, text)

    def test_files_are_private(self):
        hilo = Hilo(self)
        service = hilo.serve()
        names = [path for path in hilo.home.rglob("*") if path.is_file() and path.name.startswith("hilo.")]
        self.assertGreaterEqual(len(names), 4)
        for path in names:
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)
        service.stop()

    def test_memory_database_is_gone_at_the_end(self):
        hilo = Hilo(self, HILO_DATABASE=":memory:")
        service = hilo.serve()
        opened = open_files(service.pid)
        folder = next(pathlib.Path(path).parent for path in opened if path.endswith("/hilo.db"))
        self.assertIn("hilo-memory-", folder.name)
        self.assertEqual(folder.stat().st_mode & 0o777, 0o700)
        self.assertEqual(service.post_webhook("sms", inbound(Body="Hola")).status, 200)
        service.stop()
        self.assertFalse(folder.exists())
        self.assertFalse(hilo.database.exists())

    def test_memory_database_of_a_killed_program_is_swept(self):
        hilo = Hilo(self, HILO_DATABASE=":memory:")
        first = hilo.serve()
        opened = open_files(first.pid)
        folder = next(pathlib.Path(path).parent for path in opened if path.endswith("/hilo.db"))
        living = hilo.serve()
        self.assertTrue(folder.exists())
        first.kill()
        self.assertTrue(folder.exists())
        hilo.serve().stop()
        self.assertFalse(folder.exists())
        living.stop()


class TestConsole(HiloTest):
    def test_starts_without_an_account_and_says_what_to_set(self):
        screen = Hilo(self, account=False).console()
        screen.wait_for("TWILIO_ACCOUNT_SID")
        screen.send("q")
        self.assertEqual(screen.wait_end().exit, 0)

    def test_log_on_standard_error_is_kept_off_the_screen(self):
        screen = Hilo(self, HILO_LOG="-", HILO_LOG_LEVEL="debug").console()
        screen.wait_for("Welcome")
        screen.send("q")
        self.assertEqual(screen.wait_end().exit, 0)
        self.assertNotIn(b" info ", screen.output())

    def test_needs_a_terminal(self):
        done = Hilo(self).run()
        self.assertEqual(done.returncode, 1)
        self.assertIn("hilo serve", done.stderr)


class TestServe(HiloTest):
    def test_ends_cleanly_on_each_signal(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(number):
                service = Hilo(self).serve()
                self.assertRegex(service.text, r"\Alistening on http://127\.0\.0\.1:\d+\n\Z")
                service.signal(number)
                self.assertEqual(service.wait(), 0)

    def test_waits_while_the_port_is_taken(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            hilo = Hilo(self, HILO_LISTEN=f"127.0.0.1:{port}")
            process = hilo.start("serve")
            process.wait_output(str(port))
            self.assertNotIn("listening on", process.text)
        process.wait_output(f"listening on http://127.0.0.1:{port}\n")
        process.stop()

    def test_second_takes_over_when_the_first_is_killed(self):
        hilo = Hilo(self)
        first = hilo.serve()
        second = hilo.start("serve")
        second.wait_output(rf"pid {first.pid}\b")
        self.assertNotIn("listening on", second.text)
        self.assertEqual(first.post_webhook("sms", inbound(Body="before")).status, 200)
        first.kill()
        port = int(second.wait_output(r"listening on http://127\.0\.0\.1:(\d+)").group(1))
        second.url = f"http://127.0.0.1:{port}"
        self.assertEqual(Service.post_webhook(second, "sms", inbound(Body="after")).status, 200)
        bodies = [row["body"] for row in hilo.query("SELECT body FROM messages ORDER BY id")]
        self.assertEqual(bodies, ["before", "after"])
        second.stop()

    def test_waiting_costs_nothing_and_ends_on_a_signal(self):
        hilo = Hilo(self)
        first = hilo.serve()
        second = hilo.start("serve")
        second.wait_output(rf"pid {first.pid}\b")
        second.stop()
        first.stop()


class TestSend(HiloTest):
    def sending(self, *options):
        """An installation, its carrier, and a running service that the carrier's callbacks reach."""
        hilo = Hilo(self)
        carrier = hilo.carrier("--delay", "1-5", *options)
        service = hilo.serve()
        carrier.post_to(service.url)
        return hilo, carrier, service

    def test_delivered_is_success(self):
        hilo, carrier, _ = self.sending()
        done = hilo.run("send", "--channel", "sms", "--to", "+52 55 1234 5678", "--wait", "Su pedido está listo 👍")
        self.assertEqual(done.returncode, 0, done.stderr)
        number = int(re.match(r"queued as message (\d+)\n", done.stdout).group(1))
        self.assertIn(f"message {number}: delivered", done.stdout)
        sent = carrier.control("GET", "messages")["messages"]
        self.assertEqual([message["body"] for message in sent], ["Su pedido está listo 👍"])

    def test_each_further_file_is_a_message_of_its_own(self):
        hilo, carrier, _ = self.sending()
        files = [f"https://a.example/{number}.png" for number in range(3)]
        words = [word for file in files for word in ("--media", file)]
        done = hilo.run("send", "--channel", "whatsapp", "--to", CUSTOMER, *words, "--wait", "Las fotos")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.count("queued as message"), 3)
        self.assertEqual(len(re.findall(r"^message \d+: (?:delivered|read)$", done.stdout, re.M)), 3, done.stdout)
        self.assertEqual([message["body"] for message in carrier.messages()], ["Las fotos", "", ""])
        self.assertEqual([row["url"] for row in hilo.query("SELECT url FROM attachments ORDER BY id")], files)

    def test_all_files_are_queued_or_none(self):
        hilo = Hilo(self, HILO_SEND_LIMIT="2/3600")
        words = ["--media", "https://a.example/1"] * 3
        done = hilo.run("send", "--channel", "sms", "--to", CUSTOMER, *words)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(hilo.value("SELECT count(*) FROM outbox") + hilo.value("SELECT count(*) FROM messages"), 0)

    def test_text_from_standard_input(self):
        hilo, carrier, _ = self.sending()
        done = hilo.run("send", "--channel", "sms", "--to", CUSTOMER, "--wait", "-", stdin="two\nlines\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(carrier.control("GET", "messages")["messages"][0]["body"], "two\nlines")

    def test_refused_by_the_carrier_is_failure(self):
        hilo, _, _ = self.sending()
        done = hilo.run("send", "--channel", "sms", "--to", "+15005550009", "--wait", "Hi")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"\Aqueued as message \d+\n\Z")
        self.assertIn("failed", done.stderr)
        self.assertIn("21614", done.stderr)

    def test_sent_at_the_end_of_the_time_is_success_with_a_note(self):
        hilo, carrier, _ = self.sending("--manual")
        process = hilo.start("send", "--channel", "sms", "--to", CUSTOMER, "--wait=4", "Hi")
        process.wait_output("queued as message")
        messages = wait_until(lambda: carrier.control("GET", "messages")["messages"], "the carrier has it")
        carrier.control("POST", "callback", sid=messages[0]["sid"], status="sent")
        self.assertEqual(process.wait(), 0, process.text)
        self.assertRegex(process.text, r"message \d+: sent; no word of its delivery within 4 seconds")

    def test_time_over_is_failure_and_nothing_is_lost(self):
        hilo = Hilo(self)
        service = hilo.serve()  # its carrier does not answer
        done = hilo.run("send", "--channel", "sms", "--to", CUSTOMER, "--wait=1", "Hi")
        self.assertEqual(done.returncode, 1)
        self.assertIn("stays in the outbox", done.stderr)
        self.assertEqual(hilo.value("SELECT count(*) FROM outbox"), 1)
        service.stop()

    def test_runs_the_services_itself_when_nobody_does(self):
        port = free_port()
        hilo = Hilo(self, HILO_LISTEN=f"127.0.0.1:{port}")
        carrier = hilo.carrier("--delay", "1-5", "--base-url", f"http://127.0.0.1:{port}", "--public-url", PUBLIC_URL)
        done = hilo.run("send", "--channel", "sms", "--to", CUSTOMER, "--wait", "Hi")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("delivered", done.stdout)
        self.assertEqual(len(carrier.control("GET", "messages")["messages"]), 1)

    def test_only_queued_without_wait(self):
        hilo = Hilo(self)
        done = hilo.run("send", "--channel", "sms", "--to", CUSTOMER, "Hi")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(hilo.value("SELECT state FROM outbox"), "queued")
        self.assertEqual(hilo.value("SELECT sender FROM outbox"), SMS_NUMBER)

    def test_problems_are_told_in_a_sentence(self):
        hilo = Hilo(self)
        nobody = Hilo(self, account=False)
        cases = {
            "address": (hilo, ["--channel", "sms", "--to", "tomorrow", "Hi"], ""),
            "empty": (hilo, ["--channel", "sms", "--to", CUSTOMER, ""], ""),
            "mail": (hilo, ["--channel", "email", "--to", "ana@example.com", "Hi"], ""),
            "no account": (nobody, ["--channel", "sms", "--to", CUSTOMER, "Hi"], "TWILIO_ACCOUNT_SID"),
            "too long": (hilo, ["--channel", "sms", "--to", CUSTOMER, "x" * 1601], ""),
        }
        for name, (where, words, part) in cases.items():
            with self.subTest(name):
                done = where.run("send", *words)
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertRegex(done.stderr, r"\Ahilo: .{10,}\n\Z")
                self.assertIn(part, done.stderr)
                self.assertEqual(where.value("SELECT count(*) FROM outbox"), 0)

    def test_limit_for_one_customer(self):
        hilo = Hilo(self, HILO_SEND_LIMIT="2/3600")
        codes = [hilo.run("send", "--channel", "sms", "--to", CUSTOMER, "Hi").returncode for _ in range(3)]
        self.assertEqual(codes, [0, 0, 1])
        self.assertEqual(hilo.run("send", "--channel", "sms", "--to", "+15551230000", "Hi").returncode, 0)

    def test_interrupted_wait_keeps_the_message(self):
        hilo = Hilo(self)
        process = hilo.start("send", "--channel", "sms", "--to", CUSTOMER, "--wait", "Hi")
        process.wait_output("queued as message")
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 1)
        self.assertEqual(hilo.value("SELECT count(*) FROM outbox"), 1)


class TestConversations(HiloTest):
    def setUp(self):
        self.hilo = Hilo(self)
        service = self.hilo.serve()
        self.assertEqual(service.post_webhook("sms", inbound(Body="¿Dónde está mi pedido?")).status, 200)
        pairs = inbound("whatsapp", "+5491123456789", Body=HOSTILE, ProfileName="Eva\x1b[2J 测试")
        self.assertEqual(service.post_webhook("whatsapp", pairs).status, 200)
        self.api = service.api("GET", "/api/messaging/conversations").json()
        # Messages can be found once the index has been brought up to date.
        newest = self.hilo.value("SELECT max(id) FROM messages")
        wait_until(
            lambda: self.hilo.value("SELECT value FROM counters WHERE name = 'search_mark'") >= newest,
            "the messages are indexed",
        )
        service.stop()

    def test_json_has_the_fields_of_the_api(self):
        done = self.hilo.run("conversations", "--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        mine = json.loads(done.stdout)
        self.assertEqual(mine["conversations"], self.api["conversations"])
        self.assertEqual(len(mine["conversations"]), 2)

    def test_filters(self):
        cases = {
            ("--channel", "sms"): ["sms"],
            ("--channel", "email"): [],
            ("--status", "open"): ["whatsapp", "sms"],
            ("--status", "closed"): [],
            ("--limit", "1"): ["whatsapp"],
            ("--query", "donde"): ["sms"],
            ("--query", "zebra"): [],
        }
        for words, channels in cases.items():
            with self.subTest(words):
                done = self.hilo.run("conversations", "--json", *words)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual([row["channel"] for row in json.loads(done.stdout)["conversations"]], channels)

    def test_table_is_harmless_and_aligned(self):
        done = self.hilo.run("conversations")
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.splitlines()
        self.assertEqual(len(lines), 3)
        self.assertIn("¿Dónde está mi pedido?", done.stdout)
        self.assertIn("测试", done.stdout)
        for character in done.stdout:
            self.assertTrue(character == "\n" or character.isprintable() or character == "\ufffd", repr(character))
        self.assertEqual(lines[0].index("CHANNEL"), lines[1].index("WhatsApp"))
        self.assertEqual(lines[0].index("CHANNEL"), lines[2].index("SMS"))

    def test_no_data_yet(self):
        empty = Hilo(self)
        done = empty.run("conversations")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn(str(empty.database), done.stderr)

    def test_full_output_is_a_failure(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run(
                [self.hilo.program, "conversations", "--json"], env=self.hilo.env(), stdout=full, stderr=subprocess.PIPE
            )
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"written", done.stderr)

    def test_newer_data_are_refused(self):
        connection = sqlite3.connect(self.hilo.database)
        connection.execute("PRAGMA user_version = 9999")
        connection.close()
        for words in (["conversations"], ["serve"]):
            done = self.hilo.run(*words)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertRegex(done.stderr, r"newer")


class Numbers(http.server.BaseHTTPRequestHandler):
    """The part of the carrier's API that tells where a number's messages go; `answers` maps paths to (status, value)."""

    answers: dict = {}

    def do_GET(self):
        status, value = self.answers.get(urllib.parse.urlsplit(self.path).path, (404, {"code": 20404}))
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class TestDoctor(HiloTest):
    def checks(self, hilo, *words, **more):
        done = hilo.run("doctor", "--json", *words, **more)
        self.assertEqual(done.stderr, "")
        answer = json.loads(done.stdout)
        found = {check["name"]: check for check in answer["checks"]}
        failed = any(check["state"] == "failed" for check in found.values())
        self.assertEqual(answer["ok"], not failed)
        self.assertEqual(done.returncode, 1 if failed else 0)
        return found

    def api(self, answers):
        handler = type("Handler", (Numbers,), {"answers": answers})
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}"

    def test_fresh_machine_has_nothing_that_failed(self):
        hilo = Hilo(self, account=False)
        found = self.checks(hilo)
        self.assertEqual(found["account"]["state"], "note")
        self.assertIn("TWILIO_ACCOUNT_SID", found["account"]["next"])
        self.assertEqual(found["data"]["state"], "ok")
        self.assertFalse(hilo.database.exists())
        text = hilo.run("doctor")
        self.assertEqual(text.returncode, 0)
        self.assertIn("TWILIO_ACCOUNT_SID", text.stdout)

    def test_running_installation_is_fine(self):
        hilo = Hilo(self)
        port = free_port()
        hilo.carrier()
        hilo.settings.update(HILO_LISTEN=f"127.0.0.1:{port}", HILO_PUBLIC_URL=f"http://127.0.0.1:{port}")
        service = hilo.serve()
        found = self.checks(hilo)
        self.assertEqual(found["account"]["state"], "ok")
        self.assertEqual(found["public_url"]["state"], "ok")
        self.assertEqual(found["data"]["state"], "ok")
        self.assertIn(f"pid {service.pid}", found["listener"]["text"])
        self.assertIn("/api/webhooks/sms", found["webhooks"]["next"])

    def test_proxy_that_passes_the_api_only(self):
        refusal = {"success": False, "error": {"code": "method_not_allowed", "message": "x"}}
        cases = {
            "a hilo behind it": ({"/api/webhooks/sms": (405, refusal)}, "ok"),
            "something else behind it": ({"/api/webhooks/sms": (405, {"detail": "x"})}, "failed"),
            "a page for everything": ({"/healthz": (200, ["x"]), "/api/webhooks/sms": (200, ["x"])}, "failed"),
        }
        for name, (answers, state) in cases.items():
            with self.subTest(name):
                found = self.checks(Hilo(self, account=False), "--public-url", self.api(answers))
                self.assertEqual(found["public_url"]["state"], state)

    def test_what_is_wrong_is_found(self):
        hilo = Hilo(self)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = "127.0.0.1:%d" % taken.getsockname()[1]
            found = self.checks(hilo, "--listen", address, "--public-url", "http://127.0.0.1:9")
        self.assertEqual(found["listener"]["state"], "failed")
        self.assertIn(address, found["listener"]["text"])
        self.assertIn("HILO_LISTEN", found["listener"]["next"])
        self.assertEqual(found["account"]["state"], "failed")
        self.assertEqual(found["public_url"]["state"], "failed")
        self.assertIn("HILO_PUBLIC_URL", found["public_url"]["next"])

    def test_wrong_token_is_explained(self):
        hilo = Hilo(self)
        hilo.carrier("--auth-token", "f" * 32)
        found = self.checks(hilo, "--public-url", "http://127.0.0.1:9")
        self.assertEqual(found["account"]["state"], "failed")
        self.assertIn("401", found["account"]["text"])
        self.assertIn("auth token", found["account"]["next"])

    def test_damaged_data_are_found_and_left_alone(self):
        hilo = Hilo(self, account=False)
        hilo.database.parent.mkdir(parents=True)
        hilo.database.write_bytes(b"SQLite format 3\0" + os.urandom(8192))
        before = hilo.database.read_bytes()
        found = self.checks(hilo)
        self.assertEqual(found["data"]["state"], "failed")
        self.assertEqual(hilo.database.read_bytes(), before)

    def number(self, **fields):
        value = {"sms_url": PUBLIC_URL + "/api/webhooks/sms#rc=3&rp=all", "sms_method": "POST", "sms_application_sid": ""}
        value.update(fields)
        return value

    def test_webhook_settings_are_compared(self):
        cases = {
            "right": (self.number(), "ok", ""),
            "no retries": (self.number(sms_url=PUBLIC_URL + "/api/webhooks/sms"), "note", "#rc=3&rp=all"),
            "elsewhere": (self.number(sms_url="https://demo.twilio.com/welcome"), "failed", PUBLIC_URL),
            "longer path": (self.number(sms_url=PUBLIC_URL + "/api/webhooks/sms2"), "failed", PUBLIC_URL),
            "GET": (self.number(sms_method="GET"), "failed", "POST"),
            "application": (self.number(sms_application_sid="AP" + "0" * 32), "failed", "application"),
            "none": (None, "failed", "TWILIO_PHONE_NUMBER"),
        }
        base = f"/2010-04-01/Accounts/{ACCOUNT_SID}"
        for name, (number, state, part) in cases.items():
            with self.subTest(name):
                url = self.api(
                    {
                        base + ".json": (200, {"sid": ACCOUNT_SID}),
                        base + "/IncomingPhoneNumbers.json": (
                            200,
                            {"incoming_phone_numbers": [number] if number is not None else []},
                        ),
                    }
                )
                found = self.checks(Hilo(self, TWILIO_API_URL=url, TWILIO_WHATSAPP_NUMBER=None))
                self.assertEqual(found["webhooks"]["state"], state)
                self.assertIn(part, found["webhooks"]["next"] or "")
