/* SPDX-License-Identifier: MIT */
/* The sender on a real data file against a carrier on real sockets: what is posted, how often, and what is stored of it. */
#include "core/store_fixture.h"

#include <dirent.h>
#include <poll.h>
#include <sys/wait.h>

#include "core/change.h"
#include "core/clock.h"
#include "core/config.h"
#include "core/delivery.h"
#include "core/log.h"
#include "core/message.h"
#include "fake_carrier.h"
#include "net/sender.h"

#define WAIT_MS 20000
#define PUBLIC "https://hilo.example"

struct world {
	struct store store;
	struct config config;
	struct change_hub *hub;
	int change_fd;
	struct fake_carrier *carrier;
	struct sender *sender;
	int numbers; /* own numbers used so far: each has its own pace */
};

static void
load_config(struct world *world, const char *api_url, const char *public_url)
{
	struct config_override overrides[] = {
		{ "TWILIO_ACCOUNT_SID", FAKE_ACCOUNT },
		{ "TWILIO_AUTH_TOKEN", FAKE_TOKEN },
		{ "TWILIO_PHONE_NUMBER", "+15551230000" },
		{ "TWILIO_API_URL", api_url },
		{ "HILO_PUBLIC_URL", public_url },
	};
	struct err err = { "" };

	config_release(&world->config);
	if (config_load_only(overrides, 5, &world->config, &err) != STATUS_OK)
		fail_msg("%s", err.text);
}

static int
setup(void **state)
{
	static struct world world;
	struct err err = { "" };

	memset(&world, 0, sizeof world);
	store_setup(&world.store);
	if (change_hub_new(world.store.path, &world.hub, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	world.change_fd = change_watch(world.hub);
	world.carrier = fake_carrier_new();
	load_config(&world, raw_server_url(fake_carrier_server(world.carrier)), PUBLIC);
	*state = &world;
	return 0;
}

static int
teardown(void **state)
{
	struct world *world = *state;

	sender_free(world->sender);
	fake_carrier_free(world->carrier);
	change_unwatch(world->hub, world->change_fd);
	change_hub_free(world->hub);
	config_release(&world->config);
	store_teardown(&world->store);
	return 0;
}

static struct sender *
new_sender(struct world *world)
{
	struct sender_options options = { .config = &world->config, .database = world->store.path, .hub = world->hub };
	struct sender *sender = NULL;
	struct err err = { "" };

	if (sender_new(&options, &sender, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return sender;
}

/* A message from the own number of that rank to a customer of its own. */
static int64_t
queue_from(struct world *world, int number, const char *body, int64_t at)
{
	char own[32], to[32];
	struct outgoing out = { .channel = CHANNEL_SMS,
				.to = to,
				.own_address = own,
				.body = body,
				.author = "eva",
				.origin = "command",
				.now_ms = at };
	struct outgoing_result result;

	snprintf(own, sizeof own, "+1555123%04d", number);
	snprintf(to, sizeof to, "+1415555%04d", number);
	result = store_enqueue(world->store.db, &out);
	assert_int_equal(result.problem, SEND_FINE);
	return result.message_id;
}

static int64_t
queue_one(struct world *world, const char *body)
{
	return queue_from(world, world->numbers++, body, clock_now_ms());
}

static void
read_message(struct world *world, int64_t id, struct message *message)
{
	struct err err = { "" };

	if (message_get(world->store.db, id, message, &err) != STATUS_OK)
		fail_msg("%s", err.text);
}

/* "gone" or the state of the outbox row. */
static void
row_state(struct world *world, int64_t message_id, char out[16])
{
	struct db_statement *query = db_query(world->store.db, "SELECT state FROM outbox WHERE message_id = $1");

	db_bind_int(query, 1, message_id);
	snprintf(out, 16, "%s", db_step(query) == DB_ROW ? db_column_text(query, 0) : "gone");
	db_reset(query);
}

static void
wait_change(struct world *world)
{
	struct pollfd fd = { .fd = world->change_fd, .events = POLLIN };

	poll(&fd, 1, 200);
	change_drain(world->change_fd);
}

/* Waits until the outbox row of the message is in this state. */
static void
wait_state(struct world *world, int64_t message_id, const char *wanted, int64_t wait_ms)
{
	int64_t end_ms = clock_monotonic_ms() + wait_ms;
	char now[16];

	for (;;) {
		row_state(world, message_id, now);
		if (strcmp(now, wanted) == 0)
			return;
		if (clock_monotonic_ms() > end_ms)
			fail_msg("message %lld is %s, not %s", (long long)message_id, now, wanted);
		wait_change(world);
	}
}

static void
wait_status(struct world *world, int64_t message_id, const char *wanted)
{
	int64_t end_ms = clock_monotonic_ms() + WAIT_MS;

	for (;;) {
		struct message message;
		bool reached;

		read_message(world, message_id, &message);
		reached = strcmp(message.status, wanted) == 0;
		if (!reached && clock_monotonic_ms() > end_ms)
			fail_msg("message %lld is %s, not %s", (long long)message_id, message.status, wanted);
		message_release(&message);
		if (reached)
			return;
		wait_change(world);
	}
}

static void
assert_has_id(struct world *world, int64_t message_id, bool wanted)
{
	struct message message;

	read_message(world, message_id, &message);
	assert_int_equal(message.provider_message_id[0] != '\0', wanted);
	message_release(&message);
}

static void
test_a_reply_is_posted(void **state)
{
	struct world *world = *state;
	struct fake_message sent;
	struct message message;
	char callback[128];
	int64_t id = queue_one(world, "hola");

	world->sender = new_sender(world);
	wait_state(world, id, "gone", WAIT_MS);
	assert_true(fake_carrier_message(world->carrier, 0, &sent));
	assert_string_equal(sent.to, "+14155550000");
	assert_string_equal(sent.from, "+15551230000");
	assert_string_equal(sent.body, "hola");
	snprintf(callback, sizeof callback, PUBLIC "/api/webhooks/message-status/%lld", (long long)id);
	assert_string_equal(sent.callback, callback);
	read_message(world, id, &message);
	assert_string_equal(message.provider_message_id, sent.sid);
	assert_string_equal(message.status, "sending");
	assert_int_equal(message.segments, 1);
	message_release(&message);
	/* One that is queued while the sender sleeps goes out as well. */
	id = queue_one(world, "otra");
	change_tick(world->hub);
	wait_state(world, id, "gone", WAIT_MS);
	assert_int_equal(fake_carrier_taken(world->carrier, "otra"), 1);
}

struct look {
	const char *path;
	int sending; /* rows in that state when the request was read */
};

static void
look_at_store(void *arg, const char *body)
{
	struct look *look = arg;
	struct db *db = NULL;

	(void)body;
	if (db_open(look->path, DB_READ_ONLY, &db, NULL) != STATUS_OK)
		return;
	look->sending += (int)store_number(db, "SELECT count(*) FROM outbox WHERE state = 'sending' AND lease_owner <> ''");
	db_close(db);
}

static void
test_the_claim_is_stored_before_the_request(void **state)
{
	struct world *world = *state;
	struct look look = { world->store.path, 0 };
	int64_t id = queue_one(world, "hola");

	fake_carrier_on_create(world->carrier, look_at_store, &look);
	world->sender = new_sender(world);
	wait_state(world, id, "gone", WAIT_MS);
	assert_int_equal(look.sending, 1);
}

/* Every way a create can end, all at once; the ones that are never found take the 30 s of the last look. */
static void
test_every_end_of_a_create(void **state)
{
	static const struct {
		enum fake_fault fault;
		const char *row;	/* end of the outbox row */
		const char *status;	/* of the message */
		int posted, taken;
		int error_code;
		const char *words; /* part of them; NULL: none looked for */
	} rows[] = {
		{ FAKE_NONE, "gone", "sending", 1, 1, 0, NULL },
		{ FAKE_CLOSE_AFTER, "gone", "sending", 1, 1, 0, NULL },
		{ FAKE_500_AFTER, "gone", "sending", 1, 1, 0, NULL },
		{ FAKE_HALF, "gone", "sending", 1, 1, 0, NULL },
		{ FAKE_GARBAGE, "gone", "sending", 1, 1, 0, NULL },
		{ FAKE_429, "gone", "sending", 2, 1, 0, NULL },
		{ FAKE_400, "gone", "failed", 1, 0, 21211, "Not a valid number." },
		{ FAKE_401, "gone", "failed", 1, 0, 20003, "TWILIO_AUTH_TOKEN" },
		{ FAKE_CLOSE_BEFORE, "unsure", "unknown", 1, 0, 0, NULL },
		{ FAKE_500_BEFORE, "unsure", "unknown", 1, 0, 0, NULL },
		{ FAKE_REDIRECT, "unsure", "unknown", 1, 0, 0, NULL },
		{ FAKE_TIMEOUT_STATUS, "unsure", "unknown", 1, 0, 0, NULL },
		{ FAKE_SAME_ID, "unsure", "unknown", 1, 1, 0, NULL },
	};
	enum { COUNT = sizeof rows / sizeof rows[0] };
	struct world *world = *state;
	int64_t ids[COUNT], first, began_ms = clock_monotonic_ms();
	char bodies[COUNT][64];

	/* The id that is given twice belongs to this one. */
	first = queue_one(world, "first of all");
	world->sender = new_sender(world);
	wait_state(world, first, "gone", WAIT_MS);
	for (int i = 0; i < COUNT; i++) {
		snprintf(bodies[i], sizeof bodies[i], "%s hola", fake_fault_word(rows[i].fault));
		ids[i] = queue_one(world, bodies[i]);
	}
	change_tick(world->hub);
	for (int i = 0; i < COUNT; i++) {
		struct message message;

		wait_state(world, ids[i], rows[i].row, 45000);
		read_message(world, ids[i], &message);
		if (strcmp(message.status, rows[i].status) != 0 || message.error_code != rows[i].error_code)
			fail_msg("%s: %s, code %d", bodies[i], message.status, message.error_code);
		if (rows[i].words != NULL && strstr(message.error_message, rows[i].words) == NULL)
			fail_msg("%s: %s", bodies[i], message.error_message);
		message_release(&message);
		if (fake_carrier_posted(world->carrier, bodies[i]) != rows[i].posted ||
		    fake_carrier_taken(world->carrier, bodies[i]) != rows[i].taken)
			fail_msg("%s: posted %d, taken %d", bodies[i], fake_carrier_posted(world->carrier, bodies[i]),
				 fake_carrier_taken(world->carrier, bodies[i]));
	}
	/* Nobody gave up on finding them before the last look. */
	assert_true(clock_monotonic_ms() - began_ms >= 29000);
	assert_true(fake_carrier_moment(world->carrier, "429 hola", 1) - fake_carrier_moment(world->carrier, "429 hola", 0) >=
		    990);
}

static void
test_order_within_a_conversation(void **state)
{
	static const char *const bodies[] = { "429 uno", "dos", "429 tres", "cuatro" };
	struct world *world = *state;
	struct inbound_result in = store_inbound(world->store.db, CHANNEL_SMS, "SMin", "+14155550199", "hi", clock_now_ms());
	int64_t last = 0;

	for (int i = 0; i < 4; i++)
		last = store_reply(world->store.db, in.thread_id, CHANNEL_SMS, bodies[i], clock_now_ms());
	world->sender = new_sender(world);
	wait_state(world, last, "gone", WAIT_MS);
	for (int i = 0; i < 4; i++) {
		struct fake_message sent;

		assert_true(fake_carrier_message(world->carrier, i, &sent));
		assert_string_equal(sent.body, bodies[i]);
	}
	/* And not faster than one a second from one number. */
	for (int i = 1; i < 4; i++) {
		struct fake_message before, after;

		fake_carrier_message(world->carrier, i - 1, &before);
		fake_carrier_message(world->carrier, i, &after);
		assert_true(after.at_ms - before.at_ms >= 990);
	}
}

static void
test_unreachable_carrier(void **state)
{
	struct world *world = *state;
	struct db *db = world->store.db;
	int64_t end_ms = clock_monotonic_ms() + WAIT_MS, id = queue_one(world, "hola"), old;

	old = queue_from(world, world->numbers++, "vieja", clock_now_ms() - 5LL * 60 * 60 * 1000);
	load_config(world, "http://127.0.0.1:1", PUBLIC);
	world->sender = new_sender(world);
	wait_status(world, old, "failed");
	while (store_number(db, "SELECT count(*) FROM outbox WHERE state = 'queued' AND attempts >= 2"
				" AND next_attempt_at > started_at + 199") == 0) {
		assert_true(clock_monotonic_ms() < end_ms);
		wait_change(world);
	}
	sender_free(world->sender);
	world->sender = NULL;
	load_config(world, raw_server_url(fake_carrier_server(world->carrier)), PUBLIC);
	world->sender = new_sender(world);
	wait_state(world, id, "gone", WAIT_MS);
	assert_int_equal(fake_carrier_posted(world->carrier, "hola"), 1);
	assert_int_equal(fake_carrier_posted(world->carrier, "vieja"), 0);
}

/* Leaves the row as a process does that was killed after the request had gone out. */
static void
claim_and_die(struct world *world)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		struct outbox_row row;
		struct db *db = NULL;
		char owner[128];
		size_t count = 0;

		outbox_owner(owner);
		_exit(db_open(world->store.path, DB_OPEN, &db, NULL) == STATUS_OK &&
				      outbox_ready(db, clock_now_ms(), 1, &row, &count, NULL) == STATUS_OK && count == 1 &&
				      outbox_claim(db, row.id, owner, clock_now_ms(), 60000, NULL) == STATUS_OK
			      ? 0
			      : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void
test_what_a_dead_process_left(void **state)
{
	struct world *world = *state;
	int64_t id = queue_one(world, "hola");

	claim_and_die(world);
	fake_carrier_plant(world->carrier, "+14155550000", "+15551230000", "hola");
	fake_carrier_break_lists(world->carrier, 1); /* a list that fails is no look */
	world->sender = new_sender(world);
	wait_state(world, id, "gone", WAIT_MS);
	assert_int_equal(fake_carrier_posted(world->carrier, "hola"), 0);
	assert_has_id(world, id, true);
}

/* Two messages of one text to one customer, both lost: each finds its own. */
static void
test_each_adopts_its_own(void **state)
{
	struct world *world = *state;
	int64_t first, second;

	first = queue_from(world, 0, "close-after hola", clock_now_ms());
	world->sender = new_sender(world);
	wait_state(world, first, "gone", WAIT_MS);
	second = queue_from(world, 0, "close-after hola", clock_now_ms());
	change_tick(world->hub);
	wait_state(world, second, "gone", WAIT_MS);
	assert_int_equal(fake_carrier_taken(world->carrier, "close-after hola"), 2);
	assert_int_equal(store_number(world->store.db, "SELECT count(DISTINCT provider_message_id) FROM message_deliveries"), 2);
}

static void
apply_callback(struct world *world, int64_t message_id, const char *sid, const char *word)
{
	struct delivery_callback callback = { .message_id = message_id,
					      .provider_message_id = sid,
					      .status = word,
					      .payload = "{}",
					      .received_at = clock_now_ms() };
	struct err err = { "" };

	assert_int_equal(db_begin(world->store.db, &err), STATUS_OK);
	assert_int_equal(delivery_apply(world->store.db, &callback, NULL, &err), STATUS_OK);
	assert_int_equal(db_commit(world->store.db, &err), STATUS_OK);
}

static void
test_a_callback_before_the_answer(void **state)
{
	struct world *world = *state;
	struct raw_server *server = fake_carrier_server(world->carrier);
	struct fake_message sent;
	int64_t id = queue_one(world, "hold hola"), next;

	world->sender = new_sender(world);
	assert_true(raw_server_wait(server, "POST", 1));
	assert_true(fake_carrier_message(world->carrier, 0, &sent));
	apply_callback(world, id, sent.sid, "delivered");
	wait_state(world, id, "gone", WAIT_MS);
	raw_server_let_go(server);
	/* The answer has been dealt with when the next message has gone out of the same thread. */
	next = queue_one(world, "otra");
	change_tick(world->hub);
	wait_state(world, next, "gone", WAIT_MS);
	wait_status(world, id, "delivered");
	assert_int_equal(fake_carrier_posted(world->carrier, "hold hola"), 1);
}

static bool
log_holds(const char *path, const char *text)
{
	char line[1024];
	bool found = false;
	FILE *file = fopen(path, "r");

	while (file != NULL && !found && fgets(line, sizeof line, file) != NULL)
		found = strstr(line, text) != NULL;
	if (file != NULL)
		fclose(file);
	return found;
}

static void
test_an_outcome_that_cannot_be_stored_yet(void **state)
{
	struct world *world = *state;
	struct raw_server *server = fake_carrier_server(world->carrier);
	int64_t id = queue_one(world, "hold hola"), end_ms = clock_monotonic_ms() + WAIT_MS;
	char log_file[128], now[16];
	struct err err = { "" };

	snprintf(log_file, sizeof log_file, "%s/log", world->store.folder);
	assert_int_equal(log_open(log_file, LOG_LEVEL_INFO, &err), STATUS_OK);
	world->sender = new_sender(world);
	assert_true(raw_server_wait(server, "POST", 1));
	/* Somebody else writes for longer than anybody waits. */
	assert_int_equal(db_begin(world->store.db, &err), STATUS_OK);
	raw_server_let_go(server);
	while (!log_holds(log_file, "step=outcome")) {
		assert_true(clock_monotonic_ms() < end_ms);
		poll(NULL, 0, 20);
	}
	row_state(world, id, now);
	assert_string_equal(now, "sending");
	db_rollback(world->store.db);
	wait_state(world, id, "gone", WAIT_MS);
	assert_has_id(world, id, true);
	assert_int_equal(fake_carrier_posted(world->carrier, "hold hola"), 1);
	log_close();
	unlink(log_file);
}

static void
test_the_end_with_a_request_in_flight(void **state)
{
	struct world *world = *state;
	struct raw_server *server = fake_carrier_server(world->carrier);
	int64_t id = queue_one(world, "hold hola"), began_ms;
	char now[16];

	world->sender = new_sender(world);
	assert_true(raw_server_wait(server, "POST", 1));
	began_ms = clock_monotonic_ms();
	sender_free(world->sender);
	world->sender = NULL;
	assert_true(clock_monotonic_ms() - began_ms < 5000);
	row_state(world, id, now);
	assert_string_equal(now, "unknown");
	world->sender = new_sender(world);
	wait_state(world, id, "gone", WAIT_MS);
	assert_has_id(world, id, true);
	assert_int_equal(fake_carrier_posted(world->carrier, "hold hola"), 1);
}

static void
test_the_end_waits_for_an_answer(void **state)
{
	struct world *world = *state;
	struct raw_server *server = fake_carrier_server(world->carrier);
	int64_t id = queue_one(world, "hold hola");
	char now[16];

	world->sender = new_sender(world);
	assert_true(raw_server_wait(server, "POST", 1));
	raw_server_let_go(server);
	sender_free(world->sender);
	world->sender = NULL;
	row_state(world, id, now);
	assert_string_equal(now, "gone");
	assert_has_id(world, id, true);
}

static void
test_without_an_account(void **state)
{
	struct world *world = *state;
	int64_t id = queue_one(world, "hola");
	char now[16];

	config_release(&world->config);
	assert_int_equal(config_load_only(NULL, 0, &world->config, NULL), STATUS_OK);
	world->sender = new_sender(world);
	change_tick(world->hub);
	sender_free(world->sender);
	world->sender = NULL;
	row_state(world, id, now);
	assert_string_equal(now, "queued");
	assert_int_equal(raw_server_connections(fake_carrier_server(world->carrier)), 0);
}

static void
test_states_are_fetched_without_callbacks(void **state)
{
	struct world *world = *state;
	struct fake_message sent;
	int64_t id;

	load_config(world, raw_server_url(fake_carrier_server(world->carrier)), "");
	world->sender = new_sender(world);
	id = queue_one(world, "hola");
	change_tick(world->hub);
	wait_state(world, id, "gone", WAIT_MS);
	assert_true(fake_carrier_message(world->carrier, 0, &sent));
	assert_string_equal(sent.callback, "");
	fake_carrier_set_status(world->carrier, "delivered");
	wait_status(world, id, "delivered");
	assert_int_equal(store_number(world->store.db,
				      "SELECT count(*) FROM delivery_events WHERE status = 'delivered'"
				      " AND payload = '{\"source\":\"fetch\"}'"),
			 1);
}

/* Far more messages of one number than are looked at in one go, all before the one of another. */
static void
test_a_long_queue_hides_nobody(void **state)
{
	struct world *world = *state;
	int64_t id, now_ms = clock_now_ms();

	for (int i = 0; i < 300; i++) {
		char to[32];
		struct outgoing out = { .channel = CHANNEL_SMS,
					.to = to,
					.own_address = "+15551239999",
					.body = "a todos",
					.author = "eva",
					.origin = "command",
					.now_ms = now_ms };

		snprintf(to, sizeof to, "+1415556%04d", i);
		assert_int_equal(store_enqueue(world->store.db, &out).problem, SEND_FINE);
	}
	id = queue_one(world, "hola");
	world->sender = new_sender(world);
	wait_state(world, id, "gone", 5000);
	assert_true(fake_carrier_posted(world->carrier, "a todos") < 10);
}

static void
test_two_senders_on_one_file(void **state)
{
	enum { COUNT = 40 };
	struct world *world = *state;
	struct sender *other;
	int64_t ids[COUNT];
	char body[32];

	for (int i = 0; i < COUNT; i++) {
		snprintf(body, sizeof body, "hola %d", i);
		ids[i] = queue_one(world, body);
	}
	world->sender = new_sender(world);
	other = new_sender(world);
	for (int i = 0; i < COUNT; i++) {
		wait_state(world, ids[i], "gone", WAIT_MS);
		snprintf(body, sizeof body, "hola %d", i);
		assert_int_equal(fake_carrier_posted(world->carrier, body), 1);
	}
	sender_free(other);
}

/* The thread of this process that is not in `known`; 0 if there is none. Collects all in `known`. */
static long
new_thread(long known[64], size_t *count)
{
	DIR *folder = opendir("/proc/self/task");
	struct dirent *entry;
	long found = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL) {
		long id = strtol(entry->d_name, NULL, 10);
		bool there = id == 0;

		for (size_t i = 0; i < *count; i++)
			there = there || known[i] == id;
		if (there)
			continue;
		assert_true(*count < 64);
		known[(*count)++] = id;
		found = id;
	}
	closedir(folder);
	return found;
}

/* How often that thread went to sleep so far. */
static long
sleeps_of(long thread)
{
	static const char name[] = "voluntary_ctxt_switches:";
	char path[64], line[128];
	long sleeps = -1;
	FILE *file;

	snprintf(path, sizeof path, "/proc/self/task/%ld/status", thread);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof line, file) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			sleeps = strtol(line + strlen(name), NULL, 10);
	fclose(file);
	assert_true(sleeps >= 0);
	return sleeps;
}

static void
test_idle_does_not_wake(void **state)
{
	struct world *world = *state;
	long known[64], thread, before, after = -1;
	size_t count = 0;
	int64_t id;

	new_thread(known, &count);
	world->sender = new_sender(world);
	thread = new_thread(known, &count);
	assert_true(thread != 0);
	id = queue_one(world, "hola");
	change_tick(world->hub);
	wait_state(world, id, "gone", WAIT_MS);
	/* What that one stirred up may still settle; then nothing happens for half a second. */
	for (int i = 0; i < 20 && after != 0; i++) {
		before = sleeps_of(thread);
		poll(NULL, 0, 500);
		after = sleeps_of(thread) - before;
	}
	assert_int_equal(after, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_reply_is_posted, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_claim_is_stored_before_the_request, setup, teardown),
		cmocka_unit_test_setup_teardown(test_order_within_a_conversation, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unreachable_carrier, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_a_dead_process_left, setup, teardown),
		cmocka_unit_test_setup_teardown(test_each_adopts_its_own, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_callback_before_the_answer, setup, teardown),
		cmocka_unit_test_setup_teardown(test_an_outcome_that_cannot_be_stored_yet, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_end_with_a_request_in_flight, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_end_waits_for_an_answer, setup, teardown),
		cmocka_unit_test_setup_teardown(test_without_an_account, setup, teardown),
		cmocka_unit_test_setup_teardown(test_states_are_fetched_without_callbacks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_long_queue_hides_nobody, setup, teardown),
		cmocka_unit_test_setup_teardown(test_two_senders_on_one_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_idle_does_not_wake, setup, teardown),
		cmocka_unit_test_setup_teardown(test_every_end_of_a_create, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
