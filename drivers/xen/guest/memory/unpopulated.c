// SPDX-License-Identifier: GPL-2.0
/*
 * Pages without memory out of the extended regions, for foreign pages and
 * grants to be mapped into: they cost the domain no RAM but for their struct
 * pages.
 *
 * Space is taken in chunks. A chunk that is not used any more is given back,
 * but for one, so that a driver that comes and goes doesn't make and unmake
 * it each time. Where the regions are exhausted, or there are none, pages are
 * ballooned out of RAM instead.
 */
#define pr_fmt(fmt) "xen: memory: " fmt

#include <linux/bitmap.h>
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/list.h>
#include <linux/memremap.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <xen/balloon.h>
#include <xen/page.h>
#include <xen/xen.h>

#include "memory.h"
#include "space.h"

/*
 * A chunk's struct pages fill whole pages, so that taking one away leaves its
 * neighbours' alone: 64 MiB where pages have 64 KiB.
 */
#define CHUNK_SIZE	max_t(unsigned long, SZ_16M, \
			      PAGE_SIZE << (PAGE_SHIFT - STRUCT_PAGE_MAX_SHIFT))
#define CHUNK_PAGES	(CHUNK_SIZE >> PAGE_SHIFT)

/**
 * struct chunk - a piece of space with struct pages
 * @list: in unpopulated.chunks
 * @pgmap: what makes the struct pages
 * @space: where it is
 * @first: its first page
 * @used: how many pages are lent
 * @map: which
 */
struct chunk {
	struct list_head list;
	struct dev_pagemap pgmap;
	struct resource *space;
	struct page *first;
	unsigned int used;
	unsigned long map[];
};

/**
 * struct unpopulated - all pages of the extended regions
 * @lock: a mutex: making a chunk may sleep
 * @chunks: the last one that pages came from is the first
 * @count: of @chunks
 * @idle: of those that have no page lent
 * @used: pages lent
 */
static struct unpopulated {
	/* See memory.h. */
	struct mutex lock;
	struct list_head chunks;
	unsigned int count;
	unsigned int idle;
	unsigned long used;
} unpopulated = {
	.lock = __MUTEX_INITIALIZER(unpopulated.lock),
	.chunks = LIST_HEAD_INIT(unpopulated.chunks),
};

/* Part of the interface: pages that were counted as RAM, which none is. */
unsigned long xen_unpopulated_pages;

static struct chunk *make_chunk(void)
{
	struct chunk *chunk;
	void *mapped;
	int err;

	chunk = kvzalloc(struct_size(chunk, map, BITS_TO_LONGS(CHUNK_PAGES)),
			 GFP_KERNEL);
	if (!chunk)
		return ERR_PTR(-ENOMEM);
	chunk->space = space_reserve(CHUNK_SIZE, CHUNK_SIZE, "Xen scratch");
	if (IS_ERR(chunk->space)) {
		err = PTR_ERR(chunk->space);
		goto err_free;
	}

	chunk->pgmap.type = MEMORY_DEVICE_GENERIC;
	chunk->pgmap.range.start = chunk->space->start;
	chunk->pgmap.range.end = chunk->space->end;
	chunk->pgmap.nr_range = 1;
	chunk->pgmap.owner = &unpopulated;
	mapped = memremap_pages(&chunk->pgmap, NUMA_NO_NODE);
	if (IS_ERR(mapped)) {
		err = PTR_ERR(mapped);
		goto err_release;
	}
	chunk->first = virt_to_page(mapped);
	return chunk;

err_release:
	space_release(chunk->space);
err_free:
	kvfree(chunk);
	return ERR_PTR(err);
}

static void unmake_chunk(struct chunk *chunk)
{
	memunmap_pages(&chunk->pgmap);
	space_release(chunk->space);
	kvfree(chunk);
}

static int add_chunk(void)
{
	struct chunk *chunk = make_chunk();

	if (IS_ERR(chunk))
		return PTR_ERR(chunk);
	list_add(&chunk->list, &unpopulated.chunks);
	unpopulated.count++;
	unpopulated.idle++;
	return 0;
}

/* Up to @max pages of one chunk. Returns how many. */
static unsigned int take_pages(struct chunk *chunk, struct page **pages,
			       unsigned int max)
{
	unsigned int count = 0;
	unsigned long bit = 0;

	while (count < max) {
		bit = find_next_zero_bit(chunk->map, CHUNK_PAGES, bit);
		if (bit >= CHUNK_PAGES)
			break;
		__set_bit(bit, chunk->map);
		pages[count++] = chunk->first + bit;
	}
	if (count && !chunk->used)
		unpopulated.idle--;
	chunk->used += count;
	unpopulated.used += count;
	return count;
}

/* Those that there are. Returns how many. */
static unsigned int take_free(struct page **pages, unsigned int max)
{
	struct chunk *chunk;
	unsigned int count = 0;

	list_for_each_entry(chunk, &unpopulated.chunks, list) {
		if (count == max)
			break;
		if (chunk->used < CHUNK_PAGES)
			count += take_pages(chunk, pages + count, max - count);
	}
	return count;
}

static struct chunk *chunk_of(const struct page *page)
{
	struct chunk *chunk;

	list_for_each_entry(chunk, &unpopulated.chunks, list)
		if (page >= chunk->first && page < chunk->first + CHUNK_PAGES)
			return chunk;
	return NULL;
}

static void put_one(const struct page *page)
{
	struct chunk *chunk = chunk_of(page);

	if (WARN_ON_ONCE(!chunk ||
			 !__test_and_clear_bit(page - chunk->first,
					       chunk->map)))
		return;
	unpopulated.used--;
	if (!--chunk->used)
		unpopulated.idle++;
}

/* Nobody may have kept a page: unmaking a chunk waits for that one. */
static bool is_unheld(const struct chunk *chunk)
{
	unsigned long i;

	for (i = 0; i < CHUNK_PAGES; i++)
		if (page_count(chunk->first + i) != 1)
			return false;
	return true;
}

static void drop_idle(unsigned int keep)
{
	struct chunk *chunk, *next;

	list_for_each_entry_safe(chunk, next, &unpopulated.chunks, list) {
		if (unpopulated.idle <= keep)
			break;
		if (chunk->used || !is_unheld(chunk))
			continue;
		list_del(&chunk->list);
		unpopulated.count--;
		unpopulated.idle--;
		unmake_chunk(chunk);
	}
}

/* What the extended regions have; the rest is to be had elsewhere. */
static unsigned int take_from_regions(struct page **pages, unsigned int max)
{
	unsigned int count;

	guard(mutex)(&unpopulated.lock);

	count = take_free(pages, max);
	while (count < max && !add_chunk())
		count += take_free(pages + count, max - count);
	return count;
}

/**
 * xen_alloc_unpopulated_pages() - pages without memory behind them
 * @nr_pages: how many
 * @pages: the pages, which the kernel has addresses for
 *
 * Process context.
 *
 * Return: 0 or -ENOMEM.
 */
int xen_alloc_unpopulated_pages(unsigned int nr_pages, struct page **pages)
{
	unsigned int count = take_from_regions(pages, nr_pages);
	int err;

	if (count == nr_pages)
		return 0;
	err = xen_alloc_ballooned_pages(nr_pages - count, pages + count);
	if (err)
		xen_free_unpopulated_pages(count, pages);
	return err;
}
EXPORT_SYMBOL(xen_alloc_unpopulated_pages);

/**
 * xen_free_unpopulated_pages() - return such pages
 * @nr_pages: how many
 * @pages: pages that nothing is mapped into
 *
 * Process context.
 */
void xen_free_unpopulated_pages(unsigned int nr_pages, struct page **pages)
{
	unsigned int i;

	/* Those of RAM first: the balloon has a lock of its own. */
	for (i = 0; i < nr_pages; i++)
		if (!is_zone_device_page(pages[i]))
			xen_free_ballooned_pages(1, &pages[i]);

	guard(mutex)(&unpopulated.lock);

	for (i = 0; i < nr_pages; i++)
		if (is_zone_device_page(pages[i]))
			put_one(pages[i]);
	drop_idle(1);
}
EXPORT_SYMBOL(xen_free_unpopulated_pages);

void unpopulated_show(struct seq_file *m)
{
	guard(mutex)(&unpopulated.lock);

	seq_printf(m, "chunks:    %u of %lu pages\n", unpopulated.count,
		   CHUNK_PAGES);
	seq_printf(m, "idle:      %u\n", unpopulated.idle);
	seq_printf(m, "mapped:    %lu\n", unpopulated.used);
}

/* All drivers have gone. */
void unpopulated_exit(void)
{
	guard(mutex)(&unpopulated.lock);

	drop_idle(0);
	if (unpopulated.count)
		pr_warn("%lu pages in %u chunks were not given back\n",
			unpopulated.used, unpopulated.count);
}
