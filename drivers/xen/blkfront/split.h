/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How memory becomes segments, and segments ring requests.
 *
 * A segment is a run of 512-byte sectors inside one 4 KiB frame, whatever
 * the kernel's page size. A request that has more segments than one ring
 * request may carry goes as several.
 */
#ifndef _XEN_BLKFRONT_SPLIT_H
#define _XEN_BLKFRONT_SPLIT_H

#include <linux/types.h>

#include <xen/interface/io/blkif.h>

#define BLKFRONT_FRAME_SHIFT	12
#define BLKFRONT_FRAME_SIZE	4096U
#define BLKFRONT_SECTOR_SHIFT	9
#define BLKFRONT_FRAME_SECTORS	(BLKFRONT_FRAME_SIZE >> BLKFRONT_SECTOR_SHIFT)

/* Segments described by one indirect page. */
#define BLKFRONT_INDIRECT_SEGS \
	(BLKFRONT_FRAME_SIZE / (unsigned int)sizeof(struct blkif_request_segment))

/**
 * struct blkfront_run - memory yet to be cut into segments
 * @gfn: frame that it begins in
 * @offset: bytes into that frame, less than a frame
 * @len: bytes; both are multiples of a sector
 */
struct blkfront_run {
	unsigned long gfn;
	unsigned int offset;
	unsigned int len;
};

/**
 * struct blkfront_cutter - cuts runs into segments
 * @gfn: frame of the last segment
 * @end: where the last segment ends in it; 0 before the first
 * @nr: segments so far
 */
struct blkfront_cutter {
	unsigned long gfn;
	unsigned int end;
	unsigned int nr;
};

/**
 * struct blkfront_cut - one piece of a run
 * @gfn: frame that it lies in
 * @first_sect: its first sector in the frame
 * @last_sect: its last sector in the frame, inclusive
 * @extends: the piece lengthens the segment before it
 */
struct blkfront_cut {
	unsigned long gfn;
	u8 first_sect;
	u8 last_sect;
	bool extends;
};

bool blkfront_cut_next(struct blkfront_cutter *cutter,
		       struct blkfront_run *run, struct blkfront_cut *cut);

/**
 * blkfront_split_pieces() - how many ring requests a request needs
 * @segs: its segments
 * @max_segs: what one ring request may carry, not 0
 *
 * Return: at least one: a flush has no segments.
 */
static inline unsigned int blkfront_split_pieces(unsigned int segs,
						 unsigned int max_segs)
{
	return segs ? (segs + max_segs - 1) / max_segs : 1;
}

/**
 * blkfront_split_indirect() - how many indirect pages describe segments
 * @segs: segments of one ring request
 *
 * Return: pages, 0 if they fit into the ring request itself.
 */
static inline unsigned int blkfront_split_indirect(unsigned int segs)
{
	if (segs <= BLKIF_MAX_SEGMENTS_PER_REQUEST)
		return 0;
	return (segs + BLKFRONT_INDIRECT_SEGS - 1) / BLKFRONT_INDIRECT_SEGS;
}

#endif /* _XEN_BLKFRONT_SPLIT_H */
