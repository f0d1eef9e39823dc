/* SPDX-License-Identifier: MIT */
/* The pretend customers: they write by themselves, and answer what was delivered or read. */
#include <time.h>

#include "core/clock.h"
#include "core/form.h"
#include "core/utf8.h"
#include "sim/customer_scripts.h"
#include "sim/customers.h"
#include "world.h"

/* A value of a post; "" when it is not there. The caller frees. */
static char *
parameter(const struct received *received, const char *name)
{
	struct form form;
	const char *value;
	char *copy;

	assert_int_equal(form_parse(received->body, strlen(received->body), 500, &form, NULL), STATUS_OK);
	value = form_get(&form, name);
	copy = strdup(value != NULL ? value : "");
	assert_non_null(copy);
	form_release(&form);
	return copy;
}

static bool
has(const struct received *received, const char *name, const char *expected)
{
	char *value = parameter(received, name);
	bool same = strcmp(value, expected) == 0;

	free(value);
	return same;
}

/* The first post at or after `from` with these two values; -1 when there is none among those that came. */
static long
find_post(struct world *world, size_t from, const char *name, const char *value, const char *status)
{
	for (size_t i = from; i < receiver_count(world->receiver); i++) {
		const struct received *received = receiver_get(world->receiver, i);

		if (has(received, name, value) && has(received, "SmsStatus", status))
			return (long)i;
	}
	return -1;
}

/* The same, waiting for it. */
static size_t
wait_post(struct world *world, size_t from, const char *name, const char *value, const char *status)
{
	int64_t deadline_ms = clock_monotonic_ms() + WAIT_MS;
	long found = find_post(world, from, name, value, status);

	while (found < 0) {
		if (clock_monotonic_ms() > deadline_ms)
			fail_msg("no %s with %s=%s came", status, name, value);
		receiver_wait(world->receiver, receiver_count(world->receiver) + 1);
		found = find_post(world, from, name, value, status);
	}
	return (size_t)found;
}

static void
test_some_write_at_once(void **state)
{
	struct customers_options options = { .threads = 24 };
	struct carrier_options carrier = { .speed = 1 };
	struct customers *customers;
	struct world world;
	size_t sms = 0, whatsapp = 0, beyond_ascii = 0;
	int64_t begun_ms;

	(void)state;
	world_open(&world, &carrier);
	begun_ms = clock_monotonic_ms();
	assert_int_equal(customers_start(world.carrier, &options, &customers, NULL), STATUS_OK);
	assert_true(receiver_wait(world.receiver, 8));
	assert_true(clock_monotonic_ms() - begun_ms < 5000); /* most of it is what a loaded machine may add */
	for (size_t i = 0; i < 8; i++) {
		char *body = parameter(receiver_get(world.receiver, i), "Body");
		char *name = parameter(receiver_get(world.receiver, i), "ProfileName");

		if (strcmp(receiver_get(world.receiver, i)->target, "/api/webhooks/sms") == 0)
			sms++;
		else if (strcmp(receiver_get(world.receiver, i)->target, "/api/webhooks/whatsapp") == 0
			 && name[0] != '\0')
			whatsapp++;
		beyond_ascii += utf8_count(body, strlen(body)) < strlen(body);
		assert_null(strstr(body, "{n}"));
		free(body);
		free(name);
	}
	assert_int_equal(sms + whatsapp, 8);
	assert_true(sms > 0 && whatsapp > 0 && beyond_ascii > 0);
	begun_ms = clock_monotonic_ms();
	customers_stop(customers);
	assert_true(clock_monotonic_ms() - begun_ms < 5000);
	world_close(&world);
}

/* True if the text is what somebody of the table says when asked for details. */
static bool
is_details(const char *text)
{
	size_t count;
	const struct customer_script *scripts = customer_scripts(&count);

	for (size_t i = 0; i < count; i++) {
		size_t len = strcspn(scripts[i].details.text, "{");

		if (len > 4 && strncmp(scripts[i].details.text, text, len) == 0)
			return true;
	}
	return false;
}

/* Lets one customer of the channel open, asks, and checks what it writes then. */
static void
check_answer(const char *target, const char *last_status)
{
	struct customers_options options = { .threads = 6, .speed = 20 };
	struct carrier_options carrier = { .speed = 1, .delay_min_ms = 5, .delay_max_ms = 10 };
	struct customers *customers;
	struct world world;
	char *from = NULL, *own, *answer;
	size_t asked, seen;
	char sid[CARRIER_SID_SIZE];
	struct strbuf form;

	world_open(&world, &carrier);
	assert_int_equal(customers_start(world.carrier, &options, &customers, NULL), STATUS_OK);
	for (size_t i = 0; from == NULL; i++) {
		assert_true(receiver_wait(world.receiver, i + 1));
		if (strcmp(receiver_get(world.receiver, i)->target, target) == 0) {
			from = parameter(receiver_get(world.receiver, i), "From");
			own = parameter(receiver_get(world.receiver, i), "To");
		}
	}
	strbuf_init(&form, 4096);
	form_encode(&form, "To", from);
	form_encode(&form, "From", own);
	form_encode(&form, "Body", "¿Me das más detalles, por favor?");
	asked = receiver_count(world.receiver);
	world_create(&world, strbuf_text(&form), sid);
	seen = wait_post(&world, asked, "MessageSid", sid, last_status);
	answer = parameter(receiver_get(world.receiver, wait_post(&world, seen, "From", from, "received")), "Body");
	if (!is_details(answer))
		fail_msg("\"%s\" is no answer to a question", answer);
	customers_stop(customers);
	strbuf_release(&form);
	free(answer);
	free(from);
	free(own);
	world_close(&world);
}

static void
test_answer_after_read(void **state)
{
	(void)state;
	check_answer("/api/webhooks/whatsapp", "read");
}

static void
test_answer_after_delivered(void **state)
{
	(void)state;
	check_answer("/api/webhooks/sms", "delivered");
}

struct opening {
	const char *from;
	char body[2048];
};

static void
note_opening(void *arg, const struct carrier_message *message)
{
	struct opening *opening = arg;

	if (opening->body[0] == '\0' && strcmp(message->from, opening->from) == 0)
		snprintf(opening->body, sizeof opening->body, "%s|%u", message->body, message->media_count);
}

/* The first line of the first three people. */
static void
openings(uint64_t seed, char out[3][2048])
{
	static const char *const people[3] = { "whatsapp:+5215555550101", "+12125550102", "whatsapp:+5215555550103" };
	struct customers_options options = { .threads = 9, .seed = seed };
	struct carrier_options carrier = { .speed = 1 };
	struct customers *customers;
	struct world world;

	world_open(&world, &carrier);
	assert_int_equal(customers_start(world.carrier, &options, &customers, NULL), STATUS_OK);
	for (size_t i = 0; i < 3; i++) {
		struct opening opening = { .from = people[i] };

		wait_post(&world, 0, "From", people[i], "received");
		carrier_each(world.carrier, note_opening, &opening);
		memcpy(out[i], opening.body, sizeof opening.body);
	}
	customers_stop(customers);
	world_close(&world);
}

static void
test_seed(void **state)
{
	static char first[3][2048], again[3][2048], other[3][2048];
	bool differs = false;

	(void)state;
	openings(7, first);
	openings(7, again);
	openings(8, other);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(first[i], again[i]);
		differs = differs || strcmp(first[i], other[i]) != 0;
	}
	assert_true(differs);
}

static void
test_they_go_on_by_themselves(void **state)
{
	struct customers_options options = { .threads = 40, .speed = 5000 };
	struct carrier_options carrier = { .speed = 1 };
	struct customers *customers;
	struct carrier_stats stats;
	struct world world;

	(void)state;
	world_open(&world, &carrier);
	assert_int_equal(customers_start(world.carrier, &options, &customers, NULL), STATUS_OK);
	assert_true(receiver_wait(world.receiver, 90)); /* openings of several lines, and asking again */
	customers_stop(customers);
	carrier_stats(world.carrier, &stats);
	assert_true(stats.inbound >= 90);
	world_close(&world);
}

static void
test_wrong_options(void **state)
{
	static const struct {
		const char *name;
		struct customers_options options;
	} rows[] = {
		{ "too many", { .threads = 10001 } },
		{ "backwards", { .speed = -1 } },
	};
	struct carrier_options carrier = { .manual = true };
	struct customers *customers;
	struct world world;
	struct err err;

	(void)state;
	world_open(&world, &carrier);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		err.text[0] = '\0';
		check_row(rows[i].name,
			  customers_start(world.carrier, &rows[i].options, &customers, &err) == STATUS_INVALID);
		check_row(rows[i].name, err.text[0] != '\0');
	}
	customers_stop(NULL);
	world_close(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_some_write_at_once),	 cmocka_unit_test(test_answer_after_read),
		cmocka_unit_test(test_answer_after_delivered),	 cmocka_unit_test(test_seed),
		cmocka_unit_test(test_they_go_on_by_themselves), cmocka_unit_test(test_wrong_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
