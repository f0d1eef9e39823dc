# SPDX-License-Identifier: MIT
# Shared by tests/lint/*.sh (sourced): each rule is one TAP test that fails with the lines found. Scripts take the root to
# look at as their argument, so that tests/lint/test_lint.sh can show that a planted fault is found.
export LC_ALL=C.UTF-8
root=${1:-$(dirname "$0")/../..}
cd "$root" || exit 2

rules=0
bad_rules=0

# rule NAME FINDINGS: no findings is a pass.
rule()
{
	rules=$((rules + 1))
	if [ -z "$2" ]; then
		echo "ok $rules - $1"
	else
		bad_rules=$((bad_rules + 1))
		echo "not ok $rules - $1"
		printf '%s\n' "$2" | sed 's/^/# /'
	fi
}

finish()
{
	echo "1..$rules"
	[ "$bad_rules" = 0 ]
	exit
}

# C text on standard input without strings and comments. Comments in this tree are blocks whose lines begin with a star.
code_only()
{
	sed -e 's/\\\\//g; s/\\"//g; s/"[^"]*"/""/g' -e 's,/\*.*\*/,,g; s,/\*.*,,; s,//.*,,' -e '/^[[:space:]]*\*/s/.*//'
}

# search PATTERN FILE...: file:line: text of code that matches, comments and strings left out.
search()
{
	pattern=$1
	shift
	for file in "$@"; do
		[ -e "$file" ] || continue
		code_only < "$file" | grep -nE "$pattern" | sed "s|^|$file:|"
	done
}
