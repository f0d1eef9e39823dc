# SPDX-License-Identifier: MIT
"""The mouse, where the configuration asks for it: wheel, click, and the divider that is dragged."""

from test_console import OTHER_CUSTOMER, ConsoleTest


def press(row, column, button=0):
    """What a terminal sends for a button at that place (counted from 0)."""
    return f"\x1b[<{button};{column + 1};{row + 1}M"


def release(row, column):
    return f"\x1b[<0;{column + 1};{row + 1}m"


class TestMouse(ConsoleTest):
    def both(self):
        screen = self.start(carrier=None, HILO_MOUSE="yes")
        self.write_in("I am the first")
        self.write_in("I am the second", sender=OTHER_CUSTOMER)
        screen.wait_for("(?s)second.*first")
        return screen

    def test_a_click_chooses_a_conversation_and_a_pane(self):
        screen = self.both()
        screen.send(press(4, 5) + release(4, 5))
        screen.wait_for(r"│ SMS \+5215512345678")
        screen.send(press(23 - 2, 50) + release(23 - 2, 50))
        screen.wait_for(r"▸To \+5215512345678")

    def test_the_wheel_turns_what_it_is_over(self):
        screen = self.both()
        screen.send("g")
        screen.send(press(5, 5, 65))
        screen.wait_for(r"│ SMS \+5215512345678")
        for number in range(30):
            self.write_in(f"line {number}")
        screen.wait_for("line 29")
        screen.send(press(10, 50, 64))
        screen.wait_for("lines below")
        screen.send(press(10, 50, 65))
        screen.wait_gone("lines below")

    def test_the_divider_is_dragged(self):
        screen = self.both()
        before = screen.snapshot().text.splitlines()[5].index("│")
        screen.send(press(5, before) + press(5, before + 8, 32) + release(5, before + 8))
        screen.wait_true(lambda seen: seen.text.splitlines()[5].index("│") == before + 8, "the list is wider")

    def test_a_click_means_nothing_when_it_is_off(self):
        screen = self.start(carrier=None)
        self.write_in("I am the first")
        screen.wait_for("first")
        self.assertNotIn(b"\x1b[?1006h", screen.output())
