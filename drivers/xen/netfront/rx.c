// SPDX-License-Identifier: GPL-2.0
/*
 * The receive ring: buffers out, packets in.
 *
 * Owns struct netfront_rx. Only the queue's poll function touches it while
 * the queue runs, so there is no lock. Creating and destroying: nobody else
 * runs.
 */

#include <linux/etherdevice.h>
#include <linux/skbuff.h>

#include <xen/events.h>
#include <xen/grant_table.h>
#include <xen/xenbus.h>

#include "queue.h"

/* This much of a packet goes to the linear part of its skb: all headers. */
#define RX_HEAD		256

/* With fewer buffers than this out, memory is asked for again by a timer. */
#define RX_LOW		(NETFRONT_RX_RING_SIZE / 4)

static void count(struct netfront_queue *queue, enum netfront_rx_counter what,
		  unsigned int how_many)
{
	struct netfront_stats *stats = queue->stats;

	u64_stats_update_begin(&stats->rx_sync);
	u64_stats_add(&stats->rx[what], how_many);
	u64_stats_update_end(&stats->rx_sync);
}

static struct netfront_rx_slot *slot_at(struct netfront_rx *rx, RING_IDX entry)
{
	return &rx->slot[entry & (NETFRONT_RX_RING_SIZE - 1)];
}

/*
 * Take the pages that a packet used from the backend: what is read of them
 * from here on doesn't change any more.
 */
static enum netfront_breach end_grants(struct netfront_rx *rx,
				       unsigned int entries)
{
	unsigned int i;

	for (i = 0; i < entries; i++) {
		struct netfront_rx_slot *slot = slot_at(rx,
							rx->ring.rsp_cons + i);

		if (!gnttab_end_foreign_access_ref(slot->ref))
			return NETFRONT_RX_GRANT;
		slot->granted = false;
	}
	return NETFRONT_NO_BREACH;
}

/* Buffers that no skb took go back to the pool, whatever the reason. */
static void put_leftovers(struct netfront_rx *rx, unsigned int entries)
{
	unsigned int i;

	for (i = 0; i < entries; i++) {
		struct netfront_rx_slot *slot = slot_at(rx,
							rx->ring.rsp_cons + i);

		if (slot->buf.page)
			netfront_rx_pool_put(&rx->pool, &slot->buf, true);
	}
}

static void attach(struct netfront_rx *rx, struct sk_buff *skb,
		   const struct netfront_rx_piece *piece, unsigned int skip)
{
	struct netfront_rx_buf *buf = &slot_at(rx, piece->entry)->buf;

	if (piece->len == skip)
		return;
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, buf->page,
			buf->offset + piece->offset + skip, piece->len - skip,
			NETFRONT_RX_TRUESIZE);
	buf->page = NULL;
}

static struct sk_buff *build(struct netfront_queue *queue,
			     const struct netfront_rx_packet *packet)
{
	const struct netfront_rx_piece *first = &packet->piece[0];
	struct netfront_rx *rx = &queue->rx;
	unsigned int i, head = first->len;
	struct netfront_rx_buf *buf;
	struct sk_buff *skb;

	/* The longest packet has a piece more than an skb has fragments. */
	if (packet->nr_pieces <= MAX_SKB_FRAGS)
		head = min_t(unsigned int, head, RX_HEAD);
	skb = napi_alloc_skb(&queue->napi, max_t(unsigned int, head, RX_HEAD));
	if (!skb)
		return NULL;
	buf = &slot_at(rx, first->entry)->buf;
	skb_put_data(skb, netfront_rx_buf_data(buf) + first->offset, head);
	netfront_rx_pool_mark(skb);
	attach(rx, skb, first, head);
	for (i = 1; i < packet->nr_pieces; i++)
		attach(rx, skb, &packet->piece[i], 0);
	return skb;
}

/*
 * GSO implies that the checksum is still to be filled in. There are peers
 * that don't say so: then the partial checksum isn't there either.
 */
static int set_offloads(struct netfront_queue *queue, struct sk_buff *skb,
			const struct netfront_rx_packet *packet)
{
	bool partial = packet->flags & XEN_NETRXF_csum_blank;
	bool v6 = packet->gso_type == XEN_NETIF_GSO_TYPE_TCPV6;

	if (packet->gso_size) {
		skb_shinfo(skb)->gso_size = packet->gso_size;
		skb_shinfo(skb)->gso_type = v6 ? SKB_GSO_TCPV6 : SKB_GSO_TCPV4;
		skb_shinfo(skb)->gso_type |= SKB_GSO_DODGY;
		if (!partial)
			count(queue, NETFRONT_RX_CSUM_FIXED, 1);
	}
	if (partial || packet->gso_size) {
		skb->ip_summed = CHECKSUM_PARTIAL;
		return skb_checksum_setup(skb, !partial);
	}
	if (packet->flags & XEN_NETRXF_data_validated &&
	    skb->dev->features & NETIF_F_RXCSUM)
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	return 0;
}

/* What is in a packet isn't the backend's word: a bad one is dropped. */
static void deliver(struct netfront_queue *queue, struct sk_buff *skb,
		    const struct netfront_rx_packet *packet)
{
	unsigned int len = skb->len;

	if (!pskb_may_pull(skb, ETH_HLEN))
		goto drop;
	skb->protocol = eth_type_trans(skb, queue->front->netdev);
	skb_reset_network_header(skb);
	if (set_offloads(queue, skb, packet))
		goto drop;
	skb_record_rx_queue(skb, queue->id);
	count(queue, NETFRONT_RX_PACKETS, 1);
	count(queue, NETFRONT_RX_BYTES, len);
	napi_gro_receive(&queue->napi, skb);
	return;

drop:
	count(queue, NETFRONT_RX_ERRORS, 1);
	kfree_skb(skb);
}

static enum netfront_breach receive_one(struct netfront_queue *queue,
					RING_IDX prod)
{
	struct netfront_rx *rx = &queue->rx;
	struct netfront_rx_packet packet;
	enum netfront_breach breach;
	struct sk_buff *skb = NULL;

	breach = netfront_rx_parse(&rx->ring, prod, &packet);
	if (!breach)
		breach = end_grants(rx, packet.entries);
	if (breach)
		return breach;
	if (packet.failed) {
		count(queue, NETFRONT_RX_ERRORS, 1);
	} else if (netif_running(queue->front->netdev)) {
		skb = build(queue, &packet);
		if (!skb)
			count(queue, NETFRONT_RX_DROPPED, 1);
	}
	put_leftovers(rx, packet.entries);
	rx->ring.rsp_cons += packet.entries;
	rx->answered += packet.entries;
	if (skb)
		deliver(queue, skb, &packet);
	return NETFRONT_NO_BREACH;
}

/**
 * netfront_rx_receive() - hand packets to the network stack
 * @queue: the queue, from its poll function
 * @budget: how many at most
 *
 * Return: how many packets were taken from the ring.
 */
int netfront_rx_receive(struct netfront_queue *queue, int budget)
{
	struct netfront_rx *rx = &queue->rx;
	RING_IDX prod = READ_ONCE(rx->ring.sring->rsp_prod);
	enum netfront_breach breach = NETFRONT_NO_BREACH;
	int done;

	if (prod - rx->ring.rsp_cons > rx->published - rx->ring.rsp_cons)
		breach = NETFRONT_RX_PRODUCER;
	/* The index, then responses; pairs with the backend's write barrier. */
	virt_rmb();
	for (done = 0; !breach && done < budget; done++) {
		if (rx->ring.rsp_cons == prod)
			break;
		breach = receive_one(queue, prod);
	}
	if (breach)
		netfront_break(queue->front, breach);
	return done;
}

static bool put_buffer(struct netfront_queue *queue)
{
	const struct netfront *front = queue->front;
	struct netfront_rx *rx = &queue->rx;
	RING_IDX entry = rx->ring.req_prod_pvt;
	struct netfront_rx_slot *slot = slot_at(rx, entry);
	struct xen_netif_rx_request req = {
		.id = entry & (NETFRONT_RX_RING_SIZE - 1),
		.gref = slot->ref,
	};

	if (!netfront_rx_pool_get(&rx->pool, &slot->buf))
		return false;
	/* A page that comes back to the pool holds what the stack left. */
	if (front->bounce)
		memset(netfront_rx_buf_data(&slot->buf), 0, XEN_PAGE_SIZE);
	gnttab_grant_foreign_access_ref(slot->ref, front->xbdev->otherend_id,
					netfront_rx_buf_gfn(&slot->buf), 0);
	slot->granted = true;
	*RING_GET_REQUEST(&rx->ring, entry) = req;
	rx->ring.req_prod_pvt++;
	return true;
}

static void publish(struct netfront_queue *queue)
{
	struct netfront_rx *rx = &queue->rx;
	RING_IDX old = rx->published, new = rx->ring.req_prod_pvt;

	if (old == new)
		return;
	rx->published = new;
	/* Requests before the index; pairs with the backend's read barrier. */
	virt_wmb();
	WRITE_ONCE(rx->ring.sring->req_prod, new);
	/* The index before req_event; pairs with the backend's full barrier. */
	virt_mb();
	if (!netfront_must_notify(READ_ONCE(rx->ring.sring->req_event), old,
				  new))
		return;
	notify_remote_via_irq(rx->event->irq);
	count(queue, NETFRONT_RX_NOTIFIED, 1);
}

/**
 * netfront_rx_refill() - give the backend all buffers that the ring holds
 * @queue: the queue, from its poll function
 *
 * Without enough memory it comes back later, by itself.
 */
void netfront_rx_refill(struct netfront_queue *queue)
{
	struct netfront_rx *rx = &queue->rx;
	bool got = true;

	if (!netif_running(queue->front->netdev))
		return;
	while (got && !RING_FULL(&rx->ring))
		got = put_buffer(queue);
	publish(queue);
	if (!got && rx->published - rx->ring.rsp_cons < RX_LOW)
		schedule_delayed_work(&queue->refill, HZ / 10);
}

/**
 * netfront_rx_arm() - ask for an event with the next packet
 * @queue: the queue, from its poll function
 *
 * Return: true if there is a packet already.
 */
bool netfront_rx_arm(struct netfront_queue *queue)
{
	struct netfront_rx *rx = &queue->rx;

	WRITE_ONCE(rx->ring.sring->rsp_event, rx->ring.rsp_cons + 1);
	/* rsp_event before rsp_prod; pairs with the backend's full barrier. */
	virt_mb();
	return READ_ONCE(rx->ring.sring->rsp_prod) != rx->ring.rsp_cons;
}

static int claim_refs(struct netfront_rx *rx)
{
	grant_ref_t head;
	unsigned int i;
	int err;

	err = gnttab_alloc_grant_references(NETFRONT_RX_RING_SIZE, &head);
	if (err)
		return err;
	for (i = 0; i < NETFRONT_RX_RING_SIZE; i++)
		rx->slot[i].ref = gnttab_claim_grant_reference(&head);
	return 0;
}

/**
 * netfront_rx_create() - make a ring without buffers
 * @queue: zeroed but for what it belongs to
 */
int netfront_rx_create(struct netfront_queue *queue)
{
	struct xenbus_device *xbdev = queue->front->xbdev;
	struct netfront_rx *rx = &queue->rx;
	void *page;
	int err;

	err = claim_refs(rx);
	if (err)
		return err;
	err = netfront_rx_pool_create(&rx->pool, NETFRONT_RX_RING_SIZE);
	if (err)
		goto destroy;
	err = xenbus_setup_ring(xbdev, GFP_KERNEL, &page, 1, &rx->ring_ref);
	if (err)
		goto destroy;
	XEN_FRONT_RING_INIT(&rx->ring, (struct xen_netif_rx_sring *)page,
			    XEN_PAGE_SIZE);
	return 0;

destroy:
	netfront_rx_destroy(queue);
	return err;
}

static void drop_slot(struct netfront_rx *rx, struct netfront_rx_slot *slot)
{
	/* Takes a page that is still mapped out of use until it isn't. */
	if (slot->granted)
		gnttab_end_foreign_access(slot->ref, NULL);
	else
		gnttab_free_grant_reference(slot->ref);
	slot->granted = false;
	if (slot->buf.page)
		netfront_rx_pool_put(&rx->pool, &slot->buf, false);
}

/**
 * netfront_rx_destroy() - give back the ring and all buffers
 * @queue: a queue that doesn't run; its rx was created, or creating failed
 *	   after it had its grant references
 */
void netfront_rx_destroy(struct netfront_queue *queue)
{
	struct netfront_rx *rx = &queue->rx;
	void *page = rx->ring.sring;
	unsigned int i;

	for (i = 0; i < NETFRONT_RX_RING_SIZE; i++)
		drop_slot(rx, &rx->slot[i]);
	netfront_rx_pool_destroy(&rx->pool);
	if (page)
		xenbus_teardown_ring(&page, 1, &rx->ring_ref);
	rx->ring.sring = NULL;
}
