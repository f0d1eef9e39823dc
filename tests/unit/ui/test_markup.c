/* SPDX-License-Identifier: MIT */
/* Which parts of a message are formatted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ui/markup.h"

struct row {
	const char *name, *text;
	const char *spans; /* a letter for the kind and what is inside, each ended by ";" */
};

static const struct row rows[] = {
	{ "plain", "hola", "" },
	{ "bold", "es *muy* bueno", "B:muy;" },
	{ "italic", "_uno dos_", "I:uno dos;" },
	{ "struck out", "~no~ si", "S:no;" },
	{ "mono", "`a*b*c`", "M:a*b*c;" },
	{ "a fence over lines", "a ```x\n*y*``` b", "M:x\n*y*;" },
	{ "text behind a fence", "```x\ny``` *z*", "M:x\ny;B:z;" },
	{ "a fence without end", "```x *y*", "B:y;" },
	{ "one in another", "*_a_*", "B:_a_;I:a;" },
	{ "one in another with text", "*a _b_ c* _d_", "B:a _b_ c;I:b;I:d;" },
	{ "crossing ones: the first to end", "*a _b* c_", "B:a _b;" },
	{ "inside a word", "2*3*4 a_b_c", "" },
	{ "inside a word with accents", "ñ*a*ñ", "" },
	{ "a blank at the edge", "* a* *b *", "L:a* *b *;" },
	{ "punctuation at the edge", "¡*hola*! (_a_).", "B:hola;I:a;" },
	{ "an emoji at the edge", "👍*hola*👍", "B:hola;" },
	{ "nothing inside", "** __ ~~ ``", "" },
	{ "over a line end", "*a\nb*", "" },
	{ "a quote", "> dijo *eso*\nno", "Q:dijo *eso*;B:eso;" },
	{ "lists", "- uno\n* dos\n12. tres\n-no", "L:uno;L:dos;L:tres;" },
	{ "an unended one", "*a", "" },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct markup_span spans[16];
		const char *text = rows[i].text;
		size_t count = markup_spans(text, strlen(text), spans, 16), used = 0;
		char seen[256] = "";

		for (size_t k = 0; k < count; k++)
			used += (size_t)snprintf(seen + used, sizeof seen - used, "%c:%.*s;", "BISMQL"[spans[k].kind],
						 (int)spans[k].inner_len, text + spans[k].inner);
		if (strcmp(seen, rows[i].spans) != 0)
			print_message("%s: %s\n", rows[i].name, seen);
		assert_string_equal(seen, rows[i].spans);
	}
}

static void
test_no_room(void **state)
{
	struct markup_span span;

	(void)state;
	assert_int_equal(markup_spans("*a* *b*", 7, &span, 1), 1);
	assert_int_equal(span.start, 0);
	assert_int_equal(span.len, 3);
	assert_int_equal(markup_spans("*a*", 3, NULL, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows), cmocka_unit_test(test_no_room) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
