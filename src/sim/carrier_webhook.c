/* SPDX-License-Identifier: MIT */
/* What is posted to the program: the form of an inbound message, the signature, where to connect, what is retried. */
#include "sim/carrier_private.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/digest.h"
#include "core/i18n.h"
#include "core/segment.h"

#define FIELDS_MAX (256u * 1024)
#define FIELD_COUNT_MAX 500

/* --- #rc=3&rp=all --- */

static unsigned
parse_policy(const char *text, size_t len)
{
	static const struct {
		const char *name;
		unsigned bits;
	} names[] = {
		{ .name = "4xx", .bits = CARRIER_RETRY_4XX },
		{ .name = "5xx", .bits = CARRIER_RETRY_5XX },
		{ .name = "ct", .bits = CARRIER_RETRY_CONNECT },
		{ .name = "rt", .bits = CARRIER_RETRY_READ },
		{ .name = "all",
		  .bits = CARRIER_RETRY_4XX | CARRIER_RETRY_5XX | CARRIER_RETRY_CONNECT | CARRIER_RETRY_READ },
	};
	unsigned policy = 0;

	for (size_t at = 0; at < len;) {
		const char *comma = memchr(text + at, ',', len - at);
		size_t word = comma != NULL ? (size_t)(comma - text) - at : len - at;

		for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
			if (strlen(names[i].name) == word && memcmp(names[i].name, text + at, word) == 0)
				policy |= names[i].bits;
		}
		at += word + 1;
	}
	return policy;
}

static int64_t
within(long value, long low, long high)
{
	return value < low ? low : value > high ? high : value;
}

struct carrier_override
carrier_override_parse(const char *fragment)
{
	struct carrier_override override = { .retries = 3, .connect_ms = 5000, .total_ms = 15000 };

	override.policy = parse_policy("all", 3);
	while (fragment[0] != '\0') {
		size_t len = strcspn(fragment, "&");
		long number = len > 3 && isdigit((unsigned char)fragment[3]) ? strtol(fragment + 3, NULL, 10) : -1;

		if (strncmp(fragment, "rp=", 3) == 0)
			override.policy = parse_policy(fragment + 3, len - 3);
		else if (strncmp(fragment, "rc=", 3) == 0 && number >= 0)
			override.retries = (unsigned)within(number, 0, 5);
		else if (strncmp(fragment, "ct=", 3) == 0 && number >= 0)
			override.connect_ms = within(number, 100, 10000);
		else if ((strncmp(fragment, "rt=", 3) == 0 || strncmp(fragment, "tt=", 3) == 0) && number >= 0)
			override.total_ms = within(number, 100, 15000);
		fragment += len;
		fragment += *fragment == '&';
	}
	return override;
}

/* --- a post --- */

void
carrier_post_free(struct carrier_post *post)
{
	if (post == NULL)
		return;
	free(post->url);
	free(post->body);
	free(post);
}

/* Where to connect for `url`: under base_url in place of public_url. */
static char *
connect_url(const struct carrier *carrier, const char *url, size_t len)
{
	size_t seen = carrier->public_url != NULL ? strlen(carrier->public_url) : 0;
	struct strbuf out;

	strbuf_init(&out, 2 * CARRIER_URL_MAX);
	if (seen > 0 && len >= seen && strncmp(url, carrier->public_url, seen) == 0
	    && (len == seen || url[seen] == '/' || url[seen] == '?')) {
		strbuf_add_string(&out, carrier->base_url);
		url += seen;
		len -= seen;
	}
	strbuf_add(&out, url, len);
	return strbuf_detach(&out);
}

static void
make_token(char out[CARRIER_TOKEN_SIZE])
{
	char hex[33];

	digest_random_hex(hex, 32);
	snprintf(out, CARRIER_TOKEN_SIZE, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

/* Signs `fields` for `url` (no fragment); false when they are no form. */
static bool
sign(struct carrier *carrier, const char *url, const struct strbuf *fields, enum carrier_signing signing, char *out)
{
	const char *token = signing == CARRIER_SIGN_RIGHT ? carrier->auth_token : "another token, not ours";
	struct form form;

	out[0] = '\0';
	if (signing == CARRIER_SIGN_NONE)
		return true;
	if (form_parse(strbuf_text(fields), fields->len, FIELD_COUNT_MAX, &form, NULL) != STATUS_OK)
		return false;
	signature_compute(token, url, &form, out);
	form_release(&form);
	return true;
}

struct carrier_post *
carrier_make_post(struct carrier *carrier, const char *url, const struct strbuf *fields, enum carrier_signing signing)
{
	size_t len = strcspn(url, "#");
	struct carrier_post *post = calloc(1, sizeof *post);
	char *signed_url = strndup(url, len);

	if (post == NULL || signed_url == NULL || fields->failed)
		goto fail;
	post->override = url[len] == '#' ? carrier_override_parse(url + len + 1) : carrier->override;
	if (carrier->base_url == NULL && url[len] != '#')
		post->override = carrier_override_parse("");
	post->url = connect_url(carrier, url, len);
	post->body = strdup(strbuf_text(fields));
	post->body_len = fields->len;
	if (post->url == NULL || post->body == NULL || !sign(carrier, signed_url, fields, signing, post->signature))
		goto fail;
	make_token(post->token);
	free(signed_url);
	return post;
fail:
	free(signed_url);
	carrier_post_free(post);
	return NULL;
}

/* --- an inbound message --- */

static const char *
country_of(const char *number)
{
	static const struct {
		const char *prefix;
		const char *country;
	} countries[] = {
		{ .prefix = "+52", .country = "MX" }, { .prefix = "+1", .country = "US" },
		{ .prefix = "+34", .country = "ES" }, { .prefix = "+54", .country = "AR" },
		{ .prefix = "+57", .country = "CO" }, { .prefix = "+44", .country = "GB" },
		{ .prefix = "+55", .country = "BR" },
	};

	for (size_t i = 0; i < sizeof countries / sizeof countries[0]; i++) {
		if (strncmp(number, countries[i].prefix, strlen(countries[i].prefix)) == 0)
			return countries[i].country;
	}
	return "";
}

struct builder {
	struct strbuf fields;
	const struct form *extra;
};

/* Adds a field unless the caller gave one of that name. */
static void
add(struct builder *builder, const char *name, const char *value)
{
	if (value != NULL && (builder->extra == NULL || form_get(builder->extra, name) == NULL))
		form_encode(&builder->fields, name, value);
}

static void
add_number(struct builder *builder, const char *name, unsigned value)
{
	char text[16];

	snprintf(text, sizeof text, "%u", value);
	add(builder, name, text);
}

static void
add_sms_fields(struct builder *builder, const struct carrier_message *message)
{
	static const char *const ends[] = { "From", "To" };
	char name[16];

	for (size_t i = 0; i < 2; i++) {
		snprintf(name, sizeof name, "%sCountry", ends[i]);
		add(builder, name, country_of(i == 0 ? message->from : message->to));
		snprintf(name, sizeof name, "%sState", ends[i]);
		add(builder, name, "");
		snprintf(name, sizeof name, "%sCity", ends[i]);
		add(builder, name, "");
		snprintf(name, sizeof name, "%sZip", ends[i]);
		add(builder, name, "");
	}
}

static void
add_whatsapp_fields(struct builder *builder, const struct carrier_message *message,
		    const struct carrier_inbound *inbound)
{
	const char *user = message->from + strlen("whatsapp:");
	struct json *metadata = json_new_object();
	struct json *context = json_add_object(json_add_object(metadata, "data"), "context");
	char *text;

	if (user[0] == '+')
		user++;
	else
		add(builder, "ExternalUserId", message->from);
	add(builder, "ProfileName", inbound->profile_name);
	add(builder, "OriginalRepliedMessageSid", inbound->reply_to);
	add(builder, "WaId", user);
	add(builder, "MessageType",
	    inbound->latitude != NULL			     ? "location"
	    : message->media_count == 0			     ? "text"
	    : strncmp(message->media_type, "image/", 6) == 0 ? "image"
							     : "document");
	json_add_string(metadata, "type", "whatsapp");
	json_add_string(context, "ProfileName", inbound->profile_name);
	json_add_string(context, "WaId", user);
	text = json_print(metadata);
	add(builder, "ChannelMetadata", text);
	add(builder, "ReferralNumMedia", "0");
	free(text);
	json_free(metadata);
}

static void
add_media(struct carrier *carrier, struct builder *builder, const struct carrier_message *message)
{
	char name[32], url[256];

	add_number(builder, "NumMedia", message->media_count);
	for (unsigned i = 0; i < message->media_count; i++) {
		snprintf(name, sizeof name, "MediaContentType%u", i);
		add(builder, name, message->media_type);
		snprintf(name, sizeof name, "MediaUrl%u", i);
		snprintf(url, sizeof url, "%s/2010-04-01/Accounts/%s/Messages/%s/Media/ME%.30s%02x",
			 carrier_url(carrier), carrier->account_sid, message->sid, message->sid + 2, i);
		add(builder, name, url);
	}
}

static void
add_fields(struct carrier *carrier, struct builder *builder, const struct carrier_message *message,
	   const struct carrier_inbound *inbound)
{
	add(builder, "SmsMessageSid", message->sid);
	add_media(carrier, builder, message);
	add(builder, "SmsSid", message->sid);
	add(builder, "SmsStatus", "received");
	add(builder, "Body", message->body);
	add(builder, "To", message->to);
	add_number(builder, "NumSegments", message->segments);
	add(builder, "MessageSid", message->sid);
	add(builder, "AccountSid", carrier->account_sid);
	add(builder, "From", message->from);
	add(builder, "ApiVersion", "2010-04-01");
	if (message->channel == CHANNEL_WHATSAPP)
		add_whatsapp_fields(builder, message, inbound);
	else
		add_sms_fields(builder, message);
	add(builder, "Latitude", inbound->latitude);
	add(builder, "Longitude", inbound->longitude);
	add(builder, "Label", inbound->label);
	add(builder, "Address", inbound->address);
	for (size_t i = 0; builder->extra != NULL && i < builder->extra->count; i++) {
		const struct form_field *field = &builder->extra->fields[i];

		if (isupper((unsigned char)field->name[0]))
			form_encode(&builder->fields, field->name, field->value);
	}
}

/* The carrier's own answer to STOP and START: in its list, though nobody sent it through the API. */
static void
add_auto_reply(struct carrier *carrier, const struct carrier_message *message)
{
	bool stopped = carrier_opted_out(carrier, message->from, message->to);
	struct carrier_message reply = {
		.channel = CHANNEL_SMS,
		.direction = CARRIER_OUTBOUND_REPLY,
		.status = CARRIER_DELIVERED,
		.to = message->from,
		.from = message->to,
		.body = NULL,
		.segments = 1,
	};
	char stop_text[] = "You will get no more messages from this number. Reply START to get them again.";
	char start_text[] = "You will get messages from this number again. Reply STOP to end them.";

	reply.body = stopped ? stop_text : start_text;
	carrier_add_message(carrier, &reply);
}

/* Records the message, or finds it when the id given is known; NULL: full. Locked. */
static struct carrier_message *
record(struct carrier *carrier, const struct carrier_inbound *inbound, const struct form *extra, const char *from,
       const char *to)
{
	const char *sid = extra != NULL ? form_get(extra, "MessageSid") : NULL;
	struct carrier_message *message = sid != NULL ? carrier_find(carrier, sid) : NULL;
	struct carrier_message model = { .channel = inbound->channel,
					 .direction = CARRIER_INBOUND,
					 .status = CARRIER_RECEIVED,
					 .media_count = inbound->media_count,
					 .segments = 1 };
	struct sms_count count;

	if (message != NULL)
		return message;
	if (sid != NULL)
		snprintf(model.sid, sizeof model.sid, "%s", sid);
	snprintf(model.media_type, sizeof model.media_type, "%.60s",
		 inbound->media_type != NULL ? inbound->media_type : "image/png");
	model.from = strdup(from);
	model.to = strdup(to);
	model.body = strdup(inbound->body != NULL ? inbound->body : "");
	if (model.from != NULL && model.to != NULL && model.body != NULL) {
		if (inbound->channel == CHANNEL_SMS) {
			sms_count(model.body, strlen(model.body), 0, &count);
			model.segments = count.segments;
		}
		message = carrier_add_message(carrier, &model);
	}
	free(model.from);
	free(model.to);
	free(model.body);
	if (message == NULL)
		return NULL;
	carrier->stats.inbound++;
	if (message->channel == CHANNEL_SMS && carrier_note_opt_out(carrier, message->from, message->to, message->body))
		add_auto_reply(carrier, message);
	return message;
}

/* Posts `times` copies of one webhook. Locked. */
static bool
post_inbound(struct carrier *carrier, const struct carrier_message *message, const struct strbuf *fields,
	     enum carrier_signing signing, unsigned times)
{
	char url[CARRIER_URL_MAX + 64];

	if (message->channel == CHANNEL_SMS && carrier->sms_url != NULL)
		carrier_sms_url(carrier, url);
	else if (carrier->public_url != NULL)
		snprintf(url, sizeof url, "%.4096s/api/webhooks/%s", carrier->public_url,
			 channel_name(message->channel));
	else
		return true;
	for (unsigned i = 0; i < times; i++) {
		struct carrier_job job = { .kind = CARRIER_JOB_POST, .due_ms = clock_monotonic_ms() };

		job.post = carrier_make_post(carrier, url, fields, signing);
		if (job.post == NULL)
			return false;
		job.post->kind = CARRIER_POST_WEBHOOK;
		job.post->message_status = CARRIER_RECEIVED;
		memcpy(job.post->sid, message->sid, sizeof job.post->sid);
		carrier_schedule(carrier, message->from, &job);
	}
	return true;
}

/* Writes `text` with the prefix of the channel; false when it is no address. */
static bool
full_address(enum channel channel, const char *text, bool customer, char out[200])
{
	enum channel written;
	const char *bare = carrier_address_split(text, &written);

	if (written == CHANNEL_WHATSAPP && channel != CHANNEL_WHATSAPP)
		return false;
	if (strlen(bare) > 160 || bare[0] == '\0')
		return false;
	if (!carrier_address_valid(channel, bare) && (channel == CHANNEL_WHATSAPP || !customer))
		return false; /* a short code or a name may write by SMS */
	snprintf(out, 200, "%s%s", channel == CHANNEL_WHATSAPP ? "whatsapp:" : "", bare);
	return true;
}

enum status
carrier_write_inbound(struct carrier *carrier, const struct carrier_inbound *inbound, const struct form *extra,
		      enum carrier_signing signing, unsigned times, char sid[CARRIER_SID_SIZE], struct err *err)
{
	struct builder builder = { .extra = extra };
	const char *own = inbound->to != NULL ? inbound->to : carrier_number(carrier, inbound->channel);
	const struct carrier_message *message;
	enum status status = STATUS_OK;
	char from[200], to[200];

	if (!full_address(inbound->channel, inbound->from, true, from)
	    || !full_address(inbound->channel, own, false, to))
		return err_set(err, STATUS_INVALID, _("\"%.100s\" to \"%.100s\" are no addresses on that channel."),
			       inbound->from, own);
	if (inbound->media_count > 10)
		return err_set(err, STATUS_INVALID, _("A message carries at most 10 files."));
	strbuf_init(&builder.fields, FIELDS_MAX);
	carrier_lock(carrier);
	message = record(carrier, inbound, extra, from, to);
	if (message == NULL) {
		status = err_set(err, STATUS_LIMIT, _("The pretend carrier can keep no more messages; reset it."));
	} else {
		add_fields(carrier, &builder, message, inbound);
		if (!post_inbound(carrier, message, &builder.fields, signing, times))
			status = err_set(err, STATUS_INVALID, _("The message is too long, or no UTF-8."));
		if (sid != NULL)
			memcpy(sid, message->sid, CARRIER_SID_SIZE);
	}
	carrier_unlock(carrier);
	strbuf_release(&builder.fields);
	return status;
}

enum status
carrier_inbound(struct carrier *carrier, const struct carrier_inbound *message, char sid[CARRIER_SID_SIZE],
		struct err *err)
{
	return carrier_write_inbound(carrier, message, NULL, CARRIER_SIGN_RIGHT, 1, sid, err);
}
