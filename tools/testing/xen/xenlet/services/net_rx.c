// SPDX-License-Identifier: GPL-2.0
/*
 * What guests receive: packets copied into the frames that they posted.
 *
 * A response lies in the slot of its request, as frontends expect; an extra
 * slot uses up the request that is there. Nothing is posted before the whole
 * packet has room.
 */
#include <xenlet/domain.h>
#include <xenlet/event.h>
#include <xenlet/lib.h>

#include <xen/errno.h>

#include "net.h"

/*
 * How long senders wait for a receiver before its packets are dropped. As long
 * as netback's rx_drain_timeout: a guest on a busy host may not run for
 * seconds, and each drop costs its peer's TCP a timeout.
 */
#define STALL_NS	10000000000ULL

/* A packet that no receiver takes as it is, made contiguous. */
static u8 linear[FRAME_MAX + 1];

static struct list_node dirty_queues = { &dirty_queues, &dirty_queues };

/* What goes into the first slot's flags and the extra slot. */
struct rx_meta {
	u16 flags;
	u8 gso_type;
	u16 gso_size;
};

static unsigned int slots_for(size_t len, const struct rx_meta *meta)
{
	return (len + PAGE_SIZE - 1) / PAGE_SIZE + !!meta->gso_type;
}

/* Posted slots; 0 also if the frontend broke its ring. */
static unsigned int room(struct net_queue *q)
{
	int n = ring_pending(&q->rx);

	if (n < 0)
		backend_fail(&q->vif->backend, "rx: impossible request index");
	return n < 0 ? 0 : n;
}

static void respond(struct net_queue *q, u16 id, u16 flags, int status)
{
	struct netif_rx_response rsp = {
		.id = id, .flags = flags, .status = status,
	};

	ring_respond(&q->rx, &rsp, sizeof(rsp));
}

static void respond_extra(struct net_queue *q, const struct rx_meta *meta)
{
	struct netif_extra_info extra = {
		.type = XEN_NETIF_EXTRA_TYPE_GSO,
		.u.gso.size = meta->gso_size,
		.u.gso.type = meta->gso_type,
	};

	ring_respond(&q->rx, &extra, sizeof(extra));
}

/* Gather @len bytes from @pieces on; where to go on is kept in @at. */
struct cursor {
	const struct net_piece *piece;
	size_t done;
};

static void gather(struct cursor *at, u8 *dst, size_t len)
{
	size_t n;

	while (len) {
		n = MIN(len, at->piece->len - at->done);
		memcpy(dst, at->piece->data + at->done, n);
		dst += n;
		len -= n;
		at->done += n;
		if (at->done == at->piece->len) {
			at->piece++;
			at->done = 0;
		}
	}
}

/* Copy the packet into pinned frames and answer their slots. */
static void fill_slots(struct net_queue *q, const struct net_piece *pieces,
		       size_t len, const struct rx_meta *meta,
		       const struct netif_rx_request *reqs,
		       const struct grant_pin *pins, unsigned int nr)
{
	struct cursor at = { .piece = pieces };
	unsigned int i;
	u16 flags;
	size_t n;

	for (i = 0; i < nr; i++) {
		if (i == 1 && meta->gso_type) {
			respond_extra(q, meta);
			continue;
		}
		n = MIN(len, PAGE_SIZE);
		len -= n;
		gather(&at, pins[i].data, n);
		flags = len ? NETRXF_more_data : 0;
		if (!i)
			flags |= meta->flags;
		respond(q, reqs[i].id, flags, n);
	}
}

static void mark_dirty(struct net_queue *q)
{
	if (list_empty(&q->dirty))
		list_add_tail(&q->dirty, &dirty_queues);
}

/* Into @nr posted slots; the caller made sure that they are there. */
static enum net_delivery put_packet(struct net_queue *q,
				    const struct net_piece *pieces, size_t len,
				    const struct rx_meta *meta)
{
	struct netif_rx_request reqs[NET_MAX_SLOTS + 1];
	struct grant_pin pins[NET_MAX_SLOTS + 1];
	unsigned int i, nr = slots_for(len, meta), pinned = 0;
	bool good = true;

	for (i = 0; i < nr; i++)
		ring_peek(&q->rx, i, &reqs[i]);
	ring_consume(&q->rx, nr);
	for (i = 0; good && i < nr; i++) {
		memset(&pins[i], 0, sizeof(pins[i]));
		pinned = i + 1;
		if (i == 1 && meta->gso_type)
			continue;
		good = !grant_pin(q->vif->backend.domain, reqs[i].gref, 0, true,
				  &pins[i]);
	}
	if (good)
		fill_slots(q, pieces, len, meta, reqs, pins, nr);
	for (i = 0; !good && i < nr; i++)
		respond(q, reqs[i].id, 0, NETIF_RSP_ERROR);
	for (i = 0; i < pinned; i++)
		grant_unpin(&pins[i]);
	mark_dirty(q);
	if (!good)
		return NET_DROPPED;
	q->vif->stats.rx_packets++;
	q->vif->stats.rx_bytes += len;
	return NET_SENT;
}

static bool takes_gso(const struct vif *vif, const struct net_packet *p)
{
	return p->gso_type == XEN_NETIF_GSO_TYPE_TCPV4 ? vif->can_gso4 :
							 vif->can_gso6;
}

static bool takes_blank(const struct vif *vif, const struct net_packet *p)
{
	return p->headers.v6 ? vif->can_csum6 : vif->can_csum4;
}

static enum net_delivery full_or_stalled(const struct net_queue *q,
					 unsigned int need)
{
	if (q->stalled || need > q->rx.size)
		return NET_DROPPED;
	return NET_FULL;
}

static void linearize(const struct net_packet *p)
{
	struct cursor at = { .piece = p->pieces };

	gather(&at, linear, p->len);
	/* what was checked is what is used */
	memcpy(linear, p->head, p->head_len);
}

/* Cut the packet up, for a frontend without segmentation offload. */
static enum net_delivery put_segments(struct net_queue *q,
				      const struct net_packet *p)
{
	const struct rx_meta meta = { .flags = NETRXF_data_validated };
	unsigned int i, n = segment_count(p->len, &p->headers, p->gso_size);
	size_t seg = p->headers.payload + p->gso_size, offset;
	u8 head[FRAME_HEAD_MAX];
	struct net_piece pieces[2];
	unsigned int need;

	if (!n || n > NET_MAX_SEGMENTS)
		return NET_DROPPED;
	if (!q->vif->can_sg && seg > PAGE_SIZE)
		return NET_DROPPED;
	need = n * slots_for(seg, &meta);
	if (room(q) < need)
		return full_or_stalled(q, need);
	linearize(p);
	for (i = 0; i < n; i++) {
		pieces[0].data = head;
		pieces[0].len = segment_make(linear, p->len, &p->headers,
					     p->gso_size, i, head, &offset,
					     &pieces[1].len);
		pieces[1].data = linear + offset;
		put_packet(q, pieces, pieces[0].len + pieces[1].len, &meta);
	}
	q->vif->stats.rx_segmented += n;
	return NET_SENT;
}

static enum net_delivery put_checksummed(struct net_queue *q,
					 const struct net_packet *p)
{
	const struct rx_meta meta = { .flags = NETRXF_data_validated };
	struct net_piece piece = { .data = linear, .len = p->len };

	linearize(p);
	if (frame_fill_checksum(linear, p->len, &p->headers))
		return NET_DROPPED;
	q->vif->stats.rx_checksummed++;
	return put_packet(q, &piece, p->len, &meta);
}

static enum net_delivery put_as_is(struct net_queue *q,
				   const struct net_packet *p)
{
	struct rx_meta meta = {
		.gso_type = p->gso_type, .gso_size = p->gso_size,
	};

	if (p->csum_blank)
		meta.flags |= NETRXF_csum_blank | NETRXF_data_validated;
	else if (p->validated)
		meta.flags |= NETRXF_data_validated;
	if (p->gso_type) {
		meta.flags |= NETRXF_extra_info;
		q->vif->stats.rx_gso++;
	}
	return put_packet(q, p->pieces, p->len, &meta);
}

enum net_delivery net_rx_deliver(struct net_queue *q,
				 const struct net_packet *p)
{
	struct rx_meta most = { .gso_type = p->gso_type };
	struct vif *vif = q->vif;
	enum net_delivery ret;

	if (p->gso_type && !takes_gso(vif, p))
		ret = put_segments(q, p);
	else if (p->len > PAGE_SIZE && !vif->can_sg)
		ret = NET_DROPPED;
	else if (room(q) < slots_for(p->len, &most))
		ret = full_or_stalled(q, slots_for(p->len, &most));
	else if (p->csum_blank && !takes_blank(vif, p))
		ret = put_checksummed(q, p);
	else
		ret = put_as_is(q, p);
	if (ret == NET_DROPPED) {
		vif->stats.rx_dropped++;
	} else if (ret == NET_SENT) {
		q->stalled = false;
		timer_cancel(&q->stall);
	}
	return ret;
}

void net_rx_flush(void)
{
	while (!list_empty(&dirty_queues)) {
		struct net_queue *q = list_entry(dirty_queues.next,
						 struct net_queue, dirty);

		list_del(&q->dirty);
		if (!ring_push(&q->rx))
			continue;
		q->vif->stats.events++;
		event_service_notify(q->rx_port);
	}
}

static void wake_waiters(struct net_queue *q)
{
	while (!list_empty(&q->waiters)) {
		struct net_queue *sender = list_entry(q->waiters.next,
						      struct net_queue,
						      waiting);

		list_del(&sender->waiting);
		work_queue(&sender->tx_work);
	}
}

bool net_rx_wait(struct net_queue *q, struct net_queue *sender)
{
	/* the frontend must see what it can recycle before it is asked */
	net_rx_flush();
	if (q->vif->backend.state == XenbusStateClosing)
		q->stalled = true;
	if (q->stalled || ring_want_event(&q->rx, room(q) + 1))
		return false;
	list_add_tail(&sender->waiting, &q->waiters);
	q->vif->stats.stalls++;
	if (!q->stall.deadline)
		timer_set(&q->stall, time_ns() + STALL_NS);
	return true;
}

static void rx_work(struct work *work)
{
	struct net_queue *q = container_of(work, struct net_queue, rx_work);

	/* only a delivery proves that it isn't stalled: see net_rx_deliver() */
	if (room(q))
		wake_waiters(q);
}

static void rx_stalled(struct timer *timer)
{
	struct net_queue *q = container_of(timer, struct net_queue, stall);

	q->stalled = true;
	wake_waiters(q);
}

void net_rx_kick(void *ctx)
{
	struct net_queue *q = ctx;

	work_queue(&q->rx_work);
}

void net_rx_init(struct net_queue *q)
{
	list_init(&q->waiters);
	list_init(&q->dirty);
	work_init(&q->rx_work, rx_work);
	timer_init(&q->stall, rx_stalled);
}

void net_rx_stop(struct net_queue *q)
{
	work_cancel(&q->rx_work);
	timer_cancel(&q->stall);
	list_del(&q->dirty);
	/* they find this receiver gone and drop */
	wake_waiters(q);
}
