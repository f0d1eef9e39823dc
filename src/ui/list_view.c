/* SPDX-License-Identifier: MIT */
#include "ui/list_view.h"

#include <stdio.h>
#include <string.h>

#include "core/i18n.h"

static const struct list_view views[LIST_VIEW_COUNT] = {
	{ "inbox", N_("active"), NULL, THREAD_VIEW_ACTIVE, THREAD_OPEN },
	{ "mine", N_("mine"), N_("Mine"), THREAD_VIEW_MINE, THREAD_OPEN },
	{ "unassigned", N_("unassigned"), N_("Unassigned"), THREAD_VIEW_UNASSIGNED, THREAD_OPEN },
	{ "waiting", N_("waiting longest"), N_("Waiting longest"), THREAD_VIEW_WAITING, THREAD_OPEN },
	{ "closing", N_("window closing"), N_("Window closing"), THREAD_VIEW_WINDOW, THREAD_OPEN },
	{ "failed", N_("not delivered"), N_("Not delivered"), THREAD_VIEW_FAILED, THREAD_OPEN },
	{ "snoozed", N_("only snoozed"), N_("Put aside"), THREAD_VIEW_STATUS, THREAD_SNOOZED },
	{ "spam", N_("only spam"), N_("Spam"), THREAD_VIEW_STATUS, THREAD_SPAM },
	{ "all", N_("all"), N_("All conversations"), THREAD_VIEW_ALL, THREAD_OPEN },
	{ "pending", N_("only pending"), NULL, THREAD_VIEW_STATUS, THREAD_PENDING },
	{ "closed", N_("only closed"), NULL, THREAD_VIEW_STATUS, THREAD_CLOSED },
};

const struct list_view *
list_view_by_number(int number)
{
	return &views[number - 1];
}

const struct list_view *
list_view_by_name(const char *name)
{
	for (int i = 0; i < LIST_VIEW_COUNT; i++)
		if (strcmp(views[i].name, name) == 0)
			return &views[i];
	return NULL;
}

const struct list_view *
list_view_of(const struct thread_filter *filter)
{
	for (int i = 0; i < LIST_VIEW_COUNT; i++)
		if (views[i].view == filter->view &&
		    (filter->view != THREAD_VIEW_STATUS || views[i].status == filter->status))
			return &views[i];
	return NULL;
}

const char *
list_view_count(const struct list_view *view, const struct thread_view_counts *counts, char *out, size_t size)
{
	int64_t count = -1;

	switch (view->view) {
	case THREAD_VIEW_ACTIVE:
		count = counts->active;
		break;
	case THREAD_VIEW_MINE:
		count = counts->mine;
		break;
	case THREAD_VIEW_UNASSIGNED:
		count = counts->unassigned;
		break;
	case THREAD_VIEW_WAITING:
		count = counts->waiting;
		break;
	case THREAD_VIEW_FAILED:
		count = counts->failed;
		break;
	case THREAD_VIEW_STATUS:
		count = counts->by_status[view->status];
		break;
	case THREAD_VIEW_ALL:
		count = 0;
		for (int i = 0; i < THREAD_STATUS_COUNT; i++)
			count += counts->by_status[i];
		break;
	case THREAD_VIEW_WINDOW:
		break;
	}
	out[0] = '\0';
	if (count >= 0)
		snprintf(out, size, "%lld", (long long)count);
	return out;
}

bool
list_view_query(const struct thread_filter *filter, char *out, size_t size)
{
	static const char *const terms[THREAD_VIEW_COUNT] = {
		[THREAD_VIEW_ACTIVE] = "is:active", [THREAD_VIEW_STATUS] = "",
		[THREAD_VIEW_ALL] = "", [THREAD_VIEW_MINE] = "is:mine is:active",
		[THREAD_VIEW_UNASSIGNED] = "is:unassigned is:active", [THREAD_VIEW_WAITING] = "is:waiting",
		[THREAD_VIEW_WINDOW] = NULL, [THREAD_VIEW_FAILED] = "is:failed",
	};
	bool by_status = filter->view == THREAD_VIEW_STATUS;
	const char *term = terms[filter->view];

	if (term == NULL)
		return false;
	snprintf(out, size, "%s%s%s%s%s", by_status ? "status:" : term, by_status ? thread_status_name(filter->status) : "",
		 filter->one_channel ? " channel:" : "", filter->one_channel ? channel_info(filter->channel)->name : "",
		 filter->unread_only ? " is:unread" : "");
	return out[0] != '\0';
}
