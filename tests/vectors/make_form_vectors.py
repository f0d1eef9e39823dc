#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes form_vectors.json: bodies and what Python's urllib reads from them.

Only bodies that are well formed by hilo's rules are made (every percent sign has two digits, the result is UTF-8,
no NUL), since urllib passes the others through instead of refusing them.
"""
import json
import pathlib
import random
import urllib.parse

FIXED = [
    "", "&", "&&a=1&&", "a", "a=", "=b", "=", "a=b=c", "a==", "a=+", "+=+", "a=%2B", "a=%26b%3D", "a=1&a=2&a=1",
    "A=1&a=2", "a=%0D%0A&b=%20x%20", "a=%C3%B1&%C3%B1=a", "a=ñandú", "a=%F0%9F%91%8D%f0%9f%91%8d", "a;b=c", "a=%7E~",
    "a=%EF%BB%BFx", "a=\tb", "a[]=1&a%5B%5D=2", "a=%25%32%30",
]
PIECES = list("aZ09-._~*()!'/:;@,?$ \t") + ["+", "%20", "%2B", "%26", "%3D", "%25", "&", "&", "=", "=",
                                            "%C3%A9", "%e2%82%ac", "é", "👍", "%F0%9F%87%B2%F0%9F%87%BD", "%0a"]


def main():
    rng = random.Random(1707)
    bodies = FIXED + ["".join(rng.choices(PIECES, k=rng.randint(1, 40))) for _ in range(150)]
    vectors = [{"body": body, "fields": urllib.parse.parse_qsl(body, keep_blank_values=True, errors="strict")}
               for body in bodies]
    target = pathlib.Path(__file__).with_name("form_vectors.json")
    target.write_text(json.dumps({"oracle": "urllib.parse.parse_qsl", "vectors": vectors}, ensure_ascii=False,
                                 indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
