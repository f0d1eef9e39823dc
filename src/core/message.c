/* SPDX-License-Identifier: MIT */
#include "core/message.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/utf8.h"

static void
attachment_release(struct attachment *attachment)
{
	free(attachment->kind);
	free(attachment->content_type);
	free(attachment->name);
	free(attachment->url);
	free(attachment->path);
	free(attachment->error);
}

void
message_release(struct message *message)
{
	for (size_t i = 0; i < message->attachment_count; i++)
		attachment_release(&message->attachments[i]);
	free(message->attachments);
	free(message->author);
	free(message->body);
	free(message->provider_message_id);
	free(message->error_message);
	free(message->price);
	free(message->currency);
	memset(message, 0, sizeof *message);
}

void
message_list_release(struct message_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		message_release(&list->items[i]);
	free(list->items);
	list->items = NULL;
	list->count = 0;
}

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
}

#define COLUMNS \
	"SELECT m.id, m.thread_id, t.thread_type, m.direction, m.sender_type, m.author, m.body," \
	" coalesce(m.provider_message_id, d.provider_message_id, ''), m.created_at, coalesce(d.status, ''), d.error_code," \
	" coalesce(d.error_message, ''), d.segments, coalesce(d.price, ''), coalesce(d.currency, ''), d.sent_at," \
	" d.delivered_at, d.read_at, CASE WHEN o.state IN ('queued', 'unknown', 'scheduled') THEN o.next_attempt_at END," \
	" (SELECT count(*) FROM attachments x WHERE x.message_id = m.id), coalesce(o.held_reason, '')," \
	" q.id, coalesce(q.sender_type, ''), coalesce(q.author, ''), CASE WHEN q.body = '' THEN (SELECT '[' ||" \
	" CASE WHEN y.name <> '' THEN y.name WHEN y.content_type <> '' THEN y.content_type ELSE y.kind END || ']'" \
	" FROM attachments y WHERE y.message_id = q.id ORDER BY y.position LIMIT 1) ELSE substr(q.body, 1, 400) END" \
	" FROM messages m JOIN communication_threads t ON t.id = m.thread_id" \
	" LEFT JOIN message_deliveries d ON d.message_id = m.id LEFT JOIN outbox o ON o.message_id = m.id" \
	" LEFT JOIN messages q ON q.id = m.reply_to WHERE "

static enum message_direction
direction_of(const char *name)
{
	if (strcmp(name, "in") == 0)
		return MESSAGE_IN;
	return strcmp(name, "out") == 0 ? MESSAGE_OUT : MESSAGE_NOTE;
}

/* The message it answers to, which came with the same row. */
static void
read_quote(struct db_statement *query, struct message *message)
{
	const char *text = db_column_text(query, 24);

	message->reply_to = db_column_int(query, 21);
	utf8_copy(message->quote_sender, sizeof message->quote_sender, db_column_text(query, 22));
	utf8_copy(message->quote_author, sizeof message->quote_author, db_column_text(query, 23));
	text += strspn(text, " \t\r\n");
	utf8_copy(message->quote_text, sizeof message->quote_text, text);
	message->quote_text[strcspn(message->quote_text, "\r\n")] = '\0';
}

/* Reads the current row; attachment_count becomes how many there are, not yet read. False without memory. */
static bool
read_row(struct db_statement *query, struct message *message)
{
	memset(message, 0, sizeof *message);
	message->id = db_column_int(query, 0);
	message->thread_id = db_column_int(query, 1);
	channel_parse(db_column_text(query, 2), &message->channel);
	message->direction = direction_of(db_column_text(query, 3));
	utf8_copy(message->sender, sizeof message->sender, db_column_text(query, 4));
	message->author = strdup(db_column_text(query, 5));
	message->body = strdup(db_column_text(query, 6));
	message->provider_message_id = strdup(db_column_text(query, 7));
	message->created_at = db_column_int(query, 8);
	utf8_copy(message->status, sizeof message->status,
		  message->direction == MESSAGE_IN ? "received" : db_column_text(query, 9));
	message->error_code = (int)db_column_int(query, 10);
	message->error_message = strdup(db_column_text(query, 11));
	message->segments = (int)db_column_int(query, 12);
	message->price = strdup(db_column_text(query, 13));
	message->currency = strdup(db_column_text(query, 14));
	message->sent_at = db_column_int(query, 15);
	message->delivered_at = db_column_int(query, 16);
	message->read_at = db_column_int(query, 17);
	message->next_attempt_at = db_column_int(query, 18);
	message->attachment_count = (size_t)db_column_int(query, 19);
	utf8_copy(message->held_reason, sizeof message->held_reason, db_column_text(query, 20));
	read_quote(query, message);
	return message->author != NULL && message->body != NULL && message->provider_message_id != NULL
	       && message->error_message != NULL && message->price != NULL && message->currency != NULL;
}

static enum status
read_attachments(struct db *db, struct message *message, struct err *err)
{
	size_t expected = message->attachment_count;
	struct db_statement *query;
	enum db_step step = DB_DONE;
	bool whole = true;

	message->attachment_count = 0;
	if (expected == 0)
		return STATUS_OK;
	message->attachments = calloc(expected, sizeof *message->attachments);
	if (message->attachments == NULL)
		return no_memory(err);
	query = db_query(db, "SELECT kind, content_type, name, url, size, id, state, path, error, width, height"
			     " FROM attachments WHERE message_id = $1 ORDER BY position");
	db_bind_int(query, 1, message->id);
	while (message->attachment_count < expected && (step = db_step(query)) == DB_ROW) {
		struct attachment *attachment = &message->attachments[message->attachment_count++];

		attachment->kind = strdup(db_column_text(query, 0));
		attachment->content_type = strdup(db_column_text(query, 1));
		attachment->name = strdup(db_column_text(query, 2));
		attachment->url = strdup(db_column_text(query, 3));
		attachment->size = db_column_int(query, 4);
		attachment->id = db_column_int(query, 5);
		utf8_copy(attachment->state, sizeof attachment->state, db_column_text(query, 6));
		attachment->path = strdup(db_column_text(query, 7));
		attachment->error = strdup(db_column_text(query, 8));
		attachment->width = (int)db_column_int(query, 9);
		attachment->height = (int)db_column_int(query, 10);
		whole = whole && attachment->kind != NULL && attachment->content_type != NULL && attachment->name != NULL
			&& attachment->url != NULL && attachment->path != NULL && attachment->error != NULL;
	}
	db_reset(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	return whole ? STATUS_OK : no_memory(err);
}

enum status
message_page(struct db *db, int64_t thread_id, int64_t before_id, size_t limit, struct message_list *list, struct err *err)
{
	struct db_statement *query;
	enum db_step step = DB_DONE;
	enum status status = STATUS_OK;

	list->count = 0;
	list->items = calloc(limit > 0 ? limit : 1, sizeof *list->items);
	if (list->items == NULL)
		return no_memory(err);
	query = db_query(db, COLUMNS "m.thread_id = $1 AND m.id < $2 ORDER BY m.id DESC LIMIT $3");
	db_bind_int(query, 1, thread_id);
	db_bind_int(query, 2, before_id > 0 ? before_id : INT64_MAX);
	db_bind_int(query, 3, (int64_t)limit);
	while (status == STATUS_OK && list->count < limit && (step = db_step(query)) == DB_ROW) {
		struct message *message = &list->items[list->count++];

		if (!read_row(query, message))
			status = no_memory(err);
		if (status == STATUS_OK)
			status = read_attachments(db, message, err);
		else
			message->attachment_count = 0;
	}
	db_reset(query);
	if (step == DB_FAILED)
		status = db_failure(db, err);
	if (status != STATUS_OK)
		message_list_release(list);
	return status;
}

enum status
message_get(struct db *db, int64_t id, struct message *message, struct err *err)
{
	struct db_statement *query = db_query(db, COLUMNS "m.id = $1");
	enum db_step step;
	enum status status;

	memset(message, 0, sizeof *message);
	db_bind_int(query, 1, id);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_DONE)
		return err_set(err, STATUS_NOT_FOUND, _("There is no message %lld; it may have been removed."), (long long)id);
	if (read_row(query, message)) {
		status = read_attachments(db, message, err);
	} else {
		message->attachment_count = 0;
		status = no_memory(err);
	}
	db_reset(query);
	if (status != STATUS_OK)
		message_release(message);
	return status;
}

enum status
message_events(struct db *db, int64_t id, size_t limit, struct delivery_event *events, size_t *count, struct err *err)
{
	struct db_statement *query;
	enum db_step step = DB_DONE;

	*count = 0;
	query = db_query(db, "SELECT status, error_code, received_at FROM delivery_events WHERE message_id = $1"
			     " ORDER BY id LIMIT $2");
	db_bind_int(query, 1, id);
	db_bind_int(query, 2, (int64_t)limit);
	while (*count < limit && (step = db_step(query)) == DB_ROW) {
		struct delivery_event *event = &events[(*count)++];

		utf8_copy(event->status, sizeof event->status, db_column_text(query, 0));
		event->error_code = (int)db_column_int(query, 1);
		event->at = db_column_int(query, 2);
	}
	db_reset(query);
	return step == DB_FAILED ? db_failure(db, err) : STATUS_OK;
}
