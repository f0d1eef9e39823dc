/* SPDX-License-Identifier: MIT */
#include "raw_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS_MAX 512
#define REQUESTS_MAX 4096
#define REQUEST_SIZE (128 * 1024)
#define WAIT_S 10

struct raw_server {
	raw_handler *handler;
	void *context;
	int fd;
	char url[64];
	pthread_t acceptor;
	pthread_mutex_t mutex; /* guards what follows, and the handler */
	pthread_cond_t changed;
	pthread_t threads[CONNECTIONS_MAX];
	int sockets[CONNECTIONS_MAX];
	int connections;
	char *requests[REQUESTS_MAX];
	int count;
	bool let_go;
	bool stopping;
};

struct connection {
	struct raw_server *server;
	int fd;
};

/* Reads one request into `buffer`; false when the peer has gone. */
static bool
read_request(int fd, char *buffer)
{
	size_t len = 0, wanted = 0;

	for (;;) {
		char *end;
		ssize_t got = recv(fd, buffer + len, REQUEST_SIZE - 1 - len, 0);

		if (got <= 0)
			return false;
		len += (size_t)got;
		buffer[len] = '\0';
		end = strstr(buffer, "\r\n\r\n");
		if (end == NULL)
			continue;
		if (wanted == 0) {
			char *length = strcasestr(buffer, "\r\nContent-Length:");

			wanted = (size_t)(end + 4 - buffer);
			if (length != NULL && length < end)
				wanted += (size_t)strtoul(length + strlen("\r\nContent-Length:"), NULL, 10);
		}
		if (len >= wanted)
			return true;
	}
}

static bool
send_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		bytes += sent;
		len -= (size_t)sent;
	}
	return true;
}

static bool
give_answer(int fd, const struct raw_answer *answer)
{
	char pad[4096];
	size_t left = answer->pad;
	bool fine = answer->text == NULL || send_all(fd, answer->text, strlen(answer->text));

	memset(pad, 'x', sizeof pad);
	while (fine && left > 0) {
		size_t piece = left < sizeof pad ? left : sizeof pad;

		fine = send_all(fd, pad, piece);
		left -= piece;
	}
	if (answer->reset) {
		struct linger linger = { .l_onoff = 1, .l_linger = 0 };

		setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
	}
	return fine && !answer->close && !answer->reset;
}

/* Keeps the request, asks the handler, waits as long as it says. */
static void
handle(struct raw_server *server, const char *request, struct raw_answer *answer)
{
	memset(answer, 0, sizeof *answer);
	pthread_mutex_lock(&server->mutex);
	if (server->count < REQUESTS_MAX)
		server->requests[server->count++] = strdup(request);
	server->handler(server->context, server->count - 1, request, answer);
	pthread_cond_broadcast(&server->changed);
	while (answer->hold && !server->let_go && !server->stopping)
		pthread_cond_wait(&server->changed, &server->mutex);
	pthread_mutex_unlock(&server->mutex);
}

static void *
serve(void *arg)
{
	struct connection *connection = arg;
	char *buffer = malloc(REQUEST_SIZE);
	bool go_on = buffer != NULL;

	while (go_on && read_request(connection->fd, buffer)) {
		struct raw_answer answer;

		handle(connection->server, buffer, &answer);
		go_on = give_answer(connection->fd, &answer);
		free(answer.text);
	}
	free(buffer);
	/* The number stays taken until the end: the acceptor may not give it away while the server can still shut it down. */
	if (!go_on) {
		struct linger linger;
		socklen_t size = sizeof linger;

		getsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &linger, &size);
		if (linger.l_onoff != 0) {
			struct sockaddr nowhere = { .sa_family = AF_UNSPEC };

			connect(connection->fd, &nowhere, sizeof nowhere); /* sends the reset now */
		}
	}
	shutdown(connection->fd, SHUT_RDWR);
	free(connection);
	return NULL;
}

static void *
accept_all(void *arg)
{
	struct raw_server *server = arg;

	for (;;) {
		int fd = accept4(server->fd, NULL, NULL, SOCK_CLOEXEC);
		struct connection *connection;

		if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
			continue;
		if (fd < 0)
			return NULL;
		connection = malloc(sizeof *connection);
		pthread_mutex_lock(&server->mutex);
		if (connection == NULL || server->stopping || server->connections == CONNECTIONS_MAX) {
			close(fd);
			free(connection);
		} else {
			*connection = (struct connection){ .server = server, .fd = fd };
			server->sockets[server->connections] = fd;
			if (pthread_create(&server->threads[server->connections], NULL, serve, connection) == 0)
				server->connections++;
		}
		pthread_mutex_unlock(&server->mutex);
	}
}

struct raw_server *
raw_server_new(raw_handler *handler, void *context)
{
	struct raw_server *server = calloc(1, sizeof *server);
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof address;

	if (server == NULL)
		abort();
	server->handler = handler;
	server->context = context;
	pthread_mutex_init(&server->mutex, NULL);
	pthread_cond_init(&server->changed, NULL);
	server->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (server->fd < 0 || bind(server->fd, (struct sockaddr *)&address, sizeof address) != 0 ||
	    listen(server->fd, 128) != 0 || getsockname(server->fd, (struct sockaddr *)&address, &size) != 0)
		abort();
	snprintf(server->url, sizeof server->url, "http://127.0.0.1:%d", ntohs(address.sin_port));
	if (pthread_create(&server->acceptor, NULL, accept_all, server) != 0)
		abort();
	return server;
}

void
raw_server_free(struct raw_server *server)
{
	if (server == NULL)
		return;
	pthread_mutex_lock(&server->mutex);
	server->stopping = true;
	pthread_cond_broadcast(&server->changed);
	pthread_mutex_unlock(&server->mutex);
	shutdown(server->fd, SHUT_RDWR);
	pthread_join(server->acceptor, NULL);
	for (int i = 0; i < server->connections; i++)
		shutdown(server->sockets[i], SHUT_RDWR);
	for (int i = 0; i < server->connections; i++) {
		pthread_join(server->threads[i], NULL);
		close(server->sockets[i]);
	}
	for (int i = 0; i < server->count; i++)
		free(server->requests[i]);
	close(server->fd);
	pthread_cond_destroy(&server->changed);
	pthread_mutex_destroy(&server->mutex);
	free(server);
}

const char *
raw_server_url(const struct raw_server *server)
{
	return server->url;
}

static int
count_locked(const struct raw_server *server, const char *method)
{
	int found = 0;

	for (int i = 0; i < server->count; i++)
		found += strncmp(server->requests[i], method, strlen(method)) == 0;
	return found;
}

int
raw_server_count(struct raw_server *server, const char *method)
{
	int found;

	pthread_mutex_lock(&server->mutex);
	found = count_locked(server, method);
	pthread_mutex_unlock(&server->mutex);
	return found;
}

int
raw_server_connections(struct raw_server *server)
{
	int connections;

	pthread_mutex_lock(&server->mutex);
	connections = server->connections;
	pthread_mutex_unlock(&server->mutex);
	return connections;
}

bool
raw_server_wait(struct raw_server *server, const char *method, int count)
{
	struct timespec until;
	int result = 0;
	bool reached;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += WAIT_S;
	pthread_mutex_lock(&server->mutex);
	while (count_locked(server, method) < count && result == 0)
		result = pthread_cond_timedwait(&server->changed, &server->mutex, &until);
	reached = count_locked(server, method) >= count;
	pthread_mutex_unlock(&server->mutex);
	return reached;
}

void
raw_server_let_go(struct raw_server *server)
{
	pthread_mutex_lock(&server->mutex);
	server->let_go = true;
	pthread_cond_broadcast(&server->changed);
	pthread_mutex_unlock(&server->mutex);
}

const char *
raw_server_request(struct raw_server *server, int n)
{
	const char *request;

	pthread_mutex_lock(&server->mutex);
	request = n < server->count ? server->requests[n] : NULL;
	pthread_mutex_unlock(&server->mutex);
	return request;
}

char *
raw_json(int status, const char *extra_headers, const char *body)
{
	char *text;

	if (asprintf(&text, "HTTP/1.1 %d X\r\nContent-Type: application/json\r\n%sContent-Length: %zu\r\n\r\n%s", status,
		     extra_headers, strlen(body), body) < 0)
		abort();
	return text;
}
