/* SPDX-License-Identifier: MIT */
/* Everything that is known of one message, in words: times, states with their reasons, numbers, files. */
#ifndef HILO_UI_DETAILS_H
#define HILO_UI_DETAILS_H

#include "core/message.h"
#include "core/strbuf.h"

#define DETAILS_EVENTS_MAX 64

/* Appends them to `out`, raw, a fact a line. */
void details_describe(const struct message *message, const struct delivery_event *events, size_t count, struct strbuf *out);

#endif
