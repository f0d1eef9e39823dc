/* SPDX-License-Identifier: MIT */
/* One line an entry. O_APPEND and a lock keep consoles from mixing lines; rewriting goes through a new file. */
#include "ui/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/i18n.h"
#include "core/path.h"
#include "core/strbuf.h"
#include "core/utf8.h"

#define LINE_BYTES_MAX 1000
#define FILE_BYTES_MAX (2 * HISTORY_MAX * (LINE_BYTES_MAX + 1))

char *
history_file_name(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	char *path = NULL;
	int len;

	if (state != NULL && state[0] == '/')
		len = asprintf(&path, "%s/hilo/history", state);
	else
		len = asprintf(&path, "%s/.local/state/hilo/history", home != NULL && home[0] == '/' ? home : "/");
	return len < 0 ? NULL : path;
}

static bool
is_kept(const char *line, size_t len)
{
	static const char *const secret[] = { "token", "password", "passwd", "secret", "contraseña" };

	if (len == 0 || len > LINE_BYTES_MAX || line[0] == ' ' || !utf8_valid(line, len))
		return false;
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			return false;
	}
	for (size_t i = 0; i < sizeof secret / sizeof secret[0]; i++) {
		if (strcasestr(line, secret[i]) != NULL)
			return false;
	}
	return true;
}

static void
remove_at(struct history *history, size_t place)
{
	free(history->lines[place]);
	history->count--;
	memmove(&history->lines[place], &history->lines[place + 1],
		(history->count - place) * sizeof history->lines[0]);
}

static bool
remember(struct history *history, const char *line, size_t len)
{
	char *copy = strndup(line, len);

	if (copy == NULL)
		return false;
	for (size_t i = 0; i < history->count; i++) {
		if (strcmp(history->lines[i], copy) == 0) {
			remove_at(history, i);
			break;
		}
	}
	if (history->count == HISTORY_MAX)
		remove_at(history, 0);
	history->lines[history->count++] = copy;
	return true;
}

static bool
write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t wrote = write(fd, text, len);

		if (wrote < 0 && errno != EINTR)
			return false;
		if (wrote > 0) {
			text += wrote;
			len -= (size_t)wrote;
		}
	}
	return true;
}

static enum status
file_failed(const struct history *history, int error, struct err *err)
{
	return err_set(err, STATUS_IO, _("The history of commands in %s cannot be used: %s."), history->path,
		       strerror(error));
}

/* Puts the remembered lines in place of the file, whose lock the caller holds. */
static enum status
rewrite(const struct history *history, struct err *err)
{
	struct strbuf text;
	char *name = NULL;
	int fd = -1, error = ENOMEM;

	strbuf_init(&text, FILE_BYTES_MAX);
	for (size_t i = 0; i < history->count; i++)
		strbuf_add_format(&text, "%s\n", history->lines[i]);
	if (!text.failed && asprintf(&name, "%s.XXXXXX", history->path) >= 0) {
		fd = mkostemp(name, O_CLOEXEC);
		error = fd >= 0 && write_all(fd, strbuf_text(&text), text.len) && fsync(fd) == 0
			&& rename(name, history->path) == 0 ? 0 : errno;
		if (fd >= 0) {
			close(fd);
			if (error != 0)
				unlink(name);
		}
		free(name);
	}
	strbuf_release(&text);
	return error == 0 ? STATUS_OK : file_failed(history, error, err);
}

/* Opens and locks the file; another console may just have put a new one in its place. -1 with errno. */
static int
open_locked(const char *path, int operation)
{
	for (int attempt = 0; attempt < 10; attempt++) {
		struct stat own, there;
		int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);

		if (fd < 0)
			return -1;
		if (fstat(fd, &own) != 0 || !S_ISREG(own.st_mode)) {
			close(fd);
			errno = EINVAL;
			return -1;
		}
		if (flock(fd, operation) == 0 && stat(path, &there) == 0 && there.st_ino == own.st_ino)
			return fd;
		close(fd);
	}
	errno = EAGAIN;
	return -1;
}

static enum status
read_lines(struct history *history, int fd, struct err *err)
{
	struct strbuf text;
	char block[8192];
	size_t lines = 0;
	ssize_t got;
	enum status status = STATUS_OK;

	strbuf_init(&text, FILE_BYTES_MAX);
	while ((got = read(fd, block, sizeof block)) > 0 && !text.failed)
		strbuf_add(&text, block, (size_t)got);
	if (got < 0)
		status = file_failed(history, errno, err);
	for (const char *at = strbuf_text(&text); status == STATUS_OK && *at != '\0'; lines++) {
		size_t len = strcspn(at, "\n");

		if (len > 0 && len <= LINE_BYTES_MAX && utf8_valid(at, len) && !remember(history, at, len))
			status = file_failed(history, ENOMEM, err);
		at += len;
		at += *at == '\n';
	}
	if (status == STATUS_OK && (lines > 2 * HISTORY_MAX || text.failed))
		status = rewrite(history, err);
	strbuf_release(&text);
	return status;
}

enum status
history_open(struct history *history, const char *path, struct err *err)
{
	enum status status;
	int fd;

	memset(history, 0, sizeof *history);
	if (path == NULL)
		return STATUS_OK;
	history->path = strdup(path);
	if (history->path == NULL)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	status = path_make_parents(path, err);
	if (status == STATUS_OK) {
		fd = open_locked(path, LOCK_EX);
		status = fd >= 0 ? STATUS_OK : file_failed(history, errno, err);
		if (fd >= 0) {
			/* Made by hand or by an old umask: what was typed is nobody else's. */
			fchmod(fd, 0600);
			status = read_lines(history, fd, err);
			close(fd);
		}
	}
	if (status != STATUS_OK) {
		free(history->path);
		history->path = NULL;
	}
	return status;
}

enum status
history_add(struct history *history, const char *line, struct err *err)
{
	size_t len = strlen(line);
	char text[LINE_BYTES_MAX + 2];
	enum status status = STATUS_OK;
	int fd;

	if (!is_kept(line, len))
		return STATUS_OK;
	if (!remember(history, line, len))
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	if (history->path == NULL)
		return STATUS_OK;
	/* The screen does not wait: while another console puts the file in order, this line is only in memory. */
	fd = open_locked(history->path, LOCK_EX | LOCK_NB);
	if (fd < 0 && errno == EAGAIN)
		return STATUS_OK;
	if (fd < 0)
		return file_failed(history, errno, err);
	memcpy(text, line, len);
	text[len] = '\n';
	if (!write_all(fd, text, len + 1))
		status = file_failed(history, errno, err);
	close(fd);
	return status;
}

const char *
history_before(const struct history *history, const char *prefix, size_t before, size_t *place)
{
	for (size_t i = before < history->count ? before : history->count; i-- > 0; ) {
		if (strncmp(history->lines[i], prefix, strlen(prefix)) == 0) {
			*place = i;
			return history->lines[i];
		}
	}
	return NULL;
}

const char *
history_after(const struct history *history, const char *prefix, size_t after, size_t *place)
{
	for (size_t i = after + 1; i < history->count; i++) {
		if (strncmp(history->lines[i], prefix, strlen(prefix)) == 0) {
			*place = i;
			return history->lines[i];
		}
	}
	return NULL;
}

void
history_release(struct history *history)
{
	for (size_t i = 0; i < history->count; i++)
		free(history->lines[i]);
	free(history->path);
	memset(history, 0, sizeof *history);
}
