/* SPDX-License-Identifier: MIT */
/* Faults on demand: what the client sees, and what the carrier has done by then. */
#include "core/clock.h"
#include "core/form.h"
#include "world.h"

#define SMS "To=%2B5215512345678&From=%2B15005550006&Body=x"

static uint64_t
accepted(struct world *world)
{
	struct carrier_stats stats;

	carrier_stats(world->carrier, &stats);
	return stats.accepted;
}

static void
test_each_fault(void **state)
{
	static const struct {
		const char *fault;
		enum sim_outcome outcome;
		int status;
		uint64_t accepted;
		int64_t code;
		const char *retry_after;
	} rows[] = {
		{ "429", SIM_CALL_DONE, 429, 0, 20429, "" },
		{ "429=7", SIM_CALL_DONE, 429, 0, 20429, "7" },
		{ "429=0", SIM_CALL_DONE, 429, 0, 20429, "0" },
		{ "500-before", SIM_CALL_DONE, 500, 0, 20500, "" },
		{ "500-after", SIM_CALL_DONE, 500, 1, 20500, "" },
		{ "503", SIM_CALL_DONE, 503, 0, 20503, "" },
		{ "close-before", SIM_CALL_BROKEN, 0, 0, -1, "" },
		{ "close-after", SIM_CALL_BROKEN, 0, 1, -1, "" },
		{ "half", SIM_CALL_BROKEN, 201, 1, -1, "" },
		{ "slow=1", SIM_CALL_DONE, 201, 1, -1, "" },
		{ "slow-before=1", SIM_CALL_DONE, 201, 1, -1, "" },
		{ "not-json", SIM_CALL_DONE, 201, 1, -1, "" },
		{ "redirect", SIM_CALL_DONE, 307, 0, -1, "" },
		{ "reject", SIM_CALL_DONE, 400, 0, 21610, "" },
		{ "reject=63016", SIM_CALL_DONE, 400, 0, 63016, "" },
	};
	struct carrier_options options = { .manual = true };
	struct carrier_stats stats;
	struct world world;

	(void)state;
	world_open(&world, &options);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *name = rows[i].fault;

		carrier_reset(world.carrier);
		assert_int_equal(carrier_add_faults(world.carrier, name, NULL), STATUS_OK);
		world_ask(&world, "POST", MESSAGES, SMS);
		check_row(name, world.outcome == rows[i].outcome);
		check_row(name, world.reply.status == rows[i].status);
		check_row(name, accepted(&world) == rows[i].accepted);
		check_row(name, world_number(&world, "code") == rows[i].code);
		check_row(name, strcmp(world.reply.retry_after, rows[i].retry_after) == 0);
		carrier_stats(world.carrier, &stats);
		check_row(name, stats.requests == 1 && stats.faulted == 1);
		world_ask(&world, "POST", MESSAGES, SMS); /* once, and no more */
		check_row(name, world.reply.status == 201);
	}
	world_close(&world);
}

static void
test_half_answer_is_the_beginning_of_a_whole_one(void **state)
{
	struct carrier_options options = { .manual = true, .faults = "half" };
	struct world world;

	(void)state;
	world_open(&world, &options);
	world_ask(&world, "POST", MESSAGES, SMS);
	assert_int_equal(world.outcome, SIM_CALL_BROKEN);
	assert_null(world.answer);
	assert_true(world.reply.body.len > 50);
	assert_memory_equal(world.reply.body.data, "{\"account_sid\":\"" ACCOUNT "\"", 50);
	world_close(&world);
}

static void
test_counted_come_first_and_in_order(void **state)
{
	static const int expected[] = { 503, 503, 429, 500, 500, 500 };
	struct carrier_options options = { .manual = true, .faults = "500-before:100%,503:2,429" };
	struct world world;

	(void)state;
	world_open(&world, &options);
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		world_ask(&world, "POST", MESSAGES, SMS);
		assert_int_equal(world.reply.status, expected[i]);
	}
	carrier_clear_faults(world.carrier);
	world_ask(&world, "POST", MESSAGES, SMS);
	assert_int_equal(world.reply.status, 201);
	world_close(&world);
}

/* One character for each of 40 creates: 1 accepted, 5 refused. */
static void
draw_sequence(uint64_t seed, char out[41])
{
	struct carrier_options options = { .manual = true, .faults = "500-before:40%", .seed = seed };
	struct world world;

	world_open(&world, &options);
	for (size_t i = 0; i < 40; i++) {
		world_ask(&world, "POST", MESSAGES, SMS);
		out[i] = world.reply.status == 201 ? '1' : '5';
	}
	out[40] = '\0';
	world_close(&world);
}

static void
test_shares_follow_the_seed(void **state)
{
	char first[41], again[41], other[41];

	(void)state;
	draw_sequence(42, first);
	draw_sequence(42, again);
	draw_sequence(43, other);
	assert_string_equal(first, again);
	assert_string_not_equal(first, other);
	assert_non_null(strchr(first, '1'));
	assert_non_null(strchr(first, '5'));
}

static void
test_faults_of_gets(void **state)
{
	struct carrier_options options = { .manual = true, .faults = "get-503,get-half,get-close-after" };
	struct world world;

	(void)state;
	world_open(&world, &options);
	world_ask(&world, "POST", MESSAGES, SMS);
	assert_int_equal(world.reply.status, 201);
	world_ask(&world, "GET", MESSAGES, NULL);
	assert_int_equal(world.reply.status, 503);
	world_ask(&world, "GET", MESSAGES, NULL);
	assert_int_equal(world.outcome, SIM_CALL_BROKEN);
	world_ask(&world, "GET", MESSAGES, NULL);
	assert_int_equal(world.outcome, SIM_CALL_BROKEN);
	world_ask(&world, "GET", MESSAGES, NULL);
	assert_int_equal(world.reply.status, 200);
	world_close(&world);
}

static void
test_slow_is_accepted_first(void **state)
{
	struct carrier_options options = { .manual = true, .faults = "slow=60000,slow-before=60000" };
	int64_t begun_ms;
	struct world world;

	(void)state;
	world_open(&world, &options);
	world.timeout_ms = 300;
	world_ask(&world, "POST", MESSAGES, SMS);
	assert_int_equal(world.outcome, SIM_CALL_TIMEOUT);
	assert_int_equal(accepted(&world), 1);
	world_ask(&world, "POST", MESSAGES, SMS);
	assert_int_equal(world.outcome, SIM_CALL_TIMEOUT);
	assert_int_equal(accepted(&world), 1);
	begun_ms = clock_monotonic_ms(); /* two requests still wait; the end does not wait for them */
	world_close(&world);
	assert_true(clock_monotonic_ms() - begun_ms < 20000);
}

static void
test_slow_takes_its_time(void **state)
{
	struct carrier_options options = { .manual = true, .faults = "slow=250" };
	struct world world;
	int64_t begun_ms;

	(void)state;
	world_open(&world, &options);
	begun_ms = clock_monotonic_ms();
	world_ask(&world, "POST", MESSAGES, SMS);
	assert_true(clock_monotonic_ms() - begun_ms >= 250);
	assert_int_equal(world.reply.status, 201);
	world_close(&world);
}

static void
test_words_that_are_none(void **state)
{
	static const char *const rows[] = { "earthquake",     "429:",	     "429:0",	 "429:-1", "429:x",
					    "500-after:101%", "500-after:%", "503=5",	 "slow=x", "slow=",
					    "slow=99999999",  "get-",	     "429,,503", " 429" };
	struct carrier_options options = { .manual = true };
	struct err err;
	struct world world;

	(void)state;
	world_open(&world, &options);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		err.text[0] = '\0';
		check_row(rows[i], carrier_add_faults(world.carrier, rows[i], &err) == STATUS_INVALID);
		check_row(rows[i], err.text[0] != '\0');
	}
	world_close(&world);
}

/* --- the same over HTTP, as a test in another process does it --- */

static const char *
request_text(const struct world *world, size_t index, const char *name)
{
	const char *text = json_string(json_get(json_at(json_get(world->answer, "requests"), index), name));

	return text != NULL ? text : "";
}

static int64_t
request_number(const struct world *world, size_t index, const char *name)
{
	int64_t number = -1;

	json_integer(json_get(json_at(json_get(world->answer, "requests"), index), name), &number);
	return number;
}

static void
test_control_routes(void **state)
{
	struct carrier_options options = { .manual = true };
	int64_t before_ms = clock_now_ms();
	char sid[CARRIER_SID_SIZE];
	struct world world;

	(void)state;
	world_open(&world, &options);
	world_ask(&world, "POST", "/_sim/faults", "spec=close-after,429=3%3A2");
	assert_int_equal(world.reply.status, 200);
	world_ask(&world, "GET", "/_sim/faults", NULL);
	assert_int_equal(json_count(json_get(world.answer, "faults")), 2);
	world_ask(&world, "POST", MESSAGES, SMS);
	world_ask(&world, "POST", MESSAGES, SMS);
	world_ask(&world, "POST", "/_sim/faults", "clear=1");
	world_create(&world, SMS "&StatusCallback=https%3A%2F%2Fexample.com%2Fs%2F1", sid);
	world_ask(&world, "GET", MESSAGES, NULL);
	world_ask(&world, "GET", "/_sim/requests", NULL);
	assert_int_equal(world_number(&world, "total"), 4);
	assert_string_equal(request_text(&world, 0, "kind"), "create");
	assert_string_equal(request_text(&world, 0, "fault"), "close-after");
	assert_string_equal(request_text(&world, 0, "body"), "x");
	assert_int_equal(strlen(request_text(&world, 0, "sid")), 34);
	assert_int_equal(request_number(&world, 0, "status"), 0);
	assert_in_range(request_number(&world, 0, "at_ms"), before_ms, clock_now_ms());
	assert_string_equal(request_text(&world, 1, "fault"), "429");
	assert_string_equal(request_text(&world, 1, "sid"), "");
	assert_int_equal(request_number(&world, 1, "status"), 429);
	assert_string_equal(request_text(&world, 2, "sid"), sid);
	assert_string_equal(request_text(&world, 2, "status_callback"), "https://example.com/s/1");
	assert_int_equal(request_number(&world, 2, "status"), 201);
	assert_string_equal(request_text(&world, 3, "kind"), "list");
	world_ask(&world, "GET", "/_sim/requests?from=3", NULL);
	assert_int_equal(json_count(json_get(world.answer, "requests")), 1);
	world_ask(&world, "POST", "/_sim/reset", "");
	world_ask(&world, "GET", "/_sim/requests", NULL);
	assert_int_equal(world_number(&world, "total"), 0);
	world_ask(&world, "GET", "/_sim/messages", NULL);
	assert_int_equal(world_number(&world, "total"), 0);
	world_ask(&world, "POST", "/_sim/faults", "spec=nonsense");
	assert_int_equal(world.reply.status, 400);
	world_close(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_fault),
		cmocka_unit_test(test_half_answer_is_the_beginning_of_a_whole_one),
		cmocka_unit_test(test_counted_come_first_and_in_order),
		cmocka_unit_test(test_shares_follow_the_seed),
		cmocka_unit_test(test_faults_of_gets),
		cmocka_unit_test(test_slow_is_accepted_first),
		cmocka_unit_test(test_slow_takes_its_time),
		cmocka_unit_test(test_words_that_are_none),
		cmocka_unit_test(test_control_routes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
