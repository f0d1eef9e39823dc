/* SPDX-License-Identifier: MIT */
/* Proof that the store can be written. */
#ifndef HILO_CORE_HEALTH_H
#define HILO_CORE_HEALTH_H

#include "core/db.h"
#include "core/err.h"

/* Inside a transaction: writes a row anew without changing it, so that its commit has to reach the disk. */
enum status health_write(struct db *db, struct err *err);

#endif
