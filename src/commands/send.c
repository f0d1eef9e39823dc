/* SPDX-License-Identifier: MIT */
/*
 * hilo send: queues one message (with several files: one for each) under the same rules as everybody else. A file of this machine
 * is copied beside the data and fetched by the carrier from the services, which must run then. With --wait it
 * runs the services itself when no other process does, and follows the message by the change signal.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/options.h"
#include "commands/session.h"
#include "core/attachment.h"
#include "core/clock.h"
#include "core/delivery.h"
#include "core/file_store.h"
#include "core/i18n.h"
#include "core/json.h"
#include "core/media_url.h"
#include "core/message.h"
#include "core/outbox.h"
#include "core/served_file.h"
#include "core/strbuf.h"
#include "core/utf8.h"

#define TEXT_MAX_BYTES (64 * 1024)
#define VARIABLES_MAX 100
#define MEDIA_MAX 10
#define WAIT_STANDARD_S 60

enum { OPTION_CHANNEL, OPTION_TO, OPTION_SUBJECT, OPTION_TEMPLATE, OPTION_VAR, OPTION_MEDIA, OPTION_WAIT };

const struct option_row send_options[] = {
	[OPTION_CHANNEL] = { "--channel", N_("CHANNEL"), false, N_("sms, whatsapp or email") },
	[OPTION_TO] = { "--to", N_("ADDRESS"), false, N_("number with its country code, or mail address") },
	[OPTION_SUBJECT] = { "--subject", N_("TEXT"), false, N_("subject (email only)") },
	[OPTION_TEMPLATE] = { "--template", N_("NAME"), false, N_("an approved template in place of a text") },
	[OPTION_VAR] = { "--var", N_("KEY=VALUE"), false, N_("a variable of the template; may be repeated") },
	[OPTION_MEDIA] = { "--media", N_("FILE"), false, N_("a picture or file, or its http address; may be repeated") },
	[OPTION_WAIT] = { "--wait", N_("SECONDS"), true,
			  N_("follow the message to its end, 60 seconds at most unless given") },
	{ .name = NULL },
};

struct request {
	bool has_channel;
	enum channel channel;
	const char *to;
	const char *subject;
	const char *template_name;
	const char *media[MEDIA_MAX];
	size_t media_count;
	struct file_stored files[MEDIA_MAX]; /* of those that are files here; else the path is "" */
	char *urls[MEDIA_MAX]; /* owned; of those that are files here */
	const char *text; /* "-" = standard input; NULL = none */
	const char *variable_names[VARIABLES_MAX]; /* "KEY=VALUE" */
	size_t variable_count;
	long wait_s; /* 0 = do not wait */
	char *body;	 /* owned */
	char *variables; /* owned, JSON */
	/* A message holds one file, so further ones are messages of their own. */
	int64_t message_ids[MEDIA_MAX];
	size_t message_count;
};

static bool
take_option(const struct option_reader *reader, int which, const char *value, struct request *request)
{
	long range[2] = { 1, 86400 };

	switch (which) {
	case OPTION_CHANNEL:
		request->has_channel = channel_parse(value, &request->channel);
		if (!request->has_channel)
			option_wrong(reader->command, _("There is no channel \"%s\"; use sms, whatsapp or email."),
				     value);
		return request->has_channel;
	case OPTION_TO:
		request->to = value;
		return true;
	case OPTION_SUBJECT:
		request->subject = value;
		return true;
	case OPTION_TEMPLATE:
		request->template_name = value;
		return true;
	case OPTION_VAR:
		if (value[0] == '=' || strchr(value, '=') == NULL || request->variable_count == VARIABLES_MAX) {
			option_wrong(reader->command, _("--var needs KEY=VALUE, at most %d times."), VARIABLES_MAX);
			return false;
		}
		request->variable_names[request->variable_count++] = value;
		return true;
	case OPTION_MEDIA:
		if ((!media_url_valid(value) && access(value, R_OK) != 0) || request->media_count == MEDIA_MAX) {
			option_wrong(reader->command,
				     _("--media needs a file that can be read, or an http or https address, at most %d times."),
				     MEDIA_MAX);
			return false;
		}
		request->media[request->media_count++] = value;
		return true;
	case OPTION_WAIT:
		request->wait_s = WAIT_STANDARD_S;
		return value == NULL || option_number(reader, "--wait", value, range, &request->wait_s);
	}
	return false;
}

static int
read_options(struct option_reader *reader, struct request *request)
{
	const char *value;
	int which;

	while ((which = option_next(reader, &value)) != OPTION_END) {
		if (which == OPTION_WRONG)
			return EXIT_USAGE;
		if (which == OPTION_OPERAND && request->text != NULL)
			return option_wrong(reader->command, "%s", _("Give the text as one word, in quotation marks."));
		if (which == OPTION_OPERAND)
			request->text = value;
		else if (!take_option(reader, which, value, request))
			return EXIT_USAGE;
	}
	if (!request->has_channel || request->to == NULL)
		return option_wrong(reader->command, "%s", _("--channel and --to are needed."));
	if (request->text == NULL && request->template_name == NULL && request->media_count == 0)
		return option_wrong(reader->command, "%s",
				    _("There is nothing to send: give a text, - to read it, --template or --media."));
	if (request->variable_count > 0 && request->template_name == NULL)
		return option_wrong(reader->command, "%s", _("--var belongs to a --template."));
	if (request->media_count > 0 && request->template_name != NULL)
		return option_wrong(reader->command, "%s",
				    _("--media does not go with --template, which brings its own files."));
	if (request->subject != NULL && !channel_info(request->channel)->has_subject)
		return option_wrong(reader->command, "%s", _("--subject is for email only."));
	return EXIT_DONE;
}

/* The text to send, from the command line or from standard input without its last line end. */
static enum status
read_body(struct request *request, struct err *err)
{
	struct strbuf text;
	char block[4096];
	size_t got;

	strbuf_init(&text, TEXT_MAX_BYTES);
	if (request->text != NULL && strcmp(request->text, "-") != 0)
		strbuf_add_string(&text, request->text);
	while (request->text != NULL && strcmp(request->text, "-") == 0 && !text.failed
	       && (got = fread(block, 1, sizeof block, stdin)) > 0)
		strbuf_add(&text, block, got);
	if (text.len > 0 && text.data[text.len - 1] == '\n' && strcmp(request->text, "-") == 0)
		text.data[--text.len] = '\0';
	if (text.failed || memchr(strbuf_text(&text), '\0', text.len) != NULL
	    || !utf8_valid(strbuf_text(&text), text.len)) {
		strbuf_release(&text);
		return err_set(err, STATUS_INVALID, "%s", _("The text must be UTF-8 and at most 64 KiB."));
	}
	request->body = strdup(strbuf_text(&text));
	strbuf_release(&text);
	return request->body != NULL ? STATUS_OK
				     : err_set(err, STATUS_NO_MEMORY, "%s",
					       _("There is not enough memory; close other programs and try again."));
}

static enum status
build_variables(struct request *request, struct err *err)
{
	struct json *object = json_new_object();
	bool whole = object != NULL;

	for (size_t i = 0; whole && i < request->variable_count; i++) {
		const char *equals = strchr(request->variable_names[i], '=');
		char *name = strndup(request->variable_names[i], (size_t)(equals - request->variable_names[i]));

		whole = name != NULL && json_add_string(object, name, equals + 1) != NULL;
		free(name);
	}
	if (whole)
		request->variables = json_print(object);
	json_free(object);
	return request->variables != NULL ? STATUS_OK
					  : err_set(err, STATUS_NO_MEMORY, "%s",
						    _("There is not enough memory; close other programs and try "
						      "again."));
}

/* Copies the files among the media to where the carrier will fetch them, while whoever runs the services serves them. */
static enum status
take_files(const struct session *session, struct request *request, struct err *err)
{
	const char *problem = served_file_problem(session->config.public_url);
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < request->media_count; i++) {
		struct file_stored *file = &request->files[i];

		if (media_url_valid(request->media[i]))
			continue;
		status = problem == NULL ? file_store_import(session->database, request->media[i], NULL, file, err)
					 : err_set(err, STATUS_INVALID, "%s", problem);
		if (status == STATUS_OK)
			status = media_limit(request->channel, file->content_type, file->size, err);
	}
	return status;
}

/* What was copied and is not sent would only lie there. */
static void
drop_files(const struct session *session, const struct request *request)
{
	for (size_t i = 0; i < request->media_count; i++) {
		char *path = request->files[i].path[0] != '\0' ? attachment_file(session->database, request->files[i].path) : NULL;

		if (path != NULL)
			unlink(path);
		free(path);
	}
}

struct enqueue_work {
	struct outgoing outgoing;
	struct outgoing_result result;
	struct request *request;
	const char *public_url;
};

/* The address of file `number`, for a copy of ours a new one. */
static enum status
media_address(struct db *db, const struct enqueue_work *work, size_t number, const char **out, struct err *err)
{
	struct request *request = work->request;
	const struct file_stored *file = &request->files[number];
	struct served_file_new served = { .path = file->path,
					  .content_type = file->content_type,
					  .name = file->name,
					  .size = file->size };
	char token[SERVED_TOKEN_SIZE];
	enum status status;

	*out = request->media[number];
	if (file->path[0] == '\0')
		return STATUS_OK;
	status = served_file_add(db, &served, work->outgoing.now_ms, token, err);
	if (status != STATUS_OK)
		return status;
	free(request->urls[number]);
	*out = request->urls[number] = served_file_url(work->public_url, token, file->name);
	return *out != NULL ? STATUS_OK
			    : err_set(err, STATUS_NO_MEMORY, "%s",
				      _("There is not enough memory; close other programs and try again."));
}

/* All of them or none. */
static enum status
enqueue(struct db *db, void *arg, struct err *err)
{
	struct enqueue_work *work = arg;
	struct request *request = work->request;
	struct outgoing outgoing = work->outgoing;
	enum status status = STATUS_OK;

	request->message_count = 0;
	do {
		size_t number = request->message_count;

		if (number < request->media_count)
			status = media_address(db, work, number, &outgoing.media_url, err);
		if (status != STATUS_OK)
			return status;
		status = outbox_enqueue(db, &outgoing, &work->result, err);
		if (status == STATUS_OK && work->result.problem != SEND_FINE)
			status = err_set(err, STATUS_INVALID, "%s", send_problem_text(work->result.problem));
		if (status != STATUS_OK)
			return status;
		request->message_ids[request->message_count++] = work->result.message_id;
		outgoing.body = "";
	} while (request->message_count < request->media_count);
	return STATUS_OK;
}

static enum status
queue_messages(struct session *session, struct request *request, struct err *err)
{
	const struct config *config = &session->config;
	struct enqueue_work work = {
		.outgoing = {
			.channel = request->channel,
			.to = request->to,
			.own_address = config_sender(config, request->channel),
			.body = request->body,
			.subject = request->subject,
			.template_name = request->template_name,
			.variables = request->template_name != NULL ? request->variables : NULL,
			.author = config->agent_name,
			.origin = "command",
			.limit_count = config->limit_count,
			.limit_ms = (int64_t)config->limit_seconds * 1000,
			.now_ms = clock_now_ms(),
		},
		.result = { .problem = SEND_FINE },
		.request = request,
		.public_url = config->public_url,
	};
	enum status status = writer_run(session->writer, enqueue, &work, err);

	if (status != STATUS_OK && work.result.problem == SEND_NO_SENDER && config_missing(config) != NULL)
		return err_set(err, STATUS_INVALID, "%s", config_missing(config));
	return status;
}

/* --- --wait --- */

/* Says how it ended on standard output, or on standard error when it failed; returns the exit code. */
static int
conclude(const struct message *message)
{
	bool arrived = strcmp(message->status, "delivered") == 0 || strcmp(message->status, "read") == 0;
	char code[32] = "";

	if (arrived) {
		printf(_("message %lld: %s\n"), (long long)message->id, message->status);
		return EXIT_DONE;
	}
	if (message->error_code != 0)
		snprintf(code, sizeof code, " (%d)", message->error_code);
	fprintf(stderr, _("hilo: message %lld: %s%s. %s\n"), (long long)message->id, message->status, code,
		message->error_message);
	return EXIT_FAILED;
}

/* The time is over, or somebody wants this to end. */
static int
give_up(const struct message *message, long seconds)
{
	if (strcmp(message->status, "sent") == 0) {
		printf(_("message %lld: sent; no word of its delivery within %ld seconds\n"), (long long)message->id,
		       seconds);
		return EXIT_DONE;
	}
	fprintf(stderr, _("hilo: message %lld is still \"%s\"; it stays in the outbox and nothing is lost.\n"),
		(long long)message->id, message->status);
	return EXIT_FAILED;
}

static int
follow(struct session *session, struct db *db, int64_t message_id, int64_t deadline_ms, long seconds)
{
	int watch = change_watch(session->hub), stop = session_stop_fd();
	struct message message = { .id = 0 };
	struct err err = { .text = "" };
	int code = EXIT_FAILED;
	bool more = watch >= 0 && stop >= 0;

	if (!more)
		err_set(&err, STATUS_FAILED, "%s", _("There are no file descriptors left."));
	while (more) {
		if (message_get(db, message_id, &message, &err) != STATUS_OK)
			break;
		if (delivery_is_final(message.status)) {
			code = conclude(&message);
			break;
		}
		more = session_wait(watch, stop, deadline_ms);
		if (!more)
			code = give_up(&message, seconds);
		message_release(&message);
	}
	message_release(&message);
	if (watch >= 0)
		change_unwatch(session->hub, watch);
	if (stop >= 0)
		close(stop);
	return err.text[0] != '\0' ? session_fail(EXIT_FAILED, &err) : code;
}

static int
wait_for_end(struct session *session, const struct request *request)
{
	int64_t deadline_ms = clock_monotonic_ms() + request->wait_s * 1000;
	struct err err = { .text = "" };
	struct db *db = NULL;
	enum status status = session_start(session, false, &err);
	int code = EXIT_DONE;

	/* Busy is the good case: somebody else is sending already. */
	if (status != STATUS_OK && status != STATUS_BUSY)
		return session_fail(EXIT_FAILED, &err);
	if (db_open(session->database, DB_READ_ONLY, &db, &err) != STATUS_OK)
		return session_fail(EXIT_FAILED, &err);
	for (size_t i = 0; i < request->message_count; i++)
		if (follow(session, db, request->message_ids[i], deadline_ms, request->wait_s) != EXIT_DONE)
			code = EXIT_FAILED;
	db_close(db);
	return code;
}

static int
send_one(struct session *session, struct request *request)
{
	struct err err = { .text = "" };
	int code = session_open(session);

	if (code != EXIT_DONE)
		return code;
	if (read_body(request, &err) != STATUS_OK || build_variables(request, &err) != STATUS_OK
	    || take_files(session, request, &err) != STATUS_OK || queue_messages(session, request, &err) != STATUS_OK) {
		drop_files(session, request);
		return session_fail(EXIT_FAILED, &err);
	}
	for (size_t i = 0; i < request->message_count; i++)
		printf(_("queued as message %lld\n"), (long long)request->message_ids[i]);
	for (size_t i = 0; i < request->media_count && request->wait_s == 0; i++) {
		if (request->files[i].path[0] == '\0')
			continue;
		printf(_("The carrier fetches the file from this program; it goes while hilo or hilo serve runs.\n"));
		break;
	}
	fflush(stdout);
	return request->wait_s > 0 ? wait_for_end(session, request) : EXIT_DONE;
}

int
command_send(int argc, char **argv)
{
	struct request request = { .has_channel = false };
	struct option_reader reader;
	struct session session;
	sigset_t before;
	int code;

	option_reader_init(&reader, send_options, true, argc, argv);
	code = read_options(&reader, &request);
	if (code == EXIT_DONE) {
		/* Only one that waits has an orderly way out of the wait. */
		session_block_signals(&before);
		if (request.wait_s == 0)
			pthread_sigmask(SIG_SETMASK, &before, NULL);
		code = session_configure(&session, &reader);
		if (code == EXIT_DONE)
			code = send_one(&session, &request);
		session_close(&session);
	}
	free(request.body);
	free(request.variables);
	for (size_t i = 0; i < MEDIA_MAX; i++)
		free(request.urls[i]);
	option_reader_release(&reader);
	return code;
}
