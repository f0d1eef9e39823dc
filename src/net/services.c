/* SPDX-License-Identifier: MIT */
/*
 * One thread: it sleeps in the lock until it is this process's turn, starts what is not running yet, every 5 s again while
 * something cannot start, then sleeps until the end. The listener and the sender start apart: a port that is taken does not
 * keep replies from being sent.
 */
#include "net/services.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/i18n.h"
#include "core/log.h"
#include "core/service_lock.h"
#include "core/utf8.h"
#include "net/housekeeping.h"
#include "net/listener.h"
#include "net/media_fetch.h"
#include "net/sender.h"

#define RETRY_S 5

struct services {
	struct services_options options;
	struct service_lock *lock;
	struct listener *listener; /* the thread's */
	struct sender *sender;	   /* the thread's */
	struct housekeeping *housekeeping; /* the thread's */
	struct media_fetch *media; /* the thread's */
	pthread_t thread;
	pthread_mutex_t mutex; /* guards what follows */
	pthread_cond_t wake;
	bool stopping;
	struct services_state state;
};

static void
set_state(struct services *services, enum services_phase phase, const char *url, const char *text)
{
	pthread_mutex_lock(&services->mutex);
	services->state.phase = phase;
	utf8_copy(services->state.listen_url, sizeof services->state.listen_url, url);
	utf8_copy(services->state.text, sizeof services->state.text, text);
	pthread_mutex_unlock(&services->mutex);
	change_tick(services->options.hub);
}

/* Sleeps until the end, or at most `seconds` (0 = no limit). False when the end has come. */
static bool
sleep_until_stopped(struct services *services, int seconds)
{
	struct timespec until;
	int result = 0;
	bool stopping;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += seconds;
	pthread_mutex_lock(&services->mutex);
	while (!services->stopping && result != ETIMEDOUT) {
		if (seconds == 0)
			pthread_cond_wait(&services->wake, &services->mutex);
		else
			result = pthread_cond_timedwait(&services->wake, &services->mutex, &until);
	}
	stopping = services->stopping;
	pthread_mutex_unlock(&services->mutex);
	return !stopping;
}

static enum status
start_parts(struct services *services, struct err *err)
{
	const struct services_options *options = &services->options;
	struct listener_options listener = { .config = options->config,
					     .database = options->database,
					     .writer = options->writer };
	struct sender_options sender = { .config = options->config,
					 .database = options->database,
					 .hub = options->hub };
	struct media_fetch_options media = { .config = options->config,
					     .database = options->database,
					     .hub = options->hub };
	struct housekeeping_options housekeeping = { .database = options->database,
						     .hub = options->hub,
						     .account_sid = options->config->twilio_account_sid };
	enum status status = STATUS_OK, sender_status = STATUS_OK, housekeeping_status = STATUS_OK;

	if (services->listener == NULL)
		status = listener_new(&listener, &services->listener, err);
	if (services->sender == NULL)
		sender_status = sender_new(&sender, &services->sender, status == STATUS_OK ? err : NULL);
	if (services->housekeeping == NULL)
		housekeeping_status = housekeeping_new(&housekeeping, &services->housekeeping,
						       status == STATUS_OK && sender_status == STATUS_OK ? err : NULL);
	if (status == STATUS_OK)
		status = sender_status;
	if (status == STATUS_OK)
		status = housekeeping_status;
	return status == STATUS_OK && services->media == NULL ? media_fetch_new(&media, &services->media, err) : status;
}

static void
announce(struct services *services)
{
	const char *host = services->options.config->listen_host;
	bool brackets = strchr(host, ':') != NULL;
	char url[160], line[200];

	snprintf(url, sizeof url, "http://%s%s%s:%d", brackets ? "[" : "", host, brackets ? "]" : "",
		 listener_port(services->listener));
	snprintf(line, sizeof line, "pid %ld, %s", (long)getpid(), url);
	service_lock_announce(services->lock, line);
	log_info("services run url=%s", url);
	set_state(services, SERVICES_RUNNING, url, "");
}

static void
announce_failure(struct services *services, const struct err *err)
{
	char line[64];

	snprintf(line, sizeof line, "pid %ld", (long)getpid());
	service_lock_announce(services->lock, line);
	log_error("services cannot start, next try in %d s: %s", RETRY_S, err->text);
	set_state(services, SERVICES_FAILED, "", err->text);
}

static void
run_parts(struct services *services)
{
	struct err err;
	bool go_on = true, told = false;

	while (go_on && start_parts(services, &err) != STATUS_OK) {
		if (!told)
			announce_failure(services, &err);
		else
			set_state(services, SERVICES_FAILED, "", err.text);
		told = true;
		go_on = sleep_until_stopped(services, RETRY_S);
	}
	if (go_on) {
		announce(services);
		sleep_until_stopped(services, 0);
	}
	listener_free(services->listener);
	sender_free(services->sender);
	housekeeping_free(services->housekeeping);
	media_fetch_free(services->media);
}

static void *
run(void *arg)
{
	struct services *services = arg;
	struct err err;
	enum status status;

	for (;;) {
		status = service_lock_wait(services->lock, &err);
		if (status == STATUS_OK) {
			run_parts(services);
			return NULL;
		}
		if (status == STATUS_BUSY) /* interrupted: the end */
			return NULL;
		log_error("services wait failed: %s", err.text);
		set_state(services, SERVICES_FAILED, "", err.text);
		if (!sleep_until_stopped(services, RETRY_S))
			return NULL;
	}
}

static void
release(struct services *services)
{
	service_lock_free(services->lock);
	pthread_cond_destroy(&services->wake);
	pthread_mutex_destroy(&services->mutex);
	free(services);
}

static enum status
start_thread(struct services *services, struct err *err)
{
	sigset_t all, before;
	int failed;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&services->thread, NULL, run, services);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed != 0)
		return err_set(err, STATUS_FAILED, "%s",
			       _("No thread can be started; close other programs and try again."));
	return STATUS_OK;
}

enum status
services_new(const struct services_options *options, struct services **out, struct err *err)
{
	struct services *services = calloc(1, sizeof *services);
	pthread_condattr_t attributes;
	enum status status;

	*out = NULL;
	if (services == NULL)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	services->options = *options;
	services->state.phase = SERVICES_WAITING;
	pthread_mutex_init(&services->mutex, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&services->wake, &attributes);
	pthread_condattr_destroy(&attributes);
	status = service_lock_new(options->database, &services->lock, err);
	/* Taken here, the thread's own wait for it is over at once. */
	if (status == STATUS_OK && !options->wait_for_lock)
		status = service_lock_try(services->lock, err);
	if (status == STATUS_OK)
		status = start_thread(services, err);
	if (status != STATUS_OK) {
		release(services);
		return status;
	}
	*out = services;
	return STATUS_OK;
}

void
services_free(struct services *services)
{
	if (services == NULL)
		return;
	pthread_mutex_lock(&services->mutex);
	services->stopping = true;
	pthread_cond_broadcast(&services->wake);
	pthread_mutex_unlock(&services->mutex);
	service_lock_interrupt(services->lock);
	pthread_join(services->thread, NULL);
	release(services);
}

void
services_state(struct services *services, struct services_state *out)
{
	char holder[160], self[32];

	pthread_mutex_lock(&services->mutex);
	*out = services->state;
	pthread_mutex_unlock(&services->mutex);
	if (out->phase != SERVICES_WAITING)
		return;
	/* Asked for at this moment: the holder may have changed, or not have introduced itself yet when we began to wait. */
	service_lock_describe(services->lock, holder, sizeof holder);
	/* Between taking the lock and saying so, the holder is this process. */
	snprintf(self, sizeof self, "pid %ld,", (long)getpid());
	if (holder[0] != '\0' && strncmp(holder, self, strlen(self)) != 0)
		snprintf(out->text, sizeof out->text, _("Another hilo runs the services on these data (%s)."), holder);
	else
		utf8_copy(out->text, sizeof out->text, _("The services are starting."));
}
