/* SPDX-License-Identifier: MIT */
/* application/x-www-form-urlencoded bodies: every pair, in order, decoded exactly (the signature needs that). */
#ifndef HILO_CORE_FORM_H
#define HILO_CORE_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/strbuf.h"

struct form_field {
	const char *name; /* decoded, ended by NUL, never NULL */
	const char *value;
	size_t name_len;
	size_t value_len;
};

struct form {
	struct form_field *fields;
	size_t count;
	bool holds_nul; /* an escaped NUL is in it: such a form can be signed, but its texts cannot be used */
	bool not_utf8;	/* the same of other bytes than UTF-8; form_parse_bytes() only */
	char *storage;	/* owned; what the fields point into */
};

/*
 * Parses `body`. '+' is a blank, %XX a byte; pairs split at '&' and at the first '='; empty pairs are skipped; blanks
 * and line ends are kept. STATUS_INVALID: malformed escape, unescaped NUL, invalid UTF-8, more than `max_fields`. An
 * escaped NUL is kept, since a genuine signature may cover it, and reported in `holds_nul`. After a failure there is
 * nothing to release.
 */
enum status form_parse(const char *body, size_t len, size_t max_fields, struct form *form, struct err *err);
/* The same, but other bytes than UTF-8 are kept too, and reported in `not_utf8`. */
enum status form_parse_bytes(const char *body, size_t len, size_t max_fields, struct form *form, struct err *err);
void form_release(struct form *form);
/* First value under `name` (exact), or NULL if there is none or if it holds a NUL. Borrowed. */
const char *form_get(const struct form *form, const char *name);
/* Appends "name=value" (percent-encoded, with '&' before it when `out` is not empty). */
void form_encode(struct strbuf *out, const char *name, const char *value);
/* Appends `text` percent-encoded (RFC 3986 unreserved characters stay). */
void form_escape(struct strbuf *out, const char *text, size_t len);

#endif
