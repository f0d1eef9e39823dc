/* SPDX-License-Identifier: MIT */
/* Rows by hand for what is refused, and Python's urllib as an oracle for what is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/form.h"
#include "core/json.h"
#include "vector_file.h"

enum { MANY = 500 };

struct bad_row {
	const char *name;
	const char *body;
	size_t len;
	size_t max_fields;
};

#define BODY(text) text, sizeof text - 1

static const struct bad_row bad_rows[] = {
	{ "percent at the end", BODY("a=%"), MANY },
	{ "one digit at the end", BODY("a=%4"), MANY },
	{ "not a digit", BODY("a=%4g"), MANY },
	{ "digits in the next pair", BODY("a=%&41=b"), MANY },
	{ "percent in a name", BODY("%zz=b"), MANY },
	{ "sign is no digit", BODY("a=%+1"), MANY },
	{ "raw NUL", BODY("a=b\0c"), MANY },
	{ "stray continuation", BODY("a=%80"), MANY },
	{ "overlong slash", BODY("a=%C0%AF"), MANY },
	{ "surrogate", BODY("a=%ED%A0%80"), MANY },
	{ "above U+10FFFF", BODY("a=%F4%90%80%80"), MANY },
	{ "character cut by the pair", BODY("a=%C3&b=%A9"), MANY },
	{ "name is not UTF-8", BODY("%FF=b"), MANY },
	{ "raw byte is not UTF-8", BODY("a=\xFF"), MANY },
	{ "one field too many", BODY("a=1&b=2&c=3"), 2 },
};

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad_rows / sizeof bad_rows[0]; i++) {
		const struct bad_row *row = &bad_rows[i];
		struct err err = { "" };
		struct form form;

		check_row(row->name,
			  form_parse(row->body, row->len, row->max_fields, &form, &err) == STATUS_INVALID);
		check_row(row->name, err.text[0] != '\0');
		check_row(row->name, form.fields == NULL && form.storage == NULL && form.count == 0);
	}
}

static void
test_like_urllib(void **state)
{
	struct json *file, *vectors;
	size_t len;
	char *text = vector_file_read("form_vectors.json", &len);

	(void)state;
	assert_int_equal(json_parse(text, len, 8, &file, NULL), STATUS_OK);
	vectors = json_get(file, "vectors");
	assert_true(json_count(vectors) > 100);
	for (struct json *vector = json_at(vectors, 0); vector != NULL; vector = json_next(vector)) {
		const char *body = json_string(json_get(vector, "body"));
		struct json *pair = json_at(json_get(vector, "fields"), 0);
		struct form form;

		check_row(body, form_parse(body, strlen(body), MANY, &form, NULL) == STATUS_OK);
		check_row(body, form.count == json_count(json_get(vector, "fields")));
		for (size_t i = 0; i < form.count; i++, pair = json_next(pair)) {
			check_row(body, strcmp(form.fields[i].name, json_string(json_at(pair, 0))) == 0);
			check_row(body, strcmp(form.fields[i].value, json_string(json_at(pair, 1))) == 0);
			check_row(body, form.fields[i].name_len == strlen(form.fields[i].name));
			check_row(body, form.fields[i].value_len == strlen(form.fields[i].value));
		}
		check_row(body, !form.holds_nul);
		form_release(&form);
	}
	json_free(file);
	free(text);
}

static void
test_limit_counts_pairs_only(void **state)
{
	struct form form;

	(void)state;
	assert_int_equal(form_parse("&&a=1&&&b=2&", 12, 2, &form, NULL), STATUS_OK);
	assert_int_equal(form.count, 2);
	form_release(&form);
	assert_int_equal(form_parse("", 0, 0, &form, NULL), STATUS_OK);
	assert_int_equal(form.count, 0);
	form_release(&form);
	assert_int_equal(form_parse(NULL, 0, 0, &form, NULL), STATUS_OK);
	form_release(&form);
}

/* The body is a piece of a longer buffer: nothing after `len` may be read. */
static void
test_length_is_kept(void **state)
{
	struct form form;

	(void)state;
	assert_int_equal(form_parse("a=1&b=2%41", 7, 5, &form, NULL), STATUS_OK);
	assert_string_equal(form_get(&form, "b"), "2");
	form_release(&form);
	assert_int_equal(form_parse("a=%41", 4, 5, &form, NULL), STATUS_INVALID);
}

static void
test_get(void **state)
{
	static const char body[] = "Body=first&body=lower&Body=second&Flag&Empty=";
	struct form form;

	(void)state;
	assert_int_equal(form_parse(body, strlen(body), MANY, &form, NULL), STATUS_OK);
	assert_string_equal(form_get(&form, "Body"), "first");
	assert_string_equal(form_get(&form, "body"), "lower");
	assert_string_equal(form_get(&form, "Flag"), "");
	assert_string_equal(form_get(&form, "Empty"), "");
	assert_null(form_get(&form, "Bod"));
	assert_null(form_get(&form, "Body2"));
	assert_null(form_get(&form, ""));
	form_release(&form);
}

/* Such a form can be signed; its text is never handed out cut at the NUL. */
static void
test_escaped_nul(void **state)
{
	struct form form;

	(void)state;
	assert_int_equal(form_parse("Body=a%00b&X=1", 14, MANY, &form, NULL), STATUS_OK);
	assert_true(form.holds_nul);
	assert_int_equal(form.fields[0].value_len, 3);
	assert_memory_equal(form.fields[0].value, "a\0b", 4);
	assert_null(form_get(&form, "Body"));
	assert_string_equal(form_get(&form, "X"), "1");
	form_release(&form);
	assert_int_equal(form_parse("Bo%00dy=a", 9, MANY, &form, NULL), STATUS_OK);
	assert_true(form.holds_nul);
	assert_null(form_get(&form, "Bo"));
	form_release(&form);
}

/* The same of bytes that are no text: only who asks for bytes gets them. */
static void
test_other_bytes_than_utf8(void **state)
{
	struct form form;

	(void)state;
	assert_int_equal(form_parse_bytes("Body=%FF&X=1", 12, MANY, &form, NULL), STATUS_OK);
	assert_true(form.not_utf8);
	assert_int_equal(form.fields[0].value_len, 1);
	assert_memory_equal(form.fields[0].value, "\xFF", 2);
	form_release(&form);
	assert_int_equal(form_parse_bytes("%FF=b", 5, MANY, &form, NULL), STATUS_OK);
	assert_true(form.not_utf8);
	form_release(&form);
	assert_int_equal(form_parse_bytes("Body=%C3%B1", 11, MANY, &form, NULL), STATUS_OK);
	assert_false(form.not_utf8);
	form_release(&form);
	assert_int_equal(form_parse_bytes("a=%4", 4, MANY, &form, NULL), STATUS_INVALID);
}

static void
test_encode(void **state)
{
	struct strbuf out;

	(void)state;
	strbuf_init(&out, 1024);
	form_encode(&out, "To", "+525555550100");
	form_encode(&out, "Body", "¿Qué tal? 100% & a=b\r\n");
	form_encode(&out, "a b", "-._~*'");
	form_encode(&out, "Empty", "");
	assert_string_equal(strbuf_text(&out), "To=%2B525555550100"
					       "&Body=%C2%BFQu%C3%A9%20tal%3F%20100%25%20%26%20a%3Db%0D%0A"
					       "&a%20b=-._~%2A%27&Empty=");
	strbuf_clear(&out);
	form_escape(&out, "a\0b", 3);
	assert_string_equal(strbuf_text(&out), "a%00b");
	strbuf_release(&out);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),	    cmocka_unit_test(test_like_urllib),
		cmocka_unit_test(test_limit_counts_pairs_only), cmocka_unit_test(test_length_is_kept),
		cmocka_unit_test(test_get),	    cmocka_unit_test(test_escaped_nul),
		cmocka_unit_test(test_other_bytes_than_utf8), cmocka_unit_test(test_encode),
	};

	return cmocka_run_group_tests_name("form", tests, NULL, NULL);
}
