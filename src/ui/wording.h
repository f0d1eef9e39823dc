/* SPDX-License-Identifier: MIT */
/* Facts as an agent reads them: ages, days, marks of delivery, states. Translated; no clock is read here. */
#ifndef HILO_UI_WORDING_H
#define HILO_UI_WORDING_H

#include <stddef.h>
#include <stdint.h>

#include "core/message.h"
#include "core/strbuf.h"
#include "core/thread.h"
#include "core/thread_work.h"
#include "ui/grid.h"

#define WORDING_SIZE 64

/* "now", "3m", "2h", "4d", "5w", "2y"; at most 3 columns in English and Spanish. Returns `out`. */
const char *wording_age(int64_t now_ms, int64_t then_ms, char out[WORDING_SIZE]);
/* "14:03" local time. */
const char *wording_time(int64_t ms, char out[WORDING_SIZE]);
/* "Sunday, 22 November 2026" in the user's language. */
const char *wording_day(int64_t ms, char out[WORDING_SIZE]);
/* "2026-11-22 14:03" local time, where there is little room. */
const char *wording_moment(int64_t ms, char out[WORDING_SIZE]);
/* "Mon 24 Nov 09:00" local time, of what is to come; with the year if it is another one. Returns `out`. */
const char *wording_appointment(int64_t ms, char out[WORDING_SIZE]);
/* Day number in local time: two messages with the same one are of one day. */
int64_t wording_day_number(int64_t ms);

/* What is left of the time for free text: "" where it does not apply, "23h", "45m", "closed". */
const char *wording_window(const struct thread *thread, int64_t now_ms, char out[WORDING_SIZE]);
/* "open", "closed" ... translated. */
const char *wording_status(enum thread_status status);
/* Style of a channel's mark. */
enum style wording_channel_style(enum channel channel);
/* The name of the customer, or the address where it is not known. Raw, borrowed. */
const char *wording_name(const struct thread *thread);

/* "urgent" ... translated; "" for normal. */
const char *wording_priority(int64_t priority);
/* "‼", "!", "↓"; "" for normal. */
const char *wording_priority_mark(int64_t priority);
/* What was done, as a sentence: "Assigned to Ana." Returns `out`. */
const char *wording_work(const struct work *work, char out[128]);

struct delivery_look {
	const char *mark; /* glyph */
	const char *word; /* translated */
	enum style style;
};
/* How far a message of ours has come. */
struct delivery_look wording_delivery(const struct message *message);
/* How long a reply can still be taken back before it goes out (ms); 0 = not. */
int64_t wording_countdown_ms(const struct message *message, int64_t now_ms);
/* The words for the right end of its head: "✓ sent", "○ sent in 4 s", "⏱ Mon 24 Nov 09:00". Returns `out`. */
const char *wording_delivery_words(const struct message *message, int64_t now_ms, char out[WORDING_SIZE * 2]);
/*
 * What `segments` SMS cost where `like` was sent, "0.0158 USD"; "" when its price is not known. Returns `out`.
 */
const char *wording_cost(const struct message *like, unsigned segments, char out[WORDING_SIZE]);
/* When a message of ours came that far (ms); 0 = not known. */
int64_t wording_delivery_since(const struct message *message);
/* True if the agent can have it sent again. */
bool wording_can_resend(const struct message *message);
/* Appends what went wrong or is waited for, and what to do; nothing when all is well. Raw. */
void wording_trouble(struct strbuf *out, const struct message *message, int64_t now_ms);

#endif
