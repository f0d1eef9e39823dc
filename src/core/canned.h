/* SPDX-License-Identifier: MIT */
/*
 * Canned replies: texts with a name that all agents share, and may have a version for a channel and for a language. What
 * stands in {{name}} is filled in when one is taken; what is not known stays visible and is counted, so that nobody sends
 * "Hello {{name}}" unseen.
 */
#ifndef HILO_CORE_CANNED_H
#define HILO_CORE_CANNED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/channel.h"
#include "core/db.h"
#include "core/err.h"
#include "core/short_name.h"
#include "core/strbuf.h"

#define CANNED_MAX 500 /* of all agents, versions counted singly */
#define CANNED_BODY_SIZE 4097
#define CANNED_LANGUAGE_SIZE 9
#define CANNED_EXPANDED_MAX 16384 /* enough for the maximum of the strbuf given to canned_expand() */

struct canned {
	int64_t id;
	char name[SHORT_NAME_SIZE];
	char channel[12];		     /* a channel's name; "" = all */
	char language[CANNED_LANGUAGE_SIZE]; /* "es", "pt-br"; "" = all */
	char body[CANNED_BODY_SIZE];	     /* raw, with its {{...}} */
	int64_t updated_at;		     /* ms */
};

/*
 * Inside a transaction: keeps the text under its name, channel and language (all as typed; id and updated_at are not read), in
 * place of what was there. *id (may be NULL) gets its id. STATUS_INVALID, STATUS_LIMIT.
 */
enum status canned_save(struct db *db, const struct canned *canned, int64_t now_ms, int64_t *id, struct err *err);
/* Inside a transaction. STATUS_NOT_FOUND. */
enum status canned_delete(struct db *db, int64_t id, struct err *err);
/* STATUS_NOT_FOUND. */
enum status canned_get(struct db *db, int64_t id, struct canned *canned, struct err *err);

struct canned_item {
	int64_t id;
	char name[SHORT_NAME_SIZE];
	char channel[12];
	char language[CANNED_LANGUAGE_SIZE];
	char preview[160]; /* beginning of the text, raw */
	int64_t updated_at;
};

/* What to list, by name, then channel, then language. Texts borrowed. */
struct canned_query {
	const char *prefix; /* of the name as it is being typed, in any case; NULL or "" = all */
	bool fitting;	    /* each name once, in its version for channel and language, as canned_choose() finds it */
	enum channel channel;
	const char *language;
	size_t limit;		  /* room in rows */
	struct canned_item *rows; /* the caller's */
	size_t count;		  /* out */
};
enum status canned_list(struct db *db, struct canned_query *query, struct err *err);

/*
 * The version of `name` (as typed) that fits best: for this channel and language, for this channel, for this language, for all.
 * `language` is the customer's ("es", "es-MX"); NULL or "" is the one hilo speaks. When there is none for it, one in another
 * language (the agent reads it before it goes out). STATUS_NOT_FOUND: no such name for this channel.
 */
enum status canned_choose(struct db *db, const char *name, enum channel channel, const char *language,
			  struct canned *canned, struct err *err);

/* What is filled in. Borrowed, raw; NULL or "" = not known. */
struct canned_values {
	const char *name;	/* {{name}}: the customer's */
	const char *first_name; /* {{first_name}}; not known: the first word of the name */
	const char *agent;	/* {{agent}} */
	const char *number;	/* {{number}}: our own, as the customer sees it */
	const char *date;	/* {{date}}: today's, as people write it */
};
/*
 * Appends `body` with its {{...}} filled in: {{name}}, or {{name|customer}} with the words for when it is not known. What is
 * not known and has no such words becomes «name?» and is counted in *missing (may be NULL). Values are put in made harmless,
 * on one line and at most 200 bytes long; what they hold is not filled in again. Nothing fails but `out` itself.
 */
void canned_expand(const char *body, const struct canned_values *values, struct strbuf *out, size_t *missing);

#endif
