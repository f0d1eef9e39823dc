/* SPDX-License-Identifier: MIT */
/*
 * Twilio's REST API for messages: requests are built and answers read, nothing is sent from here. Answers are not trusted: a
 * field that is missing or of another type counts as not told, text is cut to its buffer, and an answer to a create that
 * cannot be read leaves its outcome unknown. The functions are the rows of net/transport.h, which says what they promise.
 */
#ifndef HILO_NET_TWILIO_CLIENT_H
#define HILO_NET_TWILIO_CLIENT_H

#include "net/transport.h"

enum status twilio_create(const struct config *config, const struct outbox_row *row, struct http_call *call,
			  struct err *err);
void twilio_created(const struct http_result *result, int64_t now_ms, struct attempt_result *out);
enum status twilio_list(const struct config *config, const struct outbox_row *row, const char *next,
			struct http_call *call, struct err *err);
enum status twilio_listed(const struct config *config, const struct outbox_row *row, const struct http_result *result,
			  struct found_page *page, struct err *err);
enum status twilio_fetch(const struct config *config, const char *provider_id, struct http_call *call, struct err *err);
enum status twilio_fetched(const struct http_result *result, struct remote_status *out, struct err *err);

/*
 * Milliseconds that a Retry-After header asks to wait: whole seconds or an HTTP date, at most 60 s. 0: it says nothing, is
 * over already or cannot be read.
 */
int64_t twilio_retry_after(const char *value, int64_t now_ms);
/* True for MG and 32 hexadecimal digits: a pool of senders in place of a number. */
bool twilio_is_service(const char *sender);

#endif
