/* SPDX-License-Identifier: MIT */
/* Whether a new message is told of, in which words, and in which way. */
#include "ui/notify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/child.h"
#include "core/i18n.h"
#include "core/strbuf.h"
#include "core/text.h"
#include "core/utf8.h"

#define MINUTE_MS 60000
#define COMMAND_TIMEOUT_MS 10000

void
notify_init(struct notify_state *state, int64_t now_ms)
{
	memset(state, 0, sizeof *state);
	state->started_at = now_ms;
}

static bool
is_quiet(const struct config_notification *config, int minute)
{
	int from = config->quiet_from_minute, to = config->quiet_to_minute;

	if (from <= to)
		return minute >= from && minute < to;
	return minute >= from || minute < to;
}

/* The place of the conversation, or the one that is longest ago. */
static size_t
find_thread(const struct notify_state *state, int64_t thread_id)
{
	size_t oldest = 0;

	for (size_t i = 0; i < NOTIFY_THREADS; i++) {
		if (state->threads[i].thread_id == thread_id)
			return i;
		if (state->threads[i].at_ms < state->threads[oldest].at_ms)
			oldest = i;
	}
	return oldest;
}

/* True if one more is allowed now; it is noted. */
static bool
take_turn(struct notify_state *state, int64_t thread_id, int64_t now_ms)
{
	size_t place = find_thread(state, thread_id);
	unsigned turn = state->shown % NOTIFY_PER_MINUTE;

	if (state->threads[place].thread_id == thread_id && now_ms - state->threads[place].at_ms < NOTIFY_THREAD_MS)
		return false;
	if (state->shown >= NOTIFY_PER_MINUTE && now_ms - state->recent_ms[turn] < MINUTE_MS)
		return false;
	state->threads[place].thread_id = thread_id;
	state->threads[place].at_ms = now_ms;
	state->recent_ms[turn] = now_ms;
	state->shown++;
	return true;
}

/* Any text as one shown line. */
static void
show_line(char *out, size_t size, const char *text)
{
	struct strbuf line;
	size_t len = strlen(text);

	/* Much more than fits is not looked at. */
	if (len > 4 * size)
		len = utf8_cut(text, len, 4 * size);
	strbuf_init(&line, 64 * size);
	text_show(&line, text, len, TEXT_ONE_LINE);
	utf8_copy(out, size, strbuf_text(&line));
	strbuf_release(&line);
}

static void
write_texts(const struct config_notification *config, const struct notify_event *event, unsigned count,
	    struct notify_output *out)
{
	if (count == 1 && config->content) {
		show_line(out->title, sizeof out->title, event->client);
		show_line(out->body, sizeof out->body, event->body);
	} else {
		utf8_copy(out->title, sizeof out->title, "hilo");
		snprintf(out->body, sizeof out->body, ngettext("%u new message", "%u new messages", count), count);
	}
	/* It parts the fields of OSC 777. */
	for (char *at = out->title; (at = strchr(at, ';')) != NULL; )
		*at = ',';
}

void
notify_event(struct notify_state *state, const struct config_notification *config, const struct notify_event *event,
	     int64_t now_ms, int local_minute, struct notify_output *out)
{
	memset(out, 0, sizeof *out);
	if (event->direction != MESSAGE_IN || event->created_at < state->started_at)
		return;
	if (!state->unfocused && event->thread_id == state->open_thread_id)
		return;
	/* Nothing is told later of what came in the quiet hours: the list shows it. */
	if (is_quiet(config, local_minute))
		return;
	state->held++;
	if (!take_turn(state, event->thread_id, now_ms))
		return;
	out->terminal = config->terminal;
	if (out->terminal == CONFIG_NOTIFY_AUTO)
		out->terminal = notify_terminal_kind(getenv("TERM"), getenv("TERM_PROGRAM"));
	out->bell = config->bell;
	out->command = config->command != NULL && config->command[0] != '\0';
	out->wanted = out->terminal != CONFIG_NOTIFY_NO || out->bell || out->command;
	out->channel = event->channel;
	write_texts(config, event, state->held, out);
	state->held = 0;
}

int
notify_local_minute(int64_t now_ms)
{
	time_t seconds = (time_t)(now_ms / 1000);
	struct tm local;

	if (localtime_r(&seconds, &local) == NULL)
		return 0;
	return local.tm_hour * 60 + local.tm_min;
}

enum config_notify
notify_terminal_kind(const char *term, const char *term_program)
{
	term = term != NULL ? term : "";
	term_program = term_program != NULL ? term_program : "";
	/* A multiplexer swallows or prints what it does not know. */
	if (strncmp(term, "screen", 6) == 0 || strncmp(term, "tmux", 4) == 0 || strcmp(term_program, "tmux") == 0)
		return CONFIG_NOTIFY_NO;
	if (strstr(term, "kitty") != NULL)
		return CONFIG_NOTIFY_OSC99;
	if (strncmp(term, "foot", 4) == 0 || strncmp(term, "rxvt-unicode", 12) == 0
	    || strstr(term, "ghostty") != NULL || strcmp(term_program, "ghostty") == 0)
		return CONFIG_NOTIFY_OSC777;
	if (strcmp(term_program, "iTerm.app") == 0 || strcmp(term_program, "WezTerm") == 0)
		return CONFIG_NOTIFY_OSC9;
	return CONFIG_NOTIFY_NO;
}

enum status
notify_run_command(const struct config_notification *config, const struct notify_output *output, struct err *err)
{
	char title[sizeof output->title + 16], body[sizeof output->body + 16], channel[64];
	char input[sizeof output->title + sizeof output->body + 4];
	const char *const environment[] = { title, body, channel, NULL };
	struct child_words words;
	struct child_request request = { .argv = words.words, .environment = environment, .input = input,
					 .timeout_ms = COMMAND_TIMEOUT_MS };
	enum status status;

	snprintf(title, sizeof title, "HILO_TITLE=%s", output->title);
	snprintf(body, sizeof body, "HILO_BODY=%s", output->body);
	snprintf(channel, sizeof channel, "HILO_CHANNEL=%s", channel_name(output->channel));
	snprintf(input, sizeof input, "%s\n%s\n", output->title, output->body);
	if (child_split(config->command, &words))
		status = child_spawn(&request, err);
	else
		status = err_set(err, STATUS_INVALID, "%s",
				 _("The notification command cannot be read; see [notify] command."));
	child_words_release(&words);
	return status;
}
