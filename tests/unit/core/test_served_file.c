/* SPDX-License-Identifier: MIT */
/* Files that the carrier fetches: rows and tokens, how long they live, what a channel takes, copies in and out. */
#include "store_fixture.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "core/attachment.h"
#include "core/file_store.h"
#include "core/media_url.h"
#include "core/served_file.h"

#define DAY_MS SERVED_FILE_LIFE_MS

static struct store store;

static int
setup(void **state)
{
	(void)state;
	store_setup(&store);
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
add(const char *path, char token[SERVED_TOKEN_SIZE])
{
	struct served_file_new file = { .path = path, .content_type = "image/png", .name = "../a\"b.png", .size = 12 };
	struct err err = { "" };

	assert_int_equal(db_begin(store.db, &err), STATUS_OK);
	assert_int_equal(served_file_add(store.db, &file, NOON, token, &err), STATUS_OK);
	assert_int_equal(db_commit(store.db, &err), STATUS_OK);
}

static void
test_a_token_finds_its_file_alone(void **state)
{
	static const char *const wrong[] = { "", "0", "00000000000000000000000000000000", "../../../../etc/passwd/aaaaaaaaaa" };
	char token[SERVED_TOKEN_SIZE], other[SERVED_TOKEN_SIZE];
	struct served_file file;

	(void)state;
	add("out-1.png", token);
	add("out-2.png", other);
	assert_int_equal(strlen(token), 32);
	assert_string_not_equal(token, other);
	assert_int_equal(served_file_find(store.db, token, 32, &file, NULL), STATUS_OK);
	assert_string_equal(file.path, "out-1.png");
	assert_null(strpbrk(file.name, "/\"\\"));
	assert_int_equal(file.expires_at, NOON + DAY_MS);
	served_file_release(&file);
	assert_int_equal(served_file_find(store.db, token, 31, &file, NULL), STATUS_NOT_FOUND);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_int_equal(served_file_find(store.db, wrong[i], strlen(wrong[i]), &file, NULL), STATUS_NOT_FOUND);
}

static void
test_a_path_that_leaves_the_folder_is_refused(void **state)
{
	static const char *const paths[] = { "", ".", "..", ".hidden", "/etc/passwd", "a/b", "../hilo.db" };
	char token[SERVED_TOKEN_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		struct served_file_new file = { .path = paths[i], .content_type = "image/png", .name = "a", .size = 1 };

		assert_int_equal(served_file_add(store.db, &file, NOON, token, NULL), STATUS_INVALID);
	}
}

static void
test_an_address_leads_back_to_its_file(void **state)
{
	char token[SERVED_TOKEN_SIZE], *url;
	struct served_file file;

	(void)state;
	add("out-1.png", token);
	url = served_file_url("https://hilo.example/", token, "la casa ñ.png");
	assert_non_null(url);
	assert_true(media_url_valid(url));
	assert_int_equal(strncmp(url, "https://hilo.example/api/media/", 31), 0);
	assert_non_null(strstr(url, "/la%20casa%20%C3%B1.png"));
	assert_int_equal(served_file_of_url(store.db, url, &file, NULL), STATUS_OK);
	assert_string_equal(file.token, token);
	served_file_release(&file);
	free(url);
	assert_int_equal(served_file_of_url(store.db, "https://elsewhere.example/a.png", &file, NULL), STATUS_NOT_FOUND);
	assert_non_null(served_file_problem(""));
	assert_non_null(served_file_problem("ftp://x"));
	assert_null(served_file_problem("https://x"));
}

static void
test_a_file_of_a_message_stays_and_others_go(void **state)
{
	char token[SERVED_TOKEN_SIZE], kept[SERVED_TOKEN_SIZE], *paths[4];
	struct served_file file;
	size_t count = 9;
	int64_t due_ms = 0;

	(void)state;
	add("out-1.png", token);
	add("out-2.png", kept);
	assert_int_equal(served_file_keep(store.db, kept, NOON + 3 * DAY_MS, NULL), STATUS_OK);
	assert_int_equal(served_file_next_sweep(store.db, &due_ms, NULL), STATUS_OK);
	assert_int_equal(due_ms, NOON + DAY_MS);
	assert_int_equal(served_file_sweep(store.db, NOON + DAY_MS - 1, paths, 4, &count, NULL), STATUS_OK);
	assert_int_equal(count, 0);
	assert_int_equal(served_file_sweep(store.db, NOON + 100 * DAY_MS, paths, 4, &count, NULL), STATUS_OK);
	assert_int_equal(count, 1);
	assert_string_equal(paths[0], "out-1.png");
	free(paths[0]);
	assert_int_equal(served_file_find(store.db, token, 32, &file, NULL), STATUS_NOT_FOUND);
	assert_int_equal(served_file_find(store.db, kept, 32, &file, NULL), STATUS_OK);
	assert_int_equal(file.expires_at, NOON + 4 * DAY_MS);
	served_file_release(&file);
	assert_int_equal(served_file_next_sweep(store.db, &due_ms, NULL), STATUS_OK);
	assert_int_equal(due_ms, 0);
}

static void
test_what_channels_take(void **state)
{
	static const struct {
		enum channel channel;
		const char *type;
		int64_t size;
		bool fine;
	} rows[] = {
		{ CHANNEL_SMS, "image/jpeg", 5000000, true },
		{ CHANNEL_SMS, "image/jpeg", 5000001, false },
		{ CHANNEL_SMS, "image/gif", 1000, true },
		{ CHANNEL_SMS, "application/pdf", 500000, true },
		{ CHANNEL_SMS, "application/pdf", 500001, false },
		{ CHANNEL_SMS, "text/html", 10, false },
		{ CHANNEL_SMS, "image/png", 0, false },
		{ CHANNEL_WHATSAPP, "application/pdf", 16000000, true },
		{ CHANNEL_WHATSAPP, "application/pdf", 16000001, false },
		{ CHANNEL_WHATSAPP, "image/webp", 1000, true },
		{ CHANNEL_WHATSAPP, "image/gif", 1000, false },
		{ CHANNEL_WHATSAPP, "text/vcard", 1000, true },
		{ CHANNEL_WHATSAPP, "application/x-executable", 1000, false },
		{ CHANNEL_EMAIL, "image/png", 1000, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct err err = { "" };
		enum status status = media_limit(rows[i].channel, rows[i].type, rows[i].size, &err);

		assert_int_equal(status, rows[i].fine ? STATUS_OK : STATUS_INVALID);
		assert_int_equal(err.text[0] == '\0', rows[i].fine);
	}
}

static void
write_file(const char *path, const char *bytes, size_t len)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static size_t
read_file(const char *path, char *out, size_t size)
{
	FILE *file = fopen(path, "re");
	size_t len;

	assert_non_null(file);
	len = fread(out, 1, size, file);
	fclose(file);
	return len;
}

static void
test_a_file_goes_in_and_out_unchanged(void **state)
{
	static const char bytes[] = "%PDF-1.4\nhello";
	char path[160], back[160], seen[64], *made = NULL, *inside;
	struct file_stored stored;
	struct file_save save = { .database = store.path, .path = stored.path, .name = "../x.pdf", .destination = back };
	int64_t size = 0;
	struct stat facts;

	(void)state;
	snprintf(path, sizeof path, "%s/my file", store.folder);
	snprintf(back, sizeof back, "%s/back", store.folder);
	write_file(path, bytes, sizeof bytes - 1);
	assert_int_equal(file_store_import(store.path, path, NULL, &stored, NULL), STATUS_OK);
	assert_string_equal(stored.content_type, "application/pdf");
	assert_string_equal(stored.name, "my file.pdf");
	assert_int_equal(stored.size, sizeof bytes - 1);
	assert_int_equal(file_store_save(&save, &made, &size, NULL), STATUS_OK);
	assert_string_equal(made, back);
	assert_int_equal(size, sizeof bytes - 1);
	assert_int_equal(stat(back, &facts), 0);
	assert_int_equal(facts.st_mode & 07777, 0600);
	assert_int_equal(read_file(back, seen, sizeof seen), sizeof bytes - 1);
	assert_memory_equal(seen, bytes, sizeof bytes - 1);
	free(made);
	/* There now: it stays as it is. */
	write_file(back, "mine", 4);
	assert_int_equal(file_store_save(&save, &made, &size, NULL), STATUS_CONFLICT);
	assert_null(made);
	assert_int_equal(read_file(back, seen, sizeof seen), 4);
	unlink(back);
	unlink(path);
	inside = attachment_file(store.path, stored.path);
	assert_int_equal(unlink(inside), 0);
	free(inside);
}

static void
test_a_folder_gets_a_safe_and_free_name(void **state)
{
	char folder[160], expected[200], *made = NULL, *inside;
	struct file_stored stored;
	struct file_save save = { .database = store.path, .path = stored.path, .name = "../../x.txt", .destination = folder };
	int64_t size;

	(void)state;
	snprintf(folder, sizeof folder, "%s/out", store.folder);
	assert_int_equal(mkdir(folder, 0700), 0);
	snprintf(expected, sizeof expected, "%s/x", store.folder);
	write_file(expected, "text", 4);
	assert_int_equal(file_store_import(store.path, expected, NULL, &stored, NULL), STATUS_OK);
	unlink(expected);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(file_store_save(&save, &made, &size, NULL), STATUS_OK);
		assert_int_equal(strncmp(made, folder, strlen(folder)), 0);
		assert_null(strchr(made + strlen(folder) + 1, '/'));
		if (i == 0) {
			snprintf(expected, sizeof expected, "%s", made);
		} else {
			assert_string_not_equal(expected, made);
			assert_int_equal(unlink(made), 0);
		}
		free(made);
	}
	assert_int_equal(unlink(expected), 0);
	rmdir(folder);
	inside = attachment_file(store.path, stored.path);
	unlink(inside);
	free(inside);
}

static void
test_what_cannot_be_copied_leaves_nothing(void **state)
{
	char path[160], out[160], *made = NULL;
	struct file_stored stored;
	struct file_save save = { .database = store.path, .path = "not-there.png", .name = "a", .destination = out };
	atomic_bool stop;
	int64_t size;
	int fd;

	(void)state;
	atomic_init(&stop, true);
	snprintf(path, sizeof path, "%s/x", store.folder);
	snprintf(out, sizeof out, "%s/out", store.folder);
	assert_int_equal(file_store_import(store.path, path, NULL, &stored, NULL), STATUS_NOT_FOUND);
	assert_int_equal(file_store_import(store.path, store.folder, NULL, &stored, NULL), STATUS_INVALID);
	assert_int_equal(file_store_import(store.path, "/dev/zero", NULL, &stored, NULL), STATUS_INVALID);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(file_store_import(store.path, path, NULL, &stored, NULL), STATUS_INVALID);
	unlink(path);
	write_file(path, "", 0);
	assert_int_equal(file_store_import(store.path, path, NULL, &stored, NULL), STATUS_INVALID);
	write_file(path, "text", 4);
	assert_int_equal(file_store_import(store.path, path, &stop, &stored, NULL), STATUS_CANCELED);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_int_equal(ftruncate(fd, ATTACHMENT_SIZE_MAX + 1), 0);
	close(fd);
	assert_int_equal(file_store_import(store.path, path, NULL, &stored, NULL), STATUS_INVALID);
	unlink(path);
	assert_int_equal(file_store_save(&save, &made, &size, NULL), STATUS_NOT_FOUND);
	save.path = "../hilo.db";
	assert_int_equal(file_store_save(&save, &made, &size, NULL), STATUS_NOT_FOUND);
	assert_int_equal(access(out, F_OK), -1);
	/* store_teardown() fails if the folder of files is not empty. */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_token_finds_its_file_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_path_that_leaves_the_folder_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_an_address_leads_back_to_its_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_file_of_a_message_stays_and_others_go, setup, teardown),
		cmocka_unit_test(test_what_channels_take),
		cmocka_unit_test_setup_teardown(test_a_file_goes_in_and_out_unchanged, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_folder_gets_a_safe_and_free_name, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_cannot_be_copied_leaves_nothing, setup, teardown),
	};

	return cmocka_run_group_tests_name("served files", tests, NULL, NULL);
}
