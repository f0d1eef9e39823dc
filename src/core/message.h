/* SPDX-License-Identifier: MIT */
/* Messages, what hangs on them, and what became of them. Pages are newest first, by id. */
#ifndef HILO_CORE_MESSAGE_H
#define HILO_CORE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/channel.h"
#include "core/db.h"
#include "core/err.h"

enum message_direction { MESSAGE_IN, MESSAGE_OUT, MESSAGE_NOTE };

struct attachment {
	int64_t id;
	char *kind; /* "media" or "location" */
	char *content_type;
	char *name; /* file name, or the label of a place */
	char *url; /* where the carrier keeps it, or "geo:lat,long" */
	int64_t size; /* bytes, 0 = unknown */
	char state[16]; /* of media: "pending", "ready", "failed", "too_large"; "sent" of ours */
	char *path;	/* "ready": of the file, for attachment_file(); else "" */
	char *error;	/* why it could not be fetched, a translated sentence, or "" */
	int width, height; /* of a picture in pixels, 0 = not known */
};

struct message {
	int64_t id;
	int64_t thread_id;
	enum channel channel;
	enum message_direction direction;
	char sender[16]; /* "client", "agent", "system" */
	char *author;	 /* who wrote it, raw */
	char *body;	 /* raw */
	char *provider_message_id; /* "" = none yet */
	int64_t created_at;
	struct attachment *attachments;
	size_t attachment_count;
	/* Of what it answers to: */
	int64_t reply_to; /* id of that message, 0 = it answers to none that we know */
	char quote_sender[16]; /* its sender: "client", "agent", "system"; "" without one */
	char quote_author[128]; /* who wrote it, raw; may be "" */
	char quote_text[201];	/* its first line, or what hangs on it in brackets; raw */
	/* Of what we sent: */
	char status[24]; /* "queued", "scheduled", "held" ... "read", "failed", "undelivered", "canceled", "unknown"; "received" of inbound */
	int error_code;	 /* 0 = none */
	char *error_message; /* the carrier's or our own words, may be "" */
	int segments;
	char *price; /* decimal text, "" = not known */
	char *currency;
	int64_t sent_at, delivered_at, read_at; /* ms, 0 = not */
	int64_t next_attempt_at; /* of one that waits in the outbox, scheduled ones included; 0 = none */
	char held_reason[24]; /* code of a send problem, of one whose status is "held"; else "" */
};

void message_release(struct message *message);

struct message_list {
	struct message *items; /* newest first */
	size_t count;
};
void message_list_release(struct message_list *list);

/* Up to `limit` messages of the conversation with id < before_id (0: from the newest). The caller releases `list`. */
enum status message_page(struct db *db, int64_t thread_id, int64_t before_id, size_t limit, struct message_list *list,
			 struct err *err);
enum status message_get(struct db *db, int64_t id, struct message *message, struct err *err);

struct delivery_event {
	char status[24];
	int error_code;
	int64_t at;
};
/* Events of a message in the order they came; at most `limit`. */
enum status message_events(struct db *db, int64_t id, size_t limit, struct delivery_event *events, size_t *count,
			   struct err *err);

#endif
