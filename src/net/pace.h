/* SPDX-License-Identifier: MIT */
/*
 * How fast each sender number may send: the carrier queues what comes faster, out of our sight and where it cannot be taken
 * back. Times are monotonic milliseconds given by the caller. Owned by one thread.
 */
#ifndef HILO_NET_PACE_H
#define HILO_NET_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/channel.h"

struct pace;

/* NULL without memory. The caller frees it. */
struct pace *pace_new(void);
void pace_free(struct pace *pace);
/* Microseconds from one message of `sender` to its next. */
int64_t pace_interval_us(enum channel channel, const char *sender);
/* 0: may send now. Else the moment (ms) from when on it may. */
int64_t pace_next(const struct pace *pace, enum channel channel, const char *sender, int64_t now_ms);
/* One message leaves now. False without memory: do not send. */
bool pace_take(struct pace *pace, enum channel channel, const char *sender, int64_t now_ms);
/* Nothing from this sender before `until_ms`; never shortens a pause. False without memory. */
bool pace_pause(struct pace *pace, enum channel channel, const char *sender, int64_t until_ms);

#endif
