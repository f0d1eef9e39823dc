/* SPDX-License-Identifier: MIT */
/* Short names that people type: of labels, views and macros. One spelling each, so that "VIP " and "vip" are the same. */
#ifndef HILO_CORE_SHORT_NAME_H
#define HILO_CORE_SHORT_NAME_H

#include "core/err.h"

#define SHORT_NAME_SIZE 41 /* at most 40 bytes and a NUL */

/*
 * What was typed, trimmed, in lower case (any script), each run of blanks a "-". STATUS_INVALID in words when it is empty, too
 * long, not UTF-8, or holds anything that a screen could not show as it is. Safe from any thread.
 */
enum status short_name_fold(const char *typed, char out[SHORT_NAME_SIZE], struct err *err);

#endif
