// SPDX-License-Identifier: GPL-2.0
/*
 * Responses, and requests on their way back.
 *
 * The interrupt takes responses off the ring: each is copied once, judged,
 * and counted for its request. A request with no piece left to wait for goes
 * through the block layer to the CPU that sent it, where its data is copied,
 * its grants are ended and its slots given back.
 */
#include <linux/interrupt.h>

#include <xen/events.h>

#include "blkfront.h"
#include "split.h"

static const char *operation_name(u8 op)
{
	switch (op) {
	case BLKIF_OP_READ:
		return "read";
	case BLKIF_OP_WRITE:
		return "write";
	case BLKIF_OP_WRITE_BARRIER:
		return "barrier";
	case BLKIF_OP_FLUSH_DISKCACHE:
		return "flush";
	default:
		return "discard";
	}
}

static void breach(struct blkfront_queue *queue, enum blkfront_verdict verdict,
		   const struct blkif_response *rsp)
{
	if (rsp)
		blkfront_breach(queue->dev,
				"response names %s (id %#llx op %u status %d)",
				blkfront_verdict_text(verdict), rsp->id,
				rsp->operation, rsp->status);
	else
		blkfront_breach(queue->dev, "backend sent responses for %s",
				blkfront_verdict_text(verdict));
}

/* The backend does not know the operation: remember, and do without. */
static void unsupported(struct blkfront_dev *dev, struct request *rq,
			struct blkfront_rq *pdu)
{
	switch (req_op(rq)) {
	case REQ_OP_FLUSH:
		dev->no_flush = true;
		break;
	case REQ_OP_WRITE:
		/* The data was not written. */
		dev->no_flush = true;
		pdu->retry = true;
		break;
	case REQ_OP_SECURE_ERASE:
		dev->no_secure = true;
		pdu->status = BLK_STS_NOTSUPP;
		break;
	default:
		dev->no_discard = true;
		dev->no_secure = true;
		pdu->status = BLK_STS_NOTSUPP;
		break;
	}
	schedule_work(&dev->limits_work);
}

static void note_status(struct blkfront_dev *dev, struct blkfront_slot *slot,
			s16 status)
{
	struct blkfront_rq *pdu = blk_mq_rq_to_pdu(slot->rq);
	u8 op = slot->pending.op;

	if (status == BLKIF_RSP_OKAY)
		return;
	if (status == BLKIF_RSP_EOPNOTSUPP &&
	    op != BLKIF_OP_READ && op != BLKIF_OP_WRITE) {
		dev_info_ratelimited(&dev->xbdev->dev,
				     "backend does not support %s\n",
				     operation_name(op));
		unsupported(dev, slot->rq, pdu);
		return;
	}
	pdu->status = BLK_STS_IOERR;
}

/* Returns false for a response that cannot be. */
static bool take_response(struct blkfront_queue *queue, struct request **done)
{
	struct blkif_response rsp;
	struct blkfront_slot *slot;
	enum blkfront_verdict verdict;
	struct blkfront_rq *pdu;
	unsigned int id;

	RING_COPY_RESPONSE(&queue->ring, queue->ring.rsp_cons, &rsp);
	verdict = blkfront_response_id(rsp.id, RING_SIZE(&queue->ring));
	if (verdict == BLKFRONT_RSP_GOOD) {
		/* Checked: the rest of it is zero. */
		id = rsp.id;
		id = array_index_nospec(id, RING_SIZE(&queue->ring));
		slot = &queue->slots[id];
		verdict = blkfront_response_check(&rsp, &slot->pending);
	}
	if (verdict != BLKFRONT_RSP_GOOD) {
		breach(queue, verdict, &rsp);
		return false;
	}

	queue->ring.rsp_cons++;
	slot->pending.in_flight = false;
	note_status(queue->dev, slot, rsp.status);
	pdu = blk_mq_rq_to_pdu(slot->rq);
	if (!--pdu->pending) {
		pdu->next = *done;
		*done = slot->rq;
	}
	return true;
}

/* Returns false if the backend broke the protocol. */
static bool take_responses(struct blkfront_queue *queue,
			   struct request **done)
{
	RING_IDX prod;
	int more;

	do {
		prod = READ_ONCE(queue->ring.sring->rsp_prod);
		if (blkfront_response_count(prod, queue->ring.rsp_cons,
					    queue->ring.req_prod_pvt)) {
			breach(queue, BLKFRONT_RSP_BAD_PRODUCER, NULL);
			return false;
		}
		/* Pairs with the backend's barrier before its producer. */
		virt_rmb();
		if (prod == queue->ring.rsp_cons)
			break;
		while (queue->ring.rsp_cons != prod)
			if (!take_response(queue, done))
				return false;
		RING_FINAL_CHECK_FOR_RESPONSES(&queue->ring, more);
	} while (more);
	return true;
}

/**
 * blkfront_interrupt() - the backend answered
 * @irq: of the queue's event channel
 * @data: the queue
 *
 * The event channel is opened again only when all is handled, and damped if
 * there was nothing; after a breach of the protocol it stays closed.
 *
 * Return: IRQ_HANDLED, whether there was something to do or not.
 */
irqreturn_t blkfront_interrupt(int irq, void *data)
{
	struct blkfront_queue *queue = data;
	struct request *done = NULL;
	unsigned int eoi = 0;
	bool good;

	if (test_bit(0, &queue->dev->breached))
		return IRQ_HANDLED;

	scoped_guard(spinlock_irqsave, &queue->lock) {
		RING_IDX cons = queue->ring.rsp_cons;

		good = take_responses(queue, &done);
		queue->stats.interrupts++;
		if (queue->ring.rsp_cons == cons) {
			queue->stats.spurious++;
			eoi = XEN_EOI_FLAG_SPURIOUS;
		}
	}
	while (done) {
		struct request *rq = done;
		struct blkfront_rq *pdu = blk_mq_rq_to_pdu(rq);

		done = pdu->next;
		blk_mq_complete_request(rq);
	}
	if (good)
		xen_irq_lateeoi(irq, eoi);
	return IRQ_HANDLED;
}

/* Ends the grants of data; false if the backend still maps some of it. */
static bool end_grants(struct blkfront_queue *queue,
		       struct blkfront_slot *slot)
{
	bool ended = true;
	unsigned int i;

	for (i = 0; i < slot->nr_segs; i++) {
		grant_ref_t gref = slot->segs[i].gref;

		if (slot->bufs) {
			blkfront_buf_put(queue, slot->bufs[i]);
		} else if (gnttab_end_foreign_access_ref(gref)) {
			queue->grefs[queue->nr_grefs++] = gref;
		} else {
			/* Takes the page's reference along until it is. */
			gnttab_end_foreign_access(gref, NULL);
			queue->total_grefs--;
			ended = false;
		}
	}
	return ended;
}

static bool release_slots(struct blkfront_queue *queue,
			  struct blkfront_rq *pdu)
{
	struct blkfront_slot *slot = pdu->slots, *next;
	bool ended = true;

	for (; slot; slot = next) {
		next = slot->next;
		ended &= end_grants(queue, slot);
		slot->nr_segs = 0;
		slot->rq = NULL;
		slot->next = queue->free;
		queue->free = slot;
		queue->nr_free++;
	}
	pdu->slots = NULL;
	return ended;
}

/**
 * blkfront_complete_rq() - hand a request back that was answered in full
 * @rq: the request
 *
 * Context: softirq or interrupt. The connection stays: closing it waits for
 * completions.
 */
void blkfront_complete_rq(struct request *rq)
{
	struct blkfront_rq *pdu = blk_mq_rq_to_pdu(rq);
	struct blkfront_queue *queue = pdu->queue;
	struct request_queue *q = rq->q;
	bool ended, starved;

	if (queue->dev->copies && req_op(rq) == REQ_OP_READ && !pdu->status)
		blkfront_copy(rq, false);

	scoped_guard(spinlock_irqsave, &queue->lock) {
		ended = release_slots(queue, pdu);
		starved = queue->starved;
		queue->starved = false;
	}
	if (!ended) {
		blkfront_breach(queue->dev,
				"backend still maps the data of a finished %s",
				rq_data_dir(rq) ? "write" : "read");
		pdu->status = BLK_STS_IOERR;
	}
	if (starved)
		blk_mq_start_stopped_hw_queues(q, true);

	if (pdu->retry && !pdu->status)
		blk_mq_requeue_request(rq, true);
	else
		blk_mq_end_request(rq, pdu->status);
}
