/* SPDX-License-Identifier: MIT */
/*
 * A file for the next reply: copied into our folder by a job, given an address by the writer, sent as the media of the reply. What
 * is taken off again or never sent goes when its address is over.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/served_file.h"
#include "ui/app.h"
#include "ui/file_complete.h"

enum { COMPLETIONS = 100 };

static struct attached_file *
place_of(struct app *app, int64_t thread_id)
{
	for (size_t i = 0; i < ATTACHED_MAX; i++)
		if (app->files.attached[i].thread_id == thread_id)
			return &app->files.attached[i];
	return NULL;
}

static void
clear(struct attached_file *attached)
{
	free(attached->name);
	free(attached->url);
	*attached = (struct attached_file){ 0 };
}

const struct attached_file *
files_attached(const struct app *app, int64_t thread_id)
{
	for (size_t i = 0; i < ATTACHED_MAX; i++)
		if (thread_id != 0 && app->files.attached[i].thread_id == thread_id)
			return &app->files.attached[i];
	return NULL;
}

/* Trims the blanks that completion leaves. */
static void
trim(const char *text, char out[FILES_PATH_MAX])
{
	size_t len = strlen(text);

	while (len > 0 && text[len - 1] == ' ')
		len--;
	snprintf(out, FILES_PATH_MAX, "%.*s", (int)len, text);
}

void
files_attach(struct app *app, const char *path)
{
	int64_t thread_id = app->conversation.thread_id;
	const char *problem = served_file_problem(app->options->config->public_url);
	struct attached_file *attached = place_of(app, thread_id);
	struct file_jobs *jobs;
	char trimmed[FILES_PATH_MAX];
	struct err err = { "" };
	uint64_t job;

	if (problem != NULL) {
		app_notice(app, STYLE_FAILED, problem);
		return;
	}
	if (attached == NULL)
		attached = place_of(app, 0);
	if (attached == NULL) {
		app_notice(app, STYLE_WARNING, _("Too many conversations have a file that was not sent; send one, or :detach it."));
		return;
	}
	jobs = files_jobs(app);
	if (jobs == NULL)
		return;
	trim(path, trimmed);
	job = file_job_import(jobs, trimmed, &err);
	if (job == 0) {
		app_notice(app, STYLE_FAILED, err.text);
		return;
	}
	clear(attached);
	attached->thread_id = thread_id;
	attached->job = job;
	attached->name = strdup(strrchr(trimmed, '/') != NULL ? strrchr(trimmed, '/') + 1 : trimmed);
	app_set_focus(app, FOCUS_REPLY);
}

void
files_detach(struct app *app)
{
	struct attached_file *attached = app->conversation.thread_id != 0 ? place_of(app, app->conversation.thread_id) : NULL;

	if (attached == NULL) {
		app_notice(app, STYLE_WARNING, _("No file goes with this reply."));
		return;
	}
	clear(attached);
	app_notice(app, STYLE_STRONG, _("The file does not go with the reply any more."));
}

void
files_complete_path(struct app *app, const char *path, struct completion *out)
{
	char *items[COMPLETIONS];
	bool cut;
	size_t count = file_complete(path, items, COMPLETIONS, &cut);
	/* Only the last part is put in, so that the list can be read. */
	const char *slash = strrchr(path, '/');
	size_t kept = slash != NULL ? (size_t)(slash + 1 - path) : 0;

	(void)app;
	out->start += kept;
	for (size_t i = 0; i < count; i++) {
		if (strlen(items[i]) > kept)
			completion_add(out, items[i] + kept, NULL, NULL);
		free(items[i]);
	}
}

/* --- its address --- */

struct new_file {
	char *path, *name;
	const char *content_type; /* a literal */
	int64_t size;
	char token[SERVED_TOKEN_SIZE];
};

static void
new_file_free(void *data)
{
	struct new_file *file = data;

	free(file->path);
	free(file->name);
	free(file);
}

static enum status
run_add(struct db *db, struct request *request, struct err *err)
{
	struct new_file *file = request->data;
	struct served_file_new row = { .path = file->path, .content_type = file->content_type, .name = file->name,
				       .size = file->size };

	return served_file_add(db, &row, request->now_ms, file->token, err);
}

static void
end_add(struct app *app, struct request *request)
{
	struct attached_file *attached = place_of(app, request->thread_id);
	const struct new_file *file = request->data;
	char size[FILE_SIZE_WORDS];

	/* Taken off, or another one in its place. */
	if (attached == NULL || attached->job != (uint64_t)request->number)
		return;
	if (request->status == STATUS_OK)
		attached->url = served_file_url(app->options->config->public_url, file->token, file->name);
	if (attached->url == NULL) {
		app_notice(app, STYLE_FAILED, request->status != STATUS_OK ? request->err.text :
			   _("There is not enough memory; close other programs and try again."));
		clear(attached);
		return;
	}
	attached->job = 0;
	app_say(app, STYLE_STRONG, _("%s (%s) goes with the next reply; :detach takes it off."), attached->name,
		file_size_words(attached->size, size));
}

static void
add_row(struct app *app, struct attached_file *attached, const struct file_job_result *result)
{
	static const struct request_action action = { .run = run_add, .ended = end_add, .release = new_file_free };
	struct new_file *file = calloc(1, sizeof *file);

	if (file == NULL)
		return;
	*file = (struct new_file){ .path = strdup(result->path), .name = strdup(result->name),
				   .content_type = result->content_type, .size = result->size };
	if (file->path == NULL || file->name == NULL) {
		new_file_free(file);
		clear(attached);
		return;
	}
	if (!app_request_for(app, attached->thread_id, (struct request){ .kind = REQUEST_OTHER, .action = &action,
									 .number = (int64_t)attached->job, .data = file }, NULL))
		clear(attached);
}

void
files_imported(struct app *app, const struct file_job_result *result)
{
	struct attached_file *attached = NULL;
	struct thread thread;
	struct err err = { "" };
	enum status status = result->status;

	for (size_t i = 0; i < ATTACHED_MAX; i++)
		if (app->files.attached[i].thread_id != 0 && app->files.attached[i].job == result->number)
			attached = &app->files.attached[i];
	if (attached == NULL)
		return;
	if (status != STATUS_OK) {
		app_notice(app, STYLE_FAILED, result->err.text);
		clear(attached);
		return;
	}
	status = thread_get(app->db, attached->thread_id, &thread, &err);
	if (status == STATUS_OK)
		status = media_limit(thread.channel, result->content_type, result->size, &err);
	app_report(app, status, &err);
	if (status != STATUS_OK) {
		clear(attached);
		return;
	}
	free(attached->name);
	attached->name = strdup(result->name);
	attached->size = result->size;
	if (attached->name == NULL)
		clear(attached);
	else
		add_row(app, attached, result);
}

/* --- with the reply --- */

const char *
files_attached_words(const struct app *app, char *out, size_t size)
{
	const struct attached_file *attached = files_attached(app, app->conversation.thread_id);
	char words[FILE_SIZE_WORDS];

	out[0] = '\0';
	if (attached == NULL)
		return out;
	if (attached->url == NULL)
		snprintf(out, size, "📎 %s …", attached->name != NULL ? attached->name : "");
	else
		snprintf(out, size, "📎 %s %s", attached->name, file_size_words(attached->size, words));
	return out;
}

bool
files_are_preparing(const struct app *app)
{
	const struct attached_file *attached = files_attached(app, app->conversation.thread_id);

	return attached != NULL && attached->url == NULL;
}

bool
files_are_ready(const struct app *app)
{
	const struct attached_file *attached = files_attached(app, app->conversation.thread_id);

	return attached != NULL && attached->url != NULL;
}

char *
files_media(const struct app *app, int64_t thread_id)
{
	const struct attached_file *attached = files_attached(app, thread_id);

	return attached != NULL && attached->url != NULL ? strdup(attached->url) : NULL;
}

void
files_sent(struct app *app, int64_t thread_id)
{
	struct attached_file *attached = thread_id != 0 ? place_of(app, thread_id) : NULL;

	if (attached != NULL)
		clear(attached);
}

void
files_give_back(struct app *app, int64_t thread_id, const char *url)
{
	struct attached_file *attached = place_of(app, 0);
	struct served_file file = { .path = NULL };

	if (url == NULL || thread_id == 0 || attached == NULL || place_of(app, thread_id) != NULL
	    || served_file_of_url(app->db, url, &file, NULL) != STATUS_OK)
		return;
	attached->thread_id = thread_id;
	attached->url = strdup(url);
	attached->name = strdup(file.name);
	attached->size = file.size;
	if (attached->url == NULL || attached->name == NULL)
		clear(attached);
	served_file_release(&file);
}

void
files_give_back_of(struct app *app, int64_t thread_id, int64_t message_id)
{
	struct message message;

	if (message_get(app->db, message_id, &message, NULL) != STATUS_OK)
		return;
	if (message.attachment_count > 0)
		files_give_back(app, thread_id, message.attachments[0].url);
	message_release(&message);
}
