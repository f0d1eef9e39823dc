/* SPDX-License-Identifier: MIT */
/* Faults on demand: reading the fault words, choosing the fault that a request meets, and carrying it out. */
#include "sim/carrier_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"

#define SLOW_MAX_MS 600000

struct fault_word {
	const char *name;
	enum carrier_fault_kind kind;
	long value; /* when none is given; -1 allows none */
};

static const struct fault_word words[] = {
	{ .name = "429", .kind = CARRIER_FAULT_TOO_MANY, .value = -1 },
	{ .name = "500-before", .kind = CARRIER_FAULT_500_BEFORE },
	{ .name = "500-after", .kind = CARRIER_FAULT_500_AFTER },
	{ .name = "503", .kind = CARRIER_FAULT_503 },
	{ .name = "close-before", .kind = CARRIER_FAULT_CLOSE_BEFORE },
	{ .name = "close-after", .kind = CARRIER_FAULT_CLOSE_AFTER },
	{ .name = "half", .kind = CARRIER_FAULT_HALF },
	{ .name = "slow", .kind = CARRIER_FAULT_SLOW, .value = 3000 },
	{ .name = "slow-before", .kind = CARRIER_FAULT_SLOW_BEFORE, .value = 3000 },
	{ .name = "not-json", .kind = CARRIER_FAULT_NOT_JSON },
	{ .name = "redirect", .kind = CARRIER_FAULT_REDIRECT },
	{ .name = "reject", .kind = CARRIER_FAULT_REJECT, .value = 21610 },
};

const char *
carrier_fault_name(enum carrier_fault_kind kind)
{
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (words[i].kind == kind)
			return words[i].name;
	}
	return NULL;
}

/* A number that takes up the whole of [text, end); -1 if it is none. */
static long
whole_number(const char *text, const char *end)
{
	long number = 0;

	if (text == end || end - text > 7)
		return -1;
	for (; text < end; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		number = number * 10 + (*text - '0');
	}
	return number;
}

/* Reads KIND[=VALUE][:COUNT or :PERCENT%] from [text, end). */
static bool
parse_fault(const char *text, const char *end, struct carrier_fault *out)
{
	const char *colon = memchr(text, ':', (size_t)(end - text));
	const char *name_end = colon != NULL ? colon : end;
	const char *equals = memchr(text, '=', (size_t)(name_end - text));
	const struct fault_word *word = NULL;
	size_t len;
	long number;

	memset(out, 0, sizeof *out);
	if (strncmp(text, "get-", 4) == 0) {
		out->on_get = true;
		text += 4;
	}
	len = (size_t)((equals != NULL ? equals : name_end) - text);
	for (size_t i = 0; i < sizeof words / sizeof words[0] && word == NULL; i++) {
		if (strlen(words[i].name) == len && strncmp(words[i].name, text, len) == 0)
			word = &words[i];
	}
	if (word == NULL)
		return false;
	out->kind = word->kind;
	out->value = word->value;
	out->count = 1;
	if (equals != NULL) {
		out->value = whole_number(equals + 1, name_end);
		if (word->value == 0 || out->value < 0 || out->value > SLOW_MAX_MS)
			return false;
	}
	if (colon == NULL)
		return true;
	number = end[-1] == '%' ? whole_number(colon + 1, end - 1) : whole_number(colon + 1, end);
	if (number < 1 || (end[-1] == '%' && number > 100))
		return false;
	out->percent = end[-1] == '%' ? (unsigned)number : 0;
	out->count = end[-1] == '%' ? 0 : (unsigned)number;
	return true;
}

enum status
carrier_add_faults(struct carrier *carrier, const char *faults, struct err *err)
{
	enum status status = STATUS_OK;
	struct carrier_fault fault;

	while (faults[0] != '\0' && status == STATUS_OK) {
		const char *end = faults + strcspn(faults, ",");

		if (!parse_fault(faults, end, &fault))
			return err_set(err, STATUS_INVALID,
				       _("\"%.*s\" is no fault; write one like 429=5:3, 500-after:10%% or slow=3000."),
				       (int)(end - faults < 100 ? end - faults : 100), faults);
		carrier_lock(carrier);
		if (carrier->fault_count < CARRIER_FAULT_MAX)
			carrier->faults[carrier->fault_count++] = fault;
		else
			status = err_set(err, STATUS_LIMIT, _("There are %d faults already; clear them first."),
					 CARRIER_FAULT_MAX);
		carrier_unlock(carrier);
		faults = *end == ',' ? end + 1 : end;
	}
	return status;
}

void
carrier_clear_faults(struct carrier *carrier)
{
	carrier_lock(carrier);
	carrier->fault_count = 0;
	carrier_unlock(carrier);
}

struct carrier_fault
carrier_take_fault(struct carrier *carrier, bool on_get)
{
	struct carrier_fault none = { .kind = CARRIER_FAULT_NONE };
	unsigned drawn = 0, sum = 0;
	bool thrown = false;

	for (size_t i = 0; i < carrier->fault_count; i++) {
		struct carrier_fault fault = carrier->faults[i];

		if (fault.on_get != on_get || fault.percent > 0)
			continue;
		if (--carrier->faults[i].count == 0) {
			carrier->fault_count--;
			memmove(&carrier->faults[i], &carrier->faults[i + 1],
				(carrier->fault_count - i) * sizeof carrier->faults[0]);
		}
		return fault;
	}
	for (size_t i = 0; i < carrier->fault_count; i++) {
		if (carrier->faults[i].on_get != on_get)
			continue;
		if (!thrown)
			drawn = (unsigned)carrier_random(carrier, 100);
		thrown = true;
		sum += carrier->faults[i].percent;
		if (drawn < sum)
			return carrier->faults[i];
	}
	return none;
}

void
carrier_list_faults(struct carrier *carrier, struct json *list)
{
	for (size_t i = 0; i < carrier->fault_count; i++) {
		const struct carrier_fault *fault = &carrier->faults[i];
		struct json *item = json_push_object(list);

		json_add_string(item, "kind", carrier_fault_name(fault->kind));
		json_add_boolean(item, "on_get", fault->on_get);
		json_add_integer(item, "value", fault->value);
		json_add_integer(item, "count", fault->count);
		json_add_integer(item, "percent", fault->percent);
	}
}

/* --- carrying out --- */

static void
answer_server_error(struct sim_answer *answer, int status)
{
	if (status == 503)
		carrier_answer_error(answer, 503, 20503, "Service unavailable, please try again later");
	else
		carrier_answer_error(answer, 500, 20500, "An internal server error has occurred");
}

bool
carrier_fault_before(struct carrier_call *call, const struct carrier_fault *fault)
{
	struct sim_answer *answer = call->answer;

	switch (fault->kind) {
	case CARRIER_FAULT_TOO_MANY:
		carrier_answer_error(answer, 429, 20429, "Too Many Requests");
		if (fault->value >= 0)
			snprintf(answer->retry_after, sizeof answer->retry_after, "%ld", fault->value);
		return true;
	case CARRIER_FAULT_500_BEFORE:
		answer_server_error(answer, 500);
		return true;
	case CARRIER_FAULT_503:
		answer_server_error(answer, 503);
		return true;
	case CARRIER_FAULT_CLOSE_BEFORE:
		answer->ending = SIM_ANSWER_NONE;
		return true;
	case CARRIER_FAULT_REDIRECT:
		answer->status = 307;
		snprintf(answer->location, sizeof answer->location, "%s%.1900s", carrier_url(call->carrier),
			 call->request->target);
		return true;
	case CARRIER_FAULT_REJECT:
		carrier_answer_error(answer, 400, (int)fault->value, "The request was refused on demand");
		return true;
	case CARRIER_FAULT_SLOW_BEFORE:
		carrier_sleep(call->carrier, fault->value);
		return false;
	case CARRIER_FAULT_NONE:
	case CARRIER_FAULT_500_AFTER:
	case CARRIER_FAULT_CLOSE_AFTER:
	case CARRIER_FAULT_HALF:
	case CARRIER_FAULT_SLOW:
	case CARRIER_FAULT_NOT_JSON:
		return false;
	}
	return false;
}

void
carrier_fault_after(struct carrier_call *call, const struct carrier_fault *fault)
{
	struct sim_answer *answer = call->answer;

	switch (fault->kind) {
	case CARRIER_FAULT_500_AFTER:
		answer_server_error(answer, 500);
		break;
	case CARRIER_FAULT_CLOSE_AFTER:
		answer->ending = SIM_ANSWER_NONE;
		break;
	case CARRIER_FAULT_HALF:
		answer->ending = SIM_ANSWER_HALF;
		break;
	case CARRIER_FAULT_SLOW:
		carrier_sleep(call->carrier, fault->value);
		break;
	case CARRIER_FAULT_NOT_JSON:
		strbuf_clear(&answer->body);
		strbuf_add_string(&answer->body, "<html><body>Created</body></html>");
		answer->content_type = "text/html";
		break;
	case CARRIER_FAULT_NONE:
	case CARRIER_FAULT_TOO_MANY:
	case CARRIER_FAULT_500_BEFORE:
	case CARRIER_FAULT_503:
	case CARRIER_FAULT_CLOSE_BEFORE:
	case CARRIER_FAULT_SLOW_BEFORE:
	case CARRIER_FAULT_REDIRECT:
	case CARRIER_FAULT_REJECT:
		break;
	}
}
