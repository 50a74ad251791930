/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The connection to the store: the one context of it, and requests.
 *
 * Locks, outer first:
 *
 *	store.connect_lock		connecting, making ready for a local store
 *	watches.lock (watch.c)		registering, replaying
 *	  store.write_lock		one message at a time goes into the ring
 *	    store.lock			requests in flight, phase, counts
 *
 * store.lock is a spinlock that interrupts don't take. The answers' side of
 * the ring belongs to rx_work, which takes store.lock alone; nothing that
 * waits for an answer may hold a lock that rx_work needs.
 */
#ifndef XEN_STORE_H
#define XEN_STORE_H

#include <linux/completion.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/uio.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <xen/xenbus.h>

#include "store_msg.h"
#include "store_ring.h"

struct dentry;

/**
 * enum store_phase - where the connection stands
 * @STORE_ABSENT: the domain has none
 * @STORE_WAITING: there will be one; its first event says when
 * @STORE_READY: requests can be sent
 * @STORE_LOST: it died; there will be another one
 * @STORE_BROKEN: the store broke the protocol; every request fails
 */
enum store_phase {
	STORE_ABSENT,
	STORE_WAITING,
	STORE_READY,
	STORE_LOST,
	STORE_BROKEN,
};

/**
 * struct store_stats - for debugfs
 * @requests: sent
 * @answers: that found their request
 * @late: that came after their request was given up
 * @events: watch events that came
 * @notifies: of the store
 */
struct store_stats {
	unsigned long requests;
	unsigned long answers;
	unsigned long late;
	unsigned long events;
	unsigned long notifies;
};

/**
 * struct store - the connection
 * @write_lock: held while a message goes into the ring, even if it waits
 * @lock: covers the fields down to @stats
 * @phase: see enum store_phase; changed under @lock, read without
 * @requests: in flight, the oldest first
 * @next_id: for the next request
 * @abandoned: requests given up, whose answers may still come
 * @busy: requests in flight and transactions of the kernel
 * @suspended: whether requests outside transactions wait
 * @generation: counts resumes: transactions don't survive one
 * @stats: see there
 * @wq: woken when the ring, @phase, @busy or @suspended may have changed
 * @ring: the shared rings
 * @rx: the message that is coming
 * @rx_work: gets answers
 * @connect_work: looks whether a late store has come
 * @check_work: looks whether a local store still is there
 * @workqueue: of rx_work
 * @connect_lock: held while the connection is made or the page given away
 * @local: whether this kernel made the page and the port
 * @gfn: of the shared page
 * @irq: of the store's port, or 0
 * @debugfs: the layer's directory
 */
struct store {
	/* See above. */
	struct mutex write_lock;
	/* See above. */
	spinlock_t lock;
	enum store_phase phase;
	struct list_head requests;
	u32 next_id;
	unsigned int abandoned;
	unsigned int busy;
	bool suspended;
	unsigned int generation;
	struct store_stats stats;

	wait_queue_head_t wq;
	struct store_ring ring;
	struct store_msg rx;
	struct delayed_work rx_work;
	struct work_struct connect_work;
	struct delayed_work check_work;
	struct workqueue_struct *workqueue;
	/* See above. */
	struct mutex connect_lock;
	bool local;
	unsigned long gfn;
	int irq;
	struct dentry *debugfs;
};

/**
 * struct store_request - a request and, when it is done, its answer
 * @hdr: the request's header; the answer's once done
 * @vec: the parts of the body to send; not looked at once it was sent
 * @nr_vecs: how many
 * @done: called once, from rx_work, from who breaks the connection or from who
 *	sends the request, if it was sent; nothing looks at the request after
 *	it; must not wait for an answer itself
 * @body: the answer's body, for @done to keep or kfree()
 * @err: 0 or why there is no answer
 * @list: in store.requests
 * @id: on the wire
 * @caller_id: what @hdr.req_id was, and is again in the answer
 * @written: who sends it doesn't look at it any more; under store.lock
 * @finished: there is an answer or an error; under store.lock
 */
struct store_request {
	struct xsd_sockmsg hdr;
	const struct kvec *vec;
	unsigned int nr_vecs;
	void (*done)(struct store_request *request);
	char *body;
	int err;

	/* the connection's */
	struct list_head list;
	u32 id;
	u32 caller_id;
	bool written;
	bool finished;
};

extern struct store xen_store;

/* store.c */
int store_submit(struct store *store, struct store_request *request);
void *store_talk(struct xenbus_transaction t, u32 type,
		 const struct kvec *vec, unsigned int nr_vecs,
		 unsigned int *len);
void store_hold(struct store *store);
void store_leave(struct store *store);
void store_notify(struct store *store);
void store_finish(struct store *store, struct store_request *request);
void store_break(struct store *store, const char *why);
void store_check_work(struct work_struct *work);

/* store_rx.c */
void store_rx_work(struct work_struct *work);
void store_rx_reset(struct store *store);

/* connect.c */
int store_init(void);
void store_start(void);
void store_stop(void);
void store_drain(void);
void store_exit(void);
int store_give(domid_t domid);

/* store_local.c */
int store_local_make(struct store *store, evtchn_port_t *port);
void store_local_free(struct store *store);
bool store_local_is_served(const struct store *store);
void store_local_clear(struct store *store);
int store_local_give(struct store *store, domid_t domid);

#endif /* XEN_STORE_H */
