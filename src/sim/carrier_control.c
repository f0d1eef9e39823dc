/* SPDX-License-Identifier: MIT */
/*
 * The control routes under /_sim, which no real carrier has: a test makes customers write, asks for faults and late or
 * repeated callbacks, and reads what came. No credentials: the carrier listens on loopback and holds nothing of value.
 */
#include "sim/carrier_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"

#define ITEMS_MAX 5000 /* in one answer; the rest with from= */
#define WAIT_DEFAULT_MS 10000

static void
answer_ok(struct carrier_call *call)
{
	struct json *object = json_new_object();

	json_add_boolean(object, "success", true);
	carrier_answer_json(call->answer, 200, object);
}

static void
answer_refused(struct carrier_call *call, const char *text)
{
	struct json *object = json_new_object();

	json_add_boolean(object, "success", false);
	json_add_string(object, "message", text);
	carrier_answer_json(call->answer, 400, object);
}

static void
answer_status(struct carrier_call *call, enum status status, const struct err *err)
{
	if (status == STATUS_OK)
		answer_ok(call);
	else
		answer_refused(call, err->text);
}

/* The number under `name` of the form or the query, else `otherwise`; false when it is none. */
static bool
number_of(struct carrier_call *call, const char *name, long otherwise, long *out)
{
	const char *text = form_get(&call->form, name);
	char *end;

	if (text == NULL)
		text = form_get(&call->query, name);
	*out = otherwise;
	if (text == NULL)
		return true;
	*out = strtol(text, &end, 10);
	return end != text && *end == '\0' && *out >= 0 && *out <= 1000000000;
}

static void
add_time(struct json *object, const char *name, int64_t ms)
{
	char text[40];

	json_add_string(object, name, clock_iso8601(ms, text, sizeof text));
}

/* --- doing --- */

static void
post_inbound(struct carrier_call *call)
{
	const struct form *form = &call->form;
	const char *from = form_get(form, "From");
	const char *channel = form_get(form, "channel");
	const char *sign = form_get(form, "sign");
	struct carrier_inbound inbound = { .from = from, .to = form_get(form, "To"), .body = form_get(form, "Body") };
	enum carrier_signing signing = CARRIER_SIGN_RIGHT;
	struct err err = { .text = "" };
	char sid[CARRIER_SID_SIZE] = "";
	enum status status;
	long times, media;
	struct json *object;

	if (from == NULL || !number_of(call, "times", 1, &times) || times < 1 || times > 100
	    || !number_of(call, "NumMedia", 0, &media)) {
		answer_refused(call, "Give at least From; times is 1 to 100.");
		return;
	}
	carrier_address_split(from, &inbound.channel);
	if (channel != NULL && (!channel_parse(channel, &inbound.channel) || inbound.channel == CHANNEL_EMAIL)) {
		answer_refused(call, "channel is sms or whatsapp.");
		return;
	}
	if (sign != NULL && strcmp(sign, "wrong") == 0)
		signing = CARRIER_SIGN_WRONG;
	else if (sign != NULL && strcmp(sign, "none") == 0)
		signing = CARRIER_SIGN_NONE;
	inbound.media_count = (unsigned)media;
	inbound.media_type = form_get(form, "MediaContentType0");
	inbound.profile_name = form_get(form, "ProfileName");
	inbound.latitude = form_get(form, "Latitude");
	inbound.longitude = form_get(form, "Longitude");
	inbound.label = form_get(form, "Label");
	inbound.address = form_get(form, "Address");
	status = carrier_write_inbound(call->carrier, &inbound, form, signing, (unsigned)times, sid, &err);
	if (status != STATUS_OK) {
		answer_refused(call, err.text);
		return;
	}
	object = json_new_object();
	json_add_boolean(object, "success", true);
	json_add_string(object, "sid", sid);
	carrier_answer_json(call->answer, 202, object);
}

static void
post_callback(struct carrier_call *call)
{
	const char *sid = form_get(&call->form, "sid");
	const char *name = form_get(&call->form, "status");
	enum carrier_status status;
	struct err err = { .text = "" };
	long code;

	if (sid == NULL || name == NULL || !carrier_status_parse(name, &status)
	    || !number_of(call, "error_code", 0, &code))
		answer_refused(call, "Give sid and status, perhaps error_code.");
	else
		answer_status(call, carrier_callback(call->carrier, sid, status, (int)code, &err), &err);
}

static void
post_faults(struct carrier_call *call)
{
	const char *spec = form_get(&call->form, "spec");
	struct err err = { .text = "" };

	if (form_get(&call->form, "clear") != NULL)
		carrier_clear_faults(call->carrier);
	answer_status(call, spec != NULL ? carrier_add_faults(call->carrier, spec, &err) : STATUS_OK, &err);
}

static void
get_faults(struct carrier_call *call)
{
	struct json *object = json_new_object();

	carrier_lock(call->carrier);
	carrier_list_faults(call->carrier, json_add_array(object, "faults"));
	carrier_unlock(call->carrier);
	carrier_answer_json(call->answer, 200, object);
}

static void
post_fail(struct carrier_call *call)
{
	const char *number = form_get(&call->form, "to");
	struct err err = { .text = "" };
	long code;

	if (number == NULL || !number_of(call, "code", 30003, &code))
		answer_refused(call, "Give to, perhaps code (0 takes it back).");
	else
		answer_status(call, carrier_fail_number(call->carrier, number, (int)code, &err), &err);
}

static void
post_pace(struct carrier_call *call)
{
	struct carrier *carrier = call->carrier;
	const char *order = form_get(&call->form, "order");
	struct carrier_options wanted;
	long low, high, duplicate, drop, manual;

	carrier_lock(carrier);
	wanted = carrier->options;
	carrier_unlock(carrier);
	if (!number_of(call, "delay_min_ms", (long)wanted.delay_min_ms, &low)
	    || !number_of(call, "delay_max_ms", (long)wanted.delay_max_ms, &high) || high < low
	    || !number_of(call, "duplicate", (long)wanted.duplicate, &duplicate) || duplicate > 20
	    || !number_of(call, "drop", (long)wanted.drop_percent, &drop) || drop > 100
	    || !number_of(call, "manual", wanted.manual, &manual)
	    || (order != NULL && !carrier_order_parse(order, &wanted.order))) {
		answer_refused(call, "Give some of delay_min_ms, delay_max_ms, duplicate, drop, manual, order.");
		return;
	}
	carrier_lock(carrier);
	carrier->options.delay_min_ms = low;
	carrier->options.delay_max_ms = high;
	carrier->options.duplicate = (unsigned)duplicate;
	carrier->options.drop_percent = (unsigned)drop;
	carrier->options.manual = manual != 0;
	carrier->options.order = wanted.order;
	carrier_unlock(carrier);
	answer_ok(call);
}

static void
post_target(struct carrier_call *call)
{
	const char *base = form_get(&call->form, "base_url");
	struct err err = { .text = "" };

	if (base == NULL)
		answer_refused(call, "Give base_url, perhaps public_url.");
	else
		answer_status(call,
			      carrier_set_webhooks(call->carrier, base, form_get(&call->form, "public_url"), &err),
			      &err);
}

static void
post_reset(struct carrier_call *call)
{
	carrier_reset(call->carrier);
	answer_ok(call);
}

static void
get_wait(struct carrier_call *call)
{
	struct json *object;
	long timeout_ms;

	if (!number_of(call, "timeout_ms", WAIT_DEFAULT_MS, &timeout_ms)) {
		answer_refused(call, "timeout_ms is a number of milliseconds.");
		return;
	}
	object = json_new_object();
	json_add_boolean(object, "idle", carrier_wait_idle(call->carrier, timeout_ms));
	carrier_answer_json(call->answer, 200, object);
}

/* --- reading --- */

static void
add_message(struct carrier *carrier, struct json *list, size_t index)
{
	const struct carrier_message *message = carrier->messages[index];
	struct json *object = carrier_message_json(carrier, message);
	struct json *history = json_add_object(object, "history");

	json_add_string(object, "channel", channel_name(message->channel));
	json_add_string(object, "status_callback", message->status_callback);
	json_add_integer(object, "created_ms", message->created_ms);
	for (int i = 0; i < CARRIER_STATUS_COUNT; i++) {
		if (message->status_ms[i] > 0)
			add_time(history, carrier_status_name((enum carrier_status)i), message->status_ms[i]);
	}
	if (message->fetched_status != 0) {
		json_add_integer(object, "fetched_status", message->fetched_status);
		json_add_string(object, "fetched_type", message->fetched_type);
		json_add_integer(object, "fetched_size", (int64_t)message->fetched_size);
	}
	json_add_value(list, NULL, object);
}

static void
add_request(struct carrier *carrier, struct json *list, size_t index)
{
	const struct carrier_request *request = &carrier->requests[index];
	struct json *object = json_push_object(list);

	json_add_string(object, "kind", request->kind);
	json_add_integer(object, "at_ms", request->at_ms);
	add_time(object, "at", request->at_ms);
	json_add_string(object, "to", request->to);
	json_add_string(object, "from", request->from);
	json_add_string(object, "body", request->body);
	json_add_string(object, "messaging_service_sid", request->service_sid);
	json_add_string(object, "status_callback", request->status_callback);
	json_add_string(object, "fault", request->fault);
	json_add_integer(object, "status", request->status);
	json_add_integer(object, "code", request->code);
	json_add_string(object, "sid", request->sid[0] != '\0' ? request->sid : NULL);
}

static const char *
outcome_name(enum sim_outcome outcome)
{
	switch (outcome) {
	case SIM_CALL_DONE:
		return "answered";
	case SIM_CALL_NO_CONNECT:
		return "no-connection";
	case SIM_CALL_TIMEOUT:
		return "timeout";
	case SIM_CALL_BROKEN:
		return "broken";
	case SIM_CALL_STOPPED:
		return "stopped";
	}
	return "";
}

static void
add_webhook(struct carrier *carrier, struct json *list, size_t index)
{
	const struct carrier_post_log *post = &carrier->posts[index];
	struct json *object = json_push_object(list);

	json_add_string(object, "kind", post->kind == CARRIER_POST_WEBHOOK ? "inbound" : "status");
	json_add_integer(object, "at_ms", post->at_ms);
	add_time(object, "at", post->at_ms);
	json_add_string(object, "sid", post->sid);
	json_add_string(object, "message_status", carrier_status_name(post->message_status));
	json_add_string(object, "url", post->url);
	json_add_integer(object, "attempt", post->attempt);
	json_add_string(object, "outcome", outcome_name(post->outcome));
	json_add_integer(object, "status", post->http_status);
}

/* Answers {"NAME":[...],"total":N,"next":N or null}. */
static void
answer_items(struct carrier_call *call, const char *name, const size_t *count,
	     void (*add_item)(struct carrier *carrier, struct json *list, size_t index))
{
	struct json *object, *list;
	long from;
	size_t i;

	if (!number_of(call, "from", 0, &from)) {
		answer_refused(call, "from is the position to begin at.");
		return;
	}
	object = json_new_object();
	list = json_add_array(object, name);
	carrier_lock(call->carrier);
	for (i = (size_t)from; i < *count && i < (size_t)from + ITEMS_MAX; i++)
		add_item(call->carrier, list, i);
	json_add_integer(object, "total", (int64_t)*count);
	if (i < *count)
		json_add_integer(object, "next", (int64_t)i);
	else
		json_add_null(object, "next");
	carrier_unlock(call->carrier);
	carrier_answer_json(call->answer, 200, object);
}

static void
get_messages(struct carrier_call *call)
{
	answer_items(call, "messages", &call->carrier->message_count, add_message);
}

static void
get_requests(struct carrier_call *call)
{
	answer_items(call, "requests", &call->carrier->request_count, add_request);
}

static void
get_webhooks(struct carrier_call *call)
{
	answer_items(call, "webhooks", &call->carrier->post_count, add_webhook);
}

static void
get_stats(struct carrier_call *call)
{
	struct json *object = json_new_object();
	struct carrier_stats stats;

	carrier_stats(call->carrier, &stats);
	json_add_integer(object, "requests", (int64_t)stats.requests);
	json_add_integer(object, "accepted", (int64_t)stats.accepted);
	json_add_integer(object, "refused", (int64_t)stats.refused);
	json_add_integer(object, "faulted", (int64_t)stats.faulted);
	json_add_integer(object, "inbound", (int64_t)stats.inbound);
	json_add_integer(object, "posts", (int64_t)stats.posts);
	json_add_integer(object, "webhooks_done", (int64_t)stats.webhooks_done);
	json_add_integer(object, "webhooks_lost", (int64_t)stats.webhooks_lost);
	json_add_integer(object, "callbacks_done", (int64_t)stats.callbacks_done);
	json_add_integer(object, "callbacks_lost", (int64_t)stats.callbacks_lost);
	json_add_integer(object, "callbacks_dropped", (int64_t)stats.callbacks_dropped);
	json_add_integer(object, "waiting", (int64_t)stats.waiting);
	carrier_answer_json(call->answer, 200, object);
}

/* --- routes --- */

static const struct {
	const char *method;
	const char *name;
	void (*run)(struct carrier_call *call);
} controls[] = {
	{ .method = "POST", .name = "inbound", .run = post_inbound },
	{ .method = "POST", .name = "callback", .run = post_callback },
	{ .method = "POST", .name = "faults", .run = post_faults },
	{ .method = "GET", .name = "faults", .run = get_faults },
	{ .method = "POST", .name = "fail", .run = post_fail },
	{ .method = "POST", .name = "pace", .run = post_pace },
	{ .method = "POST", .name = "target", .run = post_target },
	{ .method = "POST", .name = "reset", .run = post_reset },
	{ .method = "GET", .name = "wait", .run = get_wait },
	{ .method = "GET", .name = "messages", .run = get_messages },
	{ .method = "GET", .name = "requests", .run = get_requests },
	{ .method = "GET", .name = "webhooks", .run = get_webhooks },
	{ .method = "GET", .name = "stats", .run = get_stats },
};

bool
carrier_control(struct carrier_call *call, const char *path)
{
	for (size_t i = 0; i < sizeof controls / sizeof controls[0]; i++) {
		if (strcmp(controls[i].name, path) == 0 && strcmp(controls[i].method, call->request->method) == 0) {
			controls[i].run(call);
			return true;
		}
	}
	return false;
}
