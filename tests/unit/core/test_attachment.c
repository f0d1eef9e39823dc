/* SPDX-License-Identifier: MIT */
/* What came with messages on its way into a file: which are due, how tries follow each other, how it ends. */
#include "store_fixture.h"

#include "core/attachment.h"
#include "core/served_file.h"

static struct store store;
static int64_t message_id;

static int
setup(void **state)
{
	(void)state;
	store_setup(&store);
	message_id = store_inbound(store.db, CHANNEL_SMS, "SM1", "+5215512345678", "look", NOON).message_id;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	store_teardown(&store);
	return 0;
}

static int64_t
add(int position, int64_t due_ms)
{
	struct db_statement *query;

	query = db_query(store.db, "INSERT INTO attachments (message_id, position, kind, url, next_attempt_at, created_at)"
				   " VALUES ($1, $2, 'media', 'https://carrier.example/1', $3, $3) RETURNING id");
	db_bind_int(query, 1, message_id);
	db_bind_int(query, 2, position);
	db_bind_int(query, 3, due_ms);
	assert_int_equal(db_step(query), DB_ROW);
	due_ms = db_column_int(query, 0);
	assert_int_equal(db_run(query, NULL), STATUS_OK);
	return due_ms;
}

static void
test_the_longest_waiting_comes_first(void **state)
{
	struct attachment_due items[2];
	int64_t later = add(0, NOON + 2), first = add(1, NOON), due_ms;
	size_t count;

	(void)state;
	add(2, NOON + 1);
	assert_int_equal(attachment_list_due(store.db, NOON - 1, items, 2, &count, NULL), STATUS_OK);
	assert_int_equal(count, 0);
	assert_int_equal(attachment_list_due(store.db, NOON + 5, items, 2, &count, NULL), STATUS_OK);
	assert_int_equal(count, 2);
	assert_int_equal(items[0].id, first);
	assert_true(items[1].id != later);
	for (size_t i = 0; i < count; i++)
		attachment_due_release(&items[i]);
	assert_int_equal(attachment_next_after(store.db, NOON + 1, &due_ms, NULL), STATUS_OK);
	assert_int_equal(due_ms, NOON + 2);
	assert_int_equal(attachment_next_after(store.db, NOON + 2, &due_ms, NULL), STATUS_OK);
	assert_int_equal(due_ms, 0);
}

static void
test_tries_are_further_and_further_apart(void **state)
{
	static const int64_t seconds[] = { 2, 6, 18, 54, 162, 486, 600 };
	int64_t id = add(0, NOON);

	(void)state;
	for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++) {
		assert_int_equal(attachment_set_failed(store.db, id, false, "No answer.", NOON, NULL), STATUS_OK);
		assert_string_equal(store_text(store.db, "SELECT state FROM attachments"), "pending");
		assert_int_equal(store_number(store.db, "SELECT next_attempt_at FROM attachments") - NOON, seconds[i] * 1000);
	}
	assert_int_equal(attachment_set_failed(store.db, id, false, "No answer.", NOON, NULL), STATUS_OK);
	assert_string_equal(store_text(store.db, "SELECT state FROM attachments"), "failed");
	assert_int_equal(store_number(store.db, "SELECT attempts FROM attachments"), ATTACHMENT_ATTEMPTS_MAX);
}

static void
test_a_person_may_have_it_tried_again(void **state)
{
	struct attachment_facts facts = { .path = "1.png", .content_type = "image/png", .size = 9, .width = 3, .height = 2 };
	int64_t id = add(0, NOON);

	(void)state;
	assert_int_equal(attachment_set_failed(store.db, id, true, "It is gone.", NOON, NULL), STATUS_OK);
	assert_string_equal(store_text(store.db, "SELECT state || error FROM attachments"), "failedIt is gone.");
	assert_int_equal(attachment_retry(store.db, id, NOON + 7, NULL), STATUS_OK);
	assert_string_equal(store_text(store.db, "SELECT state || attempts || error FROM attachments"), "pending0");
	assert_int_equal(store_number(store.db, "SELECT next_attempt_at FROM attachments"), NOON + 7);
	assert_int_equal(attachment_set_ready(store.db, id, &facts, NULL), STATUS_OK);
	assert_int_equal(attachment_retry(store.db, id, NOON, NULL), STATUS_INVALID);
	assert_int_equal(attachment_retry(store.db, id + 99, NOON, NULL), STATUS_INVALID);
	/* What is over stays so. */
	assert_int_equal(attachment_set_failed(store.db, id, true, "Late.", NOON, NULL), STATUS_OK);
	assert_string_equal(store_text(store.db, "SELECT state || path || width FROM attachments"), "ready1.png3");
}

static void
test_one_that_is_too_large_is_not_fetched_again(void **state)
{
	int64_t id = add(0, NOON);

	(void)state;
	assert_int_equal(attachment_set_too_large(store.db, id, 99, NULL), STATUS_OK);
	assert_string_equal(store_text(store.db, "SELECT state || size FROM attachments"), "too_large99");
	assert_int_equal(attachment_retry(store.db, id, NOON, NULL), STATUS_INVALID);
}

static void
test_what_we_send_keeps_its_file(void **state)
{
	struct served_file_new file = { .path = "out-1.png", .content_type = "image/png", .name = "la casa.png", .size = 1200 };
	char token[SERVED_TOKEN_SIZE], *url;
	struct outgoing out = { .channel = CHANNEL_SMS, .thread_id = 1, .body = "", .own_address = "+15551230000",
				.origin = "console", .author = "ana", .now_ms = NOON + 5,
				.not_before = NOON + 10 * SERVED_FILE_LIFE_MS };

	(void)state;
	assert_int_equal(served_file_add(store.db, &file, NOON, token, NULL), STATUS_OK);
	url = served_file_url("https://hilo.example", token, file.name);
	out.media_url = url;
	assert_int_equal(store_enqueue(store.db, &out).problem, SEND_FINE);
	free(url);
	assert_string_equal(store_text(store.db, "SELECT state || content_type || name || size || path FROM attachments"),
			    "sentimage/pngla casa.png1200out-1.png");
	/* Served for a day from when it is to be sent. */
	assert_int_equal(store_number(store.db, "SELECT expires_at FROM served_files"), NOON + 11 * SERVED_FILE_LIFE_MS);
	assert_int_equal(store_number(store.db, "SELECT kept FROM served_files"), 1);
}

static void
test_paths_stay_in_the_folder(void **state)
{
	static const char *const wrong[] = { "", ".", "..", ".x", "a/b", "/etc/passwd" };
	char *file = attachment_file("/data/hilo.db", "1.png"), *folder = attachment_folder("/data/hilo.db");

	(void)state;
	assert_string_equal(file, "/data/files/1.png");
	assert_string_equal(folder, "/data/files");
	free(file);
	free(folder);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_null(attachment_file("/data/hilo.db", wrong[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_the_longest_waiting_comes_first, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tries_are_further_and_further_apart, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_person_may_have_it_tried_again, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_that_is_too_large_is_not_fetched_again, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_we_send_keeps_its_file, setup, teardown),
		cmocka_unit_test(test_paths_stay_in_the_folder),
	};

	return cmocka_run_group_tests_name("attachments", tests, NULL, NULL);
}
