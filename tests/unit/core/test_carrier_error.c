/* SPDX-License-Identifier: MIT */
/* The codes an agent meets, in both languages, and what holds for the whole table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/carrier_error.h"
#include "core/utf8.h"
#include "vector_file.h"

struct row {
	int code;
	enum carrier_retry retry;
	const char *english; /* part of it */
	const char *spanish;
	const char *next; /* part of the next step */
};

static const struct row rows[] = {
	{ 11200, CARRIER_RETRY_FIX, "webhook", "webhook", "operator" },
	{ 20003, CARRIER_RETRY_FIX, "Authentication failed", "Autenticación", "operator" },
	{ 20429, CARRIER_RETRY_LATER, "Too many requests", "Demasiadas", "later" },
	{ 20503, CARRIER_RETRY_LATER, "verify before", "verificar", "Look up" },
	{ 21610, CARRIER_RETRY_NEVER, "opted out", "baja", "START" },
	{ 21614, CARRIER_RETRY_NEVER, "not a mobile", "móvil", "another channel" },
	{ 21617, CARRIER_RETRY_FIX, "1600", "1600", "Shorten" },
	{ 30003, CARRIER_RETRY_LATER, "off", "apagado", "later" },
	{ 30007, CARRIER_RETRY_FIX, "spam", "spam", "Change the text" },
	{ 30008, CARRIER_RETRY_LATER, "Unknown", "desconocido", "later" },
	{ 63015, CARRIER_RETRY_FIX, "Sandbox", "Sandbox", "join" },
	{ 63016, CARRIER_RETRY_FIX, "24-hour", "24 horas", "template" },
	{ 63032, CARRIER_RETRY_NEVER, "does not deliver", "no entrega", "will not help" },
	{ 92008, CARRIER_RETRY_FIX, "no longer", "ya no", "operator" },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *row = &rows[i];
		const struct carrier_error *error = carrier_error_find(row->code);
		char name[16];

		snprintf(name, sizeof name, "%d", row->code);
		check_row(name, error != NULL && error->code == row->code);
		check_row(name, error->retry == row->retry);
		check_row(name, strstr(carrier_error_text(row->code, "en"), row->english) != NULL);
		check_row(name, strstr(carrier_error_text(row->code, "es"), row->spanish) != NULL);
		check_row(name, strstr(carrier_error_next_step(row->code), row->next) != NULL);
	}
}

static void
test_unknown(void **state)
{
	static const int codes[] = { 0, -1, 1, 11199, 21611 + 2, 99999, 2147483647 };

	(void)state;
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		assert_null(carrier_error_find(codes[i]));
		assert_null(carrier_error_text(codes[i], "es"));
		assert_non_null(strstr(carrier_error_next_step(codes[i]), "Look the code up"));
	}
}

static void
test_other_language(void **state)
{
	(void)state;
	assert_string_equal(carrier_error_text(21610, NULL), carrier_error_text(21610, "en"));
	assert_string_equal(carrier_error_text(21610, "de"), carrier_error_text(21610, "en"));
	assert_string_not_equal(carrier_error_text(21610, "es"), carrier_error_text(21610, "en"));
}

/* The data file has one line for each code: all of them are found, and each has its words. */
static void
test_whole_table(void **state)
{
	char line[1024];
	size_t found = 0;
	FILE *file = fopen(HILO_TESTS_DIR "/../data/carrier_errors.tsv", "r");

	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof line, file) != NULL) {
		int code = (int)strtol(line, NULL, 10);
		const struct carrier_error *error;

		if (code == 0)
			continue;
		error = carrier_error_find(code);
		check_row(line, error != NULL);
		check_row(line, strstr(line, error->english) != NULL);
		check_row(line, strstr(line, error->spanish) != NULL);
		check_row(line, utf8_valid(error->spanish, strlen(error->spanish)));
		check_row(line, carrier_error_next_step(code)[0] != '\0');
		found++;
	}
	fclose(file);
	assert_int_equal(found, 238);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_other_language),
		cmocka_unit_test(test_whole_table),
	};

	return cmocka_run_group_tests_name("carrier_error", tests, NULL, NULL);
}
