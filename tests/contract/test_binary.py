# SPDX-License-Identifier: MIT
"""What is built and installed: the hardening of the release program, and an install that works wherever it is put."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from harness import BUILD, ROOT, Hilo, HiloTest

SANITIZED = bool(os.environ.get("SANITIZE"))


def readelf(*options):
    done = subprocess.run(["readelf", "-W", *options, str(BUILD / "hilo")], capture_output=True, text=True, check=True)
    return done.stdout


@unittest.skipIf(SANITIZED, "sanitizers take the place of hardening")
class TestHardening(HiloTest):
    def test_position_independent(self):
        self.assertRegex(readelf("-h"), r"Type:\s+DYN")
        self.assertRegex(readelf("-d"), r"FLAGS_1\).*\bPIE\b")

    def test_relocations_are_read_only_from_the_start(self):
        self.assertRegex(readelf("-d"), r"\bNOW\b")
        self.assertIn("GNU_RELRO", readelf("-l"))

    def test_stack_is_not_executable(self):
        self.assertRegex(readelf("-l"), r"GNU_STACK\s.*\sRW\s")

    def test_no_search_path_for_libraries(self):
        self.assertNotRegex(readelf("-d"), r"RPATH|RUNPATH")

    def test_checked_calls_and_stack_protection(self):
        symbols = readelf("--dyn-syms")
        self.assertRegex(symbols, r"__\w+_chk\b")
        self.assertIn("__stack_chk_fail", symbols)

    def test_no_call_that_writes_without_a_bound(self):
        lines = [line.split() for line in readelf("--dyn-syms").splitlines() if " UND " in line]
        names = {words[7].split("@")[0] for words in lines if len(words) > 7}
        self.assertIn("getenv", names)
        self.assertEqual(names & {"strcpy", "strcat", "sprintf", "gets", "system", "popen", "strtok", "tmpnam"}, set())

    def test_only_the_libraries_that_are_stated(self):
        needed = [line.split("[")[1].split(".so")[0] for line in readelf("-d").splitlines() if "(NEEDED)" in line]
        stated = {
            "libncursesw", "libtinfo", "libcurl", "libsqlite3", "libmicrohttpd", "libcjson", "libcrypto",
            "libunistring", "libc", "libm", "ld-linux-x86-64", "libenchant-2", "libpng16", "libturbojpeg", "libwebp", "libgif",
        }  # fmt: skip
        self.assertEqual(set(needed) - stated, set())


class TestInstall(HiloTest):
    def make(self, *words):
        # Make's own variables would make this a part of the run that started the tests.
        env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
        done = subprocess.run(
            ["make", "--no-print-directory", f"B={BUILD}", "CC=gcc", "MODE=release", *words],
            cwd=ROOT, env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_install_runs_from_there_and_uninstall_leaves_nothing(self):
        with tempfile.TemporaryDirectory(prefix="hilo-install-") as folder:
            self.make("install", f"DESTDIR={folder}")
            root = pathlib.Path(folder, "usr/local")
            files = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
            expected = {"bin/hilo", "share/locale/es/LC_MESSAGES/hilo.mo"}
            expected |= {"share/man/man1/hilo.1", "lib/systemd/system/hilo.service"}
            self.assertEqual(files, expected)
            hilo = Hilo(self, account=False)
            hilo.program = root / "bin/hilo"
            english = hilo.run("--help")
            self.assertEqual(english.returncode, 0, english.stderr)
            # The catalogue is found beside the program, though it was not put where it was built for.
            self.assertNotEqual(hilo.run("--help", LANGUAGE="es").stdout, english.stdout)
            self.make("uninstall", f"DESTDIR={folder}")
            self.assertEqual([path for path in root.rglob("*") if path.is_file()], [])

    def test_a_locale_that_was_not_generated_still_gives_its_language(self):
        hilo = Hilo(self, account=False)
        english = hilo.run("--help", LANG="C.UTF-8").stdout
        self.assertNotEqual(hilo.run("--help", LANG="es_MX.UTF-8").stdout, english)
        self.assertEqual(hilo.run("--help", LANG="fr_FR.UTF-8").stdout, english)
