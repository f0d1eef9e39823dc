/* SPDX-License-Identifier: MIT */
/*
 * Reading takes three steps. A scanner of our own checks the text against the grammar of RFC 8259 and our limits; cJSON
 * then builds the tree from a text that it cannot misread; a walk over the tree refuses what only shows there: repeated
 * keys and numbers beyond a double. Recursion is bounded by `max_depth`.
 */
#include "core/json.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/utf8.h"

enum { NUMBER_MAX = 63 /* bytes that cJSON reads of a number */ };

static const int64_t exact_max = INT64_C(1) << 53;

struct scan {
	const char *text;
	size_t len;
	size_t at;
	int depth_left;
	const char *problem; /* why it stopped, for people */
};

static struct cJSON *
node(const struct json *value)
{
	return (struct cJSON *)(uintptr_t)value;
}

static struct json *
wrap(struct cJSON *item)
{
	return (struct json *)item;
}

static bool
stop(struct scan *scan, const char *problem)
{
	scan->problem = problem;
	return false;
}

/* The byte at the cursor, NUL at the end. A NUL inside is refused wherever it stands, since no rule takes one. */
static char
peek(const struct scan *scan)
{
	return scan->at < scan->len ? scan->text[scan->at] : '\0';
}

static bool
take(struct scan *scan, char c)
{
	if (peek(scan) != c)
		return false;
	scan->at++;
	return true;
}

static void
skip_blanks(struct scan *scan)
{
	while (take(scan, ' ') || take(scan, '\t') || take(scan, '\n') || take(scan, '\r'))
		;
}

static size_t
take_digits(struct scan *scan)
{
	size_t start = scan->at;

	while (peek(scan) >= '0' && peek(scan) <= '9')
		scan->at++;
	return scan->at - start;
}

static bool
scan_number(struct scan *scan)
{
	static const char problem[] = N_("a number is malformed");
	size_t start = scan->at;

	take(scan, '-');
	if (!take(scan, '0') && take_digits(scan) == 0)
		return stop(scan, problem);
	if (take(scan, '.') && take_digits(scan) == 0)
		return stop(scan, problem);
	if (take(scan, 'e') || take(scan, 'E')) {
		if (!take(scan, '+'))
			take(scan, '-');
		if (take_digits(scan) == 0)
			return stop(scan, problem);
	}
	if (scan->at - start > NUMBER_MAX)
		return stop(scan, N_("a number has too many digits"));
	return true;
}

/* Reads the four digits of a \u escape; false if they are not there. */
static bool
take_hex4(struct scan *scan, uint32_t *code)
{
	*code = 0;
	for (int i = 0; i < 4; i++) {
		char c = peek(scan);
		static const char digits[] = "0123456789abcdef";
		const char *at = c != '\0' ? strchr(digits, c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c) : NULL;

		if (at == NULL)
			return false;
		*code = *code << 4 | (uint32_t)(at - digits);
		scan->at++;
	}
	return true;
}

/* After a backslash. */
static bool
scan_escape(struct scan *scan)
{
	uint32_t code, low;
	char c = peek(scan);

	if (c == '\0' || strchr("\"\\/bfnrtu", c) == NULL)
		return stop(scan, N_("a string has an unknown escape"));
	scan->at++;
	if (c != 'u')
		return true;
	if (!take_hex4(scan, &code))
		return stop(scan, N_("a string has an unknown escape"));
	if (code == 0)
		return stop(scan, N_("a string has a zero character"));
	if (code < 0xD800 || code > 0xDFFF)
		return true;
	if (code > 0xDBFF || !take(scan, '\\') || !take(scan, 'u') || !take_hex4(scan, &low) || low < 0xDC00 ||
	    low > 0xDFFF)
		return stop(scan, N_("a string has half of a surrogate pair"));
	return true;
}

static bool
scan_string(struct scan *scan)
{
	if (!take(scan, '"'))
		return stop(scan, N_("a key in quotes is missing"));
	while (!take(scan, '"')) {
		if (scan->at >= scan->len)
			return stop(scan, N_("a string does not end"));
		if ((unsigned char)peek(scan) < 0x20)
			return stop(scan, N_("a string has a control character that is not escaped"));
		if (take(scan, '\\')) {
			if (!scan_escape(scan))
				return false;
		} else {
			scan->at++;
		}
	}
	return true;
}

static bool
scan_word(struct scan *scan, const char *word)
{
	size_t len = strlen(word);

	if (scan->len - scan->at < len || memcmp(scan->text + scan->at, word, len) != 0)
		return stop(scan, N_("a value is missing or unknown"));
	scan->at += len;
	return true;
}

static bool scan_value(struct scan *scan);

/* After the opening bracket; `close` tells an object from an array. */
static bool
scan_children(struct scan *scan, char close)
{
	skip_blanks(scan);
	if (take(scan, close))
		return true;
	do {
		skip_blanks(scan);
		if (close == '}') {
			if (!scan_string(scan))
				return false;
			skip_blanks(scan);
			if (!take(scan, ':'))
				return stop(scan, N_("a colon after a key is missing"));
		}
		if (!scan_value(scan))
			return false;
		skip_blanks(scan);
	} while (take(scan, ','));
	if (!take(scan, close))
		return stop(scan, N_("a comma or a closing bracket is missing"));
	return true;
}

static bool
scan_value(struct scan *scan)
{
	char c;

	skip_blanks(scan);
	c = peek(scan);
	if (c == '{' || c == '[') {
		if (scan->depth_left == 0)
			return stop(scan, N_("it is nested too deeply"));
		scan->at++;
		scan->depth_left--;
		if (!scan_children(scan, c == '{' ? '}' : ']'))
			return false;
		scan->depth_left++;
		return true;
	}
	if (c == '"')
		return scan_string(scan);
	if (c == '-' || (c >= '0' && c <= '9'))
		return scan_number(scan);
	return scan_word(scan, c == 't' ? "true" : c == 'f' ? "false" : "null");
}

static bool
scan_text(struct scan *scan)
{
	if (!utf8_valid(scan->text, scan->len))
		return stop(scan, N_("it is not UTF-8"));
	if (scan->len >= 3 && memcmp(scan->text, "\xEF\xBB\xBF", 3) == 0)
		return stop(scan, N_("it begins with a byte-order mark"));
	if (!scan_value(scan))
		return false;
	skip_blanks(scan);
	if (scan->at < scan->len)
		return stop(scan, N_("there is text after the value"));
	return true;
}

static int
compare_keys(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorting keeps an object of many thousand members from costing the square of that. */
static enum status
check_keys(const struct cJSON *object, struct err *err)
{
	size_t count = (size_t)cJSON_GetArraySize(object), i = 0;
	const struct cJSON *child;
	const char **keys;
	enum status status = STATUS_OK;

	if (count < 2)
		return STATUS_OK;
	keys = malloc(count * sizeof *keys);
	if (keys == NULL)
		return err_set(err, STATUS_NO_MEMORY, _("There is no memory left to read JSON."));
	cJSON_ArrayForEach(child, object)
		keys[i++] = child->string;
	qsort(keys, count, sizeof *keys, compare_keys);
	for (i = 1; i < count && status == STATUS_OK; i++)
		if (strcmp(keys[i - 1], keys[i]) == 0)
			status = err_set(err, STATUS_INVALID, _("The JSON is refused: an object has a key twice."));
	free(keys);
	return status;
}

static enum status
check_tree(const struct cJSON *item, struct err *err)
{
	const struct cJSON *child;
	enum status status = STATUS_OK;

	if (cJSON_IsNumber(item) && !isfinite(item->valuedouble))
		return err_set(err, STATUS_INVALID, _("The JSON is refused: a number is too large."));
	if (cJSON_IsObject(item))
		status = check_keys(item, err);
	for (child = item->child; child != NULL && status == STATUS_OK; child = child->next)
		status = check_tree(child, err);
	return status;
}

enum status
json_parse(const char *text, size_t len, int max_depth, struct json **out, struct err *err)
{
	struct scan scan = { .text = text, .len = len, .depth_left = max_depth };
	struct cJSON *tree;
	enum status status;

	*out = NULL;
	if (!scan_text(&scan))
		return err_set(err, STATUS_INVALID, _("The JSON is refused at byte %zu: %s."), scan.at,
			       _(scan.problem));
	tree = cJSON_ParseWithLengthOpts(text, len, NULL, 0);
	if (tree == NULL)
		return err_set(err, STATUS_NO_MEMORY, _("There is no memory left to read JSON."));
	status = check_tree(tree, err);
	if (status != STATUS_OK) {
		cJSON_Delete(tree);
		return status;
	}
	*out = wrap(tree);
	return STATUS_OK;
}

void
json_free(struct json *value)
{
	cJSON_Delete(node(value));
}

bool
json_is_object(const struct json *value)
{
	return cJSON_IsObject(node(value));
}

bool
json_is_array(const struct json *value)
{
	return cJSON_IsArray(node(value));
}

bool
json_is_null(const struct json *value)
{
	return cJSON_IsNull(node(value));
}

struct json *
json_get(const struct json *object, const char *name)
{
	return json_is_object(object) ? wrap(cJSON_GetObjectItemCaseSensitive(node(object), name)) : NULL;
}

size_t
json_count(const struct json *array_or_object)
{
	return (size_t)cJSON_GetArraySize(node(array_or_object));
}

struct json *
json_at(const struct json *array_or_object, size_t index)
{
	return index > INT32_MAX ? NULL : wrap(cJSON_GetArrayItem(node(array_or_object), (int)index));
}

struct json *
json_next(const struct json *value)
{
	return value != NULL ? wrap(node(value)->next) : NULL;
}

const char *
json_name(const struct json *value)
{
	return value != NULL ? node(value)->string : NULL;
}

const char *
json_string(const struct json *value)
{
	return cJSON_GetStringValue(node(value));
}

bool
json_integer(const struct json *value, int64_t *out)
{
	double number;

	if (!cJSON_IsNumber(node(value)))
		return false;
	number = node(value)->valuedouble;
	if (!(number >= -(double)exact_max && number <= (double)exact_max) || number != trunc(number))
		return false;
	*out = (int64_t)number;
	return true;
}

bool
json_boolean(const struct json *value, bool *out)
{
	if (!cJSON_IsBool(node(value)))
		return false;
	*out = cJSON_IsTrue(node(value));
	return true;
}

struct json *
json_new_object(void)
{
	return wrap(cJSON_CreateObject());
}

struct json *
json_new_array(void)
{
	return wrap(cJSON_CreateArray());
}

/* Takes `item` and puts it under `name`, or at the end of an array when that is NULL. */
static struct json *
attach(struct json *parent, const char *name, struct cJSON *item)
{
	bool done = parent != NULL && item != NULL;

	if (done)
		done = name != NULL ? cJSON_AddItemToObject(node(parent), name, item)
				    : cJSON_AddItemToArray(node(parent), item);
	if (!done) {
		cJSON_Delete(item);
		return NULL;
	}
	return wrap(item);
}

/* What is written is valid JSON even if a caller's text is not UTF-8. */
static struct cJSON *
create_string(const char *text)
{
	struct cJSON *item;
	char *repaired;

	if (text == NULL)
		return cJSON_CreateNull();
	if (utf8_valid(text, strlen(text)))
		return cJSON_CreateString(text);
	repaired = utf8_repair(text, strlen(text));
	item = repaired != NULL ? cJSON_CreateString(repaired) : NULL;
	free(repaired);
	return item;
}

struct json *
json_add_string(struct json *object, const char *name, const char *text)
{
	return attach(object, name, create_string(text));
}

struct json *
json_add_integer(struct json *object, const char *name, int64_t number)
{
	/* cJSON prints numbers of more than 15 digits with an exponent; those are given to it as text. */
	static const int64_t plain_max = INT64_C(1000000000000000);
	char digits[24];

	if (number > -plain_max && number < plain_max)
		return attach(object, name, cJSON_CreateNumber((double)number));
	snprintf(digits, sizeof digits, "%" PRId64, number);
	return attach(object, name, cJSON_CreateRaw(digits));
}

struct json *
json_add_boolean(struct json *object, const char *name, bool value)
{
	return attach(object, name, cJSON_CreateBool(value));
}

struct json *
json_add_null(struct json *object, const char *name)
{
	return attach(object, name, cJSON_CreateNull());
}

struct json *
json_add_object(struct json *object, const char *name)
{
	return attach(object, name, cJSON_CreateObject());
}

struct json *
json_add_array(struct json *object, const char *name)
{
	return attach(object, name, cJSON_CreateArray());
}

struct json *
json_push_object(struct json *array)
{
	return attach(array, NULL, cJSON_CreateObject());
}

struct json *
json_push_string(struct json *array, const char *text)
{
	return attach(array, NULL, create_string(text));
}

struct json *
json_add_value(struct json *object, const char *name, struct json *child)
{
	return attach(object, name, node(child));
}

char *
json_print(const struct json *value)
{
	return cJSON_PrintUnformatted(node(value));
}
