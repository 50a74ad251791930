/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The block backend (xen/io/blkif.h).
 *
 * block_request.c is pure: bytes of a ring entry in, a checked struct block_io
 * or the frontend's error out. block_disk.c is storage. block_queue.c moves
 * data for one ring. block.c is the device on its bus.
 */
#ifndef XENLET_BLOCK_H
#define XENLET_BLOCK_H

#include <xenlet/config.h>
#include <xenlet/grant.h>
#include <xenlet/list.h>
#include <xenlet/types.h>
#include <xenlet/work.h>

#include <xen/xen.h>
#include <xen/event_channel.h>
#include <xen/io/blkif.h>

#include "backend.h"
#include "ring.h"

#define BLOCK_MAX_QUEUES	8
#define BLOCK_MAX_RING_ORDER	4
#define BLOCK_MAX_INDIRECT	256
#define BLOCK_MAX_PERSISTENT	1056
#define BLOCK_PERSISTENT_HASH	2048
#define BLOCK_SEGS_PER_FRAME \
	(PAGE_SIZE / sizeof(struct blkif_request_segment))

/** struct block_limits - what requests are checked against
 * @unit: bytes of what the frontend calls a sector
 * @sectors: of that unit
 */
struct block_limits {
	u64 sectors;
	u32 unit;
	bool readonly, flush, discard, indirect;
};

enum block_action {
	BLOCK_READ,
	BLOCK_WRITE,
	BLOCK_NOTHING,	/* a flush without data: storage has no cache */
	BLOCK_DISCARD,
};

/** struct block_io - a request, checked
 * @operation: echoed in the response
 * @offset, @length: bytes on the disk
 * @nr_indirect: frames that hold the segments, 0 if they came along
 */
struct block_io {
	enum block_action action;
	u8 operation;
	u64 id;
	u64 offset, length;
	unsigned int nr_segs, nr_indirect;
	grant_ref_t indirect[BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST];
	struct blkif_request_segment segs[BLOCK_MAX_INDIRECT];
};

/**
 * block_parse() - take a ring entry apart
 *
 * With @io->nr_indirect the caller then fills @io->segs from these frames and
 * calls block_check_segments(); without, that has been done.
 *
 * Return: BLKIF_RSP_OKAY, or the status to answer with. @io->id and
 * @io->operation are valid in any case.
 */
int block_parse(const struct block_limits *limits,
		const struct blkif_request *req, struct block_io *io);
/** block_check_segments() - sets @io->length */
int block_check_segments(const struct block_limits *limits,
			 struct block_io *io);

/** struct disk - storage: an image where the loader put it, or frames that
 * come into being when they are first written
 */
struct disk {
	struct list_node link;
	const struct disk_config *config;
	u64 size;
	u8 *image;
	u8 ***frames;	/* by 2 MiB, then by 4 KiB */
	u64 nr_frames;
};

/** disk_open() - the disk of @config; one that a reboot left keeps its data */
struct disk *disk_open(const struct disk_config *config);
void disk_close(struct disk *disk, bool keep);
int disk_read(struct disk *disk, u64 offset, void *buf, size_t len);
int disk_write(struct disk *disk, u64 offset, const void *buf, size_t len);
/** disk_discard() - the range reads as zeroes from now on; frees what it can */
void disk_discard(struct disk *disk, u64 offset, size_t len);

struct block_pins {
	unsigned int nr;
	u16 hash[BLOCK_PERSISTENT_HASH];	/* index + 1 into @pin */
	struct grant_pin pin[BLOCK_MAX_PERSISTENT];
};

struct block_stats {
	u64 reads, writes, flushes, discards, errors;
	u64 read_bytes, written_bytes, events;
};

/** struct block_queue - one ring
 * @active: @io is under way, up to segment @seg and byte @done of the disk
 */
struct block_queue {
	struct block_device *dev;
	struct ring ring;
	int port;
	struct work work;
	struct block_pins *pins;
	bool active;
	int status;
	unsigned int seg;
	u64 done;
	struct block_io io;
};

struct block_device {
	struct backend backend;
	struct list_node link;
	const struct disk_config *config;
	struct disk *disk;
	struct block_limits limits;
	struct block_stats stats;
	unsigned int max_queues, nr_queues;
	struct block_queue *queues;
};

int queue_connect(struct block_queue *q, struct block_device *dev,
		  const grant_ref_t *refs, unsigned int nr_pages,
		  evtchn_port_t port, bool persistent);
void queue_disconnect(struct block_queue *q);

#endif /* XENLET_BLOCK_H */
