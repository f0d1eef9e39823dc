/* SPDX-License-Identifier: MIT */
/*
 * The first byte chooses channel and direction, the rest is the address: what is accepted has no control characters,
 * reads the same a second time, and its canonical form is its own.
 */
#include <string.h>

#include "core/address.h"
#include "core/utf8.h"
#include "require.h"

static void
check_clean(const char *text)
{
	require(text[0] != '\0' && strlen(text) < ADDRESS_SIZE && utf8_valid(text, strlen(text)));
	for (; *text != '\0'; text++)
		require((unsigned char)*text >= ' ' && *text != 0x7F);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[512], carrier[ADDRESS_SIZE];
	struct address address, again;
	enum channel channel;
	bool inbound;

	if (size < 1 || size > sizeof text)
		return 0;
	channel = (enum channel)(data[0] % CHANNEL_COUNT);
	inbound = (data[0] & 0x10) != 0;
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	if (address_parse(channel, text, inbound, &address, NULL) != STATUS_OK)
		return 0;
	check_clean(address.text);
	check_clean(address.canonical);
	require((address.kind == ADDRESS_EMAIL) == (channel == CHANNEL_EMAIL));
	require(address_parse(channel, address.text, inbound, &again, NULL) == STATUS_OK);
	require(strcmp(again.text, address.text) == 0 && strcmp(again.canonical, address.canonical) == 0);
	require(address_parse(channel, address.canonical, inbound, &again, NULL) == STATUS_OK);
	require(strcmp(again.canonical, address.canonical) == 0 && again.kind == address.kind);
	address_for_carrier(channel, address.text, carrier);
	require(address_parse(channel, carrier, inbound, &again, NULL) == STATUS_OK);
	require(strcmp(again.text, address.text) == 0);
	return 0;
}
