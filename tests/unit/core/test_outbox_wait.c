/* SPDX-License-Identifier: MIT */
/* Replies that wait on purpose: the undo window, scheduled ones, held ones. */
#include "store_fixture.h"

#include "core/draft.h"
#include "core/note.h"
#include "core/outbox_list.h"

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

static void
test_pages_of_the_outbox(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct inbound_result in = store_inbound(db, CHANNEL_SMS, "L1", "+14155550150", "hi", NOON - 1000);
	struct outgoing out = reply(in.thread_id, 0), later = out;
	struct outbox_item items[4];
	struct outbox_page page = { .filter = OUTBOX_ALL, .limit = 4, .rows = items };
	int64_t failed = store_enqueue(db, &out).message_id, waiting, scheduled;
	struct err err = { "" };

	assert_int_equal(outbox_claim(db, ready(db, NOON), "here/1/a", NOON, LEASE, &err), STATUS_OK);
	assert_int_equal(outbox_failed(db, 1, 30003, "off", NOON, &err), STATUS_OK);
	waiting = store_enqueue(db, &out).message_id;
	later.not_before = NOON + DAY;
	scheduled = store_enqueue(db, &later).message_id;
	assert_int_equal(outbox_list(db, &page, &err), STATUS_OK);
	assert_int_equal(page.count, 3);
	assert_int_equal(items[0].message_id, scheduled);
	assert_int_equal(items[1].message_id, waiting);
	assert_int_equal(items[2].message_id, failed);
	page.before_id = scheduled;
	assert_int_equal(outbox_list(db, &page, &err), STATUS_OK);
	assert_int_equal(page.count, 2);
	page = (struct outbox_page){ .filter = OUTBOX_SCHEDULED, .limit = 4, .rows = items };
	assert_int_equal(outbox_list(db, &page, &err), STATUS_OK);
	assert_int_equal(page.count, 1);
	assert_string_equal(items[0].state, "scheduled");
	assert_int_equal(items[0].due_at, NOON + DAY);
	assert_int_equal(outbox_dismiss(db, failed, "ana", NOON, &err), STATUS_OK);
	assert_int_equal(outbox_dismiss(db, failed, "bob", NOON, &err), STATUS_CONFLICT);
	page.filter = OUTBOX_FAILED;
	assert_int_equal(outbox_list(db, &page, &err), STATUS_OK);
	assert_int_equal(page.count, 1);
	assert_int_equal(items[0].error_code, 30003);
	assert_true(items[0].dealt_with);
}

static void
test_note_is_no_answer(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct inbound_result in = store_inbound(db, CHANNEL_SMS, "N1", "+14155550150", "hi", NOON - 1000);
	const struct note note = { .thread_id = in.thread_id, .author = "ana", .body = "ask Bob", .now_ms = NOON };
	const struct note blank = { .thread_id = in.thread_id, .author = "ana", .body = " ", .now_ms = NOON };
	struct err err = { "" };
	int64_t id = 0;

	assert_int_equal(note_add(db, &blank, &id, &err), STATUS_INVALID);
	assert_int_equal(note_add(db, &note, &id, &err), STATUS_OK);
	assert_int_equal(store_number(db, "SELECT unanswered_since FROM communication_threads"), NOON - 1000);
	assert_int_equal(store_number(db, "SELECT last_message_id FROM communication_threads"), in.message_id);
	assert_int_equal(store_number(db, "SELECT unread_count_agent FROM communication_threads"), 1);
	assert_int_equal(store_number(db, "SELECT count(*) FROM messages WHERE direction = 'note'"), 1);
}

static void
test_notes_that_read_like_answers(void **state)
{
	static const struct {
		const char *text;
		bool answer;
	} rows[] = {
		{ "Hola, su pedido sale hoy", true }, { "¡Hola!", true }, { "Thanks for waiting", true },
		{ "It left today. Regards", true },   { "saldrá mañana, saludos.", true }, { "ask Bob about the invoice", false },
		{ "hidden fee, see invoice", false }, { "", false },	  { "hiló mal", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (note_looks_like_answer(rows[i].text) != rows[i].answer)
			fail_msg("%s", rows[i].text);
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
		T(test_pages_of_the_outbox),
		T(test_note_is_no_answer),
		T(test_notes_that_read_like_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
