/* SPDX-License-Identifier: MIT */
/*
 * Phone numbers, WhatsApp addresses and mail addresses: checking, and the canonical key that joins spellings of one
 * line. Safe from any thread.
 */
#ifndef HILO_CORE_ADDRESS_H
#define HILO_CORE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/channel.h"
#include "core/err.h"

#define ADDRESS_SIZE 192 /* enough for every address and its NUL */

enum address_kind { ADDRESS_PHONE, ADDRESS_EMAIL, ADDRESS_WHATSAPP_USER /* business-scoped id, CC.xxxx */ };

/* "phone", "email", "whatsapp_user". */
const char *address_kind_name(enum address_kind kind);

struct address {
	enum address_kind kind;
	char text[ADDRESS_SIZE];      /* without "whatsapp:", as it came otherwise: what a reply goes to */
	/* Joins +521/+52 (MX), +549/+54 (AR), the Brazilian ninth digit; mail in lower case. */
	char canonical[ADDRESS_SIZE];
};

/*
 * Reads an address as the carrier or a person writes it for `channel`: "+5215512345678", "whatsapp:+52155…",
 * "whatsapp:MX.1A2B", a short code (3 to 8 digits) or alphanumeric sender (inbound SMS only, `inbound` true),
 * "ana@example.com". A person may put blanks, dashes, dots and parentheses into a number. Anything else is
 * STATUS_INVALID in words.
 */
enum status address_parse(enum channel channel, const char *text, bool inbound, struct address *out, struct err *err);
/* The form the carrier wants for To/From: with "whatsapp:" on WhatsApp. Returns `out`. */
char *address_for_carrier(enum channel channel, const char *text, char out[ADDRESS_SIZE]);

#endif
