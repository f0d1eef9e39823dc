/* SPDX-License-Identifier: MIT */
/* The vectors of the carrier's calculator, and by hand what it does not say: room left, the culprit, broken text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/json.h"
#include "core/segment.h"
#include "vector_file.h"

static void
check_vector(struct json *vector)
{
	const char *name = json_string(json_get(vector, "name"));
	const char *text = json_string(json_get(vector, "text"));
	const char *encoding = json_string(json_get(vector, "encoding"));
	int64_t segments, units;
	struct sms_count count;
	bool smart;

	check_row(name, json_boolean(json_get(vector, "smart"), &smart));
	check_row(name, json_integer(json_get(vector, "segments"), &segments));
	check_row(name, json_integer(json_get(vector, "units"), &units));
	sms_count(text, strlen(text), smart, &count);
	check_row(name, (count.encoding == SMS_GSM7) == (strcmp(encoding, "GSM-7") == 0));
	check_row(name, count.segments == segments);
	check_row(name, count.units == units);
	check_row(name, (count.encoding == SMS_UCS2) == (count.forces_ucs2 != 0));
}

static void
test_vectors(void **state)
{
	size_t len;
	char *text = vector_file_read("segment_vectors.json", &len);
	struct json *file, *vectors;

	(void)state;
	assert_int_equal(json_parse(text, len, 4, &file, NULL), STATUS_OK);
	vectors = json_get(file, "vectors");
	assert_int_equal(json_count(vectors), 98);
	for (struct json *vector = json_at(vectors, 0); vector != NULL; vector = json_next(vector))
		check_vector(vector);
	json_free(file);
	free(text);
}

struct row {
	const char *name;
	unsigned repeat; /* times `piece` comes before `tail` */
	const char *piece;
	const char *tail;
	unsigned segments;
	unsigned units;
	unsigned left;
	uint32_t culprit;
	size_t culprit_at;
};

static const struct row rows[] = {
	{ "empty", 0, "", "", 1, 0, 160, 0, 0 },
	{ "room in one", 10, "a", "", 1, 10, 150, 0, 0 },
	{ "one full", 160, "a", "", 1, 160, 0, 0, 0 },
	{ "second begun", 161, "a", "", 2, 161, 145, 0, 0 },
	{ "two full", 306, "a", "", 2, 306, 0, 0, 0 },
	{ "extension does not fit the first", 152, "a", "€aaaaaaa", 2, 161, 153 - 9, 0, 0 },
	{ "line end may be cut in two", 152, "a", "\r\naaaaaaaaaaaa", 2, 166, 153 - 13, 0, 0 },
	{ "accent in the middle", 10, "a", "á!", 1, 12, 58, 0xE1, 10 },
	{ "first culprit counts", 3, "ñ", "í👍", 1, 6, 64, 0xED, 6 },
	{ "UCS-2 full", 70, "í", "", 1, 70, 0, 0xED, 0 },
	{ "UCS-2 second begun", 71, "í", "", 2, 71, 63, 0xED, 0 },
	{ "emoji does not fit the first", 66, "í", "👍aaa", 2, 71, 62, 0xED, 0 },
	{ "line end may be cut in two, UCS-2", 66, "í", "\r\naaa", 2, 71, 63, 0xED, 0 },
	{ "cluster far behind stays together", 133, "í", "e\xCC\x81", 3, 135, 65, 0xED, 0 },
	{ "families stay together", 60, "👨‍👩‍👧‍👦", "", 10, 660, 1, 0x1F468, 0 },
	{ "flags stay together", 200, "🇲🇽", "", 13, 800, 35, 0x1F1F2, 0 },
	{ "malformed bytes are U+FFFD", 2, "a\xFF", "", 1, 4, 66, 0xFFFD, 1 },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *row = &rows[i];
		struct sms_count count;
		char text[2048] = "";
		size_t len = 0;

		for (unsigned n = 0; n < row->repeat; n++)
			len += (size_t)snprintf(text + len, sizeof text - len, "%s", row->piece);
		len += (size_t)snprintf(text + len, sizeof text - len, "%s", row->tail);
		sms_count(text, len, 0, &count);
		check_row(row->name, count.segments == row->segments);
		check_row(row->name, count.units == row->units);
		check_row(row->name, count.left == row->left);
		check_row(row->name, count.forces_ucs2 == row->culprit);
		check_row(row->name, count.forces_ucs2_at == row->culprit_at);
	}
}

/* One base with 200 combining marks, 201 units: three segments of 67, filled without a gap. */
static void
test_endless_cluster(void **state)
{
	struct sms_count count;
	char text[1 + 2 * 200 + 1] = "a";

	(void)state;
	for (size_t i = 0; i < 200; i++)
		memcpy(text + 1 + 2 * i, "\xCC\x81", 2);
	sms_count(text, sizeof text - 1, 0, &count);
	assert_int_equal(count.units, 201);
	assert_int_equal(count.segments, 3);
	assert_int_equal(count.left, 0);
	sms_count(text, 1 + 2 * 100, 0, &count);
	assert_int_equal(count.units, 101);
	assert_int_equal(count.segments, 2);
	assert_int_equal(count.left, 33);
}

/* The place is that of the text as written, not as it is sent. */
static void
test_smart_culprit(void **state)
{
	static const char text[] = "“…” á";
	struct sms_count count;

	(void)state;
	sms_count(text, strlen(text), 1, &count);
	assert_int_equal(count.forces_ucs2, 0xE1);
	assert_int_equal(count.forces_ucs2_at, 10);
	assert_int_equal(count.units, 7);
	sms_count(text, strlen(text), 0, &count);
	assert_int_equal(count.forces_ucs2, 0x201C);
	assert_int_equal(count.forces_ucs2_at, 0);
	assert_int_equal(count.units, 5);
}

static void
test_length_is_kept(void **state)
{
	struct sms_count count;

	(void)state;
	sms_count("abcá", 3, 0, &count);
	assert_int_equal(count.encoding, SMS_GSM7);
	assert_int_equal(count.units, 3);
	sms_count("abcá", 4, 0, &count);
	assert_int_equal(count.forces_ucs2, 0xFFFD);
	sms_count(NULL, 0, 1, &count);
	assert_int_equal(count.segments, 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),	      cmocka_unit_test(test_rows),
		cmocka_unit_test(test_endless_cluster), cmocka_unit_test(test_smart_culprit),
		cmocka_unit_test(test_length_is_kept),
	};

	return cmocka_run_group_tests_name("segment", tests, NULL, NULL);
}
