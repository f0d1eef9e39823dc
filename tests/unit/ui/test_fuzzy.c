/* SPDX-License-Identifier: MIT */
/* Finding by some letters: what is found, where, in which order, and that narrowing finds the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/fuzzy.h"

struct row {
	const char *name, *pattern, *text;
	const char *marked; /* the text with "^" under the letters found; NULL = not found */
};

static const struct row rows[] = {
	{ "in one piece", "lop", "maria lopez", "      ^^^  " },
	{ "beginnings of words", "mglop", "maria gonzalez lopez", "^     ^        ^^^  " },
	{ "the beginning of a word before its middle", "an", "juan ana", "     ^^ " },
	{ "case and accents", "MARIA", "María", "^^^^^" },
	{ "an accent typed, none there", "lópez", "Lopez", "^^^^^" },
	{ "words in another order", "lopez maria", "maria lopez", "^^^^^ ^^^^^" },
	{ "a letter that is not there", "mx", "maria", NULL },
	{ "letters in another order", "am", "ma", NULL },
	{ "longer than the text", "maria", "mari", NULL },
	{ "nothing asked", "", "maria", "     " },
	{ "nothing there", "a", "", NULL },
	{ "another script", "МОСК", "москва", "^^^^  " },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *row = &rows[i];
		struct fuzzy_hit hit;
		bool found = fuzzy_match(row->pattern, row->text, &hit);

		if (found != (row->marked != NULL))
			print_message("%s\n", row->name);
		assert_int_equal(found, row->marked != NULL);
		for (size_t byte = 0, shown = 0, k = 0; found && row->text[byte] != '\0'; byte++) {
			bool marked = k < hit.count && hit.positions[k] == byte;

			if ((row->text[byte] & 0xC0) == 0x80)
				continue;
			/* The picture has one character for each of the text. */
			assert_int_equal(marked, row->marked[shown++] == '^');
			k += marked;
		}
	}
}

/* Each row: the better one first. */
static const struct row order_rows[] = {
	{ "a beginning before a middle", "lop", "Lopez", "Filopo" },
	{ "a word before letters apart", "ana", "Juan Ana", "Adrian Navas" },
	{ "together before apart", "abc", "xxabc", "xaxbxc" },
	{ "near before far", "ml", "mal", "maaaaal" },
};

static void
test_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof order_rows / sizeof order_rows[0]; i++) {
		const struct row *row = &order_rows[i];
		struct fuzzy_hit better, worse;

		assert_true(fuzzy_match(row->pattern, row->text, &better));
		assert_true(fuzzy_match(row->pattern, row->marked, &worse));
		assert_true(better.score > worse.score);
	}
}

static struct fuzzy_index *
make_index(size_t count)
{
	static const char *const parts[] = { "María", "José", "Ana", "López", "Gómez", "Núñez", "Smith", "Wei", "Lupe", "Otto" };
	struct fuzzy_index *index = fuzzy_index_new();

	assert_non_null(index);
	for (size_t i = 0; i < count; i++) {
		char name[64];

		snprintf(name, sizeof name, "%s %s %s %zu", parts[i % 10], parts[i / 10 % 10], parts[i / 100 % 10], i);
		assert_true(fuzzy_index_add(index, name, (int)(i % 7)));
	}
	return index;
}

static void
test_narrowing_finds_the_same(void **state)
{
	struct fuzzy_index *index = make_index(3000);
	const char *pattern = "malo nun 2";

	(void)state;
	for (size_t len = 1; len <= strlen(pattern); len++) {
		struct fuzzy_rank narrowed[20], fresh[20];
		struct fuzzy_index *other = make_index(3000);
		size_t found, other_found, count;
		char typed[32];

		snprintf(typed, sizeof typed, "%.*s", (int)len, pattern);
		count = fuzzy_index_find(index, typed, narrowed, 20, &found);
		assert_int_equal(fuzzy_index_find(other, typed, fresh, 20, &other_found), count);
		assert_int_equal(found, other_found);
		for (size_t i = 0; i < count; i++) {
			assert_int_equal(narrowed[i].number, fresh[i].number);
			assert_int_equal(narrowed[i].score, fresh[i].score);
			assert_true(i == 0 || narrowed[i - 1].score >= narrowed[i].score);
		}
		fuzzy_index_free(other);
	}
	fuzzy_index_free(index);
}

static void
test_index(void **state)
{
	struct fuzzy_index *index = fuzzy_index_new();
	struct fuzzy_rank best[2];
	size_t found;

	(void)state;
	assert_non_null(index);
	assert_int_equal(fuzzy_index_find(index, "a", best, 2, &found), 0);
	assert_true(fuzzy_index_add(index, "ana", 0) && fuzzy_index_add(index, "ana", 50) && fuzzy_index_add(index, "ana", 0));
	assert_int_equal(fuzzy_index_find(index, "an", best, 2, &found), 2);
	assert_int_equal(found, 3);
	assert_int_equal(best[0].number, 1);
	assert_int_equal(best[1].number, 0);
	assert_int_equal(fuzzy_index_find(index, "x", best, 2, &found), 0);
	assert_int_equal(fuzzy_index_find(index, "a", best, 2, &found), 2); /* a pattern that did not grow looks at all */
	assert_true(fuzzy_index_add(index, "xan", 0));
	assert_int_equal(fuzzy_index_find(index, "an", best, 2, &found), 2);
	assert_int_equal(found, 4);
	fuzzy_index_clear(index);
	assert_int_equal(fuzzy_index_count(index), 0);
	assert_int_equal(fuzzy_index_find(index, "", best, 2, &found), 0);
	fuzzy_index_free(index);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_narrowing_finds_the_same),
		cmocka_unit_test(test_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
