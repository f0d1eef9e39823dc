/* SPDX-License-Identifier: MIT */
/* The lists that are always there: each can be found by what it is, and said as a query. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/query.h"
#include "ui/list_view.h"

static void
test_each_is_found_by_name_and_filter(void **state)
{
	(void)state;
	for (int i = 1; i <= LIST_VIEW_COUNT; i++) {
		const struct list_view *view = list_view_by_number(i);
		struct thread_filter filter = { .view = view->view, .status = view->status };

		assert_ptr_equal(list_view_by_name(view->name), view);
		assert_ptr_equal(list_view_of(&filter), view);
	}
	assert_null(list_view_by_name("nowhere"));
	assert_null(list_view_of(&(struct thread_filter){ .view = THREAD_VIEW_STATUS, .status = THREAD_OPEN }));
}

static const struct {
	const char *name;
	struct thread_filter filter;
	const char *query; /* NULL: no query says it */
} queries[] = {
	{ "inbox", { .view = THREAD_VIEW_ACTIVE }, "is:active" },
	{ "closed SMS", { .view = THREAD_VIEW_STATUS, .status = THREAD_CLOSED, .one_channel = true, .channel = CHANNEL_SMS },
	  "status:closed channel:sms" },
	{ "unread of mine", { .view = THREAD_VIEW_MINE, .unread_only = true }, "is:mine is:active is:unread" },
	{ "unassigned", { .view = THREAD_VIEW_UNASSIGNED }, "is:unassigned is:active" },
	{ "waiting", { .view = THREAD_VIEW_WAITING }, "is:waiting" },
	{ "failed email", { .view = THREAD_VIEW_FAILED, .one_channel = true, .channel = CHANNEL_EMAIL },
	  "is:failed channel:email" },
	{ "closing", { .view = THREAD_VIEW_WINDOW }, NULL },
	{ "everything", { .view = THREAD_VIEW_ALL }, NULL },
};

static void
test_a_filter_as_a_query(void **state)
{
	struct query_options options = { .now_ms = 1790000000000LL, .agent = "eva" };

	(void)state;
	for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
		struct query query;
		char text[QUERY_SIZE];

		print_message("# %s\n", queries[i].name);
		assert_true(list_view_query(&queries[i].filter, text, sizeof text) == (queries[i].query != NULL));
		if (queries[i].query == NULL)
			continue;
		assert_string_equal(text, queries[i].query);
		assert_int_equal(query_parse(text, &options, &query, NULL, NULL), STATUS_OK);
	}
}

static void
test_numbers(void **state)
{
	struct thread_view_counts counts = { .mine = 3, .waiting = 12, .by_status = { 5, 1, 2, 40, 7 } };
	char text[16];

	(void)state;
	assert_string_equal(list_view_count(list_view_by_name("mine"), &counts, text, sizeof text), "3");
	assert_string_equal(list_view_count(list_view_by_name("waiting"), &counts, text, sizeof text), "12");
	assert_string_equal(list_view_count(list_view_by_name("spam"), &counts, text, sizeof text), "7");
	assert_string_equal(list_view_count(list_view_by_name("all"), &counts, text, sizeof text), "55");
	assert_string_equal(list_view_count(list_view_by_name("closing"), &counts, text, sizeof text), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_is_found_by_name_and_filter),
		cmocka_unit_test(test_a_filter_as_a_query),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
