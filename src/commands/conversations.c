/* SPDX-License-Identifier: MIT */
/*
 * hilo conversations: the list of the inbox for people (a table made harmless for the terminal) and for programs
 * (JSON).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/options.h"
#include "commands/session.h"
#include "core/clock.h"
#include "core/i18n.h"
#include "core/json.h"
#include "core/query_run.h"
#include "core/strbuf.h"
#include "core/text.h"
#include "core/thread.h"
#include "core/thread_json.h"

#define LIMIT_STANDARD 50
#define LIMIT_MOST 10000
#define PAGE 200
#define COLUMNS_STANDARD 120
#define QUERY_SHOWN_MAX 65536 /* bytes of a query that is pointed at */

enum { OPTION_CHANNEL, OPTION_STATUS, OPTION_QUERY, OPTION_LIMIT, OPTION_JSON };

const struct option_row conversations_options[] = {
	[OPTION_CHANNEL] = { "--channel", N_("CHANNEL"), false, N_("only sms, whatsapp or email") },
	[OPTION_STATUS] = { "--status", N_("STATUS"), false, N_("only open, pending, snoozed, closed or spam") },
	[OPTION_QUERY] = { "--query", N_("QUERY"), false, N_("only those that match: words, is:unread, from:ana since:7d ...") },
	[OPTION_LIMIT] = { "--limit", N_("N"), false, N_("at most so many, 50 unless given") },
	[OPTION_JSON] = { "--json", NULL, false, N_("as JSON, with the fields of the REST API") },
	{ .name = NULL },
};

struct request {
	struct thread_filter filter;
	const char *text; /* of the query; NULL = none */
	struct query query;
	long limit;
	bool json;
};

/* Understands the query; else says what is wrong and points at the word. */
static bool
take_query(const struct option_reader *reader, const char *text, struct query *query)
{
	const struct query_options options = { .now_ms = clock_now_ms() };
	struct query_span where = { 0, 0 };
	struct strbuf shown;
	int columns;
	struct err err = { .text = "" };

	if (query_parse(text, &options, query, &where, &err) == STATUS_OK)
		return true;
	option_wrong(reader->command, "%s", err.text);
	strbuf_init(&shown, QUERY_SHOWN_MAX);
	text_show(&shown, text, where.start, TEXT_ONE_LINE);
	columns = text_width(strbuf_text(&shown), shown.len);
	strbuf_clear(&shown);
	text_show(&shown, text, strlen(text), TEXT_ONE_LINE);
	fprintf(stderr, "  %s\n  %*s", strbuf_text(&shown), columns, "");
	strbuf_clear(&shown);
	text_show(&shown, text + where.start, where.len, TEXT_ONE_LINE);
	columns = text_width(strbuf_text(&shown), shown.len);
	for (int i = 0; i < (columns > 0 ? columns : 1); i++)
		fputc('^', stderr);
	fputc('\n', stderr);
	strbuf_release(&shown);
	return false;
}

static bool
take_option(const struct option_reader *reader, int which, const char *value, struct request *request)
{
	long range[2] = { 1, LIMIT_MOST };

	switch (which) {
	case OPTION_CHANNEL:
		request->filter.one_channel = channel_parse(value, &request->filter.channel);
		if (!request->filter.one_channel)
			option_wrong(reader->command, _("There is no channel \"%s\"; use sms, whatsapp or email."),
				     value);
		return request->filter.one_channel;
	case OPTION_STATUS:
		request->filter.view = THREAD_VIEW_STATUS;
		if (thread_status_parse(value, &request->filter.status))
			return true;
		option_wrong(reader->command,
			     _("There is no status \"%s\"; use open, pending, snoozed, closed or spam."),
			     value);
		return false;
	case OPTION_QUERY:
		request->text = value;
		return take_query(reader, value, &request->query);
	case OPTION_LIMIT:
		return option_number(reader, "--limit", value, range, &request->limit);
	case OPTION_JSON:
		request->json = true;
		return true;
	}
	return false;
}

/* --- output --- */

static bool
print_json(const struct thread *rows, size_t count)
{
	struct json *answer = json_new_object();
	struct json *list = NULL;
	char *text = NULL;
	bool whole = answer != NULL && json_add_boolean(answer, "success", true) != NULL;

	if (whole)
		list = json_add_array(answer, "conversations");
	whole = list != NULL;
	for (size_t i = 0; whole && i < count; i++)
		whole = thread_json_add(list, &rows[i]);
	if (whole)
		text = json_print(answer);
	if (text != NULL)
		puts(text);
	free(text);
	json_free(answer);
	return text != NULL;
}

static int
terminal_columns(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
		return size.ws_col;
	return COLUMNS_STANDARD;
}

/* Appends foreign text, made harmless, as one cell. */
static void
add_cell(struct strbuf *line, const char *text, int columns, bool pad)
{
	struct strbuf shown;

	strbuf_init(&shown, 4096);
	text_show(&shown, text, strlen(text), TEXT_ONE_LINE);
	text_cell(line, strbuf_text(&shown), columns, pad);
	if (pad)
		strbuf_add_char(line, ' ');
	strbuf_release(&shown);
}

static void
add_time(struct strbuf *line, int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	char text[32] = "";
	struct tm tm;

	if (ms > 0 && localtime_r(&seconds, &tm) != NULL)
		strftime(text, sizeof text, "%Y-%m-%d %H:%M", &tm);
	add_cell(line, text, 16, true);
}

static void
print_line(struct strbuf *line)
{
	while (line->len > 0 && line->data[line->len - 1] == ' ')
		line->data[--line->len] = '\0';
	puts(strbuf_text(line));
	strbuf_clear(line);
}

static void
print_table(const struct thread *rows, size_t count)
{
	int columns = terminal_columns(), name = columns >= 100 ? 26 : 18;
	int preview = columns - (7 + 9 + 8 + 5 + 17 + name + 1);
	struct strbuf line;

	strbuf_init(&line, 8192);
	add_cell(&line, _("ID"), 6, true);
	add_cell(&line, _("CHANNEL"), 8, true);
	add_cell(&line, _("STATUS"), 7, true);
	add_cell(&line, _("NEW"), 4, true);
	add_cell(&line, _("LAST"), 16, true);
	add_cell(&line, _("CUSTOMER"), name, true);
	if (preview >= 4)
		add_cell(&line, _("MESSAGE"), preview, false);
	print_line(&line);
	for (size_t i = 0; i < count; i++) {
		const struct thread *row = &rows[i];
		char number[24];

		snprintf(number, sizeof number, "%-6lld ", (long long)row->id);
		strbuf_add_string(&line, number);
		add_cell(&line, _(channel_info(row->channel)->title), 8, true);
		add_cell(&line, thread_status_name(row->status), 7, true);
		snprintf(number, sizeof number, "%lld", (long long)row->unread);
		add_cell(&line, row->unread > 0 ? number : "", 4, true);
		add_time(&line, row->last_message_at);
		add_cell(&line, row->client_name[0] != '\0' ? row->client_name : row->client_address, name, true);
		if (preview >= 4)
			add_cell(&line, row->preview, preview, false);
		print_line(&line);
	}
	strbuf_release(&line);
}

/* --- reading --- */

/* What the query takes, as far as the other options take it too. */
static enum status
search(struct db *db, const struct request *request, struct thread *rows, size_t *count, struct err *err)
{
	const struct query_budget budget = { .ms = 0 };
	struct query_run *run = NULL;
	bool more = true;
	enum status status = query_run_new(db, &request->query, &run, err);

	while (status == STATUS_OK && more && *count < (size_t)request->limit) {
		struct query_page page = { .rows = rows + *count, .limit = (size_t)request->limit - *count };
		size_t kept = 0;

		status = query_run_next(run, &budget, &page, err);
		more = page.more;
		for (size_t i = 0; i < page.count; i++) {
			if (thread_filter_takes(&request->filter, &page.rows[i]))
				page.rows[kept++] = page.rows[i];
		}
		*count += kept;
	}
	query_run_free(run);
	return status;
}

static enum status
read_rows(struct db *db, const struct request *request, struct thread *rows, size_t *count, struct err *err)
{
	struct thread_cursor after = { 0, 0 };
	size_t limit = (size_t)request->limit, got = 0;
	enum status status;

	*count = 0;
	if (request->text != NULL)
		return search(db, request, rows, count, err);
	do {
		size_t page = limit - *count < PAGE ? limit - *count : PAGE;

		status = thread_list(db, &request->filter, after, page, rows + *count, &got, err);
		if (status != STATUS_OK || got == 0)
			break;
		*count += got;
		after = thread_place(&request->filter, &rows[*count - 1]);
	} while (*count < limit);
	return status;
}

static int
list(const struct session *session, const struct request *request)
{
	struct thread *rows = calloc((size_t)request->limit, sizeof *rows);
	struct err err = { .text = "" };
	struct db *db = NULL;
	size_t count = 0;
	enum status status = STATUS_OK;

	if (rows == NULL)
		status = err_set(&err, STATUS_NO_MEMORY, "%s",
				 _("There is not enough memory; close other programs and try again."));
	else if (access(session->config.database, F_OK) != 0)
		status = err_set(&err, STATUS_NOT_FOUND,
				 _("There are no data at %s yet; start hilo once, or set HILO_DATABASE."),
				 session->config.database);
	if (status == STATUS_OK)
		status = db_open(session->config.database, DB_READ_ONLY, &db, &err);
	if (status == STATUS_OK)
		status = read_rows(db, request, rows, &count, &err);
	if (status == STATUS_OK && request->json && !print_json(rows, count))
		status = err_set(&err, STATUS_NO_MEMORY, "%s",
				 _("There is not enough memory; close other programs and try again."));
	if (status == STATUS_OK && !request->json)
		print_table(rows, count);
	if (status == STATUS_OK && fflush(stdout) != 0)
		status = err_set(&err, STATUS_IO, "%s", _("Standard output cannot be written; is the disk full?"));
	db_close(db);
	free(rows);
	return status == STATUS_OK ? EXIT_DONE : session_fail(EXIT_FAILED, &err);
}

int
command_conversations(int argc, char **argv)
{
	struct request request = { .filter = { .view = THREAD_VIEW_ALL }, .limit = LIMIT_STANDARD };
	struct option_reader reader;
	struct session session;
	const char *value;
	int which, code = EXIT_DONE;

	option_reader_init(&reader, conversations_options, true, argc, argv);
	while (code == EXIT_DONE && (which = option_next(&reader, &value)) != OPTION_END) {
		if (which == OPTION_OPERAND)
			code = option_wrong(reader.command, _("\"%s\" is one word too many."), value);
		else if (which == OPTION_WRONG || !take_option(&reader, which, value, &request))
			code = EXIT_USAGE;
	}
	if (code == EXIT_DONE) {
		code = session_configure(&session, &reader);
		if (code == EXIT_DONE)
			code = list(&session, &request);
		session_close(&session);
	}
	option_reader_release(&reader);
	return code;
}
