/* SPDX-License-Identifier: MIT */
#include "core/file_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/attachment.h"
#include "core/digest.h"
#include "core/i18n.h"
#include "core/media_type.h"

#define PIECE ((size_t)64 * 1024)

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NO_MEMORY, "%s", _("There is not enough memory; close other programs and try again."));
}

static enum status
cannot_write(struct err *err, int error)
{
	if (error == ENOSPC || error == EDQUOT)
		return err_set(err, STATUS_IO, "%s", _("The disk is full; make room and try again. Nothing was left of the copy."));
	return err_set(err, STATUS_IO, _("The file cannot be written (%s); choose another place."), strerror(error));
}

static bool
write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t written = write(fd, bytes, len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		bytes += written;
		len -= (size_t)written;
	}
	return true;
}

/* From one to the other and to the disk; a file that grows meanwhile is not followed beyond the limit. */
static enum status
copy(int from, int to, const atomic_bool *stop, int64_t *size, struct err *err)
{
	char *piece = malloc(PIECE);
	enum status status = STATUS_OK;

	*size = 0;
	if (piece == NULL)
		return no_memory(err);
	while (status == STATUS_OK) {
		ssize_t got = read(from, piece, PIECE);

		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0)
			break;
		if (got < 0)
			status = err_set(err, STATUS_IO, _("The file cannot be read (%s)."), strerror(errno));
		else if (stop != NULL && atomic_load(stop))
			status = err_set(err, STATUS_CANCELED, "%s", _("The copy was stopped; nothing was left of it."));
		else if ((*size += got) > ATTACHMENT_SIZE_MAX)
			status = err_set(err, STATUS_INVALID, "%s", _("The file is larger than 16 MB; send a smaller one or a link."));
		else if (!write_all(to, piece, (size_t)got))
			status = cannot_write(err, errno);
	}
	free(piece);
	if (status == STATUS_OK && *size == 0)
		status = err_set(err, STATUS_INVALID, "%s", _("The file is empty."));
	if (status == STATUS_OK && fsync(to) < 0)
		status = cannot_write(err, errno);
	return status;
}

/* A regular file and nothing else: a pipe or device would keep us waiting. */
static enum status
open_regular(const char *path, int extra, int *fd, struct err *err)
{
	struct stat facts;

	*fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | extra);
	if (*fd < 0 && errno == ENOENT)
		return err_set(err, STATUS_NOT_FOUND, "%s", _("There is no such file; look at its name again."));
	if (*fd < 0)
		return err_set(err, STATUS_IO, _("The file cannot be opened (%s)."), strerror(errno));
	if (fstat(*fd, &facts) == 0 && S_ISREG(facts.st_mode))
		return STATUS_OK;
	close(*fd);
	*fd = -1;
	return err_set(err, STATUS_INVALID, "%s", _("This is not a file but a folder or a device; choose a file."));
}

static enum status
look_at(int fd, const char *path, struct file_stored *out, struct err *err)
{
	const char *slash = strrchr(path, '/');
	char *head = malloc(MEDIA_TYPE_HEAD);
	struct media_type type;
	ssize_t len;

	if (head == NULL)
		return no_memory(err);
	len = pread(fd, head, MEDIA_TYPE_HEAD, 0);
	type = media_type_of(head, len > 0 ? (size_t)len : 0);
	free(head);
	if (len < 0)
		return err_set(err, STATUS_IO, _("The file cannot be read (%s)."), strerror(errno));
	out->content_type = type.type;
	out->width = type.width;
	out->height = type.height;
	file_name_safe(slash != NULL ? slash + 1 : path, type.extension, out->name);
	memcpy(out->path, "out-", 4);
	digest_random_hex(out->path + 4, 32);
	snprintf(out->path + 36, sizeof out->path - 36, ".%s", type.extension);
	return STATUS_OK;
}

static enum status
open_folder(const char *database, int *fd, struct err *err)
{
	char *folder = attachment_folder(database);

	*fd = -1;
	if (folder == NULL)
		return no_memory(err);
	if (mkdir(folder, 0700) == 0 || errno == EEXIST)
		*fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	free(folder);
	return *fd >= 0 ? STATUS_OK : cannot_write(err, errno);
}

enum status
file_store_import(const char *database, const char *path, const atomic_bool *stop, struct file_stored *out, struct err *err)
{
	int from = -1, folder = -1, to = -1;
	enum status status = open_regular(path, 0, &from, err);

	memset(out, 0, sizeof *out);
	if (status == STATUS_OK)
		status = look_at(from, path, out, err);
	if (status == STATUS_OK)
		status = open_folder(database, &folder, err);
	if (status == STATUS_OK) {
		to = openat(folder, out->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		status = to >= 0 ? copy(from, to, stop, &out->size, err) : cannot_write(err, errno);
		if (status == STATUS_OK && fsync(folder) < 0)
			status = cannot_write(err, errno);
		if (status != STATUS_OK && to >= 0)
			unlinkat(folder, out->path, 0);
	}
	if (to >= 0)
		close(to);
	if (folder >= 0)
		close(folder);
	if (from >= 0)
		close(from);
	return status;
}

static bool
is_folder(const char *path)
{
	struct stat facts;

	return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

/* The new file at the destination, and in *made where that is. */
static enum status
create(const struct file_save *save, int *fd, char **made, struct err *err)
{
	char name[FILE_NAME_SIZE], taken[FILE_NAME_SIZE], *absolute;
	const char *where = save->destination;
	size_t len = strlen(where);
	enum status status = STATUS_OK;

	if (len == 0)
		return err_set(err, STATUS_INVALID, "%s", _("Give the folder or the name of the new file."));
	if (is_folder(where)) {
		file_name_safe(save->name, NULL, name);
		status = file_name_create(where, name, fd, taken, err);
		if (status == STATUS_OK && asprintf(made, "%s%s%s", where, where[len - 1] == '/' ? "" : "/", taken) < 0)
			*made = NULL;
	} else {
		*fd = open(where, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (*fd < 0 && errno == EEXIST)
			return err_set(err, STATUS_CONFLICT, "%s",
				       _("There is a file of this name already, which stays as it is; choose another name."));
		if (*fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == EISDIR))
			return err_set(err, STATUS_NOT_FOUND, "%s", _("There is no such folder; make it first or choose another."));
		status = *fd >= 0 ? STATUS_OK : cannot_write(err, errno);
		*made = status == STATUS_OK ? strdup(where) : NULL;
	}
	if (status != STATUS_OK || *made == NULL)
		return status == STATUS_OK ? no_memory(err) : status;
	absolute = realpath(*made, NULL);
	if (absolute != NULL) {
		free(*made);
		*made = absolute;
	}
	return STATUS_OK;
}

enum status
file_store_save(const struct file_save *save, char **made, int64_t *size, struct err *err)
{
	char *file = attachment_file(save->database, save->path);
	int from = -1, to = -1;
	enum status status;

	*made = NULL;
	*size = 0;
	if (file == NULL)
		return err_set(err, STATUS_NOT_FOUND, "%s", _("The file is not here; fetch it first."));
	status = open_regular(file, O_NOFOLLOW, &from, err);
	if (status == STATUS_NOT_FOUND)
		err_set(err, status, "%s", _("The file is not in its place any more; it was removed from the folder of the data."));
	if (status == STATUS_OK)
		status = create(save, &to, made, err);
	if (status == STATUS_OK)
		status = copy(from, to, save->stop, size, err);
	if (to >= 0)
		close(to);
	if (from >= 0)
		close(from);
	if (status != STATUS_OK) {
		if (to >= 0 && *made != NULL)
			unlink(*made);
		free(*made);
		*made = NULL;
	}
	free(file);
	return status;
}
