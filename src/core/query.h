/* SPDX-License-Identifier: MIT */
/*
 * The one language in which conversations are asked for: in the list, the search, saved views, commands and export.
 *
 * A query selects CONVERSATIONS. It is made of terms, joined by "and" (or a blank), "or", turned round by "not", "-" or "!",
 * grouped by parentheses; "not" binds closest, then "and", then "or". Keywords may be in any letter case, English or Spanish.
 *
 *	word "a phrase" word*	text: words side by side must all stand in ONE message (a reply, a customer's message or a note),
 *				or all in the customer's name, or they are the beginning of the customer's number. Letter
 *				case and accents do not matter. "*" makes a word a beginning (of two letters at least); so does
 *				options.prefix for the last one.
 *	channel: status: priority:	the conversation's own: sms ...; open ..., active (= open or pending); low ...
 *	from: to:		the customer: words of the name (the last may be a beginning), or the beginning of an address; the
 *				beginning of our own address ("+" may be left out)
 *	agent:			who has it: a name, me, none
 *	label:			it carries that label
 *	is:	unread, failed (a reply failed), waiting (active, and the customer waits for an answer), mine, unassigned,
 *		open, pending, snoozed, closed, spam, active
 *	has:	media, note (a private one), draft (of any agent), error: in some message of it
 *	error:	some message of it failed with that code
 *	before: after: since:	which messages are looked at: those sent before the day begins, after it ended, since it began; with
 *				a span (30m, 2h, 7d, 3w) or a moment, before or after that. A date is 2026-11-22, 22/11/2026 or 22/11
 *				(of the last 12 months), today, yesterday, local time.
 *
 * Text, media, note and error are each met by one message, not necessarily the same one. Dates hold for the whole query (so
 * they may not stand under "or" or "not"): every text, media, note and error has to be met by a message of that time, and a
 * query with dates takes conversations with at least one message of that time. Without a term about the status (status:,
 * is:open and the like) options.active_only decides whether only active conversations are meant. An empty query takes all.
 *
 * Spanish "y", "o" are "and", "or"; "no" is "not" only before a key, a quote or a parenthesis: "no llega" are two words.
 *
 * Nothing here allocates, reads the clock or knows a database (core/query_run.h does). Safe from any thread.
 */
#ifndef HILO_CORE_QUERY_H
#define HILO_CORE_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/channel.h"
#include "core/err.h"
#include "core/thread.h"

#define QUERY_SIZE 1025 /* bytes of a query with its NUL */
#define QUERY_DEPTH_MAX 16
#define QUERY_TERMS_MAX 32 /* words count one each */
#define QUERY_NODES_MAX (3 * QUERY_TERMS_MAX)

enum query_kind {
	/* Of two: children first and second. */
	QUERY_AND,
	QUERY_OR,
	QUERY_NOT, /* of one: first */
	/* Terms; value and name say what of. */
	QUERY_TEXT, /* the words whose `node` it is, all in one message */
	QUERY_CHANNEL, /* value: enum channel */
	QUERY_STATUS, /* value: a set, 1 << enum thread_status */
	QUERY_FROM, /* words, as of a text; name: the beginning of an address */
	QUERY_TO, /* name */
	QUERY_AGENT, /* name, as typed; "" = nobody */
	QUERY_LABEL, /* name, as typed */
	QUERY_PRIORITY, /* value: -1 low, 0, 1 high, 2 urgent */
	QUERY_UNREAD,
	QUERY_FAILED,
	QUERY_WAITING,
	QUERY_MEDIA,
	QUERY_NOTE,
	QUERY_DRAFT,
	QUERY_ERROR /* value: the code; 0 = any */
};

/* Bytes of the text that was typed. */
struct query_span {
	size_t start;
	size_t len;
};

struct query_word {
	struct query_span span; /* in query.text, without quotes and star */
	bool prefix; /* only the beginning is given */
	int node; /* the term it belongs to */
};

struct query_node {
	enum query_kind kind;
	int first, second; /* children: indexes into nodes, always lower than the node's own; -1 = none */
	int64_t value;
	struct query_span name; /* in query.text */
};

/* A query that was understood; copied by assignment, nothing to release. */
struct query {
	char text[QUERY_SIZE]; /* as typed */
	char agent[THREAD_NAME_SIZE]; /* who "me" and "mine" are */
	struct query_node nodes[QUERY_NODES_MAX];
	int node_count;
	int root; /* -1: takes all */
	struct query_word words[QUERY_TERMS_MAX];
	int word_count;
	int64_t from_ms; /* messages looked at: from_ms <= sent < until_ms; 0 and INT64_MAX when no dates were given */
	int64_t until_ms;
	bool active_only; /* only open and pending ones */
};

struct query_options {
	int64_t now_ms; /* for spans and today */
	const char *agent; /* who asks; NULL or "" = nobody: is:mine is an error */
	bool prefix; /* the last word may not be typed to its end */
	bool active_only; /* without a status term: only active conversations; else all */
};

/*
 * Understands `text`. STATUS_INVALID: `err` says what is wrong and what is allowed, *where (may be NULL) gets the part of `text` that
 * it is about (an empty one at the end when something is missing there).
 */
enum status query_parse(const char *text, const struct query_options *options, struct query *out, struct query_span *where,
			struct err *err);

/* True if a text, phrase or word is asked for that is not under "not": then there is something to highlight. */
bool query_has_words(const struct query *query);
/* True if the node is a text that is not under "not". */
bool query_asks(const struct query *query, int node);
/*
 * The first place at or after `from` in `text` (`len` bytes, as stored or as shown) that a word of the query is about: whole words, of
 * a prefix the whole word that begins so; phrases as a whole. False if there is none.
 */
bool query_find(const struct query *query, const char *text, size_t len, size_t from, struct query_span *hit);

/* Values that only the data know. */
enum query_data { QUERY_DATA_AGENT, QUERY_DATA_LABEL, QUERY_DATA_OWN_ADDRESS };
#define QUERY_VALUE_SIZE 64
#define QUERY_COMPLETIONS_MAX 32
struct query_completion {
	struct query_span replace; /* what a chosen one takes the place of: the word up to the cursor */
	size_t count;
	struct {
		char text[QUERY_VALUE_SIZE]; /* to be inserted; a key ends with ":", a value with blanks is quoted */
		const char *help; /* translated, or "" */
	} items[QUERY_COMPLETIONS_MAX];
};
/* Fills up to `max` values that begin with `prefix` (any case) and returns how many. */
typedef size_t query_values_fn(void *arg, enum query_data what, const char *prefix, char (*values)[QUERY_VALUE_SIZE], size_t max);

/*
 * What may stand at the cursor (a byte offset) of an unfinished query: keys, and values of the key that is there. `values` may be
 * NULL. Count 0 when nothing is known. query_values() of core/query_run.h serves as `values`.
 */
void query_complete(const char *text, size_t cursor, query_values_fn *values, void *arg, struct query_completion *out);

#endif
