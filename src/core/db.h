/* SPDX-License-Identifier: MIT */
/*
 * The face of a SQL database: open, prepare once, bind, step, read columns, transaction. Drivers are rows of a table
 * (SQLite now). SQL above this face is written once: $1 parameters, ON CONFLICT, RETURNING, integers for times.
 *
 * A connection belongs to one thread. Every statement is prepared at its first use and kept for the life of the
 * connection, keyed by the address of its text: pass string literals only.
 */
#ifndef HILO_CORE_DB_H
#define HILO_CORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct db;
struct db_statement;

enum db_mode {
	DB_CREATE,   /* make the file and bring the schema up to date */
	DB_OPEN,     /* the file must be there and up to date */
	DB_READ_ONLY /* as DB_OPEN, nothing can be written */
};

/*
 * Opens `url` (a file path). STATUS_NEWER: made by a newer hilo. STATUS_CORRUPT: damaged, left as it is. STATUS_IO, STATUS_BUSY,
 * STATUS_INVALID (postgres:// is not there yet). The file and its companions are 0600. The caller closes *out.
 */
enum status db_open(const char *url, enum db_mode mode, struct db **out, struct err *err);
void db_close(struct db *db);

/*
 * The statement for `sql`, reset and without values, ready to bind; owned by the connection. Never fails by itself: what went
 * wrong is reported by db_step(). At most one use of the same text may be in progress.
 */
struct db_statement *db_query(struct db *db, const char *sql);
void db_bind_int(struct db_statement *statement, int index, int64_t value);
/* Copied. NULL text binds NULL. */
void db_bind_text(struct db_statement *statement, int index, const char *text);
void db_bind_blob(struct db_statement *statement, int index, const void *bytes, size_t len);
void db_bind_null(struct db_statement *statement, int index);

enum db_step { DB_ROW, DB_DONE, DB_FAILED };
/* One row further. After DB_DONE or DB_FAILED the statement is reset; DB_FAILED is explained by db_failure(). */
enum db_step db_step(struct db_statement *statement);
/* Ends a query before its last row. */
void db_reset(struct db_statement *statement);
/* Runs it to its end, rows ignored. */
enum status db_run(struct db_statement *statement, struct err *err);
/* The status and sentence of the last DB_FAILED of this connection. */
enum status db_failure(struct db *db, struct err *err);

/* Columns are numbered from 0. Text is borrowed until the next step; NULL reads as "" (text) and 0 (int). */
int64_t db_column_int(struct db_statement *statement, int column);
const char *db_column_text(struct db_statement *statement, int column);
bool db_column_is_null(struct db_statement *statement, int column);

/*
 * A writing transaction: takes the write lock at once (waits up to 5 s, then STATUS_BUSY). After an I/O error it begins on a
 * new connection, so no statement may be in progress. STATUS_IO also if the file was moved or removed meanwhile. Values
 * longer than 16 MiB are STATUS_INVALID.
 */
enum status db_begin(struct db *db, struct err *err);
/*
 * Durable when it returns STATUS_OK; after anything else the transaction is over and nothing of it is seen. (If the disk failed
 * to sync it and the machine stops before the next commit, it may come back: what runs again must know a repeat.)
 */
enum status db_commit(struct db *db, struct err *err);
void db_rollback(struct db *db);
/* A reading transaction, so that several queries see one state. Ended by db_rollback(). */
enum status db_begin_read(struct db *db, struct err *err);
/* Rows changed by the last statement. */
int64_t db_changes(struct db *db);

/*
 * Ends what runs on this connection now: it fails with STATUS_CANCELED, a writing transaction is rolled back. Nothing happens
 * if nothing runs. The only call that may be made from another thread than the connection's, which must not close it meanwhile.
 */
void db_interrupt(struct db *db);

/* A number that changes when another connection (of any process) committed. Cheap. */
int64_t db_data_version(struct db *db);
/* Log pages waiting for a checkpoint after the last commit of this connection. */
int db_log_pages(struct db *db);
/* Copies the log into the file without waiting for anybody; `restart` also starts the log anew when no reader needs it. */
void db_checkpoint(struct db *db, bool restart);
/* Quick check of the whole file; STATUS_CORRUPT with the first finding. */
enum status db_check(struct db *db, struct err *err);

#endif
