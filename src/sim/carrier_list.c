/* SPDX-License-Identifier: MIT */
/* GET Messages.json: filters, pages newest first, links to the next and the previous page; and the record of requests. */
#include "sim/carrier_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PAGE_DEFAULT 50
#define PAGE_MAX 1000
#define DAY_MS (24LL * 60 * 60 * 1000)

struct filter {
	const char *to, *from;
	int64_t day_ms;	   /* -1: any */
	int64_t after_ms;  /* on or after; -1: any */
	int64_t before_ms; /* on or before; -1: any */
};

struct page {
	long size, number;
	bool backwards; /* towards the newer ones, from `bound` */
	size_t bound;	/* forwards: only messages before this position; backwards: only after it */
	size_t *found;	/* positions, newest first; one more than `size` when there is more */
	size_t count;
	bool more; /* in the direction walked */
};

/* "2026-11-01" or "2026-11-01T00:00:00Z" in ms; -2 if it is neither. */
static int64_t
parse_time(const char *text, bool *whole_day)
{
	struct tm tm = { 0 };
	const char *rest = strptime(text, "%Y-%m-%d", &tm);

	if (rest == NULL)
		return -2;
	*whole_day = *rest == '\0';
	if (!*whole_day) {
		rest = strptime(rest, "T%H:%M:%S", &tm);
		if (rest != NULL && *rest == '.')
			rest += 1 + strspn(rest + 1, "0123456789");
		if (rest == NULL || strcmp(rest, "Z") != 0)
			return -2;
	}
	return (int64_t)timegm(&tm) * 1000;
}

/* False: a date is malformed. */
static bool
read_filter(const struct form *query, struct filter *filter)
{
	const char *day = form_get(query, "DateSent");
	const char *after = form_get(query, "DateSent>");
	const char *before = form_get(query, "DateSent<");
	bool whole;

	*filter = (struct filter){ .to = form_get(query, "To"),
				   .from = form_get(query, "From"),
				   .day_ms = -1,
				   .after_ms = -1,
				   .before_ms = -1 };
	if (day != NULL) {
		filter->day_ms = parse_time(day, &whole);
		if (filter->day_ms >= 0)
			filter->day_ms -= filter->day_ms % DAY_MS;
	}
	if (after != NULL)
		filter->after_ms = parse_time(after, &whole);
	if (before != NULL)
		filter->before_ms = parse_time(before, &whole);
	return filter->day_ms != -2 && filter->after_ms != -2 && filter->before_ms != -2;
}

static bool
passes(const struct filter *filter, const struct carrier_message *message)
{
	int64_t sent_ms = message->sent_ms - message->sent_ms % 1000; /* the wire has whole seconds */

	if (message->deleted || (filter->to != NULL && strcmp(filter->to, message->to) != 0)
	    || (filter->from != NULL && (message->from == NULL || strcmp(filter->from, message->from) != 0)))
		return false;
	if (filter->day_ms < 0 && filter->after_ms < 0 && filter->before_ms < 0)
		return true;
	return message->sent_ms > 0 /* not sent yet: no date to compare */
	       && (filter->day_ms < 0 || (sent_ms >= filter->day_ms && sent_ms < filter->day_ms + DAY_MS))
	       && (filter->after_ms < 0 || sent_ms >= filter->after_ms)
	       && (filter->before_ms < 0 || sent_ms <= filter->before_ms);
}

static bool
whole_number(const char *text, long low, long high, long *out)
{
	char *end;

	*out = strtol(text, &end, 10);
	return end != text && *end == '\0' && *out >= low && *out <= high;
}

/* False and the answer is written when the paging parameters are wrong. Locked. */
static bool
read_page(struct carrier_call *call, struct page *page)
{
	const char *size = form_get(&call->query, "PageSize");
	const char *number = form_get(&call->query, "Page");
	const char *token = form_get(&call->query, "PageToken");
	const struct carrier_message *message;

	*page = (struct page){ .size = PAGE_DEFAULT, .bound = call->carrier->message_count };
	if (size != NULL && !whole_number(size, 1, PAGE_MAX, &page->size)) {
		carrier_answer_error(call->answer, 400, 20007, "Page size must be 1 to 1000");
		return false;
	}
	if (number != NULL && !whole_number(number, 0, 1000000000, &page->number)) {
		carrier_answer_error(call->answer, 400, 20006, "Invalid Page");
		return false;
	}
	if (token == NULL && page->number == 0)
		return true;
	message = token != NULL && strlen(token) == 2 + CARRIER_SID_SIZE - 1 ? carrier_find(call->carrier, token + 2)
									     : NULL;
	if (message == NULL || (strncmp(token, "PA", 2) != 0 && strncmp(token, "PB", 2) != 0)) {
		carrier_answer_error(call->answer, 400, 20001,
				     "PageToken is missing or invalid; follow the page's own links");
		return false;
	}
	page->backwards = token[1] == 'B';
	page->bound = message->number;
	return true;
}

/* Fills page->found. Locked. */
static bool
collect(struct carrier *carrier, const struct filter *filter, struct page *page)
{
	size_t wanted = (size_t)page->size;

	page->found = calloc(wanted, sizeof *page->found);
	if (page->found == NULL)
		return false;
	for (size_t i = page->bound; !page->backwards && i > 0 && !page->more; i--) {
		if (!passes(filter, carrier->messages[i - 1]))
			continue;
		page->more = page->count == wanted;
		if (!page->more)
			page->found[page->count++] = i - 1;
	}
	for (size_t i = page->bound + 1; page->backwards && i < carrier->message_count && !page->more; i++) {
		if (!passes(filter, carrier->messages[i]))
			continue;
		page->more = page->count == wanted;
		if (!page->more)
			page->found[page->count++] = i;
	}
	for (size_t i = 0; page->backwards && i < page->count / 2; i++) {
		size_t other = page->found[i];

		page->found[i] = page->found[page->count - 1 - i];
		page->found[page->count - 1 - i] = other;
	}
	return true;
}

/* A link with all filters of this request; token_kind 0: the first page. */
static void
add_link(struct carrier_call *call, struct json *object, const char *name, long number, const char *token)
{
	static const char *const kept[] = { "To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize" };
	struct strbuf query, uri;
	char text[24];

	strbuf_init(&query, CARRIER_URL_MAX);
	strbuf_init(&uri, 2 * CARRIER_URL_MAX);
	for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
		const char *value = form_get(&call->query, kept[i]);

		if (value != NULL)
			form_encode(&query, kept[i], value);
	}
	if (form_get(&call->query, "PageSize") == NULL)
		form_encode(&query, "PageSize", "50");
	snprintf(text, sizeof text, "%ld", number);
	form_encode(&query, "Page", text);
	if (token != NULL)
		form_encode(&query, "PageToken", token);
	strbuf_add_format(&uri, "/2010-04-01/Accounts/%s/Messages.json?%s", call->carrier->account_sid,
			  strbuf_text(&query));
	json_add_string(object, name, strbuf_text(&uri));
	strbuf_release(&query);
	strbuf_release(&uri);
}

static void
add_token_link(struct carrier_call *call, struct json *object, const char *name, const struct page *page)
{
	bool next = name[0] == 'n';
	bool there =
		page->count > 0
		&& (next ? (page->backwards ? true : page->more) : (page->backwards ? page->more : page->number > 0));
	const struct carrier_message *edge;
	char token[CARRIER_SID_SIZE + 2];

	if (!there) {
		json_add_null(object, name);
		return;
	}
	edge = call->carrier->messages[page->found[next ? page->count - 1 : 0]];
	snprintf(token, sizeof token, "P%c%s", next ? 'A' : 'B', edge->sid);
	add_link(call, object, name, page->number + (next ? 1 : -1), token);
}

/* Locked. */
static void
answer_page(struct carrier_call *call, const struct page *page)
{
	struct json *object = json_new_object();
	struct json *list = json_add_array(object, "messages");
	long start = page->number * page->size;

	for (size_t i = 0; i < page->count; i++)
		json_add_value(list, NULL,
			       carrier_message_json(call->carrier, call->carrier->messages[page->found[i]]));
	json_add_integer(object, "page", page->number);
	json_add_integer(object, "page_size", page->size);
	json_add_integer(object, "start", start);
	json_add_integer(object, "end", page->count > 0 ? start + (long)page->count - 1 : start);
	add_link(call, object, "uri", page->number, form_get(&call->query, "PageToken"));
	add_link(call, object, "first_page_uri", 0, NULL);
	add_token_link(call, object, "next_page_uri", page);
	add_token_link(call, object, "previous_page_uri", page);
	carrier_answer_json(call->answer, 200, object);
}

void
carrier_list(struct carrier_call *call)
{
	struct carrier *carrier = call->carrier;
	struct carrier_request *entry;
	struct carrier_fault fault;
	struct filter filter;
	struct page page = { .found = NULL };
	bool dates = read_filter(&call->query, &filter);

	carrier_lock(carrier);
	fault = carrier_take_fault(carrier, true);
	entry = carrier_record(call, "list");
	if (entry != NULL) {
		entry->fault = carrier_fault_name(fault.kind);
		entry->to = filter.to != NULL ? strdup(filter.to) : NULL;
		entry->from = filter.from != NULL ? strdup(filter.from) : NULL;
	}
	carrier_unlock(carrier);
	if (carrier_fault_before(call, &fault))
		return;
	carrier_lock(carrier);
	if (!dates)
		carrier_answer_error(call->answer, 400, 20001,
				     "DateSent must be a day like 2026-11-01 or a time in UTC");
	else if (read_page(call, &page) && collect(carrier, &filter, &page))
		answer_page(call, &page);
	carrier_unlock(carrier);
	free(page.found);
	carrier_fault_after(call, &fault);
}

/* --- the record of requests --- */

void
carrier_request_release(struct carrier_request *request)
{
	free(request->to);
	free(request->from);
	free(request->body);
	free(request->service_sid);
	free(request->status_callback);
}

struct carrier_request *
carrier_record(struct carrier_call *call, const char *kind)
{
	struct carrier *carrier = call->carrier;
	struct carrier_request *entry;

	if (carrier->request_count >= CARRIER_LOG_MAX) {
		size_t gone = CARRIER_LOG_MAX / 4;

		for (size_t i = 0; i < gone; i++)
			carrier_request_release(&carrier->requests[i]);
		carrier->request_count -= gone;
		memmove(carrier->requests, carrier->requests + gone,
			carrier->request_count * sizeof *carrier->requests);
	}
	if (!carrier_grow((void **)&carrier->requests, carrier->request_count, &carrier->request_capacity,
			  sizeof *carrier->requests))
		return NULL;
	entry = &carrier->requests[carrier->request_count++];
	memset(entry, 0, sizeof *entry);
	entry->serial = call->recorded = ++carrier->sequence;
	entry->at_ms = call->came_ms;
	entry->kind = kind;
	return entry;
}
