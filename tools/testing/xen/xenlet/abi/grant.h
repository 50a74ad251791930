/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Grant tables among themselves.
 *
 *	entry    what the guest wrote, in a page shared with it
 *	active   xenlet's shadow of an entry while anyone uses it
 *	mapping  a handle: this domain has that entry in its stage 2
 */
#ifndef XENLET_ABI_GRANT_H
#define XENLET_ABI_GRANT_H

#include <xenlet/grant.h>
#include <xenlet/list.h>
#include "abi.h"

#define GRANT_MAX_FRAMES	64
#define ENTRIES_PER_FRAME	(PAGE_SIZE / sizeof(struct grant_entry_v1))

#define MAPPINGS_PER_BUCKET	256
#define MAPPING_BUCKETS		256

/**
 * struct active - an entry in use
 * @page: the frame, with one reference for all pins together
 * @user: the only domain that may add pins now
 */
struct active {
	struct page *page;
	domid_t user;
	u16 reads, writes;
};

/**
 * struct mapping - what a handle stands for
 * @owner: whose entry; NULL: the owner is gone, or the handle is free
 * @page: the frame mapped; NULL: the handle is free
 * @next_free: the free list's link
 */
struct mapping {
	struct domain *owner;
	struct page *page;
	grant_ref_t ref;
	bool writable;
	grant_handle_t next_free;
};

#define NO_HANDLE	(~(grant_handle_t)0)

/**
 * struct grant_table - of one domain
 * @link: in the list of all tables
 * @frames, @gfns: pages of entries, and where the guest sees each
 * @active: one array for each frame
 * @pins: of all entries together
 * @buckets: the domain's own mappings of others' frames
 * @maps: how many there are
 */
struct grant_table {
	struct list_node link;
	struct domain *domain;

	unsigned int nr_frames;
	struct page *frames[GRANT_MAX_FRAMES];
	gfn_t gfns[GRANT_MAX_FRAMES];
	struct active *active[GRANT_MAX_FRAMES];
	unsigned int pins;

	unsigned int nr_buckets;
	struct mapping *buckets[MAPPING_BUCKETS];
	grant_handle_t free;
	unsigned int maps;
};

/** grant_tables() - list of all tables, by @link */
struct list_node *grant_tables(void);

/** grant_entry() - the guest's entry @ref, NULL beyond the table */
struct grant_entry_v1 *grant_entry(struct grant_table *table, grant_ref_t ref);
/** grant_active() - its shadow; @ref must be within the table */
struct active *grant_active(struct grant_table *table, grant_ref_t ref);
/** grant_release() - drop one pin of @ref */
void grant_release(struct domain *owner, grant_ref_t ref, bool writable);
/** grant_grow() - at least @frames; -ENOMEM, -EINVAL beyond the limit */
int grant_grow(struct domain *d, unsigned int frames);

/** mappings_forget_owner() - @d goes: handles of its entries outlive it */
void mappings_forget_owner(struct domain *d);
/** mappings_destroy() - drop all pins that @d's handles hold */
void mappings_destroy(struct domain *d);
/** mapping_of_page() - has @d mapped @page by grant */
bool mapping_of_page(struct domain *d, const struct page *page);

/*
 * One element of an operation's array: the result goes into its status
 * field. The return value ends the hypercall if it is not 0.
 */
int grant_map(void *op);
int grant_unmap(void *op);
int grant_unmap_and_replace(void *op);
int grant_copy(void *op);
int grant_swap(void *op);
int grant_transfer(void *op);
int grant_cache_flush(void *op);

#endif /* XENLET_ABI_GRANT_H */
