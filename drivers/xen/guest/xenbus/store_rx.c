// SPDX-License-Identifier: GPL-2.0
/*
 * What comes from the store: answers, which belong to requests, and watch
 * events.
 *
 * One work owns the message that is being received. It takes a limited number
 * of messages in one go, so that a store that never stops doesn't keep it
 * from the other work of its queue.
 */
#define pr_fmt(fmt) "xenbus: " fmt

#include <linux/slab.h>

#include "store.h"
#include "trace.h"
#include "watch.h"

#define MESSAGES_AT_ONCE	64
/* Before it is tried again to find memory for a message. */
#define MEMORY_PAUSE		(HZ / 10)

static struct store_request *find_request(struct store *store, u32 id)
{
	struct store_request *request;

	lockdep_assert_held(&store->lock);
	list_for_each_entry(request, &store->requests, list)
		if (request->id == id)
			return request;
	return NULL;
}

/* An answer to nothing, unless its request was given up before. */
static bool forgive(struct store *store, u32 id)
{
	lockdep_assert_held(&store->lock);
	if (!store->abandoned || (s32)(store->next_id - id) <= 0)
		return false;
	store->abandoned--;
	store->stats.late++;
	return true;
}

static void answer(struct store *store, const struct xsd_sockmsg *hdr,
		   char *body)
{
	struct store_request *request;
	bool late = false;

	spin_lock(&store->lock);
	request = find_request(store, hdr->req_id);
	if (request) {
		list_del_init(&request->list);
		store->busy--;
		store->stats.answers++;
	} else {
		late = forgive(store, hdr->req_id);
	}
	spin_unlock(&store->lock);
	wake_up_all(&store->wq);

	if (request) {
		request->hdr = *hdr;
		request->hdr.req_id = request->caller_id;
		request->body = body;
		store_finish(store, request);
		return;
	}
	kfree(body);
	if (!late)
		store_break(store, "it answered what nobody asked");
}

static void dispatch(struct store *store)
{
	struct xsd_sockmsg hdr = store->rx.hdr;
	char *body = store->rx.body;

	store_msg_reset(&store->rx);
	trace_xenbus_message(hdr.req_id, hdr.type, hdr.tx_id, hdr.len);
	if (hdr.type != XS_WATCH_EVENT) {
		answer(store, &hdr, body);
		return;
	}
	store->stats.events++;
	if (!watch_event(body, hdr.len))
		store_break(store, "it sent a watch event that can't be");
}

/* Return: -EAGAIN if the ring is empty, or why it goes on no further. */
static int receive_one(struct store *store, bool *notify)
{
	enum store_msg_step step;
	void *where;
	size_t want;
	int count;

	for (;;) {
		want = store_msg_want(&store->rx, &where);
		count = store_ring_get(&store->ring, where, want, notify);
		if (count < 0)
			return count;
		if (want && !count)
			return -EAGAIN;

		step = store_msg_got(&store->rx, count);
		if (step == STORE_MSG_DONE) {
			dispatch(store);
			return 0;
		}
		if (step == STORE_MSG_BAD)
			return -EPROTO;
		if (step != STORE_MSG_BODY)
			continue;
		where = kmalloc(store->rx.hdr.len + 1,
				GFP_NOIO | __GFP_HIGH | __GFP_NOWARN);
		if (!where)
			return -ENOMEM;
		store_msg_give(&store->rx, where);
	}
}

/**
 * store_rx_work() - get what there is
 * @work: store.rx_work
 */
void store_rx_work(struct work_struct *work)
{
	struct store *store = container_of(to_delayed_work(work),
					   struct store, rx_work);
	unsigned int budget = MESSAGES_AT_ONCE;
	bool notify = false;
	int err = 0;

	while (!err && budget-- && store->phase == STORE_READY)
		err = receive_one(store, &notify);
	if (notify)
		store_notify(store);

	switch (err) {
	case 0:
		if (store->phase == STORE_READY)
			queue_delayed_work(store->workqueue, &store->rx_work,
					   0);
		break;
	case -EAGAIN:
		break;
	case -ENOMEM:
		queue_delayed_work(store->workqueue, &store->rx_work,
				   MEMORY_PAUSE);
		break;
	case -EPROTO:
		store_break(store, "it sent a header that can't be");
		break;
	default:
		store_break(store, "its index of answers can't be");
		break;
	}
}

/**
 * store_rx_reset() - forget a message that did not come to its end
 * @store: the connection, with rx_work not running
 */
void store_rx_reset(struct store *store)
{
	kfree(store->rx.body);
	store_msg_reset(&store->rx);
}
