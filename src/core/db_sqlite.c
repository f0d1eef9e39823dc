/* SPDX-License-Identifier: MIT */
/*
 * SQLite behind core/db.h: write-ahead log, synchronous=FULL (a commit that returned has been synced: NORMAL loses
 * acknowledged rows at a power cut), foreign keys, writing transactions by BEGIN IMMEDIATE (a plain BEGIN that upgrades
 * from a stale snapshot fails at once, whatever the time-out). Automatic checkpoints are off: the writer thread does
 * them apart from commits. Connections are opened without SQLite's own mutex, since each belongs to one thread.
 *
 * After an I/O error nothing is assumed of what the connection holds: the next transaction begins on a new one.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "core/db_driver.h"
#include "core/db_sqlite_error.h"
#include "core/db_sqlite_file.h"
#include "core/db_sqlite_identity.h"
#include "core/i18n.h"
#include "core/log.h"
#include "core/schema.h"

#define BUSY_TIMEOUT_MS 5000
#define CACHE_SLOTS 256		  /* statements of one connection, a power of two */
#define VALUES_MAX 16		  /* $1 to $15 */
#define LENGTH_MAX (16 * 1024 * 1024) /* bytes of a value */
#define SWITCH_PAUSE_NS (10 * 1000 * 1000)

struct sqlite_db;

struct sqlite_statement {
	struct db_statement base;
	const char *sql; /* borrowed literal: the key */
	sqlite3_stmt *handle; /* NULL if it could not be prepared */
	unsigned char values[VALUES_MAX]; /* SQLite numbers $2, $1 by first appearance: where $n is, 0 = nowhere */
	int unbound; /* SQLite's code of a value that could not be taken: it would be NULL */
};

struct sqlite_db {
	struct db base;
	sqlite3 *handle;
	char *path;
	enum db_mode mode;
	bool broken; /* after an I/O error: to be opened anew */
	struct sqlite_statement statements[CACHE_SLOTS];
	int log_pages;
	int failure; /* SQLite's extended code of the last DB_FAILED */
	char failure_text[200];
};

static struct sqlite_db *
of(struct db *db)
{
	return (struct sqlite_db *)db;
}

static sqlite3_stmt *
handle_of(struct db_statement *statement)
{
	return ((struct sqlite_statement *)statement)->handle;
}

static void
note_failure(struct sqlite_db *db, int code)
{
	db->failure = code;
	db->broken = db->broken || (code & 0xff) == SQLITE_IOERR;
	snprintf(db->failure_text, sizeof db->failure_text, "%s", sqlite3_errmsg(db->handle));
}

static enum status
sqlite_failure(struct db *base, struct err *err)
{
	struct sqlite_db *db = of(base);

	return sqlite_explain(db->failure, db->failure_text, db->path, err);
}

/* Runs plain text (PRAGMA, schema); only literals and schema files come here. */
static enum status
run_text(struct sqlite_db *db, const char *sql, struct err *err)
{
	int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

	if (code == SQLITE_OK)
		return STATUS_OK;
	note_failure(db, sqlite3_extended_errcode(db->handle));
	return sqlite_failure(&db->base, err);
}

/* Remembers how long the log is; also keeps SQLite from checkpointing by itself inside a commit. */
static int
on_commit(void *arg, sqlite3 *handle, const char *name, int pages)
{
	(void)handle;
	(void)name;
	((struct sqlite_db *)arg)->log_pages = pages;
	return SQLITE_OK;
}

static bool
sqlite_accepts(const char *url)
{
	return strstr(url, "://") == NULL && url[0] != '\0';
}

/* Applies the schema files that are newer than the data, all in one transaction: two programs may do it at once. */
static enum status
migrate(struct sqlite_db *db, struct err *err)
{
	enum status status;
	int64_t version = 0;
	char pragma[64];

	status = db_begin(&db->base, err);
	if (status != STATUS_OK)
		return status;
	status = sqlite_identity_version(&db->base, &version, err);
	if (status != STATUS_OK)
		goto rollback;
	for (size_t i = 0; i < schema_sqlite_count; i++) {
		const struct schema_file *file = &schema_sqlite_files[i];

		if (file->version <= version)
			continue;
		status = run_text(db, file->sql, err);
		if (status != STATUS_OK)
			goto rollback;
		snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d", file->version);
		status = run_text(db, pragma, err);
		if (status != STATUS_OK)
			goto rollback;
		log_info("schema applied version=%d name=%s", file->version, file->name);
	}
	status = run_text(db, SQLITE_IDENTITY_MARK, err);
	if (status != STATUS_OK)
		goto rollback;
	return db_commit(&db->base, err);

rollback:
	db_rollback(&db->base);
	return status;
}

/* One try; *answer is SQLite's code when it failed, SQLITE_OK when the file just stays in another mode. */
static bool
try_log_mode(struct sqlite_db *db, int *answer)
{
	sqlite3_stmt *statement = NULL;
	bool switched = false;

	*answer = sqlite3_prepare_v2(db->handle, "PRAGMA journal_mode = WAL", -1, &statement, NULL);
	if (*answer == SQLITE_OK)
		*answer = sqlite3_step(statement);
	/* What the switch answers counts, not whether it failed: after an I/O error the file may stay in another mode. */
	if (*answer == SQLITE_ROW) {
		switched = strcmp((const char *)sqlite3_column_text(statement, 0), "wal") == 0;
		*answer = SQLITE_OK;
	} else {
		note_failure(db, sqlite3_extended_errcode(db->handle));
	}
	sqlite3_finalize(statement);
	return switched;
}

/* SQLite does not wait for the other when two programs switch a new file at once. */
static enum status
switch_to_log(struct sqlite_db *db, struct err *err)
{
	const struct timespec pause = { .tv_nsec = SWITCH_PAUSE_NS };
	int64_t until_ms = clock_monotonic_ms() + BUSY_TIMEOUT_MS;
	int answer;

	while (!try_log_mode(db, &answer)) {
		if (answer == SQLITE_OK)
			return err_set(err, STATUS_IO,
				       _("%s cannot use a write-ahead log; put the data on a local disk (no network file system)."),
				       db->path);
		if ((answer & 0xff) != SQLITE_BUSY || clock_monotonic_ms() > until_ms)
			return sqlite_failure(&db->base, err);
		nanosleep(&pause, NULL);
	}
	return STATUS_OK;
}

static enum status
set_up(struct sqlite_db *db, enum db_mode mode, struct err *err)
{
	bool up_to_date = false;
	enum status status;

	sqlite3_extended_result_codes(db->handle, 1);
	sqlite3_busy_timeout(db->handle, BUSY_TIMEOUT_MS);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_limit(db->handle, SQLITE_LIMIT_LENGTH, LENGTH_MAX);
	sqlite3_limit(db->handle, SQLITE_LIMIT_VARIABLE_NUMBER, VALUES_MAX);
	sqlite3_limit(db->handle, SQLITE_LIMIT_ATTACHED, 0);
	/* 8 MiB are enough: the kernel's page cache does the work. */
	status = run_text(db,
			  "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;"
			  "PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY;",
			  err);
	if (status == STATUS_OK)
		status = sqlite_identity_check(&db->base, db->path, mode == DB_CREATE, &up_to_date, err);
	if (status != STATUS_OK)
		return status;
	if (mode == DB_CREATE) {
		sqlite_file_make_private(db->path);
		status = switch_to_log(db, err);
	}
	sqlite3_wal_hook(db->handle, on_commit, db);
	return status == STATUS_OK && !up_to_date ? migrate(db, err) : status;
}

static void
close_handle(struct sqlite_db *db)
{
	for (size_t i = 0; i < CACHE_SLOTS; i++) {
		sqlite3_finalize(db->statements[i].handle);
		db->statements[i].handle = NULL;
	}
	sqlite3_close(db->handle);
	db->handle = NULL;
}

static void
sqlite_close(struct db *base)
{
	struct sqlite_db *db = of(base);

	close_handle(db);
	free(db->path);
	free(db);
}

static enum status
sqlite_open(const char *path, enum db_mode mode, struct db **out, struct err *err)
{
	int flags = SQLITE_OPEN_NOMUTEX | (mode == DB_READ_ONLY ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
	struct sqlite_db *db;
	enum status status;
	int code;

	status = sqlite_file_prepare(path, mode == DB_CREATE, err);
	if (status != STATUS_OK)
		return status;
	db = calloc(1, sizeof *db);
	if (db == NULL || (db->path = strdup(path)) == NULL) {
		free(db);
		return sqlite_explain(SQLITE_NOMEM, "", path, err);
	}
	db->base.driver = &db_sqlite;
	db->mode = mode;
	code = sqlite3_open_v2(path, &db->handle, flags, NULL);
	if (code == SQLITE_OK)
		status = set_up(db, mode, err);
	else
		status = sqlite_explain(code, db->handle != NULL ? sqlite3_errmsg(db->handle) : "", path, err);
	if (status != STATUS_OK) {
		sqlite_close(&db->base);
		return status;
	}
	*out = &db->base;
	return STATUS_OK;
}

/* A new connection takes the place of one that met an I/O error; statements are prepared again at their next use. */
static enum status
reopen(struct sqlite_db *db, struct err *err)
{
	enum status status;
	struct db *other;
	struct sqlite_db *fresh;

	/* Opened before the old one is closed: the last one that closes would write to the file. */
	status = sqlite_open(db->path, db->mode == DB_CREATE ? DB_OPEN : db->mode, &other, err);
	if (status != STATUS_OK)
		return status;
	log_warning("database opened anew after an I/O error code=%d", db->failure);
	fresh = of(other);
	close_handle(db);
	db->handle = fresh->handle;
	sqlite3_wal_hook(db->handle, on_commit, db);
	fresh->handle = NULL;
	db->broken = false;
	sqlite_close(other);
	return STATUS_OK;
}

/* The slot of `sql`: an open-addressed table keyed by the literal's address. */
static struct sqlite_statement *
find_slot(struct sqlite_db *db, const char *sql)
{
	size_t at = ((uintptr_t)sql >> 3) * 0x9e3779b97f4a7c15u >> 32;

	for (size_t i = 0; i < CACHE_SLOTS; i++) {
		struct sqlite_statement *slot = &db->statements[(at + i) % CACHE_SLOTS];

		if (slot->sql == sql || slot->sql == NULL)
			return slot;
	}
	/* More literals than slots would be a programming error, seen by every test. */
	abort();
}

/* Where the statement wants its value $index; 0 (which SQLite refuses) if it has none. */
static int
place_of(struct db_statement *statement, int index)
{
	return index > 0 && index < VALUES_MAX ? ((struct sqlite_statement *)statement)->values[index] : 0;
}

static void
prepare(struct sqlite_db *db, struct sqlite_statement *slot)
{
	char name[16];

	if (sqlite3_prepare_v3(db->handle, slot->sql, -1, SQLITE_PREPARE_PERSISTENT, &slot->handle, NULL) != SQLITE_OK) {
		note_failure(db, sqlite3_extended_errcode(db->handle));
		return;
	}
	for (int i = 1; i < VALUES_MAX; i++) {
		snprintf(name, sizeof name, "$%d", i);
		slot->values[i] = (unsigned char)sqlite3_bind_parameter_index(slot->handle, name);
	}
}

static struct db_statement *
sqlite_query(struct db *base, const char *sql)
{
	struct sqlite_db *db = of(base);
	struct sqlite_statement *slot = find_slot(db, sql);

	slot->sql = sql;
	slot->base.db = base;
	if (slot->handle == NULL) {
		prepare(db, slot);
	} else {
		sqlite3_reset(slot->handle);
		sqlite3_clear_bindings(slot->handle);
	}
	slot->unbound = SQLITE_OK;
	return &slot->base;
}

/* A value too long or without memory would become NULL; a $n that the text does not have is no harm. */
static void
note_binding(struct db_statement *statement, int code)
{
	if (code != SQLITE_OK && code != SQLITE_RANGE)
		((struct sqlite_statement *)statement)->unbound = code;
}

static void
sqlite_bind_int(struct db_statement *statement, int index, int64_t value)
{
	note_binding(statement, sqlite3_bind_int64(handle_of(statement), place_of(statement, index), value));
}

static void
sqlite_bind_text(struct db_statement *statement, int index, const char *text)
{
	int place = place_of(statement, index);

	note_binding(statement, sqlite3_bind_text(handle_of(statement), place, text, -1, SQLITE_TRANSIENT));
}

static void
sqlite_bind_blob(struct db_statement *statement, int index, const void *bytes, size_t len)
{
	const void *start = len > 0 ? bytes : "";
	int place = place_of(statement, index);

	note_binding(statement, sqlite3_bind_blob64(handle_of(statement), place, start, len, SQLITE_TRANSIENT));
}

static void
sqlite_bind_null(struct db_statement *statement, int index)
{
	note_binding(statement, sqlite3_bind_null(handle_of(statement), place_of(statement, index)));
}

static enum db_step
sqlite_step(struct db_statement *statement)
{
	struct sqlite_db *db = of(statement->db);
	sqlite3_stmt *handle = handle_of(statement);
	int code;

	if (handle == NULL) /* it could not be prepared; why was noted then */
		return DB_FAILED;
	if (((struct sqlite_statement *)statement)->unbound != SQLITE_OK) {
		db->failure = ((struct sqlite_statement *)statement)->unbound;
		snprintf(db->failure_text, sizeof db->failure_text, "%s", sqlite3_errstr(db->failure));
		return DB_FAILED;
	}
	code = sqlite3_step(handle);
	if (code == SQLITE_ROW)
		return DB_ROW;
	if (code != SQLITE_DONE)
		note_failure(db, sqlite3_extended_errcode(db->handle));
	sqlite3_reset(handle);
	return code == SQLITE_DONE ? DB_DONE : DB_FAILED;
}

static void
sqlite_reset(struct db_statement *statement)
{
	sqlite3_reset(handle_of(statement));
}

static int64_t
sqlite_column_int(struct db_statement *statement, int column)
{
	return sqlite3_column_int64(handle_of(statement), column);
}

static const char *
sqlite_column_text(struct db_statement *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(handle_of(statement), column);

	return text == NULL ? "" : text;
}

static bool
sqlite_column_is_null(struct db_statement *statement, int column)
{
	return sqlite3_column_type(handle_of(statement), column) == SQLITE_NULL;
}

/* What is stored in a file that has no name any more would be acknowledged and gone with the program. */
static enum status
check_place(struct sqlite_db *db, struct err *err)
{
	int moved = 0;

	if (sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved) != SQLITE_OK || !moved)
		return STATUS_OK;
	return err_set(err, STATUS_IO, _("The data file %s was moved or removed; end every hilo, put it back, then start again."),
		       db->path);
}

static enum status
sqlite_begin(struct db *base, bool writing, struct err *err)
{
	enum status status = of(base)->broken ? reopen(of(base), err) : STATUS_OK;

	if (status == STATUS_OK && writing)
		status = check_place(of(base), err);
	return status == STATUS_OK ? db_run(sqlite_query(base, writing ? "BEGIN IMMEDIATE" : "BEGIN"), err) : status;
}

static void
sqlite_rollback(struct db *base)
{
	/* After some errors SQLite has rolled back by itself. */
	if (sqlite3_get_autocommit(of(base)->handle) == 0)
		db_run(sqlite_query(base, "ROLLBACK"), NULL);
}

static enum status
sqlite_commit(struct db *base, struct err *err)
{
	enum status status = db_run(sqlite_query(base, "COMMIT"), err);

	if (status != STATUS_OK)
		sqlite_rollback(base);
	return status;
}

static int64_t
sqlite_changes(struct db *base)
{
	return sqlite3_changes64(of(base)->handle);
}

static void
sqlite_interrupt(struct db *base)
{
	sqlite3_interrupt(of(base)->handle);
}

static int64_t
sqlite_data_version(struct db *base)
{
	struct db_statement *statement = sqlite_query(base, "PRAGMA data_version");
	int64_t version = 0;

	if (sqlite_step(statement) == DB_ROW)
		version = sqlite_column_int(statement, 0);
	sqlite_reset(statement);
	return version;
}

static int
sqlite_log_pages(struct db *base)
{
	return of(base)->log_pages;
}

static void
sqlite_checkpoint(struct db *base, bool restart)
{
	struct sqlite_db *db = of(base);
	int pages = 0, done = 0;

	/* A restart must not wait for readers: whoever reads now, the next try will find the log free. */
	sqlite3_busy_timeout(db->handle, 0);
	if (sqlite3_wal_checkpoint_v2(db->handle, NULL, restart ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE,
				      &pages, &done)
		    == SQLITE_OK
	    && restart && pages == done)
		db->log_pages = 0;
	sqlite3_busy_timeout(db->handle, BUSY_TIMEOUT_MS);
}

static enum status
sqlite_check(struct db *base, struct err *err)
{
	struct db_statement *statement = sqlite_query(base, "PRAGMA quick_check(1)");
	enum status status = STATUS_OK;

	if (sqlite_step(statement) != DB_ROW)
		return sqlite_failure(base, err);
	if (strcmp(sqlite_column_text(statement, 0), "ok") != 0)
		status = sqlite_explain(SQLITE_CORRUPT, sqlite_column_text(statement, 0), of(base)->path, err);
	sqlite_reset(statement);
	return status;
}

const struct db_driver db_sqlite = {
	.name = "sqlite",
	.accepts = sqlite_accepts,
	.open = sqlite_open,
	.close = sqlite_close,
	.query = sqlite_query,
	.bind_int = sqlite_bind_int,
	.bind_text = sqlite_bind_text,
	.bind_blob = sqlite_bind_blob,
	.bind_null = sqlite_bind_null,
	.step = sqlite_step,
	.reset = sqlite_reset,
	.failure = sqlite_failure,
	.column_int = sqlite_column_int,
	.column_text = sqlite_column_text,
	.column_is_null = sqlite_column_is_null,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.changes = sqlite_changes,
	.interrupt = sqlite_interrupt,
	.data_version = sqlite_data_version,
	.log_pages = sqlite_log_pages,
	.checkpoint = sqlite_checkpoint,
	.check = sqlite_check,
};
