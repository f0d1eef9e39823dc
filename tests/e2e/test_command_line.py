# SPDX-License-Identifier: MIT
"""Getting somewhere by typing: the palette, the ":" line with history and aliases, macros, keys of one's own."""

from harness import wait_until
from test_console import OTHER_CUSTOMER, ConsoleTest


class TestPalette(ConsoleTest):
    def test_a_customer_is_found_by_some_letters(self):
        screen = self.start(carrier=None)
        self.write_in("Hola", "whatsapp", ProfileName="María González López")
        self.write_in("hello", sender=OTHER_CUSTOMER)
        screen.wait_for("(?s)hello.*María")
        screen.send("g\x10mglop")
        screen.wait_for(r"Go to: mglop\s+W María González López")
        screen.key("enter")
        screen.wait_for(r"▸WhatsApp María González López")
        screen.send("\x0f")
        screen.wait_for(r"▸SMS \+5215587654321")

    def test_a_command_is_found_by_its_help(self):
        screen = self.start(carrier=None)
        self.write_in("hello")
        screen.wait_for("hello")
        screen.send("\x10most urgent\x15low prior")
        screen.wait_for(r": +(lower-priority|priority)")
        screen.key("esc")
        screen.wait_gone("Go to:")
        screen.send("\x10lower-prio\r")
        screen.wait_for("Priority: low priority")


    def test_the_cursor_is_where_the_next_letter_goes(self):
        screen = self.start(carrier=None)
        screen.wait_for("hilo")
        screen.send("\x10日本é")
        row, found = screen.wait_for(r"Go to: 日本é").find("Go to: ")
        end = found.end() + 5  # two of the letters take two columns each
        screen.wait_true(lambda shot: shot.cursor[:2] == [row, end], "the cursor behind the text")
        screen.send("\x1b[D\x1b[D")
        screen.wait_true(lambda shot: shot.cursor[:2] == [row, end - 3], "the cursor between the letters")
        screen.send("x" * 100)
        screen.wait_true(lambda shot: shot.cursor[0] == row and 70 < shot.cursor[1] < 80, "the cursor in the box")


class TestCommandLine(ConsoleTest):
    def test_lines_come_back_also_after_a_restart(self):
        screen = self.start(carrier=None)
        self.write_in("hello")
        screen.wait_for("hello")
        screen.send(":label vip\r")
        screen.wait_for("Label vip added")
        screen.send(":priority high\r")
        screen.wait_for("Priority: high")
        screen.send(":quit\r")
        self.assertEqual(screen.wait_end().exit, 0)
        again = self.start(carrier=None)
        again.wait_for("hello")
        again.send(":\x1b[A")
        again.wait_for(":quit")
        again.send("\x15la\x1b[A")
        again.wait_for(":label vip")

    def test_several_commands_in_a_line(self):
        screen = self.start(carrier=None)
        self.write_in("hello")
        screen.wait_for("hello")
        screen.send(":label one && priority urgent\r")
        screen.wait_for("‼")

    def test_tab_in_a_view_leaves_the_panes_below_alone(self):
        screen = self.start(carrier=None)
        self.write_in("hello")
        screen.wait_for("hello")
        screen.send("?")
        screen.wait_for("Type to find a command")
        screen.send("\t\tq")
        screen.wait_gone("Type to find a command")
        screen.send("q")  # in the list, where it leaves
        self.assertEqual(screen.wait_end().exit, 0)

    def test_completion_offers_what_is_there(self):
        screen = self.start(carrier=None)
        self.write_in("hello")
        screen.wait_for("hello")
        screen.send(":label important-customer\r")
        screen.wait_for("Label important-customer added")
        screen.send(":label imp\t")
        screen.wait_for(":label important-customer")


class TestConfiguration(ConsoleTest):
    def test_keys_aliases_and_macros(self):
        self.hilo.write_config('[keys]\nlist.x = close\n[aliases]\nvip = label vip && priority high\n'
                               "[macros]\nhurry = '\":priority urgent\" Enter'\n")
        screen = self.start(carrier=None)
        self.write_in("hello")
        screen.wait_for("hello")
        screen.send(":vip\r")
        screen.wait_for("Priority: high")
        screen.send(":play hurry\r")
        screen.wait_for("‼")
        screen.send("x")
        screen.wait_for("Closed")

    def test_what_names_itself_ends(self):
        self.hilo.write_config("[aliases]\nround = round && round\nlabel = label once && label twice\n"
                               "[macros]\nagain = '\":play again\" Enter \":play again\" Enter \":play again\" Enter'\n")
        screen = self.start(carrier=None)
        self.write_in("hello")
        screen.wait_for("hello")
        screen.send(":round\r")
        screen.wait_for('The alias "round" names itself')
        screen.send(":play again\r")
        screen.wait_for('The macro "again" cannot be played')
        screen.send(":label\r")
        wait_until(lambda: self.hilo.value("SELECT count(*) AS it FROM thread_labels") == 2, "two labels")

    def test_what_is_wrong_is_told_at_the_start(self):
        self.hilo.write_config("[keys]\nnowhere.x = close\n")
        screen = self.start(carrier=None)
        screen.wait_for(r"(?s)line 2, \[keys\] nowhere.x.*begin with list")


class TestMacro(ConsoleTest):
    def test_keys_are_recorded_and_played(self):
        screen = self.start(carrier=None)
        self.write_in("first")
        self.write_in("second", sender=OTHER_CUSTOMER)
        screen.wait_for("(?s)second.*first")
        screen.send("g:record done\r")
        screen.wait_for("recording done")
        screen.send(":label done\r")
        screen.wait_for("Label done added")
        screen.send("+jQ")
        screen.wait_for('":play done" plays it')
        screen.send("@done\r")
        self.wait_rows("SELECT count(*) AS it FROM thread_labels", 2)
        self.wait_rows("SELECT count(*) AS it FROM communication_threads WHERE priority = 1", 2)

    def wait_rows(self, sql, count):
        wait_until(lambda: self.hilo.value(sql) == count, sql)
