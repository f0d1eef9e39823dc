/* SPDX-License-Identifier: MIT */
/*
 * The signed text is the URL followed by the sorted parameters. The carrier may or may not have put the port into the
 * URL it signed, so two spellings are tried; the parameters are written once, and each spelling of the URL is laid into
 * the gap before them.
 */
#include "core/signature.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/digest.h"
#include "core/strbuf.h"

enum { PORT_MAX = 5 }; /* bytes that a default port adds: ":443" */

struct signed_text {
	char *data;	   /* owned: gap, then the parameters */
	size_t gap;	   /* room for the URL, which ends where the parameters begin */
	size_t params_len;
};

struct url_parts {
	const char *head; /* scheme and host */
	size_t head_len;
	const char *port; /* with its colon; the default one of the scheme if the URL has none */
	size_t port_len;
	const char *rest; /* path and query */
	size_t rest_len;
};

static int
compare_bytes(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

static int
compare_fields(const void *a, const void *b)
{
	const struct form_field *left = *(const struct form_field *const *)a;
	const struct form_field *right = *(const struct form_field *const *)b;
	int order = compare_bytes(left->name, left->name_len, right->name, right->name_len);

	return order != 0 ? order : compare_bytes(left->value, left->value_len, right->value, right->value_len);
}

static char *
put(char *to, const char *bytes, size_t len)
{
	if (len > 0)
		memcpy(to, bytes, len);
	return to + len;
}

/* Writes the sorted parameters, a repeated pair once. */
static char *
put_params(char *to, const struct form_field **sorted, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && compare_fields(&sorted[i - 1], &sorted[i]) == 0)
			continue;
		to = put(to, sorted[i]->name, sorted[i]->name_len);
		to = put(to, sorted[i]->value, sorted[i]->value_len);
	}
	return to;
}

/* False without memory. */
static bool
text_init(struct signed_text *text, size_t url_len, const struct form *form)
{
	size_t count = form != NULL ? form->count : 0;
	size_t size = url_len + PORT_MAX + 1;
	const struct form_field **sorted = malloc((count + 1) * sizeof *sorted);

	for (size_t i = 0; i < count; i++)
		size += form->fields[i].name_len + form->fields[i].value_len;
	text->gap = url_len + PORT_MAX;
	text->data = malloc(size);
	if (text->data != NULL && sorted != NULL) {
		char *start = text->data + text->gap;

		for (size_t i = 0; i < count; i++)
			sorted[i] = &form->fields[i];
		qsort(sorted, count, sizeof *sorted, compare_fields);
		text->params_len = (size_t)(put_params(start, sorted, count) - start);
	} else {
		free(text->data);
		text->data = NULL;
	}
	free(sorted);
	return text->data != NULL;
}

static struct url_parts
split_url(const char *url)
{
	const char *scheme_end = strstr(url, "://");
	const char *host = scheme_end != NULL ? scheme_end + 3 : url;
	size_t authority = strcspn(host, "/?#");
	struct url_parts parts = { .head = url, .rest = host + authority, .rest_len = strlen(host + authority) };
	size_t digits = 0;

	while (digits < authority && host[authority - digits - 1] >= '0' && host[authority - digits - 1] <= '9')
		digits++;
	/* The colons of an IPv6 literal are inside its brackets, so never right before trailing digits. */
	if (digits > 0 && digits < authority && host[authority - digits - 1] == ':') {
		parts.port_len = digits + 1;
		parts.port = parts.rest - parts.port_len;
		parts.head_len = (size_t)(parts.port - url);
	} else {
		parts.port = strncasecmp(url, "http:", 5) == 0 ? ":80" : ":443";
		parts.port_len = strlen(parts.port);
		parts.head_len = (size_t)(parts.rest - url);
	}
	return parts;
}

/* The signature of the URL, with or without its port, followed by the parameters. */
static void
sign(const struct signed_text *text, const char *token, const struct url_parts *parts, bool with_port,
     char out[SIGNATURE_SIZE])
{
	size_t port_len = with_port ? parts->port_len : 0;
	size_t url_len = parts->head_len + port_len + parts->rest_len;
	char *start = text->data + text->gap - url_len;
	unsigned char sum[20];
	struct strbuf base64;

	put(put(put(start, parts->head, parts->head_len), parts->port, port_len), parts->rest, parts->rest_len);
	digest_hmac_sha1(token, strlen(token), start, url_len + text->params_len, sum);
	strbuf_init(&base64, SIGNATURE_SIZE - 1);
	digest_base64(&base64, sum, sizeof sum);
	put(out, strbuf_text(&base64), base64.len);
	out[base64.len] = '\0';
	strbuf_release(&base64);
}

void
signature_compute(const char *token, const char *url, const struct form *form, char out[SIGNATURE_SIZE])
{
	struct url_parts whole = { .head = url, .head_len = strlen(url), .port = "", .rest = "" };
	struct signed_text text;

	out[0] = '\0';
	if (!text_init(&text, whole.head_len, form))
		return;
	sign(&text, token, &whole, false, out);
	free(text.data);
}

bool
signature_matches(const char *header, const char *url, const struct form *form, const char *const *tokens,
		  size_t token_count)
{
	struct url_parts parts = split_url(url);
	struct signed_text text;
	char candidate[SIGNATURE_SIZE];
	bool matches = false;

	if (header == NULL || !text_init(&text, strlen(url), form))
		return false;
	for (size_t i = 0; i < token_count; i++) {
		if (tokens[i] == NULL || tokens[i][0] == '\0')
			continue;
		sign(&text, tokens[i], &parts, false, candidate);
		matches |= candidate[0] != '\0' && digest_equal(header, candidate);
		sign(&text, tokens[i], &parts, true, candidate);
		matches |= candidate[0] != '\0' && digest_equal(header, candidate);
	}
	free(text.data);
	return matches;
}

/* True if the query says bodySHA256 and that is the hash of the body. */
static bool
body_hash_matches(const char *url, const void *body, size_t body_len)
{
	static const char name[] = "bodySHA256=";
	const char *at = strchr(url, '?');
	char hash[65];

	while (at != NULL && strncmp(at + 1, name, strlen(name)) != 0)
		at = strchr(at + 1, '&');
	if (at == NULL)
		return false;
	at += 1 + strlen(name);
	digest_sha256_hex(body, body_len, hash);
	/* Both come with the request or are computed from it: nothing secret is compared here. */
	return strncasecmp(at, hash, 64) == 0 && strchr("&#", at[64]) != NULL;
}

bool
signature_matches_json(const char *header, const char *url, const void *body, size_t body_len,
		       const char *const *tokens, size_t token_count)
{
	bool signed_url = signature_matches(header, url, NULL, tokens, token_count);

	return body_hash_matches(url, body, body_len) && signed_url;
}
