/* SPDX-License-Identifier: MIT */
/*
 * The carrier's forms as the store wants them. Called after the signature was checked. Since a signature joins names and
 * values without a separator, a signed form proves little about where one ends: every field is checked here.
 */
#ifndef HILO_NET_WEBHOOK_FORM_H
#define HILO_NET_WEBHOOK_FORM_H

#include <stdint.h>

#include "core/delivery.h"
#include "core/err.h"
#include "core/form.h"
#include "core/inbound.h"

#define WEBHOOK_MEDIA_MAX 10
#define WEBHOOK_PLACE_SIZE 64

/* A message; points into the form it was read from, which must live as long. */
struct webhook_inbound {
	struct inbound inbound;
	struct inbound_attachment attachments[WEBHOOK_MEDIA_MAX + 1];
	char place[WEBHOOK_PLACE_SIZE]; /* "geo:LAT,LONG" */
	char *metadata;			/* owned */
};

/*
 * Reads an incoming message. The channel is the one of its addresses, whatever the route. `account_sid` is ours, "" if not
 * known. STATUS_INVALID: it cannot be used and `err` says why (a dead letter); STATUS_NO_MEMORY. Release it in any case.
 */
enum status webhook_inbound_read(const struct form *form, const char *account_sid, int64_t now_ms,
				 struct webhook_inbound *out, struct err *err);
void webhook_inbound_release(struct webhook_inbound *in);

struct webhook_delivery {
	struct delivery_callback callback;
	char *payload; /* owned */
};

/* Reads a status callback; `message_id` is ours from the path, 0 if none. As webhook_inbound_read(). */
enum status webhook_delivery_read(const struct form *form, const char *account_sid, int64_t message_id, int64_t now_ms,
				  struct webhook_delivery *out, struct err *err);
void webhook_delivery_release(struct webhook_delivery *delivery);

/*
 * Every field that came, in order, as a JSON object; a name that came more than once holds the array of its values.
 * Heap, the caller frees; NULL without memory.
 */
char *webhook_form_json(const struct form *form);

#endif
