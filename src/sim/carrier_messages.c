/* SPDX-License-Identifier: MIT */
/* The messages that the pretend carrier has, the addresses they go to, who opted out and whose phone fails. */
#include "sim/carrier_private.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/clock.h"
#include "core/digest.h"
#include "core/i18n.h"
#include "core/utf8.h"

#define WINDOW_MS (24LL * 60 * 60 * 1000)
#define SID_RANDOM 24 /* hex digits; 8 more are the position, so that finding costs nothing */

static const char *const status_names[CARRIER_STATUS_COUNT] = {
	[CARRIER_ACCEPTED] = "accepted", [CARRIER_SCHEDULED] = "scheduled",
	[CARRIER_QUEUED] = "queued",	 [CARRIER_SENDING] = "sending",
	[CARRIER_SENT] = "sent",	 [CARRIER_DELIVERED] = "delivered",
	[CARRIER_READ] = "read",	 [CARRIER_UNDELIVERED] = "undelivered",
	[CARRIER_FAILED] = "failed",	 [CARRIER_CANCELED] = "canceled",
	[CARRIER_RECEIVED] = "received",
};

const char *
carrier_status_name(enum carrier_status status)
{
	return status_names[status];
}

bool
carrier_status_parse(const char *name, enum carrier_status *out)
{
	for (int i = 0; i < CARRIER_STATUS_COUNT; i++) {
		if (strcmp(status_names[i], name) == 0) {
			*out = (enum carrier_status)i;
			return true;
		}
	}
	return false;
}

bool
carrier_status_final(enum carrier_status status)
{
	return status == CARRIER_DELIVERED || status == CARRIER_READ || status == CARRIER_UNDELIVERED
	       || status == CARRIER_FAILED || status == CARRIER_CANCELED || status == CARRIER_RECEIVED;
}

/* --- messages --- */

void
carrier_message_free(struct carrier_message *message)
{
	if (message == NULL)
		return;
	free(message->to);
	free(message->from);
	free(message->body);
	free(message->service_sid);
	free(message->status_callback);
	free(message);
}

static bool
copy_text(char **out, const char *text)
{
	*out = text != NULL ? strdup(text) : NULL;
	return text == NULL || *out != NULL;
}

struct carrier_message *
carrier_add_message(struct carrier *carrier, const struct carrier_message *model)
{
	struct carrier_message *message;
	bool copied;

	if (carrier->message_count >= CARRIER_MESSAGE_MAX
	    || !carrier_grow((void **)&carrier->messages, carrier->message_count, &carrier->message_capacity,
			     sizeof *carrier->messages))
		return NULL;
	message = malloc(sizeof *message);
	if (message == NULL)
		return NULL;
	*message = *model;
	copied = copy_text(&message->to, model->to);
	copied = copy_text(&message->from, model->from) && copied;
	copied = copy_text(&message->body, model->body) && copied;
	copied = copy_text(&message->service_sid, model->service_sid) && copied;
	copied = copy_text(&message->status_callback, model->status_callback) && copied;
	if (!copied) {
		carrier_message_free(message);
		return NULL;
	}
	message->number = carrier->message_count;
	if (message->sid[0] == '\0') {
		memcpy(message->sid, message->media_count > 0 ? "MM" : "SM", 2);
		digest_random_hex(message->sid + 2, SID_RANDOM);
		snprintf(message->sid + 2 + SID_RANDOM, 9, "%08zx", message->number);
	}
	message->created_ms = message->updated_ms = clock_now_ms();
	message->status_ms[message->status] = message->created_ms;
	if (message->direction == CARRIER_INBOUND)
		message->sent_ms = message->created_ms;
	carrier->messages[carrier->message_count++] = message;
	return message;
}

struct carrier_message *
carrier_find(struct carrier *carrier, const char *sid)
{
	size_t number;

	if (strlen(sid) != CARRIER_SID_SIZE - 1)
		return NULL;
	number = strtoul(sid + 2 + SID_RANDOM, NULL, 16);
	if (number < carrier->message_count && strcmp(carrier->messages[number]->sid, sid) == 0)
		return carrier->messages[number];
	for (size_t i = carrier->message_count; i > 0; i--) { /* an id that the test gave */
		if (strcmp(carrier->messages[i - 1]->sid, sid) == 0)
			return carrier->messages[i - 1];
	}
	return NULL;
}

void
carrier_set_status(struct carrier_message *message, enum carrier_status status, int error_code)
{
	int64_t now_ms = clock_now_ms();

	message->status = status;
	message->updated_ms = now_ms;
	if (error_code != 0)
		message->error_code = error_code;
	if (message->status_ms[status] == 0)
		message->status_ms[status] = now_ms;
	if (message->sent_ms == 0
	    && (status == CARRIER_SENT || status == CARRIER_DELIVERED || status == CARRIER_READ
		|| status == CARRIER_UNDELIVERED || status == CARRIER_FAILED))
		message->sent_ms = now_ms;
}

/* --- addresses --- */

const char *
carrier_address_split(const char *text, enum channel *channel)
{
	if (strncmp(text, "whatsapp:", 9) == 0) {
		*channel = CHANNEL_WHATSAPP;
		return text + 9;
	}
	*channel = CHANNEL_SMS;
	return text;
}

bool
carrier_address_valid(enum channel channel, const char *text)
{
	size_t digits;

	if (channel == CHANNEL_WHATSAPP && isupper((unsigned char)text[0]) && isupper((unsigned char)text[1])
	    && text[2] == '.') {
		size_t len = strlen(text + 3);

		for (size_t i = 3; text[i] != '\0'; i++) {
			if (!isalnum((unsigned char)text[i]))
				return false;
		}
		return len >= 1 && len <= 128;
	}
	if (text[0] != '+' || text[1] == '0')
		return false;
	digits = strspn(text + 1, "0123456789");
	return text[1 + digits] == '\0' && digits >= 7 && digits <= 15;
}

/* --- opt-outs and failing numbers --- */

static struct carrier_mark *
find_mark(struct carrier_mark *marks, size_t count, const char *number, const char *own)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(marks[i].number, number) == 0 && strcmp(marks[i].own, own) == 0)
			return &marks[i];
	}
	return NULL;
}

/* Sets or (error_code 0) takes away a mark; false without memory. */
static bool
put_mark(struct carrier_mark **marks, size_t *count, const char *number, const char *own, int error_code)
{
	struct carrier_mark *mark = find_mark(*marks, *count, number, own);
	struct carrier_mark *larger;

	if (mark != NULL && error_code == 0) {
		*mark = (*marks)[--*count];
		return true;
	}
	if (error_code == 0)
		return true;
	if (mark == NULL) {
		larger = reallocarray(*marks, *count + 1, sizeof **marks);
		if (larger == NULL)
			return false;
		*marks = larger;
		mark = &larger[(*count)++];
		utf8_copy(mark->number, sizeof mark->number, number);
		utf8_copy(mark->own, sizeof mark->own, own);
	}
	mark->error_code = error_code;
	return true;
}

bool
carrier_opted_out(struct carrier *carrier, const char *customer, const char *own)
{
	return find_mark(carrier->opt_outs, carrier->opt_out_count, customer, own) != NULL;
}

static bool
is_word(const char *body, const char *const *words)
{
	size_t len;

	while (isspace((unsigned char)*body))
		body++;
	len = strlen(body);
	while (len > 0 && isspace((unsigned char)body[len - 1]))
		len--;
	for (; *words != NULL; words++) {
		if (strlen(*words) == len && strncasecmp(body, *words, len) == 0)
			return true;
	}
	return false;
}

bool
carrier_note_opt_out(struct carrier *carrier, const char *customer, const char *own, const char *body)
{
	static const char *const stop[] = { "STOP",   "UNSUBSCRIBE", "END",    "QUIT", "STOPALL",
					    "REVOKE", "OPTOUT",	     "CANCEL", NULL };
	static const char *const start[] = { "START", "YES", "UNSTOP", NULL };

	if (is_word(body, stop))
		return put_mark(&carrier->opt_outs, &carrier->opt_out_count, customer, own, 21610);
	if (is_word(body, start))
		return put_mark(&carrier->opt_outs, &carrier->opt_out_count, customer, own, 0);
	return false;
}

int
carrier_failing_code(struct carrier *carrier, const char *number)
{
	struct carrier_mark *mark = find_mark(carrier->failing, carrier->failing_count, number, "");

	return mark != NULL ? mark->error_code : 0;
}

enum status
carrier_fail_number(struct carrier *carrier, const char *number, int error_code, struct err *err)
{
	enum channel channel;
	enum status status = STATUS_OK;

	number = carrier_address_split(number, &channel);
	if (!carrier_address_valid(CHANNEL_WHATSAPP, number) || error_code < 0)
		return err_set(err, STATUS_INVALID,
			       _("\"%s\" cannot fail; write a number like +5215512345678 and a code."), number);
	carrier_lock(carrier);
	if (!put_mark(&carrier->failing, &carrier->failing_count, number, "", error_code))
		status = err_set(err, STATUS_NO_MEMORY, _("There is no memory for another failing number."));
	carrier_unlock(carrier);
	return status;
}

bool
carrier_window_open(struct carrier *carrier, const char *customer)
{
	int64_t now_ms = clock_now_ms();

	for (size_t i = carrier->message_count; i > 0; i--) {
		const struct carrier_message *message = carrier->messages[i - 1];

		if (now_ms - message->created_ms > WINDOW_MS)
			return false;
		if (message->direction == CARRIER_INBOUND && message->from != NULL
		    && strcmp(message->from, customer) == 0)
			return true;
	}
	return false;
}
