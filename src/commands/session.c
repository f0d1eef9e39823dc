/* SPDX-License-Identifier: MIT */
#include "commands/session.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "commands/commands.h"
#include "core/clock.h"
#include "core/i18n.h"
#include "core/log.h"
#include "core/path.h"

#define MEMORY_PREFIX "hilo-memory"

int
session_fail(int exit_code, const struct err *err)
{
	fprintf(stderr, "hilo: %s\n", err->text);
	return exit_code;
}

static int
session_begin(struct session *session)
{
	struct err err = { .text = "" };

	if (strncmp(session->config.database, "postgres", 8) == 0) {
		err_set(&err, STATUS_INVALID, "%s",
			_("HILO_DATABASE: this version keeps its data in a file only; give it a path, not "
			  "postgres://."));
		return session_fail(EXIT_CONFIG, &err);
	}
	if (log_open(session->config.log_file, session->config.log_level, &err) != STATUS_OK)
		return session_fail(EXIT_CONFIG, &err);
	return EXIT_DONE;
}

int
session_configure(struct session *session, const struct option_reader *reader)
{
	struct err err = { .text = "" };

	memset(session, 0, sizeof *session);
	session->folder_lock = -1;
	if (config_load(reader->overrides, reader->override_count, &session->config, &err) != STATUS_OK)
		return session_fail(EXIT_CONFIG, &err);
	return session_begin(session);
}

int
session_adopt(struct session *session, struct config *config)
{
	memset(session, 0, sizeof *session);
	session->folder_lock = -1;
	session->config = *config;
	memset(config, 0, sizeof *config);
	return session_begin(session);
}

/* The path of the data file; ":memory:" is a file in a folder that goes with this process. */
static enum status
place_database(struct session *session, struct err *err)
{
	enum status status;

	if (strcmp(session->config.database, ":memory:") != 0) {
		session->database = strdup(session->config.database);
		if (session->database == NULL)
			return err_set(err, STATUS_NO_MEMORY, "%s",
				       _("There is not enough memory; close other programs and try again."));
		return path_make_parents(session->database, err);
	}
	path_sweep_throw_away(MEMORY_PREFIX);
	status = path_make_throw_away(MEMORY_PREFIX, &session->folder, &session->folder_lock, err);
	if (status == STATUS_OK && asprintf(&session->database, "%s/hilo.db", session->folder) < 0) {
		session->database = NULL;
		status = err_set(err, STATUS_NO_MEMORY, "%s",
				 _("There is not enough memory; close other programs and try again."));
	}
	return status;
}

int
session_open(struct session *session)
{
	struct err err = { .text = "" };
	struct db *db = NULL;
	enum status status = place_database(session, &err);

	/* Brings the schema up to date before anybody else opens the file. */
	if (status == STATUS_OK)
		status = db_open(session->database, DB_CREATE, &db, &err);
	db_close(db);
	if (status == STATUS_OK)
		status = change_hub_new(session->database, &session->hub, &err);
	if (status == STATUS_OK)
		status = writer_new(session->database, session->hub, &session->writer, &err);
	if (status == STATUS_OK)
		return EXIT_DONE;
	log_error("session.open status=%s reason=%s", status_name(status), err.text);
	return session_fail(EXIT_FAILED, &err);
}

enum status
session_start(struct session *session, bool wait_for_lock, struct err *err)
{
	struct services_options options = {
		.config = &session->config,
		.database = session->database,
		.hub = session->hub,
		.writer = session->writer,
		.wait_for_lock = wait_for_lock,
	};

	return services_new(&options, &session->services, err);
}

void
session_close(struct session *session)
{
	services_free(session->services);
	writer_free(session->writer);
	change_hub_free(session->hub);
	log_close();
	path_remove_throw_away(session->folder, session->folder_lock);
	free(session->database);
	config_release(&session->config);
	memset(session, 0, sizeof *session);
	session->folder_lock = -1;
}

void
session_block_signals(sigset_t *before)
{
	static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS };
	sigset_t all;

	sigfillset(&all);
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
		sigdelset(&all, faults[i]);
	pthread_sigmask(SIG_SETMASK, &all, before);
}

static void
stop_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
}

bool
session_was_stopped(void)
{
	sigset_t pending;

	sigemptyset(&pending);
	sigpending(&pending);
	return sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1
	       || sigismember(&pending, SIGHUP) == 1;
}

int
session_stop_fd(void)
{
	sigset_t set;

	stop_signals(&set);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

bool
session_wait(int watch, int stop, int64_t deadline_ms)
{
	struct pollfd fds[2] = { { .fd = watch, .events = POLLIN }, { .fd = stop, .events = POLLIN } };

	for (;;) {
		int64_t left = deadline_ms == 0 ? -1 : deadline_ms - clock_monotonic_ms();
		int ready;

		if (deadline_ms != 0 && left <= 0)
			return false;
		ready = poll(fds, 2, left > 60000 ? 60000 : (int)left);
		if (ready < 0 && errno != EINTR)
			return false;
		if (ready > 0 && (fds[1].revents & POLLIN) != 0)
			return false;
		if (ready > 0) {
			change_drain(watch);
			return true;
		}
	}
}
