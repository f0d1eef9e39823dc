/* SPDX-License-Identifier: MIT */
/*
 * The three ways to a customer. What differs between them is one row of a table; the code that sends over them
 * lives in net and is chosen by the same enum.
 */
#ifndef HILO_CORE_CHANNEL_H
#define HILO_CORE_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum channel { CHANNEL_SMS, CHANNEL_WHATSAPP, CHANNEL_EMAIL };
#define CHANNEL_COUNT 3

struct channel_info {
	const char *name;	  /* as stored and in the API: "sms" */
	const char *title;	  /* as shown, to be translated */
	const char *mark;	  /* one ASCII letter for lists */
	size_t max_characters;	  /* of one message; 0 = no limit of its own */
	int64_t reply_window_ms;  /* free text only this long after the customer wrote; 0 = always */
	bool counts_segments;
	bool has_subject;
	bool reports_read;
};

/* The row of `channel`; never NULL. */
const struct channel_info *channel_info(enum channel channel);
/* "sms", "whatsapp", "email". */
const char *channel_name(enum channel channel);
/* True and *out set for an exact name. */
bool channel_parse(const char *name, enum channel *out);

#endif
