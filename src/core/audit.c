/* SPDX-License-Identifier: MIT */
#include "core/audit.h"

#include <stdlib.h>

#include "core/i18n.h"
#include "core/json.h"

/* NULL without memory. */
static char *
make_detail(const char *from, const char *to)
{
	struct json *object = json_new_object();
	char *text;

	if (from != NULL)
		json_add_string(object, "from", from);
	if (to != NULL)
		json_add_string(object, "to", to);
	text = json_print(object);
	json_free(object);
	return text;
}

enum status
audit_write(struct db *db, const struct audit *audit, const char *from, const char *to, struct err *err)
{
	struct db_statement *query;
	enum status status;
	char *detail = make_detail(from, to);

	if (detail == NULL)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	query = db_query(db, "INSERT INTO audit_log (at, actor, action, object_type, object_id, detail)"
			     " VALUES ($1, $2, $3, $4, $5, $6)");
	db_bind_int(query, 1, audit->at);
	db_bind_text(query, 2, audit->actor != NULL ? audit->actor : "");
	db_bind_text(query, 3, audit->action);
	db_bind_text(query, 4, audit->object_type);
	db_bind_int(query, 5, audit->object_id);
	db_bind_text(query, 6, detail);
	status = db_run(query, err);
	free(detail);
	return status;
}
