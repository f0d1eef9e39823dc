/* SPDX-License-Identifier: MIT */
/* The language of queries: what is understood as what, what is refused where, what is offered, what is marked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/query.h"
#include "core/strbuf.h"

#define NOW 1790000000000LL /* 2026-09-21 13:33:20 UTC */
#define DAY (24 * 60 * 60 * 1000LL)
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct query_options asked_by_ana = { .now_ms = NOW, .agent = "ana" };

/* The tree in brackets, words and names as typed. */
static void
write_node(struct strbuf *out, const struct query *query, int index)
{
	static const char *const names[] = { "and",   "or",    "not",	   "text",   "channel", "status",  "from",  "to",    "agent",
					     "label", "priority", "unread", "failed", "waiting", "media", "note", "draft", "error" };
	const struct query_node *node = &query->nodes[index];

	strbuf_add_format(out, "(%s", names[node->kind]);
	if (node->first >= 0)
		strbuf_add_char(out, ' ');
	if (node->first >= 0)
		write_node(out, query, node->first);
	if (node->second >= 0) {
		strbuf_add_char(out, ' ');
		write_node(out, query, node->second);
	}
	for (int i = 0; i < query->word_count; i++) {
		const struct query_word *word = &query->words[i];

		if (word->node == index)
			strbuf_add_format(out, " [%.*s]%s", (int)word->span.len, query->text + word->span.start, word->prefix ? "*" : "");
	}
	if (node->kind == QUERY_LABEL || node->kind == QUERY_TO || (node->kind == QUERY_AGENT && node->value == 2))
		strbuf_add_format(out, " %.*s", (int)node->name.len, query->text + node->name.start);
	else if (node->kind == QUERY_CHANNEL || node->kind == QUERY_STATUS || node->kind == QUERY_PRIORITY || node->kind == QUERY_AGENT
		 || node->kind == QUERY_ERROR)
		strbuf_add_format(out, " %d", (int)node->value);
	strbuf_add_char(out, ')');
}

struct tree_row {
	const char *name, *text, *tree;
};

static const struct tree_row trees[] = {
	{ "nothing", "", "" },
	{ "blanks", " \t\n", "" },
	{ "a word", "pedido", "(text [pedido])" },
	{ "words of one message", "pedido roto", "(text [pedido] [roto])" },
	{ "a phrase", "\"pedido roto\"", "(text [pedido roto])" },
	{ "a beginning", "ped*", "(text [ped]*)" },
	{ "and is a blank", "a1 AND b1 y c1", "(text [a1] [b1] [c1])" },
	{ "or", "a1 or b1 o c1", "(or (or (text [a1]) (text [b1])) (text [c1]))" },
	{ "and binds closer", "a1 b1 or c1 d1", "(or (text [a1] [b1]) (text [c1] [d1]))" },
	{ "parentheses", "(a1 or b1) c1", "(and (or (text [a1]) (text [b1])) (text [c1]))" },
	{ "parentheses without need", "(a1 b1) c1", "(text [a1] [b1] [c1])" },
	{ "words meet over a key", "a1 is:unread (b1 is:failed)", "(and (and (text [a1] [b1]) (unread)) (failed))" },
	{ "three ways to turn round", "not a1 -b1 !c1", "(and (and (not (text [a1])) (not (text [b1]))) (not (text [c1])))" },
	{ "twice", "not -a1", "(not (not (text [a1])))" },
	{ "a turned group", "-(a1 b1)", "(not (text [a1] [b1]))" },
	{ "no before a word is a word", "no llega", "(text [no] [llega])" },
	{ "no before a key", "no es:abierta", "(not (status 1))" },
	{ "no before a parenthesis", "no (a1)", "(not (text [a1]))" },
	{ "a quoted operator is a word", "\"or\"", "(text [or])" },
	{ "an address of the web", "https://example.com/a?b=c", "(text [https://example.com/a?b=c])" },
	{ "a time of day", "10:30", "(text [10:30])" },
	{ "accents in keys", "después:2026-01-01", "" },
	{ "channel", "channel:sms canal:WhatsApp channel:correo",
	  "(and (and (channel 0) (channel 1)) (channel 2))" },
	{ "status", "status:open estado:cerrada status:active", "(and (and (status 1) (status 8)) (status 3))" },
	{ "is", "is:unread is:failed is:waiting is:mine is:unassigned",
	  "(and (and (and (and (unread) (failed)) (waiting)) (agent 1)) (agent 0))" },
	{ "is, a status", "is:open is:pending is:snoozed is:closed is:spam",
	  "(and (and (and (and (status 1) (status 2)) (status 4)) (status 8)) (status 16))" },
	{ "es", "es:no-leído es:fallida es:espera es:mía es:sin-asignar",
	  "(and (and (and (and (unread) (failed)) (waiting)) (agent 1)) (agent 0))" },
	{ "has", "has:media has:note has:draft has:error", "(and (and (and (media) (note)) (draft)) (error 0))" },
	{ "tiene", "tiene:archivo tiene:nota tiene:borrador", "(and (and (media) (note)) (draft))" },
	{ "agent", "agent:me agente:nadie agent:eva agent:\"Ana María\"",
	  "(and (and (and (agent 1) (agent 0)) (agent eva)) (agent Ana María))" },
	{ "an agent called me", "agent:\"me\"", "(agent me)" },
	{ "label", "label:vip etiqueta:\"muy urgente\"", "(and (label vip) (label muy urgente))" },
	{ "priority", "priority:low prioridad:urgente", "(and (priority -1) (priority 2))" },
	{ "from and to", "from:ana de:+1415 to:+1555 para:ventas",
	  "(and (and (and (from [ana]*) (from [+1415]*)) (to +1555)) (to ventas))" },
	{ "error", "error:30007 fallo:21610", "(and (error 30007) (error 21610))" },
	{ "capitals", "STATUS:Closed AND Is:UNREAD", "(and (status 8) (unread))" },
	{ "a date alone takes all of its time", "since:7d", "" },
};

static void
test_trees(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(trees); i++) {
		struct strbuf out;
		struct query query;
		struct err err = { "" };

		strbuf_init(&out, 4096);
		if (query_parse(trees[i].text, &asked_by_ana, &query, NULL, &err) != STATUS_OK)
			fail_msg("%s: %s", trees[i].name, err.text);
		if (query.root >= 0)
			write_node(&out, &query, query.root);
		if (strcmp(strbuf_text(&out), trees[i].tree) != 0)
			fail_msg("%s: %s", trees[i].name, strbuf_text(&out));
		strbuf_release(&out);
	}
}

struct error_row {
	const char *name, *text;
	size_t start, len;
	const char *says;
};

static const struct error_row errors[] = {
	{ "quote", "hola \"pedido", 5, 7, "not closed" },
	{ "quote of a value", "label:\"vip", 6, 4, "not closed" },
	{ "parenthesis", "a (b or c", 2, 1, "not closed" },
	{ "end of none", "a b) c", 3, 1, "No parenthesis" },
	{ "empty parentheses", "a ()", 2, 2, "nothing between" },
	{ "or at the end", "a or", 2, 2, "behind \"or\"" },
	{ "or at the beginning", "or a", 0, 2, "before \"or\"" },
	{ "and in a group", "(a and )", 3, 3, "behind \"and\"" },
	{ "not at the end", "a not", 2, 3, "behind \"not\"" },
	{ "two operators", "a or and b", 2, 2, "behind \"or\"" },
	{ "unknown key", "a stauts:open", 2, 6, "no key \"stauts:\"" },
	{ "unknown status", "status:opn", 7, 3, "open, pending, snoozed, closed, spam" },
	{ "no status", "status: a", 0, 7, "needs a value" },
	{ "unknown channel", "channel:fax", 8, 3, "sms, whatsapp, email" },
	{ "unknown is", "hola is:red", 8, 3, "unread, waiting, mine" },
	{ "unknown has", "has:x", 4, 1, "media, note, draft" },
	{ "unknown priority", "priority:9", 9, 1, "low, normal, high, urgent" },
	{ "no label", "label:", 0, 6, "needs a value" },
	{ "empty label", "label:\"\"", 0, 8, "needs a value" },
	{ "no agent", "a agent:", 2, 6, "needs a value" },
	{ "no sender", "from:", 0, 5, "needs a value" },
	{ "bad date", "since:tomorrow", 6, 8, "no date" },
	{ "a day that is not", "before:2026-02-30", 7, 10, "no date" },
	{ "no date", "after:", 0, 6, "no date" },
	{ "span without unit", "since:7", 6, 1, "no date" },
	{ "date under not", "-since:7d", 1, 8, "whole query" },
	{ "date behind or", "a or since:7d", 5, 8, "whole query" },
	{ "date before or", "since:7d or a", 0, 8, "whole query" },
	{ "date in a group before or", "(a since:7d) or b", 3, 8, "whole query" },
	{ "error without number", "error:abc", 6, 3, "no error code" },
	{ "error zero", "error:0", 6, 1, "no error code" },
	{ "sign alone", "a -", 2, 1, "neither letter nor digit" },
	{ "empty phrase", "\"\"", 0, 2, "neither letter nor digit" },
	{ "one letter", "a b*", 2, 2, "two letters" },
	{ "no UTF-8", "a \xff", 0, 3, "UTF-8" },
};

static void
check_error(const char *name, const char *text, const struct query_options *options, const struct error_row *row)
{
	struct query_span where = { 999, 999 };
	struct query query;
	struct err err = { "" };

	if (query_parse(text, options, &query, &where, &err) != STATUS_INVALID)
		fail_msg("%s: not refused", name);
	if (where.start != row->start || where.len != row->len)
		fail_msg("%s: points at %zu+%zu", name, where.start, where.len);
	if (strstr(err.text, row->says) == NULL)
		fail_msg("%s: %s", name, err.text);
}

static void
test_errors(void **state)
{
	static const struct query_options nobody = { .now_ms = NOW };
	static const struct error_row mine = { "mine", "a is:mine", 5, 4, "name the agent" };

	(void)state;
	for (size_t i = 0; i < COUNT(errors); i++)
		check_error(errors[i].name, errors[i].text, &asked_by_ana, &errors[i]);
	check_error(mine.name, mine.text, &nobody, &(struct error_row){ "", "", 2, 7, "name the agent" });
}

static void
test_bounds(void **state)
{
	char text[QUERY_SIZE + 10];
	struct query query;
	struct query_span where;
	struct err err = { "" };

	(void)state;
	memset(text, 'a', sizeof text);
	text[QUERY_SIZE - 1] = '\0';
	assert_int_equal(query_parse(text, &asked_by_ana, &query, NULL, &err), STATUS_OK);
	text[QUERY_SIZE - 1] = 'a';
	text[QUERY_SIZE] = '\0';
	check_error("long", text, &asked_by_ana, &(struct error_row){ "", "", QUERY_SIZE - 1, 1, "shorten" });

	memset(text, 0, sizeof text);
	for (int i = 0; i < QUERY_TERMS_MAX; i++)
		memcpy(text + 3 * i, "ab ", 3);
	assert_int_equal(query_parse(text, &asked_by_ana, &query, NULL, &err), STATUS_OK);
	memcpy(text + 3 * QUERY_TERMS_MAX, "cd", 2);
	check_error("many", text, &asked_by_ana, &(struct error_row){ "", "", 3 * QUERY_TERMS_MAX, 2, "leave some out" });

	memset(text, 0, sizeof text);
	memset(text, '(', QUERY_DEPTH_MAX);
	text[QUERY_DEPTH_MAX] = 'a';
	assert_int_equal(query_parse(text, &asked_by_ana, &query, &where, &err), STATUS_INVALID);
	assert_non_null(strstr(err.text, "nested"));
	memset(text, 0, sizeof text);
	for (int i = 0; i < 200; i++)
		memcpy(text + 4 * i, "not ", 4);
	assert_int_equal(query_parse(text, &asked_by_ana, &query, &where, &err), STATUS_INVALID);
	for (int i = 0; i < 100; i++)
		memcpy(text + 8 * i, "is:open ", 8);
	text[800] = '\0';
	assert_int_equal(query_parse(text, &asked_by_ana, &query, &where, &err), STATUS_INVALID);
	assert_non_null(strstr(err.text, "too many parts"));
}

/* The zone is set by main(): UTC. */
static void
test_dates(void **state)
{
	static const struct {
		const char *text;
		int64_t from, until;
	} rows[] = {
		{ "since:7d", NOW - 7 * DAY, INT64_MAX },
		{ "after:2h", NOW - DAY / 12, INT64_MAX },
		{ "before:3w", 0, NOW - 21 * DAY },
		{ "since:30m", NOW - 1800000, INT64_MAX },
		{ "since:today", 1789948800000, INT64_MAX },
		{ "desde:ayer", 1789948800000 - DAY, INT64_MAX },
		{ "after:yesterday", 1789948800000, INT64_MAX },
		{ "before:2026-09-21", 0, 1789948800000 },
		{ "after:20/09/2026 before:21/9/2026", 1789948800000, 1789948800000 },
		{ "since:20/9", 1789948800000 - DAY, INT64_MAX },
		{ "since:22/9", 1789948800000 + DAY - 365 * DAY, INT64_MAX },
		{ "since:7d since:2d", NOW - 2 * DAY, INT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct query query;
		struct err err = { "" };

		if (query_parse(rows[i].text, &asked_by_ana, &query, NULL, &err) != STATUS_OK)
			fail_msg("%s: %s", rows[i].text, err.text);
		if (query.from_ms != rows[i].from || query.until_ms != rows[i].until)
			fail_msg("%s: %lld %lld", rows[i].text, (long long)query.from_ms, (long long)query.until_ms);
	}
}

static void
test_options(void **state)
{
	struct query_options typing = { .now_ms = NOW, .prefix = true, .active_only = true };
	struct query query;
	struct err err = { "" };

	(void)state;
	assert_int_equal(query_parse("hola ped", &typing, &query, NULL, &err), STATUS_OK);
	assert_true(query.active_only && !query.words[0].prefix && query.words[1].prefix);
	assert_int_equal(query_parse("hola ", &typing, &query, NULL, &err), STATUS_OK);
	assert_false(query.words[0].prefix);
	assert_int_equal(query_parse("\"hola ped\"", &typing, &query, NULL, &err), STATUS_OK);
	assert_false(query.words[0].prefix);
	assert_int_equal(query_parse("hola h", &typing, &query, NULL, &err), STATUS_OK);
	assert_false(query.words[1].prefix);
	assert_int_equal(query_parse("hola is:closed", &typing, &query, NULL, &err), STATUS_OK);
	assert_false(query.active_only);
}

static void
test_hits_are_marked(void **state)
{
	static const struct {
		const char *query, *text, *marked;
	} rows[] = {
		{ "camion", "Un CAMIÓN y otro camión", "[CAMIÓN][camión]" },
		{ "cam*", "camas, cama; escama", "[camas][cama]" },
		{ "\"mi pedido\"", "mi, pedido; pedido mi", "[mi, pedido]" },
		{ "hola -adios", "hola adios", "[hola]" },
		{ "a1 or b1", "b1 c1 a1", "[b1][a1]" },
		{ "from:ana", "ana", "" },
		{ "pedido", "pedidos", "" },
		{ "pedido", "\xff" "pedido\xff", "[pedido]" },
		{ "n\xcc\x83u", "\xc3\xb1u", "[\xc3\xb1u]" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct query_span hit;
		struct query query;
		struct err err = { "" };
		char marked[128] = "";
		size_t len = strlen(rows[i].text);

		assert_int_equal(query_parse(rows[i].query, &asked_by_ana, &query, NULL, &err), STATUS_OK);
		for (size_t at = 0; query_find(&query, rows[i].text, len, at, &hit); at = hit.start + hit.len)
			snprintf(marked + strlen(marked), sizeof marked - strlen(marked), "[%.*s]", (int)hit.len, rows[i].text + hit.start);
		if (strcmp(marked, rows[i].marked) != 0)
			fail_msg("%s: %s", rows[i].query, marked);
		assert_int_equal(query_has_words(&query), rows[i].query[0] != 'f');
	}
}

static size_t
some_values(void *arg, enum query_data what, const char *prefix, char (*values)[QUERY_VALUE_SIZE], size_t max)
{
	(void)arg;
	assert_true(max >= 2);
	snprintf(values[0], QUERY_VALUE_SIZE, "%d%s", (int)what, prefix);
	snprintf(values[1], QUERY_VALUE_SIZE, "two words");
	return 2;
}

static void
test_completion(void **state)
{
	static const struct {
		const char *text;
		size_t cursor, start;
		const char *offered;
	} rows[] = {
		{ "hola sta", 8, 5, "status: " },
		{ "estado", 6, 0, "estado: " },
		{ "-is:un", 6, 1, "is:unread is:unassigned " },
		{ "es:no", 5, 0, "es:no-leida " },
		{ "(label:v", 8, 1, "label:1v label:\"two words\" " },
		{ "agent:n", 7, 0, "agent:none agent:0n agent:\"two words\" " },
		{ "canal:corr", 10, 0, "canal:correo " },
		{ "since:y", 7, 0, "since:yesterday " },
		{ "xyz:a", 5, 0, "" },
		{ "hola ", 5, 5, "" },
		{ "status:o x", 8, 0, "status:open " },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct query_completion found;
		char offered[2048] = "";

		query_complete(rows[i].text, rows[i].cursor, some_values, NULL, &found);
		for (size_t k = 0; k < found.count; k++)
			snprintf(offered + strlen(offered), sizeof offered - strlen(offered), "%s ", found.items[k].text);
		if (strcmp(offered, rows[i].offered) != 0)
			fail_msg("%s: %s", rows[i].text, offered);
		assert_int_equal(found.replace.start, rows[i].start);
		assert_int_equal(found.replace.len, rows[i].cursor - rows[i].start);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trees),		 cmocka_unit_test(test_errors),	 cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_dates),		 cmocka_unit_test(test_options), cmocka_unit_test(test_hits_are_marked),
		cmocka_unit_test(test_completion),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
