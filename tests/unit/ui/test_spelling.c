/* SPDX-License-Identifier: MIT */
/* What is taken for a wrong word, by dictionaries of the machine, asked and answered over the descriptor. */
#include <dirent.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ui/spelling.h"

struct row {
	const char *name, *languages, *text, *wrong; /* the wrong words, with blanks between */
};

static const struct row rows[] = {
	{ "right", "en_US", "Your package is here.", "" },
	{ "wrong", "en_US", "Your pakcage is heere.", "pakcage heere" },
	{ "Spanish", "es", "Su paquete llegó mañana; su pakete no.", "pakete" },
	{ "right in one of two", "es en_US", "Hola, the package está aquí, qwzrt", "qwzrt" },
	{ "addresses", "en_US", "https://exampel.com/qwz a.qwz@mial.com www.qwzrt.com qwzrt.com", "" },
	{ "numbers", "en_US", "12qwz +5255 A1b2", "" },
	{ "names of emoji, variables, short names", "en_US", ":qwzrt: {{qwzrt}} {{ qwz rtt }} /qwzrt @qwzrt", "" },
	{ "apostrophes", "en_US", "don't 'package'", "" },
	{ "marks of formatting", "en_US", "*package* _pakcage_", "pakcage" },
	{ "punctuation beyond ASCII", "es", "¿Qué tal? ¡Hola! «paquete»…", "" },
	{ "emoji", "en_US", "package👍 👍pakcage", "pakcage" },
	{ "nothing", "en_US", "", "" },
	{ "no dictionary", "xx", "qwzrt", "" },
};

static unsigned
wait_for(struct spelling *spelling, unsigned wanted)
{
	struct pollfd wait = { .fd = spelling_fd(spelling), .events = POLLIN };
	unsigned news = 0;

	while ((news & wanted) == 0) {
		assert_int_equal(poll(&wait, 1, 30000), 1);
		news |= spelling_take(spelling);
	}
	return news;
}

static void
assert_wrong(struct spelling *spelling, const char *text, const char *wrong)
{
	char seen[256] = "";
	size_t count, used = 0;
	const struct spelling_range *ranges;
	uint64_t version = 0;

	spelling_check(spelling, 42, text);
	wait_for(spelling, SPELLING_RANGES);
	ranges = spelling_ranges(spelling, &version, &count);
	assert_int_equal(version, 42);
	for (size_t i = 0; i < count; i++)
		used += (size_t)snprintf(seen + used, sizeof seen - used, "%s%.*s", i > 0 ? " " : "", (int)ranges[i].len,
					 text + ranges[i].start);
	assert_string_equal(seen, wrong);
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct spelling *spelling;

		assert_int_equal(spelling_new(rows[i].languages, &spelling, NULL), STATUS_OK);
		assert_wrong(spelling, rows[i].text, rows[i].wrong);
		spelling_free(spelling);
	}
}

static void
test_missing_is_told_once(void **state)
{
	struct spelling *spelling;

	(void)state;
	assert_int_equal(spelling_new("xx", &spelling, NULL), STATUS_OK);
	wait_for(spelling, SPELLING_MISSING);
	assert_non_null(strstr(spelling_missing(spelling), "xx"));
	spelling_set_languages(spelling, "xx");
	spelling_check(spelling, 1, "qwzrt");
	assert_int_equal(wait_for(spelling, SPELLING_RANGES), SPELLING_RANGES);
	spelling_free(spelling);
}

static void
test_suggest_and_add(void **state)
{
	struct spelling *spelling;
	const char *word;
	size_t count;
	bool found = false;
	const char *const *words;

	(void)state;
	assert_int_equal(spelling_new("en_US", &spelling, NULL), STATUS_OK);
	spelling_suggest(spelling, "pakcage");
	wait_for(spelling, SPELLING_SUGGESTIONS);
	words = spelling_suggestions(spelling, &word, &count);
	assert_string_equal(word, "pakcage");
	for (size_t i = 0; i < count; i++)
		found = found || strcmp(words[i], "package") == 0;
	assert_true(found);
	assert_wrong(spelling, "qwzrt", "qwzrt");
	spelling_add(spelling, "qwzrt");
	assert_wrong(spelling, "qwzrt", "");
	spelling_set_languages(spelling, "es");
	assert_wrong(spelling, "qwzrt", "qwzrt");
	spelling_free(spelling);
	assert_int_equal(spelling_new("en_US", &spelling, NULL), STATUS_OK);
	assert_wrong(spelling, "qwzrt", ""); /* kept */
	spelling_free(spelling);
}

static char folder[] = "/tmp/hilo-test-XXXXXX";

/* Added words go to a folder of the test's own. */
static int
set_up(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL || setenv("ENCHANT_CONFIG_DIR", folder, 1) != 0 ||
	       setenv("HOME", folder, 1) != 0;
}

static int
tear_down(void **state)
{
	DIR *open_folder = opendir(folder);
	struct dirent *entry;
	char path[512];

	(void)state;
	assert_non_null(open_folder);
	while ((entry = readdir(open_folder)) != NULL) {
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		if (entry->d_name[0] != '.' || strncmp(entry->d_name, ".aspell", 7) == 0)
			unlink(path);
	}
	closedir(open_folder);
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_missing_is_told_once),
		cmocka_unit_test(test_suggest_and_add),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
