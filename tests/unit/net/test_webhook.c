/* SPDX-License-Identifier: MIT */
/* The carrier's forms as the store gets them: what is taken, what becomes a dead letter, and that nothing is left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/webhook_form.h"

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])
#define ACCOUNT "AC0123456789abcdef0123456789abcdef"
#define SID "SM00112233445566778899aabbccddeeff"
#define SMS "MessageSid=" SID "&From=%2B5215512345678&To=%2B15005550006"
#define WHATSAPP "MessageSid=" SID "&From=whatsapp%3A%2B5215512345678&To=whatsapp%3A%2B14155238886"

static void
check_row(const char *name, bool fine)
{
	if (!fine)
		fail_msg("row \"%s\"", name);
}

static void
read_form(const char *body, struct form *form)
{
	struct err err = { "" };

	if (form_parse(body, strlen(body), 500, form, &err) != STATUS_OK)
		fail_msg("%s: %s", body, err.text);
}

/* --- messages ------------------------------------------------------------------------------------------------------ */

struct message_row {
	const char *name;
	const char *body;
	enum status status;
	enum channel channel;
	const char *text; /* of a good one; of a dead letter, a part of the reason */
};

static const struct message_row message_rows[] = {
	{ "a text", SMS "&Body=Hola", STATUS_OK, CHANNEL_SMS, "Hola" },
	{ "no text", SMS, STATUS_OK, CHANNEL_SMS, "" },
	{ "blanks", SMS "&Body=+%0A+", STATUS_OK, CHANNEL_SMS, " \n " },
	{ "on WhatsApp", WHATSAPP "&Body=%F0%9F%91%8D", STATUS_OK, CHANNEL_WHATSAPP, "\xf0\x9f\x91\x8d" },
	{ "our account", SMS "&AccountSid=" ACCOUNT, STATUS_OK, CHANNEL_SMS, "" },
	{ "a short code", "MessageSid=" SID "&From=12345&To=%2B15005550006", STATUS_OK, CHANNEL_SMS, "" },
	{ "a name for a sender", "MessageSid=" SID "&From=HILO&To=%2B15005550006", STATUS_OK, CHANNEL_SMS, "" },
	{ "a hidden number", "MessageSid=" SID "&From=whatsapp:MX.1A2b&To=whatsapp:%2B14155238886", STATUS_OK,
	  CHANNEL_WHATSAPP, "" },
	{ "an older name of the id", "SmsSid=" SID "&From=%2B5215512345678&To=%2B15005550006", STATUS_OK, CHANNEL_SMS, "" },
	{ "another kind of id", "MessageSid=XX1&From=%2B5215512345678&To=%2B15005550006", STATUS_OK, CHANNEL_SMS, "" },
	{ "received", SMS "&SmsStatus=received&MessageStatus=receiving", STATUS_OK, CHANNEL_SMS, "" },
	{ "nothing", "", STATUS_INVALID, CHANNEL_SMS, "MessageSid" },
	{ "an empty id", "MessageSid=&From=%2B5215512345678&To=%2B15005550006", STATUS_INVALID, CHANNEL_SMS, "MessageSid" },
	{ "an odd id", "MessageSid=SM-1&From=%2B5215512345678&To=%2B15005550006", STATUS_INVALID, CHANNEL_SMS, "not an id" },
	{ "a long id",
	  "MessageSid=00000000000000000000000000000000000000000000000000000000000000000&From=%2B5215512345678&To=12345",
	  STATUS_INVALID, CHANNEL_SMS, "not an id" },
	{ "no sender", "MessageSid=" SID "&To=%2B15005550006", STATUS_INVALID, CHANNEL_SMS, "From" },
	{ "no recipient", "MessageSid=" SID "&From=%2B5215512345678", STATUS_INVALID, CHANNEL_SMS, "To" },
	{ "an empty sender", "MessageSid=" SID "&From=&To=%2B15005550006", STATUS_INVALID, CHANNEL_SMS, "From" },
	{ "an odd sender", "MessageSid=" SID "&From=a%0Ab&To=%2B15005550006", STATUS_INVALID, CHANNEL_SMS, "From" },
	{ "an odd recipient", "MessageSid=" SID "&From=12345&To=%3Cb%3E", STATUS_INVALID, CHANNEL_SMS, "To" },
	{ "an empty WhatsApp number", "MessageSid=" SID "&From=whatsapp:&To=whatsapp:%2B14155238886", STATUS_INVALID,
	  CHANNEL_SMS, "From" },
	{ "two channels", "MessageSid=" SID "&From=whatsapp:%2B5215512345678&To=%2B15005550006", STATUS_INVALID, CHANNEL_SMS,
	  "channels" },
	{ "two channels the other way", "MessageSid=" SID "&From=%2B5215512345678&To=whatsapp:%2B14155238886",
	  STATUS_INVALID, CHANNEL_SMS, "channels" },
	{ "another account", SMS "&AccountSid=AC1", STATUS_INVALID, CHANNEL_SMS, "AccountSid" },
	{ "a zero byte", SMS "&Body=a%00b", STATUS_INVALID, CHANNEL_SMS, "zero byte" },
	{ "a zero byte elsewhere", SMS "&Body=a&X%00=b", STATUS_INVALID, CHANNEL_SMS, "zero byte" },
	{ "a status callback", SMS "&SmsStatus=delivered", STATUS_INVALID, CHANNEL_SMS, "status callback" },
};

static void
test_messages(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(message_rows); i++) {
		const struct message_row *row = &message_rows[i];
		struct webhook_inbound message;
		struct err err = { "" };
		struct form form;

		read_form(row->body, &form);
		check_row(row->name, webhook_inbound_read(&form, ACCOUNT, 77, &message, &err) == row->status);
		if (row->status == STATUS_OK) {
			check_row(row->name, message.inbound.channel == row->channel);
			check_row(row->name, strcmp(message.inbound.body, row->text) == 0);
			check_row(row->name, message.inbound.received_at == 77 && message.inbound.metadata != NULL);
		} else {
			check_row(row->name, strstr(err.text, row->text) != NULL);
		}
		webhook_inbound_release(&message);
		form_release(&form);
	}
}

static void
test_all_that_belongs_to_a_message(void **state)
{
	struct webhook_inbound message;
	const struct inbound *in = &message.inbound;
	struct form form;

	(void)state;
	read_form(WHATSAPP "&Body=&NumMedia=2&MediaUrl0=u0&MediaContentType0=image%2Fjpeg&MediaUrl1=u1&MediaUrl2=u2"
			   "&Latitude=19.43&Longitude=-99.13&Label=&Address=Plaza&ProfileName=Ana&OptOutType=STOP"
			   "&MessagingServiceSid=MG1&ExternalUserId=whatsapp:MX.1&OriginalRepliedMessageSid=SMquoted",
		  &form);
	assert_int_equal(webhook_inbound_read(&form, "", 1, &message, NULL), STATUS_OK);
	assert_string_equal(in->provider_message_id, SID);
	assert_string_equal(in->from, "whatsapp:+5215512345678");
	assert_string_equal(in->to, "whatsapp:+14155238886");
	assert_string_equal(in->name, "Ana");
	assert_string_equal(in->opt_out, "STOP");
	assert_string_equal(in->service, "MG1");
	assert_string_equal(in->also_known_as, "whatsapp:MX.1");
	assert_string_equal(in->reply_to, "SMquoted");
	assert_null(in->subject);
	assert_int_equal(in->attachment_count, 3);
	assert_string_equal(in->attachments[0].url, "u0");
	assert_string_equal(in->attachments[0].content_type, "image/jpeg");
	assert_string_equal(in->attachments[1].url, "u1");
	assert_null(in->attachments[1].content_type);
	assert_string_equal(in->attachments[2].kind, "location");
	assert_string_equal(in->attachments[2].url, "geo:19.43,-99.13");
	assert_string_equal(in->attachments[2].name, "Plaza");
	webhook_inbound_release(&message);
	form_release(&form);
}

struct media_row {
	const char *fields;
	size_t count;
};

static void
test_media_and_places_have_limits(void **state)
{
#define TWELVE                                                                                                         \
	"&MediaUrl0=a&MediaUrl1=a&MediaUrl2=a&MediaUrl3=a&MediaUrl4=a&MediaUrl5=a&MediaUrl6=a&MediaUrl7=a&MediaUrl8=a" \
	"&MediaUrl9=a&MediaUrl10=a&MediaUrl11=a"
	static const struct media_row rows[] = {
		{ "&NumMedia=12" TWELVE, 10 },
		{ "&NumMedia=99999999999999999999" TWELVE, 10 },
		{ "&NumMedia=-1" TWELVE, 10 },
		{ "&NumMedia=" TWELVE, 10 },
		{ TWELVE "&Latitude=1&Longitude=1", 11 },
		{ "&NumMedia=3" TWELVE, 3 },
		{ "&NumMedia=0" TWELVE, 0 },
		{ "&NumMedia=3&MediaUrl0=a&MediaUrl1=&MediaUrl2=c", 2 },
		{ "&NumMedia=2", 0 },
		{ "&Latitude=90&Longitude=-180.0", 1 },
		{ "&Latitude=91&Longitude=0", 0 },
		{ "&Latitude=0&Longitude=181", 0 },
		{ "&Latitude=1.2.3&Longitude=0", 0 },
		{ "&Latitude=1e1&Longitude=0", 0 },
		{ "&Latitude=.&Longitude=0", 0 },
		{ "&Latitude=-&Longitude=0", 0 },
		{ "&Latitude=1,5&Longitude=0", 0 },
		{ "&Latitude=1", 0 },
		{ "&Latitude=0.000000000000000000000001&Longitude=0", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct webhook_inbound message;
		char body[512] = SMS;
		struct form form;

		memcpy(body + strlen(body), rows[i].fields, strlen(rows[i].fields) + 1);
		read_form(body, &form);
		check_row(rows[i].fields, webhook_inbound_read(&form, "", 1, &message, NULL) == STATUS_OK);
		check_row(rows[i].fields, message.inbound.attachment_count == rows[i].count);
		webhook_inbound_release(&message);
		form_release(&form);
	}
}

struct json_row {
	const char *body;
	const char *json;
};

static void
test_every_field_is_kept_in_order(void **state)
{
	static const struct json_row rows[] = {
		{ "", "{}" },
		{ "b=1&a=2", "{\"b\":\"1\",\"a\":\"2\"}" },
		{ "a=1&b=2&a=3&a=", "{\"a\":[\"1\",\"3\",\"\"],\"b\":\"2\"}" },
		{ "a&=x&%22%5C=%0A", "{\"a\":\"\",\"\":\"x\",\"\\\"\\\\\":\"\\n\"}" },
		{ "a=A&A=a", "{\"a\":\"A\",\"A\":\"a\"}" },
		{ "a=%C3%B1%F0%9F%91%8D", "{\"a\":\"\xc3\xb1\xf0\x9f\x91\x8d\"}" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct form form;
		char *json;

		read_form(rows[i].body, &form);
		json = webhook_form_json(&form);
		assert_non_null(json);
		assert_string_equal(json, rows[i].json);
		free(json);
		form_release(&form);
	}
}

/* --- status callbacks ---------------------------------------------------------------------------------------------- */

struct delivery_row {
	const char *name;
	const char *body;
	enum status status;
	const char *word;
	int code;
	const char *message;
};

static const struct delivery_row delivery_rows[] = {
	{ "sent", "MessageSid=" SID "&MessageStatus=sent", STATUS_OK, "sent", 0, NULL },
	{ "older names", "SmsSid=" SID "&SmsStatus=delivered", STATUS_OK, "delivered", 0, NULL },
	{ "the newer name wins", "MessageSid=" SID "&SmsStatus=sent&MessageStatus=read", STATUS_OK, "read", 0, NULL },
	{ "an unknown word", "MessageSid=" SID "&MessageStatus=teleported", STATUS_OK, "teleported", 0, NULL },
	{ "a code", "MessageSid=" SID "&MessageStatus=failed&ErrorCode=30003&ErrorMessage=off", STATUS_OK, "failed", 30003,
	  "off" },
	{ "the channel's words", "MessageSid=" SID "&MessageStatus=failed&ErrorCode=63016&ChannelStatusMessage=window",
	  STATUS_OK, "failed", 63016, "window" },
	{ "no code", "MessageSid=" SID "&MessageStatus=failed&ErrorCode=", STATUS_OK, "failed", 0, NULL },
	{ "a code in words", "MessageSid=" SID "&MessageStatus=failed&ErrorCode=oops", STATUS_OK, "failed", 0, NULL },
	{ "a huge code", "MessageSid=" SID "&MessageStatus=failed&ErrorCode=999999999999", STATUS_OK, "failed", 0, NULL },
	{ "no id", "MessageStatus=sent", STATUS_INVALID, NULL, 0, "MessageSid" },
	{ "no status", "MessageSid=" SID, STATUS_INVALID, NULL, 0, "MessageStatus" },
	{ "an empty status", "MessageSid=" SID "&MessageStatus=", STATUS_INVALID, NULL, 0, "MessageStatus" },
	{ "a long status", "MessageSid=" SID "&MessageStatus=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", STATUS_INVALID, NULL, 0,
	  "MessageStatus" },
	{ "a message", SMS "&SmsStatus=received&Body=Hola", STATUS_INVALID, NULL, 0, "It is a message" },
	{ "another account", "MessageSid=" SID "&MessageStatus=sent&AccountSid=AC1", STATUS_INVALID, NULL, 0, "AccountSid" },
	{ "a zero byte", "MessageSid=" SID "&MessageStatus=sent&a=%00", STATUS_INVALID, NULL, 0, "zero byte" },
};

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void
test_status_callbacks(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(delivery_rows); i++) {
		const struct delivery_row *row = &delivery_rows[i];
		const struct delivery_callback *callback;
		struct webhook_delivery delivery;
		struct err err = { "" };
		struct form form;

		read_form(row->body, &form);
		check_row(row->name, webhook_delivery_read(&form, ACCOUNT, 5, 77, &delivery, &err) == row->status);
		callback = &delivery.callback;
		if (row->status == STATUS_OK) {
			check_row(row->name, strcmp(callback->provider_message_id, SID) == 0);
			check_row(row->name, strcmp(callback->status, row->word) == 0);
			check_row(row->name, callback->error_code == row->code);
			check_row(row->name, same_text(callback->error_message, row->message));
			check_row(row->name, callback->message_id == 5 && callback->received_at == 77);
			check_row(row->name, callback->payload != NULL && callback->payload[0] == '{');
		} else {
			check_row(row->name, strstr(err.text, row->message) != NULL);
		}
		webhook_delivery_release(&delivery);
		form_release(&form);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_all_that_belongs_to_a_message),
		cmocka_unit_test(test_media_and_places_have_limits),
		cmocka_unit_test(test_every_field_is_kept_in_order),
		cmocka_unit_test(test_status_callbacks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
