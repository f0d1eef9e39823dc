/* SPDX-License-Identifier: MIT */
/* What there is to open or save in a message, and the words for it. Pure. */
#ifndef HILO_UI_FILE_TARGET_H
#define HILO_UI_FILE_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/message.h"
#include "core/strbuf.h"

#define FILE_TARGETS_MAX 16
#define FILE_SIZE_WORDS 32

enum file_target_kind {
	FILE_TARGET_FILE,    /* it is here */
	FILE_TARGET_WAITING, /* it is being fetched */
	FILE_TARGET_FAILED,  /* it could not be; another try may be asked for */
	FILE_TARGET_LARGE,   /* it never will be */
	FILE_TARGET_LINK     /* a page, or the map of a place */
};

/* All owned, never NULL. */
struct file_target {
	enum file_target_kind kind;
	int64_t attachment_id; /* 0 = a link in the text */
	char *path;	       /* of a file: its name in our folder */
	char *content_type;
	char *name; /* as its sender calls it, raw; may be "" */
	char *link; /* of a link */
	char *words; /* a line that describes it, raw */
};

struct file_targets {
	struct file_target items[FILE_TARGETS_MAX];
	size_t count;
};

/* What hangs on the message, then the links in its text. What does not fit is left out. Release it. */
void file_targets_of(const struct message *message, struct file_targets *out);
void file_targets_release(struct file_targets *targets);

/* "850 B", "120 kB", "1.2 MB". Returns `out`. */
const char *file_size_words(int64_t size, char out[FILE_SIZE_WORDS]);
/* The line of the conversation for it: "[picture] photo.jpg 1.2 MB 800×600 · v opens · S saves". Raw. */
void file_describe(struct strbuf *out, const struct attachment *attachment);
/* The same without what can be done. */
void file_describe_facts(struct strbuf *out, const struct attachment *attachment);

#endif
