/* SPDX-License-Identifier: MIT */
/* Approved templates: the only thing WhatsApp takes outside the reply window. */
#ifndef HILO_CORE_TEMPLATE_H
#define HILO_CORE_TEMPLATE_H

#include "core/channel.h"
#include "core/db.h"
#include "core/err.h"
#include "core/strbuf.h"

struct template_row {
	char content_sid[40];
	char *body; /* heap; with {{1}} or {{name}} where values go */
};

/* By name, or directly by the carrier's id (HX...). STATUS_NOT_FOUND. The caller frees row->body. */
enum status template_find(struct db *db, enum channel channel, const char *name, struct template_row *row,
			  struct err *err);
/* Appends `body` with each {{key}} replaced by its value in `variables` (JSON object of strings, NULL: none); others stay. */
enum status template_render(const char *body, const char *variables, struct strbuf *out, struct err *err);

#endif
