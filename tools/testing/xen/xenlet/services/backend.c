// SPDX-License-Identifier: GPL-2.0
/*
 * The xenbus side of a backend. One writer of the state: the work function,
 * queued by the watch on the frontend's state and by backend_fail().
 */
#include <stdarg.h>

#include <xenlet/domain.h>
#include <xenlet/lib.h>

#include <xen/errno.h>

#include "backend.h"
#include "store.h"

#define MAX_MESSAGES	16

static void set_state(struct backend *b, enum xenbus_state state)
{
	if (b->state == state)
		return;
	b->state = state;
	store_set(b->back, "state", "%u", state);
}

static void drop_connection(struct backend *b)
{
	if (!b->connected)
		return;
	b->connected = false;
	b->ops->disconnect(b);
}

static void begin(struct backend *b)
{
	if (b->state == XenbusStateInitWait)
		return;
	drop_connection(b);
	b->ops->publish(b);
	set_state(b, XenbusStateInitWait);
}

static void join(struct backend *b)
{
	if (b->state != XenbusStateInitWait)
		return;
	if (b->ops->connect(b)) {
		set_state(b, XenbusStateClosing);
		return;
	}
	b->connected = true;
	set_state(b, XenbusStateConnected);
}

static void closing(struct backend *b)
{
	drop_connection(b);
	set_state(b, XenbusStateClosing);
}

static void closed(struct backend *b)
{
	drop_connection(b);
	set_state(b, XenbusStateClosed);
}

/* By the frontend's state; the states not here ask for nothing. */
static void (*const reactions[])(struct backend *b) = {
	[XenbusStateUnknown] = closed,
	[XenbusStateInitialising] = begin,
	[XenbusStateInitialised] = join,
	[XenbusStateConnected] = join,
	[XenbusStateClosing] = closing,
	[XenbusStateClosed] = closed,
};

static void backend_work(struct work *work)
{
	struct backend *b = container_of(work, struct backend, work);
	u32 front;

	/* A failure since the last call left the mark, not the rings. */
	if (b->connected && b->state == XenbusStateClosing)
		drop_connection(b);
	if (store_get_uint(b->front, "state", XenbusStateUnknown, &front) ||
	    front >= ARRAY_SIZE(reactions) || !reactions[front])
		return;
	reactions[front](b);
}

static void frontend_changed(void *ctx, const char *path)
{
	struct backend *b = ctx;

	work_queue(&b->work);
}

void backend_create(struct backend *b, const struct backend_ops *ops,
		    struct domain *d, u32 id)
{
	b->ops = ops;
	b->domain = d;
	b->id = id;
	b->state = XenbusStateInitialising;
	work_init(&b->work, backend_work);
	snprintf(b->front, sizeof(b->front), "/local/domain/%u/device/%s/%u",
		 d->domid, ops->type, id);
	snprintf(b->back, sizeof(b->back), "/local/domain/0/backend/%s/%u/%u",
		 ops->type, d->domid, id);
	store_chmod(b->front, d->domid, 0, 0);
	store_chmod(b->back, 0, 0, d->domid);
	store_set(b->back, "frontend", "%s", b->front);
	store_set(b->back, "frontend-id", "%u", d->domid);
	store_set(b->back, "online", "1");
	store_set(b->back, "state", "%u", XenbusStateInitialising);
	store_set(b->front, "backend", "%s", b->back);
	store_set(b->front, "backend-id", "0");
}

int backend_start(struct backend *b)
{
	char path[64];
	int ret;

	snprintf(path, sizeof(path), "%s/state", b->front);
	b->watch = store_watch_local(path, frontend_changed, b);
	if (!b->watch)
		return -XEN_ENOMEM;
	begin(b);
	ret = store_set(b->front, "state", "%u", XenbusStateInitialising);
	return ret;
}

void backend_destroy(struct backend *b)
{
	work_cancel(&b->work);
	store_unwatch_local(b->watch);
	b->watch = NULL;
	drop_connection(b);
	store_remove(b->back);
	store_remove(b->front);
}

void backend_fail(struct backend *b, const char *fmt, ...)
{
	char text[96];
	va_list args;

	if (b->state == XenbusStateClosing)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (b->failures++ < MAX_MESSAGES)
		printk("d%u: %s %u: closed: %s", b->domain->domid,
		       b->ops->type, b->id, text);
	store_set(b->back, "error", "%s", text);
	set_state(b, XenbusStateClosing);
	work_queue(&b->work);
}
