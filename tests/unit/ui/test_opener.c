/* SPDX-License-Identifier: MIT */
/* Which program opens what, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ui/opener.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static char names[][24] = { "image/*", "text/html", "application/pdf", "video/*", "audio/mpeg" };
static char values[][24] = { "feh -F -- %s", "less", "", "mpv x%s '%s'", "%s" };

static void
configure(struct config *config, struct config_entry entries[LENGTH(names)])
{
	memset(config, 0, sizeof *config);
	for (size_t i = 0; i < LENGTH(names); i++)
		entries[i] = (struct config_entry){ names[i], values[i], (int)i + 1 };
	config->sections[CONFIG_SECTION_OPEN] = (struct config_entries){ entries, LENGTH(names) };
}

struct opener_row {
	const char *type;
	const char *path;
	bool configured;
	const char *argv[6]; /* none: refused */
};

static const struct opener_row file_rows[] = {
	{ "image/png", "/m/a.png", false, { "xdg-open", "/m/a.png" } },
	{ "IMAGE/PNG; x=y", "/m/a.png", false, { "xdg-open", "/m/a.png" } },
	{ "application/pdf", "/m/a", false, { "xdg-open", "/m/a" } },
	{ "audio/ogg", "/m/a", false, { "xdg-open", "/m/a" } },
	{ "video/mp4", "/m/a", false, { "xdg-open", "/m/a" } },
	{ "text/plain", "/m/a", false, { "xdg-open", "/m/a" } },
	{ "image/svg+xml", "/m/a", false, { NULL } },
	{ "text/html", "/m/a", false, { NULL } },
	{ "application/x-executable", "/m/a", false, { NULL } },
	{ "application/x-sh", "/m/a", false, { NULL } },
	{ "application/x-desktop", "/m/a", false, { NULL } },
	{ "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "/m/a", false, { NULL } },
	{ "application/octet-stream", "/m/a", false, { NULL } },
	{ "link", "/m/a", false, { NULL } },
	{ "", "/m/a", false, { NULL } },
	{ "image/png\033[2J", "/m/a", false, { NULL } },
	{ "image/png", "/m/$(x); 'a'", true, { "feh", "-F", "--", "/m/$(x); 'a'" } },
	{ "image/svg+xml", "/m/a", true, { NULL } },
	{ "text/html", "/m/a", true, { "less", "/m/a" } },
	{ "application/pdf", "/m/a", true, { NULL } },
	{ "video/mp4", "/m/a", true, { "mpv", "x%s", "/m/a" } },
	{ "audio/mpeg", "/m/a", true, { "%s", "/m/a" } },
	{ "audio/ogg", "/m/a", true, { "xdg-open", "/m/a" } },
};

static void
compare(const char *name, const struct opener *opener, const char *const *expected)
{
	size_t i = 0;

	for (; expected[i] != NULL; i++) {
		if (opener->argv[i] == NULL || strcmp(opener->argv[i], expected[i]) != 0)
			fail_msg("%s: word %zu is \"%s\"", name, i, opener->argv[i] ? opener->argv[i] : "missing");
	}
	assert_null(opener->argv[i]);
}

static void
test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(file_rows); i++) {
		const struct opener_row *row = &file_rows[i];
		struct config_entry entries[LENGTH(names)];
		struct config config;
		struct opener opener;
		struct err err = { "" };
		enum status status;

		configure(&config, entries);
		if (!row->configured)
			config.sections[CONFIG_SECTION_OPEN].count = 0;
		status = opener_for_file(&opener, &config, row->type, row->path, &err);
		if (status != (row->argv[0] != NULL ? STATUS_OK : STATUS_INVALID))
			fail_msg("%s: %s %s", row->type, status_name(status), err.text);
		if (status == STATUS_OK)
			compare(row->type, &opener, row->argv);
		else
			assert_null(strchr(err.text, '\033'));
		opener_release(&opener);
	}
}

static void
test_refusal_names_the_setting(void **state)
{
	struct config config;
	struct opener opener;
	struct err err = { "" };

	(void)state;
	memset(&config, 0, sizeof config);
	assert_int_equal(opener_for_file(&opener, &config, "text/html", "/m/a", &err), STATUS_INVALID);
	assert_non_null(strstr(err.text, "text/html = "));
	assert_non_null(strstr(err.text, "[open]"));
	opener_release(&opener);
}

static void
test_name_is_never_an_option(void **state)
{
	struct config config;
	struct opener opener;

	(void)state;
	memset(&config, 0, sizeof config);
	assert_int_equal(chdir("/tmp"), 0);
	assert_int_equal(opener_for_file(&opener, &config, "image/png", "--help", NULL), STATUS_OK);
	assert_string_equal(opener.argv[1], "/tmp/--help");
	opener_release(&opener);
}

struct link_row {
	const char *link;
	bool good;
};

static const struct link_row link_rows[] = {
	{ "https://example.com/a?b=c&d=$(x)", true },
	{ "HTTP://example.com", true },
	{ "https://", false },
	{ "ftp://example.com", false },
	{ "file:///etc/passwd", false },
	{ "javascript:alert(1)", false },
	{ "-https://example.com", false },
	{ "https://example.com/ -x", false },
	{ "https://example.com/\n", false },
	{ "", false },
};

static void
test_links(void **state)
{
	struct config config;

	(void)state;
	memset(&config, 0, sizeof config);
	for (size_t i = 0; i < LENGTH(link_rows); i++) {
		struct opener opener;
		struct err err = { "" };
		enum status status = opener_for_link(&opener, &config, link_rows[i].link, &err);

		if ((status == STATUS_OK) != link_rows[i].good)
			fail_msg("%s: %s", link_rows[i].link, status_name(status));
		if (status == STATUS_OK) {
			assert_string_equal(opener.argv[0], "xdg-open");
			assert_string_equal(opener.argv[1], link_rows[i].link);
			assert_null(opener.argv[2]);
		}
		opener_release(&opener);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_refusal_names_the_setting),
		cmocka_unit_test(test_name_is_never_an_option),
		cmocka_unit_test(test_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
