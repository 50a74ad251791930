// SPDX-License-Identifier: GPL-2.0
/*
 * The transmit ring: packets in, answers out.
 *
 * Owns struct netfront_tx. The stack's queue lock admits one sender, NAPI
 * one reaper; netfront_tx.lock is between the two and is taken with
 * interrupts off, as netconsole may send from an interrupt. Creating and
 * destroying: nobody else runs.
 *
 * Lock order: the stack's queue lock, netfront_tx.lock.
 */

#include <linux/etherdevice.h>
#include <linux/mm.h>
#include <linux/skbuff.h>

#include <xen/events.h>
#include <xen/grant_table.h>
#include <xen/xenbus.h>

#include "queue.h"

/* A packet's size is 16 bits wide on the ring. */
#define TX_MAX_LEN	65535
#define TX_MAX_PAGES	DIV_ROUND_UP(TX_MAX_LEN, PAGE_SIZE)

/* How much of the ring must be free before a stopped queue goes on. */
#define TX_WAKE_ROOM	(NETFRONT_TX_RING_SIZE / 4)

/* In skb->cb, from sending to completing. */
struct tx_cb {
	unsigned int pending;	/* slots without an answer */
	bool failed;		/* one of them was answered with an error */
};

static struct tx_cb *tx_cb(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct tx_cb) > sizeof(skb->cb));
	return (struct tx_cb *)skb->cb;
}

/* A packet on its way into the ring. */
struct tx_packet {
	struct netfront_queue *queue;
	struct sk_buff *skb;
	domid_t backend;
	unsigned int slots;		/* still to be written */
	bool started;
	struct page *copy[TX_MAX_PAGES];	/* [0] is NULL: no copy */
};

static unsigned int tx_room(const struct netfront_tx *tx)
{
	return NETFRONT_TX_RING_SIZE -
	       (tx->ring.req_prod_pvt - tx->ring.rsp_cons);
}

static void count(struct netfront_queue *queue, enum netfront_tx_counter what,
		  unsigned int how_many)
{
	struct netfront_stats *stats = queue->stats;

	u64_stats_update_begin(&stats->tx_sync);
	u64_stats_add(&stats->tx[what], how_many);
	u64_stats_update_end(&stats->tx_sync);
}

/*
 * As it lies, a packet may not do: the backend takes only so many slots (one
 * if it can't gather), and wants the Ethernet header in the first.
 */
static bool needs_copy(const struct netfront *front, const struct sk_buff *skb,
		       unsigned int slots)
{
	unsigned long in_page = XEN_PAGE_SIZE - xen_offset_in_page(skb->data);

	return front->bounce || slots > NETFRONT_TX_MAX_SLOTS ||
	       (slots > 1 && !front->offer.sg) ||
	       min_t(unsigned long, in_page, skb_headlen(skb)) < ETH_HLEN;
}

static void free_copy(struct tx_packet *packet)
{
	unsigned int i;

	for (i = 0; i < TX_MAX_PAGES && packet->copy[i]; i++)
		__free_page(packet->copy[i]);
}

/* What a grant shows behind the data is cleared, not what the page held. */
static int make_copy(struct tx_packet *packet)
{
	struct sk_buff *skb = packet->skb;
	unsigned int i, len, done = 0;

	for (i = 0; done < skb->len; i++, done += len) {
		struct page *page = alloc_page(GFP_ATOMIC | __GFP_NOWARN);

		if (!page)
			goto free;
		packet->copy[i] = page;
		len = min_t(unsigned int, skb->len - done, PAGE_SIZE);
		if (skb_copy_bits(skb, done, page_address(page), len))
			goto free;
		memset(page_address(page) + len, 0,
		       ALIGN(len, XEN_PAGE_SIZE) - len);
	}
	packet->slots = XEN_PFN_UP(skb->len);
	return 0;

free:
	free_copy(packet);
	return -ENOMEM;
}

static int prepare(struct tx_packet *packet)
{
	const struct netfront *front = packet->queue->front;
	struct sk_buff *skb = packet->skb;

	packet->slots = netfront_tx_count_slots(skb);
	if (!needs_copy(front, skb, packet->slots))
		return skb->len > TX_MAX_LEN ? -EMSGSIZE : 0;
	if (skb->len > (front->offer.sg ? TX_MAX_LEN : XEN_PAGE_SIZE))
		return -EMSGSIZE;
	return make_copy(packet);
}

static void put_gso(struct netfront_tx *tx, const struct sk_buff *skb)
{
	bool v6 = skb_shinfo(skb)->gso_type & SKB_GSO_TCPV6;
	struct xen_netif_extra_info extra = {
		.type = XEN_NETIF_EXTRA_TYPE_GSO,
		.u.gso.size = skb_shinfo(skb)->gso_size,
		.u.gso.type = v6 ? XEN_NETIF_GSO_TYPE_TCPV6 :
				   XEN_NETIF_GSO_TYPE_TCPV4,
	};
	void *entry = RING_GET_REQUEST(&tx->ring, tx->ring.req_prod_pvt++);

	static_assert(sizeof(extra) <= sizeof(struct xen_netif_tx_request));
	memcpy(entry, &extra, sizeof(extra));
	tx->slots.extras++;
}

/* Only a packet's first request carries these, and the size of it all. */
static u16 first_flags(const struct sk_buff *skb)
{
	u16 flags = 0;

	if (skb->ip_summed == CHECKSUM_PARTIAL)
		flags |= XEN_NETTXF_csum_blank | XEN_NETTXF_data_validated;
	else if (skb->ip_summed == CHECKSUM_UNNECESSARY)
		flags |= XEN_NETTXF_data_validated;
	if (skb_is_gso(skb))
		flags |= XEN_NETTXF_extra_info;
	return flags;
}

static void put_slot(struct tx_packet *packet, struct page *page,
		     unsigned int offset, unsigned int len)
{
	struct netfront_tx *tx = &packet->queue->tx;
	RING_IDX entry = tx->ring.req_prod_pvt++;
	struct netfront_tx_slot *slot = netfront_tx_slot_take(&tx->slots,
							      entry);
	unsigned long pfn = page_to_xen_pfn(page) + (offset >> XEN_PAGE_SHIFT);
	struct sk_buff *skb = packet->skb;
	struct xen_netif_tx_request req = {
		.gref = slot->ref,
		.offset = xen_offset_in_page(offset),
		.id = netfront_tx_slot_id(&tx->slots, slot),
		.size = packet->started ? len : skb->len,
		.flags = packet->started ? 0 : first_flags(skb),
	};

	slot->skb = skb;
	if (packet->copy[0]) {
		get_page(page);
		slot->bounce = page;
	}
	gnttab_grant_foreign_access_ref(slot->ref, packet->backend,
					pfn_to_gfn(pfn), 1);
	tx_cb(skb)->pending++;
	if (--packet->slots)
		req.flags |= XEN_NETTXF_more_data;
	*RING_GET_REQUEST(&tx->ring, entry) = req;
	if (req.flags & XEN_NETTXF_extra_info)
		put_gso(tx, skb);
	packet->started = true;
}

/* Pages of a compound page are neighbours: one index is enough for all. */
static void put_range(struct tx_packet *packet, struct page *page,
		      unsigned int offset, unsigned int len)
{
	while (len) {
		unsigned int part = min_t(unsigned int, len, XEN_PAGE_SIZE -
					  xen_offset_in_page(offset));

		put_slot(packet, page, offset, part);
		offset += part;
		len -= part;
	}
}

static void put_packet(struct tx_packet *packet)
{
	struct sk_buff *skb = packet->skb;
	unsigned int i, done, len;

	*tx_cb(skb) = (struct tx_cb) {};
	if (packet->copy[0]) {
		for (i = 0, done = 0; done < skb->len; i++, done += len) {
			len = min_t(unsigned int, skb->len - done, PAGE_SIZE);
			put_range(packet, packet->copy[i], 0, len);
		}
		/* Each slot has its own reference by now. */
		free_copy(packet);
		return;
	}
	put_range(packet, virt_to_page(skb->data), offset_in_page(skb->data),
		  skb_headlen(skb));
	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		const skb_frag_t *frag = &skb_shinfo(skb)->frags[i];

		put_range(packet, skb_frag_page(frag), skb_frag_off(frag),
			  skb_frag_size(frag));
	}
}

/* Called with the tx lock held. */
static void publish(struct netfront_queue *queue)
{
	struct netfront_tx *tx = &queue->tx;
	RING_IDX old = tx->published, new = tx->ring.req_prod_pvt;

	if (old == new)
		return;
	tx->published = new;
	/* Requests before the index; pairs with the backend's read barrier. */
	virt_wmb();
	WRITE_ONCE(tx->ring.sring->req_prod, new);
	/* The index before req_event; pairs with the backend's full barrier. */
	virt_mb();
	if (!netfront_must_notify(READ_ONCE(tx->ring.sring->req_event), old,
				  new))
		return;
	notify_remote_via_irq(tx->event->irq);
	count(queue, NETFRONT_TX_NOTIFIED, 1);
}

/* Called with the tx lock held; frees nothing and can't fail. */
static void enqueue(struct tx_packet *packet)
{
	struct netfront_queue *queue = packet->queue;
	struct netdev_queue *txq = netfront_queue_txq(queue);
	unsigned int len = packet->skb->len;

	if (packet->copy[0])
		count(queue, NETFRONT_TX_BOUNCED, 1);
	skb_tx_timestamp(packet->skb);
	put_packet(packet);
	count(queue, NETFRONT_TX_PACKETS, 1);
	count(queue, NETFRONT_TX_BYTES, len);
	if (tx_room(&queue->tx) < NETFRONT_TX_MAX_ENTRIES)
		netif_tx_stop_queue(txq);
	if (__netdev_tx_sent_queue(txq, len, netdev_xmit_more()))
		publish(queue);
}

/**
 * netfront_tx_send() - send a packet
 * @queue: on which queue; the stack's lock of it is held
 * @skb: the packet
 *
 * More to come is told by netdev_xmit_more(): the backend hears of a batch
 * when it is complete.
 */
netdev_tx_t netfront_tx_send(struct netfront_queue *queue,
			     struct sk_buff *skb)
{
	struct tx_packet packet = {
		.queue = queue,
		.skb = skb,
		.backend = queue->front->xbdev->otherend_id,
	};
	int err = netfront_broken(queue->front) ? -EIO : prepare(&packet);
	netdev_tx_t ret = NETDEV_TX_OK;
	unsigned long flags;

	spin_lock_irqsave(&queue->tx.lock, flags);
	if (err) {
		count(queue, NETFRONT_TX_DROPPED, 1);
		if (!netdev_xmit_more())
			publish(queue);
	} else if (tx_room(&queue->tx) < NETFRONT_TX_MAX_ENTRIES) {
		netif_tx_stop_queue(netfront_queue_txq(queue));
		publish(queue);
		ret = NETDEV_TX_BUSY;
	} else {
		enqueue(&packet);
	}
	spin_unlock_irqrestore(&queue->tx.lock, flags);

	if (ret == NETDEV_TX_BUSY)
		free_copy(&packet);
	else if (err)
		dev_kfree_skb_any(skb);
	return ret;
}

static enum netfront_breach finish(struct netfront_tx *tx,
				   struct netfront_tx_slot *slot, bool failed,
				   struct sk_buff_head *done)
{
	struct sk_buff *skb = slot->skb;

	if (!gnttab_end_foreign_access_ref(slot->ref))
		return NETFRONT_TX_GRANT;
	if (slot->bounce)
		put_page(slot->bounce);
	netfront_tx_slot_put(&tx->slots, slot);
	tx_cb(skb)->failed |= failed;
	if (!--tx_cb(skb)->pending)
		__skb_queue_tail(done, skb);
	return NETFRONT_NO_BREACH;
}

/* Called with the tx lock held. */
static enum netfront_breach take_answers(struct netfront_tx *tx,
					 struct sk_buff_head *done)
{
	RING_IDX prod = READ_ONCE(tx->ring.sring->rsp_prod);
	struct xen_netif_tx_response rsp;
	struct netfront_tx_slot *slot;
	enum netfront_breach breach;

	if (prod - tx->ring.rsp_cons > tx->published - tx->ring.rsp_cons)
		return NETFRONT_TX_PRODUCER;
	/* The index, then responses; pairs with the backend's write barrier. */
	virt_rmb();
	for (; tx->ring.rsp_cons != prod; tx->ring.rsp_cons++) {
		RING_COPY_RESPONSE(&tx->ring, tx->ring.rsp_cons, &rsp);
		tx->answered++;
		breach = netfront_tx_answer(&tx->slots, &rsp, tx->published,
					    &slot);
		if (!breach && slot)
			breach = finish(tx, slot,
					rsp.status != XEN_NETIF_RSP_OKAY,
					done);
		if (breach)
			return breach;
	}
	return NETFRONT_NO_BREACH;
}

/* Called with the tx lock held, so that a sender that stops isn't missed. */
static void maybe_wake(struct netfront_queue *queue)
{
	struct netdev_queue *txq = netfront_queue_txq(queue);

	if (netif_tx_queue_stopped(txq) &&
	    tx_room(&queue->tx) >= TX_WAKE_ROOM &&
	    netif_running(queue->front->netdev))
		netif_tx_wake_queue(txq);
}

/**
 * netfront_tx_reap() - complete what the backend has answered
 * @queue: the queue, from its poll function
 * @budget: NAPI's; 0: called by netconsole
 */
void netfront_tx_reap(struct netfront_queue *queue, int budget)
{
	unsigned int packets = 0, bytes = 0, failed = 0;
	struct netfront_tx *tx = &queue->tx;
	enum netfront_breach breach;
	struct sk_buff_head done;
	struct sk_buff *skb;
	unsigned long flags;

	__skb_queue_head_init(&done);
	spin_lock_irqsave(&tx->lock, flags);
	breach = take_answers(tx, &done);
	if (!breach)
		maybe_wake(queue);
	skb_queue_walk(&done, skb)
		failed += tx_cb(skb)->failed;
	if (failed)
		count(queue, NETFRONT_TX_ERRORS, failed);
	spin_unlock_irqrestore(&tx->lock, flags);

	while ((skb = __skb_dequeue(&done))) {
		packets++;
		bytes += skb->len;
		napi_consume_skb(skb, budget);
	}
	netdev_tx_completed_queue(netfront_queue_txq(queue), packets, bytes);
	if (breach)
		netfront_break(queue->front, breach);
}

/**
 * netfront_tx_arm() - ask for an event
 * @queue: the queue, from its poll function
 *
 * When half of what is under way is answered will do: the last packet's
 * answer is always half of something, so none waits for ever.
 *
 * Return: true if there is something to reap already.
 */
bool netfront_tx_arm(struct netfront_queue *queue)
{
	struct netfront_tx *tx = &queue->tx;
	unsigned long flags;
	RING_IDX cons;

	spin_lock_irqsave(&tx->lock, flags);
	cons = tx->ring.rsp_cons;
	WRITE_ONCE(tx->ring.sring->rsp_event,
		   cons + (tx->published - cons) / 2 + 1);
	spin_unlock_irqrestore(&tx->lock, flags);
	/* rsp_event before rsp_prod; pairs with the backend's full barrier. */
	virt_mb();
	return READ_ONCE(tx->ring.sring->rsp_prod) != cons;
}

static int claim_refs(struct netfront_tx *tx)
{
	grant_ref_t head;
	unsigned int id;
	int err;

	err = gnttab_alloc_grant_references(NETFRONT_TX_RING_SIZE, &head);
	if (err)
		return err;
	for (id = 0; id < NETFRONT_TX_RING_SIZE; id++)
		tx->slots.slot[id].ref = gnttab_claim_grant_reference(&head);
	return 0;
}

/**
 * netfront_tx_create() - make an empty ring that the backend can map
 * @queue: zeroed but for what it belongs to
 */
int netfront_tx_create(struct netfront_queue *queue)
{
	struct xenbus_device *xbdev = queue->front->xbdev;
	struct netfront_tx *tx = &queue->tx;
	void *page;
	int err;

	spin_lock_init(&tx->lock);
	netfront_tx_slots_init(&tx->slots);
	err = claim_refs(tx);
	if (err)
		return err;
	err = xenbus_setup_ring(xbdev, GFP_KERNEL, &page, 1, &tx->ring_ref);
	if (err)
		goto free_refs;
	XEN_FRONT_RING_INIT(&tx->ring, (struct xen_netif_tx_sring *)page,
			    XEN_PAGE_SIZE);
	return 0;

free_refs:
	netfront_tx_destroy(queue);
	return err;
}

static void drop_slot(struct netfront_tx_slot *slot)
{
	struct sk_buff *skb = slot->skb;

	if (!slot->busy) {
		gnttab_free_grant_reference(slot->ref);
		return;
	}
	/* Both take a page that is still mapped out of use until it isn't. */
	gnttab_end_foreign_access(slot->ref, slot->bounce);
	if (!--tx_cb(skb)->pending)
		dev_kfree_skb_any(skb);
}

/**
 * netfront_tx_destroy() - give back the ring and all packets in it
 * @queue: a queue that doesn't run; its tx was created, or creating failed
 *	   after it had its grant references
 */
void netfront_tx_destroy(struct netfront_queue *queue)
{
	struct netfront_tx *tx = &queue->tx;
	void *page = tx->ring.sring;
	unsigned int id;

	for (id = 0; id < NETFRONT_TX_RING_SIZE; id++)
		drop_slot(&tx->slots.slot[id]);
	if (page)
		xenbus_teardown_ring(&page, 1, &tx->ring_ref);
	tx->ring.sring = NULL;
}
