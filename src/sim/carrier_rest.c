/* SPDX-License-Identifier: MIT */
/* The routes of the carrier's REST API: who asks, what for, and everything but creating and listing. */
#include "sim/carrier_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/clock.h"
#include "core/digest.h"
#include "core/utf8.h"

#define QUERY_FIELDS_MAX 50
#define FORM_FIELDS_MAX 500

/* --- answers --- */

void
carrier_answer_json(struct sim_answer *answer, int status, struct json *value)
{
	char *text = json_print(value);

	answer->status = text != NULL ? status : 500;
	if (text != NULL)
		strbuf_add_string(&answer->body, text);
	free(text);
	json_free(value);
}

void
carrier_answer_error(struct sim_answer *answer, int status, int code, const char *message)
{
	struct json *body = json_new_object();
	char more[64];

	snprintf(more, sizeof more, "https://www.twilio.com/docs/errors/%d", code);
	json_add_integer(body, "code", code);
	json_add_string(body, "message", message);
	json_add_string(body, "more_info", more);
	json_add_integer(body, "status", status);
	strbuf_clear(&answer->body);
	carrier_answer_json(answer, status, body);
	if (status == 401)
		snprintf(answer->authenticate, sizeof answer->authenticate, "Basic realm=\"Twilio API\"");
}

static void
add_date(struct json *object, const char *name, int64_t ms)
{
	char text[40];

	json_add_string(object, name, ms > 0 ? clock_rfc2822(ms, text, sizeof text) : NULL);
}

static void
add_number_text(struct json *object, const char *name, unsigned number)
{
	char text[16];

	snprintf(text, sizeof text, "%u", number);
	json_add_string(object, name, text);
}

/* 0.0075 a segment and direction by SMS, 0.005 a message on WhatsApp; known once the message is through. */
static void
add_price(struct json *object, const struct carrier_message *message)
{
	unsigned units = message->channel == CHANNEL_WHATSAPP ? 500 : 750 * message->segments;
	bool billed = carrier_status_final(message->status) && message->status != CARRIER_FAILED
		      && message->status != CARRIER_CANCELED;
	char text[32];

	snprintf(text, sizeof text, "-%u.%05u", units / 100000, units % 100000);
	json_add_string(object, "price", billed ? text : NULL);
	json_add_string(object, "price_unit", billed ? "USD" : NULL);
}

static const char *
direction_name(enum carrier_direction direction)
{
	switch (direction) {
	case CARRIER_INBOUND:
		return "inbound";
	case CARRIER_OUTBOUND_API:
		return "outbound-api";
	case CARRIER_OUTBOUND_REPLY:
		return "outbound-reply";
	}
	return "";
}

struct json *
carrier_message_json(const struct carrier *carrier, const struct carrier_message *message)
{
	struct json *object = json_new_object();
	char path[160], uri[192];

	snprintf(path, sizeof path, "/2010-04-01/Accounts/%s/Messages/%s", carrier->account_sid, message->sid);
	json_add_string(object, "account_sid", carrier->account_sid);
	json_add_string(object, "api_version", "2010-04-01");
	json_add_string(object, "body", message->body);
	add_date(object, "date_created", message->created_ms);
	add_date(object, "date_sent", message->sent_ms);
	add_date(object, "date_updated", message->updated_ms);
	json_add_string(object, "direction", direction_name(message->direction));
	if (message->error_code != 0)
		json_add_integer(object, "error_code", message->error_code);
	else
		json_add_null(object, "error_code");
	json_add_string(object, "error_message", message->error_code != 0 ? "The message was not delivered" : NULL);
	json_add_string(object, "from", message->from);
	json_add_string(object, "messaging_service_sid", message->service_sid);
	add_number_text(object, "num_media", message->media_count);
	add_number_text(object, "num_segments", message->status == CARRIER_ACCEPTED ? 0 : message->segments);
	add_price(object, message);
	json_add_string(object, "sid", message->sid);
	json_add_string(object, "status", carrier_status_name(message->status));
	snprintf(uri, sizeof uri, "%s/Media.json", path);
	json_add_string(json_add_object(object, "subresource_uris"), "media", uri);
	json_add_string(object, "to", message->to);
	snprintf(uri, sizeof uri, "%s.json", path);
	json_add_string(object, "uri", uri);
	return object;
}

/* --- single messages --- */

static void
answer_not_found(struct carrier_call *call)
{
	char text[300];

	snprintf(text, sizeof text, "The requested resource %.*s was not found",
		 (int)utf8_cut(call->request->target, strlen(call->request->target), 200), call->request->target);
	carrier_answer_error(call->answer, 404, 20404, text);
}

/* The message that the route names, or NULL and the answer is written. Locked. */
static struct carrier_message *
named_message(struct carrier_call *call)
{
	struct carrier_message *message = carrier_find(call->carrier, call->captures[1]);

	if (message != NULL && !message->deleted)
		return message;
	answer_not_found(call);
	return NULL;
}

static void
fetch_message(struct carrier_call *call)
{
	const struct carrier_message *message;
	struct carrier_request *entry;
	struct carrier_fault fault;

	carrier_lock(call->carrier);
	fault = carrier_take_fault(call->carrier, true);
	entry = carrier_record(call, "fetch");
	if (entry != NULL) {
		memcpy(entry->sid, call->captures[1], sizeof entry->sid - 1);
		entry->fault = carrier_fault_name(fault.kind);
	}
	carrier_unlock(call->carrier);
	if (carrier_fault_before(call, &fault))
		return;
	carrier_lock(call->carrier);
	message = named_message(call);
	if (message != NULL)
		carrier_answer_json(call->answer, 200, carrier_message_json(call->carrier, message));
	carrier_unlock(call->carrier);
	carrier_fault_after(call, &fault);
}

/* Redacts (Body=) or cancels (Status=canceled). */
static void
update_message(struct carrier_call *call)
{
	const char *body = form_get(&call->form, "Body");
	const char *status = form_get(&call->form, "Status");
	struct carrier_message *message;
	char sid[CARRIER_SID_SIZE] = "";
	bool manual;

	carrier_lock(call->carrier);
	manual = call->carrier->options.manual;
	message = named_message(call);
	if (message == NULL) {
		carrier_unlock(call->carrier);
		return;
	}
	if (status != NULL && strcmp(status, "canceled") != 0) {
		carrier_answer_error(call->answer, 400, 20001, "Status can only be set to canceled");
	} else if (status != NULL && message->status != CARRIER_SCHEDULED) {
		carrier_answer_error(call->answer, 409, 30409, "This message can no longer be canceled");
	} else if (status == NULL && (body == NULL || body[0] != '\0')) {
		carrier_answer_error(call->answer, 400, 20001, "Body can only be set to an empty text");
	} else {
		if (status != NULL) {
			carrier_set_status(message, CARRIER_CANCELED, 0);
			memcpy(sid, message->sid, sizeof sid);
		} else if (message->body != NULL) {
			message->body[0] = '\0';
		}
		carrier_answer_json(call->answer, 200, carrier_message_json(call->carrier, message));
	}
	carrier_unlock(call->carrier);
	if (sid[0] != '\0' && !manual)
		carrier_callback(call->carrier, sid, CARRIER_CANCELED, 0, NULL);
}

static void
delete_message(struct carrier_call *call)
{
	struct carrier_message *message;

	carrier_lock(call->carrier);
	message = named_message(call);
	if (message != NULL && !carrier_status_final(message->status)) {
		carrier_answer_error(call->answer, 409, 20009, "The message cannot be deleted before it is finished");
	} else if (message != NULL) {
		message->deleted = true;
		call->answer->status = 204;
	}
	carrier_unlock(call->carrier);
}

static void
give_feedback(struct carrier_call *call)
{
	const char *outcome = form_get(&call->form, "Outcome");
	const struct carrier_message *message;
	struct json *object;
	char uri[192];

	if (outcome != NULL && strcmp(outcome, "confirmed") != 0 && strcmp(outcome, "unconfirmed") != 0) {
		carrier_answer_error(call->answer, 400, 20001, "Outcome must be confirmed or unconfirmed");
		return;
	}
	carrier_lock(call->carrier);
	message = named_message(call);
	if (message != NULL) {
		object = json_new_object();
		json_add_string(object, "account_sid", call->carrier->account_sid);
		json_add_string(object, "message_sid", message->sid);
		json_add_string(object, "outcome", outcome != NULL ? outcome : "confirmed");
		add_date(object, "date_created", message->updated_ms);
		add_date(object, "date_updated", message->updated_ms);
		snprintf(uri, sizeof uri, "/2010-04-01/Accounts/%s/Messages/%s/Feedback.json",
			 call->carrier->account_sid, message->sid);
		json_add_string(object, "uri", uri);
		carrier_answer_json(call->answer, 200, object);
	}
	carrier_unlock(call->carrier);
}

/* --- files of a message --- */

/* True if captures[2] names a file of captures[1]. Locked. */
static bool
media_there(struct carrier_call *call, const struct carrier_message **out)
{
	const struct carrier_message *message = carrier_find(call->carrier, call->captures[1]);
	const char *sid = call->captures[2];

	if (message == NULL || message->deleted || strlen(sid) != CARRIER_SID_SIZE - 1 || strncmp(sid, "ME", 2) != 0
	    || strncmp(sid + 2, message->sid + 2, 30) != 0 || strtoul(sid + 32, NULL, 16) >= message->media_count)
		return false;
	*out = message;
	return true;
}

static void
add_media(const struct carrier *carrier, struct json *object, const struct carrier_message *message, unsigned index)
{
	char sid[CARRIER_SID_SIZE + 2], uri[192];

	snprintf(sid, sizeof sid, "ME%.30s%02x", message->sid + 2, index & 0xFF);
	snprintf(uri, sizeof uri, "/2010-04-01/Accounts/%s/Messages/%s/Media/%s.json", carrier->account_sid,
		 message->sid, sid);
	json_add_string(object, "sid", sid);
	json_add_string(object, "account_sid", carrier->account_sid);
	json_add_string(object, "parent_sid", message->sid);
	json_add_string(object, "content_type", message->media_type);
	add_date(object, "date_created", message->created_ms);
	add_date(object, "date_updated", message->created_ms);
	json_add_string(object, "uri", uri);
}

void
carrier_media_list(struct carrier_call *call)
{
	const struct carrier_message *message;
	struct json *object, *list;
	char uri[192];

	carrier_lock(call->carrier);
	message = named_message(call);
	if (message != NULL) {
		object = json_new_object();
		list = json_add_array(object, "media_list");
		for (unsigned i = 0; i < message->media_count; i++)
			add_media(call->carrier, json_push_object(list), message, i);
		snprintf(uri, sizeof uri, "/2010-04-01/Accounts/%s/Messages/%s/Media.json", call->carrier->account_sid,
			 message->sid);
		json_add_integer(object, "page", 0);
		json_add_integer(object, "page_size", 50);
		json_add_integer(object, "start", 0);
		json_add_integer(object, "end", message->media_count > 0 ? (int64_t)message->media_count - 1 : 0);
		json_add_string(object, "uri", uri);
		json_add_string(object, "first_page_uri", uri);
		json_add_null(object, "next_page_uri");
		json_add_null(object, "previous_page_uri");
		carrier_answer_json(call->answer, 200, object);
	}
	carrier_unlock(call->carrier);
}

static void
fetch_media(struct carrier_call *call)
{
	const struct carrier_message *message;
	struct json *object;

	carrier_lock(call->carrier);
	if (media_there(call, &message)) {
		object = json_new_object();
		add_media(call->carrier, object, message, (unsigned)strtoul(call->captures[2] + 32, NULL, 16));
		carrier_answer_json(call->answer, 200, object);
	} else {
		answer_not_found(call);
	}
	carrier_unlock(call->carrier);
}

/* Without .json: sends on to the file itself, which needs no credentials. */
static void
redirect_media(struct carrier_call *call)
{
	const struct carrier_message *message;
	bool there;

	carrier_lock(call->carrier);
	there = media_there(call, &message);
	carrier_unlock(call->carrier);
	if (!there) {
		answer_not_found(call);
		return;
	}
	call->answer->status = 307;
	snprintf(call->answer->location, sizeof call->answer->location, "%s/media/%.40s.png",
		 carrier_url(call->carrier), call->captures[2]);
}

static void
serve_picture(struct carrier_call *call)
{
	unsigned char hash[32];

	digest_hmac_sha256("picture", 7, call->captures[0], strlen(call->captures[0]), hash);
	call->answer->content_type = "image/png";
	carrier_picture(&call->answer->body,
			(uint32_t)hash[0] << 24 | (uint32_t)hash[1] << 16 | (uint32_t)hash[2] << 8 | hash[3]);
}

static void
fetch_account(struct carrier_call *call)
{
	struct json *object = json_new_object();

	json_add_string(object, "sid", call->carrier->account_sid);
	json_add_string(object, "friendly_name", "Pretend account");
	json_add_string(object, "status", "active");
	json_add_string(object, "type", "Full");
	carrier_answer_json(call->answer, 200, object);
}

/* --- routes --- */

struct route {
	const char *method;
	const char *pattern; /* a star stands for one segment, or for what comes before ".json" or ".png" */
	bool open;	     /* no credentials asked */
	void (*run)(struct carrier_call *call);
};

static const struct route routes[] = {
	{ .method = "POST", .pattern = "/2010-04-01/Accounts/*/Messages.json", .run = carrier_create },
	{ .method = "GET", .pattern = "/2010-04-01/Accounts/*/Messages.json", .run = carrier_list },
	{ .method = "GET", .pattern = "/2010-04-01/Accounts/*/Messages/*.json", .run = fetch_message },
	{ .method = "POST", .pattern = "/2010-04-01/Accounts/*/Messages/*.json", .run = update_message },
	{ .method = "DELETE", .pattern = "/2010-04-01/Accounts/*/Messages/*.json", .run = delete_message },
	{ .method = "POST", .pattern = "/2010-04-01/Accounts/*/Messages/*/Feedback.json", .run = give_feedback },
	{ .method = "GET", .pattern = "/2010-04-01/Accounts/*/Messages/*/Media.json", .run = carrier_media_list },
	{ .method = "GET", .pattern = "/2010-04-01/Accounts/*/Messages/*/Media/*.json", .run = fetch_media },
	{ .method = "GET", .pattern = "/2010-04-01/Accounts/*/Messages/*/Media/*", .run = redirect_media },
	{ .method = "GET", .pattern = "/2010-04-01/Accounts/*/IncomingPhoneNumbers.json", .run = carrier_list_numbers },
	{ .method = "GET",
	  .pattern = "/2010-04-01/Accounts/*/IncomingPhoneNumbers/*.json",
	  .run = carrier_fetch_number },
	{ .method = "POST",
	  .pattern = "/2010-04-01/Accounts/*/IncomingPhoneNumbers/*.json",
	  .run = carrier_update_number },
	{ .method = "GET", .pattern = "/2010-04-01/Accounts/*.json", .run = fetch_account },
	{ .method = "GET", .pattern = "/media/*.png", .open = true, .run = serve_picture },
};

/* Compares `path` with the pattern and keeps what the stars stand for. */
static bool
matches(const char *pattern, const char *path, char captures[3][64])
{
	size_t count = 0;

	while (*pattern != '\0') {
		const char *slash, *after;
		size_t len, tail;

		if (*pattern != '*') {
			if (*pattern++ != *path++)
				return false;
			continue;
		}
		slash = strchrnul(path, '/');
		after = strchrnul(++pattern, '/');
		tail = (size_t)(after - pattern); /* ".json" or nothing */
		len = (size_t)(slash - path);
		if (count == 3 || len <= tail || len - tail >= 64 || memcmp(slash - tail, pattern, tail) != 0)
			return false;
		memcpy(captures[count], path, len - tail);
		captures[count++][len - tail] = '\0';
		pattern = after;
		path = slash;
	}
	return *path == '\0';
}

/* Reads the form of the body; false and the answer is written when it is none. */
static bool
read_form(struct carrier_call *call)
{
	const struct sim_request *request = call->request;

	if (strcmp(request->method, "POST") != 0)
		return true;
	if (request->body_len > 0 && strncasecmp(request->content_type, "application/x-www-form-urlencoded", 33) != 0) {
		carrier_answer_error(call->answer, 415, 20415,
				     "Send the parameters as application/x-www-form-urlencoded");
		return false;
	}
	if (form_parse(request->body, request->body_len, FORM_FIELDS_MAX, &call->form, NULL) == STATUS_OK)
		return true;
	carrier_answer_error(call->answer, 400, 20001, "The parameters are malformed");
	return false;
}

static void
run_route(struct carrier_call *call, const struct route *route)
{
	if (!route->open && !digest_equal(call->carrier->authorization, call->request->authorization))
		carrier_answer_error(call->answer, 401, 20003, "Authenticate");
	else if (!route->open && strcmp(call->captures[0], call->carrier->account_sid) != 0)
		answer_not_found(call);
	else if (read_form(call))
		route->run(call);
}

static void
dispatch(struct carrier_call *call, const char *path)
{
	bool known = false;

	if (strncmp(path, "/_sim/", 6) == 0) {
		if (!read_form(call) || carrier_control(call, path + 6))
			return;
	}
	for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
		char captures[3][64] = { "" };

		if (!matches(routes[i].pattern, path, captures))
			continue;
		known = true;
		if (strcmp(routes[i].method, call->request->method) != 0)
			continue;
		memcpy(call->captures, captures, sizeof call->captures);
		run_route(call, &routes[i]);
		return;
	}
	if (known)
		carrier_answer_error(call->answer, 405, 20004, "Method not allowed");
	else
		answer_not_found(call);
}

/* Completes the entry of a request. Locked. */
static void
note_outcome(struct carrier *carrier, uint64_t serial, const struct sim_answer *answer)
{
	for (size_t i = carrier->request_count; i > 0; i--) {
		if (carrier->requests[i - 1].serial == serial) {
			carrier->requests[i - 1].status = answer->ending == SIM_ANSWER_NONE ? 0 : answer->status;
			return;
		}
	}
}

void
carrier_handle(void *arg, const struct sim_request *request, struct sim_answer *answer)
{
	struct carrier *carrier = arg;
	struct carrier_call call = {
		.carrier = carrier, .request = request, .answer = answer, .came_ms = clock_now_ms()
	};
	const char *query = strchrnul(request->target, '?');
	char *path = strndup(request->target, (size_t)(query - request->target));
	char hex[33];

	carrier_lock(carrier);
	snprintf(answer->concurrent, sizeof answer->concurrent, "%u", ++carrier->in_progress);
	carrier_unlock(carrier);
	digest_random_hex(hex, 32);
	snprintf(answer->request_id, sizeof answer->request_id, "RQ%s", hex);
	query += *query == '?';
	if (path == NULL)
		answer->status = 500;
	else if (form_parse(query, strlen(query), QUERY_FIELDS_MAX, &call.query, NULL) != STATUS_OK)
		carrier_answer_error(answer, 400, 20001, "The query is malformed");
	else
		dispatch(&call, path);
	form_release(&call.form);
	form_release(&call.query);
	free(path);
	carrier_lock(carrier);
	carrier->in_progress--;
	if (call.recorded != 0)
		note_outcome(carrier, call.recorded, answer);
	carrier_unlock(carrier);
}
