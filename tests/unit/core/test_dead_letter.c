/* SPDX-License-Identifier: MIT */
/* Dead letters: kept once, paged, asked for again, dealt with; the counter is of those that are open. */
#include "store_fixture.h"

#include "core/dead_letter.h"

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
keep(struct db *db, const char *body, size_t len, int64_t at)
{
	struct err err = { "" };

	if (dead_letter_store(db, "/api/webhooks/sms", "It has no MessageSid.", body, len, at, &err) != STATUS_OK)
		fail_msg("%s", err.text);
}

static int64_t
open_ones(struct db *db)
{
	struct err err = { "" };
	int64_t count = -1;

	assert_int_equal(dead_letter_count(db, &count, &err), STATUS_OK);
	return count;
}

static void
test_pages(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct dead_letter rows[2];
	struct err err = { "" };
	size_t count;

	keep(db, "a=1", 3, NOON);
	keep(db, "a=1", 3, NOON + 9); /* the carrier repeats itself */
	keep(db, "a=2", 3, NOON + 10);
	keep(db, "a=3", 3, NOON + 11);
	assert_int_equal(open_ones(db), 3);
	assert_int_equal(dead_letter_list(db, 0, 2, rows, &count, &err), STATUS_OK);
	assert_int_equal(count, 2);
	assert_string_equal(rows[0].body, "a=3");
	assert_int_equal(rows[0].body_size, 3);
	assert_int_equal(dead_letter_list(db, rows[1].id, 2, rows, &count, &err), STATUS_OK);
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].body, "a=1");
	assert_string_equal(rows[0].reason, "It has no MessageSid.");
	assert_int_equal(dead_letter_get(db, 99, rows, &err), STATUS_NOT_FOUND);
}

static void
test_a_long_body_is_shown_in_part_and_taken_whole(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct dead_letter_content content;
	struct dead_letter letter;
	struct err err = { "" };
	char body[5000];

	memset(body, 'x', sizeof body);
	body[2000] = '\0';
	keep(db, body, sizeof body, NOON);
	assert_int_equal(dead_letter_get(db, 1, &letter, &err), STATUS_OK);
	assert_int_equal(strlen(letter.body), sizeof letter.body - 1);
	assert_int_equal(letter.body_size, sizeof body);
	assert_int_equal(dead_letter_take_request(db, &content, &err), STATUS_OK);
	assert_int_equal(content.id, 0);
	assert_int_equal(dead_letter_request_replay(db, 1, NOON + 5, &err), STATUS_OK);
	assert_int_equal(dead_letter_take_request(db, &content, &err), STATUS_OK);
	assert_int_equal(content.id, 1);
	assert_int_equal(content.received_at, NOON);
	assert_int_equal(content.len, sizeof body);
	assert_memory_equal(content.body, body, sizeof body);
	free(content.body);
}

static void
test_requests(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct dead_letter letter;
	struct err err = { "" };
	int64_t due = -1;

	keep(db, "a=1", 3, NOON);
	assert_int_equal(dead_letter_next_request(db, &due, &err), STATUS_OK);
	assert_int_equal(due, 0);
	assert_int_equal(dead_letter_request_replay(db, 1, NOON + 5, &err), STATUS_OK);
	assert_int_equal(dead_letter_request_replay(db, 1, NOON + 6, &err), STATUS_OK);
	assert_int_equal(dead_letter_next_request(db, &due, &err), STATUS_OK);
	assert_int_equal(due, NOON + 5);
	/* Refused: it stays open, with the reason, and waits no more. */
	assert_int_equal(dead_letter_end_request(db, 1, "No.", NOON + 7, &err), STATUS_OK);
	assert_int_equal(dead_letter_get(db, 1, &letter, &err), STATUS_OK);
	assert_string_equal(letter.replay_result, "No.");
	assert_int_equal(letter.replayed_at, 0);
	assert_int_equal(letter.replay_requested_at, 0);
	assert_int_equal(open_ones(db), 1);
	/* Asked for again and taken in: counted no more, once. */
	assert_int_equal(dead_letter_request_replay(db, 1, NOON + 8, &err), STATUS_OK);
	assert_int_equal(dead_letter_end_request(db, 1, NULL, NOON + 9, &err), STATUS_OK);
	assert_int_equal(dead_letter_end_request(db, 1, NULL, NOON + 10, &err), STATUS_OK);
	assert_int_equal(dead_letter_get(db, 1, &letter, &err), STATUS_OK);
	assert_int_equal(letter.replayed_at, NOON + 9);
	assert_string_equal(letter.replay_result, "");
	assert_int_equal(open_ones(db), 0);
	assert_int_equal(dead_letter_request_replay(db, 1, NOON + 11, &err), STATUS_CONFLICT);
	assert_int_equal(dead_letter_dismiss(db, 1, NOON + 11, &err), STATUS_CONFLICT);
	assert_int_equal(dead_letter_request_replay(db, 2, NOON + 11, &err), STATUS_NOT_FOUND);
}

static void
test_dismissed(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct dead_letter letter;
	struct err err = { "" };

	keep(db, "a=1", 3, NOON);
	keep(db, "a=2", 3, NOON);
	assert_int_equal(dead_letter_request_replay(db, 1, NOON + 1, &err), STATUS_OK);
	assert_int_equal(dead_letter_dismiss(db, 1, NOON + 2, &err), STATUS_OK);
	assert_int_equal(dead_letter_get(db, 1, &letter, &err), STATUS_OK);
	assert_string_equal(letter.replay_result, "dismissed");
	assert_int_equal(letter.replay_requested_at, 0);
	assert_int_equal(open_ones(db), 1);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_pages),
		T(test_a_long_body_is_shown_in_part_and_taken_whole),
		T(test_requests),
		T(test_dismissed),
	};
#undef T

	return cmocka_run_group_tests(tests, NULL, NULL);
}
