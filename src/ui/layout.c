/* SPDX-License-Identifier: MIT */
#include "ui/layout.h"

enum { LIST_SMALLEST = 20, MESSAGES_LEAST = 30, LIST_LEAST = 30, LIST_MOST = 40, CUSTOMER_COLUMNS = 30, REPLY_SHARE = 3 };

static int
between(int value, int least, int most)
{
	return value < least ? least : value > most ? most : value;
}

void
layout_make(struct layout *layout, int rows, int columns, const struct layout_wish *wish)
{
	struct area body = { wish->warning ? 2 : 1, 0, rows - 2 - wish->warning, columns };
	int list = between(columns * 2 / 5, LIST_LEAST, LIST_MOST), customer = 0;

	*layout = (struct layout){
		.too_small = rows < LAYOUT_ROWS_LEAST || columns < LAYOUT_COLUMNS_LEAST,
		.warning_row = wish->warning ? 1 : -1,
		.hint_row = rows - 1,
		.rule_columns = { -1, -1 },
		.body = body,
		.list = body,
		.messages = body,
		.customer = body,
	};
	if (columns < LAYOUT_TWO_PANES) {
		layout->list.columns = wish->list_only ? columns : 0;
		layout->messages.columns = wish->list_only ? 0 : columns;
		layout->customer.columns = 0;
		return;
	}
	if (columns >= LAYOUT_THREE_PANES)
		customer = CUSTOMER_COLUMNS;
	if (wish->list_columns > 0)
		list = between(wish->list_columns, LIST_SMALLEST, columns - customer - MESSAGES_LEAST - 2);
	layout->list.columns = list;
	layout->rule_columns[0] = list;
	layout->messages.column = list + 1;
	layout->messages.columns = columns - list - 1 - (customer > 0 ? customer + 1 : 0);
	layout->customer.columns = customer;
	layout->customer.column = columns - customer;
	if (customer > 0)
		layout->rule_columns[1] = columns - customer - 1;
}

void
layout_set_reply(struct layout *layout, int wanted)
{
	int rows = between(wanted, 1, between(layout->body.rows / REPLY_SHARE - 1, 1, layout->body.rows)) + 1;

	layout->reply = layout->messages;
	layout->reply.rows = rows;
	layout->reply.row = layout->messages.row + layout->messages.rows - rows;
	layout->messages.rows -= rows;
}
