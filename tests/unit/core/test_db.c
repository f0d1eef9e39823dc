/* SPDX-License-Identifier: MIT */
/* The database face: schema, modes, statements, transactions, refusals. */
#include "store_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

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
test_settings_are_durable(void **state)
{
	struct store *store = *state;

	assert_int_equal(store_number(store->db, "PRAGMA synchronous"), 2); /* FULL */
	assert_int_equal(store_number(store->db, "PRAGMA foreign_keys"), 1);
	assert_string_equal(store_text(store->db, "PRAGMA journal_mode"), "wal");
	assert_int_equal(store_number(store->db, "PRAGMA trusted_schema"), 0);
}

static void
test_files_are_private(void **state)
{
	static const char *const endings[] = { "", "-wal", "-shm" };
	struct store *store = *state;
	struct stat info;
	char file[128];

	store_inbound(store->db, CHANNEL_SMS, "SM1", "+5215512345678", "hola", NOON);
	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		snprintf(file, sizeof file, "%s%s", store->path, endings[i]);
		assert_int_equal(stat(file, &info), 0);
		assert_int_equal(info.st_mode & 0777, 0600);
	}
}

static void
test_reopening_keeps_data(void **state)
{
	struct store *store = *state;
	struct err err = { "" };

	store_inbound(store->db, CHANNEL_SMS, "SM1", "+5215512345678", "hola", NOON);
	db_close(store->db);
	assert_int_equal(db_open(store->path, DB_CREATE, &store->db, &err), STATUS_OK);
	assert_int_equal(store_number(store->db, "SELECT count(*) FROM messages"), 1);
}

static void
test_newer_data_are_refused(void **state)
{
	struct store *store = *state;
	struct err err = { "" };
	struct db *again = NULL;

	assert_int_equal(db_run(db_query(store->db, "PRAGMA user_version = 9999"), &err), STATUS_OK);
	assert_int_equal(db_open(store->path, DB_CREATE, &again, &err), STATUS_NEWER);
	assert_null(again);
	assert_non_null(strstr(err.text, "newer"));
	assert_int_equal(store_number(store->db, "PRAGMA user_version"), 9999);
}

static void
test_foreign_database_is_refused(void **state)
{
	struct store *store = *state;
	struct err err = { "" };
	struct db *again = NULL;

	assert_int_equal(db_run(db_query(store->db, "PRAGMA application_id = 77"), &err), STATUS_OK);
	assert_int_equal(db_open(store->path, DB_CREATE, &again, &err), STATUS_INVALID);
	assert_non_null(strstr(err.text, "another program"));
}

static void
test_damaged_file_is_reported_and_left(void **state)
{
	static const char garbage[] = "this is not a database, and it is somebody's only copy of it";
	struct store *store = *state;
	struct err err = { "" };
	struct db *other = NULL;
	char path[128], content[sizeof garbage + 8] = "";
	int fd;

	snprintf(path, sizeof path, "%s/other", store->folder);
	fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, garbage, sizeof garbage), (ssize_t)sizeof garbage);
	close(fd);
	assert_int_equal(db_open(path, DB_CREATE, &other, &err), STATUS_CORRUPT);
	assert_non_null(strstr(err.text, "damaged"));
	fd = open(path, O_RDONLY);
	assert_int_equal(read(fd, content, sizeof content), (ssize_t)sizeof garbage);
	close(fd);
	assert_memory_equal(content, garbage, sizeof garbage);
	unlink(path);
}

static void
test_missing_file_is_not_made_by_open(void **state)
{
	struct store *store = *state;
	struct err err = { "" };
	struct db *other = NULL;
	char path[128];

	snprintf(path, sizeof path, "%s/none", store->folder);
	assert_int_not_equal(db_open(path, DB_OPEN, &other, &err), STATUS_OK);
	assert_int_not_equal(access(path, F_OK), 0);
}

static void
test_postgres_is_refused_in_words(void **state)
{
	struct err err = { "" };
	struct db *other = NULL;

	(void)state;
	assert_int_equal(db_open("postgres://host/base", DB_CREATE, &other, &err), STATUS_INVALID);
	assert_int_not_equal(err.text[0], '\0');
}

static void
test_statements_are_prepared_once(void **state)
{
	static const char text[] = "SELECT $1";
	struct store *store = *state;
	struct db_statement *first = db_query(store->db, text), *second;

	db_bind_int(first, 1, 41);
	assert_int_equal(db_step(first), DB_ROW);
	assert_int_equal(db_column_int(first, 0), 41);
	second = db_query(store->db, text);
	assert_ptr_equal(first, second);
	/* Values of the last use are gone. */
	assert_int_equal(db_step(second), DB_ROW);
	assert_true(db_column_is_null(second, 0));
	db_reset(second);
}

static void
test_wrong_sql_is_reported(void **state)
{
	struct store *store = *state;
	struct err err = { "" };

	assert_int_equal(db_run(db_query(store->db, "SELECT * FROM no_such_table"), &err), STATUS_FAILED);
	assert_non_null(strstr(err.text, "no_such_table"));
}

static void
test_rollback_leaves_nothing(void **state)
{
	struct store *store = *state;
	struct err err = { "" };

	assert_int_equal(db_begin(store->db, &err), STATUS_OK);
	assert_int_equal(db_run(db_query(store->db, "INSERT INTO agents (name, created_at, last_seen_at) VALUES ('a', 1, 1)"),
				&err),
			 STATUS_OK);
	db_rollback(store->db);
	assert_int_equal(store_number(store->db, "SELECT count(*) FROM agents"), 0);
}

static void
test_foreign_keys_hold(void **state)
{
	struct store *store = *state;
	struct err err = { "" };

	assert_int_equal(db_run(db_query(store->db, "INSERT INTO drafts (thread_id, agent, body, updated_at)"
						    " VALUES (999, 'a', 'b', 1)"),
				&err),
			 STATUS_CONFLICT);
}

static void
test_data_version_tells_of_other_connections(void **state)
{
	struct store *store = *state;
	struct err err = { "" };
	struct db *other = NULL;
	int64_t before;

	assert_int_equal(db_open(store->path, DB_OPEN, &other, &err), STATUS_OK);
	before = db_data_version(other);
	assert_int_equal(db_data_version(other), before);
	store_inbound(store->db, CHANNEL_SMS, "SM1", "+5215512345678", "hola", NOON);
	assert_int_not_equal(db_data_version(other), before);
	db_close(other);
}

static void
test_too_long_value_is_refused_whole(void **state)
{
	struct store *store = *state;
	struct db_statement *query;
	struct err err = { "" };
	size_t len = 17 * 1024 * 1024;
	char *text = malloc(len);

	assert_non_null(text);
	memset(text, 'a', len - 1);
	text[len - 1] = '\0';
	/* In a column that may be NULL a lost value would go unnoticed. */
	query = db_query(store->db, "INSERT INTO dead_letters (route, reason, body, received_at, replayed_at)"
				    " VALUES ('', '', '', 1, $1)");
	db_bind_text(query, 1, text);
	assert_int_equal(db_run(query, &err), STATUS_INVALID);
	assert_non_null(strstr(err.text, "too long"));
	assert_int_equal(store_number(store->db, "SELECT count(*) FROM dead_letters"), 0);
	free(text);
}

static void
test_read_only_cannot_write(void **state)
{
	struct store *store = *state;
	struct err err = { "" };
	struct db *other = NULL;

	assert_int_equal(db_open(store->path, DB_READ_ONLY, &other, &err), STATUS_OK);
	assert_int_equal(db_run(db_query(other, "DELETE FROM counters"), &err), STATUS_IO);
	db_close(other);
}

static void
test_check_finds_a_sound_file(void **state)
{
	struct store *store = *state;
	struct err err = { "" };

	assert_int_equal(db_check(store->db, &err), STATUS_OK);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_settings_are_durable),
		T(test_files_are_private),
		T(test_reopening_keeps_data),
		T(test_newer_data_are_refused),
		T(test_foreign_database_is_refused),
		T(test_damaged_file_is_reported_and_left),
		T(test_missing_file_is_not_made_by_open),
		T(test_postgres_is_refused_in_words),
		T(test_statements_are_prepared_once),
		T(test_wrong_sql_is_reported),
		T(test_rollback_leaves_nothing),
		T(test_foreign_keys_hold),
		T(test_data_version_tells_of_other_connections),
		T(test_too_long_value_is_refused_whole),
		T(test_read_only_cannot_write),
		T(test_check_finds_a_sound_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
