/* SPDX-License-Identifier: MIT */
/* Which part of a sentence is an address, and what a place becomes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/strbuf.h"
#include "ui/grid_link.h"
#include "ui/link.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *name;
	const char *text;
	const char *links; /* found one after the other, each followed by a blank */
} find_rows[] = {
	{ "none", "no address here, http: neither", "" },
	{ "alone", "https://example.com", "https://example.com " },
	{ "in a sentence", "see http://a.example/b?c=d#e, please.", "http://a.example/b?c=d#e " },
	{ "two", "http://a.example https://b.example", "http://a.example https://b.example " },
	{ "in brackets", "(https://a.example/x) [http://b.example]", "https://a.example/x http://b.example " },
	{ "brackets of its own", "https://a.example/x_(y)", "https://a.example/x_(y) " },
	{ "quotes", "\"https://a.example\" <http://b.example>", "https://a.example http://b.example " },
	{ "large letters", "HTTPS://A.EXAMPLE!", "HTTPS://A.EXAMPLE " },
	{ "other letters around", "\xc2\xbfhttps://a.example\xc2\xbb", "https://a.example " },
	{ "part of a word", "xhttp://a.example", "" },
	{ "only a scheme", "https:// and http://.", "" },
	{ "other schemes", "javascript:alert(1) file:///etc/passwd", "" },
	{ "a control ends it", "http://a.example\033[2J", "http://a.example " },
	{ "formatting around", "*https://a.example*", "https://a.example " },
};

static void
test_find(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(find_rows); i++) {
		const char *text = find_rows[i].text;
		struct strbuf found;
		size_t from = 0, start, len;

		strbuf_init(&found, 4096);
		while (link_find(text, strlen(text), from, &start, &len)) {
			char link[LINK_SIZE];

			snprintf(link, sizeof link, "%.*s", (int)len, text + start);
			assert_true(grid_link_is_safe(link));
			strbuf_add_format(&found, "%s ", link);
			from = start + len;
		}
		if (strcmp(strbuf_text(&found), find_rows[i].links) != 0)
			fail_msg("%s: %s", find_rows[i].name, strbuf_text(&found));
		strbuf_release(&found);
	}
}

/* What is too long to be shown as a link is none, and the search goes on behind it. */
static void
test_too_long(void **state)
{
	char text[LINK_SIZE + 64];
	size_t start = 0, len = 0;

	(void)state;
	memset(text, 'a', sizeof text);
	memcpy(text, "http://", 7);
	memcpy(text + LINK_SIZE + 10, " http://b.example ", 18);
	assert_true(link_find(text, LINK_SIZE + 28, 0, &start, &len));
	assert_int_equal(start, LINK_SIZE + 11);
	assert_int_equal(len, strlen("http://b.example"));
}

static const struct {
	const char *place;
	const char *link; /* "" = none */
} place_rows[] = {
	{ "geo:19.432608,-99.133209", "https://www.openstreetmap.org/?mlat=19.432608&mlon=-99.133209#map=16/19.432608/-99.133209" },
	{ "geo:0,0?z=3", "https://www.openstreetmap.org/?mlat=0.000000&mlon=0.000000#map=16/0.000000/0.000000" },
	{ "geo:91,0", "" },
	{ "geo:0,181", "" },
	{ "geo:1", "" },
	{ "geo:1,", "" },
	{ "geo:1,2x", "" },
	{ "geo:1e5,2", "" },
	{ "geo:--1,2", "" },
	{ "geo:nan,inf", "" },
	{ "http://a.example", "" },
	{ "", "" },
};

static void
test_place(void **state)
{
	char link[LINK_SIZE];

	(void)state;
	for (size_t i = 0; i < LENGTH(place_rows); i++) {
		assert_int_equal(link_of_place(place_rows[i].place, link), place_rows[i].link[0] != '\0');
		assert_string_equal(link, place_rows[i].link);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_find), cmocka_unit_test(test_too_long),
					    cmocka_unit_test(test_place) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
