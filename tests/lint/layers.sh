#!/bin/sh
# SPDX-License-Identifier: MIT
# The arrows between the layers, and the few files that may know an outside library.
. "$(dirname "$0")/../tools/lint.sh"

# includes LAYER FOLDER ALLOWED: quoted includes in FOLDER that name another layer than those ALLOWED (a pattern).
includes()
{
	find "$1" -name '*.[ch]' 2> /dev/null | sort | while read -r file; do
		grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "$file" |
			grep -vE "\"($2)/[a-z0-9_]+\.h\"" | sed "s|^|$file:|"
	done
}

rule "core includes core alone" "$(includes src/core core)"
rule "net includes core and net alone" "$(includes src/net 'core|net')"
rule "sim includes core and sim alone" "$(includes src/sim 'core|sim')"
rule "ui includes core and ui alone" "$(includes src/ui 'core|ui')"
rule "commands include by the layer's name" "$(includes src/commands 'core|net|sim|ui|commands')"
rule "main includes by the layer's name" "$(grep -HnE '^ *# *include *"' src/main.c 2> /dev/null |
	grep -vE '"(core|net|sim|ui|commands)/[a-z0-9_]+\.h"')"

# Tests of a layer see what the layer sees, and helpers beside them.
for layer in core net sim ui; do
	rule "unit tests of $layer include $layer and core alone" "$(find "tests/unit/$layer" -name '*.[ch]' 2> /dev/null |
		sort | while read -r file; do
		grep -nE '^ *# *include *"[a-z_]+/' "$file" | grep -vE "\"(core|$layer|unit)/" | sed "s|^|$file:|"
	done)"
done

# library NAME HEADERS FILES: an outside library's headers (a pattern) outside the files (a pattern) that may know them.
library()
{
	rule "$1 is known to its files alone" "$(find src -name '*.[ch]' | sort | grep -vE "^src/($3)\$" |
		while read -r file; do
			grep -nE "^[[:space:]]*#[[:space:]]*include[[:space:]]*<($2)>" "$file" | sed "s|^|$file:|"
		done)"
}

library sqlite 'sqlite3(ext)?\.h' 'core/db_sqlite(_error)?\.c'
library libmicrohttpd 'microhttpd\.h' 'net/http_server\.c|sim/sim_server\.c'
library curl 'curl/[a-z]+\.h' 'net/http_client\.c|sim/sim_client\.c'
library cJSON '(cjson/)?cJSON(_Utils)?\.h' 'core/json\.c'
library openssl 'openssl/[a-z0-9_]+\.h' 'core/digest\.c'
library curses '(ncursesw?/)?(n?curses|term|panel|form|menu)\.h' 'ui/terminal_caps\.c'
library enchant '(enchant-2/)?enchant\.h' 'ui/spelling\.c'
library 'the formats of pictures' '(png|turbojpeg|gif_lib|webp/decode)\.h' 'ui/picture_decode\.c'
library libunistring 'uni(types|str|conv|stdio|name|ctype|width|gbrk|wbrk|lbrk|norm|case|regex)\.h' \
	'core/text[a-z0-9_]*\.c|core/segment\.c'

# A header brings what it needs, so the order of includes never matters.
alone()
{
	flags="-std=gnu17 -D_GNU_SOURCE -Isrc -Wall -Wextra -Wpedantic -Werror -fsyntax-only"
	find src -name '*.h' | sort | while read -r header; do
		# shellcheck disable=SC2086
		printf '#include "%s"\nstruct alone;\n' "${header#src/}" | gcc $flags -x c - 2>&1 | sed "s|^|$header: |"
	done
}
rule "each header compiles alone" "$(alone)"

guards()
{
	find src -name '*.h' | sort | while read -r header; do
		guard=HILO_$(printf '%s' "${header#src/}" | tr 'a-z/.' 'A-Z__')
		grep -q "^#ifndef $guard\$" "$header" || echo "$header: its guard is $guard"
	done
}
rule "each header has its guard" "$(guards)"

finish
