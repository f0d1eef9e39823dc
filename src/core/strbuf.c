/* SPDX-License-Identifier: MIT */
#include "core/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
strbuf_init(struct strbuf *buf, size_t max)
{
	memset(buf, 0, sizeof *buf);
	buf->max = max;
}

void
strbuf_release(struct strbuf *buf)
{
	free(buf->data);
	strbuf_init(buf, buf->max);
}

void
strbuf_clear(struct strbuf *buf)
{
	buf->len = 0;
	buf->failed = false;
	if (buf->data != NULL)
		buf->data[0] = '\0';
}

/* Makes room for `extra` bytes and the NUL; false (and failed) if that is not to be had. */
static bool
reserve(struct strbuf *buf, size_t extra)
{
	size_t capacity;
	char *data;

	if (buf->failed)
		return false;
	if (extra > buf->max || buf->len > buf->max - extra) {
		buf->failed = true;
		return false;
	}
	if (buf->len + extra + 1 <= buf->capacity)
		return true;
	capacity = buf->capacity < 64 ? 64 : buf->capacity;
	while (capacity < buf->len + extra + 1)
		capacity *= 2;
	data = realloc(buf->data, capacity);
	if (data == NULL) {
		buf->failed = true;
		return false;
	}
	buf->data = data;
	buf->capacity = capacity;
	return true;
}

void
strbuf_add(struct strbuf *buf, const void *bytes, size_t len)
{
	if (!reserve(buf, len))
		return;
	if (len > 0)
		memcpy(buf->data + buf->len, bytes, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
}

void
strbuf_add_string(struct strbuf *buf, const char *text)
{
	strbuf_add(buf, text, strlen(text));
}

void
strbuf_add_char(struct strbuf *buf, char c)
{
	strbuf_add(buf, &c, 1);
}

void
strbuf_add_format(struct strbuf *buf, const char *format, ...)
{
	va_list args, again;
	int need;

	va_start(args, format);
	va_copy(again, args);
	need = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (need < 0)
		buf->failed = true;
	else if (reserve(buf, (size_t)need)) {
		vsnprintf(buf->data + buf->len, (size_t)need + 1, format, again);
		buf->len += (size_t)need;
	}
	va_end(again);
}

const char *
strbuf_text(const struct strbuf *buf)
{
	return buf->data == NULL ? "" : buf->data;
}

char *
strbuf_detach(struct strbuf *buf)
{
	char *data;

	if (buf->failed || (buf->data == NULL && !reserve(buf, 0))) {
		strbuf_release(buf);
		return NULL;
	}
	data = buf->data;
	data[buf->len] = '\0';
	buf->data = NULL;
	strbuf_release(buf);
	return data;
}
