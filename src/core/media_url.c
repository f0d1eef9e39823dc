/* SPDX-License-Identifier: MIT */
/* Only the shape: whether something is there is seen by the carrier alone. */
#include "core/media_url.h"

#include <string.h>
#include <strings.h>

bool
media_url_valid(const char *text)
{
	const char *host;

	if (strncasecmp(text, "https://", 8) == 0)
		host = text + 8;
	else if (strncasecmp(text, "http://", 7) == 0)
		host = text + 7;
	else
		return false;
	/* A user before '@' would be a password in the clear, kept and shown. */
	if (strcspn(host, "/?#:") == 0 || memchr(host, '@', strcspn(host, "/?#")) != NULL)
		return false;
	for (const char *c = text; *c != '\0'; c++)
		if (*c <= ' ' || *c >= 0x7f || strchr("\"<>\\^`{|}", *c) != NULL)
			return false;
	return strlen(text) <= MEDIA_URL_MAX;
}
