/* SPDX-License-Identifier: MIT */
/* Replies that wait on purpose: the undo window, scheduled ones, held ones. */
#include "store_fixture.h"

#include "core/draft.h"

#define DAY (24LL * 60 * 60 * 1000)
#define LEASE 60000

/* The id of the only ready row, 0 if none. */
static int64_t
ready(struct db *db, int64_t now)
{
	struct outbox_row rows[8];
	struct err err = { "" };
	size_t count;
	int64_t id = 0;

	assert_int_equal(outbox_ready(db, now, 8, rows, &count, &err), STATUS_OK);
	assert_true(count <= 1);
	if (count == 1) {
		id = rows[0].id;
		outbox_row_release(&rows[0]);
	}
	return id;
}

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

/* A reply in `thread_id` by Ana, who saw `seen`. */
static struct outgoing
reply(int64_t thread_id, int64_t seen)
{
	return (struct outgoing){ .channel = CHANNEL_SMS, .thread_id = thread_id, .body = "reply", .author = "ana",
				  .origin = "console", .seen_message_id = seen, .now_ms = NOON };
}

static enum status
claim(struct db *db, int64_t at)
{
	struct err err = { "" };
	int64_t id = ready(db, at);

	return id == 0 ? STATUS_NOT_FOUND : outbox_claim(db, id, "here/1/a", at, LEASE, &err);
}

static void
test_undo_window(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct inbound_result in = store_inbound(db, CHANNEL_SMS, "U1", "+14155550150", "hi", NOON - 1000);
	struct outgoing first = reply(in.thread_id, in.message_id), second = reply(in.thread_id, 0);
	struct outgoing_result sent;
	struct err err = { "" };
	int64_t due_ms;
	char *draft;

	first.delay_ms = 5000;
	sent = store_enqueue(db, &first);
	assert_int_equal(sent.problem, SEND_FINE);
	store_enqueue(db, &second);
	assert_int_equal(ready(db, NOON + 4999), 0); /* neither it nor what follows it */
	assert_int_equal(outbox_next_due(db, NOON, &due_ms, &err), STATUS_OK);
	assert_int_equal(due_ms, NOON + 5000);
	assert_int_equal(outbox_take_back(db, sent.message_id, "ana", NOON + 1000, &err), STATUS_OK);
	assert_int_equal(draft_load(db, in.thread_id, "ana", &draft, &err), STATUS_OK);
	assert_string_equal(draft, "reply");
	free(draft);
	assert_int_equal(store_number(db, "SELECT message_id FROM outbox"), sent.message_id + 1);
	assert_int_equal(outbox_take_back(db, sent.message_id, "ana", NOON + 1000, &err), STATUS_CONFLICT);
	assert_int_equal(claim(db, NOON + 1000), STATUS_OK);
	assert_int_equal(outbox_take_back(db, sent.message_id + 1, "ana", NOON + 1000, &err), STATUS_CONFLICT);
}

static void
test_taken_back_customer_waits_again(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct inbound_result in = store_inbound(db, CHANNEL_SMS, "U2", "+14155550150", "hi", NOON - 1000);
	struct outgoing out = reply(in.thread_id, in.message_id);
	struct err err = { "" };

	out.delay_ms = 5000;
	assert_int_equal(outbox_cancel(db, store_enqueue(db, &out).message_id, NOON, &err), STATUS_OK);
	assert_int_equal(store_number(db, "SELECT unanswered_since FROM communication_threads"), NOON - 1000);
}

static void
test_held_when_the_conversation_went_on(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct inbound_result in = store_inbound(db, CHANNEL_SMS, "H1", "+14155550150", "hi", NOON - 1000);
	struct outgoing out = reply(in.thread_id, in.message_id);
	struct outgoing_result sent;
	struct err err = { "" };

	out.delay_ms = 5000;
	sent = store_enqueue(db, &out);
	store_inbound(db, CHANNEL_SMS, "H2", "+14155550150", "wait", NOON + 1000);
	assert_int_equal(store_enqueue(db, &out).problem, SEND_NEWER);
	assert_int_equal(claim(db, NOON + 5000), STATUS_CONFLICT);
	assert_int_equal(store_number(db, "SELECT count(*) FROM outbox WHERE state = 'held' AND held_reason = 'newer'"), 1);
	assert_int_equal(ready(db, NOON + DAY), 0); /* never by itself */
	assert_int_equal(outbox_release(db, sent.message_id, NOON + 6000, &err), STATUS_OK);
	assert_int_equal(claim(db, NOON + 6000), STATUS_OK);
	assert_int_equal(outbox_release(db, sent.message_id, NOON + 6000, &err), STATUS_CONFLICT);
}

static void
test_own_replies_are_no_collision(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct inbound_result in = store_inbound(db, CHANNEL_SMS, "O1", "+14155550150", "hi", NOON - 1000);
	struct outgoing out = reply(in.thread_id, in.message_id), other = out;

	assert_int_equal(store_enqueue(db, &out).problem, SEND_FINE);
	assert_int_equal(store_enqueue(db, &out).problem, SEND_FINE);
	other.author = "bob";
	assert_int_equal(store_enqueue(db, &other).problem, SEND_NEWER);
}

static void
test_scheduled(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct inbound_result in = store_inbound(db, CHANNEL_WHATSAPP, "S1", "whatsapp:+5215500000001", "hi", NOON - 1000);
	struct outgoing out = reply(in.thread_id, in.message_id);
	struct outgoing_result sent;
	struct err err = { "" };

	out.channel = CHANNEL_WHATSAPP;
	out.not_before = NOON + DAY;
	sent = store_enqueue(db, &out);
	assert_int_equal(outbox_reschedule(db, sent.message_id, NOON + 2 * DAY, NOON, &err), STATUS_OK);
	assert_int_equal(ready(db, NOON + DAY), 0);
	assert_int_equal(claim(db, NOON + 2 * DAY), STATUS_CONFLICT); /* the window closed meanwhile */
	assert_int_equal(store_number(db, "SELECT count(*) FROM outbox WHERE held_reason = 'window_closed'"), 1);
	assert_int_equal(outbox_cancel(db, sent.message_id, NOON + 2 * DAY, &err), STATUS_OK);
	out.not_before = NOON + 3600000;
	store_enqueue(db, &out);
	assert_int_equal(claim(db, NOON + 3600000), STATUS_OK);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_undo_window),
		T(test_taken_back_customer_waits_again),
		T(test_held_when_the_conversation_went_on),
		T(test_own_replies_are_no_collision),
		T(test_scheduled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
