/* SPDX-License-Identifier: MIT */
#include "ui/details.h"

#include "core/carrier_error.h"
#include "core/i18n.h"
#include "ui/wording.h"

static void
add_moment(struct strbuf *out, const char *label, int64_t ms)
{
	char time[WORDING_SIZE];

	if (ms > 0)
		strbuf_add_format(out, "%s: %s\n", label, wording_moment(ms, time));
}

static void
add_words(struct strbuf *out, const char *label, const char *words)
{
	if (words != NULL && words[0] != '\0')
		strbuf_add_format(out, "%s: %s\n", label, words);
}

static void
add_events(struct strbuf *out, const struct delivery_event *events, size_t count)
{
	char time[WORDING_SIZE];

	if (count > 0)
		strbuf_add_format(out, "\n%s\n", _("What the carrier reported:"));
	for (size_t i = 0; i < count; i++) {
		const char *reason =
			events[i].error_code != 0 ? carrier_error_text(events[i].error_code, i18n_language()) : NULL;

		strbuf_add_format(out, "%s  %s", wording_moment(events[i].at, time), events[i].status);
		if (events[i].error_code != 0)
			strbuf_add_format(out, " (%d)", events[i].error_code);
		if (reason != NULL)
			strbuf_add_format(out, " %s", reason);
		strbuf_add_char(out, '\n');
	}
}

void
details_describe(const struct message *message, const struct delivery_event *events, size_t count, struct strbuf *out)
{
	struct delivery_look look = wording_delivery(message);

	add_words(out, _("Written by"), message->author);
	add_moment(out, message->direction == MESSAGE_IN ? _("Arrived") : _("Written"), message->created_at);
	if (message->direction == MESSAGE_OUT) {
		strbuf_add_format(out, "%s: %s %s\n", _("State"), look.mark, look.word);
		add_moment(out, _("Sent"), message->sent_at);
		add_moment(out, _("Delivered"), message->delivered_at);
		add_moment(out, _("Read"), message->read_at);
		add_moment(out, _("Next attempt"), message->next_attempt_at);
		if (message->segments > 0)
			strbuf_add_format(out, "%s: %d\n", _("Segments"), message->segments);
		if (message->price != NULL && message->price[0] != '\0')
			strbuf_add_format(out, "%s: %s %s\n", _("Price"), message->price, message->currency);
	}
	strbuf_add_format(out, "%s: %lld\n", _("Number of the message"), (long long)message->id);
	add_words(out, _("Name at the carrier"), message->provider_message_id);
	for (size_t i = 0; i < message->attachment_count; i++) {
		add_words(out, _("File"), message->attachments[i].name);
		add_words(out, _("Type"), message->attachments[i].content_type);
		add_words(out, _("Address"), message->attachments[i].url);
	}
	add_events(out, events, count);
}
