// SPDX-License-Identifier: GPL-2.0
/*
 * Storage of the block backend. Owns the list of disks; a disk outlives its
 * domain while that reboots. Monitor lock.
 */
#include <xenlet/lib.h>
#include <xenlet/page.h>

#include <xen/errno.h>

#include "block.h"

#define TABLE_FRAMES	512
#define TABLE_BYTES	(TABLE_FRAMES * PAGE_SIZE)

static struct list_node disks = { &disks, &disks };

static struct disk *disk_find(const struct disk_config *config)
{
	struct list_node *pos;

	list_for_each(pos, &disks) {
		struct disk *disk = list_entry(pos, struct disk, link);

		if (disk->config == config)
			return disk;
	}
	return NULL;
}

struct disk *disk_open(const struct disk_config *config)
{
	struct disk *disk = disk_find(config);
	u64 tables;

	if (disk)
		return disk;
	disk = heap_alloc(sizeof(*disk));
	if (!disk)
		return NULL;
	disk->config = config;
	if (config->image.size) {
		disk->size = config->image.size;
		disk->image = paddr_to_ptr(config->image.base);
	} else {
		disk->size = config->size;
		tables = (disk->size + TABLE_BYTES - 1) / TABLE_BYTES;
		disk->frames = heap_alloc(tables * sizeof(*disk->frames));
		if (!disk->frames) {
			heap_free(disk);
			return NULL;
		}
	}
	list_add_tail(&disk->link, &disks);
	return disk;
}

/* The frame that holds @offset; NULL: reads as zeroes, or, with @make, out of
 * memory.
 */
static u8 *frame_at(struct disk *disk, u64 offset, bool make)
{
	u8 ***table = &disk->frames[offset / TABLE_BYTES];
	u64 i = offset % TABLE_BYTES / PAGE_SIZE;
	struct page *page;

	if (!*table && make)
		*table = heap_alloc(TABLE_FRAMES * sizeof(**table));
	if (!*table)
		return NULL;
	if (!(*table)[i] && make) {
		page = page_alloc(NULL, 0);
		if (!page)
			return NULL;
		(*table)[i] = page_to_ptr(page);
		disk->nr_frames++;
	}
	return (*table)[i];
}

static void drop_frame(struct disk *disk, u64 offset)
{
	u8 **table = disk->frames[offset / TABLE_BYTES];
	u64 i = offset % TABLE_BYTES / PAGE_SIZE;

	if (!table || !table[i])
		return;
	page_put(page_from_paddr((uintptr_t)table[i]));
	table[i] = NULL;
	disk->nr_frames--;
}

void disk_close(struct disk *disk, bool keep)
{
	u64 offset;

	if (keep)
		return;
	for (offset = 0; disk->frames && offset < disk->size;
	     offset += PAGE_SIZE)
		drop_frame(disk, offset);
	for (offset = 0; disk->frames && offset < disk->size;
	     offset += TABLE_BYTES)
		heap_free(disk->frames[offset / TABLE_BYTES]);
	heap_free(disk->frames);
	list_del(&disk->link);
	heap_free(disk);
}

int disk_read(struct disk *disk, u64 offset, void *buf, size_t len)
{
	u8 *to = buf, *frame;
	size_t n;

	if (disk->image) {
		memcpy(buf, disk->image + offset, len);
		return 0;
	}
	for (; len; offset += n, to += n, len -= n) {
		n = MIN(len, PAGE_SIZE - offset % PAGE_SIZE);
		frame = frame_at(disk, offset, false);
		if (frame)
			memcpy(to, frame + offset % PAGE_SIZE, n);
		else
			memset(to, 0, n);
	}
	return 0;
}

int disk_write(struct disk *disk, u64 offset, const void *buf, size_t len)
{
	const u8 *from = buf;
	u8 *frame;
	size_t n;

	if (disk->image) {
		memcpy(disk->image + offset, buf, len);
		return 0;
	}
	for (; len; offset += n, from += n, len -= n) {
		n = MIN(len, PAGE_SIZE - offset % PAGE_SIZE);
		frame = frame_at(disk, offset, true);
		if (!frame)
			return -XEN_ENOSPC;
		memcpy(frame + offset % PAGE_SIZE, from, n);
	}
	return 0;
}

void disk_discard(struct disk *disk, u64 offset, size_t len)
{
	u8 *frame;
	size_t n;

	if (disk->image) {
		memset(disk->image + offset, 0, len);
		return;
	}
	for (; len; offset += n, len -= n) {
		n = MIN(len, PAGE_SIZE - offset % PAGE_SIZE);
		if (n == PAGE_SIZE) {
			drop_frame(disk, offset);
			continue;
		}
		frame = frame_at(disk, offset, false);
		if (frame)
			memset(frame + offset % PAGE_SIZE, 0, n);
	}
}
