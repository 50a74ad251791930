/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XEN_NETFRONT_TX_H
#define _XEN_NETFRONT_TX_H

#include <linux/netdevice.h>
#include <linux/spinlock.h>

#include "tx_slot.h"

struct netfront_queue;

/**
 * struct netfront_tx - a transmit ring
 * @lock: guards all of it
 * @ring: the ring, with private indices
 * @published: how far the backend may read
 * @ring_ref: grant of the ring's page
 * @event: the event channel to notify
 * @answered: responses since the last late EOI
 * @slots: requests under way
 */
struct netfront_tx {
	spinlock_t lock;	/* between sending and completing */
	struct xen_netif_tx_front_ring ring;
	RING_IDX published;
	grant_ref_t ring_ref;
	struct netfront_event *event;
	unsigned int answered;
	struct netfront_tx_slots slots;
};

int netfront_tx_create(struct netfront_queue *queue);
void netfront_tx_destroy(struct netfront_queue *queue);
netdev_tx_t netfront_tx_send(struct netfront_queue *queue,
			     struct sk_buff *skb);
void netfront_tx_reap(struct netfront_queue *queue, int budget);
bool netfront_tx_arm(struct netfront_queue *queue);

#endif /* _XEN_NETFRONT_TX_H */
