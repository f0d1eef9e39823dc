/* SPDX-License-Identifier: MIT */
/* The list over a real store: pages, the selection that stays, filters; and the messages of a conversation. */
#include "../core/store_fixture.h"

#include "ui/conversation.h"
#include "ui/inbox.h"

enum { CUSTOMERS = 400, VISIBLE = 10 };

static struct store store;

/* Customer `number` writes at NOON + `second`. */
static int64_t
writes(int number, int second, const char *body)
{
	static int sequence;
	struct inbound_result result = { 0 };
	struct inbound in = { .channel = number % 2 ? CHANNEL_SMS : CHANNEL_WHATSAPP, .body = body, .metadata = "{}" };
	char sid[40], from[40];
	struct err err = { "" };

	snprintf(sid, sizeof sid, "SM%032d", ++sequence);
	snprintf(from, sizeof from, "%s+52155%08d", number % 2 ? "" : "whatsapp:", number);
	in.provider_message_id = sid;
	in.from = from;
	in.to = number % 2 ? "+15005550006" : "whatsapp:+14155238886";
	in.received_at = NOON + second * 1000LL;
	assert_int_equal(inbound_store(store.db, &in, &result, &err), STATUS_OK);
	return result.thread_id;
}

static int
setup(void **state)
{
	(void)state;
	store_setup(&store);
	assert_int_equal(db_begin(store.db, NULL), STATUS_OK);
	for (int i = 0; i < CUSTOMERS; i++)
		writes(i, i, "hello");
	assert_int_equal(db_commit(store.db, NULL), STATUS_OK);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	store_teardown(&store);
	return 0;
}

static void
begin(struct inbox *inbox)
{
	assert_true(inbox_init(inbox));
	inbox_set_visible(inbox, VISIBLE);
	assert_int_equal(inbox_refresh(inbox, store.db, false, NULL), STATUS_OK);
}

static void
assert_selection_seen(const struct inbox *inbox)
{
	assert_true(inbox->listed);
	assert_int_equal(inbox->rows[inbox->selected].id, inbox->current.id);
	assert_true(inbox->selected >= inbox->top && inbox->selected < inbox->top + inbox->visible);
}

static void
test_every_row_once_down_and_up(void **state)
{
	struct inbox inbox;
	int64_t seen[CUSTOMERS];

	(void)state;
	begin(&inbox);
	for (int i = 0; i < CUSTOMERS; i++) {
		assert_selection_seen(&inbox);
		seen[i] = inbox.current.id;
		for (int k = 0; k < i; k++)
			assert_true(seen[k] != seen[i]);
		assert_int_equal(inbox_move(&inbox, store.db, 1, NULL), STATUS_OK);
	}
	/* At the end it stays. */
	assert_true(inbox.current.id == seen[CUSTOMERS - 1]);
	for (int i = CUSTOMERS - 1; i > 0; i--) {
		assert_true(inbox.current.id == seen[i]);
		assert_int_equal(inbox_move(&inbox, store.db, -1, NULL), STATUS_OK);
		assert_selection_seen(&inbox);
		/* A change in between must not lose the place. */
		if (i % 7 == 0)
			assert_int_equal(inbox_refresh(&inbox, store.db, false, NULL), STATUS_OK);
	}
	assert_true(inbox.current.id == seen[0]);
	inbox_release(&inbox);
}

static void
test_first_and_last(void **state)
{
	struct inbox inbox;

	(void)state;
	begin(&inbox);
	assert_int_equal(inbox_go_last(&inbox, store.db, NULL), STATUS_OK);
	assert_string_equal(inbox.current.client_address, "+5215500000000");
	assert_selection_seen(&inbox);
	assert_int_equal(inbox_refresh(&inbox, store.db, false, NULL), STATUS_OK);
	assert_string_equal(inbox.current.client_address, "+5215500000000");
	assert_true(inbox.count >= VISIBLE);
	assert_int_equal(inbox_go_first(&inbox, store.db, NULL), STATUS_OK);
	assert_string_equal(inbox.current.client_address, "+5215500000399");
	inbox_release(&inbox);
}

/* The selected customer writes again and moves to the top; the selection goes along. */
static void
test_the_selection_follows_its_conversation(void **state)
{
	struct inbox inbox;
	int64_t id;

	(void)state;
	begin(&inbox);
	assert_int_equal(inbox_move(&inbox, store.db, 150, NULL), STATUS_OK);
	assert_int_equal(inbox_move(&inbox, store.db, 100, NULL), STATUS_OK);
	id = inbox.current.id;
	writes(7, 1000, "another one moves");
	assert_int_equal(inbox_refresh(&inbox, store.db, false, NULL), STATUS_OK);
	assert_true(inbox.current.id == id);
	assert_selection_seen(&inbox);
	assert_true(writes(atoi(inbox.current.client_address + 6), 1001, "I again") == id);
	assert_int_equal(inbox_refresh(&inbox, store.db, false, NULL), STATUS_OK);
	assert_true(inbox.current.id == id);
	assert_string_equal(inbox.current.preview, "I again");
	assert_int_equal(inbox.selected, 0);
	assert_selection_seen(&inbox);
	inbox_release(&inbox);
}

/* Closed: its neighbour is selected, unless it is open on the screen. */
static void
test_a_conversation_leaves_the_list(void **state)
{
	struct inbox inbox;
	int64_t id, neighbour;

	(void)state;
	begin(&inbox);
	assert_int_equal(inbox_move(&inbox, store.db, 3, NULL), STATUS_OK);
	id = inbox.current.id;
	neighbour = inbox.rows[4].id;
	assert_int_equal(thread_set_status(store.db, id, THREAD_CLOSED, "tester", NOON, NULL), STATUS_OK);
	assert_int_equal(inbox_refresh(&inbox, store.db, true, NULL), STATUS_OK);
	assert_true(inbox.current.id == id);
	assert_false(inbox.listed);
	assert_int_equal(inbox.current.status, THREAD_CLOSED);
	assert_int_equal(inbox_refresh(&inbox, store.db, false, NULL), STATUS_OK);
	assert_true(inbox.current.id == neighbour);
	assert_selection_seen(&inbox);
	inbox_release(&inbox);
}

static void
test_filters(void **state)
{
	struct inbox inbox;

	(void)state;
	begin(&inbox);
	inbox.filter.one_channel = true;
	inbox.filter.channel = CHANNEL_SMS;
	assert_int_equal(inbox_restart(&inbox, store.db, NULL), STATUS_OK);
	for (size_t i = 0; i < inbox.count; i++)
		assert_true(thread_filter_takes(&inbox.filter, &inbox.rows[i]));
	assert_int_equal(inbox.current.channel, CHANNEL_SMS);
	inbox.filter.channel = CHANNEL_EMAIL;
	assert_int_equal(inbox_restart(&inbox, store.db, NULL), STATUS_OK);
	assert_int_equal(inbox.count, 0);
	assert_false(inbox.has_current);
	inbox.filter.one_channel = false;
	assert_int_equal(inbox_restart(&inbox, store.db, NULL), STATUS_OK);
	assert_true(inbox.has_current);
	inbox_release(&inbox);
}

static void
test_next_unread(void **state)
{
	struct inbox inbox;
	struct thread thread;

	(void)state;
	begin(&inbox);
	for (size_t i = 0; i < 60; i++) {
		thread = inbox.current;
		assert_int_equal(thread_mark_read(store.db, thread.id, thread.last_message_id, NOON, NULL), STATUS_OK);
		assert_int_equal(inbox_next_unread(&inbox, store.db, NULL), STATUS_OK);
		assert_true(inbox.current.unread > 0);
		assert_selection_seen(&inbox);
	}
	inbox_release(&inbox);
}

/* --- messages --- */

static void
test_messages_scroll_and_stay(void **state)
{
	struct conversation conversation;
	struct thread thread;
	int64_t id = 0, anchor;
	char body[32];

	(void)state;
	for (int i = 0; i < 180; i++) {
		snprintf(body, sizeof body, "message %d", i);
		id = writes(1, 2000 + i, body);
	}
	assert_int_equal(thread_get(store.db, id, &thread, NULL), STATUS_OK);
	conversation_init(&conversation);
	assert_int_equal(conversation_open(&conversation, store.db, &thread, NULL), STATUS_OK);
	conversation_layout(&conversation, 40, 12, NOON);
	assert_true(conversation.follow);
	assert_string_equal(conversation.messages[conversation.count - 1].body, "message 179");
	/* Up to the very first message, page by page. */
	for (int i = 0; i < 100 && !(conversation.at_start && conversation_top(&conversation) == 0); i++) {
		assert_int_equal(conversation_scroll(&conversation, store.db, -11, NULL), STATUS_OK);
		conversation_layout(&conversation, 40, 12, NOON);
	}
	assert_int_equal(conversation.count, 181);
	assert_string_equal(conversation.messages[0].body, "hello");
	/* Scrolled up, what arrives does not move what is read, nor does another width. */
	assert_int_equal(conversation_scroll(&conversation, store.db, 100, NULL), STATUS_OK);
	anchor = conversation.lines[conversation_top(&conversation)].anchor;
	writes(1, 3000, "one more");
	assert_int_equal(conversation_refresh(&conversation, store.db, NULL), STATUS_OK);
	conversation_layout(&conversation, 20, 12, NOON);
	assert_int_equal(conversation.count, 182);
	assert_true(conversation.lines[conversation_top(&conversation)].anchor == anchor);
	assert_false(conversation.follow);
	/* At the bottom it follows. */
	assert_int_equal(conversation_scroll(&conversation, store.db, 10000, NULL), STATUS_OK);
	assert_true(conversation.follow);
	writes(1, 3001, "the last");
	assert_int_equal(conversation_refresh(&conversation, store.db, NULL), STATUS_OK);
	conversation_layout(&conversation, 20, 12, NOON);
	assert_int_equal(conversation_top(&conversation), conversation.line_count - 12);
	conversation_release(&conversation);
}

/* More arrives between two looks than one look reads: there is no hole in what is shown. */
static void
test_messages_without_a_hole(void **state)
{
	struct conversation conversation;
	struct thread thread;
	int64_t id = writes(3, 4000, "before");

	(void)state;
	assert_int_equal(thread_get(store.db, id, &thread, NULL), STATUS_OK);
	conversation_init(&conversation);
	assert_int_equal(conversation_open(&conversation, store.db, &thread, NULL), STATUS_OK);
	for (int i = 0; i < 500; i++)
		writes(3, 4001 + i, "flood");
	assert_int_equal(conversation_refresh(&conversation, store.db, NULL), STATUS_OK);
	for (size_t i = 0; i < conversation.count; i++)
		assert_string_equal(conversation.messages[i].body, "flood");
	assert_false(conversation.at_start);
	conversation_release(&conversation);
}

/* Rows [from, from + count) of the list, as a search might find them; each hit is its row's id. */
static struct inbox_found
found_rows(struct thread *rows, int64_t *hits, size_t from, size_t count)
{
	struct thread_filter filter = { .view = THREAD_VIEW_ACTIVE };
	struct thread all[64];
	size_t got = 0;

	assert_int_equal(thread_list(store.db, &filter, (struct thread_cursor){ 0, 0 }, 64, all, &got, NULL), STATUS_OK);
	assert_true(from + count <= got);
	for (size_t i = 0; i < count; i++) {
		rows[i] = all[from + i];
		hits[i] = rows[i].id;
	}
	return (struct inbox_found){ rows, hits, count, false };
}

/* What a search finds is shown, followed and left, and the list is as it was. */
static void
test_what_a_search_finds(void **state)
{
	struct inbox inbox;
	struct inbox_found found;
	struct thread rows[64];
	int64_t hits[64], before, chosen;

	(void)state;
	begin(&inbox);
	assert_int_equal(inbox_move(&inbox, store.db, 25, NULL), STATUS_OK);
	before = inbox.current.id;
	inbox_begin_search(&inbox);
	found = found_rows(rows, hits, 0, 20);
	found.more = true;
	inbox_set_found(&inbox, &found);
	assert_true(inbox.more);
	assert_true(inbox.current.id == rows[0].id && inbox_hit(&inbox) == rows[0].id);
	found = found_rows(rows, hits, 20, 20);
	inbox_add_found(&inbox, &found);
	assert_int_equal(inbox.count, 40);
	assert_false(inbox.more);
	assert_int_equal(inbox_move(&inbox, store.db, 30, NULL), STATUS_OK);
	assert_int_equal(inbox_move(&inbox, store.db, -4, NULL), STATUS_OK);
	assert_selection_seen(&inbox);
	assert_int_equal(inbox_go_last(&inbox, store.db, NULL), STATUS_OK);
	assert_int_equal(inbox.selected, 39);
	/* Found again with two more before it: the same conversation on the same line of the screen. */
	assert_int_equal(inbox_go_first(&inbox, store.db, NULL), STATUS_OK);
	found = found_rows(rows, hits, 2, 30);
	inbox_set_found(&inbox, &found);
	assert_int_equal(inbox_move(&inbox, store.db, 15, NULL), STATUS_OK);
	assert_int_equal(inbox_move(&inbox, store.db, -3, NULL), STATUS_OK);
	chosen = inbox.current.id;
	assert_int_equal(inbox.selected - inbox.top, 6);
	found = found_rows(rows, hits, 0, 40);
	inbox_renew_found(&inbox, &found, false);
	assert_true(inbox.current.id == chosen);
	assert_int_equal(inbox.selected, 14);
	assert_int_equal(inbox.selected - inbox.top, 6);
	assert_selection_seen(&inbox);
	assert_int_equal(inbox_end_search(&inbox, store.db, before, NULL), STATUS_OK);
	assert_true(inbox.current.id == before);
	assert_int_equal(inbox_hit(&inbox), 0);
	assert_selection_seen(&inbox);
	inbox_release(&inbox);
}

/* Whoever is written to is not exchanged for another one because the search does not find them any more. */
static void
test_what_is_open_stays_when_it_is_not_found_any_more(void **state)
{
	struct inbox inbox;
	struct inbox_found found;
	struct thread rows[64];
	int64_t hits[64], open;

	(void)state;
	begin(&inbox);
	inbox_begin_search(&inbox);
	found = found_rows(rows, hits, 0, 10);
	inbox_set_found(&inbox, &found);
	assert_int_equal(inbox_move(&inbox, store.db, 3, NULL), STATUS_OK);
	open = inbox.current.id;
	found = found_rows(rows, hits, 4, 10);
	inbox_renew_found(&inbox, &found, true);
	assert_true(inbox.has_current && inbox.current.id == open);
	assert_false(inbox.listed);
	assert_int_equal(inbox_hit(&inbox), 0);
	/* Back in the list it is the neighbour's turn. */
	inbox_renew_found(&inbox, &found, false);
	assert_true(inbox.current.id == rows[3].id);
	assert_selection_seen(&inbox);
	/* Nothing is found at all. */
	inbox_renew_found(&inbox, &(struct inbox_found){ NULL, NULL, 0, false }, false);
	assert_false(inbox.has_current);
	inbox_release(&inbox);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_once_down_and_up),
		cmocka_unit_test(test_first_and_last),
		cmocka_unit_test(test_the_selection_follows_its_conversation),
		cmocka_unit_test(test_a_conversation_leaves_the_list),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_next_unread),
		cmocka_unit_test(test_messages_scroll_and_stay),
		cmocka_unit_test(test_messages_without_a_hole),
		cmocka_unit_test(test_what_a_search_finds),
		cmocka_unit_test(test_what_is_open_stays_when_it_is_not_found_any_more),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
