/* SPDX-License-Identifier: MIT */
/* The multi interface for a single transfer, because curl_multi_wakeup() is what lets another thread end it at once. */
#include "sim/sim_client.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/i18n.h"

#define REPLY_MAX (1024u * 1024)

struct sim_client {
	CURLM *multi;
	CURL *easy;
	atomic_bool stopped;
};

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;

static void
start_curl(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

enum status
sim_client_new(struct sim_client **out, struct err *err)
{
	struct sim_client *client = calloc(1, sizeof *client);

	pthread_once(&curl_once, start_curl);
	if (client != NULL) {
		client->multi = curl_multi_init();
		client->easy = curl_easy_init();
		if (client->multi != NULL && client->easy != NULL) {
			*out = client;
			return STATUS_OK;
		}
	}
	sim_client_free(client);
	return err_set(err, STATUS_NO_MEMORY, _("There is no memory for the pretend carrier's client."));
}

void
sim_client_free(struct sim_client *client)
{
	if (client == NULL)
		return;
	curl_easy_cleanup(client->easy);
	curl_multi_cleanup(client->multi);
	free(client);
}

void
sim_reply_init(struct sim_reply *reply)
{
	memset(reply, 0, sizeof *reply);
	strbuf_init(&reply->body, REPLY_MAX);
}

void
sim_reply_release(struct sim_reply *reply)
{
	strbuf_release(&reply->body);
}

static size_t
take_body(char *data, size_t size, size_t count, void *arg)
{
	struct sim_reply *reply = arg;

	strbuf_add(&reply->body, data, size * count);
	return reply->body.failed ? 0 : size * count;
}

static void
take_value(const char *line, size_t len, const char *name, char *out, size_t out_size)
{
	size_t name_len = strlen(name);

	if (len <= name_len || strncasecmp(line, name, name_len) != 0 || line[name_len] != ':')
		return;
	line += name_len + 1;
	len -= name_len + 1;
	while (len > 0 && (line[0] == ' ' || line[0] == '\t')) {
		line++;
		len--;
	}
	while (len > 0 && (line[len - 1] == '\r' || line[len - 1] == '\n'))
		len--;
	if (len >= out_size)
		len = out_size - 1;
	memcpy(out, line, len);
	out[len] = '\0';
}

static size_t
take_header(char *data, size_t size, size_t count, void *arg)
{
	struct sim_reply *reply = arg;

	take_value(data, size * count, "Content-Type", reply->content_type, sizeof reply->content_type);
	take_value(data, size * count, "Location", reply->location, sizeof reply->location);
	take_value(data, size * count, "Retry-After", reply->retry_after, sizeof reply->retry_after);
	return size * count;
}

static void
prepare(CURL *easy, const struct sim_call *call, struct sim_reply *reply)
{
	curl_easy_setopt(easy, CURLOPT_URL, call->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* loopback must not go through a proxy of the environment */
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call->method);
	if (call->body != NULL) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call->body);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body_len);
	}
	if (call->user != NULL) {
		curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(easy, CURLOPT_USERNAME, call->user);
		curl_easy_setopt(easy, CURLOPT_PASSWORD, call->password);
	}
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, call->fresh ? 1L : 0L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
			 call->connect_timeout_ms > 0 ? (long)call->connect_timeout_ms : 5000L);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, call->timeout_ms > 0 ? (long)call->timeout_ms : 15000L);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, reply);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, reply);
}

/* Runs the transfer; true and *result set when it ended by itself. */
static bool
run(struct sim_client *client, CURLcode *result)
{
	int running = 1, left;
	CURLMsg *message;

	while (!atomic_load(&client->stopped)) {
		if (curl_multi_perform(client->multi, &running) != CURLM_OK)
			return false;
		message = curl_multi_info_read(client->multi, &left);
		if (message != NULL && message->msg == CURLMSG_DONE) {
			*result = message->data.result;
			return true;
		}
		if (curl_multi_poll(client->multi, NULL, 0, 1000, NULL) != CURLM_OK)
			return false;
	}
	return false;
}

static enum sim_outcome
classify(CURLcode result)
{
	if (result == CURLE_OK)
		return SIM_CALL_DONE;
	if (result == CURLE_COULDNT_CONNECT || result == CURLE_COULDNT_RESOLVE_HOST || result == CURLE_URL_MALFORMAT
	    || result == CURLE_UNSUPPORTED_PROTOCOL || result == CURLE_SSL_CONNECT_ERROR)
		return SIM_CALL_NO_CONNECT;
	if (result == CURLE_OPERATION_TIMEDOUT)
		return SIM_CALL_TIMEOUT;
	return SIM_CALL_BROKEN;
}

enum sim_outcome
sim_client_call(struct sim_client *client, const struct sim_call *call, struct sim_reply *reply)
{
	struct curl_slist *headers = NULL;
	CURLcode result = CURLE_OK;
	long code = 0;
	bool ended;

	strbuf_clear(&reply->body);
	reply->status = 0;
	reply->content_type[0] = reply->location[0] = reply->retry_after[0] = '\0';
	curl_easy_reset(client->easy); /* keeps its connections */
	prepare(client->easy, call, reply);
	headers = curl_slist_append(headers, "Expect:");
	for (size_t i = 0; i < sizeof call->headers / sizeof call->headers[0] && call->headers[i] != NULL; i++) {
		struct curl_slist *longer = curl_slist_append(headers, call->headers[i]);

		if (longer != NULL)
			headers = longer;
	}
	curl_easy_setopt(client->easy, CURLOPT_HTTPHEADER, headers);
	if (curl_multi_add_handle(client->multi, client->easy) != CURLM_OK) {
		curl_slist_free_all(headers);
		return SIM_CALL_NO_CONNECT;
	}
	ended = run(client, &result);
	curl_easy_getinfo(client->easy, CURLINFO_RESPONSE_CODE, &code);
	curl_multi_remove_handle(client->multi, client->easy);
	curl_slist_free_all(headers);
	if (!ended)
		return SIM_CALL_STOPPED;
	reply->status = (int)code;
	return classify(result);
}

void
sim_client_stop(struct sim_client *client)
{
	atomic_store(&client->stopped, true);
	curl_multi_wakeup(client->multi);
}
