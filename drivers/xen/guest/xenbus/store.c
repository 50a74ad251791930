// SPDX-License-Identifier: GPL-2.0
/*
 * Requests to the store: many may be in flight, each with an id of its own.
 *
 * Who sends a request writes it into the ring himself, and waits for room
 * there, then for the answer. Both waits say every ten seconds what they wait
 * for, and end. What is given up keeps its id: its answer may still come, and
 * is dropped then.
 *
 * The store is not trusted: whatever can't be breaks the connection, once and
 * for all, with one message, and fails all that is in flight.
 *
 * Process context.
 */
#define pr_fmt(fmt) "xenbus: " fmt

#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <xen/events.h>

#include "store.h"
#include "trace.h"

/* Seconds: between two messages, and until a wait is given up. */
#define WAIT_STEP	10
#define WAIT_LIMIT	120
/* The same while the system goes down: the store may be gone before us. */
#define DOWN_LIMIT	2

struct store xen_store = {
	.write_lock = __MUTEX_INITIALIZER(xen_store.write_lock),
	.lock = __SPIN_LOCK_UNLOCKED(xen_store.lock),
	.requests = LIST_HEAD_INIT(xen_store.requests),
	.wq = __WAIT_QUEUE_HEAD_INITIALIZER(xen_store.wq),
	.connect_lock = __MUTEX_INITIALIZER(xen_store.connect_lock),
};

/** store_notify() - tell the store to look at the rings */
void store_notify(struct store *store)
{
	store->stats.notifies++;
	notify_remote_via_evtchn(xen_store_evtchn);
}

static const char *const store_errors[] = {
	[XENSTORE_ERROR_NONE] = "none",
	[XENSTORE_ERROR_COMM] = "communication",
	[XENSTORE_ERROR_RINGIDX] = "ring index",
	[XENSTORE_ERROR_PROTO] = "protocol",
};

static const char *error_of_store(const struct store *store)
{
	u32 error = XENSTORE_ERROR_NONE;

	if (store->ring.intf)
		error = READ_ONCE(store->ring.intf->error);
	return error < ARRAY_SIZE(store_errors) ? store_errors[error] :
						  "unknown";
}

/**
 * store_finish() - a request has its answer, or its error
 * @store: the connection
 * @request: not in flight any more
 *
 * A hostile store answers a request of which it has half, and a connection
 * may break at any time. Whoever still writes the request ends it then, for
 * after done() there may be no request.
 */
void store_finish(struct store *store, struct store_request *request)
{
	bool written;

	spin_lock(&store->lock);
	request->finished = true;
	written = request->written;
	spin_unlock(&store->lock);
	if (written)
		request->done(request);
}

/* The counterpart: the request isn't looked at any more by who sent it. */
static void end_writing(struct store *store, struct store_request *request)
{
	bool finished;

	spin_lock(&store->lock);
	request->written = true;
	finished = request->finished;
	spin_unlock(&store->lock);
	if (finished)
		request->done(request);
}

/*
 * One at a time, and not as a list of their own: until it is taken, who waits
 * for a request may give it up.
 */
static struct store_request *take_first(struct store *store)
{
	struct store_request *request;

	spin_lock(&store->lock);
	request = list_first_entry_or_null(&store->requests,
					   struct store_request, list);
	if (request) {
		list_del_init(&request->list);
		store->busy--;
	}
	spin_unlock(&store->lock);
	return request;
}

/* Return: false if there was no connection to end. */
static bool end_connection(struct store *store, enum store_phase phase)
{
	bool was;

	spin_lock(&store->lock);
	was = store->phase == STORE_READY;
	if (was)
		store->phase = phase;
	spin_unlock(&store->lock);
	return was;
}

static void fail_all(struct store *store)
{
	struct store_request *request;

	while ((request = take_first(store))) {
		request->err = -EIO;
		store_finish(store, request);
	}
	wake_up_all(&store->wq);
}

/**
 * store_break() - end the connection because of what the store did
 * @store: the connection
 * @why: what it did
 *
 * Every request in flight and all to come fail with -EIO.
 */
void store_break(struct store *store, const char *why)
{
	if (!end_connection(store, STORE_BROKEN))
		return;
	pr_err("the store is not used any more: %s (its own error: %s)\n",
	       why, error_of_store(store));
	fail_all(store);
}

static bool is_asked(struct store *store)
{
	bool asked;

	spin_lock(&store->lock);
	asked = store->phase == STORE_READY && !list_empty(&store->requests);
	spin_unlock(&store->lock);
	return asked;
}

/**
 * store_check_work() - end the connection if the store has died
 * @work: store.check_work
 *
 * Only a local store can, and nobody tells: as long as a request waits, this
 * looks. What is in flight fails with -EIO then, and what is to come with
 * -ENXIO, until there is a store again.
 */
void store_check_work(struct work_struct *work)
{
	struct store *store = container_of(to_delayed_work(work),
					   struct store, check_work);

	if (!is_asked(store))
		return;
	if (store_local_is_served(store)) {
		queue_delayed_work(system_unbound_wq, &store->check_work,
				   WAIT_STEP * HZ);
		return;
	}
	if (!end_connection(store, STORE_LOST))
		return;
	pr_err("the store has died: nobody serves port %d\n",
	       xen_store_evtchn);
	fail_all(store);
	queue_work(system_unbound_wq, &store->connect_work);
}

/* What a wait is for: the type, and the path if the body starts with one. */
static void report_wait(const struct store_request *request, const char *what,
			unsigned int waited)
{
	const char *path = "";
	unsigned int len = 0;

	if (request->nr_vecs) {
		path = request->vec[0].iov_base;
		len = strnlen(path, request->vec[0].iov_len);
	}
	pr_warn("waiting %us for %s: %s %.*s\n", waited, what,
		store_msg_name(request->hdr.type), len, path);
}

static unsigned int wait_limit(void)
{
	return system_state > SYSTEM_RUNNING ? DOWN_LIMIT : WAIT_LIMIT;
}

/* Wait until @cond, saying now and then what for; evaluate to whether so. */
#define wait_named(store, cond, request, what)				\
({									\
	unsigned int __waited = 0;					\
	bool __is;							\
									\
	while (!(__is = wait_event_timeout((store)->wq, (cond),		\
					   min(WAIT_STEP, wait_limit()) * HZ))) { \
		__waited += WAIT_STEP;					\
		report_wait(request, what, __waited);			\
		if (__waited >= wait_limit())				\
			break;						\
	}								\
	__is;								\
})

/* May this request be sent now? Those within a transaction always may. */
static bool may_enter(struct store *store, const struct store_request *request)
{
	bool enter;

	spin_lock(&store->lock);
	enter = !store->suspended || request->hdr.tx_id ||
		store->phase == STORE_BROKEN;
	if (enter)
		store->busy++;
	spin_unlock(&store->lock);
	return enter;
}

/**
 * store_hold() - keep the domain from being suspended, for a transaction
 * @store: the connection
 */
void store_hold(struct store *store)
{
	spin_lock(&store->lock);
	store->busy++;
	spin_unlock(&store->lock);
}

/**
 * store_leave() - undo store_hold()
 * @store: the connection
 */
void store_leave(struct store *store)
{
	spin_lock(&store->lock);
	store->busy--;
	spin_unlock(&store->lock);
	wake_up_all(&store->wq);
}

/* The request is in flight from before its first byte is in the ring. */
static int enlist(struct store *store, struct store_request *request)
{
	int err = 0;

	spin_lock(&store->lock);
	switch (store->phase) {
	case STORE_READY:
		request->caller_id = request->hdr.req_id;
		request->id = store->next_id++;
		request->hdr.req_id = request->id;
		list_add_tail(&request->list, &store->requests);
		store->stats.requests++;
		break;
	case STORE_BROKEN:
		err = -EIO;
		break;
	default:
		err = -ENXIO;
		break;
	}
	spin_unlock(&store->lock);
	return err;
}

/* Return: whether it was still in flight, and now is not. */
static bool delist(struct store *store, struct store_request *request,
		   bool abandon)
{
	bool was;

	spin_lock(&store->lock);
	was = !list_empty(&request->list);
	if (was) {
		list_del_init(&request->list);
		store->busy--;
		if (abandon)
			store->abandoned++;
	}
	spin_unlock(&store->lock);
	return was;
}

static int put_all(struct store *store, const void *data, size_t len,
		   const struct store_request *request)
{
	int count;

	while (len) {
		if (store->phase != STORE_READY)
			return -EIO;
		count = store_ring_put(&store->ring, data, len);
		if (count < 0)
			return count;
		data += count;
		len -= count;
		if (count)
			continue;

		/* The store makes room of what it hasn't heard of yet. */
		store_notify(store);
		if (!wait_named(store, store->phase != STORE_READY ||
				store_ring_has_room(&store->ring),
				request, "room in the ring"))
			return -ETIMEDOUT;
	}
	return 0;
}

static int put_message(struct store *store, struct store_request *request)
{
	unsigned int i;
	int err;

	mutex_lock(&store->write_lock);
	err = put_all(store, &request->hdr, sizeof(request->hdr), request);
	for (i = 0; !err && i < request->nr_vecs; i++)
		err = put_all(store, request->vec[i].iov_base,
			      request->vec[i].iov_len, request);
	if (!err)
		store_notify(store);
	mutex_unlock(&store->write_lock);
	return err;
}

/**
 * store_submit() - send a request
 * @store: the connection
 * @request: with all fields set that are not the connection's
 *
 * May wait for room in the ring, not for the answer.
 *
 * Return: 0 after which request->done() is called, maybe before this returns;
 * or, and then it is not: -ENXIO if there is no store (yet), -EIO if it is
 * broken, -E2BIG if the body is too long, -ETIMEDOUT.
 */
int store_submit(struct store *store, struct store_request *request)
{
	size_t len = 0;
	unsigned int i;
	int err;

	for (i = 0; i < request->nr_vecs; i++)
		len += request->vec[i].iov_len;
	if (len > XENSTORE_PAYLOAD_MAX)
		return -E2BIG;
	request->hdr.len = len;
	request->body = NULL;
	request->err = 0;
	request->written = false;
	request->finished = false;

	if (!wait_named(store, may_enter(store, request), request,
			"the domain to be resumed"))
		return -ETIMEDOUT;
	err = enlist(store, request);
	if (err) {
		store_leave(store);
		return err;
	}
	trace_xenbus_request(request->id, request->hdr.type,
			     request->hdr.tx_id, len);
	if (store->local)
		queue_delayed_work(system_unbound_wq, &store->check_work,
				   WAIT_STEP * HZ);

	err = put_message(store, request);
	/* Half a message in the ring can't be taken back. */
	if (err)
		store_break(store, err == -EIO ?
			    "its index of requests can't be" :
			    "it takes no requests");
	end_writing(store, request);
	return 0;
}

struct waiter {
	struct store_request request;
	struct completion answered;
};

static void wake_waiter(struct store_request *request)
{
	complete(&container_of(request, struct waiter, request)->answered);
}

static int await_answer(struct store *store, struct waiter *waiter)
{
	unsigned int waited = 0, step;

	for (;;) {
		step = min(WAIT_STEP, wait_limit());
		if (wait_for_completion_timeout(&waiter->answered, step * HZ))
			return waiter->request.err;
		waited += step;
		report_wait(&waiter->request, "the store's answer", waited);
		if (waited >= wait_limit())
			break;
	}
	if (delist(store, &waiter->request, true)) {
		wake_up_all(&store->wq);
		return -ETIMEDOUT;
	}
	/* It is being answered at this moment. */
	wait_for_completion(&waiter->answered);
	return waiter->request.err;
}

static void *check_answer(const struct store_request *request, u32 type)
{
	int err;

	if (request->hdr.type == type)
		return request->body;
	if (request->hdr.type == XS_ERROR) {
		err = store_msg_errno(request->body);
	} else {
		pr_warn_ratelimited("%s answered by %s\n",
				    store_msg_name(type),
				    store_msg_name(request->hdr.type));
		err = -EINVAL;
	}
	kfree(request->body);
	return ERR_PTR(err);
}

/**
 * store_talk() - send a request and wait for its answer
 * @t: the transaction, or XBT_NIL
 * @type: what to ask for
 * @vec: the parts of the body
 * @nr_vecs: how many
 * @len: filled with the answer's length, if not NULL
 *
 * Return: the answer's body, to be freed by kfree(), with a zero after it; or
 * an error pointer: what the store answered, or as store_submit().
 */
void *store_talk(struct xenbus_transaction t, u32 type,
		 const struct kvec *vec, unsigned int nr_vecs,
		 unsigned int *len)
{
	struct store *store = &xen_store;
	struct waiter waiter = {
		.request = {
			.hdr = { .type = type, .tx_id = t.id },
			.vec = vec,
			.nr_vecs = nr_vecs,
			.done = wake_waiter,
		},
	};
	void *body;
	int err;

	init_completion(&waiter.answered);
	err = store_submit(store, &waiter.request);
	if (!err)
		err = await_answer(store, &waiter);
	body = err ? ERR_PTR(err) : check_answer(&waiter.request, type);
	if (len)
		*len = waiter.request.hdr.len;
	return body;
}
