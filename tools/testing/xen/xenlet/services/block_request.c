// SPDX-License-Identifier: GPL-2.0
/*
 * Checks of block requests. Pure: no memory but the arguments'.
 *
 * The frontend's numbers are bounded before they are multiplied or added.
 */
#include <xenlet/lib.h>

#include "block.h"

static bool in_range(const struct block_limits *limits, u64 sector, u64 count)
{
	return sector <= limits->sectors && count <= limits->sectors - sector;
}

int block_check_segments(const struct block_limits *limits,
			 struct block_io *io)
{
	u32 per_frame = PAGE_SIZE / limits->unit;
	u64 sector = io->offset / limits->unit, count = 0;
	unsigned int i;

	for (i = 0; i < io->nr_segs; i++) {
		const struct blkif_request_segment *seg = &io->segs[i];

		if (seg->first_sect > seg->last_sect ||
		    seg->last_sect >= per_frame)
			return BLKIF_RSP_ERROR;
		count += seg->last_sect - seg->first_sect + 1;
	}
	if (!in_range(limits, sector, count))
		return BLKIF_RSP_ERROR;
	io->length = count * limits->unit;
	return BLKIF_RSP_OKAY;
}

static int set_start(const struct block_limits *limits, u64 sector,
		     struct block_io *io)
{
	if (!in_range(limits, sector, 0))
		return BLKIF_RSP_ERROR;
	io->offset = sector * limits->unit;
	return BLKIF_RSP_OKAY;
}

static int parse_transfer(const struct block_limits *limits,
			  const struct blkif_request *req, struct block_io *io)
{
	bool flush = req->operation == BLKIF_OP_FLUSH_DISKCACHE ||
		     req->operation == BLKIF_OP_WRITE_BARRIER;

	if (flush && !limits->flush)
		return BLKIF_RSP_EOPNOTSUPP;
	if (req->nr_segments > BLKIF_MAX_SEGMENTS_PER_REQUEST)
		return BLKIF_RSP_ERROR;
	if (!req->nr_segments) {
		io->action = BLOCK_NOTHING;
		return flush ? BLKIF_RSP_OKAY : BLKIF_RSP_ERROR;
	}
	io->action = req->operation == BLKIF_OP_READ ? BLOCK_READ : BLOCK_WRITE;
	if (io->action == BLOCK_WRITE && limits->readonly)
		return BLKIF_RSP_ERROR;
	io->nr_segs = req->nr_segments;
	memcpy(io->segs, req->seg, io->nr_segs * sizeof(io->segs[0]));
	if (set_start(limits, req->sector_number, io))
		return BLKIF_RSP_ERROR;
	return block_check_segments(limits, io);
}

static int parse_indirect(const struct block_limits *limits,
			  const struct blkif_request *req, struct block_io *io)
{
	struct blkif_request_indirect ind;

	memcpy(&ind, req, sizeof(ind));
	if (!limits->indirect)
		return BLKIF_RSP_EOPNOTSUPP;
	io->operation = ind.indirect_op;
	if (ind.indirect_op == BLKIF_OP_READ)
		io->action = BLOCK_READ;
	else if (ind.indirect_op == BLKIF_OP_WRITE && !limits->readonly)
		io->action = BLOCK_WRITE;
	else
		return BLKIF_RSP_ERROR;
	if (!ind.nr_segments || ind.nr_segments > BLOCK_MAX_INDIRECT)
		return BLKIF_RSP_ERROR;
	io->nr_segs = ind.nr_segments;
	io->nr_indirect = (io->nr_segs + BLOCK_SEGS_PER_FRAME - 1) /
			  BLOCK_SEGS_PER_FRAME;
	memcpy(io->indirect, ind.indirect_grefs, sizeof(io->indirect));
	return set_start(limits, ind.sector_number, io);
}

static int parse_discard(const struct block_limits *limits,
			 const struct blkif_request *req, struct block_io *io)
{
	struct blkif_request_discard discard;

	memcpy(&discard, req, sizeof(discard));
	if (!limits->discard)
		return BLKIF_RSP_EOPNOTSUPP;
	if (limits->readonly ||
	    !in_range(limits, discard.sector_number, discard.nr_sectors))
		return BLKIF_RSP_ERROR;
	io->action = BLOCK_DISCARD;
	io->length = discard.nr_sectors * limits->unit;
	return set_start(limits, discard.sector_number, io);
}

int block_parse(const struct block_limits *limits,
		const struct blkif_request *req, struct block_io *io)
{
	io->operation = req->operation;
	io->id = req->id;
	io->offset = 0;
	io->length = 0;
	io->nr_segs = 0;
	io->nr_indirect = 0;
	switch (req->operation) {
	case BLKIF_OP_READ:
	case BLKIF_OP_WRITE:
	case BLKIF_OP_WRITE_BARRIER:
	case BLKIF_OP_FLUSH_DISKCACHE:
		return parse_transfer(limits, req, io);
	case BLKIF_OP_INDIRECT:
		return parse_indirect(limits, req, io);
	case BLKIF_OP_DISCARD:
		return parse_discard(limits, req, io);
	}
	return BLKIF_RSP_EOPNOTSUPP;
}
