/* SPDX-License-Identifier: MIT */
/* Requests as Twilio's documentation has them, and what each answer, sound or broken, is taken for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/form.h"
#include "net/twilio_client.h"

#define ACCOUNT "AC0123456789abcdef0123456789abcdef"
#define SERVICE "MG0123456789abcdef0123456789abcdef"
#define SID "SM0123456789abcdef0123456789abcdef"
#define OTHER_SID "MMfedcba9876543210fedcba9876543210"
#define LIST_URL "https://api.twilio.com/2010-04-01/Accounts/" ACCOUNT "/Messages.json"
#define STARTED 1692853305000LL /* Thu, 24 Aug 2023 05:01:45 +0000 */

static char empty[] = "", account[] = ACCOUNT, token[] = "secret token", api_url[] = "https://api.twilio.com";
static char public_url[] = "https://hilo.example";
static char body_text[] = "¿Qué tal? 50 % & más", template_sid[] = "HX0123456789abcdef0123456789abcdef";
static char variables[] = "{\"1\":\"Ana\"}", media_url[] = "https://hilo.example/a.png?x=1&y=2";

static struct config
make_config(void)
{
	return (struct config){ .twilio_account_sid = account,
				.twilio_auth_token = token,
				.twilio_api_url = api_url,
				.public_url = empty };
}

static struct outbox_row
make_row(enum channel channel, const char *sender, const char *recipient)
{
	struct outbox_row row = { .id = 7, .message_id = 42, .channel = channel, .started_at = STARTED, .body = body_text };

	snprintf(row.sender, sizeof row.sender, "%s", sender);
	snprintf(row.recipient, sizeof row.recipient, "%s", recipient);
	return row;
}

/* The fields of a body as "name=value" joined by bars, decoded. */
static void
read_form(const char *body, char *out, size_t size)
{
	struct form form;
	size_t used = 0;

	assert_int_equal(form_parse(body, strlen(body), 50, &form, NULL), STATUS_OK);
	out[0] = '\0';
	for (size_t i = 0; i < form.count; i++) {
		int n = snprintf(out + used, size - used, "%s%s=%s", i > 0 ? "|" : "", form.fields[i].name,
				 form.fields[i].value);

		assert_true(n > 0 && (size_t)n < size - used);
		used += (size_t)n;
	}
	form_release(&form);
}

static void
test_create_requests(void **state)
{
	static const struct {
		const char *name;
		enum channel channel;
		const char *sender, *recipient;
		char *body, *media, *template, *variables, *public;
		const char *fields;
	} rows[] = {
		{ "text", CHANNEL_SMS, "+15005550006", "+5215512345678", body_text, NULL, NULL, NULL, empty,
		  "To=+5215512345678|From=+15005550006|Body=¿Qué tal? 50 % & más" },
		{ "with callback", CHANNEL_SMS, "+15005550006", "+5215512345678", body_text, NULL, NULL, NULL, public_url,
		  "To=+5215512345678|From=+15005550006|Body=¿Qué tal? 50 % & más|"
		  "StatusCallback=https://hilo.example/api/webhooks/message-status/42" },
		{ "service", CHANNEL_SMS, SERVICE, "+5215512345678", body_text, NULL, NULL, NULL, empty,
		  "To=+5215512345678|MessagingServiceSid=" SERVICE "|Body=¿Qué tal? 50 % & más" },
		{ "WhatsApp", CHANNEL_WHATSAPP, "+14155238886", "+5215512345678", body_text, NULL, NULL, NULL, empty,
		  "To=whatsapp:+5215512345678|From=whatsapp:+14155238886|Body=¿Qué tal? 50 % & más" },
		{ "WhatsApp address as it came", CHANNEL_WHATSAPP, "whatsapp:+14155238886", "whatsapp:MX.1A2B", body_text, NULL,
		  NULL, NULL, empty, "To=whatsapp:MX.1A2B|From=whatsapp:+14155238886|Body=¿Qué tal? 50 % & más" },
		{ "WhatsApp service", CHANNEL_WHATSAPP, SERVICE, "+5215512345678", body_text, NULL, NULL, NULL, empty,
		  "To=whatsapp:+5215512345678|MessagingServiceSid=" SERVICE "|Body=¿Qué tal? 50 % & más" },
		{ "picture with text", CHANNEL_SMS, "+15005550006", "+5215512345678", body_text, media_url, NULL, NULL, empty,
		  "To=+5215512345678|From=+15005550006|Body=¿Qué tal? 50 % & más|MediaUrl=https://hilo.example/a.png?x=1&y=2" },
		{ "picture alone", CHANNEL_SMS, "+15005550006", "+5215512345678", empty, media_url, NULL, NULL, empty,
		  "To=+5215512345678|From=+15005550006|MediaUrl=https://hilo.example/a.png?x=1&y=2" },
		{ "template", CHANNEL_WHATSAPP, "+14155238886", "+5215512345678", body_text, NULL, template_sid, variables, empty,
		  "To=whatsapp:+5215512345678|From=whatsapp:+14155238886|"
		  "ContentSid=HX0123456789abcdef0123456789abcdef|ContentVariables={\"1\":\"Ana\"}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct config config = make_config();
		struct outbox_row row = make_row(rows[i].channel, rows[i].sender, rows[i].recipient);
		struct http_call call;
		char fields[1024];

		config.public_url = rows[i].public;
		row.body = rows[i].body;
		row.media_url = rows[i].media;
		row.content_sid = rows[i].template;
		row.variables = rows[i].variables;
		http_call_init(&call);
		assert_int_equal(twilio_create(&config, &row, &call, NULL), STATUS_OK);
		read_form(strbuf_text(&call.body), fields, sizeof fields);
		if (strcmp(fields, rows[i].fields) != 0)
			fail_msg("%s: %s", rows[i].name, fields);
		assert_int_equal(call.method, HTTP_CLIENT_POST);
		assert_string_equal(strbuf_text(&call.url), LIST_URL);
		assert_string_equal(call.user, ACCOUNT);
		assert_string_equal(call.password, "secret token");
		assert_true(call.fresh_connect);
		http_call_release(&call);
	}
}

static void
test_create_refuses_broken_text(void **state)
{
	struct config config = make_config();
	struct outbox_row row = make_row(CHANNEL_SMS, "+15005550006", "+5215512345678");
	char broken[] = "abc\xC3";
	struct http_call call;

	(void)state;
	row.body = broken;
	http_call_init(&call);
	assert_int_equal(twilio_create(&config, &row, &call, NULL), STATUS_INVALID);
	http_call_release(&call);
}

static void
test_create_refuses_what_is_too_long(void **state)
{
	struct config config = make_config();
	struct outbox_row row = make_row(CHANNEL_SMS, "+15005550006", "+5215512345678");
	char *text = malloc(HTTP_CLIENT_BODY_MAX + 1);
	struct http_call call;

	(void)state;
	assert_non_null(text);
	memset(text, 'a', HTTP_CLIENT_BODY_MAX);
	text[HTTP_CLIENT_BODY_MAX] = '\0';
	row.body = text;
	http_call_init(&call);
	assert_int_equal(twilio_create(&config, &row, &call, NULL), STATUS_INVALID);
	http_call_release(&call);
	free(text);
}

static void
test_list_and_fetch_requests(void **state)
{
	struct config config = make_config();
	struct outbox_row row = make_row(CHANNEL_WHATSAPP, "+14155238886", "+5215512345678");
	struct outbox_row pool = make_row(CHANNEL_SMS, SERVICE, "+5215512345678");
	struct http_call call;

	(void)state;
	http_call_init(&call);
	assert_int_equal(twilio_list(&config, &row, NULL, &call, NULL), STATUS_OK);
	assert_string_equal(strbuf_text(&call.url), LIST_URL "?To=whatsapp%3A%2B5215512345678&From=whatsapp%3A%2B14155238886"
							     "&PageSize=50");
	assert_int_equal(call.method, HTTP_CLIENT_GET);
	http_call_release(&call);

	http_call_init(&call);
	assert_int_equal(twilio_list(&config, &pool, NULL, &call, NULL), STATUS_OK);
	assert_string_equal(strbuf_text(&call.url), LIST_URL "?To=%2B5215512345678&PageSize=50");
	http_call_release(&call);

	http_call_init(&call);
	assert_int_equal(twilio_list(&config, &row, "/2010-04-01/Accounts/" ACCOUNT "/Messages.json?Page=1&PageToken=x", &call,
				     NULL),
			 STATUS_OK);
	assert_string_equal(strbuf_text(&call.url), LIST_URL "?Page=1&PageToken=x");
	http_call_release(&call);

	http_call_init(&call);
	assert_int_equal(twilio_fetch(&config, SID, &call, NULL), STATUS_OK);
	assert_string_equal(strbuf_text(&call.url),
			    "https://api.twilio.com/2010-04-01/Accounts/" ACCOUNT "/Messages/" SID ".json");
	assert_string_equal(call.user, ACCOUNT);
	http_call_release(&call);
}

static struct http_result
answer(int status, const char *body)
{
	return (struct http_result){ .outcome = HTTP_OUTCOME_ANSWER,
				     .status = status,
				     .body = body,
				     .body_len = strlen(body),
				     .reason = "" };
}

#define GOOD "{\"sid\":\"" SID "\",\"status\":\"queued\",\"num_segments\":\"2\"}"

static void
test_classes(void **state)
{
	static const struct {
		const char *name;
		int status;
		const char *body;
		enum attempt_class class;
		int code;
		const char *words; /* NULL: any, but some */
	} rows[] = {
		{ "created", 201, GOOD, ATTEMPT_ACCEPTED, 0, "" },
		{ "ok", 200, GOOD, ATTEMPT_ACCEPTED, 0, "" },
		{ "message with media", 201, "{\"sid\":\"" OTHER_SID "\"}", ATTEMPT_ACCEPTED, 0, "" },
		{ "taken, to be processed", 202, GOOD, ATTEMPT_UNKNOWN, 0, NULL },
		{ "no content", 204, "", ATTEMPT_UNKNOWN, 0, NULL },
		{ "created, empty", 201, "", ATTEMPT_UNKNOWN, 0, NULL },
		{ "created, page of a proxy", 201, "<html>ok</html>", ATTEMPT_UNKNOWN, 0, NULL },
		{ "created, cut in half", 201, "{\"sid\":\"SM0123", ATTEMPT_UNKNOWN, 0, NULL },
		{ "created, without sid", 201, "{\"status\":\"queued\"}", ATTEMPT_UNKNOWN, 0, NULL },
		{ "created, sid of something else", 201, "{\"sid\":\"" ACCOUNT "\"}", ATTEMPT_UNKNOWN, 0, NULL },
		{ "created, sid too short", 201, "{\"sid\":\"SM01\"}", ATTEMPT_UNKNOWN, 0, NULL },
		{ "created, sid too long", 201, "{\"sid\":\"" SID "0\"}", ATTEMPT_UNKNOWN, 0, NULL },
		{ "created, sid a number", 201, "{\"sid\":12}", ATTEMPT_UNKNOWN, 0, NULL },
		{ "created, sid null", 201, "{\"sid\":null}", ATTEMPT_UNKNOWN, 0, NULL },
		{ "created, a list", 201, "[" GOOD "]", ATTEMPT_UNKNOWN, 0, NULL },
		{ "created, two sids", 201, "{\"sid\":\"" SID "\",\"sid\":\"" OTHER_SID "\"}", ATTEMPT_UNKNOWN, 0, NULL },
		{ "continue", 100, "", ATTEMPT_UNKNOWN, 0, NULL },
		{ "moved", 301, "", ATTEMPT_UNKNOWN, 0, NULL },
		{ "moved with a body", 307, GOOD, ATTEMPT_UNKNOWN, 0, NULL },
		{ "refused", 400, "{\"code\":21211,\"message\":\"Not a valid phone number.\",\"status\":400}", ATTEMPT_REFUSED,
		  21211, "Not a valid phone number." },
		{ "refused, code as text", 400, "{\"code\":\"21610\",\"message\":\"Opted out.\"}", ATTEMPT_REFUSED, 21610,
		  "Opted out." },
		{ "refused, newer form", 400, "{\"title\":\"Bad\",\"detail\":\"Worse.\",\"code\":63016}", ATTEMPT_REFUSED, 63016,
		  "Worse." },
		{ "refused, title alone", 422, "{\"title\":\"Bad\"}", ATTEMPT_REFUSED, 0, "Bad" },
		{ "refused by a gateway", 400, "<html>", ATTEMPT_REFUSED, 0, NULL },
		{ "refused, nothing said", 404, "", ATTEMPT_REFUSED, 0, NULL },
		{ "refused, odd code", 400, "{\"code\":-5,\"message\":\"x\"}", ATTEMPT_REFUSED, 0, "x" },
		{ "refused, huge code", 400, "{\"code\":99999999999,\"message\":\"x\"}", ATTEMPT_REFUSED, 0, "x" },
		{ "refused, words not text", 400, "{\"code\":21211,\"message\":{\"a\":1}}", ATTEMPT_REFUSED, 21211, NULL },
		{ "wrong token", 401, "{\"code\":20003,\"message\":\"Authenticate\"}", ATTEMPT_REFUSED, 20003,
		  "The carrier refused the account: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN." },
		{ "not allowed", 403, "", ATTEMPT_REFUSED, 0,
		  "The carrier refused the account: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN." },
		{ "request timeout", 408, "", ATTEMPT_UNKNOWN, 0, NULL },
		{ "too many", 429, "{\"code\":20429,\"message\":\"Too many\"}", ATTEMPT_LIMITED, 20429, NULL },
		{ "too many, from a gateway", 429, "<html>", ATTEMPT_LIMITED, 20429, NULL },
		{ "broken", 500, "{\"code\":20500}", ATTEMPT_UNKNOWN, 0, NULL },
		{ "bad gateway", 502, "", ATTEMPT_UNKNOWN, 0, NULL },
		{ "unavailable", 503, "{\"code\":20503}", ATTEMPT_UNKNOWN, 0, NULL },
		{ "gateway timeout", 504, GOOD, ATTEMPT_UNKNOWN, 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct http_result result = answer(rows[i].status, rows[i].body);
		struct attempt_result out;

		twilio_created(&result, STARTED, &out);
		if (out.class != rows[i].class || out.error_code != rows[i].code)
			fail_msg("%s: class %d, code %d", rows[i].name, out.class, out.error_code);
		if (rows[i].words != NULL ? strcmp(out.reason, rows[i].words) != 0 : out.reason[0] == '\0')
			fail_msg("%s: %s", rows[i].name, out.reason);
		if ((out.class == ATTEMPT_ACCEPTED) != (out.provider_id[0] != '\0'))
			fail_msg("%s: id %s", rows[i].name, out.provider_id);
	}
}

static void
test_no_answer(void **state)
{
	struct http_result result = { .outcome = HTTP_OUTCOME_NOT_SENT, .body = "", .reason = "Couldn't connect" };
	struct attempt_result out;

	(void)state;
	twilio_created(&result, STARTED, &out);
	assert_int_equal(out.class, ATTEMPT_NOT_SENT);
	result.outcome = HTTP_OUTCOME_UNKNOWN;
	twilio_created(&result, STARTED, &out);
	assert_int_equal(out.class, ATTEMPT_UNKNOWN);
}

static void
test_accepted_fields(void **state)
{
	static const struct {
		const char *name;
		const char *fields;
		const char *status;
		int segments;
	} rows[] = {
		{ "as documented", "\"status\":\"accepted\",\"num_segments\":\"3\"", "accepted", 3 },
		{ "number as a number", "\"status\":\"queued\",\"num_segments\":1", "queued", 1 },
		{ "not told", "\"x\":1", "queued", 0 },
		{ "status not a word", "\"status\":\"<b>sent</b>\"", "queued", 0 },
		{ "status very long", "\"status\":\"abcdefghijklmnopqrstuvwxyz\"", "queued", 0 },
		{ "status null", "\"status\":null,\"num_segments\":null", "queued", 0 },
		{ "segments not a number", "\"num_segments\":\"two\"", "queued", 0 },
		{ "segments below zero", "\"num_segments\":-4", "queued", 0 },
		{ "segments with a point", "\"num_segments\":1.5", "queued", 0 },
		{ "segments very large", "\"num_segments\":\"99999999999999999999\"", "queued", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char body[512];
		struct http_result result;
		struct attempt_result out;

		snprintf(body, sizeof body, "{\"sid\":\"" SID "\",%s}", rows[i].fields);
		result = answer(201, body);
		twilio_created(&result, STARTED, &out);
		if (out.class != ATTEMPT_ACCEPTED || strcmp(out.status, rows[i].status) != 0 ||
		    out.segments != rows[i].segments || strcmp(out.provider_id, SID) != 0)
			fail_msg("%s: class %d, %s, %d segments", rows[i].name, out.class, out.status, out.segments);
	}
}

static void
test_long_words_are_cut_at_a_character(void **state)
{
	char body[2048] = "{\"code\":21211,\"message\":\"";
	struct http_result result;
	struct attempt_result out;
	size_t len = strlen(body);

	(void)state;
	for (int i = 0; i < 300; i++, len += 2)
		memcpy(body + len, "\xC3\xB1", 2); /* ñ */
	memcpy(body + len, "\"}", 3);
	result = answer(400, body);
	twilio_created(&result, STARTED, &out);
	assert_int_equal(strlen(out.reason), 254);
	assert_memory_equal(out.reason + 252, "\xC3\xB1", 2);
}

static void
test_retry_after(void **state)
{
	static const struct {
		const char *name;
		const char *value;
		int64_t wait_ms;
	} rows[] = {
		{ "absent", NULL, 0 },
		{ "empty", "", 0 },
		{ "zero", "0", 0 },
		{ "seconds", "7", 7000 },
		{ "at the cap", "60", 60000 },
		{ "above the cap", "61", 60000 },
		{ "far above", "99999999999999999999999999", 60000 },
		{ "below zero", "-5", 0 },
		{ "with a point", "1.5", 0 },
		{ "words", "soon", 0 },
		{ "date to come", "Thu, 24 Aug 2023 05:02:00 GMT", 15000 },
		{ "date far ahead", "Thu, 24 Aug 2023 09:00:00 GMT", 60000 },
		{ "date in the past", "Thu, 24 Aug 2023 05:00:00 GMT", 0 },
		{ "that moment", "Thu, 24 Aug 2023 05:01:45 GMT", 0 },
		{ "date without its zone", "Thu, 24 Aug 2023 05:02:00", 0 },
		{ "zone alone", " GMT", 0 },
		{ "not a date", "Some day in August at noon GMT", 0 },
		{ "long text", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa GMT", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int64_t wait_ms = twilio_retry_after(rows[i].value, STARTED);

		if (wait_ms != rows[i].wait_ms)
			fail_msg("%s: %lld ms", rows[i].name, (long long)wait_ms);
	}
}

#define MESSAGE(sid, date, direction, to, from, service, body) \
	"{\"sid\":\"" sid "\",\"date_created\":\"" date "\",\"direction\":\"" direction "\",\"to\":\"" to "\",\"from\":" from \
	",\"messaging_service_sid\":" service ",\"body\":\"" body "\",\"status\":\"sent\",\"num_segments\":\"1\"}"
#define NOW_DATE "Thu, 24 Aug 2023 05:01:46 +0000"
#define EDGE_DATE "Thu, 24 Aug 2023 04:59:45 +0000" /* two minutes before the attempt */
#define OLD_DATE "Thu, 24 Aug 2023 04:59:44 +0000"
#define FROM "\"+15005550006\""
#define TRIAL "Sent from your Twilio trial account - "

static void
test_candidates(void **state)
{
	static const struct {
		const char *name;
		const char *sender;
		bool template;
		const char *message;
		size_t found;
		bool past;
	} rows[] = {
		{ "ours", "+15005550006", false, MESSAGE(SID, NOW_DATE, "outbound-api", "+52155", FROM, "null", "hola"), 1, false },
		{ "trial account", "+15005550006", false,
		  MESSAGE(SID, NOW_DATE, "outbound-api", "+52155", FROM, "null", TRIAL "hola"), 1, false },
		{ "clocks two minutes apart", "+15005550006", false,
		  MESSAGE(SID, EDGE_DATE, "outbound-api", "+52155", FROM, "null", "hola"), 1, false },
		{ "older", "+15005550006", false, MESSAGE(SID, OLD_DATE, "outbound-api", "+52155", FROM, "null", "hola"), 0, true },
		{ "no date", "+15005550006", false, MESSAGE(SID, "soon", "outbound-api", "+52155", FROM, "null", "hola"), 0, false },
		{ "another text", "+15005550006", false,
		  MESSAGE(SID, NOW_DATE, "outbound-api", "+52155", FROM, "null", "hola!"), 0, false },
		{ "text that only begins so", "+15005550006", false,
		  MESSAGE(SID, NOW_DATE, "outbound-api", "+52155", FROM, "null", TRIAL), 0, false },
		{ "another customer", "+15005550006", false,
		  MESSAGE(SID, NOW_DATE, "outbound-api", "+52156", FROM, "null", "hola"), 0, false },
		{ "another number of ours", "+15005550006", false,
		  MESSAGE(SID, NOW_DATE, "outbound-api", "+52155", "\"+15005550007\"", "null", "hola"), 0, false },
		{ "what a customer wrote", "+15005550006", false,
		  MESSAGE(SID, NOW_DATE, "inbound", "+52155", FROM, "null", "hola"), 0, false },
		{ "an automatic answer", "+15005550006", false,
		  MESSAGE(SID, NOW_DATE, "outbound-reply", "+52155", FROM, "null", "hola"), 0, false },
		{ "sid of something else", "+15005550006", false,
		  MESSAGE(ACCOUNT, NOW_DATE, "outbound-api", "+52155", FROM, "null", "hola"), 0, false },
		{ "by our service", SERVICE, false,
		  MESSAGE(SID, NOW_DATE, "outbound-api", "+52155", "null", "\"" SERVICE "\"", "hola"), 1, false },
		{ "by another service", SERVICE, false,
		  MESSAGE(SID, NOW_DATE, "outbound-api", "+52155", FROM, "\"MGfedcba9876543210fedcba9876543210\"", "hola"), 0,
		  false },
		{ "by no service", SERVICE, false, MESSAGE(SID, NOW_DATE, "outbound-api", "+52155", FROM, "null", "hola"), 0,
		  false },
		{ "a template's text is the carrier's", "+15005550006", true,
		  MESSAGE(SID, NOW_DATE, "outbound-api", "+52155", FROM, "null", "Hello Ana"), 1, false },
		{ "not even an object", "+15005550006", false, "7", 0, false },
		{ "fields of other types", "+15005550006", false,
		  "{\"sid\":1,\"date_created\":2,\"direction\":[],\"to\":{},\"from\":true,\"body\":null}", 0, false },
	};
	struct config config = make_config();
	char hola[] = "hola";

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct outbox_row row = make_row(CHANNEL_SMS, rows[i].sender, "+52155");
		struct found_page page;
		char body[1024];
		struct http_result result;

		row.body = hola;
		row.content_sid = rows[i].template ? template_sid : NULL;
		snprintf(body, sizeof body, "{\"messages\":[%s],\"next_page_uri\":null}", rows[i].message);
		result = answer(200, body);
		assert_int_equal(twilio_listed(&config, &row, &result, &page, NULL), STATUS_OK);
		if (page.count != rows[i].found || page.past != rows[i].past)
			fail_msg("%s: %zu found, past %d", rows[i].name, page.count, page.past);
		if (page.count == 1) {
			assert_string_equal(page.found[0].provider_id, SID);
			assert_string_equal(page.found[0].status, "sent");
			assert_int_equal(page.found[0].segments, 1);
		}
	}
}

static void
test_list_answers(void **state)
{
	static const struct {
		const char *name;
		int status;
		const char *body;
		enum status read;
		const char *next;
	} rows[] = {
		{ "nothing there", 200, "{\"messages\":[],\"next_page_uri\":null}", STATUS_OK, "" },
		{ "last page, no link", 200, "{\"messages\":[]}", STATUS_OK, "" },
		{ "next page", 200,
		  "{\"messages\":[],\"next_page_uri\":\"/2010-04-01/Accounts/" ACCOUNT "/Messages.json?Page=1&PageToken=PA1\"}",
		  STATUS_OK, "/2010-04-01/Accounts/" ACCOUNT "/Messages.json?Page=1&PageToken=PA1" },
		{ "link to another host", 200, "{\"messages\":[],\"next_page_uri\":\"//evil.example/?\"}", STATUS_BUSY, "" },
		{ "link that makes our host a user name", 200, "{\"messages\":[],\"next_page_uri\":\"@evil.example/?\"}", STATUS_BUSY,
		  "" },
		{ "link to another account", 200,
		  "{\"messages\":[],\"next_page_uri\":\"/2010-04-01/Accounts/ACfedcba9876543210fedcba9876543210/Messages.json?Page=1\"}",
		  STATUS_BUSY, "" },
		{ "link with a line end", 200,
		  "{\"messages\":[],\"next_page_uri\":\"/2010-04-01/Accounts/" ACCOUNT "/Messages.json?\\r\\nX: y\"}", STATUS_BUSY, "" },
		{ "no list", 200, "{\"next_page_uri\":null}", STATUS_BUSY, "" },
		{ "list of another type", 200, "{\"messages\":{}}", STATUS_BUSY, "" },
		{ "cut", 200, "{\"messages\":[", STATUS_BUSY, "" },
		{ "empty", 200, "", STATUS_BUSY, "" },
		{ "broken", 500, "{\"messages\":[]}", STATUS_BUSY, "" },
		{ "wrong token", 401, "{\"code\":20003}", STATUS_BUSY, "" },
		{ "redirect", 302, "{\"messages\":[]}", STATUS_BUSY, "" },
	};
	struct config config = make_config();
	struct outbox_row row = make_row(CHANNEL_SMS, "+15005550006", "+52155");

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct http_result result = answer(rows[i].status, rows[i].body);
		struct found_page page;
		enum status status = twilio_listed(&config, &row, &result, &page, NULL);

		if (status != rows[i].read || strcmp(page.next, rows[i].next) != 0)
			fail_msg("%s: %s, next %s", rows[i].name, status_name(status), page.next);
	}
}

static void
test_fetch_answers(void **state)
{
	static const struct {
		const char *name;
		int status;
		const char *body;
		enum status read;
		const char *word;
		int code;
	} rows[] = {
		{ "delivered", 200, "{\"status\":\"delivered\",\"error_code\":null,\"error_message\":null}", STATUS_OK, "delivered",
		  0 },
		{ "failed", 200, "{\"status\":\"failed\",\"error_code\":30003,\"error_message\":\"Off\"}", STATUS_OK, "failed", 30003 },
		{ "code as text", 200, "{\"status\":\"failed\",\"error_code\":\"30003\"}", STATUS_OK, "failed", 30003 },
		{ "gone", 404, "{\"code\":20404}", STATUS_NOT_FOUND, "", 0 },
		{ "without status", 200, "{}", STATUS_BUSY, "", 0 },
		{ "status of another type", 200, "{\"status\":5}", STATUS_BUSY, "", 0 },
		{ "page of a proxy", 200, "<html>", STATUS_BUSY, "", 0 },
		{ "broken", 503, "{\"status\":\"delivered\"}", STATUS_BUSY, "", 0 },
		{ "too many", 429, "", STATUS_BUSY, "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct http_result result = answer(rows[i].status, rows[i].body);
		struct remote_status remote;
		enum status status = twilio_fetched(&result, &remote, NULL);

		if (status != rows[i].read || strcmp(remote.status, rows[i].word) != 0 || remote.error_code != rows[i].code)
			fail_msg("%s: %s, %s, %d", rows[i].name, status_name(status), remote.status, remote.error_code);
	}
}

static void
test_transports(void **state)
{
	struct config config = make_config();

	(void)state;
	assert_true(transport_for(CHANNEL_SMS)->ready(&config));
	assert_true(transport_for(CHANNEL_WHATSAPP)->ready(&config));
	assert_null(transport_for(CHANNEL_EMAIL));
	config.twilio_auth_token = empty;
	assert_false(transport_for(CHANNEL_SMS)->ready(&config));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_create_requests),
		cmocka_unit_test(test_create_refuses_broken_text),
		cmocka_unit_test(test_create_refuses_what_is_too_long),
		cmocka_unit_test(test_list_and_fetch_requests),
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_no_answer),
		cmocka_unit_test(test_accepted_fields),
		cmocka_unit_test(test_long_words_are_cut_at_a_character),
		cmocka_unit_test(test_retry_after),
		cmocka_unit_test(test_candidates),
		cmocka_unit_test(test_list_answers),
		cmocka_unit_test(test_fetch_answers),
		cmocka_unit_test(test_transports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
