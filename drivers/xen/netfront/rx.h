/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XEN_NETFRONT_RX_H
#define _XEN_NETFRONT_RX_H

#include "rx_packet.h"
#include "rx_pool.h"

struct netfront_queue;

/**
 * struct netfront_rx_slot - a receive buffer
 * @buf: XEN_PAGE_SIZE of memory; its page is NULL: there's none
 * @ref: the slot's grant reference, its own as long as the queue exists
 * @granted: the backend may write to @buf
 */
struct netfront_rx_slot {
	struct netfront_rx_buf buf;
	grant_ref_t ref;
	bool granted;
};

/**
 * struct netfront_rx - a receive ring
 * @ring: the ring, with private indices
 * @published: how far the backend may read
 * @ring_ref: grant of the ring's page
 * @event: the event channel to notify
 * @answered: responses since the last late EOI
 * @pool: where buffers come from
 * @slot: the buffers, by ring index
 */
struct netfront_rx {
	struct xen_netif_rx_front_ring ring;
	RING_IDX published;
	grant_ref_t ring_ref;
	struct netfront_event *event;
	unsigned int answered;
	struct netfront_rx_pool pool;
	struct netfront_rx_slot slot[NETFRONT_RX_RING_SIZE];
};

int netfront_rx_create(struct netfront_queue *queue);
void netfront_rx_destroy(struct netfront_queue *queue);
int netfront_rx_receive(struct netfront_queue *queue, int budget);
void netfront_rx_refill(struct netfront_queue *queue);
bool netfront_rx_arm(struct netfront_queue *queue);

#endif /* _XEN_NETFRONT_RX_H */
