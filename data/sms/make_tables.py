#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes src/core/segment_table.h from gsm0338.tsv and smart_encoding.tsv; with --check only says if it is stale."""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
TARGET = HERE.parent.parent / "src" / "core" / "segment_table.h"
HEAD = """/* SPDX-License-Identifier: MIT */
/* Made by data/sms/make_tables.py from data/sms/gsm0338.tsv and data/sms/smart_encoding.tsv; do not edit. */
#ifndef HILO_CORE_SEGMENT_TABLE_H
#define HILO_CORE_SEGMENT_TABLE_H

#include <stdint.h>

"""


def rows(name):
    for line in (HERE / name).read_text(encoding="ascii").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def packed(items, width=118):
    """Joins the items into lines of at most `width` columns, a tab counted as eight."""
    line = ""
    for item in items:
        if line and len(line) + 1 + len(item) + 8 > width:
            yield "\t" + line
            line = ""
        line += (" " if line else "") + item
    yield "\t" + line


def make():
    gsm = sorted((int(code, 16), int(septets)) for code, septets, _ in rows("gsm0338.tsv"))
    smart = sorted((int(code, 16), [int(to, 16) for to in (rest[0] if rest else "").split()])
                   for code, *rest in rows("smart_encoding.tsv"))
    known = {code for code, _ in gsm}
    longest = max(len(to) for _, to in smart)
    assert all(1 <= septets <= 2 for _, septets in gsm) and max(known) <= 0xFFFF
    assert all(code not in known or to == [code] for code, to in smart), "Smart Encoding changes a GSM-7 character"
    assert all(code in known for _, to in smart for code in to), "a replacement is no GSM-7 character"
    assert max(code for code, _ in smart) <= 0xFFFF and len({code for code, _ in smart}) == len(smart)

    out = [HEAD]
    out.append("/* Septets of each ASCII character in GSM-7, 0 if it is not there. */\n")
    out.append("static const uint8_t gsm_ascii_septets[128] = {\n")
    septets = dict(gsm)
    out.append("\n".join(packed(f"{septets.get(code, 0)}," for code in range(128))) + "\n};\n\n")
    out.append("struct gsm_row {\n\tuint16_t code;\n\tuint16_t septets;\n};\n\n")
    out.append("/* The other characters of GSM-7, sorted. */\nstatic const struct gsm_row gsm_rows[] = {\n")
    out.append("\n".join(packed(f"{{ 0x{code:04X}, {n} }}," for code, n in gsm if code > 127)) + "\n};\n\n")
    out.append(f"enum {{ SMART_MAX = {longest} /* characters that one may become */ }};\n\n")
    out.append("struct smart_row {\n\tuint16_t code;\n\tuint16_t count; /* 0: removed */\n"
               "\tuint16_t to[SMART_MAX];\n};\n\n")
    out.append("/* What Smart Encoding writes instead, all of it in GSM-7; sorted. */\n")
    out.append("static const struct smart_row smart_rows[] = {\n")
    out.append("\n".join(packed(
        f"{{ 0x{code:04X}, {len(to)}, {{ {', '.join(f'0x{c:02X}' for c in to) or '0'} }} }}," for code, to in smart)))
    out.append("\n};\n\n#endif\n")
    return "".join(out)


def main():
    text = make()
    if sys.argv[1:] == ["--check"]:
        if TARGET.read_text(encoding="ascii") != text:
            sys.exit(f"{TARGET} is stale; run {pathlib.Path(__file__).name}")
    else:
        TARGET.write_text(text, encoding="ascii")


if __name__ == "__main__":
    main()
