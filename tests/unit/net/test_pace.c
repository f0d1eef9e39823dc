/* SPDX-License-Identifier: MIT */
/* Each sender number keeps its own rate, nothing is saved up, and a pause is never shortened. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "net/pace.h"

#define SERVICE "MG0123456789abcdef0123456789abcdef"

static void
test_rates(void **state)
{
	static const struct {
		const char *name;
		enum channel channel;
		const char *sender;
		int in_ten_seconds;
	} rows[] = {
		{ "number", CHANNEL_SMS, "+15005550006", 10 },
		{ "short code", CHANNEL_SMS, "12345", 10 },
		{ "name that begins as a service does", CHANNEL_SMS, "MGM", 10 },
		{ "service", CHANNEL_SMS, SERVICE, 100 },
		{ "WhatsApp number", CHANNEL_WHATSAPP, "+15005550006", 800 },
		{ "WhatsApp sandbox", CHANNEL_WHATSAPP, "+14155238886", 4 },
		{ "WhatsApp sandbox with its prefix", CHANNEL_WHATSAPP, "whatsapp:+14155238886", 4 },
		{ "that number by SMS", CHANNEL_SMS, "+14155238886", 10 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pace *pace = pace_new();
		int sent = 0;

		assert_non_null(pace);
		/* Somebody who always has something to send and looks at every millisecond. */
		for (int64_t now = 1000; now < 11000; now++) {
			if (pace_next(pace, rows[i].channel, rows[i].sender, now) != 0)
				continue;
			assert_true(pace_take(pace, rows[i].channel, rows[i].sender, now));
			sent++;
		}
		/* Slots are whole milliseconds here, so a fast rate may come out a little below, never above. */
		if (sent > rows[i].in_ten_seconds || sent < rows[i].in_ten_seconds * 95 / 100)
			fail_msg("%s: %d sent in ten seconds", rows[i].name, sent);
		pace_free(pace);
	}
}

static void
test_senders_do_not_share(void **state)
{
	struct pace *pace = pace_new();

	(void)state;
	assert_true(pace_take(pace, CHANNEL_SMS, "+15005550006", 5000));
	assert_int_equal(pace_next(pace, CHANNEL_SMS, "+15005550006", 5999), 6000);
	assert_int_equal(pace_next(pace, CHANNEL_SMS, "+15005550007", 5000), 0);
	assert_int_equal(pace_next(pace, CHANNEL_WHATSAPP, "+15005550006", 5000), 0);
	pace_free(pace);
}

static void
test_nothing_is_saved_up(void **state)
{
	struct pace *pace = pace_new();

	(void)state;
	assert_true(pace_take(pace, CHANNEL_SMS, "+15005550006", 1000));
	assert_true(pace_take(pace, CHANNEL_SMS, "+15005550006", 3600000));
	assert_int_equal(pace_next(pace, CHANNEL_SMS, "+15005550006", 3600001), 3601000);
	pace_free(pace);
}

static void
test_pause(void **state)
{
	struct pace *pace = pace_new();

	(void)state;
	assert_true(pace_pause(pace, CHANNEL_SMS, "+15005550006", 8000));
	assert_true(pace_pause(pace, CHANNEL_SMS, "+15005550006", 4000));
	assert_int_equal(pace_next(pace, CHANNEL_SMS, "+15005550006", 7999), 8000);
	assert_int_equal(pace_next(pace, CHANNEL_SMS, "+15005550006", 8000), 0);
	pace_free(pace);
}

static void
test_many_senders(void **state)
{
	struct pace *pace = pace_new();
	char sender[32];

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(sender, sizeof sender, "+1500555%04d", i);
		assert_true(pace_take(pace, CHANNEL_SMS, sender, 1000 + i));
	}
	for (int i = 0; i < 100; i++) {
		snprintf(sender, sizeof sender, "+1500555%04d", i);
		assert_int_equal(pace_next(pace, CHANNEL_SMS, sender, 1500), 2000 + i);
	}
	pace_free(pace);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_senders_do_not_share),
		cmocka_unit_test(test_nothing_is_saved_up),
		cmocka_unit_test(test_pause),
		cmocka_unit_test(test_many_senders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
