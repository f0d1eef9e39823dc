/* SPDX-License-Identifier: MIT */
/* How many SMS a text takes: GSM-7 160/153 septets, UCS-2 70/67 UTF-16 units, grapheme clusters kept whole. */
#ifndef HILO_CORE_SEGMENT_H
#define HILO_CORE_SEGMENT_H

#include <stddef.h>
#include <stdint.h>

enum sms_encoding { SMS_GSM7, SMS_UCS2 };

struct sms_count {
	enum sms_encoding encoding;
	unsigned segments;	/* 1 for empty text */
	unsigned units;		/* septets or UTF-16 units */
	unsigned left;		/* units still free in the last segment */
	uint32_t forces_ucs2;	/* first character outside GSM-7, 0 if none */
	size_t forces_ucs2_at;	/* its byte offset */
};

/* Counts `len` bytes of UTF-8; malformed bytes count as U+FFFD. `smart` applies Twilio's Smart Encoding first. */
void sms_count(const char *text, size_t len, int smart, struct sms_count *out);

#endif
