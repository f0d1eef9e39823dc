/* SPDX-License-Identifier: MIT */
#include "core/db_sqlite_identity.h"

#include "core/i18n.h"
#include "core/schema.h"

#define OUR_MARK 0x68696c6f /* "hilo" */

struct identity {
	int64_t version, mark, tables;
};

static enum status
read_int(struct db *db, const char *sql, int64_t *value, struct err *err)
{
	struct db_statement *query = db_query(db, sql);

	if (db_step(query) != DB_ROW)
		return db_failure(db, err);
	*value = db_column_int(query, 0);
	db_reset(query);
	return STATUS_OK;
}

enum status
sqlite_identity_version(struct db *db, int64_t *version, struct err *err)
{
	return read_int(db, "PRAGMA user_version", version, err);
}

/* All at one moment: another program may be making the data right now. */
static enum status
read_identity(struct db *db, struct identity *identity, struct err *err)
{
	enum status status = db_begin_read(db, err);

	if (status != STATUS_OK)
		return status;
	status = read_int(db, "SELECT count(*) FROM sqlite_schema", &identity->tables, err);
	if (status == STATUS_OK)
		status = sqlite_identity_version(db, &identity->version, err);
	if (status == STATUS_OK)
		status = read_int(db, "PRAGMA application_id", &identity->mark, err);
	db_rollback(db);
	return status;
}

enum status
sqlite_identity_check(struct db *db, const char *path, bool create, bool *up_to_date, struct err *err)
{
	int newest = schema_sqlite_files[schema_sqlite_count - 1].version;
	struct identity found = { 0 };
	enum status status = read_identity(db, &found, err);

	if (status != STATUS_OK)
		return status;
	if (found.mark != OUR_MARK && (found.tables > 0 || found.mark != 0))
		return err_set(err, STATUS_INVALID,
			       _("%s is a database of another program; give hilo a file of its own with HILO_DATABASE."), path);
	if (found.version > newest)
		return err_set(err, STATUS_NEWER,
			       _("The data in %s were made by a newer hilo (data version %lld, this program knows %d); install that version."),
			       path, (long long)found.version, newest);
	/* The mark, the number and the tables are written in one transaction. */
	if (found.version < 0 || (found.mark == OUR_MARK) != (found.version > 0) || (found.version > 0) != (found.tables > 0))
		return err_set(err, STATUS_CORRUPT,
			       _("The data file %s is damaged (%s); nothing was changed. Restore a backup or have the file examined."),
			       path, "its marks contradict each other");
	*up_to_date = found.version == newest;
	if (!*up_to_date && !create)
		return err_set(err, STATUS_NOT_FOUND, _("There are no hilo data in %s yet; start hilo once to make them."), path);
	return STATUS_OK;
}
