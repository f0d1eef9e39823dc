/* SPDX-License-Identifier: MIT */
/*
 * The load: signed webhooks of the carrier's usual size over N kept-alive connections, as fast as answers come (closed
 * loop) or RATE a second whatever comes back (open loop). Requests are built and signed before the clock starts. Prints
 * one JSON line. Every answer other than 200 counts as an error, so a server cannot be fast by refusing.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/form.h"
#include "core/signature.h"
#include "core/strbuf.h"

#define CUSTOMERS 10000
#define ANSWER_MAX 4096

struct request {
	char *text;
	size_t len;
};

struct connection {
	int fd;
	size_t request;	  /* index of the one in flight */
	size_t sent;	  /* bytes of it */
	size_t received;
	char answer[ANSWER_MAX];
	double started; /* seconds: when it was due */
	bool busy;
};

struct load {
	int port, connections;
	size_t requests;
	double rate; /* 0: closed loop */
	const char *path, *token, *public_url;
	unsigned seed;
	struct request *list;
	struct connection *pool;
	double *latencies;
	size_t next, answered, errors;
	int poller;
};

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static uint32_t
next_random(unsigned *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void
build_body(struct load *load, size_t number, struct strbuf *body)
{
	static const char *const words[] = { "hola", "pedido", "factura", "mañana", "gracias", "reserva", "hotel", "pago",
					     "urgente", "vuelo", "cuándo", "llega",   "cambio",  "fecha",   "número", "favor" };
	uint32_t customer = next_random(&load->seed) % CUSTOMERS;
	char sid[40], from[24], text[256] = "";

	snprintf(sid, sizeof sid, "SM%08x%08x%08x%08x", next_random(&load->seed), load->seed, (unsigned)getpid(),
		 (unsigned)number);
	snprintf(from, sizeof from, "+1415%07u", 1000000 + customer);
	for (int i = 0; i < 9; i++) {
		size_t len = strlen(text);

		snprintf(text + len, sizeof text - len, "%s%s", i > 0 ? " " : "", words[next_random(&load->seed) % 16]);
	}
	form_encode(body, "ToCountry", "US");
	form_encode(body, "ToState", "CA");
	form_encode(body, "SmsMessageSid", sid);
	form_encode(body, "NumMedia", "0");
	form_encode(body, "ToCity", "SAN FRANCISCO");
	form_encode(body, "FromZip", "94105");
	form_encode(body, "SmsSid", sid);
	form_encode(body, "FromState", "CA");
	form_encode(body, "SmsStatus", "received");
	form_encode(body, "FromCity", "SAN FRANCISCO");
	form_encode(body, "Body", text);
	form_encode(body, "FromCountry", "US");
	form_encode(body, "To", "+15551230000");
	form_encode(body, "ToZip", "94103");
	form_encode(body, "NumSegments", "1");
	form_encode(body, "MessageSid", sid);
	form_encode(body, "AccountSid", "AC00000000000000000000000000000001");
	form_encode(body, "From", from);
	form_encode(body, "ApiVersion", "2010-04-01");
}

static void
build_requests(struct load *load)
{
	char url[1024];

	snprintf(url, sizeof url, "%s%s", load->public_url, load->path);
	load->list = calloc(load->requests, sizeof *load->list);
	for (size_t i = 0; i < load->requests; i++) {
		char signature[SIGNATURE_SIZE];
		struct strbuf body, text;
		struct form form;

		strbuf_init(&body, 8192);
		strbuf_init(&text, 16384);
		build_body(load, i, &body);
		if (form_parse(body.data, body.len, 500, &form, NULL) != STATUS_OK)
			exit(1);
		signature_compute(load->token, url, &form, signature);
		form_release(&form);
		strbuf_add_format(&text,
				  "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: TwilioProxy/1.1\r\n"
				  "Content-Type: application/x-www-form-urlencoded\r\nX-Twilio-Signature: %s\r\n"
				  "Content-Length: %zu\r\n\r\n%s",
				  load->path, load->port, signature, body.len, body.data);
		load->list[i].len = text.len;
		load->list[i].text = strbuf_detach(&text);
		strbuf_release(&body);
	}
}

static void
open_connection(struct load *load, struct connection *connection)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)load->port) };
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };
	int one = 1;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(connection->fd, (struct sockaddr *)&address, sizeof address) != 0) {
		perror("connect");
		exit(1);
	}
	setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	fcntl(connection->fd, F_SETFL, O_NONBLOCK);
	epoll_ctl(load->poller, EPOLL_CTL_ADD, connection->fd, &event);
}

static void
send_next(struct load *load, struct connection *connection, double due)
{
	struct request *request = &load->list[load->next];
	ssize_t sent;

	connection->request = load->next++;
	connection->received = 0;
	connection->busy = true;
	connection->started = due;
	sent = send(connection->fd, request->text, request->len, MSG_NOSIGNAL);
	if (sent != (ssize_t)request->len) {
		/* A request is far smaller than a socket's buffer: a short write means a broken connection. */
		fprintf(stderr, "send: %s\n", strerror(errno));
		exit(1);
	}
}

/* True when the whole answer is there. */
static bool
is_complete(const struct connection *connection)
{
	const char *end = memmem(connection->answer, connection->received, "\r\n\r\n", 4);
	const char *length;

	if (end == NULL)
		return false;
	length = strcasestr(connection->answer, "Content-Length:");
	return length != NULL && connection->received >= (size_t)(end - connection->answer) + 4 + strtoul(length + 15, NULL, 10);
}

static void
take_answer(struct load *load, struct connection *connection)
{
	ssize_t got = recv(connection->fd, connection->answer + connection->received, ANSWER_MAX - 1 - connection->received, 0);

	if (got <= 0) {
		if (got < 0 && errno == EAGAIN)
			return;
		/* The server closed: one error, and a new connection for the rest. */
		load->errors += connection->busy;
		load->answered += connection->busy;
		connection->busy = false;
		close(connection->fd);
		open_connection(load, connection);
		return;
	}
	connection->received += (size_t)got;
	connection->answer[connection->received] = '\0';
	if (!is_complete(connection))
		return;
	load->latencies[load->answered++] = now() - connection->started;
	load->errors += strncmp(connection->answer, "HTTP/1.1 200", 12) != 0;
	connection->busy = false;
}

static void
run(struct load *load)
{
	struct epoll_event events[256];
	double start = now();

	if (load->rate == 0) {
		for (int i = 0; i < load->connections && load->next < load->requests; i++)
			send_next(load, &load->pool[i], now());
	}
	while (load->answered < load->requests) {
		int timeout_ms = 1000, count;

		if (load->rate > 0) {
			double due;

			for (int i = 0; i < load->connections && load->next < load->requests; i++) {
				due = start + (double)load->next / load->rate;
				if (due > now())
					break;
				if (!load->pool[i].busy)
					send_next(load, &load->pool[i], due);
			}
			due = start + (double)load->next / load->rate - now();
			timeout_ms = due > 0 && load->next < load->requests ? (int)(due * 1000) : 1;
		}
		count = epoll_wait(load->poller, events, 256, timeout_ms);
		for (int i = 0; i < count; i++) {
			struct connection *connection = events[i].data.ptr;

			take_answer(load, connection);
			if (load->rate == 0 && !connection->busy && load->next < load->requests)
				send_next(load, connection, now());
		}
		if (now() - start > 300) {
			fprintf(stderr, "no end after 300 s\n");
			exit(1);
		}
	}
	printf("{\"seconds\": %.6f, ", now() - start);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
quantile_ms(const struct load *load, double q)
{
	size_t good = load->answered;

	return good == 0 ? 0 : load->latencies[(size_t)(q * (double)(good - 1))] * 1000;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "port", 1, 0, 'p' },	 { "connections", 1, 0, 'c' }, { "requests", 1, 0, 'n' }, { "rate", 1, 0, 'r' },
		{ "path", 1, 0, 'a' },	 { "token", 1, 0, 't' },       { "public-url", 1, 0, 'u' }, { "seed", 1, 0, 's' },
		{ 0, 0, 0, 0 },
	};
	struct load load = { .connections = 1,
			     .requests = 1000,
			     .path = "/api/webhooks/sms",
			     .token = "token",
			     .public_url = "http://127.0.0.1",
			     .seed = 1 };
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'p': load.port = (int)strtol(optarg, NULL, 10); break;
		case 'c': load.connections = (int)strtol(optarg, NULL, 10); break;
		case 'n': load.requests = strtoul(optarg, NULL, 10); break;
		case 'r': load.rate = strtod(optarg, NULL); break;
		case 'a': load.path = optarg; break;
		case 't': load.token = optarg; break;
		case 'u': load.public_url = optarg; break;
		case 's': load.seed = (unsigned)strtoul(optarg, NULL, 10); break;
		default: return 2;
		}
	}
	load.poller = epoll_create1(EPOLL_CLOEXEC);
	load.pool = calloc((size_t)load.connections, sizeof *load.pool);
	load.latencies = calloc(load.requests, sizeof *load.latencies);
	build_requests(&load);
	for (int i = 0; i < load.connections; i++)
		open_connection(&load, &load.pool[i]);
	run(&load);
	qsort(load.latencies, load.answered, sizeof *load.latencies, compare);
	printf("\"answered\": %zu, \"errors\": %zu, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"max_ms\": %.3f}\n", load.answered,
	       load.errors, quantile_ms(&load, 0.5), quantile_ms(&load, 0.99), quantile_ms(&load, 1.0));
	return 0;
}
