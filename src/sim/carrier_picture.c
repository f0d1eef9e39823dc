/* SPDX-License-Identifier: MIT */
/* Pictures for messages: a PNG of two colours running into each other, written without compression. */
#include "sim/carrier_private.h"

#include <string.h>

#define WIDTH 48
#define HEIGHT 32
#define ROW (1 + WIDTH * 3)

static uint32_t
crc32_of(const unsigned char *data, size_t len)
{
	uint32_t crc = 0xFFFFFFFFu;

	for (size_t i = 0; i < len; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
	}
	return ~crc;
}

static uint32_t
adler32_of(const unsigned char *data, size_t len)
{
	uint32_t a = 1, b = 0;

	for (size_t i = 0; i < len; i++) {
		a = (a + data[i]) % 65521;
		b = (b + a) % 65521;
	}
	return b << 16 | a;
}

static void
put_32(unsigned char *out, uint32_t value)
{
	out[0] = (unsigned char)(value >> 24);
	out[1] = (unsigned char)(value >> 16);
	out[2] = (unsigned char)(value >> 8);
	out[3] = (unsigned char)value;
}

/* `data` begins with the four letters of the chunk's type. */
static void
add_chunk(struct strbuf *out, const unsigned char *data, size_t len)
{
	unsigned char number[4];

	put_32(number, (uint32_t)(len - 4));
	strbuf_add(out, number, 4);
	strbuf_add(out, data, len);
	put_32(number, crc32_of(data, len));
	strbuf_add(out, number, 4);
}

static void
paint(unsigned char *pixels, uint32_t seed)
{
	for (unsigned y = 0; y < HEIGHT; y++) {
		unsigned char *row = pixels + (size_t)y * ROW;

		row[0] = 0; /* no filter */
		for (unsigned x = 0; x < WIDTH; x++) {
			for (unsigned c = 0; c < 3; c++) {
				unsigned from = seed >> (c * 8) & 0xFF;
				unsigned to = seed >> (c * 5 + 3) & 0xFF;

				row[1 + x * 3 + c] =
					(unsigned char)((from * (WIDTH - x) + to * (x + y)) / (WIDTH + HEIGHT));
			}
		}
	}
}

void
carrier_picture(struct strbuf *out, uint32_t seed)
{
	unsigned char header[17] = "IHDR";
	unsigned char data[4 + 2 + 5 + HEIGHT * ROW + 4] = "IDAT\x78\x01";
	unsigned char *pixels = data + 11;

	strbuf_add(out, "\x89PNG\r\n\x1a\n", 8);
	put_32(header + 4, WIDTH);
	put_32(header + 8, HEIGHT);
	memcpy(header + 12, "\x08\x02\0\0\0", 5); /* 8 bits, RGB */
	add_chunk(out, header, sizeof header);
	data[6] = 1; /* one stored block, the last */
	data[7] = (unsigned char)((HEIGHT * ROW) & 0xFF);
	data[8] = (unsigned char)(HEIGHT * ROW >> 8);
	data[9] = (unsigned char)~data[7];
	data[10] = (unsigned char)~data[8];
	paint(pixels, seed);
	put_32(pixels + (size_t)HEIGHT * ROW, adler32_of(pixels, (size_t)HEIGHT * ROW));
	add_chunk(out, data, sizeof data);
	add_chunk(out, (const unsigned char *)"IEND", 4);
}
