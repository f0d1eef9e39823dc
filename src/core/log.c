/* SPDX-License-Identifier: MIT */
/*
 * The file is shared by several processes: lines are appended with one write() each, and whoever finds it too large
 * renames it under a lock of the old file, so that a rotation happens once. The format is walked here, not by
 * vsnprintf() alone, since only that tells a foreign %s value from our own words: such a value is escaped, and put
 * between quotation marks when it could be taken for more than one value.
 */
#include "core/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/i18n.h"
#include "core/path.h"
#include "core/strbuf.h"
#include "core/utf8.h"

#define LINE_MAX_BYTES 2048
#define FILE_MAX_BYTES (10 * 1024 * 1024)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -1;	 /* guarded by lock, as all below */
static char *log_path;	 /* NULL: standard error */
static enum log_level log_least;

static const char *const level_names[] = {
	[LOG_LEVEL_DEBUG] = "debug",
	[LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_WARNING] = "warning",
	[LOG_LEVEL_ERROR] = "error",
};

int
log_level_parse(const char *name, enum log_level *level)
{
	for (size_t i = 0; i < sizeof level_names / sizeof level_names[0]; i++) {
		if (name != NULL && strcmp(name, level_names[i]) == 0) {
			*level = (enum log_level)i;
			return 0;
		}
	}
	return -1;
}

static int
open_file(const char *path)
{
	return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
}

enum status
log_open(const char *file, enum log_level least, struct err *err)
{
	enum status status = STATUS_OK;
	char *path = NULL;
	int fd = STDERR_FILENO;

	if (file != NULL && file[0] != '\0') {
		status = path_make_parents(file, err);
		if (status != STATUS_OK)
			return status;
		path = strdup(file);
		if (path == NULL)
			return err_set(err, STATUS_NO_MEMORY, "%s",
				       _("There is not enough memory; close other programs and try again."));
		fd = open_file(path);
		if (fd < 0) {
			status = err_set(err, STATUS_IO,
					 _("The log file %s cannot be opened: %s. Set HILO_LOG to another file."), path,
					 strerror(errno));
			free(path);
			return status;
		}
	}
	log_close();
	pthread_mutex_lock(&lock);
	log_fd = fd;
	log_path = path;
	log_least = least;
	pthread_mutex_unlock(&lock);
	return STATUS_OK;
}

void
log_close(void)
{
	pthread_mutex_lock(&lock);
	if (log_fd >= 0 && log_path != NULL)
		close(log_fd);
	log_fd = -1;
	free(log_path);
	log_path = NULL;
	pthread_mutex_unlock(&lock);
}

/* True for code points that end a line, steer a terminal, or turn text around. */
static bool
is_unsafe(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x061c || (code >= 0x200b && code <= 0x200f)
	       || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) || code == 0xfeff;
}

/* Appends a foreign value so that it stays one value on one line. */
static void
add_value(struct strbuf *line, const char *value, size_t len, bool in_quotes)
{
	bool quote = !in_quotes && (len == 0 || memchr(value, ' ', len) != NULL || memchr(value, '=', len) != NULL);

	if (quote)
		strbuf_add_char(line, '"');
	for (size_t at = 0; at < len;) {
		uint32_t code;
		size_t step = utf8_decode(value + at, len - at, &code);

		if (code == 0xfffd && step == 1)
			strbuf_add_format(line, "\\x%02x", (unsigned char)value[at]);
		else if (code == '"' || code == '\\')
			strbuf_add_format(line, "\\%c", (char)code);
		else if (code == '\n')
			strbuf_add_string(line, "\\n");
		else if (is_unsafe(code))
			strbuf_add_format(line, "\\u%04x", (unsigned)code);
		else
			strbuf_add(line, value + at, step);
		at += step;
	}
	if (quote)
		strbuf_add_char(line, '"');
}

/* In a struct, so that the functions below can take from the same list one after the other. */
struct values {
	va_list list;
};

/* One number: rebuilds its conversion with the widest type, since the value was read as that. */
static void
add_number(struct strbuf *line, char conversion, const char *length, struct values *values)
{
	bool is_size = strcmp(length, "z") == 0 || strcmp(length, "j") == 0 || strcmp(length, "t") == 0;
	bool is_long_long = strcmp(length, "ll") == 0;
	long long number;

	if (conversion == 'd' || conversion == 'i') {
		if (is_size || strcmp(length, "l") == 0)
			number = va_arg(values->list, long);
		else
			number = is_long_long ? va_arg(values->list, long long) : va_arg(values->list, int);
		strbuf_add_format(line, "%lld", number);
		return;
	}
	if (is_size || strcmp(length, "l") == 0)
		number = (long long)va_arg(values->list, unsigned long);
	else
		number = is_long_long ? va_arg(values->list, long long) : (long long)va_arg(values->list, unsigned);
	strbuf_add_format(line, conversion == 'u' ? "%llu" : "%llx", (unsigned long long)number);
}

struct conversion {
	char kind;
	char length[3]; /* "", "l", "ll", "z" ... */
	int precision;	/* -1 = none */
};

/* Reads what follows a '%'; returns the character after it. Flags and widths are of no use in a log and are skipped. */
static const char *
read_conversion(const char *at, struct conversion *out, struct values *values)
{
	size_t length = 0;

	out->precision = -1;
	at += strspn(at, "-+ #0123456789");
	if (*at == '.') {
		at++;
		if (*at == '*') {
			out->precision = va_arg(values->list, int);
			at++;
		} else {
			out->precision = (int)strtol(at, NULL, 10);
			at += strspn(at, "0123456789");
		}
	}
	while (*at != '\0' && strchr("hlzjt", *at) != NULL) {
		if (*at != 'h' && length < 2)
			out->length[length++] = *at;
		at++;
	}
	out->length[length] = '\0';
	out->kind = *at;
	return *at == '\0' ? at : at + 1;
}

static void
add_conversion(struct strbuf *line, const struct conversion *what, bool in_quotes, struct values *values)
{
	const char *text;

	switch (what->kind) {
	case 's':
		text = va_arg(values->list, const char *);
		if (text == NULL)
			text = "-";
		add_value(line, text, what->precision >= 0 ? strnlen(text, (size_t)what->precision) : strlen(text),
			  in_quotes);
		break;
	case 'd':
	case 'i':
	case 'u':
	case 'x':
	case 'X':
		add_number(line, what->kind, what->length, values);
		break;
	case 'c':
		add_value(line, &(char){ (char)va_arg(values->list, int) }, 1, true);
		break;
	case 'p':
		strbuf_add_format(line, "%p", va_arg(values->list, void *));
		break;
	case 'f':
	case 'g':
	case 'e':
		strbuf_add_format(line, "%.*f", what->precision >= 0 ? what->precision : 6,
				  va_arg(values->list, double));
		break;
	case '%':
		strbuf_add_char(line, '%');
		break;
	default:
		strbuf_add_char(line, '?');
		break;
	}
}

static void
format_line(struct strbuf *line, enum log_level level, const char *format, struct values *values)
{
	char now[32];
	char thread[16] = "";

	pthread_getname_np(pthread_self(), thread, sizeof thread);
	strbuf_add_format(line, "%s %s ", clock_iso8601(clock_now_ms(), now, sizeof now), level_names[level]);
	add_value(line, thread[0] != '\0' ? thread : "-", strlen(thread[0] != '\0' ? thread : "-"), false);
	strbuf_add_char(line, ' ');
	for (const char *at = format; *at != '\0';) {
		struct conversion what;
		bool in_quotes = at > format && at[-1] == '"';

		if (*at != '%') {
			strbuf_add_char(line, *at++);
			continue;
		}
		at = read_conversion(at + 1, &what, values);
		add_conversion(line, &what, in_quotes, values);
	}
}

/*
 * Starts the file anew when it is too large, or when another process has done so. Called with the lock held. A failure
 * leaves the old file in use: a large log is better than none.
 */
static void
rotate(void)
{
	struct stat mine, named;
	char old[4096];
	int fd;

	if (log_path == NULL || fstat(log_fd, &mine) != 0 || mine.st_size < FILE_MAX_BYTES || !S_ISREG(mine.st_mode)
	    || flock(log_fd, LOCK_EX | LOCK_NB) != 0)
		return;
	if (stat(log_path, &named) == 0 && named.st_ino == mine.st_ino && named.st_dev == mine.st_dev
	    && snprintf(old, sizeof old, "%s.1", log_path) < (int)sizeof old)
		(void)!rename(log_path, old);
	fd = open_file(log_path);
	flock(log_fd, LOCK_UN);
	if (fd < 0)
		return;
	close(log_fd);
	log_fd = fd;
}

void
log_write(enum log_level level, const char *format, ...)
{
	int saved = errno;
	struct strbuf line;
	struct values values;

	pthread_mutex_lock(&lock);
	if (log_fd < 0 || level < log_least) {
		pthread_mutex_unlock(&lock);
		return;
	}
	rotate();
	strbuf_init(&line, LINE_MAX_BYTES);
	va_start(values.list, format);
	format_line(&line, level, format, &values);
	va_end(values.list);
	/* A line that was too long lost its end; the mark says so. */
	if (line.failed) {
		line.failed = false;
		line.max += 8;
		strbuf_add_string(&line, " ...");
	}
	strbuf_add_char(&line, '\n');
	/* Nothing can be done about a full disk here, and the caller has its own work to report on. */
	(void)!write(log_fd, strbuf_text(&line), line.len);
	strbuf_release(&line);
	pthread_mutex_unlock(&lock);
	errno = saved;
}

const char *
log_mask(const char *address, char out[32])
{
	const char *at;
	size_t len, head, tail;

	if (address == NULL)
		address = "";
	if (strncmp(address, "whatsapp:", 9) == 0)
		address += 9;
	at = strchr(address, '@');
	len = strlen(address);
	if (at != NULL) {
		/* The first letter and the domain: enough to tell two apart, not enough to write to one. */
		snprintf(out, 32, "%.1s***%.24s", at > address && (unsigned char)*address < 0x80 ? address : "", at);
		return out;
	}
	head = len >= 12 ? 5 : len / 4;
	tail = len >= 12 ? 4 : len / 4;
	snprintf(out, 32, "%.*s***%s", (int)head, address, address + len - tail);
	return out;
}
