/* SPDX-License-Identifier: MIT */
/*
 * Every function here either succeeds or ends the program. libcrypto can fail only without memory or without its own
 * algorithms, and a caller that went on with a digest that was never computed would accept a forged signature. The
 * one-shot calls keep no state, so that no secret stays behind in a cached context and every thread may call.
 */
#include "core/digest.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/strbuf.h"

static const char hex_digits[] = "0123456789abcdef";

static _Noreturn void
give_up(const char *what)
{
	fprintf(stderr, "hilo: %s is not available on this system; the program ends.\n", what);
	abort();
}

static void
hmac(const EVP_MD *method, const char *key, size_t key_len, const void *data, size_t len, unsigned char *out)
{
	/* HMAC() takes the key's length as int and gives no key at all a meaning of its own. */
	static const unsigned char nothing[1];
	const unsigned char *bytes = len > 0 ? data : nothing;

	if (key_len > 4096 || HMAC(method, key_len > 0 ? key : "", (int)key_len, bytes, len, out, NULL) == NULL)
		give_up("HMAC");
}

void
digest_hmac_sha1(const char *key, size_t key_len, const void *data, size_t len, unsigned char out[20])
{
	hmac(EVP_sha1(), key, key_len, data, len, out);
}

void
digest_hmac_sha256(const char *key, size_t key_len, const void *data, size_t len, unsigned char out[32])
{
	hmac(EVP_sha256(), key, key_len, data, len, out);
}

void
digest_sha256_hex(const void *data, size_t len, char out[65])
{
	unsigned char sum[32];

	if (EVP_Digest(len > 0 ? data : "", len, sum, NULL, EVP_sha256(), NULL) != 1)
		give_up("SHA-256");
	for (size_t i = 0; i < sizeof sum; i++) {
		out[2 * i] = hex_digits[sum[i] >> 4];
		out[2 * i + 1] = hex_digits[sum[i] & 15];
	}
	out[2 * sizeof sum] = '\0';
}

void
digest_base64(struct strbuf *out, const void *data, size_t len)
{
	enum { STEP = 3 * 256 }; /* a multiple of three: only the last piece is padded */
	unsigned char piece[STEP / 3 * 4 + 1];
	const unsigned char *bytes = data;

	while (len > 0) {
		size_t take = len < STEP ? len : STEP;

		strbuf_add(out, piece, (size_t)EVP_EncodeBlock(piece, bytes, (int)take));
		bytes += take;
		len -= take;
	}
}

void
digest_random(void *out, size_t len)
{
	unsigned char *bytes = out;

	while (len > 0) {
		ssize_t got = getrandom(bytes, len, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			give_up("The kernel's random source");
		bytes += got;
		len -= (size_t)got;
	}
}

void
digest_random_hex(char *out, size_t count)
{
	digest_random(out, count);
	for (size_t i = 0; i < count; i++)
		out[i] = hex_digits[(unsigned char)out[i] & 15];
	out[count] = '\0';
}

uint32_t
digest_random_below(uint32_t bound)
{
	uint32_t excess, value;

	if (bound < 2)
		return 0;
	/* The first 2^32 mod bound values are dropped, or small results would come more often. */
	excess = (UINT32_MAX - bound + 1) % bound;
	do
		digest_random(&value, sizeof value);
	while (value < excess);
	return value % bound;
}

bool
digest_equal(const char *a, const char *b)
{
	size_t len = strlen(a);

	return len == strlen(b) && CRYPTO_memcmp(a, b, len) == 0;
}
