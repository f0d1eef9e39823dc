#!/bin/sh
# SPDX-License-Identifier: MIT
# Each lint rule finds what it is there for: a small sound tree passes, and with one planted fault the rule that forbids it
# fails. A rule that finds nothing ever would pass for years.
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT INT TERM
tests=0
bad=0

# A tree as small as the rules allow.
sound_tree()
{
	rm -rf "$work/tree"
	mkdir -p "$work/tree" && cd "$work/tree" || exit 1
	mkdir -p src/core src/net src/sim src/ui src/commands tests/unit/core tests/tools tests/lint tools data/po
	cp "$top/tools/extract-messages" tools/
	for layer in core net sim ui commands; do
		guard=$(printf 'HILO_%s_A_H' "$layer" | tr a-z A-Z)
		printf '/* SPDX-License-Identifier: MIT */\n#ifndef %s\n#define %s\n#endif\n' "$guard" "$guard" \
			> "src/$layer/a.h"
		printf '/* SPDX-License-Identifier: MIT */\n#include "%s/a.h"\n' "$layer" > "src/$layer/a.c"
	done
	printf '/* SPDX-License-Identifier: MIT */\n#include "core/a.h"\n' > tests/unit/core/test_a.c
	printf '# SPDX-License-Identifier: MIT\n' > Makefile
	printf 'const char *text(void);\nconst char *text(void)\n{\n\treturn _("Yes");\n}\n' >> src/ui/a.c
	tools/extract-messages > data/po/hilo.pot
	printf 'msgid ""\nmsgstr "Language: es\\nContent-Type: text/plain; charset=UTF-8\\n%s"\n\nmsgid "Yes"\nmsgstr "Sí"\n' \
		'Project-Id-Version: x\nPO-Revision-Date: 2020-01-01 00:00+0000\nLast-Translator: x <x@example.com>\nLanguage-Team: x <x@example.com>\nMIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n' \
		> data/po/es.po
}

tell()
{
	tests=$((tests + 1))
	if [ "$1" = good ]; then
		echo "ok $tests - $2"
	else
		bad=$((bad + 1))
		echo "not ok $tests - $2"
		printf '%s\n' "$3" | sed 's/^/# /'
	fi
}

# finds LINT RULE: the fault planted in the tree is found by that rule.
finds()
{
	output=$("$here/$1.sh" "$work/tree" 2>&1)
	if [ $? != 0 ] && printf '%s\n' "$output" | grep -qE "^not ok [0-9]+ - $2"; then
		tell good "$1 finds: $3"
	else
		tell bad "$1 finds: $3" "$output"
	fi
}

# plant FILE TEXT: a sound tree with TEXT added to FILE.
plant()
{
	sound_tree
	printf "$2" >> "$1"
}

sound_tree
for lint in layers banned catalogue; do
	if output=$("$here/$lint.sh" "$work/tree" 2>&1); then
		tell good "$lint passes a sound tree"
	else
		tell bad "$lint passes a sound tree" "$output"
	fi
done

plant src/core/a.c '#include "net/a.h"\n'
finds layers "core includes core" "net included by core"
plant src/net/a.c '#include "ui/a.h"\n'
finds layers "net includes" "ui included by net"
plant src/net/a.h '#include "sim/a.h"\n'
finds layers "net includes" "sim included by a header of net"
plant src/sim/a.c '#include "net/a.h"\n'
finds layers "sim includes" "net included by sim"
plant src/ui/a.c '#include "commands/a.h"\n'
finds layers "ui includes" "commands included by ui"
plant src/ui/a.c '#include "a.h"\n'
finds layers "ui includes" "an include without its layer"
plant src/core/a.c '#include "../net/a.h"\n'
finds layers "core includes core" "an include through the parent folder"
plant src/core/a.c '  #  include <sqlite3.h>\n'
finds layers "sqlite is known" "sqlite3.h outside its file"
plant src/net/a.c '#include <curl/multi.h>\n'
finds layers "curl is known" "curl outside its files"
plant src/net/a.c '#include <cjson/cJSON.h>\n'
finds layers "cJSON is known" "cJSON.h outside its file"
plant src/ui/a.c '#include <microhttpd.h>\n'
finds layers "libmicrohttpd is known" "microhttpd.h outside its files"
plant src/core/a.c '#include <openssl/evp.h>\n'
finds layers "openssl is known" "openssl outside its file"
plant src/ui/a.c '#include <ncurses.h>\n'
finds layers "curses is known" "curses outside its file"
plant src/ui/a.c '#include <unigbrk.h>\n'
finds layers "libunistring is known" "libunistring outside its files"
plant tests/unit/core/test_a.c '#include "ui/a.h"\n'
finds layers "unit tests of core" "a unit test of core that includes ui"
plant src/core/a.h 'size_t a_size(void);\n'
finds layers "each header compiles alone" "a header that needs another one first"
sound_tree
printf '/* SPDX-License-Identifier: MIT */\n' > src/core/b.h
finds layers "each header has its guard" "a header without a guard"

plant src/core/a.c 'int a(const char *t);\nint\na(const char *t)\n{\n\treturn atoi(t);\n}\n'
finds banned "no banned call" "a banned call"
plant tests/unit/core/test_a.c 'void a(void);\nvoid\na(void)\n{\n\tusleep(5);\n}\n'
finds banned "tests wait" "a test that sleeps"
sound_tree
seq 700 | sed 's,.*,/* & */,' >> src/core/a.c
finds banned "no file over" "a file that is too long"
sound_tree
seq 900 | sed 's,.*,/* & */,' >> tests/unit/core/test_a.c
finds banned "no test file over" "a test file that is too long"
sound_tree
{ printf 'void a(void);\nvoid\na(void)\n{\n'; seq 90 | sed 's/.*/\t;/'; echo '}'; } >> src/core/a.c
finds banned "no function over" "a function that is too long"
plant src/core/a.c 'void a(int b, int c, int d, int e, int f, int g, int h, int i, int j)\n{\n}\n'
finds banned "no function with more" "a function with too many parameters"
plant src/core/a.c "/* $(seq -s ' ' 100) */\n"
finds banned "lines of at most" "a line that is too long"
plant src/core/a.c 'int a;   \n'
finds banned "no blank at the end" "a blank at the end of a line"
plant src/core/a.c '        int a;\n'
finds banned "C is indented" "indentation with blanks"
sound_tree
printf 'int a;\n' > src/core/b.c
finds banned "each file names" "a file without its licence line"
plant src/core/a.c '/* TO''DO: later */\n'
finds banned "nothing is left" "a note to finish it later"
plant src/core/a.c '/* see /wo''rk/x */\n'
finds banned "no path" "a path of somebody's machine"
sound_tree
printf '#!/bin/sh\n# SPDX-License-Identifier: MIT\nif true\n' > tools/broken
finds banned "shell scripts parse" "a shell script that does not parse"

plant src/ui/a.c 'const char *other(void);\nconst char *other(void)\n{\n\treturn _("No");\n}\n'
finds catalogue "hilo.pot is what" "a message that is not in the template"
sound_tree
sed -i 's/"Sí"/""/' data/po/es.po
finds catalogue "es.po translates" "a message without its translation"
sound_tree
printf '\n#, c-format\nmsgid "%%d new"\nmsgstr "%%s nuevos"\n' | tee -a data/po/es.po | sed 's/%s nuevos//' >> data/po/hilo.pot
finds catalogue "es.po is sound" "a translation with another placeholder"

echo "1..$tests"
[ "$bad" = 0 ]
