/* SPDX-License-Identifier: MIT */
#include "world.h"

void
world_open(struct world *world, struct carrier_options *options)
{
	struct err err = { "" };

	memset(world, 0, sizeof *world);
	world->receiver = receiver_start();
	world->user = ACCOUNT;
	world->password = TOKEN;
	options->account_sid = ACCOUNT;
	options->auth_token = TOKEN;
	if (options->base_url == NULL)
		options->base_url = receiver_url(world->receiver);
	if (options->public_url == NULL)
		options->public_url = PUBLIC_URL;
	if (options->delay_max_ms == 0)
		options->no_delay = true;
	if (carrier_new(options, &world->carrier, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	assert_int_equal(sim_client_new(&world->client, NULL), STATUS_OK);
	sim_reply_init(&world->reply);
}

void
world_close(struct world *world)
{
	json_free(world->answer);
	sim_reply_release(&world->reply);
	sim_client_free(world->client);
	carrier_free(world->carrier);
	receiver_stop(world->receiver);
}

void
world_ask(struct world *world, const char *method, const char *target, const char *form)
{
	struct sim_call call = { .method = method, .user = world->user, .password = world->password, .fresh = true };
	char url[2048];

	snprintf(url, sizeof url, "%s%s", carrier_url(world->carrier), target);
	call.url = url;
	call.timeout_ms = world->timeout_ms;
	call.body = form;
	call.body_len = form != NULL ? strlen(form) : 0;
	world->outcome = sim_client_call(world->client, &call, &world->reply);
	json_free(world->answer);
	world->answer = NULL;
	if (json_parse(strbuf_text(&world->reply.body), world->reply.body.len, 16, &world->answer, NULL) != STATUS_OK)
		world->answer = NULL;
}

void
world_create(struct world *world, const char *form, char sid[CARRIER_SID_SIZE])
{
	world_ask(world, "POST", MESSAGES, form);
	assert_int_equal(world->reply.status, 201);
	snprintf(sid, CARRIER_SID_SIZE, "%s", world_text(world, "sid"));
}

const char *
world_text(const struct world *world, const char *name)
{
	const char *text = world->answer != NULL ? json_string(json_get(world->answer, name)) : NULL;

	return text != NULL ? text : "";
}

int64_t
world_number(const struct world *world, const char *name)
{
	int64_t number;

	return world->answer != NULL && json_integer(json_get(world->answer, name), &number) ? number : -1;
}

const char *
world_status(struct world *world, const char *sid)
{
	char target[160];

	snprintf(target, sizeof target, "/2010-04-01/Accounts/" ACCOUNT "/Messages/%s.json", sid);
	world_ask(world, "GET", target, NULL);
	return world_text(world, "status");
}
