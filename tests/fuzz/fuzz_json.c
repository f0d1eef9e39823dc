/* SPDX-License-Identifier: MIT */
/* Any text: what is accepted is UTF-8, has no key twice, and once printed reads and prints the same. */
#include <string.h>

#include "core/json.h"
#include "core/utf8.h"
#include "require.h"

enum { DEPTH = 16 };

static void
check_value(const struct json *value, int depth)
{
	bool object = json_is_object(value), container = object || json_is_array(value);
	const char *text = json_string(value);
	size_t count = 0;

	require(!container || depth < DEPTH);
	require(text == NULL || utf8_valid(text, strlen(text)));
	for (const struct json *child = json_at(value, 0); child != NULL; child = json_next(child)) {
		require(object == (json_name(child) != NULL));
		/* The first under that name is the only one; looked at for a few, since it costs the square. */
		require(!object || count > 64 || json_get(value, json_name(child)) == child);
		check_value(child, depth + 1);
		count++;
	}
	require(count == json_count(value));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json *value, *again;
	char *first, *second;

	if (json_parse((const char *)data, size, DEPTH, &value, NULL) != STATUS_OK) {
		require(value == NULL);
		return 0;
	}
	require(utf8_valid((const char *)data, size) && memchr(data, '\0', size) == NULL);
	check_value(value, 0);
	first = json_print(value);
	require(first != NULL);
	require(json_parse(first, strlen(first), DEPTH, &again, NULL) == STATUS_OK);
	second = json_print(again);
	require(second != NULL && strcmp(first, second) == 0);
	free(first);
	free(second);
	json_free(value);
	json_free(again);
	return 0;
}
