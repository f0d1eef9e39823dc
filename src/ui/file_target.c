/* SPDX-License-Identifier: MIT */
#include "ui/file_target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "ui/link.h"

enum { WORDS_MAX = 1 << 14, GEO_PREFIX = 4 };

const char *
file_size_words(int64_t size, char out[FILE_SIZE_WORDS])
{
	if (size < 1000)
		snprintf(out, FILE_SIZE_WORDS, "%lld B", (long long)size);
	else if (size < 1000 * 1000)
		snprintf(out, FILE_SIZE_WORDS, "%lld kB", (long long)(size + 500) / 1000);
	else
		snprintf(out, FILE_SIZE_WORDS, "%.1f MB", (double)size / 1e6);
	return out;
}

static bool
is_place(const struct attachment *attachment)
{
	return strcmp(attachment->kind, "location") == 0;
}

static bool
is_here(const struct attachment *attachment)
{
	return attachment->path[0] != '\0' &&
	       (strcmp(attachment->state, "ready") == 0 || strcmp(attachment->state, "sent") == 0);
}

/* What a person calls it; a type that has no word stands for itself. */
static const char *
type_word(const char *content_type)
{
	static const struct { const char *prefix, *word; } words[] = {
		{ "image/", N_("picture") },		{ "video/", N_("video") },	 { "audio/", N_("audio") },
		{ "text/vcard", N_("contact") },	{ "text/x-vcard", N_("contact") }, { "application/pdf", "PDF" },
	};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strncmp(content_type, words[i].prefix, strlen(words[i].prefix)) == 0)
			return _(words[i].word);
	return content_type[0] != '\0' ? content_type : _("file");
}

void
file_describe_facts(struct strbuf *out, const struct attachment *attachment)
{
	char size[FILE_SIZE_WORDS];

	if (is_place(attachment)) {
		const char *place = attachment->url;

		if (strncmp(place, "geo:", GEO_PREFIX) == 0)
			place += GEO_PREFIX;
		strbuf_add_format(out, "[%s] ", _("location"));
		if (attachment->name[0] != '\0')
			strbuf_add_format(out, "%s ", attachment->name);
		strbuf_add_string(out, place);
		return;
	}
	strbuf_add_format(out, "[%s]", type_word(attachment->content_type));
	if (attachment->name[0] != '\0')
		strbuf_add_format(out, " %s", attachment->name);
	if (attachment->size > 0)
		strbuf_add_format(out, " %s", file_size_words(attachment->size, size));
	if (attachment->width > 0 && attachment->height > 0)
		strbuf_add_format(out, " %d×%d", attachment->width, attachment->height);
	/* Of ours that is kept elsewhere, the address is all that is known. */
	if (strcmp(attachment->state, "sent") == 0 && attachment->path[0] == '\0' && attachment->size == 0)
		strbuf_add_format(out, " %s", attachment->url);
}

void
file_describe(struct strbuf *out, const struct attachment *attachment)
{
	file_describe_facts(out, attachment);
	if (is_place(attachment) || (strcmp(attachment->state, "sent") == 0 && !is_here(attachment)))
		strbuf_add_string(out, _(" · v opens"));
	else if (is_here(attachment))
		strbuf_add_string(out, strncmp(attachment->content_type, "image/", 6) == 0 ?
				  _(" · p shows · v opens · S saves") : _(" · v opens · S saves"));
	else if (strcmp(attachment->state, "pending") == 0)
		strbuf_add_string(out, _(" … is being fetched"));
	else if (strcmp(attachment->state, "failed") == 0)
		/* Translators: %s is a sentence: why the file is not here. */
		strbuf_add_format(out, _(" · %s v tries again."), attachment->error);
	else if (attachment->error[0] != '\0')
		strbuf_add_format(out, " · %s", attachment->error);
}

static void
target_release(struct file_target *target)
{
	free(target->path);
	free(target->content_type);
	free(target->name);
	free(target->link);
	free(target->words);
}

/* Adds one with copies of these texts. */
static struct file_target *
add(struct file_targets *out, enum file_target_kind kind, const struct attachment *attachment, const char *link,
    const char *words)
{
	struct file_target *target = &out->items[out->count];

	if (out->count == FILE_TARGETS_MAX)
		return NULL;
	*target = (struct file_target){
		.kind = kind,
		.attachment_id = attachment != NULL ? attachment->id : 0,
		.path = strdup(attachment != NULL ? attachment->path : ""),
		.content_type = strdup(attachment != NULL ? attachment->content_type : ""),
		.name = strdup(attachment != NULL ? attachment->name : ""),
		.link = strdup(link),
		.words = strdup(words),
	};
	if (target->path == NULL || target->content_type == NULL || target->name == NULL || target->link == NULL ||
	    target->words == NULL) {
		target_release(target);
		return NULL;
	}
	out->count++;
	return target;
}

static enum file_target_kind
kind_of(const struct attachment *attachment)
{
	if (is_here(attachment))
		return FILE_TARGET_FILE;
	if (strcmp(attachment->state, "sent") == 0)
		return FILE_TARGET_LINK;
	if (strcmp(attachment->state, "pending") == 0)
		return FILE_TARGET_WAITING;
	return strcmp(attachment->state, "too_large") == 0 ? FILE_TARGET_LARGE : FILE_TARGET_FAILED;
}

static void
add_attachment(struct file_targets *out, const struct attachment *attachment)
{
	char place[LINK_SIZE];
	struct strbuf words;

	strbuf_init(&words, WORDS_MAX);
	file_describe_facts(&words, attachment);
	if (!is_place(attachment))
		add(out, kind_of(attachment), attachment, attachment->url, strbuf_text(&words));
	else if (link_of_place(attachment->url, place))
		add(out, FILE_TARGET_LINK, attachment, place, strbuf_text(&words));
	strbuf_release(&words);
}

void
file_targets_of(const struct message *message, struct file_targets *out)
{
	size_t len = strlen(message->body), start, link_len;

	out->count = 0;
	for (size_t i = 0; i < message->attachment_count; i++)
		add_attachment(out, &message->attachments[i]);
	for (size_t from = 0; link_find(message->body, len, from, &start, &link_len); from = start + link_len) {
		char link[LINK_SIZE];

		snprintf(link, sizeof link, "%.*s", (int)link_len, message->body + start);
		if (out->count == FILE_TARGETS_MAX || add(out, FILE_TARGET_LINK, NULL, link, link) == NULL)
			break;
	}
}

void
file_targets_release(struct file_targets *targets)
{
	for (size_t i = 0; i < targets->count; i++)
		target_release(&targets->items[i]);
	targets->count = 0;
}
