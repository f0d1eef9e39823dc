/* SPDX-License-Identifier: MIT */
/* A customer's message: repeats, customers, conversations, counters, opt-outs, dead letters. */
#include "store_fixture.h"

#include "core/client.h"
#include "core/delivery.h"
#include "core/message.h"
#include "core/thread.h"
#include "core/utf8.h"

#define DAY (24LL * 60 * 60 * 1000)

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

static void
test_first_message_makes_everything(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct inbound_result result = store_inbound(db, CHANNEL_WHATSAPP, "SM1", "whatsapp:+5215512345678", "¿Hola?", NOON);
	struct thread thread;
	struct err err;

	assert_false(result.repeated);
	assert_int_equal(thread_get(db, result.thread_id, &thread, &err), STATUS_OK);
	assert_int_equal(thread.channel, CHANNEL_WHATSAPP);
	assert_int_equal(thread.status, THREAD_OPEN);
	assert_int_equal(thread.unread, 1);
	assert_string_equal(thread.client_name, "Ana");
	assert_string_equal(thread.client_address, "+5215512345678");
	assert_string_equal(thread.own_address, "+14155238886");
	assert_string_equal(thread.preview, "¿Hola?");
	assert_string_equal(thread.last_sender, "client");
	assert_int_equal(thread.last_inbound_at, NOON);
	assert_int_equal(thread_window_until(&thread), NOON + DAY);
	assert_int_equal(thread.last_message_id, result.message_id);
}

static void
test_repeat_changes_nothing(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct inbound_result first = store_inbound(db, CHANNEL_SMS, "SM1", "+5215512345678", "hola", NOON);
	struct inbound_result second = store_inbound(db, CHANNEL_SMS, "SM1", "+5215512345678", "hola", NOON + 5);

	assert_true(second.repeated);
	assert_int_equal(second.message_id, first.message_id);
	assert_int_equal(second.thread_id, first.thread_id);
	assert_int_equal(store_number(db, "SELECT count(*) FROM messages"), 1);
	assert_int_equal(store_number(db, "SELECT unread_count_agent FROM communication_threads"), 1);
	assert_int_equal(store_number(db, "SELECT last_message_at FROM communication_threads"), NOON);
}

static void
test_one_person_under_two_spellings(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct thread thread;
	struct inbound_result result;
	struct err err;

	store_inbound(db, CHANNEL_WHATSAPP, "SM1", "whatsapp:+5215512345678", "uno", NOON);
	result = store_inbound(db, CHANNEL_SMS, "SM2", "+525512345678", "dos", NOON);
	assert_int_equal(store_number(db, "SELECT count(*) FROM clients"), 1);
	assert_int_equal(store_number(db, "SELECT count(*) FROM client_addresses"), 2);
	assert_int_equal(store_number(db, "SELECT count(*) FROM communication_threads"), 2);
	/* A reply goes to the spelling that came. */
	assert_int_equal(thread_get(db, result.thread_id, &thread, &err), STATUS_OK);
	assert_string_equal(thread.client_address, "+525512345678");
}

static void
test_fast_messages_share_a_conversation(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	char sid[16];

	for (int i = 0; i < 20; i++) {
		snprintf(sid, sizeof sid, "SM%d", i);
		store_inbound(db, CHANNEL_SMS, sid, "+5215512345678", "rápido", NOON + i);
	}
	assert_int_equal(store_number(db, "SELECT count(*) FROM communication_threads"), 1);
	assert_int_equal(store_number(db, "SELECT unread_count_agent FROM communication_threads"), 20);
}

static void
test_status_after_a_new_message(void **state)
{
	static const struct {
		const char *name;
		enum thread_status before;
		int64_t later_ms;
		bool same;
		enum thread_status after;
	} rows[] = {
		{ "open stays open", THREAD_OPEN, DAY, true, THREAD_OPEN },
		{ "pending opens", THREAD_PENDING, DAY, true, THREAD_OPEN },
		{ "snoozed opens", THREAD_SNOOZED, DAY, true, THREAD_OPEN },
		{ "spam stays spam", THREAD_SPAM, DAY, true, THREAD_SPAM },
		{ "closed reopens within seven days", THREAD_CLOSED, 7 * DAY - 1000, true, THREAD_OPEN },
		{ "closed longer ago starts anew", THREAD_CLOSED, 7 * DAY + 1000, false, THREAD_OPEN },
	};
	struct db *db = ((struct store *)*state)->db;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct inbound_result first, second;
		char from[32], sid[32];
		struct thread thread;
		struct err err = { "" };

		snprintf(from, sizeof from, "+1415555%04zu", i);
		snprintf(sid, sizeof sid, "SMa%zu", i);
		first = store_inbound(db, CHANNEL_SMS, sid, from, "uno", NOON);
		assert_int_equal(db_begin(db, &err), STATUS_OK);
		assert_int_equal(thread_set_status(db, first.thread_id, rows[i].before, "eva", NOON, &err), STATUS_OK);
		assert_int_equal(db_commit(db, &err), STATUS_OK);
		snprintf(sid, sizeof sid, "SMb%zu", i);
		second = store_inbound(db, CHANNEL_SMS, sid, from, "dos", NOON + rows[i].later_ms);
		if ((second.thread_id == first.thread_id) != rows[i].same)
			fail_msg("%s: conversation", rows[i].name);
		assert_int_equal(thread_get(db, second.thread_id, &thread, &err), STATUS_OK);
		if (thread.status != rows[i].after)
			fail_msg("%s: status is %s", rows[i].name, thread_status_name(thread.status));
	}
}

static void
test_attachments_and_preview(void **state)
{
	struct inbound_attachment attachments[] = {
		{ .kind = "media", .content_type = "image/jpeg", .url = "https://api.twilio.com/x" },
		{ .kind = "location", .name = "Zócalo", .url = "geo:19.43,-99.13" },
	};
	struct inbound in = { .channel = CHANNEL_WHATSAPP,
			      .provider_message_id = "MM1",
			      .from = "whatsapp:+5215512345678",
			      .to = "whatsapp:+14155238886",
			      .body = "",
			      .metadata = "{\"NumMedia\":\"1\"}",
			      .attachments = attachments,
			      .attachment_count = 2,
			      .received_at = NOON };
	struct db *db = ((struct store *)*state)->db;
	struct inbound_result result;
	struct message_list list;
	struct err err = { "" };

	assert_int_equal(db_begin(db, &err), STATUS_OK);
	assert_int_equal(inbound_store(db, &in, &result, &err), STATUS_OK);
	assert_int_equal(db_commit(db, &err), STATUS_OK);
	assert_string_equal(store_text(db, "SELECT last_message_preview FROM communication_threads"), "[image/jpeg]");
	assert_int_equal(message_page(db, result.thread_id, 0, 10, &list, &err), STATUS_OK);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0].attachment_count, 2);
	assert_string_equal(list.items[0].attachments[1].name, "Zócalo");
	assert_string_equal(list.items[0].status, "received");
	message_list_release(&list);
}

static void
test_preview_is_cut_at_a_character(void **state)
{
	struct inbound_attachment attachment = { .kind = "location", .url = "geo:19.43,-99.13" };
	struct inbound in = { .channel = CHANNEL_WHATSAPP,
			      .from = "whatsapp:+5215512345678",
			      .to = "whatsapp:+14155238886",
			      .body = "",
			      .metadata = "{}",
			      .attachments = &attachment,
			      .attachment_count = 1,
			      .received_at = NOON };
	struct db *db = ((struct store *)*state)->db;
	struct inbound_result result;
	struct err err = { "" };

	/* Names of two-byte letters, shifted by one, so that one of them is cut within a letter. */
	for (int i = 0; i < 2; i++) {
		char name[602] = "x", sid[16];
		const char *preview;

		for (size_t at = (size_t)i; at + 2 < sizeof name; at += 2)
			memcpy(name + at, "ñ", 3);
		attachment.name = name;
		snprintf(sid, sizeof sid, "MM%d", i);
		in.provider_message_id = sid;
		assert_int_equal(db_begin(db, &err), STATUS_OK);
		assert_int_equal(inbound_store(db, &in, &result, &err), STATUS_OK);
		assert_int_equal(db_commit(db, &err), STATUS_OK);
		preview = store_text(db, "SELECT last_message_preview FROM communication_threads");
		assert_true(utf8_valid(preview, strlen(preview)));
		assert_int_equal(preview[0], '[');
		assert_int_equal(preview[strlen(preview) - 1], ']');
	}
}

static void
test_unusable_address_is_refused(void **state)
{
	struct inbound in = { .channel = CHANNEL_WHATSAPP,
			      .provider_message_id = "SM1",
			      .from = "whatsapp:nobody at all",
			      .to = "whatsapp:+14155238886",
			      .body = "x",
			      .received_at = NOON };
	struct db *db = ((struct store *)*state)->db;
	struct inbound_result result;
	struct err err = { "" };

	assert_int_equal(db_begin(db, &err), STATUS_OK);
	assert_int_equal(inbound_store(db, &in, &result, &err), STATUS_INVALID);
	db_rollback(db);
	assert_int_equal(store_number(db, "SELECT count(*) FROM clients"), 0);
}

static void
test_stop_and_start(void **state)
{
	static const struct {
		const char *name, *body;
		bool stopped;
	} rows[] = {
		{ "a word in a sentence is none", "please stop that", false },
		{ "the word alone, any case", "  Stop\n", true },
		{ "start again", "START", false },
		{ "another keyword", "unsubscribe", true },
		{ "yes counts as start", "yes", false },
	};
	struct db *db = ((struct store *)*state)->db;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct outgoing out = { .channel = CHANNEL_SMS,
					.to = "+14155550100",
					.own_address = "+15551230000",
					.body = "hi",
					.author = "eva",
					.origin = "console",
					.now_ms = NOON };
		char sid[16];

		snprintf(sid, sizeof sid, "SM%zu", i);
		store_inbound(db, CHANNEL_SMS, sid, "+14155550100", rows[i].body, NOON);
		if (store_enqueue(db, &out).problem != (rows[i].stopped ? SEND_OPTED_OUT : SEND_FINE))
			fail_msg("%s", rows[i].name);
	}
}

static void
test_stop_through_a_pool_holds_for_the_pool(void **state)
{
	struct inbound in = { .channel = CHANNEL_SMS,
			      .provider_message_id = "SM1",
			      .from = "+14155550100",
			      .to = "+15551230000",
			      .service = "MG00000000000000000000000000000001",
			      .body = "STOP",
			      .metadata = "{}",
			      .received_at = NOON };
	struct outgoing out = { .channel = CHANNEL_SMS,
				.to = "+14155550100",
				.own_address = in.service,
				.body = "hi",
				.origin = "api",
				.now_ms = NOON };
	struct db *db = ((struct store *)*state)->db;
	struct inbound_result result;
	struct err err = { "" };

	assert_int_equal(db_begin(db, &err), STATUS_OK);
	assert_int_equal(inbound_store(db, &in, &result, &err), STATUS_OK);
	assert_int_equal(db_commit(db, &err), STATUS_OK);
	assert_int_equal(store_enqueue(db, &out).problem, SEND_OPTED_OUT);
	out.own_address = "+15551230000";
	assert_int_equal(store_enqueue(db, &out).problem, SEND_OPTED_OUT);
	in.body = "START";
	in.provider_message_id = "SM2";
	assert_int_equal(db_begin(db, &err), STATUS_OK);
	assert_int_equal(inbound_store(db, &in, &result, &err), STATUS_OK);
	assert_int_equal(db_commit(db, &err), STATUS_OK);
	out.own_address = in.service;
	assert_int_equal(store_enqueue(db, &out).problem, SEND_FINE);
}

static void
test_read_marks(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct inbound_result first = store_inbound(db, CHANNEL_SMS, "SM1", "+14155550100", "one", NOON);
	struct err err = { "" };

	store_inbound(db, CHANNEL_SMS, "SM2", "+14155550100", "two", NOON + 1);
	/* The agent saw only the first one when the second came. */
	assert_int_equal(db_begin(db, &err), STATUS_OK);
	assert_int_equal(thread_mark_read(db, first.thread_id, first.message_id, NOON + 2, &err), STATUS_OK);
	assert_int_equal(db_commit(db, &err), STATUS_OK);
	assert_int_equal(store_number(db, "SELECT unread_count_agent FROM communication_threads"), 1);
	assert_int_equal(store_number(db, "SELECT sum(unread_threads) FROM inbox_counts"), 1);
	assert_int_equal(db_begin(db, &err), STATUS_OK);
	assert_int_equal(thread_mark_read(db, first.thread_id, first.message_id + 1, NOON + 3, &err), STATUS_OK);
	assert_int_equal(db_commit(db, &err), STATUS_OK);
	assert_int_equal(store_number(db, "SELECT unread_count_agent FROM communication_threads"), 0);
	assert_int_equal(store_number(db, "SELECT sum(unread_threads) FROM inbox_counts"), 0);
}

static int64_t
store_answer(struct db *db, const char *sid, const char *from, const char *quoted)
{
	struct inbound in = { .channel = CHANNEL_WHATSAPP, .provider_message_id = sid, .from = from, .body = "this one",
			      .to = "whatsapp:+14155238886", .metadata = "{}", .reply_to = quoted, .received_at = NOON + 10 };
	struct inbound_result result;
	struct err err = { "" };

	assert_int_equal(inbound_store(db, &in, &result, &err), STATUS_OK);
	return result.message_id;
}

static void
test_quotes(void **state)
{
	static const struct {
		const char *name, *sid, *from, *quoted, *sender, *text; /* text NULL: nothing is quoted */
	} rows[] = {
		{ "ours", "SMq1", "whatsapp:+14155550100", "SMours", "agent", "first line" },
		{ "theirs", "SMq2", "whatsapp:+14155550100", "SMtheirs", "client", "hello" },
		{ "unknown", "SMq3", "whatsapp:+14155550100", "SMnowhere", "", NULL },
		{ "none", "SMq4", "whatsapp:+14155550100", NULL, "", NULL },
		{ "somebody else's", "SMq5", "whatsapp:+14155550199", "SMours", "", NULL },
	};
	struct db *db = ((struct store *)*state)->db;
	struct inbound_result first = store_inbound(db, CHANNEL_WHATSAPP, "SMtheirs", "whatsapp:+14155550100", "hello", NOON);
	int64_t ours = store_reply(db, first.thread_id, CHANNEL_WHATSAPP, "\n first line\nsecond", NOON + 1);
	struct message_list page;
	struct err err = { "" };

	assert_int_equal(delivery_bind(db, ours, "SMours", NOON + 2, &err), STATUS_OK);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct message message;

		assert_int_equal(message_get(db, store_answer(db, rows[i].sid, rows[i].from, rows[i].quoted), &message, &err),
				 STATUS_OK);
		if ((message.reply_to != 0) != (rows[i].text != NULL) || strcmp(message.quote_sender, rows[i].sender) != 0
		    || strcmp(message.quote_text, rows[i].text != NULL ? rows[i].text : "") != 0)
			fail_msg("%s: \"%s\" of \"%s\"", rows[i].name, message.quote_text, message.quote_sender);
		message_release(&message);
	}
	assert_int_equal(message_page(db, first.thread_id, 0, 10, &page, &err), STATUS_OK);
	assert_int_equal(page.count, 6);
	assert_int_equal(page.items[3].reply_to, ours);
	assert_string_equal(page.items[3].quote_author, "eva");
	assert_string_equal(page.items[3].quote_text, "first line");
	message_list_release(&page);
}

/* What is taken in late does not shut the window that a newer message opened. */
static void
test_an_older_one_comes_later(void **state)
{
	struct db *db = ((struct store *)*state)->db;

	store_inbound(db, CHANNEL_WHATSAPP, "SM1", "whatsapp:+14155550100", "new", NOON);
	store_inbound(db, CHANNEL_WHATSAPP, "SM2", "whatsapp:+14155550100", "old", NOON - 3600000);
	assert_int_equal(store_number(db, "SELECT last_inbound_at FROM communication_threads"), NOON);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_first_message_makes_everything),
		T(test_repeat_changes_nothing),
		T(test_one_person_under_two_spellings),
		T(test_fast_messages_share_a_conversation),
		T(test_status_after_a_new_message),
		T(test_attachments_and_preview),
		T(test_preview_is_cut_at_a_character),
		T(test_unusable_address_is_refused),
		T(test_stop_and_start),
		T(test_stop_through_a_pool_holds_for_the_pool),
		T(test_read_marks),
		T(test_quotes),
		T(test_an_older_one_comes_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
