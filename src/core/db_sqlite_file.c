/* SPDX-License-Identifier: MIT */
/*
 * SQLite takes a log whose header it cannot read for an empty one and overwrites it, without a word. But the header is
 * written at once and synced before the first commit is acknowledged: where it is spoilt, what was stored last would be
 * lost in silence.
 *
 * Only the log is opened here: closing any descriptor of the main file drops all locks this process has on it, and a
 * connection that lost its lock loses the log under its feet when another program closes the last one that it sees.
 */
#include "core/db_sqlite_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/i18n.h"

/* The header of a log: https://www.sqlite.org/fileformat2.html#walformat */
#define FILE_MIN 512 /* the smallest page; SQLite takes a file of one byte for an empty one */
#define HEADER_SIZE 32
#define HEADER_SUMMED 24
#define MAGIC 0x377f0682u /* plus 1 when sums are made of big-endian words */
#define LOOKS 5		  /* another program may be writing a new header */
#define LOOK_PAUSE_NS (2 * 1000 * 1000)

static uint32_t
big_endian(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint32_t
little_endian(const unsigned char *bytes)
{
	return (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[1] << 8 | bytes[0];
}

static bool
is_header(const unsigned char header[HEADER_SIZE])
{
	uint32_t magic = big_endian(header), first = 0, second = 0;
	uint32_t (*word)(const unsigned char *) = magic == MAGIC ? little_endian : big_endian;

	if (magic != MAGIC && magic != MAGIC + 1)
		return false;
	for (size_t at = 0; at < HEADER_SUMMED; at += 8) {
		first += word(header + at) + second;
		second += word(header + at + 4) + first;
	}
	return first == big_endian(header + HEADER_SUMMED) && second == big_endian(header + HEADER_SUMMED + 4);
}

/* True if there is no log, or a proper one. What cannot be read is left to SQLite to explain. */
static bool
is_log_sound(const char *log)
{
	const struct timespec pause = { .tv_nsec = LOOK_PAUSE_NS };
	unsigned char header[HEADER_SIZE];
	bool sound = false;

	for (int i = 0; i < LOOKS && !sound; i++) {
		int fd = open(log, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		ssize_t got;

		if (fd < 0)
			return true;
		got = pread(fd, header, sizeof header, 0);
		close(fd);
		sound = got < (ssize_t)sizeof header || is_header(header);
		if (!sound && i + 1 < LOOKS)
			nanosleep(&pause, NULL);
	}
	return sound;
}

static enum status
damaged(const char *path, const char *how, struct err *err)
{
	return err_set(err, STATUS_CORRUPT,
		       _("The data file %s is damaged (%s); nothing was changed. Restore a backup or have the file examined."),
		       path, how);
}

static enum status
check_length(const char *path, struct err *err)
{
	struct stat info;

	if (stat(path, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size == 0 || info.st_size >= FILE_MIN)
		return STATUS_OK;
	return damaged(path, "it is too short", err);
}

static enum status
check_log(const char *path, const char *log, struct err *err)
{
	struct stat log_info, info;
	/* The log first: it is made only after the file has its first page. */
	bool has_log = stat(log, &log_info) == 0 && log_info.st_size >= HEADER_SIZE;

	if (!has_log)
		return STATUS_OK;
	if (stat(path, &info) == 0 ? info.st_size == 0 : errno == ENOENT)
		return damaged(path, "it is empty or missing, its log is not", err);
	if (!is_log_sound(log))
		return err_set(err, STATUS_CORRUPT,
			       _("The log %s is damaged; nothing was changed. What was stored last may be lost: keep a copy of it, then restore a backup, or move the log away to go on without it."),
			       log);
	return STATUS_OK;
}

enum status
sqlite_file_prepare(const char *path, bool create, struct err *err)
{
	enum status status = check_length(path, err);
	char *log = NULL;
	int fd;

	if (status != STATUS_OK)
		return status;
	if (asprintf(&log, "%s-wal", path) < 0)
		return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
	status = check_log(path, log, err);
	free(log);
	if (status != STATUS_OK || !create)
		return status;
	/* SQLite gives the log and index files the permissions of the main file: it must have the right ones from the start. */
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0) {
		fchmod(fd, 0600);
		close(fd);
	} else if (errno != EEXIST) {
		return err_set(err, STATUS_IO, _("The data file %s cannot be opened (%s); check the path and its permissions."),
			       path, strerror(errno));
	}
	return STATUS_OK;
}

void
sqlite_file_make_private(const char *path)
{
	static const char *const endings[] = { "", "-wal", "-shm" };

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		char *file = NULL;

		if (asprintf(&file, "%s%s", path, endings[i]) < 0)
			return;
		/* Of somebody else's file SQLite says what is wrong. */
		(void)!chmod(file, 0600);
		free(file);
	}
}
