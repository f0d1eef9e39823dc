/* SPDX-License-Identifier: MIT */
/*
 * A throw-away folder is recognised by its name, its owner and a file "lock" in it that a living process holds locked.
 * Without the lock file it is left alone for a minute: its maker may be about to create it.
 */
#include "core/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/i18n.h"

#define LOCK_NAME "lock"
#define GRACE_SECONDS 60

enum status
path_make_parents(const char *path, struct err *err)
{
	char *copy = strdup(path);

	if (copy == NULL)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	for (char *slash = strchr(copy + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0700) != 0 && errno != EEXIST && access(copy, F_OK) != 0) {
			enum status status = err_set(err, STATUS_IO, _("The folder %s cannot be made: %s."), copy,
						     strerror(errno));
			free(copy);
			return status;
		}
		*slash = '/';
	}
	free(copy);
	return STATUS_OK;
}

/* The folders a throw-away folder may be in; the first that can be used is. */
static size_t
places(const char *out[3])
{
	const char *temporary = getenv("TMPDIR");
	size_t count = 0;

	out[count++] = "/dev/shm";
	if (temporary != NULL && temporary[0] == '/')
		out[count++] = temporary;
	out[count++] = "/tmp";
	return count;
}

static int
lock_folder(const char *folder, int flags)
{
	int folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int fd;

	if (folder_fd < 0)
		return -1;
	fd = openat(folder_fd, LOCK_NAME, O_RDWR | O_NOFOLLOW | O_CLOEXEC | flags, 0600);
	close(folder_fd);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

enum status
path_make_throw_away(const char *prefix, char **path, int *lock_fd, struct err *err)
{
	const char *where[3];
	size_t count = places(where);

	for (size_t i = 0; i < count; i++) {
		char *name = NULL;

		if (asprintf(&name, "%s/%s-XXXXXX", where[i], prefix) < 0)
			return err_set(err, STATUS_NO_MEMORY, "%s",
				       _("There is not enough memory; close other programs and try again."));
		if (mkdtemp(name) == NULL) {
			free(name);
			continue;
		}
		*lock_fd = lock_folder(name, O_CREAT);
		if (*lock_fd >= 0) {
			*path = name;
			return STATUS_OK;
		}
		rmdir(name);
		free(name);
	}
	return err_set(err, STATUS_IO,
		       _("No temporary folder can be made: %s. Set TMPDIR to a folder you can write to."),
		       strerror(errno));
}

static int
remove_entry(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
	(void)info;
	(void)kind;
	(void)walk;
	remove(path);
	return 0;
}

void
path_remove_throw_away(char *path, int lock_fd)
{
	if (path != NULL)
		nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	free(path);
	if (lock_fd >= 0)
		close(lock_fd);
}

/* True if the folder was made by this user and its maker is gone; *lock_fd then holds its lock. */
static bool
is_left_over(const char *path, int *lock_fd)
{
	struct stat info;

	*lock_fd = -1;
	if (lstat(path, &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != geteuid())
		return false;
	*lock_fd = lock_folder(path, 0);
	return *lock_fd >= 0 || (errno == ENOENT && info.st_mtime + GRACE_SECONDS < time(NULL));
}

void
path_sweep_throw_away(const char *prefix)
{
	const char *where[3];
	size_t count = places(where);
	size_t prefix_len = strlen(prefix);

	for (size_t i = 0; i < count; i++) {
		DIR *folder = opendir(where[i]);
		const struct dirent *entry;

		while (folder != NULL && (entry = readdir(folder)) != NULL) {
			char *path = NULL;
			int lock_fd;

			if (strncmp(entry->d_name, prefix, prefix_len) != 0 || entry->d_name[prefix_len] != '-'
			    || strlen(entry->d_name) != prefix_len + 7
			    || asprintf(&path, "%s/%s", where[i], entry->d_name) < 0)
				continue;
			if (is_left_over(path, &lock_fd))
				path_remove_throw_away(path, lock_fd);
			else
				free(path);
		}
		if (folder != NULL)
			closedir(folder);
	}
}
