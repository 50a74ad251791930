// SPDX-License-Identifier: GPL-2.0
/*
 * Requests on their way to the backend.
 *
 * Process context or softirq, on several CPUs at once for one queue. Three
 * steps: claim slots, grants and pages under the queue's lock, all or none;
 * fill them without the lock; put them on the ring under it. The backend is
 * told of a batch once, when the block layer says that it is complete.
 *
 * Nothing here sleeps or, but for growing a queue's stock, allocates.
 */
#include <xen/events.h>
#include <xen/page.h>

#include "blkfront.h"
#include "split.h"

/* Reconnected to fewer rings than the disk has queues, some share one. */
static struct blkfront_queue *queue_of(struct blk_mq_hw_ctx *hctx)
{
	struct blkfront_dev *dev = hctx->queue->queuedata;

	return &dev->queues[hctx->queue_num % dev->link.queues];
}

static struct blkfront_run run_of(const struct bio_vec *bv)
{
	return (struct blkfront_run) {
		.gfn = xen_page_to_gfn(bv->bv_page) +
		       (bv->bv_offset >> BLKFRONT_FRAME_SHIFT),
		.offset = bv->bv_offset & (BLKFRONT_FRAME_SIZE - 1),
		.len = bv->bv_len,
	};
}

static bool has_data(struct request *rq)
{
	return req_op(rq) == REQ_OP_READ || req_op(rq) == REQ_OP_WRITE;
}

static unsigned int count_segs(struct blkfront_dev *dev, struct request *rq)
{
	struct blkfront_cutter cutter = {};
	struct req_iterator iter;
	struct blkfront_cut cut;
	struct bio_vec bv;

	if (!has_data(rq))
		return 0;
	if (dev->copies)
		return DIV_ROUND_UP(blk_rq_bytes(rq), BLKFRONT_FRAME_SIZE);

	rq_for_each_segment(bv, rq, iter) {
		struct blkfront_run run = run_of(&bv);

		while (blkfront_cut_next(&cutter, &run, &cut))
			;
	}
	return cutter.nr;
}

/* The operation, or -errno for one that the backend turned out to lack. */
static int operation_of(struct blkfront_dev *dev, struct request *rq)
{
	bool fua = (rq->cmd_flags & REQ_FUA) && blkfront_barrier_writes(dev);

	switch (req_op(rq)) {
	case REQ_OP_READ:
		return BLKIF_OP_READ;
	case REQ_OP_WRITE:
		return fua ? BLKIF_OP_WRITE_BARRIER : BLKIF_OP_WRITE;
	case REQ_OP_FLUSH:
		return dev->info.flush ? BLKIF_OP_FLUSH_DISKCACHE :
					 BLKIF_OP_WRITE_BARRIER;
	case REQ_OP_DISCARD:
		return dev->no_discard ? -EOPNOTSUPP : BLKIF_OP_DISCARD;
	case REQ_OP_SECURE_ERASE:
		return dev->no_secure ? -EOPNOTSUPP : BLKIF_OP_DISCARD;
	default:
		return -EOPNOTSUPP;
	}
}

static void claim_slot(struct blkfront_queue *queue, struct request *rq,
		       unsigned int segs)
{
	struct blkfront_rq *pdu = blk_mq_rq_to_pdu(rq);
	struct blkfront_slot *slot = queue->free;
	unsigned int i;

	queue->free = slot->next;
	queue->nr_free--;
	slot->rq = rq;
	slot->nr_segs = segs;
	slot->pending.in_flight = false;

	for (i = 0; i < segs; i++) {
		if (slot->bufs) {
			slot->bufs[i] = blkfront_buf_get(queue);
			slot->segs[i].gref = slot->bufs[i]->gref;
		} else {
			slot->segs[i].gref = queue->grefs[--queue->nr_grefs];
		}
	}
	slot->next = pdu->slots;
	pdu->slots = slot;
}

static bool can_claim(struct blkfront_queue *queue, unsigned int pieces,
		      unsigned int segs)
{
	if (queue->nr_free < pieces)
		return false;
	if (queue->dev->copies)
		return !blkfront_bufs_reserve(queue, segs,
					      GFP_NOWAIT | __GFP_NOWARN);
	return !blkfront_grefs_reserve(queue, segs);
}

/*
 * All that a request needs, or nothing. Pieces are pushed last first, so that
 * they end up in order, and all but the last are full.
 */
static bool claim(struct blkfront_queue *queue, struct request *rq,
		  unsigned int segs)
{
	unsigned int max_segs = queue->dev->sizes.segs;
	unsigned int pieces = blkfront_split_pieces(segs, max_segs);
	struct blkfront_rq *pdu = blk_mq_rq_to_pdu(rq);
	unsigned int i;

	if (!can_claim(queue, pieces, segs))
		return false;

	pdu->queue = queue;
	pdu->slots = NULL;
	pdu->pending = pieces;
	pdu->status = BLK_STS_OK;
	pdu->retry = false;
	for (i = pieces; i--; )
		claim_slot(queue, rq, min(segs - i * max_segs, max_segs));
	return true;
}

/* The pages of the request itself, granted for as long as it takes. */
static void fill_granted(struct blkfront_queue *queue, struct request *rq)
{
	struct blkfront_rq *pdu = blk_mq_rq_to_pdu(rq);
	domid_t peer = queue->dev->xbdev->otherend_id;
	struct blkfront_slot *slot = pdu->slots;
	struct blkif_request_segment *seg = NULL;
	struct blkfront_cutter cutter = {};
	struct req_iterator iter;
	struct blkfront_cut cut;
	unsigned int at = 0;
	struct bio_vec bv;

	rq_for_each_segment(bv, rq, iter) {
		struct blkfront_run run = run_of(&bv);

		while (blkfront_cut_next(&cutter, &run, &cut)) {
			if (cut.extends) {
				seg->last_sect = cut.last_sect;
				continue;
			}
			if (at == slot->nr_segs) {
				slot = slot->next;
				at = 0;
			}
			seg = &slot->segs[at++];
			seg->first_sect = cut.first_sect;
			seg->last_sect = cut.last_sect;
			gnttab_grant_foreign_access_ref(seg->gref, peer,
							cut.gfn,
							rq_data_dir(rq));
		}
	}
}

/* Our own pages, granted already, packed from the first byte on. */
static void fill_copied(struct request *rq)
{
	struct blkfront_rq *pdu = blk_mq_rq_to_pdu(rq);
	unsigned int sectors = blk_rq_sectors(rq);
	struct blkfront_slot *slot;
	unsigned int i;

	for (slot = pdu->slots; slot; slot = slot->next) {
		for (i = 0; i < slot->nr_segs; i++) {
			unsigned int part = min(sectors,
						BLKFRONT_FRAME_SECTORS);

			slot->segs[i].first_sect = 0;
			slot->segs[i].last_sect = part - 1;
			sectors -= part;
		}
	}
	if (rq_data_dir(rq) == WRITE)
		blkfront_copy(rq, true);
}

static void fill_indirect(struct blkfront_slot *slot)
{
	unsigned int pages = blkfront_split_indirect(slot->nr_segs);
	unsigned int i;

	for (i = 0; i < pages; i++) {
		unsigned int first = i * BLKFRONT_INDIRECT_SEGS;
		unsigned int segs = min(slot->nr_segs - first,
					BLKFRONT_INDIRECT_SEGS);

		memcpy(blkfront_buf_address(slot->indirect[i]),
		       slot->segs + first, segs * sizeof(*slot->segs));
	}
}

static void fill(struct blkfront_queue *queue, struct request *rq)
{
	struct blkfront_rq *pdu = blk_mq_rq_to_pdu(rq);
	struct blkfront_slot *slot;

	if (!has_data(rq))
		return;
	if (queue->dev->copies)
		fill_copied(rq);
	else
		fill_granted(queue, rq);
	for (slot = pdu->slots; slot; slot = slot->next)
		fill_indirect(slot);
}

static unsigned int slot_sectors(const struct blkfront_slot *slot)
{
	unsigned int i, sectors = 0;

	for (i = 0; i < slot->nr_segs; i++)
		sectors += slot->segs[i].last_sect -
			   slot->segs[i].first_sect + 1;
	return sectors;
}

static void write_direct(struct blkif_request *req,
			 const struct blkfront_dev *dev,
			 const struct blkfront_slot *slot, u64 id, u64 sector)
{
	req->operation = slot->pending.op;
	req->u.rw.nr_segments = slot->nr_segs;
	req->u.rw.handle = dev->handle;
	req->u.rw.id = id;
	req->u.rw.sector_number = sector;
	memcpy(req->u.rw.seg, slot->segs, slot->nr_segs * sizeof(*slot->segs));
}

static void write_indirect(struct blkif_request *req,
			   const struct blkfront_dev *dev,
			   const struct blkfront_slot *slot, u64 id,
			   u64 sector)
{
	unsigned int pages = blkfront_split_indirect(slot->nr_segs);
	unsigned int i;

	req->operation = BLKIF_OP_INDIRECT;
	req->u.indirect.indirect_op = slot->pending.op;
	req->u.indirect.nr_segments = slot->nr_segs;
	req->u.indirect.id = id;
	req->u.indirect.sector_number = sector;
	req->u.indirect.handle = dev->handle;
	for (i = 0; i < pages; i++)
		req->u.indirect.indirect_grefs[i] = slot->indirect[i]->gref;
}

static void write_discard(struct blkif_request *req, struct request *rq,
			  u64 id)
{
	req->operation = BLKIF_OP_DISCARD;
	req->u.discard.flag = req_op(rq) == REQ_OP_SECURE_ERASE ?
			      BLKIF_DISCARD_SECURE : 0;
	req->u.discard.id = id;
	req->u.discard.sector_number = blk_rq_pos(rq);
	req->u.discard.nr_sectors = blk_rq_sectors(rq);
}

/* A barrier comes last: it covers the pieces before it. */
static u8 piece_operation(int op, const struct blkfront_slot *slot)
{
	if (op == BLKIF_OP_WRITE_BARRIER && slot->next)
		return BLKIF_OP_WRITE;
	return op;
}

static void put(struct blkfront_queue *queue, struct request *rq, int op)
{
	struct blkfront_rq *pdu = blk_mq_rq_to_pdu(rq);
	u64 sector = has_data(rq) ? blk_rq_pos(rq) : 0;
	struct blkfront_slot *slot;

	for (slot = pdu->slots; slot; slot = slot->next) {
		struct blkif_request *req;
		u64 id = slot - queue->slots;

		req = RING_GET_REQUEST(&queue->ring,
				       queue->ring.req_prod_pvt);
		slot->pending.op = piece_operation(op, slot);
		slot->pending.in_flight = true;

		if (op == BLKIF_OP_DISCARD)
			write_discard(req, rq, id);
		else if (slot->nr_segs > BLKIF_MAX_SEGMENTS_PER_REQUEST)
			write_indirect(req, queue->dev, slot, id, sector);
		else
			write_direct(req, queue->dev, slot, id, sector);

		sector += slot_sectors(slot);
		queue->ring.req_prod_pvt++;
		queue->stats.requests++;
		queue->stats.segments += slot->nr_segs;
	}
}

/* Publish what was put; the caller notifies once it has let go of the lock. */
static bool push(struct blkfront_queue *queue)
{
	int notify;

	RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&queue->ring, notify);
	queue->stats.notifies += notify;
	return notify;
}

/*
 * With anything in flight, its completion starts the hardware queue again;
 * else the block layer is to try again by itself. So it is where hardware
 * queues share a ring: it relies on one of this hardware queue's own requests
 * to be in flight.
 */
static blk_status_t starve(struct blkfront_queue *queue,
			   struct blk_mq_hw_ctx *hctx)
{
	struct blkfront_dev *dev = queue->dev;

	queue->stats.starved++;
	if (queue->nr_free == RING_SIZE(&queue->ring) ||
	    dev->link.queues < dev->tags.nr_hw_queues)
		return BLK_STS_RESOURCE;
	queue->starved = true;
	blk_mq_stop_hw_queue(hctx);
	return BLK_STS_DEV_RESOURCE;
}

/*
 * Only after a reconnection to a smaller ring: built for the old one, the
 * request will never fit. Its bios will, once they are split anew.
 */
static void send_bios_again(struct blkfront_dev *dev, struct request *rq)
{
	scoped_guard(spinlock_irqsave, &dev->resubmit_lock)
		blk_steal_bios(&dev->bios, rq);
	blk_mq_end_request(rq, BLK_STS_OK);
	schedule_work(&dev->resubmit);
}

/**
 * blkfront_resubmit() - send bios that were stolen from their requests
 * @work: the device's
 */
void blkfront_resubmit(struct work_struct *work)
{
	struct blkfront_dev *dev = container_of(work, struct blkfront_dev,
						resubmit);
	struct bio_list bios;
	struct bio *bio;

	scoped_guard(spinlock_irqsave, &dev->resubmit_lock) {
		bios = dev->bios;
		bio_list_init(&dev->bios);
	}
	while ((bio = bio_list_pop(&bios)))
		submit_bio_noacct(bio);
}

static blk_status_t send(struct blk_mq_hw_ctx *hctx, struct request *rq,
			 int op, bool last)
{
	struct blkfront_queue *queue = queue_of(hctx);
	unsigned int segs = count_segs(queue->dev, rq);
	blk_status_t status = BLK_STS_OK;
	bool notify = false;

	if (blkfront_split_pieces(segs, queue->dev->sizes.segs) >
	    RING_SIZE(&queue->ring)) {
		send_bios_again(queue->dev, rq);
		if (last)
			blkfront_commit_rqs(hctx);
		return BLK_STS_OK;
	}

	scoped_guard(spinlock_irqsave, &queue->lock) {
		if (!claim(queue, rq, segs)) {
			status = starve(queue, hctx);
			notify = push(queue);
		}
	}
	if (status == BLK_STS_OK) {
		fill(queue, rq);
		scoped_guard(spinlock_irqsave, &queue->lock) {
			put(queue, rq, op);
			/* A stopped hardware queue may not see the batch end. */
			if (last || queue->starved)
				notify = push(queue);
		}
	}
	if (notify)
		notify_remote_via_irq(queue->irq);
	return status;
}

/* What stays with a request however often it is sent. */
static void prepare(struct request *rq)
{
	struct blkfront_rq *pdu = blk_mq_rq_to_pdu(rq);

	if (rq->rq_flags & RQF_DONTPREP)
		return;
	pdu->resent = 0;
	rq->rq_flags |= RQF_DONTPREP;
}

/**
 * blkfront_queue_rq() - take a request from the block layer
 * @hctx: its hardware queue
 * @data: the request, and whether it ends a batch
 *
 * Context: the queue isn't quiesced, so the connection stays while we run.
 *
 * Return: BLK_STS_OK, an error that ends the request, or one that says when
 * to try again.
 */
blk_status_t blkfront_queue_rq(struct blk_mq_hw_ctx *hctx,
			       const struct blk_mq_queue_data *data)
{
	struct blkfront_dev *dev = hctx->queue->queuedata;
	struct request *rq = data->rq;
	int op;

	switch (READ_ONCE(dev->state)) {
	case BLKFRONT_LIVE:
		break;
	case BLKFRONT_BROKEN:
	case BLKFRONT_DEAD:
		return BLK_STS_IOERR;
	default:
		return BLK_STS_RESOURCE;
	}
	if (test_bit(0, &dev->breached))
		return BLK_STS_IOERR;

	prepare(rq);
	blk_mq_start_request(rq);
	if (req_op(rq) == REQ_OP_FLUSH && dev->no_flush) {
		blk_mq_end_request(rq, BLK_STS_OK);
		if (data->last)
			blkfront_commit_rqs(hctx);
		return BLK_STS_OK;
	}
	op = operation_of(dev, rq);
	if (op < 0)
		return BLK_STS_NOTSUPP;
	return send(hctx, rq, op, data->last);
}

/**
 * blkfront_commit_rqs() - a batch ended before its last request came
 * @hctx: its hardware queue
 */
void blkfront_commit_rqs(struct blk_mq_hw_ctx *hctx)
{
	struct blkfront_dev *dev = hctx->queue->queuedata;
	struct blkfront_queue *queue;
	bool notify;

	if (READ_ONCE(dev->state) != BLKFRONT_LIVE)
		return;
	queue = queue_of(hctx);
	scoped_guard(spinlock_irqsave, &queue->lock)
		notify = push(queue);
	if (notify)
		notify_remote_via_irq(queue->irq);
}
