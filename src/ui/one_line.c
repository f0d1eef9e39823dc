/* SPDX-License-Identifier: MIT */
#include "ui/one_line.h"

void
one_line_add(struct strbuf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\n')
			strbuf_add_string(out, "\\n");
		else if (*text == '\\')
			strbuf_add_string(out, "\\\\");
		else
			strbuf_add_char(out, *text);
	}
}

bool
one_line_read(const char *line, char *out, size_t size)
{
	size_t len = 0;

	for (; *line != '\0' && len + 1 < size; line++) {
		bool escaped = *line == '\\' && (line[1] == 'n' || line[1] == '\\');

		out[len++] = escaped && line[1] == 'n' ? '\n' : *line;
		line += escaped;
	}
	out[len] = '\0';
	return *line == '\0';
}
