/* SPDX-License-Identifier: MIT */
/* hilo serve: the services without the console, for systemd or a container. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/options.h"
#include "commands/session.h"
#include "core/i18n.h"
#include "core/log.h"
#include "core/utf8.h"

/* Standard output gets the one line that others wait for; waiting and failing are told on standard error. */
static void
tell(const struct services_state *state)
{
	FILE *out = state->phase == SERVICES_RUNNING ? stdout : stderr;

	if (state->phase == SERVICES_RUNNING)
		fprintf(out, _("listening on %s\n"), state->listen_url);
	else if (state->text[0] != '\0')
		fprintf(out, "%s\n", state->text);
	/* Nobody may be there to read it. */
	fflush(out);
}

static int
serve(struct session *session)
{
	struct services_state told = { .phase = SERVICES_WAITING }, state;
	int watch = change_watch(session->hub);
	int stop = session_stop_fd();
	struct err err = { .text = "" };
	enum status status;

	/* The usual beginning needs no words. */
	utf8_copy(told.text, sizeof told.text, _("The services are starting."));
	if (watch < 0 || stop < 0)
		status = err_set(&err, STATUS_FAILED, "%s", _("There are no file descriptors left."));
	else
		status = session_start(session, true, &err);
	while (status == STATUS_OK) {
		services_state(session->services, &state);
		if (state.phase != told.phase || strcmp(state.text, told.text) != 0)
			tell(&state);
		told = state;
		if (!session_wait(watch, stop, 0))
			break;
	}
	log_info("serve.end status=%s", status_name(status));
	services_free(session->services);
	session->services = NULL;
	if (watch >= 0)
		change_unwatch(session->hub, watch);
	if (stop >= 0)
		close(stop);
	return status == STATUS_OK ? EXIT_DONE : session_fail(EXIT_FAILED, &err);
}

int
command_serve(int argc, char **argv)
{
	struct option_reader reader;
	struct session session;
	sigset_t before;
	int code;

	option_reader_init(&reader, no_options, true, argc, argv);
	code = option_settings_only(&reader);
	if (code == EXIT_DONE) {
		session_block_signals(&before);
		code = session_configure(&session, &reader);
		if (code == EXIT_DONE)
			code = session_open(&session);
		if (code == EXIT_DONE)
			code = serve(&session);
		session_close(&session);
	}
	option_reader_release(&reader);
	return code;
}
