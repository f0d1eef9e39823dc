/* SPDX-License-Identifier: MIT */
/* Rows for each way to be malformed; libunistring as an oracle over random bytes; every code point there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistr.h>

#include "core/utf8.h"
#include "hostile_text.h"
#include "vector_file.h"

enum { ROUNDS = 20000, ROOM = 64 };

#define BYTES(text) text, sizeof text - 1

struct row {
	const char *name;
	const char *text;
	size_t len;
	bool valid;
	size_t count;	      /* code points, each malformed byte one */
	const char *repaired; /* NULL: as it is */
};

static const struct row rows[] = {
	{ "empty", BYTES(""), true, 0, NULL },
	{ "ASCII", BYTES("hello"), true, 5, NULL },
	{ "each length", BYTES("a\u00e9\u20ac\U0001f600"), true, 4, NULL },
	{ "NUL is a character", BYTES("a\0b"), true, 3, "a\ufffdb" },
	{ "first of each length", BYTES("\xc2\x80\xe0\xa0\x80\xf0\x90\x80\x80"), true, 3, NULL },
	{ "last before the surrogates", BYTES("\xed\x9f\xbf"), true, 1, NULL },
	{ "first after the surrogates", BYTES("\xee\x80\x80"), true, 1, NULL },
	{ "U+10FFFF", BYTES("\xf4\x8f\xbf\xbf"), true, 1, NULL },
	{ "lone continuation", BYTES("a\x80"), false, 2, "a\ufffd" },
	{ "overlong slash", BYTES("\xc0\xaf"), false, 2, "\ufffd\ufffd" },
	{ "overlong in three", BYTES("\xe0\x9f\xbf"), false, 3, "\ufffd\ufffd\ufffd" },
	{ "overlong in four", BYTES("\xf0\x8f\xbf\xbf"), false, 4, "\ufffd\ufffd\ufffd\ufffd" },
	{ "surrogate", BYTES("\xed\xa0\x80"), false, 3, "\ufffd\ufffd\ufffd" },
	{ "above U+10FFFF", BYTES("\xf4\x90\x80\x80"), false, 4, "\ufffd\ufffd\ufffd\ufffd" },
	{ "five bytes", BYTES("\xf8\x88\x80\x80\x80"), false, 5, "\ufffd\ufffd\ufffd\ufffd\ufffd" },
	{ "cut short at the end", BYTES("x\xe2\x82"), false, 3, "x\ufffd\ufffd" },
	{ "cut short by a letter", BYTES("\xe2\x82z"), false, 3, "\ufffd\ufffdz" },
	{ "cut short by a good character", BYTES("\xf0\x9f\xc3\xa9"), false, 3, "\ufffd\ufffd\u00e9" },
	{ "0xFF and 0xFE", BYTES("\xff\xfe"), false, 2, "\ufffd\ufffd" },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *row = &rows[i];
		char *repaired = utf8_repair(row->text, row->len);

		check_row(row->name, utf8_valid(row->text, row->len) == row->valid);
		check_row(row->name, utf8_count(row->text, row->len) == row->count);
		check_row(row->name, repaired != NULL);
		check_row(row->name, strcmp(repaired, row->repaired ? row->repaired : row->text) == 0);
		free(repaired);
	}
}

static void
test_every_code_point(void **state)
{
	(void)state;
	for (uint32_t code = 0; code <= 0x110000; code++) {
		bool exists = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
		char bytes[4];
		size_t len = utf8_encode(code, bytes);
		uint32_t back = 0;

		assert_true(exists == (len > 0));
		if (!exists)
			continue;
		assert_true(utf8_valid(bytes, len));
		assert_int_equal(utf8_decode(bytes, len, &back), len);
		assert_int_equal(back, code);
		/* One byte less is never a character. */
		if (len > 1) {
			assert_int_equal(utf8_decode(bytes, len - 1, &back), 1);
			assert_int_equal(back, 0xFFFD);
		}
	}
}

static void
test_against_libunistring(void **state)
{
	struct dice dice = { 0x9E3779B97F4A7C15 };

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		char text[ROOM];
		size_t len = hostile_text_fill(&dice, text, 1 + dice_roll(&dice, ROOM));
		char *repaired = utf8_repair(text, len);

		assert_non_null(repaired);
		assert_true(utf8_valid(text, len) == (u8_check((const uint8_t *)text, len) == NULL));
		assert_null(u8_check((const uint8_t *)repaired, strlen(repaired)));
		assert_int_equal(utf8_count(repaired, strlen(repaired)), utf8_count(text, len));
		free(repaired);
	}
}

struct cut_row {
	const char *name;
	const char *text;
	size_t max;
	size_t want;
};

static const struct cut_row cut_rows[] = {
	{ "nothing", "", 0, 0 },
	{ "room for all", "ab", 9, 2 },
	{ "exactly all", "a\u00e9", 3, 3 },
	{ "inside two bytes", "a\u00e9z", 2, 1 },
	{ "after one of four bytes", "\U0001f600z", 1, 0 },
	{ "after two of four bytes", "\U0001f600z", 2, 0 },
	{ "after three of four bytes", "\U0001f600z", 3, 0 },
	{ "after four bytes", "\U0001f600z", 4, 4 },
	{ "malformed bytes are single", "\x80\x80\x80\x80", 2, 2 },
	{ "a head without its tail is single", "\xf0\x9f\x98", 2, 2 },
	{ "tail after a whole character", "\u00e9\x80", 2, 2 },
	{ "no room", "abc", 0, 0 },
};

static void
test_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cut_rows / sizeof cut_rows[0]; i++) {
		const struct cut_row *row = &cut_rows[i];

		check_row(row->name, utf8_cut(row->text, strlen(row->text), row->max) == row->want);
	}
}

/* A cut is a place where stepping from the start arrives, and the last such place. */
static void
test_cut_is_a_boundary(void **state)
{
	struct dice dice = { 7 };

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		char text[ROOM];
		size_t len = hostile_text_fill(&dice, text, ROOM);
		size_t max = dice_roll(&dice, ROOM);
		size_t at = 0, last = 0;
		uint32_t code;

		while (at <= max) {
			last = at;
			if (at == len)
				break;
			at += utf8_decode(text + at, len - at, &code);
		}
		assert_int_equal(utf8_cut(text, len, max), last);
	}
}

static void
test_copy(void **state)
{
	char out[8];

	(void)state;
	assert_string_equal(utf8_copy(out, sizeof out, "short"), "short");
	assert_string_equal(utf8_copy(out, sizeof out, "seven77"), "seven77");
	assert_string_equal(utf8_copy(out, sizeof out, "eight888"), "eight88");
	assert_string_equal(utf8_copy(out, sizeof out, "sixsix\u00e9"), "sixsix");
	assert_string_equal(utf8_copy(out, sizeof out, "four\U0001f600"), "four");
	assert_string_equal(utf8_copy(out, 1, "x"), "");
	out[0] = '!';
	assert_ptr_equal(utf8_copy(out, 0, "x"), out);
	assert_int_equal(out[0], '!');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_every_code_point),
		cmocka_unit_test(test_against_libunistring),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_cut_is_a_boundary),
		cmocka_unit_test(test_copy),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
