/* SPDX-License-Identifier: MIT */
#include "ui/wording.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/carrier_error.h"
#include "core/i18n.h"
#include "core/outbox.h"
#include "core/utf8.h"

enum { MS_SECOND = 1000, MS_MINUTE = 60 * MS_SECOND, MS_HOUR = 60 * MS_MINUTE, MS_DAY = 24 * MS_HOUR };

static const char *
span(int64_t ms, char out[WORDING_SIZE])
{
	if (ms < MS_HOUR)
		snprintf(out, WORDING_SIZE, _("%dm"), (int)(ms / MS_MINUTE));
	else if (ms < MS_DAY)
		snprintf(out, WORDING_SIZE, _("%dh"), (int)(ms / MS_HOUR));
	else if (ms < 14 * (int64_t)MS_DAY)
		snprintf(out, WORDING_SIZE, _("%dd"), (int)(ms / MS_DAY));
	else if (ms < 365 * (int64_t)MS_DAY)
		snprintf(out, WORDING_SIZE, _("%dw"), (int)(ms / MS_DAY / 7));
	else
		snprintf(out, WORDING_SIZE, _("%dy"), (int)(ms / MS_DAY / 365));
	return out;
}

const char *
wording_age(int64_t now_ms, int64_t then_ms, char out[WORDING_SIZE])
{
	/* A message from the future is one of a clock that differs a little. */
	if (now_ms - then_ms < MS_MINUTE) {
		utf8_copy(out, WORDING_SIZE, _("now"));
		return out;
	}
	return span(now_ms - then_ms, out);
}

static struct tm
local(int64_t ms)
{
	time_t seconds = (time_t)(ms / MS_SECOND);
	struct tm parts = { 0 };

	localtime_r(&seconds, &parts);
	return parts;
}

const char *
wording_time(int64_t ms, char out[WORDING_SIZE])
{
	struct tm parts = local(ms);

	strftime(out, WORDING_SIZE, "%H:%M", &parts);
	return out;
}

const char *
wording_moment(int64_t ms, char out[WORDING_SIZE])
{
	struct tm parts = local(ms);

	strftime(out, WORDING_SIZE, "%Y-%m-%d %H:%M", &parts);
	return out;
}

/* By the catalogue, not by the system's locale: that one is often not installed where the language is wanted. */
static const char *const weekdays[] = { N_("Sunday"),	 N_("Monday"), N_("Tuesday"), N_("Wednesday"),
					N_("Thursday"), N_("Friday"), N_("Saturday") };
static const char *const months[] = { N_("January"), N_("February"), N_("March"),	  N_("April"),
				      N_("May"),     N_("June"),     N_("July"),	  N_("August"),
				      N_("September"), N_("October"), N_("November"), N_("December") };

const char *
wording_day(int64_t ms, char out[WORDING_SIZE])
{
	struct tm parts = local(ms);

	/* Translators: weekday, day, month, year; Spanish "%s, %d de %s de %d". */
	snprintf(out, WORDING_SIZE, _("%s, %d %s %d"), _(weekdays[parts.tm_wday]), parts.tm_mday,
		 _(months[parts.tm_mon]), parts.tm_year + 1900);
	return out;
}

/* Abbreviated: there is little room. */
static const char *const short_weekdays[] = { N_("Sun"), N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat") };
static const char *const short_months[] = { N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
					    N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec") };

const char *
wording_appointment(int64_t ms, char out[WORDING_SIZE])
{
	struct tm parts = local(ms);

	snprintf(out, WORDING_SIZE, "%s %d %s %02d:%02d", _(short_weekdays[parts.tm_wday]), parts.tm_mday,
		 _(short_months[parts.tm_mon]), parts.tm_hour, parts.tm_min);
	return out;
}

int64_t
wording_day_number(int64_t ms)
{
	struct tm parts = local(ms);

	return (int64_t)parts.tm_year * 366 + parts.tm_yday;
}

const char *
wording_window(const struct thread *thread, int64_t now_ms, char out[WORDING_SIZE])
{
	int64_t until = thread_window_until(thread);

	if (until == 0)
		out[0] = '\0';
	else if (until <= now_ms)
		utf8_copy(out, WORDING_SIZE, _("window closed"));
	else
		span(until - now_ms, out);
	return out;
}

const char *
wording_status(enum thread_status status)
{
	static const char *const names[THREAD_STATUS_COUNT] = {
		[THREAD_OPEN] = N_("open"),	[THREAD_PENDING] = N_("pending"), [THREAD_SNOOZED] = N_("snoozed"),
		[THREAD_CLOSED] = N_("closed"), [THREAD_SPAM] = N_("spam"),
	};

	return _(names[status]);
}

enum style
wording_channel_style(enum channel channel)
{
	switch (channel) {
	case CHANNEL_SMS:
		return STYLE_SMS;
	case CHANNEL_WHATSAPP:
		return STYLE_WHATSAPP;
	case CHANNEL_EMAIL:
		return STYLE_EMAIL;
	}
	return STYLE_NORMAL;
}

const char *
wording_name(const struct thread *thread)
{
	return thread->client_name[0] != '\0' ? thread->client_name : thread->client_address;
}

const char *
wording_priority(int64_t priority)
{
	return priority >= PRIORITY_URGENT ? _("urgent") : priority == PRIORITY_HIGH ? _("high priority") :
	       priority <= PRIORITY_LOW ? _("low priority") : "";
}

const char *
wording_priority_mark(int64_t priority)
{
	return priority >= PRIORITY_URGENT ? "‼" : priority == PRIORITY_HIGH ? "!" : priority <= PRIORITY_LOW ? "↓" : "";
}

static const char *
status_done(enum thread_status status)
{
	static const char *const sentences[THREAD_STATUS_COUNT] = {
		[THREAD_OPEN] = N_("Open again."),
		[THREAD_PENDING] = N_("Pending: it stays in the inbox."),
		[THREAD_SNOOZED] = N_("Put aside."),
		[THREAD_CLOSED] = N_("Closed; it opens again when the customer writes."),
		[THREAD_SPAM] = N_("Spam: out of the inbox, also when more comes."),
	};

	return _(sentences[status]);
}

const char *
wording_work(const struct work *work, char out[128])
{
	char time[WORDING_SIZE];

	switch (work->kind) {
	case WORK_STATUS:
		utf8_copy(out, 128, status_done(work->thread_status));
		break;
	case WORK_ASSIGN:
		if (work->name[0] != '\0')
			snprintf(out, 128, _("Assigned to %s."), work->name);
		else
			utf8_copy(out, 128, _("Given back: nobody has it."));
		break;
	case WORK_PRIORITY:
		snprintf(out, 128, _("Priority: %s."), work->priority == PRIORITY_NORMAL ? _("normal") :
							wording_priority(work->priority));
		break;
	case WORK_SNOOZE:
		if (work->until_ms > 0)
			snprintf(out, 128, _("Put aside until %s, or until the customer writes."),
				 wording_moment(work->until_ms, time));
		else
			utf8_copy(out, 128, _("Put aside until the customer writes."));
		break;
	case WORK_LABEL_ADD:
		snprintf(out, 128, _("Label %s added."), work->name);
		break;
	case WORK_LABEL_REMOVE:
		snprintf(out, 128, _("Label %s taken off."), work->name);
		break;
	case WORK_MERGE:
		utf8_copy(out, 128, _("The two customers are one now."));
		break;
	}
	return out;
}

struct delivery_row {
	const char *status;
	struct delivery_look look;
};

static const struct delivery_row deliveries[] = {
	{ "queued", { "○", N_("queued"), STYLE_DIM } },
	{ "scheduled", { "⏱", N_("scheduled"), STYLE_WARNING } },
	{ "held", { "⏸", N_("held"), STYLE_WARNING } },
	{ "accepted", { "◌", N_("sending"), STYLE_DIM } },
	{ "sending", { "◌", N_("sending"), STYLE_DIM } },
	{ "sent", { "✓", N_("sent"), STYLE_DIM } },
	{ "delivered", { "✓✓", N_("delivered"), STYLE_DIM } },
	{ "read", { "✓✓", N_("read"), STYLE_READ } },
	{ "failed", { "✗", N_("failed"), STYLE_FAILED } },
	{ "undelivered", { "✗", N_("not delivered"), STYLE_FAILED } },
	{ "canceled", { "✗", N_("canceled"), STYLE_WARNING } },
	{ "unknown", { "?", N_("unconfirmed"), STYLE_WARNING } },
};

static bool
has_status(const struct message *message, const char *status)
{
	return strcmp(message->status, status) == 0;
}

struct delivery_look
wording_delivery(const struct message *message)
{
	/* A try that failed put it back into the queue. */
	bool again = has_status(message, "sending") && message->next_attempt_at > 0;
	const char *status = again ? "queued" : message->status;

	for (size_t i = 0; i < sizeof deliveries / sizeof deliveries[0]; i++) {
		if (strcmp(deliveries[i].status, status) == 0) {
			struct delivery_look look = deliveries[i].look;

			look.word = _(look.word);
			return look;
		}
	}
	/* A word the carrier invented since. */
	return (struct delivery_look){ "·", message->status, STYLE_DIM };
}

int64_t
wording_countdown_ms(const struct message *message, int64_t now_ms)
{
	/* A try that failed has words of its own; those of a temporary trouble wait for much longer. */
	bool counts = message->direction == MESSAGE_OUT && has_status(message, "queued") &&
		      message->error_message[0] == '\0' && message->next_attempt_at > now_ms;

	return counts ? message->next_attempt_at - now_ms : 0;
}

const char *
wording_delivery_words(const struct message *message, int64_t now_ms, char out[WORDING_SIZE * 2])
{
	struct delivery_look look = wording_delivery(message);
	int64_t left = wording_countdown_ms(message, now_ms);
	const size_t size = (size_t)WORDING_SIZE * 2;
	char time[WORDING_SIZE];

	if (left > 0)
		/* Translators: a reply that can be taken back for some seconds more. */
		snprintf(out, size, _("○ sent in %d s"), (int)((left + MS_SECOND - 1) / MS_SECOND));
	else if (has_status(message, "scheduled") && message->next_attempt_at > 0)
		snprintf(out, size, "%s %s", look.mark, wording_appointment(message->next_attempt_at, time));
	else
		snprintf(out, size, "%s %s", look.mark, look.word);
	return out;
}

int64_t
wording_delivery_since(const struct message *message)
{
	if (has_status(message, "read"))
		return message->read_at;
	if (has_status(message, "delivered"))
		return message->delivered_at;
	return has_status(message, "sent") ? message->sent_at : 0;
}

/* Decimal text in millionths, whatever the locale; the carrier writes what it takes with a minus. */
static int64_t
millionths(const char *decimal)
{
	int64_t value = 0;
	int decimals = -1;

	for (const char *c = decimal + (decimal[0] == '-'); *c != '\0' && decimals < 6 && value < INT64_MAX / 100000000; c++) {
		if (*c == '.' && decimals < 0) {
			decimals = 0;
		} else if (*c >= '0' && *c <= '9') {
			value = value * 10 + (*c - '0');
			decimals += decimals >= 0;
		} else {
			return 0;
		}
	}
	for (decimals = decimals < 0 ? 0 : decimals; decimals < 6; decimals++)
		value *= 10;
	return value;
}

const char *
wording_cost(const struct message *like, unsigned segments, char out[WORDING_SIZE])
{
	int64_t price = like->price != NULL && like->segments > 0 ? millionths(like->price) / like->segments : 0;

	out[0] = '\0';
	if (price > 0 && price < INT64_MAX / 100000 && segments < 10000)
		snprintf(out, WORDING_SIZE, "%lld.%04lld %.8s", (long long)(price * segments / 1000000),
			 (long long)(price * segments % 1000000 / 100), like->currency);
	return out;
}

bool
wording_can_resend(const struct message *message)
{
	return message->direction == MESSAGE_OUT && (has_status(message, "failed") ||
		has_status(message, "undelivered") || has_status(message, "unknown"));
}

static void
failure(struct strbuf *out, const struct message *message)
{
	const char *reason = message->error_code != 0 ?
		carrier_error_text(message->error_code, i18n_language()) : NULL;

	if (reason == NULL && message->error_message[0] != '\0')
		reason = message->error_message;
	if (reason == NULL)
		reason = _("The carrier gave no reason.");
	strbuf_add_string(out, reason);
	if (message->error_code != 0)
		strbuf_add_format(out, " (%d)", message->error_code);
	if (out->len > 0 && out->data[out->len - 1] != '.')
		strbuf_add_char(out, '.');
	strbuf_add_char(out, ' ');
	if (message->error_code != 0)
		strbuf_add_string(out, carrier_error_next_step(message->error_code));
	else
		strbuf_add_string(out, _("R sends it again."));
}

static const char *
held_because(const char *reason)
{
	if (strcmp(reason, send_problem_code(SEND_NEWER)) == 0)
		return _("Held: somebody wrote here since.");
	if (strcmp(reason, send_problem_code(SEND_WINDOW_CLOSED)) == 0)
		return _("Held: the time for free replies is over.");
	if (strcmp(reason, send_problem_code(SEND_OPTED_OUT)) == 0)
		return _("Held: the customer wants no messages.");
	return _("Held: something changed since it was written.");
}

void
wording_trouble(struct strbuf *out, const struct message *message, int64_t now_ms)
{
	char time[WORDING_SIZE];

	if (message->direction != MESSAGE_OUT)
		return;
	if (has_status(message, "failed") || has_status(message, "undelivered")) {
		failure(out, message);
	} else if (has_status(message, "unknown")) {
		strbuf_add_string(out, message->next_attempt_at > 0 ?
			_("The carrier did not answer; hilo asks whether it arrived before anything is sent again.") :
			_("It is not known whether it arrived. Ask the customer, or press R to send it again."));
	} else if (has_status(message, "held")) {
		strbuf_add_string(out, held_because(message->held_reason));
		strbuf_add_char(out, ' ');
		strbuf_add_string(out, _("Choose it and press Enter to send it all the same; X takes it back."));
	} else if (has_status(message, "queued") || has_status(message, "sending")) {
		/* Said until it is through, also while it is tried: words that come and go cannot be read. */
		strbuf_add_string(out, message->error_message);
		if (message->next_attempt_at > now_ms + MS_MINUTE) {
			if (out->len > 0)
				strbuf_add_char(out, ' ');
			strbuf_add_format(out, _("It will be tried again at %s."),
					  wording_time(message->next_attempt_at, time));
		}
	}
}
