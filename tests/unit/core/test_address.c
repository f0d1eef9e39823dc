/* SPDX-License-Identifier: MIT */
/* What is taken, what is refused, and which spellings are one line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/address.h"
#include "vector_file.h"

enum { TYPED, INBOUND };

struct good_row {
	const char *name;
	enum channel channel;
	bool inbound;
	const char *written;
	enum address_kind kind;
	const char *text;
	const char *canonical; /* NULL: as text */
};

static const struct good_row good_rows[] = {
	{ "E.164", CHANNEL_SMS, TYPED, "+525512345678", ADDRESS_PHONE, "+525512345678", NULL },
	{ "Mexico as WhatsApp has it", CHANNEL_WHATSAPP, INBOUND, "whatsapp:+5215512345678", ADDRESS_PHONE,
	  "+5215512345678", "+525512345678" },
	{ "Mexico as SMS has it", CHANNEL_SMS, INBOUND, "+525512345678", ADDRESS_PHONE, "+525512345678", NULL },
	{ "Mexico by SMS with the 1", CHANNEL_SMS, INBOUND, "+5215512345678", ADDRESS_PHONE, "+5215512345678",
	  "+525512345678" },
	{ "Mexico, one digit short, is left alone", CHANNEL_SMS, INBOUND, "+521551234567", ADDRESS_PHONE,
	  "+521551234567", NULL },
	{ "Argentina with the 9", CHANNEL_WHATSAPP, INBOUND, "whatsapp:+5491123456789", ADDRESS_PHONE,
	  "+5491123456789", "+541123456789" },
	{ "Argentina without", CHANNEL_SMS, INBOUND, "+541123456789", ADDRESS_PHONE, "+541123456789", NULL },
	{ "Brazil without the ninth digit", CHANNEL_WHATSAPP, INBOUND, "whatsapp:+553188765432", ADDRESS_PHONE,
	  "+553188765432", "+5531988765432" },
	{ "Brazil with it", CHANNEL_SMS, INBOUND, "+5531988765432", ADDRESS_PHONE, "+5531988765432", NULL },
	{ "Brazil, old number with 6", CHANNEL_SMS, INBOUND, "+551161234567", ADDRESS_PHONE, "+551161234567",
	  "+5511961234567" },
	{ "Brazil, landline with 5", CHANNEL_SMS, INBOUND, "+551151234567", ADDRESS_PHONE, "+551151234567", NULL },
	{ "Brazil, new mobile with 95 is no landline", CHANNEL_SMS, INBOUND, "+5511951234567", ADDRESS_PHONE,
	  "+5511951234567", NULL },
	{ "another country with the same digits", CHANNEL_SMS, INBOUND, "+15215512345", ADDRESS_PHONE,
	  "+15215512345", NULL },
	{ "as people write", CHANNEL_SMS, TYPED, " +52 (55) 1234-5678\n", ADDRESS_PHONE, "+525512345678", NULL },
	{ "dots and slash", CHANNEL_WHATSAPP, TYPED, "+49.30/123456", ADDRESS_PHONE, "+4930123456", NULL },
	{ "copied with marks and no-break blanks", CHANNEL_SMS, TYPED,
	  "\xE2\x80\xAA+52\xC2\xA0" "55\xE2\x80\x91" "1234 5678\xE2\x80\xAC", ADDRESS_PHONE, "+525512345678", NULL },
	{ "WhatsApp without prefix", CHANNEL_WHATSAPP, TYPED, "+5215512345678", ADDRESS_PHONE, "+5215512345678",
	  "+525512345678" },
	{ "prefix in capitals, blanks after it", CHANNEL_WHATSAPP, TYPED, "WhatsApp: +52 55 1234 5678", ADDRESS_PHONE,
	  "+525512345678", NULL },
	{ "15 digits", CHANNEL_SMS, TYPED, "+123456789012345", ADDRESS_PHONE, "+123456789012345", NULL },
	{ "7 digits", CHANNEL_SMS, TYPED, "+2901234", ADDRESS_PHONE, "+2901234", NULL },
	{ "3 digits from the carrier", CHANNEL_SMS, INBOUND, "+123", ADDRESS_PHONE, "+123", NULL },
	{ "short code", CHANNEL_SMS, INBOUND, "12345", ADDRESS_PHONE, "12345", NULL },
	{ "short code of 8", CHANNEL_SMS, INBOUND, "12345678", ADDRESS_PHONE, "12345678", NULL },
	{ "sender name", CHANNEL_SMS, INBOUND, "Banco-Uno 1", ADDRESS_PHONE, "Banco-Uno 1", NULL },
	{ "sender name of digits and one letter", CHANNEL_SMS, INBOUND, "24h", ADDRESS_PHONE, "24h", NULL },
	{ "WhatsApp user", CHANNEL_WHATSAPP, INBOUND, "whatsapp:MX.1a2B3c", ADDRESS_WHATSAPP_USER, "MX.1a2B3c", NULL },
	{ "WhatsApp user, typed", CHANNEL_WHATSAPP, TYPED, "BR.9", ADDRESS_WHATSAPP_USER, "BR.9", NULL },
	{ "mail", CHANNEL_EMAIL, TYPED, " Ana.Ruiz+X@Example.COM ", ADDRESS_EMAIL, "Ana.Ruiz+X@Example.COM",
	  "ana.ruiz+x@example.com" },
	{ "mail with apostrophe", CHANNEL_EMAIL, INBOUND, "o'brien@mail.example", ADDRESS_EMAIL,
	  "o'brien@mail.example", NULL },
	{ "mail from inside", CHANNEL_EMAIL, INBOUND, "root@localhost", ADDRESS_EMAIL, "root@localhost", NULL },
	{ "mail in UTF-8", CHANNEL_EMAIL, TYPED, "josé@correo.españa", ADDRESS_EMAIL, "josé@correo.españa", NULL },
};

static void
test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good_rows / sizeof good_rows[0]; i++) {
		const struct good_row *row = &good_rows[i];
		const char *canonical = row->canonical != NULL ? row->canonical : row->text;
		struct err err = { "" };
		struct address address;

		check_row(row->name,
			  address_parse(row->channel, row->written, row->inbound, &address, &err) == STATUS_OK);
		check_row(row->name, address.kind == row->kind);
		check_row(row->name, strcmp(address.text, row->text) == 0);
		check_row(row->name, strcmp(address.canonical, canonical) == 0);
		check_row(row->name, err.text[0] == '\0');
	}
}

struct bad_row {
	const char *name;
	enum channel channel;
	bool inbound;
	const char *written;
};

static const struct bad_row bad_rows[] = {
	{ "nothing", CHANNEL_SMS, INBOUND, "" },
	{ "no pointer", CHANNEL_SMS, INBOUND, NULL },
	{ "blanks", CHANNEL_SMS, TYPED, " \t" },
	{ "plus alone", CHANNEL_SMS, INBOUND, "+" },
	{ "without plus", CHANNEL_SMS, TYPED, "5512345678" },
	{ "without plus from the carrier", CHANNEL_SMS, INBOUND, "525512345678" },
	{ "00 in place of plus", CHANNEL_SMS, TYPED, "00525512345678" },
	{ "country 0", CHANNEL_SMS, TYPED, "+05512345678" },
	{ "16 digits", CHANNEL_SMS, INBOUND, "+1234567890123456" },
	{ "6 digits typed", CHANNEL_SMS, TYPED, "+123456" },
	{ "two pluses", CHANNEL_SMS, TYPED, "++525512345678" },
	{ "plus in the middle", CHANNEL_SMS, TYPED, "+5255+12345678" },
	{ "digit before the plus", CHANNEL_SMS, TYPED, "1+525512345678" },
	{ "letter", CHANNEL_SMS, TYPED, "+52551234567a" },
	{ "extension", CHANNEL_SMS, TYPED, "+525512345678,12" },
	{ "line end inside", CHANNEL_SMS, TYPED, "+5255\n12345678" },
	{ "Arabic digits", CHANNEL_SMS, TYPED, "+٥٢٥٥١٢٣٤٥٦٧٨" },
	{ "full-width plus", CHANNEL_SMS, TYPED, "＋525512345678" },
	{ "two numbers", CHANNEL_SMS, TYPED, "+525512345678 +525512345679" },
	{ "WhatsApp address by SMS", CHANNEL_SMS, INBOUND, "whatsapp:+525512345678" },
	{ "short code typed", CHANNEL_SMS, TYPED, "12345" },
	{ "short code of 2", CHANNEL_SMS, INBOUND, "12" },
	{ "short code of 9", CHANNEL_SMS, INBOUND, "123456789" },
	{ "short code on WhatsApp", CHANNEL_WHATSAPP, INBOUND, "whatsapp:12345" },
	{ "sender name typed", CHANNEL_SMS, TYPED, "BancoUno" },
	{ "sender name of 12", CHANNEL_SMS, INBOUND, "BancoUnoDos1" },
	{ "sender name with quotes", CHANNEL_SMS, INBOUND, "Banco\"Uno" },
	{ "sender name with an escape", CHANNEL_SMS, INBOUND, "Ban\x1b[2Jco" },
	{ "sender name on WhatsApp", CHANNEL_WHATSAPP, INBOUND, "whatsapp:Banco" },
	{ "prefix alone", CHANNEL_WHATSAPP, INBOUND, "whatsapp:" },
	{ "prefix twice", CHANNEL_WHATSAPP, INBOUND, "whatsapp:whatsapp:+525512345678" },
	{ "other prefix", CHANNEL_WHATSAPP, INBOUND, "messenger:+525512345678" },
	{ "user without id", CHANNEL_WHATSAPP, INBOUND, "whatsapp:MX." },
	{ "user with small country", CHANNEL_WHATSAPP, INBOUND, "whatsapp:mx.12" },
	{ "user with long country", CHANNEL_WHATSAPP, INBOUND, "whatsapp:MEX.12" },
	{ "user with a dash", CHANNEL_WHATSAPP, INBOUND, "whatsapp:MX.1-2" },
	{ "user by SMS", CHANNEL_SMS, TYPED, "MX.12" },
	{ "mail by SMS", CHANNEL_SMS, INBOUND, "ana@example.com" },
	{ "number by mail", CHANNEL_EMAIL, INBOUND, "+525512345678" },
	{ "mail without name", CHANNEL_EMAIL, INBOUND, "@example.com" },
	{ "mail without domain", CHANNEL_EMAIL, INBOUND, "ana@" },
	{ "two at signs", CHANNEL_EMAIL, INBOUND, "ana@b@example.com" },
	{ "mail with a name", CHANNEL_EMAIL, INBOUND, "Ana <ana@example.com>" },
	{ "two mails", CHANNEL_EMAIL, TYPED, "ana@example.com,eva@example.com" },
	{ "header injection", CHANNEL_EMAIL, INBOUND, "ana@example.com\r\nBcc: eva@example.com" },
	{ "line end in the local part", CHANNEL_EMAIL, INBOUND, "ana\n@example.com" },
	{ "domain without dot, typed", CHANNEL_EMAIL, TYPED, "ana@gmail" },
	{ "two dots in the domain", CHANNEL_EMAIL, INBOUND, "ana@example..com" },
	{ "dot first in the domain", CHANNEL_EMAIL, INBOUND, "ana@.example.com" },
	{ "dot last in the domain", CHANNEL_EMAIL, INBOUND, "ana@example.com." },
	{ "dash first in a label", CHANNEL_EMAIL, INBOUND, "ana@-example.com" },
	{ "dash last in a label", CHANNEL_EMAIL, INBOUND, "ana@example-.com" },
	{ "local part that looks like an option", CHANNEL_EMAIL, INBOUND, "-oQ/tmp@example.com" },
	{ "dot first in the local part", CHANNEL_EMAIL, INBOUND, ".ana@example.com" },
	{ "dot last in the local part", CHANNEL_EMAIL, INBOUND, "ana.@example.com" },
	{ "blank in the local part", CHANNEL_EMAIL, INBOUND, "ana ruiz@example.com" },
	{ "quoted local part", CHANNEL_EMAIL, INBOUND, "\"ana\"@example.com" },
	{ "mail that is not UTF-8", CHANNEL_EMAIL, INBOUND, "jos\xE9@example.com" },
	{ "address literal", CHANNEL_EMAIL, INBOUND, "ana@[127.0.0.1]" },
};

static void
test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad_rows / sizeof bad_rows[0]; i++) {
		const struct bad_row *row = &bad_rows[i];
		struct err err = { "" };
		struct address address;

		check_row(row->name,
			  address_parse(row->channel, row->written, row->inbound, &address, &err) == STATUS_INVALID);
		check_row(row->name, err.text[0] != '\0' && err.text[strlen(err.text) - 1] == '.');
	}
}

/* Fills `out` with `head`, `count` times 'a', and `tail`. */
static const char *
stretch(char *out, const char *head, size_t count, const char *tail)
{
	memcpy(out, head, strlen(head));
	memset(out + strlen(head), 'a', count);
	memcpy(out + strlen(head) + count, tail, strlen(tail) + 1);
	return out;
}

static void
test_lengths(void **state)
{
	char text[2048], out[ADDRESS_SIZE];
	struct address address;

	(void)state;
	stretch(text, "whatsapp:MX.", 128, "");
	assert_int_equal(address_parse(CHANNEL_WHATSAPP, text, true, &address, NULL), STATUS_OK);
	assert_string_equal(address_for_carrier(CHANNEL_WHATSAPP, address.text, out), text);
	stretch(text, "whatsapp:MX.", 129, "");
	assert_int_equal(address_parse(CHANNEL_WHATSAPP, text, true, &address, NULL), STATUS_INVALID);
	stretch(text, "", 64, "@example.com");
	assert_int_equal(address_parse(CHANNEL_EMAIL, text, true, &address, NULL), STATUS_OK);
	stretch(text, "", 65, "@example.com");
	assert_int_equal(address_parse(CHANNEL_EMAIL, text, true, &address, NULL), STATUS_INVALID);
	stretch(text, "b@", 63, ".example");
	assert_int_equal(address_parse(CHANNEL_EMAIL, text, true, &address, NULL), STATUS_OK);
	stretch(text, "b@", 64, ".example");
	assert_int_equal(address_parse(CHANNEL_EMAIL, text, true, &address, NULL), STATUS_INVALID);
	stretch(text, "b@", 189, "");
	text[50] = text[100] = text[150] = '.';
	assert_int_equal(address_parse(CHANNEL_EMAIL, text, true, &address, NULL), STATUS_OK);
	assert_int_equal(strlen(address.text), ADDRESS_SIZE - 1);
	stretch(text, "b@", 190, "");
	text[50] = text[100] = text[150] = '.';
	assert_int_equal(address_parse(CHANNEL_EMAIL, text, true, &address, NULL), STATUS_INVALID);
}

static void
test_for_carrier(void **state)
{
	char out[ADDRESS_SIZE];

	(void)state;
	assert_string_equal(address_for_carrier(CHANNEL_SMS, "+525512345678", out), "+525512345678");
	assert_string_equal(address_for_carrier(CHANNEL_WHATSAPP, "+5215512345678", out), "whatsapp:+5215512345678");
	assert_string_equal(address_for_carrier(CHANNEL_WHATSAPP, "whatsapp:+5215512345678", out),
			    "whatsapp:+5215512345678");
	assert_string_equal(address_for_carrier(CHANNEL_WHATSAPP, "MX.12", out), "whatsapp:MX.12");
	assert_string_equal(address_for_carrier(CHANNEL_EMAIL, "ana@example.com", out), "ana@example.com");
}

static void
test_kind_names(void **state)
{
	(void)state;
	assert_string_equal(address_kind_name(ADDRESS_PHONE), "phone");
	assert_string_equal(address_kind_name(ADDRESS_EMAIL), "email");
	assert_string_equal(address_kind_name(ADDRESS_WHATSAPP_USER), "whatsapp_user");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),	    cmocka_unit_test(test_bad),	       cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_for_carrier), cmocka_unit_test(test_kind_names),
	};

	return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
