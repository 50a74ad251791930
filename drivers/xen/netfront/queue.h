/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XEN_NETFRONT_QUEUE_H
#define _XEN_NETFRONT_QUEUE_H

#include <linux/netdevice.h>
#include <linux/workqueue.h>

#include <xen/interface/event_channel.h>

#include "netfront.h"
#include "rx.h"
#include "tx.h"

/**
 * struct netfront_event - an event channel and what it serves
 * @queue: whose it is
 * @port: the event channel
 * @irq: what it's bound to; 0: not bound
 * @owed: bit 0: the interrupt fired and wasn't given its late EOI
 * @tx: stands for transmit responses
 * @rx: stands for receive responses
 * @name: of the interrupt
 */
struct netfront_event {
	struct netfront_queue *queue;
	evtchn_port_t port;
	unsigned int irq;
	unsigned long owed;
	bool tx;
	bool rx;
	char name[IFNAMSIZ + 16];
};

/**
 * struct netfront_queue - a pair of rings
 * @front: the device
 * @id: 0 and up, also the number of the stack's queues
 * @stats: outlives the queue
 * @napi: polls both rings
 * @refill: tries again to get receive buffers after it failed
 * @event: one that serves both rings, or the transmit ring's and then the
 *	   receive ring's
 * @nr_events: 1 or 2
 * @tx: the transmit ring
 * @rx: the receive ring; only @napi touches it while the queue runs
 */
struct netfront_queue {
	struct netfront *front;
	unsigned int id;
	struct netfront_stats *stats;
	struct napi_struct napi;
	struct delayed_work refill;
	struct netfront_event event[2];
	unsigned int nr_events;
	struct netfront_tx tx;
	struct netfront_rx rx;
};

static inline bool netfront_queue_split(const struct netfront_queue *queue)
{
	return queue->nr_events == 2;
}

static inline struct netdev_queue *
netfront_queue_txq(const struct netfront_queue *queue)
{
	return netdev_get_tx_queue(queue->front->netdev, queue->id);
}

/**
 * netfront_must_notify() - does the backend want to hear of new requests
 * @event: the index at which it wants to hear of them, as it wrote it
 * @old: producer index before
 * @new: producer index now
 */
static inline bool netfront_must_notify(RING_IDX event, RING_IDX old,
					RING_IDX new)
{
	return (RING_IDX)(new - event) < (RING_IDX)(new - old);
}

int netfront_queues_create(struct netfront *front, unsigned int count);
void netfront_queues_start(struct netfront *front);
void netfront_queues_quiesce(struct netfront *front);
void netfront_queues_destroy(struct netfront *front);
void netfront_queue_kick(struct netfront_queue *queue);

#endif /* _XEN_NETFRONT_QUEUE_H */
