/* SPDX-License-Identifier: MIT */
/* A message that a customer wrote, as every channel hands it to the store. */
#ifndef HILO_CORE_INBOUND_H
#define HILO_CORE_INBOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/channel.h"
#include "core/db.h"
#include "core/err.h"

struct inbound_attachment {
	const char *kind; /* "media" or "location" */
	const char *content_type;
	const char *name;
	const char *url;
};

/* All borrowed. Texts are valid UTF-8. */
struct inbound {
	enum channel channel;
	const char *provider_message_id; /* unique; a repeat changes nothing */
	const char *from;		 /* as it came, "whatsapp:" included */
	const char *to;
	const char *service;		 /* sender pool (MG...) the message came through, or NULL */
	const char *also_known_as;	 /* another address of the same customer (WhatsApp's ExternalUserId), or NULL */
	const char *name;		 /* the name the customer chose, or NULL */
	const char *reply_to;		 /* provider id of the message it answers to, or NULL; kept if it is of this customer */
	const char *subject; /* NULL but for email */
	const char *body;
	const char *metadata; /* JSON object with every parameter that came */
	const char *opt_out; /* "STOP", "START", "HELP" as the carrier says, or NULL: decided by keyword on SMS */
	const struct inbound_attachment *attachments;
	size_t attachment_count;
	int64_t received_at; /* ms */
};

struct inbound_result {
	bool repeated; /* was there already: nothing changed */
	int64_t message_id;
	int64_t thread_id;
};

/*
 * Inside a transaction: drops a repeat, finds or makes the customer and the conversation (a closed one reopens within 7 days),
 * inserts, counts. STATUS_INVALID: an address that cannot be used (keep it as a dead letter).
 */
enum status inbound_store(struct db *db, const struct inbound *in, struct inbound_result *result, struct err *err);

#endif
