#!/bin/sh
# SPDX-License-Identifier: MIT
# The messages to translate are those of the source, and each has its Spanish text.
. "$(dirname "$0")/../tools/lint.sh"

# What is to be translated, without the comments that say where.
messages()
{
	grep -v '^#' | sed '/^"[A-Za-z-]*: .*\\n"$/d'
}

rule "hilo.pot is what the source says (make pot)" "$({
	messages < data/po/hilo.pot
	echo =====
	tools/extract-messages | messages
} 2>&1 | awk '
	/^=====$/ { now = 1; next }
	/^msgid / { if (now) fresh[$0] = 1; else kept[$0] = 1 }
	END {
		for (id in fresh) if (!(id in kept)) print "missing: " id
		for (id in kept) if (!(id in fresh)) print "left over: " id
	}')"

for po in data/po/*.po; do
	rule "$(basename "$po") translates every message" "$(msgcmp "$po" data/po/hilo.pot 2>&1 |
		grep -v '^msgcmp:')"
	rule "$(basename "$po") is sound" "$(msgfmt --check --output-file=/dev/null "$po" 2>&1)"
	rule "$(basename "$po") holds nothing doubtful or left over" \
		"$(msgattrib --only-fuzzy --no-obsolete "$po"; msgattrib --only-obsolete "$po")"
done

finish
