/* SPDX-License-Identifier: MIT */
/* Which addresses of files are handed to the carrier. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/media_url.h"

struct row {
	const char *text;
	bool valid;
};

static const struct row rows[] = {
	{ "https://a.example/b.png", true },
	{ "http://a.example", true },
	{ "HTTPS://A.example:8443/b?c=d&e=%20f#g", true },
	{ "https://[2001:db8::1]/b", true },
	{ "https://a.example/@b", true },
	{ "", false },
	{ "https://", false },
	{ "https:///b", false },
	{ "https://?b", false },
	{ "https://:80/b", false },
	{ "https://user:word@a.example/", false },
	{ "https:/a.example", false },
	{ "ftp://a.example/b", false },
	{ "file:///etc/passwd", false },
	{ "javascript:alert(1)", false },
	{ "//a.example/b", false },
	{ " https://a.example", false },
	{ "https://a.example/b c", false },
	{ "https://a.example/b\nX: y", false },
	{ "https://a.example/\xC3\xB1", false },
	{ "https://a.example/\"b\"", false },
	{ "https://a.example/<b>", false },
};

static void
test_shapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (media_url_valid(rows[i].text) != rows[i].valid)
			fail_msg("\"%s\"", rows[i].text);
}

static void
test_length(void **state)
{
	char text[MEDIA_URL_MAX + 2] = "https://a.example/";

	(void)state;
	memset(text + strlen(text), 'a', MEDIA_URL_MAX - strlen(text));
	assert_true(media_url_valid(text));
	text[MEDIA_URL_MAX] = 'a';
	assert_false(media_url_valid(text));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
