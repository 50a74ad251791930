/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the backend offers, and what is made of it.
 *
 * All that was read from the store goes through here before anything uses
 * it: a value out of range is refused with a message, or cut down where the
 * protocol allows less.
 */
#ifndef _XEN_BLKFRONT_LIMITS_H
#define _XEN_BLKFRONT_LIMITS_H

#include <linux/limits.h>
#include <linux/types.h>

#include "split.h"

#define BLKFRONT_MAX_RING_ORDER	4U
#define BLKFRONT_MAX_SEGS	4096U	/* eight indirect pages */
#define BLKFRONT_MAX_SECTORS	((u64)LLONG_MAX >> BLKFRONT_SECTOR_SHIFT)

/**
 * struct blkfront_params - what the user allows
 * @max_segs: segments of an indirect request
 * @max_queues: queues, and how many are of use here
 * @max_order: log2 of the ring's pages
 */
struct blkfront_params {
	unsigned int max_segs;
	unsigned int max_queues;
	unsigned int max_order;
};

/**
 * struct blkfront_link - the rings
 * @queues: how many rings
 * @order: log2 of the pages of each
 */
struct blkfront_link {
	unsigned int queues;
	unsigned int order;
};

/**
 * struct blkfront_disk - the disk, as the backend describes it
 * @sectors: its size in units of 512 bytes, whatever @sector_size
 * @sector_size: logical sector in bytes
 * @physical_size: physical sector in bytes, 0 if not told
 * @info: VDISK_* bits
 * @max_segs: segments of an indirect request, 0 if there are none
 * @discard_granularity: bytes, 0 if not told
 * @discard_alignment: bytes
 * @flush: BLKIF_OP_FLUSH_DISKCACHE works
 * @barrier: BLKIF_OP_WRITE_BARRIER works
 * @discard: BLKIF_OP_DISCARD works
 * @secure: and can make the data unrecoverable
 */
struct blkfront_disk {
	u64 sectors;
	unsigned int sector_size;
	unsigned int physical_size;
	unsigned int info;
	unsigned int max_segs;
	unsigned int discard_granularity;
	unsigned int discard_alignment;
	bool flush;
	bool barrier;
	bool discard;
	bool secure;
};

/**
 * struct blkfront_sizes - what a request of the block layer may be
 * @segs: segments of one ring request
 * @max_sectors: of a request, in 512 bytes
 * @max_segments: of a request, as the block layer counts them
 * @max_segment_size: bytes
 * @seg_boundary: no segment crosses a multiple of this plus one
 * @pieces: ring requests that the largest request needs
 */
struct blkfront_sizes {
	unsigned int segs;
	unsigned int max_sectors;
	unsigned int max_segments;
	unsigned int max_segment_size;
	unsigned long seg_boundary;
	unsigned int pieces;
};

void blkfront_limit_link(const struct blkfront_params *params,
			 unsigned int offered_queues,
			 unsigned int offered_order,
			 struct blkfront_link *link);
const char *blkfront_check_disk(struct blkfront_disk *disk);
const char *blkfront_check_size(u64 sectors, unsigned int sector_size);
void blkfront_limit_sizes(unsigned int offered_segs, unsigned int max_segs,
			  unsigned int page_size, bool copies,
			  struct blkfront_sizes *sizes);

#endif /* _XEN_BLKFRONT_LIMITS_H */
