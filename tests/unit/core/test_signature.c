/* SPDX-License-Identifier: MIT */
/* The vectors of profile core, the rules that they leave open (several tokens, IPv6, JSON hash), and signing itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/form.h"
#include "core/json.h"
#include "core/signature.h"
#include "vector_file.h"

static const char token[] = "0123456789abcdef0123456789abcdef";

/* JSON with a NUL is refused by the reader; in the vectors U+E000 stands for it while they are read. */
static struct json *
read_vectors(void)
{
	struct json *file;
	size_t len;
	char *text = vector_file_read("signature_vectors.json", &len);

	assert_null(strstr(text, "\\ue000"));
	for (char *at = text; (at = strstr(at, "\\u0000")) != NULL;)
		memcpy(at, "\\ue000", 6);
	assert_int_equal(json_parse(text, len, 8, &file, NULL), STATUS_OK);
	free(text);
	return file;
}

static bool
same_text(const char *expected, const char *bytes, size_t len)
{
	size_t at = 0;

	while (*expected != '\0' && at < len) {
		bool nul = strncmp(expected, "\xEE\x80\x80", 3) == 0;

		if (bytes[at++] != (nul ? '\0' : *expected))
			return false;
		expected += nul ? 3 : 1;
	}
	return *expected == '\0' && at == len;
}

static void
check_params(const char *name, struct json *params, const struct form *form)
{
	struct json *pair = json_at(params, 0);

	check_row(name, form->count == json_count(params));
	for (size_t i = 0; i < form->count; i++, pair = json_next(pair)) {
		const struct form_field *field = &form->fields[i];

		check_row(name, same_text(json_string(json_at(pair, 0)), field->name, field->name_len));
		check_row(name, same_text(json_string(json_at(pair, 1)), field->value, field->value_len));
	}
}

static void
check_vector(struct json *vector)
{
	const char *name = json_string(json_get(vector, "name"));
	const char *url = json_string(json_get(vector, "url"));
	const char *body = json_string(json_get(vector, "body"));
	const char *header = json_string(json_get(vector, "signature"));
	const char *tokens[] = { json_string(json_get(vector, "auth_token")) };
	bool valid, verdict;
	struct form form;

	check_row(name, json_boolean(json_get(vector, "valid"), &valid));
	if (strcmp(json_string(json_get(vector, "kind")), "json") == 0) {
		verdict = signature_matches_json(header, url, body, strlen(body), tokens, 1);
	} else {
		check_row(name, form_parse(body, strlen(body), 500, &form, NULL) == STATUS_OK);
		check_params(name, json_get(vector, "params"), &form);
		verdict = signature_matches(header, url, &form, tokens, 1);
		form_release(&form);
	}
	check_row(name, verdict == valid);
}

static void
test_vectors(void **state)
{
	struct json *file = read_vectors();
	struct json *vectors = json_get(file, "vectors");
	size_t checked = 0;

	(void)state;
	for (struct json *vector = json_at(vectors, 0); vector != NULL; vector = json_next(vector)) {
		if (strcmp(json_string(json_get(vector, "profile")), "core") != 0)
			continue;
		check_vector(vector);
		checked++;
	}
	assert_int_equal(checked, 94);
	json_free(file);
}

/* Twilio's published example, signed rather than verified. */
static void
test_compute(void **state)
{
	static const char body[] = "To=%2B18005551212&Digits=1234&From=%2B14158675310&Caller=%2B14158675310"
				   "&CallSid=CA1234567890ABCDE";
	char out[SIGNATURE_SIZE];
	struct form form;

	(void)state;
	assert_int_equal(form_parse(body, strlen(body), 10, &form, NULL), STATUS_OK);
	signature_compute("12345", "https://example.com/myapp.php?foo=1&bar=2", &form, out);
	assert_string_equal(out, "L/OH5YylLD5NRKLltdqwSvS0BnU=");
	form_release(&form);
	signature_compute(token, "https://console.example.com/webhooks/twilio/sms", NULL, out);
	assert_string_equal(out, "TgZOMezhZmQANgJvqPgikA3W0xc=");
}

/* A NUL ends neither a name nor a value. */
static void
test_compute_past_nul(void **state)
{
	static const char *const bodies[] = { "a=c", "a%00b=c", "a=c%00d" };
	char out[3][SIGNATURE_SIZE];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct form form;

		assert_int_equal(form_parse(bodies[i], strlen(bodies[i]), 10, &form, NULL), STATUS_OK);
		signature_compute(token, "https://a.example/x", &form, out[i]);
		form_release(&form);
	}
	assert_string_not_equal(out[0], out[1]);
	assert_string_not_equal(out[0], out[2]);
}

struct port_row {
	const char *name;
	const char *believed;
	const char *signed_url;
	bool valid;
};

static const struct port_row port_rows[] = {
	{ "IPv6 as it is", "http://[2001:db8::1]/x", "http://[2001:db8::1]/x", true },
	{ "IPv6, default port added", "http://[2001:db8::1]/x", "http://[2001:db8::1]:80/x", true },
	{ "IPv6, port removed", "https://[2001:db8::1]:8443/x", "https://[2001:db8::1]/x", true },
	{ "IPv6, digits before the bracket stay", "https://[2001:db8::12]/x", "https://[2001:db8:]/x", false },
	{ "no path", "https://a.example", "https://a.example:443", true },
	{ "query without path", "https://a.example:9?b=1", "https://a.example?b=1", true },
	{ "colon in the path is no port", "https://a.example/b:80", "https://a.example/b", false },
	{ "host that ends in digits", "https://node7/x", "https://node/x", false },
	{ "scheme in capitals", "HTTP://a.example/x", "HTTP://a.example:80/x", true },
	{ "another path", "https://a.example/x", "https://a.example/y", false },
};

static void
test_ports(void **state)
{
	const char *tokens[] = { token };

	(void)state;
	for (size_t i = 0; i < sizeof port_rows / sizeof port_rows[0]; i++) {
		const struct port_row *row = &port_rows[i];
		char header[SIGNATURE_SIZE];

		signature_compute(token, row->signed_url, NULL, header);
		check_row(row->name, signature_matches(header, row->believed, NULL, tokens, 1) == row->valid);
	}
}

static void
test_tokens(void **state)
{
	static const char url[] = "https://a.example/x";
	const char *const first[] = { token, "other" }, *const second[] = { "other", token };
	const char *const holes[] = { NULL, "", token }, *const none[] = { NULL, "" };
	char header[SIGNATURE_SIZE], unkeyed[SIGNATURE_SIZE];

	(void)state;
	signature_compute(token, url, NULL, header);
	signature_compute("", url, NULL, unkeyed);
	assert_true(signature_matches(header, url, NULL, first, 2));
	assert_true(signature_matches(header, url, NULL, second, 2));
	assert_false(signature_matches(header, url, NULL, second, 1));
	assert_true(signature_matches(header, url, NULL, holes, 3));
	assert_false(signature_matches(header, url, NULL, none, 2));
	assert_false(signature_matches(header, url, NULL, NULL, 0));
	/* Anyone can sign with an empty token. */
	assert_false(signature_matches(unkeyed, url, NULL, none, 2));
	assert_false(signature_matches("", url, NULL, holes, 3));
	assert_false(signature_matches(NULL, url, NULL, holes, 3));
}

struct hash_row {
	const char *name;
	const char *query;
	bool valid;
};

#define HASH_LOWER "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define HASH_UPPER "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"

static const struct hash_row hash_rows[] = {
	{ "alone", "?bodySHA256=" HASH_LOWER, true },
	{ "in capitals", "?bodySHA256=" HASH_UPPER, true },
	{ "after another parameter", "?a=b&bodySHA256=" HASH_LOWER, true },
	{ "before another parameter", "?bodySHA256=" HASH_LOWER "&a=b", true },
	{ "none", "", false },
	{ "empty", "?bodySHA256=", false },
	{ "longer", "?bodySHA256=" HASH_LOWER "0", false },
	{ "shorter", "?bodySHA256=ba7816bf", false },
	{ "of another body", "?bodySHA256=aa7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", false },
	{ "inside another name", "?xbodySHA256=" HASH_LOWER, false },
	{ "in the path", "/bodySHA256=" HASH_LOWER, false },
	{ "name in another case", "?bodysha256=" HASH_LOWER, false },
};

static void
test_json_hash(void **state)
{
	const char *tokens[] = { token }, *wrong[] = { "wrong" };

	(void)state;
	for (size_t i = 0; i < sizeof hash_rows / sizeof hash_rows[0]; i++) {
		const struct hash_row *row = &hash_rows[i];
		char url[160], header[SIGNATURE_SIZE];

		snprintf(url, sizeof url, "https://a.example/x%s", row->query);
		signature_compute(token, url, NULL, header);
		check_row(row->name, signature_matches_json(header, url, "abc", 3, tokens, 1) == row->valid);
		check_row(row->name, !signature_matches_json(header, url, "abc", 3, wrong, 1));
		check_row(row->name, !signature_matches_json(header, url, "abd", 3, tokens, 1));
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors), cmocka_unit_test(test_compute), cmocka_unit_test(test_compute_past_nul),
		cmocka_unit_test(test_ports),	cmocka_unit_test(test_tokens),	cmocka_unit_test(test_json_hash),
	};

	return cmocka_run_group_tests_name("signature", tests, NULL, NULL);
}
