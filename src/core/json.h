/* SPDX-License-Identifier: MIT */
/*
 * JSON, read strictly and written through cJSON. cJSON alone is lenient (invalid UTF-8, NULs,
 * repeated keys, trailing text, inexact key case): everything of that kind is refused here.
 */
#ifndef HILO_CORE_JSON_H
#define HILO_CORE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct json; /* a value; children belong to their parent */

/*
 * Parses exactly one value. Refused: invalid UTF-8, NUL (also as \u0000), control characters in
 * strings, lone surrogates, a byte-order mark, text after the value, repeated keys, depth over
 * `max_depth`, numbers that are malformed or not finite. The caller frees *out with json_free().
 */
enum status json_parse(const char *text, size_t len, int max_depth, struct json **out, struct err *err);
void json_free(struct json *value);

bool json_is_object(const struct json *value);
bool json_is_array(const struct json *value);
bool json_is_null(const struct json *value);
/* Member by exact name, or NULL. Borrowed. */
struct json *json_get(const struct json *object, const char *name);
size_t json_count(const struct json *array_or_object);
/* Child by position (0-based) of an array or object, or NULL; json_name() is its key in an object, else NULL. */
struct json *json_at(const struct json *array_or_object, size_t index);
const char *json_name(const struct json *value);
/* The sibling after `value`, or NULL: json_at(x, 0) and json_next() walk in linear time, json_at() alone does not. */
struct json *json_next(const struct json *value);
/* The string, or NULL if it is none. Borrowed. */
const char *json_string(const struct json *value);
/* True and *out set if it is an integral number within +-2^53. */
bool json_integer(const struct json *value, int64_t *out);
bool json_boolean(const struct json *value, bool *out);

/*
 * Building. Every _add copies its text; NULL text adds null. All return the new child (borrowed), or NULL without
 * memory or without a parent.
 */
struct json *json_new_object(void);
struct json *json_new_array(void);
struct json *json_add_string(struct json *object, const char *name, const char *text);
struct json *json_add_integer(struct json *object, const char *name, int64_t number);
struct json *json_add_boolean(struct json *object, const char *name, bool value);
struct json *json_add_null(struct json *object, const char *name);
struct json *json_add_object(struct json *object, const char *name);
struct json *json_add_array(struct json *object, const char *name);
/* The same onto an array. */
struct json *json_push_object(struct json *array);
struct json *json_push_string(struct json *array, const char *text);
/* Takes ownership of `child`. */
struct json *json_add_value(struct json *object, const char *name, struct json *child);
/* One line, no blanks; heap, the caller frees; NULL without memory. */
char *json_print(const struct json *value);

#endif
