# SPDX-License-Identifier: MIT
"""What the end-to-end tests share: an installation of hilo in a throw-away home, the program in a real pseudo-terminal,
the pretend carrier, and an independent view of the wire (signatures, forms) and of the store.

    class TestSomething(HiloTest):
        def test_a_customer_writes(self):
            hilo = Hilo(self)
            service = hilo.serve()
            answer = service.post_webhook("sms", inbound(Body="Hola"))
            self.assertEqual(answer.status, 200)
            screen = hilo.console(rows=24, columns=80)
            screen.wait_for("Hola")

Everything started here is ended by process id when the test is over, and a sanitizer report of any process fails the
test. Nothing sleeps: waits end with the event, or fail at a deadline and say what was seen.
"""

import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse

# The terminal is a file of its own; tests import it from here.
from screen import BUILD, DEADLINE_S, KEYS, ROOT, Screen, Snapshot, framed  # noqa: F401

ACCOUNT_SID = "AC" + "0123456789abcdef" * 2
AUTH_TOKEN = "a1b2c3d4" * 4
API_TOKEN = "token-for-tests-only-0123456789"
PUBLIC_URL = "https://hilo.example"
SMS_NUMBER = "+15005550006"
WHATSAPP_NUMBER = "+14155238886"
CUSTOMER = "+5215512345678"


# --- waiting and addresses -------------------------------------------------------------------------------------------


def wait_until(condition, what="the condition", deadline_s=DEADLINE_S, every_s=0.01):
    """Returns the first true value of condition(); AssertionError at the deadline. For what announces itself to nobody."""
    end = time.monotonic() + deadline_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {deadline_s} s")
        time.sleep(every_s)


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def open_files(pid):
    """Paths of what a process has open."""
    paths = set()
    for fd in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):  # closed since it was listed
            paths.add(os.readlink(f"/proc/{pid}/fd/{fd}"))
    return paths


# --- the carrier's wire format, written apart from the program --------------------------------------------------------


def sign(token, url, pairs=()):
    """X-Twilio-Signature of a form posted to `url`: pairs are (key, value), in any order, keys may repeat."""
    text = url.encode()
    values = {}
    for key, value in pairs:
        values.setdefault(key.encode(), set()).add(value.encode())
    for key in sorted(values):
        for value in sorted(values[key]):
            text += key + value
    return base64.b64encode(hmac.new(token.encode(), text, hashlib.sha1).digest()).decode()


def new_sid(prefix="SM"):
    return prefix + secrets.token_hex(16)


def inbound(channel="sms", sender=CUSTOMER, to=None, **fields):
    """The form of an incoming message as pairs; other parameters by name (Body="…", NumMedia="1", …)."""
    sid = fields.pop("MessageSid", None) or new_sid()
    prefix = "whatsapp:" if channel == "whatsapp" else ""
    to = to or (WHATSAPP_NUMBER if channel == "whatsapp" else SMS_NUMBER)
    form = {
        "ToCountry": "US",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "SmsSid": sid,
        "SmsStatus": "received",
        "Body": "",
        "To": prefix + to,
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": ACCOUNT_SID,
        "From": prefix + sender,
        "ApiVersion": "2010-04-01",
    }
    if channel == "whatsapp":
        del form["ToCountry"]
        form.update({"ProfileName": "Ana", "WaId": sender.lstrip("+")})
    form.update(fields)
    return list(form.items())


class Answer:
    def __init__(self, status, headers, body, seconds):
        self.status = status
        self.headers = headers
        self.body = body
        self.seconds = seconds

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


def request(base, method, target, body=None, headers=None, timeout_s=DEADLINE_S):
    """One HTTP request on its own connection."""
    parts = urllib.parse.urlsplit(base)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout_s)
    started = time.monotonic()
    try:
        connection.request(method, target, body=body, headers=headers or {})
        response = connection.getresponse()
        data = response.read()
        return Answer(response.status, response.headers, data, time.monotonic() - started)
    finally:
        connection.close()


def post_form(base, target, pairs, token=AUTH_TOKEN, public_url=PUBLIC_URL, headers=None, timeout_s=DEADLINE_S):
    """Posts a form as the carrier does; token=None leaves the signature out."""
    fields = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8", "User-Agent": "TwilioProxy/1.1"}
    if token is not None:
        fields["X-Twilio-Signature"] = sign(token, public_url + target, pairs)
    fields.update(headers or {})
    return request(base, "POST", target, urllib.parse.urlencode(pairs), fields, timeout_s)


# --- processes -------------------------------------------------------------------------------------------------------


class Process:
    """A program with its output read as it comes; ended by process id at the end of the test."""

    def __init__(self, test, argv, env, cwd):
        self.argv = [str(word) for word in argv]
        self.text = ""
        self._news = threading.Condition()
        self._closed = False
        self.popen = subprocess.Popen(
            self.argv, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.pid = self.popen.pid
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        test.addCleanup(self._end)

    def _read(self):
        for chunk in iter(lambda: os.read(self.popen.stdout.fileno(), 65536), b""):
            with self._news:
                self.text += chunk.decode("utf-8", "replace")
                self._news.notify_all()
        with self._news:
            self._closed = True
            self._news.notify_all()

    def wait_output(self, pattern, deadline_s=DEADLINE_S):
        """Waits until the output so far matches; returns the match."""
        end = time.monotonic() + deadline_s
        with self._news:
            while True:
                found = re.search(pattern, self.text)
                if found:
                    return found
                left = end - time.monotonic()
                if self._closed or left <= 0:
                    why = "ended" if self._closed else f"said nothing of it within {deadline_s} s"
                    raise AssertionError(f"{self.argv}: waited for {pattern!r}; it {why}. Output:\n{self.text}")
                self._news.wait(left)

    def running(self):
        return self.popen.poll() is None

    def signal(self, number):
        self.popen.send_signal(number)

    def wait(self, deadline_s=DEADLINE_S):
        """The exit status, negative for a signal."""
        try:
            return self.popen.wait(deadline_s)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.argv}: still running after {deadline_s} s. Output:\n{self.text}") from None

    def kill(self):
        """SIGKILL, as a crash."""
        self.popen.kill()
        self.popen.wait()

    def stop(self, deadline_s=DEADLINE_S):
        """SIGTERM; must end with status 0."""
        if self.running():
            self.signal(signal.SIGTERM)
        status = self.wait(deadline_s)
        if status != 0:
            raise AssertionError(f"{self.argv}: ended with {status} when asked to stop. Output:\n{self.text}")

    def _end(self):
        if self.running():
            self.signal(signal.SIGTERM)
            try:
                self.popen.wait(10)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()
        self._reader.join(10)
        self.popen.stdout.close()


class Server(Process):
    """A program that prints the address it listens on."""

    ADDRESS = r"http://127\.0\.0\.1:(\d+)\b"

    def __init__(self, test, argv, env, cwd, deadline_s=DEADLINE_S):
        super().__init__(test, argv, env, cwd)
        self.port = int(self.wait_output(self.ADDRESS, deadline_s).group(1))
        self.url = f"http://127.0.0.1:{self.port}"

    def request(self, method, target, body=None, headers=None, **options):
        return request(self.url, method, target, body, headers, **options)


class Service(Server):
    """`hilo serve`, or the services inside a console, over HTTP."""

    ADDRESS = r"listening on http://127\.0\.0\.1:(\d+)\b"  # it may first name another one that holds the services

    def post_webhook(self, channel, pairs, **options):
        return post_form(self.url, "/api/webhooks/" + channel, pairs, **options)

    def post_status(self, sid, status, message_id=None, error_code=None, **options):
        pairs = [("MessageSid", sid), ("SmsSid", sid), ("MessageStatus", status), ("SmsStatus", status)]
        pairs += [("AccountSid", ACCOUNT_SID), ("ApiVersion", "2010-04-01")]
        if error_code is not None:
            pairs.append(("ErrorCode", str(error_code)))
        target = "/api/webhooks/message-status" + (f"/{message_id}" if message_id is not None else "")
        return post_form(self.url, target, pairs, **options)

    def api(self, method, target, value=None, token=API_TOKEN, headers=None, **options):
        """A call of the REST API; `value` is sent as JSON."""
        fields = {"Authorization": "Bearer " + token} if token is not None else {}
        body = None
        if value is not None:
            fields["Content-Type"] = "application/json"
            body = json.dumps(value).encode()
        fields.update(headers or {})
        return request(self.url, method, target, body, fields, **options)


class Carrier(Server):
    """`hilo simulate`: the pretend carrier, on this installation's account. Options as on its command line; its control
    routes are described in src/sim/README."""

    def __init__(self, hilo, *options):
        argv = [hilo.program, "simulate", "--listen", "127.0.0.1:0", "--account-sid", ACCOUNT_SID]
        argv += ["--auth-token", AUTH_TOKEN, "--sms-number", SMS_NUMBER, "--whatsapp-number", WHATSAPP_NUMBER, *options]
        super().__init__(hilo.test, argv, hilo.env(), hilo.home)

    def control(self, method, route, **fields):
        """A call of a control route ("faults", or a whole target): fields as a form, JSON out; an error unless 2xx."""
        target = route if route.startswith("/") else "/_sim/" + route
        form = urllib.parse.urlencode({name: str(value) for name, value in fields.items() if value is not None})
        if method == "GET":
            answer = self.request(method, target + ("?" + form if form else ""), timeout_s=60)
        else:
            answer = self.request(method, target, form, {"Content-Type": "application/x-www-form-urlencoded"})
        if not 200 <= answer.status < 300:
            raise AssertionError(f"{method} {target}: {answer}")
        return answer.json() if answer.body else None

    def post_to(self, url, public_url=PUBLIC_URL):
        """Where webhooks and callbacks go from now on: a listener's own address."""
        self.control("POST", "target", base_url=url, public_url=public_url)

    def inbound(self, sender=CUSTOMER, body="", **fields):
        """A customer writes; returns the message's sid. channel="whatsapp" for WhatsApp, sign="wrong", times=N, …"""
        return self.control("POST", "inbound", From=sender, Body=body, **fields)["sid"]

    def callback(self, sid, status, error_code=None):
        self.control("POST", "callback", sid=sid, status=status, error_code=error_code)

    def faults(self, spec, clear=True):
        self.control("POST", "faults", spec=spec, clear=1 if clear else None)

    def wait_idle(self, deadline_s=DEADLINE_S):
        answer = self.control("GET", "wait", timeout_ms=int(deadline_s * 1000))
        if not answer["idle"]:
            raise AssertionError(f"the carrier still had something to post after {deadline_s} s")

    def everything(self, route):
        """All items of a list: "messages", "requests" or "webhooks"."""
        found = []
        start = 0
        while start is not None:
            page = self.control("GET", route, **{"from": start})
            found += page[route]
            start = page["next"]
        return found

    def messages(self):
        return self.everything("messages")

    def requests(self):
        return self.everything("requests")

    def webhooks(self):
        return self.everything("webhooks")

    def stats(self):
        return self.control("GET", "stats")


# --- an installation -------------------------------------------------------------------------------------------------


class Hilo:
    """One installation: a home of its own, an account, a store. Several programs may run on it at once."""

    def __init__(self, test, account=True, **settings):
        self.test = test
        self.program = BUILD / "hilo"
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="hilo-home-"))
        test.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        test.addCleanup(self._check_reports)
        self.database = self.home / "data/hilo/hilo.db"
        self.log = self.home / "state/hilo/hilo.log"
        self.settings = {}
        if account:
            self.settings.update(
                TWILIO_ACCOUNT_SID=ACCOUNT_SID,
                TWILIO_AUTH_TOKEN=AUTH_TOKEN,
                TWILIO_PHONE_NUMBER=SMS_NUMBER,
                TWILIO_WHATSAPP_NUMBER=WHATSAPP_NUMBER,
                # Nobody listens here: a test that sends says where its carrier is.
                TWILIO_API_URL="http://127.0.0.1:9",
                HILO_PUBLIC_URL=PUBLIC_URL,
                HILO_API_TOKEN=API_TOKEN,
            )
        # Sent at once: the seconds to take a reply back are the subject of tests of their own.
        self.settings.update(HILO_LISTEN="127.0.0.1:0", HILO_AGENT="tester", HILO_UNDO_SECONDS="0")
        self.settings.update(settings)

    def env(self, **more):
        """The environment of a program of this installation; a value of None leaves a variable out."""
        env = {name: value for name, value in os.environ.items() if not re.match(r"(HILO|TWILIO|XDG|LC)_|LANG", name)}
        for name in ("HILO_TEST_PROGRAM", "HILO_BUILD"):
            if name in os.environ:
                env[name] = os.environ[name]
        env.update(
            HOME=str(self.home),
            XDG_CONFIG_HOME=str(self.home / "config"),
            XDG_DATA_HOME=str(self.home / "data"),
            XDG_STATE_HOME=str(self.home / "state"),
            XDG_CACHE_HOME=str(self.home / "cache"),
            XDG_RUNTIME_DIR=str(self.home),
            TERM="xterm-256color",
            LANG="C.UTF-8",
            TZ="UTC",
        )
        for name in ("ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"):
            # A console's standard error is its screen, so reports go to files.
            env[name] = os.environ.get(name, "") + f":log_path={self.home}/sanitizer"
        env.update(self.settings)
        env.update(more)
        return {name: str(value) for name, value in env.items() if value is not None}

    def write_config(self, text, mode=0o600):
        folder = self.home / "config/hilo"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "config"
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    def run(self, *argv, deadline_s=DEADLINE_S, stdin="", **more):
        """Runs a command to its end; returns the CompletedProcess with text output."""
        return subprocess.run(
            [str(self.program), *[str(word) for word in argv]],
            env=self.env(**more),
            cwd=self.home,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=deadline_s,
            check=False,
        )

    def start(self, *argv, **more):
        """Starts a command and leaves it running."""
        return Process(self.test, [self.program, *argv], self.env(**more), self.home)

    def serve(self, *argv, **more):
        """`hilo serve`, listening and healthy."""
        service = Service(self.test, [self.program, "serve", *argv], self.env(**more), self.home)
        wait_until(lambda: healthy(service), "the services are healthy")
        return service

    def carrier(self, *options):
        """The pretend carrier for this installation's account; programs started after it send through it."""
        carrier = Carrier(self, *options)
        self.settings["TWILIO_API_URL"] = carrier.url
        return carrier

    def console(self, *argv, rows=24, columns=80, **more):
        """The console in a terminal. It says nothing about its port: give HILO_LISTEN with free_port() to reach it."""
        return Screen(self.test, [self.program, *argv], self.env(**more), self.home, rows, columns)

    def query(self, sql, *values):
        """Rows of the store, read-only, as dicts."""
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)
        try:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(sql, values)]
        finally:
            connection.close()

    def value(self, sql, *values):
        """The first column of the only row."""
        rows = self.query(sql, *values)
        if len(rows) != 1:
            raise AssertionError(f"{sql}: {len(rows)} rows in place of one")
        return next(iter(rows[0].values()))

    def _check_reports(self):
        reports = sorted(self.home.glob("sanitizer*"))
        if reports:
            raise AssertionError("\n".join(path.read_text(errors="replace") for path in reports))


def healthy(service):
    if not service.running():
        raise AssertionError(f"the services ended with {service.popen.returncode}:\n{service.text}")
    try:
        return service.request("GET", "/healthz").status == 200
    except OSError:
        return False


class HiloTest(unittest.TestCase):
    """A test of the whole program; `timeout_s` may be raised where 120 s are not enough."""

    maxDiff = None
