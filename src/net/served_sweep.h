/* SPDX-License-Identifier: MIT */
/* Removes files that were made ready to be sent and never were. */
#ifndef HILO_NET_SERVED_SWEEP_H
#define HILO_NET_SERVED_SWEEP_H

#include <stdint.h>

#include "core/db.h"

/*
 * Removes what is over by `now_ms`: rows in a transaction of its own, then their files in the folder `folder_fd`. *due_ms becomes the
 * next moment if that is earlier (0 = none). What fails is logged and tried at the next call.
 */
void served_sweep(struct db *db, int folder_fd, int64_t now_ms, int64_t *due_ms);

#endif
