// SPDX-License-Identifier: GPL-2.0
/*
 * Owns every frame of RAM that the loader left free: a buddy allocator over
 * the regions given at boot. The frame table of a region is carved from the
 * region itself. Monitor lock.
 */
#include <xenlet/arch.h>
#include <xenlet/domain.h>
#include <xenlet/lib.h>
#include <xenlet/page.h>

#define MAX_REGIONS	32
#define MAX_ORDER	18	/* 1 GiB */

#define PAGE_FREE_HEAD	BIT(0)	/* first frame of a free block */
#define PAGE_HELD	BIT(1)	/* see page_hold() */

struct region {
	u64 first;	/* frame number */
	u64 count;
	struct page *pages;
};

static struct {
	unsigned int nr_regions;
	struct region regions[MAX_REGIONS];
	struct page *free[MAX_ORDER + 1];
	u64 nr_free;
} memory;

static const struct region *region_of(const struct page *page)
{
	unsigned int i;

	for (i = 0; i < memory.nr_regions; i++) {
		const struct region *r = &memory.regions[i];

		if (page >= r->pages && page < r->pages + r->count)
			return r;
	}
	return NULL;
}

static void free_push(struct page *page, unsigned int order)
{
	page->order = order;
	page->flags = PAGE_FREE_HEAD;
	page->prev = NULL;
	page->next = memory.free[order];
	if (page->next)
		page->next->prev = page;
	memory.free[order] = page;
}

static void free_remove(struct page *page)
{
	if (page->prev)
		page->prev->next = page->next;
	else
		memory.free[page->order] = page->next;
	if (page->next)
		page->next->prev = page->prev;
	page->flags = 0;
	page->next = NULL;
	page->prev = NULL;
}

/* Blocks are aligned by machine frame number, so buddies differ in one bit. */
static void free_block(const struct region *r, u64 index, unsigned int order)
{
	memory.nr_free += 1ULL << order;
	while (order < MAX_ORDER) {
		u64 buddy = ((r->first + index) ^ (1ULL << order)) - r->first;
		struct page *other = &r->pages[buddy];

		if (buddy >= r->count || !(other->flags & PAGE_FREE_HEAD) ||
		    other->order != order)
			break;
		free_remove(other);
		index = MIN(index, buddy);
		order++;
	}
	free_push(&r->pages[index], order);
}

void page_add_region(paddr_t base, u64 size)
{
	u64 first = ROUND_UP(base, PAGE_SIZE) >> PAGE_SHIFT;
	u64 end = (base + size) >> PAGE_SHIFT;
	u64 table, index = 0;
	struct region *r;

	if (end <= first + 1 || memory.nr_regions == MAX_REGIONS)
		return;

	table = ROUND_UP((end - first) * sizeof(struct page), PAGE_SIZE);
	if (table >> PAGE_SHIFT >= end - first)
		return;

	r = &memory.regions[memory.nr_regions++];
	r->pages = paddr_to_ptr(first << PAGE_SHIFT);
	arch_clear(r->pages, table);
	r->first = first + (table >> PAGE_SHIFT);
	r->count = end - r->first;

	while (index < r->count) {
		unsigned int order = 0;

		while (order < MAX_ORDER &&
		       !((r->first + index) & ((2ULL << order) - 1)) &&
		       index + (2ULL << order) <= r->count)
			order++;
		free_block(r, index, order);
		index += 1ULL << order;
	}
}

static struct page *take_block(unsigned int order)
{
	unsigned int have = order;
	struct page *page;

	while (have <= MAX_ORDER && !memory.free[have])
		have++;
	if (have > MAX_ORDER)
		return NULL;

	page = memory.free[have];
	free_remove(page);
	while (have > order) {
		have--;
		free_push(page + (1ULL << have), have);
	}
	memory.nr_free -= 1ULL << order;
	return page;
}

struct page *page_alloc_dirty(struct domain *owner, unsigned int order)
{
	struct page *page;
	u64 i;

	if (order > MAX_ORDER)
		return NULL;
	page = take_block(order);
	if (!page)
		return NULL;

	for (i = 0; i < 1ULL << order; i++) {
		page[i].owner = owner;
		page[i].refs = 1;
	}
	if (owner)
		owner->pages += 1ULL << order;
	return page;
}

struct page *page_alloc(struct domain *owner, unsigned int order)
{
	struct page *page = page_alloc_dirty(owner, order);

	if (page)
		arch_clear(page_to_ptr(page), PAGE_SIZE << order);
	return page;
}

void page_get(struct page *page)
{
	page->refs++;
}

void page_put(struct page *page)
{
	const struct region *r = region_of(page);

	if (!r || !page->refs)
		panic("page %p freed twice", page);
	if (--page->refs)
		return;
	if (page->owner)
		page->owner->pages--;
	page->owner = NULL;
	free_block(r, page - r->pages, 0);
}

void page_hold(struct page *page)
{
	page_get(page);
	page->flags |= PAGE_HELD;
}

void page_pass_on(struct page *page)
{
	page->flags &= ~PAGE_HELD;
}

void page_unhold(struct page *page)
{
	page_pass_on(page);
	page_put(page);
}

bool page_is_held(const struct page *page)
{
	return page->flags & PAGE_HELD;
}

void page_drop_held(struct domain *owner)
{
	unsigned int i;
	u64 n;

	for (i = 0; i < memory.nr_regions; i++) {
		struct region *r = &memory.regions[i];

		for (n = 0; n < r->count; n++)
			if (r->pages[n].owner == owner &&
			    page_is_held(&r->pages[n]))
				page_unhold(&r->pages[n]);
	}
}

struct page *page_from_paddr(paddr_t pa)
{
	u64 frame = pa >> PAGE_SHIFT;
	unsigned int i;

	for (i = 0; i < memory.nr_regions; i++) {
		const struct region *r = &memory.regions[i];

		if (frame - r->first < r->count)
			return &r->pages[frame - r->first];
	}
	return NULL;
}

paddr_t page_to_paddr(const struct page *page)
{
	const struct region *r = region_of(page);

	if (!r)
		panic("page_to_paddr: %p is no page", page);
	return (r->first + (page - r->pages)) << PAGE_SHIFT;
}

u64 page_free_count(void)
{
	return memory.nr_free;
}
