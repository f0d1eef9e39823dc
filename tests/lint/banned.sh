#!/bin/sh
# SPDX-License-Identifier: MIT
# Calls that are not used, budgets that are not exceeded, words that do not belong.
. "$(dirname "$0")/../tools/lint.sh"

sources=$(find src -name '*.[ch]' | sort)
test_sources=$(find tests -name '*.[ch]' | sort)
scripts=$(find tests tools .ci -type f ! -name '*.[ch]' 2> /dev/null | xargs -r grep -lE '^#!' | sort)
pythons=$(find tests -name '*.py' | sort)

# Each of these writes without a bound, hides state, swallows errors or runs a shell.
calls='strcpy|strcat|stpcpy|sprintf|vsprintf|gets|system|popen|mktemp|tmpnam|tempnam|strtok|ato[ifl]|atoll|alloca'
rule "no banned call" "$(search "(^|[^a-zA-Z0-9_])($calls) *\(" $sources)"
rule "no banned call in tests" "$(search "(^|[^a-zA-Z0-9_])(strcpy|strcat|sprintf|gets|system|popen|strtok|alloca) *\(" \
	$test_sources)"
# Looking again after a short while is waiting, when a loop ends it; sleeping alone is luck.
rule "tests wait for events and do not sleep" "$(for file in $test_sources; do
	code_only < "$file" | awk -v file="$file" '
		/(^|[^a-zA-Z0-9_])u?sleep *\(/ && !/(for|while) \(/ && last !~ /(for|while) \(/ { print file ":" NR ": " $0 }
		{ last = $0 }'
done)"

# Tables of data are as long as the data is; they say so in their opening comment.
is_table()
{
	head -n 8 "$1" | grep -qiE 'generated (by|from)|made (by|from) '
}

# long_files MOST FILE...
long_files()
{
	most=$1
	shift
	for file in "$@"; do
		lines=$(wc -l < "$file")
		[ "$lines" -le "$most" ] || is_table "$file" || echo "$file: $lines lines, $most are the most"
	done
}
rule "no file over 600 lines" "$(long_files 600 $sources $scripts)"
# A test file grows by cases, not by branches.
rule "no test file over 800 lines" "$(long_files 800 $test_sources $pythons)"

functions=$(printf '%s\n' $sources $test_sources | ctags -L - --languages=C --kinds-C=f --fields=+neS \
	--output-format=xref --_xformat='%F %n %e %N %S' 2> /dev/null)
rule "no function over 80 lines" "$(printf '%s\n' "$functions" | awk '$3 - $2 + 1 > 80 {
	print $1 ":" $2 ": " $4 " has " ($3 - $2 + 1) " lines, 80 are the most" }')"
# Five parameters are wanted; what libraries call back sets the ceiling.
rule "no function with more than 8 parameters" "$(printf '%s\n' "$functions" | grep '^src/' | awk '{
	place = $1 ":" $2 ": " $4
	$1 = $2 = $3 = $4 = ""
	depth = 0; commas = 0
	for (i = 1; i <= length($0); i++) {
		c = substr($0, i, 1)
		if (c == "(") depth++
		if (c == ")") depth--
		if (c == "," && depth == 1) commas++
	}
	if (commas > 7) print place " has " (commas + 1) " parameters, 8 are the most" }')"

# 120 columns are wanted; the ceiling leaves room for what reads better on one line, and a text is never cut for it.
rule "lines of at most 140 columns" "$(for file in $sources $test_sources; do
	is_table "$file" || expand "$file" | sed 's/"[^"]*"/""/g' | grep -nE '^.{141,}' | cut -c 1-80 | sed "s|^|$file:|"
done)"
rule "C is indented with tabs" "$(grep -nE '^        ' $sources $test_sources /dev/null)"
rule "no blank at the end of a line" "$(grep -nE '[[:blank:]]+$' $sources $test_sources $scripts $pythons Makefile /dev/null |
	cut -c 1-100)"

rule "each file names its licence first" "$(for file in $sources $test_sources $scripts $pythons Makefile; do
	head -n 2 "$file" | grep -q 'SPDX-License-Identifier: MIT' || echo "$file"
done | sort -u)"

# The pattern is written so that it does not find itself.
unfinished='(^|[^A-Za-z])(TO[D]O|FIX[M]E|XX[X]|HA[C]K)([^A-Za-z]|$)'
rule "nothing is left for later" "$(grep -nE "$unfinished" $sources $test_sources $scripts $pythons Makefile /dev/null)"
rule "no path of somebody's machine" "$(grep -nE '(^|[^a-z])(/work|/root)/|[Ii]ssue #?[0-9]' $sources $test_sources $scripts \
	$pythons Makefile /dev/null | grep -v '^tests/lint/banned.sh:')"

rule "shell scripts parse" "$(for script in $scripts; do
	head -n 1 "$script" | grep -q 'bin/sh$' && sh -n "$script" 2>&1
done)"

finish
