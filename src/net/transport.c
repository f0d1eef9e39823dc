/* SPDX-License-Identifier: MIT */
#include "net/transport.h"

#include "net/twilio_client.h"

static const struct transport transports[] = {
	{
		.channel = CHANNEL_SMS,
		.ready = config_has_twilio,
		.create = twilio_create,
		.created = twilio_created,
		.list = twilio_list,
		.listed = twilio_listed,
		.fetch = twilio_fetch,
		.fetched = twilio_fetched,
	},
	{
		.channel = CHANNEL_WHATSAPP,
		.ready = config_has_twilio,
		.create = twilio_create,
		.created = twilio_created,
		.list = twilio_list,
		.listed = twilio_listed,
		.fetch = twilio_fetch,
		.fetched = twilio_fetched,
	},
};

const struct transport *
transport_for(enum channel channel)
{
	for (size_t i = 0; i < sizeof transports / sizeof transports[0]; i++)
		if (transports[i].channel == channel)
			return &transports[i];
	return NULL;
}
