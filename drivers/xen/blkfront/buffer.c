// SPDX-License-Identifier: GPL-2.0
/*
 * A queue's grants and pages.
 *
 * Both are taken from what the queue keeps, last used first, so that the
 * backend finds what it has mapped; a queue keeps enough for its largest
 * request, so that with nothing in flight one can always be sent. More is
 * added when it is asked for, without waiting, and what idles is given back.
 *
 * Buffers are frames of our own that data is copied through: their grants
 * stand for as long as they live, as nothing but what this backend was meant
 * to see is ever in them. A page larger than a frame holds several; each has
 * a reference to it, so that those which the backend still maps keep it.
 *
 * All of it is under the queue's lock, except while the queue is not in use.
 */
#include <linux/bvec.h>
#include <linux/highmem.h>
#include <linux/slab.h>

#include <xen/page.h>

#include "blkfront.h"
#include "split.h"

#define TRIM_PERIOD	(10 * HZ)
#define TRIM_BATCH	64
#define GREF_BATCH	32U

static void buf_free(struct blkfront_buf *buf)
{
	gnttab_end_foreign_access(buf->gref, buf->page);
	kfree(buf);
}

static int buf_add(struct blkfront_queue *queue, struct page *page,
		   unsigned int offset, gfp_t gfp)
{
	struct blkfront_buf *buf;
	int gref;

	buf = kmalloc(sizeof(*buf), gfp);
	if (!buf)
		return -ENOMEM;

	/* A backend that keeps mappings makes them all writable. */
	gref = gnttab_grant_foreign_access(queue->dev->xbdev->otherend_id,
					   xen_page_to_gfn(page) +
					   (offset >> BLKFRONT_FRAME_SHIFT), 0);
	if (gref < 0) {
		kfree(buf);
		return gref;
	}

	get_page(page);
	buf->page = page;
	buf->offset = offset;
	buf->gref = gref;
	list_add_tail(&buf->node, &queue->bufs);
	queue->nr_bufs++;
	queue->total_bufs++;
	return 0;
}

static int bufs_grow(struct blkfront_queue *queue, gfp_t gfp)
{
	unsigned int offset;
	struct page *page;
	int err = 0;

	page = alloc_page(gfp | __GFP_ZERO);
	if (!page)
		return -ENOMEM;
	for (offset = 0; offset < PAGE_SIZE && !err;
	     offset += BLKFRONT_FRAME_SIZE)
		err = buf_add(queue, page, offset, gfp);
	put_page(page);
	return err;
}

/**
 * blkfront_bufs_reserve() - see to it that so many buffers are idle
 * @queue: locked, or not in use
 * @count: how many
 * @gfp: how hard to try
 *
 * Return: 0 or a negative errno; what was added meanwhile stays.
 */
int blkfront_bufs_reserve(struct blkfront_queue *queue, unsigned int count,
			  gfp_t gfp)
{
	while (queue->nr_bufs < count) {
		int err = bufs_grow(queue, gfp);

		if (err && queue->nr_bufs < count)
			return err;
	}
	return 0;
}

/**
 * blkfront_buf_get() - take a buffer
 * @queue: locked, or not in use; blkfront_bufs_reserve() has seen to it
 *
 * Return: one that has no other user.
 */
struct blkfront_buf *blkfront_buf_get(struct blkfront_queue *queue)
{
	struct blkfront_buf *buf;

	buf = list_first_entry(&queue->bufs, struct blkfront_buf, node);
	list_del(&buf->node);
	queue->nr_bufs--;
	queue->idle_bufs = min(queue->idle_bufs, queue->nr_bufs);
	return buf;
}

/**
 * blkfront_buf_put() - give a buffer back
 * @queue: locked, or not in use
 * @buf: the buffer, or NULL
 */
void blkfront_buf_put(struct blkfront_queue *queue, struct blkfront_buf *buf)
{
	if (!buf)
		return;
	list_add(&buf->node, &queue->bufs);
	queue->nr_bufs++;
}

/**
 * blkfront_bufs_free() - give all idle buffers up
 * @queue: not in use
 *
 * Those that the backend still maps are freed when it lets go.
 */
void blkfront_bufs_free(struct blkfront_queue *queue)
{
	struct blkfront_buf *buf, *next;

	list_for_each_entry_safe(buf, next, &queue->bufs, node)
		buf_free(buf);
	INIT_LIST_HEAD(&queue->bufs);
	queue->nr_bufs = 0;
	queue->total_bufs = 0;
}

/* What was idle all the time since the last look, but for the reserve. */
static void trim_queue(struct blkfront_queue *queue)
{
	unsigned int reserve, spare, tries = TRIM_BATCH;
	struct blkfront_buf *buf, *next;

	reserve = queue->dev->sizes.segs * queue->dev->sizes.pieces;
	spare = queue->idle_bufs > reserve ? queue->idle_bufs - reserve : 0;

	list_for_each_entry_safe_reverse(buf, next, &queue->bufs, node) {
		if (!spare || !tries--)
			break;
		/* The backend keeps it mapped: then it is worth keeping. */
		if (!gnttab_try_end_foreign_access(buf->gref))
			continue;
		list_del(&buf->node);
		put_page(buf->page);
		kfree(buf);
		queue->nr_bufs--;
		queue->total_bufs--;
		spare--;
	}
	queue->idle_bufs = queue->nr_bufs;
}

/**
 * blkfront_bufs_trim() - give back what idles, now and then
 * @work: the device's
 */
void blkfront_bufs_trim(struct work_struct *work)
{
	struct blkfront_dev *dev = container_of(to_delayed_work(work),
						struct blkfront_dev, trim);
	unsigned int i;

	guard(mutex)(&dev->lock);
	if (dev->state != BLKFRONT_LIVE || !dev->copies || dev->removing)
		return;
	for (i = 0; i < dev->link.queues; i++) {
		struct blkfront_queue *queue = &dev->queues[i];

		scoped_guard(spinlock_irqsave, &queue->lock)
			trim_queue(queue);
	}
	schedule_delayed_work(&dev->trim, TRIM_PERIOD);
}

/**
 * blkfront_grefs_reserve() - see to it that so many grants are at hand
 * @queue: locked, or not in use
 * @count: how many
 *
 * Return: 0 or a negative errno.
 */
int blkfront_grefs_reserve(struct blkfront_queue *queue, unsigned int count)
{
	unsigned int room, want, i;
	grant_ref_t head;
	int err;

	if (queue->nr_grefs >= count)
		return 0;
	room = RING_SIZE(&queue->ring) * queue->dev->sizes.segs;
	room -= min(room, queue->total_grefs);
	want = min(max(count - queue->nr_grefs, GREF_BATCH), room);
	if (queue->nr_grefs + want < count)
		return -ENOSPC;

	err = gnttab_alloc_grant_references(want, &head);
	if (err)
		return err;
	for (i = 0; i < want; i++)
		queue->grefs[queue->nr_grefs++] =
			gnttab_claim_grant_reference(&head);
	queue->total_grefs += want;
	return 0;
}

/**
 * blkfront_grefs_free() - give all grants at hand back
 * @queue: not in use
 */
void blkfront_grefs_free(struct blkfront_queue *queue)
{
	while (queue->nr_grefs)
		gnttab_free_grant_reference(queue->grefs[--queue->nr_grefs]);
	queue->total_grefs = 0;
}

static void copy_part(struct blkfront_buf *buf, unsigned int at,
		      const struct bio_vec *bv, unsigned int done,
		      unsigned int len, bool to_backend)
{
	void *frame = blkfront_buf_address(buf) + at;

	if (to_backend)
		memcpy_from_page(frame, bv->bv_page, bv->bv_offset + done,
				 len);
	else
		memcpy_to_page(bv->bv_page, bv->bv_offset + done, frame, len);
}

/**
 * blkfront_copy() - copy a request's data
 * @rq: one whose pieces have buffers for all of it
 * @to_backend: into the buffers, else out of them
 */
void blkfront_copy(struct request *rq, bool to_backend)
{
	struct blkfront_rq *pdu = blk_mq_rq_to_pdu(rq);
	unsigned int seg = 0, at = 0, done, len;
	struct blkfront_slot *slot = pdu->slots;
	struct req_iterator iter;
	struct bio_vec bv;

	rq_for_each_segment(bv, rq, iter) {
		for (done = 0; done < bv.bv_len; done += len) {
			len = min(bv.bv_len - done, BLKFRONT_FRAME_SIZE - at);
			if (seg == slot->nr_segs) {
				slot = slot->next;
				seg = 0;
			}
			copy_part(slot->bufs[seg], at, &bv, done, len,
				  to_backend);
			at += len;
			if (at == BLKFRONT_FRAME_SIZE) {
				at = 0;
				seg++;
			}
		}
	}
}
