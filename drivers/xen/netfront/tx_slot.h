/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XEN_NETFRONT_TX_SLOT_H
#define _XEN_NETFRONT_TX_SLOT_H

#include <linux/types.h>

#include <xen/page.h>
#include <xen/interface/io/netif.h>

#include "breach.h"

struct page;
struct sk_buff;

#define NETFRONT_TX_RING_SIZE	__CONST_RING_SIZE(xen_netif_tx, XEN_PAGE_SIZE)

/* The most ring entries one packet takes: its slots and the GSO extra. */
#define NETFRONT_TX_MAX_SLOTS	XEN_NETIF_NR_SLOTS_MIN
#define NETFRONT_TX_MAX_ENTRIES	(NETFRONT_TX_MAX_SLOTS + 1)

/**
 * struct netfront_tx_slot - one grant's worth of a packet under way
 * @skb: the packet, shared by all its slots
 * @bounce: page that holds a copy of the data, with a reference of its own;
 *	    NULL if the packet's own page is granted
 * @ref: the slot's grant reference, its own as long as the queue exists
 * @entry: ring index of the request
 * @next: the next free slot, when this one is free
 * @busy: a request was written and its answer didn't come
 */
struct netfront_tx_slot {
	struct sk_buff *skb;
	struct page *bounce;
	grant_ref_t ref;
	RING_IDX entry;
	u16 next;
	bool busy;
};

/**
 * struct netfront_tx_slots - the slots of a ring, by request id
 * @free: head of the list of free slots
 * @extras: ring entries under way that are no slots: extra info
 * @slot: all the slots
 */
struct netfront_tx_slots {
	u16 free;
	unsigned int extras;
	struct netfront_tx_slot slot[NETFRONT_TX_RING_SIZE];
};

void netfront_tx_slots_init(struct netfront_tx_slots *slots);
struct netfront_tx_slot *
netfront_tx_slot_take(struct netfront_tx_slots *slots, RING_IDX entry);
void netfront_tx_slot_put(struct netfront_tx_slots *slots,
			  struct netfront_tx_slot *slot);
enum netfront_breach
netfront_tx_answer(struct netfront_tx_slots *slots,
		   const struct xen_netif_tx_response *rsp, RING_IDX published,
		   struct netfront_tx_slot **answered);
unsigned int netfront_tx_count_slots(const struct sk_buff *skb);

/**
 * netfront_tx_slot_id() - the request id of a slot
 * @slots: the slots it is one of
 * @slot: the slot
 */
static inline u16 netfront_tx_slot_id(const struct netfront_tx_slots *slots,
				      const struct netfront_tx_slot *slot)
{
	return slot - slots->slot;
}

#endif /* _XEN_NETFRONT_TX_SLOT_H */
