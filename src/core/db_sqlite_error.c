/* SPDX-License-Identifier: MIT */
#include "core/db_sqlite_error.h"

#include <sqlite3.h>
#include <stddef.h>

#include "core/i18n.h"

enum status
sqlite_explain(int code, const char *text, const char *file, struct err *err)
{
	const char *name = file != NULL ? file : "";

	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(err, STATUS_BUSY,
			       _("The data are locked by another program; hilo tries again, or end that program."));
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return err_set(err, STATUS_CORRUPT,
			       _("The data file %s is damaged (%s); nothing was changed. Restore a backup or have the file examined."),
			       name, text);
	case SQLITE_FULL:
		return err_set(err, STATUS_IO, _("The disk is full; make room, then try again."));
	case SQLITE_IOERR:
		return err_set(err, STATUS_IO,
			       _("The disk could not be read or written (%s); check the disk, then try again."), text);
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return err_set(err, STATUS_IO, _("The data file %s cannot be written; check its owner and permissions."),
			       name);
	case SQLITE_CANTOPEN:
		return err_set(err, STATUS_IO, _("The data file %s cannot be opened (%s); check the path and its permissions."),
			       name, text);
	case SQLITE_NOMEM:
		return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
	case SQLITE_TOOBIG:
		return err_set(err, STATUS_INVALID, _("This is too long to be stored; shorten it."));
	case SQLITE_CONSTRAINT:
		return err_set(err, STATUS_CONFLICT, _("The data refuse this change (%s)."), text);
	case SQLITE_INTERRUPT:
		return err_set(err, STATUS_CANCELED, _("The search was ended before it was done."));
	default:
		return err_set(err, STATUS_FAILED, _("The data store answered: %s."), text);
	}
}
