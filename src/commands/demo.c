/* SPDX-License-Identifier: MIT */
/*
 * hilo demo: the real console, listener and outbox, over loopback HTTP against a pretend carrier in this process, on
 * data in a private folder that goes at the end. Of the user's configuration only the looks of the console are taken, so
 * a demonstration can never write to a real customer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/demo_texts.h"
#include "commands/options.h"
#include "commands/session.h"
#include "commands/show.h"
#include "core/clock.h"
#include "core/digest.h"
#include "core/i18n.h"
#include "core/path.h"
#include "sim/carrier.h"
#include "sim/customers.h"

#define FOLDER_PREFIX "hilo-demo"
/* Nobody resolves it: the carrier signs over it and posts to the listener's own address. */
#define PUBLIC_URL "https://demo.hilo.example"
#define START_TIMEOUT_MS 15000

enum { OPTION_SPEED, OPTION_SEED, OPTION_THREADS };

const struct option_row demo_options[] = {
	[OPTION_SPEED] = { "--speed", N_("N"), false, N_("how fast the customers are; 1 is human pace") },
	[OPTION_SEED] = { "--seed", N_("N"), false, N_("another number gives other customers") },
	[OPTION_THREADS] = { "--threads", N_("N"), false, N_("how many customers there are, 24 unless given") },
	{ .name = NULL },
};

struct demo {
	struct customers_options people;
	char *folder;
	int folder_lock;
	struct carrier *carrier;
	struct customers *customers;
	struct session session;
};

static int
read_options(struct option_reader *reader, struct customers_options *people)
{
	long threads[2] = { 1, 10000 }, seeds[2] = { 1, 1000000000 }, number = 0;
	const char *value;
	char *end;
	int which;

	while ((which = option_next(reader, &value)) != OPTION_END) {
		if (which == OPTION_OPERAND)
			return option_wrong(reader->command, _("\"%s\" is one word too many."), value);
		if (which == OPTION_WRONG)
			return EXIT_USAGE;
		if (which == OPTION_SPEED) {
			people->speed = strtod(value, &end);
			if (end == value || *end != '\0' || !(people->speed >= 0.1 && people->speed <= 1000))
				return option_wrong(reader->command, "%s",
						    _("--speed needs a number from 0.1 to 1000."));
			continue;
		}
		if (!option_number(reader, demo_options[which].name, value, which == OPTION_SEED ? seeds : threads,
				   &number))
			return EXIT_USAGE;
		if (which == OPTION_SEED)
			people->seed = (uint64_t)number;
		else
			people->threads = (unsigned)number;
	}
	return EXIT_DONE;
}

static enum status
start_carrier(struct demo *demo, struct err *err)
{
	struct carrier_options options = {
		.seed = demo->people.seed,
		.speed = demo->people.speed,
		/* Not the sandbox's number, which takes one message in three seconds. */
		.whatsapp_number = "+525550000006",
		.enforce_window = true,
		.delay_min_ms = 300,
		.delay_max_ms = 2500,
	};

	return carrier_new(&options, &demo->carrier, err);
}

/* The configuration of the throw-away world. */
static enum status
make_config(const struct demo *demo, struct config *config, struct err *err)
{
	char token[33];
	char *database = NULL, *log = NULL;
	enum status status;

	digest_random_hex(token, 32);
	if (asprintf(&database, "%s/hilo.db", demo->folder) < 0)
		database = NULL;
	if (asprintf(&log, "%s/hilo.log", demo->folder) < 0)
		log = NULL;
	memset(config, 0, sizeof *config);
	if (database == NULL || log == NULL) {
		status = err_set(err, STATUS_NO_MEMORY, "%s",
				 _("There is not enough memory; close other programs and try again."));
	} else {
		const struct config_override overrides[] = {
			{ "TWILIO_ACCOUNT_SID", carrier_account_sid(demo->carrier) },
			{ "TWILIO_AUTH_TOKEN", carrier_auth_token(demo->carrier) },
			{ "TWILIO_PHONE_NUMBER", carrier_number(demo->carrier, CHANNEL_SMS) },
			{ "TWILIO_WHATSAPP_NUMBER", carrier_number(demo->carrier, CHANNEL_WHATSAPP) },
			{ "TWILIO_API_URL", carrier_url(demo->carrier) },
			{ "HILO_LISTEN", "127.0.0.1:0" },
			{ "HILO_PUBLIC_URL", PUBLIC_URL },
			{ "HILO_API_TOKEN", token },
			{ "HILO_DATABASE", database },
			{ "HILO_LOG", log },
		};

		/* What is wrong in the user's file is told by everything else; trying hilo out needs no file. */
		status = config_load_looks(overrides, sizeof overrides / sizeof overrides[0], config, err);
		if (status == STATUS_INVALID) {
			config_release(config);
			status = config_load_only(overrides, sizeof overrides / sizeof overrides[0], config, err);
		}
	}
	free(database);
	free(log);
	return status;
}

/* Waits until the listener is up, then tells the carrier where it is. */
static enum status
connect_carrier(struct demo *demo, struct err *err)
{
	int64_t deadline_ms = clock_monotonic_ms() + START_TIMEOUT_MS;
	int watch = change_watch(demo->session.hub), stop = session_stop_fd();
	struct services_state state = { .phase = SERVICES_WAITING };
	enum status status = STATUS_OK;

	if (watch < 0 || stop < 0)
		status = err_set(err, STATUS_FAILED, "%s", _("There are no file descriptors left."));
	else
		status = session_start(&demo->session, true, err);
	while (status == STATUS_OK) {
		services_state(demo->session.services, &state);
		if (state.phase == SERVICES_RUNNING || !session_wait(watch, stop, deadline_ms))
			break;
	}
	if (status == STATUS_OK && state.phase == SERVICES_RUNNING)
		status = carrier_set_webhooks(demo->carrier, state.listen_url, PUBLIC_URL, err);
	else if (status == STATUS_OK)
		status = err_set(err, STATUS_FAILED, _("The services of the demonstration did not start: %s"),
				 state.text);
	if (watch >= 0)
		change_unwatch(demo->session.hub, watch);
	if (stop >= 0)
		close(stop);
	return status;
}

static int
run(struct demo *demo, const sigset_t *signals)
{
	struct config config;
	struct err err = { .text = "" };
	int code;

	path_sweep_throw_away(FOLDER_PREFIX);
	if (path_make_throw_away(FOLDER_PREFIX, &demo->folder, &demo->folder_lock, &err) != STATUS_OK
	    || start_carrier(demo, &err) != STATUS_OK)
		return session_fail(EXIT_FAILED, &err);
	if (make_config(demo, &config, &err) != STATUS_OK) {
		config_release(&config);
		return session_fail(EXIT_FAILED, &err);
	}
	code = session_adopt(&demo->session, &config);
	if (code == EXIT_DONE)
		code = session_open(&demo->session);
	if (code != EXIT_DONE)
		return code;
	if (writer_run(demo->session.writer, demo_texts_store, NULL, &err) != STATUS_OK
	    || connect_carrier(demo, &err) != STATUS_OK
	    || customers_start(demo->carrier, &demo->people, &demo->customers, &err) != STATUS_OK)
		return session_was_stopped() ? EXIT_DONE : session_fail(EXIT_FAILED, &err);
	return show_console(&demo->session, _("demo"), signals);
}

int
command_demo(int argc, char **argv)
{
	struct demo demo = { .people = { .speed = 1.0 }, .folder_lock = -1, .session = { .folder_lock = -1 } };
	struct option_reader reader;
	sigset_t before;
	int code;

	option_reader_init(&reader, demo_options, false, argc, argv);
	code = read_options(&reader, &demo.people);
	if (code == EXIT_DONE) {
		session_block_signals(&before);
		code = run(&demo, &before);
		customers_stop(demo.customers);
		session_close(&demo.session);
		carrier_free(demo.carrier);
		path_remove_throw_away(demo.folder, demo.folder_lock);
	}
	option_reader_release(&reader);
	return code;
}
