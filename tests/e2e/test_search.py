# SPDX-License-Identifier: MIT
"""Finding conversations: search as one types, hits, the lists that are always there and those of one's own."""

from test_console import OTHER_CUSTOMER, ConsoleTest

THIRD = "+5215599887766"


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
        screen.wait_for("Pedido recibido, gracias")
        screen.send("n")
        screen.wait_for(r"(?s)▸WhatsApp María López.*mi pedido 4711")
        screen.send("N")
        screen.wait_for(r"▸SMS \+5215599887766")
        screen.send("q\x1b")
        screen.wait_for("▸All channels · active")

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

    def test_an_answer_is_written_from_the_results(self):
        screen = self.three()
        screen.send("/invoice\r")
        screen.wait_for("/invoice · 1")
        screen.send("\rWe look at it")
        screen.wait_for(r"(?s)▸To \+5215587654321.*We look at it")


class TestLists(ConsoleTest):
    def test_the_number_keys(self):
        screen = self.start(carrier=None)
        for number, words in enumerate(("first", "second", "third")):
            self.write_in(words, sender=f"+1555000100{number}")
        screen.wait_for("(?s)third.*second.*first")
        screen.send("gA")
        screen.wait_for("Assigned to")
        screen.send("2")
        seen = screen.wait_for(r"(?s)· mine.*third")
        self.assertNotIn("second", seen.text)
        screen.send("3")
        seen = screen.wait_for(r"(?s)· unassigned.*second.*first")
        self.assertNotIn("third", seen.text)
        screen.send("4")
        screen.wait_for(r"(?s)· waiting longest.*first.*second.*third")
        screen.send("gz2h\r")
        screen.wait_for("Put aside")
        screen.send("7")
        screen.wait_for(r"(?s)only snoozed.*first")
        screen.send("6")
        screen.wait_for("not delivered")
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
