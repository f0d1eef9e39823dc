/* SPDX-License-Identifier: MIT */
/* The carrier's REST API as its documents describe it, asked over HTTP. */
#include <time.h>

#include "core/clock.h"
#include "core/form.h"
#include "world.h"

#define SMS "To=%2B5215512345678&From=%2B15005550006"
#define WHATSAPP "To=whatsapp%3A%2B5215512345678&From=whatsapp%3A%2B14155238886"
#define SERVICE "MGaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define CONTENT "HXaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* --- who asks, and what for --- */

static void
test_credentials_and_routes(void **state)
{
	static const char other[] = "/2010-04-01/Accounts/ACbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb/Messages.json";
	static const struct {
		const char *name, *user, *password, *method, *target;
		int status, code;
	} rows[] = {
		{ "no credentials", NULL, NULL, "GET", MESSAGES, 401, 20003 },
		{ "wrong token", ACCOUNT, "wrong", "GET", MESSAGES, 401, 20003 },
		{ "token of another length", ACCOUNT, TOKEN "0", "GET", MESSAGES, 401, 20003 },
		{ "wrong account", "ACbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", TOKEN, "GET", MESSAGES, 401, 20003 },
		{ "create without credentials", NULL, NULL, "POST", MESSAGES, 401, 20003 },
		{ "path of another account", ACCOUNT, TOKEN, "GET", other, 404, 20404 },
		{ "unknown path", ACCOUNT, TOKEN, "GET", "/2010-04-01/Nothing.json", 404, 20404 },
		{ "unknown control", ACCOUNT, TOKEN, "GET", "/_sim/nothing", 404, 20404 },
		{ "method", ACCOUNT, TOKEN, "PUT", MESSAGES, 405, 20004 },
		{ "right", ACCOUNT, TOKEN, "GET", MESSAGES, 200, -1 },
		{ "account", ACCOUNT, TOKEN, "GET", "/2010-04-01/Accounts/" ACCOUNT ".json", 200, -1 },
	};
	struct carrier_options options = { .manual = true };
	struct world world;

	(void)state;
	world_open(&world, &options);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		world.user = rows[i].user;
		world.password = rows[i].password;
		world_ask(&world, rows[i].method, rows[i].target, NULL);
		check_row(rows[i].name, world.reply.status == rows[i].status);
		check_row(rows[i].name, world_number(&world, "code") == rows[i].code);
		check_row(rows[i].name, rows[i].code < 0 || world_number(&world, "status") == rows[i].status);
		check_row(rows[i].name, rows[i].code < 0 || world_text(&world, "message")[0] != '\0');
		check_row(rows[i].name,
			  rows[i].code < 0
				  || strncmp(world_text(&world, "more_info"), "https://www.twilio.com/", 23) == 0);
	}
	world_close(&world);
}

/* --- what is taken --- */

static void
check_sid(const char *sid, const char *prefix)
{
	assert_int_equal(strlen(sid), 34);
	assert_memory_equal(sid, prefix, 2);
	assert_int_equal(strspn(sid + 2, "0123456789abcdef"), 32);
}

static void
test_answer_of_create(void **state)
{
	static const char *const nulls[] = { "date_sent", "error_code", "error_message", "messaging_service_sid",
					     "price",	  "price_unit" };
	struct carrier_options options = { .manual = true };
	struct world world;
	char uri[160];

	(void)state;
	world_open(&world, &options);
	world_ask(&world, "POST", MESSAGES, SMS "&Body=Hola%20%C3%B1and%C3%BA%20%F0%9F%91%8B&Unknown=ignored");
	assert_int_equal(world.reply.status, 201);
	assert_string_equal(world.reply.content_type, "application/json");
	check_sid(world_text(&world, "sid"), "SM");
	assert_string_equal(world_text(&world, "account_sid"), ACCOUNT);
	assert_string_equal(world_text(&world, "api_version"), "2010-04-01");
	assert_string_equal(world_text(&world, "body"), "Hola ñandú 👋");
	assert_string_equal(world_text(&world, "direction"), "outbound-api");
	assert_string_equal(world_text(&world, "from"), "+15005550006");
	assert_string_equal(world_text(&world, "to"), "+5215512345678");
	assert_string_equal(world_text(&world, "num_media"), "0");
	assert_string_equal(world_text(&world, "num_segments"), "1");
	assert_string_equal(world_text(&world, "status"), "queued");
	for (size_t i = 0; i < sizeof nulls / sizeof nulls[0]; i++)
		check_row(nulls[i], json_is_null(json_get(world.answer, nulls[i])));
	assert_in_range(clock_parse_rfc2822(world_text(&world, "date_created")), clock_now_ms() - 60000,
			clock_now_ms());
	snprintf(uri, sizeof uri, "/2010-04-01/Accounts/" ACCOUNT "/Messages/%s.json", world_text(&world, "sid"));
	assert_string_equal(world_text(&world, "uri"), uri);
	assert_non_null(json_string(json_get(json_get(world.answer, "subresource_uris"), "media")));
	world_close(&world);
}

static void
test_kinds_of_message(void **state)
{
	static const struct {
		const char *name, *form, *status, *from, *segments, *media, *prefix;
	} rows[] = {
		{ "whatsapp", WHATSAPP "&Body=x", "queued", "whatsapp:+14155238886", "1", "0", "SM" },
		{ "service", "To=%2B5215512345678&MessagingServiceSid=" SERVICE "&Body=x", "accepted", "", "0", "0",
		  "SM" },
		{ "two segments",
		  SMS "&Body=%C3%A1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "queued",
		  "+15005550006", "2", "0", "SM" },
		{ "picture", WHATSAPP "&MediaUrl=https%3A%2F%2Fexample.com%2Fa.png", "queued", "whatsapp:+14155238886",
		  "1", "1", "MM" },
		{ "template", WHATSAPP "&ContentSid=" CONTENT "&ContentVariables=%7B%221%22%3A%22Ana%22%7D", "queued",
		  "whatsapp:+14155238886", "1", "0", "SM" },
		{ "short code", "To=%2B5215512345678&From=12345&Body=x", "queued", "12345", "1", "0", "SM" },
		{ "name", "To=%2B5215512345678&From=HILO&Body=x", "queued", "HILO", "1", "0", "SM" },
		{ "hidden number", "To=whatsapp%3AMX.1A2B&From=whatsapp%3A%2B14155238886&Body=x", "queued",
		  "whatsapp:+14155238886", "1", "0", "SM" },
	};
	struct carrier_options options = { .manual = true };
	struct world world;

	(void)state;
	world_open(&world, &options);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		world_ask(&world, "POST", MESSAGES, rows[i].form);
		check_row(rows[i].name, world.reply.status == 201);
		check_row(rows[i].name, strcmp(world_text(&world, "status"), rows[i].status) == 0);
		check_row(rows[i].name, strcmp(world_text(&world, "from"), rows[i].from) == 0);
		check_row(rows[i].name, strcmp(world_text(&world, "num_segments"), rows[i].segments) == 0);
		check_row(rows[i].name, strcmp(world_text(&world, "num_media"), rows[i].media) == 0);
		check_row(rows[i].name, strncmp(world_text(&world, "sid"), rows[i].prefix, 2) == 0);
	}
	world_close(&world);
}

/* --- what is refused --- */

static void
test_refusals(void **state)
{
	static const struct {
		const char *name, *form;
		int code;
	} rows[] = {
		{ "no recipient", "From=%2B15005550006&Body=x", 21604 },
		{ "empty recipient", "To=&From=%2B15005550006&Body=x", 21604 },
		{ "recipient of letters", "To=ana&From=%2B15005550006&Body=x", 21211 },
		{ "recipient too short", "To=%2B52155&From=%2B15005550006&Body=x", 21211 },
		{ "recipient too long", "To=%2B5215512345678901&From=%2B15005550006&Body=x", 21211 },
		{ "recipient without plus", "To=5215512345678&From=%2B15005550006&Body=x", 21211 },
		{ "blank after whatsapp:", "To=whatsapp%3A%20%2B5215512345678&From=whatsapp%3A%2B14155238886&Body=x",
		  21211 },
		{ "no sender", "To=%2B5215512345678&Body=x", 21603 },
		{ "sender too long a name", "To=%2B5215512345678&From=Twelveletters&Body=x", 21212 },
		{ "sender is no service", "To=%2B5215512345678&MessagingServiceSid=MGzz&Body=x", 21701 },
		{ "same number", "To=%2B15005550006&From=%2B15005550006&Body=x", 21266 },
		{ "channels differ", "To=whatsapp%3A%2B5215512345678&From=%2B15005550006&Body=x", 21910 },
		{ "channels differ the other way", "To=%2B5215512345678&From=whatsapp%3A%2B14155238886&Body=x", 21910 },
		{ "nothing to say", SMS, 21602 },
		{ "empty body", SMS "&Body=", 21602 },
		{ "file is no address", SMS "&MediaUrl=picture.png", 21620 },
		{ "callback is no address", SMS "&Body=x&StatusCallback=nowhere", 21609 },
		{ "callback with an underscore", SMS "&Body=x&StatusCallback=https%3A%2F%2Fa_b.example.com%2F", 21609 },
		{ "variables alone", SMS "&Body=x&ContentVariables=%7B%7D", 21654 },
		{ "template of another kind", WHATSAPP "&ContentSid=HX12", 21655 },
		{ "variables are no object", WHATSAPP "&ContentSid=" CONTENT "&ContentVariables=%5B%5D", 21656 },
		{ "too long to wait", SMS "&Body=x&ValidityPeriod=99999", 30045 },
		{ "schedule without service", SMS "&Body=x&ScheduleType=fixed&SendAt=2030-01-01T00%3A00%3A00Z", 35118 },
		{ "schedule in the past",
		  "To=%2B5215512345678&MessagingServiceSid=" SERVICE
		  "&Body=x&ScheduleType=fixed&SendAt=2020-01-01T00%3A00%3A00Z",
		  35114 },
		{ "magic 1", "To=%2B15005550001&From=%2B15005550006&Body=x", 21211 },
		{ "magic 2", "To=%2B15005550002&From=%2B15005550006&Body=x", 21612 },
		{ "magic 3", "To=%2B15005550003&From=%2B15005550006&Body=x", 21408 },
		{ "magic 4", "To=%2B15005550004&From=%2B15005550006&Body=x", 21610 },
		{ "magic 9", "To=%2B15005550009&From=%2B15005550006&Body=x", 21614 },
		{ "magic sender 1", "To=%2B5215512345678&From=%2B15005550001&Body=x", 21212 },
		{ "magic sender 7", "To=%2B5215512345678&From=%2B15005550007&Body=x", 21606 },
		{ "magic sender 8", "To=%2B5215512345678&From=%2B15005550008&Body=x", 21611 },
		{ "not our number", "To=%2B5215512345678&From=%2B12125550100&Body=x", 21606 },
		{ "not our WhatsApp", "To=whatsapp%3A%2B5215512345678&From=whatsapp%3A%2B12125550100&Body=x", 63007 },
	};
	struct carrier_options options = { .only_own_numbers = true };
	struct carrier_stats stats;
	struct world world;

	(void)state;
	world_open(&world, &options);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		world_ask(&world, "POST", MESSAGES, rows[i].form);
		check_row(rows[i].name, world.reply.status == 400);
		check_row(rows[i].name, world_number(&world, "code") == rows[i].code);
	}
	carrier_stats(world.carrier, &stats);
	assert_int_equal(stats.refused, sizeof rows / sizeof rows[0]);
	assert_int_equal(stats.accepted, 0);
	world_close(&world);
}

static void
test_limits(void **state)
{
	struct carrier_options options = { .manual = true };
	struct strbuf form;
	struct world world;

	(void)state;
	world_open(&world, &options);
	strbuf_init(&form, 65536);
	strbuf_add_string(&form, SMS "&Body=");
	for (int i = 0; i < 1600; i++)
		strbuf_add_string(&form, "%C3%B1");
	world_ask(&world, "POST", MESSAGES, strbuf_text(&form));
	assert_int_equal(world.reply.status, 201);
	strbuf_add_string(&form, "%C3%B1");
	world_ask(&world, "POST", MESSAGES, strbuf_text(&form));
	assert_int_equal(world_number(&world, "code"), 21617);
	strbuf_clear(&form);
	strbuf_add_string(&form, SMS);
	for (int i = 0; i < 10; i++)
		strbuf_add_string(&form, "&MediaUrl=https%3A%2F%2Fexample.com%2Fa.png");
	world_ask(&world, "POST", MESSAGES, strbuf_text(&form));
	assert_int_equal(world.reply.status, 201);
	assert_string_equal(world_text(&world, "num_media"), "10");
	strbuf_add_string(&form, "&MediaUrl=https%3A%2F%2Fexample.com%2Fa.png");
	world_ask(&world, "POST", MESSAGES, strbuf_text(&form));
	assert_int_equal(world_number(&world, "code"), 21623);
	strbuf_release(&form);
	world_close(&world);
}

/* --- lists --- */

/* The bodies of the messages of the last answer, each one letter, as one string. */
static const char *
letters(const struct world *world)
{
	static char out[64];
	const struct json *list = json_get(world->answer, "messages");
	size_t n = 0;

	for (size_t i = 0; i < json_count(list) && n < sizeof out - 1; i++)
		out[n++] = json_string(json_get(json_at(list, i), "body"))[0];
	out[n] = '\0';
	return out;
}

static void
test_pages(void **state)
{
	static const char *const expected[] = { "GF", "ED", "CB", "A" };
	struct carrier_options options = { .manual = true };
	char form[] = SMS "&Body=A", next[512] = MESSAGES "?PageSize=2&To=%2B5215512345678", sid[CARRIER_SID_SIZE];
	struct world world;

	(void)state;
	world_open(&world, &options);
	for (char letter = 'A'; letter <= 'G'; letter++) {
		form[sizeof form - 2] = letter;
		world_create(&world, form, sid);
		world_create(&world, "To=%2B5215500000000&From=%2B15005550006&Body=z", sid); /* never in this list */
	}
	for (size_t i = 0; i < 4; i++) {
		world_ask(&world, "GET", next, NULL);
		check_row(expected[i], world.reply.status == 200);
		check_row(expected[i], strcmp(letters(&world), expected[i]) == 0);
		check_row(expected[i], world_number(&world, "page") == (int64_t)i);
		check_row(expected[i], world_number(&world, "page_size") == 2);
		check_row(expected[i], world_number(&world, "start") == (int64_t)i * 2);
		check_row(expected[i], json_is_null(json_get(world.answer, "previous_page_uri")) == (i == 0));
		snprintf(next, sizeof next, "%s", world_text(&world, "next_page_uri"));
	}
	assert_string_equal(next, "");
	snprintf(next, sizeof next, "%s", world_text(&world, "previous_page_uri"));
	world_ask(&world, "GET", next, NULL);
	assert_string_equal(letters(&world), "CB");
	assert_int_equal(world_number(&world, "page"), 2);
	world_close(&world);
}

static void
test_page_is_stable_while_messages_come(void **state)
{
	struct carrier_options options = { .manual = true };
	char form[] = SMS "&Body=A", next[512], sid[CARRIER_SID_SIZE];
	struct world world;

	(void)state;
	world_open(&world, &options);
	for (char letter = 'A'; letter <= 'D'; letter++) {
		form[sizeof form - 2] = letter;
		world_create(&world, form, sid);
	}
	world_ask(&world, "GET", MESSAGES "?PageSize=2", NULL);
	assert_string_equal(letters(&world), "DC");
	snprintf(next, sizeof next, "%s", world_text(&world, "next_page_uri"));
	world_create(&world, SMS "&Body=E", sid);
	world_ask(&world, "GET", next, NULL);
	assert_string_equal(letters(&world), "BA");
	world_close(&world);
}

static void
test_filters(void **state)
{
	struct carrier_options options = { .manual = true };
	struct world world;
	char sid[CARRIER_SID_SIZE];
	static const struct {
		const char *name, *query, *expected;
	} rows[] = {
		{ "all", "", "CBA" },
		{ "to", "?To=%2B5215512345678", "A" },
		{ "to on WhatsApp", "?To=whatsapp%3A%2B5215512345678", "B" },
		{ "from", "?From=%2B15005550006", "CA" },
		{ "from and to", "?From=%2B15005550006&To=%2B5215500000000", "C" },
		{ "sent since, raw sign", "?DateSent>=2026-01-01", "A" },
		{ "sent since", "?DateSent%3E=2026-01-01", "A" },
		{ "sent since a time", "?DateSent%3E=2026-01-01T00%3A00%3A00Z", "A" },
		{ "sent since the future", "?DateSent%3E=2099-01-01", "" },
		{ "sent before", "?DateSent%3C=2099-01-01", "A" },
		{ "sent before the past", "?DateSent%3C=2020-01-01", "" },
		{ "sent on another day", "?DateSent=2020-01-01", "" },
	};

	(void)state;
	world_open(&world, &options);
	world_create(&world, SMS "&Body=A", sid);
	assert_int_equal(carrier_callback(world.carrier, sid, CARRIER_SENT, 0, NULL), STATUS_OK);
	assert_true(carrier_wait_idle(world.carrier, WAIT_MS));
	world_create(&world, WHATSAPP "&Body=B", sid);
	world_create(&world, "To=%2B5215500000000&From=%2B15005550006&Body=C", sid);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char target[256];

		snprintf(target, sizeof target, MESSAGES "%s", rows[i].query);
		world_ask(&world, "GET", target, NULL);
		check_row(rows[i].name, world.reply.status == 200);
		check_row(rows[i].name, strcmp(letters(&world), rows[i].expected) == 0);
	}
	world_ask(&world, "GET", MESSAGES "?PageSize=1001", NULL);
	assert_int_equal(world_number(&world, "code"), 20007);
	world_ask(&world, "GET", MESSAGES "?DateSent=yesterday", NULL);
	assert_int_equal(world.reply.status, 400);
	world_ask(&world, "GET", MESSAGES "?Page=1", NULL); /* a page number built by hand */
	assert_int_equal(world.reply.status, 400);
	world_close(&world);
}

/* --- one message --- */

static void
test_redact_and_delete(void **state)
{
	struct carrier_options options = { .manual = true };
	char sid[CARRIER_SID_SIZE], target[160];
	struct world world;

	(void)state;
	world_open(&world, &options);
	world_create(&world, SMS "&Body=secret", sid);
	snprintf(target, sizeof target, "/2010-04-01/Accounts/" ACCOUNT "/Messages/%s.json", sid);
	world_ask(&world, "POST", target, "Body=other");
	assert_int_equal(world.reply.status, 400);
	world_ask(&world, "POST", target, "Body=");
	assert_int_equal(world.reply.status, 200);
	assert_string_equal(world_text(&world, "body"), "");
	world_ask(&world, "POST", target, "Status=canceled");
	assert_int_equal(world_number(&world, "code"), 30409);
	world_ask(&world, "DELETE", target, NULL);
	assert_int_equal(world_number(&world, "code"), 20009);
	assert_int_equal(carrier_callback(world.carrier, sid, CARRIER_DELIVERED, 0, NULL), STATUS_OK);
	assert_true(carrier_wait_idle(world.carrier, WAIT_MS));
	world_ask(&world, "DELETE", target, NULL);
	assert_int_equal(world.reply.status, 204);
	world_ask(&world, "GET", target, NULL);
	assert_int_equal(world_number(&world, "code"), 20404);
	world_close(&world);
}

static void
test_price_and_dates_come_later(void **state)
{
	struct carrier_options options = { .speed = 1 };
	char sid[CARRIER_SID_SIZE];
	struct world world;

	(void)state;
	world_open(&world, &options);
	world_create(&world, SMS "&Body=x", sid);
	assert_true(carrier_wait_idle(world.carrier, WAIT_MS));
	assert_string_equal(world_status(&world, sid), "delivered");
	assert_string_equal(world_text(&world, "price"), "-0.00750");
	assert_string_equal(world_text(&world, "price_unit"), "USD");
	assert_true(clock_parse_rfc2822(world_text(&world, "date_sent")) > 0);
	world_close(&world);
}

static void
test_files_of_a_message(void **state)
{
	struct carrier_options options = { .manual = true };
	struct carrier_inbound inbound = { .channel = CHANNEL_WHATSAPP, .from = "+5215512345678", .media_count = 2 };
	char sid[CARRIER_SID_SIZE], target[200];
	struct world world;
	const char *location, *path;

	(void)state;
	world_open(&world, &options);
	assert_int_equal(carrier_inbound(world.carrier, &inbound, sid, NULL), STATUS_OK);
	snprintf(target, sizeof target, "/2010-04-01/Accounts/" ACCOUNT "/Messages/%s/Media.json", sid);
	world_ask(&world, "GET", target, NULL);
	assert_int_equal(json_count(json_get(world.answer, "media_list")), 2);
	snprintf(target, sizeof target, "/2010-04-01/Accounts/" ACCOUNT "/Messages/%s/Media/%s", sid,
		 json_string(json_get(json_at(json_get(world.answer, "media_list"), 1), "sid")));
	world.user = NULL;
	world_ask(&world, "GET", target, NULL);
	assert_int_equal(world.reply.status, 401);
	world.user = ACCOUNT;
	world_ask(&world, "GET", target, NULL);
	assert_int_equal(world.reply.status, 307);
	location = world.reply.location;
	assert_memory_equal(location, carrier_url(world.carrier), strlen(carrier_url(world.carrier)));
	path = location + strlen(carrier_url(world.carrier));
	snprintf(target, sizeof target, "%s", path);
	world.user = NULL;
	world_ask(&world, "GET", target, NULL);
	assert_int_equal(world.reply.status, 200);
	assert_string_equal(world.reply.content_type, "image/png");
	assert_memory_equal(world.reply.body.data, "\x89PNG\r\n\x1a\n", 8);
	assert_memory_equal(world.reply.body.data + world.reply.body.len - 8, "IEND\xAE\x42\x60\x82", 8);
	world_close(&world);
}

static void
test_stop_and_start(void **state)
{
	struct carrier_options options = { .manual = true };
	struct carrier_inbound inbound = { .channel = CHANNEL_SMS, .from = "+5215512345678", .body = " stop\n" };
	struct world world;

	(void)state;
	world_open(&world, &options);
	assert_int_equal(carrier_inbound(world.carrier, &inbound, NULL, NULL), STATUS_OK);
	assert_true(receiver_wait(world.receiver, 1)); /* the program hears of it all the same */
	world_ask(&world, "POST", MESSAGES, SMS "&Body=x");
	assert_int_equal(world_number(&world, "code"), 21610);
	world_ask(&world, "GET", MESSAGES "?To=%2B5215512345678", NULL);
	assert_string_equal(json_string(json_get(json_at(json_get(world.answer, "messages"), 0), "direction")),
			    "outbound-reply");
	inbound.body = "please do not stop";
	assert_int_equal(carrier_inbound(world.carrier, &inbound, NULL, NULL), STATUS_OK);
	inbound.body = "Start";
	assert_int_equal(carrier_inbound(world.carrier, &inbound, NULL, NULL), STATUS_OK);
	world_ask(&world, "POST", MESSAGES, SMS "&Body=x");
	assert_int_equal(world.reply.status, 201);
	world_close(&world);
}

/* The first number of the list: its `name`; "" when there is none. */
static const char *
number_text(const struct world *world, const char *name)
{
	const char *text = json_string(json_get(json_at(json_get(world->answer, "incoming_phone_numbers"), 0), name));

	return text != NULL ? text : "";
}

static void
test_numbers(void **state)
{
	static const char list[] = "/2010-04-01/Accounts/" ACCOUNT "/IncomingPhoneNumbers.json";
	struct carrier_options options = { .manual = true };
	struct carrier_inbound inbound = { .channel = CHANNEL_SMS, .from = "+5215512345678", .body = "x" };
	char target[200];
	struct world world;

	(void)state;
	world_open(&world, &options);
	snprintf(target, sizeof target, "%s?PhoneNumber=%%2B12125550100", list);
	world_ask(&world, "GET", target, NULL);
	assert_int_equal(json_count(json_get(world.answer, "incoming_phone_numbers")), 0);
	snprintf(target, sizeof target, "%s?PhoneNumber=%%2B15005550006", list);
	world_ask(&world, "GET", target, NULL);
	assert_string_equal(number_text(&world, "sms_url"), PUBLIC_URL "/api/webhooks/sms");
	assert_string_equal(number_text(&world, "sms_method"), "POST");
	snprintf(target, sizeof target, "/2010-04-01/Accounts/" ACCOUNT "/IncomingPhoneNumbers/%s.json",
		 number_text(&world, "sid"));
	world_ask(&world, "POST", target, "SmsUrl=nowhere");
	assert_int_equal(world_number(&world, "code"), 21402);
	world_ask(&world, "POST", target, "SmsMethod=PATCH");
	assert_int_equal(world_number(&world, "code"), 21403);
	world_ask(&world, "POST", target, "SmsUrl=https%3A%2F%2Fhilo.example.com%2Ftunnel%2Felsewhere");
	assert_int_equal(world.reply.status, 200);
	world_ask(&world, "GET", target, NULL);
	assert_string_equal(world_text(&world, "sms_url"), PUBLIC_URL "/elsewhere");
	assert_int_equal(carrier_inbound(world.carrier, &inbound, NULL, NULL), STATUS_OK);
	assert_true(receiver_wait(world.receiver, 1));
	assert_string_equal(receiver_get(world.receiver, 0)->target, "/elsewhere");
	world_close(&world);
}

static void
test_wrong_options(void **state)
{
	static const struct {
		const char *name;
		struct carrier_options options;
	} rows[] = {
		{ "account", { .account_sid = "AC12" } },
		{ "number", { .sms_number = "5550100" } },
		{ "base", { .base_url = "ftp://127.0.0.1" } },
		{ "public", { .base_url = "http://127.0.0.1", .public_url = "example.com" } },
		{ "listen", { .listen = "8080" } },
		{ "listen name", { .listen = "example.com:80" } },
		{ "port", { .listen = "127.0.0.1:70000" } },
		{ "speed", { .speed = -1 } },
		{ "delay", { .delay_min_ms = 5, .delay_max_ms = 4 } },
		{ "faults", { .faults = "earthquake" } },
	};
	struct carrier_options options = { .manual = true };
	struct carrier *carrier = NULL;
	struct err err;
	struct world world;
	char taken[64];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		err.text[0] = '\0';
		check_row(rows[i].name, carrier_new(&rows[i].options, &carrier, &err) == STATUS_INVALID);
		check_row(rows[i].name, err.text[0] != '\0');
	}
	world_open(&world, &options);
	snprintf(taken, sizeof taken, "127.0.0.1:%d", carrier_port(world.carrier));
	options.listen = taken;
	assert_int_equal(carrier_new(&options, &carrier, &err), STATUS_BUSY);
	assert_non_null(strstr(err.text, taken));
	world_close(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_credentials_and_routes),
		cmocka_unit_test(test_answer_of_create),
		cmocka_unit_test(test_kinds_of_message),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_page_is_stable_while_messages_come),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_redact_and_delete),
		cmocka_unit_test(test_price_and_dates_come_later),
		cmocka_unit_test(test_files_of_a_message),
		cmocka_unit_test(test_stop_and_start),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_wrong_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
