/* SPDX-License-Identifier: MIT */
#include "receiver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REQUEST_MAX 65536
#define WAIT_S 10

struct receiver {
	int fd;
	int stop[2]; /* a pipe; closing its end ends the thread */
	char url[64];
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct received **all;
	size_t count;
	int status;
	unsigned times;
};

static void
must(bool condition, const char *what)
{
	if (!condition) {
		fprintf(stderr, "receiver: %s failed\n", what);
		abort();
	}
}

static void
copy_header(const char *head, const char *name, char *out, size_t size)
{
	size_t len = strlen(name);

	for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line + 2, "\r\n")) {
		if (strncasecmp(line + 2, name, len) == 0 && line[2 + len] == ':') {
			const char *value = line + 2 + len + 1;

			value += strspn(value, " ");
			snprintf(out, size, "%.*s", (int)strcspn(value, "\r"), value);
			return;
		}
	}
}

/* Reads one whole request into `buffer`; the position of its body, NULL when it was cut. */
static char *
read_request(int fd, char *buffer)
{
	size_t len = 0, wanted = REQUEST_MAX;
	char number[16] = "0";
	char *body = NULL;

	while (len < wanted) {
		ssize_t n = recv(fd, buffer + len, REQUEST_MAX - len, 0);

		if (n <= 0)
			return NULL;
		len += (size_t)n;
		buffer[len] = '\0';
		if (body != NULL)
			continue;
		body = strstr(buffer, "\r\n\r\n");
		if (body != NULL) {
			body += 4;
			copy_header(buffer, "Content-Length", number, sizeof number);
			wanted = (size_t)(body - buffer) + strtoul(number, NULL, 10);
			must(wanted < REQUEST_MAX, "a request of sensible size");
		}
	}
	return body;
}

static void
keep(struct receiver *receiver, const char *head, const char *body)
{
	struct received *received = calloc(1, sizeof *received);

	must(received != NULL, "calloc");
	must(sscanf(head, "%7s %511s", received->method, received->target) == 2, "a request line");
	copy_header(head, "Content-Type", received->content_type, sizeof received->content_type);
	copy_header(head, "X-Twilio-Signature", received->signature, sizeof received->signature);
	copy_header(head, "I-Twilio-Idempotency-Token", received->token, sizeof received->token);
	received->body = strdup(body);
	receiver->all = reallocarray(receiver->all, receiver->count + 1, sizeof *receiver->all);
	must(receiver->all != NULL && received->body != NULL, "memory");
	receiver->all[receiver->count++] = received;
}

static void
serve(struct receiver *receiver, int fd)
{
	char *buffer = malloc(REQUEST_MAX + 1);
	char answer[160];
	char *body;
	int status = 200;

	must(buffer != NULL, "malloc");
	body = read_request(fd, buffer);
	if (body != NULL) {
		pthread_mutex_lock(&receiver->lock);
		keep(receiver, buffer, body);
		if (receiver->times > 0) {
			receiver->times--;
			status = receiver->status;
		}
		pthread_cond_broadcast(&receiver->changed);
		pthread_mutex_unlock(&receiver->lock);
		snprintf(answer, sizeof answer,
			 "HTTP/1.1 %d Whatever\r\nContent-Type: text/xml\r\nContent-Length: 11\r\nConnection: "
			 "close\r\n\r\n"
			 "<Response/>",
			 status);
		if (status != 0)
			must(send(fd, answer, strlen(answer), MSG_NOSIGNAL) >= 0, "send");
	}
	free(buffer);
	close(fd);
}

static void *
listen_on(void *arg)
{
	struct receiver *receiver = arg;
	struct pollfd ready[2] = { { .fd = receiver->fd, .events = POLLIN },
				   { .fd = receiver->stop[0], .events = POLLIN } };

	while (poll(ready, 2, -1) >= 0 && ready[1].revents == 0) {
		int fd = accept(receiver->fd, NULL, NULL);

		if (fd >= 0)
			serve(receiver, fd);
	}
	return NULL;
}

struct receiver *
receiver_start(void)
{
	struct receiver *receiver = calloc(1, sizeof *receiver);
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof address;

	must(receiver != NULL, "calloc");
	receiver->fd = socket(AF_INET, SOCK_STREAM, 0);
	must(receiver->fd >= 0 && bind(receiver->fd, (struct sockaddr *)&address, len) == 0
		     && listen(receiver->fd, 64) == 0
		     && getsockname(receiver->fd, (struct sockaddr *)&address, &len) == 0 && pipe(receiver->stop) == 0,
	     "listening");
	snprintf(receiver->url, sizeof receiver->url, "http://127.0.0.1:%d", ntohs(address.sin_port));
	pthread_mutex_init(&receiver->lock, NULL);
	pthread_cond_init(&receiver->changed, NULL);
	must(pthread_create(&receiver->thread, NULL, listen_on, receiver) == 0, "pthread_create");
	return receiver;
}

void
receiver_stop(struct receiver *receiver)
{
	close(receiver->stop[1]);
	pthread_join(receiver->thread, NULL);
	close(receiver->stop[0]);
	close(receiver->fd);
	for (size_t i = 0; i < receiver->count; i++) {
		free(receiver->all[i]->body);
		free(receiver->all[i]);
	}
	free(receiver->all);
	pthread_cond_destroy(&receiver->changed);
	pthread_mutex_destroy(&receiver->lock);
	free(receiver);
}

const char *
receiver_url(const struct receiver *receiver)
{
	return receiver->url;
}

void
receiver_answer(struct receiver *receiver, int status, unsigned times)
{
	pthread_mutex_lock(&receiver->lock);
	receiver->status = status;
	receiver->times = times;
	pthread_mutex_unlock(&receiver->lock);
}

bool
receiver_wait(struct receiver *receiver, size_t count)
{
	struct timespec deadline;
	bool there;

	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += WAIT_S;
	pthread_mutex_lock(&receiver->lock);
	while (receiver->count < count && pthread_cond_timedwait(&receiver->changed, &receiver->lock, &deadline) == 0)
		;
	there = receiver->count >= count;
	pthread_mutex_unlock(&receiver->lock);
	return there;
}

size_t
receiver_count(struct receiver *receiver)
{
	size_t count;

	pthread_mutex_lock(&receiver->lock);
	count = receiver->count;
	pthread_mutex_unlock(&receiver->lock);
	return count;
}

const struct received *
receiver_get(struct receiver *receiver, size_t index)
{
	const struct received *received;

	pthread_mutex_lock(&receiver->lock);
	must(index < receiver->count, "receiver_get");
	received = receiver->all[index];
	pthread_mutex_unlock(&receiver->lock);
	return received;
}
