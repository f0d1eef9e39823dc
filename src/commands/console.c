/* SPDX-License-Identifier: MIT */
/* hilo: the console, with the services behind it unless another hilo runs them on the same data. */
#include <signal.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/options.h"
#include "commands/session.h"
#include "commands/show.h"
#include "core/log.h"
#include "core/utf8.h"
#include "ui/ui.h"

void
show_services(void *arg, struct ui_status *out)
{
	struct session *session = arg;
	struct services_state state;
	const char *missing = config_missing(&session->config);

	services_state(session->services, &state);
	out->services_here = state.phase == SERVICES_RUNNING;
	/* A failure is worth more than what could be configured. */
	utf8_copy(out->text, sizeof out->text,
		  state.phase == SERVICES_FAILED || missing == NULL ? state.text : missing);
}

/* Does nothing: it only keeps these signals from ending the program before the data of this session are in order. */
static void
on_late_signal(int number)
{
	(void)number;
}

/*
 * The console takes the signals while it runs and gives back what was set before: a lost terminal hangs up once more
 * after that, and must not end the program in the middle of its clean-up.
 */
static void
outlive_late_signals(void)
{
	static const int numbers[] = { SIGHUP, SIGTERM, SIGINT };
	struct sigaction late = { .sa_handler = on_late_signal, .sa_flags = SA_RESTART }, now;

	sigemptyset(&late.sa_mask);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		if (sigaction(numbers[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
			sigaction(numbers[i], &late, NULL);
	}
}

int
show_console(struct session *session, const char *banner, const sigset_t *signals)
{
	struct ui_options options = {
		.config = &session->config,
		.database = session->database,
		.hub = session->hub,
		.writer = session->writer,
		.describe = show_services,
		.describe_arg = session,
		.banner = banner,
	};
	struct err err = { .text = "" };

	/* What came while the signals were blocked would end the program before it cleaned up. */
	if (session_was_stopped())
		return EXIT_DONE;
	outlive_late_signals();
	pthread_sigmask(SIG_SETMASK, signals, NULL);
	return ui_run(&options, &err) == STATUS_OK ? EXIT_DONE : session_fail(EXIT_FAILED, &err);
}

static int
run(struct session *session, const sigset_t *signals)
{
	struct err err = { .text = "" };
	int code;

	/* A log on this very terminal would be written across the screen. */
	if (session->config.log_file[0] == '\0' && isatty(STDERR_FILENO))
		log_close();
	code = session_open(session);
	if (code != EXIT_DONE)
		return code;
	if (session_start(session, true, &err) != STATUS_OK)
		return session_fail(EXIT_FAILED, &err);
	return show_console(session, NULL, signals);
}

int
command_console(int argc, char **argv)
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
			code = run(&session, &before);
		session_close(&session);
	}
	option_reader_release(&reader);
	return code;
}
