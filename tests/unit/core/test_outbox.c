/* SPDX-License-Identifier: MIT */
/* The outbox: rules, states, order, leases, recovery. */
#include "store_fixture.h"

#include <pthread.h>
#include <sys/wait.h>

#include "core/clock.h"
#include "core/draft.h"
#include "core/message.h"
#include "core/thread.h"

#define DAY (24LL * 60 * 60 * 1000)
#define LEASE 60000

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

static struct outgoing
sms(const char *to, const char *body)
{
	return (struct outgoing){ .channel = CHANNEL_SMS,
				  .to = to,
				  .own_address = "+15551230000",
				  .body = body,
				  .author = "eva",
				  .origin = "command",
				  .now_ms = NOON };
}

/* The id of the only ready row, 0 if none. */
static int64_t
ready(struct db *db, int64_t now)
{
	struct outbox_row rows[8];
	struct err err = { "" };
	size_t count;
	int64_t id = 0;

	assert_int_equal(outbox_ready(db, now, 8, rows, &count, &err), STATUS_OK);
	assert_true(count <= 1);
	if (count == 1) {
		id = rows[0].id;
		outbox_row_release(&rows[0]);
	}
	return id;
}

static void
test_rules(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	char long_text[1700];
	int64_t open_wa = store_inbound(db, CHANNEL_WHATSAPP, "W1", "whatsapp:+5215500000001", "hi", NOON - DAY + 120000)
				  .thread_id;
	int64_t shut_wa = store_inbound(db, CHANNEL_WHATSAPP, "W2", "whatsapp:+5215500000002", "hi", NOON - DAY).thread_id;
	const struct {
		const char *name;
		struct outgoing out;
		enum send_problem problem;
	} rows[] = {
		{ "fine", sms("+14155550101", "hola"), SEND_FINE },
		{ "a number with blanks", sms("+1 (415) 555-0101", "hola"), SEND_FINE },
		{ "no number", sms("somebody", "hola"), SEND_BAD_ADDRESS },
		{ "nothing to say", sms("+14155550101", ""), SEND_EMPTY },
		{ "blanks say nothing", sms("+14155550101", " \n\t "), SEND_EMPTY },
		{ "too long", sms("+14155550101", long_text), SEND_TOO_LONG },
		{ "no sender", { .channel = CHANNEL_SMS, .to = "+14155550101", .body = "x", .now_ms = NOON }, SEND_NO_SENDER },
		{ "email", { .channel = CHANNEL_EMAIL, .to = "a@example.com", .body = "x", .now_ms = NOON }, SEND_CHANNEL_OFF },
		{ "window open", { .channel = CHANNEL_WHATSAPP, .thread_id = open_wa, .body = "x", .now_ms = NOON }, SEND_FINE },
		{ "window shut",
		  { .channel = CHANNEL_WHATSAPP, .thread_id = shut_wa, .body = "x", .now_ms = NOON },
		  SEND_WINDOW_CLOSED },
		{ "window shut, found by number",
		  { .channel = CHANNEL_WHATSAPP, .to = "+5215500000002", .own_address = "+14155238886", .body = "x", .now_ms = NOON },
		  SEND_WINDOW_CLOSED },
		{ "window shut, template by id",
		  { .channel = CHANNEL_WHATSAPP,
		    .thread_id = shut_wa,
		    .template_name = "HX0123456789abcdef0123456789abcdef",
		    .variables = "{\"1\":\"Ana\"}",
		    .now_ms = NOON },
		  SEND_FINE },
		{ "template that is not there",
		  { .channel = CHANNEL_WHATSAPP, .thread_id = shut_wa, .template_name = "nope", .now_ms = NOON },
		  SEND_NO_TEMPLATE },
		{ "never wrote: the carrier decides",
		  { .channel = CHANNEL_WHATSAPP, .to = "+5215500000003", .own_address = "+14155238886", .body = "x", .now_ms = NOON },
		  SEND_FINE },
		{ "conversation of another channel",
		  { .channel = CHANNEL_SMS, .thread_id = open_wa, .body = "x", .now_ms = NOON },
		  SEND_NO_THREAD },
		{ "conversation of another customer",
		  { .channel = CHANNEL_WHATSAPP, .thread_id = open_wa, .to = "+5215500000002", .body = "x", .now_ms = NOON },
		  SEND_NO_THREAD },
		{ "no such conversation", { .channel = CHANNEL_SMS, .thread_id = 999, .body = "x", .now_ms = NOON }, SEND_NO_THREAD },
	};

	memset(long_text, 'a', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int64_t before = store_number(db, "SELECT count(*) FROM messages");
		struct outgoing_result result = store_enqueue(db, &rows[i].out);

		if (result.problem != rows[i].problem)
			fail_msg("%s: %s", rows[i].name, send_problem_code(result.problem));
		if (store_number(db, "SELECT count(*) FROM messages") - before != (rows[i].problem == SEND_FINE))
			fail_msg("%s: a refusal changes nothing", rows[i].name);
		assert_int_not_equal(send_problem_text(result.problem)[0], '\0');
	}
}

/* One customer, two numbers: each has a window of its own. */
static void
test_windows_of_a_customer_with_two_lines(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct outgoing shut = { .channel = CHANNEL_WHATSAPP, .to = "+5215500000002", .own_address = "+14155238886", .body = "x",
				 .now_ms = NOON };
	struct outgoing open = shut;
	struct err err = { "" };

	open.to = "+5215500000001";
	store_inbound(db, CHANNEL_WHATSAPP, "W1", "whatsapp:+5215500000001", "hi", NOON - 1000);
	store_inbound(db, CHANNEL_WHATSAPP, "W2", "whatsapp:+5215500000002", "hi", NOON - DAY);
	assert_int_equal(db_run(db_query(db, "UPDATE client_addresses SET client_id = 1"), &err), STATUS_OK);
	assert_int_equal(db_run(db_query(db, "UPDATE communication_threads SET client_id = 1"), &err), STATUS_OK);
	assert_int_equal(store_enqueue(db, &shut).problem, SEND_WINDOW_CLOSED);
	assert_int_equal(store_enqueue(db, &open).problem, SEND_FINE);
}

static void
test_limit_and_when_it_ends(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct outgoing out = sms("+14155550101", "hola");
	struct outgoing_result result;

	out.limit_count = 3;
	out.limit_ms = 3600000;
	for (int i = 0; i < 3; i++) {
		out.now_ms = NOON + i * 1000;
		assert_int_equal(store_enqueue(db, &out).problem, SEND_FINE);
	}
	out.now_ms = NOON + 10000;
	result = store_enqueue(db, &out);
	assert_int_equal(result.problem, SEND_LIMIT);
	assert_int_equal(result.retry_after_s, 3590);
	/* Another customer and another channel are not concerned. */
	out.to = "+14155550102";
	assert_int_equal(store_enqueue(db, &out).problem, SEND_FINE);
	out.to = "+14155550101";
	out.channel = CHANNEL_WHATSAPP;
	assert_int_equal(store_enqueue(db, &out).problem, SEND_FINE);
	out.channel = CHANNEL_SMS;
	out.now_ms = NOON + 10000 + result.retry_after_s * 1000;
	assert_int_equal(store_enqueue(db, &out).problem, SEND_FINE);
	assert_int_equal(store_enqueue(db, &out).problem, SEND_LIMIT);
}

static void
test_reply_ends_the_draft_only_of_its_author(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	int64_t thread_id = store_inbound(db, CHANNEL_SMS, "S1", "+14155550101", "hi", NOON).thread_id;
	struct err err = { "" };
	char *text;

	assert_int_equal(draft_save(db, thread_id, "eva", "half a", NOON, &err), STATUS_OK);
	assert_int_equal(draft_save(db, thread_id, "luis", "other", NOON, &err), STATUS_OK);
	store_reply(db, thread_id, CHANNEL_SMS, "half a sentence", NOON);
	assert_int_equal(draft_load(db, thread_id, "eva", &text, &err), STATUS_OK);
	assert_string_equal(text, "");
	free(text);
	assert_int_equal(draft_load(db, thread_id, "luis", &text, &err), STATUS_OK);
	assert_string_equal(text, "other");
	free(text);
}

static void
test_states(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct outgoing out = sms("+14155550101", "hola");
	struct message message;
	struct outbox_row row;
	struct err err = { "" };
	int64_t message_id = store_enqueue(db, &out).message_id, id, due;
	size_t count;

	id = ready(db, NOON);
	assert_int_not_equal(id, 0);
	assert_int_equal(outbox_claim(db, id, "here/1/a", NOON, LEASE, &err), STATUS_OK);
	assert_int_equal(outbox_claim(db, id, "here/2/b", NOON, LEASE, &err), STATUS_CONFLICT);
	assert_int_equal(ready(db, NOON), 0);

	/* Temporary: again later, and the reason is kept. */
	assert_int_equal(outbox_retry(db, id, NOON + 5000, 20429, "too many requests", NOON, &err), STATUS_OK);
	assert_int_equal(ready(db, NOON + 4999), 0);
	assert_int_equal(outbox_next_due(db, NOON, &due, &err), STATUS_OK);
	assert_int_equal(due, NOON + 5000);
	assert_int_equal(ready(db, NOON + 5000), id);

	/* Unknown: looked for, never sent again by itself. */
	assert_int_equal(outbox_claim(db, id, "here/1/a", NOON + 5000, LEASE, &err), STATUS_OK);
	assert_int_equal(outbox_unknown(db, id, NOON + 8000, "no answer", NOON + 5000, &err), STATUS_OK);
	assert_int_equal(ready(db, NOON + DAY), 0);
	assert_int_equal(outbox_to_settle(db, NOON + 8000, 1, &row, &count, &err), STATUS_OK);
	assert_int_equal(count, 1);
	assert_int_equal(row.started_at, NOON + 5000);
	outbox_row_release(&row);
	assert_int_equal(outbox_unknown(db, id, 0, "not found", NOON + 9000, &err), STATUS_OK);
	assert_int_equal(store_number(db, "SELECT value FROM counters WHERE name = 'outbox_unsure'"), 1);
	assert_int_equal(store_number(db, "SELECT value FROM counters WHERE name = 'outbox_waiting'"), 0);
	assert_int_equal(outbox_to_settle(db, NOON + DAY, 1, &row, &count, &err), STATUS_OK);
	assert_int_equal(count, 0);
	assert_int_equal(message_get(db, message_id, &message, &err), STATUS_OK);
	assert_string_equal(message.status, "unknown");
	message_release(&message);
	assert_int_equal(store_number(db, "SELECT failed_count FROM communication_threads"), 1);
}

static void
test_permanent_failure_is_shown(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct outgoing out = sms("+14155550101", "hola");
	struct outgoing_result again, twice;
	struct message message;
	struct err err = { "" };
	int64_t message_id = store_enqueue(db, &out).message_id, id = ready(db, NOON);

	assert_int_equal(outbox_claim(db, id, "here/1/a", NOON, LEASE, &err), STATUS_OK);
	assert_int_equal(outbox_failed(db, id, 21211, "not a valid number", NOON, &err), STATUS_OK);
	assert_int_equal(message_get(db, message_id, &message, &err), STATUS_OK);
	assert_string_equal(message.status, "failed");
	assert_int_equal(message.error_code, 21211);
	assert_string_equal(message.error_message, "not a valid number");
	message_release(&message);
	assert_int_equal(store_number(db, "SELECT count(*) FROM outbox"), 0);

	/* Sent again: a new message, the failed one stays in the history. */
	assert_int_equal(outbox_resend(db, message_id, "eva", NOON + 1000, &again, &err), STATUS_OK);
	assert_int_equal(again.problem, SEND_FINE);
	assert_int_not_equal(again.message_id, message_id);
	assert_int_equal(outbox_resend(db, message_id, "tom", NOON + 1001, &twice, &err), STATUS_CONFLICT);
	assert_non_null(strstr(err.text, "already"));
	assert_int_equal(store_number(db, "SELECT count(*) FROM outbox"), 1);
	assert_int_equal(outbox_resend(db, again.message_id, "eva", NOON, &again, &err), STATUS_CONFLICT);
}

static void
test_order_within_a_conversation(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct outgoing first = sms("+14155550101", "one"), second = sms("+14155550101", "two"),
			other = sms("+14155550102", "else"), later = sms("+14155550103", "tomorrow"),
			now = sms("+14155550103", "now");
	struct outbox_row rows[8];
	struct err err = { "" };
	int64_t head;
	size_t count;

	store_enqueue(db, &first);
	store_enqueue(db, &second);
	store_enqueue(db, &other);
	later.not_before = NOON + DAY;
	store_enqueue(db, &later);
	store_enqueue(db, &now);
	assert_int_equal(outbox_ready(db, NOON, 8, rows, &count, &err), STATUS_OK);
	assert_int_equal(count, 3);
	assert_string_equal(rows[0].body, "one");
	assert_string_equal(rows[1].body, "else");
	assert_string_equal(rows[2].body, "now"); /* what is to be sent later holds up nothing */
	head = rows[0].id;
	for (size_t i = 0; i < count; i++)
		outbox_row_release(&rows[i]);

	/* While the first one is on its way, waits, or is being looked for, the second one waits. */
	assert_int_equal(outbox_claim(db, head + 1, "here/1/a", NOON, LEASE, &err), STATUS_CONFLICT);
	assert_int_equal(outbox_claim(db, head, "here/1/a", NOON, LEASE, &err), STATUS_OK);
	assert_int_equal(outbox_claim(db, head + 1, "here/1/a", NOON, LEASE, &err), STATUS_CONFLICT);
	assert_int_equal(outbox_retry(db, head, NOON + 5000, 20429, "busy", NOON, &err), STATUS_OK);
	assert_int_equal(outbox_claim(db, head + 1, "here/1/a", NOON, LEASE, &err), STATUS_CONFLICT);
	assert_int_equal(outbox_claim(db, head, "here/1/a", NOON + 5000, LEASE, &err), STATUS_OK);
	assert_int_equal(outbox_unknown(db, head, NOON + 8000, "?", NOON + 5000, &err), STATUS_OK);
	assert_int_equal(outbox_claim(db, head + 1, "here/1/a", NOON + 5000, LEASE, &err), STATUS_CONFLICT);
	assert_int_equal(outbox_unknown(db, head, 0, "?", NOON + 8000, &err), STATUS_OK);
	assert_int_equal(outbox_claim(db, head + 1, "here/1/a", NOON + 8000, LEASE, &err), STATUS_OK);
}

static void
test_recovery(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct outgoing dead = sms("+14155550101", "dead"), alive = sms("+14155550102", "alive"), old = sms("+14155550103", "old");
	char owner[128], gone[192], host[64] = "";
	struct err err = { "" };
	int64_t count;
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	assert_int_equal(waitpid(pid, NULL, 0), pid); /* a process that surely is gone */
	gethostname(host, sizeof host - 1);
	snprintf(gone, sizeof gone, "%s/%ld/x", host, (long)pid);
	outbox_owner(owner);

	store_enqueue(db, &dead);
	assert_int_equal(outbox_claim(db, ready(db, NOON), gone, NOON, LEASE, &err), STATUS_OK);
	store_enqueue(db, &alive);
	assert_int_equal(outbox_claim(db, ready(db, NOON), owner, NOON, LEASE, &err), STATUS_OK);
	store_enqueue(db, &old);
	assert_int_equal(outbox_claim(db, ready(db, NOON), "elsewhere/1/x", NOON, 10, &err), STATUS_OK);

	assert_int_equal(outbox_recover(db, NOON + 5, &count, &err), STATUS_OK);
	assert_int_equal(count, 1);
	assert_int_equal(outbox_recover(db, NOON + 11, &count, &err), STATUS_OK);
	assert_int_equal(count, 1);
	assert_int_equal(store_number(db, "SELECT count(*) FROM outbox WHERE state = 'unknown'"), 2);
	assert_int_equal(store_number(db, "SELECT count(*) FROM outbox WHERE state = 'sending'"), 1);
}

static void
test_many_unsure_ones_do_not_slow_the_conversation(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct outgoing out = sms("+14155550101", "one of many");
	struct err err = { "" };
	int64_t start_ms;

	assert_int_equal(db_begin(db, &err), STATUS_OK);
	for (int i = 0; i < 3000; i++) {
		struct outgoing_result result;

		assert_int_equal(outbox_enqueue(db, &out, &result, &err), STATUS_OK);
	}
	assert_int_equal(db_run(db_query(db, "UPDATE outbox SET state = 'unsure' WHERE id <= 1500"), &err), STATUS_OK);
	assert_int_equal(db_commit(db, &err), STATUS_OK);
	start_ms = clock_monotonic_ms();
	for (int i = 0; i < 5; i++)
		assert_int_equal(ready(db, NOON), 1501);
	assert_true(clock_monotonic_ms() - start_ms < 500);
}

static void
test_template_is_sent_again_as_template(void **state)
{
	static const char sid[] = "HX0123456789abcdef0123456789abcdef";
	struct db *db = ((struct store *)*state)->db;
	struct outgoing out = { .channel = CHANNEL_WHATSAPP,
				.to = "+5215512345678",
				.own_address = "+14155238886",
				.template_name = sid,
				.variables = "{\"1\":\"Ana\"}",
				.origin = "api",
				.now_ms = NOON };
	int64_t message_id = store_enqueue(db, &out).message_id;
	struct outgoing_result again;
	struct err err = { "" };

	assert_int_equal(outbox_claim(db, ready(db, NOON), "here/1/a", NOON, LEASE, &err), STATUS_OK);
	assert_int_equal(outbox_failed(db, 1, 63018, "too fast", NOON, &err), STATUS_OK);
	assert_int_equal(outbox_resend(db, message_id, "eva", NOON + 1, &again, &err), STATUS_OK);
	assert_int_equal(again.problem, SEND_FINE);
	assert_string_equal(store_text(db, "SELECT content_sid FROM outbox"), sid);
	assert_string_equal(store_text(db, "SELECT variables FROM outbox"), out.variables);
}

static void
test_clock_set_back_holds_up_nothing(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct outgoing fresh = sms("+14155550101", "fresh"), tried = sms("+14155550102", "tried"),
			later = sms("+14155550103", "tomorrow");
	struct outbox_row rows[4];
	struct err err = { "" };
	int64_t recovered;
	size_t count;

	store_enqueue(db, &tried);
	assert_int_equal(outbox_claim(db, ready(db, NOON), "here/1/a", NOON, LEASE, &err), STATUS_OK);
	assert_int_equal(outbox_retry(db, 1, NOON + 5000, 20429, "busy", NOON, &err), STATUS_OK);
	store_enqueue(db, &fresh);
	later.not_before = NOON + DAY;
	store_enqueue(db, &later);
	assert_int_equal(outbox_recover(db, NOON - DAY, &recovered, &err), STATUS_OK);
	assert_int_equal(recovered, 0);
	assert_int_equal(outbox_ready(db, NOON - DAY, 4, rows, &count, &err), STATUS_OK);
	assert_int_equal(count, 2);
	for (size_t i = 0; i < count; i++) {
		assert_string_not_equal(rows[i].body, "tomorrow");
		outbox_row_release(&rows[i]);
	}
	/* Without a jump what was put off stays put off. */
	assert_int_equal(outbox_recover(db, NOON + 1, &recovered, &err), STATUS_OK);
	assert_int_equal(outbox_ready(db, NOON + 1, 4, rows, &count, &err), STATUS_OK);
	assert_int_equal(count, 2);
	for (size_t i = 0; i < count; i++)
		outbox_row_release(&rows[i]);
}

static void
test_cancel(void **state)
{
	struct db *db = ((struct store *)*state)->db;
	struct outgoing out = sms("+14155550101", "hola");
	struct err err = { "" };
	int64_t first = store_enqueue(db, &out).message_id, second = store_enqueue(db, &out).message_id;

	assert_int_equal(outbox_claim(db, ready(db, NOON), "here/1/a", NOON, LEASE, &err), STATUS_OK);
	assert_int_equal(outbox_cancel(db, first, NOON, &err), STATUS_CONFLICT);
	assert_int_equal(outbox_cancel(db, second, NOON, &err), STATUS_OK);
	assert_string_equal(store_text(db, "SELECT status FROM message_deliveries ORDER BY id DESC LIMIT 1"), "canceled");
}

struct claimer {
	const char *path;
	int claimed;
};

static void *
claim_all(void *arg)
{
	struct claimer *claimer = arg;
	struct db *db = NULL;
	struct err err = { "" };
	int misses = 0;

	if (db_open(claimer->path, DB_OPEN, &db, &err) != STATUS_OK)
		return NULL;
	while (misses < 3) {
		struct outbox_row rows[16];
		size_t count = 0;

		if (outbox_ready(db, NOON, 16, rows, &count, &err) != STATUS_OK)
			break;
		misses = count == 0 ? misses + 1 : 0;
		for (size_t i = 0; i < count; i++) {
			if (outbox_claim(db, rows[i].id, "here/1/a", NOON, LEASE, &err) == STATUS_OK)
				claimer->claimed++;
			outbox_row_release(&rows[i]);
		}
	}
	db_close(db);
	return NULL;
}

static void
test_several_senders_claim_each_row_once(void **state)
{
	enum { SENDERS = 4, ROWS = 200 };
	struct store *store = *state;
	struct claimer claimers[SENDERS] = { { 0 } };
	pthread_t threads[SENDERS];
	int total = 0;

	for (int i = 0; i < ROWS; i++) {
		char to[32];
		struct outgoing out;

		snprintf(to, sizeof to, "+1415556%04d", i);
		out = sms(to, "x");
		store_enqueue(store->db, &out);
	}
	for (int i = 0; i < SENDERS; i++) {
		claimers[i].path = store->path;
		assert_int_equal(pthread_create(&threads[i], NULL, claim_all, &claimers[i]), 0);
	}
	for (int i = 0; i < SENDERS; i++) {
		pthread_join(threads[i], NULL);
		total += claimers[i].claimed;
	}
	assert_int_equal(total, ROWS);
	assert_int_equal(store_number(store->db, "SELECT count(*) FROM outbox WHERE state = 'sending' AND attempts = 1"), ROWS);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_rules),
		T(test_windows_of_a_customer_with_two_lines),
		T(test_limit_and_when_it_ends),
		T(test_reply_ends_the_draft_only_of_its_author),
		T(test_states),
		T(test_permanent_failure_is_shown),
		T(test_order_within_a_conversation),
		T(test_recovery),
		T(test_many_unsure_ones_do_not_slow_the_conversation),
		T(test_template_is_sent_again_as_template),
		T(test_clock_set_back_holds_up_nothing),
		T(test_cancel),
		T(test_several_senders_claim_each_row_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
