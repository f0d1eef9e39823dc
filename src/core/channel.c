/* SPDX-License-Identifier: MIT */
#include "core/channel.h"

#include <string.h>

#include "core/i18n.h"

static const struct channel_info channels[CHANNEL_COUNT] = {
	[CHANNEL_SMS] = {
		.name = "sms",
		.title = N_("SMS"),
		.mark = "S",
		.max_characters = 1600, /* the carrier's limit, its error 21617 */
		.counts_segments = true,
	},
	[CHANNEL_WHATSAPP] = {
		.name = "whatsapp",
		.title = N_("WhatsApp"),
		.mark = "W",
		.max_characters = 1600,
		.reply_window_ms = 24LL * 60 * 60 * 1000,
		.reports_read = true,
	},
	[CHANNEL_EMAIL] = {
		.name = "email",
		.title = N_("Email"),
		.mark = "E",
		.has_subject = true,
	},
};

const struct channel_info *
channel_info(enum channel channel)
{
	return &channels[channel];
}

const char *
channel_name(enum channel channel)
{
	return channels[channel].name;
}

bool
channel_parse(const char *name, enum channel *out)
{
	for (int i = 0; i < CHANNEL_COUNT; i++) {
		if (name != NULL && strcmp(name, channels[i].name) == 0) {
			*out = (enum channel)i;
			return true;
		}
	}
	return false;
}
