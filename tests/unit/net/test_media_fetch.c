/* SPDX-License-Identifier: MIT */
/* Which addresses are asked for files: those of our account at the carrier, and where it points to, if that is safe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/media_fetch.h"

#define ACCOUNT "AC00000000000000000000000000000001"
#define MESSAGE "MM00000000000000000000000000000002"
#define MEDIA "ME00000000000000000000000000000003"
#define PATH "/2010-04-01/Accounts/" ACCOUNT "/Messages/" MESSAGE "/Media/" MEDIA

static char api_url[] = "https://api.carrier.example", account[] = ACCOUNT;
static struct config config;

static int
setup(void **state)
{
	(void)state;
	config.twilio_api_url = api_url;
	config.twilio_account_sid = account;
	return 0;
}

static void
test_only_files_of_our_account_are_asked_for(void **state)
{
	static const struct {
		const char *url;
		bool fine;
	} rows[] = {
		{ "https://api.carrier.example" PATH, true },
		/* The host is ours in any case, whatever was given. */
		{ "http://169.254.169.254" PATH, true },
		{ "https://user:password@elsewhere.example" PATH, true },
		{ "https://api.carrier.example" PATH "/../../x", false },
		{ "https://api.carrier.example" PATH "?x=1", false },
		{ "https://api.carrier.example" PATH "0", false },
		{ "https://api.carrier.example/2010-04-01/Accounts/AC00000000000000000000000000000009/Messages/" MESSAGE
		  "/Media/" MEDIA, false },
		{ "https://api.carrier.example/2010-04-01/Accounts/" ACCOUNT "/Messages/" MESSAGE ".json", false },
		{ "https://api.carrier.example/2010-04-01/Accounts/" ACCOUNT "/Messages/../Media/" MEDIA, false },
		{ "file:///etc/passwd", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *address = media_fetch_address(&config, rows[i].url);

		if ((address != NULL) != rows[i].fine)
			fail_msg("%s", rows[i].url);
		if (address != NULL)
			assert_string_equal(address, "https://api.carrier.example" PATH);
		free(address);
	}
}

static void
test_where_a_redirect_may_lead(void **state)
{
	static const struct {
		const char *location;
		bool follow, outside;
	} rows[] = {
		{ "https://api.carrier.example/media/1.png", true, false },
		{ "HTTPS://API.carrier.example/media/1.png", true, false },
		{ "https://files.example/1.png?signature=a@b", true, true },
		{ "https://api.carrier.example.evil.example/1.png", true, true },
		{ "http://files.example/1.png", false, true },
		{ "https://user@files.example/1.png", false, true },
		{ "https://user:secret@files.example/1.png", false, true },
		{ "https://api.carrier.example@files.example/", false, true },
		{ "ftp://files.example/1.png", false, true },
		{ "file:///etc/passwd", false, true },
		{ "/relative", false, true },
		{ "https://", false, true },
		{ "https://files.example/a b", false, true },
		{ "https://files.example/\r\nX: y", false, true },
		{ "https://files.ex\xc3\xa1mple/", false, true },
		{ "", false, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		bool outside = false;

		if (media_fetch_may_follow(&config, rows[i].location, &outside) != rows[i].follow || outside != rows[i].outside)
			fail_msg("%s", rows[i].location);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_files_of_our_account_are_asked_for),
		cmocka_unit_test(test_where_a_redirect_may_lead),
	};

	return cmocka_run_group_tests_name("fetching of files", tests, setup, NULL);
}
