/* SPDX-License-Identifier: MIT */
/*
 * What makes the headers of a request sound, and the few header values that hilo reads. Pure functions: the same rules are
 * tested without a socket.
 */
#ifndef HILO_NET_HTTP_RULES_H
#define HILO_NET_HTTP_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The headers that hilo looks at; all others are only checked. */
enum http_header {
	HTTP_HEADER_HOST,
	HTTP_HEADER_CONTENT_LENGTH,
	HTTP_HEADER_TRANSFER_ENCODING,
	HTTP_HEADER_CONTENT_TYPE,
	HTTP_HEADER_AUTHORIZATION,
	HTTP_HEADER_SIGNATURE,
	HTTP_HEADER_IDEMPOTENCY_KEY,
};
#define HTTP_HEADER_COUNT 7

struct http_headers {
	const char *value[HTTP_HEADER_COUNT]; /* of the first one; NULL when absent; borrowed */
	char *trimmed[HTTP_HEADER_COUNT];     /* owned: `value` where blanks followed it, else NULL */
	unsigned count[HTTP_HEADER_COUNT];
	const char *defect; /* why they are refused, a constant; NULL while they are sound */
};

/* Takes one header as the library split it. Refuses names that are not tokens and values with control characters. */
void http_headers_add(struct http_headers *headers, const char *name, size_t name_len, const char *value,
		      size_t value_len);
void http_headers_release(struct http_headers *headers);
/* After the last: refuses repeated Host, Content-Length or Transfer-Encoding, both lengths, unknown transfer codings. */
void http_headers_check(struct http_headers *headers);
/* The only value of a header, or NULL when it is absent or repeated. */
const char *http_headers_only(const struct http_headers *headers, enum http_header header);
/* True if a body is announced. *length gets its size, UINT64_MAX when it comes in chunks or is too large to tell. */
bool http_headers_body(const struct http_headers *headers, uint64_t *length);

/* True for `wanted` with or without parameters; a charset other than UTF-8 is none of ours. */
bool http_content_type_is(const char *value, const char *wanted);
/* The token of "Bearer TOKEN" (borrowed), or NULL. */
const char *http_bearer(const char *value);
/* Visible ASCII only, starting with '/'. */
bool http_target_is_sound(const char *target);

#endif
