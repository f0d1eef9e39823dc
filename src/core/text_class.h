/* SPDX-License-Identifier: MIT */
/* What a terminal may be trusted to do with a code point; the rule behind text.h and used by its files only. */
#ifndef HILO_CORE_TEXT_CLASS_H
#define HILO_CORE_TEXT_CLASS_H

#include <stdint.h>

enum text_class {
	TEXT_CLASS_NARROW,	 /* one column */
	TEXT_CLASS_WIDE,	 /* two columns */
	TEXT_CLASS_EMOJI_NARROW, /* one column, may begin a joined emoji */
	TEXT_CLASS_EMOJI_WIDE,	 /* two columns, may begin a joined emoji */
	TEXT_CLASS_EMOJI_UNSURE, /* an emoji that not every terminal knows: U+FFFD */
	TEXT_CLASS_MARK,	 /* no column: joins the character before it */
	TEXT_CLASS_BLANK,	 /* a space of any kind: a plain blank */
	TEXT_CLASS_LINE_END,	 /* line or paragraph separator */
	TEXT_CLASS_HIDDEN,	 /* control or invisible character: U+FFFD and a warning */
	TEXT_CLASS_DIRECTION,	 /* direction control: U+2426 and a warning */
	TEXT_CLASS_UNSURE,	 /* unassigned, or of a width not agreed: U+FFFD */
	TEXT_CLASS_SELECTOR,	 /* variation selector: dropped */
	TEXT_CLASS_KEYCAP,	 /* enclosing keycap: dropped */
	TEXT_CLASS_TONE,	 /* skin tone: dropped after an emoji */
	TEXT_CLASS_JOINER,	 /* zero width joiner */
	TEXT_CLASS_NONJOINER,	 /* zero width non-joiner */
	TEXT_CLASS_REGIONAL	 /* half a flag, one column */
};

/* Class of any number; above U+10FFFF it is UNSURE. */
enum text_class text_class_of(uint32_t code);

#endif
