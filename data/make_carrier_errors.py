#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes src/core/carrier_error_table.h from carrier_errors.tsv; with --check only says if it is stale."""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE / "carrier_errors.tsv"
TARGET = HERE.parent / "src" / "core" / "carrier_error_table.h"
RETRY = {"never": "CARRIER_RETRY_NEVER", "later": "CARRIER_RETRY_LATER", "fix": "CARRIER_RETRY_FIX"}
HEAD = """/* SPDX-License-Identifier: MIT */
/* Made by data/make_carrier_errors.py from data/carrier_errors.tsv; do not edit. Sorted by code. */
#ifndef HILO_CORE_CARRIER_ERROR_TABLE_H
#define HILO_CORE_CARRIER_ERROR_TABLE_H

#include "core/carrier_error.h"

static const struct carrier_error carrier_errors[] = {
"""


def quoted(text):
    assert text.isprintable() and text == text.strip() and text, text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def make():
    lines = [line for line in SOURCE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    names = lines[0].split("\t")
    rows = [dict(zip(names, line.split("\t"), strict=True)) for line in lines[1:]]
    rows.sort(key=lambda row: int(row["code"]))
    codes = [int(row["code"]) for row in rows]
    assert len(set(codes)) == len(codes), "a code appears twice"
    out = [HEAD]
    for row in rows:
        out.append(f"\t{{ {row['code']}, {RETRY[row['retry']]},\n\t  {quoted(row['meaning_en'])},\n"
                   f"\t  {quoted(row['meaning_es'])} }},\n")
    out.append("};\n\n#endif\n")
    return "".join(out)


def main():
    text = make()
    if sys.argv[1:] == ["--check"]:
        if TARGET.read_text(encoding="utf-8") != text:
            sys.exit(f"{TARGET} is stale; run {pathlib.Path(__file__).name}")
    else:
        TARGET.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
