# SPDX-License-Identifier: MIT
"""A program in tmux, as a second opinion beside libvterm: another terminal with its own table of widths."""

import os
import shutil
import subprocess
import tempfile
import time

DEADLINE_S = 20.0


class Tmux:
    """One pane of its own server; read as text. Ended, by its own socket, at the end of the test."""

    def __init__(self, test, argv, env, cwd, rows=24, columns=80):
        self._folder = tempfile.mkdtemp(prefix="hilo-tmux-")
        test.addCleanup(shutil.rmtree, self._folder, ignore_errors=True)
        self._socket = os.path.join(self._folder, "socket")
        self._env = {name: value for name, value in env.items() if name not in ("TMUX", "TMUX_PANE")}
        config = os.path.join(self._folder, "config")
        with open(config, "w", encoding="utf-8") as file:
            # The pane is the whole terminal and stays to be read when its program is over.
            file.write("set -g status off\nset -g remain-on-exit on\nset -g default-terminal tmux-256color\nset -g escape-time 0\n")
        test.addCleanup(self._end)
        words = ["/usr/bin/env", f"TERM={self._env.get('TERM', 'tmux-256color')}", *argv]
        self._run(
            "-f", config, "-u", "new-session", "-d", "-x", str(columns), "-y", str(rows), *[str(word) for word in words], cwd=cwd
        )

    def _run(self, *words, cwd=None):
        done = subprocess.run(
            ["tmux", "-S", self._socket, *words], env=self._env, cwd=cwd, capture_output=True, encoding="utf-8", timeout=30,
            check=False,
        )
        if done.returncode != 0:
            raise AssertionError(f"tmux {words}: {done.stderr}")
        return done.stdout

    def send(self, text):
        for byte in range(0, len(data := text.encode()), 100):
            self._run("send-keys", "-H", *[f"{value:02x}" for value in data[byte : byte + 100]])

    def rows(self):
        return [row.rstrip() for row in self._run("capture-pane", "-p").split("\n")[:-1]]

    def cursor(self):
        return [int(number) for number in self._run("display-message", "-p", "#{cursor_y} #{cursor_x}").split()]

    def wait_until(self, take, wanted, deadline_s=DEADLINE_S):
        """Waits until take() gives what is wanted; returns the last it gave. tmux does not say when it has drawn."""
        end = time.monotonic() + deadline_s
        while (found := take()) != wanted and time.monotonic() < end:
            time.sleep(0.02)
        return found

    def _end(self):
        subprocess.run(
            ["tmux", "-S", self._socket, "kill-server"], env=self._env, capture_output=True, timeout=30, check=False
        )
