/* SPDX-License-Identifier: MIT */
/*
 * The way into the outbox: the rules checked before sending, then message, delivery and outbox row in one transaction.
 * What the rules cannot know (a customer who never wrote to us here may still have an open window) is left to the carrier,
 * whose refusal is shown in words.
 */
#include <stdlib.h>
#include <string.h>

#include "core/client.h"
#include "core/delivery.h"
#include "core/i18n.h"
#include "core/json.h"
#include "core/outbox.h"
#include "core/outbox_rules.h"
#include "core/segment.h"
#include "core/served_file.h"
#include "core/template.h"
#include "core/thread.h"
#include "core/utf8.h"

#define BODY_MAX 65536

struct problem_row {
	const char *code;
	const char *text;
};

static const struct problem_row problems[] = {
	[SEND_FINE] = { "ok", N_("Queued.") },
	[SEND_BAD_ADDRESS] = { "bad_address",
			       N_("The recipient's address cannot be used; write it with the country code, as +5215512345678.") },
	[SEND_EMPTY] = { "empty_message", N_("The message is empty; write a text, or add a file or a template.") },
	[SEND_TOO_LONG] = { "message_too_long", N_("The message is too long for this channel; shorten it or send it in parts.") },
	[SEND_NO_SENDER] = { "no_sender",
			     N_("No sender is configured for this channel; set the account and its number, then try again.") },
	[SEND_WINDOW_CLOSED] = { "window_closed",
				 N_("More than 24 hours have passed since the customer wrote; WhatsApp takes only an approved template now.") },
	[SEND_OPTED_OUT] = { "opted_out",
			     N_("The customer asked with STOP not to be written to; wait until they write START.") },
	[SEND_LIMIT] = { "rate_limited", N_("This customer has received the allowed number of messages; try again later.") },
	[SEND_NO_THREAD] = { "no_such_thread", N_("There is no such conversation on this channel with this customer.") },
	[SEND_NO_TEMPLATE] = { "no_such_template", N_("There is no approved template of that name.") },
	[SEND_NEWER] = { "newer", N_("Somebody wrote in this conversation meanwhile; read it, then send again.") },
	[SEND_CHANNEL_OFF] = { "channel_off", N_("This channel cannot send yet; use another one.") },
};

const char *
send_problem_code(enum send_problem problem)
{
	return problems[problem].code;
}

const char *
send_problem_text(enum send_problem problem)
{
	return _(problems[problem].text);
}

/* What the rules found out on the way. */
struct plan {
	const struct outgoing *out;
	struct outgoing_result *result;
	struct address to;
	struct thread thread; /* id 0: to be found or made */
	char sender[ADDRESS_SIZE];
	struct template_row template;
	char *body; /* owned: what the customer will read, as far as we know */
};

static enum status
resolve_recipient(struct db *db, struct plan *plan, struct err *err)
{
	const struct outgoing *out = plan->out;
	struct address given;
	enum status status;

	if (out->thread_id != 0) {
		status = thread_get(db, out->thread_id, &plan->thread, NULL);
		if (status == STATUS_NOT_FOUND || (status == STATUS_OK && plan->thread.channel != out->channel)) {
			plan->result->problem = SEND_NO_THREAD;
			return STATUS_OK;
		}
		if (status != STATUS_OK)
			return db_failure(db, err);
		status = address_parse(out->channel, plan->thread.client_address, true, &plan->to, NULL);
	} else {
		status = address_parse(out->channel, out->to != NULL ? out->to : "", false, &plan->to, NULL);
	}
	if (status != STATUS_OK) {
		plan->result->problem = SEND_BAD_ADDRESS;
	} else if (out->thread_id != 0 && out->to != NULL && out->to[0] != '\0') {
		/* Both are given: they must mean the same customer. */
		if (address_parse(out->channel, out->to, false, &given, NULL) != STATUS_OK)
			plan->result->problem = SEND_BAD_ADDRESS;
		else if (strcmp(given.canonical, plan->to.canonical) != 0)
			plan->result->problem = SEND_NO_THREAD;
	}
	return STATUS_OK;
}

static void
resolve_sender(struct plan *plan)
{
	const char *sender = plan->out->own_address;

	if (sender == NULL || sender[0] == '\0')
		sender = plan->thread.own_address;
	if (sender[0] == '\0')
		plan->result->problem = SEND_NO_SENDER;
	utf8_copy(plan->sender, sizeof plan->sender, sender);
}

static bool
is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

static enum status
resolve_body(struct db *db, struct plan *plan, struct err *err)
{
	const struct outgoing *out = plan->out;
	const char *body = out->body != NULL ? out->body : "";
	size_t max = channel_info(out->channel)->max_characters;
	struct strbuf text;
	enum status status = STATUS_OK;

	if (!utf8_valid(body, strlen(body)))
		return err_set(err, STATUS_INVALID, _("The message is not valid UTF-8; send it as UTF-8."));
	strbuf_init(&text, BODY_MAX);
	if (out->template_name != NULL && out->template_name[0] != '\0') {
		status = template_find(db, out->channel, out->template_name, &plan->template, err);
		if (status == STATUS_NOT_FOUND) {
			plan->result->problem = SEND_NO_TEMPLATE;
			return STATUS_OK;
		}
		if (status == STATUS_OK)
			status = template_render(body[0] != '\0' ? body : plan->template.body, out->variables, &text, err);
	} else {
		strbuf_add_string(&text, body);
	}
	if (status == STATUS_OK && (text.failed || (max > 0 && utf8_count(strbuf_text(&text), text.len) > max)))
		plan->result->problem = SEND_TOO_LONG;
	else if (status == STATUS_OK && is_blank(strbuf_text(&text)) && out->media_url == NULL
		 && plan->template.content_sid[0] == '\0')
		plan->result->problem = SEND_EMPTY;
	if (status == STATUS_OK && plan->result->problem == SEND_FINE) {
		plan->body = strbuf_detach(&text);
		if (plan->body == NULL)
			status = err_set(err, STATUS_NO_MEMORY,
					 _("There is not enough memory; close other programs and try again."));
	}
	strbuf_release(&text);
	return status;
}

static enum status
check_opt_out(struct db *db, struct plan *plan, struct err *err)
{
	struct db_statement *query;
	enum db_step step;

	if (plan->out->channel != CHANNEL_SMS)
		return STATUS_OK;
	query = db_query(db, "SELECT 1 FROM opt_outs WHERE own_address = $1 AND canonical = $2 AND revoked_at IS NULL");
	db_bind_text(query, 1, plan->sender);
	db_bind_text(query, 2, plan->to.canonical);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_ROW)
		plan->result->problem = SEND_OPTED_OUT;
	db_reset(query);
	return STATUS_OK;
}

enum status
outbox_limit_wait(struct db *db, const struct outgoing *out, const struct address *to, int64_t *wait_s, struct err *err)
{
	struct db_statement *query;
	enum db_step step;

	*wait_s = 0;
	if (out->limit_count <= 0)
		return STATUS_OK;
	/* The message that is `limit_count` back must have left the window. */
	query = db_query(db, "SELECT at FROM send_log WHERE channel = $1 AND canonical = $2 AND at > $3"
			     " ORDER BY at DESC LIMIT 1 OFFSET $4");
	db_bind_text(query, 1, channel_name(out->channel));
	db_bind_text(query, 2, to->canonical);
	db_bind_int(query, 3, out->now_ms - out->limit_ms);
	db_bind_int(query, 4, out->limit_count - 1);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_ROW) {
		int64_t left_ms = db_column_int(query, 0) + out->limit_ms - out->now_ms;

		*wait_s = left_ms > 1000 ? (left_ms + 999) / 1000 : 1;
	}
	db_reset(query);
	return STATUS_OK;
}

static enum status
check_limit(struct db *db, struct plan *plan, struct err *err)
{
	enum status status = outbox_limit_wait(db, plan->out, &plan->to, &plan->result->retry_after_s, err);

	if (status == STATUS_OK && plan->result->retry_after_s > 0)
		plan->result->problem = SEND_LIMIT;
	return status;
}

/* Finds customer and conversation when the caller named none. */
static enum status
find_thread(struct db *db, struct plan *plan, struct err *err)
{
	const struct outgoing *out = plan->out;
	struct thread_key key = { .channel = out->channel,
				  .own_address = plan->sender,
				  .client_address = plan->to.text,
				  .now_ms = out->now_ms };
	enum status status;
	int64_t id;

	status = client_find_or_make(db, &plan->to, NULL, out->now_ms, &key.client_id, err);
	if (status == STATUS_OK)
		status = thread_find_or_make(db, &key, &id, err);
	return status == STATUS_OK ? thread_get(db, id, &plan->thread, err) : status;
}

static enum status
check_newer(struct db *db, struct plan *plan, struct err *err)
{
	const struct outgoing *out = plan->out;
	bool newer = false;
	enum status status = STATUS_OK;

	if (out->seen_message_id > 0 && plan->thread.id != 0)
		status = outbox_went_on(db, plan->thread.id, out->seen_message_id, out->author, &newer, err);
	if (newer)
		plan->result->problem = SEND_NEWER;
	return status;
}

/* The known conversation of this address, to look at its window before anything is made. */
static enum status
check_window(struct db *db, struct plan *plan, struct err *err)
{
	const struct channel_info *info = channel_info(plan->out->channel);
	int64_t last_inbound_at = plan->thread.last_inbound_at;
	struct db_statement *query;

	if (info->reply_window_ms == 0 || plan->template.content_sid[0] != '\0')
		return STATUS_OK;
	if (plan->thread.id == 0) {
		/* A customer may have several lines: each has a window of its own. */
		query = db_query(db, "SELECT max(t.last_inbound_at) FROM client_addresses a"
				     " JOIN communication_threads t ON t.client_id = a.client_id AND t.client_address = a.address"
				     " WHERE a.kind = $1 AND a.canonical = $2 AND t.thread_type = $3");
		db_bind_text(query, 1, address_kind_name(plan->to.kind));
		db_bind_text(query, 2, plan->to.canonical);
		db_bind_text(query, 3, info->name);
		if (db_step(query) != DB_ROW)
			return db_failure(db, err);
		last_inbound_at = db_column_int(query, 0);
		db_reset(query);
	}
	if (last_inbound_at != 0 && plan->out->now_ms > last_inbound_at + info->reply_window_ms - OUTBOX_WINDOW_MARGIN_MS)
		plan->result->problem = SEND_WINDOW_CLOSED;
	return STATUS_OK;
}

static bool
is_scheduled(const struct outgoing *out)
{
	return out->not_before > out->now_ms;
}

static char *
make_metadata(const struct outgoing *out)
{
	struct json *object = json_new_object();
	char *text;

	if (object == NULL)
		return NULL;
	json_add_string(object, "origin", out->origin != NULL ? out->origin : "console");
	if (out->template_name != NULL)
		json_add_string(object, "template", out->template_name);
	if (out->variables != NULL)
		json_add_string(object, "variables", out->variables);
	if (out->media_url != NULL)
		json_add_string(object, "mediaUrl", out->media_url);
	text = json_print(object);
	json_free(object);
	return text;
}

/* People write as agents; a program that names nobody is the system. */
static const char *
sender_type(const struct outgoing *out)
{
	bool program = out->origin != NULL && strcmp(out->origin, "api") == 0;

	return program && (out->author == NULL || out->author[0] == '\0') ? "system" : "agent";
}

/* A file of ours stays with the message, and is there for the carrier when its time to be sent comes. */
static enum status
insert_file(struct db *db, const struct plan *plan, struct err *err)
{
	const struct outgoing *out = plan->out;
	struct served_file file = { .size = 0 };
	struct db_statement *query;
	enum status status = served_file_of_url(db, out->media_url, &file, err);

	if (status == STATUS_OK)
		status = served_file_keep(db, file.token, is_scheduled(out) ? out->not_before : out->now_ms, err);
	if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
		served_file_release(&file);
		return status;
	}
	query = db_query(db, "INSERT INTO attachments (message_id, position, kind, url, state, created_at, content_type, name,"
			     " size, path) VALUES ($1, 0, 'media', $2, 'sent', $3, $4, $5, $6, $7)");
	db_bind_int(query, 1, plan->result->message_id);
	db_bind_text(query, 2, out->media_url);
	db_bind_int(query, 3, out->now_ms);
	db_bind_text(query, 4, file.content_type != NULL ? file.content_type : "");
	db_bind_text(query, 5, file.name != NULL ? file.name : "");
	db_bind_int(query, 6, file.size);
	db_bind_text(query, 7, file.path != NULL ? file.path : "");
	status = db_run(query, err);
	served_file_release(&file);
	return status;
}

static enum status
insert_message(struct db *db, const struct plan *plan, struct err *err)
{
	const struct outgoing *out = plan->out;
	char *metadata = make_metadata(out);
	struct db_statement *query;
	enum status status = STATUS_OK;

	if (metadata == NULL)
		return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
	query = db_query(db, "INSERT INTO messages (thread_id, sender_type, message_type, direction, author, body, metadata,"
			     " created_at) VALUES ($1, $2, $3, 'out', $4, $5, $6, $7) RETURNING id");
	db_bind_int(query, 1, plan->thread.id);
	db_bind_text(query, 2, sender_type(out));
	db_bind_text(query, 3, channel_name(out->channel));
	db_bind_text(query, 4, out->author != NULL ? out->author : "");
	db_bind_text(query, 5, plan->body);
	db_bind_text(query, 6, metadata);
	db_bind_int(query, 7, out->now_ms);
	if (db_step(query) == DB_ROW) {
		plan->result->message_id = db_column_int(query, 0);
		status = db_run(query, err);
	} else {
		status = db_failure(db, err);
	}
	free(metadata);
	return status == STATUS_OK && out->media_url != NULL ? insert_file(db, plan, err) : status;
}

static enum status
insert_delivery(struct db *db, const struct plan *plan, struct err *err)
{
	const struct outgoing *out = plan->out;
	struct sms_count count = { .segments = 1 };
	struct db_statement *query;
	enum status status;

	if (channel_info(out->channel)->counts_segments)
		sms_count(plan->body, strlen(plan->body), 0, &count);
	query = db_query(db, "INSERT INTO message_deliveries (message_id, delivery_method, status, status_rank, segments,"
			     " updated_at) VALUES ($1, $2, $6, $3, $4, $5)");
	db_bind_int(query, 1, plan->result->message_id);
	db_bind_text(query, 2, channel_name(out->channel));
	db_bind_int(query, 3, DELIVERY_RANK_QUEUED);
	db_bind_int(query, 4, count.segments);
	db_bind_int(query, 5, out->now_ms);
	db_bind_text(query, 6, is_scheduled(out) ? "scheduled" : "queued");
	status = db_run(query, err);
	if (status != STATUS_OK)
		return status;
	query = db_query(db, "INSERT INTO outbox (message_id, thread_id, delivery_method, sender, recipient, media_url,"
			     " content_sid, variables, next_attempt_at, created_at, state, seen_message_id)"
			     " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)");
	db_bind_int(query, 1, plan->result->message_id);
	db_bind_int(query, 2, plan->thread.id);
	db_bind_text(query, 3, channel_name(out->channel));
	db_bind_text(query, 4, plan->sender);
	db_bind_text(query, 5, plan->to.text);
	db_bind_text(query, 6, out->media_url);
	db_bind_text(query, 7, plan->template.content_sid[0] != '\0' ? plan->template.content_sid : NULL);
	db_bind_text(query, 8, out->variables);
	db_bind_int(query, 9, is_scheduled(out) ? out->not_before : out->now_ms + out->delay_ms);
	db_bind_int(query, 10, out->now_ms);
	db_bind_text(query, 11, is_scheduled(out) ? "scheduled" : "queued");
	db_bind_int(query, 12, out->seen_message_id);
	return db_run(query, err);
}

/* Every message counts towards the customer's limit, whoever sent it. */
static enum status
log_send(struct db *db, const struct plan *plan, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "INSERT INTO send_log (channel, canonical, at, message_id) VALUES ($1, $2, $3, $4)");
	db_bind_text(query, 1, channel_name(plan->out->channel));
	db_bind_text(query, 2, plan->to.canonical);
	db_bind_int(query, 3, plan->out->now_ms);
	db_bind_int(query, 4, plan->result->message_id);
	return db_run(query, err);
}

static enum status
store(struct db *db, struct plan *plan, struct err *err)
{
	const struct outgoing *out = plan->out;
	char preview[THREAD_PREVIEW_SIZE];
	struct thread_touch touch = { .sender = sender_type(out), .preview = preview, .now_ms = out->now_ms };
	struct db_statement *query;
	enum status status = STATUS_OK;

	if (plan->thread.id == 0)
		status = find_thread(db, plan, err);
	if (status == STATUS_OK)
		status = insert_message(db, plan, err);
	if (status == STATUS_OK)
		status = insert_delivery(db, plan, err);
	if (status == STATUS_OK)
		status = log_send(db, plan, err);
	if (status != STATUS_OK)
		return status;
	utf8_copy(preview, sizeof preview, plan->body);
	touch.id = plan->thread.id;
	touch.message_id = plan->result->message_id;
	plan->result->thread_id = plan->thread.id;
	status = thread_touch_outbound(db, &touch, err);
	if (status != STATUS_OK || out->keep_draft || out->origin == NULL || strcmp(out->origin, "console") != 0)
		return status;
	query = db_query(db, "DELETE FROM drafts WHERE thread_id = $1 AND agent = $2 AND kind = 'reply'");
	db_bind_int(query, 1, plan->thread.id);
	db_bind_text(query, 2, out->author != NULL ? out->author : "");
	return db_run(query, err);
}

enum status
outbox_enqueue(struct db *db, const struct outgoing *out, struct outgoing_result *result, struct err *err)
{
	struct plan plan = { .out = out, .result = result };
	enum status status;

	memset(result, 0, sizeof *result);
	if (out->channel == CHANNEL_EMAIL) {
		result->problem = SEND_CHANNEL_OFF;
		return STATUS_OK;
	}
	status = resolve_recipient(db, &plan, err);
	if (status == STATUS_OK && result->problem == SEND_FINE)
		status = resolve_body(db, &plan, err);
	if (status == STATUS_OK && result->problem == SEND_FINE)
		resolve_sender(&plan);
	if (status == STATUS_OK && result->problem == SEND_FINE)
		status = check_opt_out(db, &plan, err);
	if (status == STATUS_OK && result->problem == SEND_FINE)
		status = check_window(db, &plan, err);
	if (status == STATUS_OK && result->problem == SEND_FINE)
		status = check_limit(db, &plan, err);
	if (status == STATUS_OK && result->problem == SEND_FINE)
		status = check_newer(db, &plan, err);
	if (status == STATUS_OK && result->problem == SEND_FINE)
		status = store(db, &plan, err);
	free(plan.body);
	free(plan.template.body);
	return status;
}
