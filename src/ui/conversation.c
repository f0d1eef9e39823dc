/* SPDX-License-Identifier: MIT */
/*
 * A refresh reads the newest messages anew (their marks change) and keeps the older ones. Nothing is wrapped again
 * unless something is different: a signature over what can change tells.
 */
#include "ui/conversation.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "ui/lines.h"
#include "ui/wording.h"

enum { PAGE = 50, REFRESH_MAX = 200, GO_TO_MAX = 5000 /* messages back: what is read within a frame or two */ };

void
conversation_init(struct conversation *conversation)
{
	*conversation = (struct conversation){ .follow = true };
	strbuf_init(&conversation->text, 64 << 20);
}

static void
forget_messages(struct conversation *conversation)
{
	for (size_t i = 0; i < conversation->count; i++)
		message_release(&conversation->messages[i]);
	free(conversation->messages);
	conversation->messages = NULL;
	conversation->count = 0;
}

void
conversation_release(struct conversation *conversation)
{
	forget_messages(conversation);
	strbuf_release(&conversation->text);
	free(conversation->lines);
	free(conversation->wrapped);
	*conversation = (struct conversation){ .follow = true };
}

static enum status
no_memory(struct err *err)
{
	return err_set(err, STATUS_NO_MEMORY, _("There is not enough memory; close other programs and try again."));
}

static void
mix(uint64_t *signature, uint64_t value)
{
	/* FNV-1a over 64-bit words. */
	*signature = (*signature ^ value) * 1099511628211u;
}

static uint64_t
sign(const struct message_list *list)
{
	uint64_t signature = 14695981039346656037u;

	for (size_t i = 0; i < list->count; i++) {
		const struct message *message = &list->items[i];

		mix(&signature, (uint64_t)message->id);
		for (const char *c = message->status; *c != '\0'; c++)
			mix(&signature, (unsigned char)*c);
		mix(&signature, (uint64_t)message->error_code);
		mix(&signature, (uint64_t)message->next_attempt_at);
		mix(&signature, message->attachment_count);
		for (size_t k = 0; k < message->attachment_count; k++) {
			const struct attachment *attachment = &message->attachments[k];

			/* A file that arrives, fails or is tried again. */
			mix(&signature, (unsigned char)attachment->state[0]);
			mix(&signature, (uint64_t)attachment->size);
			mix(&signature, strlen(attachment->error));
			mix(&signature, strlen(attachment->content_type));
			mix(&signature, strlen(attachment->name));
		}
		mix(&signature, strlen(message->error_message));
	}
	return signature;
}

/*
 * Takes the messages out of `list` (newest first) as the newest of the conversation, in place of those it holds
 * again.
 */
static enum status
take_newest(struct conversation *conversation, struct message_list *list, struct err *err)
{
	size_t kept = conversation->count;
	int64_t oldest = list->count > 0 ? list->items[list->count - 1].id : INT64_MAX;
	struct message *messages;

	while (kept > 0 && conversation->messages[kept - 1].id >= oldest)
		kept--;
	/* Nothing in common: so much came that there is a gap. */
	if (kept == conversation->count && list->count > 0)
		kept = 0;
	messages = calloc(kept + list->count + 1, sizeof *messages);
	if (messages == NULL)
		return no_memory(err);
	for (size_t i = 0; i < kept; i++)
		messages[i] = conversation->messages[i];
	for (size_t i = kept; i < conversation->count; i++)
		message_release(&conversation->messages[i]);
	if (kept == 0 && conversation->count > 0)
		conversation->at_start = false;
	for (size_t i = 0; i < list->count; i++)
		messages[kept + i] = list->items[list->count - 1 - i];
	free(conversation->messages);
	conversation->messages = messages;
	conversation->count = kept + list->count;
	/* They belong to the conversation now. */
	free(list->items);
	*list = (struct message_list){ 0 };
	conversation->stale = true;
	return STATUS_OK;
}

enum status
conversation_refresh(struct conversation *conversation, struct db *db, struct err *err)
{
	struct message_list list = { 0 };
	size_t wanted = conversation->count + PAGE / 2;
	uint64_t signature;
	enum status status;

	if (conversation->thread_id == 0)
		return STATUS_OK;
	wanted = wanted < PAGE ? PAGE : wanted > REFRESH_MAX ? REFRESH_MAX : wanted;
	status = message_page(db, conversation->thread_id, 0, wanted, &list, err);
	if (status != STATUS_OK)
		return status;
	signature = sign(&list);
	if (signature != conversation->signature || conversation->count == 0) {
		bool all = list.count < wanted;

		status = take_newest(conversation, &list, err);
		if (all)
			conversation->at_start = true;
		conversation->signature = signature;
	}
	message_list_release(&list);
	return status;
}

/* The message at which the unread ones begin. */
static int64_t
first_unread(const struct conversation *conversation, int64_t unread)
{
	for (size_t i = conversation->count; unread > 0 && i > 0; i--)
		if (conversation->messages[i - 1].direction == MESSAGE_IN && --unread == 0)
			return conversation->messages[i - 1].id;
	return 0;
}

enum status
conversation_open(struct conversation *conversation, struct db *db, const struct thread *thread, struct err *err)
{
	enum status status;

	forget_messages(conversation);
	conversation->thread_id = thread != NULL ? thread->id : 0;
	conversation->at_start = false;
	conversation->signature = 0;
	conversation->unread_from = 0;
	conversation->chosen = 0;
	conversation->follow = true;
	conversation->top = 0;
	conversation->stale = true;
	if (thread == NULL)
		return STATUS_OK;
	status = conversation_refresh(conversation, db, err);
	conversation->unread_from = first_unread(conversation, thread->unread);
	return status;
}

static size_t
last_top(const struct conversation *conversation)
{
	return conversation->line_count > conversation->height ? conversation->line_count - conversation->height : 0;
}

size_t
conversation_top(const struct conversation *conversation)
{
	size_t last = last_top(conversation);

	return conversation->follow || conversation->top > last ? last : conversation->top;
}

/* Where line `index` is now that lines were made anew: the message `id`, `offset` lines after its first. */
static size_t
find_line(const struct conversation *conversation, int64_t id, size_t offset)
{
	for (size_t i = 0; i < conversation->line_count; i++)
		if (conversation->lines[i].anchor == id)
			return i + offset < conversation->line_count ? i + offset : i;
	return 0;
}

void
conversation_layout(struct conversation *conversation, int columns, size_t height, int64_t now_ms)
{
	size_t top = conversation->top, offset = 0;
	int64_t anchor = 0;

	conversation->height = height;
	if (!conversation->stale && columns == conversation->columns)
		return;
	if (!conversation->follow && top < conversation->line_count) {
		size_t first = top;

		anchor = conversation->lines[top].anchor;
		while (first > 0 && conversation->lines[first - 1].anchor == anchor)
			first--;
		offset = top - first;
	}
	conversation->columns = columns;
	conversation->now_ms = now_ms;
	lines_make(conversation);
	conversation->stale = false;
	if (anchor != 0)
		conversation->top = find_line(conversation, anchor, offset);
}

static enum status
load_older(struct conversation *conversation, struct db *db, size_t limit, struct err *err)
{
	struct message_list list = { 0 };
	struct message *messages;
	enum status status;

	if (conversation->at_start || conversation->count == 0)
		return STATUS_OK;
	status = message_page(db, conversation->thread_id, conversation->messages[0].id, limit, &list, err);
	if (status != STATUS_OK)
		return status;
	conversation->at_start = list.count < limit;
	messages = calloc(conversation->count + list.count + 1, sizeof *messages);
	if (messages == NULL) {
		message_list_release(&list);
		return no_memory(err);
	}
	for (size_t i = 0; i < list.count; i++)
		messages[i] = list.items[list.count - 1 - i];
	memcpy(messages + list.count, conversation->messages, conversation->count * sizeof *messages);
	free(conversation->messages);
	conversation->messages = messages;
	conversation->count += list.count;
	free(list.items);
	conversation->stale = true;
	return STATUS_OK;
}

enum status
conversation_scroll(struct conversation *conversation, struct db *db, long by, struct err *err)
{
	size_t top = conversation_top(conversation);
	enum status status = STATUS_OK;

	if (by < 0 && (size_t)-by > top && !conversation->at_start) {
		/* The place is kept by message, so it survives the new lines above. */
		conversation->follow = false;
		conversation->top = top;
		status = load_older(conversation, db, PAGE, err);
		conversation_layout(conversation, conversation->columns, conversation->height, conversation->now_ms);
		top = conversation->top;
	}
	if (by < 0)
		top = (size_t)-by > top ? 0 : top - (size_t)-by;
	else
		top = (size_t)by > last_top(conversation) - top ? last_top(conversation) : top + (size_t)by;
	conversation->top = top;
	conversation->follow = top >= last_top(conversation);
	return status;
}

/* Index of the chosen message; the number of messages when none is chosen. */
static size_t
chosen_index(const struct conversation *conversation)
{
	for (size_t i = 0; i < conversation->count; i++)
		if (conversation->messages[i].id == conversation->chosen)
			return i;
	return conversation->count;
}

/* Scrolls as little as needed to see the chosen message, its head in any case. */
static void
show_chosen(struct conversation *conversation)
{
	size_t first = conversation->line_count, last = 0, top = conversation_top(conversation);

	for (size_t i = 0; i < conversation->line_count; i++) {
		if (conversation->lines[i].anchor != conversation->chosen)
			continue;
		first = i < first ? i : first;
		last = i;
	}
	if (first == conversation->line_count)
		return;
	if (last >= top + conversation->height)
		top = last + 1 - conversation->height;
	if (first < top)
		top = first;
	conversation->top = top;
	conversation->follow = top >= last_top(conversation);
}

enum status
conversation_choose(struct conversation *conversation, struct db *db, int by, struct err *err)
{
	size_t index = chosen_index(conversation);
	enum status status = STATUS_OK;

	if (conversation->count == 0)
		return STATUS_OK;
	if (index == conversation->count) {
		index = conversation->count - 1;
	} else if (by < 0 && index == 0) {
		size_t before = conversation->count;

		conversation->follow = false;
		conversation->top = conversation_top(conversation);
		status = load_older(conversation, db, PAGE, err);
		conversation_layout(conversation, conversation->columns, conversation->height, conversation->now_ms);
		index = conversation->count - before;
		index -= index > 0;
	} else if (by < 0) {
		index--;
	} else if (index + 1 < conversation->count) {
		index++;
	}
	conversation->chosen = conversation->messages[index].id;
	show_chosen(conversation);
	return status;
}

enum status
conversation_go_to(struct conversation *conversation, struct db *db, int64_t message_id, struct err *err)
{
	enum status status = STATUS_OK;

	/* Each page as large as what is there already: few copies, however far it is. */
	while (status == STATUS_OK && !conversation->at_start && conversation->count > 0 &&
	       conversation->messages[0].id > message_id) {
		if (conversation->count >= GO_TO_MAX)
			return err_set(err, STATUS_NOT_FOUND, _("This message is too far back to go to it."));
		status = load_older(conversation, db, conversation->count, err);
	}
	conversation->chosen = message_id;
	if (status == STATUS_OK && chosen_index(conversation) == conversation->count) {
		conversation->chosen = 0;
		return err_set(err, STATUS_NOT_FOUND, _("This message is not there any more."));
	}
	/* Before the first drawing there are no lines to scroll in: the drawing does it then. */
	if (conversation->columns > 0)
		conversation_layout(conversation, conversation->columns, conversation->height, conversation->now_ms);
	show_chosen(conversation);
	return status;
}

bool
conversation_choose_line(struct conversation *conversation, size_t line)
{
	line += conversation_top(conversation);
	if (line >= conversation->line_count)
		return false;
	conversation->chosen = conversation->lines[line].anchor;
	return true;
}

const struct message *
conversation_chosen(const struct conversation *conversation)
{
	size_t index = chosen_index(conversation);

	if (conversation->count == 0)
		return NULL;
	return &conversation->messages[index < conversation->count ? index : conversation->count - 1];
}

bool
conversation_is_unfolded(const struct conversation *conversation, int64_t message_id)
{
	for (size_t i = 0; i < CONVERSATION_UNFOLDED_MAX; i++)
		if (conversation->unfolded[i] == message_id)
			return true;
	return false;
}

void
conversation_toggle_fold(struct conversation *conversation, int64_t message_id)
{
	bool folded = !conversation_is_unfolded(conversation, message_id);

	for (size_t i = 0; i < CONVERSATION_UNFOLDED_MAX; i++)
		if (conversation->unfolded[i] == message_id)
			conversation->unfolded[i] = 0;
	if (folded) {
		conversation->unfolded[conversation->unfolded_next] = message_id;
		conversation->unfolded_next = (conversation->unfolded_next + 1) % CONVERSATION_UNFOLDED_MAX;
	}
	/* What is read now stays where it is; the rest moves. */
	conversation->top = conversation_top(conversation);
	conversation->follow = false;
	conversation->stale = true;
}

int64_t
conversation_newest(const struct conversation *conversation)
{
	return conversation->count > 0 ? conversation->messages[conversation->count - 1].id : 0;
}

const struct message *
conversation_resendable(const struct conversation *conversation)
{
	for (size_t i = conversation->count; i > 0; i--) {
		const struct message *message = &conversation->messages[i - 1];
		bool sent_since = false;

		if (!wording_can_resend(message))
			continue;
		for (size_t k = i; k < conversation->count && !sent_since; k++)
			sent_since = conversation->messages[k].direction == MESSAGE_OUT &&
				     strcmp(conversation->messages[k].body, message->body) == 0;
		if (!sent_since)
			return message;
	}
	return NULL;
}
