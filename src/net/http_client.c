/* SPDX-License-Identifier: MIT */
/*
 * Whether a request left is not guessed from error codes: libcurl calls before_request() when the connection (with TLS) stands
 * and right before the first byte, so a failure without that call is one where nothing was sent. On a connection that was
 * used before, libcurl silently sends again when the peer closed it in between; fresh_connect rules that out.
 */
#include "net/http_client.h"

#include <curl/curl.h>
#include <limits.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

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
	char *location;
	bool (*take)(void *data, const char *bytes, size_t len);
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
	free(transfer->location);
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
	long status = 0;

	if (transfer->take != NULL) {
		curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
		if (status == 200)
			return transfer->take(transfer->data, bytes, size * count) ? size * count : 0;
	}
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

/* Addresses need not fit into HEADER_SIZE. */
static void
take_location(struct transfer *transfer, const char *line, size_t len)
{
	static const char name[] = "Location:";
	size_t name_len = sizeof name - 1;

	if (len <= name_len || strncasecmp(line, name, name_len) != 0)
		return;
	line += name_len;
	len -= name_len;
	while (len > 0 && strchr(" \t", *line) != NULL) {
		line++;
		len--;
	}
	while (len > 0 && strchr("\r\n \t", line[len - 1]) != NULL)
		len--;
	if (len > HTTP_CLIENT_URL_MAX || memchr(line, '\0', len) != NULL)
		return;
	free(transfer->location);
	transfer->location = strndup(line, len);
}

static size_t
take_header(char *bytes, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;

	take_value(bytes, size * count, "Retry-After", transfer->retry_after);
	take_value(bytes, size * count, "Twilio-Request-Id", transfer->request_id);
	take_location(transfer, bytes, size * count);
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
	struct curl_slist *list = curl_slist_append(NULL, transfer->take != NULL ? "Accept: */*"
										 : "Accept: application/json");

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
is_public_v4(uint32_t address)
{
	static const struct {
		uint32_t network;
		int bits;
	} closed[] = {
		{ 0x00000000, 8 },  { 0x0a000000, 8 },	{ 0x64400000, 10 }, { 0x7f000000, 8 },	{ 0xa9fe0000, 16 },
		{ 0xac100000, 12 }, { 0xc0000000, 24 }, { 0xc0a80000, 16 }, { 0xc6120000, 15 }, { 0xe0000000, 3 },
	};

	for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++)
		if ((address ^ closed[i].network) >> (32 - closed[i].bits) == 0)
			return false;
	return true;
}

/* Of IPv6 the global addresses (2000::/3) alone, and none that stands for one of IPv4. */
static bool
is_public(const struct curl_sockaddr *address)
{
	if (address->family == AF_INET) {
		struct sockaddr_in v4;

		memcpy(&v4, &address->addr, sizeof v4);
		return is_public_v4(ntohl(v4.sin_addr.s_addr));
	}
	if (address->family == AF_INET6) {
		const unsigned char *bytes = (const unsigned char *)&address->addr + offsetof(struct sockaddr_in6, sin6_addr);

		return bytes[0] >> 5 == 1 && !(bytes[0] == 0x20 && bytes[1] == 0x02)
		       && !(bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0);
	}
	return false;
}

/* Asked with the address that a name was resolved to, so a name that changes its answer gains nothing. */
static curl_socket_t
open_public(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	(void)arg;
	if (purpose != CURLSOCKTYPE_IPCXN || !is_public(address))
		return CURL_SOCKET_BAD;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* A proxy would be asked to go there for us, so there is none. */
static bool
set_reach(CURL *easy, const struct http_call *call)
{
	return !call->public_only
	       || (curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_public) == CURLE_OK
		   && curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK);
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
	transfer->take = call->take;
	return transfer->easy != NULL && !call->url.failed && !call->body.failed &&
	       curl_easy_setopt(transfer->easy, CURLOPT_URL, strbuf_text(&call->url)) == CURLE_OK &&
	       set_limits(client, transfer->easy, call) && set_reach(transfer->easy, call) &&
	       set_login(transfer->easy, call) && set_headers(transfer) &&
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
	result.location = transfer->location;
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
