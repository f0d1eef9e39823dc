/* SPDX-License-Identifier: MIT */
/* Who looks at what: consoles that live, that died, that fell silent; and the table of agents. */
#include "store_dump.h"

#include <sys/wait.h>

#include "core/agent.h"
#include "core/presence.h"

struct world {
	struct store store;
	int64_t ids[3];
	char own[128];	/* a console of this process */
	char dead[128]; /* of one that is gone */
};

/* The id of a console whose process has ended. */
static void
make_dead(char out[128])
{
	int fds[2], status;
	pid_t child;

	assert_int_equal(pipe(fds), 0);
	child = fork();
	if (child == 0) {
		char name[128];

		outbox_owner(name);
		_exit(write(fds[1], name, sizeof name) == (ssize_t)sizeof name ? 0 : 1);
	}
	assert_true(child > 0);
	assert_int_equal(read(fds[0], out, 128), 128);
	assert_int_equal(waitpid(child, &status, 0), child);
	close(fds[0]);
	close(fds[1]);
}

static int
setup(void **state)
{
	static struct world world;
	static const char *const from[] = { "+14155570001", "+14155570002", "+14155570003" };

	store_setup(&world.store);
	for (int i = 0; i < 3; i++)
		world.ids[i] = store_inbound(world.store.db, CHANNEL_SMS, from[i], from[i], "hola", NOON).thread_id;
	outbox_owner(world.own);
	make_dead(world.dead);
	*state = &world;
	return 0;
}

static int
teardown(void **state)
{
	store_teardown(&((struct world *)*state)->store);
	return 0;
}

static void
report(struct world *world, const char *console, const char *agent, int thread, enum presence_doing doing, int64_t now_ms)
{
	struct presence_report row = { console, agent, world->ids[thread], doing, now_ms };

	assert_int_equal(presence_set(world->store.db, &row, NULL), STATUS_OK);
}

/* The agents in that conversation, as "eva:writing leo:viewing". */
static const char *
who(struct world *world, int thread, const char *console, int64_t now_ms)
{
	static char text[512];
	struct presence rows[8];
	size_t count, len = 0;

	assert_int_equal(presence_list(world->store.db, world->ids[thread], console, now_ms, 8, rows, &count, NULL), STATUS_OK);
	text[0] = '\0';
	for (size_t i = 0; i < count; i++)
		len += (size_t)snprintf(text + len, sizeof text - len, "%s%s:%s", i > 0 ? " " : "", rows[i].agent,
					rows[i].doing == PRESENCE_WRITING ? "writing" : "viewing");
	return text;
}

static void
test_others_are_seen_and_oneself_is_not(void **state)
{
	struct world *world = *state;
	struct presence rows[8];
	size_t count;

	report(world, "far/1/a", "eva", 0, PRESENCE_VIEWING, NOON);
	report(world, "far/2/b", "leo", 0, PRESENCE_WRITING, NOON + 1);
	report(world, world->own, "mia", 0, PRESENCE_VIEWING, NOON + 2);
	assert_string_equal(who(world, 0, world->own, NOON + 3), "eva:viewing leo:writing");
	assert_string_equal(who(world, 0, "far/1/a", NOON + 3), "leo:writing mia:viewing");
	assert_string_equal(who(world, 0, NULL, NOON + 3), "eva:viewing leo:writing mia:viewing");
	assert_string_equal(who(world, 1, NULL, NOON + 3), "");

	/* Saying the same again keeps the beginning; something else begins anew. */
	report(world, "far/1/a", "eva", 0, PRESENCE_VIEWING, NOON + 60000);
	assert_int_equal(store_number(world->store.db, "SELECT since FROM presence WHERE agent = 'eva'"), NOON);
	report(world, "far/1/a", "eva", 0, PRESENCE_WRITING, NOON + 61000);
	assert_int_equal(store_number(world->store.db, "SELECT since FROM presence WHERE agent = 'eva'"), NOON + 61000);
	report(world, "far/1/a", "eva", 1, PRESENCE_WRITING, NOON + 62000);
	assert_string_equal(who(world, 0, world->own, NOON + 62001), "leo:writing");
	assert_string_equal(who(world, 1, world->own, NOON + 62001), "eva:writing");

	assert_int_equal(presence_list_all(world->store.db, world->own, NOON + 62001, 8, rows, &count, NULL), STATUS_OK);
	assert_int_equal(count, 2);
	assert_int_equal(rows[0].thread_id, world->ids[0]);
	assert_int_equal(rows[1].thread_id, world->ids[1]);
	assert_int_equal(presence_clear(world->store.db, "far/2/b", NULL), STATUS_OK);
	assert_string_equal(who(world, 0, world->own, NOON + 62001), "");
}

static void
test_the_silent_and_the_dead_do_not_count(void **state)
{
	struct world *world = *state;
	struct db *db = world->store.db;
	int64_t due_ms;
	size_t count;

	assert_int_equal(presence_next_sweep(db, &due_ms, NULL), STATUS_OK);
	assert_int_equal(due_ms, 0);
	report(world, "far/1/a", "eva", 0, PRESENCE_VIEWING, NOON);
	report(world, world->dead, "leo", 0, PRESENCE_WRITING, NOON + 100);
	report(world, world->own, "mia", 0, PRESENCE_VIEWING, NOON + 100);
	report(world, "far/3/c", "tim", 0, PRESENCE_VIEWING, NOON + 10 * PRESENCE_FRESH_MS); /* before the clock was set back */
	assert_string_equal(who(world, 0, NULL, NOON + 200), "eva:viewing mia:viewing");
	assert_string_equal(who(world, 0, NULL, NOON + PRESENCE_FRESH_MS), "mia:viewing");
	assert_int_equal(presence_next_sweep(db, &due_ms, NULL), STATUS_OK);
	assert_int_equal(due_ms, NOON + PRESENCE_FRESH_MS);
	assert_int_equal(presence_sweep(db, due_ms, &count, NULL), STATUS_OK);
	assert_int_equal(count, 3);
	assert_string_equal(store_text(db, "SELECT group_concat(agent) FROM presence"), "mia");
	assert_int_equal(presence_sweep(db, due_ms, &count, NULL), STATUS_OK);
	assert_int_equal(count, 0);
}

static void
test_agents(void **state)
{
	struct db *db = ((struct world *)*state)->store.db;
	char long_name[AGENT_NAME_SIZE + 1];
	struct agent rows[8];
	int64_t id, again;
	size_t count;

	assert_int_equal(agent_seen(db, "Eva", NOON, NULL), STATUS_OK);
	assert_int_equal(agent_seen(db, "Eva", NOON + 5, NULL), STATUS_OK);
	assert_int_equal(agent_find_or_make(db, "evaristo", NOON, &id, NULL), STATUS_OK);
	assert_int_equal(agent_find_or_make(db, "evaristo", NOON, &again, NULL), STATUS_OK);
	assert_int_equal(id, again);
	assert_int_equal(agent_seen(db, "Leo", NOON, NULL), STATUS_OK);
	assert_int_equal(agent_list(db, "EV", 8, rows, &count, NULL), STATUS_OK);
	assert_int_equal(count, 2);
	assert_string_equal(rows[0].name, "Eva");
	assert_int_equal(rows[0].last_seen_at, NOON + 5);
	assert_string_equal(rows[1].name, "evaristo");
	assert_int_equal(rows[1].last_seen_at, 0);
	assert_int_equal(agent_list(db, "", 8, rows, &count, NULL), STATUS_OK);
	assert_int_equal(count, 3);
	assert_int_equal(agent_list(db, "%", 8, rows, &count, NULL), STATUS_OK);
	assert_int_equal(count, 0);
	assert_int_equal(agent_seen(db, "", NOON, NULL), STATUS_INVALID);
	memset(long_name, 'a', sizeof long_name - 1);
	long_name[sizeof long_name - 1] = '\0';
	assert_int_equal(agent_seen(db, long_name, NOON, NULL), STATUS_INVALID);
}

static void
test_plans(void **state)
{
	store_expect_plan(((struct world *)*state)->store.db, "who is here", "presence_thread",
			  "EXPLAIN QUERY PLAN SELECT console, agent, thread_id, doing, since FROM presence WHERE thread_id = $1"
			  " AND console <> $2 AND seen_at > $3 - $4 AND seen_at < $3 + $4 ORDER BY since, console");
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_others_are_seen_and_oneself_is_not),
		T(test_the_silent_and_the_dead_do_not_count),
		T(test_agents),
		T(test_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
