/* SPDX-License-Identifier: MIT */
/* Published vectors (RFC 2202, RFC 4231, FIPS 180, RFC 4648) and the properties that the random functions promise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/digest.h"
#include "core/strbuf.h"
#include "vector_file.h"

static void
to_hex(const unsigned char *bytes, size_t len, char *out)
{
	for (size_t i = 0; i < len; i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

struct hmac_row {
	const char *name;
	const char *key;
	const char *data;
	const char *sha1;
	const char *sha256;
};

static const struct hmac_row hmac_rows[] = {
	{ "RFC 2202 and 4231 case 2", "Jefe", "what do ya want for nothing?",
	  "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
	  "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
	{ "fox", "key", "The quick brown fox jumps over the lazy dog", "de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9",
	  "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8" },
	{ "no key and no data", "", "", "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d",
	  "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad" },
};

static void
test_hmac(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof hmac_rows / sizeof hmac_rows[0]; i++) {
		const struct hmac_row *row = &hmac_rows[i];
		unsigned char sum[32];
		char hex[65];

		digest_hmac_sha1(row->key, strlen(row->key), row->data, strlen(row->data), sum);
		to_hex(sum, 20, hex);
		check_row(row->name, strcmp(hex, row->sha1) == 0);
		digest_hmac_sha256(row->key, strlen(row->key), row->data, strlen(row->data), sum);
		to_hex(sum, 32, hex);
		check_row(row->name, strcmp(hex, row->sha256) == 0);
	}
}

/* RFC 2202 case 6: a key longer than the block of the hash. */
static void
test_hmac_long_key(void **state)
{
	static const char data[] = "Test Using Larger Than Block-Size Key - Hash Key First";
	unsigned char sum[20];
	char key[80], hex[41];

	(void)state;
	memset(key, 0xaa, sizeof key);
	digest_hmac_sha1(key, sizeof key, data, strlen(data), sum);
	to_hex(sum, sizeof sum, hex);
	assert_string_equal(hex, "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

static void
test_sha256(void **state)
{
	char hex[65];

	(void)state;
	digest_sha256_hex("abc", 3, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_sha256_hex(NULL, 0, hex);
	assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void
test_base64(void **state)
{
	static const char *const rows[][2] = { { "", "" },	     { "f", "Zg==" },	      { "fo", "Zm8=" },
					       { "foo", "Zm9v" },    { "foob", "Zm9vYg==" },  { "fooba", "Zm9vYmE=" },
					       { "foobar", "Zm9vYmFy" } };
	struct strbuf buf;

	(void)state;
	strbuf_init(&buf, 64);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		strbuf_clear(&buf);
		digest_base64(&buf, rows[i][0], strlen(rows[i][0]));
		assert_string_equal(strbuf_text(&buf), rows[i][1]);
	}
	strbuf_release(&buf);
}

/* More than one piece of the encoder: no padding may appear in the middle. */
static void
test_base64_long(void **state)
{
	char zeros[2000] = { 0 };
	struct strbuf buf;

	(void)state;
	strbuf_init(&buf, 4096);
	strbuf_add_string(&buf, "x:");
	digest_base64(&buf, zeros, sizeof zeros);
	assert_int_equal(buf.len, 2 + 2668);
	assert_int_equal(strspn(strbuf_text(&buf) + 2, "A"), 2667);
	assert_string_equal(strbuf_text(&buf) + 2 + 2667, "=");
	strbuf_release(&buf);
}

static void
test_random(void **state)
{
	unsigned char a[64] = { 0 }, b[64] = { 0 };
	char hex[34];

	(void)state;
	digest_random(a, sizeof a);
	digest_random(b, sizeof b);
	assert_memory_not_equal(a, b, sizeof a);
	hex[33] = 'x';
	digest_random_hex(hex, 32);
	assert_int_equal(strlen(hex), 32);
	assert_int_equal(strspn(hex, "0123456789abcdef"), 32);
	assert_int_equal(hex[33], 'x');
	digest_random_hex(hex, 0);
	assert_string_equal(hex, "");
}

static void
test_random_below(void **state)
{
	unsigned seen[6] = { 0 };

	(void)state;
	for (int i = 0; i < 6000; i++) {
		uint32_t value = digest_random_below(6);

		assert_in_range(value, 0, 5);
		seen[value]++;
	}
	/* A fair die leaves this range about once in 10^40 runs. */
	for (int i = 0; i < 6; i++)
		assert_in_range(seen[i], 600, 1400);
	assert_int_equal(digest_random_below(1), 0);
	assert_int_equal(digest_random_below(0), 0);
	assert_in_range(digest_random_below(UINT32_MAX), 0, UINT32_MAX - 1);
}

static void
test_equal(void **state)
{
	(void)state;
	assert_true(digest_equal("", ""));
	assert_true(digest_equal("L/OH5YylLD5NRKLltdqwSvS0BnU=", "L/OH5YylLD5NRKLltdqwSvS0BnU="));
	assert_false(digest_equal("abc", "abd"));
	assert_false(digest_equal("xbc", "abc"));
	assert_false(digest_equal("abc", "abcd"));
	assert_false(digest_equal("abc", "ab"));
	assert_false(digest_equal("abc", ""));
	assert_false(digest_equal("ABC", "abc"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hmac),	    cmocka_unit_test(test_hmac_long_key),
		cmocka_unit_test(test_sha256),	    cmocka_unit_test(test_base64),
		cmocka_unit_test(test_base64_long), cmocka_unit_test(test_random),
		cmocka_unit_test(test_random_below), cmocka_unit_test(test_equal),
	};

	return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
