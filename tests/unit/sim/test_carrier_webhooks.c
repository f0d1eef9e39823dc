/* SPDX-License-Identifier: MIT */
/* What the carrier posts: inbound messages and status callbacks, signed, in order or not, tried again. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/form.h"
#include "core/signature.h"
#include "world.h"

#define SMS "To=%2B5215512345678&From=%2B15005550006&Body=x"
#define WHATSAPP "To=whatsapp%3A%2B5215512345678&From=whatsapp%3A%2B14155238886&Body=x"
#define CALLBACK "&StatusCallback=https%3A%2F%2Fhilo.example.com%2Ftunnel%2Fapi%2Fwebhooks%2Fmessage-status%2F8f3c"

/* True if the post carries the signature of `url` under `token`. */
static bool
signed_with(const struct received *received, const char *url, const char *token)
{
	struct form form;
	bool right;

	assert_int_equal(form_parse(received->body, strlen(received->body), 500, &form, NULL), STATUS_OK);
	right = signature_matches(received->signature, url, &form, &token, 1);
	form_release(&form);
	return right;
}

/* A parameter of the post; "(none)" when it is not there. The caller frees. */
static char *
parameter(const struct received *received, const char *name)
{
	struct form form;
	const char *value;
	char *copy;

	assert_int_equal(form_parse(received->body, strlen(received->body), 500, &form, NULL), STATUS_OK);
	value = form_get(&form, name);
	copy = strdup(value != NULL ? value : "(none)");
	assert_non_null(copy);
	form_release(&form);
	return copy;
}

static void
check_parameter(const struct received *received, const char *name, const char *expected)
{
	char *value = parameter(received, name);

	if (strcmp(value, expected) != 0)
		fail_msg("%s is \"%s\", not \"%s\"", name, value, expected);
	free(value);
}

/* The MessageStatus of all posts, "sent delivered ", in the order they came. */
static const char *
statuses(struct world *world)
{
	static char out[1024];

	out[0] = '\0';
	for (size_t i = 0; i < receiver_count(world->receiver); i++) {
		char *status = parameter(receiver_get(world->receiver, i), "MessageStatus");

		snprintf(out + strlen(out), sizeof out - strlen(out), "%s ", status);
		free(status);
	}
	return out;
}

/* --- inbound --- */

static void
test_sms(void **state)
{
	struct carrier_options options = { .manual = true };
	struct carrier_inbound inbound = { .channel = CHANNEL_SMS,
					   .from = "+5215512345678",
					   .body = " ¿Dónde está? + & = % 👋\nlínea dos " };
	const struct received *received;
	char sid[CARRIER_SID_SIZE];
	struct world world;

	(void)state;
	world_open(&world, &options);
	assert_int_equal(carrier_inbound(world.carrier, &inbound, sid, NULL), STATUS_OK);
	assert_true(receiver_wait(world.receiver, 1));
	received = receiver_get(world.receiver, 0);
	assert_string_equal(received->method, "POST");
	assert_string_equal(received->target, "/api/webhooks/sms");
	assert_memory_equal(received->content_type, "application/x-www-form-urlencoded", 33);
	assert_true(signed_with(received, PUBLIC_URL "/api/webhooks/sms", TOKEN));
	assert_false(signed_with(received, PUBLIC_URL "/api/webhooks/sms", "another"));
	assert_int_equal(strlen(received->token), 36);
	check_parameter(received, "MessageSid", sid);
	check_parameter(received, "SmsSid", sid);
	check_parameter(received, "SmsMessageSid", sid);
	check_parameter(received, "AccountSid", ACCOUNT);
	check_parameter(received, "From", "+5215512345678");
	check_parameter(received, "To", "+15005550006");
	check_parameter(received, "Body", inbound.body);
	check_parameter(received, "NumMedia", "0");
	check_parameter(received, "NumSegments", "1");
	check_parameter(received, "SmsStatus", "received");
	check_parameter(received, "ApiVersion", "2010-04-01");
	check_parameter(received, "FromCountry", "MX");
	check_parameter(received, "ToCountry", "US");
	check_parameter(received, "ProfileName", "(none)");
	world_ask(&world, "GET", MESSAGES "?From=%2B5215512345678", NULL); /* the list has it as well */
	assert_string_equal(json_string(json_get(json_at(json_get(world.answer, "messages"), 0), "sid")), sid);
	world_close(&world);
}

static void
test_whatsapp(void **state)
{
	struct carrier_options options = { .manual = true };
	struct carrier_inbound inbound = { .channel = CHANNEL_WHATSAPP,
					   .from = "+5215512345678",
					   .body = "aquí",
					   .profile_name = "Ana 🌻",
					   .media_count = 1,
					   .media_type = "image/jpeg" };
	struct carrier_inbound place = { .channel = CHANNEL_WHATSAPP,
					 .from = "MX.1A2B",
					 .latitude = "19.4326",
					 .longitude = "-99.1332",
					 .label = "Zócalo",
					 .address = "Plaza 1" };
	const struct received *received;
	struct world world;
	char *url;

	(void)state;
	world_open(&world, &options);
	assert_int_equal(carrier_inbound(world.carrier, &inbound, NULL, NULL), STATUS_OK);
	assert_true(receiver_wait(world.receiver, 1));
	received = receiver_get(world.receiver, 0);
	assert_string_equal(received->target, "/api/webhooks/whatsapp");
	assert_true(signed_with(received, PUBLIC_URL "/api/webhooks/whatsapp", TOKEN));
	check_parameter(received, "From", "whatsapp:+5215512345678");
	check_parameter(received, "To", "whatsapp:+14155238886");
	check_parameter(received, "ProfileName", "Ana 🌻");
	check_parameter(received, "WaId", "5215512345678");
	check_parameter(received, "NumMedia", "1");
	check_parameter(received, "MediaContentType0", "image/jpeg");
	check_parameter(received, "FromCountry", "(none)");
	url = parameter(received, "MediaUrl0");
	assert_memory_equal(url, carrier_url(world.carrier), strlen(carrier_url(world.carrier)));
	free(url);
	assert_int_equal(carrier_inbound(world.carrier, &place, NULL, NULL), STATUS_OK);
	assert_true(receiver_wait(world.receiver, 2));
	received = receiver_get(world.receiver, 1);
	check_parameter(received, "From", "whatsapp:MX.1A2B");
	check_parameter(received, "ExternalUserId", "whatsapp:MX.1A2B");
	check_parameter(received, "Latitude", "19.4326");
	check_parameter(received, "Longitude", "-99.1332");
	check_parameter(received, "Label", "Zócalo");
	check_parameter(received, "Address", "Plaza 1");
	check_parameter(received, "Body", "");
	world_close(&world);
}

static void
test_addresses_that_are_none(void **state)
{
	static const struct {
		const char *name;
		struct carrier_inbound inbound;
	} rows[] = {
		{ "words", { .channel = CHANNEL_WHATSAPP, .from = "ana" } },
		{ "channels differ", { .channel = CHANNEL_SMS, .from = "whatsapp:+5215512345678" } },
		{ "nobody", { .channel = CHANNEL_SMS, .from = "" } },
		{ "to a word", { .channel = CHANNEL_SMS, .from = "+5215512345678", .to = "us" } },
	};
	struct carrier_options options = { .manual = true };
	struct carrier_stats stats;
	struct world world;

	(void)state;
	world_open(&world, &options);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check_row(rows[i].name, carrier_inbound(world.carrier, &rows[i].inbound, NULL, NULL) == STATUS_INVALID);
	carrier_stats(world.carrier, &stats);
	assert_int_equal(stats.inbound, 0);
	world_close(&world);
}

/* Several workers post, but what one customer writes comes in order. */
static void
test_order_of_one_customer(void **state)
{
	struct carrier_options options = { .manual = true };
	struct carrier_inbound inbound = { .channel = CHANNEL_SMS, .from = "+5215512345678" };
	char body[16];
	struct world world;

	(void)state;
	world_open(&world, &options);
	for (int i = 0; i < 100; i++) {
		snprintf(body, sizeof body, "%d", i);
		inbound.body = body;
		assert_int_equal(carrier_inbound(world.carrier, &inbound, NULL, NULL), STATUS_OK);
	}
	assert_true(receiver_wait(world.receiver, 100));
	for (int i = 0; i < 100; i++) {
		snprintf(body, sizeof body, "%d", i);
		check_parameter(receiver_get(world.receiver, (size_t)i), "Body", body);
	}
	world_close(&world);
}

static void
test_inbound_on_demand(void **state)
{
	static const char sid[] = "SM00000000000000000000000000000abc";
	struct carrier_options options = { .manual = true };
	struct world world;

	(void)state;
	world_open(&world, &options);
	world_ask(&world, "POST", "/_sim/inbound",
		  "From=whatsapp%3A%2B5215512345678&Body=hola&ButtonText=S%C3%AD&times=2&MessageSid="
		  "SM00000000000000000000000000000abc");
	assert_int_equal(world.reply.status, 202);
	assert_string_equal(world_text(&world, "sid"), sid);
	assert_true(receiver_wait(world.receiver, 2));
	for (size_t i = 0; i < 2; i++) {
		check_parameter(receiver_get(world.receiver, i), "MessageSid", sid);
		check_parameter(receiver_get(world.receiver, i), "ButtonText", "Sí");
		check_parameter(receiver_get(world.receiver, i), "times", "(none)");
	}
	world_ask(&world, "POST", "/_sim/inbound", "From=%2B5215512345678&sign=wrong");
	world_ask(&world, "GET", "/_sim/wait", NULL);
	world_ask(&world, "POST", "/_sim/inbound", "From=%2B5215512345678&sign=none");
	assert_true(receiver_wait(world.receiver, 4));
	assert_int_equal(strlen(receiver_get(world.receiver, 2)->signature), 28);
	assert_false(signed_with(receiver_get(world.receiver, 2), PUBLIC_URL "/api/webhooks/sms", TOKEN));
	assert_string_equal(receiver_get(world.receiver, 3)->signature, "");
	world_ask(&world, "POST", "/_sim/inbound", "Body=nobody");
	assert_int_equal(world.reply.status, 400);
	world_close(&world);
}

/* --- tried again --- */

static void
test_retries(void **state)
{
	static const struct {
		const char *name, *fragment;
		int status;
		unsigned failures;
		size_t expected; /* posts */
		uint64_t lost;
	} rows[] = {
		{ "default, twice 500", "", 500, 2, 3, 0 },
		{ "default, refused", "", 403, 1, 2, 0 },
		{ "default, closed", "", 0, 1, 2, 0 },
		{ "no retries", "#rc=0", 500, 9, 1, 1 },
		{ "one retry", "#rc=1&rp=all", 500, 9, 2, 1 },
		{ "only without connection", "#rc=3&rp=ct", 500, 9, 1, 1 },
		{ "only server errors", "#rc=3&rp=5xx", 403, 9, 1, 1 },
		{ "server errors and cuts", "#rc=1&rp=5xx,rt", 0, 9, 2, 1 },
	};
	struct carrier_inbound inbound = { .channel = CHANNEL_SMS, .from = "+5215512345678", .body = "x" };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct carrier_options options = { .manual = true };
		struct carrier_stats stats;
		struct world world;
		char base[96];

		world_open(&world, &options);
		snprintf(base, sizeof base, "%s/%s", receiver_url(world.receiver), rows[i].fragment);
		assert_int_equal(carrier_set_webhooks(world.carrier, base, PUBLIC_URL, NULL), STATUS_OK);
		receiver_answer(world.receiver, rows[i].status, rows[i].failures);
		assert_int_equal(carrier_inbound(world.carrier, &inbound, NULL, NULL), STATUS_OK);
		check_row(rows[i].name, carrier_wait_idle(world.carrier, WAIT_MS));
		check_row(rows[i].name, receiver_count(world.receiver) == rows[i].expected);
		carrier_stats(world.carrier, &stats);
		check_row(rows[i].name, stats.webhooks_lost == rows[i].lost);
		check_row(rows[i].name, stats.webhooks_done == 1 - rows[i].lost);
		check_row(rows[i].name, stats.posts == rows[i].expected);
		for (size_t k = 1; k < rows[i].expected; k++) {
			check_row(rows[i].name,
				  strcmp(receiver_get(world.receiver, 0)->token, receiver_get(world.receiver, k)->token)
					  == 0);
			check_row(rows[i].name,
				  strcmp(receiver_get(world.receiver, 0)->body, receiver_get(world.receiver, k)->body)
					  == 0);
		}
		world_close(&world);
	}
}

static void
test_nobody_listens(void **state)
{
	struct carrier_options options = { .manual = true };
	struct carrier_inbound inbound = { .channel = CHANNEL_SMS, .from = "+5215512345678", .body = "x" };
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof address;
	struct carrier_stats stats;
	struct world world;
	char base[96];
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	/* bound, so that nobody else gets the port, but not listening */
	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	snprintf(base, sizeof base, "http://127.0.0.1:%d/#rc=1", ntohs(address.sin_port));
	options.base_url = base;
	world_open(&world, &options);
	assert_int_equal(carrier_inbound(world.carrier, &inbound, NULL, NULL), STATUS_OK);
	assert_true(carrier_wait_idle(world.carrier, WAIT_MS));
	carrier_stats(world.carrier, &stats);
	assert_int_equal(stats.posts, 2);
	assert_int_equal(stats.webhooks_lost, 1);
	world_ask(&world, "GET", "/_sim/webhooks", NULL);
	assert_string_equal(json_string(json_get(json_at(json_get(world.answer, "webhooks"), 1), "outcome")),
			    "no-connection");
	world_close(&world);
	close(fd);
}

/* --- callbacks --- */

static void
test_statuses_in_order(void **state)
{
	static const struct {
		const char *name, *form, *expected, *last;
	} rows[] = {
		{ "sms", SMS CALLBACK, "sending sent delivered ", "delivered" },
		{ "whatsapp", WHATSAPP CALLBACK, "sending sent delivered read ", "read" },
		{ "service",
		  "To=%2B5215512345678&MessagingServiceSid=MGaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa&Body=x" CALLBACK,
		  "queued sending sent delivered ", "delivered" },
		{ "phone off", "To=%2B5215500000003&From=%2B15005550006&Body=x" CALLBACK, "sending sent undelivered ",
		  "undelivered" },
		{ "refused by the channel",
		  "To=whatsapp%3A%2B5215500000004&From=whatsapp%3A%2B14155238886&Body=x" CALLBACK, "failed ",
		  "failed" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct carrier_options options = { .speed = 1 };
		const struct received *received;
		char sid[CARRIER_SID_SIZE];
		struct world world;

		world_open(&world, &options);
		assert_int_equal(carrier_fail_number(world.carrier, "+5215500000003", 30003, NULL), STATUS_OK);
		assert_int_equal(carrier_fail_number(world.carrier, "whatsapp:+5215500000004", 63024, NULL), STATUS_OK);
		world_create(&world, rows[i].form, sid);
		check_row(rows[i].name, carrier_wait_idle(world.carrier, WAIT_MS));
		check_row(rows[i].name, strcmp(statuses(&world), rows[i].expected) == 0);
		for (size_t k = 0; k < receiver_count(world.receiver); k++) {
			received = receiver_get(world.receiver, k);
			check_row(rows[i].name, strcmp(received->target, "/api/webhooks/message-status/8f3c") == 0);
			check_row(rows[i].name,
				  signed_with(received, PUBLIC_URL "/api/webhooks/message-status/8f3c", TOKEN));
			check_parameter(received, "MessageSid", sid);
		}
		check_row(rows[i].name, strcmp(world_status(&world, sid), rows[i].last) == 0);
		check_row(rows[i].name, world_text(&world, "from")[0] != '\0'); /* the service has chosen */
		world_close(&world);
	}
}

static void
test_parameters_of_a_callback(void **state)
{
	struct carrier_options options = { .speed = 1 };
	const struct received *received;
	char sid[CARRIER_SID_SIZE];
	struct world world;

	(void)state;
	world_open(&world, &options);
	assert_int_equal(carrier_fail_number(world.carrier, "+5215512345678", 63024, NULL), STATUS_OK);
	world_create(&world, WHATSAPP, sid);
	assert_true(receiver_wait(world.receiver, 1));
	received = receiver_get(world.receiver, 0);
	assert_string_equal(received->target, "/api/webhooks/message-status");
	check_parameter(received, "SmsSid", sid);
	check_parameter(received, "SmsStatus", "failed");
	check_parameter(received, "AccountSid", ACCOUNT);
	check_parameter(received, "From", "whatsapp:+14155238886");
	check_parameter(received, "To", "whatsapp:+5215512345678");
	check_parameter(received, "ErrorCode", "63024");
	check_parameter(received, "ChannelPrefix", "whatsapp");
	check_parameter(received, "ChannelToAddress", "+521551234XXXX");
	assert_true(carrier_wait_idle(world.carrier, WAIT_MS));
	world_status(&world, sid);
	assert_int_equal(world_number(&world, "error_code"), 63024);
	world_close(&world);
}

static void
test_reverse_order(void **state)
{
	struct carrier_options options = { .order = CARRIER_ORDER_REVERSE };
	char sid[CARRIER_SID_SIZE];
	struct world world;

	(void)state;
	world_open(&world, &options);
	world_create(&world, WHATSAPP, sid);
	assert_true(carrier_wait_idle(world.carrier, WAIT_MS));
	assert_string_equal(statuses(&world), "read delivered sent sending ");
	assert_string_equal(world_status(&world, sid), "read");
	world_close(&world);
}

static void
test_random_order_is_another_order_of_the_same(void **state)
{
	static const char *const all[] = { "sending ", "sent ", "delivered ", "read " };
	bool shuffled = false;

	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++) {
		struct carrier_options options = { .order = CARRIER_ORDER_RANDOM, .seed = seed };
		char sid[CARRIER_SID_SIZE];
		struct world world;

		world_open(&world, &options);
		world_create(&world, WHATSAPP, sid);
		assert_true(carrier_wait_idle(world.carrier, WAIT_MS));
		assert_int_equal(receiver_count(world.receiver), 4);
		for (size_t i = 0; i < 4; i++)
			assert_non_null(strstr(statuses(&world), all[i]));
		shuffled = shuffled || strcmp(statuses(&world), "sending sent delivered read ") != 0;
		world_close(&world);
	}
	assert_true(shuffled);
}

static void
test_duplicated_and_dropped(void **state)
{
	struct carrier_options twice = { .duplicate = 1 }, never = { .drop_percent = 100 };
	struct carrier_stats stats;
	char sid[CARRIER_SID_SIZE];
	struct world world;

	(void)state;
	world_open(&world, &twice);
	world_create(&world, SMS, sid);
	assert_true(carrier_wait_idle(world.carrier, WAIT_MS));
	assert_int_equal(receiver_count(world.receiver), 6);
	world_close(&world);
	world_open(&world, &never);
	world_create(&world, SMS, sid);
	assert_true(carrier_wait_idle(world.carrier, WAIT_MS));
	carrier_stats(world.carrier, &stats);
	assert_int_equal(receiver_count(world.receiver), 0);
	assert_int_equal(stats.callbacks_dropped, 3);
	assert_string_equal(world_status(&world, sid), "delivered"); /* it went on all the same */
	world_close(&world);
}

static void
test_statuses_by_hand(void **state)
{
	struct carrier_options options = { .manual = true };
	char sid[CARRIER_SID_SIZE], form[128];
	struct err err = { "" };
	struct world world;

	(void)state;
	world_open(&world, &options);
	world_create(&world, SMS CALLBACK, sid);
	assert_true(carrier_wait_idle(world.carrier, WAIT_MS));
	assert_int_equal(receiver_count(world.receiver), 0);
	snprintf(form, sizeof form, "sid=%s&status=undelivered&error_code=30005", sid);
	world_ask(&world, "POST", "/_sim/callback", form);
	assert_int_equal(world.reply.status, 200);
	assert_true(receiver_wait(world.receiver, 1));
	check_parameter(receiver_get(world.receiver, 0), "MessageStatus", "undelivered");
	check_parameter(receiver_get(world.receiver, 0), "ErrorCode", "30005");
	assert_int_equal(carrier_callback(world.carrier, "SM0", CARRIER_SENT, 0, &err), STATUS_NOT_FOUND);
	assert_true(err.text[0] != '\0');
	snprintf(form, sizeof form, "sid=%s&status=enviado", sid);
	world_ask(&world, "POST", "/_sim/callback", form);
	assert_int_equal(world.reply.status, 400);
	world_close(&world);
}

static void
test_window(void **state)
{
	struct carrier_options options = { .enforce_window = true };
	struct carrier_inbound inbound = { .channel = CHANNEL_WHATSAPP, .from = "+5215512345678", .body = "hola" };
	char sid[CARRIER_SID_SIZE];
	struct world world;

	(void)state;
	world_open(&world, &options);
	world_create(&world, WHATSAPP, sid); /* accepted, and refused by the channel afterwards */
	assert_true(carrier_wait_idle(world.carrier, WAIT_MS));
	assert_string_equal(world_status(&world, sid), "failed");
	assert_int_equal(world_number(&world, "error_code"), 63016);
	assert_int_equal(carrier_inbound(world.carrier, &inbound, NULL, NULL), STATUS_OK);
	world_create(&world, WHATSAPP, sid);
	assert_true(carrier_wait_idle(world.carrier, WAIT_MS));
	assert_string_equal(world_status(&world, sid), "read");
	world_close(&world);
}

static void
test_scheduled_and_canceled(void **state)
{
	struct carrier_options options = { .speed = 1 };
	char sid[CARRIER_SID_SIZE], target[160], form[300], at[32];
	time_t later = time(NULL) + 7200;
	struct world world;
	struct tm tm;

	(void)state;
	world_open(&world, &options);
	assert_non_null(gmtime_r(&later, &tm));
	strftime(at, sizeof at, "%Y-%m-%dT%H%%3A%M%%3A%SZ", &tm);
	snprintf(form, sizeof form,
		 "To=%%2B5215512345678&MessagingServiceSid=MGaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa&Body=x&ScheduleType="
		 "fixed&SendAt=%s",
		 at);
	world_create(&world, form, sid);
	assert_string_equal(world_text(&world, "status"), "scheduled");
	snprintf(target, sizeof target, "/2010-04-01/Accounts/" ACCOUNT "/Messages/%s.json", sid);
	world_ask(&world, "POST", target, "Status=cancelled");
	assert_int_equal(world.reply.status, 400);
	world_ask(&world, "POST", target, "Status=canceled");
	assert_int_equal(world.reply.status, 200);
	assert_string_equal(world_text(&world, "status"), "canceled");
	assert_true(receiver_wait(world.receiver, 1));
	assert_string_equal(statuses(&world), "canceled ");
	world_ask(&world, "POST", target, "Status=canceled");
	assert_int_equal(world_number(&world, "code"), 30409);
	/* a late status all the same, when a test asks for one */
	assert_int_equal(carrier_callback(world.carrier, sid, CARRIER_SENT, 0, NULL), STATUS_OK);
	assert_true(receiver_wait(world.receiver, 2));
	assert_string_equal(statuses(&world), "canceled sent ");
	world_close(&world);
}

static void
test_reset_drops_what_waits(void **state)
{
	struct carrier_options options = { .delay_min_ms = 600000, .delay_max_ms = 600000 };
	struct carrier_stats stats;
	char sid[CARRIER_SID_SIZE];
	struct world world;

	(void)state;
	world_open(&world, &options);
	world_create(&world, SMS, sid);
	carrier_stats(world.carrier, &stats);
	assert_int_equal(stats.waiting, 6); /* three ticks, three callbacks */
	assert_false(carrier_wait_idle(world.carrier, 10));
	carrier_reset(world.carrier);
	assert_true(carrier_wait_idle(world.carrier, WAIT_MS));
	world_close(&world);
	assert_int_equal(stats.accepted, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sms),
		cmocka_unit_test(test_whatsapp),
		cmocka_unit_test(test_addresses_that_are_none),
		cmocka_unit_test(test_order_of_one_customer),
		cmocka_unit_test(test_inbound_on_demand),
		cmocka_unit_test(test_retries),
		cmocka_unit_test(test_nobody_listens),
		cmocka_unit_test(test_statuses_in_order),
		cmocka_unit_test(test_parameters_of_a_callback),
		cmocka_unit_test(test_reverse_order),
		cmocka_unit_test(test_random_order_is_another_order_of_the_same),
		cmocka_unit_test(test_duplicated_and_dropped),
		cmocka_unit_test(test_statuses_by_hand),
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_scheduled_and_canceled),
		cmocka_unit_test(test_reset_drops_what_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
