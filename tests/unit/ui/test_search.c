/* SPDX-License-Identifier: MIT */
/*
 * The thread that searches: pages, questions that follow each other at once, places within a conversation. Also for the thread
 * sanitizer.
 */
#include "../core/store_fixture.h"

#include <poll.h>

#include "core/search_index.h"
#include "ui/finder.h"

enum { CUSTOMERS = 200, TALK = 150, WAIT_MS = 20000 };

static struct store store;
static int64_t talk[TALK]; /* messages of one conversation, oldest first; every third is a hit */
static int64_t talk_thread;

static struct inbound_result
writes(int number, int second, const char *body)
{
	static int sequence;
	struct inbound_result result = { 0 };
	char sid[40], from[40];
	struct inbound in = { .channel = CHANNEL_SMS, .provider_message_id = sid, .from = from, .to = "+15005550006", .body = body,
			      .metadata = "{}", .received_at = NOON + second * 1000LL };
	struct err err = { "" };

	snprintf(sid, sizeof sid, "SM%032d", ++sequence);
	snprintf(from, sizeof from, "+52155%08d", number);
	if (inbound_store(store.db, &in, &result, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return result;
}

/* Every customer asks for an order, every tenth for an invoice too; the last one talks much. */
static int
setup(void **state)
{
	bool more = true;

	(void)state;
	store_setup(&store);
	assert_int_equal(db_begin(store.db, NULL), STATUS_OK);
	for (int i = 0; i < CUSTOMERS; i++) {
		writes(i, i, "mi pedido");
		if (i % 10 == 0)
			writes(i, i, "la factura");
	}
	for (int i = 0; i < TALK; i++) {
		struct inbound_result result = writes(CUSTOMERS, CUSTOMERS + i, i % 3 == 0 ? "un recibo" : "otra cosa");

		talk[i] = result.message_id;
		talk_thread = result.thread_id;
	}
	while (more)
		assert_int_equal(search_index_advance(store.db, 1000, &more, NULL), STATUS_OK);
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

static struct query
query_of(const char *text)
{
	struct query_options options = { .now_ms = NOON };
	struct err err = { "" };
	struct query query;

	if (query_parse(text, &options, &query, NULL, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return query;
}

static void
ask(struct finder *finder, const char *text, size_t wanted)
{
	struct query query = query_of(text);

	finder_ask(finder, &query, wanted);
}

static struct finder_piece
next_piece(struct finder *finder)
{
	struct pollfd readable = { .fd = finder_fd(finder), .events = POLLIN };
	struct finder_piece piece;

	while (!finder_take(finder, &piece))
		assert_int_equal(poll(&readable, 1, WAIT_MS), 1);
	if (piece.status != STATUS_OK)
		fail_msg("%s", piece.err.text);
	return piece;
}

/* Takes pieces until the thread rests; the conversations go behind `ids`. True if there may be more. */
static bool
take_page(struct finder *finder, int64_t *ids, size_t *count, bool new_question)
{
	struct finder_piece piece;
	bool first = new_question, done, more;

	do {
		piece = next_piece(finder);
		assert_true(piece.first == first);
		first = false;
		for (size_t i = 0; i < piece.count; i++) {
			assert_true(*count <= CUSTOMERS);
			assert_true(piece.hits[i] > 0);
			ids[(*count)++] = piece.rows[i].id;
		}
		done = piece.done;
		more = piece.more;
		free(piece.rows);
		free(piece.hits);
	} while (!done);
	return more;
}

static struct finder *
begin(void)
{
	struct finder *finder = finder_new(store.path);

	assert_non_null(finder);
	return finder;
}

static void
assert_each_once(const int64_t *ids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < i; k++)
			assert_true(ids[i] != ids[k]);
}

static void
test_pages_hold_everything_once(void **state)
{
	struct finder *finder = begin();
	int64_t ids[CUSTOMERS + 1];
	size_t count = 0;
	bool more;

	(void)state;
	ask(finder, "pedido", 0);
	more = take_page(finder, ids, &count, true);
	assert_int_equal(count, FINDER_PAGE);
	while (more) {
		finder_more(finder);
		more = take_page(finder, ids, &count, false);
	}
	assert_int_equal(count, CUSTOMERS);
	assert_each_once(ids, count);
	finder_free(finder);
}

static void
test_as_many_as_wanted(void **state)
{
	struct finder *finder = begin();
	int64_t ids[CUSTOMERS + 1];
	size_t count = 0;

	(void)state;
	ask(finder, "pedido", FINDER_PAGE * 2 + 5);
	assert_true(take_page(finder, ids, &count, true));
	assert_int_equal(count, FINDER_PAGE * 2 + 5);
	assert_each_once(ids, count);
	finder_free(finder);
}

static void
test_only_the_last_question_is_answered(void **state)
{
	struct finder *finder = begin();
	int64_t ids[CUSTOMERS + 1];

	(void)state;
	for (int i = 0; i < 200; i++) {
		size_t count = 0;

		ask(finder, "pedido", CUSTOMERS);
		/* At different moments of the one before. */
		for (int k = 0; k < i % 4; k++)
			ask(finder, "pe*", 0);
		ask(finder, "factura", 0);
		take_page(finder, ids, &count, true);
		assert_int_equal(count, CUSTOMERS / 10);
	}
	finder_free(finder);
}

static void
test_what_is_stopped_says_nothing(void **state)
{
	struct finder *finder = begin();
	struct finder_piece piece;
	int64_t ids[CUSTOMERS + 1];
	size_t count = 0;

	(void)state;
	ask(finder, "pedido", CUSTOMERS);
	finder_stop(finder);
	assert_false(finder_take(finder, &piece));
	ask(finder, "recibo", 0);
	assert_false(take_page(finder, ids, &count, true));
	assert_int_equal(count, 1);
	assert_true(ids[0] == talk_thread);
	/* And it ends in the middle of an answer that nobody takes. */
	ask(finder, "pedido", CUSTOMERS);
	finder_free(finder);
}

static int64_t
hit_from(struct finder *finder, int64_t from, int by)
{
	struct pollfd readable = { .fd = finder_fd(finder), .events = POLLIN };
	struct finder_piece piece;
	struct err err = { "" };
	enum status status;
	int64_t hit;

	finder_ask_hit(finder, talk_thread, from, by);
	while (!finder_take_hit(finder, &hit, &status, &err)) {
		assert_int_equal(poll(&readable, 1, WAIT_MS), 1);
		assert_false(finder_take(finder, &piece));
	}
	if (status != STATUS_OK)
		fail_msg("%s", err.text);
	return hit;
}

static void
test_places_in_a_conversation(void **state)
{
	struct finder *finder = begin();
	int64_t ids[CUSTOMERS + 1], here = 0;
	size_t count = 0;
	int last = (TALK - 1) / 3 * 3;

	(void)state;
	ask(finder, "recibo", 0);
	take_page(finder, ids, &count, true);
	for (int i = last; i >= 0; i -= 3) {
		here = hit_from(finder, here, 1);
		assert_true(here == talk[i]);
	}
	assert_true(hit_from(finder, here, 1) == 0);
	assert_true(hit_from(finder, 0, -1) == talk[0]);
	for (int i = 3; i <= last; i += 3) {
		here = hit_from(finder, here, -1);
		assert_true(here == talk[i]);
	}
	assert_true(hit_from(finder, here, -1) == 0);
	/* From a message that is no hit itself. */
	assert_true(hit_from(finder, talk[4], 1) == talk[3]);
	assert_true(hit_from(finder, talk[4], -1) == talk[6]);
	finder_free(finder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages_hold_everything_once),
		cmocka_unit_test(test_as_many_as_wanted),
		cmocka_unit_test(test_only_the_last_question_is_answered),
		cmocka_unit_test(test_what_is_stopped_says_nothing),
		cmocka_unit_test(test_places_in_a_conversation),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
