/* SPDX-License-Identifier: MIT */
/*
 * The carrier's webhooks: signature first, then one writer job. The request is suspended until its job is durable, and
 * answered from there; with anything else than a commit the answer is 503 and the carrier tries again. What is properly
 * signed but cannot be used becomes a dead letter in the same way.
 */
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/dead_letter.h"
#include "core/log.h"
#include "core/signature.h"
#include "core/strbuf.h"
#include "net/listener_parts.h"
#include "net/webhook_content.h"

struct work {
	struct writer_job job; /* first: the writer hands its address back */
	struct listener *listener;
	struct http_request *request;
	struct webhook_content content;
	bool is_dead;
	struct err reason; /* of a dead letter */
	char route[96];
	int64_t now_ms;
	enum webhook_result result; /* of the last run */
};

static void
work_free(struct work *work)
{
	if (work == NULL)
		return;
	webhook_content_release(&work->content);
	free(work);
}

static void
count_result(struct listener *listener, enum webhook_result result)
{
	atomic_fetch_add_explicit(&listener->webhooks[result], 1, memory_order_relaxed);
}

static void
answer_empty(struct http_request *request)
{
	static const char body[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>";
	struct http_answer answer = {
		.status = 200, .content_type = "text/xml", .body = body, .body_len = sizeof body - 1
	};

	http_answer(request, &answer);
}

/* The reason goes to the log only: who cannot sign learns nothing. */
static void
forbid(struct listener *listener, struct http_request *request, const char *reason)
{
	struct http_answer answer = { .status = 403 };

	log_warning("webhook-refused reason=%s target_bytes=%zu body_bytes=%zu", reason, strlen(request->target),
		    request->body_len);
	count_result(listener, WEBHOOK_FORBIDDEN);
	http_answer(request, &answer);
}

/* --- on the writer's thread ---------------------------------------------------------------------------------------- */

static enum status
keep_dead_letter(struct db *db, struct work *work, const char *reason, struct err *err)
{
	work->result = WEBHOOK_DEAD_LETTER;
	return dead_letter_store(db, work->route, reason, work->request->body, work->request->body_len, work->now_ms, err);
}

static enum status
run_work(struct db *db, struct writer_job *job, struct err *err)
{
	struct work *work = (struct work *)job;
	struct err why = { "" };
	bool repeated = false;
	enum status status;

	if (work->is_dead)
		return keep_dead_letter(db, work, work->reason.text, err);
	status = webhook_content_store(db, &work->content, &repeated, &why);
	work->result = work->content.kind == WEBHOOK_OF_STATUS ? WEBHOOK_STATUS_KEPT
		       : repeated			       ? WEBHOOK_REPEATED
							       : WEBHOOK_STORED;
	if (status == STATUS_INVALID)
		return keep_dead_letter(db, work, why.text, err);
	if (status != STATUS_OK && err != NULL)
		*err = why;
	return status;
}

static void
work_done(struct writer_job *job, enum status status, const struct err *err)
{
	struct work *work = (struct work *)job;
	struct http_request *request = work->request;
	struct listener *listener = work->listener;
	enum webhook_result result = work->result;

	if (result == WEBHOOK_DEAD_LETTER && status == STATUS_OK)
		log_warning("webhook-dead-letter route=%s", work->route);
	work_free(work);
	if (status == STATUS_OK) {
		count_result(listener, result);
		answer_empty(request);
		return;
	}
	log_error("webhook-not-stored status=%s reason=%s", status_name(status), err != NULL ? err->text : "");
	count_result(listener, WEBHOOK_UNAVAILABLE);
	listener_unavailable(request);
}

/* --- on the listener's thread -------------------------------------------------------------------------------------- */

static bool
is_signed(struct listener *listener, struct http_request *request, const struct form *form)
{
	const char *const tokens[] = { listener->config->twilio_auth_token, listener->config->twilio_auth_token_previous };
	struct strbuf url;
	bool matches;

	strbuf_init(&url, HTTP_TARGET_MAX + 4096);
	strbuf_add_string(&url, listener->public_url);
	strbuf_add_string(&url, request->target);
	matches = !url.failed
		  && signature_matches(http_headers_only(&request->headers, HTTP_HEADER_SIGNATURE), strbuf_text(&url), form,
				       tokens, sizeof tokens / sizeof tokens[0]);
	strbuf_release(&url);
	return matches;
}

/* Why the form cannot even be looked at, or NULL. */
static const char *
refusal(struct listener *listener, struct http_request *request, struct form *form, enum status *status)
{
	*status = STATUS_OK;
	if (listener->config->twilio_auth_token[0] == '\0' && listener->config->twilio_auth_token_previous[0] == '\0')
		return "no-auth-token-configured";
	if (http_headers_only(&request->headers, HTTP_HEADER_SIGNATURE) == NULL)
		return request->headers.count[HTTP_HEADER_SIGNATURE] == 0 ? "no-signature" : "several-signatures";
	*status = form_parse_bytes(request->body, request->body_len, LISTENER_FORM_FIELDS, form, NULL);
	if (*status != STATUS_OK)
		return "form-malformed";
	return is_signed(listener, request, form) ? NULL : "signature-wrong";
}

static bool
has_too_many_fields(const struct http_request *request)
{
	size_t fields = 0;

	for (size_t i = 0; i < request->body_len; i++)
		fields += request->body[i] != '&' && (i == 0 || request->body[i - 1] == '&');
	return fields > LISTENER_FORM_FIELDS;
}

/* Proves the request and makes its work, or answers and returns NULL. */
static struct work *
work_new(struct listener *listener, struct http_request *request)
{
	struct work *work;
	const char *reason;
	enum status status;
	size_t len;

	if (has_too_many_fields(request)) {
		http_refuse(request, 413, "too_many_fields", "The form has more than 500 fields.");
		return NULL;
	}
	work = calloc(1, sizeof *work);
	if (work == NULL) {
		listener_unavailable(request);
		return NULL;
	}
	reason = refusal(listener, request, &work->content.form, &status);
	if (reason != NULL) {
		work_free(work);
		if (status == STATUS_NO_MEMORY)
			listener_unavailable(request);
		else
			forbid(listener, request, reason);
		return NULL;
	}
	work->job.run = run_work;
	work->job.done = work_done;
	work->listener = listener;
	work->request = request;
	work->now_ms = clock_now_ms();
	len = strcspn(request->target, "?");
	if (len > sizeof work->route - 1)
		len = sizeof work->route - 1;
	memcpy(work->route, request->target, len);
	return work;
}

static void
work_submit(struct work *work, enum status status)
{
	struct http_request *request = work->request;
	struct listener *listener = work->listener;

	if (status == STATUS_INVALID) {
		work->is_dead = true;
	} else if (status != STATUS_OK) {
		work_free(work);
		listener_unavailable(request);
		return;
	}
	/* Before the writer has it, since it may be done at once. */
	http_suspend(request);
	if (writer_submit(listener->writer, &work->job))
		return;
	work_free(work);
	count_result(listener, WEBHOOK_UNAVAILABLE);
	listener_unavailable(request);
}

static void
take(struct listener *listener, struct http_request *request, enum webhook_kind kind, int64_t id)
{
	struct work *work = work_new(listener, request);

	if (work == NULL)
		return;
	work->content.kind = kind;
	work->content.message_id = id;
	work_submit(work, webhook_content_read(&work->content, listener->config->twilio_account_sid, work->now_ms,
					       &work->reason));
}

void
webhook_message(struct listener *listener, struct http_request *request, int64_t id)
{
	(void)id;
	take(listener, request, WEBHOOK_OF_MESSAGE, 0);
}

void
webhook_status(struct listener *listener, struct http_request *request, int64_t id)
{
	take(listener, request, WEBHOOK_OF_STATUS, id);
}
