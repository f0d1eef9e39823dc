/* SPDX-License-Identifier: MIT */
/* Status callbacks: any order and any repetition of a set ends in the same state. */
#include "store_fixture.h"

#include "core/delivery.h"
#include "core/message.h"
#include "core/thread.h"

static int
setup(void **state)
{
	static struct store store;

	store_setup(&store);
	*state = &store;
	return 0;
}

static int
teardown(void **state)
{
	store_teardown(*state);
	return 0;
}

static int64_t
apply(struct db *db, int64_t message_id, const char *sid, const char *status, int code)
{
	struct delivery_callback callback = { .message_id = message_id,
					      .provider_message_id = sid,
					      .status = status,
					      .error_code = code,
					      .error_message = code != 0 ? "carrier's words" : NULL,
					      .payload = "{}",
					      .received_at = NOON + 100 };
	struct err err = { "" };
	int64_t found = -1;

	assert_int_equal(db_begin(db, &err), STATUS_OK);
	if (delivery_apply(db, &callback, &found, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	assert_int_equal(db_commit(db, &err), STATUS_OK);
	return found;
}

/* A reply that the carrier accepted under `sid`. */
static int64_t
accepted_reply(struct db *db, int number, const char *sid)
{
	struct outbox_row row;
	struct err err = { "" };
	char from[32], in_sid[32];
	int64_t message_id;
	size_t count;

	snprintf(from, sizeof from, "+1415556%04d", number);
	snprintf(in_sid, sizeof in_sid, "IN%d", number);
	message_id = store_reply(db, store_inbound(db, CHANNEL_SMS, in_sid, from, "hi", NOON).thread_id, CHANNEL_SMS, "yes",
				 NOON);
	assert_int_equal(outbox_ready(db, NOON, 1, &row, &count, &err), STATUS_OK);
	assert_int_equal(count, 1);
	assert_int_equal(outbox_claim(db, row.id, "test/1/a", NOON, 60000, &err), STATUS_OK);
	assert_int_equal(outbox_accepted(db, row.id, sid, "queued", 1, NOON, &err), STATUS_OK);
	outbox_row_release(&row);
	return message_id;
}

static void
expect(struct db *db, int64_t message_id, const char *status, int code, const char *name)
{
	struct message message;
	struct err err = { "" };

	assert_int_equal(message_get(db, message_id, &message, &err), STATUS_OK);
	if (strcmp(message.status, status) != 0 || message.error_code != code)
		fail_msg("%s: %s/%d instead of %s/%d", name, message.status, message.error_code, status, code);
	message_release(&message);
}

struct set {
	const char *name;
	struct {
		const char *status;
		int code;
	} events[4];
	size_t count;
	const char *status;
	int code;
};

static const struct set sets[] = {
	{ "normal way to read", { { "sending", 0 }, { "sent", 0 }, { "delivered", 0 }, { "read", 0 } }, 4, "read", 0 },
	{ "failed after sent", { { "sending", 0 }, { "sent", 0 }, { "failed", 30008 } }, 3, "failed", 30008 },
	{ "success after error keeps the code", { { "undelivered", 30003 }, { "delivered", 0 } }, 2, "delivered", 30003 },
	{ "two failures with two codes", { { "failed", 30005 }, { "undelivered", 30003 }, { "sent", 0 } }, 3, "failed", 30003 },
	{ "the same failure with and without code", { { "failed", 0 }, { "failed", 63016 } }, 2, "failed", 63016 },
	{ "unknown word changes nothing", { { "teleported", 0 }, { "sent", 0 } }, 2, "sent", 0 },
	{ "read implies delivered", { { "read", 0 }, { "sent", 0 } }, 2, "read", 0 },
	{ "the carrier's queue is still sending", { { "queued", 0 }, { "accepted", 0 } }, 2, "sending", 0 },
	{ "canceled loses to delivered", { { "canceled", 0 }, { "delivered", 0 }, { "scheduled", 0 } }, 3, "delivered", 0 },
};

/* Applies the permutation number `n` of the set, each event twice. */
static void
apply_permutation(struct db *db, const struct set *set, size_t n, int64_t path_id, const char *sid)
{
	size_t left[4] = { 0, 1, 2, 3 }, left_count = set->count;

	while (left_count > 0) {
		size_t pick = n % left_count, event = left[pick];

		n /= left_count;
		memmove(&left[pick], &left[pick + 1], (left_count - pick - 1) * sizeof left[0]);
		left_count--;
		apply(db, path_id, sid, set->events[event].status, set->events[event].code);
		apply(db, path_id, sid, set->events[event].status, set->events[event].code);
	}
}

static size_t
factorial(size_t n)
{
	return n <= 1 ? 1 : n * factorial(n - 1);
}

static void
test_every_order_ends_alike(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	int number = 0;

	for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
		for (size_t n = 0; n < factorial(sets[i].count); n++) {
			char sid[32];
			int64_t message_id;

			snprintf(sid, sizeof sid, "SM%zu-%zu", i, n);
			message_id = accepted_reply(db, number++, sid);
			apply_permutation(db, &sets[i], n, n % 2 == 0 ? message_id : 0, sid);
			/* The set "two failures" keeps the code of the higher rank's lowest number. */
			expect(db, message_id, sets[i].status, sets[i].code, sets[i].name);
		}
	}
}

static void
test_early_ones_wait(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	int64_t message_id;

	assert_int_equal(apply(db, 0, "SMearly", "delivered", 0), 0);
	assert_int_equal(store_number(db, "SELECT count(*) FROM delivery_events WHERE message_id IS NULL"), 1);
	message_id = accepted_reply(db, 1, "SMearly");
	expect(db, message_id, "delivered", 0, "applied when the message became known");
	assert_int_equal(store_number(db, "SELECT count(*) FROM delivery_events WHERE message_id IS NULL"), 0);
}

static void
test_path_settles_a_lost_answer(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct outbox_row row;
	struct err err = { "" };
	int64_t thread_id = store_inbound(db, CHANNEL_SMS, "IN1", "+14155550100", "hi", NOON).thread_id;
	int64_t message_id = store_reply(db, thread_id, CHANNEL_SMS, "yes", NOON);
	size_t count;

	/* Before it went out, nobody can know of it. */
	assert_int_equal(apply(db, message_id, "SMforged", "delivered", 0), 0);
	expect(db, message_id, "queued", 0, "not sent yet");

	assert_int_equal(outbox_ready(db, NOON, 1, &row, &count, &err), STATUS_OK);
	assert_int_equal(outbox_claim(db, row.id, "test/1/a", NOON, 60000, &err), STATUS_OK);
	assert_int_equal(outbox_unknown(db, row.id, NOON + 3000, "no answer", NOON, &err), STATUS_OK);
	expect(db, message_id, "unknown", 0, "no answer");
	assert_int_equal(apply(db, message_id, "SMreal", "sent", 0), message_id);
	expect(db, message_id, "sent", 0, "settled");
	assert_int_equal(store_number(db, "SELECT count(*) FROM outbox"), 0);
	assert_string_equal(store_text(db, "SELECT provider_message_id FROM message_deliveries"), "SMreal");
	/* Another id for the same message is not believed. */
	assert_int_equal(apply(db, message_id, "SMother", "failed", 30001), 0);
	expect(db, message_id, "sent", 0, "bound already");
	/* The answer that comes after all finds nothing left to do. */
	assert_int_equal(outbox_accepted(db, row.id, "SMreal", "queued", 1, NOON, &err), STATUS_OK);
	outbox_row_release(&row);
}

static void
test_unsure_one_is_counted_until_it_is_settled(void **state)
{
	static const struct {
		const char *name, *status; /* what comes after all; NULL: a refusal as answer */
		int failed;
	} rows[] = { { "sent", "sent", 0 }, { "failed", "failed", 1 }, { "refused", NULL, 1 }, { "accepted", "", 0 } };
	struct db *db = ((struct store *)*state)->db;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct outbox_row row;
		struct err err = { "" };
		char from[32], sid[32];
		int64_t thread_id, message_id;
		struct thread thread;
		size_t count;

		snprintf(from, sizeof from, "+1415557%04zu", i);
		snprintf(sid, sizeof sid, "IN%zu", i);
		thread_id = store_inbound(db, CHANNEL_SMS, sid, from, "hi", NOON).thread_id;
		message_id = store_reply(db, thread_id, CHANNEL_SMS, "yes", NOON);
		assert_int_equal(outbox_ready(db, NOON, 1, &row, &count, &err), STATUS_OK);
		assert_int_equal(outbox_claim(db, row.id, "test/1/a", NOON, 60000, &err), STATUS_OK);
		assert_int_equal(outbox_unknown(db, row.id, 0, "not found", NOON, &err), STATUS_OK);
		assert_int_equal(thread_get(db, thread_id, &thread, &err), STATUS_OK);
		assert_true(thread.has_failed);
		snprintf(sid, sizeof sid, "SM%zu", i);
		if (rows[i].status == NULL)
			assert_int_equal(outbox_failed(db, row.id, 21211, "no such number", NOON, &err), STATUS_OK);
		else if (rows[i].status[0] == '\0')
			assert_int_equal(outbox_accepted(db, row.id, sid, "queued", 1, NOON, &err), STATUS_OK);
		else
			assert_int_equal(apply(db, message_id, sid, rows[i].status, 0), message_id);
		if (store_number(db, "SELECT failed_count FROM communication_threads ORDER BY id DESC LIMIT 1") != rows[i].failed)
			fail_msg("%s: counted wrongly", rows[i].name);
		outbox_row_release(&row);
	}
	assert_int_equal(store_number(db, "SELECT count(*) FROM outbox"), 0);
}

/* What was dismissed counts no more, whatever is reported afterwards; the one beside it still does. */
static void
test_dismissed_failure_is_not_uncounted_twice(void **state)
{
	static const char *const later[] = { "delivered", "failed" };
	struct db *db = ((struct store *)*state)->db;
	int64_t thread_id = store_inbound(db, CHANNEL_SMS, "IN1", "+14155550100", "hi", NOON).thread_id;
	struct err err = { "" };

	for (size_t i = 0; i < sizeof later / sizeof later[0]; i++) {
		char a[16], b[16];
		int64_t dismissed;

		snprintf(a, sizeof a, "SMa%zu", i);
		snprintf(b, sizeof b, "SMb%zu", i);
		dismissed = store_reply(db, thread_id, CHANNEL_SMS, "a", NOON);
		store_reply(db, thread_id, CHANNEL_SMS, "b", NOON);
		assert_int_equal(delivery_bind(db, dismissed, a, NOON, &err), STATUS_OK);
		assert_int_equal(delivery_bind(db, dismissed + 1, b, NOON, &err), STATUS_OK);
		apply(db, 0, a, "undelivered", 30003);
		apply(db, 0, b, "undelivered", 30003);
		assert_int_equal(store_number(db, "SELECT failed_count FROM communication_threads"), 2);
		assert_int_equal(outbox_dismiss(db, dismissed, "eva", NOON, &err), STATUS_OK);
		assert_int_equal(store_number(db, "SELECT failed_count FROM communication_threads"), 1);
		apply(db, 0, a, later[i], 0);
		assert_int_equal(store_number(db, "SELECT failed_count FROM communication_threads"), 1);
	}
}

static void
test_failures_are_counted_in_the_conversation(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	int64_t message_id = accepted_reply(db, 1, "SM1");

	apply(db, 0, "SM1", "undelivered", 30003);
	assert_int_equal(store_number(db, "SELECT failed_count FROM communication_threads"), 1);
	apply(db, 0, "SM1", "delivered", 0);
	assert_int_equal(store_number(db, "SELECT failed_count FROM communication_threads"), 0);
	expect(db, message_id, "delivered", 30003, "the code stays");
}

static void
test_ranks(void **state)
{
	static const char *const order[] = { "accepted", "queued", "sending", "sent", "delivered", "read" };

	(void)state;
	for (size_t i = 0; i + 1 < sizeof order / sizeof order[0]; i++)
		assert_true(delivery_rank(order[i]) < delivery_rank(order[i + 1]));
	assert_int_equal(delivery_rank("nonsense"), 0);
	assert_true(delivery_is_final("undelivered"));
	assert_false(delivery_is_final("sent"));
	assert_false(delivery_is_final("received"));
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_every_order_ends_alike),
		T(test_early_ones_wait),
		T(test_path_settles_a_lost_answer),
		T(test_unsure_one_is_counted_until_it_is_settled),
		T(test_dismissed_failure_is_not_uncounted_twice),
		T(test_failures_are_counted_in_the_conversation),
		cmocka_unit_test(test_ranks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
