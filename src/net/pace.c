/* SPDX-License-Identifier: MIT */
/*
 * One row for each sender, found by walking: an office has a handful. A row keeps the moment of its next slot and nothing
 * is saved up: after a quiet hour the rate is the same, so it never goes over.
 */
#include "net/pace.h"

#include <stdlib.h>
#include <string.h>

#include "core/address.h"
#include "net/twilio_client.h"

#define SANDBOX_NUMBER "+14155238886"
#define WHATSAPP_PREFIX "whatsapp:"

struct pace_row {
	enum channel channel;
	char sender[ADDRESS_SIZE];
	int64_t next_us; /* monotonic */
};

struct pace {
	struct pace_row *rows;
	size_t count;
	size_t capacity;
};

struct pace *
pace_new(void)
{
	return calloc(1, sizeof(struct pace));
}

void
pace_free(struct pace *pace)
{
	if (pace == NULL)
		return;
	free(pace->rows);
	free(pace);
}

int64_t
pace_interval_us(enum channel channel, const char *sender)
{
	static const int64_t interval_us[CHANNEL_COUNT] = {
		[CHANNEL_SMS] = 1000 * 1000,
		[CHANNEL_WHATSAPP] = 1000 * 1000 / 80,
		[CHANNEL_EMAIL] = 100 * 1000,
	};

	if (twilio_is_service(sender))
		return 100 * 1000;
	if (channel == CHANNEL_WHATSAPP) {
		if (strncmp(sender, WHATSAPP_PREFIX, strlen(WHATSAPP_PREFIX)) == 0)
			sender += strlen(WHATSAPP_PREFIX);
		if (strcmp(sender, SANDBOX_NUMBER) == 0)
			return 3 * 1000 * 1000;
	}
	return interval_us[channel];
}

static struct pace_row *
find(const struct pace *pace, enum channel channel, const char *sender)
{
	for (size_t i = 0; i < pace->count; i++)
		if (pace->rows[i].channel == channel && strcmp(pace->rows[i].sender, sender) == 0)
			return &pace->rows[i];
	return NULL;
}

static struct pace_row *
find_or_add(struct pace *pace, enum channel channel, const char *sender)
{
	struct pace_row *row = find(pace, channel, sender);
	size_t len = strlen(sender);

	if (row != NULL || len >= ADDRESS_SIZE)
		return row;
	if (pace->count == pace->capacity) {
		size_t capacity = pace->capacity > 0 ? pace->capacity * 2 : 8;
		struct pace_row *rows = reallocarray(pace->rows, capacity, sizeof *rows);

		if (rows == NULL)
			return NULL;
		pace->rows = rows;
		pace->capacity = capacity;
	}
	row = &pace->rows[pace->count++];
	row->channel = channel;
	memcpy(row->sender, sender, len + 1);
	row->next_us = INT64_MIN;
	return row;
}

int64_t
pace_next(const struct pace *pace, enum channel channel, const char *sender, int64_t now_ms)
{
	const struct pace_row *row = find(pace, channel, sender);

	if (row == NULL || row->next_us <= now_ms * 1000)
		return 0;
	return (row->next_us + 999) / 1000;
}

bool
pace_take(struct pace *pace, enum channel channel, const char *sender, int64_t now_ms)
{
	struct pace_row *row = find_or_add(pace, channel, sender);

	if (row == NULL)
		return false;
	row->next_us = now_ms * 1000 + pace_interval_us(channel, sender);
	return true;
}

bool
pace_pause(struct pace *pace, enum channel channel, const char *sender, int64_t until_ms)
{
	struct pace_row *row = find_or_add(pace, channel, sender);

	if (row == NULL)
		return false;
	if (row->next_us < until_ms * 1000)
		row->next_us = until_ms * 1000;
	return true;
}
