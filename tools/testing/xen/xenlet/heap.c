// SPDX-License-Identifier: GPL-2.0
/*
 * xenlet's own objects: slabs of one frame, each for one size. A slab whose
 * objects are all free goes back to the page allocator at once, so that the
 * count of free frames tells a leak. Larger objects take whole frames and
 * are told from slab objects by their alignment. Monitor lock.
 */
#include <xenlet/lib.h>
#include <xenlet/list.h>
#include <xenlet/page.h>

struct object {
	struct object *next;
};

/**
 * struct slab - the head of a slab's frame
 * @link: on its class's list while it has a free object
 */
struct slab {
	struct list_node link;
	struct object *free;
	u16 used;
	u16 class;
} __attribute__((aligned(16)));

/* Multiples of 16 that leave little of a frame over. */
static const u16 class_size[] = {
	16, 32, 48, 64, 96, 128, 192, 256, 336, 448, 576, 800, 1008, 1344, 2016,
};

static struct list_node partial[ARRAY_SIZE(class_size)];
static u64 bytes_used, frames_used;

static struct slab *slab_create(unsigned int class)
{
	struct page *page = page_alloc(NULL, 0);
	size_t offset = sizeof(struct slab);
	struct slab *slab;

	if (!page)
		return NULL;

	slab = page_to_ptr(page);
	slab->class = class;
	for (; offset + class_size[class] <= PAGE_SIZE;
	     offset += class_size[class]) {
		struct object *object = (void *)((char *)slab + offset);

		object->next = slab->free;
		slab->free = object;
	}
	list_add_tail(&slab->link, &partial[class]);
	frames_used++;
	return slab;
}

static void *slab_alloc(unsigned int class)
{
	struct object *object;
	struct slab *slab;

	if (!partial[class].next)
		list_init(&partial[class]);
	if (!list_empty(&partial[class]))
		slab = list_entry(partial[class].next, struct slab, link);
	else
		slab = slab_create(class);
	if (!slab)
		return NULL;

	object = slab->free;
	slab->free = object->next;
	slab->used++;
	if (!slab->free)
		list_del(&slab->link);
	bytes_used += class_size[class];
	memset(object, 0, class_size[class]);
	return object;
}

static void slab_free(struct slab *slab, struct object *object)
{
	if (!slab->free)
		list_add_tail(&slab->link, &partial[slab->class]);
	bytes_used -= class_size[slab->class];
	object->next = slab->free;
	slab->free = object;
	if (--slab->used)
		return;
	list_del(&slab->link);
	frames_used--;
	page_put(page_from_paddr((uintptr_t)slab));
}

static void *pages_alloc(size_t size)
{
	unsigned int order = 0;
	struct page *page;

	while (PAGE_SIZE << order < size)
		order++;
	page = page_alloc(NULL, order);
	if (!page)
		return NULL;
	page->order = order;
	bytes_used += PAGE_SIZE << order;
	frames_used += 1UL << order;
	return page_to_ptr(page);
}

void *heap_alloc(size_t size)
{
	unsigned int class;

	for (class = 0; class < ARRAY_SIZE(class_size); class++)
		if (size <= class_size[class])
			return slab_alloc(class);
	if (size > 1UL << 30)
		return NULL;
	return pages_alloc(size);
}

void heap_free(void *ptr)
{
	uintptr_t addr = (uintptr_t)ptr;
	unsigned int i, count;
	struct page *page;

	if (!ptr)
		return;
	if (addr & ~PAGE_MASK) {
		slab_free((struct slab *)(uintptr_t)(addr & PAGE_MASK), ptr);
		return;
	}
	page = page_from_paddr(addr);
	if (!page)
		panic("heap_free(%p): not from the heap", ptr);
	count = 1U << page->order;
	bytes_used -= (u64)count << PAGE_SHIFT;
	frames_used -= count;
	for (i = 0; i < count; i++)
		page_put(&page[i]);
}

u64 heap_used(void)
{
	return bytes_used;
}

u64 heap_frames(void)
{
	return frames_used;
}
