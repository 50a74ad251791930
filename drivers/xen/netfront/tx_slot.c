// SPDX-License-Identifier: GPL-2.0
/*
 * Which transmit requests are under way, and whether an answer is to one.
 *
 * Pure: touches nothing but its arguments. The caller serialises.
 */

#include <linux/nospec.h>
#include <linux/skbuff.h>

#include "tx_slot.h"

/* Ends the free list: no slot has this id. */
#define NO_SLOT		NETFRONT_TX_RING_SIZE

/**
 * netfront_tx_slots_init() - make all slots free
 * @slots: zeroed memory, or slots of which none is busy
 */
void netfront_tx_slots_init(struct netfront_tx_slots *slots)
{
	unsigned int id;

	for (id = 0; id < NETFRONT_TX_RING_SIZE; id++)
		slots->slot[id].next = id + 1;
	slots->free = 0;
	slots->extras = 0;
}

/**
 * netfront_tx_slot_take() - take a free slot for a request
 * @slots: the slots
 * @entry: ring index that the request will have
 *
 * Return: the slot, busy from now on; NULL if none is free.
 */
struct netfront_tx_slot *
netfront_tx_slot_take(struct netfront_tx_slots *slots, RING_IDX entry)
{
	struct netfront_tx_slot *slot;

	if (slots->free == NO_SLOT)
		return NULL;
	slot = &slots->slot[slots->free];
	slots->free = slot->next;
	slot->entry = entry;
	slot->busy = true;
	return slot;
}

/**
 * netfront_tx_slot_put() - make a slot free again
 * @slots: the slots
 * @slot: one that netfront_tx_slot_take() gave
 */
void netfront_tx_slot_put(struct netfront_tx_slots *slots,
			  struct netfront_tx_slot *slot)
{
	slot->skb = NULL;
	slot->bounce = NULL;
	slot->busy = false;
	slot->next = slots->free;
	slots->free = netfront_tx_slot_id(slots, slot);
}

/**
 * netfront_tx_answer() - check a response
 * @slots: the slots
 * @rsp: a private copy of the response
 * @published: ring index up to which the backend was given requests
 * @answered: the slot that was answered, still busy; NULL for extra info
 *
 * A null response is the answer to extra info, of which the ring doesn't say
 * which: they are counted. A request that was written but not published yet
 * can be seen by the backend, and still has no answer.
 *
 * Return: NETFRONT_NO_BREACH, or what is wrong with the response.
 */
enum netfront_breach
netfront_tx_answer(struct netfront_tx_slots *slots,
		   const struct xen_netif_tx_response *rsp, RING_IDX published,
		   struct netfront_tx_slot **answered)
{
	struct netfront_tx_slot *slot;
	unsigned int id = rsp->id;

	*answered = NULL;
	if (rsp->status == XEN_NETIF_RSP_NULL) {
		if (!slots->extras)
			return NETFRONT_TX_NULL;
		slots->extras--;
		return NETFRONT_NO_BREACH;
	}
	if (id >= NETFRONT_TX_RING_SIZE)
		return NETFRONT_TX_ID_RANGE;
	slot = &slots->slot[array_index_nospec(id, NETFRONT_TX_RING_SIZE)];
	if (!slot->busy || (int)(published - slot->entry) <= 0)
		return NETFRONT_TX_ID_IDLE;
	*answered = slot;
	return NETFRONT_NO_BREACH;
}

static unsigned int count_range(unsigned long offset, unsigned int len)
{
	return len ? XEN_PFN_UP(xen_offset_in_page(offset) + len) : 0;
}

/**
 * netfront_tx_count_slots() - how many slots a packet takes as it lies
 * @skb: the packet; fragments may be of compound pages
 *
 * A slot is one grant, which is never more than XEN_PAGE_SIZE whatever the
 * size of the kernel's own pages is.
 */
unsigned int netfront_tx_count_slots(const struct sk_buff *skb)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	unsigned int i, count;

	count = count_range((unsigned long)skb->data, skb_headlen(skb));
	for (i = 0; i < info->nr_frags; i++)
		count += count_range(skb_frag_off(&info->frags[i]),
				     skb_frag_size(&info->frags[i]));
	return count;
}
