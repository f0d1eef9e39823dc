/* SPDX-License-Identifier: MIT */
/*
 * POST /api/messaging/send. The message, its outbox row and the answer kept under the idempotency key are one writer job, so
 * a repeat finds all of them or none. Only an accepted request is kept: one that was refused may be right later.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/digest.h"
#include "core/idempotency.h"
#include "core/json.h"
#include "core/log.h"
#include "core/media_url.h"
#include "core/outbox.h"
#include "net/listener_parts.h"

#define KEY_MAX 255
#define AUTHOR_MAX 128

struct submission {
	struct writer_job job; /* first: the writer hands its address back */
	struct http_request *request;
	struct json *root; /* what `outgoing` borrows from */
	char *variables;
	bool no_memory; /* for `variables` */
	char number[24]; /* userId when it came as a number */
	struct outgoing outgoing;
	char key[KEY_MAX + 1]; /* "" without one */
	char hash[65];
	/* Results of the last run: */
	struct outgoing_result result;
	int http_status;
	char *body; /* of the answer */
	bool key_conflict;
};

static void
submission_free(struct submission *submission)
{
	if (submission == NULL)
		return;
	json_free(submission->root);
	free(submission->variables);
	free(submission->body);
	free(submission);
}

/* --- reading the request ------------------------------------------------------------------------------------------- */

/* A member that must be a string when it is there and not null; false if it is another thing. */
static bool
read_string(const struct json *root, const char *name, const char **out)
{
	const struct json *value = json_get(root, name);

	*out = NULL;
	if (value == NULL || json_is_null(value))
		return true;
	*out = json_string(value);
	return *out != NULL;
}

static bool
has_text(const char *text)
{
	return text != NULL && text[0] != '\0';
}

static bool
read_thread_id(const struct json *root, int64_t *out)
{
	const struct json *value = json_get(root, "threadId");

	*out = 0;
	if (value == NULL || json_is_null(value))
		return true;
	return json_integer(value, out) && *out > 0;
}

/* userId: whoever the other system says it is, as text or number. */
static bool
read_author(struct submission *submission)
{
	const struct json *value = json_get(submission->root, "userId");
	int64_t number;

	submission->outgoing.author = ""; /* nobody: the message is the system's, not an agent's */
	if (value == NULL || json_is_null(value))
		return true;
	if (json_integer(value, &number)) {
		snprintf(submission->number, sizeof submission->number, "%lld", (long long)number);
		submission->outgoing.author = submission->number;
		return true;
	}
	if (json_string(value) == NULL || strlen(json_string(value)) > AUTHOR_MAX)
		return false;
	if (json_string(value)[0] != '\0')
		submission->outgoing.author = json_string(value);
	return true;
}

static bool
read_variables(struct submission *submission)
{
	const struct json *value = json_get(submission->root, "variables");

	if (value == NULL || json_is_null(value))
		return true;
	if (!json_is_object(value))
		return false;
	for (const struct json *member = json_at(value, 0); member != NULL; member = json_next(member))
		if (json_string(member) == NULL)
			return false;
	submission->variables = json_print(value);
	submission->no_memory = submission->variables == NULL;
	submission->outgoing.variables = submission->variables;
	return true;
}

/* What is wrong with the members, or NULL. */
static const char *
read_members(struct submission *submission, const struct config *config)
{
	struct json *root = submission->root;
	struct outgoing *out = &submission->outgoing;
	const char *channel;

	if (!json_is_object(root))
		return "The body must be a JSON object.";
	if (!read_string(root, "channel", &channel) || channel == NULL || !channel_parse(channel, &out->channel))
		return "channel must be sms, whatsapp or email.";
	if (!read_thread_id(root, &out->thread_id))
		return "threadId must be the number of a conversation.";
	if (!read_string(root, "to", &out->to) || (out->to == NULL && out->thread_id == 0))
		return "to must be a string with the recipient's address.";
	if (!read_string(root, "message", &out->body) || !read_string(root, "template", &out->template_name)
	    || !read_string(root, "mediaUrl", &out->media_url) || !read_string(root, "subject", &out->subject))
		return "message, subject, template and mediaUrl must be strings.";
	if (out->body == NULL && out->template_name == NULL && out->media_url == NULL)
		return "message is missing.";
	if (out->media_url != NULL && !media_url_valid(out->media_url))
		return "mediaUrl must be an http or https address in ASCII of up to 2048 bytes.";
	if (out->media_url != NULL && has_text(out->template_name))
		return "A template brings its own files: leave mediaUrl or template out.";
	if (!read_variables(submission))
		return "variables must be an object whose values are strings.";
	if (!read_author(submission))
		return "userId must be a number or a string of up to 128 bytes.";
	if (out->body == NULL)
		out->body = "";
	/* In a conversation the sender is the conversation's own. */
	out->own_address = out->thread_id == 0 ? config_sender(config, out->channel) : NULL;
	out->origin = "api";
	out->limit_count = config->limit_count;
	out->limit_ms = (int64_t)config->limit_seconds * 1000;
	out->now_ms = clock_now_ms();
	return NULL;
}

/* False if there is an Idempotency-Key that cannot be one. */
static bool
read_key(struct submission *submission)
{
	const struct http_headers *headers = &submission->request->headers;
	const char *key = http_headers_only(headers, HTTP_HEADER_IDEMPOTENCY_KEY);
	size_t len;

	if (headers->count[HTTP_HEADER_IDEMPOTENCY_KEY] == 0)
		return true;
	len = key != NULL ? strlen(key) : 0;
	if (len == 0 || len > KEY_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		if (key[i] <= 0x20 || key[i] >= 0x7f)
			return false;
	memcpy(submission->key, key, len + 1);
	digest_sha256_hex(submission->request->body, submission->request->body_len, submission->hash);
	return true;
}

/* --- on the writer's thread ---------------------------------------------------------------------------------------- */

static enum status
find_first_answer(struct db *db, struct submission *submission, bool *found, struct err *err)
{
	enum status status;

	*found = false;
	if (submission->key[0] == '\0')
		return STATUS_OK;
	status = idempotency_find(db, submission->key, submission->hash, &submission->http_status, &submission->body, err);
	submission->key_conflict = status == STATUS_CONFLICT;
	*found = status == STATUS_OK || status == STATUS_CONFLICT;
	return status == STATUS_NOT_FOUND || status == STATUS_CONFLICT ? STATUS_OK : status;
}

static char *
accepted_body(const struct outgoing_result *result)
{
	struct json *root = json_new_object();
	char *text = NULL;

	if (root != NULL && json_add_boolean(root, "success", true) != NULL
	    && json_add_integer(root, "messageId", result->message_id) != NULL
	    && json_add_integer(root, "threadId", result->thread_id) != NULL
	    && json_add_string(root, "status", "queued") != NULL)
		text = json_print(root);
	json_free(root);
	return text;
}

static enum status
run_submission(struct db *db, struct writer_job *job, struct err *err)
{
	struct submission *submission = (struct submission *)job;
	enum status status;
	bool found;

	/* A run may follow one that was rolled back. */
	free(submission->body);
	submission->body = NULL;
	submission->http_status = 0;
	memset(&submission->result, 0, sizeof submission->result);
	status = find_first_answer(db, submission, &found, err);
	if (status != STATUS_OK || found)
		return status;
	status = outbox_enqueue(db, &submission->outgoing, &submission->result, err);
	if (status != STATUS_OK || submission->result.problem != SEND_FINE)
		return status;
	submission->http_status = 202;
	submission->body = accepted_body(&submission->result);
	if (submission->body == NULL)
		return err_set(err, STATUS_NO_MEMORY, "There is no memory for an answer.");
	if (submission->key[0] == '\0')
		return STATUS_OK;
	return idempotency_store(db, submission->key, submission->hash, 202, submission->body, submission->outgoing.now_ms,
				 err);
}

/* 422 for what the rules refuse, 429 for the limit. */
static void
answer_problem(struct http_request *request, const struct outgoing_result *result)
{
	char seconds[24];

	switch (result->problem) {
	case SEND_LIMIT:
		snprintf(seconds, sizeof seconds, "%lld", (long long)(result->retry_after_s > 0 ? result->retry_after_s : 1));
		http_refuse_with(request, 429, send_problem_code(result->problem), send_problem_text(result->problem),
				 "Retry-After", seconds);
		return;
	case SEND_FINE:
	case SEND_BAD_ADDRESS:
	case SEND_EMPTY:
	case SEND_TOO_LONG:
	case SEND_NO_SENDER:
	case SEND_WINDOW_CLOSED:
	case SEND_OPTED_OUT:
	case SEND_NO_THREAD:
	case SEND_NO_TEMPLATE:
	case SEND_CHANNEL_OFF:
	case SEND_NEWER:
		break;
	}
	http_refuse(request, 422, send_problem_code(result->problem), send_problem_text(result->problem));
}

static void
submission_done(struct writer_job *job, enum status status, const struct err *err)
{
	struct submission *submission = (struct submission *)job;
	struct http_request *request = submission->request;
	struct outgoing_result result = submission->result;
	struct http_answer answer = { .status = submission->http_status, .content_type = "application/json" };
	bool key_conflict = submission->key_conflict;

	if (status == STATUS_OK && submission->body != NULL) {
		answer.owned_body = submission->body;
		answer.body_len = strlen(submission->body);
		submission->body = NULL;
	}
	submission_free(submission);
	if (status == STATUS_INVALID) {
		http_refuse(request, 422, "invalid_message", "The message or its variables cannot be used.");
	} else if (status != STATUS_OK) {
		log_error("api-send-not-stored status=%s reason=%s", status_name(status), err != NULL ? err->text : "");
		listener_unavailable(request);
	} else if (key_conflict) {
		http_refuse(request, 422, "idempotency_conflict",
			    "This Idempotency-Key was used for another request; use a new one.");
	} else if (answer.owned_body != NULL) {
		http_answer(request, &answer);
	} else {
		answer_problem(request, &result);
	}
}

/* Counted without reading it as JSON, so that "too deep" has its own answer. */
static bool
is_too_deep(const char *text, size_t len)
{
	bool in_string = false;
	int depth = 0;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (in_string && c == '\\')
			i++;
		else if (c == '"')
			in_string = !in_string;
		else if (!in_string && (c == '{' || c == '[') && ++depth > LISTENER_JSON_DEPTH)
			return true;
		else if (!in_string && (c == '}' || c == ']'))
			depth--;
	}
	return false;
}

/* Reads the whole request; NULL if it can be queued, else what is wrong. */
static const char *
read_request(struct submission *submission, const struct config *config, enum status *status)
{
	struct http_request *request = submission->request;
	const char *wrong;

	*status = json_parse(request->body, request->body_len, LISTENER_JSON_DEPTH, &submission->root, NULL);
	if (*status != STATUS_OK)
		return "The body is not sound JSON: one value in UTF-8 without repeated names.";
	wrong = read_members(submission, config);
	if (submission->no_memory) {
		*status = STATUS_NO_MEMORY;
		return "There is no memory for it.";
	}
	if (wrong == NULL && !read_key(submission))
		wrong = "Idempotency-Key must be 1 to 255 visible ASCII characters.";
	return wrong;
}

void
api_send(struct listener *listener, struct http_request *request, int64_t id)
{
	struct submission *submission = calloc(1, sizeof *submission);
	const char *wrong;
	enum status status;

	(void)id;
	if (submission == NULL) {
		listener_unavailable(request);
		return;
	}
	submission->job.run = run_submission;
	submission->job.done = submission_done;
	submission->request = request;
	if (is_too_deep(request->body, request->body_len)) {
		submission_free(submission);
		http_refuse(request, 413, "too_deep", "The JSON is nested in more than 16 levels.");
		return;
	}
	wrong = read_request(submission, listener->config, &status);
	if (wrong != NULL) {
		submission_free(submission);
		if (status == STATUS_NO_MEMORY)
			listener_unavailable(request);
		else
			http_refuse(request, 400, "bad_request", wrong);
		return;
	}
	/* Before the writer has it, since it may be done at once. */
	http_suspend(request);
	if (writer_submit(listener->writer, &submission->job))
		return;
	submission_free(submission);
	listener_unavailable(request);
}
