# SPDX-License-Identifier: MIT
"""Asks the terminal it runs in how many columns texts take: measure.py TEXTS.json ANSWERS.json. Each text is written at the
left edge, then the terminal is asked where its cursor stands."""

import json
import os
import re
import sys
import termios
import tty


def column():
    answer = b""
    while not (found := re.search(rb"\x1b\[(\d+);(\d+)R", answer)):
        answer += os.read(0, 100)
    return int(found[2]) - 1


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        texts = json.load(file)
    old = termios.tcgetattr(0)
    tty.setraw(0)
    columns = []
    for text in texts:
        os.write(1, b"\r\x1b[2K" + text.encode() + b"\x1b[6n")
        columns.append(column())
    termios.tcsetattr(0, termios.TCSANOW, old)
    with open(sys.argv[2] + ".new", "w", encoding="utf-8") as file:
        json.dump(columns, file)
    os.rename(sys.argv[2] + ".new", sys.argv[2])


if __name__ == "__main__":
    main()
