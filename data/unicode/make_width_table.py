#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes src/core/text_table.h: what text_show() does with each code point.

    python3 data/unicode/make_width_table.py > src/core/text_table.h

Reads the Unicode Character Database as Debian packages it (unicode-data, in /usr/share/unicode; another folder may be
given as the only argument). The result is checked in, so a build needs neither Python nor that package. A code point is
drawn as it is only when its width is beyond doubt; the choices that the data alone does not give are named below.
"""
import sys

# Terminals take widths from the C library. Debian 12's is of this version: what came later has no width there.
NEWEST_AGE = (14, 0)

# Wide for the C library or since Unicode 16, narrow in older tables: no agreement.
UNSURE_WIDTH = [
    (0x2630, 0x2637), (0x268A, 0x268F), (0x3248, 0x324F), (0x4DC0, 0x4DFF), (0x1D300, 0x1D356), (0x1D360, 0x1D376),
]
DIRECTION = [(0x061C, 0x061C), (0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069)]
INTERLINEAR = [(0xFFF9, 0xFFFB)]
SELECTOR = [(0x180B, 0x180D), (0x180F, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF)]
TONE = [(0x1F3FB, 0x1F3FF)]
REGIONAL = [(0x1F1E6, 0x1F1FF)]

# As in enum text_class of src/core/text_class.h, where each is explained; the table asserts that the order is the same.
CLASSES = [
    "NARROW", "WIDE", "EMOJI_NARROW", "EMOJI_WIDE", "EMOJI_UNSURE", "MARK", "BLANK", "LINE_END", "HIDDEN", "DIRECTION",
    "UNSURE", "SELECTOR", "KEYCAP", "TONE", "JOINER", "NONJOINER", "REGIONAL",
]
BLOCK = 128
LAST = 0x10FFFF


def rows(folder, name):
    """Yields (first, last, value) of each line of a data file."""
    with open(f"{folder}/{name}", encoding="utf-8") as lines:
        for line in lines:
            fields = [field.strip() for field in line.split("#")[0].split(";")]
            if len(fields) < 2:
                continue
            first, _, last = fields[0].partition("..")
            yield int(first, 16), int(last or first, 16), fields[1]


def values(folder, name):
    return {code: value for first, last, value in rows(folder, name) for code in range(first, last + 1)}


def members(folder, name, wanted):
    return {code for first, last, value in rows(folder, name) if value in wanted for code in range(first, last + 1)}


def version(folder):
    """The version in a file's first line, as in "# EastAsianWidth-15.0.0.txt"."""
    with open(f"{folder}/EastAsianWidth.txt", encoding="utf-8") as lines:
        return lines.readline().rsplit("-", 1)[1].strip().removesuffix(".txt")


class Data:
    def __init__(self, folder):
        self.category = values(folder, "extracted/DerivedGeneralCategory.txt")
        self.width = values(folder, "EastAsianWidth.txt")
        self.age = {c: tuple(map(int, v.split("."))) for c, v in values(folder, "DerivedAge.txt").items()}
        self.ignorable = members(folder, "DerivedCoreProperties.txt", {"Default_Ignorable_Code_Point"})
        self.vowel_or_tail = members(folder, "HangulSyllableType.txt", {"V", "T"})
        self.emoji = members(folder, "emoji/emoji-data.txt", {"Extended_Pictographic"})


def inside(code, ranges):
    return any(first <= code <= last for first, last in ranges)


def special(code):
    """The classes that single code points have by name."""
    named = {0x200C: "NONJOINER", 0x200D: "JOINER", 0x20E3: "KEYCAP"}
    if code in named:
        return named[code]
    for ranges, name in ((DIRECTION, "DIRECTION"), (INTERLINEAR, "HIDDEN"), (SELECTOR, "SELECTOR"), (TONE, "TONE"),
                         (REGIONAL, "REGIONAL")):
        if inside(code, ranges):
            return name
    return None


def classify(code, data):
    category = data.category.get(code, "Cn")
    emoji = code in data.emoji
    if special(code):
        return special(code)
    if category == "Cc" or code in data.ignorable:
        return "HIDDEN"
    if category in ("Zl", "Zp"):
        return "LINE_END"
    if category == "Zs":
        return "BLANK"
    if category in ("Cf", "Cs", "Cn") or data.age[code] > NEWEST_AGE or inside(code, UNSURE_WIDTH):
        return "EMOJI_UNSURE" if emoji else "UNSURE"
    if category in ("Mn", "Me") or code in data.vowel_or_tail:
        return "MARK"
    width = "WIDE" if data.width.get(code, "N") in ("W", "F") else "NARROW"
    return f"EMOJI_{width}" if emoji else width


def print_numbers(numbers):
    for at in range(0, len(numbers), 24):
        print("\t" + ",".join(map(str, numbers[at:at + 24])) + ",")


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode"
    data = Data(folder)
    number = {name: i for i, name in enumerate(CLASSES)}
    codes = [number[classify(code, data)] for code in range(LAST + 1)]
    blocks, index = [], []
    for start in range(0, LAST + 1, BLOCK):
        block = codes[start:start + BLOCK]
        if block not in blocks:
            blocks.append(block)
        index.append(blocks.index(block))
    assert len(blocks) <= 256
    print("/* SPDX-License-Identifier: MIT */")
    print("/*")
    print(f" * Made from the Unicode Character Database {version(folder)} (Debian package unicode-data) by")
    print(" * data/unicode/make_width_table.py; change that, not this. Code points newer than Unicode"
          f" {NEWEST_AGE[0]}.{NEWEST_AGE[1]} are UNSURE.")
    print(" * The data are copyright Unicode, Inc., used under the Unicode data files licence (Unicode-DFS-2016).")
    print(" */")
    print("#ifndef HILO_CORE_TEXT_TABLE_H\n#define HILO_CORE_TEXT_TABLE_H\n\n#include <stdint.h>\n")
    print('#include "core/text_class.h"\n')
    for name in CLASSES:
        print(f'_Static_assert(TEXT_CLASS_{name} == {number[name]}, "make the table anew");')
    print(f"\nenum {{ TEXT_TABLE_BLOCK = {BLOCK} }};\n")
    print("/* Block of a code point's class, by code point / TEXT_TABLE_BLOCK. */")
    print(f"static const uint8_t text_table_index[{len(index)}] = {{")
    print_numbers(index)
    print("};\n")
    print(f"static const uint8_t text_table_class[{len(blocks)}][TEXT_TABLE_BLOCK] = {{")
    for block in blocks:
        print("\t{")
        print_numbers(block)
        print("\t},")
    print("};\n\n#endif")


main()
