/* SPDX-License-Identifier: MIT */
/* Who runs the services on a file: the first one, its successor, and what is said meanwhile. */
#include "core/store_fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "core/change.h"
#include "core/clock.h"
#include "core/config.h"
#include "core/writer.h"
#include "net/services.h"

#define WAIT_MS 20000

struct world {
	struct store store;
	struct config config;
	struct change_hub *hub;
	struct writer *writer;
	int change_fd;
};

static void
load_config(struct world *world, const char *listen)
{
	struct config_override overrides[] = { { "HILO_LISTEN", listen } };

	config_release(&world->config);
	assert_int_equal(config_load_only(overrides, 1, &world->config, NULL), STATUS_OK);
}

static int
setup(void **state)
{
	static struct world world;

	memset(&world, 0, sizeof world);
	store_setup(&world.store);
	assert_int_equal(change_hub_new(world.store.path, &world.hub, NULL), STATUS_OK);
	assert_int_equal(writer_new(world.store.path, world.hub, &world.writer, NULL), STATUS_OK);
	world.change_fd = change_watch(world.hub);
	load_config(&world, "127.0.0.1:0");
	*state = &world;
	return 0;
}

static int
teardown(void **state)
{
	struct world *world = *state;

	writer_free(world->writer);
	change_unwatch(world->hub, world->change_fd);
	change_hub_free(world->hub);
	config_release(&world->config);
	store_teardown(&world->store);
	return 0;
}

static enum status
start(struct world *world, bool wait, struct services **out)
{
	struct services_options options = { .config = &world->config,
					    .database = world->store.path,
					    .hub = world->hub,
					    .writer = world->writer,
					    .wait_for_lock = wait };
	struct err err = { "" };

	return services_new(&options, out, &err);
}

/* Waits for the phase by the change signal, as a console does. */
static void
wait_phase(struct world *world, struct services *services, enum services_phase phase, struct services_state *state)
{
	struct pollfd fd = { .fd = world->change_fd, .events = POLLIN };
	int64_t end_ms = clock_monotonic_ms() + WAIT_MS;

	for (;;) {
		services_state(services, state);
		if (state->phase == phase)
			return;
		if (clock_monotonic_ms() > end_ms)
			fail_msg("phase %d, not %d: %s", state->phase, phase, state->text);
		poll(&fd, 1, (int)(end_ms - clock_monotonic_ms()) + 1);
		change_drain(world->change_fd);
	}
}

static bool
answers(const char *url)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool connected;

	address.sin_port = htons((uint16_t)strtoul(strrchr(url, ':') + 1, NULL, 10));
	connected = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
	close(fd);
	return connected;
}

static void
test_the_first_runs_and_the_next_takes_over(void **state)
{
	struct world *world = *state;
	struct services *first, *second, *third = NULL;
	struct services_state now;

	assert_int_equal(start(world, true, &first), STATUS_OK);
	wait_phase(world, first, SERVICES_RUNNING, &now);
	assert_true(answers(now.listen_url));
	assert_string_equal(now.text, "");

	assert_int_equal(start(world, false, &third), STATUS_BUSY);
	assert_null(third);
	assert_int_equal(start(world, true, &second), STATUS_OK);
	services_state(second, &now);
	assert_int_equal(now.phase, SERVICES_WAITING);
	assert_string_equal(now.listen_url, "");

	services_free(first);
	wait_phase(world, second, SERVICES_RUNNING, &now);
	assert_true(answers(now.listen_url));
	services_free(second);
}

static void
test_who_waits_can_be_ended(void **state)
{
	struct world *world = *state;
	struct services *first, *second;
	struct services_state now;

	assert_int_equal(start(world, false, &first), STATUS_OK);
	wait_phase(world, first, SERVICES_RUNNING, &now);
	assert_int_equal(start(world, true, &second), STATUS_OK);
	services_free(second);
	services_state(first, &now);
	assert_int_equal(now.phase, SERVICES_RUNNING);
	services_free(first);
}

/* A socket that listens on a free port; `listen_at` is for HILO_LISTEN. */
static int
take_port(char listen_at[32])
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	snprintf(listen_at, 32, "127.0.0.1:%d", ntohs(address.sin_port));
	return fd;
}

static void
test_a_port_that_is_taken_is_tried_again(void **state)
{
	struct world *world = *state;
	struct services *services;
	struct services_state now;
	char listen_at[32];
	int fd = take_port(listen_at);

	load_config(world, listen_at);
	assert_int_equal(start(world, true, &services), STATUS_OK);
	wait_phase(world, services, SERVICES_FAILED, &now);
	assert_non_null(strstr(now.text, listen_at));
	assert_string_equal(now.listen_url, "");
	close(fd);
	wait_phase(world, services, SERVICES_RUNNING, &now);
	assert_non_null(strstr(now.listen_url, listen_at));
	assert_true(answers(now.listen_url));
	services_free(services);
}

static void
test_ending_while_the_port_is_taken(void **state)
{
	struct world *world = *state;
	struct services *services;
	struct services_state now;
	char listen_at[32];
	int fd = take_port(listen_at);
	int64_t began_ms;

	load_config(world, listen_at);
	assert_int_equal(start(world, true, &services), STATUS_OK);
	wait_phase(world, services, SERVICES_FAILED, &now);
	began_ms = clock_monotonic_ms();
	services_free(services);
	assert_true(clock_monotonic_ms() - began_ms < 3000);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_the_first_runs_and_the_next_takes_over, setup, teardown),
		cmocka_unit_test_setup_teardown(test_who_waits_can_be_ended, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_port_that_is_taken_is_tried_again, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ending_while_the_port_is_taken, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
