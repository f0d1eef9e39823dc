/* SPDX-License-Identifier: MIT */
/*
 * Queries answered: thousands of random ones over a small random store give what a plain look at every conversation gives, page by
 * page, once each; plans meet their indexes; an interruption loses nothing.
 */
#include "store_fixture.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "core/query_plan.h"
#include "core/query_run.h"
#include "core/search_index.h"
#include "core/thread.h"

#define CLIENTS 40
#define MESSAGES 400
#define QUERIES 3000
#define MINUTE 60000LL
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const words[] = { "pedido", "pedidos", "camión", "roto", "hola", "llega", "factura", "zz" };
static const char *const names[] = { "Ana Núñez", "Eva", "Pedro Roto", "" };

static uint32_t seed;

static uint32_t
draw(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % below;
}

/* What the store holds, kept apart from it. */
struct said {
	int64_t id, thread, at;
	char body[64];
	int error;
	bool media, note;
};
static struct said said[MESSAGES];
static size_t said_count;

static void
run_sql(struct db *db, const char *sql, int64_t a, int64_t b)
{
	struct db_statement *query = db_query(db, sql);
	struct err err = { "" };

	db_bind_int(query, 1, a);
	db_bind_int(query, 2, b);
	if (db_run(query, &err) != STATUS_OK)
		fail_msg("%s: %s", sql, err.text);
}

static void
add_message(struct db *db, int i)
{
	static const enum channel channels[] = { CHANNEL_SMS, CHANNEL_WHATSAPP };
	struct said *message = &said[said_count++];
	uint32_t client = draw(CLIENTS);
	enum channel channel = channels[client % 2];
	char sid[32], from[32];
	struct inbound_result result;
	struct err err = { "" };
	struct inbound in = { .channel = channel, .provider_message_id = sid, .from = from, .body = message->body, .metadata = "{}",
			      .to = channel == CHANNEL_WHATSAPP ? "whatsapp:+14155238886" : "+15551230000",
			      .name = names[client % COUNT(names)], .received_at = NOON + i * MINUTE };

	snprintf(sid, sizeof sid, "SM%d", i);
	snprintf(from, sizeof from, "%s+1415557%04d", channel == CHANNEL_WHATSAPP ? "whatsapp:" : "", (int)client);
	for (uint32_t k = 0, n = 1 + draw(3); k < n; k++)
		snprintf(message->body + strlen(message->body), sizeof message->body - strlen(message->body), "%s%s", k > 0 ? " " : "",
			 words[draw(COUNT(words) - 1)]);
	assert_int_equal(inbound_store(db, &in, &result, &err), STATUS_OK);
	*message = (struct said){ result.message_id, result.thread_id, in.received_at, "", 0, draw(9) == 0, draw(11) == 0 };
	snprintf(message->body, sizeof message->body, "%s", in.body);
	message->error = draw(13) == 0 ? 30007 : draw(17) == 0 ? 21610 : 0;
}

static int
setup(void **state)
{
	static struct store store;
	struct err err = { "" };
	bool more = true;

	store_setup(&store);
	seed = 7;
	said_count = 0;
	memset(said, 0, sizeof said);
	assert_int_equal(db_begin(store.db, &err), STATUS_OK);
	for (int i = 0; i < MESSAGES; i++) {
		char body[64];

		add_message(store.db, i);
		/* The body was cleared with the rest: read what was stored. */
		struct db_statement *query = db_query(store.db, "SELECT body FROM messages WHERE id = $1");

		db_bind_int(query, 1, said[i].id);
		assert_int_equal(db_step(query), DB_ROW);
		snprintf(body, sizeof body, "%s", db_column_text(query, 0));
		db_reset(query);
		memcpy(said[i].body, body, sizeof body);
		if (said[i].media)
			run_sql(store.db, "INSERT INTO attachments (message_id, position, kind, created_at) VALUES ($1, 0, 'media', $2)",
				said[i].id, said[i].at);
		if (said[i].note)
			run_sql(store.db, "UPDATE messages SET direction = 'note' WHERE id = $1 AND $2 > 0", said[i].id, 1);
		if (said[i].error != 0)
			run_sql(store.db, "INSERT INTO message_deliveries (message_id, delivery_method, status, status_rank, error_code,"
					  " updated_at) VALUES ($1, 'sms', 'failed', 50, $2, 1)", said[i].id, said[i].error);
	}
	run_sql(store.db, "INSERT INTO agents (id, name, created_at, last_seen_at) VALUES ($1, 'ana', 1, 1), ($2, 'eva', 1, 1)", 1, 2);
	run_sql(store.db, "INSERT INTO labels (id, name, created_at) VALUES ($1, 'vip', 1), ($2, 'roto', 1)", 1, 2);
	run_sql(store.db, "INSERT INTO thread_labels SELECT id, 1 + id % $1, $2 FROM communication_threads WHERE id % 3 = 0", 2, 1);
	run_sql(store.db, "UPDATE communication_threads SET assignee_id = 1 + id % $1 WHERE id % $2 > 0", 2, 4);
	run_sql(store.db, "UPDATE communication_threads SET status = CASE id % $1 WHEN 0 THEN 'closed' WHEN 1 THEN 'pending'"
			  " WHEN 2 THEN 'snoozed' WHEN 3 THEN 'spam' ELSE 'open' END WHERE id > $2", 7, 0);
	run_sql(store.db, "UPDATE communication_threads SET unread_count_agent = 0 WHERE id % $1 = $2", 2, 1);
	run_sql(store.db, "UPDATE communication_threads SET unanswered_since = 0 WHERE id % $1 = $2", 3, 1);
	run_sql(store.db, "UPDATE communication_threads SET failed_count = 1, priority = 2 WHERE id % $1 = $2", 5, 1);
	run_sql(store.db, "INSERT INTO drafts (thread_id, agent, body, updated_at) SELECT id, 'ana', 'x', 1 FROM communication_threads"
			  " WHERE id % $1 = $2", 8, 2);
	assert_int_equal(db_commit(store.db, &err), STATUS_OK);
	assert_int_equal(db_begin(store.db, &err), STATUS_OK);
	while (more)
		assert_int_equal(search_index_advance(store.db, 100, &more, &err), STATUS_OK);
	assert_int_equal(db_commit(store.db, &err), STATUS_OK);
	*state = &store;
	return 0;
}

static int
teardown(void **state)
{
	store_teardown(*state);
	return 0;
}

/* --- the plain look ------------------------------------------------------------------------------------------------ */

/* The words here differ from their folded form in these letters alone. */
static void
fold(const char *text, char out[256])
{
	static const char *const letters[][2] = { { "á", "a" }, { "é", "e" }, { "í", "i" }, { "ó", "o" }, { "ú", "u" }, { "ñ", "n" } };
	size_t len = 0;

	while (*text != '\0' && len < 254) {
		size_t i = 0;

		while (i < COUNT(letters) && strncmp(text, letters[i][0], 2) != 0)
			i++;
		out[len++] = i < COUNT(letters) ? letters[i][1][0] : *text >= 'A' && *text <= 'Z' ? (char)(*text + 32) : *text;
		text += i < COUNT(letters) ? 2 : 1;
	}
	out[len] = '\0';
}

/* True if the text, folded and in blanks, has the word or phrase. */
static bool
has_words(const struct query *query, const struct query_word *word, const char *text)
{
	char typed[256], wanted[260], folded[256], spaced[260];

	snprintf(typed, sizeof typed, "%.*s", (int)word->span.len, query->text + word->span.start);
	fold(typed, folded);
	snprintf(wanted, sizeof wanted, " %s%s", folded, word->prefix ? "" : " ");
	fold(text, folded);
	snprintf(spaced, sizeof spaced, " %s ", folded);
	return strstr(spaced, wanted) != NULL;
}

static bool
all_words(const struct query *query, int node, const char *text)
{
	for (int i = 0; i < query->word_count; i++) {
		if (query->words[i].node == node && !has_words(query, &query->words[i], text))
			return false;
	}
	return true;
}

static bool
in_time(const struct query *query, const struct said *message)
{
	return message->at >= query->from_ms && message->at < query->until_ms;
}

static bool
some_message(const struct query *query, int index, int64_t thread)
{
	const struct query_node *node = &query->nodes[index];

	for (size_t i = 0; i < said_count; i++) {
		if (said[i].thread != thread || !in_time(query, &said[i]))
			continue;
		if ((node->kind == QUERY_TEXT && all_words(query, index, said[i].body)) || (node->kind == QUERY_MEDIA && said[i].media)
		    || (node->kind == QUERY_NOTE && said[i].note)
		    || (node->kind == QUERY_ERROR && said[i].error != 0 && (node->value == 0 || said[i].error == node->value)))
			return true;
	}
	return false;
}

static bool
holds(const struct query *query, int index, const struct thread *thread)
{
	const struct query_node *node = &query->nodes[index];
	char name[64];

	snprintf(name, sizeof name, "%.*s", (int)node->name.len, query->text + node->name.start);
	switch (node->kind) {
	case QUERY_AND:
		return holds(query, node->first, thread) && holds(query, node->second, thread);
	case QUERY_OR:
		return holds(query, node->first, thread) || holds(query, node->second, thread);
	case QUERY_NOT:
		return !holds(query, node->first, thread);
	case QUERY_TEXT:
		return some_message(query, index, thread->id) || all_words(query, index, thread->client_name);
	case QUERY_FROM:
		return all_words(query, index, thread->client_name) || strncmp(thread->client_address, name, strlen(name)) == 0;
	case QUERY_TO:
		return strncmp(thread->own_address, name, strlen(name)) == 0;
	case QUERY_CHANNEL:
		return (int64_t)thread->channel == node->value;
	case QUERY_STATUS:
		return (node->value & 1 << thread->status) != 0;
	case QUERY_AGENT:
		return strcmp(thread->assignee, node->value == 0 ? "" : node->value == 1 ? query->agent : name) == 0;
	case QUERY_LABEL:
		return strcmp(thread->labels, name) == 0;
	case QUERY_PRIORITY:
		return thread->priority == node->value;
	case QUERY_UNREAD:
		return thread->unread > 0;
	case QUERY_FAILED:
		return thread->has_failed;
	case QUERY_WAITING:
		return thread->unanswered_since > 0 && thread->status <= THREAD_PENDING;
	case QUERY_DRAFT:
		return thread->has_draft;
	case QUERY_MEDIA:
	case QUERY_NOTE:
	case QUERY_ERROR:
		return some_message(query, index, thread->id);
	}
	return false;
}

static bool
belongs(const struct query *query, const struct thread *thread)
{
	bool timely = query->from_ms == 0 && query->until_ms == INT64_MAX;

	for (size_t i = 0; i < said_count && !timely; i++)
		timely = said[i].thread == thread->id && in_time(query, &said[i]);
	return timely && (!query->active_only || thread->status <= THREAD_PENDING)
	       && (query->root < 0 || holds(query, query->root, thread));
}

/* --- random queries ------------------------------------------------------------------------------------------------ */

static void
write_query(char *out, size_t size, int depth)
{
	static const char *const terms[] = {
		"pedido", "pedidos", "camion", "ROTO", "hola", "pedi*", "pe*", "ped*", "zz", "\"hola pedido\"", "ana", "nunez",
		"status:closed", "is:open", "is:pending", "is:snoozed", "is:spam", "status:active", "channel:sms", "channel:whatsapp",
		"is:unread",
		"is:failed", "is:waiting", "is:mine", "is:unassigned", "agent:eva", "agent:nobody", "label:vip", "label:roto", "label:none",
		"priority:urgent", "priority:normal", "has:media", "has:note", "has:draft", "has:error", "error:30007",
		"error:21610", "error:1",
		"from:ana", "from:ro", "from:+14155570001", "to:+1415", "to:+1555",
	};
	uint32_t kind = depth == 0 ? 0 : draw(8);
	char left[400], right[400];

	if (kind < 3) {
		snprintf(out, size, "%s", terms[draw(COUNT(terms))]);
		return;
	}
	write_query(left, sizeof left, depth - 1);
	write_query(right, sizeof right, depth - 1);
	if (kind == 3)
		snprintf(out, size, "-(%s)", left);
	else
		snprintf(out, size, kind == 4 ? "(%s or %s)" : "(%s %s)", left, right);
}

static size_t
read_all(struct db *db, const struct query *query, struct thread *rows, int64_t *hits, size_t page_size)
{
	const struct query_budget budget = { .ms = 0 };
	struct query_page page = { .limit = page_size, .more = true };
	struct query_run *run;
	struct err err = { "" };
	size_t count = 0;

	if (query_run_new(db, query, &run, &err) != STATUS_OK)
		fail_msg("%s: %s", query->text, err.text);
	while (page.more) {
		page.rows = rows + count;
		page.hits = hits + count;
		assert_true(count + page_size <= 2 * CLIENTS + 64);
		if (query_run_next(run, &budget, &page, &err) != STATUS_OK)
			fail_msg("%s: %s", query->text, err.text);
		count += page.count;
	}
	query_run_free(run);
	return count;
}

static void
check_query(struct db *db, const struct query *query, const struct thread *all, size_t all_count)
{
	static struct thread rows[2 * CLIENTS + 64];
	int64_t hits[2 * CLIENTS + 64];
	size_t count = read_all(db, query, rows, hits, 1 + draw(20));
	struct err err = { "" };

	for (size_t i = 0; i < all_count; i++) {
		bool wanted = belongs(query, &all[i]), takes = !wanted;
		size_t times = 0;

		for (size_t k = 0; k < count; k++)
			times += rows[k].id == all[i].id;
		if (times != wanted)
			fail_msg("%s: conversation %lld comes %zu times", query->text, (long long)all[i].id, times);
		assert_int_equal(query_takes(db, query, all[i].id, &takes, &err), STATUS_OK);
		assert_int_equal(takes, wanted);
	}
	for (size_t k = 0; k < count; k++) {
		size_t i = 0;

		while (i < said_count && said[i].id != hits[k])
			i++;
		if (hits[k] != 0 && (i == said_count || said[i].thread != rows[k].id))
			fail_msg("%s: a hit of another conversation", query->text);
	}
}

static void
test_answers_equal_a_plain_look(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	static struct thread all[2 * CLIENTS];
	struct query_options options = { .now_ms = NOON + MESSAGES * MINUTE, .agent = "ana" };
	struct thread_filter everything = { .view = THREAD_VIEW_ALL };
	struct err err = { "" };
	size_t all_count;

	assert_int_equal(thread_list(db, &everything, (struct thread_cursor){ 0, 0 }, COUNT(all), all, &all_count, &err), STATUS_OK);
	assert_true(all_count >= CLIENTS / 2);
	for (int i = 0; i < QUERIES; i++) {
		char text[1000];
		struct query query;

		write_query(text, sizeof text, 3);
		if (draw(4) == 0)
			snprintf(text + strlen(text), sizeof text - strlen(text), " since:%dm", (int)draw(MESSAGES));
		if (draw(6) == 0)
			snprintf(text + strlen(text), sizeof text - strlen(text), " before:%dm", (int)draw(MESSAGES));
		options.prefix = draw(2) == 0;
		options.active_only = draw(3) == 0;
		if (query_parse(text, &options, &query, NULL, &err) != STATUS_OK)
			fail_msg("%s: %s", text, err.text);
		check_query(db, &query, all, all_count);
	}
}

/* --- the rest ------------------------------------------------------------------------------------------------------ */

static void
test_hits_of_a_conversation(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct query_options options = { .now_ms = NOON };
	struct query query;
	struct err err = { "" };
	size_t looked_at = 0;

	assert_int_equal(query_parse("pedido or (roto -hola)", &options, &query, NULL, &err), STATUS_OK);
	for (int64_t thread = 1; thread <= CLIENTS; thread++) {
		int64_t ids[MESSAGES], below = INT64_MAX;
		size_t count, at = said_count;

		do {
			assert_int_equal(query_hits(db, &query, thread, below, ids, 2, &count, &err), STATUS_OK);
			for (size_t i = 0; i < count; i++) {
				/* The next older message of the conversation that has one of the words. */
				do {
					assert_true(at > 0);
					at--;
				} while (said[at].thread != thread
					 || (!strstr(said[at].body, "roto") && !has_words(&query, &query.words[0], said[at].body)));
				assert_int_equal(ids[i], said[at].id);
				below = ids[i];
				looked_at++;
			}
		} while (count == 2);
		while (at-- > 0)
			assert_false(said[at].thread == thread
				     && (strstr(said[at].body, "roto") || has_words(&query, &query.words[0], said[at].body)));
	}
	assert_true(looked_at > 50);
}

static void
test_newest_hit_comes_first(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	static struct thread rows[2 * CLIENTS + 64];
	int64_t hits[2 * CLIENTS + 64];
	struct query_options options = { .now_ms = NOON };
	struct query query;
	struct err err = { "" };
	size_t count;

	assert_int_equal(query_parse("factura", &options, &query, NULL, &err), STATUS_OK);
	count = read_all(db, &query, rows, hits, 7);
	assert_true(count > 10);
	for (size_t i = 1; i < count; i++)
		assert_true(hits[i] < hits[i - 1]);
}

static void
test_a_stopped_search_goes_on(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	atomic_bool stop = true;
	const struct query_budget stopped = { .stop = &stop }, short_one = { .ms = 1 };
	struct query_options options = { .now_ms = NOON };
	struct thread rows[8];
	struct query_page page = { .rows = rows, .limit = 8 };
	struct query_run *run;
	struct query query;
	struct err err = { "" };

	assert_int_equal(query_parse("factura", &options, &query, NULL, &err), STATUS_OK);
	assert_int_equal(query_run_new(db, &query, &run, &err), STATUS_OK);
	assert_int_equal(query_run_next(run, &stopped, &page, &err), STATUS_CANCELED);
	assert_true(page.count == 0 && page.more);
	stop = false;
	assert_int_equal(query_run_next(run, &stopped, &page, &err), STATUS_OK);
	assert_int_equal(page.count, 8);
	assert_int_equal(query_run_next(run, &short_one, &page, &err), STATUS_OK);
	query_run_free(run);
}

struct long_one {
	struct db *db;
	atomic_bool done;
	enum status status;
};

static void *
count_for_ever(void *arg)
{
	struct long_one *one = arg;
	struct db_statement *query = db_query(one->db, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
						       " SELECT count(*) FROM n");
	struct err err = { "" };

	one->status = db_run(query, &err);
	one->done = true;
	return NULL;
}

static void
test_what_runs_is_interrupted(void **state)
{
	struct store *store = *state;
	struct long_one one = { .status = STATUS_OK };
	struct err err = { "" };
	pthread_t thread;

	assert_int_equal(db_open(store->path, DB_READ_ONLY, &one.db, &err), STATUS_OK);
	assert_int_equal(pthread_create(&thread, NULL, count_for_ever, &one), 0);
	/* It may not have begun yet. */
	while (!one.done) {
		db_interrupt(one.db);
		sched_yield();
	}
	pthread_join(thread, NULL);
	assert_int_equal(one.status, STATUS_CANCELED);
	assert_int_equal(store_number(one.db, "SELECT count(*) FROM agents"), 2);
	db_close(one.db);
}

/* What is walked along must come in order by itself, save for the small sets. */
static void
test_walks_meet_their_indexes(void **state)
{
	static const struct {
		enum query_drive drive;
		const char *index;
		bool sorts;
	} rows[] = {
		{ DRIVE_ALL, "threads_all ", false },
		{ DRIVE_ACTIVE, "threads_active ", false },
		{ DRIVE_UNREAD, "threads_unread ", false },
		{ DRIVE_STATUS, "threads_status ", false },
		{ DRIVE_CHANNEL, "threads_channel ", false },
		{ DRIVE_AGENT, "threads_inactive_assignee ", false },
		{ DRIVE_AGENT_ACTIVE, "threads_assignee ", false },
		{ DRIVE_NOBODY_ACTIVE, "threads_assignee ", false },
		{ DRIVE_FAILED, "threads_failed ", false },
		{ DRIVE_WAITING, "threads_waiting", true },
		{ DRIVE_LABEL, "thread_labels_label ", true },
		{ DRIVE_TEXT, "VIRTUAL TABLE", false },
		{ DRIVE_ERROR, "deliveries_error ", false },
		{ DRIVE_MEDIA, "attachments", false },
		{ DRIVE_NOTE, "messages_notes ", false },
	};
	static char texts[COUNT(rows)][2000];
	struct db *db = ((struct store *)*state)->db;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct db_statement *query;
		bool met = false;

		snprintf(texts[i], sizeof texts[i], "EXPLAIN QUERY PLAN %s", query_drive_sql(rows[i].drive));
		query = db_query(db, texts[i]);
		while (db_step(query) == DB_ROW) {
			const char *detail = db_column_text(query, 3);

			if (strstr(detail, "TEMP B-TREE") != NULL && !rows[i].sorts)
				fail_msg("walk %d: %s", (int)rows[i].drive, detail);
			met = met || strstr(detail, rows[i].index) != NULL;
		}
		if (!met)
			fail_msg("walk %d: not over %s", (int)rows[i].drive, rows[i].index);
	}
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_answers_equal_a_plain_look), T(test_hits_of_a_conversation),   T(test_newest_hit_comes_first),
		T(test_a_stopped_search_goes_on),   T(test_what_runs_is_interrupted), T(test_walks_meet_their_indexes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
