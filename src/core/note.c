/* SPDX-License-Identifier: MIT */
#include "core/note.h"

#include <ctype.h>
#include <string.h>

#include "core/draft.h"
#include "core/i18n.h"
#include "core/utf8.h"

#define BODY_MAX 65536
#define SIZE(a) (sizeof(a) / sizeof(a)[0])

static enum status
check(const struct note *note, struct err *err)
{
	if (note->body[strspn(note->body, " \t\r\n")] == '\0')
		return err_set(err, STATUS_INVALID, _("The note is empty; write something first."));
	if (strlen(note->body) > BODY_MAX)
		return err_set(err, STATUS_INVALID, _("The note is too long; shorten it or write two."));
	if (!utf8_valid(note->body, strlen(note->body)))
		return err_set(err, STATUS_INVALID, _("The message is not valid UTF-8; send it as UTF-8."));
	return STATUS_OK;
}

enum status
note_add(struct db *db, const struct note *note, int64_t *message_id, struct err *err)
{
	const struct draft_key draft = { .thread_id = note->thread_id, .agent = note->author, .kind = DRAFT_NOTE };
	struct db_statement *query;
	enum status status = check(note, err);

	if (status != STATUS_OK)
		return status;
	query = db_query(db, "UPDATE communication_threads SET updated_at = $2 WHERE id = $1");
	db_bind_int(query, 1, note->thread_id);
	db_bind_int(query, 2, note->now_ms);
	status = db_run(query, err);
	if (status != STATUS_OK)
		return status;
	if (db_changes(db) == 0)
		return err_set(err, STATUS_NOT_FOUND, _("There is no such conversation; it may have been removed."));
	query = db_query(db, "INSERT INTO messages (thread_id, sender_type, message_type, direction, author, body, created_at)"
			     " VALUES ($1, 'agent', 'note', 'note', $2, $3, $4) RETURNING id");
	db_bind_int(query, 1, note->thread_id);
	db_bind_text(query, 2, note->author);
	db_bind_text(query, 3, note->body);
	db_bind_int(query, 4, note->now_ms);
	if (db_step(query) != DB_ROW)
		return db_failure(db, err);
	if (message_id != NULL)
		*message_id = db_column_int(query, 0);
	status = db_run(query, err);
	return status == STATUS_OK ? draft_save_kind(db, &draft, "", note->now_ms, err) : status;
}

/* Lower case ASCII; other bytes as they are. Punctuation before the first letter is skipped ("¡Hola!"). */
static void
fold(const char *text, char *out, size_t size)
{
	size_t len = 0;

	while (*text == ' ' || *text == '\n' || strncmp(text, "¡", 2) == 0 || strncmp(text, "¿", 2) == 0)
		text += *text == ' ' || *text == '\n' ? 1 : 2;
	for (; *text != '\0' && len + 1 < size; text++)
		out[len++] = (char)tolower((unsigned char)*text);
	out[len] = '\0';
}

static bool
begins_with_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	return strncmp(text, word, len) == 0 && !isalnum((unsigned char)text[len]) && (unsigned char)text[len] < 0x80;
}

static bool
ends_with(const char *text, const char *word)
{
	size_t len = strlen(text), word_len = strlen(word);

	while (len > 0 && strchr(" .!\n\r", text[len - 1]) != NULL)
		len--;
	if (len < word_len || strncmp(text + len - word_len, word, word_len) != 0)
		return false;
	return len == word_len || strchr(" ,.!\n\t", text[len - word_len - 1]) != NULL;
}

bool
note_looks_like_answer(const char *text)
{
	static const char *const openings[] = { "hi", "hello", "hey", "dear", "good morning", "good afternoon", "good evening",
						"thanks", "thank you", "sorry for", "hola", "buenos días", "buenos dias",
						"buenas tardes", "buenas noches", "buenas", "estimado", "estimada", "gracias",
						"muchas gracias", "disculpe", "disculpa" };
	static const char *const endings[] = { "regards", "thank you", "thanks", "have a nice day", "bye", "saludos",
					       "gracias", "un saludo", "buen día", "buen dia", "hasta luego", "quedo atento",
					       "quedo atenta" };
	char head[64], tail[64];
	size_t len = strlen(text);

	fold(text, head, sizeof head);
	fold(len < sizeof tail ? text : text + len - (sizeof tail - 1), tail, sizeof tail);
	for (size_t i = 0; i < SIZE(openings); i++)
		if (begins_with_word(head, openings[i]))
			return true;
	for (size_t i = 0; i < SIZE(endings); i++)
		if (ends_with(tail, endings[i]))
			return true;
	return false;
}
