/* SPDX-License-Identifier: MIT */
/* POST Messages.json: what the carrier refuses at once, and what it takes. Limits and codes are those of its documents. */
#include "sim/carrier_private.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "core/segment.h"
#include "core/utf8.h"

#define BODY_CHARACTERS 1600
#define MEDIA_MAX 10
#define SCHEDULE_LEAST_S 300
#define SCHEDULE_MOST_S (35 * 24 * 3600)
#define DEFAULT_VALIDITY_S 36000

/* What a create asks for; strings are borrowed from its form. */
struct wish {
	const char *to, *from, *service_sid, *body, *content_sid, *callback;
	const char *bare_to, *bare_from; /* without "whatsapp:" */
	enum channel to_channel, from_channel;
	unsigned media_count;
	int64_t send_at_ms;
};

struct refusal {
	int code;
	const char *text;
};

#define ACCEPTED ((struct refusal){ .code = 0 })
#define REFUSE(number, words) ((struct refusal){ .code = (number), .text = (words) })

/* The numbers that always end the same way. */
static const struct {
	const char *number;
	int code_as_to;
	int code_as_from;
} magic_numbers[] = {
	{ .number = "+15005550001", .code_as_to = 21211, .code_as_from = 21212 },
	{ .number = "+15005550002", .code_as_to = 21612 },
	{ .number = "+15005550003", .code_as_to = 21408 },
	{ .number = "+15005550004", .code_as_to = 21610 },
	{ .number = "+15005550007", .code_as_from = 21606 },
	{ .number = "+15005550008", .code_as_from = 21611 },
	{ .number = "+15005550009", .code_as_to = 21614 },
};

static const char *
text_of(int code)
{
	switch (code) {
	case 21211:
		return "The 'To' number is not a valid phone number.";
	case 21212:
		return "The 'From' number is not a valid phone number, shortcode or alphanumeric sender ID.";
	case 21408:
		return "Permission to send an SMS has not been enabled for the region indicated by the 'To' number.";
	case 21606:
		return "The 'From' phone number provided is not a valid message-capable number for this destination.";
	case 21610:
		return "Attempt to send to unsubscribed recipient.";
	case 21611:
		return "This 'From' number has exceeded the maximum number of queued messages.";
	case 21612:
		return "The 'To' phone number is not currently reachable via SMS.";
	case 21614:
		return "The 'To' number is not a mobile number.";
	default:
		return "The request was refused.";
	}
}

static struct refusal
refuse(int code)
{
	return code != 0 ? REFUSE(code, text_of(code)) : ACCEPTED;
}

static bool
is_sid(const char *text, const char *prefix)
{
	return strlen(text) == CARRIER_SID_SIZE - 1 && strncmp(text, prefix, 2) == 0
	       && strspn(text + 2, "0123456789abcdefABCDEF") == 32;
}

/* A short code, or a name of at most 11 letters, digits and blanks with a letter in it. */
static bool
is_sender_name(const char *text)
{
	size_t len = strlen(text), letters = 0;

	if (len >= 3 && len <= 8 && strspn(text, "0123456789") == len)
		return true;
	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)text[i]) && text[i] != ' ')
			return false;
		letters += isalpha((unsigned char)text[i]) != 0;
	}
	return len <= 11 && letters > 0;
}

bool
carrier_url_valid(const char *text)
{
	const char *host = strncmp(text, "http://", 7) == 0    ? text + 7
			   : strncmp(text, "https://", 8) == 0 ? text + 8
							       : NULL;
	size_t len = host != NULL ? strcspn(host, ":/?#") : 0;

	if (host != NULL && host[0] == '[')
		len = strcspn(host, "]/?#");
	if (len == 0 || strlen(text) > 4000)
		return false;
	for (const char *p = text; *p != '\0'; p++) {
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7F || (*p == '_' && p >= host && p < host + len))
			return false;
	}
	return true;
}

static struct refusal
check_sender(struct carrier *carrier, const struct wish *wish)
{
	if (wish->service_sid != NULL && !is_sid(wish->service_sid, "MG"))
		return REFUSE(21701, "The Messaging Service does not exist.");
	if (wish->from == NULL)
		return wish->service_sid != NULL ? ACCEPTED : REFUSE(21603, "A 'From' phone number is required.");
	if (wish->from_channel != wish->to_channel)
		return REFUSE(21910, "Invalid From and To pair. From and To should be of the same channel");
	for (size_t i = 0; i < sizeof magic_numbers / sizeof magic_numbers[0]; i++) {
		if (magic_numbers[i].code_as_from != 0 && strcmp(magic_numbers[i].number, wish->bare_from) == 0)
			return refuse(magic_numbers[i].code_as_from);
	}
	if (!carrier_address_valid(CHANNEL_SMS, wish->bare_from)
	    && (wish->from_channel == CHANNEL_WHATSAPP || !is_sender_name(wish->bare_from)))
		return refuse(21212);
	if (carrier->options.only_own_numbers
	    && strcmp(wish->bare_from, carrier_number(carrier, wish->from_channel)) != 0)
		return wish->from_channel == CHANNEL_WHATSAPP
			       ? REFUSE(63007, "Twilio could not find a Channel with the specified From address")
			       : refuse(21606);
	if (strcmp(wish->from, wish->to) == 0)
		return REFUSE(21266, "'To' and 'From' number cannot be the same");
	return ACCEPTED;
}

static struct refusal
check_recipient(const struct wish *wish)
{
	for (size_t i = 0; i < sizeof magic_numbers / sizeof magic_numbers[0]; i++) {
		if (magic_numbers[i].code_as_to != 0 && strcmp(magic_numbers[i].number, wish->bare_to) == 0)
			return refuse(magic_numbers[i].code_as_to);
	}
	return carrier_address_valid(wish->to_channel, wish->bare_to) ? ACCEPTED : refuse(21211);
}

static struct refusal
check_content(const struct wish *wish, const struct form *form)
{
	const char *variables = form_get(form, "ContentVariables");
	struct json *parsed = NULL;
	bool object;

	if ((wish->body == NULL || wish->body[0] == '\0') && wish->media_count == 0 && wish->content_sid == NULL)
		return REFUSE(21602, "Message body is required.");
	if (wish->body != NULL && utf8_count(wish->body, strlen(wish->body)) > BODY_CHARACTERS)
		return REFUSE(21617, "The concatenated message body exceeds the 1600 character limit");
	if (wish->media_count > MEDIA_MAX)
		return REFUSE(21623, "Number of media files exceeds allowed limit");
	for (size_t i = 0; i < form->count; i++) {
		if (strcmp(form->fields[i].name, "MediaUrl") == 0 && !carrier_url_valid(form->fields[i].value))
			return REFUSE(21620, "Invalid media URL(s)");
	}
	if (wish->content_sid != NULL && !is_sid(wish->content_sid, "HX"))
		return REFUSE(21655, "The ContentSid is invalid");
	if (variables == NULL)
		return ACCEPTED;
	if (wish->content_sid == NULL)
		return REFUSE(21654, "ContentSid is required with ContentVariables");
	object = json_parse(variables, strlen(variables), 2, &parsed, NULL) == STATUS_OK && json_is_object(parsed);
	json_free(parsed);
	return object ? ACCEPTED : REFUSE(21656, "The ContentVariables parameter is invalid");
}

static bool
is_boolean(const char *text)
{
	return text == NULL || strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
}

static struct refusal
check_options(const struct wish *wish, const struct form *form)
{
	static const char *const booleans[] = { "ProvideFeedback", "ForceDelivery", "SmartEncoded", "ShortenUrls",
						"SendAsMms" };
	const char *validity = form_get(form, "ValidityPeriod");
	const char *risk = form_get(form, "RiskCheck");
	long seconds;
	char *end;

	if (wish->callback != NULL && !carrier_url_valid(wish->callback))
		return REFUSE(21609, "The 'StatusCallback' URL is not a valid URL.");
	for (size_t i = 0; i < sizeof booleans / sizeof booleans[0]; i++) {
		if (!is_boolean(form_get(form, booleans[i])))
			return REFUSE(20001, "A parameter must be true or false");
	}
	if (risk != NULL && strcmp(risk, "enable") != 0 && strcmp(risk, "disable") != 0)
		return REFUSE(20001, "RiskCheck must be enable or disable");
	if (validity != NULL) {
		seconds = strtol(validity, &end, 10);
		if (end == validity || *end != '\0' || seconds < 1 || seconds > DEFAULT_VALIDITY_S)
			return REFUSE(30045, "The ValidityPeriod must be between 1 and 36000 seconds");
	}
	return ACCEPTED;
}

static struct refusal
check_schedule(struct wish *wish, const struct form *form)
{
	const char *send_at = form_get(form, "SendAt");
	const char *type = form_get(form, "ScheduleType");
	struct tm tm = { 0 };
	const char *rest;
	int64_t ahead_ms;

	if (type == NULL && send_at == NULL)
		return ACCEPTED;
	if (type == NULL || strcmp(type, "fixed") != 0)
		return REFUSE(20001, "ScheduleType must be fixed");
	if (wish->service_sid == NULL)
		return REFUSE(35118, "MessagingServiceSid is required to schedule a message");
	if (send_at == NULL)
		return REFUSE(35111, "SendAt is missing");
	rest = strptime(send_at, "%Y-%m-%dT%H:%M:%S", &tm);
	if (rest == NULL || strcmp(rest, "Z") != 0)
		return REFUSE(35114, "SendAt must be a time like 2026-11-30T20:36:27Z");
	wish->send_at_ms = (int64_t)timegm(&tm) * 1000;
	ahead_ms = wish->send_at_ms - clock_now_ms();
	if (ahead_ms < SCHEDULE_LEAST_S * 1000 || ahead_ms > SCHEDULE_MOST_S * 1000LL)
		return REFUSE(35114, "SendAt must be 5 minutes to 35 days ahead");
	return ACCEPTED;
}

static void
read_wish(const struct form *form, struct wish *wish)
{
	memset(wish, 0, sizeof *wish);
	wish->to = form_get(form, "To");
	wish->from = form_get(form, "From");
	wish->service_sid = form_get(form, "MessagingServiceSid");
	wish->body = form_get(form, "Body");
	wish->content_sid = form_get(form, "ContentSid");
	wish->callback = form_get(form, "StatusCallback");
	for (size_t i = 0; i < form->count; i++)
		wish->media_count += strcmp(form->fields[i].name, "MediaUrl") == 0;
	if (wish->to != NULL)
		wish->bare_to = carrier_address_split(wish->to, &wish->to_channel);
	if (wish->from != NULL)
		wish->bare_from = carrier_address_split(wish->from, &wish->from_channel);
}

/* All rules, in the order the carrier checks them. Locked. */
static struct refusal
check(struct carrier *carrier, struct wish *wish, const struct form *form)
{
	struct refusal refusal;

	if (wish->to == NULL || wish->to[0] == '\0')
		return REFUSE(21604, "A 'To' phone number is required.");
	refusal = check_recipient(wish);
	if (refusal.code == 0)
		refusal = check_sender(carrier, wish);
	if (refusal.code == 0)
		refusal = check_content(wish, form);
	if (refusal.code == 0)
		refusal = check_options(wish, form);
	if (refusal.code == 0)
		refusal = check_schedule(wish, form);
	if (refusal.code == 0 && wish->from != NULL && carrier_opted_out(carrier, wish->to, wish->from))
		refusal = refuse(21610);
	return refusal;
}

/* Locked. */
static struct carrier_message *
accept(struct carrier *carrier, const struct wish *wish)
{
	struct carrier_message model = {
		.channel = wish->to_channel,
		.direction = CARRIER_OUTBOUND_API,
		.status = wish->send_at_ms > 0	      ? CARRIER_SCHEDULED
			  : wish->service_sid != NULL ? CARRIER_ACCEPTED
						      : CARRIER_QUEUED,
		.send_at_ms = wish->send_at_ms,
		.media_count = wish->media_count,
		.media_type = "image/png",
		.segments = 1,
	};
	struct carrier_message *message;
	struct sms_count count;

	model.to = strdup(wish->to);
	model.from = wish->from != NULL ? strdup(wish->from) : NULL;
	model.body = wish->content_sid == NULL ? strdup(wish->body != NULL ? wish->body : "") : NULL;
	model.service_sid = wish->service_sid != NULL ? strdup(wish->service_sid) : NULL;
	model.status_callback = wish->callback != NULL ? strdup(wish->callback) : NULL;
	if (model.channel == CHANNEL_SMS && model.body != NULL) {
		sms_count(model.body, strlen(model.body), 0, &count);
		model.segments = count.segments;
	}
	message = model.to != NULL ? carrier_add_message(carrier, &model) : NULL;
	free(model.to);
	free(model.from);
	free(model.body);
	free(model.service_sid);
	free(model.status_callback);
	return message;
}

static char *
copy_or_null(const char *text)
{
	return text != NULL ? strdup(text) : NULL;
}

/* Locked. */
static struct carrier_request *
record_create(struct carrier_call *call, const struct wish *wish, const struct carrier_fault *fault)
{
	struct carrier_request *entry = carrier_record(call, "create");

	call->carrier->stats.requests++;
	call->carrier->stats.faulted += fault->kind != CARRIER_FAULT_NONE;
	if (entry == NULL)
		return NULL;
	entry->fault = carrier_fault_name(fault->kind);
	entry->to = copy_or_null(wish->to);
	entry->from = copy_or_null(wish->from);
	entry->body = copy_or_null(wish->body);
	entry->service_sid = copy_or_null(wish->service_sid);
	entry->status_callback = copy_or_null(wish->callback);
	return entry;
}

/* Accepts or refuses; writes the plain answer and, when accepted, the id. */
static void
decide(struct carrier_call *call, struct wish *wish, const struct carrier_fault *fault, char sid[CARRIER_SID_SIZE])
{
	struct carrier *carrier = call->carrier;
	struct carrier_message *message = NULL;
	struct carrier_request *entry;
	struct refusal refusal;

	carrier_lock(carrier);
	entry = record_create(call, wish, fault);
	refusal = check(carrier, wish, &call->form);
	if (refusal.code != 0) {
		carrier->stats.refused++;
		carrier_answer_error(call->answer, 400, refusal.code, refusal.text);
	} else {
		message = accept(carrier, wish);
		if (message == NULL)
			carrier_answer_error(call->answer, 503, 20503, "The pretend carrier can keep no more messages");
	}
	if (message != NULL) {
		carrier->stats.accepted++;
		memcpy(sid, message->sid, CARRIER_SID_SIZE);
		carrier_answer_json(call->answer, 201, carrier_message_json(carrier, message));
		carrier_plan(carrier, message);
		carrier_plan_fetch(carrier, message, form_get(&call->form, "MediaUrl"));
	}
	if (entry != NULL) {
		entry->code = refusal.code;
		memcpy(entry->sid, sid, CARRIER_SID_SIZE);
	}
	carrier_unlock(carrier);
}

void
carrier_create(struct carrier_call *call)
{
	struct carrier *carrier = call->carrier;
	struct carrier_fault fault;
	struct wish wish;
	char sid[CARRIER_SID_SIZE] = "";
	enum carrier_status first;

	read_wish(&call->form, &wish);
	carrier_lock(carrier);
	fault = carrier_take_fault(carrier, false);
	carrier_unlock(carrier);
	if (carrier_fault_before(call, &fault)) {
		carrier_lock(carrier);
		record_create(call, &wish, &fault);
		carrier_unlock(carrier);
		return;
	}
	decide(call, &wish, &fault, sid);
	if (sid[0] != '\0') {
		first = wish.send_at_ms > 0	   ? CARRIER_SCHEDULED
			: wish.service_sid != NULL ? CARRIER_ACCEPTED
						   : CARRIER_QUEUED;
		carrier_tell(carrier, sid, first);
	}
	carrier_fault_after(call, &fault);
}
