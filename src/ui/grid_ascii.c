/* SPDX-License-Identifier: MIT */
/*
 * One table; what is written in it stands in the same column, so that nothing moves. Letters, and what a customer wrote
 * with them, stay: the table has only the symbols that the console draws itself, and those of line drawing.
 */
#include "ui/grid_ascii.h"

#include <stdint.h>

#include "core/utf8.h"

struct substitute {
	uint32_t code;
	char ascii;
};

/* In the order of the codes. */
static const struct substitute substitutes[] = {
	{ 0x00B7, '-' },  /* · between facts */
	{ 0x2010, '-' },  { 0x2011, '-' },  { 0x2012, '-' },  { 0x2013, '-' },	{ 0x2014, '-' },
	{ 0x2018, '\'' }, { 0x2019, '\'' }, { 0x201C, '"' },  { 0x201D, '"' },
	{ 0x2022, '*' },  /* • */
	{ 0x2026, '~' },  /* … cut here */
	{ 0x203C, '!' },  /* ‼ urgent */
	{ 0x2190, '<' },  { 0x2191, '^' },  { 0x2192, '>' },  { 0x2193, 'v' },	{ 0x21A9, '<' }, { 0x21B5, '<' },
	{ 0x23F1, '@' },  { 0x23F8, '=' },  /* ⏱ later, ⏸ held */
	{ 0x2426, '?' },  /* ␦ a direction control was here */
	{ 0x25A0, '#' },  { 0x25A1, '[' },  { 0x25B2, '^' },  { 0x25B4, '^' },	{ 0x25B6, '>' }, { 0x25B8, '>' },
	{ 0x25BC, 'v' },  { 0x25BE, 'v' },  { 0x25C0, '<' },  { 0x25C2, '<' },	{ 0x25C6, '*' },
	{ 0x25C9, 'o' },  /* ◉ somebody is here */
	{ 0x25CB, 'o' },  /* ○ queued */
	{ 0x25CC, '.' },  /* ◌ not yet stored */
	{ 0x25CF, '*' },  /* ● unread */
	{ 0x25D0, '/' },  { 0x25F7, '@' },  /* ◷ time left */
	{ 0x2605, '*' },  { 0x2606, '*' },
	{ 0x2690, '!' },  { 0x2691, '!' },  /* ⚑ */
	{ 0x26A0, '!' },  { 0x270E, '%' },  /* ✎ draft */
	{ 0x2713, 'v' },  { 0x2714, 'v' },  /* ✓ sent */
	{ 0x2717, 'x' },  { 0x2718, 'x' },  /* ✗ failed */
	{ 0x2731, '*' },  { 0x276F, '>' },
	{ 0xFFFD, '?' },
};

/* Lines ─ │ and their corners; blocks and shades of charts. */
static char
of_drawing(uint32_t code)
{
	static const char blocks[] = "\"____===####|||||.:#";

	if (code >= 0x2800 && code <= 0x28FF)
		return code == 0x2800 ? ' ' : ':';
	if (code >= 0x2580 && code <= 0x2593)
		return blocks[code - 0x2580];
	if (code >= 0x2594 && code <= 0x259F)
		return '#';
	if (code < 0x2500 || code > 0x257F)
		return '\0';
	if (code == 0x2502 || code == 0x2503 || code == 0x2551 || code == 0x2506 || code == 0x2507 || code == 0x250A ||
	    code == 0x250B || code == 0x254E || code == 0x254F)
		return '|';
	return code == 0x2500 || code == 0x2501 || code == 0x2550 || (code >= 0x2504 && code <= 0x2509) ||
	       code == 0x254C || code == 0x254D ? '-' : '+';
}

char
grid_ascii(const char *cluster, size_t len)
{
	uint32_t code;
	char found;

	if (len < 2 || utf8_decode(cluster, len, &code) != len)
		return '\0';
	found = of_drawing(code);
	for (size_t i = 0; found == '\0' && i < sizeof substitutes / sizeof substitutes[0]; i++)
		if (substitutes[i].code == code)
			found = substitutes[i].ascii;
	return found;
}
