/* SPDX-License-Identifier: MIT */
/* The first byte says whether Smart Encoding is on, the rest is the text: the figures must agree with each other. */
#include <string.h>

#include "core/segment.h"
#include "core/utf8.h"
#include "require.h"

static void
check_figures(const struct sms_count *count, size_t len)
{
	unsigned single = count->encoding == SMS_GSM7 ? 160 : 70;
	unsigned multi = count->encoding == SMS_GSM7 ? 153 : 67;
	unsigned least = (count->units + multi - 1) / multi;

	require(count->segments >= 1);
	require((count->segments == 1) == (count->units <= single));
	require((count->encoding == SMS_GSM7) ? count->forces_ucs2_at == 0 : count->forces_ucs2_at < len);
	if (count->segments == 1) {
		require(count->left == single - count->units);
		return;
	}
	require(count->segments >= least && count->left < multi);
	/* Only a character of two septets leaves a gap in GSM-7; any two segments hold more than one can in UCS-2. */
	if (count->encoding == SMS_GSM7)
		require(count->segments <= (count->units + multi - 2) / (multi - 1));
	else
		require(count->segments <= 2 * least);
}

/* A text and its repaired copy count the same: malformed bytes stand for U+FFFD. */
static void
check_repaired(const char *text, size_t len, int smart, const struct sms_count *count)
{
	struct sms_count other;
	char *repaired = utf8_repair(text, len);

	require(repaired != NULL);
	sms_count(repaired, strlen(repaired), smart, &other);
	require(other.encoding == count->encoding && other.units == count->units);
	require(other.segments == count->segments && other.left == count->left);
	require(other.forces_ucs2 == count->forces_ucs2);
	free(repaired);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	struct sms_count count;
	int smart;

	if (size < 1 || size > 8192)
		return 0;
	smart = data[0] & 1;
	sms_count(text, size - 1, smart, &count);
	check_figures(&count, size - 1);
	if (memchr(text, '\0', size - 1) == NULL)
		check_repaired(text, size - 1, smart, &count);
	return 0;
}
