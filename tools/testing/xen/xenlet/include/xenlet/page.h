/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Machine memory, in frames of 4 KiB.
 *
 * Every frame of RAM has a struct page. A frame is free, xenlet's own, or a
 * domain's. References keep a frame from being freed: the owner's allocation
 * holds one, each stage 2 mapping in another domain and each grant pin one
 * more. Whoever drops the last reference frees the frame.
 *
 * All calls need the monitor lock (see sched.h).
 */
#ifndef XENLET_PAGE_H
#define XENLET_PAGE_H

#include <xenlet/types.h>

struct domain;

/**
 * struct page - one 4 KiB frame of RAM
 * @owner: domain that the frame is charged to, NULL for xenlet's own
 * @refs: references; 0 means free
 * @order: size of the free block that starts here (allocator's own)
 * @flags: allocator's own
 * @next: links of the free list (allocator's own)
 */
struct page {
	struct domain *owner;
	u32 refs;
	u16 order;
	u16 flags;
	struct page *next, *prev;
};

/** page_add_region() - give RAM to the allocator at boot; [base, base+size) */
void page_add_region(paddr_t base, u64 size);

/**
 * page_alloc() - allocate 2^order naturally aligned, zeroed frames
 * @owner: domain to charge (its counter d->pages grows), or NULL
 * @order: 0 is 4 KiB, 9 is 2 MiB
 *
 * Each frame of the block carries one reference of its own, so that a block
 * may be freed frame by frame with page_put().
 *
 * Return: the first frame, or NULL when memory is short.
 */
struct page *page_alloc(struct domain *owner, unsigned int order);

/** page_alloc_dirty() - as page_alloc(), with what the loader or the last
 * owner left in the frames: only while there was no domain yet
 */
struct page *page_alloc_dirty(struct domain *owner, unsigned int order);

/** page_get() - take one more reference on an allocated frame */
void page_get(struct page *page);

/** page_put() - drop a reference; the last one frees and uncharges the frame */
void page_put(struct page *page);

/** page_hold() - a reference that keeps the frame for its owner, which has
 * taken it out of its memory for now
 */
void page_hold(struct page *page);
/** page_unhold() - drop it */
void page_unhold(struct page *page);
/** page_pass_on() - the reference is a mapping's from now on */
void page_pass_on(struct page *page);
bool page_is_held(const struct page *page);
/** page_drop_held() - of @owner: it is gone */
void page_drop_held(struct domain *owner);

/** page_from_paddr() - the frame of a machine address; NULL: not RAM */
struct page *page_from_paddr(paddr_t pa);
paddr_t page_to_paddr(const struct page *page);

/** page_free_count() - free frames of the machine */
u64 page_free_count(void);

static inline void *paddr_to_ptr(paddr_t pa)
{
	return (void *)(uintptr_t)pa;
}

static inline void *page_to_ptr(const struct page *page)
{
	return paddr_to_ptr(page_to_paddr(page));
}

/** heap_alloc() - zeroed memory for xenlet's own objects; NULL: none left */
void *heap_alloc(size_t size);
void heap_free(void *ptr);
/** heap_used() - bytes handed out, for the leak counters */
u64 heap_used(void);
/** heap_frames() - frames that hold them, their gaps included */
u64 heap_frames(void);

#endif /* XENLET_PAGE_H */
