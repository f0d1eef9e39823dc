/* SPDX-License-Identifier: MIT */
/*
 * Secrets that come from a command, such as a password manager. The command is started without a shell, with the
 * terminal as its standard error so that it can ask for a passphrase, and is ended after 10 s.
 */
#include "core/config_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/i18n.h"

#define COMMAND_WORDS 64
#define COMMAND_TIMEOUT_MS 10000

extern char **environ;

void
config_wipe(char *text)
{
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
}

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

/*
 * Splits `command` into `words` (pointing into `storage`, at least as long as the command and its NUL); 0 = cannot be
 * split.
 */
static size_t
split_words(const char *command, char *storage, char *words[COMMAND_WORDS + 1])
{
	size_t count = 0;

	for (;;) {
		command += strspn(command, " \t");
		if (*command == '\0' || count == COMMAND_WORDS)
			break;
		words[count++] = storage;
		if (!take_word(&command, &storage))
			return 0;
	}
	words[count] = NULL;
	return *command == '\0' ? count : 0;
}

static int
start(char **words, pid_t *pid, int *output)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t standard, none;
	int ends[2], error;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return errno;
	sigfillset(&standard);
	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &standard);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclosefrom_np(&files, 3);
	error = posix_spawnp(pid, words[0], &files, &attributes, words, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	close(ends[1]);
	if (error != 0)
		close(ends[0]);
	else
		*output = ends[0];
	return error;
}

/* Waits until `fd` is readable (or its end gone); false when the time is over. */
static bool
wait_for(int fd, int64_t deadline_ms)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };
	int64_t left;

	while ((left = deadline_ms - clock_monotonic_ms()) > 0) {
		int ready = poll(&poller, 1, (int)left);

		if (ready > 0)
			return true;
		if (ready < 0 && errno != EINTR)
			return false;
	}
	return false;
}

/* Reads to the end; false when the time is over. What does not fit is dropped. */
static bool
read_output(int fd, char out[CONFIG_VALUE_MAX], int64_t deadline_ms)
{
	char rest[256];
	size_t len = 0;

	for (;;) {
		bool fits = len < CONFIG_VALUE_MAX - 1;
		ssize_t got;

		if (!wait_for(fd, deadline_ms))
			return false;
		got = read(fd, fits ? out + len : rest, fits ? CONFIG_VALUE_MAX - 1 - len : sizeof rest);
		if (got == 0 || (got < 0 && errno != EINTR))
			break;
		if (fits && got > 0)
			len += (size_t)got;
	}
	out[len] = '\0';
	explicit_bzero(rest, sizeof rest);
	return true;
}

/* True if the process ended by itself in time, with exit code 0. It is gone in any case. */
static bool
finish(pid_t pid, bool in_time, int64_t deadline_ms)
{
	int handle = pidfd_open(pid, 0);
	int result = 0;

	if (!in_time || (handle >= 0 && !wait_for(handle, deadline_ms)))
		kill(pid, SIGKILL);
	while (waitpid(pid, &result, 0) < 0 && errno == EINTR)
		;
	if (handle >= 0)
		close(handle);
	return WIFEXITED(result) && WEXITSTATUS(result) == 0;
}

enum status
config_run_command(const char *command, const char *origin, char **output, struct err *err)
{
	int64_t deadline_ms = clock_monotonic_ms() + COMMAND_TIMEOUT_MS;
	char text[CONFIG_VALUE_MAX] = "";
	char *words[COMMAND_WORDS + 1];
	char *storage = malloc(strlen(command) + 2);
	enum status status = STATUS_OK;
	bool in_time, succeeded;
	int fd = -1, error;
	pid_t pid;

	*output = NULL;
	if (storage == NULL)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	if (split_words(command, storage, words) == 0) {
		status = err_set(err, STATUS_INVALID, _("%s: the command is empty, too long, or has an open quote."),
				 origin);
		goto done;
	}
	error = start(words, &pid, &fd);
	if (error != 0) {
		status = err_set(err, STATUS_INVALID, _("%s: the command cannot be started: %s."), origin,
				 strerror(error));
		goto done;
	}
	in_time = read_output(fd, text, deadline_ms);
	close(fd);
	succeeded = finish(pid, in_time, deadline_ms);
	text[strcspn(text, "\r\n")] = '\0';
	if (!in_time || clock_monotonic_ms() >= deadline_ms)
		status = err_set(err, STATUS_INVALID, _("%s: the command did not end within 10 seconds."), origin);
	else if (!succeeded)
		status = err_set(err, STATUS_INVALID, _("%s: the command failed; run it by hand to see why."), origin);
	else if (text[0] == '\0')
		status = err_set(err, STATUS_INVALID, _("%s: the command printed nothing."), origin);
	else if ((*output = strdup(text)) == NULL)
		status = err_set(err, STATUS_NO_MEMORY, "%s",
				 _("There is not enough memory; close other programs and try again."));
done:
	explicit_bzero(text, sizeof text);
	free(storage);
	return status;
}
