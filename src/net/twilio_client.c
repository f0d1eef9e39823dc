/* SPDX-License-Identifier: MIT */
/* The classes of an ended create follow from one fact: creating is not idempotent, so whatever may have worked is unknown. */
#include "net/twilio_client.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/form.h"
#include "core/i18n.h"
#include "core/json.h"
#include "core/utf8.h"

#define JSON_DEPTH 16
#define SID_DIGITS 32
#define RETRY_AFTER_MAX_MS 60000
#define CLOCK_MARGIN_MS (2 * 60 * 1000) /* how far the carrier's clock and ours may be apart */
#define TRIAL_PREFIX "Sent from your Twilio trial account - "

/* --- requests ----------------------------------------------------------------------------------------------------- */

static bool
is_sid(const char *text, const char *kind)
{
	return strncmp(text, kind, 2) == 0 && strspn(text + 2, "0123456789abcdefABCDEF") == SID_DIGITS &&
	       text[2 + SID_DIGITS] == '\0';
}

static bool
is_message_sid(const char *text)
{
	return text != NULL && (is_sid(text, "SM") || is_sid(text, "MM"));
}

bool
twilio_is_service(const char *sender)
{
	return is_sid(sender, "MG");
}

static void
add_account_path(const struct config *config, struct strbuf *out)
{
	strbuf_add_string(out, "/2010-04-01/Accounts/");
	form_escape(out, config->twilio_account_sid, strlen(config->twilio_account_sid));
	strbuf_add_string(out, "/Messages");
}

static void
begin_call(const struct config *config, enum http_client_method method, struct http_call *call)
{
	call->method = method;
	call->user = config->twilio_account_sid;
	call->password = config->twilio_auth_token;
	strbuf_add_string(&call->url, config->twilio_api_url);
}

static enum status
check_call(const struct http_call *call, struct err *err)
{
	if (call->url.failed || call->body.failed)
		return err_set(err, STATUS_INVALID, "%s", _("The message is too long for the carrier; shorten it."));
	return STATUS_OK;
}

static bool
is_text(const char *text)
{
	return text == NULL || utf8_valid(text, strlen(text));
}

static bool
has_text(const char *text)
{
	return text != NULL && text[0] != '\0';
}

static void
add_content(const struct outbox_row *row, struct strbuf *body)
{
	if (has_text(row->content_sid)) {
		form_encode(body, "ContentSid", row->content_sid);
		if (has_text(row->variables))
			form_encode(body, "ContentVariables", row->variables);
		return;
	}
	if (has_text(row->body))
		form_encode(body, "Body", row->body);
	if (has_text(row->media_url))
		form_encode(body, "MediaUrl", row->media_url);
}

enum status
twilio_create(const struct config *config, const struct outbox_row *row, struct http_call *call, struct err *err)
{
	char address[ADDRESS_SIZE];

	if (!is_text(row->body) || !is_text(row->variables) || !is_text(row->media_url))
		return err_set(err, STATUS_INVALID, "%s", _("The message is not valid text and cannot be sent."));
	begin_call(config, HTTP_CLIENT_POST, call);
	call->fresh_connect = true; /* or libcurl may post it twice */
	add_account_path(config, &call->url);
	strbuf_add_string(&call->url, ".json");
	form_encode(&call->body, "To", address_for_carrier(row->channel, row->recipient, address));
	if (twilio_is_service(row->sender))
		form_encode(&call->body, "MessagingServiceSid", row->sender);
	else
		form_encode(&call->body, "From", address_for_carrier(row->channel, row->sender, address));
	add_content(row, &call->body);
	if (config->public_url[0] != '\0') {
		struct strbuf callback;

		strbuf_init(&callback, HTTP_CLIENT_URL_MAX);
		strbuf_add_format(&callback, "%s/api/webhooks/message-status/%" PRId64, config->public_url, row->message_id);
		form_encode(&call->body, "StatusCallback", strbuf_text(&callback));
		strbuf_release(&callback);
	}
	return check_call(call, err);
}

enum status
twilio_list(const struct config *config, const struct outbox_row *row, const char *next, struct http_call *call,
	    struct err *err)
{
	struct strbuf query;
	char address[ADDRESS_SIZE];

	begin_call(config, HTTP_CLIENT_GET, call);
	if (next != NULL) {
		strbuf_add_string(&call->url, next);
		return check_call(call, err);
	}
	strbuf_init(&query, HTTP_CLIENT_URL_MAX);
	form_encode(&query, "To", address_for_carrier(row->channel, row->recipient, address));
	/* A service chooses the number itself: then the list is told apart by the service alone. */
	if (!twilio_is_service(row->sender))
		form_encode(&query, "From", address_for_carrier(row->channel, row->sender, address));
	form_encode(&query, "PageSize", "50");
	add_account_path(config, &call->url);
	strbuf_add_string(&call->url, ".json?");
	strbuf_add_string(&call->url, strbuf_text(&query));
	strbuf_release(&query);
	return check_call(call, err);
}

enum status
twilio_fetch(const struct config *config, const char *provider_id, struct http_call *call, struct err *err)
{
	begin_call(config, HTTP_CLIENT_GET, call);
	add_account_path(config, &call->url);
	strbuf_add_char(&call->url, '/');
	form_escape(&call->url, provider_id, strlen(provider_id));
	strbuf_add_string(&call->url, ".json");
	return check_call(call, err);
}

/* --- answers ------------------------------------------------------------------------------------------------------ */

/* The object an answer holds, or NULL. The caller frees it. */
static struct json *
read_object(const struct http_result *result)
{
	struct json *json = NULL;

	if (json_parse(result->body, result->body_len, JSON_DEPTH, &json, NULL) != STATUS_OK)
		return NULL;
	if (!json_is_object(json)) {
		json_free(json);
		return NULL;
	}
	return json;
}

/* A number of up to 9 digits, whether it came as a number or as text; 0 if it is none. */
static int
read_number(const struct json *value)
{
	const char *text = json_string(value);
	int64_t number = 0;

	if (text != NULL) {
		size_t digits = strspn(text, "0123456789");

		if (digits == 0 || digits > 9 || text[digits] != '\0')
			return 0;
		for (size_t i = 0; i < digits; i++)
			number = number * 10 + (text[i] - '0');
		return (int)number;
	}
	return json_integer(value, &number) && number > 0 && number <= 999999999 ? (int)number : 0;
}

/* One lower-case word, else `standard`. */
static void
read_status(const struct json *value, const char *standard, char out[PROVIDER_STATUS_SIZE])
{
	const char *text = json_string(value);

	if (text == NULL || text[0] == '\0' || strlen(text) >= PROVIDER_STATUS_SIZE ||
	    text[strspn(text, "abcdefghijklmnopqrstuvwxyz_")] != '\0')
		text = standard;
	snprintf(out, PROVIDER_STATUS_SIZE, "%s", text);
}

static const char *
read_words(const struct json *object)
{
	static const char *const names[] = { "message", "detail", "title" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (has_text(json_string(json_get(object, names[i]))))
			return json_string(json_get(object, names[i]));
	return NULL;
}

int64_t
twilio_retry_after(const char *value, int64_t now_ms)
{
	char date[64];
	size_t len = value != NULL ? strlen(value) : 0, digits;
	int64_t wait_ms;

	if (len == 0)
		return 0;
	digits = strspn(value, "0123456789");
	if (digits == len) {
		wait_ms = 0;
		for (size_t i = 0; i < len && wait_ms < RETRY_AFTER_MAX_MS; i++)
			wait_ms = wait_ms * 10 + (value[i] - '0') * 1000;
	} else {
		if (len <= 4 || len + 3 > sizeof date || strcmp(value + len - 4, " GMT") != 0)
			return 0;
		snprintf(date, sizeof date, "%.*s +0000", (int)(len - 4), value);
		wait_ms = clock_parse_rfc2822(date);
		if (wait_ms < 0)
			return 0;
		wait_ms -= now_ms;
	}
	if (wait_ms < 0)
		return 0;
	return wait_ms < RETRY_AFTER_MAX_MS ? wait_ms : RETRY_AFTER_MAX_MS;
}

static void
read_refusal(const struct http_result *result, struct attempt_result *out)
{
	struct json *json = read_object(result);
	const char *words = read_words(json);

	out->error_code = read_number(json_get(json, "code"));
	if (result->status == 401 || result->status == 403)
		utf8_copy(out->reason, sizeof out->reason,
			 _("The carrier refused the account: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN."));
	else if (words != NULL)
		utf8_copy(out->reason, sizeof out->reason, words);
	else
		snprintf(out->reason, sizeof out->reason, _("The carrier refused the message (HTTP %d)."), result->status);
	json_free(json);
}

static void
read_acceptance(const struct http_result *result, struct attempt_result *out)
{
	struct json *json = read_object(result);
	const char *sid = json_string(json_get(json, "sid"));

	if (is_message_sid(sid)) {
		out->class = ATTEMPT_ACCEPTED;
		snprintf(out->provider_id, sizeof out->provider_id, "%s", sid);
		read_status(json_get(json, "status"), "queued", out->status);
		out->segments = read_number(json_get(json, "num_segments"));
	}
	json_free(json);
}

void
twilio_created(const struct http_result *result, int64_t now_ms, struct attempt_result *out)
{
	memset(out, 0, sizeof *out);
	out->class = ATTEMPT_UNKNOWN;
	if (result->outcome == HTTP_OUTCOME_NOT_SENT) {
		out->class = ATTEMPT_NOT_SENT;
		utf8_copy(out->reason, sizeof out->reason, _("The carrier cannot be reached; it is tried again."));
		return;
	}
	if (result->outcome == HTTP_OUTCOME_ANSWER) {
		if (result->status == 429) {
			out->class = ATTEMPT_LIMITED;
			out->error_code = 20429;
			out->retry_after_ms = twilio_retry_after(result->retry_after, now_ms);
			utf8_copy(out->reason, sizeof out->reason,
				 _("The carrier asked to send more slowly; it is tried again."));
		} else if (result->status >= 400 && result->status <= 499 && result->status != 408) {
			out->class = ATTEMPT_REFUSED;
			read_refusal(result, out);
		} else if (result->status == 200 || result->status == 201) {
			read_acceptance(result, out);
		}
	}
	if (out->class == ATTEMPT_UNKNOWN)
		utf8_copy(out->reason, sizeof out->reason,
			 _("The carrier gave no usable answer; it is asked whether it has the message."));
}

/* --- lists and fetches -------------------------------------------------------------------------------------------- */

static bool
same_text(const struct json *message, const char *name, const char *wanted)
{
	const char *text = json_string(json_get(message, name));

	return text != NULL && strcmp(text, wanted) == 0;
}

/* What a template makes of itself is known to the carrier alone, so its text tells nothing. */
static bool
same_body(const struct json *message, const struct outbox_row *row)
{
	const char *body = json_string(json_get(message, "body"));
	const char *wanted = row->body != NULL ? row->body : "";

	if (has_text(row->content_sid))
		return true;
	if (body == NULL)
		body = "";
	if (strcmp(body, wanted) == 0)
		return true;
	return strncmp(body, TRIAL_PREFIX, strlen(TRIAL_PREFIX)) == 0 && strcmp(body + strlen(TRIAL_PREFIX), wanted) == 0;
}

static bool
is_candidate(const struct json *message, const struct outbox_row *row)
{
	char address[ADDRESS_SIZE];

	if (!is_message_sid(json_string(json_get(message, "sid"))) ||
	    !same_text(message, "direction", "outbound-api") || !same_body(message, row) ||
	    !same_text(message, "to", address_for_carrier(row->channel, row->recipient, address)))
		return false;
	if (twilio_is_service(row->sender))
		return same_text(message, "messaging_service_sid", row->sender);
	return same_text(message, "from", address_for_carrier(row->channel, row->sender, address));
}

/* A link is followed only if it stays in our own list of messages. */
static bool
read_next(const struct config *config, const struct json *list, struct found_page *page)
{
	const char *next = json_string(json_get(list, "next_page_uri"));
	struct strbuf path;
	bool fine;

	if (next == NULL)
		return true;
	strbuf_init(&path, HTTP_CLIENT_URL_MAX);
	add_account_path(config, &path);
	strbuf_add_string(&path, ".json?");
	fine = !path.failed && strncmp(next, strbuf_text(&path), path.len) == 0 && strlen(next) < sizeof page->next;
	for (const char *at = next; *at != '\0'; at++)
		fine = fine && *at > ' ' && *at < 0x7f;
	if (fine)
		snprintf(page->next, sizeof page->next, "%s", next);
	strbuf_release(&path);
	return fine;
}

static void
read_candidates(const struct json *messages, const struct outbox_row *row, struct found_page *page)
{
	int64_t oldest_ms = row->started_at - CLOCK_MARGIN_MS;

	for (const struct json *message = json_at(messages, 0); message != NULL; message = json_next(message)) {
		int64_t created_ms = clock_parse_rfc2822(json_string(json_get(message, "date_created")));
		struct found_message *found;

		if (created_ms >= 0 && created_ms < oldest_ms) {
			page->past = true;
			continue;
		}
		if (created_ms < 0 || !is_candidate(message, row) || page->count == FOUND_MAX)
			continue;
		found = &page->found[page->count++];
		snprintf(found->provider_id, sizeof found->provider_id, "%s", json_string(json_get(message, "sid")));
		read_status(json_get(message, "status"), "queued", found->status);
		found->segments = read_number(json_get(message, "num_segments"));
	}
}

enum status
twilio_listed(const struct config *config, const struct outbox_row *row, const struct http_result *result,
	      struct found_page *page, struct err *err)
{
	struct json *json = NULL;
	const struct json *messages;
	bool fine = false;

	memset(page, 0, sizeof *page);
	if (result->outcome == HTTP_OUTCOME_ANSWER && result->status == 200)
		json = read_object(result);
	messages = json_get(json, "messages");
	if (json_is_array(messages)) {
		read_candidates(messages, row, page);
		fine = read_next(config, json, page);
	}
	json_free(json);
	if (!fine)
		return err_set(err, STATUS_BUSY, _("The carrier did not list its messages (HTTP %d)."), result->status);
	return STATUS_OK;
}

enum status
twilio_fetched(const struct http_result *result, struct remote_status *out, struct err *err)
{
	struct json *json = NULL;
	const char *words;

	memset(out, 0, sizeof *out);
	if (result->outcome == HTTP_OUTCOME_ANSWER && (result->status == 404 || result->status == 410))
		return err_set(err, STATUS_NOT_FOUND, "%s", _("The carrier does not have this message any more."));
	if (result->outcome == HTTP_OUTCOME_ANSWER && result->status == 200)
		json = read_object(result);
	read_status(json_get(json, "status"), "", out->status);
	if (out->status[0] != '\0') {
		out->error_code = read_number(json_get(json, "error_code"));
		words = json_string(json_get(json, "error_message"));
		utf8_copy(out->error_message, sizeof out->error_message, words != NULL ? words : "");
	}
	json_free(json);
	if (out->status[0] == '\0')
		return err_set(err, STATUS_BUSY, _("The carrier did not tell the state of a message (HTTP %d)."),
			       result->status);
	return STATUS_OK;
}
