/* SPDX-License-Identifier: MIT */
/* The vocabulary of queries: one row a keyword. For the files of core that read or complete queries. */
#ifndef HILO_CORE_QUERY_KEYS_H
#define HILO_CORE_QUERY_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "core/query.h"

enum query_key_kind {
	KEY_CHANNEL,
	KEY_STATUS,
	KEY_PRIORITY,
	KEY_FROM,
	KEY_TO,
	KEY_AGENT,
	KEY_LABEL,
	KEY_IS,
	KEY_HAS,
	KEY_ERROR,
	KEY_BEFORE,
	KEY_AFTER,
	KEY_SINCE
};

struct query_key {
	const char *name; /* lower case, no accents, no colon */
	const char *spanish;
	enum query_key_kind kind;
	const char *help; /* to be translated */
};

struct query_value {
	enum query_key_kind key;
	const char *name;
	const char *spanish; /* or NULL */
	enum query_kind kind; /* of the term it makes */
	int64_t value;
	const char *help; /* to be translated, or NULL */
};

/* Both end with a row whose name is NULL. */
extern const struct query_key query_keys[];
extern const struct query_value query_key_values[];

/* NULL if there is none; any case, accents or not, either language. */
const struct query_key *query_key_find(const char *name, size_t len);
const struct query_value *query_value_find(enum query_key_kind key, const char *name, size_t len);

enum query_date { QUERY_DATE_BEFORE, QUERY_DATE_AFTER, QUERY_DATE_SINCE };
/*
 * The moment that a date stands for with that key, in ms, in the local time zone: see core/query.h. -1 if it is none.
 */
int64_t query_date_parse(enum query_date which, const char *text, size_t len, int64_t now_ms);

#endif
