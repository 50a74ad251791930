// SPDX-License-Identifier: GPL-2.0
/*
 * One ring of a disk: requests in order, one at a time, so that a barrier
 * needs nothing special. A request longer than one call's budget goes on in
 * the next. Monitor lock.
 */
#include <xenlet/domain.h>
#include <xenlet/event.h>
#include <xenlet/lib.h>
#include <xenlet/page.h>

#include <xen/errno.h>

#include "block.h"

#define BUDGET_BYTES	(256 * 1024)
/* Each look at the ring costs something, even if nothing is moved. */
#define REQUEST_COST	512

static struct grant_pin *persistent_find(struct block_pins *pins,
					 grant_ref_t ref, unsigned int *slot)
{
	unsigned int i = ref * 2654435761U % BLOCK_PERSISTENT_HASH;

	for (; pins->hash[i]; i = (i + 1) % BLOCK_PERSISTENT_HASH)
		if (pins->pin[pins->hash[i] - 1].ref == ref)
			return &pins->pin[pins->hash[i] - 1];
	*slot = i;
	return NULL;
}

/* A pin that stays until the ring goes; NULL: no room or not permitted. */
static struct grant_pin *persistent_pin(struct block_queue *q, grant_ref_t ref)
{
	struct block_pins *pins = q->pins;
	struct grant_pin *pin;
	unsigned int slot = 0;

	pin = persistent_find(pins, ref, &slot);
	if (pin || pins->nr == BLOCK_MAX_PERSISTENT)
		return pin;
	pin = &pins->pin[pins->nr];
	/* later requests may read into it, whatever this one does */
	if (grant_pin(q->dev->backend.domain, ref, 0, true, pin))
		return NULL;
	pin->ref = ref;
	pins->hash[slot] = ++pins->nr;
	return pin;
}

/* Segment @seg between its frame and the disk; 0 or BLKIF_RSP_ERROR. */
static int move_segment(struct block_queue *q,
			const struct blkif_request_segment *seg)
{
	struct block_device *dev = q->dev;
	u32 from = seg->first_sect * dev->limits.unit;
	u32 len = (seg->last_sect - seg->first_sect + 1) * dev->limits.unit;
	bool write = q->io.action == BLOCK_WRITE;
	struct grant_pin once = {}, *pin = NULL;
	char *data;
	int ret;

	if (q->pins)
		pin = persistent_pin(q, seg->gref);
	if (!pin) {
		pin = &once;
		if (grant_pin(dev->backend.domain, seg->gref, 0, !write, pin))
			return BLKIF_RSP_ERROR;
	}
	data = (char *)pin->data + from;
	if (write)
		ret = disk_write(dev->disk, q->io.offset + q->done, data, len);
	else
		ret = disk_read(dev->disk, q->io.offset + q->done, data, len);
	if (pin == &once)
		grant_unpin(pin);
	q->done += len;
	return ret ? BLKIF_RSP_ERROR : BLKIF_RSP_OKAY;
}

/* Copy the segments of an indirect request out of the frontend's frames. */
static int fetch_segments(struct block_queue *q)
{
	struct block_io *io = &q->io;
	unsigned int i, first, n;
	struct grant_pin pin;

	for (i = 0; i < io->nr_indirect; i++) {
		first = i * BLOCK_SEGS_PER_FRAME;
		n = MIN(io->nr_segs - first, (unsigned int)BLOCK_SEGS_PER_FRAME);
		memset(&pin, 0, sizeof(pin));
		if (grant_pin(q->dev->backend.domain, io->indirect[i], 0, false,
			      &pin))
			return BLKIF_RSP_ERROR;
		memcpy(&io->segs[first], pin.data, n * sizeof(io->segs[0]));
		grant_unpin(&pin);
	}
	return block_check_segments(&q->dev->limits, io);
}

static void begin_request(struct block_queue *q)
{
	struct blkif_request req;

	ring_peek(&q->ring, 0, &req);
	ring_consume(&q->ring, 1);
	q->status = block_parse(&q->dev->limits, &req, &q->io);
	if (!q->status && q->io.nr_indirect)
		q->status = fetch_segments(q);
	q->seg = 0;
	q->done = 0;
	q->active = true;
}

static bool request_complete(const struct block_queue *q)
{
	if (q->status)
		return true;
	if (q->io.action == BLOCK_DISCARD)
		return q->done == q->io.length;
	return q->seg == q->io.nr_segs;
}

/* Do a part of the request; returns what it cost. */
static u32 continue_request(struct block_queue *q, u32 budget)
{
	u64 before = q->done;
	size_t n;

	while (!request_complete(q) && q->done - before < budget) {
		if (q->io.action == BLOCK_DISCARD) {
			n = MIN(q->io.length - q->done, (u64)budget);
			disk_discard(q->dev->disk, q->io.offset + q->done, n);
			q->done += n;
		} else {
			q->status = move_segment(q, &q->io.segs[q->seg++]);
		}
	}
	return q->done - before;
}

static void count_request(struct block_queue *q)
{
	struct block_stats *stats = &q->dev->stats;

	stats->errors += !!q->status;
	switch (q->io.action) {
	case BLOCK_READ:
		stats->reads++;
		stats->read_bytes += q->done;
		break;
	case BLOCK_WRITE:
		stats->writes++;
		stats->written_bytes += q->done;
		break;
	case BLOCK_NOTHING:
		stats->flushes++;
		break;
	case BLOCK_DISCARD:
		stats->discards++;
		break;
	}
}

static void end_request(struct block_queue *q)
{
	struct blkif_response rsp = {};

	count_request(q);
	rsp.id = q->io.id;
	rsp.operation = q->io.operation;
	rsp.status = q->status;
	ring_respond(&q->ring, &rsp, sizeof(rsp));
	q->active = false;
}

static void push_responses(struct block_queue *q)
{
	if (!ring_push(&q->ring))
		return;
	q->dev->stats.events++;
	event_service_notify(q->port);
}

static void queue_work(struct work *work)
{
	struct block_queue *q = container_of(work, struct block_queue, work);
	s64 budget = BUDGET_BYTES;
	int pending;

	for (; budget > 0; budget -= REQUEST_COST) {
		if (!q->active) {
			pending = ring_pending(&q->ring);
			if (pending < 0) {
				backend_fail(&q->dev->backend,
					     "impossible request index");
				return;
			}
			if (!pending) {
				push_responses(q);
				if (ring_want_event(&q->ring, 1))
					continue;
				return;
			}
			begin_request(q);
		}
		budget -= continue_request(q, budget);
		if (request_complete(q))
			end_request(q);
	}
	push_responses(q);
	work_queue(&q->work);
}

static void queue_kicked(void *ctx)
{
	struct block_queue *q = ctx;

	work_queue(&q->work);
}

int queue_connect(struct block_queue *q, struct block_device *dev,
		  const grant_ref_t *refs, unsigned int nr_pages,
		  evtchn_port_t port, bool persistent)
{
	struct domain *d = dev->backend.domain;

	memset(q, 0, sizeof(*q));
	q->dev = dev;
	work_init(&q->work, queue_work);
	if (ring_map(&q->ring, d, refs, nr_pages, sizeof(struct blkif_request)))
		return -XEN_EINVAL;
	q->port = event_service_bind(d, port, queue_kicked, q);
	if (q->port < 0)
		return q->port;
	/* without memory for them, grants are pinned for each request */
	if (persistent)
		q->pins = heap_alloc(sizeof(*q->pins));
	work_queue(&q->work);
	return 0;
}

void queue_disconnect(struct block_queue *q)
{
	if (!q->dev)
		return;
	work_cancel(&q->work);
	if (q->port > 0)
		event_service_unbind(q->port);
	q->port = 0;
	while (q->pins && q->pins->nr)
		grant_unpin(&q->pins->pin[--q->pins->nr]);
	heap_free(q->pins);
	q->pins = NULL;
	ring_unmap(&q->ring);
	q->active = false;
}
