/* SPDX-License-Identifier: MIT */
/*
 * Two programs that read one request differently are how a second request is smuggled in. So whatever RFC 9112 leaves
 * open to reading is refused here, not repaired.
 */
#include "net/http_rules.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const header_names[HTTP_HEADER_COUNT] = {
	[HTTP_HEADER_HOST] = "Host",
	[HTTP_HEADER_CONTENT_LENGTH] = "Content-Length",
	[HTTP_HEADER_TRANSFER_ENCODING] = "Transfer-Encoding",
	[HTTP_HEADER_CONTENT_TYPE] = "Content-Type",
	[HTTP_HEADER_AUTHORIZATION] = "Authorization",
	[HTTP_HEADER_SIGNATURE] = "X-Twilio-Signature",
	[HTTP_HEADER_IDEMPOTENCY_KEY] = "Idempotency-Key",
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The characters of RFC 9110 that may make a header name. */
static bool
is_token_char(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
	       || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool
is_token(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_token_char(text[i]))
			return false;
	return len > 0;
}

static bool
is_clean_value(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

/* Blanks around a value are not part of it. */
static size_t
trimmed_length(const char *text)
{
	size_t len = strlen(text);

	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	return len;
}

/* Without memory the blanks stay, and what does not allow them there is refused. */
static void
keep_value(struct http_headers *headers, int header, const char *value)
{
	size_t len = trimmed_length(value);

	headers->value[header] = value;
	if (value[len] == '\0')
		return;
	headers->trimmed[header] = strndup(value, len);
	if (headers->trimmed[header] != NULL)
		headers->value[header] = headers->trimmed[header];
}

void
http_headers_add(struct http_headers *headers, const char *name, size_t name_len, const char *value, size_t value_len)
{
	if (!is_token(name, name_len)) {
		headers->defect = "A header name holds a character that is not allowed.";
		return;
	}
	if (!is_clean_value(value, value_len)) {
		headers->defect = "A header value holds a control character.";
		return;
	}
	for (int i = 0; i < HTTP_HEADER_COUNT; i++) {
		if (strlen(header_names[i]) != name_len || strncasecmp(header_names[i], name, name_len) != 0)
			continue;
		if (headers->count[i]++ == 0)
			keep_value(headers, i, value);
	}
}

void
http_headers_release(struct http_headers *headers)
{
	for (int i = 0; i < HTTP_HEADER_COUNT; i++) {
		free(headers->trimmed[i]);
		headers->trimmed[i] = NULL;
	}
}

static bool
is_digits(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_digit(text[i]))
			return false;
	return len > 0;
}

void
http_headers_check(struct http_headers *headers)
{
	const char *length = headers->value[HTTP_HEADER_CONTENT_LENGTH];
	const char *coding = headers->value[HTTP_HEADER_TRANSFER_ENCODING];

	if (headers->defect != NULL)
		return;
	if (headers->count[HTTP_HEADER_HOST] > 1)
		headers->defect = "There is more than one Host header.";
	else if (headers->count[HTTP_HEADER_CONTENT_LENGTH] > 1)
		headers->defect = "There is more than one Content-Length header.";
	else if (headers->count[HTTP_HEADER_TRANSFER_ENCODING] > 1)
		headers->defect = "There is more than one Transfer-Encoding header.";
	else if (length != NULL && coding != NULL)
		headers->defect = "Content-Length and Transfer-Encoding exclude each other.";
	else if (length != NULL && !is_digits(length, strlen(length)))
		headers->defect = "Content-Length is not a number.";
	else if (coding != NULL && strcasecmp(coding, "chunked") != 0)
		headers->defect = "The only transfer coding taken is chunked.";
}

const char *
http_headers_only(const struct http_headers *headers, enum http_header header)
{
	return headers->count[header] == 1 ? headers->value[header] : NULL;
}

bool
http_headers_body(const struct http_headers *headers, uint64_t *length)
{
	const char *digits = headers->value[HTTP_HEADER_CONTENT_LENGTH];

	*length = 0;
	if (headers->value[HTTP_HEADER_TRANSFER_ENCODING] != NULL) {
		*length = UINT64_MAX;
		return true;
	}
	if (digits == NULL)
		return false;
	for (; is_digit(*digits); digits++) {
		if (*length > UINT64_MAX / 10 - 1) {
			*length = UINT64_MAX;
			break;
		}
		*length = *length * 10 + (uint64_t)(*digits - '0');
	}
	return *length > 0;
}

static const char *
skip_blanks(const char *text)
{
	while (*text == ' ' || *text == '\t')
		text++;
	return text;
}

/* True if the parameter at `text` (after its ';') is not a charset, or is UTF-8. */
static bool
charset_is_ours(const char *text)
{
	size_t quoted;

	text = skip_blanks(text);
	if (strncasecmp(text, "charset=", 8) != 0)
		return true;
	text += 8;
	quoted = *text == '"' ? 1 : 0;
	if (strncasecmp(text + quoted, "utf-8", 5) != 0 || (quoted && text[6] != '"'))
		return false;
	text = skip_blanks(text + 5 + 2 * quoted);
	return *text == '\0' || *text == ';';
}

bool
http_content_type_is(const char *value, const char *wanted)
{
	size_t len = strlen(wanted);

	if (value == NULL || strncasecmp(value, wanted, len) != 0)
		return false;
	value = skip_blanks(value + len);
	if (*value == '\0')
		return true;
	if (*value != ';')
		return false;
	while (value != NULL) {
		if (!charset_is_ours(value + 1))
			return false;
		value = strchr(value + 1, ';');
	}
	return true;
}

const char *
http_bearer(const char *value)
{
	if (value == NULL || strncasecmp(value, "Bearer ", 7) != 0)
		return NULL;
	value = skip_blanks(value + 7);
	return *value == '\0' ? NULL : value;
}

bool
http_target_is_sound(const char *target)
{
	if (target[0] != '/')
		return false;
	for (const char *c = target; *c != '\0'; c++)
		if (*c <= 0x20 || *c >= 0x7f)
			return false;
	return true;
}
