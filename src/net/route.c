/* SPDX-License-Identifier: MIT */
#include "net/route.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

int64_t
route_id(const char *text, size_t len)
{
	int64_t id = 0;

	/* 18 digits always fit. */
	if (len == 0 || len > 18 || text[0] == '0')
		return 0;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		id = id * 10 + (text[i] - '0');
	}
	return id;
}

static bool
path_matches(const char *pattern, const char *path, size_t len, int64_t *id)
{
	static const char mark[] = "{id}";
	const char *hole = strstr(pattern, mark), *tail = strstr(pattern, "{rest}");
	const char *rest;
	size_t before, after;

	*id = 0;
	if (tail != NULL)
		return len > (size_t)(tail - pattern) && memcmp(pattern, path, (size_t)(tail - pattern)) == 0;
	if (hole == NULL)
		return strlen(pattern) == len && memcmp(pattern, path, len) == 0;
	before = (size_t)(hole - pattern);
	rest = hole + sizeof mark - 1;
	after = strlen(rest);
	if (len <= before + after || memcmp(pattern, path, before) != 0 || memcmp(rest, path + len - after, after) != 0)
		return false;
	*id = route_id(path + before, len - before - after);
	return *id > 0;
}

enum route_match
route_find(const struct route *routes, size_t count, const char *method, const char *target, const struct route **found,
	   int64_t *id, char allow[32])
{
	size_t len = strcspn(target, "?"), used = 0;

	allow[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		if (!path_matches(routes[i].pattern, target, len, id))
			continue;
		if (strcmp(routes[i].method, method) == 0) {
			*found = &routes[i];
			return ROUTE_FOUND;
		}
		if (used < 20)
			used += (size_t)snprintf(allow + used, 32 - used, "%s%s", used > 0 ? ", " : "", routes[i].method);
	}
	return used > 0 ? ROUTE_NO_METHOD : ROUTE_NO_PATH;
}
