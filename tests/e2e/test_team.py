# SPDX-License-Identifier: MIT
"""Working together: assignment, labels, priority, snooze, many at once, undo, and who else is there."""

import time

from test_console import ConsoleTest


class TestTeam(ConsoleTest):
    def several(self, count, **more):
        """A console whose list has that many conversations, the newest first."""
        screen = self.start(carrier=None, **more)
        for number in range(count):
            self.write_in(f"question {number}", sender=f"+15550001{number:03}")
        screen.wait_for(f"question {count - 1}")
        return screen

    def threads(self, column):
        return [row["it"] for row in self.hilo.query(f"SELECT {column} AS it FROM communication_threads ORDER BY id")]

    def test_each_action_is_seen_and_taken_back(self):
        screen = self.several(1)
        for keys, shown, column, after, before in (
            (":assign Ana\r", "Assigned to Ana", "assignee_id IS NULL", 0, 1),
            (":label vip\r", "Label vip added", "(SELECT count(*) FROM thread_labels)", 1, 0),
            ("+", "Priority: high", "priority", 1, 0),
            (":snooze reply\r", "until the customer writes", "status", "snoozed", "open"),
            ("c", "Closed", "status", "closed", "open"),
            ("!", "Spam", "status", "spam", "open"),
        ):
            with self.subTest(keys):
                screen.send(keys)
                screen.wait_for(shown)
                self.assertEqual(self.threads(column), [after])
                screen.send("U")
                screen.wait_for("Taken back")
                self.assertEqual(self.threads(column), [before])
                screen.wait_for("question 0")

    def test_many_at_once(self):
        screen = self.several(6)
        screen.key("home")
        screen.send("  ")
        screen.wait_for("2 marked")
        screen.send("jM")
        screen.wait_for("4 marked")
        screen.send("c")
        screen.wait_for(r"4 conversations")
        self.assertEqual(self.threads("status"), ["open"] * 2 + ["closed"] * 4)
        screen.send("U")
        screen.wait_for("Taken back")
        self.assertEqual(self.threads("status"), ["open"] * 6)
        screen.send("*")
        screen.wait_for("6 marked")
        screen.send("\x1b")
        screen.wait_gone("6 marked")

    def test_what_somebody_changed_meanwhile_stays(self):
        screen = self.several(2)
        screen.send("*")
        screen.wait_for("2 marked")
        screen.send("c")
        screen.wait_for("2 conversations")
        self.change("UPDATE communication_threads SET status = 'spam' WHERE id = 1")
        screen.send("U")
        screen.wait_for("1 conversation was changed by somebody")
        self.assertEqual(self.threads("status"), ["spam", "open"])

    def test_a_snooze_ends_when_the_customer_writes(self):
        screen = self.start(carrier=None)
        self.write_in("first")
        screen.wait_for("first")
        screen.send("zreply\r")
        screen.wait_for("Nothing is left here")
        self.write_in("second")
        screen.wait_for("second")
        self.assertEqual(self.threads("status"), ["open"])

    def test_a_snooze_ends_by_itself(self):
        screen = self.start(carrier=None)
        self.write_in("first")
        screen.wait_for("first")
        screen.send("z2h\r")
        screen.wait_for("Nothing is left here")
        self.change("UPDATE communication_threads SET snoozed_until = ?", int(time.time() * 1000) + 500)
        screen.wait_for("first")
        self.assertEqual(self.threads("status"), ["open"])

    def test_who_is_there_is_seen_on_the_other_console(self):
        first = self.several(1, HILO_AGENT="Ana")
        second = self.hilo.console(HILO_AGENT="Luis")
        second.wait_for("question 0")
        first.key("enter")
        second.wait_for("◉Ana")
        first.send("I write")
        second.wait_for("✎Ana")
        second.key("enter")
        second.wait_for("✎ Ana is writing")
        first.wait_for("◉ Luis is here too")
        first.send("\x1b\x1b")
        second.wait_gone("Ana is")
