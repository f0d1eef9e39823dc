/* SPDX-License-Identifier: MIT */
#include "net/webhook_form.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/address.h"
#include "core/json.h"

#define SID_MAX 64

static bool
is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The carrier's ids are SM or MM and 32 hex digits; other short words are taken too, since they are only compared. */
static bool
is_message_sid(const char *text)
{
	size_t len = 0;

	while (len <= SID_MAX && is_alphanumeric(text[len]))
		len++;
	return len > 0 && len <= SID_MAX && text[len] == '\0';
}

/* The first of these names that has a value, or NULL. */
static const char *
first_of(const struct form *form, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *value = form_get(form, names[i]);

		if (value != NULL && value[0] != '\0')
			return value;
	}
	return NULL;
}

static const char *
text_or_null(const struct form *form, const char *name)
{
	return first_of(form, &name, 1);
}

static bool
came_before(const struct form *form, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (strcmp(form->fields[i].name, form->fields[index].name) == 0)
			return true;
	return false;
}

static bool
add_field(struct json *object, const struct form *form, size_t index)
{
	const struct form_field *field = &form->fields[index];
	struct json *values = NULL;

	for (size_t i = index + 1; i < form->count; i++) {
		if (strcmp(form->fields[i].name, field->name) != 0)
			continue;
		if (values == NULL) {
			values = json_add_array(object, field->name);
			if (values == NULL || json_push_string(values, field->value) == NULL)
				return false;
		}
		if (json_push_string(values, form->fields[i].value) == NULL)
			return false;
	}
	return values != NULL || json_add_string(object, field->name, field->value) != NULL;
}

char *
webhook_form_json(const struct form *form)
{
	struct json *object = json_new_object();
	bool fine = object != NULL;
	char *text;

	for (size_t i = 0; fine && i < form->count; i++)
		fine = came_before(form, i) || add_field(object, form, i);
	text = fine ? json_print(object) : NULL;
	json_free(object);
	return text;
}

static enum status
check_form(const struct form *form, const char *account_sid, struct err *err)
{
	const char *given = form_get(form, "AccountSid");

	if (form->holds_nul)
		return err_set(err, STATUS_INVALID, "It holds a zero byte.");
	if (form->not_utf8)
		return err_set(err, STATUS_INVALID, "It is not UTF-8.");
	if (given == NULL || given[0] == '\0' || account_sid[0] == '\0' || strcmp(given, account_sid) == 0)
		return STATUS_OK;
	return err_set(err, STATUS_INVALID, "It belongs to another account (AccountSid).");
}

static enum status
read_sid(const struct form *form, const char **sid, struct err *err)
{
	static const char *const names[] = { "MessageSid", "SmsMessageSid", "SmsSid" };

	*sid = first_of(form, names, sizeof names / sizeof names[0]);
	if (*sid == NULL)
		return err_set(err, STATUS_INVALID, "It has no MessageSid.");
	if (!is_message_sid(*sid))
		return err_set(err, STATUS_INVALID, "Its MessageSid is not an id.");
	return STATUS_OK;
}

static const char *
read_status(const struct form *form)
{
	static const char *const names[] = { "MessageStatus", "SmsStatus" };

	return first_of(form, names, sizeof names / sizeof names[0]);
}

static bool
is_inbound_status(const char *status)
{
	return strcmp(status, "received") == 0 || strcmp(status, "receiving") == 0;
}

static enum status
read_addresses(const struct form *form, struct inbound *in, struct err *err)
{
	struct address address;
	struct err why = { "" };

	in->from = form_get(form, "From");
	in->to = form_get(form, "To");
	if (in->from == NULL || in->to == NULL)
		return err_set(err, STATUS_INVALID, "It has no From or no To.");
	in->channel = strncmp(in->from, "whatsapp:", 9) == 0 ? CHANNEL_WHATSAPP : CHANNEL_SMS;
	if ((in->channel == CHANNEL_WHATSAPP) != (strncmp(in->to, "whatsapp:", 9) == 0))
		return err_set(err, STATUS_INVALID, "From and To are of different channels.");
	if (address_parse(in->channel, in->from, true, &address, &why) != STATUS_OK)
		return err_set(err, STATUS_INVALID, "From cannot be used: %s", why.text);
	if (address_parse(in->channel, in->to, true, &address, &why) != STATUS_OK)
		return err_set(err, STATUS_INVALID, "To cannot be used: %s", why.text);
	return STATUS_OK;
}

/* How many media are announced, at most WEBHOOK_MEDIA_MAX; without a proper number, as many as came. */
static int
media_announced(const struct form *form)
{
	const char *text = form_get(form, "NumMedia");
	int count = 0;

	if (text == NULL || text[0] == '\0')
		return WEBHOOK_MEDIA_MAX;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return WEBHOOK_MEDIA_MAX;
		count = count * 10 + (*text - '0');
		if (count > WEBHOOK_MEDIA_MAX)
			return WEBHOOK_MEDIA_MAX;
	}
	return count;
}

static void
read_media(const struct form *form, struct webhook_inbound *out)
{
	int announced = media_announced(form);

	for (int i = 0; i < announced; i++) {
		char name[32];
		struct inbound_attachment *attachment = &out->attachments[out->inbound.attachment_count];

		snprintf(name, sizeof name, "MediaUrl%d", i);
		attachment->url = text_or_null(form, name);
		if (attachment->url == NULL)
			continue;
		snprintf(name, sizeof name, "MediaContentType%d", i);
		attachment->content_type = text_or_null(form, name);
		attachment->name = NULL;
		attachment->kind = "media";
		out->inbound.attachment_count++;
	}
}

/* True for a decimal number with a point, within +-limit. */
static bool
is_coordinate(const char *text, int limit)
{
	const char *digit = text[0] == '-' || text[0] == '+' ? text + 1 : text;
	int whole = 0, digits = 0, points = 0;

	if (strlen(text) > 24)
		return false;
	for (; *digit != '\0'; digit++) {
		if (*digit == '.' && points++ == 0)
			continue;
		if (*digit < '0' || *digit > '9')
			return false;
		digits++;
		if (points == 0)
			whole = whole * 10 + (*digit - '0');
		if (whole > limit)
			return false;
	}
	return digits > 0;
}

static void
read_place(const struct form *form, struct webhook_inbound *out)
{
	static const char *const names[] = { "Label", "Address" };
	const char *latitude = text_or_null(form, "Latitude");
	const char *longitude = text_or_null(form, "Longitude");
	struct inbound_attachment *attachment = &out->attachments[out->inbound.attachment_count];

	if (latitude == NULL || longitude == NULL || !is_coordinate(latitude, 90) || !is_coordinate(longitude, 180))
		return;
	snprintf(out->place, sizeof out->place, "geo:%s,%s", latitude, longitude);
	attachment->kind = "location";
	attachment->content_type = NULL;
	attachment->name = first_of(form, names, sizeof names / sizeof names[0]);
	attachment->url = out->place;
	out->inbound.attachment_count++;
}

enum status
webhook_inbound_read(const struct form *form, const char *account_sid, int64_t now_ms, struct webhook_inbound *out,
		     struct err *err)
{
	struct inbound *in = &out->inbound;
	const char *state;
	enum status status;

	memset(out, 0, sizeof *out);
	status = check_form(form, account_sid, err);
	if (status == STATUS_OK)
		status = read_sid(form, &in->provider_message_id, err);
	if (status == STATUS_OK)
		status = read_addresses(form, in, err);
	if (status != STATUS_OK)
		return status;
	/* Where the routes are mixed up at the carrier, our own message must not come back as the customer's. */
	state = read_status(form);
	if (state != NULL && !is_inbound_status(state))
		return err_set(err, STATUS_INVALID, "It is a status callback, sent to the address for messages.");
	in->body = form_get(form, "Body");
	if (in->body == NULL)
		in->body = "";
	in->name = text_or_null(form, "ProfileName");
	in->service = text_or_null(form, "MessagingServiceSid");
	in->also_known_as = text_or_null(form, "ExternalUserId");
	in->opt_out = text_or_null(form, "OptOutType");
	in->reply_to = text_or_null(form, "OriginalRepliedMessageSid");
	in->received_at = now_ms;
	in->attachments = out->attachments;
	read_media(form, out);
	read_place(form, out);
	out->metadata = webhook_form_json(form);
	in->metadata = out->metadata;
	return out->metadata != NULL ? STATUS_OK : err_set(err, STATUS_NO_MEMORY, "There is no memory for a message.");
}

void
webhook_inbound_release(struct webhook_inbound *in)
{
	free(in->metadata);
	in->metadata = NULL;
}

/* The code as a number; 0 for none or nonsense. */
static int
read_error_code(const struct form *form)
{
	const char *text = form_get(form, "ErrorCode");
	int code = 0;

	for (; text != NULL && *text != '\0'; text++) {
		if (*text < '0' || *text > '9' || code > 99999999)
			return 0;
		code = code * 10 + (*text - '0');
	}
	return code;
}

enum status
webhook_delivery_read(const struct form *form, const char *account_sid, int64_t message_id, int64_t now_ms,
		      struct webhook_delivery *out, struct err *err)
{
	static const char *const words[] = { "ErrorMessage", "ChannelStatusMessage" };
	struct delivery_callback *callback = &out->callback;
	enum status status;

	memset(out, 0, sizeof *out);
	status = check_form(form, account_sid, err);
	if (status == STATUS_OK)
		status = read_sid(form, &callback->provider_message_id, err);
	if (status != STATUS_OK)
		return status;
	callback->status = read_status(form);
	if (callback->status == NULL || strlen(callback->status) > 32)
		return err_set(err, STATUS_INVALID, "It has no usable MessageStatus.");
	if (is_inbound_status(callback->status))
		return err_set(err, STATUS_INVALID, "It is a message, sent to the address for status callbacks.");
	callback->message_id = message_id;
	callback->error_code = read_error_code(form);
	callback->error_message = first_of(form, words, sizeof words / sizeof words[0]);
	callback->received_at = now_ms;
	out->payload = webhook_form_json(form);
	callback->payload = out->payload;
	return out->payload != NULL ? STATUS_OK : err_set(err, STATUS_NO_MEMORY, "There is no memory for a status.");
}

void
webhook_delivery_release(struct webhook_delivery *delivery)
{
	free(delivery->payload);
	delivery->payload = NULL;
}
