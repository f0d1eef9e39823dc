# SPDX-License-Identifier: MIT
"""Who is told of a new message, how, and when not."""

import datetime
import os
import re
import stat

from harness import wait_until
from test_console import OTHER_CUSTOMER, ConsoleTest

LOST, HAD = "\x1b[O", "\x1b[I"


class TestNotify(ConsoleTest):
    def told(self, screen):
        return [line for line in screen.snapshot().told.splitlines() if re.match(r"(9|99|777);", line)]

    def hear(self, **more):
        more.setdefault("HILO_NOTIFY_TERMINAL", "osc9")
        return self.start(carrier=None, **more)

    def test_unfocused_it_tells_that_somebody_wrote(self):
        screen = self.hear()
        screen.send(LOST)
        self.write_in("the secret text")
        screen.wait_true(lambda seen: "9;hilo: 1 new message" in seen.told, "a notification")
        self.assertNotIn("secret", screen.snapshot().told)

    def test_with_its_content_when_asked_for(self):
        screen = self.hear(HILO_NOTIFY_CONTENT="yes", HILO_NOTIFY_TERMINAL="osc777")
        screen.send(LOST)
        self.write_in("see\x1b]0;x\x07 this; now", "whatsapp")
        screen.wait_true(lambda seen: "777;notify;Ana;see" in seen.told, "a notification")
        line = self.told(screen)[0]
        self.assertNotRegex(line, r"[\x00-\x1f\x7f]")
        self.assertEqual(line.count(";"), 3, line)

    def test_what_is_open_before_the_eyes_is_not_told(self):
        screen = self.hear(HILO_NOTIFY_CONTENT="yes")
        self.write_in("first")
        screen.wait_for("first")
        screen.key("enter")
        screen.wait_for("To ")
        before = len(self.told(screen))
        self.write_in("second")
        screen.wait_for("second")
        self.write_in("from elsewhere", sender=OTHER_CUSTOMER)
        screen.wait_true(lambda seen: "from elsewhere" in seen.told, "what another customer wrote is told")
        self.assertEqual(len(self.told(screen)), before + 1)
        self.assertNotIn("second", screen.snapshot().told)

    def test_quiet_hours(self):
        now = datetime.datetime.now()
        hours = [(now + datetime.timedelta(minutes=m)).strftime("%H:%M") for m in (-60, 60)]
        screen = self.hear(HILO_NOTIFY_QUIET="-".join(hours), HILO_NOTIFY_BELL="yes")
        screen.send(LOST)
        self.write_in("hush")
        screen.wait_for("hush")
        self.write_in("still hush", sender=OTHER_CUSTOMER)
        screen.wait_for("still hush")
        self.assertEqual(self.told(screen), [])
        self.assertNotIn(b"\x07", screen.output())

    def test_a_bell_and_nothing_else(self):
        screen = self.hear(HILO_NOTIFY_TERMINAL="no", HILO_NOTIFY_BELL="yes")
        screen.send(LOST)
        self.write_in("ring")
        screen.wait_for("ring")
        wait_until(lambda: b"\x07" in screen.output(), "the bell")
        self.assertEqual(self.told(screen), [])

    def test_a_command_gets_the_texts_and_no_shell(self):
        record = self.hilo.home / "record"
        script = self.hilo.home / "tell"
        script.write_text(f'#!/bin/sh\nprintf "%s|%s|%s|%s\\n" "$#" "$1" "$HILO_TITLE" "$HILO_CHANNEL" >>{record}\n')
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        screen = self.hear(
            HILO_NOTIFY_TERMINAL="no", HILO_NOTIFY_COMMAND=f"{script} 'one word'", HILO_NOTIFY_CONTENT="yes"
        )
        screen.send(LOST)
        self.write_in("$(touch pwned)", "whatsapp", ProfileName="`touch pwned`")
        wait_until(record.exists, "the command ran")
        wait_until(lambda: record.read_text().endswith("\n"), "the command wrote")
        self.assertEqual(record.read_text(), "1|one word|`touch pwned`|whatsapp\n")
        self.assertFalse(os.path.exists(self.hilo.home / "pwned"))

    def test_the_title_counts_what_is_unread(self):
        screen = self.start(carrier=None)
        self.write_in("one")
        screen.wait_true(lambda seen: re.search(r"\(1\)", seen.title), "the title counts")

    def test_no_title_where_it_is_off(self):
        screen = self.start(carrier=None, HILO_TITLE="no")
        self.write_in("one")
        screen.wait_for("one")
        self.assertEqual(screen.snapshot().title, "")
