/* SPDX-License-Identifier: MIT */
/* Any form: what is taken as a message or a status is usable, what is refused says why, and every field is kept. */
#include <string.h>

#include "core/address.h"
#include "core/json.h"
#include "core/utf8.h"
#include "net/webhook_form.h"
#include "require.h"

#define ACCOUNT "AC0123456789abcdef0123456789abcdef"

static void
check_attachments(const struct inbound *in)
{
	require(in->attachment_count <= WEBHOOK_MEDIA_MAX + 1);
	for (size_t i = 0; i < in->attachment_count; i++) {
		const struct inbound_attachment *attachment = &in->attachments[i];
		bool media = strcmp(attachment->kind, "media") == 0;

		require(media || strcmp(attachment->kind, "location") == 0);
		require(attachment->url != NULL && attachment->url[0] != '\0');
		require(media || (strncmp(attachment->url, "geo:", 4) == 0 && strspn(attachment->url + 4, "0123456789.,+-")
										       == strlen(attachment->url + 4)));
	}
}

static void
check_message(const struct form *form, const struct inbound *in)
{
	struct address address;

	require(!form->holds_nul);
	require(in->channel == CHANNEL_SMS || in->channel == CHANNEL_WHATSAPP);
	require(strlen(in->provider_message_id) >= 1 && strlen(in->provider_message_id) <= 64);
	require(address_parse(in->channel, in->from, true, &address, NULL) == STATUS_OK);
	require(address_parse(in->channel, in->to, true, &address, NULL) == STATUS_OK);
	require(in->body != NULL && utf8_valid(in->body, strlen(in->body)));
	check_attachments(in);
}

/* The fields of the object are the distinct names of the form. */
static void
check_kept(const struct form *form, const char *text)
{
	struct json *object = NULL;
	size_t values = 0;

	require(text != NULL && json_parse(text, strlen(text), 4, &object, NULL) == STATUS_OK);
	for (const struct json *value = json_at(object, 0); value != NULL; value = json_next(value))
		values += json_is_array(value) ? json_count(value) : 1;
	require(values == form->count);
	json_free(object);
}

static void
check_read(const struct form *form)
{
	struct webhook_inbound message;
	struct webhook_delivery delivery;
	struct err err = { "" };

	if (webhook_inbound_read(form, ACCOUNT, 1, &message, &err) == STATUS_OK) {
		check_message(form, &message.inbound);
		check_kept(form, message.metadata);
	} else {
		require(err.text[0] != '\0');
	}
	webhook_inbound_release(&message);
	err.text[0] = '\0';
	if (webhook_delivery_read(form, ACCOUNT, 0, 1, &delivery, &err) == STATUS_OK) {
		require(!form->holds_nul && delivery.callback.error_code >= 0);
		require(delivery.callback.status[0] != '\0' && strlen(delivery.callback.status) <= 32);
		check_kept(form, delivery.payload);
	} else {
		require(err.text[0] != '\0');
	}
	webhook_delivery_release(&delivery);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct form form;

	if (form_parse((const char *)data, size, 500, &form, NULL) != STATUS_OK)
		return 0;
	check_read(&form);
	form_release(&form);
	return 0;
}
