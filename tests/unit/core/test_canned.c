/* SPDX-License-Identifier: MIT */
/* Canned replies: names, versions, what fits best, and what is filled in. */
#include "store_fixture.h"

#include "core/canned.h"

static int
setup(void **state)
{
	static struct store store;

	store_setup(&store);
	*state = &store;
	return 0;
}

static int
teardown(void **state)
{
	store_teardown(*state);
	return 0;
}

static struct db *
db_of(void **state)
{
	return ((struct store *)*state)->db;
}

static enum status
save(struct db *db, const char *name, const char *channel, const char *language, const char *body)
{
	struct canned canned = { .id = 0 };
	struct err err = { "" };
	enum status status;

	snprintf(canned.name, sizeof canned.name, "%s", name);
	snprintf(canned.channel, sizeof canned.channel, "%s", channel);
	snprintf(canned.language, sizeof canned.language, "%s", language);
	snprintf(canned.body, sizeof canned.body, "%s", body);
	assert_int_equal(db_begin(db, &err), STATUS_OK);
	status = canned_save(db, &canned, NOON, NULL, &err);
	if (status != STATUS_OK) {
		assert_string_not_equal(err.text, "");
		db_rollback(db);
		return status;
	}
	assert_int_equal(db_commit(db, &err), STATUS_OK);
	return status;
}

static void
test_save_refuses(void **state)
{
	static const struct {
		const char *name, *channel, *language, *body;
		enum status expected;
	} rows[] = {
		{ "hello", "", "", "Hello!", STATUS_OK },
		{ "HELLO ", "sms", "es_MX", "¡Hola!", STATUS_OK },
		{ "good bye", "whatsapp", "pt-br", "Tchau", STATUS_OK },
		{ "", "", "", "Hello!", STATUS_INVALID },
		{ "a/b", "", "", "Hello!", STATUS_INVALID },
		{ "a:b", "", "", "Hello!", STATUS_INVALID },
		{ "x", "fax", "", "Hello!", STATUS_INVALID },
		{ "x", "", "e", "Hello!", STATUS_INVALID },
		{ "x", "", "e s", "Hello!", STATUS_INVALID },
		{ "x", "", "12", "Hello!", STATUS_INVALID },
		{ "x", "", "", " \n", STATUS_INVALID },
		{ "x", "", "", "\xff", STATUS_INVALID },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (save(db_of(state), rows[i].name, rows[i].channel, rows[i].language, rows[i].body) != rows[i].expected)
			fail_msg("row %zu, name \"%s\"", i, rows[i].name);
	assert_int_equal(store_number(db_of(state), "SELECT count(*) FROM canned_replies WHERE name = 'hello'"), 2);
	assert_int_equal(store_number(db_of(state), "SELECT count(*) FROM canned_replies WHERE language = 'es-mx'"), 1);
}

static void
test_save_replaces_and_delete(void **state)
{
	struct db *db = db_of(state);
	struct canned canned;
	struct err err = { "" };
	int64_t id;

	assert_int_equal(save(db, "hello", "", "", "one"), STATUS_OK);
	assert_int_equal(save(db, "Hello", "", "", "two"), STATUS_OK);
	id = store_number(db, "SELECT id FROM canned_replies");
	assert_int_equal(canned_get(db, id, &canned, &err), STATUS_OK);
	assert_string_equal(canned.body, "two");
	assert_int_equal(canned_delete(db, id, &err), STATUS_OK);
	assert_int_equal(canned_delete(db, id, &err), STATUS_NOT_FOUND);
	assert_int_equal(canned_get(db, id, &canned, &err), STATUS_NOT_FOUND);
}

static void
test_there_is_a_limit(void **state)
{
	struct db *db = db_of(state);
	char name[32];

	for (int i = 0; i < CANNED_MAX; i++) {
		snprintf(name, sizeof name, "reply-%d", i);
		assert_int_equal(save(db, name, "", "", "text"), STATUS_OK);
	}
	assert_int_equal(save(db, "one-more", "", "", "text"), STATUS_LIMIT);
	assert_int_equal(save(db, "reply-0", "", "", "other text"), STATUS_OK);
	assert_int_equal(store_number(db, "SELECT count(*) FROM canned_replies"), CANNED_MAX);
}

/* Each body says which version it is. */
static void
test_choose(void **state)
{
	static const struct {
		const char *channel, *language;
	} versions[] = { { "", "" }, { "", "es" }, { "whatsapp", "" }, { "whatsapp", "es" }, { "", "es-mx" } };
	static const struct {
		unsigned there; /* bits of versions */
		enum channel channel;
		const char *language, *expected; /* NULL: not found */
	} rows[] = {
		{ 0x1f, CHANNEL_WHATSAPP, "es", "whatsapp/es" },
		{ 0x1f, CHANNEL_WHATSAPP, "es-AR", "whatsapp/es" },
		{ 0x1f, CHANNEL_WHATSAPP, "es_MX", "whatsapp/es" },
		{ 0x17, CHANNEL_WHATSAPP, "es-MX", "whatsapp/" },
		{ 0x1f, CHANNEL_SMS, "es-MX", "/es-mx" },
		{ 0x1f, CHANNEL_SMS, "es", "/es" },
		{ 0x1f, CHANNEL_SMS, "fr", "/" },
		{ 0x0b, CHANNEL_WHATSAPP, "fr", "/" },
		{ 0x07, CHANNEL_WHATSAPP, "es", "whatsapp/" },
		{ 0x03, CHANNEL_WHATSAPP, "es", "/es" },
		{ 0x02, CHANNEL_SMS, "fr", "/es" }, /* another language rather than nothing */
		{ 0x02, CHANNEL_SMS, "", "/es" },
		{ 0x0c, CHANNEL_SMS, "es", NULL },
		{ 0x00, CHANNEL_SMS, "es", NULL },
	};
	struct db *db = db_of(state);

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct canned_item item;
		struct canned_query list = { .prefix = "hel", .fitting = true, .channel = rows[i].channel,
					     .language = rows[i].language, .limit = 1, .rows = &item };
		struct canned canned;
		struct err err = { "" };
		char body[32];
		enum status status;

		db_run(db_query(db, "DELETE FROM canned_replies"), &err);
		for (size_t v = 0; v < sizeof versions / sizeof versions[0]; v++) {
			snprintf(body, sizeof body, "%s/%s", versions[v].channel, versions[v].language);
			if ((rows[i].there >> v & 1) != 0)
				assert_int_equal(save(db, "hello", versions[v].channel, versions[v].language, body), STATUS_OK);
		}
		status = canned_choose(db, "Hello", rows[i].channel, rows[i].language, &canned, &err);
		assert_int_equal(canned_list(db, &list, &err), STATUS_OK);
		if (rows[i].expected == NULL) {
			assert_int_equal(status, STATUS_NOT_FOUND);
			assert_int_equal(list.count, 0);
			continue;
		}
		if (status != STATUS_OK || strcmp(canned.body, rows[i].expected) != 0)
			fail_msg("row %zu: %s, expected %s", i, status == STATUS_OK ? canned.body : err.text, rows[i].expected);
		assert_int_equal(list.count, 1);
		assert_string_equal(item.preview, rows[i].expected); /* the list offers the same */
	}
}

static void
test_list(void **state)
{
	static const struct {
		const char *prefix;
		size_t count;
		const char *first;
	} rows[] = { { NULL, 5, "bye" }, { "", 5, "bye" }, { "h", 3, "hello" }, { "HELLO", 2, "hello" }, { "hello-a", 1, "hello-again" },
		     { "ñ", 1, "ñandú" }, { "%", 0, NULL }, { "hellox", 0, NULL } };
	struct db *db = db_of(state);

	assert_int_equal(save(db, "hello", "", "", "a"), STATUS_OK);
	assert_int_equal(save(db, "hello again", "", "", "b"), STATUS_OK);
	assert_int_equal(save(db, "hours", "", "es", "c"), STATUS_OK);
	assert_int_equal(save(db, "bye", "", "", "d"), STATUS_OK);
	assert_int_equal(save(db, "Ñandú", "", "", "e"), STATUS_OK);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct canned_item items[8];
		struct canned_query list = { .prefix = rows[i].prefix, .limit = 8, .rows = items };
		struct err err = { "" };

		assert_int_equal(canned_list(db, &list, &err), STATUS_OK);
		if (list.count != rows[i].count || (list.count > 0 && strcmp(items[0].name, rows[i].first) != 0))
			fail_msg("prefix %zu: %zu rows, first %s", i, list.count, list.count > 0 ? items[0].name : "");
	}
}

static void
test_expand(void **state)
{
	static const struct canned_values ana = { .name = "Ana López", .agent = "luis", .number = "+525550000006",
						  .date = "22/11/2026" };
	static const struct canned_values nobody = { .name = " " };
	static const struct canned_values comma = { .name = "López, Ana" };
	static const struct canned_values number = { .name = "+525512345678" };
	static const struct canned_values hostile = { .name = "A\x1b[31m\n{{agent}}", .agent = "luis" };
	static const struct {
		const char *name, *body;
		const struct canned_values *values;
		const char *expected;
		size_t missing;
	} rows[] = {
		{ "nothing to fill in", "Hello!", &ana, "Hello!", 0 },
		{ "all", "{{name}} {{first_name}} {{agent}} {{number}} {{date}}", &ana,
		  "Ana López Ana luis +525550000006 22/11/2026", 0 },
		{ "blanks and case", "{{ Name }}", &ana, "Ana López", 0 },
		{ "fallback not needed", "{{name|you}}", &ana, "Ana López", 0 },
		{ "fallback", "Dear {{name|customer}}", &nobody, "Dear customer", 0 },
		{ "empty fallback", "Hi{{name|}}!", &nobody, "Hi!", 0 },
		{ "missing", "Hi {{name}} and {{agent}}", &nobody, "Hi «name?» and «agent?»", 2 },
		{ "unknown", "{{colour}}", &ana, "«colour?»", 1 },
		{ "unknown with fallback", "{{colour|blue}}", &ana, "blue", 0 },
		{ "first name behind a comma", "{{first_name}}", &comma, "Ana", 0 },
		{ "a number is no first name", "{{first_name}}", &number, "«first_name?»", 1 },
		{ "not closed", "Hi {{name", &ana, "Hi {{name", 0 },
		{ "single braces", "{name}", &ana, "{name}", 0 },
		{ "values are not filled in again", "{{name}}!", &hostile, "A\xef\xbf\xbd[31m {{agent}}!", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct strbuf out;
		size_t missing = 99;

		strbuf_init(&out, CANNED_EXPANDED_MAX);
		canned_expand(rows[i].body, rows[i].values, &out, &missing);
		if (out.failed || strcmp(strbuf_text(&out), rows[i].expected) != 0 || missing != rows[i].missing)
			fail_msg("%s: \"%s\", %zu missing", rows[i].name, strbuf_text(&out), missing);
		strbuf_release(&out);
	}
}

static void
test_expand_is_bounded(void **state)
{
	struct canned_values values = { .agent = "luis" };
	char name[2000], body[CANNED_BODY_SIZE];
	struct strbuf out;
	size_t missing;

	(void)state;
	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	values.name = name;
	strbuf_init(&out, CANNED_EXPANDED_MAX);
	canned_expand("{{name}}", &values, &out, &missing);
	assert_int_equal(out.len, 200);
	strbuf_clear(&out);
	for (size_t at = 0; at + 9 < sizeof body; at += 8)
		memcpy(body + at, "{{name}}", 9);
	canned_expand(body, &values, &out, &missing);
	assert_true(out.failed);
	assert_true(out.len <= CANNED_EXPANDED_MAX);
	strbuf_release(&out);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_save_refuses),
		T(test_save_replaces_and_delete),
		T(test_there_is_a_limit),
		T(test_choose),
		T(test_list),
		cmocka_unit_test(test_expand),
		cmocka_unit_test(test_expand_is_bounded),
	};
#undef T

	return cmocka_run_group_tests(tests, NULL, NULL);
}
