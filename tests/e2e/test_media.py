# SPDX-License-Identifier: MIT
"""Files of messages: fetched afterwards, kept whole or not at all, refused in words."""

import base64
import contextlib
import http.server
import os
import stat
import threading
import unittest

from harness import ACCOUNT_SID, AUTH_TOKEN, Hilo, HiloTest, inbound, new_sid, wait_until

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x07\x00\x00\x00\x05\x08\x02\x00\x00\x00" + b"\x00" * 40
)
LIMIT = 16 * 1024 * 1024


class MediaHost:
    """A carrier's files, answered as each test says; keeps what it was asked."""

    def __init__(self, test):
        self.asked = []
        self.answers = {}
        self.hold = threading.Event()
        host = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):  # noqa: N802
                host.asked.append((self.path, self.headers.get("Authorization")))
                status, headers, body = host.answers.get(self.path.rsplit("/", 1)[-1], (404, {}, b""))
                self.send_response(status)
                headers = dict(headers)
                headers.setdefault("Content-Length", str(len(body)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                with contextlib.suppress(OSError):
                    if headers.get("X-Hold"):
                        self.wfile.write(body[:100])
                        self.wfile.flush()
                        host.hold.wait(30)
                    else:
                        self.wfile.write(body)

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        test.addCleanup(self.close)

    def close(self):
        self.hold.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)


class TestMedia(HiloTest):
    def arrive(self, hilo, service, media_type="image/png", media=None, account=ACCOUNT_SID):
        """A message with one file comes in; returns the file's identifier."""
        sid, media = new_sid("MM"), media or new_sid("ME")
        url = f"https://api.twilio.com/2010-04-01/Accounts/{account}/Messages/{sid}/Media/{media}"
        form = inbound(MessageSid=sid, NumMedia="1", MediaUrl0=url, MediaContentType0=media_type)
        self.assertEqual(service.post_webhook("sms", form).status, 200)
        return media

    def row(self, hilo, media):
        rows = hilo.query(
            "SELECT state, path, content_type, size, width, height, error, attempts FROM attachments WHERE url LIKE ?",
            "%" + media,
        )
        return tuple(rows[0].values()) if rows else None

    def wait_state(self, hilo, media, state):
        return wait_until(lambda: (lambda r: r if r and r[0] == state else None)(self.row(hilo, media)), f"state {state}")

    def files(self, hilo):
        folder = os.path.join(os.path.dirname(hilo.database), "files")
        return folder, sorted(os.listdir(folder))

    def start(self):
        hilo, host = Hilo(self), MediaHost(self)
        service = hilo.serve(TWILIO_API_URL=host.url)
        return hilo, host, service

    def test_a_picture_is_kept_privately_and_measured(self):
        hilo, host, service = self.start()
        media = new_sid("ME")
        host.answers[media] = (200, {"Content-Type": "text/html"}, PNG)
        self.arrive(hilo, service, "application/x-lie", media)
        _, path, kind, size, width, height, error, _ = self.wait_state(hilo, media, "ready")
        self.assertEqual((kind, size, width, height, error), ("image/png", len(PNG), 7, 5, ""))
        folder, names = self.files(hilo)
        self.assertEqual(names, [path])
        with open(os.path.join(folder, path), "rb") as file:
            self.assertEqual(file.read(), PNG)
        self.assertEqual(stat.S_IMODE(os.stat(folder).st_mode), 0o700)
        self.assertEqual(stat.S_IMODE(os.stat(os.path.join(folder, path)).st_mode), 0o600)
        expected = "Basic " + base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
        self.assertEqual(host.asked[0][1], expected)

    def test_a_redirect_gets_no_credentials(self):
        hilo, host, service = self.start()
        media = new_sid("ME")
        host.answers[media] = (307, {"Location": host.url + "/store/picture"}, b"")
        host.answers["picture"] = (200, {}, PNG)
        self.arrive(hilo, service, media=media)
        self.wait_state(hilo, media, "ready")
        self.assertEqual(host.asked[1], ("/store/picture", None))

    def test_unsafe_redirects_are_not_followed(self):
        hilo, host, service = self.start()
        other = MediaHost(self)
        for name, target in (
            ("another host in plain", other.url + "/x"),
            ("a file", "file:///etc/passwd"),
            ("a name before it", "https://api.twilio.com@127.0.0.1/x"),
            ("none", ""),
        ):
            with self.subTest(name):
                media = new_sid("ME")
                host.answers[media] = (302, {"Location": target}, b"")
                self.arrive(hilo, service, media=media)
                self.assertIn("not safe", self.wait_state(hilo, media, "failed")[6])
        self.assertEqual(other.asked, [])
        self.assertEqual(self.files(hilo)[1], [])

    def test_a_redirect_to_a_private_address_never_connects(self):
        hilo, host, service = self.start()
        other = MediaHost(self)
        media = new_sid("ME")
        host.answers[media] = (302, {"Location": other.url.replace("http:", "https:") + "/x"}, b"")
        self.arrive(hilo, service, media=media)
        wait_until(lambda: (self.row(hilo, media) or [0] * 8)[7] >= 1, "a try that failed")
        self.assertIn("connection", self.row(hilo, media)[6])
        self.assertEqual(other.asked, [])

    def test_circles_end(self):
        hilo, host, service = self.start()
        media = new_sid("ME")
        host.answers[media] = (307, {"Location": host.url + "/round/" + media}, b"")
        self.arrive(hilo, service, media=media)
        self.wait_state(hilo, media, "failed")
        self.assertEqual(len(host.asked), 4)

    def test_another_account_is_never_asked(self):
        hilo, host, service = self.start()
        media = self.arrive(hilo, service, account="AC" + "f" * 32)
        self.assertIn("not one of this account", self.wait_state(hilo, media, "failed")[6])
        self.assertEqual(host.asked, [])

    def test_too_much_is_cut(self):
        hilo, host, service = self.start()
        media = new_sid("ME")
        host.answers[media] = (200, {}, PNG + bytes(LIMIT))
        self.arrive(hilo, service, media=media)
        self.assertIn("16 MB", self.wait_state(hilo, media, "too_large")[6])
        self.assertEqual(self.files(hilo)[1], [])

    def test_what_is_not_there_yet_is_tried_again(self):
        hilo, host, service = self.start()
        media = self.arrive(hilo, service)
        wait_until(lambda: (self.row(hilo, media) or [0] * 8)[7] == 1, "the first try")
        self.assertEqual(self.row(hilo, media)[0], "pending")
        host.answers[media] = (200, {}, PNG)
        self.assertEqual(self.wait_state(hilo, media, "ready")[7], 2)

    def test_a_crash_on_the_way_leaves_nothing_half(self):
        hilo, host, service = self.start()
        media = new_sid("ME")
        host.answers[media] = (200, {"X-Hold": "1"}, PNG * 1000)
        self.arrive(hilo, service, media=media)
        wait_until(lambda: any(name.endswith(".part") for name in self.files(hilo)[1]), "a file on its way")
        service.kill()
        self.assertEqual(self.row(hilo, media)[0], "pending")
        host.answers[media] = (200, {}, PNG)
        hilo.serve(TWILIO_API_URL=host.url)
        path = self.wait_state(hilo, media, "ready")[1]
        self.assertEqual(self.files(hilo)[1], [path])

    def test_the_pretend_carrier_serves_pictures(self):
        hilo = Hilo(self)
        carrier = hilo.carrier()
        service = hilo.serve()
        carrier.post_to(service.url)
        carrier.inbound(body="Mira", NumMedia=1)
        row = wait_until(
            lambda: hilo.query("SELECT content_type, width, height FROM attachments WHERE state = 'ready'"), "a picture"
        )[0]
        self.assertEqual(tuple(row.values()), ("image/png", 48, 32))


if __name__ == "__main__":
    unittest.main()
