/* SPDX-License-Identifier: MIT */
/* What the agents of the demonstration would have prepared: canned replies in English and Spanish, and templates. */
#ifndef HILO_COMMANDS_DEMO_TEXTS_H
#define HILO_COMMANDS_DEMO_TEXTS_H

#include "core/db.h"
#include "core/err.h"

/* A job for writer_run(); `unused` is NULL. */
enum status demo_texts_store(struct db *db, void *unused, struct err *err);

#endif
