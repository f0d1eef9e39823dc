/* SPDX-License-Identifier: MIT */
/*
 * GET and HEAD /api/media/TOKEN/NAME: a file that was sent, for the carrier to fetch. The token finds a row, the row a file in our
 * folder; nothing else of the request is used, the name is there for the receiver to read.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/attachment.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/served_file.h"
#include "core/strbuf.h"
#include "net/listener_parts.h"

#define DISPOSITION_MAX 1024

static void
not_there(struct http_request *request)
{
	http_refuse(request, 404, "not_found", "There is nothing at this path.");
}

/* The file if it is what the row says, else -1. */
static int
open_file(const struct listener *listener, const struct served_file *file)
{
	char *path = attachment_file(listener->database, file->path);
	int fd = path != NULL ? open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) : -1;
	struct stat facts;

	free(path);
	if (fd >= 0 && (fstat(fd, &facts) < 0 || !S_ISREG(facts.st_mode) || facts.st_size != file->size)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* The name twice: in ASCII for old readers, then as it is. It has no quotation marks, controls or backslashes. */
static void
write_disposition(const char *name, struct strbuf *out)
{
	strbuf_add_string(out, "inline; filename=\"");
	for (const char *c = name; *c != '\0'; c++)
		strbuf_add_char(out, *c >= 0x20 && *c < 0x7f ? *c : '_');
	strbuf_add_string(out, "\"; filename*=UTF-8''");
	for (const unsigned char *c = (const unsigned char *)name; *c != '\0'; c++)
		strbuf_add_format(out, (*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z') || *c == '.'
					       ? "%c"
					       : "%%%02X", *c);
}

static void
answer_file(struct http_request *request, const struct served_file *file, int fd)
{
	struct http_answer answer = { .status = 200,
				      .content_type = file->content_type,
				      .body_len = (size_t)file->size,
				      .header = "Content-Disposition",
				      .cache = "private, max-age=3600",
				      .from_file = true,
				      .fd = fd };
	struct strbuf disposition;

	strbuf_init(&disposition, DISPOSITION_MAX);
	write_disposition(file->name, &disposition);
	answer.header_value = strbuf_text(&disposition);
	http_answer(request, &answer);
	strbuf_release(&disposition);
}

void
api_media(struct listener *listener, struct http_request *request, int64_t id)
{
	const char *token = request->target + strlen("/api/media/");
	size_t token_len = strcspn(token, "/?");
	struct served_file file;
	struct err err = { "" };
	enum status status;
	int fd;

	(void)id;
	/* One name follows, with nothing in it that could be a path or a query. */
	if (token[token_len] != '/' || token[token_len + 1] == '\0' || strpbrk(token + token_len + 1, "/?") != NULL) {
		not_there(request);
		return;
	}
	status = served_file_find(listener->db, token, token_len, &file, &err);
	if (status == STATUS_NOT_FOUND || (status == STATUS_OK && file.expires_at <= clock_now_ms())) {
		not_there(request);
	} else if (status != STATUS_OK) {
		log_error("media-read-failed status=%s reason=%s", status_name(status), err.text);
		listener_unavailable(request);
	} else if ((fd = open_file(listener, &file)) < 0) {
		log_warning("media-missing path=%s", file.path);
		not_there(request);
	} else {
		log_info("media-served path=%s size=%lld method=%s", file.path, (long long)file.size, request->method);
		answer_file(request, &file, fd);
	}
	served_file_release(&file);
}
