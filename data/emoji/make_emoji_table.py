#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes src/ui/emoji_table.h: the names of emoji that can be written as :name:.

    python3 data/emoji/make_emoji_table.py > src/ui/emoji_table.h

Reads what Debian packages of Unicode: the English names of emoji-test.txt (unicode-data) and the Spanish ones of the CLDR
(unicode-cldr-core), both under the Unicode licence, in /usr/share/unicode (another folder may be given as the only
argument), and short_names.tsv beside this file, which is the project's own. The result is checked in, so a build needs
none of them. Skin tones have no names here, and emoji that are newer than what terminals of today draw are left out.
"""
import pathlib
import re
import sys
import unicodedata
import xml.etree.ElementTree

NEWEST = 14.0
NAME_MAX = 60
SELECTOR = "\ufe0f"


def slug(name):
    """ "flag: Côte d’Ivoire" -> "flag_côte_divoire"; None for what cannot be typed so."""
    name = unicodedata.normalize("NFC", name.lower().replace("’", "").replace("'", ""))
    name = re.sub(r"[^\w+]+", "_", name).strip("_")
    return name if name and len(name.encode()) <= NAME_MAX else None


def key(name):
    """As emoji.c folds what is typed: lower case, no accents, "_" for "-"."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(c))
    return bare.replace("-", "_")


def english(folder):
    with open(folder / "emoji/emoji-test.txt", encoding="utf-8") as lines:
        for line in lines:
            found = re.match(r"([0-9A-F ]+); fully-qualified +# \S+ E([0-9.]+) (.+)$", line.rstrip())
            if found and float(found[2]) <= NEWEST and "skin tone" not in found[3]:
                yield "".join(chr(int(code, 16)) for code in found[1].split()), found[3]


def spanish(folder):
    names = {}
    for part in ("annotations", "annotationsDerived"):
        for node in xml.etree.ElementTree.parse(folder / f"cldr/common/{part}/es.xml").iter("annotation"):
            if node.get("type") == "tts":
                names[node.get("cp")] = node.text
    return names


def short_names():
    with open(pathlib.Path(__file__).with_name("short_names.tsv"), encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and not line.startswith("# "):
                emoji, names = line.rstrip("\n").split("\t")
                yield emoji, names.split()


def quoted(text):
    return text.replace("\\", "\\\\").replace('"', '\\"')


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode")
    whole = {emoji.replace(SELECTOR, ""): emoji for emoji, _ in english(folder)}
    table = {}  # key: (name, emoji, short?)
    popular = []
    for emoji, names in short_names():
        emoji = whole[emoji.replace(SELECTOR, "")]
        popular.append(key(names[0]))
        for name in names:
            assert key(name) not in table, f"{name} is there twice"
            table[key(name)] = (name, emoji, True)
    translated = spanish(folder)
    for emoji, name in english(folder):
        for name in (name, translated.get(emoji.replace(SELECTOR, ""))):
            name = slug(name) if name else None
            if name and re.fullmatch(r"[a-z0-9_+]+", key(name)):
                table.setdefault(key(name), (name, emoji, False))

    print("/* SPDX-License-Identifier: MIT */")
    print("/*")
    print(" * Made by data/emoji/make_emoji_table.py from the Unicode data; do not edit. Sorted by key (lower case, no accents). Each")
    print(" * row of the pool is the key, the name where it is another (else nothing) and the emoji, each ended by NUL.")
    print(" */")
    print("#ifndef HILO_UI_EMOJI_TABLE_H\n#define HILO_UI_EMOJI_TABLE_H\n\n#include <stdint.h>\n")
    print("#pragma GCC diagnostic push\n#pragma GCC diagnostic ignored \"-Woverlength-strings\"")
    print("static const char emoji_pool[] =")
    places, at = {}, 0
    for row in sorted(table):
        name, emoji, _ = table[row]
        name = "" if name == row else name
        print(f'\t"{quoted(row)}\\0" "{quoted(name)}\\0" "{quoted(emoji)}\\0"')
        places[row] = at
        at += sum(len(part.encode()) + 1 for part in (row, name, emoji))
    print("\t;\n#pragma GCC diagnostic pop\n\n/* Where each row begins; the lowest bit of what is stored says that it is a short name. */")
    print("static const uint32_t emoji_rows[] = {")
    stored = [str(places[row] << 1 | table[row][2]) for row in sorted(table)]
    for i in range(0, len(stored), 16):
        print("\t" + ", ".join(stored[i:i + 16]) + ",")
    print("};\n\n/* The most used ones, as numbers of rows. */\nstatic const uint16_t emoji_popular[] = {")
    numbers = {row: i for i, row in enumerate(sorted(table))}
    for i in range(0, len(popular), 16):
        print("\t" + ", ".join(str(numbers[row]) for row in popular[i:i + 16]) + ",")
    print("};\n\n#endif")


if __name__ == "__main__":
    main()
