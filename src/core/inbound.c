/* SPDX-License-Identifier: MIT */
#include "core/inbound.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/address.h"
#include "core/client.h"
#include "core/i18n.h"
#include "core/thread.h"
#include "core/utf8.h"

/* The carrier's default keywords (long codes, English): the whole message is the word, in any case. */
static const char *const stop_words[] = { "STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL" };
static const char *const start_words[] = { "START", "YES", "UNSTOP" };

static bool
is_word_of(const char *body, const char *const *words, size_t count)
{
	char word[16];
	size_t len;

	while (*body == ' ' || *body == '\n' || *body == '\r' || *body == '\t')
		body++;
	len = strlen(body);
	while (len > 0 && strchr(" \n\r\t", body[len - 1]) != NULL)
		len--;
	if (len == 0 || len >= sizeof word)
		return false;
	for (size_t i = 0; i < len; i++)
		word[i] = (char)toupper((unsigned char)body[i]);
	word[len] = '\0';
	for (size_t i = 0; i < count; i++) {
		if (strcmp(word, words[i]) == 0)
			return true;
	}
	return false;
}

static enum status
change_opt_out(struct db *db, const char *own_address, const char *canonical, bool stop, int64_t at, struct err *err)
{
	struct db_statement *query;

	if (stop)
		query = db_query(db, "INSERT INTO opt_outs (own_address, canonical, reason, created_at)"
				     " VALUES ($1, $2, 'keyword', $3) ON CONFLICT (own_address, canonical) DO UPDATE"
				     " SET reason = excluded.reason, created_at = excluded.created_at, revoked_at = NULL");
	else
		query = db_query(db, "UPDATE opt_outs SET revoked_at = $3 WHERE own_address = $1 AND canonical = $2"
				     " AND revoked_at IS NULL");
	db_bind_text(query, 1, own_address);
	db_bind_text(query, 2, canonical);
	db_bind_int(query, 3, at);
	return db_run(query, err);
}

static enum status
set_opt_out(struct db *db, const struct inbound *in, const char *own_address, const struct address *from, struct err *err)
{
	bool stop = in->opt_out != NULL && strcmp(in->opt_out, "STOP") == 0;
	bool start = in->opt_out != NULL && strcmp(in->opt_out, "START") == 0;
	enum status status = STATUS_OK;

	if (in->channel != CHANNEL_SMS)
		return STATUS_OK;
	if (in->opt_out == NULL) {
		stop = is_word_of(in->body, stop_words, sizeof stop_words / sizeof stop_words[0]);
		start = is_word_of(in->body, start_words, sizeof start_words / sizeof start_words[0]);
	}
	if (stop || start)
		status = change_opt_out(db, own_address, from->canonical, stop, in->received_at, err);
	/* What came through a sender pool holds for whatever we send through it. */
	if (status == STATUS_OK && (stop || start) && in->service != NULL)
		status = change_opt_out(db, in->service, from->canonical, stop, in->received_at, err);
	return status;
}

/* STATUS_NOT_FOUND without a sentence if it is new. */
static enum status
find_repeat(struct db *db, const char *provider_message_id, struct inbound_result *result, struct err *err)
{
	struct db_statement *query;
	enum db_step step;

	query = db_query(db, "SELECT id, thread_id FROM messages WHERE provider_message_id = $1");
	db_bind_text(query, 1, provider_message_id);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_DONE)
		return STATUS_NOT_FOUND;
	result->repeated = true;
	result->message_id = db_column_int(query, 0);
	result->thread_id = db_column_int(query, 1);
	db_reset(query);
	return STATUS_OK;
}

static enum status
insert_message(struct db *db, const struct inbound *in, struct inbound_result *result, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "INSERT INTO messages (thread_id, sender_type, message_type, direction, author, body, metadata,"
			     " provider_message_id, created_at, reply_to) VALUES ($1, 'client', $2, 'in', $3, $4, $5, $6,"
			     " $7, (SELECT q.id FROM messages q JOIN communication_threads s ON s.id = q.thread_id"
			     " WHERE q.provider_message_id = $8 AND s.client_id = (SELECT client_id FROM communication_threads"
			     " WHERE id = $1))) RETURNING id");
	db_bind_int(query, 1, result->thread_id);
	db_bind_text(query, 2, channel_name(in->channel));
	db_bind_text(query, 3, in->name != NULL ? in->name : "");
	db_bind_text(query, 4, in->body);
	db_bind_text(query, 5, in->metadata != NULL ? in->metadata : "{}");
	db_bind_text(query, 6, in->provider_message_id);
	db_bind_int(query, 7, in->received_at);
	db_bind_text(query, 8, in->reply_to);
	if (db_step(query) != DB_ROW)
		return db_failure(db, err);
	result->message_id = db_column_int(query, 0);
	return db_run(query, err);
}

static enum status
insert_attachments(struct db *db, const struct inbound *in, int64_t message_id, struct err *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < in->attachment_count; i++) {
		const struct inbound_attachment *attachment = &in->attachments[i];
		struct db_statement *query;

		query = db_query(db, "INSERT INTO attachments (message_id, position, kind, content_type, name, url, created_at)"
				     " VALUES ($1, $2, $3, $4, $5, $6, $7)");
		db_bind_int(query, 1, message_id);
		db_bind_int(query, 2, (int64_t)i);
		db_bind_text(query, 3, attachment->kind);
		db_bind_text(query, 4, attachment->content_type != NULL ? attachment->content_type : "");
		db_bind_text(query, 5, attachment->name != NULL ? attachment->name : "");
		db_bind_text(query, 6, attachment->url != NULL ? attachment->url : "");
		db_bind_int(query, 7, in->received_at);
		status = db_run(query, err);
	}
	return status;
}

/* What a list shows of the message: its text, or what hangs on it. */
static void
make_preview(const struct inbound *in, char out[THREAD_PREVIEW_SIZE])
{
	const struct inbound_attachment *attachment = in->attachments;

	if (in->body[0] != '\0' || in->attachment_count == 0) {
		utf8_copy(out, THREAD_PREVIEW_SIZE, in->body);
	} else {
		const char *what = attachment->name != NULL && attachment->name[0] != '\0' ? attachment->name
											    : attachment->content_type;

		char name[200];

		utf8_copy(name, sizeof name, what != NULL && what[0] != '\0' ? what : attachment->kind);
		snprintf(out, THREAD_PREVIEW_SIZE, "[%s]", name);
	}
}

enum status
inbound_store(struct db *db, const struct inbound *in, struct inbound_result *result, struct err *err)
{
	char preview[THREAD_PREVIEW_SIZE], own[ADDRESS_SIZE];
	struct address from, to, other;
	struct thread_key key = { .channel = in->channel, .service = in->service, .now_ms = in->received_at };
	struct thread_touch touch = { .sender = "client", .preview = preview, .now_ms = in->received_at };
	enum status status;

	memset(result, 0, sizeof *result);
	status = find_repeat(db, in->provider_message_id, result, err);
	if (status != STATUS_NOT_FOUND)
		return status;
	status = address_parse(in->channel, in->from, true, &from, err);
	if (status == STATUS_OK)
		status = address_parse(in->channel, in->to, true, &to, err);
	if (status != STATUS_OK)
		return status;

	status = client_find_or_make(db, &from, in->name, in->received_at, &key.client_id, err);
	if (status == STATUS_OK && in->also_known_as != NULL
	    && address_parse(in->channel, in->also_known_as, true, &other, NULL) == STATUS_OK)
		status = client_add_address(db, key.client_id, &other, in->received_at, err);
	if (status != STATUS_OK)
		return status;
	utf8_copy(own, sizeof own, to.text);
	key.own_address = own;
	key.client_address = from.text;
	status = thread_find_or_make(db, &key, &result->thread_id, err);
	if (status == STATUS_OK)
		status = insert_message(db, in, result, err);
	if (status == STATUS_OK)
		status = insert_attachments(db, in, result->message_id, err);
	if (status != STATUS_OK)
		return status;
	make_preview(in, preview);
	touch.id = result->thread_id;
	touch.message_id = result->message_id;
	status = thread_touch_inbound(db, &touch, from.text, own, err);
	return status == STATUS_OK ? set_opt_out(db, in, own, &from, err) : status;
}
