# SPDX-License-Identifier: MIT
"""As much of an IRC server as a client needs to sit in a channel where lines arrive."""

import contextlib
import socket
import threading
import time

WORDS = b"hola pedido factura gracias reserva hotel urgente vuelo llega cambio fecha precio oferta recibo".split()


def line(number):
    """Each is another one, so that each is painted."""
    words = b" ".join(WORDS[(number * step) % len(WORDS)] for step in (1, 3, 5, 9, 11, 13))
    return b":friend!friend@host PRIVMSG #bench :%d %s\r\n" % (number, words)


class IrcServer:
    def __init__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._pouring = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with contextlib.suppress(OSError), connection:
            joined = False
            for request in connection.makefile("rb"):
                word, _, rest = request.strip().partition(b" ")
                if word == b"CAP" and rest.startswith(b"LS"):
                    connection.sendall(b":bench CAP * LS :\r\n")
                elif word == b"USER":
                    connection.sendall(b":bench 001 agent :Welcome\r\n:bench 376 agent :End of MOTD\r\n")
                elif word == b"PING":
                    connection.sendall(b":bench PONG bench " + rest + b"\r\n")
                elif word == b"JOIN" and not joined:
                    connection.sendall(b":agent!agent@host JOIN #bench\r\n:bench 366 agent #bench :End of names\r\n")
                    joined = True
                    threading.Thread(target=self._pour, args=(connection,), daemon=True).start()

    def _pour(self, connection):
        """1,000 lines a second, while they are wanted."""
        with contextlib.suppress(OSError):
            while True:
                self._pouring.wait()
                started, sent = time.monotonic(), 0
                while self._pouring.is_set():
                    due = int((time.monotonic() - started) * 1000)
                    connection.sendall(b"".join(line(number) for number in range(sent, due)))
                    sent = due
                    time.sleep(0.002)

    def pour(self, on):
        if on:
            self._pouring.set()
        else:
            self._pouring.clear()

    def close(self):
        self._socket.close()
