/* SPDX-License-Identifier: MIT */
/* Templates: finding and filling in. */
#include "store_fixture.h"

#include "core/template.h"

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
test_render(void **state)
{
	static const struct {
		const char *name, *body, *variables, *text;
	} rows[] = {
		{ "no places", "Hola.", "{\"1\":\"Ana\"}", "Hola." },
		{ "numbered", "Hola {{1}}, a las {{2}}.", "{\"1\":\"Ana\",\"2\":\"10:30\"}", "Hola Ana, a las 10:30." },
		{ "named", "Hola {{name}}.", "{\"name\":\"Ana\"}", "Hola Ana." },
		{ "missing stays visible", "Hola {{1}} {{2}}.", "{\"1\":\"Ana\"}", "Hola Ana {{2}}." },
		{ "none given", "Hola {{1}}.", NULL, "Hola {{1}}." },
		{ "never closed", "Hola {{1", "{\"1\":\"Ana\"}", "Hola {{1" },
		{ "a value is not filled in again", "{{1}}", "{\"1\":\"{{2}}\",\"2\":\"x\"}", "{{2}}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct strbuf out;
		struct err err = { "" };

		strbuf_init(&out, 1000);
		assert_int_equal(template_render(rows[i].body, rows[i].variables, &out, &err), STATUS_OK);
		if (strcmp(strbuf_text(&out), rows[i].text) != 0)
			fail_msg("%s: %s", rows[i].name, strbuf_text(&out));
		strbuf_release(&out);
	}
}

static void
test_find(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct template_row row;
	struct err err = { "" };

	assert_int_equal(db_run(db_query(db, "INSERT INTO templates (channel, name, content_sid, body, status, updated_at) VALUES"
					     " ('whatsapp', 'aviso', 'HX00000000000000000000000000000001', 'Hola', 'approved', 1),"
					     " ('whatsapp', 'viejo', 'HX00000000000000000000000000000002', 'Adiós', 'paused', 1)"),
				&err),
			 STATUS_OK);
	assert_int_equal(template_find(db, CHANNEL_WHATSAPP, "aviso", &row, &err), STATUS_OK);
	assert_string_equal(row.content_sid, "HX00000000000000000000000000000001");
	assert_string_equal(row.body, "Hola");
	free(row.body);
	assert_int_equal(template_find(db, CHANNEL_WHATSAPP, "viejo", &row, &err), STATUS_NOT_FOUND);
	assert_int_equal(template_find(db, CHANNEL_SMS, "aviso", &row, &err), STATUS_NOT_FOUND);
	assert_int_equal(template_find(db, CHANNEL_SMS, "HX0000000000000000000000000000000f", &row, &err), STATUS_OK);
	free(row.body);
}

static void
test_list_and_save(void **state)
{
	static const struct template_item kept[] = {
		{ .name = "b", .language = "es", .content_sid = "HX00000000000000000000000000000001", .body = "Hola {{1}}" },
		{ .name = "a", .language = "en", .body = "old" },
		{ .name = "a", .language = "en", .body = "Hello {{name}}" },
	};
	struct db *db = ((struct store *)*state)->db;
	struct template_item rows[4];
	struct err err = { "" };
	size_t count;

	for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
		assert_int_equal(template_save(db, CHANNEL_WHATSAPP, &kept[i], NOON, &err), STATUS_OK);
	assert_int_equal(db_run(db_query(db, "INSERT INTO templates (channel, name, status, updated_at)"
					     " VALUES ('whatsapp', 'c', 'rejected', 1)"), &err), STATUS_OK);
	assert_int_equal(template_list(db, CHANNEL_WHATSAPP, 4, rows, &count, &err), STATUS_OK);
	assert_int_equal(count, 2);
	assert_string_equal(rows[0].body, "Hello {{name}}");
	assert_string_equal(rows[1].content_sid, "HX00000000000000000000000000000001");
	assert_string_equal(rows[1].language, "es");
	assert_int_equal(template_list(db, CHANNEL_WHATSAPP, 1, rows, &count, &err), STATUS_OK);
	assert_int_equal(count, 1);
	assert_int_equal(template_list(db, CHANNEL_SMS, 4, rows, &count, &err), STATUS_OK);
	assert_int_equal(count, 0);
}

static void
test_variables(void **state)
{
	static const struct {
		const char *body, *names; /* joined with blanks */
	} rows[] = { { "Hello", "" }, { "{{1}} and {{2}}", "1 2" }, { "{{2}}{{1}}{{2}}", "2 1" }, { "{{name}} {{", "name" },
		     { "{{}} {{a}}", "a" }, { "{{1}}{{2}}{{3}}{{4}}", "1 2 3" } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char names[3][TEMPLATE_VARIABLE_SIZE];
		size_t count = template_variables(rows[i].body, names, 3);
		struct strbuf joined;

		strbuf_init(&joined, 1000);
		for (size_t n = 0; n < count; n++)
			strbuf_add_format(&joined, "%s%s", n > 0 ? " " : "", names[n]);
		assert_string_equal(strbuf_text(&joined), rows[i].names);
		strbuf_release(&joined);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_render),
		cmocka_unit_test_setup_teardown(test_find, setup, teardown),
		cmocka_unit_test_setup_teardown(test_list_and_save, setup, teardown),
		cmocka_unit_test(test_variables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
