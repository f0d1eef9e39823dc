/* SPDX-License-Identifier: MIT */
/* Customers: what is known about them, two that are one, and their messages as one list. */
#include "store_dump.h"

#include <time.h>

#include "core/client.h"
#include "core/client_merge.h"
#include "core/client_timeline.h"
#include "core/search_index.h"

static int
setup(void **state)
{
	static struct store store;

	store_setup(&store);
	*state = &store;
	return 0;
}

static int
teardown(void **state)
{
	store_teardown(*state);
	return 0;
}

/* A customer's message under a name; returns the conversation. */
static int64_t
hear(struct db *db, enum channel channel, const char *from, const char *name, int64_t at)
{
	static int number;
	char sid[32];
	struct inbound in = { .channel = channel,
			      .provider_message_id = sid,
			      .from = from,
			      .to = channel == CHANNEL_WHATSAPP ? "whatsapp:+14155238886" : "+15551230000",
			      .name = name,
			      .body = "hola",
			      .metadata = "{}",
			      .received_at = at };
	struct inbound_result result;
	struct err err = { "" };

	snprintf(sid, sizeof sid, "SM%d", number++);
	assert_int_equal(db_begin(db, &err), STATUS_OK);
	if (inbound_store(db, &in, &result, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	assert_int_equal(db_commit(db, &err), STATUS_OK);
	return result.thread_id;
}

static int64_t
client_of(struct db *db, int64_t thread_id)
{
	struct thread row;

	assert_int_equal(thread_get(db, thread_id, &row, NULL), STATUS_OK);
	return row.client_id;
}

static void
index_all(struct db *db)
{
	bool more = true;

	while (more)
		assert_int_equal(search_index_advance(db, 1000, &more, NULL), STATUS_OK);
}

static int64_t
merge(struct db *db, int64_t kept, int64_t gone)
{
	struct client_pair pair = { kept, gone };
	struct err err = { "" };
	int64_t id = 0;

	assert_int_equal(db_begin(db, &err), STATUS_OK);
	if (client_merge(db, &pair, "eva", NOON + 1000, &id, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	assert_int_equal(db_commit(db, &err), STATUS_OK);
	return id;
}

static enum status
part(struct db *db, int64_t merge_id)
{
	struct err err = { "" };
	enum status status;

	assert_int_equal(db_begin(db, &err), STATUS_OK);
	status = client_unmerge(db, merge_id, "eva", NOON + 2000, &err);
	if (status == STATUS_OK)
		assert_int_equal(db_commit(db, &err), STATUS_OK);
	else
		db_rollback(db);
	return status;
}

/* Every table that a merge may touch but its own notes and the audit log; updated_at of a customer tells of the edit itself. */
static char *
dump(struct db *db)
{
	char *parts[] = {
		store_dump(db, "SELECT id, name, language, notes, created_at, merged_into FROM clients ORDER BY id", 6),
		store_dump(db, "SELECT id, client_id, kind, address, canonical, created_at FROM client_addresses ORDER BY id", 6),
		store_dump(db, "SELECT id, client_id, thread_type, own_address, client_address, status, unread_count_agent,"
			       " last_message_id, last_message_at, updated_at FROM communication_threads ORDER BY id", 10),
		store_dump(db, "SELECT id, thread_id, body FROM messages ORDER BY id", 3),
		store_dump(db, "SELECT rowid FROM clients_fts WHERE clients_fts MATCH 'ana OR beto OR carla' ORDER BY rowid", 1),
		store_dump(db, "SELECT thread_type, status, threads, unread_threads FROM inbox_counts ORDER BY 1, 2", 4),
	};
	struct strbuf all;

	strbuf_init(&all, 16 << 20);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		strbuf_add_string(&all, parts[i]);
		free(parts[i]);
	}
	return strbuf_detach(&all);
}

static void
test_edits(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	int64_t id = client_of(db, hear(db, CHANNEL_SMS, "+14155570001", "Ana", NOON));
	struct client_edit edit = { .id = id, .actor = "eva", .now_ms = NOON + 5 };
	struct client_edit nobody = { .id = id + 1, .actor = "eva", .now_ms = NOON + 5 };
	struct client client;
	char long_name[CLIENT_NAME_SIZE + 1];

	index_all(db);
	assert_int_equal(client_rename(db, &edit, "Ana María", NULL), STATUS_OK);
	assert_int_equal(client_rename(db, &edit, "Ana María", NULL), STATUS_OK);
	assert_int_equal(client_set_language(db, &edit, "es-MX", NULL), STATUS_OK);
	assert_int_equal(client_set_notes(db, &edit, "paga tarde\nsiempre", NULL), STATUS_OK);
	assert_int_equal(client_get(db, id, &client, NULL), STATUS_OK);
	assert_string_equal(client.name, "Ana María");
	assert_string_equal(client.language, "es-MX");
	assert_string_equal(client.notes, "paga tarde\nsiempre");
	assert_int_equal(client.updated_at, NOON + 5);
	client_release(&client);
	assert_int_equal(store_number(db, "SELECT count(*) FROM audit_log"), 3);
	assert_int_equal(store_number(db, "SELECT count(*) FROM audit_log WHERE detail LIKE '%tarde%'"), 0);
	assert_int_equal(store_number(db, "SELECT count(*) FROM clients_fts WHERE clients_fts MATCH 'maria'"), 1);

	memset(long_name, 'a', sizeof long_name - 1);
	long_name[sizeof long_name - 1] = '\0';
	assert_int_equal(client_rename(db, &edit, long_name, NULL), STATUS_INVALID);
	assert_int_equal(client_rename(db, &edit, "\xff", NULL), STATUS_INVALID);
	assert_int_equal(client_set_language(db, &edit, "e s", NULL), STATUS_INVALID);
	assert_int_equal(client_set_language(db, &edit, "1234", NULL), STATUS_INVALID);
	assert_int_equal(client_rename(db, &nobody, "Beto", NULL), STATUS_NOT_FOUND);
}

static void
test_merge_and_back_is_nothing(void **state)
{
	static const struct {
		const char *name, *kept_name, *gone_name, *kept_notes, *gone_notes;
	} rows[] = {
		{ "both named", "Ana", "Beto", "", "" },
		{ "the kept one without name", "", "Beto", "", "" },
		{ "notes of both", "Ana", "Ana", "uno", "dos" },
		{ "notes of the other", "", "", "", "dos" },
	};
	struct db *db = ((struct store *)*state)->db;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char one[32], other[32], box[48];
		struct client_edit edit = { .actor = "eva", .now_ms = NOON };
		int64_t kept, gone, merge_id;
		char *before, *after;

		snprintf(one, sizeof one, "+1415557100%zu", i);
		snprintf(other, sizeof other, "+1415557200%zu", i);
		snprintf(box, sizeof box, "whatsapp:%s", other);
		kept = client_of(db, hear(db, CHANNEL_SMS, one, rows[i].kept_name, NOON));
		gone = client_of(db, hear(db, CHANNEL_SMS, other, rows[i].gone_name, NOON + 1));
		hear(db, CHANNEL_WHATSAPP, box, NULL, NOON + 2);
		index_all(db);
		edit.id = kept;
		assert_int_equal(client_set_notes(db, &edit, rows[i].kept_notes, NULL), STATUS_OK);
		edit.id = gone;
		assert_int_equal(client_set_notes(db, &edit, rows[i].gone_notes, NULL), STATUS_OK);
		assert_int_equal(client_set_language(db, &edit, "es", NULL), STATUS_OK);
		before = dump(db);
		merge_id = merge(db, kept, gone);
		after = dump(db);
		assert_string_not_equal(before, after);
		free(after);
		assert_int_equal(part(db, merge_id), STATUS_OK);
		after = dump(db);
		if (strcmp(before, after) != 0)
			fail_msg("%s:\n%s\n%s", rows[i].name, before, after);
		assert_int_equal(part(db, merge_id), STATUS_CONFLICT);
		free(before);
		free(after);
	}
}

#define CLIENTS 12

static void
test_random_merges_and_back_are_nothing(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	unsigned seed = (unsigned)time(NULL), first_seed = seed;
	int64_t ids[CLIENTS], merges[CLIENTS];

	print_message("seed %u\n", first_seed);
	for (int i = 0; i < CLIENTS; i++) {
		char from[32];

		snprintf(from, sizeof from, "+1415557%04d", i);
		ids[i] = client_of(db, hear(db, CHANNEL_SMS, from, i % 3 == 0 ? "" : "Ana", NOON + i));
		snprintf(from, sizeof from, "whatsapp:+1415557%04d", i);
		hear(db, CHANNEL_WHATSAPP, from, NULL, NOON + i);
	}
	index_all(db);
	for (int round = 0; round < 60; round++) {
		char *before = dump(db), *after;
		bool gone[CLIENTS] = { false };
		size_t count = 0;

		for (int i = 0; i < CLIENTS - 1; i++) {
			int a = (int)(rand_r(&seed) % CLIENTS), b = (int)(rand_r(&seed) % CLIENTS);

			if (a == b || gone[a] || gone[b])
				continue;
			merges[count++] = merge(db, ids[a], ids[b]);
			gone[b] = true;
		}
		while (count > 0)
			assert_int_equal(part(db, merges[--count]), STATUS_OK);
		after = dump(db);
		if (strcmp(before, after) != 0)
			fail_msg("seed %u round %d:\n%s\n%s", first_seed, round, before, after);
		free(before);
		free(after);
	}
}

static void
test_what_came_after_follows_its_address(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	int64_t ana = hear(db, CHANNEL_SMS, "+5215512345678", "Ana", NOON);
	int64_t beto = hear(db, CHANNEL_SMS, "+14155570002", "Beto", NOON + 1);
	int64_t kept = client_of(db, ana), gone = client_of(db, beto), merge_id, later, other;
	struct client_edit edit = { .id = kept, .actor = "eva", .now_ms = NOON + 1500 };

	merge_id = merge(db, kept, gone);
	/* Each line keeps its conversation, though both are of one person now. */
	assert_int_equal(hear(db, CHANNEL_SMS, "+14155570002", "Beto", NOON + 1100), beto);
	assert_int_equal(hear(db, CHANNEL_SMS, "+525512345678", "Ana", NOON + 1200), ana);
	assert_int_equal(client_of(db, beto), kept);
	later = hear(db, CHANNEL_WHATSAPP, "whatsapp:+14155570002", "Beto", NOON + 1300);
	other = hear(db, CHANNEL_WHATSAPP, "whatsapp:+525512345678", "Ana", NOON + 1400);
	assert_int_not_equal(later, other);
	assert_int_equal(client_of(db, later), kept);
	assert_int_equal(client_rename(db, &edit, "Ana y Beto", NULL), STATUS_OK);

	assert_int_equal(part(db, merge_id), STATUS_OK);
	assert_int_equal(client_of(db, ana), kept);
	assert_int_equal(client_of(db, other), kept);
	assert_int_equal(client_of(db, beto), gone);
	assert_int_equal(client_of(db, later), gone);
	assert_int_equal(client_of(db, hear(db, CHANNEL_SMS, "+14155570002", "Beto", NOON + 3000)), gone);
	assert_string_equal(store_text(db, "SELECT name FROM clients WHERE id = 1"), "Ana y Beto");
}

static void
test_merges_are_refused_and_ordered(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	int64_t a = client_of(db, hear(db, CHANNEL_SMS, "+14155570001", "Ana", NOON));
	int64_t b = client_of(db, hear(db, CHANNEL_SMS, "+14155570002", "Beto", NOON));
	int64_t c = client_of(db, hear(db, CHANNEL_SMS, "+14155570003", "Carla", NOON));
	struct client_pair same = { a, a }, gone_again = { c, b }, into_gone = { b, c }, nobody = { a, 99 };
	struct client_edit edit = { .id = b, .actor = "eva", .now_ms = NOON };
	struct client_merge_row rows[4];
	int64_t first = merge(db, a, b), second, id;
	size_t count;

	assert_int_equal(client_merge(db, &same, "eva", NOON, &id, NULL), STATUS_INVALID);
	assert_int_equal(client_merge(db, &gone_again, "eva", NOON, &id, NULL), STATUS_CONFLICT);
	assert_int_equal(client_merge(db, &into_gone, "eva", NOON, &id, NULL), STATUS_CONFLICT);
	assert_int_equal(client_merge(db, &nobody, "eva", NOON, &id, NULL), STATUS_NOT_FOUND);
	assert_int_equal(client_rename(db, &edit, "Berta", NULL), STATUS_CONFLICT);
	second = merge(db, c, a);
	assert_int_equal(part(db, first), STATUS_CONFLICT);
	assert_int_equal(part(db, second), STATUS_OK);
	assert_int_equal(client_merges(db, a, 4, rows, &count, NULL), STATUS_OK);
	assert_int_equal(count, 1);
	assert_int_equal(rows[0].id, first);
	assert_string_equal(rows[0].gone_name, "Beto");
	assert_int_equal(part(db, first), STATUS_OK);
	assert_int_equal(client_merges(db, a, 4, rows, &count, NULL), STATUS_OK);
	assert_int_equal(count, 0);
	assert_int_equal(part(db, 99), STATUS_NOT_FOUND);
}

/* Gives a customer of a new number this name and mail address. */
static int64_t
make_client(struct db *db, const char *number, const char *name, const char *mail)
{
	int64_t id = client_of(db, hear(db, strncmp(number, "whatsapp:", 9) == 0 ? CHANNEL_WHATSAPP : CHANNEL_SMS, number,
					name, NOON));
	struct address address;

	if (mail != NULL) {
		assert_int_equal(address_parse(CHANNEL_EMAIL, mail, true, &address, NULL), STATUS_OK);
		assert_int_equal(client_add_address(db, id, &address, NOON, NULL), STATUS_OK);
	}
	return id;
}

static void
test_suggestions(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	int64_t ana = make_client(db, "+14155570001", "Ana  García", "ana.garcia@example.com");
	int64_t twin = make_client(db, "whatsapp:+14155570002", "ana garcia", NULL);
	int64_t box = make_client(db, "+14155570003", "AG", "Ana.Garcia@correo.example");
	int64_t odd = make_client(db, "+14155570008", "Joe \"O'Neil\" NEAR(x", NULL), merge_id;
	int64_t odd_twin = make_client(db, "whatsapp:+14155570009", "joe \"o'neil\" near(X", NULL);
	struct client_suggestion rows[SUGGESTIONS_MAX];
	size_t count;

	make_client(db, "whatsapp:+14155570004", "Ana García López", "ana.garcia2@example.com");
	make_client(db, "+14155570005", "Ana García", NULL); /* the same channel: two people may be called so */
	make_client(db, "+14155570006", "", "info@a.example");
	make_client(db, "whatsapp:+14155570007", "", "info@b.example");
	index_all(db);
	assert_int_equal(client_suggestions(db, ana, SUGGESTIONS_MAX, rows, &count, NULL), STATUS_OK);
	assert_int_equal(count, 2);
	assert_int_equal(rows[0].client_id, twin);
	assert_int_equal(rows[0].reason, SUGGESTION_SAME_NAME);
	assert_string_equal(rows[0].name, "ana garcia");
	assert_string_equal(rows[0].address, "+14155570002");
	assert_int_equal(rows[1].client_id, box);
	assert_int_equal(rows[1].reason, SUGGESTION_SAME_MAILBOX);
	assert_true(rows[0].score > rows[1].score);
	assert_int_equal(client_suggestions(db, ana, 1, rows, &count, NULL), STATUS_OK);
	assert_int_equal(count, 1);

	/* Who is part of another is none; who was parted by an agent is not offered again. */
	assert_int_equal(client_suggestions(db, odd, SUGGESTIONS_MAX, rows, &count, NULL), STATUS_OK);
	assert_int_equal(count, 1);
	assert_int_equal(rows[0].client_id, odd_twin);
	merge_id = merge(db, ana, twin);
	assert_int_equal(client_suggestions(db, ana, SUGGESTIONS_MAX, rows, &count, NULL), STATUS_OK);
	assert_int_equal(count, 1);
	assert_int_equal(part(db, merge_id), STATUS_OK);
	assert_int_equal(client_suggestions(db, ana, SUGGESTIONS_MAX, rows, &count, NULL), STATUS_OK);
	assert_int_equal(count, 1);
	assert_int_equal(client_suggestions(db, twin, SUGGESTIONS_MAX, rows, &count, NULL), STATUS_OK);
	for (size_t i = 0; i < count; i++)
		assert_int_not_equal(rows[i].client_id, ana);
}

static void
test_the_same_number_under_another_kind(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	int64_t ana = make_client(db, "+14155570001", "Ana", NULL), other = make_client(db, "+14155570002", "X", NULL);
	struct client_suggestion rows[SUGGESTIONS_MAX];
	size_t count;

	db_run(db_query(db, "INSERT INTO client_addresses (client_id, kind, address, canonical, created_at)"
			    " VALUES (2, 'whatsapp_user', '+14155570001', '+14155570001', 0)"), NULL);
	assert_int_equal(client_suggestions(db, ana, SUGGESTIONS_MAX, rows, &count, NULL), STATUS_OK);
	assert_int_equal(count, 1);
	assert_int_equal(rows[0].client_id, other);
	assert_int_equal(rows[0].reason, SUGGESTION_SAME_ADDRESS);
}

static void
test_the_timeline_is_every_message_once(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	unsigned seed = (unsigned)time(NULL);
	int64_t first = hear(db, CHANNEL_SMS, "+14155570001", "Ana", NOON), client = client_of(db, first), expected;
	struct thread threads[16];
	size_t count;

	print_message("seed %u\n", seed);
	for (int i = 0; i < 300; i++) {
		static const char *const from[] = { "+14155570001", "whatsapp:+14155570001", "+14155570099" };
		int which = (int)(rand_r(&seed) % 3);
		int64_t at = NOON + i * 1000;

		hear(db, which == 1 ? CHANNEL_WHATSAPP : CHANNEL_SMS, from[which], NULL, at);
		if (rand_r(&seed) % 40 == 0) /* long closed: the next one opens another conversation */
			db_run(db_query(db, "UPDATE communication_threads SET status = 'closed', closed_at = 0"
					    " WHERE client_id = 1"), NULL);
	}
	assert_int_equal(client, 1);
	assert_int_equal(client_threads(db, client, 16, threads, &count, NULL), STATUS_OK);
	assert_true(count >= 2);
	for (size_t i = 1; i < count; i++)
		assert_true(threads[i - 1].last_message_at >= threads[i].last_message_at);
	for (size_t page = 1; page <= TIMELINE_PAGE_MAX; page = page * 3 + 1) {
		struct db_statement *query = db_query(db, "SELECT m.id FROM messages m JOIN communication_threads t"
							  " ON t.id = m.thread_id WHERE t.client_id = 1 ORDER BY m.id DESC");
		int64_t before = 0;
		struct message_list list;

		do {
			assert_int_equal(client_timeline(db, client, before, page, &list, NULL), STATUS_OK);
			for (size_t i = 0; i < list.count; i++) {
				assert_int_equal(db_step(query), DB_ROW);
				expected = db_column_int(query, 0);
				assert_int_equal(list.items[i].id, expected);
				before = expected;
			}
			count = list.count;
			message_list_release(&list);
		} while (count == page);
		assert_int_equal(db_step(query), DB_DONE);
	}
}

static void
test_plans(void **state)
{
	struct db *db = ((struct store *)*state)->db;

	store_expect_plan(db, "conversations of a customer", "threads_client",
			  "EXPLAIN QUERY PLAN SELECT id FROM communication_threads WHERE client_id = $1"
			  " ORDER BY last_message_at DESC, id DESC LIMIT $2");
	store_expect_plan(db, "their newest messages", "messages_thread",
			  "EXPLAIN QUERY PLAN SELECT t.id, (SELECT max(m.id) FROM messages m WHERE m.thread_id = t.id) AS newest"
			  " FROM communication_threads t WHERE t.client_id = $1 ORDER BY newest DESC LIMIT $2");
	store_expect_plan(db, "same address", "client_addresses_canonical",
			  "EXPLAIN QUERY PLAN SELECT client_id FROM client_addresses"
			  " WHERE kind IN ('phone', 'email', 'whatsapp_user') AND canonical = $1 LIMIT 50");
	store_expect_plan(db, "same mailbox", "client_addresses_canonical",
			  "EXPLAIN QUERY PLAN SELECT client_id FROM client_addresses WHERE kind = 'email' AND canonical >= $1"
			  " AND canonical < $2 LIMIT 50");
	store_expect_plan(db, "merges", "client_merges_kept",
			  "EXPLAIN QUERY PLAN SELECT m.id FROM client_merges m JOIN clients c ON c.id = m.gone_id"
			  " WHERE m.kept_id = $1 AND m.undone_at IS NULL ORDER BY m.id DESC LIMIT $2");
	store_expect_plan(db, "the conversation of a line", "threads_client",
			  "EXPLAIN QUERY PLAN SELECT t.id FROM communication_threads t WHERE t.client_id = $1"
			  " AND t.thread_type = $2 AND t.own_address IN ($4, $5) AND (t.status <> 'closed' OR t.closed_at >= $3)"
			  " AND NOT EXISTS (SELECT 1 FROM client_addresses a, client_addresses b"
			  " WHERE a.kind IN ('phone', 'email', 'whatsapp_user') AND a.address = t.client_address"
			  " AND b.kind = a.kind AND b.address = $6 AND b.canonical <> a.canonical) ORDER BY t.id DESC LIMIT 1");
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_edits),
		T(test_merge_and_back_is_nothing),
		T(test_random_merges_and_back_are_nothing),
		T(test_what_came_after_follows_its_address),
		T(test_merges_are_refused_and_ordered),
		T(test_suggestions),
		T(test_the_same_number_under_another_kind),
		T(test_the_timeline_is_every_message_once),
		T(test_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
