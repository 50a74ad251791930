// SPDX-License-Identifier: GPL-2.0
/*
 * Queues: a ring, its event channel, and a slot for each of its entries.
 *
 * They live as long as a connection does. Opened, the backend can be told
 * of them; started, they take requests; closed, they hand back the requests
 * that were not answered. All of it under dev->lock, and closing only while
 * the disk's queue is quiesced, so that nobody is in submit.c.
 */
#include <linux/interrupt.h>
#include <linux/slab.h>

#include <xen/events.h>
#include <xen/page.h>

#include "blkfront.h"
#include "split.h"

/* Waits for the handler, and closes the port. */
static void irq_close(struct blkfront_queue *queue)
{
	if (queue->irq)
		unbind_from_irqhandler(queue->irq, queue);
	else if (queue->evtchn)
		xenbus_free_evtchn(queue->dev->xbdev, queue->evtchn);
	queue->irq = 0;
	queue->evtchn = 0;
}

static void ring_close(struct blkfront_queue *queue)
{
	unsigned int pages = 1U << queue->dev->link.order;
	void *ring = queue->ring.sring;

	if (ring)
		xenbus_teardown_ring(&ring, pages, queue->ring_refs);
	queue->ring.sring = NULL;
}

static int ring_open(struct blkfront_queue *queue)
{
	struct xenbus_device *xbdev = queue->dev->xbdev;
	unsigned int pages = 1U << queue->dev->link.order;
	struct blkif_sring *sring;
	void *ring;
	int ret;

	ret = xenbus_setup_ring(xbdev, GFP_NOIO, &ring, pages,
				queue->ring_refs);
	if (ret)
		return ret;
	sring = ring;
	XEN_FRONT_RING_INIT(&queue->ring, sring, pages * XEN_PAGE_SIZE);

	ret = xenbus_alloc_evtchn(xbdev, &queue->evtchn);
	if (ret)
		return ret;
	ret = bind_evtchn_to_irqhandler_lateeoi(queue->evtchn,
						blkfront_interrupt, 0, "blkif",
						queue);
	if (ret < 0) {
		xenbus_dev_fatal(xbdev, ret, "binding event channel %u",
				 queue->evtchn);
		return ret;
	}
	queue->irq = ret;
	return 0;
}

/**
 * blkfront_queues_open() - make the rings of a connection
 * @dev: locked, with link set, and no queues
 *
 * Return: 0 or a negative errno, with a message; blkfront_queues_close()
 * undoes it in both cases.
 */
int blkfront_queues_open(struct blkfront_dev *dev)
{
	unsigned int i;
	int err;

	dev->queues = kvcalloc(dev->link.queues, sizeof(*dev->queues),
			       GFP_NOIO);
	if (!dev->queues)
		return -ENOMEM;

	for (i = 0; i < dev->link.queues; i++) {
		dev->queues[i].dev = dev;
		spin_lock_init(&dev->queues[i].lock);
		INIT_LIST_HEAD(&dev->queues[i].bufs);
	}
	for (i = 0; i < dev->link.queues; i++) {
		err = ring_open(&dev->queues[i]);
		if (err)
			return err;
	}
	return 0;
}

/* The frames a queue points to: each slot's data, and its indirect pages. */
static unsigned int frames_per_slot(const struct blkfront_dev *dev)
{
	return (dev->copies ? dev->sizes.segs : 0) +
	       blkfront_split_indirect(dev->sizes.segs);
}

static void arrange_slots(struct blkfront_queue *queue)
{
	unsigned int segs = queue->dev->sizes.segs;
	unsigned int frames = frames_per_slot(queue->dev);
	unsigned int i = RING_SIZE(&queue->ring);

	queue->nr_free = i;
	while (i--) {
		struct blkfront_slot *slot = &queue->slots[i];

		slot->segs = queue->segs + i * segs;
		if (queue->frames)
			slot->indirect = queue->frames + i * frames;
		if (queue->dev->copies)
			slot->bufs = slot->indirect +
				     blkfront_split_indirect(segs);
		slot->next = queue->free;
		queue->free = slot;
	}
}

static int give_indirect_pages(struct blkfront_queue *queue)
{
	unsigned int pages = blkfront_split_indirect(queue->dev->sizes.segs);
	unsigned int i, j;
	int err;

	if (!pages)
		return 0;
	for (i = 0; i < RING_SIZE(&queue->ring); i++) {
		err = blkfront_bufs_reserve(queue, pages, GFP_NOIO);
		if (err)
			return err;
		for (j = 0; j < pages; j++)
			queue->slots[i].indirect[j] = blkfront_buf_get(queue);
	}
	return 0;
}

static int queue_start(struct blkfront_queue *queue)
{
	const struct blkfront_sizes *sizes = &queue->dev->sizes;
	unsigned int frames = frames_per_slot(queue->dev);
	unsigned int entries = RING_SIZE(&queue->ring);
	unsigned int reserve = sizes->segs * sizes->pieces;
	int err;

	queue->slots = kvcalloc(entries, sizeof(*queue->slots), GFP_NOIO);
	queue->segs = kvcalloc(entries * sizes->segs, sizeof(*queue->segs),
			       GFP_NOIO);
	queue->grefs = kvcalloc(entries * sizes->segs, sizeof(*queue->grefs),
				GFP_NOIO);
	if (!queue->slots || !queue->segs || !queue->grefs)
		return -ENOMEM;
	if (frames) {
		queue->frames = kvcalloc(entries * frames,
					 sizeof(*queue->frames), GFP_NOIO);
		if (!queue->frames)
			return -ENOMEM;
	}

	arrange_slots(queue);
	err = give_indirect_pages(queue);
	if (err)
		return err;
	if (queue->dev->copies)
		err = blkfront_bufs_reserve(queue, reserve, GFP_NOIO);
	else
		err = blkfront_grefs_reserve(queue, reserve);
	queue->idle_bufs = queue->nr_bufs;
	return err;
}

/**
 * blkfront_queues_start() - give the queues what requests need
 * @dev: locked, with queues open, and sizes set
 *
 * Return: 0 or a negative errno; blkfront_queues_close() undoes it.
 */
int blkfront_queues_start(struct blkfront_dev *dev)
{
	unsigned int i;
	int err;

	for (i = 0; i < dev->link.queues; i++) {
		err = queue_start(&dev->queues[i]);
		if (err)
			return err;
	}
	return 0;
}

/* The backend may still map what it did not answer: grants go when it can. */
static void drop_slot(struct blkfront_queue *queue, struct blkfront_slot *slot)
{
	unsigned int i;

	for (i = 0; i < slot->nr_segs; i++) {
		if (slot->bufs)
			blkfront_buf_put(queue, slot->bufs[i]);
		else
			gnttab_end_foreign_access(slot->segs[i].gref, NULL);
	}
	slot->nr_segs = 0;
	slot->rq = NULL;
}

static struct request *drop_slots(struct blkfront_queue *queue,
				  struct request *list)
{
	unsigned int i, j, pages;

	if (!queue->slots)
		return list;
	pages = blkfront_split_indirect(queue->dev->sizes.segs);

	for (i = 0; i < RING_SIZE(&queue->ring); i++) {
		struct blkfront_slot *slot = &queue->slots[i];
		struct request *rq = slot->rq;
		struct blkfront_rq *pdu;

		for (j = 0; slot->indirect && j < pages; j++)
			blkfront_buf_put(queue, slot->indirect[j]);
		if (!rq)
			continue;
		drop_slot(queue, slot);

		/* Once for each request, whatever its pieces. */
		pdu = blk_mq_rq_to_pdu(rq);
		if (!pdu->slots)
			continue;
		pdu->slots = NULL;
		pdu->next = list;
		list = rq;
	}
	return list;
}

/**
 * blkfront_queues_close() - end a connection's use of memory and grants
 * @dev: locked, with the disk's queue quiesced
 *
 * Return: the requests that were not answered, linked by blkfront_rq.next.
 */
struct request *blkfront_queues_close(struct blkfront_dev *dev)
{
	struct request *list = NULL;
	unsigned int i;

	if (!dev->queues)
		return NULL;

	for (i = 0; i < dev->link.queues; i++)
		irq_close(&dev->queues[i]);
	/* What was answered completes, and uses its slots to do so. */
	if (dev->disk)
		blk_mq_tagset_wait_completed_request(&dev->tags);

	for (i = 0; i < dev->link.queues; i++) {
		struct blkfront_queue *queue = &dev->queues[i];

		list = drop_slots(queue, list);
		ring_close(queue);
		blkfront_bufs_free(queue);
		blkfront_grefs_free(queue);
		kvfree(queue->frames);
		kvfree(queue->grefs);
		kvfree(queue->segs);
		kvfree(queue->slots);
	}
	kvfree(dev->queues);
	dev->queues = NULL;
	return list;
}
