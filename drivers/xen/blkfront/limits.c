// SPDX-License-Identifier: GPL-2.0
/* From offers to limits: pure, any context. */
#include <linux/log2.h>
#include <linux/minmax.h>

#include "limits.h"
#include "split.h"

/**
 * blkfront_limit_link() - the rings to make
 * @params: what the user allows
 * @offered_queues: the backend's multi-queue-max-queues, 1 if it has none
 * @offered_order: the backend's max-ring-page-order, 0 if it has none
 * @link: set
 */
void blkfront_limit_link(const struct blkfront_params *params,
			 unsigned int offered_queues,
			 unsigned int offered_order,
			 struct blkfront_link *link)
{
	link->queues = max(min(params->max_queues, offered_queues), 1U);
	link->order = min3(params->max_order, offered_order,
			   BLKFRONT_MAX_RING_ORDER);
}

/**
 * blkfront_check_size() - can a disk be that large
 * @sectors: in 512 bytes
 * @sector_size: logical, checked before
 *
 * Return: NULL, or what is wrong.
 */
const char *blkfront_check_size(u64 sectors, unsigned int sector_size)
{
	if (sectors > BLKFRONT_MAX_SECTORS)
		return "\"sectors\" is beyond what a disk can have";
	if (sectors & ((sector_size >> BLKFRONT_SECTOR_SHIFT) - 1))
		return "\"sectors\" is no multiple of \"sector-size\"";
	return NULL;
}

static const char *check_sector(struct blkfront_disk *disk)
{
	if (!is_power_of_2(disk->sector_size))
		return "\"sector-size\" is no power of two";
	if (disk->sector_size < 512 || disk->sector_size > BLKFRONT_FRAME_SIZE)
		return "\"sector-size\" is not within 512 to 4096";

	if (!disk->physical_size)
		disk->physical_size = disk->sector_size;
	if (!is_power_of_2(disk->physical_size))
		return "\"physical-sector-size\" is no power of two";
	if (disk->physical_size < disk->sector_size)
		return "\"physical-sector-size\" is less than \"sector-size\"";
	return NULL;
}

static const char *check_discard(struct blkfront_disk *disk)
{
	if (!disk->discard) {
		disk->secure = false;
		return NULL;
	}
	if (!disk->discard_granularity)
		disk->discard_granularity = disk->sector_size;
	if (disk->discard_granularity % disk->sector_size)
		return "\"discard-granularity\" is no multiple of \"sector-size\"";
	if (disk->discard_alignment % disk->sector_size)
		return "\"discard-alignment\" is no multiple of \"sector-size\"";
	return NULL;
}

/**
 * blkfront_check_disk() - is a disk one that we can have
 * @disk: as read; gets the protocol's defaults for what was not told
 *
 * Return: NULL, or what is wrong.
 */
const char *blkfront_check_disk(struct blkfront_disk *disk)
{
	const char *why;

	why = check_sector(disk);
	if (why)
		return why;
	why = blkfront_check_size(disk->sectors, disk->sector_size);
	if (why)
		return why;
	return check_discard(disk);
}

/* Copied data is packed: only the number of bytes matters. */
static void limit_copied(struct blkfront_sizes *sizes)
{
	sizes->max_sectors = sizes->segs * BLKFRONT_FRAME_SECTORS;
	sizes->max_segments = min_t(unsigned int, sizes->max_sectors,
				    USHRT_MAX);
	sizes->max_segment_size = sizes->segs * BLKFRONT_FRAME_SIZE;
	sizes->seg_boundary = UINT_MAX;
}

/* Granted pages: each may need all its frames, though it is used in part. */
static void limit_granted(unsigned int page_size, struct blkfront_sizes *sizes)
{
	unsigned int frames = page_size / BLKFRONT_FRAME_SIZE;

	sizes->max_segments = max(sizes->segs / frames, 1U);
	sizes->max_sectors = sizes->max_segments *
			     (page_size >> BLKFRONT_SECTOR_SHIFT);
	sizes->max_segment_size = page_size;
	sizes->seg_boundary = page_size - 1;
}

/**
 * blkfront_limit_sizes() - how large requests may be
 * @offered_segs: the backend's feature-max-indirect-segments, 0 if none
 * @max_segs: what the user allows
 * @page_size: the kernel's
 * @copies: data goes through our own pages
 * @sizes: set
 *
 * The block layer insists on requests of at least a page. Where that is more
 * than a ring request can carry (64 KiB pages, no indirect requests), the
 * largest request goes as several.
 */
void blkfront_limit_sizes(unsigned int offered_segs, unsigned int max_segs,
			  unsigned int page_size, bool copies,
			  struct blkfront_sizes *sizes)
{
	unsigned int frames = page_size / BLKFRONT_FRAME_SIZE;
	unsigned int wire = min3(offered_segs, max_segs, BLKFRONT_MAX_SEGS);

	if (wire <= BLKIF_MAX_SEGMENTS_PER_REQUEST)
		wire = BLKIF_MAX_SEGMENTS_PER_REQUEST;

	sizes->segs = max(wire, frames);
	if (copies)
		limit_copied(sizes);
	else
		limit_granted(page_size, sizes);

	sizes->pieces = blkfront_split_pieces(sizes->segs, wire);
	sizes->segs = wire;
}
