/* SPDX-License-Identifier: MIT */
/*
 * posix_spawn does the starting, so nothing of this program runs between fork and exec. Standard input comes from a
 * memory file: a child that does not read can neither block us nor send SIGPIPE. Each spawned child has one small thread
 * that sleeps on its pidfd.
 */
#include "core/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/config.h"
#include "core/i18n.h"
#include "core/log.h"

#define GRACE_MS 500 /* between asking to end and ending */
#define STACK_BYTES (64 * 1024)

extern char **environ;

static pthread_mutex_t running_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t running_changed = PTHREAD_COND_INITIALIZER;
static int running; /* children with a thread */

/* Takes one word out of *from into *to: quotes and backslashes as in a shell. False when a quote stays open. */
static bool
take_word(const char **from, char **to)
{
	const char *at = *from;
	char quote = '\0';

	for (; *at != '\0' && (quote != '\0' || (*at != ' ' && *at != '\t')); at++) {
		if (quote == '\0' && (*at == '\'' || *at == '"'))
			quote = *at;
		else if (*at == quote)
			quote = '\0';
		else if (*at == '\\' && quote != '\'' && at[1] != '\0')
			*(*to)++ = *++at;
		else
			*(*to)++ = *at;
	}
	*(*to)++ = '\0';
	*from = at;
	return quote == '\0';
}

bool
child_split(const char *command, struct child_words *words)
{
	char *to = malloc(strlen(command) + 2);

	*words = (struct child_words){ .storage = to };
	if (to == NULL)
		return false;
	for (;;) {
		command += strspn(command, " \t");
		if (*command == '\0')
			break;
		if (words->count == CHILD_WORDS_MAX)
			return false;
		words->words[words->count++] = to;
		if (!take_word(&command, &to))
			return false;
	}
	/* The name of a program is never empty. */
	return words->count > 0 && words->words[0][0] != '\0';
}

void
child_words_release(struct child_words *words)
{
	free(words->storage);
	*words = (struct child_words){ .storage = NULL };
}

/* True if `variable` ("NAME=value") is set anew by `added`, or holds a secret of ours. */
static bool
is_dropped(const char *variable, const char *const *added)
{
	size_t len = strcspn(variable, "=");

	for (size_t i = 0; i < config_setting_count; i++) {
		const struct setting *setting = &config_settings[i];

		if (setting->kind == SETTING_SECRET && strlen(setting->environment) == len
		    && memcmp(setting->environment, variable, len) == 0)
			return true;
	}
	for (; added != NULL && *added != NULL; added++) {
		if (strcspn(*added, "=") == len && memcmp(*added, variable, len) == 0)
			return true;
	}
	return false;
}

/* Only the array is new (free() it); NULL without memory. */
static char **
make_environment(const char *const *added)
{
	size_t count = 1, used = 0;
	char **all;

	for (char **at = environ; at != NULL && *at != NULL; at++)
		count++;
	for (const char *const *at = added; at != NULL && *at != NULL; at++)
		count++;
	all = calloc(count, sizeof *all);
	if (all == NULL)
		return NULL;
	for (char **at = environ; at != NULL && *at != NULL; at++) {
		if (!is_dropped(*at, added))
			all[used++] = *at;
	}
	for (const char *const *at = added; at != NULL && *at != NULL; at++)
		all[used++] = (char *)*at;
	return all;
}

/* A memory file with the text, to be read from its start; -1 with errno. */
static int
open_input(const char *text)
{
	size_t len = strlen(text), done = 0;
	int fd = memfd_create("hilo-input", MFD_CLOEXEC);

	while (fd >= 0 && done < len) {
		ssize_t wrote = write(fd, text + done, len - done);

		if (wrote < 0 && errno != EINTR) {
			close(fd);
			return -1;
		}
		done += wrote > 0 ? (size_t)wrote : 0;
	}
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

static int
set_attributes(posix_spawnattr_t *attributes, bool at_terminal)
{
	sigset_t standard, none;
	int flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | (at_terminal ? 0 : POSIX_SPAWN_SETPGROUP);

	sigfillset(&standard);
	sigemptyset(&none);
	posix_spawnattr_setsigdefault(attributes, &standard);
	posix_spawnattr_setsigmask(attributes, &none);
	posix_spawnattr_setpgroup(attributes, 0);
	return posix_spawnattr_setflags(attributes, (short)flags);
}

/* `input` and `output` may be -1: /dev/null. An errno, 0 = started. */
static int
spawn(const struct child_request *request, char **environment, const int ends[2], pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	int error;

	if ((error = posix_spawn_file_actions_init(&files)) != 0)
		return error;
	if ((error = posix_spawnattr_init(&attributes)) != 0) {
		posix_spawn_file_actions_destroy(&files);
		return error;
	}
	error = set_attributes(&attributes, request->at_terminal);
	if (error == 0)
		error = ends[0] >= 0
			? posix_spawn_file_actions_adddup2(&files, ends[0], STDIN_FILENO)
			: posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (error == 0)
		error = ends[1] >= 0
			? posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO)
			: posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (error == 0 && !request->at_terminal)
		error = posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (error == 0)
		error = posix_spawn_file_actions_addclosefrom_np(&files, 3);
	if (error == 0)
		error = posix_spawnp(pid, request->argv[0], &files, &attributes, (char *const *)request->argv,
				     environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return error;
}

/* `output` is the writing end of a pipe, or -1. */
static enum status
start(const struct child_request *request, int output, pid_t *pid, struct err *err)
{
	int ends[2] = { -1, output }, error;
	char **environment = make_environment(request->environment);

	if (environment == NULL)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	if (request->input != NULL && (ends[0] = open_input(request->input)) < 0)
		error = errno;
	else
		error = spawn(request, environment, ends, pid);
	if (ends[0] >= 0)
		close(ends[0]);
	free(environment);
	if (error == 0)
		return STATUS_OK;
	if (error == ENOENT || error == EACCES || error == ENOEXEC)
		return err_set(err, STATUS_NOT_FOUND, _("The program %s cannot be started: %s."), request->argv[0],
			       strerror(error));
	return err_set(err, STATUS_BUSY, _("The program %s cannot be started now: %s."), request->argv[0],
		       strerror(error));
}

/* Waits until `fd` is readable (or its end gone); false when the time is over. No deadline: -1. */
static bool
wait_for(int fd, int64_t deadline_ms)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };

	for (;;) {
		int64_t left = deadline_ms < 0 ? -1 : deadline_ms - clock_monotonic_ms();
		int ready;

		if (deadline_ms >= 0 && left <= 0)
			return false;
		ready = poll(&poller, 1, (int)left);
		if (ready > 0)
			return true;
		if (ready < 0 && errno != EINTR)
			return false;
	}
}

/* Reaps the child; when its time is over it and its group are asked to end, then ended. */
static void
finish(pid_t pid, bool is_group, int64_t deadline_ms, struct child_end *end)
{
	int handle = pidfd_open(pid, 0), result = 0;
	pid_t target = is_group ? -pid : pid, got;

	/* Without a handle only waiting is left. */
	end->in_time = handle < 0 || wait_for(handle, deadline_ms);
	if (!end->in_time) {
		kill(target, SIGTERM);
		wait_for(handle, clock_monotonic_ms() + GRACE_MS);
		/* Not yet reaped, so the number is still theirs; who ignored the first signal goes now. */
		kill(target, SIGKILL);
	}
	do
		got = waitpid(pid, &result, 0);
	while (got < 0 && errno == EINTR);
	if (handle >= 0)
		close(handle);
	end->exit_code = got == pid && WIFEXITED(result) ? WEXITSTATUS(result) : -1;
}

/* --- without waiting --- */

struct watch {
	pid_t pid;
	int64_t deadline_ms;
	char name[64];
};

static void
count_running(int change)
{
	pthread_mutex_lock(&running_lock);
	running += change;
	pthread_cond_broadcast(&running_changed);
	pthread_mutex_unlock(&running_lock);
}

static void *
watch_run(void *argument)
{
	struct watch *watch = argument;
	struct child_end end;

	finish(watch->pid, true, watch->deadline_ms, &end);
	if (!end.in_time)
		log_warning("child_timeout program=%s", watch->name);
	else if (end.exit_code != 0)
		log_warning("child_failed program=%s exit_code=%d", watch->name, end.exit_code);
	free(watch);
	count_running(-1);
	return NULL;
}

/* The thread takes no signals: they belong to the others. An errno. */
static int
watch_start(struct watch *watch)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	pthread_t thread;
	int error = pthread_attr_init(&attributes);

	if (error != 0)
		return error;
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&thread, &attributes, watch_run, watch);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return error;
}

static bool
take_place(void)
{
	bool free_place;

	pthread_mutex_lock(&running_lock);
	free_place = running < CHILD_RUNNING_MAX;
	running += free_place;
	pthread_mutex_unlock(&running_lock);
	return free_place;
}

enum status
child_spawn(const struct child_request *request, struct err *err)
{
	struct watch *watch;
	enum status status;
	int error;

	if (!take_place())
		return err_set(err, STATUS_BUSY,
			       _("%s is not started: too many programs still run; close some of them."),
			       request->argv[0]);
	watch = calloc(1, sizeof *watch);
	if (watch == NULL) {
		status = err_set(err, STATUS_NO_MEMORY, "%s",
				 _("There is not enough memory; close other programs and try again."));
		goto failed;
	}
	strncpy(watch->name, request->argv[0], sizeof watch->name - 1);
	status = start(request, -1, &watch->pid, err);
	if (status != STATUS_OK)
		goto failed;
	watch->deadline_ms = request->timeout_ms > 0 ? clock_monotonic_ms() + request->timeout_ms : -1;
	error = watch_start(watch);
	if (error == 0)
		return STATUS_OK;
	/* Nobody would reap it. */
	kill(-watch->pid, SIGKILL);
	while (waitpid(watch->pid, NULL, 0) < 0 && errno == EINTR)
		;
	status = err_set(err, STATUS_BUSY, _("The program %s cannot be started now: %s."), request->argv[0],
			 strerror(error));
failed:
	free(watch);
	count_running(-1);
	return status;
}

bool
child_settle(int timeout_ms)
{
	struct timespec until;
	int error = 0;
	bool settled;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += timeout_ms / 1000;
	until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&running_lock);
	while (running > 0 && error == 0)
		error = pthread_cond_clockwait(&running_changed, &running_lock, CLOCK_MONOTONIC, &until);
	settled = running == 0;
	pthread_mutex_unlock(&running_lock);
	return settled;
}

/* --- with waiting --- */

/* Reads to the end; false when the time is over. What does not fit is dropped. */
static bool
read_output(int fd, struct strbuf *output, int64_t deadline_ms)
{
	char block[1024];
	bool in_time;

	while ((in_time = wait_for(fd, deadline_ms))) {
		ssize_t got = read(fd, block, sizeof block);
		size_t fits = output->max - output->len;

		if (got == 0 || (got < 0 && errno != EINTR))
			break;
		if (got <= 0 || output->failed)
			continue;
		strbuf_add(output, block, (size_t)got < fits ? (size_t)got : fits);
		output->failed = output->failed || (size_t)got > fits;
	}
	explicit_bzero(block, sizeof block);
	return in_time;
}

enum status
child_run(const struct child_request *request, struct strbuf *output, struct child_end *end, struct err *err)
{
	int64_t deadline_ms = clock_monotonic_ms() + request->timeout_ms;
	int ends[2] = { -1, -1 };
	enum status status;
	bool in_time = true;
	pid_t pid;

	*end = (struct child_end){ .in_time = true, .exit_code = -1 };
	if (output != NULL && pipe2(ends, O_CLOEXEC) != 0)
		return err_set(err, STATUS_BUSY, _("The program %s cannot be started now: %s."), request->argv[0],
			       strerror(errno));
	status = start(request, ends[1], &pid, err);
	if (ends[1] >= 0)
		close(ends[1]);
	if (status == STATUS_OK && output != NULL)
		in_time = read_output(ends[0], output, deadline_ms);
	if (ends[0] >= 0)
		close(ends[0]);
	if (status == STATUS_OK) {
		finish(pid, !request->at_terminal, deadline_ms, end);
		end->in_time = end->in_time && in_time;
	}
	return status;
}
