/* SPDX-License-Identifier: MIT */
/* The one place that reads the table. Two steps by index: a search would be paid for each letter that is not ASCII. */
#include "core/text_class.h"

#include "core/text_table.h"

enum { CODE_LAST = 0x10FFFF };

enum text_class
text_class_of(uint32_t code)
{
	if (code > CODE_LAST)
		return TEXT_CLASS_UNSURE;
	return text_table_class[text_table_index[code / TEXT_TABLE_BLOCK]][code % TEXT_TABLE_BLOCK];
}
