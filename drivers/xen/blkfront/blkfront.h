/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The block frontend: what its files share.
 *
 * A device has a connection (connect.c, publish.c), a disk (disk.c) and, while
 * connected, queues (queue.c) with their pages and grants (buffer.c). Requests
 * go in at submit.c and come out at complete.c.
 *
 * Lock order:
 *   blkfront.lock		mutex: the list of devices
 *   dev->lock			mutex: the connection's state and what hangs on it
 *     queue->lock		spin, irqs off: ring, slots, grants, pages
 *     dev->resubmit_lock	spin, irqs off: bios to be sent again
 */
#ifndef _XEN_BLKFRONT_H
#define _XEN_BLKFRONT_H

#include <linux/blk-mq.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include <xen/grant_table.h>
#include <xen/xenbus.h>
#include <xen/interface/io/blkif.h>

#include "limits.h"
#include "response.h"
#include "state.h"
#include "vdev.h"

struct blkfront_queue;

/**
 * struct blkfront_buf - a frame of ours that the backend may use throughout
 * @node: in its queue's idle list
 * @page: the page that it lies in, with a reference for each of its frames
 * @offset: where in the page
 * @gref: its grant, standing until the buffer is given up
 */
struct blkfront_buf {
	struct list_head node;
	struct page *page;
	unsigned int offset;
	grant_ref_t gref;
};

/**
 * struct blkfront_slot - what we remember of a ring request
 * @pending: what its response has to match
 * @nr_segs: segments, the first of @segs
 * @rq: the request it is a piece of, NULL if the slot is free
 * @next: the request's next piece, or the next free slot
 * @segs: our own copy of the segments
 * @bufs: the frames that they name, if data is copied; else NULL
 * @indirect: the slot's indirect pages, NULL if there are none
 */
struct blkfront_slot {
	struct blkfront_pending pending;
	u16 nr_segs;
	struct request *rq;
	struct blkfront_slot *next;
	struct blkif_request_segment *segs;
	struct blkfront_buf **bufs;
	struct blkfront_buf **indirect;
};

/**
 * struct blkfront_rq - what a request of the block layer carries
 * @queue: where it was sent
 * @slots: its pieces, NULL while it is not with the backend
 * @next: in a list of requests that are ready
 * @pending: pieces not yet answered
 * @resent: how often a connection ended before it was answered
 * @status: the worst answer so far
 * @retry: to be sent again, in another form
 */
struct blkfront_rq {
	struct blkfront_queue *queue;
	struct blkfront_slot *slots;
	struct request *next;
	unsigned int pending;
	unsigned int resent;
	blk_status_t status;
	bool retry;
};

/**
 * struct blkfront_stats - counters of a queue, under its lock
 * @requests: ring requests sent
 * @segments: segments of them
 * @notifies: events sent
 * @interrupts: events received
 * @spurious: of these, with nothing to do
 * @starved: requests that had to wait for a slot, a grant or a page
 */
struct blkfront_stats {
	u64 requests;
	u64 segments;
	u64 notifies;
	u64 interrupts;
	u64 spurious;
	u64 starved;
};

/**
 * struct blkfront_queue - one ring, and all that serves it
 * @dev: the device
 * @lock: guards what follows; taken in interrupts
 * @ring: private indices and the shared ring
 * @irq: 0 if there is none
 * @evtchn: its port
 * @ring_refs: grants of the ring's pages
 * @slots: one for each entry of the ring
 * @free: those not in use
 * @nr_free: how many
 * @segs: backing of the slots' segments
 * @frames: backing of the slots' buffer pointers
 * @grefs: stack of claimed grants not in use
 * @nr_grefs: how many
 * @total_grefs: how many there are, in use or not
 * @bufs: idle buffers, the one used last first
 * @nr_bufs: how many
 * @total_bufs: how many there are, in use or not
 * @idle_bufs: the fewest idle ones since the last look
 * @starved: a hardware queue stopped and is to be started
 * @stats: counters
 */
struct blkfront_queue {
	struct blkfront_dev *dev;
	spinlock_t lock; /* all that follows */
	struct blkif_front_ring ring;
	unsigned int irq;
	evtchn_port_t evtchn;
	grant_ref_t ring_refs[XENBUS_MAX_RING_GRANTS];
	struct blkfront_slot *slots;
	struct blkfront_slot *free;
	unsigned int nr_free;
	struct blkif_request_segment *segs;
	struct blkfront_buf **frames;
	grant_ref_t *grefs;
	unsigned int nr_grefs;
	unsigned int total_grefs;
	struct list_head bufs;
	unsigned int nr_bufs;
	unsigned int total_bufs;
	unsigned int idle_bufs;
	bool starved;
	struct blkfront_stats stats;
};

/**
 * struct blkfront_dev - one virtual disk
 * @xbdev: its xenbus device
 * @node: in the driver's list
 * @vdev: name and minors
 * @handle: what ring requests name it by
 * @lock: guards the connection
 * @state: written under @lock, by connect.c only
 * @removing: the driver lets go of it
 * @held: the disk's queue is quiesced
 * @bounce: the backend is not to see pages of others
 * @offers_persistent: we told the backend that it may keep mappings
 * @copies: data goes through our own pages
 * @persistent: the backend may keep them mapped
 * @link: the rings in use
 * @queues: @link.queues of them, NULL if there is no connection
 * @info: the disk as the backend describes it
 * @sizes: what one request may be
 * @no_flush: the backend turned out not to know flush or barrier
 * @no_discard: nor discard
 * @no_secure: nor secure erase
 * @breached: bit 0: the backend broke the protocol
 * @breach: how
 * @breach_work: fails what is in flight
 * @give_up: ends a wait for the backend
 * @add: makes the disk known
 * @limits_work: tells the block layer what @no_flush and others mean
 * @trim: gives idle buffers back
 * @resubmit: sends @bios again
 * @resubmit_lock: guards @bios
 * @bios: of requests that became too large for the ring
 * @tags: of the disk
 * @disk: NULL until the first connection
 * @added: the disk is known
 * @debugfs: its folder
 */
struct blkfront_dev {
	struct xenbus_device *xbdev;
	struct list_head node;
	struct blkfront_vdev vdev;
	blkif_vdev_t handle;

	struct mutex lock; /* the connection */
	enum blkfront_state state;
	bool removing;
	bool held;

	bool bounce;
	bool offers_persistent;
	bool copies;
	bool persistent;
	struct blkfront_link link;
	struct blkfront_queue *queues;
	struct blkfront_disk info;
	struct blkfront_sizes sizes;
	bool no_flush;
	bool no_discard;
	bool no_secure;

	unsigned long breached;
	char breach[96];
	struct work_struct breach_work;
	struct delayed_work give_up;
	struct work_struct add;
	struct work_struct limits_work;
	struct delayed_work trim;
	struct work_struct resubmit;
	spinlock_t resubmit_lock; /* bios */
	struct bio_list bios;

	struct blk_mq_tag_set tags;
	struct gendisk *disk;
	bool added;
	struct dentry *debugfs;
};

/* main.c */
void blkfront_get_params(struct blkfront_params *params, bool *trusted,
			 bool *persistent);

/* connect.c */
void blkfront_connect_init(struct blkfront_dev *dev);
void blkfront_connect_exit(struct blkfront_dev *dev);
void blkfront_input(struct blkfront_dev *dev, enum blkfront_input input);
__printf(2, 3)
void blkfront_breach(struct blkfront_dev *dev, const char *fmt, ...);

/* publish.c */
int blkfront_publish(struct blkfront_dev *dev);
int blkfront_read_disk(struct blkfront_dev *dev);
int blkfront_read_size(struct blkfront_dev *dev, u64 *sectors);

/* disk.c */
int blkfront_disk_connect(struct blkfront_dev *dev);
void blkfront_disk_resize(struct blkfront_dev *dev);
void blkfront_disk_limits(struct work_struct *work);
void blkfront_disk_add(struct work_struct *work);
void blkfront_disk_kill(struct blkfront_dev *dev);
void blkfront_disk_remove(struct blkfront_dev *dev);
void blkfront_disk_put(struct blkfront_dev *dev);
void blkfront_disk_hold(struct blkfront_dev *dev);
void blkfront_disk_release(struct blkfront_dev *dev);

/* queue.c */
int blkfront_queues_open(struct blkfront_dev *dev);
int blkfront_queues_start(struct blkfront_dev *dev);
struct request *blkfront_queues_close(struct blkfront_dev *dev);

/* buffer.c */
struct blkfront_buf *blkfront_buf_get(struct blkfront_queue *queue);
void blkfront_buf_put(struct blkfront_queue *queue, struct blkfront_buf *buf);
int blkfront_bufs_reserve(struct blkfront_queue *queue, unsigned int count,
			  gfp_t gfp);
void blkfront_bufs_free(struct blkfront_queue *queue);
void blkfront_bufs_trim(struct work_struct *work);
int blkfront_grefs_reserve(struct blkfront_queue *queue, unsigned int count);
void blkfront_grefs_free(struct blkfront_queue *queue);
void blkfront_copy(struct request *rq, bool to_backend);

/*
 * Writes as barriers: worth it only where there is no flush, and possible
 * only without indirect requests, which are either reads or writes.
 */
static inline bool blkfront_barrier_writes(const struct blkfront_dev *dev)
{
	return dev->info.barrier && !dev->info.flush && !dev->no_flush &&
	       dev->sizes.segs <= BLKIF_MAX_SEGMENTS_PER_REQUEST;
}

static inline void *blkfront_buf_address(const struct blkfront_buf *buf)
{
	return page_address(buf->page) + buf->offset;
}

/* submit.c */
blk_status_t blkfront_queue_rq(struct blk_mq_hw_ctx *hctx,
			       const struct blk_mq_queue_data *data);
void blkfront_commit_rqs(struct blk_mq_hw_ctx *hctx);
void blkfront_resubmit(struct work_struct *work);

/* complete.c */
irqreturn_t blkfront_interrupt(int irq, void *data);
void blkfront_complete_rq(struct request *rq);

/* debugfs.c */
#ifdef CONFIG_DEBUG_FS
void blkfront_debugfs_init(void);
void blkfront_debugfs_exit(void);
void blkfront_debugfs_add(struct blkfront_dev *dev);
void blkfront_debugfs_remove(struct blkfront_dev *dev);
#else
static inline void blkfront_debugfs_init(void) { }
static inline void blkfront_debugfs_exit(void) { }
static inline void blkfront_debugfs_add(struct blkfront_dev *dev) { }
static inline void blkfront_debugfs_remove(struct blkfront_dev *dev) { }
#endif

#endif /* _XEN_BLKFRONT_H */
