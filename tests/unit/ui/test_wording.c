/* SPDX-License-Identifier: MIT */
/* Ages, windows and what is said about a message that did not arrive. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/strbuf.h"
#include "core/utf8.h"
#include "ui/wording.h"

#define NOON 1790000000000LL
#define SECOND 1000LL
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

struct age_row {
	int64_t ago;
	const char *shown;
};

static void
test_ages(void **state)
{
	static const struct age_row rows[] = {
		{ 0, "now" },		{ 59 * SECOND, "now" }, { -5 * SECOND, "now" }, { MINUTE, "1m" },
		{ 59 * MINUTE, "59m" }, { HOUR, "1h" },		{ 23 * HOUR, "23h" },	{ DAY, "1d" },
		{ 13 * DAY, "13d" },	{ 14 * DAY, "2w" },	{ 364 * DAY, "52w" },	{ 800 * DAY, "2y" },
	};
	char text[WORDING_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(wording_age(NOON, NOON - rows[i].ago, text), rows[i].shown);
}

static void
test_windows(void **state)
{
	struct thread thread = { .channel = CHANNEL_WHATSAPP, .last_inbound_at = NOON - HOUR };
	char text[WORDING_SIZE];

	(void)state;
	assert_string_equal(wording_window(&thread, NOON, text), "23h");
	thread.last_inbound_at = NOON - DAY + 20 * MINUTE;
	assert_string_equal(wording_window(&thread, NOON, text), "20m");
	thread.last_inbound_at = NOON - DAY;
	assert_string_equal(wording_window(&thread, NOON, text), "window closed");
	thread.last_inbound_at = 0;
	assert_string_equal(wording_window(&thread, NOON, text), "window closed");
	thread.channel = CHANNEL_SMS;
	assert_string_equal(wording_window(&thread, NOON, text), "");
}

static void
test_days(void **state)
{
	char text[WORDING_SIZE];

	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	assert_string_equal(wording_day(1795348800000LL, text), "Sunday, 22 November 2026");
	assert_string_equal(wording_time(1795348800000LL + 9 * HOUR + 5 * MINUTE, text), "21:05");
	assert_true(wording_day_number(1795348800000LL) == wording_day_number(1795348800000LL + HOUR));
	assert_true(wording_day_number(1795348800000LL) != wording_day_number(1795348800000LL + DAY));
}

struct trouble_row {
	const char *name;
	const char *status;
	int code;
	const char *message;
	int64_t next_attempt_at;
	const char *mark;
	bool can_resend;
	const char *said; /* part of it; "" = nothing is said */
};

static const struct trouble_row troubles[] = {
	{ "waiting", "queued", 0, "", 0, "○", false, "" },
	{ "to be tried again", "queued", 0, "Busy.", NOON + HOUR, "○", false, "Busy. It will be tried again at" },
	{ "back in the queue", "sending", 0, "Busy.", NOON + 2000, "○", false, "Busy." },
	{ "tried once more", "sending", 0, "Busy.", 0, "◌", false, "Busy." },
	{ "on its way", "sending", 0, "", 0, "◌", false, "" },
	{ "sent", "sent", 0, "", 0, "✓", false, "" },
	{ "delivered", "delivered", 0, "", 0, "✓✓", false, "" },
	{ "read", "read", 0, "", 0, "✓✓", false, "" },
	{ "failed with a code", "failed", 30003, "", 0, "✗", true, "(30003). " },
	{ "failed with an unknown code", "undelivered", 99999, "Strange thing.", 0, "✗", true, "Strange thing. (99999). " },
	{ "failed without a reason", "failed", 0, "", 0, "✗", true, "R sends it again" },
	{ "unconfirmed", "unknown", 0, "", 0, "?", true, "press R" },
	{ "being asked for", "unknown", 0, "", NOON + HOUR, "?", true, "asks whether" },
	{ "a status of later times", "teleported", 0, "", 0, "·", false, "" },
};

static void
test_troubles(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof troubles / sizeof troubles[0]; i++) {
		const struct trouble_row *row = &troubles[i];
		char none[1] = "", words[64];
		struct message message = { .direction = MESSAGE_OUT, .error_code = row->code, .author = none, .body = none,
					   .error_message = words, .next_attempt_at = row->next_attempt_at };
		struct delivery_look look;
		struct strbuf out;

		strbuf_init(&out, 1024);
		utf8_copy(words, sizeof words, row->message);
		utf8_copy(message.status, sizeof message.status, row->status);
		look = wording_delivery(&message);
		assert_string_equal(look.mark, row->mark);
		assert_true(look.word[0] != '\0');
		assert_int_equal(wording_can_resend(&message), row->can_resend);
		wording_trouble(&out, &message, NOON);
		if (row->said[0] == '\0')
			assert_string_equal(strbuf_text(&out), "");
		else if (strstr(strbuf_text(&out), row->said) == NULL)
			fail_msg("%s: \"%s\" is not in \"%s\"", row->name, row->said, strbuf_text(&out));
		strbuf_release(&out);
	}
}

struct delivery_words_row {
	const char *name;
	const char *status;
	const char *message;
	int64_t next_attempt_at;
	int64_t countdown_ms;
	const char *words;
};

static void
test_delivery_words(void **state)
{
	/* NOON is 2026-09-21 14:13:20 UTC, a Monday. */
	static const struct delivery_words_row rows[] = {
		{ "counting down", "queued", "", NOON + 3500, 3500, "○ sent in 4 s" },
		{ "its last moment", "queued", "", NOON + 1, 1, "○ sent in 1 s" },
		{ "due", "queued", "", NOON, 0, "○ queued" },
		{ "a try failed", "queued", "no network", NOON + 3500, 0, "○ queued" },
		{ "scheduled", "scheduled", "", NOON + DAY, 0, "⏱ Tue 22 Sep 14:13" },
		{ "held", "held", "", 0, 0, "⏸ held" },
		{ "sent", "sent", "", 0, 0, "✓ sent" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct delivery_words_row *row = &rows[i];
		char words[WORDING_SIZE * 2], reason[64];
		struct message message = { .direction = MESSAGE_OUT, .error_message = reason,
					   .next_attempt_at = row->next_attempt_at };

		utf8_copy(reason, sizeof reason, row->message);
		utf8_copy(message.status, sizeof message.status, row->status);
		if (wording_countdown_ms(&message, NOON) != row->countdown_ms)
			fail_msg("%s: counts down wrongly", row->name);
		assert_string_equal(wording_delivery_words(&message, NOON, words), row->words);
	}
}

static void
test_why_it_is_held(void **state)
{
	static const struct { const char *reason, *said; } rows[] = {
		{ "newer", "somebody wrote" }, { "window_closed", "free replies" }, { "opted_out", "no messages" },
		{ "something else", "changed" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char none[1] = "";
		struct message message = { .direction = MESSAGE_OUT, .status = "held", .error_message = none };
		struct strbuf out;

		strbuf_init(&out, 1024);
		utf8_copy(message.held_reason, sizeof message.held_reason, rows[i].reason);
		wording_trouble(&out, &message, NOON);
		assert_non_null(strstr(strbuf_text(&out), rows[i].said));
		assert_non_null(strstr(strbuf_text(&out), "Enter"));
		strbuf_release(&out);
	}
}

static void
test_costs(void **state)
{
	static const struct { const char *price; int sent; unsigned asked; const char *shown; } rows[] = {
		{ "-0.00790", 1, 1, "0.0079 USD" },  { "-0.01580", 2, 3, "0.0237 USD" }, { "0.5", 1, 4, "2.0000 USD" },
		{ "2", 1, 1, "2.0000 USD" },	     { "", 1, 1, "" },			 { "-0.0079", 0, 1, "" },
		{ "free", 1, 1, "" },		     { "99999999999999999999", 1, 9999, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char price[32], currency[] = "USD", out[WORDING_SIZE];
		struct message message = { .price = price, .currency = currency, .segments = rows[i].sent };

		utf8_copy(price, sizeof price, rows[i].price);
		assert_string_equal(wording_cost(&message, rows[i].asked, out), rows[i].shown);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ages),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_troubles),
		cmocka_unit_test(test_delivery_words),
		cmocka_unit_test(test_why_it_is_held),
		cmocka_unit_test(test_costs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
