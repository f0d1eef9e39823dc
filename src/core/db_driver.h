/* SPDX-License-Identifier: MIT */
/*
 * What a database must offer behind core/db.h. For drivers only. A driver's connection and statement begin with the
 * structs below, so that the face can find its driver.
 */
#ifndef HILO_CORE_DB_DRIVER_H
#define HILO_CORE_DB_DRIVER_H

#include "core/db.h"

struct db_driver {
	const char *name;
	/* True if `url` is of this driver's kind. */
	bool (*accepts)(const char *url);
	enum status (*open)(const char *url, enum db_mode mode, struct db **out, struct err *err);
	void (*close)(struct db *db);
	struct db_statement *(*query)(struct db *db, const char *sql);
	void (*bind_int)(struct db_statement *statement, int index, int64_t value);
	void (*bind_text)(struct db_statement *statement, int index, const char *text);
	void (*bind_blob)(struct db_statement *statement, int index, const void *bytes, size_t len);
	void (*bind_null)(struct db_statement *statement, int index);
	enum db_step (*step)(struct db_statement *statement);
	void (*reset)(struct db_statement *statement);
	enum status (*failure)(struct db *db, struct err *err);
	int64_t (*column_int)(struct db_statement *statement, int column);
	const char *(*column_text)(struct db_statement *statement, int column);
	bool (*column_is_null)(struct db_statement *statement, int column);
	enum status (*begin)(struct db *db, bool writing, struct err *err);
	enum status (*commit)(struct db *db, struct err *err);
	void (*rollback)(struct db *db);
	int64_t (*changes)(struct db *db);
	void (*interrupt)(struct db *db);
	int64_t (*data_version)(struct db *db);
	int (*log_pages)(struct db *db);
	void (*checkpoint)(struct db *db, bool restart);
	enum status (*check)(struct db *db, struct err *err);
};

struct db {
	const struct db_driver *driver;
};

struct db_statement {
	struct db *db;
};

extern const struct db_driver db_sqlite;

#endif
