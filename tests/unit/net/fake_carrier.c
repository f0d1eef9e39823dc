/* SPDX-License-Identifier: MIT */
#include "fake_carrier.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/form.h"
#include "core/json.h"

#define MESSAGES_MAX 512
#define PATH "/2010-04-01/Accounts/" FAKE_ACCOUNT "/Messages"

struct create {
	char body[256];
	int64_t at_ms;
};

struct fake_carrier {
	struct raw_server *server;
	pthread_mutex_t mutex; /* guards what follows */
	struct fake_message messages[MESSAGES_MAX];
	int count;
	struct create creates[MESSAGES_MAX];
	int create_count;
	const char *status; /* of every message; NULL: "queued" */
	int broken_lists;
	void (*look)(void *arg, const char *body);
	void *arg;
};

static const char *const words[] = {
	[FAKE_NONE] = "fine",
	[FAKE_CLOSE_BEFORE] = "close-before",
	[FAKE_CLOSE_AFTER] = "close-after",
	[FAKE_500_BEFORE] = "500-before",
	[FAKE_500_AFTER] = "500-after",
	[FAKE_REDIRECT] = "redirect",
	[FAKE_TIMEOUT_STATUS] = "408",
	[FAKE_HALF] = "half",
	[FAKE_GARBAGE] = "garbage",
	[FAKE_SAME_ID] = "same-id",
	[FAKE_HOLD] = "hold",
	[FAKE_429] = "429",
	[FAKE_400] = "400",
	[FAKE_401] = "401",
};

const char *
fake_fault_word(enum fake_fault fault)
{
	return words[fault];
}

static int
count_creates(const struct fake_carrier *carrier, const char *body)
{
	int found = 0;

	for (int i = 0; i < carrier->create_count; i++)
		found += strcmp(carrier->creates[i].body, body) == 0;
	return found;
}

static enum fake_fault
fault_of(const struct fake_carrier *carrier, const char *body)
{
	enum fake_fault fault = FAKE_NONE;

	for (size_t i = 1; i < sizeof words / sizeof words[0]; i++)
		if (strncmp(body, words[i], strlen(words[i])) == 0 && body[strlen(words[i])] == ' ')
			fault = (enum fake_fault)i;
	return fault == FAKE_429 && count_creates(carrier, body) > 1 ? FAKE_NONE : fault;
}

static void
set_text(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", text != NULL ? text : "");
}

static struct fake_message *
take(struct fake_carrier *carrier, const char *to, const char *from, const char *body)
{
	struct fake_message *message = &carrier->messages[carrier->count++];

	if (carrier->count == MESSAGES_MAX)
		abort();
	snprintf(message->sid, sizeof message->sid, "SM%032x", carrier->count);
	set_text(message->to, sizeof message->to, to);
	set_text(message->from, sizeof message->from, from);
	set_text(message->body, sizeof message->body, body);
	message->status = "queued";
	message->at_ms = clock_monotonic_ms();
	return message;
}

static void
describe(const struct fake_carrier *carrier, const struct fake_message *message, struct json *object)
{
	char date[40];

	json_add_string(object, "sid", message->sid);
	json_add_string(object, "direction", "outbound-api");
	json_add_string(object, "to", message->to);
	json_add_string(object, "from", message->from);
	json_add_string(object, "body", message->body);
	json_add_string(object, "status", carrier->status != NULL ? carrier->status : message->status);
	json_add_string(object, "num_segments", "1");
	json_add_null(object, "messaging_service_sid");
	json_add_null(object, "error_code");
	json_add_null(object, "error_message");
	json_add_string(object, "date_created", clock_rfc2822(clock_now_ms(), date, sizeof date));
}

static char *
answer_with(int status, struct json *json)
{
	char *text = json_print(json), *answer;

	if (text == NULL)
		abort();
	answer = raw_json(status, "", text);
	free(text);
	json_free(json);
	return answer;
}

static char *
answer_message(const struct fake_carrier *carrier, int status, const struct fake_message *message)
{
	struct json *object = json_new_object();

	describe(carrier, message, object);
	return answer_with(status, object);
}

static void
create(struct fake_carrier *carrier, const char *form_text, struct raw_answer *answer)
{
	struct form form;
	const char *body;
	enum fake_fault fault;
	struct fake_message *message = NULL;

	if (form_parse(form_text, strlen(form_text), 50, &form, NULL) != STATUS_OK)
		abort();
	body = form_get(&form, "Body") != NULL ? form_get(&form, "Body") : "";
	if (carrier->look != NULL)
		carrier->look(carrier->arg, body);
	set_text(carrier->creates[carrier->create_count].body, sizeof carrier->creates[0].body, body);
	carrier->creates[carrier->create_count++].at_ms = clock_monotonic_ms();
	if (carrier->create_count == MESSAGES_MAX)
		abort();
	fault = fault_of(carrier, body);
	switch (fault) {
	case FAKE_CLOSE_BEFORE:
		answer->close = true;
		break;
	case FAKE_500_BEFORE:
		answer->text = raw_json(500, "", "{\"code\":20500,\"message\":\"x\",\"status\":500}");
		break;
	case FAKE_REDIRECT:
		answer->text = raw_json(302, "Location: http://127.0.0.1:9/\r\n", "{}");
		break;
	case FAKE_TIMEOUT_STATUS:
		answer->text = raw_json(408, "", "{}");
		break;
	case FAKE_429:
		answer->text = raw_json(429, "Retry-After: 1\r\n", "{\"code\":20429,\"message\":\"x\",\"status\":429}");
		break;
	case FAKE_400:
		answer->text = raw_json(400, "", "{\"code\":21211,\"message\":\"Not a valid number.\",\"status\":400}");
		break;
	case FAKE_401:
		answer->text = raw_json(401, "", "{\"code\":20003,\"message\":\"Authenticate\",\"status\":401}");
		break;
	case FAKE_NONE:
	case FAKE_CLOSE_AFTER:
	case FAKE_500_AFTER:
	case FAKE_HALF:
	case FAKE_GARBAGE:
	case FAKE_SAME_ID:
	case FAKE_HOLD:
		message = take(carrier, form_get(&form, "To"), form_get(&form, "From"), body);
		set_text(message->callback, sizeof message->callback, form_get(&form, "StatusCallback"));
		if (fault == FAKE_SAME_ID)
			set_text(message->sid, sizeof message->sid, carrier->messages[0].sid);
		answer->text = answer_message(carrier, 201, message);
		break;
	}
	form_release(&form);
	answer->hold = fault == FAKE_HOLD;
	if (fault == FAKE_CLOSE_AFTER || fault == FAKE_500_AFTER || fault == FAKE_GARBAGE) {
		free(answer->text);
		answer->text = fault == FAKE_CLOSE_AFTER ? NULL
			       : fault == FAKE_500_AFTER ? raw_json(500, "", "{\"code\":20500}")
							 : raw_json(201, "", "<html>ok</html>");
		answer->close = true;
	} else if (fault == FAKE_HALF) {
		answer->text[strlen(answer->text) / 2] = '\0';
		answer->close = true;
	}
}

static void
list(struct fake_carrier *carrier, const char *query, struct raw_answer *answer)
{
	struct json *json = json_new_object(), *messages = json_add_array(json, "messages");
	const char *to, *from;
	struct form form;

	if (carrier->broken_lists > 0) {
		carrier->broken_lists--;
		json_free(json);
		answer->text = raw_json(503, "", "{\"code\":20503}");
		return;
	}
	if (form_parse(query, strlen(query), 20, &form, NULL) != STATUS_OK)
		abort();
	to = form_get(&form, "To");
	from = form_get(&form, "From");
	for (int i = carrier->count; i-- > 0;) {
		const struct fake_message *message = &carrier->messages[i];

		if ((to == NULL || strcmp(to, message->to) == 0) && (from == NULL || strcmp(from, message->from) == 0))
			describe(carrier, message, json_push_object(messages));
	}
	form_release(&form);
	json_add_null(json, "next_page_uri");
	answer->text = answer_with(200, json);
}

static void
fetch(struct fake_carrier *carrier, const char *sid, struct raw_answer *answer)
{
	for (int i = 0; i < carrier->count; i++) {
		if (strncmp(sid, carrier->messages[i].sid, strlen(carrier->messages[i].sid)) == 0) {
			answer->text = answer_message(carrier, 200, &carrier->messages[i]);
			return;
		}
	}
	answer->text = raw_json(404, "", "{\"code\":20404,\"message\":\"x\",\"status\":404}");
}

static void
handle(void *context, int number, const char *request, struct raw_answer *answer)
{
	struct fake_carrier *carrier = context;
	char line[1024];
	char *end;

	(void)number;
	snprintf(line, sizeof line, "%s", request);
	line[strcspn(line, "\r")] = '\0';
	end = strrchr(line, ' ');
	if (end != NULL)
		*end = '\0';
	pthread_mutex_lock(&carrier->mutex);
	if (strcmp(line, "POST " PATH ".json") == 0)
		create(carrier, strstr(request, "\r\n\r\n") + 4, answer);
	else if (strncmp(line, "GET " PATH ".json?", strlen("GET " PATH ".json?")) == 0)
		list(carrier, line + strlen("GET " PATH ".json?"), answer);
	else if (strncmp(line, "GET " PATH "/", strlen("GET " PATH "/")) == 0)
		fetch(carrier, line + strlen("GET " PATH "/"), answer);
	else
		answer->text = raw_json(404, "", "{}");
	pthread_mutex_unlock(&carrier->mutex);
}

struct fake_carrier *
fake_carrier_new(void)
{
	struct fake_carrier *carrier = calloc(1, sizeof *carrier);

	if (carrier == NULL)
		abort();
	pthread_mutex_init(&carrier->mutex, NULL);
	carrier->server = raw_server_new(handle, carrier);
	return carrier;
}

void
fake_carrier_free(struct fake_carrier *carrier)
{
	if (carrier == NULL)
		return;
	raw_server_free(carrier->server);
	pthread_mutex_destroy(&carrier->mutex);
	free(carrier);
}

struct raw_server *
fake_carrier_server(struct fake_carrier *carrier)
{
	return carrier->server;
}

int
fake_carrier_taken(struct fake_carrier *carrier, const char *body)
{
	int found = 0;

	pthread_mutex_lock(&carrier->mutex);
	for (int i = 0; i < carrier->count; i++)
		found += strcmp(carrier->messages[i].body, body) == 0;
	pthread_mutex_unlock(&carrier->mutex);
	return found;
}

int
fake_carrier_posted(struct fake_carrier *carrier, const char *body)
{
	int found;

	pthread_mutex_lock(&carrier->mutex);
	found = count_creates(carrier, body);
	pthread_mutex_unlock(&carrier->mutex);
	return found;
}

bool
fake_carrier_message(struct fake_carrier *carrier, int n, struct fake_message *out)
{
	bool there;

	pthread_mutex_lock(&carrier->mutex);
	there = n < carrier->count;
	if (there)
		*out = carrier->messages[n];
	pthread_mutex_unlock(&carrier->mutex);
	return there;
}

int64_t
fake_carrier_moment(struct fake_carrier *carrier, const char *body, int n)
{
	int64_t at_ms = 0;

	pthread_mutex_lock(&carrier->mutex);
	for (int i = 0; i < carrier->create_count && at_ms == 0; i++)
		if (strcmp(carrier->creates[i].body, body) == 0 && n-- == 0)
			at_ms = carrier->creates[i].at_ms;
	pthread_mutex_unlock(&carrier->mutex);
	return at_ms;
}

void
fake_carrier_plant(struct fake_carrier *carrier, const char *to, const char *from, const char *body)
{
	pthread_mutex_lock(&carrier->mutex);
	take(carrier, to, from, body);
	pthread_mutex_unlock(&carrier->mutex);
}

void
fake_carrier_set_status(struct fake_carrier *carrier, const char *status)
{
	pthread_mutex_lock(&carrier->mutex);
	carrier->status = status;
	pthread_mutex_unlock(&carrier->mutex);
}

void
fake_carrier_break_lists(struct fake_carrier *carrier, int count)
{
	pthread_mutex_lock(&carrier->mutex);
	carrier->broken_lists = count;
	pthread_mutex_unlock(&carrier->mutex);
}

void
fake_carrier_on_create(struct fake_carrier *carrier, void (*look)(void *arg, const char *body), void *arg)
{
	pthread_mutex_lock(&carrier->mutex);
	carrier->look = look;
	carrier->arg = arg;
	pthread_mutex_unlock(&carrier->mutex);
}
