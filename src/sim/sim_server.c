/* SPDX-License-Identifier: MIT */
/* The socket is bound here rather than by the library, so that a failure can be told in words. */
#include "sim/sim_server.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/i18n.h"

#define BODY_MAX (256u * 1024)
#define ANSWER_MAX (16u * 1024 * 1024)
#define CONNECTION_MAX 1024u
#define IDLE_TIMEOUT_S 60u

struct sim_server {
	struct MHD_Daemon *daemon;
	sim_handler handler;
	void *arg;
	int port;
	char url[80];
};

struct exchange {
	char *target;
	struct strbuf body;
	bool begun;
};

/* What the half answer sends: `len` of the bytes it promised. */
struct half {
	struct strbuf body;
	size_t len;
};

static void *
take_target(void *arg, const char *uri, struct MHD_Connection *connection)
{
	struct exchange *exchange = calloc(1, sizeof *exchange);

	(void)arg;
	(void)connection;
	if (exchange == NULL)
		return NULL;
	exchange->target = strdup(uri);
	strbuf_init(&exchange->body, BODY_MAX);
	return exchange;
}

static void
finish(void *arg, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode how)
{
	struct exchange *exchange = *context;

	(void)arg;
	(void)connection;
	(void)how;
	if (exchange == NULL)
		return;
	strbuf_release(&exchange->body);
	free(exchange->target);
	free(exchange);
	*context = NULL;
}

static const char *
header(struct MHD_Connection *connection, const char *name)
{
	const char *value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);

	return value != NULL ? value : "";
}

static ssize_t
read_half(void *arg, uint64_t position, char *out, size_t max)
{
	struct half *half = arg;
	size_t left = position < half->len ? half->len - (size_t)position : 0;

	if (left == 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (left > max)
		left = max;
	memcpy(out, half->body.data + position, left);
	return (ssize_t)left;
}

static void
free_half(void *arg)
{
	struct half *half = arg;

	strbuf_release(&half->body);
	free(half);
}

/* Takes the body out of `answer`. */
static struct MHD_Response *
make_response(struct sim_answer *answer)
{
	struct half *half;

	if (answer->ending == SIM_ANSWER_HALF && answer->body.len >= 2) {
		half = calloc(1, sizeof *half);
		if (half == NULL)
			return NULL;
		half->body = answer->body;
		half->len = answer->body.len / 2;
		strbuf_init(&answer->body, ANSWER_MAX);
		return MHD_create_response_from_callback(half->body.len, 4096, read_half, half, free_half);
	}
	return MHD_create_response_from_buffer(answer->body.len, answer->body.len > 0 ? answer->body.data : NULL,
					       MHD_RESPMEM_MUST_COPY);
}

static void
add_header(struct MHD_Response *response, const char *name, const char *value)
{
	if (value[0] != '\0')
		MHD_add_response_header(response, name, value);
}

static enum MHD_Result
send_answer(struct MHD_Connection *connection, struct sim_answer *answer)
{
	struct MHD_Response *response;
	enum MHD_Result result;

	if (answer->ending == SIM_ANSWER_NONE)
		return MHD_NO; /* the library closes the connection */
	response = make_response(answer);
	if (response == NULL)
		return MHD_NO;
	if (answer->body.len > 0 || answer->ending == SIM_ANSWER_HALF)
		add_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->content_type);
	add_header(response, MHD_HTTP_HEADER_LOCATION, answer->location);
	add_header(response, MHD_HTTP_HEADER_RETRY_AFTER, answer->retry_after);
	add_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, answer->authenticate);
	add_header(response, MHD_HTTP_HEADER_ALLOW, answer->allow);
	add_header(response, "Twilio-Request-Id", answer->request_id);
	add_header(response, "Twilio-Concurrent-Requests", answer->concurrent);
	result = MHD_queue_response(connection, (unsigned)answer->status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result
handle(void *arg, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
       const char *data, size_t *size, void **context)
{
	struct sim_server *server = arg;
	struct exchange *exchange = *context;
	struct sim_request request;
	struct sim_answer answer = { .status = MHD_HTTP_OK, .content_type = "application/json" };
	enum MHD_Result result;

	(void)url;
	(void)version;
	if (exchange == NULL || exchange->target == NULL)
		return MHD_NO;
	if (!exchange->begun) {
		exchange->begun = true;
		return MHD_YES;
	}
	if (*size > 0) {
		strbuf_add(&exchange->body, data, *size);
		*size = 0;
		return MHD_YES;
	}
	request = (struct sim_request){
		.method = method,
		.target = exchange->target,
		.host = header(connection, MHD_HTTP_HEADER_HOST),
		.authorization = header(connection, MHD_HTTP_HEADER_AUTHORIZATION),
		.content_type = header(connection, MHD_HTTP_HEADER_CONTENT_TYPE),
		.signature = header(connection, "X-Twilio-Signature"),
		.token = header(connection, "I-Twilio-Idempotency-Token"),
		.body = strbuf_text(&exchange->body),
		.body_len = exchange->body.len,
	};
	strbuf_init(&answer.body, ANSWER_MAX);
	if (exchange->body.failed)
		answer.status = MHD_HTTP_CONTENT_TOO_LARGE;
	else
		server->handler(server->arg, &request, &answer);
	if (answer.body.failed) {
		strbuf_clear(&answer.body);
		answer.status = MHD_HTTP_INTERNAL_SERVER_ERROR;
	}
	result = send_answer(connection, &answer);
	strbuf_release(&answer.body);
	return result;
}

/* Splits "ADDR:PORT" at the last colon; brackets around an IPv6 address go. */
static bool
split_listen(const char *listen_at, char host[64], char port[8])
{
	const char *colon = strrchr(listen_at, ':');
	size_t len = colon != NULL ? (size_t)(colon - listen_at) : 0;

	if (len == 0 || len >= 64 || colon[1] == '\0' || strlen(colon + 1) >= 6
	    || strspn(colon + 1, "0123456789") != strlen(colon + 1))
		return false;
	memcpy(port, colon + 1, strlen(colon + 1) + 1);
	if (listen_at[0] == '[' && listen_at[len - 1] == ']') {
		listen_at++;
		len -= 2;
	}
	memcpy(host, listen_at, len);
	host[len] = '\0';
	return true;
}

static int
bind_socket(const struct addrinfo *address)
{
	int on = 1;
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, address->ai_addr, address->ai_addrlen) != 0 || listen(fd, 512) != 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

/* Writes port and URL of the bound socket. */
static bool
describe(struct sim_server *server, int fd)
{
	struct sockaddr_storage bound;
	socklen_t len = sizeof bound;
	char host[NI_MAXHOST], port[NI_MAXSERV];
	const char *shown = host;

	if (getsockname(fd, (struct sockaddr *)&bound, &len) != 0
	    || getnameinfo((struct sockaddr *)&bound, len, host, sizeof host, port, sizeof port,
			   NI_NUMERICHOST | NI_NUMERICSERV)
		       != 0)
		return false;
	if (strcmp(host, "0.0.0.0") == 0)
		shown = "127.0.0.1";
	else if (strcmp(host, "::") == 0)
		shown = "::1";
	server->port = (int)strtol(port, NULL, 10);
	snprintf(server->url, sizeof server->url, strchr(shown, ':') != NULL ? "http://[%.45s]:%d" : "http://%.45s:%d",
		 shown, server->port);
	return true;
}

static enum status
open_socket(struct sim_server *server, const char *listen_at, int *fd, struct err *err)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
				  .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
	struct addrinfo *address = NULL;
	enum status status = STATUS_OK;
	char host[64], port[8];

	if (!split_listen(listen_at, host, port) || strtol(port, NULL, 10) > 65535
	    || getaddrinfo(host, port, &hints, &address) != 0)
		return err_set(err, STATUS_INVALID,
			       _("\"%s\" is no address to listen on; write it like 127.0.0.1:8081."), listen_at);
	*fd = bind_socket(address);
	if (*fd < 0)
		status = err_set(err, STATUS_BUSY,
				 _("Cannot listen on %s: %s. Choose another port, or 0 for any free one."), listen_at,
				 strerror(errno));
	else if (!describe(server, *fd))
		status = err_set(err, STATUS_FAILED, _("Cannot find out the address of the listening socket: %s."),
				 strerror(errno));
	freeaddrinfo(address);
	return status;
}

enum status
sim_server_new(const char *listen_at, sim_handler handler, void *arg, struct sim_server **out, struct err *err)
{
	struct sim_server *server = calloc(1, sizeof *server);
	enum status status;
	int fd = -1;

	if (server == NULL)
		return err_set(err, STATUS_NO_MEMORY, _("There is no memory for the pretend carrier's server."));
	server->handler = handler;
	server->arg = arg;
	status = open_socket(server, listen_at, &fd, err);
	if (status != STATUS_OK)
		goto fail;
	*out = server; /* before the first handler can run */
	server->daemon = MHD_start_daemon(
		MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL | MHD_USE_ITC, 0, NULL,
		NULL, handle, server, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_URI_LOG_CALLBACK, take_target, NULL,
		MHD_OPTION_NOTIFY_COMPLETED, finish, NULL, MHD_OPTION_CONNECTION_LIMIT, CONNECTION_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, IDLE_TIMEOUT_S, MHD_OPTION_END);
	if (server->daemon == NULL) {
		status = err_set(err, STATUS_FAILED, _("The pretend carrier's server cannot be started."));
		goto fail;
	}
	return STATUS_OK;
fail:
	*out = NULL;
	if (fd >= 0)
		close(fd);
	free(server);
	return status;
}

void
sim_server_free(struct sim_server *server)
{
	if (server == NULL)
		return;
	MHD_stop_daemon(server->daemon); /* closes the socket too */
	free(server);
}

int
sim_server_port(const struct sim_server *server)
{
	return server->port;
}

const char *
sim_server_url(const struct sim_server *server)
{
	return server->url;
}
