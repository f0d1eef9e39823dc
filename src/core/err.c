/* SPDX-License-Identifier: MIT */
#include "core/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/utf8.h"

enum status
err_set(struct err *err, enum status status, const char *format, ...)
{
	va_list args;
	int need;

	if (err == NULL)
		return status;
	va_start(args, format);
	need = vsnprintf(err->text, sizeof err->text, format, args);
	va_end(args);
	if (need < 0)
		err->text[0] = '\0';
	else if ((size_t)need >= sizeof err->text)
		/* The cut may have split a character. */
		err->text[utf8_cut(err->text, strlen(err->text), sizeof err->text - 4)] = '\0';
	return status;
}

const char *
status_name(enum status status)
{
	switch (status) {
	case STATUS_OK:
		return "ok";
	case STATUS_NOT_FOUND:
		return "not-found";
	case STATUS_INVALID:
		return "invalid";
	case STATUS_CONFLICT:
		return "conflict";
	case STATUS_LIMIT:
		return "limit";
	case STATUS_BUSY:
		return "busy";
	case STATUS_IO:
		return "io";
	case STATUS_CORRUPT:
		return "corrupt";
	case STATUS_NEWER:
		return "newer";
	case STATUS_NO_MEMORY:
		return "no-memory";
	case STATUS_CANCELED:
		return "canceled";
	case STATUS_FAILED:
		return "failed";
	}
	return "unknown";
}
