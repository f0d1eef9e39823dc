/* SPDX-License-Identifier: MIT */
/* Start, end and options of the pretend carrier, its observer and its counters. */
#include "sim/carrier_private.h"

#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/digest.h"
#include "core/i18n.h"
#include "core/strbuf.h"
#include "sim/sim_random.h"

void
carrier_lock(struct carrier *carrier)
{
	pthread_mutex_lock(&carrier->lock);
}

void
carrier_unlock(struct carrier *carrier)
{
	pthread_mutex_unlock(&carrier->lock);
}

uint64_t
carrier_random(struct carrier *carrier, uint64_t bound)
{
	return sim_random(&carrier->random, bound);
}

bool
carrier_grow(void **array, size_t count, size_t *capacity, size_t size)
{
	size_t wanted = *capacity > 0 ? *capacity * 2 : 16;
	void *larger;

	if (count < *capacity)
		return true;
	larger = reallocarray(*array, wanted, size);
	if (larger == NULL)
		return false;
	*array = larger;
	*capacity = wanted;
	return true;
}

/* --- the observer --- */

void
carrier_observe(struct carrier *carrier, void (*notify)(void *arg, const struct carrier_notice *notice), void *arg)
{
	pthread_mutex_lock(&carrier->observer_lock);
	carrier->notify = notify;
	carrier->notify_arg = arg;
	pthread_mutex_unlock(&carrier->observer_lock);
}

void
carrier_tell(struct carrier *carrier, const char *sid, enum carrier_status status)
{
	const struct carrier_message *message;
	struct carrier_notice notice = { .status = status, .sid = sid };
	char *to = NULL, *body = NULL;

	pthread_mutex_lock(&carrier->observer_lock);
	if (carrier->notify == NULL) {
		pthread_mutex_unlock(&carrier->observer_lock);
		return;
	}
	carrier_lock(carrier);
	message = carrier_find(carrier, sid);
	if (message != NULL && message->direction == CARRIER_OUTBOUND_API) {
		notice.channel = message->channel;
		to = strdup(message->to);
		body = message->body != NULL ? strdup(message->body) : NULL;
	}
	carrier_unlock(carrier);
	notice.to = to;
	notice.body = body;
	if (to != NULL)
		carrier->notify(carrier->notify_arg, &notice);
	pthread_mutex_unlock(&carrier->observer_lock);
	free(to);
	free(body);
}

/* --- start and end --- */

bool
carrier_order_parse(const char *name, enum carrier_order *out)
{
	static const char *const names[] = { [CARRIER_ORDER_FORWARD] = "forward",
					     [CARRIER_ORDER_REVERSE] = "reverse",
					     [CARRIER_ORDER_RANDOM] = "random" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strcmp(names[i], name) == 0) {
			*out = (enum carrier_order)i;
			return true;
		}
	}
	return false;
}

static char *
clean_url(const char *url)
{
	size_t len = strcspn(url, "#");

	while (len > 0 && url[len - 1] == '/')
		len--;
	return strndup(url, len);
}

static bool
is_http_url(const char *url)
{
	const char *rest = strncmp(url, "http://", 7) == 0    ? url + 7
			   : strncmp(url, "https://", 8) == 0 ? url + 8
							      : NULL;

	return rest != NULL && rest[0] != '\0' && rest[0] != '/' && strlen(url) < CARRIER_URL_MAX;
}

enum status
carrier_set_webhooks(struct carrier *carrier, const char *base_url, const char *public_url, struct err *err)
{
	const char *fragment = strchr(base_url, '#');
	char *base, *seen;

	if (public_url == NULL || public_url[0] == '\0')
		public_url = base_url;
	if (!is_http_url(base_url) || !is_http_url(public_url))
		return err_set(err, STATUS_INVALID,
			       _("\"%s\" is no address to post to; write it like http://127.0.0.1:8080."),
			       is_http_url(base_url) ? public_url : base_url);
	base = clean_url(base_url);
	seen = clean_url(public_url);
	if (base == NULL || seen == NULL) {
		free(base);
		free(seen);
		return err_set(err, STATUS_NO_MEMORY, _("There is no memory for the address of the webhooks."));
	}
	carrier_lock(carrier);
	free(carrier->base_url);
	free(carrier->public_url);
	carrier->base_url = base;
	carrier->public_url = seen;
	carrier->override = carrier_override_parse(fragment != NULL ? fragment + 1 : "");
	carrier_unlock(carrier);
	return STATUS_OK;
}

static char *
make_authorization(const struct carrier *carrier)
{
	struct strbuf pair, header;

	strbuf_init(&pair, 1024);
	strbuf_init(&header, 2048);
	strbuf_add_format(&pair, "%s:%s", carrier->account_sid, carrier->auth_token);
	strbuf_add_string(&header, "Basic ");
	digest_base64(&header, strbuf_text(&pair), pair.len);
	strbuf_release(&pair);
	return strbuf_detach(&header);
}

static enum status
set_identity(struct carrier *carrier, const struct carrier_options *options, struct err *err)
{
	const char *sid = options->account_sid;
	const char *number;
	char token[33];

	if (sid == NULL || sid[0] == '\0') {
		memcpy(carrier->account_sid, "AC", 2);
		digest_random_hex(carrier->account_sid + 2, 32);
	} else if (strlen(sid) != CARRIER_SID_SIZE - 1 || strncmp(sid, "AC", 2) != 0
		   || strspn(sid + 2, "0123456789abcdefABCDEF") != 32) {
		return err_set(err, STATUS_INVALID, _("\"%s\" is no account SID; it is AC and 32 hex digits."), sid);
	} else {
		memcpy(carrier->account_sid, sid, CARRIER_SID_SIZE);
	}
	memcpy(carrier->number_sid, "PN", 2);
	digest_random_hex(carrier->number_sid + 2, 32);
	carrier->started_ms = clock_now_ms();
	digest_random_hex(token, 32);
	carrier->auth_token =
		strdup(options->auth_token != NULL && options->auth_token[0] != '\0' ? options->auth_token : token);
	number = options->sms_number != NULL ? options->sms_number : "+15005550006";
	carrier->numbers[CHANNEL_SMS] = strdup(number);
	if (!carrier_address_valid(CHANNEL_SMS, number))
		return err_set(err, STATUS_INVALID, _("\"%s\" is no phone number; write it like +5215512345678."),
			       number);
	number = options->whatsapp_number != NULL ? options->whatsapp_number : "+14155238886";
	if (strncmp(number, "whatsapp:", 9) == 0)
		number += 9;
	carrier->numbers[CHANNEL_WHATSAPP] = strdup(number);
	if (!carrier_address_valid(CHANNEL_SMS, number))
		return err_set(err, STATUS_INVALID, _("\"%s\" is no phone number; write it like +5215512345678."),
			       number);
	if (carrier->auth_token != NULL)
		carrier->authorization = make_authorization(carrier);
	if (carrier->authorization == NULL || carrier->numbers[CHANNEL_SMS] == NULL
	    || carrier->numbers[CHANNEL_WHATSAPP] == NULL)
		return err_set(err, STATUS_NO_MEMORY, _("There is no memory for the pretend carrier."));
	return STATUS_OK;
}

static enum status
set_pace(struct carrier *carrier, struct err *err)
{
	struct carrier_options *options = &carrier->options;

	if (options->speed == 0)
		options->speed = 1;
	if (options->delay_min_ms == 0 && options->delay_max_ms == 0) {
		options->delay_min_ms = 50;
		options->delay_max_ms = 400;
	}
	if (options->no_delay)
		options->delay_min_ms = options->delay_max_ms = 0;
	if (!(options->speed > 0) || options->delay_min_ms < 0 || options->delay_max_ms < options->delay_min_ms
	    || options->drop_percent > 100 || options->duplicate > 20)
		return err_set(err, STATUS_INVALID,
			       _("The pace is wrong: speed must be above 0, delays from small to large, at most 20 "
				 "duplicates and 100 percent."));
	return STATUS_OK;
}

static void
start_locks(struct carrier *carrier)
{
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_mutex_init(&carrier->lock, NULL);
	pthread_mutex_init(&carrier->observer_lock, NULL);
	pthread_cond_init(&carrier->changed, &monotonic);
	for (size_t i = 0; i < CARRIER_WORKERS; i++) {
		carrier->workers[i].carrier = carrier;
		pthread_cond_init(&carrier->workers[i].wake, &monotonic);
	}
	pthread_condattr_destroy(&monotonic);
}

enum status
carrier_new(const struct carrier_options *options, struct carrier **out, struct err *err)
{
	struct carrier *carrier = calloc(1, sizeof *carrier);
	enum status status;

	if (carrier == NULL)
		return err_set(err, STATUS_NO_MEMORY, _("There is no memory for the pretend carrier."));
	carrier->options = *options;
	carrier->random = options->seed != 0 ? options->seed : 1;
	start_locks(carrier);
	status = set_identity(carrier, options, err);
	if (status == STATUS_OK)
		status = set_pace(carrier, err);
	if (status == STATUS_OK && options->faults != NULL)
		status = carrier_add_faults(carrier, options->faults, err);
	if (status == STATUS_OK && options->base_url != NULL && options->base_url[0] != '\0')
		status = carrier_set_webhooks(carrier, options->base_url, options->public_url, err);
	if (status == STATUS_OK)
		status = carrier_start_workers(carrier, err);
	if (status == STATUS_OK)
		status = sim_server_new(options->listen != NULL ? options->listen : "127.0.0.1:0", carrier_handle,
					carrier, &carrier->server, err);
	if (status != STATUS_OK) {
		carrier_free(carrier);
		return status;
	}
	*out = carrier;
	return STATUS_OK;
}

/* Empties what a reset empties. Locked, or nobody else is left. */
static void
forget(struct carrier *carrier)
{
	carrier_drop_jobs(carrier);
	for (size_t i = 0; i < carrier->message_count; i++)
		carrier_message_free(carrier->messages[i]);
	for (size_t i = 0; i < carrier->request_count; i++)
		carrier_request_release(&carrier->requests[i]);
	for (size_t i = 0; i < carrier->post_count; i++)
		free(carrier->posts[i].url);
	carrier->message_count = carrier->request_count = carrier->post_count = 0;
	carrier->opt_out_count = carrier->failing_count = carrier->fault_count = 0;
	carrier->generation++;
	memset(&carrier->stats, 0, sizeof carrier->stats);
}

void
carrier_reset(struct carrier *carrier)
{
	carrier_lock(carrier);
	forget(carrier);
	pthread_cond_broadcast(&carrier->changed);
	carrier_unlock(carrier);
}

void
carrier_free(struct carrier *carrier)
{
	if (carrier == NULL)
		return;
	carrier_stop_workers(carrier);
	sim_server_free(carrier->server);
	forget(carrier);
	for (size_t i = 0; i < CARRIER_WORKERS; i++) {
		free(carrier->workers[i].jobs);
		pthread_cond_destroy(&carrier->workers[i].wake);
	}
	pthread_cond_destroy(&carrier->changed);
	pthread_mutex_destroy(&carrier->lock);
	pthread_mutex_destroy(&carrier->observer_lock);
	free(carrier->messages);
	free(carrier->requests);
	free(carrier->posts);
	free(carrier->opt_outs);
	free(carrier->failing);
	free(carrier->base_url);
	free(carrier->public_url);
	free(carrier->sms_url);
	free(carrier->authorization);
	free(carrier->auth_token);
	free(carrier->numbers[0]);
	free(carrier->numbers[1]);
	free(carrier);
}

int
carrier_port(const struct carrier *carrier)
{
	return sim_server_port(carrier->server);
}

const char *
carrier_url(const struct carrier *carrier)
{
	return sim_server_url(carrier->server);
}

const char *
carrier_account_sid(const struct carrier *carrier)
{
	return carrier->account_sid;
}

const char *
carrier_auth_token(const struct carrier *carrier)
{
	return carrier->auth_token;
}

const char *
carrier_number(const struct carrier *carrier, enum channel channel)
{
	return carrier->numbers[channel == CHANNEL_WHATSAPP ? CHANNEL_WHATSAPP : CHANNEL_SMS];
}

void
carrier_each(struct carrier *carrier, void (*visit)(void *arg, const struct carrier_message *message), void *arg)
{
	carrier_lock(carrier);
	for (size_t i = 0; i < carrier->message_count; i++)
		visit(arg, carrier->messages[i]);
	carrier_unlock(carrier);
}

void
carrier_stats(struct carrier *carrier, struct carrier_stats *out)
{
	carrier_lock(carrier);
	*out = carrier->stats;
	out->waiting = carrier_waiting(carrier);
	carrier_unlock(carrier);
}
