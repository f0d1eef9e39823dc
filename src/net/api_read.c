/* SPDX-License-Identifier: MIT */
/*
 * The reading routes of the API. They run on the thread that serves the connections, over its own reading connection: each
 * is one page of an index, short enough to make nobody wait.
 */
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/i18n.h"
#include "core/log.h"
#include "core/message.h"
#include "core/thread.h"
#include "core/thread_json.h"
#include "net/api_query.h"
#include "net/listener_parts.h"

#define EVENTS_MAX 200

static const char *
text_or_null(const char *text)
{
	return text != NULL && text[0] != '\0' ? text : NULL;
}

static bool
add_time(struct json *object, const char *name, int64_t ms)
{
	char text[32];

	return json_add_string(object, name, ms != 0 ? clock_iso8601(ms, text, sizeof text) : NULL) != NULL;
}

static bool
add_positive(struct json *object, const char *name, int64_t number)
{
	return number > 0 ? json_add_integer(object, name, number) != NULL : json_add_null(object, name) != NULL;
}

static bool
fill_message(struct json *object, const struct message *message)
{
	static const char *const directions[] = {
		[MESSAGE_IN] = "in", [MESSAGE_OUT] = "out", [MESSAGE_NOTE] = "note"
	};

	return object != NULL && json_add_integer(object, "id", message->id) != NULL
	       && json_add_integer(object, "threadId", message->thread_id) != NULL
	       && json_add_string(object, "channel", channel_name(message->channel)) != NULL
	       && json_add_string(object, "direction", directions[message->direction]) != NULL
	       && json_add_string(object, "sender", message->sender) != NULL
	       && json_add_string(object, "body", message->body) != NULL
	       && json_add_string(object, "status", text_or_null(message->status)) != NULL
	       && json_add_string(object, "providerMessageId", text_or_null(message->provider_message_id)) != NULL
	       && add_positive(object, "errorCode", message->error_code)
	       && json_add_string(object, "errorMessage", text_or_null(message->error_message)) != NULL
	       && add_positive(object, "segments", message->segments)
	       && json_add_string(object, "price", text_or_null(message->price)) != NULL
	       && json_add_string(object, "currency", text_or_null(message->currency)) != NULL
	       && add_time(object, "createdAt", message->created_at) && add_time(object, "sentAt", message->sent_at)
	       && add_time(object, "deliveredAt", message->delivered_at) && add_time(object, "readAt", message->read_at);
}

/* Prints `root` as the answer; whatever is missing by then is memory. */
static void
answer_json(struct http_request *request, struct json *root, bool complete)
{
	char *text = complete ? json_print(root) : NULL;
	struct http_answer answer = { .status = 200, .content_type = "application/json", .owned_body = text };

	if (text == NULL) {
		listener_unavailable(request);
		return;
	}
	answer.body_len = strlen(text);
	http_answer(request, &answer);
}

static struct json *
new_success(void)
{
	struct json *root = json_new_object();

	if (root != NULL && json_add_boolean(root, "success", true) == NULL) {
		json_free(root);
		root = NULL;
	}
	return root;
}

static void
answer_failure(struct http_request *request, enum status status, const struct err *err)
{
	if (status == STATUS_NOT_FOUND) {
		http_refuse(request, 404, "not_found", "There is nothing with this id.");
		return;
	}
	log_error("api-read-failed status=%s reason=%s", status_name(status), err->text);
	listener_unavailable(request);
}

static bool
add_next(struct json *root, bool more, struct thread_cursor cursor)
{
	char text[API_CURSOR_SIZE];

	return json_add_string(root, "nextCursor", more ? api_cursor_write(cursor, text) : NULL) != NULL;
}

/* Reads the parts of the query that all lists have; false and an answer when one is wrong. */
static bool
read_page(struct http_request *request, struct thread_filter *filter, struct thread_cursor *cursor, size_t *limit)
{
	struct form query;
	const char *wrong = NULL;
	enum status status = api_query_parse(request->target, &query, NULL);

	if (status == STATUS_NO_MEMORY) {
		listener_unavailable(request);
		return false;
	}
	if (status != STATUS_OK) {
		http_refuse(request, 400, "bad_query", "The query is malformed.");
		return false;
	}
	if (!api_query_limit(&query, limit))
		wrong = "limit must be a number from 1 to 200.";
	else if (!api_query_cursor(&query, cursor))
		wrong = "cursor must be the nextCursor of an earlier answer.";
	else if (filter != NULL && !api_query_filter(&query, filter))
		wrong = "channel must be sms, whatsapp or email; status must be open, pending, snoozed, closed or spam.";
	form_release(&query);
	if (wrong != NULL)
		http_refuse(request, 400, "bad_query", wrong);
	return wrong == NULL;
}

void
api_conversations(struct listener *listener, struct http_request *request, int64_t id)
{
	struct thread_filter filter;
	struct thread_cursor cursor;
	struct thread *rows;
	struct json *root, *list;
	struct err err = { "" };
	enum status status;
	size_t limit, count = 0, shown;
	bool complete;

	(void)id;
	if (!read_page(request, &filter, &cursor, &limit))
		return;
	/* One more than asked for, to know whether there is a next page. */
	rows = calloc(limit + 1, sizeof *rows);
	status = rows == NULL ? STATUS_NO_MEMORY
			      : thread_list(listener->db, &filter, cursor, limit + 1, rows, &count, &err);
	if (status != STATUS_OK) {
		free(rows);
		answer_failure(request, status, &err);
		return;
	}
	shown = count > limit ? limit : count;
	root = new_success();
	list = root != NULL ? json_add_array(root, "conversations") : NULL;
	complete = list != NULL;
	for (size_t i = 0; complete && i < shown; i++)
		complete = thread_json_add(list, &rows[i]);
	if (complete && shown > 0)
		cursor = (struct thread_cursor){ rows[shown - 1].last_message_at, rows[shown - 1].id };
	complete = complete && add_next(root, count > limit, cursor);
	answer_json(request, root, complete);
	json_free(root);
	free(rows);
}

void
api_conversation_messages(struct listener *listener, struct http_request *request, int64_t id)
{
	struct thread_cursor cursor;
	struct thread thread;
	struct message_list messages = { 0 };
	struct json *root, *list;
	struct err err = { "" };
	enum status status;
	size_t limit, shown;
	bool complete;

	if (!read_page(request, NULL, &cursor, &limit))
		return;
	status = thread_get(listener->db, id, &thread, &err);
	if (status == STATUS_OK)
		status = message_page(listener->db, id, cursor.id, limit + 1, &messages, &err);
	if (status != STATUS_OK) {
		answer_failure(request, status, &err);
		return;
	}
	shown = messages.count > limit ? limit : messages.count;
	root = new_success();
	list = root != NULL ? json_add_array(root, "messages") : NULL;
	complete = list != NULL;
	for (size_t i = 0; complete && i < shown; i++)
		complete = fill_message(json_push_object(list), &messages.items[i]);
	if (complete && shown > 0)
		cursor = (struct thread_cursor){ messages.items[shown - 1].created_at, messages.items[shown - 1].id };
	complete = complete && add_next(root, messages.count > limit, cursor);
	answer_json(request, root, complete);
	json_free(root);
	message_list_release(&messages);
}

static bool
add_events(struct json *object, const struct delivery_event *events, size_t count)
{
	struct json *list = json_add_array(object, "events");
	bool complete = list != NULL;

	for (size_t i = 0; complete && i < count; i++) {
		struct json *event = json_push_object(list);

		complete = event != NULL && json_add_string(event, "status", events[i].status) != NULL
			   && add_positive(event, "errorCode", events[i].error_code) && add_time(event, "at", events[i].at);
	}
	return complete;
}

void
api_message(struct listener *listener, struct http_request *request, int64_t id)
{
	struct message message;
	struct delivery_event *events = calloc(EVENTS_MAX, sizeof *events);
	struct json *root, *object;
	struct err err = { "" };
	enum status status;
	size_t count = 0;

	memset(&message, 0, sizeof message);
	status = events == NULL ? STATUS_NO_MEMORY : message_get(listener->db, id, &message, &err);
	if (status == STATUS_OK)
		status = message_events(listener->db, id, EVENTS_MAX, events, &count, &err);
	if (status != STATUS_OK) {
		answer_failure(request, status, &err);
	} else {
		root = new_success();
		object = root != NULL ? json_add_object(root, "message") : NULL;
		answer_json(request, root, fill_message(object, &message) && add_events(object, events, count));
		json_free(root);
	}
	message_release(&message);
	free(events);
}
