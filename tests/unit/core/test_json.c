/* SPDX-License-Identifier: MIT */
/* What cJSON alone would let pass is refused, what RFC 8259 allows is read, and what is written reads back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/json.h"
#include "core/strbuf.h"
#include "vector_file.h"

enum { DEPTH = 16 };

struct text_row {
	const char *name;
	const char *text;
	size_t len;
};

#define TEXT(text) text, sizeof text - 1

static const struct text_row bad_rows[] = {
	{ "nothing", TEXT("") },
	{ "blanks alone", TEXT(" \n") },
	{ "bytes FF FE", TEXT("{\"a\":\"\xFF\xFE\"}") },
	{ "overlong C0 AF", TEXT("{\"a\":\"\xC0\xAF\"}") },
	{ "surrogate in UTF-8", TEXT("{\"a\":\"\xED\xA0\x80\"}") },
	{ "cut character", TEXT("\"\xC3") },
	{ "not UTF-8 between values", TEXT("{\"a\":1}\xA0") },
	{ "raw newline in a string", TEXT("{\"a\":\"b\nc\"}") },
	{ "raw tab in a string", TEXT("{\"a\":\"b\tc\"}") },
	{ "raw escape in a key", TEXT("{\"\x1b[\":1}") },
	{ "escaped NUL", TEXT("{\"a\":\"b\\u0000c\"}") },
	{ "escaped NUL in a key", TEXT("{\"a\\u0000b\":1}") },
	{ "raw NUL in a string", TEXT("{\"a\":\"b\0c\"}") },
	{ "raw NUL after the value", TEXT("{\"a\":1}\0") },
	{ "raw NUL before the value", TEXT("\0{}") },
	{ "raw NUL between members", TEXT("{\"a\":1,\0\"b\":2}") },
	{ "raw NUL in an escape", TEXT("\"\\\0\"") },
	{ "raw NUL in a \\u escape", TEXT("\"\\u00\0" "41\"") },
	{ "byte-order mark", TEXT("\xEF\xBB\xBF{\"a\":1}") },
	{ "text after the value", TEXT("{\"a\":1} x") },
	{ "second object", TEXT("{\"a\":1}{\"b\":2}") },
	{ "second value", TEXT("1 2") },
	{ "trailing comma", TEXT("{\"a\":1},") },
	{ "repeated key", TEXT("{\"a\":1,\"b\":2,\"a\":3}") },
	{ "repeated key, spelled with an escape", TEXT("{\"a\":1,\"\\u0061\":2}") },
	{ "repeated key inside", TEXT("[{\"x\":{\"k\":1,\"k\":1}}]") },
	{ "zeros before a number", TEXT("0012") },
	{ "minus and zeros", TEXT("-01") },
	{ "number that ends in a point", TEXT("1.") },
	{ "number that begins with a point", TEXT(".5") },
	{ "point before the exponent", TEXT("1.e5") },
	{ "exponent without digits", TEXT("1e") },
	{ "exponent with a sign alone", TEXT("1e+") },
	{ "plus", TEXT("+1") },
	{ "minus alone", TEXT("-") },
	{ "two numbers in one", TEXT("[1-2]") },
	{ "hexadecimal", TEXT("0x10") },
	{ "infinite by size", TEXT("1e999") },
	{ "infinite inside", TEXT("{\"a\":[-1e999]}") },
	{ "NaN", TEXT("NaN") },
	{ "Infinity", TEXT("-Infinity") },
	{ "number of 70 digits", TEXT("1234567890123456789012345678901234567890123456789012345678901234567890") },
	{ "lone high surrogate", TEXT("\"\\ud83d\"") },
	{ "lone high surrogate before text", TEXT("\"\\ud83dx12345\"") },
	{ "two high surrogates", TEXT("\"\\ud83d\\ud83d\"") },
	{ "lone low surrogate", TEXT("\"\\udc4d\"") },
	{ "two low surrogates", TEXT("\"\\udc4d\\udc4d\"") },
	{ "high surrogate before U+E000", TEXT("\"\\ud83d\\ue000\"") },
	{ "pair in the wrong order", TEXT("\"\\udc4d\\ud83d\"") },
	{ "short escape", TEXT("\"\\u12\"") },
	{ "escape that is no digit", TEXT("\"\\u12g4\"") },
	{ "unknown escape", TEXT("\"\\x41\"") },
	{ "backslash at the end", TEXT("\"\\") },
	{ "string without end", TEXT("\"abc") },
	{ "single quotes", TEXT("{'a':1}") },
	{ "key without quotes", TEXT("{a:1}") },
	{ "key without value", TEXT("{\"a\"}") },
	{ "no value after the colon", TEXT("{\"a\":}") },
	{ "comma before the end of an object", TEXT("{\"a\":1,}") },
	{ "comma before the end of an array", TEXT("[1,]") },
	{ "comma first", TEXT("[,1]") },
	{ "no comma", TEXT("[1 2]") },
	{ "wrong bracket", TEXT("[1}") },
	{ "no closing bracket", TEXT("{\"a\":[1,2") },
	{ "comment", TEXT("{/*x*/\"a\":1}") },
	{ "word in capitals", TEXT("True") },
	{ "longer word", TEXT("nullx") },
	{ "shorter word", TEXT("tru") },
	{ "form feed as a blank", TEXT("{\f\"a\":1}") },
	{ "control character as a blank", TEXT("{\x01\"a\":1}") },
	{ "no-break space as a blank", TEXT("[\xC2\xA0" "1]") },
};

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad_rows / sizeof bad_rows[0]; i++) {
		const struct text_row *row = &bad_rows[i];
		struct err err = { "" };
		struct json *value = (struct json *)&err;

		check_row(row->name, json_parse(row->text, row->len, DEPTH, &value, &err) == STATUS_INVALID);
		check_row(row->name, value == NULL);
		check_row(row->name, err.text[0] != '\0' && err.text[strlen(err.text) - 1] == '.');
	}
}

/* The sentence says where, counted from 0, and why. */
static void
test_sentences(void **state)
{
	static const char *const rows[][2] = {
		{ "\xEF\xBB\xBF{}", "at byte 0: it begins with a byte-order mark." },
		{ "{\"a\":1,}", "at byte 7: a key in quotes is missing." },
		{ "[[[]]]", "at byte 2: it is nested too deeply." },
		{ "{} {}", "at byte 3: there is text after the value." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct json *value;
		struct err err;

		assert_int_equal(json_parse(rows[i][0], strlen(rows[i][0]), 2, &value, &err), STATUS_INVALID);
		check_row(rows[i][0], strstr(err.text, rows[i][1]) != NULL);
	}
}

static const struct text_row good_rows[] = {
	{ "object", TEXT("{}") },
	{ "array with blanks around", TEXT(" \t\r\n[ ] \n") },
	{ "number", TEXT("-0.5e+10") },
	{ "zero", TEXT("0") },
	{ "word", TEXT("false") },
	{ "escapes", TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\udc4d\"") },
	{ "keys that differ in case", TEXT("{\"a\":1,\"A\":2}") },
	{ "keys that differ in normalisation", TEXT("{\"\xC3\xA9\":1,\"e\xCC\x81\":2}") },
	{ "the same key on two levels", TEXT("{\"a\":{\"a\":1},\"b\":{\"a\":1}}") },
	{ "DEL and U+2028 need no escape", TEXT("\"\x7F\xE2\x80\xA8\"") },
	{ "empty key", TEXT("{\"\":1}") },
	{ "number of 63 bytes", TEXT("0.1234567890123456789012345678901234567890123456789012345678901") },
	{ "tiny number", TEXT("1e-999") },
};

static void
test_accepted(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good_rows / sizeof good_rows[0]; i++) {
		const struct text_row *row = &good_rows[i];
		struct json *value;

		check_row(row->name, json_parse(row->text, row->len, DEPTH, &value, NULL) == STATUS_OK);
		json_free(value);
	}
}

/* The text is a piece of a longer buffer: nothing after `len` may be read. */
static void
test_length_is_kept(void **state)
{
	struct json *value;
	int64_t number;

	(void)state;
	assert_int_equal(json_parse("12345", 2, DEPTH, &value, NULL), STATUS_OK);
	assert_true(json_integer(value, &number));
	assert_int_equal(number, 12);
	json_free(value);
	assert_int_equal(json_parse("nullx", 4, DEPTH, &value, NULL), STATUS_OK);
	json_free(value);
	assert_int_equal(json_parse("null", 3, DEPTH, &value, NULL), STATUS_INVALID);
}

static void
nest(char *text, size_t depth, const char *open, const char *close)
{
	text[0] = '\0';
	for (size_t i = 0; i < depth; i++)
		memcpy(text + i * strlen(open), open, strlen(open) + 1);
	for (size_t i = 0; i < depth; i++)
		memcpy(text + depth * strlen(open) + i, close, 2);
}

static void
test_depth(void **state)
{
	struct json *value;
	char text[8192];

	(void)state;
	nest(text, DEPTH, "[", "]");
	assert_int_equal(json_parse(text, strlen(text), DEPTH, &value, NULL), STATUS_OK);
	json_free(value);
	nest(text, DEPTH + 1, "[", "]");
	assert_int_equal(json_parse(text, strlen(text), DEPTH, &value, NULL), STATUS_INVALID);
	nest(text, 2000, "[", "]");
	assert_int_equal(json_parse(text, strlen(text), DEPTH, &value, NULL), STATUS_INVALID);
	assert_int_equal(json_parse("[[],[],[[]]]", 12, 3, &value, NULL), STATUS_OK);
	json_free(value);
	assert_int_equal(json_parse("{\"a\":{\"b\":{}}}", 14, 2, &value, NULL), STATUS_INVALID);
	assert_int_equal(json_parse("1", 1, 0, &value, NULL), STATUS_OK);
	json_free(value);
	assert_int_equal(json_parse("[]", 2, 0, &value, NULL), STATUS_INVALID);
}

static void
test_reading(void **state)
{
	static const char text[] = "{\"message\":\"\\u00bfQu\\u00e9?\",\"n\":7,\"yes\":true,\"no\":false,\"nil\":null,"
				   "\"list\":[1,\"two\",{\"three\":3}]}";
	struct json *value, *list;
	int64_t number;
	bool flag;

	(void)state;
	assert_int_equal(json_parse(text, strlen(text), DEPTH, &value, NULL), STATUS_OK);
	assert_true(json_is_object(value) && !json_is_array(value) && !json_is_null(value));
	assert_string_equal(json_string(json_get(value, "message")), "¿Qué?");
	/* cJSON's own getter would take these for the same key. */
	assert_null(json_get(value, "Message"));
	assert_null(json_get(value, "mess"));
	assert_null(json_string(json_get(value, "n")));
	assert_true(json_boolean(json_get(value, "yes"), &flag) && flag);
	assert_true(json_boolean(json_get(value, "no"), &flag) && !flag);
	assert_false(json_boolean(json_get(value, "nil"), &flag));
	assert_false(json_boolean(json_get(value, "n"), &flag));
	assert_true(json_is_null(json_get(value, "nil")));
	assert_false(json_is_null(json_get(value, "absent")));
	assert_int_equal(json_count(value), 6);
	assert_string_equal(json_name(json_at(value, 1)), "n");
	list = json_get(value, "list");
	assert_true(json_is_array(list));
	assert_int_equal(json_count(list), 3);
	assert_null(json_at(list, 3));
	assert_null(json_name(json_at(list, 0)));
	assert_null(json_get(list, "two"));
	assert_string_equal(json_string(json_next(json_at(list, 0))), "two");
	assert_null(json_next(json_at(list, 2)));
	assert_true(json_integer(json_get(json_at(list, 2), "three"), &number) && number == 3);
	json_free(value);
}

/* Callers chain these without asking each time. */
static void
test_reading_nothing(void **state)
{
	int64_t number;
	bool flag;

	(void)state;
	assert_null(json_get(NULL, "a"));
	assert_null(json_at(NULL, 0));
	assert_null(json_next(NULL));
	assert_null(json_name(NULL));
	assert_null(json_string(NULL));
	assert_int_equal(json_count(NULL), 0);
	assert_false(json_integer(NULL, &number));
	assert_false(json_boolean(NULL, &flag));
	assert_false(json_is_object(NULL) || json_is_array(NULL) || json_is_null(NULL));
	json_free(NULL);
}

struct integer_row {
	const char *text;
	bool is_integer;
	int64_t number;
};

static const struct integer_row integer_rows[] = {
	{ "0", true, 0 },
	{ "-0", true, 0 },
	{ "7", true, 7 },
	{ "-2147483649", true, INT64_C(-2147483649) },
	{ "1700000000000", true, INT64_C(1700000000000) },
	{ "9007199254740992", true, INT64_C(9007199254740992) },
	{ "-9007199254740992", true, INT64_C(-9007199254740992) },
	{ "1e3", true, 1000 },
	{ "2.0", true, 2 },
	{ "9007199254740994", false, 0 },
	{ "1e300", false, 0 },
	{ "1.5", false, 0 },
	{ "\"1\"", false, 0 },
	{ "true", false, 0 },
	{ "null", false, 0 },
	{ "[1]", false, 0 },
};

static void
test_integers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof integer_rows / sizeof integer_rows[0]; i++) {
		const struct integer_row *row = &integer_rows[i];
		struct json *value;
		int64_t number = 0;

		check_row(row->text, json_parse(row->text, strlen(row->text), DEPTH, &value, NULL) == STATUS_OK);
		check_row(row->text, json_integer(value, &number) == row->is_integer);
		check_row(row->text, number == row->number);
		json_free(value);
	}
}

static void
test_building(void **state)
{
	struct json *object = json_new_object(), *list, *inner = json_new_array();
	char *text;

	(void)state;
	assert_non_null(json_add_string(object, "s", "a\"b\\c\n\x01é👍/"));
	assert_non_null(json_add_string(object, "none", NULL));
	assert_non_null(json_add_string(object, "bad", "x\xFFy"));
	assert_non_null(json_add_integer(object, "n", INT64_C(1700000000123)));
	assert_non_null(json_add_integer(object, "minus", -5));
	assert_non_null(json_add_boolean(object, "t", true));
	assert_non_null(json_add_boolean(object, "f", false));
	assert_non_null(json_add_null(object, "nil"));
	list = json_add_array(object, "list");
	assert_non_null(json_push_string(list, "one"));
	assert_non_null(json_push_string(list, NULL));
	assert_non_null(json_add_integer(json_push_object(list), "x", 1));
	assert_non_null(json_add_string(json_add_object(object, "o"), "k", "v"));
	assert_ptr_equal(json_add_value(object, "inner", inner), inner);
	text = json_print(object);
	assert_string_equal(text, "{\"s\":\"a\\\"b\\\\c\\n\\u0001é👍/\",\"none\":null,\"bad\":\"x\xEF\xBF\xBDy\","
				  "\"n\":1700000000123,\"minus\":-5,\"t\":true,\"f\":false,\"nil\":null,"
				  "\"list\":[\"one\",null,{\"x\":1}],\"o\":{\"k\":\"v\"},\"inner\":[]}");
	free(text);
	json_free(object);
}

/* No exponent and no rounding at any size: readers elsewhere take ids for integers. */
static void
test_building_integers(void **state)
{
	struct json *object = json_new_object();
	char *text;

	(void)state;
	json_add_integer(object, "a", INT64_C(999999999999999));
	json_add_integer(object, "b", INT64_C(1000000000000000));
	json_add_integer(object, "c", INT64_C(9007199254740993));
	json_add_integer(object, "d", INT64_MIN);
	text = json_print(object);
	assert_string_equal(text, "{\"a\":999999999999999,\"b\":1000000000000000,\"c\":9007199254740993,"
				  "\"d\":-9223372036854775808}");
	free(text);
	json_free(object);
}

static void
test_building_on_nothing(void **state)
{
	(void)state;
	assert_null(json_add_string(NULL, "a", "b"));
	assert_null(json_push_object(NULL));
	assert_null(json_add_value(NULL, "a", json_new_object()));
}

/* A body of many small members may not cost the square of their number. */
static void
test_many_members(void **state)
{
	struct strbuf text;
	struct json *value;

	(void)state;
	strbuf_init(&text, 4 << 20);
	strbuf_add_char(&text, '{');
	for (int i = 0; i < 200000; i++)
		strbuf_add_format(&text, "%s\"k%d\":0", i > 0 ? "," : "", i);
	strbuf_add_char(&text, '}');
	assert_int_equal(json_parse(text.data, text.len, DEPTH, &value, NULL), STATUS_OK);
	assert_int_equal(json_count(value), 200000);
	json_free(value);
	strbuf_release(&text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_length_is_kept),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_reading),
		cmocka_unit_test(test_reading_nothing),
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_building),
		cmocka_unit_test(test_building_integers),
		cmocka_unit_test(test_building_on_nothing),
		cmocka_unit_test(test_many_members),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
