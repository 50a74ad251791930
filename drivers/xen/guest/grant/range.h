/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A range of bytes, seen as the 4 KiB grants that it takes to share it.
 *
 * Linux pages can be larger than a grant: a 64 KiB page is 16 grants, and a
 * range inside it begins and ends anywhere.
 */
#ifndef XEN_GRANT_RANGE_H
#define XEN_GRANT_RANGE_H

#include <linux/types.h>

#define GRANT_SIZE	4096U

/**
 * struct grant_range - what is left to cut
 * @gfn: the frame that the next grant covers
 * @offset: where in it the range goes on
 * @len: bytes left
 */
struct grant_range {
	unsigned long gfn;
	unsigned int offset;
	unsigned int len;
};

/**
 * grant_range_in_page() - the part of a range that lies in one Linux page
 * @gfn: the page's first frame
 * @page_size: bytes in the page
 * @offset: where in the page the range starts
 * @len: its length; what would pass the page's end is left out
 */
static inline struct grant_range
grant_range_in_page(unsigned long gfn, unsigned int page_size,
		    unsigned int offset, unsigned int len)
{
	unsigned int room = offset < page_size ? page_size - offset : 0;

	return (struct grant_range) {
		.gfn = gfn + offset / GRANT_SIZE,
		.offset = offset % GRANT_SIZE,
		.len = len < room ? len : room,
	};
}

/**
 * grant_range_next() - cut the next grant off a range
 * @range: the range, which gets shorter
 * @chunk: the grant: one frame, where the data starts in it, its length
 *
 * Return: false if nothing was left.
 */
static inline bool grant_range_next(struct grant_range *range,
				    struct grant_range *chunk)
{
	unsigned int room = GRANT_SIZE - range->offset;

	if (!range->len)
		return false;

	*chunk = *range;
	if (chunk->len > room)
		chunk->len = room;
	range->gfn++;
	range->offset = 0;
	range->len -= chunk->len;
	return true;
}

#endif /* XEN_GRANT_RANGE_H */
