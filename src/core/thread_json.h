/* SPDX-License-Identifier: MIT */
/* A conversation as the REST API and the commands write it. */
#ifndef HILO_CORE_THREAD_JSON_H
#define HILO_CORE_THREAD_JSON_H

#include <stdbool.h>

#include "core/json.h"
#include "core/thread.h"

/*
 * Adds {id,channel,status,client:{id,name,address},subject,unreadCount,assignee,lastMessage:{id,sender,preview,at},
 * createdAt,updatedAt} to `array`. What is not known is null; times are ISO 8601 UTC. False without memory.
 */
bool thread_json_add(struct json *array, const struct thread *thread);

#endif
