// SPDX-License-Identifier: GPL-2.0
/* Memory into segments: pure, any context. */
#include <linux/types.h>

#include "split.h"

/**
 * blkfront_cut_next() - cut the next piece off a run
 * @cutter: zeroed before the first run of a request
 * @run: shortened by what was cut
 * @cut: the piece, valid if true is returned
 *
 * Runs that follow each other inside one frame become one segment: the block
 * layer hands them over one by one where bios were merged.
 *
 * Return: false once the run is used up.
 */
bool blkfront_cut_next(struct blkfront_cutter *cutter,
		       struct blkfront_run *run, struct blkfront_cut *cut)
{
	unsigned int len = BLKFRONT_FRAME_SIZE - run->offset;

	if (!run->len)
		return false;
	if (len > run->len)
		len = run->len;

	cut->gfn = run->gfn;
	cut->first_sect = run->offset >> BLKFRONT_SECTOR_SHIFT;
	cut->last_sect = ((run->offset + len) >> BLKFRONT_SECTOR_SHIFT) - 1;
	cut->extends = cutter->nr && cutter->gfn == run->gfn &&
		       cutter->end == run->offset;

	if (!cut->extends)
		cutter->nr++;
	cutter->gfn = run->gfn;
	cutter->end = run->offset + len;

	run->len -= len;
	run->offset = 0;
	run->gfn++;
	return true;
}
