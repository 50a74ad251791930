/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The grant table: the one context of the layer.
 *
 * Locks: grant_table.lock is a leaf, taken with interrupts off, from any
 * context. It covers refs (but for private lists, see ref.h) and waiters.
 * Entries are written by the owner of a reference, without a lock.
 */
#ifndef XEN_GRANT_TABLE_H
#define XEN_GRANT_TABLE_H

#include <linux/atomic.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <xen/grant_table.h>

#include "ref.h"

struct dentry;

/**
 * struct grant_reclaim - grants whose peer was still using them at their end
 * @work: tries again, each second while there are any
 * @count: how many
 * @tries: runs of @work since it last got one back
 * @total: grants that ever were here
 */
struct grant_reclaim {
	struct delayed_work work;
	atomic_t count;
	unsigned int tries;
	atomic_long_t total;
};

/**
 * struct grant_table - the table and what it is used for
 * @lock: see above
 * @refs: which references are free
 * @entries: the table itself, shared with the hypervisor
 * @pfns: the 4 KiB frames of the guest where the table's are, or will be
 * @in_pages: these are pages without memory, for want of a region
 * @waiters: callbacks to run when references come free
 * @reclaim: grants to be ended later
 * @stale: entries that an earlier owner of the table left in use
 * @foreign: pages that grants of other domains are mapped into
 * @debugfs: the layer's directory
 */
struct grant_table {
	/* A leaf, see above. */
	spinlock_t lock;
	struct grant_refs refs;
	struct grant_entry_v1 *entries;
	const xen_pfn_t *pfns;
	bool in_pages;
	struct gnttab_free_callback *waiters;
	struct grant_reclaim reclaim;
	unsigned int stale;
	atomic_t foreign;
	struct dentry *debugfs;
};

extern struct grant_table xen_grants;

/* table.c: make room for @more references; called with the lock held */
int grant_table_grow(struct grant_table *table, unsigned int more);

/* alloc.c */
void grant_ref_put(struct grant_table *table, grant_ref_t ref);

/* access.c */
struct grant_entry_v1 *grant_entry(struct grant_table *table,
				   grant_ref_t ref);

/* reclaim.c */
void grant_reclaim_init(struct grant_reclaim *reclaim);
void grant_reclaim_later(struct grant_table *table, grant_ref_t ref,
			 struct page *page);
void grant_reclaim_exit(struct grant_table *table);

/* debugfs.c */
void grant_debugfs_init(struct grant_table *table);
void grant_debugfs_exit(struct grant_table *table);

#endif /* XEN_GRANT_TABLE_H */
