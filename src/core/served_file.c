/* SPDX-License-Identifier: MIT */
#include "core/served_file.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/digest.h"
#include "core/file_name.h"
#include "core/i18n.h"
#include "core/media_type.h"
#include "core/strbuf.h"

#define URL_MAX 4000 /* the carrier's own limit */

static const char url_start[] = "/api/media/";

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NO_MEMORY, "%s", _("There is not enough memory; close other programs and try again."));
}

static bool
is_plain_name(const char *path)
{
	return path[0] != '\0' && path[0] != '.' && strchr(path, '/') == NULL;
}

enum status
served_file_add(struct db *db, const struct served_file_new *file, int64_t now_ms, char token[SERVED_TOKEN_SIZE],
		struct err *err)
{
	char name[FILE_NAME_SIZE];
	struct db_statement *query;

	if (!is_plain_name(file->path))
		return err_set(err, STATUS_INVALID, "%s", _("This file is not one that can be sent."));
	digest_random_hex(token, SERVED_TOKEN_SIZE - 1);
	file_name_safe(file->name, media_type_extension(file->content_type), name);
	query = db_query(db, "INSERT INTO served_files (token, path, content_type, name, size, created_at, expires_at)"
			     " VALUES ($1, $2, $3, $4, $5, $6, $7)");
	db_bind_text(query, 1, token);
	db_bind_text(query, 2, file->path);
	db_bind_text(query, 3, file->content_type);
	db_bind_text(query, 4, name);
	db_bind_int(query, 5, file->size);
	db_bind_int(query, 6, now_ms);
	db_bind_int(query, 7, now_ms + SERVED_FILE_LIFE_MS);
	return db_run(query, err);
}

static bool
is_unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c != '\0' && strchr("-._~", c));
}

char *
served_file_url(const char *public_url, const char *token, const char *name)
{
	size_t len = strlen(public_url);
	char safe[FILE_NAME_SIZE];
	struct strbuf url;

	while (len > 0 && public_url[len - 1] == '/')
		len--;
	file_name_safe(name, NULL, safe);
	strbuf_init(&url, URL_MAX);
	strbuf_add(&url, public_url, len);
	strbuf_add_string(&url, url_start);
	strbuf_add_string(&url, token);
	strbuf_add_char(&url, '/');
	for (const unsigned char *c = (const unsigned char *)safe; *c != '\0'; c++)
		strbuf_add_format(&url, is_unreserved(*c) ? "%c" : "%%%02X", *c);
	return strbuf_detach(&url);
}

const char *
served_file_problem(const char *public_url)
{
	if (public_url == NULL || public_url[0] == '\0')
		return _("The carrier fetches files from the public address, and none is set; set HILO_PUBLIC_URL (public_url under "
			 "[listener]).");
	if (strncasecmp(public_url, "https://", 8) != 0 && strncasecmp(public_url, "http://", 7) != 0)
		return _("The public address must begin with https://, or the carrier cannot fetch files from it.");
	return NULL;
}

void
served_file_release(struct served_file *file)
{
	free(file->path);
	free(file->content_type);
	free(file->name);
	memset(file, 0, sizeof *file);
}

enum status
served_file_find(struct db *db, const char *token, size_t token_len, struct served_file *file, struct err *err)
{
	struct db_statement *query;
	enum db_step step;

	memset(file, 0, sizeof *file);
	if (token_len != SERVED_TOKEN_SIZE - 1 || strspn(token, "0123456789abcdef") < token_len)
		return err_set(err, STATUS_NOT_FOUND, "%s", _("There is no such file."));
	memcpy(file->token, token, token_len);
	query = db_query(db, "SELECT path, content_type, name, size, expires_at FROM served_files WHERE token = $1");
	db_bind_text(query, 1, file->token);
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_DONE)
		return err_set(err, STATUS_NOT_FOUND, "%s", _("There is no such file."));
	file->path = strdup(db_column_text(query, 0));
	file->content_type = strdup(db_column_text(query, 1));
	file->name = strdup(db_column_text(query, 2));
	file->size = db_column_int(query, 3);
	file->expires_at = db_column_int(query, 4);
	db_reset(query);
	if (file->path != NULL && file->content_type != NULL && file->name != NULL)
		return STATUS_OK;
	served_file_release(file);
	return no_memory(err);
}

enum status
served_file_of_url(struct db *db, const char *url, struct served_file *file, struct err *err)
{
	const char *at = strstr(url, url_start);

	if (at != NULL)
		at += strlen(url_start);
	return served_file_find(db, at != NULL ? at : "", at != NULL ? strcspn(at, "/") : 0, file, err);
}

enum status
served_file_keep(struct db *db, const char *token, int64_t until_ms, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "UPDATE served_files SET kept = 1, expires_at = max(expires_at, $2) WHERE token = $1");
	db_bind_text(query, 1, token);
	db_bind_int(query, 2, until_ms + SERVED_FILE_LIFE_MS);
	return db_run(query, err);
}

enum status
served_file_prolong(struct db *db, int64_t message_id, int64_t until_ms, struct err *err)
{
	struct db_statement *query;

	query = db_query(db, "UPDATE served_files SET expires_at = max(expires_at, $2) WHERE kept = 1 AND path IN"
			     " (SELECT path FROM attachments WHERE message_id = $1 AND kind = 'media' AND path <> '')");
	db_bind_int(query, 1, message_id);
	db_bind_int(query, 2, until_ms + SERVED_FILE_LIFE_MS);
	return db_run(query, err);
}

enum status
served_file_next_sweep(struct db *db, int64_t *due_ms, struct err *err)
{
	struct db_statement *query;
	enum db_step step;

	*due_ms = 0;
	query = db_query(db, "SELECT expires_at FROM served_files WHERE kept = 0 ORDER BY expires_at LIMIT 1");
	step = db_step(query);
	if (step == DB_FAILED)
		return db_failure(db, err);
	if (step == DB_ROW)
		*due_ms = db_column_int(query, 0);
	db_reset(query);
	return STATUS_OK;
}

enum status
served_file_sweep(struct db *db, int64_t now_ms, char **paths, size_t max, size_t *count, struct err *err)
{
	struct db_statement *query;
	enum db_step step;
	bool whole = true;

	*count = 0;
	query = db_query(db, "DELETE FROM served_files WHERE token IN (SELECT token FROM served_files WHERE kept = 0"
			     " AND expires_at <= $1 ORDER BY expires_at LIMIT $2) RETURNING path");
	db_bind_int(query, 1, now_ms);
	db_bind_int(query, 2, (int64_t)max);
	while ((step = db_step(query)) == DB_ROW && *count < max) {
		paths[*count] = strdup(db_column_text(query, 0));
		whole = whole && paths[(*count)++] != NULL;
	}
	db_reset(query);
	if (step != DB_FAILED && whole)
		return STATUS_OK;
	while (*count > 0)
		free(paths[--*count]);
	return step == DB_FAILED ? db_failure(db, err) : no_memory(err);
}

/* --- what a channel takes ------------------------------------------------------------------------------------------- */

#define KB ((int64_t)1000)
#define MB ((int64_t)1000 * 1000)

/* By type: the most bytes on SMS (as MMS) and on WhatsApp; 0 = not at all. */
static const struct {
	const char *type;
	int64_t mms, whatsapp;
} limits[] = {
	{ "image/jpeg", 5 * MB, 5 * MB },
	{ "image/png", 5 * MB, 5 * MB },
	{ "image/gif", 5 * MB, 0 },
	{ "image/webp", 500 * KB, 5 * MB },
	{ "audio/ogg", 500 * KB, 16 * MB },
	{ "audio/mpeg", 500 * KB, 16 * MB },
	{ "audio/amr", 500 * KB, 16 * MB },
	{ "audio/mp4", 500 * KB, 16 * MB },
	{ "audio/aac", 500 * KB, 16 * MB },
	{ "audio/wav", 500 * KB, 0 },
	{ "video/mp4", 500 * KB, 16 * MB },
	{ "video/3gpp", 500 * KB, 16 * MB },
	{ "video/webm", 500 * KB, 0 },
	{ "application/pdf", 500 * KB, 16 * MB },
	{ "application/msword", 0, 16 * MB },
	{ "application/vnd.openxmlformats-officedocument.wordprocessingml.document", 0, 16 * MB },
	{ "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 0, 16 * MB },
	{ "application/vnd.openxmlformats-officedocument.presentationml.presentation", 0, 16 * MB },
	{ "text/vcard", 500 * KB, 16 * MB },
	{ "text/x-vcard", 500 * KB, 16 * MB },
	{ "text/plain", 500 * KB, 0 },
};

static const char *
allowed(enum channel channel)
{
	switch (channel) {
	case CHANNEL_SMS:
		return _("MMS takes JPEG, PNG and GIF up to 5 MB, and sound, film, PDF, text and contact cards up to 500 kB.");
	case CHANNEL_WHATSAPP:
		return _("WhatsApp takes JPEG, PNG and WebP up to 5 MB, and sound, MP4, PDF, office files and contact cards up to "
			 "16 MB.");
	case CHANNEL_EMAIL:
		break;
	}
	return _("This channel takes no files yet.");
}

enum status
media_limit(enum channel channel, const char *content_type, int64_t size, struct err *err)
{
	int64_t most = 0;

	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
		if (strcmp(limits[i].type, content_type) == 0)
			most = channel == CHANNEL_SMS ? limits[i].mms : channel == CHANNEL_WHATSAPP ? limits[i].whatsapp : 0;
	if (size > 0 && size <= most)
		return STATUS_OK;
	if (size <= 0)
		return err_set(err, STATUS_INVALID, "%s", _("The file is empty."));
	if (most == 0)
		return err_set(err, STATUS_INVALID, _("A file of this kind (%s) cannot be sent here. %s"), content_type,
			       allowed(channel));
	return err_set(err, STATUS_INVALID, _("The file is too large. %s"), allowed(channel));
}
