/* SPDX-License-Identifier: MIT */
/*
 * What a person takes for one character (Unicode annex 29), for cursor, Backspace and cutting. libunistring says where
 * two neighbours part. It sees no further than the two, so the two rules that look back (joined emoji, flags) are added
 * here. The bytes may be anything: a malformed one is a cluster of its own, with the marks that follow it.
 */
#include "core/text.h"

#include <unigbrk.h>

#include "core/text_class.h"
#include "core/utf8.h"

enum { CODE_JOINER = 0x200D };

/* What is known of the cluster so far. */
struct cluster {
	uint32_t last;
	bool emoji;	    /* an emoji, with nothing but extending characters after it */
	bool joined;	    /* ... and `last` is a joiner */
	unsigned regionals; /* halves of a flag in a row, ending with `last` */
};

static bool
is_emoji(uint32_t code)
{
	enum text_class class = text_class_of(code);

	return class == TEXT_CLASS_EMOJI_NARROW || class == TEXT_CLASS_EMOJI_WIDE || class == TEXT_CLASS_EMOJI_UNSURE;
}

static bool
is_regional(uint32_t code)
{
	return text_class_of(code) == TEXT_CLASS_REGIONAL;
}

static void
cluster_add(struct cluster *cluster, uint32_t code)
{
	cluster->joined = code == CODE_JOINER && cluster->emoji;
	if (is_emoji(code))
		cluster->emoji = true;
	else if (code != CODE_JOINER && uc_graphemeclusterbreak_property(code) != GBP_EXTEND)
		cluster->emoji = false;
	cluster->regionals = is_regional(code) ? cluster->regionals + 1 : 0;
	cluster->last = code;
}

static bool
cluster_takes(const struct cluster *cluster, uint32_t code)
{
	if (cluster->joined && is_emoji(code))
		return true;
	if (cluster->regionals == 1 && is_regional(code))
		return true;
	return !uc_is_grapheme_break(cluster->last, code);
}

size_t
text_cluster(const char *text, size_t len)
{
	struct cluster cluster = { 0 };
	uint32_t code;
	size_t at;

	if (len == 0)
		return 0;
	at = utf8_decode(text, len, &code);
	cluster_add(&cluster, code);
	while (at < len) {
		size_t step = utf8_decode(text + at, len - at, &code);

		if (!cluster_takes(&cluster, code))
			break;
		cluster_add(&cluster, code);
		at += step;
	}
	return at;
}

/* True if two neighbours part whatever stands before them. */
static bool
always_part(uint32_t before, uint32_t after)
{
	if (is_regional(before) && is_regional(after))
		return false;
	if (before == CODE_JOINER && is_emoji(after))
		return false;
	return uc_is_grapheme_break(before, after);
}

size_t
text_cluster_before(const char *text, size_t len, size_t at)
{
	uint32_t before, after;
	size_t start, size;

	if (at > len)
		at = len;
	if (at == 0)
		return 0;
	start = utf8_cut(text, len, at - 1);
	utf8_decode(text + start, len - start, &after);
	while (start > 0) {
		size_t back = utf8_cut(text, len, start - 1);

		utf8_decode(text + back, len - back, &before);
		if (always_part(before, after))
			break;
		start = back;
		after = before;
	}
	for (size = text_cluster(text + start, len - start); start + size < at;
	     size = text_cluster(text + start, len - start))
		start += size;
	return start;
}
