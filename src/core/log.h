/* SPDX-License-Identifier: MIT */
/*
 * The log: one line an event, `time level thread event key=value ...`, English,
 * never a secret and never a message body. Foreign text goes in through %s and
 * is escaped by the log itself, so that no line can be forged. Safe from any thread.
 */
#ifndef HILO_CORE_LOG_H
#define HILO_CORE_LOG_H

#include "core/err.h"

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

/*
 * Opens (appends to, mode 0600, parent folders made) the log file; NULL or "" is
 * standard error. Rotated to FILE.1 above 10 MiB. Until it is opened nothing is logged.
 */
enum status log_open(const char *file, enum log_level least, struct err *err);
void log_close(void);
/* "debug", "info", "warning", "error"; returns 0 and sets *level, or -1. */
int log_level_parse(const char *name, enum log_level *level);
void log_write(enum log_level level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#define log_debug(...) log_write(LOG_LEVEL_DEBUG, __VA_ARGS__)
#define log_info(...) log_write(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_warning(...) log_write(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_error(...) log_write(LOG_LEVEL_ERROR, __VA_ARGS__)

/* Writes `address` shortened for a log ("+5255***1234") to `out`; returns `out`. */
const char *log_mask(const char *address, char out[32]);

#endif
