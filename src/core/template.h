/* SPDX-License-Identifier: MIT */
/* Approved templates: the only thing WhatsApp takes outside the reply window. */
#ifndef HILO_CORE_TEMPLATE_H
#define HILO_CORE_TEMPLATE_H

#include <stddef.h>
#include <stdint.h>

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
/* An approved template, for a list to choose from. */
struct template_item {
	char name[64];
	char language[16];    /* "" = not said */
	char content_sid[40]; /* names this version for template_find() and for sending; "" = only the name does */
	char body[4097];      /* raw, with {{1}} or {{name}} */
};
/* By name, then language; at most `limit`. */
enum status template_list(struct db *db, enum channel channel, size_t limit, struct template_item *rows, size_t *count,
			  struct err *err);

/* Inside a transaction: keeps an approved template, in place of the one of this channel, name and language. */
enum status template_save(struct db *db, enum channel channel, const struct template_item *item, int64_t now_ms,
			  struct err *err);

#define TEMPLATE_VARIABLE_SIZE 64
/* What has to be filled in: the names between {{ and }}, each once, in their order, at most `max`. Returns how many. */
size_t template_variables(const char *body, char (*names)[TEMPLATE_VARIABLE_SIZE], size_t max);

/* Appends `body` with each {{key}} replaced by its value in `variables` (JSON object of strings, NULL: none); others stay. */
enum status template_render(const char *body, const char *variables, struct strbuf *out, struct err *err);

#endif
