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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_render),
		cmocka_unit_test_setup_teardown(test_find, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
