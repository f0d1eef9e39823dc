/* SPDX-License-Identifier: MIT */
/* The face: finds the driver of a URL and hands every call to it. */
#include "core/db.h"

#include "core/db_driver.h"
#include "core/i18n.h"

static const struct db_driver *const drivers[] = { &db_sqlite };

enum status
db_open(const char *url, enum db_mode mode, struct db **out, struct err *err)
{
	*out = NULL;
	for (size_t i = 0; i < sizeof drivers / sizeof drivers[0]; i++) {
		if (drivers[i]->accepts(url))
			return drivers[i]->open(url, mode, out, err);
	}
	return err_set(err, STATUS_INVALID,
		       _("This hilo cannot use the database address given; set HILO_DATABASE to a file path."));
}

void
db_close(struct db *db)
{
	if (db != NULL)
		db->driver->close(db);
}

struct db_statement *
db_query(struct db *db, const char *sql)
{
	return db->driver->query(db, sql);
}

void
db_bind_int(struct db_statement *statement, int index, int64_t value)
{
	statement->db->driver->bind_int(statement, index, value);
}

void
db_bind_text(struct db_statement *statement, int index, const char *text)
{
	statement->db->driver->bind_text(statement, index, text);
}

void
db_bind_blob(struct db_statement *statement, int index, const void *bytes, size_t len)
{
	statement->db->driver->bind_blob(statement, index, bytes, len);
}

void
db_bind_null(struct db_statement *statement, int index)
{
	statement->db->driver->bind_null(statement, index);
}

enum db_step
db_step(struct db_statement *statement)
{
	return statement->db->driver->step(statement);
}

void
db_reset(struct db_statement *statement)
{
	statement->db->driver->reset(statement);
}

enum status
db_run(struct db_statement *statement, struct err *err)
{
	enum db_step step;

	while ((step = db_step(statement)) == DB_ROW)
		;
	return step == DB_DONE ? STATUS_OK : db_failure(statement->db, err);
}

enum status
db_failure(struct db *db, struct err *err)
{
	return db->driver->failure(db, err);
}

int64_t
db_column_int(struct db_statement *statement, int column)
{
	return statement->db->driver->column_int(statement, column);
}

const char *
db_column_text(struct db_statement *statement, int column)
{
	return statement->db->driver->column_text(statement, column);
}

bool
db_column_is_null(struct db_statement *statement, int column)
{
	return statement->db->driver->column_is_null(statement, column);
}

enum status
db_begin(struct db *db, struct err *err)
{
	return db->driver->begin(db, true, err);
}

enum status
db_begin_read(struct db *db, struct err *err)
{
	return db->driver->begin(db, false, err);
}

enum status
db_commit(struct db *db, struct err *err)
{
	return db->driver->commit(db, err);
}

void
db_rollback(struct db *db)
{
	db->driver->rollback(db);
}

int64_t
db_changes(struct db *db)
{
	return db->driver->changes(db);
}

void
db_interrupt(struct db *db)
{
	db->driver->interrupt(db);
}

int64_t
db_data_version(struct db *db)
{
	return db->driver->data_version(db);
}

int
db_log_pages(struct db *db)
{
	return db->driver->log_pages(db);
}

void
db_checkpoint(struct db *db, bool restart)
{
	db->driver->checkpoint(db, restart);
}

enum status
db_check(struct db *db, struct err *err)
{
	return db->driver->check(db, err);
}
