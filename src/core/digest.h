/* SPDX-License-Identifier: MIT */
/*
 * Hashes, random bytes and comparison in constant time; the only file that knows libcrypto. Safe from any thread. What
 * cannot be computed (no memory, no such algorithm) ends the program: nobody ever gets a digest that is not one.
 */
#ifndef HILO_CORE_DIGEST_H
#define HILO_CORE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

/* `key` at most 4096 bytes. */
void digest_hmac_sha1(const char *key, size_t key_len, const void *data, size_t len, unsigned char out[20]);
void digest_hmac_sha256(const char *key, size_t key_len, const void *data, size_t len, unsigned char out[32]);
void digest_sha256_hex(const void *data, size_t len, char out[65]);
/* Base64 with padding; appends to `out`. */
void digest_base64(struct strbuf *out, const void *data, size_t len);
/* Bytes from the kernel; ends the program if there are none (it never happens on Linux). */
void digest_random(void *out, size_t len);
/* `count` lower-case hex digits and a NUL. */
void digest_random_hex(char *out, size_t count);
/* Random number in [0, bound). */
uint32_t digest_random_below(uint32_t bound);
/* True if both strings are equal; takes a time that depends on the lengths only. */
bool digest_equal(const char *a, const char *b);

#endif
