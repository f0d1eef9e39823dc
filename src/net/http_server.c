/* SPDX-License-Identifier: MIT */
/*
 * The HTTP server on libmicrohttpd 0.9.75; the only file of this layer that knows the library. What it works around:
 *
 * - poll, not the library's epoll: with an exact multiple of 128 ready sockets that one stalls for a whole timeout;
 * - an answer queued at the first call of the handler closes the connection, so only refusals are given there;
 * - its timeout is for idle connections only, so each connection is under a deadline (http_deadline.h); a request that waits
 *   for its commit has none; among many silent connections the oldest make room;
 * - it joins folded header lines in a wrong way, seen by a name that was moved away from its value;
 * - no limit by peer address, since behind a tunnel all clients share one.
 */
#include "net/http_server.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/i18n.h"
#include "core/json.h"
#include "core/strbuf.h"
#include "net/http_deadline.h"
#include "net/http_socket.h"

enum {
	CONNECTIONS_MAX = 256,  /* with one more, the oldest silent one goes */
	CONNECTIONS_SPARE = 16, /* what the library takes beyond, since a newcomer must be in to be seen */
	CONNECTION_MEMORY = 64 * 1024, /* bounds the headers: more is 431 */
	IDLE_TIMEOUT_S = 5,
	DRAIN_TIMEOUT_MS = 1000,
	DISCARD_MAX = 1024 * 1024, /* of a refused body, before the connection is cut */
};

struct http_connection {
	struct deadline_entry deadline; /* of the request in flight, or of the wait for the next one */
	bool loopback;
};

struct exchange {
	struct http_request request; /* first: handlers get its address */
	struct http_server *server;
	struct MHD_Connection *connection;
	struct http_connection *link;
	enum { EXCHANGE_FRESH, EXCHANGE_BODY, EXCHANGE_SERVED } stage;
	char *target;
	struct strbuf body;
	size_t discarded;
	/* Under the server's lock, since another thread may answer: */
	bool suspended;
	bool answered;
	int status;
	struct MHD_Response *response; /* NULL without memory */
};

struct http_server {
	struct http_handler handler;
	struct MHD_Daemon *daemon;
	struct deadline_watch deadlines;
	pthread_mutex_t lock;
	pthread_cond_t calm; /* wakes http_server_free(): something was answered or is over */
	bool stopping;	     /* new requests are turned away */
	size_t waiting;	     /* suspended, or being resumed */
	size_t open;	     /* exchanges */
};

/* --- connections --------------------------------------------------------------------------------------------------- */

static struct http_connection *
connection_new(struct http_server *server, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	const union MHD_ConnectionInfo *peer = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct http_connection *link = calloc(1, sizeof *link);

	if (fd == NULL || link == NULL) {
		/* Without its place in the list it would have no deadline. */
		if (fd != NULL)
			shutdown(fd->connect_fd, SHUT_RDWR);
		free(link);
		return NULL;
	}
	link->loopback = peer != NULL && http_socket_is_loopback(peer->client_addr);
	deadline_add(&server->deadlines, &link->deadline, fd->connect_fd);
	deadline_make_room(&server->deadlines, CONNECTIONS_MAX);
	return link;
}

static void
on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
	      enum MHD_ConnectionNotificationCode code)
{
	struct http_server *server = context;
	struct http_connection *link;

	switch (code) {
	case MHD_CONNECTION_NOTIFY_STARTED:
		*socket_context = connection_new(server, connection);
		return;
	case MHD_CONNECTION_NOTIFY_CLOSED:
		link = *socket_context;
		if (link == NULL)
			return;
		deadline_remove(&server->deadlines, &link->deadline);
		free(link);
		*socket_context = NULL;
		return;
	}
}

/* --- a request's life ---------------------------------------------------------------------------------------------- */

/* The first sight of a request: its raw target. What is returned comes back as the request's context. */
static void *
on_target(void *context, const char *uri, struct MHD_Connection *connection)
{
	struct http_server *server = context;
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct exchange *exchange = calloc(1, sizeof *exchange);

	if (exchange == NULL || info == NULL || info->socket_context == NULL
	    || (exchange->target = strdup(uri == NULL ? "" : uri)) == NULL) {
		free(exchange);
		return NULL;
	}
	exchange->server = server;
	exchange->connection = connection;
	exchange->link = info->socket_context;
	exchange->request.target = exchange->target;
	exchange->request.loopback = exchange->link->loopback;
	pthread_mutex_lock(&server->lock);
	server->open++;
	pthread_mutex_unlock(&server->lock);
	return exchange;
}

static void
on_completed(void *context, struct MHD_Connection *connection, void **request_context,
	     enum MHD_RequestTerminationCode code)
{
	struct http_server *server = context;
	struct exchange *exchange = *request_context;

	(void)connection;
	(void)code;
	if (exchange == NULL)
		return;
	*request_context = NULL;
	deadline_busy(&server->deadlines, &exchange->link->deadline, false);
	deadline_restart(&server->deadlines, &exchange->link->deadline);
	pthread_mutex_lock(&server->lock);
	server->open--;
	pthread_cond_signal(&server->calm);
	pthread_mutex_unlock(&server->lock);
	if (exchange->response != NULL)
		MHD_destroy_response(exchange->response);
	strbuf_release(&exchange->body);
	http_headers_release(&exchange->request.headers);
	free(exchange->target);
	free(exchange);
}

/*
 * Joining a folded line, the library moves the name and leaves the value where it was; in all other cases only the colon
 * (by now a NUL) and blanks lie between them.
 */
static bool
is_torn(const char *name, size_t name_len, const char *value)
{
	uintptr_t end = (uintptr_t)name + name_len + 1, start = (uintptr_t)value;

	if (value == NULL || start < end || start - end > CONNECTION_MEMORY)
		return true;
	for (const char *between = name + name_len + 1; between < value; between++)
		if (*between != ' ' && *between != '\t')
			return true;
	return false;
}

static enum MHD_Result
on_header(void *context, enum MHD_ValueKind kind, const char *name, size_t name_len, const char *value,
	  size_t value_len)
{
	struct http_headers *headers = context;

	(void)kind;
	if (is_torn(name, name_len, value))
		headers->defect = "A header line is folded.";
	else
		http_headers_add(headers, name, name_len, value, value_len);
	return MHD_YES;
}

/* Hands the answer to the library; false ends the connection without one. */
static enum MHD_Result
give_answer(struct exchange *exchange)
{
	struct MHD_Response *response;
	unsigned status;

	pthread_mutex_lock(&exchange->server->lock);
	response = exchange->response;
	status = (unsigned)exchange->status;
	pthread_mutex_unlock(&exchange->server->lock);
	if (response == NULL)
		return MHD_NO;
	return MHD_queue_response(exchange->connection, status, response);
}

static bool
is_answered(struct exchange *exchange)
{
	bool answered;

	pthread_mutex_lock(&exchange->server->lock);
	answered = exchange->answered;
	pthread_mutex_unlock(&exchange->server->lock);
	return answered;
}

/* Refusals that do not depend on the handler; true if one was given. */
static bool
refuse_unsound(struct exchange *exchange)
{
	struct http_request *request = &exchange->request;
	struct http_server *server = exchange->server;
	bool stopping;

	pthread_mutex_lock(&server->lock);
	stopping = server->stopping;
	pthread_mutex_unlock(&server->lock);
	if (request->headers.defect != NULL)
		http_refuse(request, 400, "bad_request", request->headers.defect);
	else if (strlen(request->target) > HTTP_TARGET_MAX)
		http_refuse(request, 414, "target_too_long", "The request target is longer than 8 KiB.");
	else if (!http_target_is_sound(request->target))
		http_refuse(request, 400, "bad_target", "The request target is not a path in plain ASCII.");
	else if (stopping)
		http_refuse_with(request, 503, "stopping", "The program is about to end; try again.", "Retry-After", "5");
	else
		return false;
	return true;
}

/* The headers are there. Answers at once only what cannot go on; a refused body of moderate size is read to its end first. */
static enum MHD_Result
begin(struct exchange *exchange, const char *method)
{
	struct http_request *request = &exchange->request;
	struct http_server *server = exchange->server;
	size_t body_max = 0;
	uint64_t length;
	bool has_body;

	exchange->stage = EXCHANGE_BODY;
	deadline_busy(&server->deadlines, &exchange->link->deadline, true);
	request->method = method;
	MHD_get_connection_values_n(exchange->connection, MHD_HEADER_KIND, on_header, &request->headers);
	http_headers_check(&request->headers);
	if (refuse_unsound(exchange))
		return give_answer(exchange);
	server->handler.admit(server->handler.context, request, &body_max);
	strbuf_init(&exchange->body, body_max);
	has_body = http_headers_body(&request->headers, &length);
	if (is_answered(exchange))
		return has_body && length <= DISCARD_MAX ? MHD_YES : give_answer(exchange);
	if (has_body && length != UINT64_MAX && length > body_max) {
		http_refuse(request, 413, "too_large", "The body is larger than this route takes.");
		return give_answer(exchange);
	}
	return MHD_YES;
}

static enum MHD_Result
take_body(struct exchange *exchange, const char *bytes, size_t len)
{
	if (is_answered(exchange)) {
		/* The answer follows the body; an endless one gets none. */
		exchange->discarded += len;
		return exchange->discarded <= DISCARD_MAX ? MHD_YES : MHD_NO;
	}
	strbuf_add(&exchange->body, bytes, len);
	if (!exchange->body.failed)
		return MHD_YES;
	if (exchange->body.len + len <= exchange->body.max)
		return MHD_NO; /* no memory: the connection ends, the sender tries again */
	strbuf_release(&exchange->body);
	http_refuse(&exchange->request, 413, "too_large", "The body is larger than this route takes.");
	return MHD_YES;
}

static enum MHD_Result
on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
	   const char *upload, size_t *upload_size, void **request_context)
{
	struct http_server *server = context;
	struct exchange *exchange = *request_context;

	(void)connection;
	(void)url; /* decoded and without its query: of no use for a signature */
	(void)version;
	if (exchange == NULL)
		return MHD_NO;
	if (exchange->stage == EXCHANGE_FRESH)
		return begin(exchange, method);
	if (*upload_size > 0) {
		size_t len = *upload_size;

		*upload_size = 0;
		return take_body(exchange, upload, len);
	}
	if (exchange->stage == EXCHANGE_BODY) {
		exchange->stage = EXCHANGE_SERVED;
		if (!is_answered(exchange)) {
			exchange->request.body = strbuf_text(&exchange->body);
			exchange->request.body_len = exchange->body.len;
			server->handler.serve(server->handler.context, &exchange->request);
		}
		/* A suspended connection comes back here when it is resumed. */
		return is_answered(exchange) ? give_answer(exchange) : MHD_YES;
	}
	return give_answer(exchange);
}

/* --- answers ------------------------------------------------------------------------------------------------------- */

static bool
add_headers(struct MHD_Response *response, const struct http_answer *answer)
{
	if (answer->content_type != NULL
	    && MHD_add_response_header(response, "Content-Type", answer->content_type) == MHD_NO)
		return false;
	if (answer->header != NULL && MHD_add_response_header(response, answer->header, answer->header_value) == MHD_NO)
		return false;
	/* The rest of a refused request may be another request in disguise. */
	if (answer->status >= 400 && MHD_add_response_header(response, "Connection", "close") == MHD_NO)
		return false;
	return MHD_add_response_header(response, "Cache-Control",
				       answer->cache != NULL ? answer->cache : "no-store") == MHD_YES
	       && MHD_add_response_header(response, "X-Content-Type-Options", "nosniff") == MHD_YES;
}

/* Closes the file also when there is no memory. */
static struct MHD_Response *
make_file_response(const struct http_answer *answer)
{
	struct MHD_Response *response = MHD_create_response_from_fd64(answer->body_len, answer->fd);

	if (response == NULL)
		close(answer->fd);
	return response;
}

static struct MHD_Response *
make_response(const struct http_answer *answer)
{
	struct MHD_Response *response;
	void *body = answer->owned_body;
	enum MHD_ResponseMemoryMode mode = MHD_RESPMEM_MUST_FREE;
	static char nothing[1];

	if (body == NULL) {
		/* Copied by the library, which only wants a pointer that is not const. */
		body = answer->body_len > 0 ? (void *)(uintptr_t)answer->body : nothing;
		mode = MHD_RESPMEM_MUST_COPY;
	}
	if (answer->from_file)
		response = make_file_response(answer);
	else
		response = MHD_create_response_from_buffer(answer->body_len, body, mode);
	if (response == NULL) {
		free(answer->owned_body);
		return NULL;
	}
	if (!add_headers(response, answer)) {
		MHD_destroy_response(response);
		return NULL;
	}
	return response;
}

void
http_answer(struct http_request *request, const struct http_answer *answer)
{
	struct exchange *exchange = (struct exchange *)request;
	struct http_server *server = exchange->server;
	struct MHD_Connection *connection = exchange->connection;
	struct MHD_Response *response = make_response(answer);
	bool suspended;

	pthread_mutex_lock(&server->lock);
	exchange->response = response;
	exchange->status = answer->status;
	exchange->answered = true;
	suspended = exchange->suspended;
	exchange->suspended = false;
	pthread_mutex_unlock(&server->lock);
	/* A large file over a slow line takes its time. */
	if (answer->from_file)
		deadline_exempt(&server->deadlines, &exchange->link->deadline);
	if (!suspended)
		return;
	deadline_restart(&server->deadlines, &exchange->link->deadline);
	MHD_resume_connection(connection);
	/* The exchange may be over by now; the server waits for this count. */
	pthread_mutex_lock(&server->lock);
	server->waiting--;
	pthread_cond_signal(&server->calm);
	pthread_mutex_unlock(&server->lock);
}

/* NULL without memory: then the answer has its status alone. */
static char *
error_body(const char *code, const char *message)
{
	struct json *root = json_new_object();
	struct json *error = NULL;
	char *text = NULL;

	if (root != NULL && json_add_boolean(root, "success", false) != NULL)
		error = json_add_object(root, "error");
	if (error != NULL && json_add_string(error, "code", code) != NULL
	    && json_add_string(error, "message", message) != NULL)
		text = json_print(root);
	json_free(root);
	return text;
}

void
http_refuse_with(struct http_request *request, int status, const char *code, const char *message, const char *header,
		 const char *header_value)
{
	struct http_answer answer = {
		.status = status,
		.content_type = "application/json",
		.owned_body = error_body(code, message),
		.header = header,
		.header_value = header_value,
	};

	answer.body_len = answer.owned_body != NULL ? strlen(answer.owned_body) : 0;
	http_answer(request, &answer);
}

void
http_refuse(struct http_request *request, int status, const char *code, const char *message)
{
	http_refuse_with(request, status, code, message, NULL, NULL);
}

void
http_suspend(struct http_request *request)
{
	struct exchange *exchange = (struct exchange *)request;
	struct http_server *server = exchange->server;

	pthread_mutex_lock(&server->lock);
	exchange->suspended = true;
	server->waiting++;
	pthread_mutex_unlock(&server->lock);
	deadline_exempt(&server->deadlines, &exchange->link->deadline);
	MHD_suspend_connection(exchange->connection);
}

/* --- start and end ------------------------------------------------------------------------------------------------- */

static struct http_server *
server_alloc(const struct http_handler *handler)
{
	struct http_server *server = calloc(1, sizeof *server);
	pthread_condattr_t attributes;

	if (server == NULL)
		return NULL;
	server->handler = *handler;
	pthread_mutex_init(&server->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&server->calm, &attributes);
	pthread_condattr_destroy(&attributes);
	return server;
}

static void
server_release(struct http_server *server)
{
	pthread_cond_destroy(&server->calm);
	pthread_mutex_destroy(&server->lock);
	free(server);
}

static struct MHD_Daemon *
start_daemon(struct http_server *server, int fd)
{
	return MHD_start_daemon(MHD_USE_POLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC, 0, NULL, NULL,
				on_request, server, MHD_OPTION_LISTEN_SOCKET, fd,
				MHD_OPTION_URI_LOG_CALLBACK, on_target, server,
				MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
				MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
				MHD_OPTION_STRICT_FOR_CLIENT, 1,
				MHD_OPTION_CONNECTION_LIMIT, (unsigned)(CONNECTIONS_MAX + CONNECTIONS_SPARE),
				MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
				MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_TIMEOUT_S,
				MHD_OPTION_END);
}

enum status
http_server_new(int fd, const struct http_handler *handler, struct http_server **out, struct err *err)
{
	struct http_server *server = server_alloc(handler);
	enum status status;

	if (server == NULL) {
		close(fd);
		return err_set(err, STATUS_NO_MEMORY, _("There is no memory for the listener."));
	}
	status = deadline_watch_start(&server->deadlines, HTTP_REQUEST_DEADLINE_MS, err);
	if (status != STATUS_OK) {
		close(fd);
		server_release(server);
		return status;
	}
	server->daemon = start_daemon(server, fd);
	if (server->daemon == NULL) {
		deadline_watch_stop(&server->deadlines);
		close(fd);
		server_release(server);
		return err_set(err, STATUS_FAILED, _("The listener cannot be started; close other programs."));
	}
	*out = server;
	return STATUS_OK;
}

void
http_server_free(struct http_server *server)
{
	struct timespec until;
	int64_t until_ms;
	MHD_socket fd;

	if (server == NULL)
		return;
	fd = MHD_quiesce_daemon(server->daemon);
	if (fd != MHD_INVALID_SOCKET)
		close(fd);
	pthread_mutex_lock(&server->lock);
	server->stopping = true;
	while (server->waiting > 0)
		pthread_cond_wait(&server->calm, &server->lock);
	until_ms = clock_monotonic_ms() + DRAIN_TIMEOUT_MS;
	until = (struct timespec){ .tv_sec = (time_t)(until_ms / 1000), .tv_nsec = (long)(until_ms % 1000) * 1000000 };
	while (server->open > 0 && pthread_cond_timedwait(&server->calm, &server->lock, &until) == 0)
		;
	pthread_mutex_unlock(&server->lock);
	MHD_stop_daemon(server->daemon);
	deadline_watch_stop(&server->deadlines);
	server_release(server);
}
