/* SPDX-License-Identifier: MIT */
#include "core/thread_json.h"

#include "core/clock.h"

static const char *
text_or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

static bool
add_time(struct json *object, const char *name, int64_t ms)
{
	char text[32];

	return json_add_string(object, name, ms != 0 ? clock_iso8601(ms, text, sizeof text) : NULL) != NULL;
}

static bool
add_client(struct json *object, const struct thread *thread)
{
	struct json *client = json_add_object(object, "client");

	return client != NULL && json_add_integer(client, "id", thread->client_id) != NULL
	       && json_add_string(client, "name", text_or_null(thread->client_name)) != NULL
	       && json_add_string(client, "address", thread->client_address) != NULL;
}

static bool
add_last_message(struct json *object, const struct thread *thread)
{
	struct json *message;

	if (thread->last_message_id == 0)
		return json_add_null(object, "lastMessage") != NULL;
	message = json_add_object(object, "lastMessage");
	return message != NULL && json_add_integer(message, "id", thread->last_message_id) != NULL
	       && json_add_string(message, "sender", thread->last_sender) != NULL
	       && json_add_string(message, "preview", thread->preview) != NULL
	       && add_time(message, "at", thread->last_message_at);
}

bool
thread_json_add(struct json *array, const struct thread *thread)
{
	struct json *object = json_push_object(array);

	return object != NULL && json_add_integer(object, "id", thread->id) != NULL
	       && json_add_string(object, "channel", channel_name(thread->channel)) != NULL
	       && json_add_string(object, "status", thread_status_name(thread->status)) != NULL
	       && add_client(object, thread)
	       && json_add_string(object, "subject", text_or_null(thread->subject)) != NULL
	       && json_add_integer(object, "unreadCount", thread->unread) != NULL
	       && json_add_string(object, "assignee", text_or_null(thread->assignee)) != NULL
	       && add_last_message(object, thread) && add_time(object, "createdAt", thread->created_at)
	       && add_time(object, "updatedAt", thread->updated_at);
}
