/* SPDX-License-Identifier: MIT */
/*
 * Any answer of the carrier: first byte of the input chooses the status, the rest is the body and the Retry-After header.
 * Whatever is read of it is sound: ids are ids, texts are UTF-8 within their buffers, and a create whose answer is not clear
 * is unknown.
 */
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"
#include "net/twilio_client.h"
#include "require.h"

#define ACCOUNT "AC0123456789abcdef0123456789abcdef"

static const int statuses[] = { 200, 201, 204, 302, 400, 401, 403, 404, 408, 422, 429, 500, 503 };

static const char list_path[] = "/2010-04-01/Accounts/" ACCOUNT "/Messages.json?";

static char account[] = ACCOUNT, token[] = "x", url[] = "https://api.twilio.com", body[] = "hola", none[] = "";

static void
check_id(const char *id)
{
	require(strlen(id) == 34 && (strncmp(id, "SM", 2) == 0 || strncmp(id, "MM", 2) == 0));
	require(strspn(id + 2, "0123456789abcdefABCDEF") == 32);
}

static void
check_word(const char *word)
{
	require(strlen(word) < PROVIDER_STATUS_SIZE && word[strspn(word, "abcdefghijklmnopqrstuvwxyz_")] == '\0');
}

static void
check_create(const struct http_result *result)
{
	struct attempt_result out;

	twilio_created(result, 1692853305000LL, &out);
	require(utf8_valid(out.reason, strlen(out.reason)));
	require(out.error_code >= 0 && out.segments >= 0 && out.retry_after_ms >= 0 && out.retry_after_ms <= 60000);
	check_word(out.status);
	require((out.class == ATTEMPT_ACCEPTED) == (out.provider_id[0] != '\0'));
	if (out.class == ATTEMPT_ACCEPTED) {
		check_id(out.provider_id);
		require(result->status == 200 || result->status == 201);
	}
	if (out.class == ATTEMPT_REFUSED)
		require(result->status >= 400 && result->status < 500 && result->status != 408 && result->status != 429);
	require((out.class == ATTEMPT_LIMITED) == (result->status == 429));
	require(out.class != ATTEMPT_NOT_SENT);
}

static void
check_list(const struct http_result *result)
{
	static struct found_page page;
	struct config config = { .twilio_account_sid = account,
				 .twilio_auth_token = token,
				 .twilio_api_url = url,
				 .public_url = none };
	struct outbox_row row = { .channel = CHANNEL_SMS,
				  .sender = "+15005550006",
				  .recipient = "+5215512345678",
				  .started_at = 1692853305000LL,
				  .body = body };

	if (twilio_listed(&config, &row, result, &page, NULL) != STATUS_OK)
		return;
	require(result->status == 200 && page.count <= FOUND_MAX);
	for (size_t i = 0; i < page.count; i++) {
		check_id(page.found[i].provider_id);
		check_word(page.found[i].status);
	}
	require(page.next[0] == '\0' ||
		strncmp(page.next, list_path, strlen(list_path)) == 0);
	require(strpbrk(page.next, " \r\n") == NULL);
}

static void
check_fetch(const struct http_result *result)
{
	struct remote_status remote;
	enum status status = twilio_fetched(result, &remote, NULL);

	require((status == STATUS_OK) == (remote.status[0] != '\0'));
	check_word(remote.status);
	require(utf8_valid(remote.error_message, strlen(remote.error_message)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_result result = { .outcome = HTTP_OUTCOME_ANSWER, .reason = "" };
	char *text;

	if (size == 0)
		return 0;
	text = malloc(size);
	require(text != NULL);
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	result.status = statuses[data[0] % (sizeof statuses / sizeof statuses[0])];
	result.body = text;
	result.body_len = size - 1;
	result.retry_after = text;
	check_create(&result);
	check_list(&result);
	check_fetch(&result);
	free(text);
	return 0;
}
