/* SPDX-License-Identifier: MIT */
/* Addresses of the pictures and files that are sent along: the carrier fetches them, so they are checked before. */
#ifndef HILO_CORE_MEDIA_URL_H
#define HILO_CORE_MEDIA_URL_H

#include <stdbool.h>

#define MEDIA_URL_MAX 2048 /* bytes */

/* True for an http or https address with a host, in visible ASCII (the rest is written %XX), of up to MEDIA_URL_MAX bytes. */
bool media_url_valid(const char *text);

#endif
