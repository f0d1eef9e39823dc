/* SPDX-License-Identifier: MIT */
/* The client against servers that misbehave, over real sockets: what is told about each request, and that none is made twice. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/clock.h"
#include "net/http_client.h"
#include "raw_server.h"

struct seen {
	int count;
	enum http_outcome outcome;
	int status;
	size_t body_len;
	char body[256];
	char retry_after[64];
	char request_id[64];
	void *data;
};

static void
keep_result(void *context, const struct http_result *result)
{
	struct seen *seen = context;

	seen->count++;
	seen->outcome = result->outcome;
	seen->status = result->status;
	seen->body_len = result->body_len;
	snprintf(seen->body, sizeof seen->body, "%s", result->body);
	snprintf(seen->retry_after, sizeof seen->retry_after, "%s", result->retry_after != NULL ? result->retry_after : "-");
	snprintf(seen->request_id, sizeof seen->request_id, "%s", result->request_id != NULL ? result->request_id : "-");
	seen->data = result->data;
}

static struct http_client *
new_client(const char *base_url, struct seen *seen)
{
	struct http_client *client;

	memset(seen, 0, sizeof *seen);
	assert_int_equal(http_client_new(base_url, keep_result, seen, &client, NULL), STATUS_OK);
	return client;
}

static void
start_post(struct http_client *client, const char *url, int64_t timeout_ms)
{
	struct http_call call;

	http_call_init(&call);
	call.method = HTTP_CLIENT_POST;
	strbuf_add_string(&call.url, url);
	strbuf_add_string(&call.body, "To=%2B1&Body=hola");
	call.user = "AC01";
	call.password = "se:cret";
	call.fresh_connect = true;
	call.timeout_ms = timeout_ms;
	call.answer_max = 1000;
	assert_int_equal(http_client_start(client, &call, &call, NULL), STATUS_OK);
	http_call_release(&call);
}

static void
start_get(struct http_client *client, const char *url)
{
	struct http_call call;

	http_call_init(&call);
	strbuf_add_string(&call.url, url);
	assert_int_equal(http_client_start(client, &call, NULL, NULL), STATUS_OK);
	http_call_release(&call);
}

static void
wait_all(struct http_client *client)
{
	int64_t end_ms = clock_monotonic_ms() + 15000;

	while (http_client_in_flight(client) > 0) {
		assert_true(clock_monotonic_ms() < end_ms);
		http_client_wait(client, NULL, 0, 15000);
	}
}

/* What the server does with each request: `first` for the first one, `then` for the others. */
struct script {
	struct raw_answer first, then;
};

static void
follow_script(void *context, int number, const char *request, struct raw_answer *answer)
{
	const struct script *script = context;

	(void)request;
	*answer = number == 0 ? script->first : script->then;
	if (answer->text != NULL)
		answer->text = strdup(answer->text);
}

#define HEAD "HTTP/1.1 201 Created\r\nContent-Length: 10\r\n"

static void
test_one_request_one_outcome(void **state)
{
	static char whole[] = HEAD "Retry-After:  7 \r\nTwilio-Request-Id: RQ12\r\n\r\n0123456789";
	static char half[] = HEAD "\r\n01234", head_alone[] = HEAD, garbage[] = "hello there\r\n\r\n";
	static char endless[] = "HTTP/1.1 200 OK\r\n\r\n", announced[] = "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n";
	static char chunk_cut[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\nabc";
	static char interim[] = "HTTP/1.1 100 Continue\r\n\r\n";
	static char limit[] = "HTTP/1.1 429 X\r\nContent-Length: 0\r\n\r\n";
	static char too_large[] = "HTTP/1.1 417 X\r\nContent-Length: 0\r\n\r\n";
	static char challenge[] = "HTTP/1.1 401 X\r\nWWW-Authenticate: Digest realm=\"x\", nonce=\"y\"\r\nContent-Length: 0\r\n\r\n";
	static const struct {
		const char *name;
		struct raw_answer answer;
		int64_t timeout_ms;
		enum http_outcome outcome;
		int status;
	} rows[] = {
		{ "whole answer", { .text = whole }, 0, HTTP_OUTCOME_ANSWER, 201 },
		{ "read and closed", { .close = true }, 0, HTTP_OUTCOME_UNKNOWN, 0 },
		{ "read and reset", { .reset = true }, 0, HTTP_OUTCOME_UNKNOWN, 0 },
		{ "cut in the head", { .text = head_alone, .close = true }, 0, HTTP_OUTCOME_UNKNOWN, 0 },
		{ "cut in half", { .text = half, .close = true }, 0, HTTP_OUTCOME_UNKNOWN, 0 },
		{ "cut in a chunk", { .text = chunk_cut, .close = true }, 0, HTTP_OUTCOME_UNKNOWN, 0 },
		{ "reset in half", { .text = half, .reset = true }, 0, HTTP_OUTCOME_UNKNOWN, 0 },
		{ "interim answer, then closed", { .text = interim, .close = true }, 0, HTTP_OUTCOME_UNKNOWN, 0 },
		{ "not HTTP", { .text = garbage, .close = true }, 0, HTTP_OUTCOME_UNKNOWN, 0 },
		{ "too slow", { .text = whole, .hold = true }, 300, HTTP_OUTCOME_UNKNOWN, 0 },
		{ "too slow in half", { .text = half }, 300, HTTP_OUTCOME_UNKNOWN, 0 },
		{ "oversize, not announced", { .text = endless, .pad = 5000, .close = true }, 0, HTTP_OUTCOME_UNKNOWN, 0 },
		{ "oversize, announced", { .text = announced, .pad = 5000 }, 0, HTTP_OUTCOME_UNKNOWN, 0 },
		{ "just fits", { .text = endless, .pad = 1000, .close = true }, 0, HTTP_OUTCOME_ANSWER, 200 },
		{ "too many requests", { .text = limit }, 0, HTTP_OUTCOME_ANSWER, 429 },
		{ "expectation failed", { .text = too_large }, 0, HTTP_OUTCOME_ANSWER, 417 },
		{ "asked for another login", { .text = challenge }, 0, HTTP_OUTCOME_ANSWER, 401 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct script script = { rows[i].answer, rows[i].answer };
		struct raw_server *server = raw_server_new(follow_script, &script);
		struct seen seen;
		struct http_client *client = new_client(raw_server_url(server), &seen);

		start_post(client, raw_server_url(server), rows[i].timeout_ms);
		wait_all(client);
		if (seen.count != 1 || seen.outcome != rows[i].outcome || seen.status != rows[i].status)
			fail_msg("%s: %d results, outcome %d, status %d", rows[i].name, seen.count, seen.outcome, seen.status);
		if (raw_server_count(server, "POST") != 1)
			fail_msg("%s: %d requests", rows[i].name, raw_server_count(server, "POST"));
		if (i == 0) {
			assert_string_equal(seen.body, "0123456789");
			assert_string_equal(seen.retry_after, "7");
			assert_string_equal(seen.request_id, "RQ12");
			assert_non_null(seen.data);
			assert_non_null(strstr(raw_server_request(server, 0), "Authorization: Basic QUMwMTpzZTpjcmV0\r\n"));
			assert_non_null(strstr(raw_server_request(server, 0),
					       "Content-Type: application/x-www-form-urlencoded\r\n"));
			assert_non_null(strstr(raw_server_request(server, 0), "\r\n\r\nTo=%2B1&Body=hola"));
			assert_null(strstr(raw_server_request(server, 0), "Expect:"));
		}
		http_client_free(client);
		raw_server_free(server);
	}
}

/*
 * libcurl by itself sends a request again when a connection that it used before is closed instead of answered. Here there
 * is such a connection, and the server closes everything that comes after.
 */
static void
test_closed_after_keep_alive_is_posted_once(void **state)
{
	static char whole[] = HEAD "\r\n0123456789";
	struct script script = { { .text = whole }, { .close = true } };
	struct raw_server *server = raw_server_new(follow_script, &script);
	struct seen seen;
	struct http_client *client = new_client(raw_server_url(server), &seen);

	(void)state;
	start_get(client, raw_server_url(server));
	wait_all(client);
	assert_int_equal(seen.outcome, HTTP_OUTCOME_ANSWER);
	start_post(client, raw_server_url(server), 0);
	wait_all(client);
	assert_int_equal(seen.outcome, HTTP_OUTCOME_UNKNOWN);
	assert_int_equal(raw_server_count(server, "POST"), 1);
	assert_int_equal(raw_server_connections(server), 2);
	http_client_free(client);
	raw_server_free(server);
}

static void
test_creates_never_share_a_connection(void **state)
{
	static char whole[] = HEAD "\r\n0123456789";
	struct script script = { { .text = whole }, { .text = whole } };
	struct raw_server *server = raw_server_new(follow_script, &script);
	struct seen seen;
	struct http_client *client = new_client(raw_server_url(server), &seen);

	(void)state;
	for (int i = 0; i < 5; i++) {
		start_post(client, raw_server_url(server), 0);
		wait_all(client);
	}
	assert_int_equal(raw_server_count(server, "POST"), 5);
	assert_int_equal(raw_server_connections(server), 5);
	/* Questions may share one. */
	for (int i = 0; i < 5; i++) {
		start_get(client, raw_server_url(server));
		wait_all(client);
	}
	assert_int_equal(raw_server_connections(server), 6);
	http_client_free(client);
	raw_server_free(server);
}

/* An address of this machine where nobody listens; *fd keeps others from taking it. */
static void
closed_url(char out[64], int *fd)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof address;

	*fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(*fd >= 0);
	assert_int_equal(bind(*fd, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(getsockname(*fd, (struct sockaddr *)&address, &size), 0);
	snprintf(out, 64, "http://127.0.0.1:%d/x", ntohs(address.sin_port));
}

static void
answer_nothing(void *context, int number, const char *request, struct raw_answer *answer)
{
	(void)context;
	(void)number;
	(void)request;
	answer->close = true;
}

static void
test_not_sent(void **state)
{
	struct raw_server *server = raw_server_new(answer_nothing, NULL);
	char closed[64], plain_server[64];
	int fd;
	const struct {
		const char *name;
		const char *url;
	} rows[] = {
		{ "nobody listens", closed },
		{ "no such name", "http://hilo.invalid/x" },
		{ "TLS where there is none", plain_server },
		{ "not a URL", "http://[::1" },
		{ "another protocol", "file:///etc/hostname" },
	};

	(void)state;
	closed_url(closed, &fd);
	snprintf(plain_server, sizeof plain_server, "https%s", raw_server_url(server) + strlen("http"));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct seen seen;
		struct http_client *client = new_client("http://127.0.0.1", &seen);

		/* Only the TLS greeting waits for an answer that is no TLS. */
		start_post(client, rows[i].url, 1000);
		wait_all(client);
		if (seen.count != 1 || seen.outcome != HTTP_OUTCOME_NOT_SENT)
			fail_msg("%s: %d results, outcome %d", rows[i].name, seen.count, seen.outcome);
		http_client_free(client);
	}
	assert_int_equal(raw_server_count(server, "POST"), 0);
	close(fd);
	raw_server_free(server);
}

static void
test_plain_http_needs_a_plain_base(void **state)
{
	struct raw_server *server = raw_server_new(answer_nothing, NULL);
	struct seen seen;
	struct http_client *client = new_client("https://api.twilio.com", &seen);

	(void)state;
	start_post(client, raw_server_url(server), 0);
	wait_all(client);
	assert_int_equal(seen.outcome, HTTP_OUTCOME_NOT_SENT);
	assert_int_equal(raw_server_connections(server), 0);
	http_client_free(client);
	raw_server_free(server);
}

/* A redirect is an answer like any other: nobody else gets the request, the login least of all. */
static void
test_redirects_are_not_followed(void **state)
{
	static const int codes[] = { 301, 302, 303, 307, 308 };
	static char whole[] = HEAD "\r\n0123456789";
	struct script there = { { .text = whole }, { .text = whole } };
	struct raw_server *other = raw_server_new(follow_script, &there);

	(void)state;
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		char text[256];
		struct script script = { { .text = text }, { .text = text } };
		struct raw_server *server = raw_server_new(follow_script, &script);
		struct seen seen;
		struct http_client *client = new_client(raw_server_url(server), &seen);

		snprintf(text, sizeof text, "HTTP/1.1 %d X\r\nLocation: %s/x\r\nContent-Length: 0\r\n\r\n", codes[i],
			 raw_server_url(other));
		start_post(client, raw_server_url(server), 0);
		wait_all(client);
		assert_int_equal(seen.outcome, HTTP_OUTCOME_ANSWER);
		assert_int_equal(seen.status, codes[i]);
		assert_int_equal(raw_server_count(server, "POST"), 1);
		http_client_free(client);
		raw_server_free(server);
	}
	assert_int_equal(raw_server_connections(other), 0);
	raw_server_free(other);
}

static void
test_a_slow_one_holds_up_nobody(void **state)
{
	static char whole[] = HEAD "\r\n0123456789";
	struct script script = { { .text = whole, .hold = true }, { .text = whole } };
	struct raw_server *server = raw_server_new(follow_script, &script);
	struct seen seen;
	struct http_client *client = new_client(raw_server_url(server), &seen);

	(void)state;
	start_post(client, raw_server_url(server), 0);
	while (raw_server_count(server, "POST") == 0)
		http_client_wait(client, NULL, 0, 10);
	for (int i = 0; i < 20; i++)
		start_post(client, raw_server_url(server), 0);
	while (http_client_in_flight(client) > 1)
		http_client_wait(client, NULL, 0, 10000);
	assert_int_equal(seen.count, 20);
	raw_server_let_go(server);
	wait_all(client);
	assert_int_equal(seen.count, 21);
	assert_int_equal(seen.outcome, HTTP_OUTCOME_ANSWER);
	http_client_free(client);
	raw_server_free(server);
}

static void
test_a_descriptor_wakes(void **state)
{
	struct seen seen;
	struct http_client *client = new_client("http://127.0.0.1", &seen);
	int fd = eventfd(1, EFD_CLOEXEC);
	int64_t began_ms = clock_monotonic_ms();

	(void)state;
	assert_true(fd >= 0);
	http_client_wait(client, &fd, 1, 60000);
	assert_true(clock_monotonic_ms() - began_ms < 10000);
	http_client_free(client);
	close(fd);
}

static void
test_the_end_cuts_what_is_in_flight(void **state)
{
	static char whole[] = HEAD "\r\n0123456789";
	struct script script = { { .text = whole, .hold = true }, { .text = whole, .hold = true } };
	struct raw_server *server = raw_server_new(follow_script, &script);
	struct seen seen;
	struct http_client *client = new_client(raw_server_url(server), &seen);

	(void)state;
	start_post(client, raw_server_url(server), 0);
	while (raw_server_count(server, "POST") == 0)
		http_client_wait(client, NULL, 0, 10);
	http_client_free(client);
	assert_int_equal(seen.count, 0);
	raw_server_free(server);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_request_one_outcome),
		cmocka_unit_test(test_closed_after_keep_alive_is_posted_once),
		cmocka_unit_test(test_creates_never_share_a_connection),
		cmocka_unit_test(test_not_sent),
		cmocka_unit_test(test_plain_http_needs_a_plain_base),
		cmocka_unit_test(test_redirects_are_not_followed),
		cmocka_unit_test(test_a_slow_one_holds_up_nobody),
		cmocka_unit_test(test_a_descriptor_wakes),
		cmocka_unit_test(test_the_end_cuts_what_is_in_flight),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
