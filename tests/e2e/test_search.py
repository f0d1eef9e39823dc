# SPDX-License-Identifier: MIT
"""Finding conversations: search as one types, hits, the lists that are always there and those of one's own."""

import pathlib
import subprocess
import sys

from harness import wait_until
from test_console import OTHER_CUSTOMER, ConsoleTest

THIRD = "+5215599887766"
GENERATE = pathlib.Path(__file__).resolve().parents[1] / "bench/generate.py"
# Words of the generated store. Every conversation has to be looked at to know that there is none.
SLOW = "pedido -pedido"


class TestSearch(ConsoleTest):
    def three(self):
        screen = self.start(carrier=None)
        self.write_in("¿Dónde está mi pedido 4711?", "whatsapp", ProfileName="María López")
        self.write_in("The invoice is wrong", sender=OTHER_CUSTOMER)
        self.write_in("Pedido recibido, gracias", sender=THIRD)
        screen.wait_for("(?s)Pedido recibido.*invoice.*María")
        return screen

    def test_it_finds_as_one_types_without_accents(self):
        screen = self.three()
        screen.send("/pedi")
        screen.wait_for(r"(?s)/pedi · 2.*Pedido recibido.*María")
        screen.wait_gone("invoice is wrong")
        screen.send("\x15maria")
        screen.wait_for(r"/maria · 1")
        screen.send("\x15donde esta")
        screen.wait_for(r"(?s)/donde esta · 1.*María")
        screen.key("esc")
        screen.wait_for(r"(?s)All channels · active.*invoice")

    def test_what_was_kept_is_worked_through(self):
        screen = self.three()
        for number in range(40):
            self.write_in(f"other words {number}", sender=THIRD)
        screen.wait_for("other words 39")
        screen.send("/pedido\r")
        screen.wait_for("/pedido · 2")
        screen.send("n")
        seen = screen.wait_for(r"(?s)▸SMS \+5215599887766.*▸.*\n.*Pedido recibido, gracias")
        row, found = seen.find(r"Pedido recibido, gracias")
        column = found.start()
        plain, hit = screen.cell(row, column + len("Pedido r")), screen.cell(row, column)
        self.assertNotEqual((hit["fg"], hit["bg"]), (plain["fg"], plain["bg"]), "the hit stands out")
        screen.send("n")
        screen.wait_for(r"(?s)▸WhatsApp María López.*mi pedido 4711")
        screen.send("n")
        screen.wait_for("Nothing more was found")
        screen.send("N")
        screen.wait_for(r"(?s)▸SMS \+5215599887766.*▸.*\n.*Pedido recibido, gracias")
        screen.send("q\x1b")
        screen.wait_for("▸All channels · active")

    def test_from_place_to_place_in_a_long_conversation(self):
        screen = self.start(carrier=None)
        self.write_in("pedido nuevo", sender=OTHER_CUSTOMER)
        for number in range(130):
            self.write_in(f"pedido {number}" if number % 50 == 0 else f"otra cosa {number}", sender=THIRD)
        screen.wait_for("otra cosa 129")
        screen.send("/pedido\r")
        screen.wait_for("/pedido · 2")
        # Held down: each place counts.
        for keys, place in (("n", "100"), ("n", "50"), ("n", "0"), ("n", "nuevo"), ("N", "0"), ("NN", "100"), ("nnn", "nuevo")):
            screen.send(keys)
            screen.wait_for(rf"▸\d\d:\d\d \+\d+ *\n.*pedido {place}\b")

    def test_phrases_and_escape(self):
        screen = self.three()
        screen.key("end")
        screen.wait_for(r"│ WhatsApp María")
        screen.send('/"is wrong"')
        screen.wait_for(r'(?s)/"is wrong" · 1.*invoice')
        screen.send('\x15"wrong is"')
        screen.wait_for("Nothing was found")
        screen.key("esc")
        screen.wait_for(r"(?s)▸All channels · active.*│ WhatsApp María")

    def test_terms_and_what_is_wrong_with_them(self):
        screen = self.three()
        screen.send("/pedido channel:sms\r")
        screen.wait_for(r"/pedido channel:sms · 1")
        screen.send("/\x15channel:fax")
        screen.wait_for(r"(?s)channel.*sms.*\n/channel:fax")
        screen.send("\x15is:unr\t")
        screen.wait_for("/is:unread")
        screen.key("enter")
        screen.wait_for(r"/is:unread · 3")
        screen.send("/\x15nothing at all\r")
        screen.wait_for("Nothing was found")

    def test_what_comes_meanwhile_is_found_too(self):
        screen = self.three()
        screen.send("/pedido\r")
        screen.wait_for("/pedido · 2")
        self.write_in("otro pedido más", sender=OTHER_CUSTOMER)
        screen.wait_for("/pedido · 3")

    def test_whoever_is_written_to_stays_open(self):
        screen = self.three()
        screen.send("/is:unread\r")
        screen.wait_for("/is:unread · 3")
        screen.send("j\rThe invoice is")
        screen.wait_for(r"(?s)/is:unread · 2.*▸To \+5215587654321.*The invoice is")
        self.write_in("and another one", sender=THIRD)
        screen.wait_for(r"(?s)and another.*▸To \+5215587654321.*The invoice is")
        screen.send(" mended")
        screen.wait_for("The invoice is mended")

    def test_what_was_found_is_marked(self):
        screen = self.three()
        screen.send("/pedido\r")
        screen.wait_for("/pedido · 2")
        screen.send("*")
        screen.wait_for("2 marked")
        screen.send("c")
        wait_until(lambda: self.hilo.value("SELECT count(*) FROM communication_threads WHERE status = 'closed'") == 2, "both are closed")
        screen.send("\x1b")
        seen = screen.wait_for(r"▸All channels · active")
        self.assertIn("invoice", seen.text)
        self.assertNotIn("María", seen.rows[2])

    def test_an_answer_is_written_from_the_results(self):
        screen = self.three()
        screen.send("/invoice\r")
        screen.wait_for("/invoice · 1")
        screen.send("\rWe look at it")
        screen.wait_for(r"(?s)▸To \+5215587654321.*We look at it")


class TestMuch(ConsoleTest):
    def test_typing_goes_on_while_a_slow_search_runs(self):
        self.hilo.database.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, GENERATE, self.hilo.database, "10000", "100000"], check=True)
        screen = self.hilo.console()
        screen.wait_for("Cliente")
        screen.send("/" + SLOW)
        screen.wait_true(lambda seen: SLOW in seen.rows[-1] and "searching" in seen.rows[1], "the search runs")
        # Nothing of another question is shown meanwhile.
        screen.wait_true(lambda seen: not any("Cliente" in row[:30] for row in seen.rows), "the rows before are gone")
        # More letters, answered before the search is: it goes on with them.
        for letter in "abc":
            screen.send(letter)
            seen = screen.wait_true(lambda seen: seen.rows[-1].rstrip().endswith(letter), "the letter is there")  # noqa: B023
            self.assertIn("searching", seen.rows[1])
        screen.send("\x15hotel")
        screen.wait_for(r"(?s)▸/hotel · \d+\+ .*Cliente")
        screen.key("enter")
        # As far down as one wants: page after page.
        screen.key("end")
        before = screen.wait_for(r"▸/hotel · \d+\+")
        screen.key("end")
        screen.wait_true(lambda seen: seen.rows[1] != before.rows[1], "more was found")
        screen.send("/\x15" + SLOW + "\r")
        screen.wait_for("searching")
        screen.key("esc")
        screen.wait_for(r"(?s)▸All channels · active.*Cliente")
        screen.send(":quit\r")
        self.assertEqual(screen.wait_end().exit, 0)


class TestLists(ConsoleTest):
    def test_the_number_keys(self):
        screen = self.start(carrier=None)
        for number, words in enumerate(("first", "second", "third")):
            self.write_in(words, sender=f"+1555000100{number}")
        screen.wait_for("(?s)third.*second.*first")
        screen.send("gA")
        screen.wait_for("Assigned to")
        screen.send("2")
        seen = screen.wait_for(r"(?s)▸Mine · 1.*third")
        self.assertNotIn("second", seen.text)
        screen.send("3")
        seen = screen.wait_for(r"(?s)▸Unassigned · 2.*second.*first")
        self.assertNotIn("third", seen.text)
        screen.send("4")
        screen.wait_for(r"(?s)▸Waiting longest · 3.*first.*second.*third")
        screen.send("gz2h\r")
        screen.wait_for("Put aside")
        screen.send("7")
        screen.wait_for(r"(?s)▸Put aside · 1.*until .*first")
        screen.send("6")
        screen.wait_for("(?s)▸Not delivered · 0.*No conversation here")
        screen.send("8")
        screen.wait_for("▸Spam · 0")
        screen.send("9")
        screen.wait_for("(?s)▸All conversations · 3.*third.*second.*first")
        screen.send("1")
        seen = screen.wait_for(r"(?s)· active.*third.*second")
        self.assertNotIn("first", seen.text)

    def test_a_list_of_ones_own(self):
        self.hilo.write_config("[views]\nfresh = is:unread since:1d\n")
        screen = self.start(carrier=None)
        self.write_in("about the invoice")
        self.write_in("about the weather", sender=OTHER_CUSTOMER)
        screen.wait_for("(?s)weather.*invoice")
        screen.send("Vfresh\r")
        screen.wait_for("/is:unread since:1d · 2")
        screen.send("/\x15invoice\r")
        screen.wait_for("/invoice · 1")
        screen.send(":save-view Bills\r")
        screen.wait_for("Kept")
        screen.send(":quit\r")
        self.assertEqual(screen.wait_end().exit, 0)
        again = self.start(carrier=None)
        again.wait_for("weather")
        again.send("Vbil\t\r")
        again.wait_for("/invoice · 1")
        again.send(":delete-view bil\t\r")
        again.wait_for("gone from your lists")
        again.send(":list-view Bills\r")
        again.wait_for('There is no list "Bills"')

    def test_what_the_list_shows_is_kept_too(self):
        screen = self.start(carrier=None)
        self.write_in("by SMS")
        self.write_in("by WhatsApp", "whatsapp", sender=OTHER_CUSTOMER)
        screen.wait_for("(?s)by WhatsApp.*by SMS")
        screen.send("fu")
        screen.wait_for("WhatsApp · active · unread")
        screen.send(":save-view fresh\r")
        screen.wait_for("Kept")
        screen.send("1:list-view fresh\r")
        seen = screen.wait_for("(?s)/is:active channel:wh.* · 1.*by WhatsApp")
        self.assertNotIn("by SMS", seen.text)
