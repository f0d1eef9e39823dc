/* SPDX-License-Identifier: MIT */
/*
 * Bad days of the data file: flipped bytes, cut files, a lost log, a full or failing disk, a folder that cannot be
 * written, another program's file, and several processes at once. Never a crash, never a file made worse, always a sentence.
 *
 * The system calls that SQLite makes are replaced by those below, so that they fail when a test says so.
 */
#include "store_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "core/message.h"
#include "core/search_index.h"
#include "core/thread.h"
#include "core/writer.h"

#define FILE_MAX (32 * 1024 * 1024)

static atomic_int sync_error, write_error; /* errno that the calls answer; 0 = they work */

int
fdatasync(int fd)
{
	if (sync_error != 0) {
		errno = sync_error;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
	if (sync_error != 0) {
		errno = sync_error;
		return -1;
	}
	return (int)syscall(SYS_fsync, fd);
}

ssize_t
pwrite64(int fd, const void *bytes, size_t len, off64_t at)
{
	if (write_error != 0) {
		errno = write_error;
		return -1;
	}
	return syscall(SYS_pwrite64, fd, bytes, len, at);
}

static int
setup(void **state)
{
	static struct store store;

	sync_error = 0;
	write_error = 0;
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

struct content {
	size_t len;
	unsigned char *bytes; /* malloc */
};

static struct content
read_content(const char *path)
{
	struct content content = { .bytes = malloc(FILE_MAX) };
	int fd = open(path, O_RDONLY);
	ssize_t got;

	assert_non_null(content.bytes);
	if (fd < 0)
		return content;
	got = read(fd, content.bytes, FILE_MAX);
	close(fd);
	assert_true(got >= 0 && got < FILE_MAX);
	content.len = (size_t)got;
	return content;
}

static void
write_content(const char *path, const unsigned char *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	close(fd);
}

static void
assert_content(const char *path, const unsigned char *bytes, size_t len)
{
	struct content now = read_content(path);

	assert_int_equal(now.len, len);
	if (len > 0)
		assert_memory_equal(now.bytes, bytes, len);
	free(now.bytes);
}

/* Customers, messages, replies in every state, and their words in the index. */
static void
fill(struct db *db)
{
	struct err err = { "" };
	char sid[40], from[32];
	bool more = true;

	for (int i = 0; i < 120; i++) {
		struct inbound_result in;

		snprintf(sid, sizeof sid, "SM%032d", i);
		snprintf(from, sizeof from, "+141555501%02d", i % 40);
		in = store_inbound(db, CHANNEL_SMS, sid, from, "¿Llegó el camión con mi pedido de la semana pasada?", NOON + i);
		if (i % 4 == 0)
			store_reply(db, in.thread_id, CHANNEL_SMS, "Mañana por la mañana.", NOON + i);
	}
	while (more) {
		assert_int_equal(db_begin(db, &err), STATUS_OK);
		assert_int_equal(search_index_advance(db, 64, &more, &err), STATUS_OK);
		assert_int_equal(db_commit(db, &err), STATUS_OK);
	}
}

/* A failure is said in a sentence and is no accident of the program. */
static void
assert_explained(const char *what, size_t place, enum status status, const struct err *err)
{
	if (status == STATUS_OK || status == STATUS_NOT_FOUND)
		return;
	if (err->text[0] == '\0' || status == STATUS_BUSY || status == STATUS_NO_MEMORY)
		fail_msg("%s at %zu: %s \"%s\"", what, place, status_name(status), err->text);
}

/* Everything a console does; the answers may be wrong, the program may not. */
static void
use(struct db *db, size_t place)
{
	struct thread_filter all = { .view = THREAD_VIEW_ALL };
	struct outgoing out = { .channel = CHANNEL_SMS, .thread_id = 3, .body = "hola", .origin = "console", .now_ms = NOON };
	struct outgoing_result result;
	struct message_list list;
	struct thread rows[50];
	struct outbox_row ready[10];
	struct err err = { "" };
	enum status status;
	size_t count;

	status = thread_list(db, &all, (struct thread_cursor){ 0, 0 }, 50, rows, &count, &err);
	assert_explained("list", place, status, &err);
	for (size_t i = 0; i < count; i += 7) {
		err.text[0] = '\0';
		status = message_page(db, rows[i].id, 0, 50, &list, &err);
		assert_explained("page", place, status, &err);
		if (status == STATUS_OK)
			message_list_release(&list);
	}
	err.text[0] = '\0';
	assert_explained("search", place, thread_search(db, "camion ped", &all, 50, rows, &count, &err), &err);
	err.text[0] = '\0';
	status = outbox_ready(db, NOON + 1000, 10, ready, &count, &err);
	assert_explained("outbox", place, status, &err);
	for (size_t i = 0; i < count; i++)
		outbox_row_release(&ready[i]);
	err.text[0] = '\0';
	status = db_begin(db, &err);
	assert_explained("begin", place, status, &err);
	if (status != STATUS_OK)
		return;
	status = outbox_enqueue(db, &out, &result, &err);
	assert_explained("enqueue", place, status, &err);
	if (status == STATUS_OK)
		assert_explained("commit", place, db_commit(db, &err), &err);
	else
		db_rollback(db);
}

/* Closes the store's connection, so that all is in the file, and returns that. */
static struct content
close_and_read(struct store *store)
{
	fill(store->db);
	db_close(store->db);
	store->db = NULL;
	return read_content(store->path);
}

static void
remove_companions(const struct store *store)
{
	char file[128];

	snprintf(file, sizeof file, "%s-wal", store->path);
	unlink(file);
	snprintf(file, sizeof file, "%s-shm", store->path);
	unlink(file);
}

/* Opens the damaged file that holds `bytes`, uses it if it opens; a refused one must be left as it was. */
static enum status
open_and_use(struct store *store, const unsigned char *bytes, size_t len, size_t place)
{
	struct err err = { "" }, finding = { "" };
	struct db *db = NULL;
	enum status status;

	write_content(store->path, bytes, len);
	remove_companions(store);
	status = db_open(store->path, DB_CREATE, &db, &err);
	assert_explained("open", place, status, &err);
	if (status != STATUS_OK) {
		assert_null(db);
		assert_content(store->path, bytes, len);
		if (status == STATUS_CORRUPT && strstr(err.text, "damaged") == NULL)
			fail_msg("at %zu: %s", place, err.text);
		return status;
	}
	status = db_check(db, &finding);
	if (status != STATUS_OK && strstr(finding.text, "damaged") == NULL)
		fail_msg("check at %zu: %s \"%s\"", place, status_name(status), finding.text);
	use(db, place);
	db_close(db);
	return status;
}

static void
test_flipped_bytes(void **state)
{
	struct store *store = *state;
	struct content whole = close_and_read(store);
	uint64_t random = 20261122;
	size_t found = 0;

	for (int i = 0; i < 300; i++) {
		size_t place;
		unsigned char kept;

		random = random * 6364136223846793005u + 1442695040888963407u;
		/* A third of them where they hurt most: the header and the first pages. */
		place = (size_t)(random >> 33) % (i % 3 == 0 ? 8192 : whole.len);
		kept = whole.bytes[place];
		whole.bytes[place] ^= (unsigned char)(1 + ((random >> 24) & 0xfe));
		found += open_and_use(store, whole.bytes, whole.len, place) != STATUS_OK;
		whole.bytes[place] = kept;
	}
	/* Most fall into texts and free space, where no check can see them. */
	if (found < 10)
		fail_msg("only %zu of 300 found", found);
	free(whole.bytes);
}

static void
test_every_byte_of_the_header(void **state)
{
	struct store *store = *state;
	struct content whole = close_and_read(store);

	for (size_t place = 0; place < 100; place++) {
		whole.bytes[place] ^= 0x81;
		open_and_use(store, whole.bytes, whole.len, place);
		whole.bytes[place] ^= 0x81;
	}
	/* Our mark is there, the number of the schema is not one. */
	whole.bytes[63] = 0;
	assert_int_equal(open_and_use(store, whole.bytes, whole.len, 63), STATUS_CORRUPT);
	whole.bytes[60] = 0xff;
	assert_int_equal(open_and_use(store, whole.bytes, whole.len, 60), STATUS_CORRUPT);
	free(whole.bytes);
}

static void
test_cut_file(void **state)
{
	struct store *store = *state;
	struct content whole = close_and_read(store);

	for (size_t len = 1; len < whole.len; len += len < 4096 ? 511 : 9973) {
		if (open_and_use(store, whole.bytes, len, len) != STATUS_CORRUPT)
			fail_msg("cut to %zu bytes: not reported as damaged", len);
	}
	free(whole.bytes);
}

/* Copies the store as a crash would leave it: what was committed last is in the log only. */
static void
crash(struct store *store, struct content *file, struct content *log)
{
	char path[128];

	fill(store->db);
	*file = read_content(store->path);
	snprintf(path, sizeof path, "%s-wal", store->path);
	*log = read_content(path);
	assert_true(log->len > 4096);
	db_close(store->db);
	store->db = NULL;
}

static void
test_damaged_log(void **state)
{
	static const struct {
		const char *name;
		size_t from, to;
		bool found;
	} rows[] = {
		{ "sound", 0, 0, false },	  { "all zero", 0, SIZE_MAX, true },
		{ "header zero", 0, 32, true },	  { "magic", 0, 1, true },
		{ "salt", 16, 17, true },	  { "sum of the header", 31, 32, true },
		{ "in a frame", 5000, 5001, false }, /* looks as a commit that a power cut ended */
	};
	struct store *store = *state;
	struct content file, log;
	char path[128];

	crash(store, &file, &log);
	snprintf(path, sizeof path, "%s-wal", store->path);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unsigned char *damaged = malloc(log.len);
		size_t to = rows[i].to < log.len ? rows[i].to : log.len;
		struct err err = { "" };
		struct db *db = NULL;
		enum status status;

		assert_non_null(damaged);
		memcpy(damaged, log.bytes, log.len);
		for (size_t at = rows[i].from; at < to; at++)
			damaged[at] = damaged[at] == 0 ? 0x5a : 0;
		if (to == log.len)
			memset(damaged, 0, log.len);
		remove_companions(store);
		write_content(store->path, file.bytes, file.len);
		write_content(path, damaged, log.len);
		status = db_open(store->path, DB_CREATE, &db, &err);
		if (status != (rows[i].found ? STATUS_CORRUPT : STATUS_OK))
			fail_msg("%s: %s %s", rows[i].name, status_name(status), err.text);
		if (rows[i].found) {
			assert_non_null(strstr(err.text, "damaged"));
			assert_content(path, damaged, log.len);
			assert_content(store->path, file.bytes, file.len);
		} else if (i == 0) {
			assert_int_equal(store_number(db, "SELECT count(*) FROM messages WHERE direction = 'in'"), 120);
		}
		db_close(db);
		free(damaged);
	}
	free(file.bytes);
	free(log.bytes);
}

static void
test_empty_file_with_a_full_log(void **state)
{
	static const enum db_mode modes[] = { DB_CREATE, DB_OPEN, DB_READ_ONLY };
	struct store *store = *state;
	struct content file, log;
	char path[128];

	crash(store, &file, &log);
	snprintf(path, sizeof path, "%s-wal", store->path);
	write_content(store->path, file.bytes, 0);
	write_content(path, log.bytes, log.len);
	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
		struct err err = { "" };
		struct db *db = NULL;

		assert_int_equal(db_open(store->path, modes[i], &db, &err), STATUS_CORRUPT);
		assert_non_null(strstr(err.text, "damaged"));
		assert_content(path, log.bytes, log.len);
	}
	free(file.bytes);
	free(log.bytes);
}

static void
test_another_programs_file_is_left_as_it_is(void **state)
{
	struct store *store = *state;
	struct err err = { "" };
	struct content before;
	struct stat info;
	struct db *db = NULL;

	assert_string_equal(store_text(store->db, "PRAGMA journal_mode = DELETE"), "delete");
	assert_int_equal(db_run(db_query(store->db, "PRAGMA application_id = 77"), &err), STATUS_OK);
	db_close(store->db);
	store->db = NULL;
	assert_int_equal(chmod(store->path, 0644), 0);
	before = read_content(store->path);
	assert_int_equal(db_open(store->path, DB_CREATE, &db, &err), STATUS_INVALID);
	assert_content(store->path, before.bytes, before.len);
	assert_int_equal(stat(store->path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0644);
	free(before.bytes);
}

static enum status
add_agent(struct db *db, void *arg, struct err *err)
{
	struct db_statement *query = db_query(db, "INSERT INTO agents (name, created_at, last_seen_at) VALUES ($1, 1, 1)");

	db_bind_text(query, 1, arg);
	return db_run(query, err);
}

static void
test_failed_sync_is_not_acknowledged_and_reopens(void **state)
{
	struct store *store = *state;
	struct err err = { "" };

	assert_int_equal(store_number(store->db, "PRAGMA cache_size"), -8192);
	assert_int_equal(db_run(db_query(store->db, "PRAGMA cache_size = -100"), &err), STATUS_OK); /* a mark of this connection */
	assert_int_equal(db_begin(store->db, &err), STATUS_OK);
	assert_int_equal(add_agent(store->db, (void *)"lost", &err), STATUS_OK);
	sync_error = EIO;
	assert_int_equal(db_commit(store->db, &err), STATUS_IO);
	assert_non_null(strstr(err.text, "disk"));
	sync_error = 0;
	assert_int_equal(db_begin(store->db, &err), STATUS_OK);
	assert_int_equal(add_agent(store->db, (void *)"kept", &err), STATUS_OK);
	assert_int_equal(db_commit(store->db, &err), STATUS_OK);
	assert_int_equal(store_number(store->db, "SELECT count(*) FROM agents"), 1);
	assert_int_equal(store_number(store->db, "PRAGMA cache_size"), -8192); /* a new one */
	assert_int_equal(store_number(store->db, "PRAGMA synchronous"), 2);
	assert_true(db_log_pages(store->db) > 0);
}

static void
test_file_taken_away_takes_nothing_more(void **state)
{
	struct store *store = *state;
	struct err err = { "" };
	char away[128];

	snprintf(away, sizeof away, "%s.away", store->path);
	assert_int_equal(rename(store->path, away), 0);
	assert_int_equal(db_begin(store->db, &err), STATUS_IO);
	assert_non_null(strstr(err.text, "moved or removed"));
	assert_int_equal(rename(away, store->path), 0);
	assert_int_equal(db_begin(store->db, &err), STATUS_OK);
	assert_int_equal(add_agent(store->db, (void *)"kept", &err), STATUS_OK);
	assert_int_equal(db_commit(store->db, &err), STATUS_OK);
}

static void
test_writer_lives_through_a_bad_disk(void **state)
{
	static const struct {
		const char *name;
		atomic_int *where;
		int error;
	} rows[] = { { "full", &write_error, ENOSPC }, { "write fails", &write_error, EIO }, { "sync fails", &sync_error, EIO } };
	struct store *store = *state;
	struct writer *writer;
	struct err err = { "" };

	assert_int_equal(writer_new(store->path, NULL, &writer, &err), STATUS_OK);
	assert_int_equal(writer_run(writer, add_agent, (void *)"first", &err), STATUS_OK);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char name[32];

		snprintf(name, sizeof name, "lost %zu", i);
		*rows[i].where = rows[i].error;
		if (writer_run(writer, add_agent, name, &err) != STATUS_IO)
			fail_msg("%s: not reported", rows[i].name);
		assert_non_null(strstr(err.text, "disk"));
		*rows[i].where = 0;
		snprintf(name, sizeof name, "kept %zu", i);
		if (writer_run(writer, add_agent, name, &err) != STATUS_OK)
			fail_msg("%s: %s", rows[i].name, err.text);
	}
	writer_free(writer);
	assert_int_equal(store_number(store->db, "SELECT count(*) FROM agents WHERE name LIKE 'kept%'"), 3);
	assert_int_equal(store_number(store->db, "SELECT count(*) FROM agents WHERE name LIKE 'lost%'"), 0);
	assert_int_equal(db_check(store->db, &err), STATUS_OK);
}

static enum status
store_one(struct db *db, void *arg, struct err *err)
{
	struct inbound in = { .channel = CHANNEL_SMS,
			      .provider_message_id = arg,
			      .from = "+14155550101",
			      .to = "+15551230000",
			      .body = "una línea que ocupa lugar en un disco pequeño",
			      .metadata = "{}",
			      .received_at = NOON };
	struct inbound_result result;

	return inbound_store(db, &in, &result, err);
}

/* On a real small disk: filled by the store itself and by a file that is then taken away. */
static void
test_small_disk(void **state)
{
	struct store *store = *state;
	char folder[80], path[128], ballast[128], sid[40];
	static unsigned char zeros[512 * 1024];
	struct writer *writer;
	struct err err = { "" };
	struct db *db = NULL;
	int stored = 0;

	snprintf(folder, sizeof folder, "%s/small", store->folder);
	assert_int_equal(mkdir(folder, 0700), 0);
	/* In a mount name space of its own, nothing is left over however the test ends. */
	if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
	    || mount("none", folder, "tmpfs", 0, "size=2m") != 0) {
		print_message("# a small disk needs root: %s\n", strerror(errno));
		rmdir(folder);
		return;
	}
	snprintf(path, sizeof path, "%s/hilo.db", folder);
	snprintf(ballast, sizeof ballast, "%s/ballast", folder);
	write_content(ballast, zeros, sizeof zeros);
	assert_int_equal(writer_new(path, NULL, &writer, &err), STATUS_OK);
	for (int i = 0;; i++) {
		enum status status;

		assert_true(i < 20000);
		snprintf(sid, sizeof sid, "SM%d", i);
		status = writer_run(writer, store_one, sid, &err);
		if (status == STATUS_IO)
			break;
		assert_int_equal(status, STATUS_OK);
		stored++;
	}
	assert_non_null(strstr(err.text, "full"));
	assert_true(stored > 0);
	assert_int_equal(db_open(path, DB_OPEN, &db, &err), STATUS_OK);
	assert_int_equal(store_number(db, "SELECT count(*) FROM messages"), stored);
	unlink(ballast);
	assert_int_equal(writer_run(writer, store_one, sid, &err), STATUS_OK);
	assert_int_equal(store_number(db, "SELECT count(*) FROM messages"), stored + 1);
	assert_int_equal(store_number(db, "SELECT unread_count_agent FROM communication_threads"), stored + 1);
	assert_int_equal(db_check(db, &err), STATUS_OK);
	writer_free(writer);
	db_close(db);
	assert_int_equal(umount(folder), 0);
	rmdir(folder);
}

static int
finish_process(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static int
open_fresh(void *path)
{
	struct err err = { "" };
	struct db *db = NULL;
	enum status status = db_open(path, DB_CREATE, &db, &err);

	if (status != STATUS_OK)
		fprintf(stderr, "# %s %s\n", status_name(status), err.text);
	db_close(db);
	return (int)status;
}

static void
test_processes_make_the_data_at_once(void **state)
{
	struct store *store = *state;
	char path[128];

	for (int round = 0; round < 40; round++) {
		pid_t pids[4];
		int go[2];

		snprintf(path, sizeof path, "%s/fresh.db", store->folder);
		assert_int_equal(pipe(go), 0);
		for (size_t i = 0; i < 4; i++) {
			pids[i] = fork();
			if (pids[i] == 0) {
				char byte;

				close(go[1]);
				(void)!read(go[0], &byte, 1);
				_exit(open_fresh(path));
			}
		}
		close(go[0]);
		close(go[1]);
		for (size_t i = 0; i < 4; i++)
			assert_int_equal(finish_process(pids[i]), 0);
		unlink(path);
	}
}

static int
open_as_nobody(void *arg)
{
	struct store *store = arg;
	struct err err = { "" };
	struct db *db = NULL;
	enum status status;

	if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
		return 1;
	status = db_open(store->path, DB_CREATE, &db, &err);
	if (status != STATUS_IO || strstr(err.text, store->path) == NULL)
		return 2;
	return db == NULL ? 0 : 3;
}

static void
test_folder_of_somebody_else(void **state)
{
	struct store *store = *state;
	pid_t pid;

	if (geteuid() != 0) {
		print_message("# only root can become somebody who may not\n");
		return;
	}
	assert_int_equal(chmod(store->folder, 0755), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(open_as_nobody(store));
	assert_int_equal(finish_process(pid), 0);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_flipped_bytes),
		T(test_every_byte_of_the_header),
		T(test_cut_file),
		T(test_damaged_log),
		T(test_empty_file_with_a_full_log),
		T(test_another_programs_file_is_left_as_it_is),
		T(test_failed_sync_is_not_acknowledged_and_reopens),
		T(test_file_taken_away_takes_nothing_more),
		T(test_writer_lives_through_a_bad_disk),
		T(test_small_disk),
		T(test_processes_make_the_data_at_once),
		T(test_folder_of_somebody_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
