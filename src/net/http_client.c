/* SPDX-License-Identifier: MIT */
/*
 * Whether a request left is not guessed from error codes: libcurl calls before_request() when the connection (with TLS) stands
 * and right before the first byte, so a failure without that call is one where nothing was sent. On a connection that was
 * used before, libcurl silently sends again when the peer closed it in between; fresh_connect rules that out.
 */
#include "net/http_client.h"

#include <curl/curl.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/i18n.h"

#define FDS_MAX 4
#define HEADER_SIZE 128
#define CONNECT_TIMEOUT_MS 10000
#define TIMEOUT_MS 30000

struct transfer {
	CURL *easy;
	struct curl_slist *headers;
	struct strbuf answer;
	char *body; /* of the request */
	size_t body_len;
	char retry_after[HEADER_SIZE];
	char request_id[HEADER_SIZE];
	bool began; /* the first byte of the request may have left */
	void *data;
	struct transfer *next;
};

struct http_client {
	CURLM *multi;
	bool allow_plain;
	http_done *done;
	void *context;
	struct transfer *transfers;
	size_t count;
};

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;

static void
start_curl(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

void
http_call_init(struct http_call *call)
{
	memset(call, 0, sizeof *call);
	strbuf_init(&call->url, HTTP_CLIENT_URL_MAX);
	strbuf_init(&call->body, HTTP_CLIENT_BODY_MAX);
}

void
http_call_release(struct http_call *call)
{
	if (call->body.data != NULL)
		explicit_bzero(call->body.data, call->body.capacity);
	strbuf_release(&call->body);
	strbuf_release(&call->url);
}

enum status
http_client_new(const char *base_url, http_done *done, void *context, struct http_client **out, struct err *err)
{
	struct http_client *client = calloc(1, sizeof *client);

	*out = NULL;
	pthread_once(&curl_once, start_curl);
	if (client != NULL)
		client->multi = curl_multi_init();
	if (client == NULL || client->multi == NULL) {
		free(client);
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	}
	client->allow_plain = strncasecmp(base_url, "http://", strlen("http://")) == 0;
	client->done = done;
	client->context = context;
	*out = client;
	return STATUS_OK;
}

static void
transfer_free(struct transfer *transfer)
{
	if (transfer == NULL)
		return;
	curl_easy_cleanup(transfer->easy);
	curl_slist_free_all(transfer->headers);
	strbuf_release(&transfer->answer);
	if (transfer->body != NULL)
		explicit_bzero(transfer->body, transfer->body_len);
	free(transfer->body);
	free(transfer);
}

void
http_client_free(struct http_client *client)
{
	if (client == NULL)
		return;
	while (client->transfers != NULL) {
		struct transfer *transfer = client->transfers;

		client->transfers = transfer->next;
		curl_multi_remove_handle(client->multi, transfer->easy);
		transfer_free(transfer);
	}
	curl_multi_cleanup(client->multi);
	free(client);
}

size_t
http_client_in_flight(const struct http_client *client)
{
	return client->count;
}

static int
before_request(void *arg, char *peer, char *local, int peer_port, int local_port)
{
	struct transfer *transfer = arg;

	(void)peer;
	(void)local;
	(void)peer_port;
	(void)local_port;
	transfer->began = true;
	return CURL_PREREQFUNC_OK;
}

/* Refusing a piece ends the transfer: a carrier never answers that much. */
static size_t
take_body(char *bytes, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;

	strbuf_add(&transfer->answer, bytes, size * count);
	return transfer->answer.failed ? 0 : size * count;
}

static void
take_value(const char *line, size_t len, const char *name, char out[HEADER_SIZE])
{
	size_t name_len = strlen(name);

	if (len <= name_len || line[name_len] != ':' || strncasecmp(line, name, name_len) != 0)
		return;
	line += name_len + 1;
	len -= name_len + 1;
	while (len > 0 && (*line == ' ' || *line == '\t')) {
		line++;
		len--;
	}
	while (len > 0 && strchr("\r\n \t", line[len - 1]) != NULL)
		len--;
	if (len >= HEADER_SIZE || memchr(line, '\0', len) != NULL)
		return;
	memcpy(out, line, len);
	out[len] = '\0';
}

static size_t
take_header(char *bytes, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;

	take_value(bytes, size * count, "Retry-After", transfer->retry_after);
	take_value(bytes, size * count, "Twilio-Request-Id", transfer->request_id);
	return size * count;
}

static bool
set_body(struct transfer *transfer, const struct http_call *call)
{
	if (call->method == HTTP_CLIENT_GET)
		return curl_easy_setopt(transfer->easy, CURLOPT_HTTPGET, 1L) == CURLE_OK;
	transfer->body_len = call->body.len;
	transfer->body = malloc(transfer->body_len + 1);
	if (transfer->body == NULL)
		return false;
	memcpy(transfer->body, strbuf_text(&call->body), transfer->body_len + 1);
	return curl_easy_setopt(transfer->easy, CURLOPT_POST, 1L) == CURLE_OK &&
	       curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDSIZE, (long)transfer->body_len) == CURLE_OK &&
	       curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDS, transfer->body) == CURLE_OK;
}

/* Without "Expect:" libcurl may send a large body again after a 417. */
static bool
set_headers(struct transfer *transfer)
{
	struct curl_slist *list = curl_slist_append(NULL, "Accept: application/json");

	if (list != NULL) {
		transfer->headers = list;
		list = curl_slist_append(list, "Expect:");
	}
	return list != NULL && curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, list) == CURLE_OK;
}

static bool
set_login(CURL *easy, const struct http_call *call)
{
	if (call->user == NULL)
		return true;
	return curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_USERNAME, call->user) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_PASSWORD, call->password) == CURLE_OK;
}

static long
milliseconds(int64_t wanted, long standard)
{
	return wanted > 0 && wanted < LONG_MAX ? (long)wanted : standard;
}

static bool
set_limits(const struct http_client *client, CURL *easy, const struct http_call *call)
{
	CURLcode bad = CURLE_OK;

	bad |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, client->allow_plain ? "http,https" : "https");
	bad |= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	bad |= curl_easy_setopt(easy, CURLOPT_UNRESTRICTED_AUTH, 0L);
	bad |= curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	bad |= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	bad |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	bad |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	bad |= curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	/* HTTP/2 may give a stream back to be sent again; one request a connection has no such case. */
	bad |= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	bad |= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(call->connect_timeout_ms, CONNECT_TIMEOUT_MS));
	bad |= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, milliseconds(call->timeout_ms, TIMEOUT_MS));
	bad |= curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, call->fresh_connect ? 1L : 0L);
	bad |= curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, call->fresh_connect ? 1L : 0L);
	/* An office may reach the carrier through a proxy only; one on loopback is never behind it. */
	if (client->allow_plain)
		bad |= curl_easy_setopt(easy, CURLOPT_PROXY, "");
	return bad == CURLE_OK;
}

static bool
set_callbacks(struct transfer *transfer)
{
	CURL *easy = transfer->easy;

	return curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_request) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer) == CURLE_OK;
}

static bool
prepare(const struct http_client *client, struct transfer *transfer, const struct http_call *call)
{
	transfer->easy = curl_easy_init();
	return transfer->easy != NULL && !call->url.failed && !call->body.failed &&
	       curl_easy_setopt(transfer->easy, CURLOPT_URL, strbuf_text(&call->url)) == CURLE_OK &&
	       set_limits(client, transfer->easy, call) && set_login(transfer->easy, call) && set_headers(transfer) &&
	       set_callbacks(transfer) && set_body(transfer, call);
}

enum status
http_client_start(struct http_client *client, const struct http_call *call, void *data, struct err *err)
{
	struct transfer *transfer = calloc(1, sizeof *transfer);

	if (transfer == NULL)
		return err_set(err, STATUS_NO_MEMORY, "%s",
			       _("There is not enough memory; close other programs and try again."));
	strbuf_init(&transfer->answer, call->answer_max > 0 ? call->answer_max : HTTP_CLIENT_ANSWER_MAX);
	transfer->data = data;
	if (!prepare(client, transfer, call) || curl_multi_add_handle(client->multi, transfer->easy) != CURLM_OK) {
		transfer_free(transfer);
		return err_set(err, STATUS_FAILED, "%s",
			       _("A request could not be made; it is too long, or there is no memory."));
	}
	transfer->next = client->transfers;
	client->transfers = transfer;
	client->count++;
	return STATUS_OK;
}

static void
unlink_transfer(struct http_client *client, struct transfer *transfer)
{
	struct transfer **at = &client->transfers;

	while (*at != transfer)
		at = &(*at)->next;
	*at = transfer->next;
	client->count--;
	curl_multi_remove_handle(client->multi, transfer->easy);
}

static void
finish(struct http_client *client, struct transfer *transfer, CURLcode code)
{
	struct http_result result = { .body = "", .reason = "", .data = transfer->data };
	long status = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	if (code == CURLE_OK && status >= 100 && status <= 599) {
		result.outcome = HTTP_OUTCOME_ANSWER;
		result.status = (int)status;
		result.body = strbuf_text(&transfer->answer);
		result.body_len = transfer->answer.len;
		result.retry_after = transfer->retry_after[0] != '\0' ? transfer->retry_after : NULL;
	} else {
		result.outcome = transfer->began ? HTTP_OUTCOME_UNKNOWN : HTTP_OUTCOME_NOT_SENT;
		result.reason = code != CURLE_OK ? curl_easy_strerror(code) : "the answer has no status";
	}
	result.request_id = transfer->request_id[0] != '\0' ? transfer->request_id : NULL;
	unlink_transfer(client, transfer);
	client->done(client->context, &result);
	transfer_free(transfer);
}

static void
finish_ended(struct http_client *client)
{
	struct CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(client->multi, &left)) != NULL) {
		struct transfer *transfer = NULL;
		CURLcode code = message->data.result;

		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
		if (message->msg == CURLMSG_DONE && transfer != NULL)
			finish(client, transfer, code);
	}
}

void
http_client_wait(struct http_client *client, const int *fds, size_t fd_count, int64_t timeout_ms)
{
	struct curl_waitfd extra[FDS_MAX];
	int running, timeout = timeout_ms < 0 || timeout_ms > INT_MAX ? INT_MAX : (int)timeout_ms;

	if (fd_count > FDS_MAX)
		fd_count = FDS_MAX;
	for (size_t i = 0; i < fd_count; i++)
		extra[i] = (struct curl_waitfd){ .fd = fds[i], .events = CURL_WAIT_POLLIN };
	curl_multi_poll(client->multi, extra, (unsigned)fd_count, timeout, NULL);
	curl_multi_perform(client->multi, &running);
	finish_ended(client);
}
