/* SPDX-License-Identifier: MIT */
/* Pages of what waits, is held, failed or is unconfirmed, newest first. */
#ifndef HILO_CORE_OUTBOX_LIST_H
#define HILO_CORE_OUTBOX_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/channel.h"
#include "core/db.h"
#include "core/err.h"

enum outbox_filter {
	OUTBOX_WAITING, /* queued, sending, unknown */
	OUTBOX_SCHEDULED,
	OUTBOX_HELD,
	OUTBOX_FAILED,
	OUTBOX_UNCONFIRMED,
	OUTBOX_ALL
};

struct outbox_item {
	int64_t message_id; /* also the cursor */
	int64_t thread_id;
	enum channel channel;
	char client_name[128];	/* raw, may be "" */
	char client_address[80];
	char author[128];
	char preview[160]; /* beginning of the text, raw */
	char state[16];	   /* "queued", "sending", "unknown", "unsure", "scheduled", "held", "failed" */
	int64_t due_at;	   /* ms, 0 = none */
	int attempts;
	int error_code;	     /* 0 = none */
	char reason[256];    /* held: a send problem's code; else the last error's words, may be "" */
	int64_t created_at;
	bool dealt_with;     /* failed: sent again or dismissed */
};

/* outbox_list() fills up to `limit` rows with message_id < before_id (0: from the newest). */
struct outbox_page {
	enum outbox_filter filter;
	int64_t before_id;
	size_t limit; /* room in rows */
	struct outbox_item *rows; /* the caller's */
	size_t count;		  /* out */
};
enum status outbox_list(struct db *db, struct outbox_page *page, struct err *err);

#endif
