/* SPDX-License-Identifier: MIT */
/* The carrier fetches what it is asked to send. The pretend one asks the program alone, never the network. */
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "sim/carrier_private.h"

void
carrier_plan_fetch(struct carrier *carrier, const struct carrier_message *message, const char *url)
{
	size_t len = carrier->public_url != NULL ? strlen(carrier->public_url) : 0;
	struct carrier_job job = { .kind = CARRIER_JOB_FETCH, .message = message->number, .due_ms = clock_monotonic_ms() };
	struct strbuf nothing;

	if (url == NULL || len == 0 || strncmp(url, carrier->public_url, len) != 0 || url[len] != '/')
		return;
	strbuf_init(&nothing, 1);
	job.post = carrier_make_post(carrier, url, &nothing, CARRIER_SIGN_NONE);
	strbuf_release(&nothing);
	if (job.post != NULL)
		carrier_schedule(carrier, message->to, &job);
}

void
carrier_run_fetch(struct carrier *carrier, struct sim_client *client, const struct carrier_job *job)
{
	struct sim_call call = { .method = "GET", .url = job->post->url, .headers = { "User-Agent: TwilioProxy/1.1" } };
	struct sim_reply reply;

	sim_reply_init(&reply);
	sim_client_call(client, &call, &reply);
	carrier_lock(carrier);
	if (job->generation == carrier->generation && job->message < carrier->message_count) {
		struct carrier_message *message = carrier->messages[job->message];

		message->fetched_status = reply.status;
		message->fetched_size = reply.body.len;
		snprintf(message->fetched_type, sizeof message->fetched_type, "%s", reply.content_type);
	}
	carrier_unlock(carrier);
	sim_reply_release(&reply);
}
