/* SPDX-License-Identifier: MIT */
/*
 * The table of routes and the order in which a request is judged: path, method, who it is (as far as headers tell), type
 * and announced size of the body; only then is the body read. Signatures cover the body, so they come last.
 */
#include "net/listener.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/digest.h"
#include "core/i18n.h"
#include "core/log.h"
#include "core/strbuf.h"
#include "net/http_socket.h"
#include "net/listener_parts.h"
#include "net/route.h"

static const struct route routes[] = {
	{ .pattern = "/api/webhooks/sms", .method = "POST", .who = ROUTE_SIGNED, .body = ROUTE_FORM,
	  .handle = webhook_message },
	{ .pattern = "/api/webhooks/whatsapp", .method = "POST", .who = ROUTE_SIGNED, .body = ROUTE_FORM,
	  .handle = webhook_message },
	{ .pattern = "/api/webhooks/message-status", .method = "POST", .who = ROUTE_SIGNED, .body = ROUTE_FORM,
	  .handle = webhook_status },
	{ .pattern = "/api/webhooks/message-status/{id}", .method = "POST", .who = ROUTE_SIGNED, .body = ROUTE_FORM,
	  .handle = webhook_status },
	{ .pattern = "/api/messaging/send", .method = "POST", .who = ROUTE_BEARER, .body = ROUTE_JSON,
	  .handle = api_send },
	{ .pattern = "/api/messaging/conversations", .method = "GET", .who = ROUTE_BEARER, .body = ROUTE_NO_BODY,
	  .handle = api_conversations },
	{ .pattern = "/api/messaging/conversations/{id}/messages", .method = "GET", .who = ROUTE_BEARER,
	  .body = ROUTE_NO_BODY, .handle = api_conversation_messages },
	{ .pattern = "/api/messaging/messages/{id}", .method = "GET", .who = ROUTE_BEARER, .body = ROUTE_NO_BODY,
	  .handle = api_message },
	{ .pattern = "/api/media/{rest}", .method = "GET", .who = ROUTE_TOKEN_IN_PATH, .body = ROUTE_NO_BODY,
	  .handle = api_media },
	{ .pattern = "/api/media/{rest}", .method = "HEAD", .who = ROUTE_TOKEN_IN_PATH, .body = ROUTE_NO_BODY,
	  .handle = api_media },
	{ .pattern = "/healthz", .method = "GET", .who = ROUTE_LOOPBACK, .body = ROUTE_NO_BODY, .handle = api_health },
	{ .pattern = "/metrics", .method = "GET", .who = ROUTE_LOOPBACK_OR_BEARER, .body = ROUTE_NO_BODY,
	  .handle = api_metrics },
};

enum { ROUTE_COUNT = sizeof routes / sizeof routes[0] };

void
listener_unavailable(struct http_request *request)
{
	http_refuse_with(request, 503, "unavailable", "The message store cannot be used now; try again.", "Retry-After",
			 "5");
}

/* True if the request carries the API token; else it is answered. */
static bool
has_token(struct listener *listener, struct http_request *request)
{
	const char *expected = listener->config->api_token;
	const char *given = http_bearer(http_headers_only(&request->headers, HTTP_HEADER_AUTHORIZATION));
	char seconds[24];
	int64_t retry_after_s;

	if (expected[0] == '\0') {
		http_refuse(request, 403, "api_off",
			    "The API is off: set HILO_API_TOKEN (or token under [api] in the configuration file) and start again.");
		return false;
	}
	if (given != NULL && digest_equal(given, expected))
		return true;
	/* Without a token nothing was guessed. */
	if (given != NULL && token_guard_wrong(&listener->guard, clock_monotonic_ms(), &retry_after_s)) {
		snprintf(seconds, sizeof seconds, "%lld", (long long)retry_after_s);
		http_refuse_with(request, 429, "too_many_attempts", "Too many wrong tokens; try again later.", "Retry-After",
				 seconds);
		return false;
	}
	log_warning("api-refused reason=%s", given == NULL ? "no-token" : "wrong-token");
	http_refuse_with(request, 401, "unauthorized", "The request needs the header Authorization: Bearer with the API token.",
			 "WWW-Authenticate", "Bearer");
	return false;
}

static bool
may_come_in(struct listener *listener, struct http_request *request, const struct route *route)
{
	switch (route->who) {
	case ROUTE_SIGNED:
	case ROUTE_TOKEN_IN_PATH:
		return true;
	case ROUTE_BEARER:
		return has_token(listener, request);
	case ROUTE_LOOPBACK:
		if (!request->loopback)
			http_refuse(request, 403, "local_only", "This route is for programs on the same machine.");
		return request->loopback;
	case ROUTE_LOOPBACK_OR_BEARER:
		return request->loopback || has_token(listener, request);
	}
	return false;
}

static bool
has_right_type(const struct http_request *request, const struct route *route)
{
	const char *type = http_headers_only(&request->headers, HTTP_HEADER_CONTENT_TYPE);

	switch (route->body) {
	case ROUTE_NO_BODY:
		return true;
	case ROUTE_FORM:
		return http_content_type_is(type, "application/x-www-form-urlencoded");
	case ROUTE_JSON:
		return http_content_type_is(type, "application/json");
	}
	return false;
}

static size_t
body_limit(const struct route *route)
{
	switch (route->body) {
	case ROUTE_NO_BODY:
		return 0;
	case ROUTE_FORM:
		return LISTENER_FORM_MAX;
	case ROUTE_JSON:
		return LISTENER_JSON_MAX;
	}
	return 0;
}

static void
admit(void *context, struct http_request *request, size_t *body_max)
{
	struct listener *listener = context;
	const struct route *route = NULL;
	char allow[32];
	int64_t id;

	switch (route_find(routes, ROUTE_COUNT, request->method, request->target, &route, &id, allow)) {
	case ROUTE_NO_PATH:
		http_refuse(request, 404, "not_found", "There is nothing at this path.");
		return;
	case ROUTE_NO_METHOD:
		http_refuse_with(request, 405, "method_not_allowed", "This path takes another method.", "Allow", allow);
		return;
	case ROUTE_FOUND:
		break;
	}
	*body_max = body_limit(route);
	if (!may_come_in(listener, request, route))
		return;
	if (!has_right_type(request, route))
		http_refuse(request, 415, "unsupported_type",
			    route->body == ROUTE_FORM ? "The body must be application/x-www-form-urlencoded."
						      : "The body must be application/json.");
}

static void
serve(void *context, struct http_request *request)
{
	const struct route *route = NULL;
	char allow[32];
	int64_t id;

	/* Found before, in admit(). */
	if (route_find(routes, ROUTE_COUNT, request->method, request->target, &route, &id, allow) == ROUTE_FOUND)
		route->handle(context, request, id);
	else
		http_refuse(request, 404, "not_found", "There is nothing at this path.");
}

static char *
make_public_url(const struct config *config, int port)
{
	struct strbuf url;

	strbuf_init(&url, 4096);
	if (config->public_url[0] != '\0')
		strbuf_add_string(&url, config->public_url);
	else
		strbuf_add_format(&url, strchr(config->listen_host, ':') != NULL ? "http://[%s]:%d" : "http://%s:%d",
				  config->listen_host, port);
	return strbuf_detach(&url);
}

/* The port is a part of the URL that signatures are checked against, so it is known before anything is served. */
static enum status
start(struct listener *listener, struct err *err)
{
	const struct config *config = listener->config;
	struct http_handler handler = { .admit = admit, .serve = serve, .context = listener };
	enum status status;
	int fd;

	status = http_socket_open(config->listen_host, config->listen_port, &fd, err);
	if (status != STATUS_OK)
		return status;
	listener->port = http_socket_port(fd);
	listener->public_url = make_public_url(config, listener->port);
	if (listener->public_url == NULL) {
		close(fd);
		return err_set(err, STATUS_NO_MEMORY, _("There is no memory for the listener."));
	}
	return http_server_new(fd, &handler, &listener->server, err);
}

enum status
listener_new(const struct listener_options *options, struct listener **out, struct err *err)
{
	struct listener *listener = calloc(1, sizeof *listener);
	enum status status;

	if (listener == NULL)
		return err_set(err, STATUS_NO_MEMORY, _("There is no memory for the listener."));
	listener->config = options->config;
	listener->writer = options->writer;
	for (int i = 0; i < WEBHOOK_RESULT_COUNT; i++)
		atomic_init(&listener->webhooks[i], 0);
	atomic_init(&listener->write_proved_at_ms, 0);
	listener->database = strdup(options->database);
	status = listener->database != NULL ? db_open(options->database, DB_READ_ONLY, &listener->db, err)
					    : err_set(err, STATUS_NO_MEMORY, _("There is no memory for the listener."));
	if (status == STATUS_OK)
		status = start(listener, err);
	if (status != STATUS_OK) {
		listener_free(listener);
		return status;
	}
	log_info("listener-started host=%s port=%d", options->config->listen_host, listener_port(listener));
	*out = listener;
	return STATUS_OK;
}

void
listener_free(struct listener *listener)
{
	if (listener == NULL)
		return;
	http_server_free(listener->server);
	db_close(listener->db);
	free(listener->public_url);
	free(listener->database);
	free(listener);
}

int
listener_port(const struct listener *listener)
{
	return listener->port;
}
