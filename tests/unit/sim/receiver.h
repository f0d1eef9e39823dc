/* SPDX-License-Identifier: MIT */
/*
 * A server on a bare socket that plays the program under the carrier: keeps every request in the order it came and
 * answers 200, unless told otherwise. It knows nothing of the code it tests.
 */
#ifndef HILO_TESTS_RECEIVER_H
#define HILO_TESTS_RECEIVER_H

#include <stdbool.h>
#include <stddef.h>

struct receiver;

struct received {
	char method[8];
	char target[512];
	char content_type[96];
	char signature[64]; /* "" = no such header */
	char token[64];
	char *body;
};

struct receiver *receiver_start(void);
void receiver_stop(struct receiver *receiver);
/* "http://127.0.0.1:PORT". Borrowed. */
const char *receiver_url(const struct receiver *receiver);
/* The next `times` requests are answered with `status`; 0: the connection is closed without an answer. */
void receiver_answer(struct receiver *receiver, int status, unsigned times);
/* Waits until `count` requests came; false after ten seconds. */
bool receiver_wait(struct receiver *receiver, size_t count);
size_t receiver_count(struct receiver *receiver);
/* The request at `index`; it must be there. Borrowed, valid until receiver_stop(). */
const struct received *receiver_get(struct receiver *receiver, size_t index);

#endif
