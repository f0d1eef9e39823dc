/* SPDX-License-Identifier: MIT */
#include "net/api_query.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "net/route.h"

#define QUERY_FIELDS_MAX 32

enum status
api_query_parse(const char *target, struct form *query, struct err *err)
{
	const char *text = strchr(target, '?');
	enum status status;

	text = text != NULL ? text + 1 : "";
	status = form_parse(text, strlen(text), QUERY_FIELDS_MAX, query, err);
	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < query->count; i++) {
		for (size_t k = i + 1; k < query->count; k++) {
			if (strcmp(query->fields[i].name, query->fields[k].name) != 0)
				continue;
			form_release(query);
			return err_set(err, STATUS_INVALID, "A name comes twice in the query.");
		}
	}
	if (query->holds_nul) {
		form_release(query);
		return err_set(err, STATUS_INVALID, "The query holds a zero byte.");
	}
	return STATUS_OK;
}

bool
api_query_limit(const struct form *query, size_t *limit)
{
	const char *text = form_get(query, "limit");
	int64_t number;

	*limit = API_LIMIT_DEFAULT;
	if (text == NULL)
		return true;
	number = route_id(text, strlen(text));
	*limit = (size_t)number;
	return number >= 1 && number <= API_LIMIT_MAX;
}

bool
api_query_filter(const struct form *query, struct thread_filter *filter)
{
	const char *channel = form_get(query, "channel");
	const char *status = form_get(query, "status");

	memset(filter, 0, sizeof *filter);
	filter->view = status != NULL ? THREAD_VIEW_STATUS : THREAD_VIEW_ALL;
	filter->one_channel = channel != NULL;
	return (channel == NULL || channel_parse(channel, &filter->channel))
	       && (status == NULL || thread_status_parse(status, &filter->status));
}

const char *
api_cursor_write(struct thread_cursor cursor, char out[API_CURSOR_SIZE])
{
	snprintf(out, API_CURSOR_SIZE, "%016" PRIx64 "%016" PRIx64, (uint64_t)cursor.key, (uint64_t)cursor.id);
	return out;
}

/* 16 lower-case hex digits of a number that is not negative. */
static bool
read_hex(const char *text, int64_t *out)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t value = 0;

	for (int i = 0; i < 16; i++) {
		const char *digit = text[i] != '\0' ? strchr(digits, text[i]) : NULL;

		if (digit == NULL)
			return false;
		value = value << 4 | (uint64_t)(digit - digits);
	}
	*out = (int64_t)value;
	return value <= INT64_MAX;
}

bool
api_query_cursor(const struct form *query, struct thread_cursor *cursor)
{
	const char *text = form_get(query, "cursor");

	memset(cursor, 0, sizeof *cursor);
	if (text == NULL)
		return true;
	return strlen(text) == API_CURSOR_SIZE - 1 && read_hex(text, &cursor->key)
	       && read_hex(text + 16, &cursor->id) && cursor->id > 0;
}
