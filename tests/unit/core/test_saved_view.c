/* SPDX-License-Identifier: MIT */
/* What agents keep under short names: views and macros. And the names themselves. */
#include "store_dump.h"

#include "core/macro_store.h"
#include "core/saved_view.h"
#include "core/text_fold.h"

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

static void
test_names(void **state)
{
	static const struct {
		const char *typed, *folded; /* NULL: refused */
	} rows[] = {
		{ "vip", "vip" },
		{ "  VIP\t", "vip" },
		{ "por   la\ttarde", "por-la-tarde" },
		{ "ÑANDÚ", "ñandú" },
		{ "n\xcc\x83", "ñ" },
		{ "ДОЛГ", "долг" },
		{ "返金", "返金" },
		{ "1234567890123456789012345678901234567890", "1234567890123456789012345678901234567890" },
		{ "12345678901234567890123456789012345678901", NULL },
		{ "", NULL },
		{ " \t ", NULL },
		{ "a\x01", NULL },
		{ "a\xe2\x80\x8b", NULL },
		{ "\xc3", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char folded[SHORT_NAME_SIZE], again[SHORT_NAME_SIZE];
		struct err err = { "" };
		enum status status = short_name_fold(rows[i].typed, folded, &err);

		if (rows[i].folded == NULL) {
			if (status != STATUS_INVALID || err.text[0] == '\0' || folded[0] != '\0')
				fail_msg("row %zu was taken as %s", i, folded);
			continue;
		}
		if (status != STATUS_OK)
			fail_msg("row %zu: %s", i, err.text);
		assert_string_equal(folded, rows[i].folded);
		assert_int_equal(short_name_fold(folded, again, &err), STATUS_OK);
		assert_string_equal(again, folded);
	}
}

static void
test_same_names(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {
		{ "Ana", "ana", true },
		{ "José  Pérez ", "jose perez", true },
		{ "STRASSE", "straße", true },
		{ "Ａｎａ", "ana", true },
		{ "Ana", "Ana María", false },
		{ "Ana", "Anä B", false },
		{ "", "", false },
		{ " ", " ", false },
		{ "\xff", "\xff", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (text_same_name(rows[i].a, rows[i].b) != rows[i].same || text_same_name(rows[i].b, rows[i].a) != rows[i].same)
			fail_msg("%s and %s", rows[i].a, rows[i].b);
	}
}

static void
test_views(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct saved_view *rows = calloc(SAVED_VIEWS_MAX, sizeof *rows);
	char long_query[SAVED_QUERY_SIZE + 1], name[16];
	size_t count;

	assert_int_equal(saved_view_save(db, "eva", "Mías Hoy", "is:mine since:1d", NOON, NULL), STATUS_OK);
	assert_int_equal(saved_view_save(db, "eva", "caros", "label:vip", NOON, NULL), STATUS_OK);
	assert_int_equal(saved_view_save(db, "leo", "caros", "label:oro", NOON, NULL), STATUS_OK);
	assert_int_equal(saved_view_save(db, "eva", " mías  hoy", "is:mine since:2d", NOON + 5, NULL), STATUS_OK);
	assert_int_equal(saved_view_list(db, "eva", SAVED_VIEWS_MAX, rows, &count, NULL), STATUS_OK);
	assert_int_equal(count, 2);
	assert_string_equal(rows[0].name, "caros");
	assert_string_equal(rows[0].query, "label:vip");
	assert_string_equal(rows[1].name, "mías-hoy");
	assert_string_equal(rows[1].query, "is:mine since:2d");
	assert_int_equal(rows[1].created_at, NOON);

	assert_int_equal(saved_view_save(db, "eva", "x", "", NOON, NULL), STATUS_INVALID);
	memset(long_query, 'q', SAVED_QUERY_SIZE);
	long_query[SAVED_QUERY_SIZE] = '\0';
	assert_int_equal(saved_view_save(db, "eva", "x", long_query, NOON, NULL), STATUS_INVALID);
	long_query[SAVED_QUERY_SIZE - 1] = '\0';
	assert_int_equal(saved_view_save(db, "eva", "x", long_query, NOON, NULL), STATUS_OK);
	assert_int_equal(saved_view_delete(db, "eva", "X", NULL), STATUS_OK);
	assert_int_equal(saved_view_delete(db, "eva", "X", NULL), STATUS_NOT_FOUND);
	for (int i = 2; i < SAVED_VIEWS_MAX; i++) {
		snprintf(name, sizeof name, "v%d", i);
		assert_int_equal(saved_view_save(db, "eva", name, "is:unread", NOON, NULL), STATUS_OK);
	}
	assert_int_equal(saved_view_save(db, "eva", "zuviel", "is:unread", NOON, NULL), STATUS_LIMIT);
	assert_int_equal(saved_view_save(db, "eva", "caros", "label:oro", NOON, NULL), STATUS_OK);
	assert_int_equal(saved_view_list(db, "eva", SAVED_VIEWS_MAX, rows, &count, NULL), STATUS_OK);
	assert_int_equal(count, SAVED_VIEWS_MAX);
	free(rows);
}

static void
test_macros(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct macro rows[4];
	size_t count;

	assert_int_equal(macro_save(db, "eva", "Cerrar", "l vip<Enter>e", NOON, NULL), STATUS_OK);
	assert_int_equal(macro_save(db, "eva", "cerrar", "e", NOON, NULL), STATUS_OK);
	assert_int_equal(macro_save(db, "eva", "nada", "", NOON, NULL), STATUS_INVALID);
	assert_int_equal(macro_list(db, "eva", 4, rows, &count, NULL), STATUS_OK);
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].name, "cerrar");
	assert_string_equal(rows[0].keys, "e");
	assert_int_equal(macro_list(db, "leo", 4, rows, &count, NULL), STATUS_OK);
	assert_int_equal(count, 0);
	assert_int_equal(macro_delete(db, "leo", "cerrar", NULL), STATUS_NOT_FOUND);
	assert_int_equal(macro_delete(db, "eva", "cerrar", NULL), STATUS_OK);
}

static void
test_plans(void **state)
{
	struct db *db = ((struct store *)*state)->db;

	store_expect_plan(db, "views", "PRIMARY KEY (agent=?)",
			  "EXPLAIN QUERY PLAN SELECT name, query FROM saved_views WHERE agent = $1 ORDER BY name LIMIT $2");
	store_expect_plan(db, "macros", "PRIMARY KEY (agent=?)",
			  "EXPLAIN QUERY PLAN SELECT name, keys FROM macros WHERE agent = $1 ORDER BY name LIMIT $2");
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_same_names),
		T(test_views),
		T(test_macros),
		T(test_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
