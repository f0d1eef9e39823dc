/* SPDX-License-Identifier: MIT */
/*
 * Two passes, no memory taken: the first decides the encoding and adds up the units; only a text of several segments
 * needs the second, which fills them. Pieces are characters in GSM-7 and grapheme clusters in UCS-2, as in the
 * carrier's own calculator; only a cluster that is longer than a segment is cut between its characters.
 */
#include "core/segment.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unigbrk.h>

#include "core/segment_table.h"
#include "core/utf8.h"

enum {
	GSM_SINGLE = 160,
	GSM_MULTI = 153,
	UCS2_SINGLE = 70,
	UCS2_MULTI = 67,
	/* Code points looked at together; a cluster that does not fit is longer than a segment in any case. */
	WINDOW = 2 * UCS2_MULTI,
};

/* Walks over a text as it will be sent: one code point after the other, after Smart Encoding if that is on. */
struct reader {
	const char *text;
	size_t len;
	size_t at;
	bool smart;
	size_t from;		  /* where the last code point came from */
	const uint16_t *pending;  /* rest of a replacement */
	size_t pending_count;
};

struct filler {
	unsigned per_segment;
	unsigned segments;
	unsigned used; /* units in the last segment */
};

static int
compare_code(const void *key, const void *row)
{
	/* Both kinds of row begin with the code. */
	uint32_t code = *(const uint32_t *)key, other = *(const uint16_t *)row;

	return (code > other) - (code < other);
}

/* Septets of a character in GSM-7, 0 if it is not there. */
static unsigned
gsm_septets(uint32_t code)
{
	const struct gsm_row *row;

	if (code < 128)
		return gsm_ascii_septets[code];
	row = bsearch(&code, gsm_rows, sizeof gsm_rows / sizeof gsm_rows[0], sizeof gsm_rows[0], compare_code);
	return row != NULL ? row->septets : 0;
}

static unsigned
utf16_units(uint32_t code)
{
	return code > 0xFFFF ? 2 : 1;
}

/* False at the end of the text. */
static bool
read_code(struct reader *reader, uint32_t *code)
{
	const struct smart_row *row;

	while (reader->pending_count == 0) {
		if (reader->at >= reader->len)
			return false;
		reader->from = reader->at;
		reader->at += utf8_decode(reader->text + reader->at, reader->len - reader->at, code);
		row = !reader->smart ? NULL
				     : bsearch(code, smart_rows, sizeof smart_rows / sizeof smart_rows[0],
					       sizeof smart_rows[0], compare_code);
		if (row == NULL)
			return true;
		reader->pending = row->to;
		reader->pending_count = row->count;
	}
	*code = *reader->pending++;
	reader->pending_count--;
	return true;
}

static void
place(struct filler *filler, unsigned units)
{
	if (filler->used + units > filler->per_segment) {
		filler->segments++;
		filler->used = 0;
	}
	filler->used += units;
}

static void
fill_gsm(struct reader *reader, struct filler *filler)
{
	uint32_t code;

	while (read_code(reader, &code))
		place(filler, gsm_septets(code));
}

/* Puts a cluster as one piece; one that is too long for a segment as the characters it is made of. */
static void
place_cluster(struct filler *filler, const uint32_t *codes, size_t count)
{
	unsigned units = 0;

	for (size_t i = 0; i < count; i++)
		units += utf16_units(codes[i]);
	if (units <= filler->per_segment) {
		place(filler, units);
		return;
	}
	for (size_t i = 0; i < count; i++)
		place(filler, utf16_units(codes[i]));
}

/* Length of the cluster at the beginning; `breaks` says before which code points one may cut. */
static size_t
cluster_length(const uint32_t *codes, const char *breaks, size_t count)
{
	size_t len = 1;

	/* The carrier's calculator takes CR LF for two characters. */
	while (codes[0] != '\r' && len < count && !breaks[len])
		len++;
	return len;
}

static void
fill_ucs2(struct reader *reader, struct filler *filler)
{
	uint32_t window[WINDOW];
	char breaks[WINDOW];
	size_t count = 0, at, cluster;
	bool more = true;

	do {
		while (more && count < WINDOW) {
			more = read_code(reader, &window[count]);
			count += more;
		}
		/* u32_grapheme_next() sees pairs only and would take a row of flags for one cluster. */
		u32_grapheme_breaks(window, count, breaks);
		for (at = 0; at < count; at += cluster) {
			cluster = cluster_length(window + at, breaks + at, count - at);
			/* The last one may go on beyond the window. */
			if (more && at > 0 && at + cluster == count)
				break;
			place_cluster(filler, window + at, cluster);
		}
		count -= at;
		memmove(window, window + at, count * sizeof window[0]);
	} while (more || count > 0);
}

void
sms_count(const char *text, size_t len, int smart, struct sms_count *out)
{
	struct reader reader = { .text = text, .len = len, .smart = smart != 0 };
	struct reader again = reader;
	struct filler filler = { .segments = 1 };
	unsigned septets = 0, units = 0, single, total;
	bool gsm = true;
	uint32_t code;

	memset(out, 0, sizeof *out);
	while (read_code(&reader, &code)) {
		unsigned n = gsm_septets(code);

		if (n == 0 && gsm) {
			gsm = false;
			out->forces_ucs2 = code;
			out->forces_ucs2_at = reader.from;
		}
		septets += n;
		units += utf16_units(code);
	}
	total = gsm ? septets : units;
	single = gsm ? GSM_SINGLE : UCS2_SINGLE;
	if (total <= single) {
		filler.per_segment = single;
		filler.used = total;
	} else if (gsm) {
		filler.per_segment = GSM_MULTI;
		fill_gsm(&again, &filler);
	} else {
		filler.per_segment = UCS2_MULTI;
		fill_ucs2(&again, &filler);
	}
	out->encoding = gsm ? SMS_GSM7 : SMS_UCS2;
	out->segments = filler.segments;
	out->units = total;
	out->left = filler.per_segment - filler.used;
}
