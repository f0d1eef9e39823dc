/* SPDX-License-Identifier: MIT */
/* What the listener decides without a socket: paths, framing, header values, queries, wrong tokens, overdue connections. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/api_query.h"
#include "net/http_deadline.h"
#include "net/http_rules.h"
#include "net/route.h"
#include "net/token_guard.h"

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

static void
check_row(const char *name, bool fine)
{
	if (!fine)
		fail_msg("row \"%s\"", name);
}

/* --- paths --------------------------------------------------------------------------------------------------------- */

static const struct route table[] = {
	{ .pattern = "/a", .method = "POST" },
	{ .pattern = "/a", .method = "GET" },
	{ .pattern = "/a/{id}", .method = "GET" },
	{ .pattern = "/a/{id}/b", .method = "POST" },
};

struct path_row {
	const char *method;
	const char *target;
	enum route_match match;
	int found; /* row of the table */
	int64_t id;
	const char *allow;
};

static const struct path_row path_rows[] = {
	{ "POST", "/a", ROUTE_FOUND, 0, 0, "" },
	{ "GET", "/a", ROUTE_FOUND, 1, 0, "POST" },
	{ "GET", "/a?x=1", ROUTE_FOUND, 1, 0, "POST" },
	{ "GET", "/a?", ROUTE_FOUND, 1, 0, "POST" },
	{ "PUT", "/a", ROUTE_NO_METHOD, 0, 0, "POST, GET" },
	{ "get", "/a", ROUTE_NO_METHOD, 0, 0, "POST, GET" },
	{ "", "/a", ROUTE_NO_METHOD, 0, 0, "POST, GET" },
	{ "GET", "/a/7", ROUTE_FOUND, 2, 7, "" },
	{ "GET", "/a/999999999999999999", ROUTE_FOUND, 2, 999999999999999999, "" },
	{ "POST", "/a/7/b", ROUTE_FOUND, 3, 7, "" },
	{ "POST", "/a/7/b?/a/8", ROUTE_FOUND, 3, 7, "" },
	{ "POST", "/a/7", ROUTE_NO_METHOD, 0, 0, "GET" },
	{ "GET", "/", ROUTE_NO_PATH, 0, 0, "" },
	{ "GET", "", ROUTE_NO_PATH, 0, 0, "" },
	{ "GET", "/A", ROUTE_NO_PATH, 0, 0, "" },
	{ "GET", "/a/", ROUTE_NO_PATH, 0, 0, "" },
	{ "GET", "//a", ROUTE_NO_PATH, 0, 0, "" },
	{ "GET", "/%61", ROUTE_NO_PATH, 0, 0, "" },
	{ "GET", "/a/0", ROUTE_NO_PATH, 0, 0, "" },
	{ "GET", "/a/07", ROUTE_NO_PATH, 0, 0, "" },
	{ "GET", "/a/-7", ROUTE_NO_PATH, 0, 0, "" },
	{ "GET", "/a/+7", ROUTE_NO_PATH, 0, 0, "" },
	{ "GET", "/a/7x", ROUTE_NO_PATH, 0, 0, "" },
	{ "GET", "/a/1000000000000000000", ROUTE_NO_PATH, 0, 0, "" },
	{ "POST", "/a//b", ROUTE_NO_PATH, 0, 0, "" },
	{ "POST", "/a/b", ROUTE_NO_PATH, 0, 0, "" },
	{ "POST", "/a/7/bb", ROUTE_NO_PATH, 0, 0, "" },
	{ "POST", "/a/7/8/b", ROUTE_NO_PATH, 0, 0, "" },
};

static void
test_paths(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(path_rows); i++) {
		const struct path_row *row = &path_rows[i];
		const struct route *found = NULL;
		char allow[32];
		int64_t id = -1;

		check_row(row->target,
			  route_find(table, COUNT(table), row->method, row->target, &found, &id, allow) == row->match);
		if (row->match == ROUTE_FOUND)
			check_row(row->target, found == &table[row->found] && id == row->id);
		else
			check_row(row->target, strcmp(allow, row->allow) == 0);
	}
}

/* --- framing ------------------------------------------------------------------------------------------------------- */

#define LINES 3

struct framing_row {
	const char *name;
	const char *lines[LINES][2];
	bool sound;
	bool has_body;
	uint64_t length;
};

static const struct framing_row framing_rows[] = {
	{ "nothing", { { NULL } }, true, false, 0 },
	{ "a length", { { "Content-Length", "12" } }, true, true, 12 },
	{ "blanks after a length", { { "content-length", "12 \t" } }, true, true, 12 },
	{ "no length", { { "Content-Length", "0" } }, true, false, 0 },
	{ "a great length", { { "Content-Length", "18446744073709551616" } }, true, true, UINT64_MAX },
	{ "chunks", { { "Transfer-Encoding", "Chunked" } }, true, true, UINT64_MAX },
	{ "one host", { { "Host", "a" }, { "X-Host", "b" } }, true, false, 0 },
	{ "all token characters", { { "!#$%&'*+-.^_`|~09azAZ", "x" } }, true, false, 0 },
	{ "high bytes in a value", { { "X", "\xc3\xb1\ta" } }, true, false, 0 },
	{ "two hosts", { { "Host", "a" }, { "HOST", "a" } }, false, false, 0 },
	{ "two lengths", { { "Content-Length", "1" }, { "Content-Length", "1" } }, false, false, 0 },
	{ "two codings", { { "Transfer-Encoding", "chunked" }, { "transfer-encoding", "chunked" } }, false, false, 0 },
	{ "both", { { "Content-Length", "1" }, { "Transfer-Encoding", "chunked" } }, false, false, 0 },
	{ "both, the other way", { { "Transfer-Encoding", "chunked" }, { "Content-Length", "1" } }, false, false, 0 },
	{ "a sign", { { "Content-Length", "+1" } }, false, false, 0 },
	{ "a list of lengths", { { "Content-Length", "1,1" } }, false, false, 0 },
	{ "no digits", { { "Content-Length", "" } }, false, false, 0 },
	{ "another coding", { { "Transfer-Encoding", "gzip" } }, false, false, 0 },
	{ "a list of codings", { { "Transfer-Encoding", "gzip, chunked" } }, false, false, 0 },
	{ "no coding", { { "Transfer-Encoding", "" } }, false, false, 0 },
	{ "no name", { { "", "x" } }, false, false, 0 },
	{ "a blank in a name", { { "Content-Length ", "1" } }, false, false, 0 },
	{ "a high byte in a name", { { "X\xff", "1" } }, false, false, 0 },
	{ "a delete in a name", { { "X\x7f", "1" } }, false, false, 0 },
	{ "a colon in a name", { { "X:Y", "1" } }, false, false, 0 },
	{ "a line end in a value", { { "X", "a\rb" } }, false, false, 0 },
	{ "an escape in a value", { { "X", "\x1b[2J" } }, false, false, 0 },
	{ "a defect before good ones", { { "X Y", "a" }, { "Host", "a" }, { "Content-Length", "1" } }, false, false, 0 },
};

static void
read_lines(const struct framing_row *row, struct http_headers *headers)
{
	memset(headers, 0, sizeof *headers);
	for (size_t i = 0; i < LINES && row->lines[i][0] != NULL; i++)
		http_headers_add(headers, row->lines[i][0], strlen(row->lines[i][0]), row->lines[i][1],
				 strlen(row->lines[i][1]));
	http_headers_check(headers);
}

static void
test_framing(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(framing_rows); i++) {
		const struct framing_row *row = &framing_rows[i];
		struct http_headers headers;
		uint64_t length;

		read_lines(row, &headers);
		check_row(row->name, (headers.defect == NULL) == row->sound);
		if (row->sound) {
			check_row(row->name, http_headers_body(&headers, &length) == row->has_body);
			check_row(row->name, length == row->length);
		}
		http_headers_release(&headers);
	}
}

static void
test_only_one_of_a_kind(void **state)
{
	struct http_headers headers = { 0 };

	(void)state;
	assert_null(http_headers_only(&headers, HTTP_HEADER_SIGNATURE));
	http_headers_add(&headers, "x-twilio-signature", 18, "one", 3);
	assert_string_equal(http_headers_only(&headers, HTTP_HEADER_SIGNATURE), "one");
	http_headers_add(&headers, "X-Twilio-Signature", 18, "one", 3);
	assert_null(http_headers_only(&headers, HTTP_HEADER_SIGNATURE));
	assert_null(headers.defect);
}

struct value_row {
	const char *value;
	bool fine;
};

static void
test_blanks_after_a_value_are_not_part_of_it(void **state)
{
	struct http_headers headers = { 0 };

	(void)state;
	http_headers_add(&headers, "X-Twilio-Signature", 18, "one \t", 5);
	http_headers_add(&headers, "Idempotency-Key", 15, "a b", 3);
	assert_string_equal(http_headers_only(&headers, HTTP_HEADER_SIGNATURE), "one");
	assert_string_equal(http_headers_only(&headers, HTTP_HEADER_IDEMPOTENCY_KEY), "a b");
	http_headers_release(&headers);
}

static void
test_content_types(void **state)
{
	static const struct value_row rows[] = {
		{ "application/json", true },
		{ "Application/JSON", true },
		{ "application/json ; charset=utf-8", true },
		{ "application/json;charset=\"UTF-8\"", true },
		{ "application/json; x=y; charset=utf-8 ;z", true },
		{ "application/json;", true },
		{ "application/json; charset=latin1", false },
		{ "application/json; charset=utf-8x", false },
		{ "application/json; charset=\"utf-8", false },
		{ "application/json; x=y; charset=utf-16", false },
		{ "application/jsonx", false },
		{ "application/json, text/html", false },
		{ "text/json", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_row(rows[i].value, http_content_type_is(rows[i].value, "application/json") == rows[i].fine);
	assert_false(http_content_type_is(NULL, "application/json"));
}

static void
test_bearers_and_targets(void **state)
{
	static const struct value_row targets[] = {
		{ "/", true },	 { "/a?b=%20#c", true }, { "", false },	     { "*", false },	{ "http://a/", false },
		{ "/a b", false }, { "/a\tb", false },	 { "/a\x7f", false }, { "/\xc3\xb1", false },
	};

	(void)state;
	assert_string_equal(http_bearer("Bearer abc"), "abc");
	assert_string_equal(http_bearer("bearer   abc"), "abc");
	assert_null(http_bearer("Bearer "));
	assert_null(http_bearer("Bearerabc"));
	assert_null(http_bearer("Basic abc"));
	assert_null(http_bearer(NULL));
	for (size_t i = 0; i < COUNT(targets); i++)
		check_row(targets[i].value, http_target_is_sound(targets[i].value) == targets[i].fine);
}

/* --- queries ------------------------------------------------------------------------------------------------------- */

static void
test_cursors_come_back_as_they_went(void **state)
{
	static const struct thread_cursor places[] = {
		{ 0, 1 }, { 1795371543496, 42 }, { INT64_MAX, INT64_MAX }, { 1, 0x0123456789abcdef },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(places); i++) {
		char target[64] = "/x?cursor=", word[API_CURSOR_SIZE];
		struct thread_cursor back;
		struct form query;

		memcpy(target + strlen(target), api_cursor_write(places[i], word), API_CURSOR_SIZE);
		assert_int_equal(api_query_parse(target, &query, NULL), STATUS_OK);
		assert_true(api_query_cursor(&query, &back));
		assert_true(back.key == places[i].key && back.id == places[i].id);
		form_release(&query);
	}
}

struct query_row {
	const char *target;
	bool parses;
	bool fine;
	size_t limit;
};

static const struct query_row query_rows[] = {
	{ "/x", true, true, 50 },
	{ "/x?", true, true, 50 },
	{ "/x?limit=1", true, true, 1 },
	{ "/x?limit=200&other=%20", true, true, 200 },
	{ "/x?limit=201", true, false, 0 },
	{ "/x?limit=0", true, false, 0 },
	{ "/x?limit=", true, false, 0 },
	{ "/x?limit=1e1", true, false, 0 },
	{ "/x?limit=99999999999999999999", true, false, 0 },
	{ "/x?limit=1&limit=1", false, false, 0 },
	{ "/x?a=%zz", false, false, 0 },
	{ "/x?a=%00", false, false, 0 },
	{ "/x?a=%ff", false, false, 0 },
};

static void
test_limits(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(query_rows); i++) {
		const struct query_row *row = &query_rows[i];
		struct form query;
		size_t limit;
		bool parses = api_query_parse(row->target, &query, NULL) == STATUS_OK;

		check_row(row->target, parses == row->parses);
		if (!parses)
			continue;
		check_row(row->target, api_query_limit(&query, &limit) == row->fine);
		check_row(row->target, !row->fine || limit == row->limit);
		form_release(&query);
	}
}

static void
test_filters(void **state)
{
	struct thread_filter filter;
	struct form query;

	(void)state;
	assert_int_equal(api_query_parse("/x?channel=whatsapp&status=closed", &query, NULL), STATUS_OK);
	assert_true(api_query_filter(&query, &filter));
	assert_true(filter.one_channel && filter.channel == CHANNEL_WHATSAPP);
	assert_true(filter.view == THREAD_VIEW_STATUS && filter.status == THREAD_CLOSED);
	form_release(&query);
	assert_int_equal(api_query_parse("/x", &query, NULL), STATUS_OK);
	assert_true(api_query_filter(&query, &filter));
	assert_true(!filter.one_channel && filter.view == THREAD_VIEW_ALL);
	form_release(&query);
}

/* --- wrong tokens, overdue connections ----------------------------------------------------------------------------- */

static void
test_wrong_tokens_are_counted_for_a_minute(void **state)
{
	struct token_guard guard = { 0 };
	int64_t wait_s = 0, now_ms = 5000;

	(void)state;
	for (int i = 0; i < TOKEN_GUARD_LIMIT; i++)
		assert_false(token_guard_wrong(&guard, now_ms + i, &wait_s));
	assert_true(token_guard_wrong(&guard, now_ms + 200, &wait_s));
	assert_int_equal(wait_s, 60);
	assert_true(token_guard_wrong(&guard, now_ms + TOKEN_GUARD_WINDOW_MS - 1, &wait_s));
	assert_int_equal(wait_s, 1);
	assert_false(token_guard_wrong(&guard, now_ms + TOKEN_GUARD_WINDOW_MS, &wait_s));
}

/* Returns once the other end of the pair was shut down. */
static void
wait_cut(int fd)
{
	char byte;

	assert_int_equal(recv(fd, &byte, 1, 0), 0);
}

static void
test_overdue_connections_are_cut(void **state)
{
	struct deadline_watch watch;
	struct deadline_entry exempt = { 0 }, first = { 0 }, second = { 0 };
	int pairs[3][2];
	char byte;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[i]), 0);
	assert_int_equal(deadline_watch_start(&watch, 50, NULL), STATUS_OK);
	deadline_add(&watch, &exempt, pairs[0][0]);
	deadline_exempt(&watch, &exempt);
	deadline_add(&watch, &first, pairs[1][0]);
	wait_cut(pairs[1][1]);
	/* By now the thread sleeps without a timer, with an exempt entry in the list. */
	deadline_add(&watch, &second, pairs[2][0]);
	wait_cut(pairs[2][1]);
	assert_int_equal(recv(pairs[0][1], &byte, 1, MSG_DONTWAIT), -1);
	deadline_restart(&watch, &exempt);
	wait_cut(pairs[0][1]);
	deadline_remove(&watch, &first);
	deadline_remove(&watch, &exempt);
	deadline_remove(&watch, &second);
	deadline_watch_stop(&watch);
	for (int i = 0; i < 3; i++) {
		close(pairs[i][0]);
		close(pairs[i][1]);
	}
}

static bool
is_open(int peer)
{
	char byte;

	return recv(peer, &byte, 1, MSG_DONTWAIT) == -1;
}

static void
test_the_oldest_silent_connections_make_room(void **state)
{
	struct deadline_watch watch;
	struct deadline_entry entries[4];
	int pairs[4][2];

	(void)state;
	memset(entries, 0, sizeof entries);
	assert_int_equal(deadline_watch_start(&watch, 3600000, NULL), STATUS_OK);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[i]), 0);
		deadline_add(&watch, &entries[i], pairs[i][0]);
	}
	deadline_busy(&watch, &entries[0], true);
	deadline_make_room(&watch, 4);
	assert_true(is_open(pairs[1][1]));
	deadline_make_room(&watch, 3);
	assert_true(is_open(pairs[0][1]));
	assert_false(is_open(pairs[1][1]));
	assert_true(is_open(pairs[2][1]));
	/* One that is gone by itself leaves room too. */
	deadline_remove(&watch, &entries[3]);
	deadline_make_room(&watch, 2);
	assert_true(is_open(pairs[2][1]));
	deadline_make_room(&watch, 0);
	assert_false(is_open(pairs[2][1]));
	assert_true(is_open(pairs[0][1]));
	deadline_busy(&watch, &entries[0], false);
	deadline_make_room(&watch, 0);
	assert_false(is_open(pairs[0][1]));
	for (int i = 0; i < 3; i++)
		deadline_remove(&watch, &entries[i]);
	deadline_watch_stop(&watch);
	for (int i = 0; i < 4; i++) {
		close(pairs[i][0]);
		close(pairs[i][1]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_framing),
		cmocka_unit_test(test_only_one_of_a_kind),
		cmocka_unit_test(test_blanks_after_a_value_are_not_part_of_it),
		cmocka_unit_test(test_content_types),
		cmocka_unit_test(test_bearers_and_targets),
		cmocka_unit_test(test_cursors_come_back_as_they_went),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_wrong_tokens_are_counted_for_a_minute),
		cmocka_unit_test(test_overdue_connections_are_cut),
		cmocka_unit_test(test_the_oldest_silent_connections_make_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
