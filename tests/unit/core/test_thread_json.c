/* SPDX-License-Identifier: MIT */
/* A conversation in JSON, byte by byte: what other programs rely on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/thread_json.h"

struct json_row {
	const char *name;
	struct thread thread;
	const char *json;
};

static const struct json_row rows[] = {
	{ "everything known",
	  { .id = 7, .channel = CHANNEL_EMAIL, .status = THREAD_PENDING, .client_id = 3, .client_name = "Ana \"Á\"",
	    .client_address = "ana@example.com", .own_address = "help@example.com", .subject = "Factura",
	    .assignee = "eva", .unread = 2, .last_message_id = 9, .last_sender = "client", .preview = "Hola\n🙂",
	    .last_message_at = 1700000000123, .created_at = 1600000000000, .updated_at = 1700000000124 },
	  "[{\"id\":7,\"channel\":\"email\",\"status\":\"pending\",\"client\":{\"id\":3,\"name\":\"Ana \\\"Á\\\"\","
	  "\"address\":\"ana@example.com\"},\"subject\":\"Factura\",\"unreadCount\":2,\"assignee\":\"eva\","
	  "\"lastMessage\":{\"id\":9,\"sender\":\"client\",\"preview\":\"Hola\\n🙂\",\"at\":\"2023-11-14T22:13:20.123Z\"},"
	  "\"createdAt\":\"2020-09-13T12:26:40.000Z\",\"updatedAt\":\"2023-11-14T22:13:20.124Z\"}]" },
	{ "hardly anything known",
	  { .id = 1, .channel = CHANNEL_SMS, .status = THREAD_OPEN, .client_id = 1, .client_address = "+15551230000",
	    .created_at = 1600000000000, .updated_at = 1600000000000 },
	  "[{\"id\":1,\"channel\":\"sms\",\"status\":\"open\",\"client\":{\"id\":1,\"name\":null,"
	  "\"address\":\"+15551230000\"},\"subject\":null,\"unreadCount\":0,\"assignee\":null,\"lastMessage\":null,"
	  "\"createdAt\":\"2020-09-13T12:26:40.000Z\",\"updatedAt\":\"2020-09-13T12:26:40.000Z\"}]" },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct json *list = json_new_array();
		char *text;

		assert_true(thread_json_add(list, &rows[i].thread));
		text = json_print(list);
		if (strcmp(text, rows[i].json) != 0)
			fail_msg("%s: %s", rows[i].name, text);
		free(text);
		json_free(list);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
