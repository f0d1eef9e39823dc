/* SPDX-License-Identifier: MIT */
/* hilo doctor: runs every check of the table and says in plain words what is and what to do next. */
#include "commands/doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "commands/options.h"
#include "commands/session.h"
#include "core/i18n.h"
#include "core/json.h"
#include "core/strbuf.h"
#include "core/text.h"
#include "core/utf8.h"

enum { OPTION_JSON };

const struct option_row doctor_options[] = {
	[OPTION_JSON] = { "--json", NULL, false, N_("as JSON") },
	{ .name = NULL },
};

struct check {
	const char *name; /* for machines */
	const char *title;
	void (*run)(const struct config *config, struct finding *finding);
};

static const struct check checks[] = {
	{ "configuration", N_("configuration"), doctor_check_files },
	{ "data", N_("data"), doctor_check_data },
	{ "disk", N_("disk"), doctor_check_disk },
	{ "listener", N_("listener"), doctor_check_listener },
	{ "api", N_("REST API"), doctor_check_api },
	{ "account", N_("account"), doctor_check_account },
	{ "public_url", N_("public address"), doctor_check_public_url },
	{ "webhooks", N_("webhooks"), doctor_check_webhooks },
	{ "mail", N_("mail"), doctor_check_mail },
	{ "terminal", N_("terminal"), doctor_check_terminal },
	{ "console", N_("console"), doctor_check_console },
	{ "notifications", N_("notifications"), doctor_check_notifications },
	{ "openers", N_("opening files"), doctor_check_openers },
	{ "spelling", N_("spelling"), doctor_check_spelling },
};
#define CHECK_COUNT (sizeof checks / sizeof checks[0])

static const char *const state_names[] = {
	[FINDING_FINE] = "ok",
	[FINDING_NOTE] = "note",
	[FINDING_FAILED] = "failed",
	[FINDING_SKIPPED] = "skipped",
};
static const char *const state_titles[] = {
	[FINDING_FINE] = N_("fine"),
	[FINDING_NOTE] = N_("note"),
	[FINDING_FAILED] = N_("FAILED"),
	[FINDING_SKIPPED] = N_("skipped"),
};

__attribute__((format(printf, 3, 0))) static void
format_cut(char *out, size_t size, const char *format, va_list args)
{
	struct strbuf whole;
	char *text = NULL;

	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	strbuf_init(&whole, 16 * size);
	if (text != NULL)
		text_show(&whole, text, strlen(text), TEXT_ONE_LINE);
	utf8_copy(out, size, strbuf_text(&whole));
	strbuf_release(&whole);
	free(text);
}

void
finding_set(struct finding *finding, enum finding_state state, const char *format, ...)
{
	va_list args;

	finding->state = state;
	va_start(args, format);
	format_cut(finding->text, sizeof finding->text, format, args);
	va_end(args);
}

void
finding_next(struct finding *finding, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	format_cut(finding->next, sizeof finding->next, format, args);
	va_end(args);
}

static void
print_finding(const struct check *check, const struct finding *finding)
{
	struct strbuf line;

	strbuf_init(&line, 4096);
	text_cell(&line, _(state_titles[finding->state]), 8, true);
	strbuf_add_char(&line, ' ');
	text_cell(&line, _(check->title), 18, true);
	printf("%s %s\n", strbuf_text(&line), finding->text);
	if (finding->next[0] != '\0')
		printf("%28s-> %s\n", "", finding->next);
	strbuf_release(&line);
	fflush(stdout);
}

static bool
add_json(struct json *list, const struct check *check, const struct finding *finding)
{
	struct json *item = json_push_object(list);

	return item != NULL && json_add_string(item, "name", check->name) != NULL
	       && json_add_string(item, "state", state_names[finding->state]) != NULL
	       && json_add_string(item, "text", finding->text) != NULL
	       && json_add_string(item, "next", finding->next[0] != '\0' ? finding->next : NULL) != NULL;
}

static bool
print_json(const struct finding *findings, bool failed)
{
	struct json *answer = json_new_object(), *list = NULL;
	char *text = NULL;

	if (answer != NULL && json_add_boolean(answer, "ok", !failed) != NULL)
		list = json_add_array(answer, "checks");
	for (size_t i = 0; list != NULL && i < CHECK_COUNT; i++)
		list = add_json(list, &checks[i], &findings[i]) ? list : NULL;
	if (list != NULL)
		text = json_print(answer);
	if (text != NULL)
		puts(text);
	free(text);
	json_free(answer);
	return text != NULL;
}

static int
examine(const struct config *config, bool json)
{
	struct finding findings[CHECK_COUNT];
	bool failed = false;

	memset(findings, 0, sizeof findings);
	for (size_t i = 0; i < CHECK_COUNT; i++) {
		checks[i].run(config, &findings[i]);
		failed = failed || findings[i].state == FINDING_FAILED;
		if (!json)
			print_finding(&checks[i], &findings[i]);
	}
	if (json && !print_json(findings, failed))
		return EXIT_FAILED;
	return failed || fflush(stdout) != 0 ? EXIT_FAILED : EXIT_DONE;
}

int
command_doctor(int argc, char **argv)
{
	struct option_reader reader;
	struct session session;
	bool json = false;
	const char *value;
	int which, code = EXIT_DONE;

	option_reader_init(&reader, doctor_options, true, argc, argv);
	while (code == EXIT_DONE && (which = option_next(&reader, &value)) != OPTION_END) {
		if (which == OPTION_OPERAND)
			code = option_wrong(reader.command, _("\"%s\" is one word too many."), value);
		else if (which == OPTION_WRONG)
			code = EXIT_USAGE;
		else
			json = true;
	}
	if (code == EXIT_DONE) {
		code = session_configure(&session, &reader);
		if (code == EXIT_DONE)
			code = examine(&session.config, json);
		session_close(&session);
	}
	option_reader_release(&reader);
	return code;
}
