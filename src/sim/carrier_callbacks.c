/* SPDX-License-Identifier: MIT */
/*
 * How a message goes on after it was accepted: queued, sending, sent, delivered, read, or a failure. Each step is a tick
 * (the carrier's own view moves) and a callback (the program is told). In order they come together; in another order the
 * callbacks all wait for the last tick and then come as asked, as late ones do.
 */
#include "sim/carrier_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "core/digest.h"
#include "core/i18n.h"

#define STEP_MAX 8
#define READ_DELAY_FACTOR 3 /* a person takes longer to look than a network to deliver */

struct plan {
	enum carrier_status steps[STEP_MAX];
	int64_t due_ms[STEP_MAX];
	size_t count;
	int error_code;
};

static void
add_step(struct plan *plan, enum carrier_status status)
{
	plan->steps[plan->count++] = status;
}

/* What will happen to the message; none of these codes is known before the network was asked. */
static void
choose_steps(struct carrier *carrier, const struct carrier_message *message, struct plan *plan)
{
	enum channel channel;
	const char *number = carrier_address_split(message->to, &channel);

	plan->error_code = carrier_failing_code(carrier, number);
	if (plan->error_code == 0 && carrier->options.enforce_window && channel == CHANNEL_WHATSAPP
	    && message->body != NULL && !carrier_window_open(carrier, message->to))
		plan->error_code = 63016;
	if (message->service_sid != NULL)
		add_step(plan, CARRIER_QUEUED);
	if (plan->error_code != 0 && (plan->error_code < 30003 || plan->error_code > 30009)) {
		add_step(plan, CARRIER_FAILED);
		return;
	}
	add_step(plan, CARRIER_SENDING);
	add_step(plan, CARRIER_SENT);
	add_step(plan, plan->error_code != 0 ? CARRIER_UNDELIVERED : CARRIER_DELIVERED);
	if (plan->error_code == 0 && channel == CHANNEL_WHATSAPP)
		add_step(plan, CARRIER_READ);
}

static int64_t
draw_delay(struct carrier *carrier, enum carrier_status status)
{
	const struct carrier_options *options = &carrier->options;
	uint64_t span = (uint64_t)(options->delay_max_ms - options->delay_min_ms) + 1;
	int64_t delay = options->delay_min_ms + (int64_t)carrier_random(carrier, span);

	if (status == CARRIER_READ)
		delay *= READ_DELAY_FACTOR;
	return (int64_t)((double)delay / options->speed);
}

/* due[i] becomes the time of the callback of step i. */
static void
order_callbacks(struct carrier *carrier, const struct plan *plan, int64_t due[STEP_MAX])
{
	size_t place[STEP_MAX];
	int64_t first, last;

	if (plan->count == 0)
		return;
	first = plan->due_ms[0];
	last = plan->due_ms[plan->count - 1];
	for (size_t i = 0; i < plan->count; i++) {
		place[i] = carrier->options.order == CARRIER_ORDER_REVERSE ? plan->count - 1 - i : i;
		due[i] = plan->due_ms[i];
	}
	if (carrier->options.order == CARRIER_ORDER_FORWARD)
		return;
	for (size_t i = plan->count - 1; i > 0 && carrier->options.order == CARRIER_ORDER_RANDOM; i--) {
		size_t k = (size_t)carrier_random(carrier, i + 1);
		size_t other = place[k];

		place[k] = place[i];
		place[i] = other;
	}
	for (size_t i = 0; i < plan->count; i++) /* one ms apart at least, so that the order is the one asked for */
		due[i] = last + (plan->due_ms[place[i]] - first) + (int64_t)place[i];
}

static void
schedule_callback(struct carrier *carrier, const struct carrier_message *message, const struct carrier_job *job)
{
	struct carrier_job again = *job;

	if (carrier->options.drop_percent > 0 && carrier_random(carrier, 100) < carrier->options.drop_percent) {
		carrier->stats.callbacks_dropped++;
		return;
	}
	carrier_schedule(carrier, message->to, job);
	for (unsigned i = 0; i < carrier->options.duplicate; i++) {
		again.due_ms += draw_delay(carrier, CARRIER_SENT);
		carrier_schedule(carrier, message->to, &again);
	}
}

void
carrier_plan(struct carrier *carrier, struct carrier_message *message)
{
	struct plan plan = { .count = 0 };
	int64_t callback_due[STEP_MAX];
	int64_t at_ms = clock_monotonic_ms();

	if (carrier->options.manual)
		return;
	if (message->send_at_ms > 0)
		at_ms += message->send_at_ms - clock_now_ms();
	choose_steps(carrier, message, &plan);
	for (size_t i = 0; i < plan.count; i++) {
		at_ms += draw_delay(carrier, plan.steps[i]);
		plan.due_ms[i] = at_ms;
	}
	order_callbacks(carrier, &plan, callback_due);
	for (size_t i = 0; i < plan.count; i++) {
		bool failure = plan.steps[i] == CARRIER_FAILED || plan.steps[i] == CARRIER_UNDELIVERED;
		struct carrier_job job = { .kind = CARRIER_JOB_TICK,
					   .message = message->number,
					   .status = plan.steps[i],
					   .error_code = failure ? plan.error_code : 0,
					   .due_ms = plan.due_ms[i] };

		carrier_schedule(carrier, message->to, &job);
		job.kind = CARRIER_JOB_CALLBACK;
		job.due_ms = callback_due[i];
		schedule_callback(carrier, message, &job);
	}
}

/* The job's message, if both still stand. Locked. */
static struct carrier_message *
message_of(struct carrier *carrier, const struct carrier_job *job)
{
	struct carrier_message *message;

	if (job->generation != carrier->generation || job->message >= carrier->message_count)
		return NULL;
	message = carrier->messages[job->message];
	if (message->deleted || (message->status == CARRIER_CANCELED && !job->asked))
		return NULL;
	return message;
}

void
carrier_run_tick(struct carrier *carrier, const struct carrier_job *job)
{
	struct carrier_message *message;
	char sid[CARRIER_SID_SIZE] = "";

	carrier_lock(carrier);
	message = message_of(carrier, job);
	if (message != NULL) {
		memcpy(sid, message->sid, sizeof sid);
		if (message->from == NULL) {
			const char *own = carrier_number(carrier, message->channel);
			char text[80];

			snprintf(text, sizeof text, "%s%.60s", message->channel == CHANNEL_WHATSAPP ? "whatsapp:" : "",
				 own);
			message->from = strdup(text);
		}
		carrier_set_status(message, job->status, job->error_code);
	}
	carrier_unlock(carrier);
	if (sid[0] != '\0')
		carrier_tell(carrier, sid, job->status);
}

/* --- the form of a callback --- */

static void
add_channel_fields(struct strbuf *fields, const struct carrier_message *message, const struct carrier_job *job)
{
	char masked[200];
	size_t len;

	form_encode(fields, "ChannelInstallSid", "XE00000000000000000000000000000001");
	form_encode(fields, "ChannelPrefix", "whatsapp");
	snprintf(masked, sizeof masked, "%.190s", message->to + strlen("whatsapp:"));
	len = strlen(masked);
	for (size_t i = len > 4 ? len - 4 : 0; i < len; i++)
		masked[i] = 'X';
	form_encode(fields, "ChannelToAddress", masked);
	form_encode(fields, "StructuredMessage", message->body == NULL ? "true" : "false");
	if (job->status == CARRIER_DELIVERED || job->status == CARRIER_READ || job->status == CARRIER_UNDELIVERED)
		form_encode(fields, "EventType",
			    job->status == CARRIER_READ	       ? "READ"
			    : job->status == CARRIER_DELIVERED ? "DELIVERED"
							       : "UNDELIVERED");
	if (job->error_code != 0)
		form_encode(fields, "ChannelStatusMessage", "Refused by the channel");
}

static void
add_receipt_time(struct strbuf *fields)
{
	time_t now = (time_t)(clock_now_ms() / 1000);
	struct tm tm;
	char text[64];

	if (gmtime_r(&now, &tm) == NULL)
		return;
	snprintf(text, sizeof text, "%02d%02d%02d%02d%02d", tm.tm_year % 100, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
		 tm.tm_min);
	form_encode(fields, "RawDlrDoneDate", text);
}

static void
add_fields(struct carrier *carrier, struct strbuf *fields, const struct carrier_message *message,
	   const struct carrier_job *job)
{
	char code[16];

	form_encode(fields, "SmsSid", message->sid);
	form_encode(fields, "SmsStatus", carrier_status_name(job->status));
	form_encode(fields, "MessageStatus", carrier_status_name(job->status));
	form_encode(fields, "To", message->to);
	form_encode(fields, "MessageSid", message->sid);
	form_encode(fields, "AccountSid", carrier->account_sid);
	if (message->from != NULL)
		form_encode(fields, "From", message->from);
	form_encode(fields, "ApiVersion", "2010-04-01");
	if (message->service_sid != NULL)
		form_encode(fields, "MessagingServiceSid", message->service_sid);
	if (job->error_code != 0) {
		snprintf(code, sizeof code, "%d", job->error_code);
		form_encode(fields, "ErrorCode", code);
	}
	if (message->channel == CHANNEL_WHATSAPP)
		add_channel_fields(fields, message, job);
	else if (job->status == CARRIER_DELIVERED || job->status == CARRIER_UNDELIVERED)
		add_receipt_time(fields);
}

struct carrier_post *
carrier_make_callback(struct carrier *carrier, const struct carrier_job *job)
{
	const struct carrier_message *message;
	struct carrier_post *post = NULL;
	struct strbuf fields;
	char url[CARRIER_URL_MAX + 64] = "";

	strbuf_init(&fields, 64 * 1024);
	carrier_lock(carrier);
	message = message_of(carrier, job);
	if (message != NULL && message->status_callback != NULL)
		snprintf(url, sizeof url, "%.4096s", message->status_callback);
	else if (message != NULL && carrier->public_url != NULL)
		snprintf(url, sizeof url, "%s/api/webhooks/message-status", carrier->public_url);
	if (url[0] != '\0') {
		add_fields(carrier, &fields, message, job);
		post = carrier_make_post(carrier, url, &fields, CARRIER_SIGN_RIGHT);
	}
	if (post != NULL) {
		post->kind = CARRIER_POST_CALLBACK;
		post->message_status = job->status;
		memcpy(post->sid, message->sid, sizeof post->sid);
	}
	carrier_unlock(carrier);
	strbuf_release(&fields);
	return post;
}

enum status
carrier_callback(struct carrier *carrier, const char *sid, enum carrier_status status, int error_code, struct err *err)
{
	struct carrier_message *message;
	enum status result = STATUS_OK;

	carrier_lock(carrier);
	message = carrier_find(carrier, sid);
	if (message == NULL || message->direction == CARRIER_INBOUND) {
		result = err_set(err, STATUS_NOT_FOUND, _("There is no message %.40s that statuses could be sent for."),
				 sid);
	} else {
		struct carrier_job job = { .kind = CARRIER_JOB_TICK,
					   .message = message->number,
					   .status = status,
					   .error_code = error_code,
					   .asked = true,
					   .due_ms = clock_monotonic_ms() };

		carrier_schedule(carrier, message->to, &job);
		job.kind = CARRIER_JOB_CALLBACK;
		carrier_schedule(carrier, message->to, &job);
	}
	carrier_unlock(carrier);
	return result;
}
