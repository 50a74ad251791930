// SPDX-License-Identifier: GPL-2.0
/*
 * What guests send: a packet is a chain of ring slots, checked as a whole
 * before any of it is used. A chain that breaks the protocol closes the vif;
 * a packet that merely can't be sent is answered with an error.
 */
#include <xenlet/domain.h>
#include <xenlet/event.h>
#include <xenlet/lib.h>

#include <xen/errno.h>

#include "net.h"

#define BUDGET_BYTES	(256 * 1024)
#define PACKET_COST	512
#define MAX_TRIES	8

static int fatal(struct net_queue *q, const char *why)
{
	backend_fail(&q->vif->backend, "tx: %s", why);
	return -XEN_EINVAL;
}

static void change_multicast(struct vif *vif, const u8 *mac, bool add)
{
	unsigned int i;

	for (i = 0; i < vif->nr_multicast; i++)
		if (!memcmp(vif->multicast[i], mac, ETH_ALEN))
			break;
	if (add && i == vif->nr_multicast && i < NET_MAX_MULTICAST) {
		memcpy(vif->multicast[i], mac, ETH_ALEN);
		vif->nr_multicast++;
	} else if (!add && i < vif->nr_multicast) {
		memcpy(vif->multicast[i],
		       vif->multicast[--vif->nr_multicast], ETH_ALEN);
	}
}

bool vif_wants_multicast(const struct vif *vif, const u8 *mac)
{
	unsigned int i;

	if (!vif->multicast_control)
		return true;
	for (i = 0; i < vif->nr_multicast; i++)
		if (!memcmp(vif->multicast[i], mac, ETH_ALEN))
			return true;
	return false;
}

static int take_gso(struct net_queue *q, struct net_packet *p,
		    const struct netif_extra_info *extra)
{
	if (!extra->u.gso.size)
		return fatal(q, "segment size 0");
	if (extra->u.gso.type != XEN_NETIF_GSO_TYPE_TCPV4 &&
	    extra->u.gso.type != XEN_NETIF_GSO_TYPE_TCPV6)
		return fatal(q, "unknown segmentation type");
	p->gso_type = extra->u.gso.type;
	p->gso_size = extra->u.gso.size;
	return 0;
}

/*
 * The extra slots behind the first. Return: how many slots the chain has so
 * far, negative if it is broken; @control: it was no packet at all.
 */
static int take_extras(struct net_queue *q, struct net_packet *p, int avail,
		       bool *control)
{
	union netif_tx_sring_entry entry;
	struct netif_extra_info extra;
	int n = 1;

	do {
		if (n > NET_MAX_EXTRAS)
			return fatal(q, "too many extra slots");
		if (n >= avail)
			return fatal(q, "extra slot missing");
		ring_peek(&q->tx, n, &entry);
		memcpy(&extra, &entry, sizeof(extra));
		p->ids[n++].extra = true;
		switch (extra.type) {
		case XEN_NETIF_EXTRA_TYPE_GSO:
			if (take_gso(q, p, &extra))
				return -XEN_EINVAL;
			break;
		case XEN_NETIF_EXTRA_TYPE_MCAST_ADD:
		case XEN_NETIF_EXTRA_TYPE_MCAST_DEL:
			change_multicast(q->vif, extra.u.mcast.addr,
					 extra.type ==
					 XEN_NETIF_EXTRA_TYPE_MCAST_ADD);
			*control = true;
			break;
		case XEN_NETIF_EXTRA_TYPE_HASH:
			break;
		default:
			return fatal(q, "unknown extra slot");
		}
	} while (extra.flags & XEN_NETIF_EXTRA_FLAG_MORE);
	return n;
}

static int check_slot(struct net_queue *q, const struct netif_tx_request *req,
		      u32 bytes)
{
	if (bytes > PAGE_SIZE || req->offset > PAGE_SIZE - bytes)
		return fatal(q, "slot crosses its frame");
	return 0;
}

/* The data slots behind first and extras; @reqs[0] is filled. */
static int take_chain(struct net_queue *q, struct net_packet *p, int avail,
		      int n, struct netif_tx_request *reqs)
{
	union netif_tx_sring_entry entry;
	u32 rest = reqs[0].size;
	unsigned int i = 0;

	while (reqs[i].flags & NETTXF_more_data) {
		if (++i == NET_MAX_SLOTS)
			return fatal(q, "too many slots");
		if (n >= avail)
			return fatal(q, "slot missing");
		ring_peek(&q->tx, n, &entry);
		reqs[i] = entry.req;
		if (reqs[i].size > rest)
			return fatal(q, "slots longer than the packet");
		rest -= reqs[i].size;
		if (check_slot(q, &reqs[i], reqs[i].size))
			return -XEN_EINVAL;
		p->ids[n].id = reqs[i].id;
		p->ids[n++].extra = false;
	}
	p->nr_pieces = i + 1;
	/* the first says the size of all; its own is what the others leave */
	reqs[0].size = rest;
	if (check_slot(q, &reqs[0], rest))
		return -XEN_EINVAL;
	return n;
}

static void unpin(struct net_packet *p)
{
	while (p->nr_pieces)
		grant_unpin(&p->pins[--p->nr_pieces]);
}

static void copy_head(struct net_packet *p)
{
	unsigned int i;
	size_t n;

	p->head_len = 0;
	for (i = 0; i < p->nr_pieces && p->head_len < FRAME_HEAD_MAX; i++) {
		n = MIN(p->pieces[i].len, (size_t)FRAME_HEAD_MAX - p->head_len);
		memcpy(p->head + p->head_len, p->pieces[i].data, n);
		p->head_len += n;
	}
}

/* Is it a frame, and are its offloads such as its headers can have? */
static bool parse_packet(struct net_packet *p)
{
	struct frame_headers *h = &p->headers;
	bool v6 = p->gso_type == XEN_NETIF_GSO_TYPE_TCPV6;

	if (p->len < ETH_HLEN)
		return false;
	/* without offloads it is only bytes, which may be broken as they like */
	if (frame_parse(p->head, p->head_len, h))
		memset(h, 0, sizeof(*h));
	if (p->gso_type && (h->protocol != IPPROTO_TCP || h->v6 != v6))
		return false;
	return h->l4 || !(p->csum_blank || p->gso_type);
}

/* Pin the data; 0, or an error to answer with. */
static int pin_packet(struct net_queue *q, struct net_packet *p,
		      const struct netif_tx_request *reqs)
{
	unsigned int i, nr = p->nr_pieces;

	for (i = 0; i < nr; i++) {
		memset(&p->pins[i], 0, sizeof(p->pins[i]));
		if (grant_pin(q->vif->backend.domain, reqs[i].gref, 0, false,
			      &p->pins[i])) {
			p->nr_pieces = i;
			unpin(p);
			return NETIF_RSP_ERROR;
		}
		p->pieces[i].data = (const u8 *)p->pins[i].data +
				    reqs[i].offset;
		p->pieces[i].len = reqs[i].size;
	}
	copy_head(p);
	if (!parse_packet(p)) {
		unpin(p);
		return NETIF_RSP_ERROR;
	}
	return NETIF_RSP_OKAY;
}

static void answer(struct net_queue *q, const struct net_packet *p, int status)
{
	unsigned int i;

	for (i = 0; i < p->nr_ids; i++) {
		struct netif_tx_response rsp = {
			.id = p->ids[i].extra ? 0 : p->ids[i].id,
			.status = p->ids[i].extra ? NETIF_RSP_NULL : status,
		};

		ring_respond(&q->tx, &rsp, sizeof(rsp));
	}
	if (status != NETIF_RSP_OKAY)
		q->vif->stats.tx_errors++;
}

/*
 * Take the next packet off the ring. Return: 1 with it in @q->packet, 0 if it
 * was dealt with, negative if the frontend broke the protocol.
 */
static int take_packet(struct net_queue *q, int avail)
{
	struct netif_tx_request reqs[NET_MAX_SLOTS];
	struct net_packet *p = &q->packet;
	union netif_tx_sring_entry entry;
	bool control = false;
	int n = 1, status;

	ring_peek(&q->tx, 0, &entry);
	reqs[0] = entry.req;
	p->len = reqs[0].size;
	p->csum_blank = reqs[0].flags & NETTXF_csum_blank;
	p->validated = reqs[0].flags & NETTXF_data_validated;
	p->gso_type = XEN_NETIF_GSO_TYPE_NONE;
	p->gso_size = 0;
	p->ids[0].id = reqs[0].id;
	p->ids[0].extra = false;
	if (reqs[0].flags & NETTXF_extra_info)
		n = take_extras(q, p, avail, &control);
	if (n > 0 && !control)
		n = take_chain(q, p, avail, n, reqs);
	if (n < 0)
		return n;
	p->nr_ids = n;
	ring_consume(&q->tx, n);
	if (control) {
		p->nr_pieces = 0;
		answer(q, p, NETIF_RSP_OKAY);
		return 0;
	}
	status = pin_packet(q, p, reqs);
	if (status == NETIF_RSP_OKAY)
		return 1;
	answer(q, p, status);
	return 0;
}

static void finish_packet(struct net_queue *q)
{
	struct net_stats *stats = &q->vif->stats;

	unpin(&q->packet);
	stats->tx_packets++;
	stats->tx_bytes += q->packet.len;
	/* a packet lost in the switch is a packet sent */
	answer(q, &q->packet, NETIF_RSP_OKAY);
	q->pending = false;
}

/*
 * Send @q->packet on; false: it waits for a receiver. One that has no room
 * when asked and has some when it is to be waited for may be playing: after
 * a few such rounds the packet is lost.
 */
static bool pass_on(struct net_queue *q)
{
	struct net_queue *full;
	unsigned int tries;

	for (tries = 0; tries < MAX_TRIES; tries++) {
		if (switch_packet(q->vif, &q->packet, &full) != NET_FULL)
			break;
		if (net_rx_wait(full, q))
			return false;
	}
	finish_packet(q);
	return true;
}

static void push_responses(struct net_queue *q)
{
	if (!ring_push(&q->tx))
		return;
	q->vif->stats.events++;
	event_service_notify(q->tx_port);
}

/* One call's worth; true if there may be more to do. */
static bool send_some(struct net_queue *q)
{
	s64 budget = BUDGET_BYTES;
	int avail, ret;

	for (; budget > 0; budget -= PACKET_COST) {
		if (!q->pending) {
			avail = ring_pending(&q->tx);
			if (avail < 0) {
				fatal(q, "impossible request index");
				return false;
			}
			if (!avail) {
				push_responses(q);
				if (!ring_want_event(&q->tx, 1))
					return false;
				continue;
			}
			ret = take_packet(q, avail);
			if (ret < 0)
				return false;
			if (!ret)
				continue;
			q->pending = true;
		}
		budget -= q->packet.len;
		if (!pass_on(q))
			return false;
	}
	return true;
}

static void tx_work(struct work *work)
{
	struct net_queue *q = container_of(work, struct net_queue, tx_work);
	bool more;

	if (!q->vif->backend.connected ||
	    q->vif->backend.state == XenbusStateClosing)
		return;
	list_del(&q->waiting);
	more = send_some(q);
	push_responses(q);
	net_rx_flush();
	if (more)
		work_queue(&q->tx_work);
}

void net_tx_kick(void *ctx)
{
	struct net_queue *q = ctx;

	work_queue(&q->tx_work);
}

void net_tx_init(struct net_queue *q)
{
	list_init(&q->waiting);
	work_init(&q->tx_work, tx_work);
}

void net_tx_stop(struct net_queue *q)
{
	work_cancel(&q->tx_work);
	list_del(&q->waiting);
	if (q->pending)
		unpin(&q->packet);
	q->pending = false;
}
