/* SPDX-License-Identifier: MIT */
#include "core/health.h"

enum status
health_write(struct db *db, struct err *err)
{
	return db_run(db_query(db, "UPDATE counters SET value = value WHERE name = 'search_mark'"), err);
}
