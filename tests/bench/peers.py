# SPDX-License-Identifier: MIT
"""The same keys in neomutt, weechat and irssi, as Debian has them, in the same run; one that is not installed is left out with
a word. neomutt looks at a Maildir of 100,000 messages with its header cache made; the other two, which have no mailbox,
sit in a channel of IRC and are typed into."""

import contextlib
import os
import pathlib
import random
import re
import shutil
import statistics
import subprocess
import time

from irc_server import IrcServer
from pseudo_terminal import PseudoTerminal, describe

PASTE = ("The quick brown fox jumps over the lazy dog. " * 100)[:4000].encode()
WORDS = ("hola pedido factura mañana gracias reserva hotel pago urgente vuelo llega cambio fecha número favor camión "
         "habitación problema dirección semana precio oferta recibo envío tarjeta código cliente servicio ayuda").split()


def make_maildir(folder, count):
    """One folder of `count` read and unread messages of some hundred bytes."""
    lot = random.Random(5)
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
    for number in range(count):
        words = [lot.choice(WORDS) for _ in range(60)]
        text = (
            f"From: Cliente {number} <c{number}@example.org>\nTo: agente@example.org\nSubject: {' '.join(words[:6])}\n"
            f"Message-ID: <{number}@example.org>\nDate: {time.strftime('%a, %d %b %Y %H:%M:%S +0000', time.gmtime(1.70e9 + number * 300))}\n"
            + (f"In-Reply-To: <{lot.randrange(number)}@example.org>\n" if number % 5 < 2 and number else "")
            + f"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{' '.join(words)}\n"
        )
        path = folder / "cur" / f"{1700000000 + number}.{number}.host:2,{'' if number % 20 == 0 else 'S'}"
        path.write_text(text, encoding="utf-8")


class Peer:
    def __init__(self, name, argv, env, home, ready, quit_keys, before=b""):
        self.name, self.argv, self.env, self.home = name, argv, env, home
        self.ready, self.quit_keys, self.before = ready, quit_keys, before

    def start(self):
        program = PseudoTerminal(self.argv, self.env, self.home)
        program.home = self.home
        program.start_ms = program.read_until_shown(self.ready)
        program.read_until_quiet(0.5, 0.5)
        if self.before:
            program.write(self.before)
            program.read_until_quiet(0.3, 1.0)
        return program

    def measure(self, keys, count, rounds, idle_s, held=None, load=None):
        """`keys`: what a row is called and its keys."""
        starts = []
        for _ in range(rounds):
            program = self.start()
            starts.append(program.start_ms)
            program.end(self.quit_keys)
        program = self.start()
        program.read_until_quiet(1.5, 1.5)
        idle, resident = program.wake_ups(idle_s), program.resident_mb()
        for row, row_keys in keys.items():
            describe(f"{self.name}: {row}", *program.keys(row_keys, count))
        if load:
            before = program.total
            load.pour(True)
            time.sleep(0.3)
            times = letters_under_load(program, count)
            load.pour(False)
            arrived = "" if program.total - before > 20 * count else " (no line was seen to arrive)"
            describe(f"{self.name}: typing, 1,000 lines a second arrive", times, (), arrived)
            program.read_until_quiet(0.5, 2.0)
        if held:
            describe(f"{self.name}: 300 held keys", [program.all_at_once(held * 300)[0]])
        else:
            ms, size = program.paste(PASTE)
            marked = "marked" if program.bracketed else "as typed"
            describe(f"{self.name}: 4,000 characters pasted, {marked}", [ms], [size])
        program.end(self.quit_keys)
        print(f"  {self.name}: start {statistics.median(starts):.0f} ms; {idle:.2f} wake-ups a second; resident {resident:.1f} MB", flush=True)


def letters_under_load(program, count):
    """Milliseconds until a letter that is in no arriving line comes back."""
    times = []
    for number in range(count):
        end = time.monotonic() + 0.02 + random.random() * 0.04
        while (left := end - time.monotonic()) > 0:
            program.read_until_quiet(0, left)
        letter = "þðŋħßæøłđŧ"[number % 10].encode()
        program.seen = b""
        sent = time.monotonic()
        program.write(letter)
        while letter not in program.seen and time.monotonic() - sent < 2:
            program.read_until_quiet(0, 0.5)
        times.append((time.monotonic() - sent) * 1000)
    return times


def environment(home):
    env = {name: value for name, value in os.environ.items() if not re.match(r"(XDG|LC|WEECHAT|MAIL)_?|LANG", name)}
    env.update(HOME=str(home), TERM="xterm-256color", LANG="C.UTF-8", XDG_RUNTIME_DIR=str(home / "run"))
    return env


def neomutt(program, home, options):
    folder = home / "mail"
    count = 10000 if options.quick else 100000
    make_maildir(folder, count)
    (home / "neomuttrc").write_text(
        f"set folder={home}\nset spoolfile={folder}\nset mbox_type=Maildir\nset header_cache={home}/cache\nset mail_check=0\n"
        "set sort=date\nset quit=yes\nset confirmappend=no\nset mark_old=no\nset wait_key=no\n",
        encoding="utf-8",
    )
    (home / "cache").mkdir()
    peer = Peer("neomutt", [program, "-n", "-F", home / "neomuttrc"], environment(home), home, rb"Msgs:\s*\d+", b"q")
    cold = peer.start()
    print(f"  neomutt: {count} messages, first start without its cache {cold.start_ms:.0f} ms", flush=True)
    cold.end(peer.quit_keys)
    measured = 40 if options.quick else 200
    peer.measure({"selection up and down": [b"k", b"k", b"j", b"k"]}, measured, 3, 3 if options.quick else 10, held=b"k")
    opened = peer.start()
    opened.write(b"\r")
    opened.read_until_quiet(0.3, 1.0)
    describe("neomutt: previous and next message in the pager", *opened.keys([b"K", b"K", b"J"], measured // 4))
    opened.end(b"qq")


def typed_into(name, argv, home, options, server, ready=rb"#bench", before=b""):
    """A client of IRC in a channel where nothing happens, then much."""
    peer = Peer(name, argv, environment(home), home, ready, b"\x15/quit\r", before)
    peer.measure({"typing": [b"a", b"b", b" ", b"c"]}, 40 if options.quick else 200, 3, 3 if options.quick else 10, load=server)


def weechat(program, home, options):
    with contextlib.closing(IrcServer()) as server:
        argv = [program, "--dir", home / "weechat", f"irc://agent@127.0.0.1:{server.port}/#bench"]
        typed_into("weechat", argv, home, options, server)


def irssi(program, home, options):
    with contextlib.closing(IrcServer()) as server:
        (home / "irssi").mkdir()
        (home / "irssi/config").write_text(
            f'servers = ( {{ address = "127.0.0.1"; port = "{server.port}"; chatnet = "here"; autoconnect = "yes"; }} );\n'
            'chatnets = { here = { type = "IRC"; }; };\n'
            'channels = ( { name = "#bench"; chatnet = "here"; autojoin = "yes"; } );\n'
            'settings = { core = { user_name = "agent"; nick = "agent"; real_name = "agent"; }; };\n',
            encoding="utf-8",
        )
        argv = [program, f"--home={home}/irssi"]
        # It joins in a window behind the first one.
        typed_into("irssi", argv, home, options, server, rb"Act: *2", b"\x1b2")


def run(home, options):
    print("\nOther programs of Debian, same terminal, same run: ms, median | p99 | max | bytes (median) | samples", flush=True)
    for name, measure in (("neomutt", neomutt), ("weechat", weechat), ("irssi", irssi)):
        program = shutil.which(name)
        if program is None:
            print(f"  {name}: not installed (tools/bootstrap bench)")
            continue
        version = subprocess.run([program, "--version" if name == "weechat" else "-v"], capture_output=True, text=True, check=False)
        print(f"  {name}: {(version.stdout.strip().splitlines() or ['?'])[0]}")
        folder = home / name
        (folder / "run").mkdir(parents=True)
        os.chmod(folder / "run", 0o700)
        measure(program, folder, options)
        shutil.rmtree(folder, ignore_errors=True)
